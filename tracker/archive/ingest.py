"""Raw exports into an archive: what is new is read, what is known is passed over, what is bad is named."""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive.faults import faults_alone
from tracker.archive.store import add, held, judge
from tracker.errors import SourceError
from tracker.sources.base import Source
from tracker.sources.loading import files_of
from tracker.sources.reading import Snapshot, control_of, facts_of, facts_of_control, with_own_km2
from tracker.sources.workers import read_each
from tracker.tables.check import conform
from tracker.tables.definitions import MANIFEST
from tracker.tables.messages import Message

_Key = tuple[str, pd.Timestamp | None]
_Read = tuple[list[Snapshot], dict[str, Any]]
_BATCH = 100
"""Files between two writes: an interrupted load keeps what it has read."""


@dataclass(frozen=True)
class Loaded:
    """What became of the files of a load: added (and in the place of another), known already, bad; what was odd."""

    added: int
    known: int
    bad: int
    faults: tuple[str, ...] = ()
    replaced: int = 0
    remarks: tuple[str, ...] = ()


def load_into(
    archive: Path,
    source: Source,
    paths: Iterable[str | Path],
    *,
    now: pd.Timestamp,
    on_error: Callable[[SourceError], None],
    progress: Callable[[list[Path]], Iterable[Path]] = iter,
    urls: Mapping[Path, str] | None = None,
) -> Loaded:
    """
    Read raw export files into an archive; a file whose very bytes are there already is passed over.

    After it the faults of all the source's snapshots are found anew: whether one covers too little ground shows only
    beside its neighbours.

    Parameters
    ----------
    archive
        The archive; made where it does not exist.
    source
        The source of the files.
    paths
        Files and folders.
    now
        The time to note as `retrieved_at`.
    on_error
        Called with the error of each bad file; the others are loaded.
    progress
        Wraps the list of files, to show how far it is.
    urls
        Where files were fetched from.

    Raises
    ------
    SourceError
        If a path does not exist or a folder holds no exports: nothing is loaded then.
    """
    lines_held = held(archive, source.name)
    files = _last_of_instant(source, files_of(source, paths))
    keys = {file: _key(source, file) for file in files}
    known = _known_faults(source, lines_held)
    new = [file for file, key in keys.items() if not isinstance(key, SourceError) and key not in known]
    counts: Counter[str] = Counter()
    remarks: list[str] = []
    read: list[_Read] = []

    def write() -> None:
        _add(archive, read, now, withdraws=lines_held if source.as_of is None else lines_held.iloc[:0])
        counts["replaced"] += _replaced(read, set(lines_held["as_of"]))
        remarks.extend(_remarks(read))
        read.clear()

    with contextlib.closing(read_each(source, new)) as answers:
        for file in progress(files):
            try:
                key = _or_raise(keys[file])
                if key not in known:
                    found = with_own_km2(source, file, _or_raise(next(answers)))
                    read.append((found, _raw(source, file, key, urls)))
                _refuse_empty(file, known[key] == "empty" if key in known else any(one.is_empty for one in found))
                counts["known" if key in known else "added"] += 1
            except SourceError as error:
                counts["bad"] += 1
                on_error(error)
            if len(read) == _BATCH:
                write()
        write()
    faults = _new_faults(archive, source, lines_held)
    return Loaded(counts["added"], counts["known"], counts["bad"], faults, counts["replaced"], tuple(remarks))


def _replaced(read: list[_Read], before: set[pd.Timestamp]) -> int:
    """Count the files whose snapshots took the place of others."""
    sound = [found for found, _ in read if not any(one.is_empty for one in found)]
    return sum(any(one.as_of in before for one in found) for found in sound)


def _remarks(read: list[_Read]) -> list[str]:
    """Tell which files lack geometries."""
    lacking = [(raw["path"], one.facts["lacking"]) for found, raw in read for one in found]
    return [Message("{path}: without geometry: {words}", path=path, words=words) for path, words in lacking if words]


def _known_faults(source: Source, lines: pd.DataFrame) -> dict[_Key, Any]:
    """List the fault of each file whose very bytes are there; those that were never measured are read once more."""
    measured = lines[lines["held"].notna()] if "held" in lines else lines.iloc[:0]
    return {(line.sha256, line.as_of if source.as_of else None): line.fault for line in measured.itertuples()}


def _key(source: Source, file: Path) -> _Key | SourceError:
    """Say what tells a file from every other: its bytes, and its instant where its name gives one."""
    try:
        return _sha256(source.files(file)), _instant(source, file)
    except SourceError as error:
        return error


def _or_raise(answer: Any) -> Any:
    """Give an answer; raise it where it is an error."""
    if isinstance(answer, SourceError):
        raise answer
    return answer


