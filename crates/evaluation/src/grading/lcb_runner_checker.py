"""Compares an output with the expected one as lcb_runner does: arguments are the files of input, output, expected output."""

import sys
from decimal import Decimal

RIGHT, WRONG = 0, 1


def lines(path):
    """Without white space around the text and around each line; an empty text is one empty line."""
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return [line.strip() for line in file.read().strip().split("\n")]


def numbers(line):
    return [Decimal(word) for word in line.split()]


def are_equal(line, expected):
    return line == expected or numbers(line) == numbers(expected)


def check(output, expected):
    return len(output) == len(expected) and all(map(are_equal, output, expected))


def main():
    try:
        is_right = check(lines(sys.argv[2]), lines(sys.argv[3]))
    # A word that is no number, or a number that cannot be compared.
    except (ArithmeticError, ValueError):
        is_right = False
    sys.exit(RIGHT if is_right else WRONG)


main()
