# Prints the median after each number, with two heaps that share the numbers.
# Input: n, then n integers. Output: the lower median after each one.
import heapq
import sys


def medians(values):
    low = []   # the smaller half, negated: a max heap
    high = []  # the larger half
    for value in values:
        if low and value > -low[0]:
            heapq.heappush(high, value)
        else:
            heapq.heappush(low, -value)
        if len(low) > len(high) + 1:
            heapq.heappush(high, -heapq.heappop(low))
        elif len(high) > len(low):
            heapq.heappush(low, -heapq.heappop(high))
        yield -low[0]


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    print(*medians(tokens[1:tokens[0] + 1]))


main()
