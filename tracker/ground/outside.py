"""Ground that lies where no front line is."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.schema import LONLAT, THEATRE, WORK_CRS

__all__ = ["km2_outside", "outside_km2", "theatre"]


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
    return pd.Series(km2_outside(geometry.to_numpy()), index=geometry.index, name="outside_km2", dtype="float64")


def km2_outside(shapes: np.ndarray) -> np.ndarray:
    """Measure as `outside_km2`, for geometries in `WORK_CRS` without a table around them."""
    frame = theatre()
    area = np.zeros(len(shapes))
    beyond = ~shapely.covers(frame, shapes)
    area[beyond] = shapely.area(shapely.difference(shapes[beyond], frame)) / 1e6
    return area
