"""Years of maps as one drawing: the lines that were ever a border, and what happened on either side of each.

All fragments of a ledger, laid on each other, cut the ground into atomic faces: within one the status never differs. So
a face needs no geometry a day, only its history: the status at first, and the steps at which it flipped. Faces of the
same history belong together; what is left to keep are the chains of edges between different histories. From them any
day, and the difference of any two days, can be drawn as whole regions: of the chains with the region on one side only,
linked to rings. There are no seams, for no face is ever drawn by itself.

             ┌─────────┐          histories   1: occupied
         1   │    2    │   0                  2: free, occupied from step 5 on, free again from step 9 on
             └─────────┘          the chain between 1 and 2 is a border until step 5, and from step 9 on
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.snapshots import drawn_as
from tracker.tables.check import check
from tracker.tables.constants import STATUSES
from tracker.tables.days import day_of
from tracker.tables.definitions import CONTROL, LEDGER

GRID_M = 1.0
"""Borders are drawn to a metre. Measured on 447 and 84 maps: no day's area is off by more than 0.06 km²."""

SLIT_M = 40.0
"""So wide, in metres, may a gap between polygons of one map be to count as a slit: a border of areas, not a line."""

_FREE, _CONTESTED, _OCCUPIED = range(3)
_CODES = dict(zip(STATUSES, (_FREE, _CONTESTED, _OCCUPIED), strict=True))


@dataclass(frozen=True)
class Flip:
    """From a step on a face has a status (0 free, 1 contested, 2 occupied); not `counted` flips are no changes."""

    step: int
    status: int
    counted: bool = True


@dataclass(frozen=True)
class Chain:
    """
    A line between two histories, as walked: their numbers on its left and its right, and its points.

    Parameters
    ----------
    left, right
        Indices into `Timeline.histories`.
    points
        Coordinates in metres of `WORK_CRS`, shape (n, 2), on a grid of `GRID_M`; the ends of chains that meet are
        equal.
    slit
        Whether it is a side of a slit, up to `SLIT_M` wide, between polygons of a source that do not quite meet: a
        border of areas, but no line to draw.
    """

    left: int
    right: int
    points: np.ndarray
    slit: bool = False


@dataclass(frozen=True)
class Timeline:
    """
    The states of one source at all of its snapshots.

    Parameters
    ----------
    instants
        The `as_of` of each step.
    histories
        What happened on some ground: its flips, the first of them at step 0. History 0 is ground that stays free.
    areas_km2
        The area of each history's ground, of history 0 only what is enclosed.
    chains
        The lines between different histories.
    """

    instants: pd.Series
    histories: Sequence[tuple[Flip, ...]]
    areas_km2: np.ndarray
    chains: Sequence[Chain]

    @property
    def days(self) -> pd.Series:
        """The Kyiv day of each step."""
        return day_of(self.instants)


def timeline(control: gpd.GeoDataFrame, ledger: gpd.GeoDataFrame) -> Timeline:
    """
    Lay all maps of a source on each other.

    Where the source begins to cover other ground (`epoch`), or to know contested ground, the ledger has no change; the
    states are read again there, and such flips are not counted.

    Parameters
    ----------
    control
        The control table of one source, best of `last_of_day`.
    ledger
        The changes between its neighbouring snapshots; with a column `counted` those that it says are not stay silent.

    Raises
    ------
    ValueError
        If control holds several sources or none, or the ledger tells of instants that it does not hold.
    """
    check(control, CONTROL)
    check(ledger, LEDGER)
    if control["source"].nunique() != 1:
        raise ValueError(f"control holds {control['source'].nunique()} sources; a timeline is that of one")
    instants = control["as_of"].drop_duplicates().sort_values(ignore_index=True)
    ledger = ledger[ledger["source"] == control["source"].iloc[0]]
    steps = pd.Index(instants).get_indexer(pd.Index(ledger["end"]))
    if (steps < 0).any():
        raise ValueError(f"the ledger tells of {ledger['end'].to_numpy()[steps < 0][0]}, and control has no such map")
    anchors = _anchors(control, instants)
    faces = _faces(ledger.geometry.to_numpy(), [shape for state in anchors.values() for shape in state.values()])
    numbers, histories = _numbered(_histories(faces, ledger, steps, anchors))
    areas = np.bincount(numbers, weights=shapely.area(faces) / 1e6, minlength=len(histories))
    ends = [control[control["as_of"] == instant] for instant in (instants.iloc[0], instants.iloc[-1])]
    return Timeline(instants, histories, areas, _without_slits(_chains(faces, numbers), _slits(ends)))


def _slits(states: Sequence[gpd.GeoDataFrame]) -> Any:
    """Find the slits in occupied ground: what vanishes when it is made wider and narrower again."""
    shapes = [drawn_as(state, "occupied") for state in states]
    wider = shapely.buffer(shapes, SLIT_M / 2, join_style="mitre")
    closed = shapely.buffer(wider, -SLIT_M / 2, join_style="mitre")
    return shapely.union_all(shapely.difference(closed, shapes))


def _without_slits(chains: list[Chain], slits: Any) -> list[Chain]:
    """Mark the chains that run along slits."""
    if not chains or slits.is_empty:
        return chains
    lines = np.array([shapely.linestrings(chain.points) for chain in chains])
    beside = np.zeros(len(chains), dtype=bool)
    beside[shapely.STRtree(lines).query(shapely.buffer(shapely.get_parts(slits), 2 * GRID_M), "contains")[1]] = True
    return [replace(chain, slit=True) if slit else chain for chain, slit in zip(chains, beside, strict=True)]


