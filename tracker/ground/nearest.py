"""Where a ground is nearest to each shape, on many maps of it at once.

An angle c from its centre, `WORK_CRS` draws lengths by a factor between cos(c/2) and 1/cos(c/2), as they lie (Snyder
1987, Map Projections: A Working Manual, p. 182 ff.). So the nearest edge on the ellipsoid may be farther in the plane
than the nearest there, by up to the mean of c²/4 on the way: a thousandth or so. All edges within that reach are
measured on the WGS 84 ellipsoid (Karney 2013, doi:10.1007/s00190-012-0578-z), and the nearest point found there is the
answer; of points equally near, the one farthest west.

Neighbouring maps have nearly all of their edges in common, so a run of them is searched once: every edge is looked at
together with the maps that have it. The nearest of the edges that stay throughout the run bounds how far away the
answer may be on any of its maps. Whatever is nearer than that is the answer on the maps that have it, unless something
nearer still is on them. Where others come much nearer than those that stay, the run is split for the shapes concerned.
What comes out for a map thus depends on that map alone, to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from tracker.ground.crs import TO_DEGREES
from tracker.ground.geodesy import GEOD
from tracker.ground.topology import Spans, ranges

_EARTH_M = 6_371_000.0  # the mean radius: what turns metres from the centre into the angle c
_SAFETY = 1.1  # the rule of c is that of a sphere, for small c
_ROUNDING_M = 0.001  # far more than coordinates of a thousand kilometres are rounded by; it only costs a look
_FEW = 100  # shapes for which it does not pay to split a run
_LOOSE, _LOOSE_M = 1.05, 1000.0  # how much farther than the nearest edge of all the nearest that stays may be


@dataclass(frozen=True)
class Found:
    """
    The nearest points of a ground, each told once for all maps on which it is the answer.

    Parameters
    ----------
    row
        An array of maps by shapes: which row of `told` is the answer.
    told
        Geodesic kilometres; in degrees, the bearing from the shape, and longitude and latitude of the nearest point.
        Inside these are 0, missing, and the shape's centre of area; in row 0, for maps without ground, all are missing.
    shape
        Of each row, the number of the shape; −1 of row 0.
    """

    row: np.ndarray
    told: np.ndarray
    shape: np.ndarray


@dataclass(frozen=True)
class _Edges:
    """Edges of maps: their two corners, the lesser one first; the same as lines; first map, and map after the last."""

    corners: np.ndarray
    lines: np.ndarray
    first: np.ndarray
    stop: np.ndarray

    def between(self, start: int, stop: int) -> _Edges:
        """Keep those of a run of maps, numbered from 0."""
        among = np.flatnonzero((self.first < stop) & (self.stop > start))
        first, end = np.maximum(self.first[among], start), np.minimum(self.stop[among], stop)
        return _Edges(self.corners[among], self.lines[among], first - start, end - start)

    @property
    def stays(self) -> np.ndarray:
        """Which are on all of the maps of a run, the last of which has edges."""
        return (self.first == 0) & (self.stop == self.stop.max(initial=0))

    def most_change(self) -> int:
        """Find the map with which most edges come and go."""
        changes = np.bincount(np.append(self.first, self.stop))
        return int(changes[1:-1].argmax()) + 1


def nearest_points(shapes: np.ndarray, spans: Spans, inside: np.ndarray) -> Found:
    """
    Find the nearest point of a ground to each shape, on each of its maps.

    Parameters
    ----------
    shapes
        Any shapes in `WORK_CRS`.
    spans
        The edges of the maps, as `tracker.ground.topology.edge_spans` lists them.
    inside
        An array of maps by shapes: whether the shape touches the ground.
    """
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    told = [np.full((1, 4), np.nan), _on_ellipsoid(np.stack([centres, centres], axis=1))]
    of_shape = [np.array([-1]), np.arange(len(shapes))]
    row = np.where(inside, np.arange(1, len(shapes) + 1, dtype=np.int32), np.int32(0))
    edges = _edges_of(spans)
    runs = [(*run, np.arange(len(shapes))) for run in _runs(edges, len(inside))]
    while runs:
        start, stop, asked = runs.pop()
        asked = asked[~inside[start:stop, asked].all(axis=0)]
        of_run = edges.between(start, stop)
        if not len(of_run.lines) or not len(asked):
            continue
        bound, loose = _bound(shapes[asked], of_run)
        if np.count_nonzero(loose) > _FEW:
            split = start + of_run.most_change()
            runs += [(start, split, asked[loose]), (split, stop, asked[loose])]
            asked, bound = asked[~loose], bound[~loose]
        shape, edge, known = _near(shapes[asked], bound, of_run)
        nearest = _first_of_each(shape, edge, known, of_run, (stop - start, len(asked)))
        part = np.ix_(np.arange(start, stop), asked)
        row[part] = np.where(inside[part], row[part], nearest + sum(map(len, told)))
        told.append(known)
        of_shape.append(asked[shape])
    return Found(row, np.concatenate(told), np.concatenate(of_shape))


def _edges_of(spans: Spans) -> _Edges:
    """Draw the edges of maps; it does not matter on which side of them the ground is."""
    first, stop, ends = spans
    (x, y), (to_x, to_y) = ends[:, 0].T, ends[:, 1].T
    turned = (x > to_x) | ((x == to_x) & (y > to_y))
    corners = np.where(turned[:, None, None], ends[:, ::-1], ends)
    return _Edges(corners, shapely.linestrings(corners), first, stop)


def _runs(edges: _Edges, maps: int) -> Iterator[tuple[int, int]]:
    """Split maps into runs, such that half of the edges of its first map stay throughout each; first and stop."""
    start = 0
    while start < maps:
        stops = np.sort(edges.stop[(edges.first <= start) & (edges.stop > start)])
        stop = int(stops[len(stops) // 2]) if len(stops) else start + 1
        yield start, stop
        start = stop


def _bound(shapes: np.ndarray, edges: _Edges) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest edge that stays, as the two nearest points; and whether others come much nearer than that."""
    stays = np.flatnonzero(edges.stays)
    edge, least = _nearest_of(edges.lines, shapes)
    gone = np.flatnonzero(~edges.stays[edge])
    edge[gone] = stays[_nearest_of(edges.lines[stays], shapes[gone])[0]]
    ends, loose = _shortest(shapes, edges, edge), np.zeros(len(shapes), dtype=bool)
    loose[gone] = _lengths(ends[gone]) > least[gone] * _LOOSE + _LOOSE_M
    return ends, loose


