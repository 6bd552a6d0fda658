# Lists the k most frequent words of a text, equal counts in alphabetical order.
# Input: k, then text to the end. Output: lines "word count".
import sys


def words(text):
    word = []
    for letter in text.lower():
        if letter.isalpha():
            word.append(letter)
        elif word:
            yield "".join(word)
            word = []
    if word:
        yield "".join(word)


def main():
    k = int(sys.stdin.readline())
    counts = {}
    for word in words(sys.stdin.read()):
        counts[word] = counts.get(word, 0) + 1
    ranking = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    for word, count in ranking[:k]:
        print(word, count)


main()
