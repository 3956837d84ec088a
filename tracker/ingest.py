"""Raw exports into an archive: what is new is read, what is known is passed over, what is bad is named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.errors import SourceError
from tracker.quality import faults_alone
from tracker.schema import MANIFEST, conform
from tracker.sources import Source
from tracker.sources.reading import facts_of, files_of, read_whole_file
from tracker.store import add, held, judge

__all__ = ["Loaded", "load_into", "manifest_lines"]

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
        Wraps the files, to show how far it is.
    urls
        Where files were fetched from.

    Raises
    ------
    SourceError
        If a path does not exist or a folder holds no exports: nothing is loaded then.
    """
    lines_held = held(archive, source.name)
    measured = lines_held[lines_held["held"].notna()] if "held" in lines_held else lines_held.iloc[:0]
    known_faults = {
        (line.sha256, line.as_of if source.as_of else None): line.fault for line in measured.itertuples(index=False)
    }
    added = known = bad = replaced = 0
    remarks: list[str] = []
    for batch in _batches(progress(_last_of_instant(source, files_of(source, paths)))):
        tables = []
        for file in batch:
            try:
                key = (_sha256(source.files(file)), _instant(source, file))
                if key in known_faults:
                    _refuse_empty(file, [known_faults[key]])
                    known += 1
                    continue
                control, facts = read_whole_file(source, file)
                lines = manifest_lines(control, file, retrieved_at=now, facts=facts, parts=source.files(file))
                tables.append((control, lines.assign(url=(urls or {}).get(file))))
                remarks += [f"{file}: without geometry: {counts}" for counts in facts["lacking"].dropna()]
                _refuse_empty(file, lines["fault"])
                added += 1
                replaced += int(lines["as_of"].isin(lines_held["as_of"]).any())
            except SourceError as error:
                bad += 1
                on_error(error)
        _add(archive, tables, lines_held if source.as_of is None else lines_held.iloc[:0])
    return Loaded(added, known, bad, _new_faults(archive, source, lines_held), replaced, tuple(remarks))


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


def _refuse_empty(file: Path, faults: Iterable[Any]) -> None:
    """Name a file whose snapshot draws nothing: it is listed in the manifest, and left out of every result."""
    if "empty" in list(faults):
        raise SourceError(f"{file}: draws no occupied or contested ground; it is left out of all results")


def _add(archive: Path, tables: list[tuple[gpd.GeoDataFrame, pd.DataFrame]], before: pd.DataFrame) -> None:
    """Write a batch; of files with one instant the last counts, and a file of many replaces what it gave before."""
    if not tables:
        return
    control = pd.concat([control for control, _ in tables], ignore_index=True)
    lines = pd.concat([lines for _, lines in tables], ignore_index=True)
    control = control.drop_duplicates(["source", "as_of", "status"], keep="last")
    lines = lines.drop_duplicates(["source", "as_of"], keep="last")
    gone = before["path"].isin(lines["path"]) & ~before["as_of"].isin(lines["as_of"])
    add(archive, control, lines, withdrawn=before[gone])


def _batches(files: Iterable[Path]) -> Iterator[list[Path]]:
    """Cut a stream of files into batches."""
    batch: list[Path] = []
    for file in files:
        batch.append(file)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _sha256(files: Iterable[Path]) -> str:
    """Hash the bytes of the files that a snapshot is made of."""
    digest = hashlib.sha256()
    for file in files:
        try:
            digest.update(file.read_bytes())
        except OSError as error:
            raise SourceError(f"{file}: cannot be read ({error.strerror})") from None
    return digest.hexdigest()


def manifest_lines(
    control: gpd.GeoDataFrame,
    path: Path,
    *,
    retrieved_at: Any,
    facts: pd.DataFrame | None = None,
    parts: Iterable[Path] | None = None,
) -> pd.DataFrame:
    """
    Write the manifest lines of the snapshots that one raw file holds.

    Parameters
    ----------
    control
        The `control` table of the file.
    path
        The file.
    retrieved_at
        When it was loaded.
    facts
        The `facts` table that goes with it; by default as `facts_of` finds them in `control`.
    parts
        All files that the snapshot is made of; by default `path` alone.

    Returns
    -------
    DataFrame
        The `manifest` table with the columns of `facts`: areas planar in `WORK_CRS`, missing where the source does not
        draw or tell them; `fault` as far as a snapshot shows it by itself.
    """
    files = [path] if parts is None else list(parts)
    areas = control.assign(area_km2=control.area / 1e6).pivot(index="as_of", columns="status", values="area_km2")
    areas = areas.reindex(columns=["occupied", "contested"])
    since = control[control["status"] == "occupied"].set_index("as_of")["occupied_since_2022_km2"]
    lines = pd.DataFrame(
        {
            "source": control["source"].iloc[0] if len(control) else "",
            "path": str(path),
            "url": None,
            "sha256": _sha256(files),
            "bytes": sum(file.stat().st_size for file in files),
            "retrieved_at": pd.Timestamp(retrieved_at).floor("s"),
            "occupied_km2": areas["occupied"].fillna(0.0),
            "occupied_since_2022_km2": since.reindex(areas.index),
            "contested_km2": areas["contested"],
        }
    )
    facts = facts_of(control) if facts is None else facts
    lines = lines.reset_index().merge(facts, on="as_of", how="left")
    return conform(lines.assign(fault=faults_alone(lines)), MANIFEST)
