"""What changed between two snapshots: the algebra of the ledger.

A change is a piece of ground whose status is not the same in two neighbouring snapshots. Five laws hold (and are
tested as properties): changes conserve area, replay, reverse, vanish between equal maps, and add up over steps.
Nothing is ever snapped, rounded or buffered, for that would break the first two. How the changed ground is found is
told in `tracker.ground.topology`.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.ground.areas import area_km2
from tracker.ground.topology import differences
from tracker.ground.union import polygons_of
from tracker.tables.check import check, conform, empty
from tracker.tables.constants import KINDS, STATUSES, WORK_CRS, kind_of
from tracker.tables.definitions import CONTROL, LEDGER

_APART_M = 1e8
"""Wider than the world in `WORK_CRS`."""


def compare(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    List the changes from one snapshot to another.

    Contested ground is compared where both snapshots can draw it; otherwise only occupied ground is, and what is
    not occupied counts as free. The two need not be neighbours, nor of one source: the ledger then carries the
    source of `after`.

    Parameters
    ----------
    before, after
        Control tables of one snapshot each.

    Returns
    -------
    GeoDataFrame
        The `ledger`, without rows where nothing changed: polygons in `WORK_CRS`, `area_km2` planar in it.

    Raises
    ------
    ValueError
        If one of the two tables holds no snapshot or several.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> first, last = tr.at(control, "2025-01-05T00:00Z"), tr.at(control, "2025-01-08T00:00Z")
    >>> tr.compare(first, last).groupby("kind", observed=True)["area_km2"].sum().round(1).to_dict()
    {'gain': 13.3, 'contested': 38.1}
    """
    for name, control in (("before", before), ("after", after)):
        held = len(check(control, CONTROL)[["source", "as_of"]].drop_duplicates())
        if held != 1:
            raise ValueError(f"{name} must hold one snapshot, it holds {held}; tracker.at picks one")
    return sort_ledger(_steps(pd.concat([_stack(before), _stack(after)], ignore_index=True)))


