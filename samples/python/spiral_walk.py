# Walks through a matrix in a spiral, clockwise from the top left.
# Input: rows columns, then the matrix. Output: the numbers in the order of the walk.
import sys


def spiral(matrix):
    top, bottom = 0, len(matrix) - 1
    left, right = 0, len(matrix[0]) - 1
    walk = []
    while top <= bottom and left <= right:
        walk.extend(matrix[top][left:right + 1])
        top += 1
        walk.extend(matrix[row][right] for row in range(top, bottom + 1))
        right -= 1
        if top <= bottom:
            walk.extend(matrix[bottom][column] for column in range(right, left - 1, -1))
            bottom -= 1
        if left <= right:
            walk.extend(matrix[row][left] for row in range(bottom, top - 1, -1))
            left += 1
    return walk


def main():
    rows, _ = map(int, sys.stdin.readline().split())
    matrix = [list(map(int, sys.stdin.readline().split())) for _ in range(rows)]
    print(*spiral(matrix))


main()
