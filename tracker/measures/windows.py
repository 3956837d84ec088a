"""Windows of days up to a day: which of them the snapshots at hand can tell anything about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import geopandas as gpd
import pandas as pd

from tracker.measures.sums import summarise
from tracker.tables.constants import STALE_DAYS
from tracker.tables.days import day_of

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

_LONGER = {"day": (7, 30), "week": (30, 90), "month": (90, 365)}


def calendar_period(on: Any, period: Period) -> tuple[pd.Timestamp, pd.Timestamp]:
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
    The last so many days up to a day.

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
    """

    days: int
    start: pd.Timestamp | None
    whole: bool
    late_days: int
    known: bool

    @property
    def old_start(self) -> pd.Timestamp | None:
        """The day that the window is measured from, where that is too early to pass over in silence."""
        return self.start if self.late_days > STALE_DAYS else None


def windows_of(instants: pd.Series, on: Any, lengths: Iterable[int]) -> list[Window]:
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
    days = day_of(pd.Series(instants).reset_index(drop=True)) if len(instants) else pd.Series(dtype="datetime64[us]")
    return [_window(days, on, length, longest=length == lengths[-1]) for length in lengths]


def _window(days: pd.Series, on: pd.Timestamp, length: int, *, longest: bool) -> Window:
    """Describe one window."""
    begins = on - pd.Timedelta(days=length)
    published = bool(((days > begins) & (days <= on)).any())
    start = days[days <= begins].max()
    if pd.isna(start):
        return Window(length, days.min() if len(days) else None, False, 0, published)
    late = (begins - start).days
    return Window(length, start, True, late, published and (longest or late <= STALE_DAYS))


def age_days(ledger: gpd.GeoDataFrame, on: Any, lengths: Iterable[int]) -> pd.Series:
    """
    Sort changes into windows: the smallest one in which a change is known to lie, missing where it is older than all.

    A step that begins from a snapshot more than `STALE_DAYS` before a window does not show that the change came in that
    window; it counts in a longer one, at the latest in the longest that holds its end.
    """
    on, lengths = pd.Timestamp(on), sorted(set(lengths))
    end, start = ((on - day_of(ledger[name])).dt.days for name in ("end", "start"))
    ages = pd.Series(pd.NA, index=ledger.index, dtype="Int64")
    for length in reversed(lengths):
        fresh = (start - length <= STALE_DAYS) | (length == lengths[-1])
        ages[(end >= 0) & (end < length) & fresh] = length
    return ages


def window_of(table: pd.DataFrame) -> pd.Series:
    """Give the length in days of each row's window."""
    return (table["until"] - table["since"]).dt.days + 1
