"""Carry the nearest point of a ground over from map to map: only shapes near changed edges are looked at again.

An angle c from its centre, `WORK_CRS` draws lengths by a factor between cos(c/2) and 1/cos(c/2), as they lie (Snyder
1987, Map Projections: A Working Manual, p. 182 ff.). So the nearest edge on the ellipsoid may be farther in the plane
than the nearest there, by up to the mean of c²/4 on the way: a thousandth or so. All edges within that reach are
measured on the WGS 84 ellipsoid (Karney 2013, doi:10.1007/s00190-012-0578-z), and the nearest of them there is the
answer; of edges equally near, the one whose corners come first in the order of x and y. The answer for a map thus
depends on that map alone.

From one map to the next it can change in two ways only: an edge that came or went lies within that reach of the shape,
or the shape came into the ground or out of it. The first is asked of the changed edges alone. For the second, a ray
from the shape to the east counts the changed edges that it crosses: they wind around ground that changed (see
`tracker.topology`). Whatever may have changed is asked anew, of the whole map, so that what is carried over is, to the
last bit, what measuring the map by itself would give.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import Geod, Transformer

from tracker.schema import LONLAT, WORK_CRS

__all__ = [
    "Boundary",
    "Change",
    "Nearest",
    "Shapes",
    "boundary_after",
    "boundary_of",
    "carried",
    "intersecting",
    "nearest",
    "shapes_of",
    "still_inside",
]

_GEOD = Geod(ellps="WGS84")
_TO_DEGREES = Transformer.from_crs(WORK_CRS, LONLAT, always_xy=True)
_MARGIN_M = 1.0  # how near to a changed edge a shape is asked again, for rays are counted with rounding
_CELL_M = 10_000.0  # changed edges are looked at in squares of this side
_EARTH_M = 6_371_000.0
_SAFETY = 1.1  # the rule of c is that of a sphere, for small c
_FAR_STEP_M = 50_000.0
_ROUNDING_M = 0.001
_MANY = 4  # where more than one in so many edges changed, everything is asked anew
_FEW = 50  # shapes for which it does not pay to prepare a ground


@dataclass(frozen=True)
class Shapes:
    """
    What is measured from: any shapes in `WORK_CRS`, made ready once.

    Parameters
    ----------
    shapes, bounds, tree
        The shapes; the west of all, then south, east and north; their index.
    far
        How far the farthest corner of each shape's box lies from the centre of `WORK_CRS`, in metres.
    spots, owner
        A point on each part of each shape, from south to north, and the number of its shape.
    """

    shapes: np.ndarray
    bounds: np.ndarray
    tree: shapely.STRtree
    far: np.ndarray
    spots: np.ndarray
    owner: np.ndarray


@dataclass(frozen=True)
class Change:
    """
    The directed edges that came (+1) and went (−1) from a map to the next, as `tracker.topology.changed_edges` gives.
    """

    sign: np.ndarray
    ends: np.ndarray

    @property
    def boxes(self) -> np.ndarray:
        """West, south, east and north of each edge."""
        return np.concatenate([self.ends.min(axis=1), self.ends.max(axis=1)], axis=1)


@dataclass(frozen=True)
class Boundary:
    """
    The single edges of a ground's boundary, in any order.

    Parameters
    ----------
    edges, lines
        The two corners of each, the lesser one first; the same as lines.
    far
        How far from the centre of `WORK_CRS` no corner lies, in metres.
    """

    edges: np.ndarray
    lines: np.ndarray
    far: float


@dataclass(frozen=True)
class Nearest:
    """
    Where a ground is nearest to each shape.

    Parameters
    ----------
    inside
        Whether each shape touches the ground.
    metres
        The planar distance of each: 0 inside, infinite where there is no ground.
    far
        How far from the centre of `WORK_CRS` the ground does not reach.
    moved
        The shapes whose answer may differ from that for the ground before.
    told
        For each of these a row: geodesic kilometres, the bearing from the shape, longitude and latitude of the nearest
        point. Inside these are 0, missing, and the shape's centre of area; all are missing where there is no ground.
    """

    inside: np.ndarray
    metres: np.ndarray
    far: float
    moved: np.ndarray
    told: np.ndarray


def shapes_of(shapes: np.ndarray) -> Shapes:
    """Make shapes ready to be measured from again and again."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    corners, part = shapely.get_coordinates(parts, return_index=True)
    spots = corners[np.flatnonzero(np.diff(part, prepend=-1))]
    order = np.argsort(spots[:, 1], kind="stable")
    west, south, east, north = bounds = shapely.bounds(shapes).reshape(-1, 4).T.copy()
    far = np.hypot(np.maximum(-west, east), np.maximum(-south, north))
    return Shapes(shapes, bounds, shapely.STRtree(shapes), far, spots[order], owner[order])


