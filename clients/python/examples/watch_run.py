"""Follows the newest run until it ends, and receives its output: watch_run.py FOLDER [ADDRESS]."""

import asyncio
import sys

from synthsmith import Runs


async def main(folder: str, address: str = "http://127.0.0.1:7107") -> None:
    async with Runs(address) as runs:
        newest = await anext(aiter(runs.all()))
        async for run in runs.watch(newest.name):
            progress = run.progress
            print(f"{run.name}: {progress.committed_count} of {run.spec.item_count} items, {progress.accepted_count} accepted")
        for path in await runs.export(newest.name, folder):
            print(path)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
