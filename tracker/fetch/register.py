"""What was fetched: `action` decides what a file needs, `place` puts one where it belongs, and the register remembers.

The register is a plain table beside the files (`fetched.csv`): where each came from, its hash, and what its server has
to be told so that it sends only what has changed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from tracker.errors import FetchError
from tracker.files import write_whole

TEMPORARY = ".fetching-"
"""How the temporary folders are called in which files are checked."""


@dataclass(frozen=True)
class RegisterLine:
    """A line of the register: a file, where it came from, what it was. Without a hash, the server has no such file."""

    name: str
    url: str
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    bytes: int = 0
    retrieved_at: str = ""


_COLUMNS = [field.name for field in fields(RegisterLine)]


@dataclass(frozen=True)
class Answer:
    """What a server answered: the file, or None where it has not changed."""

    url: str
    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def action(
    line: RegisterLine | None, sha256: str | None, url: str, *, settled: bool
) -> Literal["keep", "ask", "fetch"]:
    """
    Decide what a file needs.

    Parameters
    ----------
    line
        What the register says of it, if anything.
    sha256
        The hash of the file as it lies there; None where it does not.
    url
        Where it would be fetched from.
    settled
        Whether it can no longer change at its source.

    Returns
    -------
    str
        keep: nothing to do. ask: fetch it if it has changed. fetch: it is not there, not what was fetched, or its
        register line was lost.

    Examples
    --------
    >>> line = RegisterLine("a.json", "https://example.org/a.json", etag="7", sha256="ab")
    >>> [action(line, "ab", line.url, settled=settled) for settled in (True, False)]
    ['keep', 'ask']
    >>> action(line, "cd", line.url, settled=True), action(None, "ab", line.url, settled=True)
    ('fetch', 'fetch')
    """
    if line is None or line.sha256 != (sha256 or ""):
        return "fetch"
    if settled and (line.sha256 or line.url == url):
        return "keep"
    # What one server said of its file says nothing about that of another, or about a file that was missing.
    return "ask" if line.url == url and (line.etag or line.last_modified) else "fetch"


def put_checked(path: Path, content: bytes, check: Callable[[Path], None]) -> None:
    """
    Put a file where it belongs, once it has been checked under its own name in a temporary folder beside it.

    Parameters
    ----------
    path
        Where it belongs.
    content
        The file.
    check
        Called with the temporary file; what it raises keeps the file from replacing anything.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=path.parent) as folder:
        temporary = Path(folder) / path.name
        temporary.write_bytes(content)
        check(temporary)
        os.replace(temporary, path)


def sha256_of(path: Path) -> str | None:
    """Hash a file; None where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def register_line(name: str, answer: Answer, now: datetime) -> RegisterLine:
    """Write the register line of an answer."""
    content = answer.content or b""
    digest = hashlib.sha256(content).hexdigest() if content else ""
    return RegisterLine(name, answer.url, answer.etag, answer.last_modified, digest, len(content), instant(now))


def instant(now: datetime) -> str:
    """Write a time (UTC) as the register does."""
    return f"{now:%Y-%m-%dT%H:%M:%SZ}"


def read_register(path: Path) -> dict[str, RegisterLine]:
    """
    Read a register: its lines by the name of the file.

    Raises
    ------
    FetchError
        If the file is not one.
    """
    if not path.exists():
        return {}
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
        if reader.fieldnames != _COLUMNS:
            raise ValueError("other columns")
        rows: list[dict[str, Any]] = list(reader)
        lines = [RegisterLine(**{**row, "bytes": int(row["bytes"])}) for row in rows]
        for line in lines:
            datetime.fromisoformat(line.retrieved_at)
        return {line.name: line for line in lines}
    except (ValueError, TypeError, KeyError, csv.Error) as error:
        raise FetchError(f"{path}: not a register of fetched files ({error!r}); remove it and fetch again") from None


def write_register(path: Path, lines: Mapping[str, RegisterLine]) -> None:
    """Write a register, whole."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(lines[name]) for name in sorted(lines))
    write_whole(path, text.getvalue())
