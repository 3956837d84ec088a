"""Ground that lies where no front line is."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from tracker.schema import LONLAT, THEATRE, WORK_CRS

__all__ = ["outside_km2", "theatre"]


@cache
def theatre() -> shapely.Polygon:
    """Draw the theatre in `WORK_CRS`, its sides dense enough to follow the parallels."""
    return gpd.GeoSeries([shapely.segmentize(shapely.box(*THEATRE), 0.1)], crs=LONLAT).to_crs(WORK_CRS).iloc[0]


def outside_km2(geometry: gpd.GeoSeries) -> pd.Series:
    """
    Measure how much of each geometry lies outside the theatre, in square kilometres (planar in `WORK_CRS`).

    Examples
    --------
    >>> outside_km2(gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs=WORK_CRS)).tolist()
    [0.0]
    """
    frame = theatre()
    shapely.prepare(frame)
    inside = shapely.covers(frame, geometry.to_numpy())
    area = [0.0 if whole else shape.difference(frame).area / 1e6 for whole, shape in zip(inside, geometry, strict=True)]
    return pd.Series(area, index=geometry.index, name="outside_km2", dtype="float64")
