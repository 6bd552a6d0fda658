# For each day, how many days until a warmer one, by a stack of waiting days.
# Input: n, then n temperatures. Output: n waiting times, 0 where none comes.
import sys


def waiting_times(temperatures):
    waits = [0] * len(temperatures)
    waiting = []
    for day, temperature in enumerate(temperatures):
        while waiting and temperatures[waiting[-1]] < temperature:
            earlier = waiting.pop()
            waits[earlier] = day - earlier
        waiting.append(day)
    return waits


def main():
    tokens = sys.stdin.read().split()
    n = int(tokens[0])
    temperatures = [int(token) for token in tokens[1:n + 1]]
    print(*waiting_times(temperatures))


main()
