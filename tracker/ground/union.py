"""Ground from drawn polygons: those that touch are merged, group by group, and what is occupied is not contested.

A map is put together from small pieces of work, each of which depends on a few polygons alone: the union of those that
touch each other, what one contested polygon loses to the occupied ones that reach into it. What a piece gives is thus
the same whatever is drawn elsewhere, and from one day to the next most of it need not be done again (`recall`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import is_

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from tracker.ground.recall import Recall
from tracker.tables.validity import are_valid

Polygons = tuple[Polygon, ...]


def polygons_of(shapes: object) -> np.ndarray:
    """
    Take the valid 2-D polygons out of any geometries: collections opened, rings repaired, points and lines dropped.

    A ring that crosses itself is repaired by `shapely.make_valid`, which keeps every corner where it was drawn.
    """
    return polygons_of_each(shapes)[0]


def polygons_of_each(shapes: object) -> tuple[np.ndarray, np.ndarray]:
    """Take the polygons out of geometries, as `polygons_of`, with the number of the geometry that each comes from."""
    shapes = np.atleast_1d(np.asarray(shapes, dtype=object))
    parts, owners = _opened(shapely.force_2d(shapes), np.arange(len(shapes)))
    parts, which = shapely.get_parts(shapely.make_valid(parts), return_index=True)
    parts, owners = _opened(parts, owners[which])
    ground = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    return parts[ground], owners[ground]


def _opened(shapes: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Replace collections by their members, however deep they nest."""
    while (shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        shapes, which = shapely.get_parts(shapes, return_index=True)
        owners = owners[which]
    there = ~shapely.is_missing(shapes)
    return shapes[there], owners[there]


class _These(tuple[Polygon, ...]):
    """Polygons as a key: the very same ones in the same order, which is told without looking at their corners."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _These) and len(self) == len(other) and all(map(is_, self, other))


def merged(polygons: Iterable[Polygon], recall: Recall) -> Polygons:
    """Merge valid polygons that touch: the polygons of their union, in the order in which their first was drawn."""
    drawn = _These(polygons)
    return recall(("merged", drawn), lambda: _merged(drawn, recall)) if len(drawn) > 1 else drawn


def _merged(drawn: Polygons, recall: Recall) -> Polygons:
    """Merge each group by itself."""
    groups = [_These(drawn[member] for member in group) for group in _touching(np.array(drawn, dtype=object))]
    return tuple(part for group in groups for part in (_ground_in(_union(group, recall)) if len(group) > 1 else group))


def _touching(polygons: np.ndarray) -> list[np.ndarray]:
    """Sort polygons into the groups that hang together: the numbers of each one's members, in order."""
    one, other = shapely.STRtree(polygons).query(polygons)
    once = one < other
    one, other = one[once], other[once]
    touching = shapely.intersects(polygons[one], polygons[other])
    one, other = np.append(one[touching], other[touching]), np.append(other[touching], one[touching])
    group = np.arange(len(polygons))  # the least number of a polygon that each is known to hang together with
    while True:
        least = group.copy()
        np.minimum.at(least, one, group[other])
        least = least[least]
        if np.array_equal(least, group):
            return [np.flatnonzero(group == first) for first in np.unique(group)]
        group = least


def _union(group: Polygons, recall: Recall) -> shapely.Geometry:
    """Unite the two halves of a group, each likewise: where one polygon changed, the other half is known."""
    if len(group) == 1:
        return group[0]
    halves = group[: len(group) // 2], group[len(group) // 2 :]
    return recall(("union", _These(group)), lambda: shapely.union(*(_union(half, recall) for half in halves)))


def _ground_in(shape: shapely.Geometry) -> Polygons:
    """Take the polygons out of what GEOS made of polygons: where they are thin as hairs it may leave lines as well."""
    return tuple(part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty)


def less(polygons: Iterable[Polygon], others: Sequence[Polygon], recall: Recall) -> Polygons:
    """Take others away from polygons: what no other reaches into stays as it was drawn, corner for corner."""
    drawn, taken = tuple(polygons), np.array(others, dtype=object)
    if not drawn or not len(taken):
        return drawn
    shapes = np.array(drawn, dtype=object)
    which, reaching = shapely.STRtree(taken).query(shapes)
    meet = shapely.intersects(shapes[which], taken[reaching])
    which, reaching = which[meet], reaching[meet]
    order = np.lexsort((reaching, which))
    near, ends = taken[reaching[order]], np.searchsorted(which[order], np.arange(len(drawn) + 1))
    left = [_less(polygon, near[ends[row] : ends[row + 1]], recall) for row, polygon in enumerate(drawn)]
    return tuple(part for parts in left for part in parts)


def _less(polygon: Polygon, near: np.ndarray, recall: Recall) -> Polygons:
    """Take from one polygon those of its neighbours that do more than touch it."""

    def cut() -> Polygons:
        over = near[~shapely.touches(polygon, near)]
        left = shapely.difference(polygon, _union(_These(over), recall)) if len(over) else polygon
        return _ground_in(left)

    return recall(("less", _These((polygon, *near))), cut) if len(near) else (polygon,)


def whole(polygons: Sequence[Polygon]) -> MultiPolygon:
    """
    Put polygons that do not touch together, as one valid geometry.

    Where rounding made two of them touch after all, they are merged once more.

    Raises
    ------
    shapely.errors.ShapelyError
        If that does not make them valid.
    """
    ground = shapely.multipolygons(np.array(polygons, dtype=object))
    if not are_valid(np.array([ground]))[0]:
        ground = shapely.multipolygons(polygons_of(shapely.union_all(polygons_of(ground))))
        if not are_valid(np.array([ground]))[0]:
            raise shapely.errors.TopologicalError(shapely.is_valid_reason(ground))
    return ground
