"""The exact engine: neighbouring maps are subtracted from each other by the few edges in which they differ.

Neighbouring maps of one source share 97 to 99 % of their edges, to the last bit: an editor moves a few corners a day.
So nothing whole is ever subtracted. Draw the boundary of a map as directed edges, the ground on their left, and lay the
later map's boundary and the earlier one's, turned around, over each other. What both have cancels:

      earlier map           later map          left over          windings

    ┌───────────┐       ┌──────┐             .      ┌────┐         .      ┌────┐
    │           │       │      │             .      │    │         .      │ −1 │
    │           │       │      └────┐        .      └────┘         .      └────┘
    │           │       │           └──┐     .           ┌──┐      .           ┌──┐
    │           │       │              │     .           │  │      .  0        │+1│   0
    └───────────┘       └──────────────┘     .           └──┘      .           └──┘

A boundary is a closed curve, so what is left over is closed too. The winding number of a curve and a point is how often
the curve goes around the point counter-clockwise. For the boundary of a map it is 1 where the map holds the point and 0
elsewhere, and for several curves the numbers add up. Around any point the left-over edges therefore wind

    (1 if the later map holds it, else 0) − (1 if the earlier map holds it, else 0)

times: +1 is ground gained, −1 is ground lost, and 0 is ground where nothing changed, on whichever side of the edges
that cancelled it lies. So the plane is cut into cells along the left-over edges, some 60 of them a day, and each cell
is asked at one point.

**The self-check**: the signed area within the left-over edges, by the shoelace formula over the edges as they are, must
be the area of the cells gained minus that of the cells lost. **The fall-back**: a pair of maps that fails it, or whose
plane cannot be cut, is subtracted by GEOS's overlay of the whole maps instead. The log counts such pairs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely

from tracker.ground.union import polygons_of

CHECK_M2 = 0.01
"""How far a pair of maps may be off in the self-check: a hundredth of the square metre that the laws allow."""

_BLOCK = 100
"""Pairs of maps that are subtracted at once: more are no faster, and take more memory."""

Edges = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of each edge: its step, its sign, its two ends (see `changed_edges`)."""

Spans = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of each edge: the first map that has it, the map after the last, its two ends (see `edge_spans`)."""

_log = logging.getLogger(__name__)


def differences(shapes: Iterable[Any]) -> tuple[np.ndarray, np.ndarray]:
    """
    Subtract each map and the next from each other.

    Parameters
    ----------
    shapes
        N valid (multi)polygons in metres, in order of time; None counts as an empty one.

    Returns
    -------
    gained, lost
        Two arrays of N − 1 (multi)polygons: the ground that the later map holds and the earlier one does not, and the
        other way around. Exact: every corner is one of the maps' own, or where two of their edges cross.
    """
    maps = np.array([*shapes, shapely.MultiPolygon()], dtype=object)[:-1]
    gained, lost = np.full((2, max(len(maps) - 1, 0)), shapely.MultiPolygon(), dtype=object)
    for first in range(0, len(gained), _BLOCK):
        block = slice(first, first + _BLOCK)
        gained[block], lost[block] = _by_edges(maps[first : first + _BLOCK + 1])
    failed = np.flatnonzero(shapely.is_missing(gained))
    gained[failed] = _by_overlay(maps[failed + 1], maps[failed])
    lost[failed] = _by_overlay(maps[failed], maps[failed + 1])
    _log.info("%d of %d pairs of maps were subtracted by overlay", len(failed), len(gained))
    return gained, lost


def changed_edges(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    List the directed edges in which each map differs from the next: what is left when the edges of both cancel.

    Parameters
    ----------
    shapes
        N valid (multi)polygons in order of time, in any CRS; None counts as an empty one.

    Returns
    -------
    step, sign, ends
        Of each edge: from 0 to N − 2, between which two maps; +1 where only the later one has it and −1 where only the
        earlier one has; its corners as [[x, y], [x, y]], the ground on its left. By step and sign, then as they follow
        each other along the boundary.
    """
    corners, start, first, last, ended = _spans(shapes)
    came, went = np.flatnonzero(first > 0), np.flatnonzero(last < len(shapes) - 1)
    step, sign = np.append(first[came] - 1, last[went]), np.repeat([1, -1], [len(came), len(went)])
    start = np.append(start[came], ended[went])
    order = np.lexsort([start, sign, step])
    start = start[order]
    return step[order], sign[order], np.stack([corners[start], corners[start + 1]], axis=1)


