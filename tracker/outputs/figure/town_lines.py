"""The way from a town's edge to the nearest occupied ground: the line drawn is the line measured.

The two ends are found in `WORK_CRS`, and the kilometres are geodesic between them, as in the `distances` table.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.ground.crs import TO_DEGREES, TO_METRES
from tracker.ground.geodesy import GEOD
from tracker.outputs.figure.scene import Scene, free_towns

_MOST, _FARTHEST_KM = 4, 15
_FOUND = ["line", "line_km", "from_edge"]


def town_lines(
    scene: Scene, places: gpd.GeoDataFrame | None, distances: pd.DataFrame | None, *, one_place: bool = False
) -> pd.DataFrame:
    """
    Find the lines of the free towns nearest to occupied ground that lie in the frame, nearest first.

    A line begins at the town's limits, or at the disc of its area; where the edge is not known, or is reached, at the
    centre. With `one_place` the sheet is about one place, and its line is drawn however long.

    Returns
    -------
    DataFrame
        Rows of `distances` with the town's point and `area_km2`, and `line` (metres), `line_km` (geodesic) and
        `from_edge`.
    """
    towns = free_towns(scene.on, places, distances, any_place=one_place)
    if towns.empty:
        return pd.DataFrame(columns=["geometry", "edge_method", *_FOUND])
    towns = towns if one_place else towns[towns["order"] <= _FARTHEST_KM]
    shapes = _footprints(places, towns["geonameid"])
    ground, sheet = scene.shape("occupied"), shapely.box(*scene.extent)
    rows: list[dict[str, Any]] = []
    for _, town in towns.iterrows():
        line = _line(town, shapes.get(town["geonameid"]), ground)
        if line is not None and sheet.contains(line) and sheet.contains(town["geometry"]) and len(rows) < _MOST:
            lon, lat = TO_DEGREES.transform(*shapely.get_coordinates(line).T)
            km = GEOD.line_length(lon, lat) / 1000
            at_centre = shapely.Point(line.coords[0]).equals_exact(town["geometry"], 1e-6)
            rows.append({**town, "line": line, "line_km": km, "from_edge": not at_centre})
    return pd.DataFrame(rows, columns=[*towns.columns, *_FOUND])


def _footprints(places: gpd.GeoDataFrame | None, ids: pd.Series) -> dict[Any, Any]:
    """Find the limits of the towns that have some."""
    if places is None or "footprint" not in places:
        return {}
    known = places[places["geonameid"].isin(ids) & places["footprint"].notna()]
    return dict(zip(known["geonameid"], known["footprint"], strict=True))


def _line(town: pd.Series, footprint: Any, ground: Any) -> Any:
    """Draw one town's line to the ground; None where there is no ground."""
    if pd.isna(town["nearest_lon"]) or ground.is_empty:
        return None
    end = TO_METRES.transform(town["nearest_lon"], town["nearest_lat"])
    if not town["edge_km"] > 0:
        return shapely.LineString([town["geometry"], end])
    if footprint is None:
        # The edge of a disc is as far along the way to its centre as the table says.
        lon, lat = TO_DEGREES.transform(town["geometry"].x, town["geometry"].y)
        back = GEOD.inv(town["nearest_lon"], town["nearest_lat"], lon, lat)[0]
        edge = GEOD.fwd(town["nearest_lon"], town["nearest_lat"], back, town["edge_km"] * 1000)[:2]
        return shapely.LineString([TO_METRES.transform(*edge), end])
    # Ground that is farther than the nearest point need not be searched.
    reach = np.multiply((-1, -1, 1, 1), 1000 * (town["edge_km"] + 1))
    return shapely.shortest_line(footprint, shapely.clip_by_rect(ground, *(shapely.bounds(footprint) + reach)))
