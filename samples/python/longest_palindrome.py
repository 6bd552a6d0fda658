# Finds the longest palindrome inside a text by growing it from each centre.
# Input: one word. Output: the first longest palindrome and the number of all of them.


def grow(text, left, right):
    while left >= 0 and right < len(text) and text[left] == text[right]:
        left -= 1
        right += 1
    return left + 1, right


def main():
    text = input().strip()
    best = ""
    count = 0
    for centre in range(len(text)):
        for left, right in ((centre, centre), (centre, centre + 1)):
            start, end = grow(text, left, right)
            # Every step outwards was one more palindrome around this centre.
            count += (end - start + 1) // 2
            if end - start > len(best):
                best = text[start:end]
    print(best)
    print(count)


main()
