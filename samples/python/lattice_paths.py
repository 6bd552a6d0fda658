# Counts monotone lattice paths with binomial coefficients modulo 1000000007.
# Input: q, then lines "right up". Output: paths of so many steps right and up.
import sys

MODULUS = 1_000_000_007


def factorials(limit):
    table = [1] * (limit + 1)
    for number in range(1, limit + 1):
        table[number] = table[number - 1] * number % MODULUS
    inverse = [1] * (limit + 1)
    inverse[limit] = pow(table[limit], MODULUS - 2, MODULUS)
    for number in range(limit, 0, -1):
        inverse[number - 1] = inverse[number] * number % MODULUS
    return table, inverse


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    queries = list(zip(tokens[1::2], tokens[2::2]))
    table, inverse = factorials(max(right + up for right, up in queries))
    for right, up in queries:
        ways = table[right + up] * inverse[right] % MODULUS * inverse[up] % MODULUS
        print(ways)


main()
