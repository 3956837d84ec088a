"""The archive: control tables in GeoParquet, one file a source and month, and a manifest of the raw files behind them.

    ARCHIVE/manifest.csv                one line a snapshot: its raw file, hash, instant, areas and faults
    ARCHIVE/<source>/<YYYY-MM>.parquet  the `control` table of a month (of `as_of` in Kyiv), see `packing`
    ARCHIVE/reference/                  the user's own gazetteer, footprints, oblasts and basemap

Files are written whole under a temporary name and moved. A lock makes writers wait for each other; readers need none.
Shapes are checked when they are put in; a checksum of each page tells whether what is read is what was put in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from filelock import FileLock

from tracker.archive.faults import epochs, faults
from tracker.archive.packing import pack, unpack
from tracker.errors import NoDataError, SchemaError
from tracker.files import read_whole, write_whole
from tracker.tables.check import check, conform, empty
from tracker.tables.constants import WORK_CRS
from tracker.tables.days import Day, day_of
from tracker.tables.definitions import CONTROL, FACTS, MANIFEST
from tracker.tables.validity import vouch

_PARQUET = {
    "compression": "zstd",
    "compression_level": 19,
    "data_page_size": 2**30,  # one page a column: a map is found again in the one before it
    "use_dictionary": ["source", "status"],
    "write_page_checksum": True,
    "write_statistics": False,
    "store_schema": False,
}
_MARK = (
    "geometry in degrees at steps of 1/2**24, to be rounded to 7 decimals; exact_m: x and y, in metres, of corners "
    f"beside these steps; metres: {WORK_CRS.srs}; PROJ {pyproj.proj_version_str}"
)
"""What a month says of itself: written here, and by a PROJ that gives the same bits again."""


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
        text = {name: "str" for name, column in (MANIFEST.columns | FACTS.columns).items() if column.holds == "text"}
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
    since: Day | None = None,
    until: Day | None = None,
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

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import tracker as tr
    >>> from tracker.archive.ingest import load_into
    >>> from tracker.sources.sample import sample_file
    >>> facts, now = tr.list_sources()["settlement-facts"], pd.Timestamp("2025-02-01T12:00Z")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     loaded = load_into(Path(folder), facts, [sample_file()], now=now, on_error=print)
    ...     tr.read_archive(folder, since="2025-01-06")["as_of"].nunique()
    2
    """
    lines = read_manifest(folder)
    lines = lines.assign(epoch=epochs(lines), day=day_of(lines["as_of"]))
    wanted = pd.Series(True, index=lines.index) if source is None else lines["source"] == source
    if since is not None:
        wanted &= lines["day"] >= pd.Timestamp(since)
    if until is not None:
        wanted &= lines["day"] <= pd.Timestamp(until)
    if not with_faults:
        wanted &= lines["fault"].isna()
    lines = lines[wanted]
    if lines.empty:
        period = "" if since is None and until is None else f" from {since or 'the start'} to {until or 'the end'}"
        raise NoDataError(f"{folder}: no snapshot of {source or 'any source'}{period}; tracker load adds some")
    paths = sorted({_partition(Path(folder), *key) for key in zip(lines["source"], _months(lines["day"]), strict=True)})
    for path in paths:
        if not path.exists():
            raise SchemaError(f"{path}: is missing; load the raw exports again")
    control = _read(paths)
    line = _keys(lines).get_indexer(_keys(control))
    lost = set(range(len(lines))) - set(line)
    if lost:
        raise SchemaError(f"{folder}: {len(lost)} snapshots of the manifest are missing; load the raw exports again")
    if lines["epoch"].nunique() > 1:
        control["epoch"] = lines["epoch"].array[line]
    return control[line >= 0].sort_values(["source", "as_of", "status"]).reset_index(drop=True)


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
        months = _months(day_of(check(control, CONTROL)["as_of"]))
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
    months = _months(day_of(lines["as_of"]))
    paths = [path for month in np.unique(months) if (path := _partition(Path(folder), source, month)).exists()]
    there = [instant for path in paths for instant in _instants_in(path)]
    return lines[lines["as_of"].isin(there)]


def _without(frame: Any, replaced: pd.DataFrame) -> Any:
    """Drop the rows of snapshots that are about to be replaced."""
    return frame[~_keys(frame).isin(_keys(replaced))]


def _keys(frame: pd.DataFrame) -> pd.MultiIndex:
    """Say which snapshot each row is of."""
    return pd.MultiIndex.from_frame(frame[["source", "as_of"]])


def _months(days: pd.Series) -> np.ndarray:
    """Name the months of days."""
    return days.to_numpy().astype("datetime64[M]").astype(str)


