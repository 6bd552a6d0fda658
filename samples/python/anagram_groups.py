# Groups words that use the same letters.
# Input: n, then n words. Output: one group per line, in order of first appearance.
import sys


def signature(word):
    counts = [0] * 26
    for letter in word:
        counts[ord(letter) - ord("a")] += 1
    return tuple(counts)


def main():
    tokens = sys.stdin.read().split()
    groups = {}
    for word in tokens[1:int(tokens[0]) + 1]:
        groups.setdefault(signature(word), []).append(word)
    for group in groups.values():
        print(" ".join(sorted(group)))
    print("largest", max(map(len, groups.values())))


main()
