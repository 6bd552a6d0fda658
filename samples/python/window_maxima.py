# Prints the maximum of every window of k neighbours, using a monotone deque.
# Input: n k, then n integers. Output: n - k + 1 maxima.
import sys
from collections import deque


def maxima(values, width):
    # Indices whose values fall from left to right; the first one is the maximum.
    candidates = deque()
    result = []
    for index, value in enumerate(values):
        while candidates and values[candidates[-1]] <= value:
            candidates.pop()
        candidates.append(index)
        if candidates[0] <= index - width:
            candidates.popleft()
        if index + 1 >= width:
            result.append(values[candidates[0]])
    return result


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    n, width = tokens[0], tokens[1]
    print(*maxima(tokens[2:2 + n], width))


main()
