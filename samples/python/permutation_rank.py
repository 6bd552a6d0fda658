# Converts a permutation to its rank in lexicographic order, and the next one.
# Input: n, then a permutation of 1..n. Output: the rank from 1, the next permutation or "last".
from math import factorial


def rank(permutation):
    remaining = sorted(permutation)
    position = 0
    for value in permutation:
        index = remaining.index(value)
        remaining.pop(index)
        position += index * factorial(len(remaining))
    return position + 1


def advance(permutation):
    pivot = len(permutation) - 2
    while pivot >= 0 and permutation[pivot] > permutation[pivot + 1]:
        pivot -= 1
    if pivot < 0:
        return None
    swap = len(permutation) - 1
    while permutation[swap] < permutation[pivot]:
        swap -= 1
    permutation[pivot], permutation[swap] = permutation[swap], permutation[pivot]
    return permutation[:pivot + 1] + permutation[:pivot:-1]


def main():
    input()
    permutation = list(map(int, input().split()))
    print(rank(permutation))
    following = advance(permutation)
    print("last" if following is None else " ".join(map(str, following)))


main()
