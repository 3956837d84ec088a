"""The line of contact: where occupied ground faces ground that the other side holds.

It is part of the boundary of *occupied* ground: not the coast, not the state border, not the outer edge of contested
ground. Maps do not say which part of the boundary is which, so it is found out piece by piece: from a point a little
way out, can a settlement that is not occupied be seen, without a look across occupied ground? Out at sea, or across the
state border, there is none in sight. Where borders are known, the point has to lie in Ukraine besides.

Nothing is moved or smoothed: every piece of the line is a piece of the boundary as drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.snapshots import drawn_as, states_on
from tracker.ground.geodesy import GEOD
from tracker.places.names import NO_SETTLEMENT
from tracker.places.sectors import ELSEWHERE, called_on, named_on
from tracker.tables.check import check, conform, empty
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.days import Day
from tracker.tables.definitions import CONTROL, FRONTLINE, PLACES

PIECE_M = 250.0
"""The boundary is judged, and shared out among places, in pieces of at most this length."""

SIGHT_M = 20_000.0
"""How far a settlement may be: the Kakhovka reservoir is up to 20 km wide between the settlements on its shores."""

# How far out of the line to look: a kilometre, for simplified borders are some hundred metres off; less in a gap.
_OUT_M = (1000.0, 500.0, 250.0, 100.0, 50.0)
_INSIDE_SHARE = 0.9  # of the settlements: simplified borders leave out some that lie along them


def frontline(
    control: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    sectors: gpd.GeoDataFrame | None = None,
    borders: gpd.GeoDataFrame | None = None,
    days: Iterable[Day] | None = None,
) -> gpd.GeoDataFrame:
    """
    Draw the line of contact of days, and measure it.

    It is the boundary of occupied ground where that faces ground that is not: contested ground lies in front of it. A
    gap of less than 50 m between occupied ground is no front, nor is a pocket without a settlement in sight.

    A line has no length of its own: the finer it is drawn, the longer it is (Mandelbrot 1967,
    doi:10.1126/science.156.3775.636). Compare lengths of one source only. Sources that leave out ground occupied before
    2022 show a front along its edge.

    Parameters
    ----------
    control
        The control table.
    places
        The settlements of Ukraine (`tracker.gazetteer()`), those under occupation as well.
    sectors
        The `sectors` table, or one with a column `oblast`: a row for each of them that has a line. A piece counts where
        its middle lies. By default one row for all.
    borders
        Polygons that together are Ukraine, such as all its oblasts; `method` is then "borders". Without them
        it is "settlements", and near the ends of the front some kilometres of the state border are taken for it
        (on 2025-01-06: 1,268 km, with borders 1,218).
    days
        Kyiv days; each shows the state that holds at its end. By default the days that have a snapshot.

    Returns
    -------
    GeoDataFrame
        The `frontline` table: with `sector` and `ground`, or `oblast`, where asked for; `length_km` is geodesic, the
        sum over the line as it is drawn. In `WORK_CRS`.

    Raises
    ------
    ValueError
        If `borders` leave out a tenth or more of the places.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> line = tr.frontline(control, tr.gazetteer(), days=["2025-01-07"])
    >>> line[["day", "method"]].assign(length_km=line["length_km"].round(1))
             day       method  length_km
    0 2025-01-07  settlements      244.6
    """
    check(places, PLACES)
    settlements = places.geometry[~places["place"].isin(NO_SETTLEMENT)].to_numpy()
    ukraine = None if borders is None else _whole(borders, places)
    drawn: dict[tuple[str, Any], tuple[np.ndarray, np.ndarray]] = {}
    tables = []
    for source, day, state in states_on(check(control, CONTROL), days):
        as_of = state["as_of"].iloc[0]
        if (source, as_of) not in drawn:
            drawn[source, as_of] = _line(state, settlements, ukraine)
        rows = _rows(*drawn[source, as_of], sectors, day)
        method = "settlements" if ukraine is None else "borders"
        tables.append(rows.assign(source=source, day=day, as_of=as_of, method=method))
    return conform(pd.concat(tables), FRONTLINE) if tables else empty(FRONTLINE)


def segments_of(line: shapely.Geometry) -> np.ndarray:
    """Take a line apart into its straight pieces: their ends in metres, of shape (pieces, 2, 2)."""
    xy, part = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    same = (part[1:] == part[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    return np.stack([xy[:-1][same], xy[1:][same]], axis=1)


def _whole(borders: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> Any:
    """Join borders, and refuse those that are not all of Ukraine: the front outside them would be lost."""
    ukraine = shapely.union_all(borders.geometry.to_numpy())
    shapely.prepare(ukraine)
    inside = shapely.intersects(ukraine, places.geometry.to_numpy())
    if len(inside) and inside.mean() <= _INSIDE_SHARE:
        raise ValueError(
            f"borders leave out {1 - inside.mean():.0%} of the settlements; they must be all of Ukraine: "
            "tracker reference use oblasts FILE"
        )
    return ukraine


def _line(state: gpd.GeoDataFrame, settlements: np.ndarray, ukraine: Any) -> tuple[np.ndarray, np.ndarray]:
    """Find the pieces of the line of contact: their ends, and the number of the ring that each belongs to."""
    occupied = drawn_as(state, "occupied")
    pieces, ring = _boundary(occupied)
    shapely.prepare(occupied)
    outside = _outside(pieces, occupied)
    facing = ~np.isnan(outside[:, 0])
    if ukraine is not None:
        facing[facing] = shapely.intersects_xy(ukraine, outside[facing])
    free = settlements[~shapely.intersects(occupied, settlements)]
    facing[facing] = _in_sight(outside[facing], free, occupied)
    return pieces[facing], ring[facing]


def _boundary(ground: Any) -> tuple[np.ndarray, np.ndarray]:
    """Cut the rings around ground into pieces that have it on their left; the second array numbers the rings."""
    polygons = shapely.orient_polygons(shapely.get_parts(ground))
    rings = shapely.segmentize(shapely.get_rings(polygons), PIECE_M) if len(polygons) else np.array([])
    pieces = [segments_of(ring) for ring in rings]
    number = np.repeat(np.arange(len(pieces)), [len(ends) for ends in pieces])
    return np.concatenate([np.zeros((0, 2, 2)), *pieces]), number


def _outside(pieces: np.ndarray, occupied: Any) -> np.ndarray:
    """Go out from the middle of each piece, as far as it leads to ground that is not occupied; NaN where none does."""
    along = pieces[:, 1] - pieces[:, 0]
    right = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    points = np.full((len(pieces), 2), np.nan)
    for metres in _OUT_M:
        open_still = np.flatnonzero(np.isnan(points[:, 0]))
        tried = pieces[open_still].mean(axis=1) + metres * right[open_still]
        out = ~shapely.intersects_xy(occupied, tried)
        points[open_still[out]] = tried[out]
    return points


def _in_sight(points: np.ndarray, free: np.ndarray, occupied: Any) -> np.ndarray:
    """Tell from which points one of the free settlements is seen, looking at the nearest first."""
    eyes = shapely.points(points)
    eye, target = shapely.STRtree(free).query(eyes, predicate="dwithin", distance=SIGHT_M)
    order = np.lexsort([shapely.distance(eyes[eye], free[target]), eye])
    eye, target = eye[order], target[order]
    rank = np.arange(len(eye)) - np.searchsorted(eye, eye)
    targets, seen = shapely.get_coordinates(free), np.zeros(len(points), dtype=bool)
    for number in range(rank.max(initial=-1) + 1):
        looks = np.flatnonzero((rank == number) & ~seen[eye])
        sight = shapely.linestrings(np.stack([points[eye[looks]], targets[target[looks]]], axis=1))
        seen[eye[looks]] = ~shapely.intersects(occupied, sight)
    return seen


def _rows(
    pieces: np.ndarray, ring: np.ndarray, sectors: gpd.GeoDataFrame | None, day: pd.Timestamp
) -> gpd.GeoDataFrame:
    """Share the pieces out among places, and make a line of each place's; without places one row, EMPTY or not."""
    lengths = pd.Series(_length_km(pieces))
    if sectors is None:
        return _table([_joined(pieces, ring)], {"length_km": [lengths.sum()]})
    key = "ground" if "ground" in sectors else "oblast"
    shown = named_on(sectors, day) if key == "ground" else sectors
    where = _place_of(pieces.mean(axis=1), shown, key)
    held = lengths.groupby(where).sum()
    shapes = [_joined(pieces[where == name], ring[where == name]) for name in held.index]
    rows = _table(shapes, {"length_km": held.to_numpy(), key: held.index.astype("str")})
    if key == "ground":
        rows["sector"] = rows["ground"].map(called_on(sectors, day)).fillna(ELSEWHERE)
    return rows


