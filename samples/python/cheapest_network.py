# Connects all stations at least cost: Kruskal's minimum spanning tree.
# Input: n m, then lines "a b cost". Output: the total cost, or "impossible".
import sys


def find(parent, node):
    root = node
    while parent[root] != root:
        root = parent[root]
    while parent[node] != root:
        parent[node], node = root, parent[node]
    return root


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    n, m = tokens[0], tokens[1]
    triples = zip(tokens[2::3], tokens[3::3], tokens[4::3])
    edges = sorted((cost, a, b) for a, b, cost in list(triples)[:m])
    parent = list(range(n + 1))
    total = 0
    joined = 1
    for cost, a, b in edges:
        root_a, root_b = find(parent, a), find(parent, b)
        if root_a != root_b:
            parent[root_a] = root_b
            total += cost
            joined += 1
    print(total if joined == n else "impossible")


main()
