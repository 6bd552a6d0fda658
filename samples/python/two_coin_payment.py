# Decides whether an amount can be paid with coins of two values when change is given,
# by the extended Euclidean algorithm. Input: a b amount.
# Output: "no", or numbers x y with a*x + b*y = amount and the least non-negative x.


def extended_gcd(a, b):
    old_x, x = 1, 0
    old_y, y = 0, 1
    while b:
        quotient = a // b
        a, b = b, a - quotient * b
        old_x, x = x, old_x - quotient * x
        old_y, y = y, old_y - quotient * y
    return a, old_x, old_y


def main():
    a, b, amount = map(int, input().split())
    divisor, x, _ = extended_gcd(a, b)
    if amount % divisor:
        print("no")
        return
    period = b // divisor
    x = x * (amount // divisor) % period
    y = (amount - a * x) // b
    print(x, y)


main()
