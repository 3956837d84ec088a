"""Tables as rows of plain values: what the tabular and the vector outputs have in common."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.outputs.words.escape import printable
from tracker.tables.constants import LONLAT

# Columns that a table for reading leaves out: they are in the data formats.
_LEFT_OUT = frozenset(
    "before after edge_bearing_deg bearing_deg nearest_lon nearest_lat geonameid lon lat ground_name "
    "from_geonameid from_settlement_uk change_from closing_low_km_a_week closing_high_km_a_week".split()
)
# What it leaves out besides where a summary is told in depth: there would be no room.
_LEFT_OUT_IN_DEPTH = frozenset("start_as_of fragments history_since".split())
_ONE_DECIMAL = ("_km2", "_km", "_km_a_week", "percentile")


def flat(table: pd.DataFrame, note: str = "") -> pd.DataFrame:
    """
    Lay a table out without shapes, its values as they are.

    A geometry becomes the degrees `lon`, `lat` of a point inside it. With a note every row carries it. A number in
    single precision becomes the shortest decimal that means it: 5.97, not 5.96999979.
    """
    rows = pd.DataFrame(table.drop(columns=_geometries(table))).reset_index(drop=True)
    for name in rows.columns[(rows.dtypes == np.float32).to_numpy()]:
        rows[name] = rows[name].to_numpy().astype("U").astype(float)
    if isinstance(table, gpd.GeoDataFrame):
        inside = gpd.GeoSeries(shapely.point_on_surface(table.geometry.to_numpy()), crs=table.crs).to_crs(LONLAT)
        rows["lon"], rows["lat"] = inside.x, inside.y
    return rows.assign(note=note) if note else rows


def plain(table: pd.DataFrame, note: str = "") -> pd.DataFrame:
    """Lay a table out as `flat` does, in text, numbers and None: days as YYYY-MM-DD, instants as ISO 8601 in UTC."""
    rows = flat(table, note)
    for name in rows.columns:
        rows[name] = _plain(rows[name])
    return rows


def telling(table: pd.DataFrame, note: str = "") -> pd.DataFrame:
    """Lay a table out as `plain` does for reading: only its telling columns."""
    rows = plain(table, note)
    left_out = _LEFT_OUT | _LEFT_OUT_IN_DEPTH if "depth_km" in rows else _LEFT_OUT
    left_out = left_out if "kind" in rows else left_out - {"before", "after"}
    return rows[[name for name in rows.columns if name not in left_out]]


def cell_text(name: str, value: Any) -> str:
    """
    Write a cell as the drawing can bear it: km² and km to one decimal, shares in per cent, "–" where it is missing.

    Examples
    --------
    >>> cell_text("net_km2", -1234.56), cell_text("occupied_share", 0.1849), cell_text("edge_km", None)
    ('-1,234.6', '18.5 %', '–')
    """
    value = json_value(value)
    if value is None:
        return "–"
    if isinstance(value, float) and is_share(name):
        return f"{round(100 * value, 1) + 0.0:.1f} %"
    if isinstance(value, float):
        return f"{round(value, 1) + 0.0:,.1f}" if name.endswith(_ONE_DECIMAL) else f"{value:g}"
    return str(printable(str(value)))


def is_share(name: str) -> bool:
    """Tell by its name whether a column holds shares of one, which are read as per cent."""
    return name == "share" or name.startswith("share_") or name.endswith("_share")


def shapes_in_degrees(table: gpd.GeoDataFrame, note: str = "") -> gpd.GeoDataFrame:
    """Turn a table's values into plain ones as `plain` does; shapes in degrees, outer rings counter-clockwise."""
    rows = plain(pd.DataFrame(table.drop(columns=_geometries(table))), note)
    degrees = table.geometry.to_crs(LONLAT).to_numpy()
    return gpd.GeoDataFrame(rows, geometry=shapely.orient_polygons(degrees), crs=LONLAT)


def _geometries(table: pd.DataFrame) -> list[str]:
    """List the columns that hold geometries."""
    return [name for name in table.columns if isinstance(table[name].dtype, gpd.array.GeometryDtype)]


def _plain(values: pd.Series) -> pd.Series:
    """Turn one column into plain values."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ").astype(object).where(values.notna(), None)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.strftime("%Y-%m-%d").astype(object).where(values.notna(), None)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values
    return values.astype(object).where(values.notna(), None)


def json_value(value: Any) -> Any:
    """Turn a cell into what JSON knows: missing and infinite numbers are null."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return None if value is pd.NA else value
