# Finds the largest rectangle under a histogram with a stack of rising bars.
# Input: n, then n heights. Output: the area.
import sys


def largest_rectangle(heights):
    best = 0
    rising = []  # pairs (leftmost index the bar reaches back to, height)
    for index, height in enumerate(heights + [0]):
        start = index
        while rising and rising[-1][1] >= height:
            start, closed = rising.pop()
            best = max(best, closed * (index - start))
        rising.append((start, height))
    return best


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    n = tokens[0]
    print(largest_rectangle(tokens[1:n + 1]))


main()
