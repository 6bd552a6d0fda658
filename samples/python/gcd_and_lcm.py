# Computes the greatest common divisor and the least common multiple of a list.
# Input: n, then n positive integers. Output: both numbers.
import sys
from functools import reduce


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def lcm(a, b):
    return a // gcd(a, b) * b


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    values = tokens[1:tokens[0] + 1]
    print(reduce(gcd, values), reduce(lcm, values))


main()
