# Counts islands in a map and measures the largest, by depth-first flood fill.
# Input: rows columns, then lines of '.' water and 'X' land. Output: count and largest area.


def flood(land, start):
    stack = [start]
    land.discard(start)
    area = 0
    while stack:
        row, column = stack.pop()
        area += 1
        for d_row, d_column in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            cell = (row + d_row, column + d_column)
            if cell in land:
                land.discard(cell)
                stack.append(cell)
    return area


def main():
    rows, _ = map(int, input().split())
    land = set()
    for row in range(rows):
        for column, mark in enumerate(input()):
            if mark == "X":
                land.add((row, column))
    areas = []
    while land:
        areas.append(flood(land, next(iter(land))))
    print(len(areas), max(areas, default=0))


main()
