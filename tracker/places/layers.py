"""Any polygons, lines or points in place of towns: borders, roads, rivers, that distances are measured from."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.errors import NoDataError, SourceError
from tracker.ground.crs import to_work_crs
from tracker.tables.check import conform
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.definitions import PLACES

_STEP_DEG = 0.01  # a parallel is no straight line in WORK_CRS: the sides of a box get corners so often


def layer_places(
    features: gpd.GeoDataFrame, name_column: str, *, bbox: tuple[float, float, float, float] | None = None
) -> gpd.GeoDataFrame:
    """
    Make places of the features of a layer, to measure distances from: a row a name.

    Features of one name are dissolved, those without a name or a shape left out. Such a place has an edge (its shape:
    a line is measured along the line) and no centre; its point only lies somewhere on the shape, and tells the status
    there.

    Parameters
    ----------
    features
        Polygons, lines or points, in degrees.
    name_column
        The column that names them.
    bbox
        West, south, east and north in degrees: only what lies inside counts, cut exactly.

    Returns
    -------
    GeoDataFrame
        The `places` table with `footprint` (the shape, in `WORK_CRS`) and `edge_method` layer. `geonameid` counts −1,
        −2, … by the order of the names in the file; `area_km2` is missing for lines and points.

    Raises
    ------
    SourceError
        If there is no such column, listing those there are.
    ValueError
        If the box is none.
    NoDataError
        If nothing with a name is left inside it.
    """
    known = [str(column) for column in features.columns if column != features.geometry.name]
    if name_column not in known:
        raise SourceError(f"no column {name_column!r}; it has {', '.join(known) or 'none'}")
    named = features[features[name_column].notna() & features.geometry.notna()]
    named = named[named[name_column].map(str).str.strip() != ""]
    shapes = shapely.make_valid(shapely.force_2d(named.geometry.to_numpy()))
    if bbox is not None:
        shapes = shapely.intersection(shapes, _box(*bbox))
    parts = gpd.GeoDataFrame({"name": named[name_column].map(str)}, geometry=shapes, crs=LONLAT)
    parts = to_work_crs(parts[~parts.geometry.is_empty])
    if parts.empty:
        raise NoDataError(f"nothing with a {name_column}{' inside the box' if bbox else ''}")
    return _places(parts)


def _box(west: float, south: float, east: float, north: float) -> Any:
    """Draw the box, its sides along parallels and meridians."""
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(f"bbox={west:g},{south:g},{east:g},{north:g} is no box: give west,south,east,north in degrees")
    return shapely.segmentize(shapely.box(west, south, east, north), _STEP_DEG)


def _places(parts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Dissolve the features of one name into one place."""
    whole = {name: shapely.union_all(shapes.to_numpy()) for name, shapes in parts.groupby("name", sort=False).geometry}
    footprint = gpd.GeoSeries(list(whole.values()), crs=WORK_CRS)
    area_km2 = footprint.area.to_numpy() / 1e6
    table = {
        "geonameid": -1 - np.arange(len(whole)),
        "name": pd.Series(list(whole), dtype="str"),
        "name_uk": "",
        "place": "layer",
        "population": 0,
        "area_km2": np.where(area_km2 > 0, area_km2, np.nan),
        "edge_method": "layer",
        "footprint": footprint,
    }
    inside = shapely.point_on_surface(footprint.to_numpy())
    return conform(gpd.GeoDataFrame(table, geometry=inside, crs=WORK_CRS), PLACES)
