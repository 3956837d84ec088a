"""The area of ground."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from tracker.schema import WORK_CRS

__all__ = ["area_km2"]


def area_km2(geometry: gpd.GeoSeries) -> pd.Series:
    """
    Measure areas in square kilometres.

    The planar area in `WORK_CRS`, which is equal-area: it agrees with the geodesic area on the WGS 84 ellipsoid
    (Karney 2013, doi:10.1007/s00190-012-0578-z) to 0.0001 % on the theatre.

    Raises
    ------
    ValueError
        If the geometries are in another CRS.

    Examples
    --------
    >>> import shapely
    >>> area_km2(gpd.GeoSeries([shapely.box(0, 0, 1000, 2000)], crs=WORK_CRS)).tolist()
    [2.0]
    """
    if geometry.crs != WORK_CRS:
        raise ValueError("geometry must be in WORK_CRS; tracker.snapshots.to_work_crs converts it")
    return (geometry.area / 1e6).rename("area_km2")
