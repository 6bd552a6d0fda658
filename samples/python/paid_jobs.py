# Chooses jobs of one day each before their deadlines for the highest pay, greedily.
# Input: n, then lines "deadline pay". Output: the number of jobs done and the pay.
import heapq
import sys


def main():
    n = int(sys.stdin.readline())
    jobs = sorted(tuple(map(int, sys.stdin.readline().split())) for _ in range(n))

    accepted = []  # pays of the jobs in the plan, the worst on top
    for deadline, pay in jobs:
        if len(accepted) < deadline:
            heapq.heappush(accepted, pay)
        elif accepted and accepted[0] < pay:
            # The plan is full up to this deadline: give up its worst job.
            heapq.heapreplace(accepted, pay)

    print(len(accepted), sum(accepted))


main()
