"""Into the working CRS, and in it: metres inside, degrees at the doors."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from tracker.tables.constants import LONLAT, WORK_CRS

TO_DEGREES = Transformer.from_crs(WORK_CRS, LONLAT, always_xy=True)
"""From metres of `WORK_CRS` to longitude and latitude."""

TO_METRES = Transformer.from_crs(LONLAT, WORK_CRS, always_xy=True)
"""From longitude and latitude to metres of `WORK_CRS`."""


def to_work_crs(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Convert a frame as it came from a file into `WORK_CRS`, flat; one without a CRS is taken as degrees."""
    shapes = in_work_crs(frame.geometry.to_numpy(), frame.crs)
    return frame.set_geometry(gpd.GeoSeries(shapes, frame.index, WORK_CRS))


def in_work_crs(shapes: np.ndarray, crs: Any) -> np.ndarray:
    """Convert geometries into `WORK_CRS`, flat; those without a CRS are taken as degrees."""
    convert = _into_work_crs(LONLAT if crs is None else crs)
    return shapely.transform(shapely.force_2d(shapes), convert, interleaved=False)


@lru_cache(maxsize=8)
def _into_work_crs(crs: Any) -> Callable[[Any, Any], Any]:
    """Prepare the conversion from a CRS: it takes longer than a conversion."""
    return Transformer.from_crs(crs, WORK_CRS, always_xy=True).transform
