"""Raw exports into an archive: what is new is read, what is known is passed over, what is bad is named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.errors import SourceError
from tracker.metrics.outside import outside_km2
from tracker.schema import MANIFEST, conform
from tracker.sources import Source
from tracker.sources.base import files_of, read_file
from tracker.store import add, held

__all__ = ["Loaded", "load_into", "manifest_lines"]

_OUTSIDE_KM2 = 5000.0
"""Above what stray polygons reach (527 km² in the Arabian Sea stood on DeepState's maps for most of 2023)."""

_BATCH = 100
"""Files between two writes: an interrupted load keeps what it has read."""


@dataclass(frozen=True)
class Loaded:
    """What became of the files of a load: added (and in the place of another), known already, bad; faults found."""

    added: int
    known: int
    bad: int
    faults: tuple[str, ...] = ()
    replaced: int = 0


def load_into(
    archive: Path,
    source: Source,
    paths: Iterable[str | Path],
    *,
    now: pd.Timestamp,
    on_error: Callable[[SourceError], None],
    progress: Callable[[list[Path]], Iterable[Path]] = iter,
) -> Loaded:
    """
    Read raw export files into an archive; a file whose very bytes are there already is passed over.

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

    Raises
    ------
    SourceError
        If a path does not exist or a folder holds no exports: nothing is loaded then.
    """
    lines_held = held(archive, source.name)
    faults = {
        (line.sha256, line.as_of if source.as_of else None): line.fault for line in lines_held.itertuples(index=False)
    }
    added = known = bad = replaced = 0
    found: list[str] = []
    for batch in _batches(progress(_last_of_instant(source, files_of(source, paths)))):
        tables = []
        for file in batch:
            try:
                key = (_sha256(file), _instant(source, file))
                if key in faults:
                    _refuse_empty(file, [faults[key]])
                    known += 1
                    continue
                control = read_file(source, file)
                lines = manifest_lines(control, file, retrieved_at=now)
                tables.append((control, lines))
                found += [f"{file}: draws ground far outside the theatre"] * int((lines["fault"] == "outside").sum())
                _refuse_empty(file, lines["fault"])
                added += 1
                replaced += int(lines["as_of"].isin(lines_held["as_of"]).any())
            except SourceError as error:
                bad += 1
                on_error(error)
        _add(archive, tables, lines_held if source.as_of is None else lines_held.iloc[:0])
    return Loaded(added, known, bad, tuple(found), replaced)


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


def _sha256(path: Path) -> str:
    """Hash a file's bytes."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from None


def manifest_lines(control: gpd.GeoDataFrame, path: Path, *, retrieved_at: Any) -> pd.DataFrame:
    """
    Write the manifest lines of the snapshots that one raw file holds.

    Returns
    -------
    DataFrame
        The `manifest` table: areas planar in `WORK_CRS`, missing where the source does not draw or tell them; `fault`
        is "empty" for a snapshot without any ground, "outside" for one with much ground beyond the theatre.
    """
    areas = control.assign(area_km2=control.area / 1e6).pivot(index="as_of", columns="status", values="area_km2")
    areas = areas.reindex(columns=["occupied", "contested"])
    since = control[control["status"] == "occupied"].set_index("as_of")["occupied_since_2022_km2"]
    lines = pd.DataFrame(
        {
            "source": control["source"].iloc[0] if len(control) else "",
            "path": str(path),
            "url": None,
            "sha256": _sha256(path),
            "bytes": path.stat().st_size,
            "retrieved_at": pd.Timestamp(retrieved_at).floor("s"),
            "occupied_km2": areas["occupied"].fillna(0.0),
            "occupied_since_2022_km2": since.reindex(areas.index),
            "contested_km2": areas["contested"],
            "fault": _faults(control).reindex(areas.index),
        }
    )
    return conform(lines.reset_index(), MANIFEST)


def _faults(control: gpd.GeoDataFrame) -> pd.Series:
    """Find the faults that one snapshot shows by itself, by `as_of`; missing where there is none."""
    measured = control.assign(drawn_m2=control.area, outside_km2=outside_km2(control.geometry))
    sums = measured.groupby("as_of")[["drawn_m2", "outside_km2"]].sum()
    faults = pd.Series(None, index=sums.index, dtype="str")
    faults[sums["outside_km2"] > _OUTSIDE_KM2] = "outside"
    faults[sums["drawn_m2"] == 0] = "empty"
    return faults