def edge_spans(shapes: np.ndarray) -> Spans:
    """
    List the directed edges of maps, each once for every run of maps that have it.

    Parameters
    ----------
    shapes
        As for `changed_edges`.

    Returns
    -------
    first, stop, ends
        Of each edge: the first map of the run, the map after its last, and its corners as [[x, y], [x, y]].
    """
    corners, start, first, last, _ = _spans(shapes)
    return first, last + 1, np.stack([corners[start], corners[start + 1]], axis=1)


def _spans(shapes: np.ndarray) -> tuple[np.ndarray, ...]:
    """
    Find the maps that each directed edge is in.

    Returns
    -------
    corners, start, first, last, ended
        The corners of all maps, and of each edge: the number of its first corner in the first of a run of maps that
        have it, that map and the last one, and the number of its first corner in the last one.
    """
    corners, of_map, follows = _corners(shapes)
    vertex = pd.factorize(corners.view(complex).ravel())[0].astype(np.int64)  # one number for the same two floats
    start = np.flatnonzero(follows[1:] & (vertex[1:] != vertex[:-1]))
    in_map = of_map[start]
    # A number for each edge of each map, such that those of an edge that stays from map to map are in a row, and no
    # others are.
    code = (vertex[start] * (vertex.max(initial=0) + 1) + vertex[start + 1]) * (len(shapes) + 1) + in_map
    order = np.argsort(code)
    broken = np.diff(code[order]) != 1
    ends = np.ones(min(len(order), 1), dtype=bool)
    born, died = order[np.append(ends, broken)], order[np.append(broken, ends)]
    return corners, start[born], in_map[born], in_map[died], start[died]


