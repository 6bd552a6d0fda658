# Finds a longest common subsequence of two words by dynamic programming.
# Input: two words. Output: its length and one such subsequence.


def length_table(first, second):
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, a in enumerate(first, start=1):
        for j, b in enumerate(second, start=1):
            if a == b:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    return table


def restore(first, second, table):
    i, j = len(first), len(second)
    letters = []
    while i and j:
        if first[i - 1] == second[j - 1]:
            letters.append(first[i - 1])
            i, j = i - 1, j - 1
        elif table[i - 1][j] >= table[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return "".join(reversed(letters))


def main():
    first, second = input().strip(), input().strip()
    table = length_table(first, second)
    print(table[-1][-1])
    print(restore(first, second, table))


main()
