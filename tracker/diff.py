"""What changed between two snapshots: the algebra of the ledger.

A change is a piece of ground whose status is not the same in two neighbouring snapshots. Five laws hold (and are
tested as properties): changes conserve area, replay, reverse, vanish between equal maps, and add up over steps.
Nothing is ever snapped, rounded or buffered, for that would break the first two.

`differences` subtracts whole maps of one status from each other, which is what takes the time: a faster exact engine
can take its place. What it leaves is then divided by the other status.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.metrics.area import area_km2
from tracker.schema import CONTROL, KINDS, LEDGER, STATUSES, WORK_CRS, check, conform, empty, kind_of
from tracker.snapshots import polygons_of

__all__ = ["apply", "compare", "differences", "invert", "sort_ledger", "track"]


def differences(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Subtract maps from each other, pair by pair, both ways.

    Parameters
    ----------
    before, after
        Arrays of (multi)polygons of the same length.

    Returns
    -------
    gained, lost
        after ∖ before and before ∖ after, exactly.
    """
    return shapely.difference(after, before), shapely.difference(before, after)


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
        The `ledger`, without rows where nothing changed.

    Raises
    ------
    ValueError
        If one of the two tables holds no snapshot or several.
    """
    for name, control in (("before", before), ("after", after)):
        held = len(check(control, CONTROL)[["source", "as_of"]].drop_duplicates())
        if held != 1:
            raise ValueError(f"{name} must hold one snapshot, it holds {held}; tracker.at picks one")
    return _steps(_stack(before), _stack(after))


def track(control: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    List the changes of every neighbouring pair of snapshots, source by source.

    Gross sums depend on which snapshots are compared: pass `last_of_day(control)` for steps of days. Where control has
    a column `epoch` (see `read_archive`), changes are measured within an epoch only: between two the source covers
    other ground, which is no change of the front.

    Returns
    -------
    GeoDataFrame
        The `ledger`; sources with fewer than two snapshots add nothing to it.
    """
    check(control, CONTROL)
    keys = ["source", "epoch"] if "epoch" in control else ["source"]
    stacks = [_stack(one) for _, one in control.groupby(keys, sort=True)]
    ledgers = [_steps(stack.iloc[:-1], stack.iloc[1:]) for stack in stacks if len(stack) > 1]
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
    ordered["kind"] = pd.Categorical(ordered["kind"], KINDS, ordered=True)
    keys = ["source", "start", "end", "kind", "before", "after", "_area", "_x", "_y"]
    ordered = ordered.sort_values(keys, kind="stable").drop(columns=["_x", "_y", "_area"])
    return conform(ordered, LEDGER)


def _stack(control: gpd.GeoDataFrame) -> pd.DataFrame:
    """Lay one source's snapshots out as one row each: source, as_of, and an array entry a status (or None)."""
    wide = control.pivot(index=["source", "as_of"], columns="status", values=control.geometry.name)
    wide = wide.reindex(columns=list(STATUSES[1:])).astype(object)
    return wide.where(wide.notna(), None).sort_index().reset_index()


def _steps(before: pd.DataFrame, after: pd.DataFrame) -> gpd.GeoDataFrame:
    """Make the ledger of the pairs (before[i], after[i]) of two stacks."""
    occupied_before, occupied_after = before["occupied"].to_numpy(), after["occupied"].to_numpy()
    contested_before, contested_after = _both(before["contested"].to_numpy(), after["contested"].to_numpy())
    gained, lost = differences(occupied_before, occupied_after)
    newly_contested, cleared = differences(contested_before, contested_after)
    pieces = {
        ("free", "occupied"): shapely.difference(gained, contested_before),
        ("contested", "occupied"): shapely.intersection(gained, contested_before),
        ("occupied", "free"): shapely.difference(lost, contested_after),
        ("occupied", "contested"): shapely.intersection(lost, contested_after),
        ("free", "contested"): shapely.difference(newly_contested, occupied_before),
        ("contested", "free"): shapely.difference(cleared, occupied_after),
    }
    ledger = pd.concat([_rows(before, after, *change, shapes) for change, shapes in pieces.items()])
    return sort_ledger(ledger)


def _both(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Blank a status in both maps of a pair where one of them cannot draw it."""
    unknown = shapely.is_missing(before) | shapely.is_missing(after)
    nothing = shapely.MultiPolygon()
    return np.where(unknown, nothing, before), np.where(unknown, nothing, after)


def _rows(
    before: pd.DataFrame, after: pd.DataFrame, status_before: str, status_after: str, shapes: np.ndarray
) -> gpd.GeoDataFrame:
    """Open the pieces of one kind of change into ledger rows."""
    parts, pair = shapely.get_parts(shapes, return_index=True)
    areal = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)
    parts, pair = parts[areal], pair[areal]
    rows = gpd.GeoDataFrame(
        {
            "source": after["source"].to_numpy()[pair],
            "start": before["as_of"].array[pair],
            "end": after["as_of"].array[pair],
            "before": status_before,
            "after": status_after,
            "kind": kind_of(status_before, status_after),
        },
        geometry=parts,
        crs=WORK_CRS,
    )
    rows["area_km2"] = area_km2(rows.geometry)
    return conform(rows, LEDGER)
