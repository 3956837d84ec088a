"""The archive: control tables in GeoParquet, one file a source and month, and a manifest of the raw files behind them.

    ARCHIVE/manifest.csv                one line a snapshot: its raw file, hash, instant, areas and faults
    ARCHIVE/<source>/<YYYY-MM>.parquet  the `control` table of a month (of `as_of` in Kyiv)
    ARCHIVE/reference/                  the user's own gazetteer, footprints, oblasts and basemap

Files are written whole under a temporary name and moved. A lock makes writers wait for each other; readers need none.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from filelock import FileLock

from tracker.errors import NoDataError, SchemaError
from tracker.files import read_whole, write_whole
from tracker.quality import epochs, faults
from tracker.schema import CONTROL, FACTS, MANIFEST, check, conform, empty
from tracker.snapshots import day_of

__all__ = ["add", "held", "judge", "read_archive", "read_manifest"]

_PARQUET = {"compression": "zstd", "compression_level": 19, "index": False}


def read_manifest(folder: str | Path) -> pd.DataFrame:
    """
    Read the `manifest` table of an archive: one line a snapshot, in the order of source and `as_of`.

    A folder without a manifest is an empty archive. Faults that nobody has noted yet, in an older archive, are found.

    Raises
    ------
    SchemaError
        If the file is not a manifest.
    """
    path = Path(folder) / "manifest.csv"
    if not path.exists():
        return empty(MANIFEST)
    try:
        text = {name: "str" for name, kind in (MANIFEST.columns | FACTS.columns).items() if kind.startswith("text")}
        lines = pd.read_csv(path, dtype=text)
        for column in ("retrieved_at", "as_of"):
            lines[column] = pd.to_datetime(lines[column], utc=True, format="ISO8601")
        # An empty cell is "neither region" in a line whose drawing was measured, and unknown in an older one.
        lines = lines.reindex(columns=[*lines.columns, *(name for name in FACTS.columns if name not in lines)])
        lines["held"] = lines["held"].astype("str").fillna("").where(lines["outside_km2"].notna())
        lines = conform(lines, MANIFEST)
        return lines.assign(fault=lines["fault"].fillna(faults(lines)))
    except (ValueError, KeyError, SchemaError) as error:
        raise SchemaError(f"{path}: not a manifest ({error}); remove it and load the raw exports again") from None


def read_archive(
    folder: str | Path,
    *,
    source: str | None = None,
    since: Any = None,
    until: Any = None,
    with_faults: bool = False,
) -> gpd.GeoDataFrame:
    """
    Read snapshots back from an archive.

    Parameters
    ----------
    folder
        The archive.
    source
        One source; by default all of them.
    since, until
        First and last Kyiv day of the snapshots, both inclusive; by default all. (Changes on `since` itself are
        measured from the state before it: read from an earlier day.)
    with_faults
        Also give snapshots that the manifest marks as faulty.

    Returns
    -------
    GeoDataFrame
        The `control` table, in the order of source, as_of and status. Where a source changed for good what ground it
        covers, a column `epoch` numbers the stretches in between: `track` measures changes within one only.

    Raises
    ------
    NoDataError
        If the archive holds no such snapshot.
    """
    lines = read_manifest(folder)
    numbers = epochs(lines).set_axis(pd.MultiIndex.from_frame(lines[["source", "as_of"]]))
    days = day_of(lines["as_of"])
    wanted = pd.Series(True, index=lines.index) if source is None else lines["source"] == source
    if since is not None:
        wanted &= days >= pd.Timestamp(since)
    if until is not None:
        wanted &= days <= pd.Timestamp(until)
    if not with_faults:
        wanted &= lines["fault"].isna()
    lines = lines[wanted]
    if lines.empty:
        period = "" if since is None and until is None else f" from {since or 'the start'} to {until or 'the end'}"
        raise NoDataError(f"{folder}: no snapshot of {source or 'any source'}{period}; tracker load adds some")
    months = sorted({(name, f"{day:%Y-%m}") for name, day in zip(lines["source"], day_of(lines["as_of"]), strict=True)})
    for month in months:
        if not _partition(Path(folder), *month).exists():
            raise SchemaError(f"{_partition(Path(folder), *month)}: is missing; load the raw exports again")
    control = pd.concat([_read_partition(Path(folder), *month) for month in months])
    asked = pd.MultiIndex.from_frame(lines[["source", "as_of"]])
    control = control[pd.MultiIndex.from_frame(control[["source", "as_of"]]).isin(asked)]
    lost = asked[~asked.isin(pd.MultiIndex.from_frame(control[["source", "as_of"]]))]
    if len(lost):
        raise SchemaError(f"{folder}: {len(lost)} snapshots of the manifest are missing; load the raw exports again")
    control = control.sort_values(["source", "as_of", "status"]).reset_index(drop=True)
    numbers = numbers.loc[pd.MultiIndex.from_frame(control[["source", "as_of"]])].reset_index(drop=True)
    return check(control.assign(epoch=numbers) if numbers.nunique() > 1 else control, CONTROL)


def add(
    folder: str | Path, control: gpd.GeoDataFrame, lines: pd.DataFrame, *, withdrawn: pd.DataFrame | None = None
) -> None:
    """
    Put snapshots and their manifest lines into an archive; one that is there already is replaced.

    Months are written first and the manifest last, so that a crash in between loses nothing: the next load of the
    same files mends it.

    Parameters
    ----------
    folder
        The archive; made where it does not exist.
    control
        The `control` table of the snapshots.
    lines
        Their lines of the `manifest` table.
    withdrawn
        Manifest lines to strike out: snapshots that a file gave when it was loaded before, and no longer gives.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    check(lines, MANIFEST)
    with FileLock(folder / ".lock"):
        months = day_of(check(control, CONTROL)["as_of"]).dt.strftime("%Y-%m")
        for (source, month), rows in control.groupby(["source", months]):
            _write_partition(folder, source, month, rows)
        kept = _without(read_manifest(folder), lines)
        kept = kept if withdrawn is None else _without(kept, withdrawn)
        _write_manifest(folder, pd.concat([kept, lines]))


