# Finds a value in a sorted list of distinct numbers that was rotated.
# Input: n and the value, then n integers. Output: its index from 0, or -1.


def find(values, wanted):
    low, high = 0, len(values) - 1
    while low <= high:
        middle = (low + high) // 2
        if values[middle] == wanted:
            return middle
        if values[low] <= values[middle]:
            # The left part is in order, so it tells whether it holds the value.
            if values[low] <= wanted < values[middle]:
                high = middle - 1
            else:
                low = middle + 1
        elif values[middle] < wanted <= values[high]:
            low = middle + 1
        else:
            high = middle - 1
    return -1


def main():
    n, wanted = map(int, input().split())
    values = list(map(int, input().split()))
    print(find(values[:n], wanted))


main()
