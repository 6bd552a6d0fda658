# Ranks teams by points, then goal difference, then name.
# Input: n matches, then lines "home away home_goals away_goals".
# Output: one line per team: name, points, goal difference.
import sys
from collections import defaultdict


def main():
    lines = sys.stdin.read().split("\n")
    match_count = int(lines[0])
    points = defaultdict(int)
    difference = defaultdict(int)
    for line in lines[1:match_count + 1]:
        home, away, home_goals, away_goals = line.split()
        lead = int(home_goals) - int(away_goals)
        difference[home] += lead
        difference[away] -= lead
        if lead > 0:
            points[home] += 3
        elif lead < 0:
            points[away] += 3
        else:
            points[home] += 1
            points[away] += 1
    # Touching a defaultdict entry creates it, so both maps know every team.
    ranking = sorted(difference, key=lambda team: (-points[team], -difference[team], team))
    for team in ranking:
        print(team, points[team], difference[team])


main()
