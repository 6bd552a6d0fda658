"""Files that a service sends in pieces, into a folder that appears once all are whole."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Protocol

import grpc

from .faults import Fault


class Piece(Protocol):
    """The next bytes of the file that lies there below the folder."""

    @property
    def path(self) -> str: ...
    @property
    def content(self) -> bytes: ...


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """Gives a place for what shall be in a folder, which must not exist; it does where all went well."""
    if folder.exists():
        raise FileExistsError(f"{folder} is there already; nothing is written over")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as place:
        part = Path(place) / "part"
        part.mkdir()
        yield part
        part.rename(folder)


async def receive(pieces: AsyncIterable[Piece], folder: Path) -> list[PurePosixPath]:
    """Writes files into a folder, over what an earlier try left there; gives their paths below it."""
    paths: dict[PurePosixPath, None] = {}
    async for piece in pieces:
        path = path_below(piece.path)
        (folder / path.parent).mkdir(parents=True, exist_ok=True)
        # The first piece of this try replaces what an earlier one left.
        with (folder / path).open("ab" if path in paths else "wb") as file:
            file.write(piece.content)
        paths[path] = None
    return list(paths)


def path_below(text: str) -> PurePosixPath:
    """A path that cannot leave the folder it is meant for."""
    path = PurePosixPath(text)
    if path.is_absolute() or not path.parts or ".." in path.parts or not text.isprintable():
        raise Fault(grpc.StatusCode.DATA_LOSS, f"the service names the file {text!r}, which is not below the output folder")
    return path
