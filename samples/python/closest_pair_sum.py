# Finds the two numbers whose sum is nearest to a target, with two pointers.
# Input: n and the target, then n integers (n >= 2).
# Output: the two numbers, the smaller first; on ties the smaller sum wins.


def nearest(ordered, target):
    left, right = 0, len(ordered) - 1
    best = None
    while left < right:
        total = ordered[left] + ordered[right]
        key = (abs(total - target), total)
        if best is None or key < best[0]:
            best = (key, ordered[left], ordered[right])
        if total < target:
            left += 1
        elif total > target:
            right -= 1
        else:
            break
    return best[1], best[2]


def main():
    _, target = map(int, input().split())
    ordered = sorted(map(int, input().split()))
    print(*nearest(ordered, target))


main()