def _raw(source: Source, file: Path, key: _Key, urls: Mapping[Path, str] | None) -> dict[str, Any]:
    """Note what the manifest says of a raw file."""
    size = sum(part.stat().st_size for part in source.files(file))
    return {"path": str(file), "url": (urls or {}).get(file), "sha256": key[0], "bytes": size}


def _new_faults(archive: Path, source: Source, before: pd.DataFrame) -> tuple[str, ...]:
    """Find the faults of a source's snapshots anew, and tell those that were not known before."""
    lines = judge(archive, source.name)
    known = dict(zip(before["as_of"], before["fault"], strict=True))
    words = {
        "outside": "draws ground far outside the theatre",
        "coverage": "covers other ground than the maps around it",
    }
    return tuple(
        f"{line.path}: {words[line.fault]}"
        for line in lines[lines["fault"].isin(list(words))].itertuples()
        if known.get(line.as_of) != line.fault
    )


def _instant(source: Source, file: Path) -> pd.Timestamp | None:
    """Read a file's instant off its name, as it is kept; None where its rows carry it."""
    return pd.Timestamp(source.as_of(file)).floor("s") if source.as_of else None


def _last_of_instant(source: Source, files: list[Path]) -> list[Path]:
    """Of several files with one instant keep the last; undated ones stay, to be named."""
    if source.as_of is None:
        return files
    last: dict[Any, Path] = {}
    for file in files:
        try:
            last[_instant(source, file)] = file
        except SourceError:
            last[file] = file
    kept = set(last.values())
    return [file for file in files if file in kept]


def _refuse_empty(file: Path, empty: bool) -> None:
    """Name a file whose snapshot draws nothing: it is listed in the manifest, and left out of every result."""
    if empty:
        raise SourceError(f"{file}: draws no occupied or contested ground; it is left out of all results")


def _add(archive: Path, read: list[_Read], now: pd.Timestamp, *, withdraws: pd.DataFrame) -> None:
    """Write a batch; of files with one instant the last counts, and a file of many replaces what it gave before."""
    last = {one.as_of: (one, raw) for found, raw in read for one in found}
    if not last:
        return
    found = [one for one, _ in last.values()]
    raw = pd.DataFrame([{"as_of": one.as_of, **raw} for one, raw in last.values()])
    control = control_of(found)
    lines = _lines(control, facts_of(found), raw.assign(retrieved_at=now))
    gone = withdraws["path"].isin(lines["path"]) & ~withdraws["as_of"].isin(lines["as_of"])
    add(archive, control, lines, withdrawn=withdraws[gone])


def _sha256(files: Iterable[Path]) -> str:
    """Hash the bytes of the files that a snapshot is made of."""
    digest = hashlib.sha256()
    for file in files:
        try:
            digest.update(file.read_bytes())
        except OSError as error:
            raise SourceError(f"{file}: cannot be read ({error.strerror})") from None
    return digest.hexdigest()


def manifest_lines(control: gpd.GeoDataFrame, path: Path, *, retrieved_at: Any) -> pd.DataFrame:
    """
    Write the manifest lines of the snapshots that one raw file holds, where only their `control` table is known.

    Parameters
    ----------
    control
        The `control` table of the file.
    path
        The file.
    retrieved_at
        When it was loaded.

    Returns
    -------
    DataFrame
        The `manifest` table with the columns of `facts`: areas planar in `WORK_CRS`, missing where the source does not
        draw or tell them; `fault` as far as a snapshot shows it by itself.
    """
    raw = pd.DataFrame({"as_of": control["as_of"].unique()})
    raw = raw.assign(path=str(path), url=None, sha256=_sha256([path]), bytes=path.stat().st_size)
    return _lines(control, facts_of_control(control), raw.assign(retrieved_at=retrieved_at))


def _lines(control: gpd.GeoDataFrame, facts: pd.DataFrame, raw: pd.DataFrame) -> pd.DataFrame:
    """Write the manifest lines of snapshots, each of another instant, from what is known of the raw file of each."""
    areas = control.assign(area_km2=control.area / 1e6).pivot(index="as_of", columns="status", values="area_km2")
    areas = areas.reindex(columns=["occupied", "contested"])
    since = control[control["status"] == "occupied"].set_index("as_of")["occupied_since_2022_km2"]
    lines = pd.DataFrame(
        {
            "source": control["source"].iloc[0] if len(control) else "",
            "occupied_km2": areas["occupied"].fillna(0.0),
            "occupied_since_2022_km2": since.reindex(areas.index),
            "contested_km2": areas["contested"],
        }
    )
    retrieved = pd.to_datetime(raw["retrieved_at"], utc=True).dt.floor("s")
    lines = lines.reset_index().merge(raw.assign(retrieved_at=retrieved), on="as_of").merge(facts, on="as_of")
    return conform(lines.assign(fault=faults_alone(lines)), MANIFEST)
