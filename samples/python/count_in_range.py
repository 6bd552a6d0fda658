# Answers how many numbers lie between two bounds, by two binary searches each.
# Input: n q, n integers, then q pairs "low high". Output: one count per pair.
import sys


def first_at_least(ordered, wanted):
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def main():
    tokens = iter(map(int, sys.stdin.read().split()))
    n, q = next(tokens), next(tokens)
    ordered = sorted(next(tokens) for _ in range(n))
    answers = []
    for _ in range(q):
        low, high = next(tokens), next(tokens)
        count = first_at_least(ordered, high + 1) - first_at_least(ordered, low)
        answers.append(max(count, 0))
    print("\n".join(map(str, answers)))


main()
