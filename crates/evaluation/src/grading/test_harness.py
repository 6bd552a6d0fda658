import os
import sys
import traceback

SYNTAX_ERROR = 80
NO_FUNCTION = 81
ASSERTION = 82


def fail(code):
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)


def main(preamble, candidate, function, steps):
    mark = sys.stdin.buffer.read()
    # What the program prints is no part of the answer.
    answer = os.dup(1)
    os.dup2(2, 1)
    # Not the name space of a main program, as in the original: a block for that is not run.
    scope = {}
    exec(preamble, scope)
    scope.pop(function, None)
    try:
        code = compile(candidate, "<solution>", "exec")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        fail(SYNTAX_ERROR)
    try:
        exec(code, scope)
        if function not in scope:
            os._exit(NO_FUNCTION)
        for step in steps:
            exec(step, scope)
    except AssertionError:
        fail(ASSERTION)
    except BaseException:
        fail(1)
    os.write(answer, mark)
    os._exit(0)
