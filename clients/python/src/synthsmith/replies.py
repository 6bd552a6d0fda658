"""The program in a model's reply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .programs import Program

#: The largest source that the verifier takes, where its settings are the usual ones.
MAX_SOURCE_BYTES = 1 << 20

# What follows on the line of backticks holds none, else they are code within a line.
_FENCE = re.compile(r"^ {0,3}(?:(`{3,})(?=[^`]*$)|(~{3,}))[ \t]*([^\s`{]*)")
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


@dataclass(frozen=True)
class _Block:
    tag: str
    source: str

    def language(self, otherwise: str) -> str | None:
        """By its tag; ``None`` where that names something else."""
        return _LANGUAGES.get(self.tag.lower()) if self.tag else otherwise


def program_of(reply: str, language: str = "python3", *, thinks: bool = False) -> Program | None:
    """The last closed code block after the thinking; ``None`` where there is none that can be run.

    The block's tag says the language; one without a tag is in ``language``, and one with a tag of none (``json``, ``text``) counts
    only where no other does. A source that is empty, larger than 1 MiB or no Unicode is none. ``thinks`` is for models whose template
    opens the thinking before the reply begins: one that never closes it has no answer.
    """
    blocks = list(_blocks(_after_thinking(reply, thinks)))
    if not blocks:
        return None
    known = [block for block in blocks if block.language(language) is not None]
    block = (known or blocks)[-1]
    is_program = bool(block.source.strip()) and _size(block.source) <= MAX_SOURCE_BYTES
    return Program(block.language(language) or language, block.source) if is_program else None


def _after_thinking(reply: str, thinks: bool) -> str:
    """Without what a model thought; nothing where it never stopped thinking."""
    _, closing, answer = reply.rpartition("</think>")
    if not closing:
        answer = "" if thinks else reply
    return "" if "<think>" in answer else answer


def _blocks(text: str) -> Iterator[_Block]:
    fence, tag, lines = "", "", list[str]()
    # Only line feeds end lines: what else Python takes for an end may stand in a program's texts.
    for line in re.split(r"(?<=\n)", text):
        match = _FENCE.match(line)
        opening = "" if match is None else match[1] or match[2]
        if not fence:
            if match:
                fence, tag, lines = opening, match[3], []
        elif opening.startswith(fence) and not line.strip().strip(fence[0]):
            yield _Block(tag, "".join(lines))
            fence = ""
        else:
            lines.append(line)


def _size(source: str) -> float:
    try:
        return len(source.encode())
    except UnicodeEncodeError:
        return float("inf")