def boundary_of(ground: Any) -> Boundary:
    """Take the boundary of a ground apart."""
    coords, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(ground)), return_index=True)
    same = ring[1:] == ring[:-1]
    edges = _from_lesser(np.stack([coords[:-1][same], coords[1:][same]], axis=1))
    return Boundary(edges, shapely.linestrings(edges), _far(edges))


def boundary_after(before: Boundary, change: Change) -> Boundary:
    """Take the edges that went out of a boundary, and put those that came in; the same lines stay the same objects."""
    if not len(change.sign):
        return before
    came, went = (_from_lesser(change.ends[change.sign == sign]) for sign in (1, -1))
    gone = {edge.tobytes() for edge in went}
    kept = np.ones(len(before.edges), dtype=bool)
    possible = np.flatnonzero(np.isin(before.edges[:, 0, 0], went[:, 0, 0]))
    kept[possible] = [edge.tobytes() not in gone for edge in before.edges[possible]]
    edges = np.concatenate([before.edges[kept], came])
    return Boundary(edges, np.concatenate([before.lines[kept], shapely.linestrings(came)]), _far(edges))


def _far(edges: np.ndarray) -> float:
    """Bound how far from the centre of `WORK_CRS` edges reach, in steps so large that the next map seldom takes one."""
    return float(np.ceil(np.sqrt((edges**2).sum(axis=2).max(initial=0)) / _FAR_STEP_M) * _FAR_STEP_M)


def _from_lesser(edges: np.ndarray) -> np.ndarray:
    """Turn edges so that each begins at its lesser corner; adding 0 makes one number of 0 and −0."""
    (x, y), (to_x, to_y) = edges[:, 0].T, edges[:, 1].T
    turned = (x > to_x) | ((x == to_x) & (y > to_y))
    return np.where(turned[:, None, None], edges[:, ::-1], edges) + 0.0


def intersecting(ground: Any, shapes: np.ndarray) -> np.ndarray:
    """Tell which shapes touch the ground."""
    prepared = len(shapes) > _FEW and not shapely.is_prepared(ground)
    if prepared:
        shapely.prepare(ground)
    found = shapely.intersects(ground, shapes)
    if prepared:
        shapely.destroy_prepared(ground)  # what is prepared takes more memory than the ground itself
    return np.asarray(found, dtype=bool)


def still_inside(inside: np.ndarray, shapes: Shapes, ground: Any, change: Change) -> np.ndarray:
    """
    Tell which shapes touch a ground, from which of them touched the one before.

    Parameters
    ----------
    inside
        Whether each shape touched the ground before.
    shapes, ground
        The shapes, and the ground now.
    change
        The edges in between.
    """
    if not len(change.sign) or not len(inside):
        return inside
    if len(change.sign) > len(inside):
        return intersecting(ground, shapes.shapes)
    inside, asked = inside.copy(), np.concatenate([_wound_around(shapes, change), _beside(shapes, change)])
    inside[asked] = intersecting(ground, shapes.shapes[asked])
    return inside


