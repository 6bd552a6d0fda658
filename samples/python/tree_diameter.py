# Measures the longest path in a weighted tree by two searches.
# Input: n, then n-1 lines "a b length". Output: the length of the longest path.
import sys


def farthest(tree, start):
    distance = {start: 0}
    stack = [start]
    while stack:
        node = stack.pop()
        for neighbour, length in tree[node]:
            if neighbour not in distance:
                distance[neighbour] = distance[node] + length
                stack.append(neighbour)
    end = max(distance, key=distance.get)
    return end, distance[end]


def main():
    n = int(sys.stdin.readline())
    tree = [[] for _ in range(n + 1)]
    for _ in range(n - 1):
        a, b, length = map(int, sys.stdin.readline().split())
        tree[a].append((b, length))
        tree[b].append((a, length))
    # The node farthest from anywhere is one end of a longest path.
    end, _ = farthest(tree, 1)
    print(farthest(tree, end)[1])


main()
