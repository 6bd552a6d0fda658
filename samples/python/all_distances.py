# Computes shortest distances between all pairs of places (Floyd-Warshall).
# Input: n m, then one-way lines "a b length", which may be negative.
# Output: the matrix with "-" where there is no way, or "negative cycle".
import sys


def main():
    n, m = map(int, sys.stdin.readline().split())
    infinite = float("inf")
    distance = [[infinite] * n for _ in range(n)]
    for place in range(n):
        distance[place][place] = 0
    for _ in range(m):
        a, b, length = map(int, sys.stdin.readline().split())
        distance[a - 1][b - 1] = min(distance[a - 1][b - 1], length)

    for via in range(n):
        for start in range(n):
            to_via = distance[start][via]
            if to_via == infinite:
                continue
            for end in range(n):
                candidate = to_via + distance[via][end]
                if candidate < distance[start][end]:
                    distance[start][end] = candidate

    if any(distance[place][place] < 0 for place in range(n)):
        print("negative cycle")
        return
    for row in distance:
        print(*("-" if value == infinite else value for value in row))


main()
