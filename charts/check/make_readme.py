"""Writes the chart's README: README.head.md, and a table of the values from the `# --` comments of values.yaml.

    make_readme.py            writes the file
    make_readme.py --check    fails where it is out of date, or where a value has no comment
"""

import json
import re
import sys
from pathlib import Path

import yaml

CHART = Path(__file__).parent.parent / "synthsmith"
HEAD = Path(__file__).parent / "README.head.md"
README = CHART / "README.md"
KEY = re.compile(r"^( *)([A-Za-z][A-Za-z0-9]*):(.*)$")
COMMENT = re.compile(r"^ *# ?(.*)$")


def comments(text):
    """The comment of each key that has one, by its path."""
    path, said, found = [], None, {}
    for line in text.splitlines():
        comment, key = COMMENT.match(line), KEY.match(line)
        if comment:
            words = comment.group(1)
            if words.startswith("-- "):
                said = words[3:]
            elif said is not None:
                said += " " + words
        elif key:
            depth = len(key.group(1)) // 2
            path = path[:depth] + [key.group(2)]
            if said is not None:
                found[tuple(path)] = said
            said = None
        else:
            said = None
    return found


def value_at(values, path):
    for key in path:
        values = values[key]
    return values


def row(path, said, value):
    shown = json.dumps(value, ensure_ascii=False).replace("|", "\\|")
    cells = f"`{'.'.join(path)}`", f"`{shown}`", said.replace("|", "\\|")
    return "| " + " | ".join(cells) + " |"


def leaves(values, path=()):
    """Paths of values that are no tables, or empty ones."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


def uncommented(values, found):
    """Values that nothing says anything about; a component's are explained below `defaults`."""
    for path in leaves(values):
        below_defaults = ("defaults", *path[1:])
        tops = [path[:length] for length in range(1, len(path) + 1)]
        tops += [below_defaults[:length] for length in range(2, len(path) + 1)]
        if not any(top in found for top in tops):
            yield ".".join(path)


def readme():
    text = (CHART / "values.yaml").read_text()
    values, found = yaml.safe_load(text), comments(text)
    silent = list(uncommented(values, found))
    if silent:
        sys.exit(f"values.yaml: no comment says what these are: {', '.join(silent)}")
    rows = [row(path, said, value_at(values, path)) for path, said in found.items()]
    table = ["## Values", "", "| value | default | what it is |", "|---|---|---|", *rows]
    return HEAD.read_text() + "\n" + "\n".join(table) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        is_current = README.is_file() and README.read_text() == readme()
        sys.exit(None if is_current else f"{README.name} is out of date: run {Path(__file__).name}")
    README.write_text(readme())