def _table(shapes: list[Any], columns: dict[str, Any]) -> gpd.GeoDataFrame:
    """Put lines and their columns together."""
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=WORK_CRS))


def _place_of(points: np.ndarray, places: gpd.GeoDataFrame, key: str) -> np.ndarray:
    """Name the place of each point; one on a border counts once."""
    point, place = shapely.STRtree(places.geometry.to_numpy()).query(shapely.points(points), predicate="intersects")
    names = np.full(len(points), ELSEWHERE, dtype=object)
    names[point[::-1]] = places[key].to_numpy()[place[::-1]]
    return names


def _length_km(pieces: np.ndarray) -> np.ndarray:
    """Measure pieces on the ellipsoid (Karney 2013, doi:10.1007/s00190-012-0578-z)."""
    ends = gpd.GeoSeries.from_xy(*pieces.reshape(-1, 2).T, crs=WORK_CRS).to_crs(LONLAT)
    lon, lat = ends.x.to_numpy().reshape(-1, 2).T, ends.y.to_numpy().reshape(-1, 2).T
    return np.asarray(GEOD.inv(lon[0], lat[0], lon[1], lat[1])[2]) / 1000


def _joined(pieces: np.ndarray, ring: np.ndarray) -> Any:
    """Join neighbouring pieces of a ring into lines, in the order of the ring."""
    if not len(pieces):
        return shapely.MultiLineString()
    broken = (pieces[1:, 0] != pieces[:-1, 1]).any(axis=1) | (ring[1:] != ring[:-1])
    run = np.concatenate([[0], np.cumsum(broken)])
    starts = np.flatnonzero(np.concatenate([[True], broken]))
    points = np.insert(pieces[:, 1], starts, pieces[starts, 0], axis=0)
    number = np.insert(run, starts, run[starts])
    return shapely.multilinestrings(shapely.linestrings(points, indices=number))
