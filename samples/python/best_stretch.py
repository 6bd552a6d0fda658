# Finds the contiguous stretch with the largest sum in one pass (Kadane).
# Input: n, then n integers. Output: the sum and its first and last position from 1.
import sys


def best_stretch(values):
    best = (values[0], 0, 0)
    current, start = values[0], 0
    for index in range(1, len(values)):
        if current < 0:
            current, start = values[index], index
        else:
            current += values[index]
        if current > best[0]:
            best = (current, start, index)
    return best


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    total, first, last = best_stretch(tokens[1:tokens[0] + 1])
    print(total)
    print(first + 1, last + 1)


main()
