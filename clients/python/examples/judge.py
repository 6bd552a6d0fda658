"""Judges a program on the tests of a folder (NAME.in, NAME.out): judge.py PROGRAM FOLDER [ADDRESS]."""

import asyncio
import sys
from pathlib import Path

from synthsmith import Fault, Program, Test, Verifier

LANGUAGES = {".py": "python3", ".cpp": "cpp17", ".c": "c17"}


def tests_of(folder: Path) -> list[Test]:
    return [Test(path.read_bytes(), path.with_suffix(".out").read_bytes(), path.stem) for path in sorted(folder.glob("*.in"))]


async def main(program: str, folder: str, address: str = "http://127.0.0.1:7106") -> int:
    path = Path(program)
    async with Verifier(address) as verifier:
        try:
            judgement = await verifier.judge(Program(LANGUAGES[path.suffix], path.read_text()), tests_of(Path(folder)))
        except Fault as fault:
            print(f"no verdict: {fault}", file=sys.stderr)
            return 3
    for test in judgement.tests:
        used = test.outcome.measures
        print(f"{test.verdict.value:4} {used.cpu_seconds * 1e3:6.0f} ms {used.peak_memory_bytes / 2**20:6.1f} MiB")
    print(judgement.verdict.value)
    return int(judgement.accepted < len(judgement.tests) or not judgement.tests)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
