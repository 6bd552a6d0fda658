# Answers lowest common ancestor queries by binary lifting.
# Input: n q, the parents of nodes 2..n (smaller than the node), then q pairs.
# Output: the lowest common ancestor of each pair.
import sys


def main():
    tokens = iter(map(int, sys.stdin.read().split()))
    n, q = next(tokens), next(tokens)
    levels = max(1, n.bit_length())
    up = [[1] * (n + 1) for _ in range(levels)]
    depth = [0] * (n + 1)
    for node in range(2, n + 1):
        up[0][node] = next(tokens)
        depth[node] = depth[up[0][node]] + 1
    for level in range(1, levels):
        for node in range(1, n + 1):
            up[level][node] = up[level - 1][up[level - 1][node]]

    for _ in range(q):
        a, b = next(tokens), next(tokens)
        if depth[a] < depth[b]:
            a, b = b, a
        for level in reversed(range(levels)):
            if depth[a] - (1 << level) >= depth[b]:
                a = up[level][a]
        for level in reversed(range(levels)):
            if up[level][a] != up[level][b]:
                a, b = up[level][a], up[level][b]
        print(a if a == b else up[0][a])


main()
