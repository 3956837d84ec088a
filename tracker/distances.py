"""How far places are from occupied or contested ground.

The nearest point is found in `WORK_CRS`; what is printed is the geodesic on the WGS 84 ellipsoid (Karney 2013,
doi:10.1007/s00190-012-0578-z) between the two points found. The kilometres of a place are two: from its centre point,
and from its edge, which is the settlement's polygon where one is known, else a disc of the settlement's area.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod, Transformer

from tracker.schema import CONTROL, DISTANCES, LONLAT, PLACES, STATUSES, WORK_CRS, check, conform, empty
from tracker.snapshots import day_of, end_of_day

__all__ = ["DIRECTIONS", "NO_SETTLEMENT", "To", "direction_of", "distances", "states_on", "with_settlements"]

To = Literal["occupied", "contested"]
DIRECTIONS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")

NO_SETTLEMENT = ("quarter", "abandoned", "locality")
"""Kinds of place that no one says a front is at: parts of a town, former villages, railway stops."""

_KM, _BEARING, _LON, _LAT = range(4)
_GEOD = Geod(ellps="WGS84")
_TO_DEGREES = Transformer.from_crs(WORK_CRS, LONLAT, always_xy=True)
_TO_METRES = Transformer.from_crs(LONLAT, WORK_CRS, always_xy=True)


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
        bearing), and missing where there is no such ground at all, or where the edge is not known. A place whose
        `edge_method` is layer (see `tracker.layers`) has no centre: `nearest_lon` and `nearest_lat` are then those of
        its edge. Where control has a column `epoch`, it is kept. A day whose map does not draw such ground has no rows.

    Raises
    ------
    ValueError
        For an unknown `to`, or ground that the source does not draw.
    """
    if to not in get_args(To):
        raise ValueError(f"to={to!r} is not one of {', '.join(get_args(To))}")
    check(places, PLACES)
    check(control, CONTROL)
    for source in control["source"].unique():
        if not ((control["source"] == source) & (control["status"] == to)).any():
            raise ValueError(f"to={to!r}: {source} does not draw {to} ground")
    measured: dict[Any, pd.DataFrame] = {}
    tables = []
    for source, day, state in states_on(control, days):
        as_of = state["as_of"].iloc[0]
        if not (state["status"] == to).any():  # some sources draw contested ground on some maps only
            continue
        if (source, as_of) not in measured:
            measured[source, as_of] = _measure(state, places, to)
        epoch = {"epoch": state["epoch"].iloc[0]} if "epoch" in state else {}
        tables.append(measured[source, as_of].assign(day=day, **epoch))
    return conform(pd.concat(tables), DISTANCES) if tables else empty(DISTANCES)


def states_on(
    control: gpd.GeoDataFrame, days: Iterable[Any] | None = None
) -> Iterator[tuple[str, pd.Timestamp, gpd.GeoDataFrame]]:
    """
    Go through the states of days, source by source.

    Parameters
    ----------
    control
        The control table.
    days
        Kyiv days, each once; by default those that have a snapshot. Days before a source's first have no state.

    Yields
    ------
    source, day, state
        The snapshot that holds at the end of the day, of whatever age.
    """
    asked = None if days is None else list(dict.fromkeys(pd.Timestamp(day).normalize() for day in days))
    for source, drawn in control.groupby("source", sort=True):
        instants, states = zip(*drawn.groupby("as_of", sort=True), strict=True)
        for day in sorted(pd.unique(day_of(drawn["as_of"]))) if asked is None else asked:
            held = bisect_right(instants, end_of_day(day))
            if held:
                yield str(source), pd.Timestamp(day), states[held - 1]


