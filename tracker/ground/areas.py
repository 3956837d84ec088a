"""Ground that has been occupied since 2014, behind every line that a map has ever drawn."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.schema import LONLAT, WORK_CRS

__all__ = ["REGIONS", "held_regions", "regions_held"]

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
    if geometry.crs != WORK_CRS:
        raise ValueError("geometry must be in WORK_CRS; tracker.snapshots.to_work_crs converts it")
    return pd.Series(regions_held(geometry.to_numpy()), index=geometry.index, name="held", dtype="str")


def regions_held(shapes: np.ndarray) -> np.ndarray:
    """Say as `held_regions`, for geometries in `WORK_CRS` without a table around them."""
    names = np.full(len(shapes), "", dtype=object)
    for region, points in _cities().items():
        inside = shapely.covers(shapes[:, None], points[None, :]).sum(axis=1) > len(points) / 2
        names = np.where(inside, np.where(names == "", region, names + " + " + region), names)
    return names
