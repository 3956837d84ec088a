"""How fast ground came nearer: changes of a distance over days, and a closing speed with its spread.

Past days only. The speed is no forecast: fronts do not keep a pace, and nothing here says when a place is reached.
"""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.measures.distances import To, distances, with_settlements
from tracker.measures.shares import shares
from tracker.tables.check import check
from tracker.tables.days import Day, day_of, is_fresh
from tracker.tables.definitions import DISTANCES

LENGTHS = (1, 7, 30, 90)
"""The days that changes are measured over."""

CLOSING_DAYS = 30
"""The closing speed is that of so many days up to a day."""

_WEEK = 7
_WINDOWS = CLOSING_DAYS - _WEEK + 1  # weeks that begin and end within the closing days
_LEAST = _WINDOWS // 2  # of fewer weeks neither a median nor a spread says much
_SPREAD = {"closing_km_a_week": 0.5, "closing_low_km_a_week": 0.1, "closing_high_km_a_week": 0.9}
_KEYS = ["source", "geonameid", "to"]


def approach(distances: pd.DataFrame, *, lengths: Iterable[int] = LENGTHS) -> pd.DataFrame:
    """
    Say how distances changed, and how fast ground closes in.

    It is the edge that is measured, and the centre where the edge is not known. A change is the kilometres at the end
    of a day minus those at the end of the day so many days before: below zero, ground came nearer. It is known where
    a map was published in between, and the maps behind both ends were at most `STALE_DAYS` old and cover the same
    ground (`epoch`). The closing speed is the median of the weeks (seven-day changes, turned around: above zero, ground
    came nearer) that begin and end within `CLOSING_DAYS` days up to the day, and its spread is their tenth to ninetieth
    percentile; at least half of these 24 weeks must be known. The weeks overlap, so the spread shows how uneven the
    pace was; it is no confidence interval. Where a place was reached its kilometres stay 0, and so does the speed.

    Parameters
    ----------
    distances
        The `distances` table, also of the days before those of interest (see `days_needed`).
    lengths
        The days to measure changes over.

    Returns
    -------
    DataFrame
        The table with `change_from` (edge or centre), `change_1_km` and so on for each length, `closing_km_a_week`,
        `closing_low_km_a_week` and `closing_high_km_a_week`; missing where the maps at hand cannot tell.

    Raises
    ------
    ValueError
        For lengths that are not whole days above zero.
    """
    lengths = list(lengths)
    if any(length != int(length) or length < 1 for length in lengths):
        raise ValueError(f"lengths={lengths}: each must be a whole number of days above zero")
    table = check(distances, DISTANCES).reset_index(drop=True)
    by_edge = table["edge_method"] != "none"
    km = table["edge_km"].where(by_edge, table["centre_km"]).astype(float)
    series = table.groupby(_KEYS, observed=True).ngroup()
    known = pd.DataFrame({"series": series, "day": table["day"], "km": km, "drawn": day_of(table["as_of"])})
    known["epoch"] = table.get("epoch", 0)
    changes = {length: _change_km(known, length) for length in {*lengths, _WEEK}}
    told = {f"change_{length}_km": changes[length].astype(np.float32) for length in lengths}
    table = table.assign(change_from=np.where(by_edge, "edge", "centre"), **told)
    return table.assign(**_closing(known.assign(closing=0.0 - changes[_WEEK])))


def days_needed(days: Iterable[pd.Timestamp], *, lengths: Iterable[int] = LENGTHS) -> list[pd.Timestamp]:
    """
    List the days to measure distances of, so that `approach` can answer for `days`: those, and what lies before them.

    Examples
    --------
    >>> needed = days_needed([pd.Timestamp("2025-01-06")], lengths=(1, 90))
    >>> len(needed), f"{needed[0]:%Y-%m-%d}", f"{needed[1]:%Y-%m-%d}"
    (32, '2024-10-08', '2024-12-07')
    """
    back = sorted({*range(CLOSING_DAYS + 1), *lengths})
    return sorted({day - pd.Timedelta(days=days_before) for day in days for days_before in back})


