# Evaluates an expression in postfix notation with a stack.
# Input: tokens on one line. Output: the value, or "error". Division rounds to zero.


def divide(a, b):
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divide,
}


def evaluate(tokens):
    stack = []
    for token in tokens:
        if token not in OPERATIONS:
            stack.append(int(token))
            continue
        if len(stack) < 2:
            return None
        right = stack.pop()
        left = stack.pop()
        if token == "/" and right == 0:
            return None
        stack.append(OPERATIONS[token](left, right))
    return stack[0] if len(stack) == 1 else None


def main():
    value = evaluate(input().split())
    print("error" if value is None else value)


main()
