"""VIINA's control of settlements: a table of statuses by day (`control_latest_2024.zip` or CSV) on a tessellation.

`status` is VIINA's own vote over its sources: UA, RU or CONTESTED; the cell of each settlement, in a vector file with
the column `geonameid`, turns whole. There is a snapshot for every day of the table.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.errors import LabelError, SourceError
from tracker.ground.crs import to_work_crs
from tracker.sources.base import Source
from tracker.sources.gdal import only_ground, read_layers
from tracker.tables.constants import WORK_CRS
from tracker.tables.days import end_of_day
from tracker.tables.messages import Message

LABELS = {"UA": "free", "RU": "occupied", "CONTESTED": "contested"}
COLUMNS = ("geonameid", "date", "status")
_UNREADABLE = (ValueError, TypeError, OverflowError, NotImplementedError, OSError, zipfile.BadZipFile)


def _tessellation(path: Path) -> Path | None:
    """Find the tessellation beside a table: the one vector file with "tess" in its name."""
    endings = (".geojson", ".gpkg", ".shp", ".parquet", ".fgb")
    found = [file for file in sorted(path.parent.glob("*")) if "tess" in file.name.lower()]
    found = [file for file in found if file.suffix.lower() in endings]
    return found[0] if len(found) == 1 else None


def _parts(path: Path, tessellation: Path | None = None) -> list[Path]:
    """List the table and its tessellation."""
    beside = tessellation or _tessellation(path)
    return [path, beside] if beside else [path]


def _read(path: Path, tessellation: Path | None = None) -> gpd.GeoDataFrame:
    """Read the statuses of every day on the cells; the cells of one status and day are merged along common edges."""
    table = _table(path)
    cells = _cells(path, tessellation)
    unknown = sorted(set(table["geonameid"].unique()) - set(cells.index))
    if unknown:
        some = ", ".join(map(str, unknown[:5]))
        raise SourceError(f"{path}: {len(unknown)} settlements are not in the tessellation, such as {some}")
    rows = list(_merged(table, cells))
    return gpd.GeoDataFrame(
        {"label": [label for label, _, _ in rows], "as_of": pd.DatetimeIndex([at for _, at, _ in rows])},
        geometry=[shape for _, _, shape in rows],
        crs=WORK_CRS,
    )


def _merged(table: pd.DataFrame, cells: gpd.GeoSeries) -> Iterator[tuple[str, pd.Timestamp, Any]]:
    """Merge the cells of each status, day by day; where nothing changed since the day before it is not done again."""
    rows, instants = pd.factorize(table["as_of"], sort=True)
    columns, settlements = pd.factorize(table["geonameid"], sort=True)
    wide = np.full((len(instants), len(settlements)), "", dtype=object)
    wide[rows, columns] = table["status"].to_numpy(dtype=object)  # of two rows for a settlement and day the last counts
    cells = cells[cells.index.isin(settlements)]
    shapes, of_cell = cells.to_numpy(), settlements.get_indexer(cells.index)
    merged: dict[str, Any] = {}
    before: dict[str, np.ndarray] = {}
    for instant, statuses in zip(instants, wide, strict=True):
        for label in LABELS:
            chosen = statuses[of_cell] == label
            if label not in merged or not np.array_equal(chosen, before[label]):
                merged[label], before[label] = _union(shapes[chosen]), chosen
            yield label, instant, merged[label]


def _union(shapes: np.ndarray) -> Any:
    """Merge cells along the edges that they share, which is quick; by a general overlay where they do overlap."""
    try:
        merged = shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapes)
    return merged if merged.is_valid else shapely.union_all(shapes)


def _table(path: Path) -> pd.DataFrame:
    """Read and check the table of statuses."""
    try:
        table = pd.read_csv(path, usecols=lambda name: name in COLUMNS, dtype={"status": "str", "date": "str"})
        lacking = [column for column in COLUMNS if column not in table]
        if lacking:
            raise SourceError(f"{path}: not a table of control: no column {', '.join(lacking)}")
        days = {text: end_of_day(date.fromisoformat(text)) for text in table["date"].fillna("").unique()}
        table = table.assign(as_of=table["date"].map(days), geonameid=_whole(table["geonameid"]))
    except _UNREADABLE as error:
        raise SourceError(f"{path}: not a table of control ({' '.join(str(error).split())})") from None
    unknown = sorted(set(table["status"].fillna("").unique()) - set(LABELS))
    if unknown:
        raise LabelError(f"{path}: unknown labels {', '.join(map(repr, unknown))}; known are {', '.join(LABELS)}")
    if table.empty:
        raise SourceError(f"{path}: a table of control without rows")
    return table


def _whole(numbers: pd.Series) -> pd.Series:
    """Take ids that may be written with a point, 686799.0, as whole numbers."""
    whole = pd.to_numeric(numbers).astype("int64")
    if (whole != pd.to_numeric(numbers)).any():
        raise ValueError("a geonameid is no whole number")
    return whole


def _cells(path: Path, tessellation: Path | None) -> gpd.GeoSeries:
    """Read the cells of the settlements, by geonameid; several cells of one settlement turn together."""
    file = tessellation or _tessellation(path)
    if file is None:
        raise SourceError(f"{path}: needs one vector file with 'tess' in its name beside it, or --tessellation FILE")
    cells = to_work_crs(only_ground(read_layers(file)))
    try:
        cells = cells[cells.geometry.notna()].assign(geonameid=_whole(cells["geonameid"]))
    except (KeyError, *_UNREADABLE):
        raise SourceError(f"{path}: a tessellation needs a geonameid in every row: {file}") from None
    return cells.set_index("geonameid").geometry.make_valid()


def _configured(*, tessellation: str | Path) -> Source:
    """Name the tessellation."""
    file = Path(tessellation)
    if not file.is_file():
        raise ValueError(f"tessellation={str(file)!r}: no such file")
    return replace(SOURCE, read=partial(_read, tessellation=file), parts=partial(_parts, tessellation=file))


SOURCE = Source(
    name="viina",
    title="VIINA",
    credit=Message("VIINA 2.0 (Zhukov and Ayers, github.com/zhukovyuri/VIINA)"),
    licence=Message("Open Database License (ODbL)"),
    terms_url="https://github.com/zhukovyuri/VIINA",
    labels=LABELS,
    read=_read,
    as_of=None,
    suffixes=(".csv", ".zip"),
    parts=_parts,
    configure=_configured,
    note=Message(
        "Ground has the status of its settlement's cell: too coarse for km² of a day. Its votes rest on other maps."
    ),
)
