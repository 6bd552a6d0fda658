# Sorts non-negative integers digit by digit, without comparing two of them.
# Input: n, then n integers. Output: the sorted numbers.
import sys

BASE = 256


def counting_pass(values, shift):
    counts = [0] * (BASE + 1)
    for value in values:
        counts[((value >> shift) & (BASE - 1)) + 1] += 1
    for digit in range(BASE):
        counts[digit + 1] += counts[digit]
    placed = [0] * len(values)
    for value in values:
        digit = (value >> shift) & (BASE - 1)
        placed[counts[digit]] = value
        counts[digit] += 1
    return placed


def main():
    tokens = sys.stdin.read().split()
    values = [int(token) for token in tokens[1:int(tokens[0]) + 1]]
    largest = max(values, default=0)
    shift = 0
    while largest >> shift:
        values = counting_pass(values, shift)
        shift += 8
    print(*values)


main()
