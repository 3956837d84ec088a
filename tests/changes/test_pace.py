"""How often a source publishes, how much usually changes, and when it stood still."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import history_of as control_history
from worlds import square

from tracker.changes.pace import freezes, history_of, steps
from tracker.tables.days import end_of_day


def history(changes, *, days=None, first="2024-06-01"):
    """Make a history: a start of 1,000 km², then a change a snapshot, on the days given (0, 1, 2, …)."""
    areas = 1000.0 + np.cumsum([0.0, *changes])
    days = range(len(areas)) if days is None else days
    instants = [end_of_day(pd.Timestamp(first) + pd.Timedelta(days=day)) for day in days]
    return pd.DataFrame({"as_of": pd.to_datetime(instants, utc=True), "occupied_km2": areas})


def runs(table):
    return [(f"{row.since:%m-%d}", f"{row.until:%m-%d}", row.days) for row in table.itertuples()]


def test_a_control_table_has_a_history():
    control = control_history({"2024-06-02T12:00Z": square(0, 0, 2), "2024-06-01T12:00Z": square(0, 0, 1)})
    assert history_of(control)["occupied_km2"].tolist() == [1.0, 4.0]
    assert history_of(control)["as_of"].is_monotonic_increasing


@pytest.mark.parametrize("number", [0, 1])
def test_too_few_snapshots_have_no_steps(number):
    table = history([])[:number]
    assert steps(table).empty
    assert freezes(table).empty


def test_steps_lead_from_day_to_day():
    table = steps(history([5.0, -2.0, 4.0], days=[0, 1, 2, 5]))
    assert table["change_km2"].tolist() == [5.0, -2.0, 4.0]
    assert table["interval_days"].tolist() == [1, 1, 3]
    assert table["missing_days"].tolist() == [0, 0, 2]
    assert table["before"].tolist() == list(pd.to_datetime(["2024-06-01", "2024-06-02", "2024-06-03"]))


def test_the_last_snapshot_of_a_day_counts():
    table = pd.DataFrame(
        {
            "as_of": pd.to_datetime(["2024-06-01T10:00Z", "2024-06-02T08:00Z", "2024-06-02T18:00Z"]),
            "occupied_km2": [10.0, 99.0, 12.0],
        }
    )
    assert steps(table)["change_km2"].tolist() == [2.0]


@pytest.mark.parametrize(("every", "missing"), [(1, 3), (2, 2), (7, 0)])
def test_a_gap_is_longer_than_the_usual_interval(every, missing):
    days = [every * number for number in range(6)]
    table = steps(history([5.0] * 6, days=[*days, days[-1] + 4]))
    assert table["missing_days"].iloc[-1] == missing if every < 4 else table["missing_days"].sum() == 0


BUSY = [10.0] * 12
FREEZES = {
    "none": ([*BUSY, *BUSY], []),
    "a quiet day": ([*BUSY, 0.0, *BUSY], []),
    "two quiet days": ([*BUSY, 0.0, 0.0, *BUSY], []),
    "three quiet days": ([*BUSY, 0.0, 1.0, 0.0, *BUSY], [("06-14", "06-16", 3)]),
    "hardly moving": ([*BUSY, 3.0, -3.0, 3.0, *BUSY], [("06-14", "06-16", 3)]),
    "moving by a third": ([*BUSY, 3.4, 3.4, 3.4, *BUSY], []),
    "losses": ([*BUSY, -10.0, -10.0, -10.0, *BUSY], []),
    "at the end": ([*BUSY, *BUSY, 0.0, 0.0, 0.0, 0.0], [("06-26", "06-29", 4)]),
}


@pytest.mark.parametrize("case", FREEZES)
def test_a_freeze_is_a_run_of_quiet_days(case):
    changes, expected = FREEZES[case]
    assert runs(freezes(history(changes))) == expected


def test_the_step_after_a_freeze_knows_how_long_it_was():
    table = steps(history([*BUSY, 0.0, 0.0, 0.0, 54.6, *BUSY]))
    ended = table[table["frozen_days"] > 0]
    assert ended["frozen_days"].tolist() == [3]
    assert ended["change_km2"].tolist() == pytest.approx([54.6])


def test_days_without_a_map_belong_to_a_freeze_that_goes_on_around_them():
    """As the raw exports of 20 to 22 December 2024: only the 21st has one, and it hardly moved."""
    table = history([*BUSY, 1.0, 54.6, *BUSY], days=[*range(13), 14, 16, *range(17, 29)])
    assert runs(freezes(table)) == [("06-14", "06-16", 3)]


def test_days_without_a_map_alone_are_a_gap_and_no_freeze():
    assert freezes(history([*BUSY, 40.0, *BUSY], days=[*range(13), *range(20, 33)])).empty


def test_a_long_silence_after_a_quiet_day_is_a_gap_and_no_freeze():
    assert freezes(history([*BUSY, 0.0, 100.0, *BUSY], days=[*range(14), *range(40, 53)])).empty


def test_a_source_that_is_often_quiet_is_frozen_only_when_it_is_unusually_so():
    """A run of three quiet days is the habit of this one; it is frozen when it stands still for longer."""
    usual = [10.0, 10.0, 0.0, 0.0, 0.0] * 20
    changes = [*usual, 10.0, *[0.0] * 9, 30.0, *usual]
    lengths = freezes(history(changes))["days"]
    assert lengths.max() == 9
    assert (lengths >= 3).all()


@given(st.lists(st.floats(-50, 50).map(lambda x: round(x, 2)), max_size=60), st.data())
def test_freezes_do_not_overlap_and_hold_hardly_any_change(changes, data):
    gaps = data.draw(st.lists(st.integers(1, 5), min_size=len(changes), max_size=len(changes)))
    table = history(changes, days=np.cumsum([0, *gaps]))
    found = freezes(table)
    assert (found["since"] <= found["until"]).all()
    assert (found["since"].iloc[1:].to_numpy() > found["until"].iloc[:-1].to_numpy()).all()
    assert (found["change_km2"].abs() <= found["days"] * found["usual_km2"] / 3 + 1e-6).all()
    assert len(steps(table)) == len(changes)


@pytest.mark.shared
def test_the_freeze_of_december_2024_is_found_in_both_forms_of_the_map(whole_mirror, raw_control):
    raw = freezes(history_of(raw_control))
    assert ("12-20", "12-22", 3) in runs(raw)
    after = freezes(history_of(whole_mirror)).set_index("since")["next_km2"]
    assert after[pd.Timestamp("2024-12-20")] == pytest.approx(54.6, abs=0.05)
