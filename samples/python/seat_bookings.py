# Adds up bookings of seat ranges with a difference array.
# Input: seats and bookings, then lines "first last people".
# Output: people per seat row, then the fullest row (the first on ties).
import sys


def main():
    reader = sys.stdin
    row_count, booking_count = map(int, reader.readline().split())
    change = [0] * (row_count + 2)
    for _ in range(booking_count):
        first, last, people = map(int, reader.readline().split())
        change[first] += people
        change[last + 1] -= people

    occupied = []
    current = 0
    for row in range(1, row_count + 1):
        current += change[row]
        occupied.append(current)

    print(*occupied)
    fullest = max(range(row_count), key=lambda row: (occupied[row], -row))
    print(fullest + 1)


main()