def _anchors(control: gpd.GeoDataFrame, instants: pd.Series) -> dict[int, dict[int, object]]:
    """Find the steps whose state the ledger does not lead to, the first of all: step → status → shape."""
    epochs = control["epoch"] if "epoch" in control else pd.Series(1, index=control.index)
    kinds = control.assign(_epoch=epochs).groupby("as_of")
    drawn = pd.DataFrame({"epoch": kinds["_epoch"].first(), "statuses": kinds["status"].nunique()}).sort_index()
    new = (drawn != drawn.shift()).any(axis=1).to_numpy()
    return {
        int(step): {
            _CODES[str(status)]: shape
            for status, shape in zip(
                *(control[control["as_of"] == instants[step]][name] for name in ("status", "geometry")), strict=True
            )
        }
        for step in np.flatnonzero(new)
    }


def _faces(fragments: np.ndarray, states: Sequence[object]) -> np.ndarray:
    """Cut the ground along every border that ever was."""
    borders = [*shapely.boundary(fragments), *shapely.boundary(np.array(states, dtype=object))]
    noded = shapely.union_all(borders, grid_size=GRID_M)
    return shapely.orient_polygons(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _histories(
    faces: np.ndarray, ledger: gpd.GeoDataFrame, steps: np.ndarray, anchors: dict[int, dict[int, object]]
) -> list[list[Flip]]:
    """Tell what happened on each face: what the state said at the anchors, and all fragments that it lies in."""
    inside = shapely.point_on_surface(faces)
    fragment, face = shapely.STRtree(inside).query(ledger.geometry.to_numpy(), predicate="contains_properly")
    status = ledger["after"].astype(str).map(_CODES).to_numpy()
    counted = ledger["counted"].to_numpy() if "counted" in ledger else np.ones(len(ledger), dtype=bool)
    told = [(face, steps[fragment], status[fragment], counted[fragment])]
    for step, state in anchors.items():
        held = np.full(len(faces), _FREE)
        for code, shape in state.items():
            held[shapely.contains_xy(shape, shapely.get_coordinates(inside))] = code
        told.append((np.arange(len(faces)), np.full(len(faces), step), held, np.full(len(faces), False)))
    columns = [np.concatenate(column) for column in zip(*told, strict=True)]
    order = np.lexsort(columns[1::-1])
    histories: list[list[Flip]] = [[] for _ in faces]
    for number, step, code, counts in zip(*(column[order].tolist() for column in columns), strict=True):
        history = histories[number]
        if not history or history[-1].status != code:
            history.append(Flip(step, code, counts))
    return histories


def _numbered(histories: list[list[Flip]]) -> tuple[np.ndarray, list[tuple[Flip, ...]]]:
    """Give faces of the same history one number; 0 is that of all ground outside."""
    known: dict[tuple[Flip, ...], int] = {(Flip(0, _FREE, False),): 0}
    numbers = [known.setdefault(tuple(history), len(known)) for history in histories]
    return np.array(numbers, dtype=int), list(known)


def _chains(faces: np.ndarray, numbers: np.ndarray) -> list[Chain]:
    """List the lines between faces of different histories."""
    rings, face = shapely.get_rings(faces, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    nodes, at = np.unique(points, axis=0, return_inverse=True)
    inner = ring[1:] == ring[:-1]
    start, end, left = at[:-1][inner], at[1:][inner], numbers[face[ring[:-1][inner]]]
    # Rings run around their face with it on the left: the reverse of an edge belongs to the face on its right.
    key, reverse = start * len(nodes) + end, end * len(nodes) + start
    order = np.argsort(key)
    place = np.minimum(np.searchsorted(key[order], reverse), max(len(order) - 1, 0))
    shared = key[order][place] == reverse if len(order) else np.empty(0, dtype=bool)
    right = np.where(shared, left[order][place], 0) if len(order) else left
    kept = (left != right) & ((start < end) | ~shared)
    edges = list(zip(*(column[kept].tolist() for column in (start, end, left, right)), strict=True))
    return [Chain(left, right, nodes[walked]) for left, right, walked in _walks(edges)]


def _walks(edges: list[tuple[int, int, int, int]]) -> Iterator[tuple[int, int, list[int]]]:
    """Join edges (start, end, left, right) through nodes where nothing else meets: left, right, the nodes passed."""
    touching: dict[int, list[int]] = {}
    for number, (start, end, _, _) in enumerate(edges):
        touching.setdefault(start, []).append(number)
        touching.setdefault(end, []).append(number)
    unused = [True] * len(edges)

    def onward(node: int, left: int, right: int) -> list[int]:
        """Walk on from a node, as long as there is one way and the same on both sides."""
        passed: list[int] = []
        while len(touching[node]) == 2:
            number = next((one for one in touching[node] if unused[one]), None)
            if number is None:
                break
            start, end, its_left, its_right = edges[number]
            if start != node:
                start, end, its_left, its_right = end, start, its_right, its_left
            if (its_left, its_right) != (left, right):
                break
            unused[number] = False
            passed.append(end)
            node = end
        return passed

    for number, (start, end, left, right) in enumerate(edges):
        if unused[number]:
            unused[number] = False
            ahead = onward(end, left, right)
            behind = onward(start, right, left)
            yield left, right, [*reversed(behind), start, end, *ahead]
