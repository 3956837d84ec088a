"""A period's rank in a place's own history: percentiles and records, against a plain loop over windows."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.measures.records import LEAST_WINDOWS, RECORD_DAYS, RECORD_KM2, RECORD_PERIODS, followed, records
from tracker.tables.constants import STALE_DAYS
from tracker.tables.days import day_of

START = pd.Timestamp("2024-01-01")


def walk_of(steps, *, ground="north", epoch_from=None):
    """Make a ledger of gains (snapshot day → km²) and the control table behind it, without shapes."""
    days = sorted(steps)
    instants = [START + pd.Timedelta(days=day, hours=18) for day in days]
    ends = pd.Series(instants, dtype="datetime64[us]").dt.tz_localize("UTC")
    control = pd.DataFrame({"source": "deepstate", "as_of": ends})
    if epoch_from is not None:
        control["epoch"] = [int(day >= epoch_from) for day in days]
    ledger = pd.DataFrame({"source": "deepstate", "start": ends.shift(), "end": ends, "kind": "gain", "ground": ground})
    ledger["area_km2"] = [float(steps[day]) for day in days]
    if epoch_from is not None:
        ledger = ledger[control["epoch"].diff() == 0]
    return ledger.iloc[1 if epoch_from is None else 0 :].assign(sector="North"), control


def plain_record(steps, since, until, epoch_from):
    """Go through every window, day by day."""
    days, length = sorted(steps), until - since + 1
    moves = [
        (before, after, steps[after])
        for before, after in itertools.pairwise(days)
        if epoch_from is None or not before < epoch_from <= after
    ]

    def held(day):
        return max(one for one in days if one <= day)

    known, rivals = {}, []
    for end in range(days[0] + length, until + 1):
        begin = end - length
        broken = epoch_from is not None and any(
            begin < day <= end for day in days if day == min((one for one in days if one >= epoch_from), default=None)
        )
        gain = sum(km2 for _, after, km2 in moves if begin < after <= end)
        at_most = sum(km2 for before, after, km2 in moves if before < end and after > begin)
        fresh = begin - held(begin) <= STALE_DAYS and end - held(end) <= STALE_DAYS
        if fresh and not broken and held(end) > begin:
            known[end] = gain
        rivals.append((end, np.inf if broken else at_most, gain))
    if until not in known:
        return np.nan, None, False
    own = known[until]
    enough = len(known) >= LEAST_WINDOWS and own >= 0.05
    percentile = 100 * np.mean([gain <= own + 1e-6 for gain in known.values()]) if enough else np.nan
    came_up = [end for end, at_most, _ in rivals if end < since and at_most >= own - 1e-6]
    came_up += [end for end, gain in known.items() if end >= since and gain > own + 1e-6]
    last = max(came_up, default=None)
    first = min(known) - length + 1
    quiet = since - (first - 1 if last is None else last)
    record = own >= RECORD_KM2 and quiet > max(RECORD_DAYS, RECORD_PERIODS * length)
    return percentile, last if record else None, record and last is None


steps_of_days = st.dictionaries(st.integers(0, 90), st.sampled_from([0, 0, 0.02, 0.5, 1, 1, 2, 5]), min_size=3)
daily_steps = st.lists(st.sampled_from([0, 0, 0, 0.5, 1, 2, 7]), min_size=40, max_size=90).map(
    lambda areas: dict(enumerate(areas))
)


@given(
    st.one_of(steps_of_days, daily_steps),
    st.integers(1, 12),
    st.integers(0, 5),
    st.one_of(st.none(), st.integers(1, 60)),
)
def test_records_against_a_plain_loop(steps, length, late, epoch_from):
    until = max(steps) + late
    since = until - length + 1
    if since <= min(steps) or (epoch_from is not None and epoch_from > max(steps)):
        return
    ledger, control = walk_of(steps, epoch_from=epoch_from)
    first, last = START + pd.Timedelta(days=since), START + pd.Timedelta(days=until)
    (row,) = records(ledger, control, since=first, until=last, by="").itertuples()
    percentile, most_since, most_on_record = plain_record(steps, since, until, epoch_from)
    assert row.percentile == pytest.approx(percentile, nan_ok=True)
    told = None if pd.isna(row.most_since) else (row.most_since - START).days
    assert (told, row.most_on_record) == (most_since, most_on_record)


def of_day(steps, day, length=1, **options):
    """Compare the days up to one with their history."""
    last = START + pd.Timedelta(days=day)
    ledger, control = walk_of(steps, **options)
    (row,) = records(ledger, control, since=last - pd.Timedelta(days=length - 1), until=last, by="ground").itertuples()
    return row


def test_the_most_since_a_day_and_the_most_on_record():
    steps = dict.fromkeys(range(101), 1.0) | {20: 6.0, 100: 5.0}
    row = of_day(steps, 100)
    assert (row.most_since, row.most_on_record) == (START + pd.Timedelta(days=20), False)
    assert row.percentile == pytest.approx(99)
    assert (row.windows, row.history_since) == (100, START + pd.Timedelta(days=1))
    row = of_day(steps | {100: 7.0}, 100)
    assert (pd.isna(row.most_since), row.most_on_record, row.percentile) == (True, True, 100.0)


@pytest.mark.parametrize(("steps", "length"), [({80: 6.0}, 1), ({60: 6.0}, 25), ({40: 0.9, 100: 0.9}, 1)])
def test_what_is_no_record(steps, length):
    """As much came within 30 days, or within two periods, or it is too little to speak of."""
    steps = dict.fromkeys(range(101), 0.0) | {100: 5.0} | steps
    row = of_day(steps, 100, length)
    assert (pd.isna(row.most_since), row.most_on_record) == (True, False)


def test_days_without_maps_may_have_had_as_much():
    """A step of ten days: any day of it may have seen all of it, but none of them is a window to compare with."""
    steps = {day: 0.0 for day in range(101) if not 30 < day < 40} | {40: 6.0, 100: 5.0}
    row = of_day(steps, 100)
    assert row.most_since == START + pd.Timedelta(days=40)
    assert row.windows == 100 - 10


def test_a_sector_keeps_the_history_of_its_grounds_when_its_name_changes():
    ledger, control = walk_of(dict.fromkeys(range(101), 1.0) | {100: 5.0})
    renamed = day_of(ledger["end"]) >= START + pd.Timedelta(days=95)
    ledger["sector"] = np.where(renamed, "New", "North")
    last = START + pd.Timedelta(days=100)
    table = records(ledger, control, since=last, until=last)
    assert table.index.tolist() == ["New"]
    assert table["windows"].tolist() == [100]
    assert table["most_on_record"].tolist() == [True]


def test_a_name_that_holds_for_part_of_the_period_has_no_rank():
    """It would be that of the ground, beside the gain of the name."""
    ledger, control = walk_of(dict.fromkeys(range(101), 1.0) | {100: 5.0})
    renamed = day_of(ledger["end"]) >= START + pd.Timedelta(days=100)
    ledger["sector"] = np.where(renamed, "New", "North")
    table = records(ledger, control, since=START + pd.Timedelta(days=99), until=START + pd.Timedelta(days=100))
    assert table.index.tolist() == ["New", "North"]
    assert table[["percentile", "most_since"]].isna().all(axis=None)
    assert not table["most_on_record"].any()


@pytest.mark.parametrize(("late", "record"), [("advance", True), ("catch_up", False)])
def test_what_is_drawn_at_once_after_a_freeze_is_no_record(late, record):
    ledger, control = walk_of(dict.fromkeys(range(101), 1.0) | {100: 5.0})
    last = START + pd.Timedelta(days=100)
    ledger["cause"] = np.where(day_of(ledger["end"]) == last, late, "advance")
    (row,) = records(ledger, control, since=last, until=last).itertuples()
    assert row.most_on_record == record
    assert row.percentile == 100


def test_a_name_of_two_grounds_has_the_history_of_both():
    one, control = walk_of(dict.fromkeys(range(60), 1.0))
    other, _ = walk_of(dict.fromkeys(range(60), 2.0), ground="south")
    both = pd.concat([one, other], ignore_index=True)
    last = START + pd.Timedelta(days=59)
    assert followed(both, "sector") == {"North": ["north", "south"]}
    assert records(both, control, since=last, until=last)["gain_km2"].tolist() == [3.0]
    assert records(both, control, since=last, until=last, by="ground")["gain_km2"].tolist() == [1.0, 2.0]