def _change_km(known: pd.DataFrame, length: int) -> np.ndarray:
    """Subtract the kilometres of so many days before; missing where the maps cannot tell."""
    before = known.assign(day=known["day"] + pd.Timedelta(days=length))
    pair = known.merge(before, on=["series", "day"], how="left", suffixes=("", "_before"))
    start = pair["day"] - pd.Timedelta(days=length)
    fresh = is_fresh(pair["day"], pair["drawn"]) & is_fresh(start, pair["drawn_before"])
    fresh &= (pair["drawn"] > start) & (pair["epoch"] == pair["epoch_before"])
    return (pair["km"] - pair["km_before"]).where(fresh).to_numpy(dtype=float)


def _closing(known: pd.DataFrame) -> dict[str, pd.Series]:
    """Take the median and the spread of the weeks that end in the last days up to each day."""
    ordered = known.sort_values(["series", "day"], kind="stable")
    windows = ordered.groupby("series").rolling(f"{_WINDOWS}D", on="day", min_periods=_LEAST)["closing"]
    return {
        name: pd.Series(windows.quantile(share).to_numpy(np.float32), index=ordered.index).reindex(known.index)
        for name, share in _SPREAD.items()
    }


def measured(
    control: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    settlements: gpd.GeoDataFrame,
    *,
    days: Iterable[Day],
    to: To = "occupied",
) -> pd.DataFrame:
    """
    Measure places on days, as every output tells it.

    Parameters
    ----------
    control
        The control table, from far enough back for the changes (see `tracker.approach.days_needed`).
    places
        What to measure from, as for `distances`.
    settlements
        The `places` table that names the nearest points.
    days, to
        As for `distances`.

    Returns
    -------
    DataFrame
        The `distances` table of the days, with the columns of `with_settlements`, `approach` and `shares`.
    """
    asked = list(map(pd.Timestamp, days))
    table = approach(distances(control, places, to=to, days=days_needed(asked)))
    table = table[table["day"].isin(asked)].drop(columns="epoch", errors="ignore")
    held = shares(control, places, days=asked)
    return with_settlements(table, settlements).merge(held, on=["source", "day", "as_of", "geonameid"], how="left")


AT_THE_LINE_KM = 3.0
"""A town behind the line is still at it while ground so near to its edge is contested."""

NEAR_KM = 30.0
"""Towns whose edge is within this of occupied or contested ground are in the report."""


def near_towns(distances: pd.DataFrame) -> pd.DataFrame:
    """
    Choose the towns near the front: within `NEAR_KM` of occupied ground by their edge (or centre), and not behind it.

    A town whose centre is occupied is near the front while contested ground is within `AT_THE_LINE_KM` of its edge.

    Returns
    -------
    DataFrame
        A row a town, the nearest first: geonameid, town, status, edge_km, edge_method, edge_direction, centre_km,
        direction, to occupied ground, contested_km from the edge to contested ground, and where the table has them
        from_settlement, from_settlement_uk, change_7_km and change_30_km.
    """
    occupied = distances[distances["to"] == "occupied"].set_index("geonameid")
    contested = distances[distances["to"] == "contested"].set_index("geonameid")["edge_km"]
    near = occupied.assign(contested_km=contested.reindex(occupied.index), nearest_km=occupied["edge_km"])
    near["nearest_km"] = near["edge_km"].fillna(near["centre_km"])
    behind = (near["status"] == "occupied") & ~(near["contested_km"] <= AT_THE_LINE_KM)
    near = near[~behind & (near["nearest_km"] <= NEAR_KM)]
    columns = "geonameid town status edge_km edge_method edge_direction centre_km direction contested_km"
    more = "from_settlement from_settlement_uk change_7_km change_30_km"
    return (
        near.sort_values("nearest_km", kind="stable").reset_index().reindex(columns=[*columns.split(), *more.split()])
    )
