"""Where a period's gain stands in a place's own history: percentiles, and "the most since …".

A period is compared with all earlier windows of the same number of days, sliding by a day. What is compared is the
gross gain by the steps of the maps. A window counts only where the maps tell what happened in it.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.changes.causes import counted
from tracker.changes.snapshots import epoch_starts
from tracker.tables.constants import LEAST_KM2, SAME_KM2
from tracker.tables.days import Day, day_of, is_fresh

LEAST_WINDOWS = 10
"""With fewer windows that the maps tell about, the period itself among them, there is no percentile."""

RECORD_KM2 = 1.0
RECORD_DAYS = 30
RECORD_PERIODS = 2
"""A gain is a record if it is at least `RECORD_KM2`, and nothing came up to it in the 30 days, and the two whole
periods of its length, before it."""


def records(
    ledger: gpd.GeoDataFrame,
    control: gpd.GeoDataFrame,
    *,
    since: Day,
    until: Day,
    by: str = "sector",
) -> pd.DataFrame:
    """
    Compare the gains of a period with the history of each place.

    Parameters
    ----------
    ledger
        The changes of one source from as far back as the maps go, with the column `by`. Rows of noise do not count,
        nor do those that are not `counted`, where it has that column.
    control
        The control table behind them (of its columns only source, as_of and epoch are read).
    since, until
        First and last day of the period, inclusive.
    by
        The column of places; "" for all in one. A sector's history is that of its grounds (see `followed`), whatever
        they were called: it is not lost where names change.

    Returns
    -------
    DataFrame
        A row a place that changed in the period, on an index of their names: `gain_km2` of the period, in a sector that
        of its grounds; `percentile` (0–100) of the windows up to `until`, its own included, that had at most that gain;
        `history_since`, the first day of the first window, and `windows`, their number; `most_since`, where the gain is
        a record: the last day of the last earlier window that had as much (or may have had, where maps are missing);
        `most_on_record`: a record without any such window since `history_since`. A window that overlaps the period
        comes up to it only with more.

        There is no record where most of the gain is catch-up: what is drawn at once after a freeze is more than the
        period's own. A sector whose ground has another name in part of the period has neither percentile nor record:
        they would be those of the ground, beside the gain of the name.

        `percentile` is missing where the gain is printed as 0.0, with fewer than `LEAST_WINDOWS` windows, or where the
        maps do not tell about the period itself: one that begins or ends with a map more than `STALE_DAYS` old, or lies
        across a change of what ground the source covers. Then there is no record either.
    """
    first, last = pd.Timestamp(since), pd.Timestamp(until)
    days = (last - first).days + 1
    calendar = _calendar(control, last, days)
    inside = day_of(ledger["end"]).between(first, last)
    gains = _gains(ledger, by)
    rows = {
        place: _compared(gains[gains["key"].isin(keys)], calendar, first, days)
        for place, keys in followed(ledger[inside], by).items()
    }
    columns = ["gain_km2", "percentile", "history_since", "windows", "most_since", "most_on_record"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(by or None)
    caught_up, renamed = _caught_up(ledger[inside], by), _renamed(ledger[inside], by)
    table.loc[table.index.isin(renamed), "percentile"] = np.nan
    no_record = table.index.isin([*caught_up, *renamed])
    table["most_since"] = table["most_since"].where(~no_record, pd.NaT)
    table["most_on_record"] = table["most_on_record"].astype(bool) & ~no_record
    return table.astype({"history_since": "datetime64[us]", "most_since": "datetime64[us]", "most_on_record": bool})


def followed(changes: gpd.GeoDataFrame, by: str) -> dict[str, list[str]]:
    """
    Say what stands for each place over time: for a sector the grounds that its changes lie on, else the place itself.

    Parameters
    ----------
    changes
        Rows of a ledger, of the period that is looked at.
    by
        Their column of places; "" for all in one.

    Examples
    --------
    >>> names = pd.DataFrame({"sector": ["Vremivka", "Novopavlivka"], "ground": ["velykanovosilka"] * 2})
    >>> followed(names, "sector")
    {'Novopavlivka': ['velykanovosilka'], 'Vremivka': ['velykanovosilka']}
    """
    if not by:
        return {"": [""]}
    key = "ground" if by == "sector" else by
    return {str(place): sorted(rows.unique()) for place, rows in changes.groupby(by)[key]}


def _caught_up(changes: gpd.GeoDataFrame, by: str) -> list[str]:
    """List the places most of whose gain is catch-up."""
    if "cause" not in changes:
        return []
    gains = changes[changes["kind"] == "gain"]
    place = gains[by] if by else pd.Series("", index=gains.index)
    late_km2 = gains["area_km2"].where(gains["cause"] == "catch_up", 0.0).groupby(place).sum()
    return list(late_km2[late_km2 > gains["area_km2"].groupby(place).sum() / 2].index)


def _renamed(changes: gpd.GeoDataFrame, by: str) -> list[str]:
    """List the sectors that share a ground with another sector, each in a part of the period."""
    if by != "sector":
        return []
    names = changes[["ground", "sector"]].drop_duplicates()
    return list(names.loc[names["ground"].duplicated(keep=False), "sector"])


def _gains(ledger: gpd.GeoDataFrame, by: str) -> pd.DataFrame:
    """List the counted gains: key (see `followed`), start, end (days, at least one apart), area_km2."""
    chosen = ledger["counted"].astype(bool) if "counted" in ledger else counted(ledger)
    rows = ledger[chosen & (ledger["kind"] == "gain")]
    key = "ground" if by == "sector" else by
    table = pd.DataFrame({"key": rows[key] if key else "", "area_km2": rows["area_km2"]})
    for edge in ("start", "end"):
        table[edge] = day_of(rows[edge])
    table["start"] = np.minimum(table["start"], table["end"] - pd.Timedelta(days=1))
    return table


def _calendar(control: gpd.GeoDataFrame, until: pd.Timestamp, days: int) -> pd.DataFrame:
    """
    Say of the windows that end on each day up to `until`, from the first on, what the maps tell about them.

    Returns
    -------
    DataFrame
        On an index of days: `known`, and `broken` (lies across a change of what ground is covered).
    """
    published = pd.DatetimeIndex(day_of(control["as_of"].drop_duplicates()).drop_duplicates().sort_values())
    breaks = pd.DatetimeIndex([day_of(start) for start in epoch_starts(control)])
    ends = pd.date_range(published[0] + pd.Timedelta(days=days), max(until, published[0]))
    starts = ends - pd.Timedelta(days=days)
    held = [published[published.searchsorted(edge, side="right") - 1] for edge in (starts, ends)]
    fresh = [is_fresh(edge, map_of) for edge, map_of in zip((starts, ends), held, strict=True)]
    broken = breaks.searchsorted(ends, side="right") > breaks.searchsorted(starts, side="right")
    known = fresh[0] & fresh[1] & ~broken & (held[1] > starts)
    return pd.DataFrame({"known": known, "broken": broken}, index=ends)


def _compared(steps: pd.DataFrame, calendar: pd.DataFrame, since: pd.Timestamp, days: int) -> tuple[Any, ...]:
    """Compare the last window of the calendar with the ones before it."""
    ends = calendar.index
    if not len(ends):
        return np.nan, np.nan, pd.NaT, 0, pd.NaT, False
    begins = ends - pd.Timedelta(days=days)
    ended = _until(steps["end"], steps["area_km2"], ends)
    ended_before = _until(steps["end"], steps["area_km2"], begins)
    gain = ended - ended_before
    # All steps that share a day with the window: no less than this can have been gained in it.
    begun = _until(steps["start"], steps["area_km2"], ends - pd.Timedelta(days=1))
    at_most = np.where(calendar["broken"], np.inf, begun - ended_before)
    known = gain[calendar["known"].to_numpy()]
    first = calendar.index[calendar["known"]].min() - pd.Timedelta(days=days - 1)
    if not calendar["known"].iloc[-1]:
        return gain[-1], np.nan, first, len(known), pd.NaT, False
    enough = len(known) >= LEAST_WINDOWS and gain[-1] >= LEAST_KM2
    percentile = 100 * (known <= gain[-1] + SAME_KM2).mean() if enough else np.nan
    # Windows that overlap the period hold some of its gain: they come up to it only with more.
    before = (ends < since) & (at_most >= gain[-1] - SAME_KM2)
    overlapping = (ends >= since) & calendar["known"].to_numpy() & (gain > gain[-1] + SAME_KM2)
    rivals = ends[before | overlapping]
    last = rivals.max() if len(rivals) else first - pd.Timedelta(days=1)
    record = gain[-1] >= RECORD_KM2 and (since - last).days > max(RECORD_DAYS, RECORD_PERIODS * days)
    most_since = last if record and len(rivals) else pd.NaT
    return gain[-1], percentile, first, len(known), most_since, bool(record and not len(rivals))


def _until(days: pd.Series, areas: pd.Series, edges: pd.DatetimeIndex) -> np.ndarray:
    """Sum areas up to each edge, the day of the edge included."""
    order = np.argsort(np.asarray(days), kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(areas.to_numpy()[order])])
    return np.asarray(sums[np.asarray(days)[order].searchsorted(edges, side="right")])
