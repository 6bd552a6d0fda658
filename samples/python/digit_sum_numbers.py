# Counts the numbers up to n whose digits add up to s: a digit DP with memory.
# Input: n s. Output: the count among 0..n.
from functools import lru_cache


def count(limit, wanted):
    digits = [int(digit) for digit in str(limit)]

    @lru_cache(maxsize=None)
    def completions(position, remaining, is_tight):
        if remaining < 0:
            return 0
        if position == len(digits):
            return int(remaining == 0)
        highest = digits[position] if is_tight else 9
        total = 0
        for digit in range(highest + 1):
            still_tight = is_tight and digit == highest
            total += completions(position + 1, remaining - digit, still_tight)
        return total

    return completions(0, wanted, True)


def main():
    limit, wanted = map(int, input().split())
    print(count(limit, wanted))


main()
