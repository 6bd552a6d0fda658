# Keeps friend circles with union find and reports their number after each friendship.
# Input: n m, then m pairs. Output: per pair the number of circles, at the end the largest size.
import sys


class Circles:
    def __init__(self, n):
        self.parent = list(range(n + 1))
        self.size = [1] * (n + 1)
        self.count = n

    def find(self, person):
        while self.parent[person] != person:
            self.parent[person] = self.parent[self.parent[person]]
            person = self.parent[person]
        return person

    def join(self, a, b):
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        if self.size[a] < self.size[b]:
            a, b = b, a
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.count -= 1


def main():
    n, m = map(int, sys.stdin.readline().split())
    circles = Circles(n)
    for _ in range(m):
        a, b = map(int, sys.stdin.readline().split())
        circles.join(a, b)
        print(circles.count)
    print(max(circles.size))


main()