def _wound_around(shapes: Shapes, change: Change) -> np.ndarray:
    """List the shapes with a part that the changed edges wind around: they came into the ground or out of it."""
    start, end = change.ends[:, 0], change.ends[:, 1]
    south, north = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first = np.searchsorted(shapes.spots[:, 1], south, side="left")
    count = np.searchsorted(shapes.spots[:, 1], north, side="left") - first
    edge = np.repeat(np.arange(len(count)), count)
    spot = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count - first, count)
    at = shapes.spots[spot]
    rise = end[edge] - start[edge]
    crossed = start[edge, 0] + (at[:, 1] - start[edge, 1]) * rise[:, 0] / rise[:, 1] > at[:, 0]
    turns = np.where(rise[:, 1] > 0, change.sign[edge], -change.sign[edge]) * crossed
    return shapes.owner[np.bincount(spot, weights=turns, minlength=len(shapes.spots)) != 0]


def _beside(shapes: Shapes, change: Change) -> np.ndarray:
    """List the shapes that changed edges come so near to that a ray may miscount them."""
    west, south, east, north = change.boxes.T
    boxes = shapely.box(west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M)
    return np.asarray(shapes.tree.query(boxes)[1])


def nearest(shapes: Shapes, boundary: Boundary, inside: np.ndarray) -> Nearest:
    """Find the nearest point of a ground to each shape, of which it is known whether they touch it."""
    return _searched(np.zeros(len(inside)), shapes, boundary, inside, np.arange(len(inside)))


def carried(before: Nearest, shapes: Shapes, boundary: Boundary, inside: np.ndarray, change: Change) -> Nearest:
    """
    Find the nearest point of a ground to each shape, from that of the ground before.

    Parameters
    ----------
    before
        The answer for the ground before.
    shapes, boundary, inside
        As for `nearest`, which gives the same.
    change
        The edges in between.
    """
    if len(change.sign) * _MANY > len(boundary.edges) or boundary.far != before.far:
        return nearest(shapes, boundary, inside)
    reached = _reached(before, shapes, change)
    return _searched(before.metres, shapes, boundary, inside, np.flatnonzero(reached | (inside != before.inside)))


def _searched(metres: np.ndarray, shapes: Shapes, boundary: Boundary, inside: np.ndarray, moved: np.ndarray) -> Nearest:
    """Ask some shapes anew, of the whole boundary; the others stay as they are."""
    if not len(moved):
        return Nearest(inside, metres, boundary.far, moved, np.empty((0, 4)))
    metres, told, within = metres.copy(), np.empty((len(moved), 4)), inside[moved]
    centres = shapely.get_coordinates(shapely.centroid(shapes.shapes[moved[within]]))
    metres[moved[within]], told[within] = 0.0, _on_ellipsoid(np.stack([centres, centres], axis=1))
    without = moved[~within]
    metres[without], told[~within] = _to_edges(shapes.shapes[without], shapes.far[without], boundary)
    return Nearest(inside, metres, boundary.far, moved, told)


def _to_edges(shapes: np.ndarray, far: np.ndarray, boundary: Boundary) -> tuple[np.ndarray, np.ndarray]:
    """Measure shapes from the nearest edge of a boundary: planar metres, and what is told."""
    edges, lines = boundary.edges, boundary.lines
    if not len(shapes) or not len(lines):
        return np.full(len(shapes), np.inf), np.full((len(shapes), 4), np.nan)
    tree = shapely.STRtree(lines, node_capacity=4)
    metres = tree.query_nearest(shapes, all_matches=False, return_distance=True)[1]
    shape, edge = tree.query(shapes, predicate="dwithin", distance=_reach(metres, far, boundary.far))
    ends = _shortest(shapes[shape], edges[edge], lines[edge])
    likely = _likely(ends, shape, np.maximum(far, boundary.far)[shape])
    shape, edge, told = shape[likely], edge[likely], _on_ellipsoid(ends[likely])
    order = np.lexsort([*edges[edge].reshape(-1, 4).T[::-1], told[:, 0], shape])
    return metres, told[order[np.flatnonzero(np.diff(shape[order], prepend=-1))]]