def with_settlements(table: pd.DataFrame, settlements: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Say where the nearest ground is: the settlement nearest to the nearest point ("from Shevchenko").

    It is the settlement whose centre point is nearest, however far; the place of the row itself is left out, and so are
    quarters, abandoned places and localities.

    Parameters
    ----------
    table
        The `distances` or `octants` table.
    settlements
        The `places` table to choose from, `tracker.gazetteer()` most often.

    Returns
    -------
    DataFrame
        The table with `from_geonameid`, `from_settlement` and `from_settlement_uk` ("" where the Ukrainian name is not
        known). They are missing where there is no nearest point, and where `centre_km` is 0: the place is in the
        ground then, and nothing comes from anywhere.
    """
    chosen = settlements[~settlements["place"].isin(NO_SETTLEMENT)]
    known = table["nearest_lon"].notna() & ~(table["centre_km"] == 0) & bool(len(chosen))
    ids = pd.Series(pd.NA, index=table.index, dtype="Int64")
    name, name_uk = (pd.Series(None, index=table.index, dtype="str") for _ in range(2))
    if known.any():
        row = chosen.iloc[_nearest_others(table[known], chosen)]
        other = row["geonameid"].to_numpy() != table.loc[known, "geonameid"].to_numpy()
        row, known[known] = row[other], other
        ids[known] = row["geonameid"].to_numpy()
        name[known], name_uk[known] = row["name"].to_numpy(), row["name_uk"].to_numpy()
    return table.assign(from_geonameid=ids, from_settlement=name, from_settlement_uk=name_uk)


def _nearest_others(rows: pd.DataFrame, settlements: gpd.GeoDataFrame) -> np.ndarray:
    """Find the settlement nearest to each row's nearest point, but for the row's own place."""
    at_point = np.stack(_TO_METRES.transform(rows["nearest_lon"], rows["nearest_lat"]), axis=1)
    points, ids = settlements.geometry.to_numpy(), settlements["geonameid"].to_numpy()
    own, centres = rows["geonameid"].to_numpy(), shapely.get_coordinates(points)
    found = shapely.STRtree(points).nearest(shapely.points(at_point))
    for row in np.flatnonzero(ids[found] == own):
        away = np.hypot(*(centres - at_point[row]).T)
        away[ids == own[row]] = np.inf
        found[row] = away.argmin()
    return np.asarray(found)


def _measure(state: gpd.GeoDataFrame, places: gpd.GeoDataFrame, to: str) -> pd.DataFrame:
    """Measure one snapshot against all places."""
    ground = state.geometry[state["status"] == to].iloc[0]
    centre, edge = _both_ways(places, ground, _segments(ground))
    return pd.DataFrame(
        {
            "source": state["source"].iloc[0],
            "as_of": state["as_of"].iloc[0],
            "geonameid": places["geonameid"].to_numpy(),
            "town": places["name"].to_numpy(),
            "to": to,
            "status": _status_at(state, places.geometry.to_numpy()),
            "centre_km": centre[:, _KM],
            "bearing_deg": centre[:, _BEARING],
            "direction": direction_of(centre[:, _BEARING]),
            "nearest_lon": centre[:, _LON],
            "nearest_lat": centre[:, _LAT],
            "edge_km": edge[:, _KM],
            "edge_method": places["edge_method"].to_numpy().astype(object),
            "edge_bearing_deg": edge[:, _BEARING],
            "edge_direction": direction_of(edge[:, _BEARING]),
        }
    )


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


def _nearest(shapes: np.ndarray, ground: Any, segments: shapely.STRtree) -> np.ndarray:
    """Find the nearest point of the ground to each shape: a row of km, bearing, lon, lat."""
    if not len(segments) or not len(shapes):
        return np.full((len(shapes), 4), np.nan)
    lines = shapely.shortest_line(shapes, segments.geometries[segments.nearest(shapes)])
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    shapely.prepare(ground)
    inside = shapely.intersects(ground, shapes)
    at_centre = shapely.get_coordinates(shapely.centroid(shapes))
    ends[inside] = at_centre[inside, None, :]
    lon, lat = _TO_DEGREES.transform(ends[..., 0], ends[..., 1])
    bearing, _, metres = _GEOD.inv(lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1])
    touching = inside | (metres == 0)
    km, bearing = np.where(touching, 0.0, metres / 1000), np.where(touching, np.nan, bearing % 360)
    return np.stack([km, bearing, lon[:, 1], lat[:, 1]], axis=1)


def _both_ways(places: gpd.GeoDataFrame, ground: Any, segments: shapely.STRtree) -> tuple[np.ndarray, np.ndarray]:
    """Measure from the centres, and from the edges: the shape where one is known, else the disc, else nothing."""
    centre = _nearest(places.geometry.to_numpy(), ground, segments)
    radius_km = np.sqrt(places["area_km2"].to_numpy(dtype=float) / np.pi)
    edge = centre.copy()
    edge[:, _KM] = np.where(centre[:, _KM] == 0, 0.0, np.maximum(0.0, centre[:, _KM] - radius_km))
    edge[~(edge[:, _KM] > 0), _BEARING] = np.nan
    method = places["edge_method"].to_numpy()
    drawn = np.flatnonzero(np.isin(method, ["polygon", "layer"]))
    if len(drawn):
        edge[drawn] = _nearest(places["footprint"].to_numpy()[drawn], ground, segments)
    layer = method == "layer"  # a border has no centre: its nearest point is that of the shape
    centre[layer] = edge[layer]
    centre[np.ix_(layer, [_KM, _BEARING])] = np.nan
    centre[np.ix_(layer & (edge[:, _KM] == 0), [_LON, _LAT])] = np.nan
    return centre, edge
