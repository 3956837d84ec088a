"""Sums of a ledger: periods, places, gross and net, against a plain loop over days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import control_of, histories, history_of, sectors_of, snapshots_of, square

import tracker as tr
from tracker.errors import NoDataError, SchemaError
from tracker.tables.check import check
from tracker.tables.days import day_of
from tracker.tables.definitions import SUMMARY

EVERY = ["day", "week", "month", "year", "all"]
SUMS = {"gain": "gain_km2", "loss": "loss_km2", "contested": "newly_contested_km2", "cleared": "cleared_km2"}
HALVES = sectors_of({"west": square(-10, -10, 20), "east": square(10, -10, 20)})


def walk():
    """A year of a front: gaps of weeks, several a day, a month border, a flip, both halves."""
    states = {
        "2024-11-20T18:00": [],
        "2024-11-28T18:00": [square(0, 0)],
        "2024-12-03T18:00": {"occupied": [square(0, 0)], "contested": [square(5, 0)]},
        "2024-12-30T18:00": {"occupied": [square(0, 0), square(15, 0)], "contested": [square(5, 0)]},
        "2024-12-31T21:59:59": {"occupied": [square(15, 0)], "contested": []},
        "2024-12-31T22:00": {"occupied": [square(15, 0), square(0, 0)]},
        "2025-01-05T10:00": {"occupied": [square(15, 0), square(0, 0)]},
        "2025-01-06T10:00": {"occupied": [square(15, 0)], "contested": [square(0, 0)]},
        "2025-01-06T18:00": {"occupied": [square(15, 0), square(0, 0, 2)]},
        "2025-03-02T18:00": {"occupied": [square(15, 0, 3), square(0, 0, 2)], "contested": [square(18, 0)]},
    }
    return history_of(states)


CONTROL = walk()
LEDGER = tr.track(CONTROL)


def key_of(day, every):
    return {
        "day": day,
        "week": tuple(day.isocalendar())[:2],
        "month": (day.year, day.month),
        "year": day.year,
        "all": None,
    }[every]


def plain_periods(since, until, every):
    """Group days by their calendar key, one after the other."""
    periods, day = {}, since
    while day <= until:
        first, _ = periods.get(key_of(day, every), (day, day))
        periods[key_of(day, every)] = (first, day)
        day += timedelta(days=1)
    return list(periods.values())


def plain_sums(ledger, since, until, where=None):
    """Add fragments up one by one."""
    sums = dict.fromkeys(SUMS.values(), 0.0) | {"fragments": 0}
    for row in ledger.itertuples():
        day = day_of(row.end).date()
        if since <= day <= until and all(getattr(row, name) == value for name, value in (where or {}).items()):
            sums[SUMS[row.kind]] += row.area_km2
            sums["fragments"] += 1
    return sums | {"net_km2": sums["gain_km2"] - sums["loss_km2"]}


def held(control, day):
    """Give the last snapshot up to the end of a day."""
    instants = [instant for instant in control["as_of"] if day_of(instant).date() <= day]
    return max(instants, default=pd.NaT)


def assert_row(row, expected):
    for name, value in expected.items():
        assert getattr(row, name) == pytest.approx(value, abs=1e-9), name


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2024, 12, 1), date(2025, 1, 31)),
        (date(2024, 12, 18), date(2025, 1, 8)),
        (date(2024, 11, 21), date(2025, 3, 2)),
        (date(2025, 1, 6), date(2025, 1, 6)),
        (date(2025, 2, 3), date(2025, 2, 9)),
        (date(2024, 11, 21), date(2025, 4, 30)),
    ],
)
def test_periods_against_a_plain_loop(every, since, until):
    """Calendar periods, clipped; a row for quiet ones too, with the snapshots that hold at their ends."""
    table = check(tr.summarise(LEDGER, every=every, since=since, until=until, control=CONTROL), SUMMARY)
    rows = list(table.itertuples())
    assert [(row.since.date(), row.until.date()) for row in rows] == plain_periods(since, until, every)
    for row in rows:
        first, last = row.since.date(), row.until.date()
        assert_row(row, plain_sums(LEDGER, first, last))
        start, end = held(CONTROL, first - timedelta(days=1)), held(CONTROL, last)
        assert row.end_as_of == end or (pd.isna(end) and pd.isna(row.end_as_of))
        assert row.start_as_of == start or (pd.isna(start) and pd.isna(row.start_as_of))


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("by", ["ground", "sector"])
def test_places_against_a_plain_loop(every, by):
    """A row for each place that changed in a period, and only for those."""
    since, until = date(2024, 12, 1), date(2025, 3, 31)
    pieces = tr.split(LEDGER, HALVES)
    table = check(tr.summarise(pieces, every=every, by=by, since=since, until=until, control=CONTROL), SUMMARY)
    expected = {
        (first, place): sums
        for first, last in plain_periods(since, until, every)
        for place in sorted(set(pieces[by]))
        if (sums := plain_sums(pieces, first, last, {by: place}))["fragments"]
    }
    assert [(row.since.date(), getattr(row, by)) for row in table.itertuples()] == list(expected)
    for row in table.itertuples():
        assert_row(row, expected[row.since.date(), getattr(row, by)])


@given(histories(), st.sampled_from(EVERY))
def test_periods_add_up_to_the_whole(control, every):
    ledger = tr.track(control)
    columns = [*SUMS.values(), "net_km2", "fragments"]
    parts = tr.summarise(ledger, every=every, control=control)[columns].sum()
    [whole] = tr.summarise(ledger, control=control)[columns].fillna(0).itertuples(index=False)
    assert parts.to_numpy() == pytest.approx(np.array(whole), abs=1e-6)
    assert parts["fragments"] == len(ledger)


@pytest.mark.parametrize("by", ["ground", "sector"])
@pytest.mark.parametrize("every", EVERY)
def test_places_add_up_to_the_whole(by, every):
    pieces = tr.split(LEDGER, HALVES)
    split, whole = (tr.summarise(pieces, every=every, by=one, control=CONTROL) for one in (by, "none"))
    columns = [*SUMS.values(), "net_km2"]
    sums = split.groupby("since")[columns].sum().reindex(whole["since"], fill_value=0.0)
    assert sums.to_numpy() == pytest.approx(whole[columns].to_numpy(), abs=1e-9)


def test_weeks_start_on_monday_and_are_clipped():
    table = tr.summarise(LEDGER, every="week", since="2024-12-18", until="2025-01-08", control=CONTROL)
    assert [f"{day:%a %m-%d}" for day in table["since"]] == [
        "Wed 12-18",
        "Mon 12-23",
        "Mon 12-30",
        "Mon 01-06",
    ]
    assert [f"{day:%a %m-%d}" for day in table["until"]] == [
        "Sun 12-22",
        "Sun 12-29",
        "Sun 01-05",
        "Wed 01-08",
    ]


def test_a_quiet_period_has_a_row_of_zeros_and_its_snapshots():
    [row] = tr.summarise(LEDGER, since="2025-02-03", until="2025-02-09", control=CONTROL).itertuples()
    assert_row(row, dict.fromkeys([*SUMS.values(), "net_km2", "fragments"], 0))
    assert row.start_as_of == row.end_as_of == pd.Timestamp("2025-01-06T18:00Z")


def test_by_place_a_quiet_period_has_no_row():
    pieces = tr.split(LEDGER, HALVES)
    table = tr.summarise(pieces, by="ground", since="2025-02-03", until="2025-02-09", control=CONTROL)
    assert check(table, SUMMARY).empty


def test_gross_counts_ground_that_flips_each_time_and_net_does_not():
    """Gained, lost, gained again: 2 gained, 1 lost, 1 net."""
    control = history_of({"2025-01-01": [], "2025-01-02": square(0, 0), "2025-01-03": [], "2025-01-04": square(0, 0)})
    [row] = tr.summarise(tr.track(control), control=control).itertuples()
    assert (row.gain_km2, row.loss_km2, row.net_km2) == pytest.approx((2.0, 1.0, 1.0))
    first, *_, last = snapshots_of(control)
    [ends] = tr.summarise(tr.compare(first, last)).itertuples()
    assert (ends.gain_km2, ends.loss_km2, ends.net_km2) == pytest.approx((1.0, 0.0, 1.0))


def test_a_gap_across_a_month_border_counts_in_the_month_of_its_end():
    control = history_of({"2025-01-20": [], "2025-01-30": [], "2025-02-03": square(0, 0), "2025-02-10": square(0, 0)})
    table = tr.summarise(tr.track(control), every="month", control=control)
    assert dict(zip(table["since"].dt.month, table["gain_km2"], strict=True)) == pytest.approx({1: 0.0, 2: 1.0})
    assert table["start_as_of"].dt.strftime("%m-%d").tolist() == ["01-20", "01-30"]
    assert table["end_as_of"].dt.strftime("%m-%d").tolist() == ["01-30", "02-10"]


@pytest.mark.parametrize(
    ("instant", "month"), [("2025-01-31T21:59:59", 1), ("2025-01-31T22:00", 2), ("2025-03-31T20:59:59", 3)]
)
def test_a_change_counts_in_its_kyiv_month(instant, month):
    control = history_of({"2025-01-01": [], instant: square(0, 0)})
    table = tr.summarise(tr.track(control), every="month", control=control)
    assert table["since"].dt.month[table["gain_km2"] > 0].tolist() == [month]


@pytest.mark.parametrize("with_control", [True, False])
def test_contested_columns_are_missing_where_the_source_draws_none(with_control):
    control = pd.concat(
        [
            control_of("2025-01-01", contested=None),
            control_of("2025-01-02", contested=None, occupied=square(0, 0)),
        ]
    )
    for every in EVERY:
        table = tr.summarise(tr.track(control), every=every, control=control if with_control else None)
        assert table[["newly_contested_km2", "cleared_km2"]].isna().all(axis=None)
        assert table["gain_km2"].sum() == pytest.approx(1.0)


def test_contested_columns_are_zero_where_the_source_draws_some_and_nothing_changed():
    control = history_of({"2025-01-01": [], "2025-01-02": square(0, 0)})
    [row] = tr.summarise(tr.track(control), control=control).itertuples()
    assert (row.newly_contested_km2, row.cleared_km2) == (0.0, 0.0)


def test_sources_are_summed_apart():
    """Each has its rows; one without changes has a row of zeros."""
    one = history_of({"2025-01-01": [], "2025-01-02": square(0, 0)}, source="one")
    two = history_of({"2025-01-01": {"contested": None}, "2025-01-03": {"contested": None}}, source="two")
    control = pd.concat([one, two], ignore_index=True)
    table = tr.summarise(tr.track(control), control=control).set_index("source")
    assert table["gain_km2"].to_dict() == pytest.approx({"one": 1.0, "two": 0.0})
    assert table["newly_contested_km2"].isna().to_dict() == {"one": False, "two": True}
    assert table["until"].dt.day.to_dict() == {"one": 2, "two": 3}


def test_without_control_the_ends_are_read_off_the_ledger():
    [row] = tr.summarise(LEDGER).itertuples()
    assert row.start_as_of == LEDGER["start"].min()
    assert row.end_as_of == LEDGER["end"].max()


def test_the_default_period_holds_every_change():
    for every in EVERY:
        assert tr.summarise(LEDGER, every=every)["fragments"].sum() == len(LEDGER)
        assert tr.summarise(LEDGER, every=every, control=CONTROL)["fragments"].sum() == len(LEDGER)


@pytest.mark.parametrize("by", ["none", "ground"])
def test_an_empty_ledger_of_no_source_is_an_empty_table(by):
    nothing = tr.split(LEDGER, HALVES).iloc[:0]
    assert check(tr.summarise(nothing, by=by), SUMMARY).empty


def test_columns_come_in_order_with_the_place_before_the_numbers():
    pieces = tr.split(LEDGER, HALVES)
    plain = list(tr.summarise(pieces).columns)
    assert plain == list(SUMMARY.columns)
    assert list(tr.summarise(pieces, by="sector").columns) == [*plain[:5], "sector", *plain[5:]]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"every": "fortnight"}, "every='fortnight' is not one of day, week, month, year, all"),
        ({"every": "Week"}, "every='Week' is not one of day, week, month, year, all"),
        ({"by": "town"}, "by='town' is not one of none, sector, ground, oblast"),
        ({"by": "ground"}, "by='ground': the ledger has no such column"),
        ({"since": "2025-02-01", "until": "2025-01-31"}, "since=2025-02-01 is after until=2025-01-31"),
    ],
)
def test_wrong_arguments_are_answered_with_the_right_ones(options, said):
    with pytest.raises(ValueError, match=said):
        tr.summarise(LEDGER, **options)


def test_a_ledger_that_is_none_is_refused():
    with pytest.raises(SchemaError, match="ledger: column kind is missing"):
        tr.summarise(LEDGER.drop(columns="kind"))


@pytest.mark.shared
def test_january_2025_is_what_deepstate_published(january):
    """325 km², "lowest since August 2024"."""
    ledger = tr.track(january)
    table = tr.summarise(ledger, every="month", since="2025-01-01", until="2025-01-31", control=january)
    assert table["net_km2"].tolist() == pytest.approx([325], abs=1.5)
    by_sector = tr.summarise(tr.split(ledger, tr.sectors()), by="sector", since="2025-01-01", until="2025-01-31")
    assert by_sector["net_km2"].sum() == pytest.approx(table["net_km2"].sum(), abs=1e-6)


def test_a_period_that_begins_before_any_change_can_be_known_is_refused():
    with pytest.raises(NoDataError, match="2024-11-21"):
        tr.summarise(LEDGER, since="2024-11-20", control=CONTROL)
