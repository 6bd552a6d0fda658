# Finds a longest strictly increasing subsequence in O(n log n) and prints one.
# Input: n, then n integers. Output: its length and its values.
import sys
from bisect import bisect_left


def longest_rise(values):
    tails = []         # the smallest last value of a rise of each length
    tail_indices = []
    previous = [-1] * len(values)
    for index, value in enumerate(values):
        length = bisect_left(tails, value)
        if length > 0:
            previous[index] = tail_indices[length - 1]
        if length == len(tails):
            tails.append(value)
            tail_indices.append(index)
        else:
            tails[length] = value
            tail_indices[length] = index
    rise = []
    index = tail_indices[-1]
    while index >= 0:
        rise.append(values[index])
        index = previous[index]
    return rise[::-1]


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    rise = longest_rise(tokens[1:tokens[0] + 1])
    print(len(rise))
    print(*rise)


main()
