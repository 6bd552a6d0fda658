# Raises to powers and inverts modulo a prime by repeated squaring.
# Input: q, then lines "base exponent modulus" with a prime modulus.
# Output: base^exponent and the inverse of base (0 if there is none).
import sys


def power(base, exponent, modulus):
    result = 1 % modulus
    base %= modulus
    while exponent:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def main():
    q = int(sys.stdin.readline())
    for _ in range(q):
        base, exponent, modulus = map(int, sys.stdin.readline().split())
        # Fermat: base^(p-1) is 1, so base^(p-2) undoes base.
        inverse = power(base, modulus - 2, modulus) if base % modulus else 0
        print(power(base, exponent, modulus), inverse)


main()
