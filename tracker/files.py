"""Read and write files whole or not at all."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """
    Write a file under a temporary name beside its own, then move it there: nobody ever sees half of it.

    Folders on the way are made. Text is written as UTF-8. A link is followed to its file; what is no regular file, such
    as a pipe, is written to as it is.
    """
    with made_whole(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """
    Give the temporary name to write a file under, piece by piece; it is moved when all went well, else removed.

    As in `write_whole`, folders are made, a link is followed, and what is no regular file is written to as it is.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        yield path
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_whole(path: Path) -> io.BytesIO:
    """Read a file in one go: readers of Parquet open it more than once, and a writer may replace it in between."""
    return io.BytesIO(path.read_bytes())
