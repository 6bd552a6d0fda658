# Factorises numbers with a sieve of smallest prime factors.
# Input: q, then q numbers from 2 to 200000. Output: factorisation and divisor count.
import sys


def smallest_factors(limit):
    smallest = list(range(limit + 1))
    candidate = 2
    while candidate * candidate <= limit:
        if smallest[candidate] == candidate:
            for multiple in range(candidate * candidate, limit + 1, candidate):
                if smallest[multiple] == multiple:
                    smallest[multiple] = candidate
        candidate += 1
    return smallest


def main():
    numbers = list(map(int, sys.stdin.read().split()))[1:]
    smallest = smallest_factors(max(numbers))
    for number in numbers:
        divisors = 1
        parts = []
        while number > 1:
            prime = smallest[number]
            exponent = 0
            while number % prime == 0:
                number //= prime
                exponent += 1
            divisors *= exponent + 1
            parts.append(f"{prime}^{exponent}")
        print(" ".join(parts), divisors)


main()
