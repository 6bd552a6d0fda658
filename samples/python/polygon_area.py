# Measures a polygon with whole-number corners: area, border points, inner points (Pick).
# Input: n, then n corners "x y" in order. Output: twice the area, border, inner points.
import sys
from math import gcd


def main():
    n = int(sys.stdin.readline())
    corners = [tuple(map(int, sys.stdin.readline().split())) for _ in range(n)]

    twice_area = 0
    border = 0
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1]):
        twice_area += x1 * y2 - x2 * y1
        border += gcd(abs(x2 - x1), abs(y2 - y1))
    twice_area = abs(twice_area)

    # Pick: area = inner + border / 2 - 1.
    inner = (twice_area - border + 2) // 2
    print(twice_area, border, inner)


main()
