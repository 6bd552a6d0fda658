# Finds how many rooms a day of meetings needs, by sweeping over starts and ends.
# Input: n, then lines "start end"; a room is free again at its end time.
# Output: rooms needed and the earliest time when so many are in use.
import sys


def main():
    n = int(sys.stdin.readline())
    events = []
    for _ in range(n):
        start, end = map(int, sys.stdin.readline().split())
        events.append((start, 1))
        events.append((end, -1))
    # At equal times an end (-1) sorts before a start (+1).
    events.sort()

    in_use = 0
    most, when = 0, None
    for time, change in events:
        in_use += change
        if in_use > most:
            most, when = in_use, time
    print(most, when)


main()
