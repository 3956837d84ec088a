"""Windows of days up to a day: which of them the snapshots at hand can tell anything about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.measures.sums import AREAS, summarise, sums_by_age
from tracker.tables.days import Day, day_of, is_fresh

AGES = (1, 7, 30)
"""The windows, in days up to the day shown, by which changes are coloured and layered."""

MAP_AGES = (1, 7, 30, 90)
"""The windows that the interactive map offers."""


def starts_of(on: pd.Timestamp, first: pd.Timestamp, lengths: Iterable[int]) -> list[pd.Timestamp]:
    """List the first days of windows up to a day, the shortest window first; none begins before `first`."""
    return sorted({min(max(on - pd.Timedelta(days=days - 1), first), on) for days in lengths}, reverse=True)


def sums_of(
    ledger: gpd.GeoDataFrame,
    control: gpd.GeoDataFrame,
    on: pd.Timestamp,
    *,
    lengths: Iterable[int] = AGES,
    causes: list[str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sum each window up to a day by sector, and for the whole front: two `summary` tables."""
    starts = starts_of(on, day_of(control["as_of"].min()) + pd.Timedelta(days=1), lengths)
    window: dict[str, Any] = {"until": on, "control": control, "causes": causes}
    by_sector = [summarise(ledger, by="sector", since=since, **window) for since in starts]
    whole = [summarise(ledger, since=since, **window) for since in starts]
    return pd.concat(by_sector, ignore_index=True), pd.concat(whole, ignore_index=True)


def longest(summary: pd.DataFrame) -> pd.DataFrame:
    """Keep the longest window of a summary: what maps and figures list by sector."""
    return summary[summary["since"] == summary["since"].min()]


Period = Literal["day", "week", "month"]
PERIODS: tuple[str, ...] = get_args(Period)
"""The periods of a report: a day, a week from Monday, a calendar month; in Kyiv."""

# What a period is compared with: the next two of a week, a month, a quarter and a year.
_LONGER = {"day": (7, 30), "week": (30, 90), "month": (90, 365)}


def calendar_period(on: Day, period: Period) -> tuple[pd.Timestamp, pd.Timestamp]:
    """
    Give the first and the last day of the calendar period that holds a day.

    Raises
    ------
    ValueError
        For an unknown period.

    Examples
    --------
    >>> [f"{day:%Y-%m-%d}" for day in calendar_period("2025-01-01", "week")]
    ['2024-12-30', '2025-01-05']
    """
    if period not in PERIODS:
        raise ValueError(f"period={period!r} is not one of {', '.join(PERIODS)}")
    day = pd.Timestamp(on).normalize()
    if period == "month":
        return day.replace(day=1), day + pd.offsets.MonthEnd(0)
    first = day - pd.Timedelta(days=day.weekday()) if period == "week" else day
    return first, first + pd.Timedelta(days=6 if period == "week" else 0)


def lengths_of(period: Period, days: int) -> tuple[int, ...]:
    """
    List the windows that go with a period of so many days: itself, and the longer ones to compare it with.

    Examples
    --------
    >>> lengths_of("day", 1), lengths_of("month", 31)
    ((1, 7, 30), (31, 90, 365))
    """
    return (days, *_LONGER[period])


@dataclass(frozen=True)
class Window:
    """
    The last so many days up to a day: what the snapshots tell about them, and what changed in them.

    Parameters
    ----------
    days
        Its length.
    start
        The Kyiv day of the snapshot that its changes are measured from; None without any snapshot.
    whole
        Whether that snapshot is old enough; else the snapshots at hand begin inside the window.
    late_days
        How many days that snapshot is older than the state that the window should begin from.
    known
        Whether its sums mean what its name says: something was published in it, and it begins from a snapshot not
        more than `STALE_DAYS` too old. The longest only needs the first; it must then be shown with its start.
    gain_km2, loss_km2, net_km2, newly_contested_km2, cleared_km2
        Its sums (see `tracker.measures.sums.AREAS`); missing where it is not known, or was not summed.
    """

    days: int
    start: pd.Timestamp | None
    whole: bool
    late_days: int
    known: bool
    gain_km2: float = np.nan
    loss_km2: float = np.nan
    net_km2: float = np.nan
    newly_contested_km2: float = np.nan
    cleared_km2: float = np.nan

    @property
    def old_start(self) -> pd.Timestamp | None:
        """The day that the window is measured from, where that is too early to pass over in silence."""
        if self.start is None or is_fresh(self.start + pd.Timedelta(days=self.late_days), self.start):
            return None
        return self.start


