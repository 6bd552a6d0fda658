# Computes the fewest insertions, deletions and replacements between two words.
# Input: two words. Output: the distance. Only two rows of the table are kept.


def edit_distance(source, target):
    above = list(range(len(target) + 1))
    for i, a in enumerate(source, start=1):
        row = [i]
        for j, b in enumerate(target, start=1):
            replaced = above[j - 1] + (a != b)
            deleted = above[j] + 1
            inserted = row[j - 1] + 1
            row.append(min(replaced, deleted, inserted))
        above = row
    return above[-1]


def main():
    source = input().strip()
    target = input().strip()
    print(edit_distance(source, target))


main()
