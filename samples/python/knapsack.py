# Packs the most valuable set of things into a bag: 0/1 knapsack with the choice.
# Input: n capacity, then lines "weight value". Output: the value and the chosen numbers.
import sys


def main():
    n, capacity = map(int, sys.stdin.readline().split())
    things = [tuple(map(int, sys.stdin.readline().split())) for _ in range(n)]

    best = [[0] * (capacity + 1)]
    for weight, value in things:
        above = best[-1]
        row = above[:]
        for room in range(weight, capacity + 1):
            row[room] = max(above[room], above[room - weight] + value)
        best.append(row)

    chosen = []
    room = capacity
    for index in range(n, 0, -1):
        if best[index][room] != best[index - 1][room]:
            chosen.append(index)
            room -= things[index - 1][0]
    print(best[n][capacity])
    print(*reversed(chosen))


main()
