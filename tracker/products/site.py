"""The static site: which of its parts are out of date, and building those.

A site is made of parts: one for each day, the map, the towns' pages, and the other pages. Each part has a fingerprint
of all that it depends on. `index.json` keeps the fingerprints beside what every file of a part should be; a part is
built where its fingerprint is not the one kept, or where one of its files is not as it was written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tracker._version import __version__
from tracker.archive.archive import Archive
from tracker.archive.faults import epochs
from tracker.archive.span import Span
from tracker.changes.pace import steps
from tracker.outputs.look import chosen_colours
from tracker.outputs.page.site import with_neighbours
from tracker.products.briefing import background_of, history_start
from tracker.products.site_folder import SCHEMA, is_broken, open_index, put, put_file, remove, write_index
from tracker.products.site_parts import PARTS, Site, about_site, beside, calendar_of, day_files


@dataclass(frozen=True)
class Built:
    """What a run did: how many days it built and kept, which other parts it built, how many days it removed."""

    days: int
    kept: int
    parts: list[str]
    removed: int


def fingerprints(site: Site) -> dict[str, str]:
    """
    Tell each part of the site from any other state of it.

    A day depends on the maps behind its history, on what the pace of the source says of each (see
    `tracker.causes`), on the reference data, and on the version and the choices made. The other parts depend on all.

    Returns
    -------
    dict
        Part → SHA-256: `days/YYYY-MM-DD` for each day, then map, towns, pages.
    """
    space = site.archive
    common = [__version__, str(SCHEMA), space.source.name, site.lang, str(site.causes), *_reference_hashes(space)]
    common += [f"{name} {colour}" for name, colour in sorted(chosen_colours().items())]
    lines = _lines(space)
    days = {f"days/{day:%Y-%m-%d}": _sha256([*common, *_behind(space, lines, day)]) for day in site.days}
    whole = _sha256([*days.values(), space.sha256()])
    return days | {part: _sha256([part, whole]) for part in PARTS}


def _lines(archive: Archive) -> pd.Series:
    """Put each map of the archive into a line of text: its instant, its hash, and what its pace says of it."""
    manifest = archive.manifest
    pace = steps(manifest).set_index("as_of")[["missing_days", "frozen_days"]]
    table = manifest[["as_of", "sha256"]].assign(epoch=epochs(manifest)).join(pace, on="as_of").fillna(0)
    return table.astype(str).agg(" ".join, axis=1)


def _behind(archive: Archive, lines: pd.Series, day: pd.Timestamp) -> Iterable[str]:
    """Take the lines of the maps behind the history of a day."""
    return lines[archive.provenance(history_start(archive, Span(day, day)), day).index]


def _reference_hashes(archive: Archive) -> Iterator[str]:
    """Tell the user's own reference data from any other."""
    for path in archive.reference.files().values():
        yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _sha256(lines: Iterable[str]) -> str:
    """Hash lines of text."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def parts_to_build(kept: dict[str, str], wanted: dict[str, str], broken: Iterable[str] = ()) -> list[str]:
    """
    Decide which parts of a site to build.

    Parameters
    ----------
    kept
        Part → its fingerprint when it was built.
    wanted
        Part → its fingerprint now.
    broken
        Parts with a file that is missing or not as it was written.

    Returns
    -------
    list
        The parts, in the order of `wanted`.

    Examples
    --------
    >>> parts_to_build({"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "1"}, broken=["c"])
    ['b', 'd']
    """
    again = set(broken)
    return [part for part, fingerprint in wanted.items() if kept.get(part) != fingerprint or part in again]


def build_site(site: Site, folder: Path, *, progress: Callable[[list[str]], Iterable[str]] = list) -> Built:
    """
    Bring the site in a folder up to date.

    Files are written whole, and only where they change. What was built before a crash counts at the next run. Days
    that the archive no longer holds go, with the files that were written for them and are still as they were.

    Parameters
    ----------
    site
        What it shows.
    folder
        An empty or new folder, or one with an earlier state of the site.
    progress
        Wraps the days to build, to show how far it is.

    Raises
    ------
    ValueError
        If the folder holds something that is no site.
    """
    index = open_index(folder)
    kept, wanted = index["parts"], fingerprints(site)
    known = {part: one["fingerprint"] for part, one in kept.items()}
    todo = parts_to_build(known, wanted, [part for part, one in kept.items() if is_broken(folder, one["files"])])
    gone = [part for part in kept if part not in wanted]
    days, others = [part for part in todo if part not in PARTS], [part for part in todo if part in PARTS]
    if todo:
        write_index(folder, index)
        shared = background_of(site.archive, calendar_of(site) if others else map(_day, days))
        for part in progress(days):
            put(folder, index, part, wanted[part], day_files(site, shared, _day(part)))
        for part in others:
            put(folder, index, part, wanted[part], PARTS[part](site, shared))
        index |= about_site(site, shared) if others else {}
    for part in gone:
        remove(folder, kept.pop(part)["files"])
    if todo or gone:
        _link(site, folder, index)
        write_index(folder, index | {"parts": {part: kept[part] for part in wanted}})
    return Built(len(days), len(site.days) - len(days), others, len(gone))


def _day(part: str) -> pd.Timestamp:
    """Take the day off the name of its part."""
    return pd.Timestamp(part.removeprefix("days/"))


def _link(site: Site, folder: Path, index: dict[str, Any]) -> None:
    """Let the page of each day lead to the days beside it; pages that do already are left alone."""
    for day in site.days:
        part = f"days/{day:%Y-%m-%d}"
        path = f"{part}/index.html"
        page = (folder / path).read_text(encoding="utf-8")
        linked = with_neighbours(page, *beside(site, day), site.lang)
        if linked != page:
            put_file(folder, index["parts"][part]["files"], path, linked)
