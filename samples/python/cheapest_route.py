# Finds the cheapest route between two towns with Dijkstra's algorithm.
# Input: towns roads from to, then lines "a b cost" (two-way).
# Output: the cost and the towns on the way, or "unreachable".
import heapq
import sys


def cheapest(roads, start, goal):
    cost = {start: 0}
    previous = {}
    queue = [(0, start)]
    while queue:
        spent, town = heapq.heappop(queue)
        if spent > cost[town]:
            continue
        if town == goal:
            return spent, previous
        for neighbour, price in roads[town]:
            total = spent + price
            if total < cost.get(neighbour, float("inf")):
                cost[neighbour] = total
                previous[neighbour] = town
                heapq.heappush(queue, (total, neighbour))
    return None, previous


def main():
    towns, road_count, start, goal = map(int, sys.stdin.readline().split())
    roads = [[] for _ in range(towns + 1)]
    for _ in range(road_count):
        a, b, price = map(int, sys.stdin.readline().split())
        roads[a].append((b, price))
        roads[b].append((a, price))
    spent, previous = cheapest(roads, start, goal)
    if spent is None:
        print("unreachable")
        return
    route = [goal]
    while route[-1] != start:
        route.append(previous[route[-1]])
    print(spent)
    print(*reversed(route))


main()
