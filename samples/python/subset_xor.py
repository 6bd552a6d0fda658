# Builds a basis of numbers under exclusive or and uses it to answer queries.
# Input: n, n integers. Output: the largest xor of a subset and the number of distinct xors.
import sys


def build_basis(values):
    basis = {}  # highest bit -> number
    for value in values:
        while value:
            bit = value.bit_length() - 1
            if bit not in basis:
                basis[bit] = value
                break
            value ^= basis[bit]
    return basis


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    basis = build_basis(tokens[1:tokens[0] + 1])
    largest = 0
    for bit in sorted(basis, reverse=True):
        largest = max(largest, largest ^ basis[bit])
    print(largest)
    print(1 << len(basis))


main()
