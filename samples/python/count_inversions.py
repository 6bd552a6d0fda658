# Counts the pairs (i, j) with i < j and a[i] > a[j], while merge sorting.
# Input: n, then n integers. Output: the count, then the sorted numbers.
import sys


def sort_and_count(values):
    if len(values) < 2:
        return values, 0
    middle = len(values) // 2
    left, from_left = sort_and_count(values[:middle])
    right, from_right = sort_and_count(values[middle:])
    merged = []
    inversions = from_left + from_right
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            # Everything still waiting on the left is larger than right[j].
            inversions += len(left) - i
            merged.append(right[j])
            j += 1
    merged.extend(left[i:])
    merged.extend(right[j:])
    return merged, inversions


def main():
    numbers = list(map(int, sys.stdin.read().split()))
    ordered, inversions = sort_and_count(numbers[1:numbers[0] + 1])
    print(inversions)
    print(*ordered)


main()
