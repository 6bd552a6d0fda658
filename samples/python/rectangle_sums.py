# Sums of rectangles in a grid from two-dimensional prefix sums.
# Input: rows columns q, the grid, then q lines "top left bottom right" (1-based).
# Output: one sum per query.
import sys


def build(grid):
    columns = len(grid[0])
    table = [[0] * (columns + 1)]
    for row in grid:
        above = table[-1]
        line = [0]
        running = 0
        for column, value in enumerate(row):
            running += value
            line.append(above[column + 1] + running)
        table.append(line)
    return table


def main():
    tokens = iter(map(int, sys.stdin.read().split()))
    rows, columns, q = next(tokens), next(tokens), next(tokens)
    grid = [[next(tokens) for _ in range(columns)] for _ in range(rows)]
    table = build(grid)
    for _ in range(q):
        top, left, bottom, right = (next(tokens) for _ in range(4))
        outside = table[top - 1][right] + table[bottom][left - 1]
        print(table[bottom][right] - outside + table[top - 1][left - 1])


main()