def track(control: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    List the changes of every neighbouring pair of snapshots, source by source.

    Gross sums depend on which snapshots are compared: pass `last_of_day(control)` for steps of days. Where control has
    a column `epoch` (see `read_archive`), changes are measured within an epoch only: between two the source covers
    other ground, which is no change of the front.

    Parameters
    ----------
    control
        The `control` table, of any sources.

    Returns
    -------
    GeoDataFrame
        The `ledger`, a row a polygon that changed, in `WORK_CRS`; `area_km2` is planar in it. Sources with fewer than
        two snapshots add nothing.

    Raises
    ------
    SchemaError
        If `control` is no control table.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> ledger = tr.track(control)
    >>> ledger[["end", "before", "after", "kind"]].assign(area_km2=ledger["area_km2"].round(1))
                            end     before      after       kind  area_km2
    0 2025-01-05 21:59:59+00:00       free  contested  contested      14.7
    1 2025-01-07 21:59:59+00:00  contested   occupied       gain      13.3
    2 2025-01-07 21:59:59+00:00       free  contested  contested      23.3
    """
    check(control, CONTROL)
    keys = ["source", "epoch"] if "epoch" in control else ["source"]
    stacks = [_stack(one) for _, one in control.groupby(keys, sort=True)]
    ledgers = [_steps(stack) for stack in stacks if len(stack) > 1]
    return sort_ledger(pd.concat(ledgers)) if ledgers else empty(LEDGER)


def invert(ledger: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Turn a ledger around: what leads from the later state back to the earlier one."""
    turned = ledger.rename(columns={"start": "end", "end": "start", "before": "after", "after": "before"})
    turned["kind"] = [kind_of(*pair) for pair in zip(turned["before"], turned["after"], strict=True)]
    return sort_ledger(turned)


def apply(before: gpd.GeoDataFrame, ledger: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Replay a ledger on the snapshot that it starts from.

    Parameters
    ----------
    before
        A control table of one snapshot.
    ledger
        Its changes, of one step or of several that follow each other.

    Returns
    -------
    GeoDataFrame
        The `control` table after the last step; `before` itself where the ledger is empty.
    """
    state = {str(status): shape for status, shape in zip(before["status"], before.geometry, strict=True)}
    for _, step in check(ledger, LEDGER).groupby("end", sort=True):
        state = {status: _replayed(status, shape, step) for status, shape in state.items()}
    replayed = before.set_geometry(
        gpd.GeoSeries([state[str(status)] for status in before["status"]], index=before.index, crs=WORK_CRS)
    )
    if len(ledger):
        replayed = replayed.assign(source=ledger["source"].iloc[-1], as_of=ledger["end"].max())
    return conform(replayed, CONTROL)


def _replayed(status: str, shape: Any, step: gpd.GeoDataFrame) -> Any:
    """Take from a status what left it in a step, and add what came to it."""
    left = shapely.union_all(step.geometry[step["before"] == status].to_numpy())
    came = shapely.union_all(step.geometry[step["after"] == status].to_numpy())
    return shapely.multipolygons(polygons_of(shapely.union(shapely.difference(shape, left), came)))


def sort_ledger(ledger: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put a ledger in its order: by source and time, then kind, then the largest piece first, then place."""
    bounds = ledger.geometry.bounds
    ordered = ledger.assign(_x=bounds["minx"], _y=bounds["miny"], _area=-ledger["area_km2"])
    for column, words in {"before": STATUSES, "after": STATUSES, "kind": KINDS}.items():
        ordered[column] = pd.Categorical(ordered[column], words, ordered=True)
    keys = ["source", "start", "end", "kind", "before", "after", "_area", "_x", "_y"]
    ordered = ordered.sort_values(keys, kind="stable").drop(columns=["_x", "_y", "_area"])
    return conform(ordered, LEDGER)


def _stack(control: gpd.GeoDataFrame) -> pd.DataFrame:
    """Lay one source's snapshots out as one row each: source, as_of, and an array entry a status (or None)."""
    wide = control.pivot(index=["source", "as_of"], columns="status", values=control.geometry.name)
    wide = wide.reindex(columns=list(STATUSES[1:])).astype(object)
    return wide.where(wide.notna(), None).sort_index().reset_index()


def _steps(stack: pd.DataFrame) -> gpd.GeoDataFrame:
    """List what changed between the neighbouring snapshots of a stack: rows of the ledger, in no order."""
    _, _, gained, lost = _compared(stack["occupied"].to_numpy())
    before, after, appeared, vanished = _compared(stack["contested"].to_numpy())
    pieces = {
        ("free", "occupied"): _outside(gained, before),
        ("contested", "occupied"): _inside(gained, before),
        ("occupied", "free"): _outside(lost, after),
        ("occupied", "contested"): _inside(lost, after),
        # Of contested ground that appeared or vanished, what was or is occupied stands in a row above.
        ("free", "contested"): _outside(appeared, lost),
        ("contested", "free"): _outside(vanished, gained),
    }
    return _rows(stack, pieces)


def _compared(shapes: np.ndarray) -> list[np.ndarray]:
    """Of each pair of neighbouring maps of one status: before, after, what came, what went; None where not known."""
    unknown = shapely.is_missing(shapes)
    found = np.array([shapes[:-1], shapes[1:], *differences(shapes)], dtype=object)
    found[:, unknown[1:] | unknown[:-1]] = None
    return list(found)


def _inside(ground: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep what lies in other ground of the same step: shapes, and the step of each."""
    pieces, step, near, around = _near(ground, other)
    return shapely.intersection(pieces[near], around[near]), step[near]


def _outside(ground: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep what lies in no other ground of the same step: shapes, and the step of each."""
    pieces, step, near, around = _near(ground, other)
    pieces[near] = shapely.difference(pieces[near], around[near])
    return pieces, step


def _near(ground: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Take ground apart: its polygons, the step of each, which have other ground near them, and all that is there."""
    pieces, step = shapely.get_parts(ground, return_index=True)
    others, of_step = shapely.get_parts(other, return_index=True)
    piece, by = shapely.STRtree(_side_by_side(others, of_step)).query(_side_by_side(pieces, step))
    order = np.lexsort([by, piece])
    around = np.full(len(pieces), shapely.MultiPolygon(), dtype=object)
    shapely.multipolygons(others[by[order]], indices=piece[order], out=around)
    return pieces, step, np.unique(piece), around


def _side_by_side(shapes: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Lay the bounding boxes of steps side by side, and a little larger, so that one index serves them all."""
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    return shapely.box(west + step * _APART_M - 1, south - 1, east + step * _APART_M + 1, north + 1)


def _rows(stack: pd.DataFrame, pieces: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]) -> gpd.GeoDataFrame:
    """Open the shapes of each kind of change, whose steps are given, into ledger rows."""
    shapes, steps = (np.concatenate(parts) for parts in zip(*pieces.values(), strict=True))
    number = np.repeat(np.arange(len(pieces)), [len(step) for _, step in pieces.values()])
    parts, shape = shapely.get_parts(shapes, return_index=True)
    areal = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)
    parts, step, number = parts[areal], steps[shape[areal]], number[shape[areal]]
    words = np.array([(*change, kind_of(*change)) for change in pieces], dtype=object)[number]
    rows = gpd.GeoDataFrame(
        {
            "source": stack["source"].to_numpy()[step + 1],
            "start": stack["as_of"].array[step],
            "end": stack["as_of"].array[step + 1],
            "before": words[:, 0],
            "after": words[:, 1],
            "kind": words[:, 2],
        },
        geometry=parts,
        crs=WORK_CRS,
    )
    return rows.assign(area_km2=area_km2(rows.geometry))
