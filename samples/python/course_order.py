# Orders courses so that each comes after its prerequisites (topological order);
# the smallest number first where there is a choice.
# Input: n m, then m lines "before after". Output: the order, or "cycle".
import heapq
import sys


def main():
    n, m = map(int, sys.stdin.readline().split())
    followers = [[] for _ in range(n + 1)]
    open_prerequisites = [0] * (n + 1)
    for _ in range(m):
        before, after = map(int, sys.stdin.readline().split())
        followers[before].append(after)
        open_prerequisites[after] += 1

    ready = [course for course in range(1, n + 1) if open_prerequisites[course] == 0]
    heapq.heapify(ready)
    order = []
    while ready:
        course = heapq.heappop(ready)
        order.append(course)
        for follower in followers[course]:
            open_prerequisites[follower] -= 1
            if open_prerequisites[follower] == 0:
                heapq.heappush(ready, follower)

    print(*order) if len(order) == n else print("cycle")


main()
