"""Where ground lies around a place: the nearest of it in each of the eight directions.

An octant is the 45° between two geodesics that leave the centre point (north: −22.5° to 22.5° from true north, on the
WGS 84 ellipsoid), so that grid north of `WORK_CRS` plays no part. Kilometres are geodesic, as in `tracker.distances`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.snapshots import states_on
from tracker.ground.crs import TO_DEGREES, TO_METRES
from tracker.ground.geodesy import DIRECTIONS, GEOD
from tracker.measures.distances import To
from tracker.tables.check import check, conform, empty
from tracker.tables.days import Day
from tracker.tables.definitions import CONTROL, OCTANTS, PLACES

WITHIN_KM = 30.0
"""How far an octant reaches."""
FARTHEST_KM = 1000.0
"""How far it may reach: across the theatre; much farther the octants' sides, drawn in `WORK_CRS`, would be off."""

_STEPS = 16  # geodesics are drawn in so many straight pieces: at 30 km they are off by less than a centimetre
_ARC_DEG = 1.5  # of the circle to a straight piece: it lies inside the circle by at most 0.009 % of the radius
_BEYOND = 1.001  # so that the straight pieces of the arc lie outside of it; what is farther is dropped by its distance


def octants(
    control: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    to: To = "occupied",
    days: Iterable[Day] | None = None,
    within_km: float = WITHIN_KM,
) -> pd.DataFrame:
    """
    Find the nearest occupied or contested ground in each of the eight directions from a place.

    Parameters
    ----------
    control
        The control table.
    places
        The `places` table, with a column `footprint` where polygons are known.
    to
        The ground to look for.
    days
        Kyiv days; each shows the state that holds at its end, of whatever age (see `as_of`). By default the days that
        have a snapshot.
    within_km
        How far from the centre to look.

    Returns
    -------
    DataFrame
        The `octants` table: no row where there is no such ground in the octant. `centre_km` and `bearing_deg` lead from
        the centre to the nearest point, `edge_km` to that same point from the settlement's polygon, or from the disc of
        its area (missing where neither is known; 0 where the point is inside). A centre in the ground, or on its
        border, has it at 0 km in all eight, without a bearing.

    Raises
    ------
    ValueError
        For an unknown `to`, ground that the source does not draw, or a distance that is not above zero, or beyond
        `FARTHEST_KM`.
    """
    if to not in get_args(To):
        raise ValueError(f"to={to!r} is not one of {', '.join(get_args(To))}")
    if not 0 < within_km <= FARTHEST_KM:
        raise ValueError(f"within_km={within_km:g} must be above zero, and at most {FARTHEST_KM:g}")
    check(places, PLACES)
    wedges: dict[int, np.ndarray] = {}
    measured: dict[Any, pd.DataFrame] = {}
    tables = []
    for source, day, state in states_on(check(control, CONTROL), days):
        ground = state.geometry[state["status"] == to]
        if ground.empty:
            raise ValueError(f"to={to!r}: {source} does not draw {to} ground")
        as_of = state["as_of"].iloc[0]
        if (source, as_of) not in measured:
            found = _around(ground.iloc[0], places, wedges, within_km)
            measured[source, as_of] = found.assign(source=source, as_of=as_of, to=to)
        tables.append(measured[source, as_of].assign(day=day))
    return conform(pd.concat(tables), OCTANTS) if tables else empty(OCTANTS)


def _around(ground: Any, places: gpd.GeoDataFrame, wedges: dict[int, np.ndarray], within_km: float) -> pd.DataFrame:
    """Measure one ground around all places that it comes near to; `wedges` keeps their octants from day to day."""
    shapely.prepare(ground)
    reach_m = within_km * 1000 * _BEYOND  # planar distances are off by 0.06 % at most
    near = np.flatnonzero(shapely.dwithin(ground, places.geometry.to_numpy(), reach_m))
    rows = [empty(OCTANTS)]
    for number in map(int, near):
        if number not in wedges:
            wedges[number] = _wedges(places.geometry.iloc[number], within_km)
        rows.append(_in_wedges(ground, places.iloc[number], wedges[number], within_km))
    return pd.concat(rows[1:] or rows, ignore_index=True)


def _wedges(centre: Any, within_km: float) -> np.ndarray:
    """Draw the eight octants around a point, in `WORK_CRS`."""
    lon, lat = TO_DEGREES.transform(centre.x, centre.y)
    reach_m = within_km * 1000 * _BEYOND
    out_m = np.linspace(0, reach_m, _STEPS + 1)
    turns = np.arange(-22.5, 22.5 + _ARC_DEG / 2, _ARC_DEG)
    bearing = np.concatenate([np.full(len(out_m), -22.5), turns[1:-1], np.full(_STEPS, 22.5)])
    away_m = np.concatenate([out_m, np.full(len(turns) - 2, reach_m), out_m[:0:-1]])
    corners = []
    for number in range(len(DIRECTIONS)):
        start = np.full(len(bearing), lon), np.full(len(bearing), lat)
        ends = GEOD.fwd(*start, bearing + 45.0 * number, away_m)
        corners.append(np.stack(TO_METRES.transform(*ends[:2]), axis=1))
    rings = np.stack(corners)
    rings[:, 0] = centre.x, centre.y  # the apex itself, not what is left of it after the way through degrees
    return np.asarray(shapely.polygons(rings))


def _in_wedges(ground: Any, place: pd.Series, wedges: np.ndarray, within_km: float) -> pd.DataFrame:
    """Measure one ground around one place: a row an octant in which it lies."""
    centre = place["geometry"]
    if shapely.intersects(ground, centre):
        pieces = np.full(len(wedges), centre)
    else:
        pieces = shapely.intersection(shapely.intersection(ground, shapely.union_all(wedges)), wedges)
    held = np.flatnonzero(~shapely.is_empty(pieces))
    ends = shapely.get_coordinates(shapely.shortest_line(centre, pieces[held])).reshape(-1, 2, 2)
    lon, lat = TO_DEGREES.transform(ends[..., 0], ends[..., 1])
    bearing, _, metres = GEOD.inv(lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1])
    rows = pd.DataFrame(
        {
            "geonameid": place["geonameid"],
            "town": place["name"],
            "octant": np.array(DIRECTIONS, dtype=object)[held],
            "edge_km": _edge_km(place, ends[:, 1], metres / 1000),
            "centre_km": metres / 1000,
            "bearing_deg": np.where(metres > 0, bearing % 360, np.nan),
            "nearest_lon": lon[:, 1],
            "nearest_lat": lat[:, 1],
        }
    )
    return rows[rows["centre_km"] <= within_km]


def _edge_km(place: pd.Series, points: np.ndarray, centre_km: np.ndarray) -> np.ndarray:
    """Measure points from a place's edge: its polygon where one is known, else the disc, else nothing."""
    if place["edge_method"] != "polygon":
        radius_km = np.sqrt(place["area_km2"] / np.pi)
        return np.where(centre_km == 0, 0.0, np.maximum(0.0, centre_km - radius_km))
    ends = shapely.get_coordinates(shapely.shortest_line(place["footprint"], shapely.points(points)))
    lon, lat = TO_DEGREES.transform(*ends.reshape(-1, 2, 2).transpose(2, 0, 1))
    return np.asarray(GEOD.inv(lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1])[2]) / 1000
