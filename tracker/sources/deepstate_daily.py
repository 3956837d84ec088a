"""The daily mirror of DeepState's occupied ground: `deepstatemap_data_YYYYMMDD.geojson`, one MultiPolygon a file.

The file of day D was taken at 03:00 UTC on D, so it holds the state of the day before, give or take an update:
its instant is the last second of D − 1 in Kyiv.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from tracker.errors import LabelError, SourceError, UndatedError
from tracker.sources.base import Asked, Item, Remote, Source
from tracker.sources.geojson import features_of, shape_of
from tracker.tables.constants import LONLAT
from tracker.tables.days import end_of_day
from tracker.tables.messages import Message

_DATE = re.compile(r"(?<!\d)(20\d{2})[-_]?([01]\d)[-_]?([0-3]\d)(?!\d)")


def _as_of(path: Path) -> datetime:
    """Take the last second of the day before the date in the file's name."""
    match = _DATE.search(path.stem)
    try:
        if match:
            return end_of_day(date(*map(int, match.groups())) - timedelta(days=1)).to_pydatetime()
    except ValueError:
        pass
    raise UndatedError(f"{path}: no date; a daily file is named like deepstatemap_data_20250106.geojson")


def _read(path: Path) -> gpd.GeoDataFrame:
    """Read the polygons; properties would be labels, and this mirror has none."""
    shapes = [_polygon(feature, f"{path}", number) for number, feature in enumerate(features_of(path))]
    return gpd.GeoDataFrame({"label": ["occupied"] * len(shapes)}, geometry=shapes, crs=LONLAT)


def _polygon(feature: dict[str, Any], path: str, number: int) -> Any:
    """Read one feature, which must be a polygon and say nothing."""
    words = sorted(feature.get("properties") or {})
    if set(words) - {"fid", "id", "date", "FID"}:
        raise LabelError(f"{path}: unknown labels {', '.join(words)}; the daily mirror has no properties")
    shape = shape_of(feature, f"{path}: feature {number}")
    if shape is None or shapely.get_dimensions(shape) < 2:
        raise SourceError(f"{path}: feature {number} is no polygon; fetch it again")
    return shape


_FIRST_FILE = date(2024, 7, 8)


def _items(url: str, get: Callable[[str], bytes], asked: Asked) -> tuple[list[Item], list[str]]:
    """Name the file of each day of the map that is asked for: there is no list, and the file is of the day after."""
    first = _FIRST_FILE if asked.since is None else max(_FIRST_FILE, asked.since + timedelta(days=1))
    last = min(asked.today, asked.until + timedelta(days=1))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    names = [(day, f"deepstatemap_data_{day:%Y%m%d}.geojson") for day in days]
    return [Item(name, f"{url}/{name}", day) for day, name in names], []


SOURCE = Source(
    name="deepstate-daily",
    title=Message("DeepState (daily mirror)"),
    credit=Message("© DeepState (deepstatemap.live), by the mirror cyterat/deepstate-map-data"),
    licence=Message("Use by permission of DeepState; redistribution of the data is not allowed"),
    terms_url="https://deepstatemap.live/license-en.html",
    labels={"occupied": "occupied"},
    read=_read,
    as_of=_as_of,
    read_feature=lambda feature: ("occupied", _polygon(feature, "a file", 0)),
    remote=Remote(
        "https://raw.githubusercontent.com/cyterat/deepstate-map-data/main/data",
        _items,
        listed=False,
        changes_days=2,
    ),
    note=Message(
        "Occupied ground only, without Tuzla; the day is uncertain by one, so its months differ from DeepState's."
    ),
)