def _partition(folder: Path, source: str, month: str) -> Path:
    """Name the file of one month of one source."""
    return folder / source / f"{month}.parquet"


def _instants_in(path: Path) -> list[pd.Timestamp]:
    """List the snapshots in a month's file, without reading their shapes."""
    try:
        return list(pq.read_table(read_whole(path), columns=["as_of"])["as_of"].to_pandas().unique())
    except (ValueError, OSError, KeyError) as error:
        raise _broken(path, error) from None


def _broken(path: Path, error: Exception) -> SchemaError:
    """Say that a month's file is broken, and what to do."""
    return SchemaError(f"{path}: cannot be read ({error}); remove it and load the raw exports again")


def _read_partition(folder: Path, source: str, month: str) -> gpd.GeoDataFrame:
    """Read one month of one source; an empty table where there is none."""
    path = _partition(folder, source, month)
    return _read([path]) if path.exists() else empty(CONTROL)


def _read(paths: list[Path]) -> gpd.GeoDataFrame:
    """Read months' files into one `control` table."""
    months = [_rows_of(path) for path in paths]
    rows = pa.concat_tables([rows for rows, _ in months], promote_options="permissive").to_pandas()
    shapes = np.concatenate([shapes for _, shapes in months])
    return conform(gpd.GeoDataFrame(rows, geometry=shapes, crs=WORK_CRS), CONTROL)


def _rows_of(path: Path) -> tuple[pa.Table, np.ndarray]:
    """Read the rows of a month's file and their shapes; unless it is as it was written here, check them."""
    try:
        whole = read_whole(path)
        file = pq.ParquetFile(whole, page_checksum_verification=True)
        mark = (file.metadata.metadata or {}).get(b"tracker", b"").decode()
        if not mark:
            control = conform(gpd.read_parquet(whole), CONTROL)
            return _attributes(control), control.geometry.to_numpy()
        rows, shapes = _unpacked(file.read(use_threads=False))
        if mark == _MARK:
            vouch(shapes)
        else:
            conform(gpd.GeoDataFrame(rows.to_pandas(), geometry=shapes, crs=WORK_CRS), CONTROL)
        return rows, shapes
    except (ValueError, KeyError, OSError, SchemaError, shapely.errors.ShapelyError) as error:
        raise _broken(path, error) from None


def _unpacked(table: pa.Table) -> tuple[pa.Table, np.ndarray]:
    """Take the rows out of a month's table, and the shapes as they were put in."""
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    if "exact_m" in table.column_names:
        shapes = unpack(shapes, table["exact_m"].combine_chunks().flatten().to_numpy().reshape(-1, 2))
    return table.drop_columns([name for name in ("geometry", "exact_m") if name in table.column_names]), shapes


def _attributes(control: gpd.GeoDataFrame) -> pa.Table:
    """Lay out all columns of a `control` table but its shapes."""
    plain = pd.DataFrame(control.drop(columns=control.geometry.name)).astype({"status": "str"})
    return pa.Table.from_pandas(plain, preserve_index=False).replace_schema_metadata()


def _write_partition(folder: Path, source: str, month: str, rows: gpd.GeoDataFrame) -> None:
    """Merge snapshots into one month of one source."""
    merged = pd.concat([_without(_read_partition(folder, source, month), rows), rows])
    table, about = _packed(conform(merged.sort_values(["as_of", "status"]), CONTROL))
    written = pa.BufferOutputStream()
    with pq.ParquetWriter(written, table.schema, **_PARQUET) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(about)
    write_whole(_partition(folder, source, month), written.getvalue().to_pybytes())


def _packed(control: gpd.GeoDataFrame) -> tuple[pa.Table, dict[str, str]]:
    """
    Lay out a `control` table as GeoParquet: in degrees, with the metres of the corners that these do not give.

    A map that was not drawn in degrees of few decimals is smaller in metres, as it is.
    """
    shapes, table = control.geometry.to_numpy(), _attributes(control)
    degrees, metres, counts = pack(shapes)
    drawn_in_degrees = 2 * len(metres) <= shapely.get_num_coordinates(shapes).sum()
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["MultiPolygon"]}
    if drawn_in_degrees:
        ends = pa.array(np.append(0, 2 * counts.cumsum()), pa.int32())
        table = table.append_column("exact_m", pa.ListArray.from_arrays(ends, metres.ravel()))
    else:
        column["crs"] = WORK_CRS.to_json_dict()
    wkb = pa.array(shapely.to_wkb(degrees if drawn_in_degrees else shapes), pa.binary())
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}
    about = {"geo": json.dumps(geo), "tracker": _MARK}
    return table.append_column("geometry", wkb), about
