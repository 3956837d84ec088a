"""Fetch a source's files into `ARCHIVE/raw/<source>/`, and load them: what is there already is not asked for again.

ARCHIVE/raw/<source>/              the files as they came, under the names that `tracker load` reads too
ARCHIVE/raw/<source>/fetched.csv   where each came from, and which do not exist at the source
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from tracker._version import __version__
from tracker.archive.ingest import Loaded, load_into
from tracker.archive.store import read_manifest
from tracker.errors import FetchError, LabelError, MissingError, SourceError
from tracker.fetch.register import (
    TEMPORARY,
    Answer,
    RegisterLine,
    action,
    instant,
    put_checked,
    read_register,
    register_line,
    sha256_of,
    write_register,
)
from tracker.fetch.wire import BusyError, Wire, get
from tracker.sources import list_sources
from tracker.sources.base import Asked, Item, Remote, Source
from tracker.sources.reading import read_whole_file
from tracker.tables.days import Day, day_of
from tracker.tables.messages import N_, Message

USER_AGENT = f"frontline-tracker/{__version__} (+https://github.com/frontline-tracker/frontline-tracker)"
GAP_DAYS = 7
"""A file that a source does not have is asked for again for so long."""

Progress = Callable[[list[Any], str], Iterable[Any]]

_FAILURES_IN_A_ROW = 5
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class _UnfitError(FetchError):
    """A file came whole, and is not what it should be: that says nothing about the next one."""


@dataclass(frozen=True)
class Fetched:
    """What became of the files: counts by new, unchanged, kept, gap, failed; and of their load, where there was one."""

    counts: Counter[str]
    loaded: Loaded | None
    refused: int


@dataclass(frozen=True)
class _Downloads:
    """A folder of fetched files and its register, and what is needed to add to it."""

    folder: Path
    lines: dict[str, RegisterLine]
    wire: Wire
    source: Source
    asked: Asked

    def note(self, line: RegisterLine) -> None:
        """Write a line down at once: an interrupted fetch goes on from there."""
        self.lines[line.name] = line
        write_register(self.folder / "fetched.csv", self.lines)


def remote_of(source: Source) -> Remote:
    """
    Say where a source can be fetched from.

    Raises
    ------
    ValueError
        If it cannot, listing those that can.
    """
    if source.remote is None:
        able = ", ".join(name for name, known in list_sources().items() if known.remote)
        raise ValueError(f"{source.name} cannot be fetched, only loaded from files (tracker load); {able} can")
    return source.remote


def published_name(source: Source) -> str:
    """Give the name of what is published: one with other options (`isw+control`) is made of the same files."""
    return source.name.split("+")[0]


def asked_days(since: Day | None, until: Day | None, now: Any) -> Asked:
    """
    Fill in the days of a fetch: up to today, as it is in Kyiv.

    Raises
    ------
    ValueError
        If they are in the future, or in the wrong order.
    """
    today = day_of(pd.Timestamp(now)).date()
    first = None if since is None else pd.Timestamp(since).date()
    last = today if until is None else min(today, pd.Timestamp(until).date())
    if first is not None and first > today:
        raise ValueError(f"--since {first} lies in the future; today is {today} in Kyiv")
    if first is not None and first > last:
        raise ValueError(f"--since {first} is after --until {last}")
    return Asked(first, last, today)


def fetch_source(
    archive: Path,
    source: Source,
    asked: Asked,
    *,
    url: str,
    wire: Wire,
    say: Callable[[str], None],
    progress: Progress = lambda work, _words: work,
) -> Fetched:
    """
    Download what is missing of a source, and load it.

    Parameters
    ----------
    archive
        The archive; made where it does not exist.
    source
        A source that can be fetched.
    asked
        The days of the map.
    url
        The address below which the source lies: its own, or that of a mirror.
    wire
        The session, its clock and its limits.
    say
        Told about gaps, oddities and failures; one that fails does not stop the others.
    progress
        Wraps the files, to show how far it is with what.

    Raises
    ------
    ValueError
        If the source cannot be fetched, or not these days of it.
    FetchError
        If the list of its files cannot be had, or another fetch of the source is running.
    """
    folder = archive / "raw" / published_name(source)
    with alone_in(folder):
        lines = read_register(folder / "fetched.csv")
        items, remarks = remote_of(source).items(url.rstrip("/"), partial(_content, wire), asked)
        for remark in remarks:
            say(Message("{source}: {remark}", source=source.name, remark=remark))
        downloads = _Downloads(folder, lines, wire, source, asked)
        counts = _fetch_all(downloads, progress(items, "Fetching"), say)
    if counts["gap"] == len(items) > GAP_DAYS:
        say(
            Message(
                "{source}: not one of these files is there; is {url} the right address?", source=source.name, url=url
            )
        )
    loaded, refused = _load(archive, downloads, [item.name for item in items], say=say, progress=progress)
    return Fetched(counts, loaded, refused)


def _content(wire: Wire, url: str) -> bytes:
    """Fetch an address."""
    return get(wire, url).content or b""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep a second fetch out of a folder, and clear away what one that was killed has left."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            for left in folder.glob(f"{TEMPORARY}*"):
                shutil.rmtree(left, ignore_errors=True)
            yield
    except Timeout:
        raise FetchError(f"{folder}: another fetch is running there; wait for its end") from None


# ---- one file after the other


def _fetch_all(downloads: _Downloads, items: Iterable[Item], say: Callable[[str], None]) -> Counter[str]:
    """Fetch files; one that fails is named, several in a row mean that the server is best left alone."""
    counts: Counter[str] = Counter()
    in_a_row = 0
    for item in items:
        try:
            outcome = _fetch_item(downloads, item, say)
            in_a_row = 0 if outcome != "kept" else in_a_row
        except FetchError as error:
            say(Message("tracker: {file}: {error}", file=item.name, error=error))
            outcome = "failed"
            in_a_row += not isinstance(error, MissingError | _UnfitError)
            if isinstance(error, BusyError) or in_a_row == _FAILURES_IN_A_ROW:
                counts[outcome] += 1
                stops = N_("{source}: the fetch stops here; the next one goes on from what is there")
                say(Message(stops, source=downloads.source.name))
                break
        counts[outcome] += 1
    return counts


def _fetch_item(downloads: _Downloads, item: Item, say: Callable[[str], None]) -> str:
    """Fetch a file and what belongs beside it; gives what became of the file."""
    if not _PLAIN_NAME.fullmatch(item.name):
        raise FetchError(f"{item.name!r} is no name of a file; it is refused")
    try:
        outcome = _fetch_file(downloads, item, item.name)
    except MissingError as error:
        if remote_of(downloads.source).listed:
            raise MissingError(f"a gap: it is listed, but {error}") from None
        late = Message("; it may still come, the next fetch asks again")
        about = {"source": downloads.source.name, "file": item.name, "error": error}
        about["late"] = "" if _age_days(downloads, item) > GAP_DAYS else late
        say(Message("{source}: {file} is a gap: {error}{late}", **about))
        outcome = "gap"
    if outcome != "gap":
        for suffix in item.companions:
            with suppress(MissingError):
                _fetch_file(downloads, item, Path(item.name).stem + suffix)
    return outcome


def _fetch_file(downloads: _Downloads, item: Item, name: str) -> str:
    """Fetch one file, if it needs it: decide, ask, check, move, note."""
    path = downloads.folder / name
    url = item.companions.get(name.removeprefix(Path(item.name).stem), item.url)
    known, sha256 = downloads.lines.get(name), sha256_of(path)
    settled = _is_settled(downloads, item, known)
    what = "fetch" if item.content is not None else action(known, sha256, url, settled=settled)
    if what == "keep":
        return "kept" if sha256 else "gap"
    try:
        asked_for = known if what == "ask" else None
        answer = Answer(url, item.content) if item.content is not None else get(downloads.wire, url, known=asked_for)
    except MissingError:
        _note_gap(downloads, item, name, url)
        raise
    if known and answer.content is None:
        downloads.note(replace(known, retrieved_at=instant(downloads.wire.now())))
        return "unchanged"
    line = register_line(name, answer, downloads.wire.now())
    if line.sha256 != sha256:
        put_checked(path, answer.content or b"", partial(_check, downloads.source, export=item.name))
    downloads.note(line)
    return "unchanged" if line.sha256 == sha256 else "new"


def _age_days(downloads: _Downloads, item: Item) -> int:
    """Count the days since a file was published."""
    return (downloads.asked.today - item.day).days


def _is_settled(downloads: _Downloads, item: Item, known: RegisterLine | None) -> bool:
    """Tell whether a file was last asked for when it could no longer change."""
    if known is None:
        return False
    asked_on = day_of(pd.Timestamp(known.retrieved_at)).date()
    return bool((asked_on - item.day).days >= remote_of(downloads.source).changes_days)


def _note_gap(downloads: _Downloads, item: Item, name: str, url: str) -> None:
    """Remember a file that the source does not have, once it is unlikely to come; one of a list is asked for again."""
    of_list = name == item.name and remote_of(downloads.source).listed
    if not of_list and _age_days(downloads, item) > GAP_DAYS and not (downloads.folder / name).exists():
        downloads.note(RegisterLine(name, url, retrieved_at=instant(downloads.wire.now())))


def _check(source: Source, file: Path, *, export: str) -> None:
    """
    Read a file as a load would, before it replaces anything: the export, or what belongs beside one of that name.

    A label that nobody knows is no fault of the download: the file is kept, and the load of it says what is unknown.
    """
    try:
        if file.name == export:
            read_whole_file(source, file)
        elif source.own_km2:
            source.own_km2(file.with_name(export))
    except LabelError:
        return
    except SourceError as error:
        raise _UnfitError(str(error).replace(f"{file.parent}/", "")) from None


# ---- into the archive


def _load(
    archive: Path, downloads: _Downloads, names: list[str], *, say: Callable[[str], None], progress: Progress
) -> tuple[Loaded | None, int]:
    """Load the files that are there; gives what came of it, and how many were refused for another reason than empty."""
    paths = [path for name in names if (path := downloads.folder / name).is_file()]
    if not paths:
        return None, 0
    loaded = load_into(
        archive,
        downloads.source,
        paths,
        now=pd.Timestamp(downloads.wire.now()),
        on_error=lambda error: say(Message("tracker: {error}", error=error)),
        progress=lambda files: progress(files, "Loading"),
        urls={path: line.url for path in paths if (line := downloads.lines.get(path.name))},
    )
    lines = read_manifest(archive)
    instants = [pd.Timestamp(downloads.source.as_of(path)).floor("s") for path in paths if downloads.source.as_of]
    empty = (lines["source"] == downloads.source.name) & (lines["fault"] == "empty") & lines["as_of"].isin(instants)
    return loaded, max(0, loaded.bad - int(empty.sum()))
