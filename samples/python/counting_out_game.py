# Simulates a counting-out game: every k-th child of a circle leaves.
# Input: n k. Output: the order in which the children leave, then the last one's formula check.
from collections import deque


def leaving_order(n, k):
    circle = deque(range(1, n + 1))
    order = []
    while circle:
        circle.rotate(-(k - 1))
        order.append(circle.popleft())
    return order


def last_by_recurrence(n, k):
    position = 0
    for size in range(2, n + 1):
        position = (position + k) % size
    return position + 1


def main():
    n, k = map(int, input().split())
    order = leaving_order(n, k)
    print(*order)
    print(last_by_recurrence(n, k))


main()
