# Packs a word as letters with repeat counts, or unpacks it again.
# Input: "pack" or "unpack", then a word. Output: the result and its length.
from itertools import groupby


def pack(word):
    parts = []
    for letter, run in groupby(word):
        length = sum(1 for _ in run)
        parts.append(letter if length == 1 else f"{letter}{length}")
    return "".join(parts)


def unpack(code):
    parts = []
    index = 0
    while index < len(code):
        letter = code[index]
        index += 1
        digits = index
        while index < len(code) and code[index].isdigit():
            index += 1
        parts.append(letter * int(code[digits:index] or "1"))
    return "".join(parts)


def main():
    direction = input().strip()
    word = input().strip()
    result = pack(word) if direction == "pack" else unpack(word)
    print(result)
    print(len(result))


main()
