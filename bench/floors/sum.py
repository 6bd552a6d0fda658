import sys


def main():
    numbers = sys.stdin.read().split()
    count = int(numbers[0])
    print(sum(int(number) for number in numbers[1 : count + 1]))


main()
