"""How far places are from occupied or contested ground.

The nearest point is found in `WORK_CRS`; what is printed is the geodesic on the WGS 84 ellipsoid (Karney 2013,
doi:10.1007/s00190-012-0578-z) between the two points found. The kilometres of a place are two: from its centre point,
and from its edge, which is the settlement's polygon where one is known, else a disc of the settlement's area.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod, Transformer

from tracker.schema import CONTROL, DISTANCES, LONLAT, PLACES, STATUSES, WORK_CRS, check, conform, empty
from tracker.snapshots import at, day_of, end_of_day

__all__ = ["DIRECTIONS", "To", "direction_of", "distances"]

To = Literal["occupied", "contested"]
DIRECTIONS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")

_GEOD = Geod(ellps="WGS84")
_TO_DEGREES = Transformer.from_crs(WORK_CRS, LONLAT, always_xy=True)


def direction_of(bearing_deg: Any) -> np.ndarray:
    """
    Name the eight-point direction of bearings; None where there is none.

    Examples
    --------
    >>> direction_of([0.0, 44.0, 181.0, 359.0, float("nan")]).tolist()
    ['N', 'NE', 'S', 'N', None]
    """
    bearings = np.asarray(bearing_deg, dtype=float)
    points = np.array(DIRECTIONS, dtype=object)
    known = np.nan_to_num(np.round(bearings / 45.0), nan=0).astype(int) % 8
    return np.asarray(np.where(np.isnan(bearings), None, points[known]), dtype=object)


def distances(
    control: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    to: To = "occupied",
    days: Iterable[Any] | None = None,
) -> pd.DataFrame:
    """
    Measure how far places are from occupied or contested ground, day by day.

    Parameters
    ----------
    control
        The control table.
    places
        The `places` table (`tracker.towns()`, `tracker.gazetteer()`), with a column `footprint` (polygons in
        `WORK_CRS`, or None) where the edge should be a polygon.
    to
        The ground to measure to.
    days
        Kyiv days; each shows the state that holds at its end, of whatever age (see `as_of`). By default the days
        that have a snapshot.

    Returns
    -------
    DataFrame
        The `distances` table. Kilometres are 0 where the place is in the ground or touches it (it then has no
        bearing), and missing where there is no such ground at all, or where the edge is not known.

    Raises
    ------
    ValueError
        For an unknown `to`, or ground that the source does not draw.
    """
    if to not in get_args(To):
        raise ValueError(f"to={to!r} is not one of {', '.join(get_args(To))}")
    check(places, PLACES)
    tables = []
    for source, drawn in check(control, CONTROL).groupby("source", sort=True):
        if not (drawn["status"] == to).any():
            raise ValueError(f"to={to!r}: {source} does not draw {to} ground")
        asked = (
            sorted(pd.unique(day_of(drawn["as_of"]))) if days is None else list(dict.fromkeys(map(pd.Timestamp, days)))
        )
        measured: dict[pd.Timestamp, pd.DataFrame] = {}
        for day in asked:
            state = at(drawn, end_of_day(day))
            if state.empty:
                continue
            as_of = state["as_of"].iloc[0]
            if as_of not in measured:
                measured[as_of] = _measure(state, places, to)
            tables.append(measured[as_of].assign(day=pd.Timestamp(day)))
    if not tables:
        return empty(DISTANCES)
    return conform(pd.concat(tables), DISTANCES)


def _measure(state: gpd.GeoDataFrame, places: gpd.GeoDataFrame, to: str) -> pd.DataFrame:
    """Measure one snapshot against all places."""
    ground = state.geometry[state["status"] == to].iloc[0]
    table = pd.DataFrame(
        {
            "source": state["source"].iloc[0],
            "as_of": state["as_of"].iloc[0],
            "geonameid": places["geonameid"].to_numpy(),
            "town": places["name"].to_numpy(),
            "to": to,
            "status": _status_at(state, places.geometry.to_numpy()),
        }
    )
    segments = _segments(ground)
    centre = _nearest(places.geometry.to_numpy(), ground, segments)
    table["centre_km"], table["bearing_deg"] = centre["km"], centre["bearing_deg"]
    table["direction"] = direction_of(centre["bearing_deg"])
    table["nearest_lon"], table["nearest_lat"] = centre["lon"], centre["lat"]
    return table.assign(**_edge(places, centre, ground, segments))


def _status_at(state: gpd.GeoDataFrame, points: np.ndarray) -> np.ndarray:
    """Read the status of points off a snapshot."""
    found = np.full(len(points), "free", dtype=object)
    for status in STATUSES[1:]:
        for shape in state.geometry[state["status"] == status]:
            shapely.prepare(shape)
            found[shapely.intersects(shape, points)] = status
    return found


def _segments(ground: Any) -> shapely.STRtree:
    """Index the boundary of the ground by its single edges."""
    coords, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(ground)), return_index=True)
    same = ring[1:] == ring[:-1]
    return shapely.STRtree(shapely.linestrings(np.stack([coords[:-1][same], coords[1:][same]], axis=1)))


def _nearest(shapes: np.ndarray, ground: Any, segments: shapely.STRtree) -> pd.DataFrame:
    """Find the nearest point of the ground to each shape: km, bearing_deg, lon, lat."""
    found = pd.DataFrame(np.nan, index=range(len(shapes)), columns=["km", "bearing_deg", "lon", "lat"])
    if not len(segments) or not len(shapes):
        return found
    lines = shapely.shortest_line(shapes, segments.geometries[segments.nearest(shapes)])
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    shapely.prepare(ground)
    inside = shapely.intersects(ground, shapes)
    at_centre = shapely.get_coordinates(shapely.centroid(shapes))
    ends[inside] = at_centre[inside, None, :]
    lon, lat = _TO_DEGREES.transform(ends[..., 0], ends[..., 1])
    bearing, _, metres = _GEOD.inv(lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1])
    touching = inside | (metres == 0)
    found["km"] = np.where(touching, 0.0, metres / 1000)
    found["bearing_deg"] = np.where(touching, np.nan, bearing % 360)
    found["lon"], found["lat"] = lon[:, 1], lat[:, 1]
    return found


def _edge(
    places: gpd.GeoDataFrame, centre: pd.DataFrame, ground: Any, segments: shapely.STRtree
) -> dict[str, np.ndarray]:
    """Measure from the edges: the polygon where one is known, else the disc, else nothing."""
    method = places["edge_method"].to_numpy().astype(object)
    radius_km = np.sqrt(places["area_km2"].to_numpy(dtype=float) / np.pi)
    from_centre = centre["km"].to_numpy()
    km = np.where(from_centre == 0, 0.0, np.maximum(0.0, from_centre - radius_km))
    bearing = np.where(km > 0, centre["bearing_deg"], np.nan)
    drawn = np.flatnonzero(method == "polygon")
    if len(drawn):
        polygon = _nearest(places["footprint"].to_numpy()[drawn], ground, segments)
        km[drawn], bearing[drawn] = polygon["km"], polygon["bearing_deg"]
    return {
        "edge_km": km,
        "edge_method": method,
        "edge_bearing_deg": bearing,
        "edge_direction": direction_of(bearing),
    }
