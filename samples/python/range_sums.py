# Sums of many index ranges from one pass of prefix sums.
# Input: n q, n integers, then q lines "l r" (1-based, inclusive).
# Output: one sum per line, then the largest of them.
import sys
from itertools import accumulate


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    n, q = tokens[0], tokens[1]
    values = tokens[2:2 + n]
    bounds = tokens[2 + n:2 + n + 2 * q]

    prefix = [0]
    prefix.extend(accumulate(values))

    sums = []
    for k in range(q):
        left, right = bounds[2 * k], bounds[2 * k + 1]
        sums.append(prefix[right] - prefix[left - 1])

    for total in sums:
        print(total)
    print("max", max(sums))


main()
