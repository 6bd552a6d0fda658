# Invites employees so that nobody meets the own boss and the fun is largest: a DP on a tree.
# Input: n, n fun values, then the boss of each of employees 2..n (a smaller number).
# Output: the largest total fun.
import sys


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    n = tokens[0]
    fun = [0] + tokens[1:n + 1]
    boss = [0, 0] + tokens[n + 1:2 * n]

    invited = fun[:]
    absent = [0] * (n + 1)
    # Bosses have smaller numbers, so going down meets every subtree before its root.
    for person in range(n, 1, -1):
        superior = boss[person]
        invited[superior] += absent[person]
        absent[superior] += max(invited[person], absent[person])

    print(max(invited[1], absent[1]))


main()
