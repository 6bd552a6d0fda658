# Finds the smallest ship that carries parcels, in order, within the given days,
# by binary search on the answer. Input: n days, then n weights. Output: the capacity.
import sys


def days_needed(weights, capacity):
    days = 1
    load = 0
    for weight in weights:
        if load + weight > capacity:
            days += 1
            load = 0
        load += weight
    return days


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    n, days = tokens[0], tokens[1]
    weights = tokens[2:2 + n]
    low, high = max(weights), sum(weights)
    while low < high:
        middle = (low + high) // 2
        if days_needed(weights, middle) <= days:
            high = middle
        else:
            low = middle + 1
    print(low)


main()
