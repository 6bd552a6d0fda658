# Finds the shortest part of a text that contains all letters of a pattern,
# counted with repetition. Input: text, pattern. Output: that part or "none".
from collections import Counter


def smallest_cover(text, pattern):
    missing = Counter(pattern)
    open_letters = len(pattern)
    best = None
    left = 0
    for right, letter in enumerate(text):
        if missing[letter] > 0:
            open_letters -= 1
        missing[letter] -= 1
        while open_letters == 0:
            if best is None or right - left < best[1] - best[0]:
                best = (left, right)
            missing[text[left]] += 1
            if missing[text[left]] > 0:
                open_letters += 1
            left += 1
    return None if best is None else text[best[0]:best[1] + 1]


def main():
    text = input().strip()
    pattern = input().strip()
    print(smallest_cover(text, pattern) or "none")


main()