def _likely(ends: np.ndarray, shape: np.ndarray, far: np.ndarray) -> np.ndarray:
    """
    Tell which pairs may be the nearest on the ellipsoid: not one that lies beside the nearest in the plane and farther.

    From one point to another, the distances to a third on the ellipsoid and in the plane change alike, but for c²/4 of
    the way in length and as much in direction.
    """
    metres = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    order = np.lexsort([metres, shape])
    nearest_there = ends[order[np.flatnonzero(np.diff(shape[order], prepend=-1))]][shape]
    least = np.hypot(*(nearest_there[:, 1] - nearest_there[:, 0]).T)
    beside = np.hypot(*(ends - nearest_there).transpose(2, 0, 1)).sum(axis=1)
    return metres - least <= _SAFETY * 2 * (far / _EARTH_M) ** 2 / 4 * beside + _ROUNDING_M


def _shortest(shapes: np.ndarray, edges: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Give the nearest points of shapes and of edges, pair by pair."""
    if (shapely.get_type_id(shapes) != shapely.GeometryType.POINT).any():
        return shapely.get_coordinates(shapely.shortest_line(shapes, lines)).reshape(-1, 2, 2)
    points, starts = shapely.get_coordinates(shapes), edges[:, 0]  # the same for points, and far quicker
    along = edges[:, 1] - starts
    part = ((points - starts) * along).sum(axis=1) / (along**2).sum(axis=1)
    at_start, at_end = (part <= 0)[:, None], (part >= 1)[:, None]
    nearest_points = np.where(at_start, starts, np.where(at_end, edges[:, 1], starts + part[:, None] * along))
    return np.stack([points, nearest_points], axis=1)


def _reach(metres: np.ndarray, far: np.ndarray, farthest: float) -> np.ndarray:
    """Say how near in the plane an edge must come to be the nearest on the ellipsoid, where the nearest is known."""
    mean_c2 = (far**2 + far * farthest + farthest**2) / (3 * _EARTH_M**2)
    return metres * (1 + _SAFETY * mean_c2 / 4) + _ROUNDING_M


def _on_ellipsoid(ends: np.ndarray) -> np.ndarray:
    """Measure from points to points: a row of geodesic kilometres, bearing, longitude and latitude."""
    lon, lat = _TO_DEGREES.transform(ends[..., 0], ends[..., 1])
    bearing, _, metres = _GEOD.inv(lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1])
    return np.stack([metres / 1000, np.where(metres == 0, np.nan, bearing % 360), lon[:, 1], lat[:, 1]], axis=1)


def _reached(before: Nearest, shapes: Shapes, change: Change) -> np.ndarray:
    """Tell which shapes a changed edge comes as near to as their nearest point: one too many does no harm."""
    reached = np.zeros(len(before.inside), dtype=bool)
    reach = np.where(before.inside, -1.0, _reach(before.metres, shapes.far, before.far) + _ROUNDING_M)
    squared = reach * np.abs(reach)
    for ends in _by_cell(change.ends) if len(reached) else []:
        (west, south), (east, north) = ends.min(axis=(0, 1)), ends.max(axis=(0, 1))
        away_x = np.maximum(np.maximum(west - shapes.bounds[2], shapes.bounds[0] - east), 0)
        away_y = np.maximum(np.maximum(south - shapes.bounds[3], shapes.bounds[1] - north), 0)
        near = np.flatnonzero(away_x * away_x + away_y * away_y <= squared)
        if len(near):
            away = shapely.distance(shapes.shapes[near, None], shapely.linestrings(ends)).min(axis=1)
            reached[near] |= away <= reach[near]
    return reached


def _by_cell(ends: np.ndarray) -> list[np.ndarray]:
    """Group edges by the square that they begin in."""
    column, row = np.floor(ends[:, 0] / _CELL_M).T
    order = np.lexsort([column, row])
    bounds = np.flatnonzero((np.diff(column[order]) != 0) | (np.diff(row[order]) != 0)) + 1
    return np.split(ends[order], bounds) if len(ends) else []
