# Finds the longest stretch of a text in which no character repeats.
# Input: one line. Output: its length and the first such stretch.


def longest_distinct(text):
    last_seen = {}
    start = 0
    best_start, best_length = 0, 0
    for index, letter in enumerate(text):
        previous = last_seen.get(letter, -1)
        if previous >= start:
            start = previous + 1
        last_seen[letter] = index
        length = index - start + 1
        if length > best_length:
            best_start, best_length = start, length
    return text[best_start:best_start + best_length]


def main():
    stretch = longest_distinct(input())
    print(len(stretch))
    print(stretch)


main()
