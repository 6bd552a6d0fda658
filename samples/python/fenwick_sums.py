# Keeps prefix sums under updates with a Fenwick tree.
# Input: n q, n integers, then "add i x" or "sum l r" (1-based). Output: each sum.
import sys


class Fenwick:
    def __init__(self, values):
        self.tree = [0] + values
        for index in range(1, len(self.tree)):
            parent = index + (index & -index)
            if parent < len(self.tree):
                self.tree[parent] += self.tree[index]

    def add(self, index, amount):
        while index < len(self.tree):
            self.tree[index] += amount
            index += index & -index

    def prefix(self, index):
        total = 0
        while index > 0:
            total += self.tree[index]
            index -= index & -index
        return total


def main():
    n, q = map(int, sys.stdin.readline().split())
    fenwick = Fenwick(list(map(int, sys.stdin.readline().split()))[:n])
    for _ in range(q):
        word, first, second = sys.stdin.readline().split()
        if word == "add":
            fenwick.add(int(first), int(second))
        else:
            print(fenwick.prefix(int(second)) - fenwick.prefix(int(first) - 1))


main()