def windows_of(instants: pd.Series, on: Day, lengths: Iterable[int]) -> list[Window]:
    """
    Describe windows of days up to `on`, the shortest first.

    Parameters
    ----------
    instants
        The `as_of` of the snapshots at hand, of one source.
    on
        The last day of all windows.
    lengths
        Their lengths in days.
    """
    on, lengths = pd.Timestamp(on), sorted(set(lengths))
    days = day_of(pd.Series(instants).reset_index(drop=True))
    return [_window(days, on, length, longest=length == lengths[-1]) for length in lengths]


def _window(days: pd.Series, on: pd.Timestamp, length: int, *, longest: bool) -> Window:
    """Describe one window."""
    begins = on - pd.Timedelta(days=length)
    published = bool(((days > begins) & (days <= on)).any())
    start = days[days <= begins].max()
    if pd.isna(start):
        return Window(length, days.min() if len(days) else None, False, 0, published)
    late = (begins - start).days
    return Window(length, start, True, late, published and (longest or is_fresh(begins, start)))


def windows_of_ledger(
    ledger: gpd.GeoDataFrame, control: gpd.GeoDataFrame, on: Day, lengths: Iterable[int]
) -> list[Window]:
    """
    Describe windows up to `on` with the sums of the changes that are known to lie in each (see `age_days`).

    Parameters
    ----------
    ledger
        Changes of one source, with `counted`.
    control
        The states behind them.
    on, lengths
        The last day of all windows, and their lengths in days.
    """
    instants = pd.concat([control["as_of"], ledger["start"], ledger["end"]])
    sums = sums_by_age(ledger.assign(age=age_days(ledger, on, lengths)), lengths)
    return with_sums(windows_of(instants, on, lengths), sums)


def windows_of_summary(summary: pd.DataFrame, instants: pd.Series, on: Day) -> list[Window]:
    """
    Describe the windows of a `summary` that end on `on`, with its sums over all places.

    A window without a net is not known: in it the source changed what ground it covers.
    """
    days = window_of(summary)
    without = set(days[summary["net_km2"].isna()])
    windows = [replace(one, known=one.known and one.days not in without) for one in windows_of(instants, on, days)]
    return with_sums(windows, summary.groupby(days)[list(AREAS)].sum(min_count=1))


def with_sums(windows: Iterable[Window], sums: pd.DataFrame) -> list[Window]:
    """Fill in the sums of the windows that are known, from a table of `AREAS` by length in days."""
    return [replace(one, **sums.loc[one.days].to_dict()) if one.known else one for one in windows]


def age_days(ledger: gpd.GeoDataFrame, on: Day, lengths: Iterable[int]) -> pd.Series:
    """
    Sort changes into windows: the smallest one in which a change is known to lie, missing where it is older than all.

    A step that begins from a snapshot more than `STALE_DAYS` before a window does not show that the change came in that
    window; it counts in a longer one, at the latest in the longest that holds its end.
    """
    on, lengths = pd.Timestamp(on), sorted(set(lengths))
    end, start = (day_of(ledger[name]) for name in ("end", "start"))
    ages = pd.Series(pd.NA, index=ledger.index, dtype="Int64")
    # From the longest on, so that the shortest that holds a change is what stays.
    for length in reversed(lengths):
        begins = on - pd.Timedelta(days=length)
        fresh = is_fresh(begins, start) | (length == lengths[-1])
        ages[(end > begins) & (end <= on) & fresh] = length
    return ages


def window_of(table: pd.DataFrame) -> pd.Series:
    """Give the length in days of each row's window."""
    return (table["until"] - table["since"]).dt.days + 1
