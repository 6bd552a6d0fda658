# Checks three kinds of brackets with a stack and counts what must be inserted.
# A closing bracket that does not fit the last open one needs a partner of its own.
# Input: one line of brackets. Output: "balanced", or how many brackets are missing.

PARTNER = {")": "(", "]": "[", "}": "{"}


def missing_brackets(text):
    waiting = []
    missing = 0
    for bracket in text:
        if bracket in PARTNER.values():
            waiting.append(bracket)
        elif bracket in PARTNER:
            if waiting and waiting[-1] == PARTNER[bracket]:
                waiting.pop()
            else:
                missing += 1
    return missing + len(waiting)


def main():
    missing = missing_brackets(input().strip())
    if missing == 0:
        print("balanced")
    else:
        print(missing)


main()
