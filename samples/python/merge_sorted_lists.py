# Merges k sorted lists with a heap of their heads.
# Input: k, then k lines, each a length and the numbers. Output: all numbers in order.
import heapq
import sys


def merge(lists):
    heads = [(numbers[0], which, 0) for which, numbers in enumerate(lists) if numbers]
    heapq.heapify(heads)
    merged = []
    while heads:
        value, which, position = heads[0]
        merged.append(value)
        if position + 1 < len(lists[which]):
            following = lists[which][position + 1]
            heapq.heapreplace(heads, (following, which, position + 1))
        else:
            heapq.heappop(heads)
    return merged


def main():
    k = int(sys.stdin.readline())
    lists = []
    for _ in range(k):
        length, *numbers = map(int, sys.stdin.readline().split())
        lists.append(numbers[:length])
    print(*merge(lists))


main()
