# Counts how many words begin with each asked prefix, using a trie.
# Input: n q, n words, q prefixes. Output: one count per prefix.
import sys


class Trie:
    def __init__(self):
        self.children = [{}]
        self.passing = [0]

    def add(self, word):
        node = 0
        for letter in word:
            if letter not in self.children[node]:
                self.children[node][letter] = len(self.children)
                self.children.append({})
                self.passing.append(0)
            node = self.children[node][letter]
            self.passing[node] += 1

    def count(self, prefix):
        node = 0
        for letter in prefix:
            node = self.children[node].get(letter)
            if node is None:
                return 0
        return self.passing[node]


def main():
    tokens = sys.stdin.read().split()
    n, q = int(tokens[0]), int(tokens[1])
    trie = Trie()
    for word in tokens[2:2 + n]:
        trie.add(word)
    for prefix in tokens[2 + n:2 + n + q]:
        print(trie.count(prefix))


main()
