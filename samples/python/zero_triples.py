# Lists the distinct triples of values that add up to zero.
# Input: n, then n integers. Output: the number of triples, then one per line in order.
import sys


def triples(values):
    values.sort()
    found = []
    for i in range(len(values) - 2):
        if i > 0 and values[i] == values[i - 1]:
            continue
        low, high = i + 1, len(values) - 1
        while low < high:
            total = values[i] + values[low] + values[high]
            if total < 0:
                low += 1
            elif total > 0:
                high -= 1
            else:
                found.append((values[i], values[low], values[high]))
                low += 1
                while low < high and values[low] == values[low - 1]:
                    low += 1
    return found


def main():
    numbers = list(map(int, sys.stdin.read().split()))
    found = triples(numbers[1:numbers[0] + 1])
    print(len(found))
    for triple in found:
        print(*triple)


main()