def _corners(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List the corners of maps ring by ring, the ground on the left; of which map; whether one follows the last."""
    parts, of_part = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    corners, of_corner = shapely.get_coordinates(rings, return_index=True)
    return corners, of_part[of_ring[of_corner]], np.diff(of_corner, prepend=-1) == 0


def _by_edges(maps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Subtract neighbouring maps by their left-over edges: ground gained, ground lost; None where that fails."""
    edges, steps = changed_edges(maps), len(maps) - 1
    cells, step, uncut = _cells(edges, steps)
    signed_m2 = _signed_areas(edges, steps)
    winding = np.zeros(len(cells), dtype=int)
    failed = np.ones(steps, dtype=bool)
    for points_in in (shapely.point_on_surface, _middles_of_largest_triangles):
        asked = failed[step]
        with np.errstate(over="ignore"):  # in cells as thin as a hair
            points = shapely.get_coordinates(points_in(cells[asked]))
        winding[asked] = _windings(points, step[asked], edges)
        failed = np.abs(np.bincount(step, winding * shapely.area(cells), steps) - signed_m2) > CHECK_M2
        failed[step[np.abs(winding) > 1]] = True
    gained, lost = (_joined(cells[winding == times], step[winding == times], steps) for times in (1, -1))
    failed |= uncut | shapely.is_missing(gained) | shapely.is_missing(lost)
    gained[failed] = lost[failed] = None
    return gained, lost


def _cells(edges: Edges, steps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut the plane along the left-over edges of each step: cells, the step of each, and where that failed."""

    def cut(lines: np.ndarray) -> np.ndarray:
        return shapely.polygonize(shapely.union_all(lines[:, None], axis=1)[:, None])

    cut_up = _each(cut, _lines(edges, steps))
    cells, step = shapely.get_parts(cut_up, return_index=True)
    return cells, step, shapely.is_missing(cut_up)


def _lines(edges: Edges, steps: int) -> np.ndarray:
    """String the edges of each step together where they follow each other: a MultiLineString a step."""
    step, sign, ends = edges
    follows = (step[1:] == step[:-1]) & (sign[1:] == sign[:-1]) & (ends[1:, 0] == ends[:-1, 1]).all(axis=1)
    first = np.flatnonzero(np.append(True, ~follows)[: len(step)])
    stop = np.append(first, len(step))[1:]
    corners = np.insert(ends[:, 0], stop, ends[stop - 1, 1], axis=0)  # the starts of its edges, and the end of its last
    lines = shapely.linestrings(corners, indices=np.repeat(np.arange(len(first)), stop - first + 1))
    # By place, not by map: the cells of a step are then, bit for bit, those of the step turned around.
    order = np.lexsort([*ends[first].reshape(-1, 4).T, step[first]])
    strung = np.full(steps, shapely.MultiLineString(), dtype=object)
    shapely.multilinestrings(lines[order], indices=step[first], out=strung)
    return strung


def _each(function: Callable[[np.ndarray], np.ndarray], shapes: np.ndarray) -> np.ndarray:
    """Apply a function of GEOS to shapes; None where it fails on one."""
    try:
        return function(shapes)
    except shapely.GEOSException:
        ones = np.array_split(shapes, len(shapes))
        return np.concatenate([_each(function, one) for one in ones]) if len(ones) > 1 else np.array([None])


def _windings(points: np.ndarray, of_step: np.ndarray, edges: Edges) -> np.ndarray:
    """
    Count how often the left-over edges of its step wind around each point; both come by step.

    An edge that crosses the ray from the point to the east counts +1 upwards and −1 downwards; its lower corner belongs
    to it and its upper one does not, so that a corner on the ray counts once (D. Sunday, "Inclusion of a point in a
    polygon", 2001).
    """
    step, sign, ends = edges
    point, edge = _at_one_height(points[:, 1], of_step, ends[:, :, 1], step)
    crosses = (ends[edge, 0, 1] <= points[point, 1]) != (ends[edge, 1, 1] <= points[point, 1])
    point, edge = point[crosses], edge[crosses]
    x, y = points[point].T
    (x1, y1), (x2, y2) = ends[edge].transpose(1, 2, 0)
    upwards = np.where(y2 > y1, 1, -1)
    to_the_east = ((x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)) * upwards > 0
    return np.bincount(point, to_the_east * upwards * sign[edge], len(points)).astype(int)


def _middles_of_largest_triangles(cells: np.ndarray) -> np.ndarray:
    """
    Find a point well inside each cell, at ten times the cost of GEOS's point on surface.

    That one lies halfway up, where a cell may be as thin as a hair although it is large elsewhere.
    """
    triangles, of_cell = shapely.get_parts(shapely.constrained_delaunay_triangles(cells), return_index=True)
    order = np.lexsort([shapely.area(triangles), of_cell])
    largest = order[np.diff(of_cell[order], append=-1) != 0]
    points = shapely.points(np.zeros((len(cells), 2)))
    points[of_cell[largest]] = shapely.centroid(triangles[largest])
    return points


def _at_one_height(
    height: np.ndarray, of_step: np.ndarray, ends: np.ndarray, step: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pair points with the edges of their step that may reach their height; both come by step."""
    order = np.lexsort([ends.min(axis=1), step])
    low, tall = ends.min(axis=1)[order], np.ptp(ends, axis=1)[order]
    from_edge, to_edge = np.zeros((2, len(height)), dtype=int)
    for number in np.unique(of_step):
        edges, points = (slice(*np.searchsorted(steps, [number, number + 1])) for steps in (step, of_step))
        lowest = height[points] - tall[edges].max() * 1.001
        from_edge[points] = edges.start + np.searchsorted(low[edges], lowest)
        to_edge[points] = edges.start + np.searchsorted(low[edges], height[points], side="right")
    point, edge = ranges(from_edge, to_edge)
    return point, order[edge]


def ranges(first: np.ndarray, stop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Count through ranges of whole numbers, one after the other: the place of the range, and the number.

    Examples
    --------
    >>> [values.tolist() for values in ranges(np.array([4, 7, 0]), np.array([6, 7, 3]))]
    [[0, 0, 2, 2, 2], [4, 5, 0, 1, 2]]
    """
    count = stop - first
    place = np.repeat(np.arange(len(count)), count)
    return place, np.arange(len(place)) - (np.cumsum(count) - stop)[place]


def _signed_areas(edges: Edges, steps: int) -> np.ndarray:
    """Measure the signed area within the left-over edges of each step, by the shoelace formula."""
    step, sign, ends = edges
    corner = np.zeros((steps, 2))
    corner[step] = ends[:, 0]  # any corner of the step: small numbers keep more digits
    (x1, y1), (x2, y2) = (ends - corner[step, None]).transpose(1, 2, 0)
    return np.bincount(step, sign * (x1 * y2 - x2 * y1) / 2, steps)


def _joined(cells: np.ndarray, step: np.ndarray, steps: int) -> np.ndarray:
    """Join the cells of each step where they share an edge; None where they cannot be joined."""
    several = np.full(steps, shapely.MultiPolygon(), dtype=object)
    shapely.multipolygons(cells, indices=step, out=several)
    return _each(lambda polygons: shapely.coverage_union_all(polygons[:, None], axis=1), several)


def _by_overlay(maps: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Subtract whole maps; what GEOS leaves beside polygons, lines of no area, is dropped."""
    left = [shapely.multipolygons(polygons_of(shape)) for shape in shapely.difference(maps, others)]
    return np.array([*left, None], dtype=object)[:-1]