def judge(folder: str | Path, source: str) -> pd.DataFrame:
    """
    Find the faults of a source's snapshots anew, and note them in the manifest.

    Returns
    -------
    DataFrame
        The source's lines of the `manifest` table.
    """
    folder = Path(folder)
    if not (folder / "manifest.csv").exists():
        return empty(MANIFEST)
    with FileLock(folder / ".lock"):
        lines = read_manifest(folder)
        of_source = lines["source"] == source
        judged = lines.assign(fault=lines["fault"].mask(of_source, faults(lines[of_source])))
        if not judged["fault"].equals(lines["fault"]):
            _write_manifest(folder, judged)
    return judged[of_source].reset_index(drop=True)


def _write_manifest(folder: Path, lines: pd.DataFrame) -> None:
    """Write the manifest in its order, whole."""
    lines = conform(lines.sort_values(["source", "as_of"]), MANIFEST)
    for column in ("retrieved_at", "as_of"):
        lines[column] = lines[column].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    write_whole(folder / "manifest.csv", lines.to_csv(index=False, lineterminator="\n"))


def held(folder: str | Path, source: str) -> pd.DataFrame:
    """List the manifest lines of a source whose snapshots are there: what need not be loaded again."""
    lines = read_manifest(folder)
    lines = lines[lines["source"] == source]
    months = day_of(lines["as_of"]).dt.strftime("%Y-%m").unique()
    paths = [path for month in months if (path := _partition(Path(folder), source, month)).exists()]
    there = [instant for path in paths for instant in _instants_in(path)]
    return lines[lines["as_of"].isin(there)]


def _without(frame: Any, replaced: pd.DataFrame) -> Any:
    """Drop the rows of snapshots that are about to be replaced."""
    keys = ["source", "as_of"]
    return frame[~pd.MultiIndex.from_frame(frame[keys]).isin(pd.MultiIndex.from_frame(replaced[keys]))]


def _partition(folder: Path, source: str, month: str) -> Path:
    """Name the file of one month of one source."""
    return folder / source / f"{month}.parquet"


def _instants_in(path: Path) -> list[pd.Timestamp]:
    """List the snapshots in a month's file, without reading their shapes."""
    try:
        return list(pd.read_parquet(read_whole(path), columns=["as_of"])["as_of"].unique())
    except (ValueError, OSError, KeyError) as error:
        raise _broken(path, error) from None


def _broken(path: Path, error: Exception) -> SchemaError:
    """Say that a month's file is broken, and what to do."""
    return SchemaError(f"{path}: cannot be read ({error}); remove it and load the raw exports again")


def _read_partition(folder: Path, source: str, month: str) -> gpd.GeoDataFrame:
    """Read one month of one source; an empty table where there is none."""
    path = _partition(folder, source, month)
    if not path.exists():
        return empty(CONTROL)
    try:
        return conform(gpd.read_parquet(read_whole(path)), CONTROL)
    except (ValueError, OSError, SchemaError) as error:
        raise _broken(path, error) from None


def _write_partition(folder: Path, source: str, month: str, rows: gpd.GeoDataFrame) -> None:
    """Merge snapshots into one month of one source."""
    merged = pd.concat([_without(_read_partition(folder, source, month), rows), rows])
    buffer = io.BytesIO()
    conform(merged.sort_values(["as_of", "status"]), CONTROL).to_parquet(buffer, **_PARQUET)
    write_whole(_partition(folder, source, month), buffer.getvalue())
