# Merges overlapping intervals and measures what they cover.
# Input: n, then lines "start end" (inclusive). Output: merged intervals, covered numbers.
import sys


def merge(intervals):
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    intervals = zip(tokens[1::2], tokens[2::2])
    merged = merge(intervals)
    for start, end in merged:
        print(start, end)
    print(sum(end - start + 1 for start, end in merged))


main()
