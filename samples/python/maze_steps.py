# Finds the fewest steps through a maze by breadth-first search on a grid.
# Input: rows columns, then the maze with '#' walls, 'S' start and 'E' exit.
# Output: the number of steps, or -1.
from collections import deque


def find(maze, mark):
    for row, line in enumerate(maze):
        column = line.find(mark)
        if column >= 0:
            return row, column
    return None


def fewest_steps(maze):
    start, goal = find(maze, "S"), find(maze, "E")
    steps = {start: 0}
    queue = deque([start])
    while queue:
        row, column = queue.popleft()
        if (row, column) == goal:
            return steps[goal]
        for r, c in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            inside = 0 <= r < len(maze) and 0 <= c < len(maze[0])
            if inside and maze[r][c] != "#" and (r, c) not in steps:
                steps[r, c] = steps[row, column] + 1
                queue.append((r, c))
    return -1


def main():
    rows, _ = map(int, input().split())
    print(fewest_steps([input() for _ in range(rows)]))


main()