def _nearest_of(lines: np.ndarray, shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find a line that is nearest in the plane to each shape, and how far it is."""
    found, metres = _indexed(lines).query_nearest(shapes, all_matches=False, return_distance=True)
    return found[1], metres


def _indexed(lines: np.ndarray) -> shapely.STRtree:
    """Index lines for searches that end at few of them."""
    return shapely.STRtree(lines, node_capacity=4)


def _lengths(ends: np.ndarray) -> np.ndarray:
    """Measure in the plane between points and points."""
    return np.hypot(*(ends[:, 1] - ends[:, 0]).T)


def _near(shapes: np.ndarray, bound: np.ndarray, edges: _Edges) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pair shapes with the edges that may be nearest to them on some map: shape, edge, and what is told of the two."""
    shape, edge = _indexed(edges.lines).query(shapes, predicate="dwithin", distance=_reach(shapes, bound, edges))
    ends = _shortest(shapes[shape], edges, edge)
    likely = _likely(ends, bound[shape], edges)
    return shape[likely], edge[likely], _on_ellipsoid(ends[likely])


def _reach(shapes: np.ndarray, bound: np.ndarray, edges: _Edges) -> np.ndarray:
    """Say how near in the plane an edge must come to be nearer on the ellipsoid than the bound."""
    (here, there), metres = np.hypot(*bound.transpose(2, 1, 0)), _lengths(bound)
    west, south, east, north = shapely.bounds(shapes).T
    far = np.hypot(np.maximum(-west, east), np.maximum(-south, north))
    farthest = np.minimum(_farthest(edges.corners), far + metres)
    c2, other_c2 = ((a**2 + a * b + b**2) / (3 * _EARTH_M**2) for a, b in ((here, there), (far, farthest)))  # means
    return metres * (1 + _SAFETY * (c2 + other_c2) / 8) + _ROUNDING_M


def _farthest(points: np.ndarray) -> float:
    """Measure how far from the centre of `WORK_CRS` the farthest of some points lies."""
    return float(np.sqrt((points**2).sum(axis=-1).max(initial=0)))


def _likely(ends: np.ndarray, bound: np.ndarray, edges: _Edges) -> np.ndarray:
    """
    Tell which pairs may be nearer on the ellipsoid than the bound: not those beside it in the plane, and farther.

    From one point to another, the distances to a third on the ellipsoid and in the plane change alike, but for c²/4 of
    the way in length and as much in direction.
    """
    beside = np.hypot(*(ends - bound).transpose(2, 0, 1)).sum(axis=1)
    far = max(_farthest(edges.corners), _farthest(ends[:, 0]))
    return _lengths(ends) - _lengths(bound) <= _SAFETY * 2 * (far / _EARTH_M) ** 2 / 4 * beside + _ROUNDING_M


def _shortest(shapes: np.ndarray, edges: _Edges, edge: np.ndarray) -> np.ndarray:
    """Give the nearest points of shapes and of edges, pair by pair."""
    if (shapely.get_type_id(shapes) != shapely.GeometryType.POINT).any():
        return shapely.get_coordinates(shapely.shortest_line(shapes, edges.lines[edge])).reshape(-1, 2, 2)
    points, corners = shapely.get_coordinates(shapes), edges.corners[edge]  # the same for points, and far quicker
    start, end = corners[:, 0], corners[:, 1]
    along = end - start
    part = ((points - start) * along).sum(axis=1) / (along**2).sum(axis=1)
    at_start, at_end = (part <= 0)[:, None], (part >= 1)[:, None]
    return np.stack([points, np.where(at_start, start, np.where(at_end, end, start + part[:, None] * along))], axis=1)


def _on_ellipsoid(ends: np.ndarray) -> np.ndarray:
    """Measure from points to points: a row of geodesic kilometres, bearing, longitude and latitude."""
    point, points = pd.factorize(ends.reshape(-1, 2).view(complex).ravel())
    lon, lat = TO_DEGREES.transform(points.real, points.imag)
    start, end = point.reshape(-1, 2).T
    way, ways = pd.factorize(start * len(points) + end)
    start, end = ways // len(points), ways % len(points)
    bearing, _, metres = GEOD.inv(lon[start], lat[start], lon[end], lat[end])
    told = np.stack([metres / 1000, np.where(metres == 0, np.nan, bearing % 360), lon[end], lat[end]], axis=1)
    return told[way]


def _first_of_each(
    shape: np.ndarray, edge: np.ndarray, told: np.ndarray, edges: _Edges, size: tuple[int, int]
) -> np.ndarray:
    """Choose the nearest of the pairs of each shape, on each map: an array of maps by shapes, of numbers of pairs."""
    order = np.lexsort(told.T[[3, 2, 0]])
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    stays = edges.stays[edge]
    least = np.full(size[1], len(rank))
    np.minimum.at(least, shape[stays], rank[stays])
    nearer = np.flatnonzero(~stays & (rank < least[shape]))
    place, on_map = ranges(edges.first[edge[nearer]], edges.stop[edge[nearer]])
    pair = nearer[place]
    best = np.tile(least, size[0])
    np.minimum.at(best, on_map * size[1] + shape[pair], rank[pair])
    return order[best].reshape(size)
