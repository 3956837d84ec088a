"""Which shapes touch the ground of each of many maps: all on the first, and then only those that changes come near.

Between two maps, a shape comes into the ground or out of it where a changed edge comes near it, or where changed edges
wind around it: a ray from the shape to the east counts those that it crosses (see `topology`). The ground
itself is asked about such shapes alone, so that the answer for a map is what asking that map would give.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from tracker.ground.topology import Spans, ranges

_MARGIN_M = 1.0  # how near to a changed edge a shape is asked again, for rays are counted with rounding
_FEW = 50  # shapes for which it does not pay to prepare a ground


@dataclass(frozen=True)
class Shapes:
    """
    Any shapes in `WORK_CRS`, made ready once.

    Parameters
    ----------
    shapes
        The shapes.
    extended, tree
        The numbers of those that are no points, and the index of these.
    spots, owner
        A point on each part of each shape, from south to north, and the number of its shape.
    """

    shapes: np.ndarray
    extended: np.ndarray
    tree: shapely.STRtree
    spots: np.ndarray
    owner: np.ndarray


def shapes_of(shapes: np.ndarray) -> Shapes:
    """Make shapes ready to be asked about again and again."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    corners, part = shapely.get_coordinates(parts, return_index=True)
    spots = corners[np.flatnonzero(np.diff(part, prepend=-1))]
    order = np.argsort(spots[:, 1], kind="stable")
    extended = np.flatnonzero(shapely.get_type_id(shapes) != shapely.GeometryType.POINT)
    return Shapes(shapes, extended, shapely.STRtree(shapes[extended]), spots[order], owner[order])


def touching(shapes: Shapes, grounds: np.ndarray, spans: Spans) -> np.ndarray:
    """
    Tell which shapes touch the ground of each map.

    Parameters
    ----------
    shapes, grounds
        The shapes, and one or more maps of a ground.
    spans
        The edges of the maps, as `tracker.ground.topology.edge_spans` lists them.

    Returns
    -------
    ndarray
        Maps by shapes.
    """
    touch = np.empty((len(grounds), len(shapes.shapes)), dtype=bool)
    touch[0] = _intersecting(grounds[0], shapes.shapes)
    asked = _asked(shapes, spans, len(grounds))
    bounds = np.searchsorted(asked[:, 0], np.arange(len(grounds) + 1))
    for number in range(1, len(grounds)):
        touch[number] = touch[number - 1]
        shape = asked[bounds[number] : bounds[number + 1], 1]
        touch[number, shape] = _intersecting(grounds[number], shapes.shapes[shape])
    return touch


def _asked(shapes: Shapes, spans: Spans, maps: int) -> np.ndarray:
    """List the maps, and the shapes that may touch their ground where they did not touch that before, or may not."""
    first, stop, ends = spans
    came, went = np.flatnonzero(first > 0), np.flatnonzero(stop < maps)
    at, ends = np.append(first[came], stop[went]), ends[np.append(came, went)]
    sign = np.repeat([1, -1], [len(came), len(went)])
    edge, shape = shapes.tree.query(shapely.linestrings(ends)) if len(shapes.tree) else np.empty((2, 0), dtype=int)
    pairs = [np.stack([at[edge], shapes.extended[shape]], axis=1), _passed(shapes, at, sign, ends)]
    return np.unique(np.concatenate(pairs), axis=0)


def _passed(shapes: Shapes, at: np.ndarray, sign: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """
    List the shapes with a spot that changed edges wind around, or come so near to that a ray may miscount them.

    The lower end of an edge belongs to it and the upper one does not, as in `tracker.ground.topology`.
    """
    (x, y), (to_x, to_y) = ends.transpose(1, 2, 0)
    margin = np.array([[-_MARGIN_M], [_MARGIN_M]])
    first, stop = np.searchsorted(shapes.spots[:, 1], np.sort([y, to_y], axis=0) + margin)
    edge, spot = ranges(first, stop)
    key = at[edge] * len(shapes.spots) + spot
    spot_x, spot_y = shapes.spots[spot].T
    west, east = np.sort([x, to_x], axis=0)[:, edge] + margin
    crosses = (y[edge] <= spot_y) != (to_y[edge] <= spot_y)
    beside, beyond = (west <= spot_x) & (spot_x <= east), crosses & (spot_x < west)
    found, number = np.unique(key[beyond], return_inverse=True)
    turns = np.where(to_y > y, sign, -sign)[edge[beyond]]
    wound = found[np.bincount(number, weights=turns, minlength=len(found)) != 0]
    asked = np.unique(np.append(wound, key[beside]))
    return np.stack([asked // len(shapes.spots), shapes.owner[asked % len(shapes.spots)]], axis=1)


def _intersecting(ground: Any, shapes: np.ndarray) -> np.ndarray:
    """Ask a ground which shapes touch it."""
    prepared = len(shapes) > _FEW and not shapely.is_prepared(ground)
    if prepared:
        shapely.prepare(ground)
    found = shapely.intersects(ground, shapes)
    if prepared:
        shapely.destroy_prepared(ground)  # what is prepared takes more memory than the ground itself
    return np.asarray(found, dtype=bool)
