"""Where two sources agree: ground that both hold, ground that only one of them does, and the pieces of it.

Everything comes from one crossing of the two maps: each piece of ground that either draws, with what each draws there.
Contested ground is compared where both maps know it. Nothing is snapped: hairs between two drawings of one line count.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.split import cut
from tracker.ground.areas import area_km2
from tracker.measures.sums import By
from tracker.places.sectors import ELSEWHERE, called_on
from tracker.tables.check import check, conform
from tracker.tables.constants import STATUSES, WORK_CRS
from tracker.tables.days import Day, day_of
from tracker.tables.definitions import AGREEMENT, CONTROL, DISAGREEMENTS

_HELD = ["both_km2", "only_source_km2", "only_other_km2"]
_CONTESTED = ["contested_on_other_km2", "contested_on_source_km2"]


def agreement(
    control: gpd.GeoDataFrame,
    other: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame | None = None,
    *,
    by: By | None = None,
    on: Day | None = None,
) -> pd.DataFrame:
    """
    Measure how far two maps agree on what is occupied, and on what is contested where both draw that.

    What a map leaves out on purpose counts as not held: see the `since` of its source before you read the numbers.

    Parameters
    ----------
    control, other
        Control tables of one snapshot each.
    places
        The `sectors` table, or one with a column `oblast`: gives a row for each place where either holds anything.
    by
        sector, ground or oblast, or none for the whole; by default sector or oblast, as `places` has it.
    on
        The Kyiv day that the two stand for, and whose sector names count; by default the later one's.

    Returns
    -------
    DataFrame
        The `agreement` table, km² not rounded, a row a place and status. `iou` is intersection over union, missing
        where neither holds anything. Of what only one holds, the `…_contested_km2` are contested on the other;
        missing where that one draws no contested ground.

    Raises
    ------
    ValueError
        If one of the two tables holds no snapshot or several, or `by` does not go with `places`.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> one, other = tr.at(control, "2025-01-08T00:00Z"), tr.at(control, "2025-01-05T00:00Z")
    >>> tr.agreement(one, other)[["status", "both_km2", "only_source_km2", "iou"]].round(2)
          status  both_km2  only_source_km2   iou
    0   occupied   1187.54            13.31  0.99
    1  contested      0.00            38.07  0.00
    """
    column = _column(places, by)
    crossed = _crossed(control, other, places if column else None, on=on)
    held = {status: crossed[_holds(crossed, status).any(axis=1)] for status in compared(control, other)}
    tables = [_summed(rows, column, status) for status, rows in held.items()]
    table = pd.concat(tables, ignore_index=True).assign(**_pair(control, other, on))
    for name, drawn in zip(_CONTESTED, (other, control), strict=True):
        table[name] = table[name] if (drawn["status"] == "contested").any() else np.nan
    return _finished(table, column)


def at_front(table: pd.DataFrame) -> pd.DataFrame:
    """
    Sum an agreement by place over the places that have a name, without what lies elsewhere.

    Coasts and state borders are drawn at all scales, and lie mostly elsewhere: this is what is said of the front.

    Parameters
    ----------
    table
        The `agreement` table by sector or ground.

    Returns
    -------
    DataFrame
        The `agreement` table without a place, a row a status that `table` has.
    """
    place = next(name for name in ("sector", "ground", "oblast") if name in table)
    named = table[table[place] != ELSEWHERE]
    first = table.drop(columns=[place, *_HELD, *_CONTESTED]).drop_duplicates("status").set_index("status")
    sums = named.groupby("status")[_HELD].sum().reindex(first.index, fill_value=0.0)
    beside = named.groupby("status")[_CONTESTED].sum(min_count=1).reindex(first.index)
    return _finished(first.join([sums, beside]).reset_index(), [])


def disagreements(
    control: gpd.GeoDataFrame, other: gpd.GeoDataFrame, places: gpd.GeoDataFrame | None = None, *, on: Day | None = None
) -> gpd.GeoDataFrame:
    """
    List the pieces of ground that only one of two maps holds: what the sums of `agreement` are made of.

    Where both draw contested ground, a piece that is occupied on one and contested on the other is in the list twice:
    it is missing from the occupied ground of the one, and from the contested ground of the other.

    Parameters
    ----------
    control, other, places, on
        As for `agreement`.

    Returns
    -------
    GeoDataFrame
        The `disagreements` table, the largest pieces first; `held_by` is the source that draws the `status` there.

    Raises
    ------
    ValueError
        As for `agreement`.
    """
    crossed = _crossed(control, other, places, on=on)
    pair = _pair(control, other, on)
    tables = []
    for status in compared(control, other):
        holds = _holds(crossed, status)
        for side, against in (("source", "other"), ("other", "source")):
            rows = crossed[holds[side] & ~holds[against]]
            tables.append(rows.assign(status=status, held_by=pair[side], **pair))
    table = pd.concat(tables, ignore_index=True)
    table = table.join(table.geometry.bounds[["minx", "miny"]])
    order = ["area_km2", "minx", "miny"]
    table = table.sort_values(order, ascending=[False, True, True], kind="stable").drop(columns=order[1:])
    return conform(table, DISAGREEMENTS)


def compared(control: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> list[str]:
    """List the statuses that both maps draw: occupied always, contested where both know it."""
    both = set(control["status"]) & set(other["status"])
    return ["occupied", *(["contested"] if "contested" in both else [])]


def _column(places: gpd.GeoDataFrame | None, by: str | None) -> list[str]:
    """Choose the column of places, none for the whole; refuse one that they do not have."""
    if by == "none" or (by is None and places is None):
        return []
    known = [name for name in ("sector", "ground", "oblast") if places is not None and name in places]
    if by is not None and by not in known:
        has = f"they have {', '.join(known)}" if known else "tracker.sectors gives some"
        raise ValueError(f"by={by!r} is not a column of places; {has}")
    return [by] if by else known[:1] or ["sector"]


def _pair(control: gpd.GeoDataFrame, other: gpd.GeoDataFrame, on: Day | None) -> dict[str, Any]:
    """Give the columns that say which two maps are compared."""
    as_of, other_as_of = control["as_of"].iloc[0], other["as_of"].iloc[0]
    return {
        "source": control["source"].iloc[0],
        "other": other["source"].iloc[0],
        "day": day_of(max(as_of, other_as_of)) if on is None else pd.Timestamp(on).normalize(),
        "as_of": as_of,
        "other_as_of": other_as_of,
    }


def _crossed(
    control: gpd.GeoDataFrame, other: gpd.GeoDataFrame, places: gpd.GeoDataFrame | None, *, on: Day | None
) -> gpd.GeoDataFrame:
    """
    Cross two maps: polygons with `source_status`, `other_status` and `area_km2`, and where they lie.

    Together they are all the ground that either draws, none of it twice.
    """
    for name, table in (("control", control), ("other", other)):
        held = len(check(table, CONTROL)[["source", "as_of"]].drop_duplicates())
        if held != 1:
            raise ValueError(f"{name} must hold one snapshot, it holds {held}; tracker.at picks one")
    mine, theirs = _drawn(control), _drawn(other)
    pieces = {pair: _piece(mine, theirs, *pair) for pair in product(STATUSES, STATUSES) if pair != ("free", "free")}
    parts, number = shapely.get_parts(list(pieces.values()), return_index=True)
    areal = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)
    drawn = np.array(list(pieces), dtype=object)[number[areal]]
    statuses = {"source_status": drawn[:, 0], "other_status": drawn[:, 1]}
    crossed = gpd.GeoDataFrame(statuses, geometry=parts[areal], crs=WORK_CRS)
    if places is not None:
        crossed = _placed(crossed, places, _pair(control, other, on)["day"])
    crossed["area_km2"] = area_km2(crossed.geometry)
    return crossed


def _drawn(control: gpd.GeoDataFrame) -> dict[str, Any]:
    """Give the ground of each status, EMPTY where it is not drawn."""
    shapes = {status: shapely.MultiPolygon() for status in STATUSES[1:]}
    shapes |= {str(status): shape for status, shape in zip(control["status"], control.geometry, strict=True)}
    return shapes


def _piece(mine: dict[str, Any], theirs: dict[str, Any], status: str, other_status: str) -> Any:
    """Find the ground that has one status on the one map and another on the other; free is what is left."""
    if status == "free":
        return shapely.difference(shapely.difference(theirs[other_status], mine["occupied"]), mine["contested"])
    if other_status == "free":
        return shapely.difference(shapely.difference(mine[status], theirs["occupied"]), theirs["contested"])
    return shapely.intersection(mine[status], theirs[other_status])


def _placed(crossed: gpd.GeoDataFrame, places: gpd.GeoDataFrame, day: pd.Timestamp) -> gpd.GeoDataFrame:
    """Cut pieces by places, under the names that these have on a day."""
    crossed = cut(crossed, places)
    if "ground" in places:
        names = called_on(places, day)
        crossed["sector"] = crossed["ground"].map(names).astype(object).fillna(ELSEWHERE)
    return crossed


def _holds(crossed: gpd.GeoDataFrame, status: str) -> pd.DataFrame:
    """Tell which of the two holds a status on each piece."""
    return pd.DataFrame({side: crossed[f"{side}_status"] == status for side in ("source", "other")})


def _summed(rows: gpd.GeoDataFrame, column: list[str], status: str) -> pd.DataFrame:
    """Sum the pieces that either holds as one status: by place, or all in one row, also where there are none."""
    holds = _holds(rows, status)
    mine, theirs, area = holds["source"], holds["other"], rows["area_km2"]
    sums = pd.DataFrame(rows[column]).assign(
        both_km2=area.where(mine & theirs, 0.0),
        only_source_km2=area.where(mine & ~theirs, 0.0),
        only_other_km2=area.where(theirs & ~mine, 0.0),
        contested_on_other_km2=area.where(mine & (rows["other_status"] == "contested") & ~theirs, 0.0),
        contested_on_source_km2=area.where(theirs & (rows["source_status"] == "contested") & ~mine, 0.0),
    )
    table = sums.groupby(column, sort=True).sum().reset_index() if column else sums.sum().to_frame().T
    return table.assign(status=status)


def _finished(table: pd.DataFrame, column: list[str]) -> pd.DataFrame:
    """Add intersection over union, and put rows and columns in their order."""
    table = conform(table.assign(iou=table["both_km2"] / table[_HELD].sum(axis=1)), AGREEMENT)
    table = table.sort_values(column, kind="stable", ignore_index=True) if column else table
    front = ["source", "other", "day", "as_of", "other_as_of", *column]
    return table[front + [name for name in table.columns if name not in front]]
