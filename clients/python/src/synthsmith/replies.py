"""The program in a model's reply."""

from __future__ import annotations

import re

from .programs import Program

#: The largest source that the verifier takes, where its settings are the usual ones.
MAX_SOURCE_BYTES = 1 << 20

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([^\s`{]*)")
_LANGUAGES = {
    "python": "python3",
    "python3": "python3",
    "py": "python3",
    "pypy": "pypy3",
    "pypy3": "pypy3",
    "c": "c17",
    "cpp": "cpp17",
    "c++": "cpp17",
    "cc": "cpp17",
    "cxx": "cpp17",
    "c++17": "cpp17",
    "cpp17": "cpp17",
    "c++20": "cpp20",
    "cpp20": "cpp20",
}


def program_of(reply: str, language: str = "python3") -> Program | None:
    """The last closed code block after the thinking; ``None`` where there is none that can be run.

    The block's tag says the language; where it says nothing that is known here, ``language`` is taken. A source that is empty, larger
    than 1 MiB or no Unicode is none.
    """
    block = _last_block(_after_thinking(reply))
    if block is None:
        return None
    tag, source = block
    is_program = bool(source.strip()) and _size(source) <= MAX_SOURCE_BYTES
    return Program(_LANGUAGES.get(tag.lower(), language), source) if is_program else None


def _after_thinking(reply: str) -> str:
    """Without what a model thought; nothing where it never stopped thinking."""
    _, closing, answer = reply.rpartition("</think>")
    answer = answer if closing else reply
    return "" if "<think>" in answer else answer


def _last_block(text: str) -> tuple[str, str] | None:
    found, fence, tag, lines = None, "", "", list[str]()
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if not fence:
            if match:
                fence, tag, lines = match[1], match[2], []
        elif match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
            found, fence = (tag, "".join(lines)), ""
        else:
            lines.append(line)
    return found


def _size(source: str) -> float:
    try:
        return len(source.encode())
    except UnicodeEncodeError:
        return float("inf")
