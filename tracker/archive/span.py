"""The ends of a period: what was asked for, filled in from what an archive holds, or refused."""

from __future__ import annotations

from typing import Literal, NamedTuple

import pandas as pd

from tracker.archive.archive import Archive
from tracker.tables.days import Day


class Span(NamedTuple):
    """The first and the last Kyiv day of a period, both inclusive."""

    since: pd.Timestamp
    until: pd.Timestamp


def span_of(
    archive: Archive,
    since: Day | None = None,
    until: Day | None = None,
    *,
    of: Literal["changes", "states"] = "changes",
    default: Literal["all", "year", "last"] = "all",
) -> Span:
    """
    Fill in the ends of a period from what an archive holds, and refuse what it cannot tell.

    Parameters
    ----------
    archive
        One source of one archive.
    since, until
        Kyiv days, inclusive; None for an end that is not asked for. The last one is then the archive's last day.
    of
        What is asked about: changes, which need a state before the first day, or states.
    default
        Where a period without `since` begins: with all that the archive holds, with the year up to `until`, or, where
        nothing at all is asked for, on the last day.

    Raises
    ------
    NoDataError
        If no snapshot holds on an end that was asked for, or nothing was published in the period.
    ValueError
        If `since` is after `until`.
    """
    if until is not None and since is None:
        archive.require_day(until)
    last = archive.last_day if until is None else pd.Timestamp(until)
    if since is not None:
        first = pd.Timestamp(since)
        last = max(first, last) if until is None else last
    else:
        begins = "all" if until is not None and default == "last" else default
        # Of the archive's first day alone no change is known; that is no end before its beginning.
        first = min(_first(archive, of, begins, last), last)
    archive.require_published(first, last)
    if of == "states":
        archive.require_day(first)
    return Span(first, last)


def _first(archive: Archive, of: str, begins: str, last: pd.Timestamp) -> pd.Timestamp:
    """Choose the first day of a period that was asked for without one."""
    if begins == "last":
        return last
    known = archive.first_day if of == "states" else archive.first_change_day()
    return max(last - pd.DateOffset(years=1), known) if begins == "year" else known
