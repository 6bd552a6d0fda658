# Simulates Conway's game of life on an unbounded board.
# Input: rows columns generations, then lines of '.' and '*'. Output: living cells per generation.
from collections import Counter


def step(living):
    neighbours = Counter()
    for row, column in living:
        for d_row in (-1, 0, 1):
            for d_column in (-1, 0, 1):
                if d_row or d_column:
                    neighbours[row + d_row, column + d_column] += 1
    return {
        cell
        for cell, count in neighbours.items()
        if count == 3 or (count == 2 and cell in living)
    }


def main():
    rows, _, generations = map(int, input().split())
    living = set()
    for row in range(rows):
        for column, mark in enumerate(input()):
            if mark == "*":
                living.add((row, column))
    for _ in range(generations):
        living = step(living)
        print(len(living))


main()
