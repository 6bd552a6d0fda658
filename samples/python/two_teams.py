# Splits people who dislike each other into two teams, if the graph is bipartite.
# Input: n m, then m pairs. Output: "yes" and a team number per person, or "no".
import sys


def assign_teams(dislikes):
    team = [0] * len(dislikes)
    for first in range(1, len(dislikes)):
        if team[first]:
            continue
        team[first] = 1
        stack = [first]
        while stack:
            person = stack.pop()
            for other in dislikes[person]:
                if team[other] == team[person]:
                    return None
                if team[other] == 0:
                    team[other] = 3 - team[person]
                    stack.append(other)
    return team[1:]


def main():
    n, m = map(int, sys.stdin.readline().split())
    dislikes = [[] for _ in range(n + 1)]
    for _ in range(m):
        a, b = map(int, sys.stdin.readline().split())
        dislikes[a].append(b)
        dislikes[b].append(a)
    teams = assign_teams(dislikes)
    if teams is None:
        print("no")
    else:
        print("yes")
        print(*teams)


main()
