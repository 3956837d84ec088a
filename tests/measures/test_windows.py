"""Windows of days: what the snapshots at hand can tell about each, and in which of them a change is known to lie."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import history_of, square

import tracker as tr
from tracker.measures.windows import age_days, windows_of
from tracker.tables.days import day_of

ON = "2025-01-31"


def instants(*days):
    return pd.Series([pd.Timestamp(f"{day}T20:00Z") for day in days])


@pytest.mark.parametrize(
    ("days", "known", "old"),
    [
        (["2025-01-01", "2025-01-24", "2025-01-30", "2025-01-31"], [True, True, True], [None, None, None]),
        (["2025-01-01", "2025-01-31"], [False, False, True], [None, None, None]),
        (["2024-12-20", "2025-01-31"], [False, False, True], [None, None, "2024-12-20"]),
        (["2025-01-01", "2025-01-26"], [False, False, True], [None, None, None]),
        (["2025-01-01", "2025-01-21", "2025-01-26"], [False, True, True], [None, None, None]),
        (["2024-12-01"], [False, False, False], [None, None, "2024-12-01"]),
        ([], [False, False, False], [None, None, None]),
    ],
)
def test_a_window_is_known_where_its_beginning_and_its_days_have_maps(days, known, old):
    windows = windows_of(instants(*days), ON, (1, 7, 30))
    assert [window.known for window in windows] == known
    shown = [window.old_start if window.days == 30 else None for window in windows]
    assert shown == [day and pd.Timestamp(day) for day in old]


def test_a_window_that_reaches_back_too_far_is_not_whole():
    short, long = windows_of(instants("2025-01-20", "2025-01-30", "2025-01-31"), ON, (1, 30))
    assert (short.whole, long.whole, long.start) == (True, False, pd.Timestamp("2025-01-20"))


def test_a_month_between_two_maps_is_not_a_day():
    """A change lies in the smallest window that its whole step is known to lie in."""
    control = history_of({f"{day}T20:00Z": [square(x, 0, 10)] for x, day in enumerate(("2025-01-01", "2025-01-31"))})
    assert set(age_days(tr.track(control), ON, (1, 7, 30))) == {30}


def test_ages_agree_with_known_windows():
    days = ["2025-01-01", "2025-01-10", "2025-01-24", "2025-01-29", "2025-01-30", "2025-01-31"]
    control = history_of({f"{day}T20:00Z": [square(2 * x, 0, 10)] for x, day in enumerate(days)})
    ledger = tr.track(control)
    ages = age_days(ledger, ON, (1, 7, 30))
    for window in windows_of(control["as_of"], ON, (1, 7, 30)):
        inside = (pd.Timestamp(ON) - day_of(ledger["end"])).dt.days < window.days
        assert window.known
        assert ledger["area_km2"][inside].sum() == ledger["area_km2"][ages <= window.days].sum()
