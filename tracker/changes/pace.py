"""The pace of a source: how often it publishes, how much usually changes, and when it stood still.

All is taken from the source's own habit: a gap is longer than its median interval, a freeze is a quiet run as long as
the longest twentieth of its quiet runs.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.tables.constants import SAME_KM2
from tracker.tables.days import day_of

_QUIET_SHARE = 1 / 3  # of the usual daily change: on a day with less the map hardly moved
_LONGEST_SHARE = 0.95  # so many of the quiet runs are no freeze: a source's own habit decides, not a number of days
_LEAST_INTERVALS = 3  # usual intervals: shorter runs are the source's rhythm


def history_of(control: gpd.GeoDataFrame) -> pd.DataFrame:
    """Take from the control table of one source what its pace is read off: `as_of` and `occupied_km2`."""
    occupied = control[control["status"] == "occupied"]
    table = pd.DataFrame({"as_of": occupied["as_of"], "occupied_km2": occupied.area / 1e6})
    return table.sort_values("as_of").reset_index(drop=True)


def steps(history: pd.DataFrame) -> pd.DataFrame:
    """
    Describe the steps from each day that has a snapshot to the next.

    Parameters
    ----------
    history
        `as_of` and `occupied_km2` of one source's snapshots, in any order.

    Returns
    -------
    DataFrame
        A row a step: `day` (its end, a Kyiv day), `as_of`, `before` (the day it starts from), `interval_days`,
        `usual_days` (the median interval), `missing_days` (beyond the usual interval), `change_km2` (net) and
        `frozen_days` (how long the freeze was that it ends, 0 without one).
    """
    days = _last_of_day(history)
    table = days.assign(before=days["day"].shift(), change_km2=days["occupied_km2"].diff()).iloc[1:]
    table["interval_days"] = (table["day"] - table["before"]).dt.days
    table["usual_days"] = _usual_days(table["interval_days"])
    table["missing_days"] = (table["interval_days"] - table["usual_days"]).clip(lower=0)
    frozen = _freezes(days).set_index("until")["days"]
    table["frozen_days"] = (table["day"] - pd.Timedelta(days=1)).map(frozen).fillna(0).astype(int)
    columns = "day as_of before interval_days usual_days missing_days change_km2 frozen_days"
    return table[columns.split()].reset_index(drop=True)


def freezes(history: pd.DataFrame) -> pd.DataFrame:
    """
    Find the runs of days in which a source published, but its map hardly moved.

    A day is quiet when less than a third of the source's usual daily change happened on it; so is a day without a
    snapshot, unless more than three usual intervals pass without one. A freeze is a run of quiet days with a snapshot
    among them, at least three usual intervals long and as long as the longest twentieth of all such runs.

    Returns
    -------
    DataFrame
        A row a freeze: `since`, `until` (Kyiv days, inclusive), `days`, `change_km2` (net, in it), `usual_km2` (the
        median daily change) and `next_km2` (the net change of the day after; missing where it still lasts).
    """
    return _freezes(_last_of_day(history))


def _freezes(days: pd.DataFrame) -> pd.DataFrame:
    """Find the freezes in the snapshots of days, as `freezes` does."""
    columns = ["since", "until", "days", "change_km2", "usual_km2", "next_km2"]
    if len(days) < 3:
        return pd.DataFrame(columns=columns)
    interval = days["day"].diff().dt.days
    rates = (days["occupied_km2"].diff().abs() / interval).iloc[1:]
    usual_km2 = rates[rates > SAME_KM2].median()
    least = _LEAST_INTERVALS * _usual_days(interval)
    calendar = days.set_index("day")["occupied_km2"].reindex(pd.date_range(days["day"].iloc[0], days["day"].iloc[-1]))
    silent = calendar.isna().groupby(calendar.notna().cumsum()).transform("sum")
    quiet = (calendar.ffill().diff().abs() < usual_km2 * _QUIET_SHARE) & (calendar.notna() | (silent <= least))
    runs = _runs(calendar, quiet)
    if runs.empty:
        return pd.DataFrame(columns=columns)
    least = max(least, np.quantile(runs["days"], _LONGEST_SHARE))
    return runs[runs["days"] >= least].assign(usual_km2=usual_km2)[columns].reset_index(drop=True)


def _usual_days(intervals: pd.Series) -> int:
    """Take the median interval in whole days, at least one."""
    return max(1, int(intervals.median())) if intervals.notna().any() else 1


def _last_of_day(history: pd.DataFrame) -> pd.DataFrame:
    """Keep the last snapshot of each Kyiv day, in order."""
    ordered = history.sort_values("as_of")[["as_of", "occupied_km2"]].reset_index(drop=True)
    ordered["day"] = day_of(ordered["as_of"])
    return ordered.drop_duplicates("day", keep="last").reset_index(drop=True)


def _runs(calendar: pd.Series, quiet: pd.Series) -> pd.DataFrame:
    """List the runs of quiet days that have a snapshot among them; `calendar` is missing on days without one."""
    change_km2 = calendar.ffill().diff().to_numpy()
    edges = np.flatnonzero(np.diff(quiet.to_numpy(dtype=int), prepend=0, append=0))
    starts, ends = edges[::2], edges[1::2]
    maps = np.append(0, calendar.notna().cumsum())
    runs = pd.DataFrame(
        {
            "since": calendar.index[starts],
            "until": calendar.index[ends - 1],
            "days": ends - starts,
            "change_km2": [np.nansum(change_km2[start:end]) for start, end in zip(starts, ends, strict=True)],
            "next_km2": np.append(change_km2, np.nan)[ends],
        }
    )
    return runs[maps[ends] > maps[starts]].reset_index(drop=True)
