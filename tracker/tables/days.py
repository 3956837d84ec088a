"""The Kyiv day of an instant, and the instant that ends a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeAlias

import pandas as pd

from tracker.tables.constants import KYIV, STALE_DAYS

Day: TypeAlias = str | date | datetime | pd.Timestamp
"""A Kyiv calendar day as callers name it: "2025-01-06", a date, or a moment of that day without a time zone."""

Instant: TypeAlias = str | datetime | pd.Timestamp
"""A moment with its time zone, as callers name it: "2025-01-06T22:30Z"."""


def day_of(instants: Any) -> Any:
    """
    Give the Kyiv calendar day of instants, as midnights without a time zone.

    Parameters
    ----------
    instants
        A Series of time-zone-aware instants, or an empty one of any kind, or one Timestamp.

    Examples
    --------
    >>> day_of(pd.Timestamp("2025-01-06T22:30:00Z"))
    Timestamp('2025-01-07 00:00:00')
    """
    if isinstance(instants, pd.Series) and instants.empty:
        return pd.Series(index=instants.index, dtype="datetime64[us]", name=instants.name)
    if isinstance(instants, pd.Series):
        days = instants.array.tz_convert(KYIV).tz_localize(None).normalize().as_unit("us")
        return pd.Series(days, index=instants.index, name=instants.name)
    return pd.Timestamp(instants).tz_convert(KYIV).tz_localize(None).normalize()


def end_of_day(day: Day) -> pd.Timestamp:
    """
    Give the last second (UTC) of a Kyiv calendar day.

    Examples
    --------
    >>> end_of_day("2025-01-06")
    Timestamp('2025-01-06 21:59:59+0000', tz='UTC')
    """
    midnight = pd.Timestamp(day).normalize() + pd.Timedelta(days=1)
    return midnight.tz_localize(KYIV).tz_convert("UTC") - pd.Timedelta(seconds=1)


def is_fresh(days: Any, held: Any) -> Any:
    """
    Tell whether a snapshot is young enough to stand for the state of a day: at most `STALE_DAYS` days older.

    Parameters
    ----------
    days
        The day whose end is looked at; one, or a Series or index of them.
    held
        The Kyiv day of the snapshot that holds then, likewise.

    Examples
    --------
    >>> [is_fresh(pd.Timestamp("2025-01-06"), pd.Timestamp(held)) for held in ("2025-01-03", "2025-01-02")]
    [True, False]
    """
    return days - held <= pd.Timedelta(days=STALE_DAYS)


def old_days(day: pd.Timestamp, as_of: pd.Timestamp) -> int:
    """
    Give the age in days of the snapshot behind a day where it must be said; 0 where it is fresh (see `is_fresh`).

    Examples
    --------
    >>> [old_days(pd.Timestamp("2025-01-06"), pd.Timestamp(f"{day}T12:00Z")) for day in ("2025-01-03", "2025-01-02")]
    [0, 4]
    """
    held = day_of(as_of)
    return 0 if is_fresh(day, held) else int((day - held).days)
