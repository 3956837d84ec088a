"""Tables as rows of plain values: what the tabular and the vector outputs have in common."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.schema import LONLAT

__all__ = ["json_value", "plain", "shapes_in_degrees"]


def plain(table: pd.DataFrame, note: str = "") -> pd.DataFrame:
    """
    Turn a table's values into text, numbers and None: days as YYYY-MM-DD, instants as ISO 8601 in UTC.

    A geometry becomes the degrees `lon`, `lat` of a point inside it. With a note every row carries it.
    """
    rows = pd.DataFrame(table.drop(columns=_geometries(table))).reset_index(drop=True)
    for name in rows.columns:
        rows[name] = _plain(rows[name])
    if isinstance(table, gpd.GeoDataFrame):
        inside = gpd.GeoSeries(shapely.point_on_surface(table.geometry.to_numpy()), crs=table.crs).to_crs(LONLAT)
        rows["lon"], rows["lat"] = inside.x, inside.y
    return rows.assign(note=note) if note else rows


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
