# Finds the cheapest round trip through all cities: a DP over sets of cities (bitmasks).
# Input: n (2 to 15), then an n x n cost matrix. Output: the cost.
import sys


def cheapest_round_trip(cost):
    n = len(cost)
    infinite = float("inf")
    best = [[infinite] * n for _ in range(1 << n)]
    best[1][0] = 0
    for visited in range(1, 1 << n, 2):
        for city in range(n):
            spent = best[visited][city]
            if spent == infinite:
                continue
            for following in range(n):
                if visited >> following & 1:
                    continue
                extended = visited | 1 << following
                total = spent + cost[city][following]
                if total < best[extended][following]:
                    best[extended][following] = total
    return min(best[-1][city] + cost[city][0] for city in range(1, n))


def main():
    n = int(sys.stdin.readline())
    cost = [list(map(int, sys.stdin.readline().split())) for _ in range(n)]
    print(cheapest_round_trip(cost))


main()
