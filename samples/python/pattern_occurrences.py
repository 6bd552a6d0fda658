# Finds all places where a pattern occurs in a text, in linear time (KMP).
# Input: text, pattern. Output: the number of places and the places from 0.


def border_lengths(pattern):
    borders = [0] * len(pattern)
    length = 0
    for index in range(1, len(pattern)):
        while length > 0 and pattern[index] != pattern[length]:
            length = borders[length - 1]
        if pattern[index] == pattern[length]:
            length += 1
        borders[index] = length
    return borders


def occurrences(text, pattern):
    borders = border_lengths(pattern)
    matched = 0
    places = []
    for index, letter in enumerate(text):
        while matched > 0 and letter != pattern[matched]:
            matched = borders[matched - 1]
        if letter == pattern[matched]:
            matched += 1
        if matched == len(pattern):
            places.append(index - matched + 1)
            matched = borders[matched - 1]
    return places


def main():
    text = input().strip()
    pattern = input().strip()
    places = occurrences(text, pattern)
    print(len(places))
    print(*places)


main()
