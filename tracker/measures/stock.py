"""The stock of a day: how much ground a source draws as occupied and contested, inside and outside Ukraine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.changes.split import cut
from tracker.ground.areas import REGIONS, area_km2, held_regions
from tracker.places.sectors import ELSEWHERE
from tracker.tables.check import check, conform
from tracker.tables.days import Day, day_of, end_of_day
from tracker.tables.definitions import CONTROL, STOCK

StockBy = Literal["none", "oblast"]

_SNAPSHOT = ["source", "as_of"]
_CONTESTED = ["contested_km2", "contested_inside_km2", "contested_outside_km2"]


def stock(
    control: gpd.GeoDataFrame,
    *,
    days: Iterable[Day] | None = None,
    borders: gpd.GeoDataFrame | None = None,
    by: StockBy = "none",
) -> pd.DataFrame:
    """
    Measure what each source draws on each day.

    Areas are planar in `WORK_CRS`. Ukraine is what the oblasts of `borders` cover together, so its area, and with it
    the share, is as good as they are (603,628 km² is the published one; without territorial waters).

    Parameters
    ----------
    control
        The control table, of any sources. Its extra column `occupied_since_2022_km2` is handed on where it is there.
    days
        Kyiv days: each source's last snapshot up to the end of the day counts, and one that has none yet has no row. By
        default the days on which the source published.
    borders
        Polygons in `WORK_CRS` with a column `oblast`, which do not overlap. Without them nothing is known of inside,
        outside and shares.
    by
        none: a row a source and day. oblast: a row for each oblast in which anything is drawn on any of the days, and
        one for `elsewhere`; they add up to the whole.

    Returns
    -------
    DataFrame
        The `stock` table, unrounded, with a column `oblast` where asked for. Missing, not zero: contested ground where
        the map does not draw it; `occupied_since_2022_km2` where the source does not tell, and by oblast; the share
        `elsewhere`, and on a map that leaves out ground held since 2014 (see `tracker.ground.areas.held_regions`):
        that would make the part of Ukraine too small.

    Raises
    ------
    ValueError
        For an unknown `by`, for one that needs `borders`, or for borders that overlap or have no column `oblast`.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> days = tr.stock(control, days=["2025-01-04", "2025-01-07"])
    >>> days[["day"]].assign(occupied_km2=days["occupied_km2"].round(1), contested_km2=days["contested_km2"].round(1))
             day  occupied_km2  contested_km2
    0 2025-01-04        1187.5           13.3
    1 2025-01-07        1200.9           38.1
    """
    _check_arguments(borders, by)
    held = _held(check(control, CONTROL), days)
    states = control[pd.MultiIndex.from_frame(control[_SNAPSHOT]).isin(pd.MultiIndex.from_frame(held[_SNAPSHOT]))]
    keys = [*_SNAPSHOT, "oblast"] if by == "oblast" else _SNAPSHOT
    sums = _sums(states, borders, keys).join(_of_snapshots(states), on=_SNAPSHOT)
    sums.loc[~sums["draws_contested"], _CONTESTED] = np.nan
    sums["occupied_share"] = np.nan
    if borders is not None:
        area = _areas_of(borders)
        whole = sums["oblast"].map(area) if by == "oblast" else area.sum()
        sums["occupied_share"] = (sums["inside_km2"] / whole).where(sums["whole"])
    if by == "oblast":
        sums["occupied_since_2022_km2"] = np.nan
    table = held.merge(sums, on=_SNAPSHOT).drop(columns=["inside_km2", "draws_contested", "whole"])
    front = ["source", "day", "as_of", *keys[2:]]
    table = conform(table.sort_values(front, kind="stable"), STOCK)
    return table[front + [name for name in table.columns if name not in front]]


def _check_arguments(borders: gpd.GeoDataFrame | None, by: str) -> None:
    """Refuse unknown choices, and borders that are none."""
    if by not in get_args(StockBy):
        raise ValueError(f"by={by!r} is not one of {', '.join(get_args(StockBy))}")
    if borders is None and by == "oblast":
        raise ValueError("by='oblast' needs borders: polygons with a column oblast")
    if borders is not None and "oblast" not in borders:
        raise ValueError("borders must have a column oblast")


def _held(control: gpd.GeoDataFrame, days: Iterable[Day] | None) -> pd.DataFrame:
    """List source, day and as_of: the snapshot of each source that holds at the end of each day."""
    snapshots = pd.DataFrame(control[_SNAPSHOT]).drop_duplicates().sort_values("as_of")
    if days is None:
        wanted = snapshots[["source"]].assign(day=day_of(snapshots["as_of"])).drop_duplicates()
    else:
        asked = pd.DataFrame({"day": pd.to_datetime(pd.Series(list(days))).astype("datetime64[us]")})
        wanted = snapshots[["source"]].drop_duplicates().merge(asked.drop_duplicates(), how="cross")
    ends = pd.to_datetime([end_of_day(day) for day in wanted["day"]], utc=True).astype(snapshots["as_of"].dtype)
    wanted = wanted.assign(end=ends).sort_values("end")
    held = pd.merge_asof(wanted, snapshots, left_on="end", right_on="as_of", by="source")
    return held.dropna(subset="as_of")[["source", "day", "as_of"]]


def _sums(states: gpd.GeoDataFrame, borders: gpd.GeoDataFrame | None, keys: list[str]) -> pd.DataFrame:
    """Sum the areas by `keys`; every snapshot has a row for each place where anything is drawn in any of them."""
    pieces = states[[*_SNAPSHOT, "status", "geometry"]].explode(ignore_index=True)
    pieces = pieces.assign(oblast=ELSEWHERE) if borders is None else cut(pieces, borders[["oblast", "geometry"]])
    occupied, inside = pieces["status"] == "occupied", pieces["oblast"] != ELSEWHERE
    area = area_km2(pieces.geometry)
    columns = {
        "occupied_km2": area.where(occupied, 0.0),
        "inside_km2": area.where(occupied & inside, 0.0),
        "contested_km2": area.where(~occupied, 0.0),
        "contested_inside_km2": area.where(~occupied & inside, 0.0),
        "contested_outside_km2": area.where(~occupied & ~inside, 0.0),
    }
    sums = pd.DataFrame(pieces[keys]).assign(**columns).groupby(keys).sum()
    rows = pd.DataFrame(states[_SNAPSHOT]).drop_duplicates()
    if "oblast" in keys:
        rows = rows.merge(pd.DataFrame({"oblast": sorted(pieces["oblast"].unique())}), how="cross")
    sums = sums.reindex(pd.MultiIndex.from_frame(rows), fill_value=0.0).reset_index()
    return sums.assign(contested_inside_km2=np.nan, contested_outside_km2=np.nan) if borders is None else sums


def _of_snapshots(states: gpd.GeoDataFrame) -> pd.DataFrame:
    """Say of each snapshot what its source says of ground occupied since 2022, and what kinds of ground it draws."""
    facts = pd.DataFrame(states[_SNAPSHOT]).assign(
        occupied_since_2022_km2=states.get("occupied_since_2022_km2", np.nan),
        draws_contested=(states["status"] == "contested"),
        whole=(held_regions(states.geometry) == " + ".join(REGIONS)) & (states["status"] == "occupied"),
    )
    return facts.groupby(_SNAPSHOT).agg({"occupied_since_2022_km2": "max", "draws_contested": "any", "whole": "any"})


def _areas_of(borders: gpd.GeoDataFrame) -> pd.Series:
    """Measure the oblasts, by name."""
    return area_km2(borders.geometry).groupby(borders["oblast"].to_numpy()).sum()
