"""Areas of ground: what is drawn, what is held, what lies outside."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.tables.constants import LONLAT, THEATRE, WORK_CRS


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


REGIONS = {
    "Crimea": [(34.111, 44.957), (33.521, 44.608), (36.475, 45.357), (34.393, 45.713), (34.166, 44.502)],
    "Donbas": [(37.802, 48.023), (37.926, 48.048), (38.017, 48.300), (39.306, 48.568), (38.797, 48.469)],
}
"""Degrees of five cities each: Simferopol, Sevastopol, Kerch, Dzhankoi, Yalta; Donetsk, Makiivka, Horlivka, Luhansk,
Alchevsk (GeoNames, CC BY 4.0). No front line has crossed any of them since 2014, so whether a map draws them says what
ground the map covers, whatever the day."""


@cache
def _cities() -> dict[str, np.ndarray]:
    """Give the cities of each region as points in `WORK_CRS`."""
    return {
        region: gpd.GeoSeries.from_xy(*zip(*cities, strict=True), crs=LONLAT).to_crs(WORK_CRS).to_numpy()
        for region, cities in REGIONS.items()
    }


def _require_work_crs(geometry: gpd.GeoSeries) -> None:
    """Refuse geometries in another CRS: their areas would be no square metres."""
    if geometry.crs != WORK_CRS:
        raise ValueError("geometry must be in WORK_CRS; tracker.ground.crs.to_work_crs converts it")


def held_regions(geometry: gpd.GeoSeries) -> pd.Series:
    """
    Say which of the regions held since 2014 each geometry covers: those most of whose cities lie in it.

    Returns
    -------
    Series
        The names of `REGIONS`, joined by " + "; "" for none.

    Raises
    ------
    ValueError
        If the geometries are in another CRS.

    Examples
    --------
    >>> held_regions(gpd.GeoSeries([shapely.Point(0, 0).buffer(1e6), shapely.Point(0, 0)], crs=WORK_CRS)).tolist()
    ['Crimea + Donbas', '']
    """
    _require_work_crs(geometry)
    return pd.Series(regions_held(geometry.to_numpy()), index=geometry.index, name="held", dtype="str")


def regions_held(shapes: np.ndarray) -> np.ndarray:
    """Say as `held_regions`, for geometries in `WORK_CRS` without a table around them."""
    names = np.full(len(shapes), "", dtype=object)
    for region, points in _cities().items():
        inside = shapely.covers(shapes[:, None], points[None, :]).sum(axis=1) > len(points) / 2
        names = np.where(inside, np.where(names == "", region, names + " + " + region), names)
    return names


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
    _require_work_crs(geometry)
    return (geometry.area / 1e6).rename("area_km2")
