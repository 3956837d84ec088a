"""How distances changed: differences of days, missing where the maps cannot tell, and the pace of the last weeks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import SchemaError
from tracker.measures.approach import LENGTHS, approach, days_needed
from tracker.tables.check import conform
from tracker.tables.definitions import DISTANCES

FIRST = pd.Timestamp("2024-10-01")


def table_of(km, *, aged=(), town=1, **columns):
    """Make distances of days in a row; `aged` days show the map of the day before."""
    days = pd.date_range(FIRST, periods=len(km))
    drawn = pd.Series(np.arange(len(km)))
    drawn[list(aged)] = np.nan
    as_of = (FIRST + pd.to_timedelta(drawn.ffill().fillna(0), unit="D") + pd.Timedelta(hours=20)).dt.tz_localize("UTC")
    rows = {"source": "deepstate", "day": days, "as_of": as_of, "geonameid": town, "town": "Town", "to": "occupied"}
    edge = {"status": "free", "edge_km": km, "edge_method": "disc", "edge_bearing_deg": np.nan, "edge_direction": None}
    centre = {"centre_km": np.asarray(km) + 3, "bearing_deg": np.nan, "direction": None}
    point = {"nearest_lon": 37.0, "nearest_lat": 48.0}
    return conform(pd.DataFrame(rows | edge | centre | point).assign(**columns), DISTANCES)


walks = st.lists(st.floats(0, 50, width=32), min_size=1, max_size=130)


@given(walks, st.sets(st.integers(1, 129)))
def test_a_change_is_the_difference_of_two_days_where_both_are_known(km, late):
    table = table_of(km, aged=[day for day in late if day < len(km)])
    found = approach(table)
    drawn = (table["as_of"].dt.tz_localize(None).dt.normalize() - FIRST).dt.days.to_numpy()
    for length in LENGTHS:
        for day, change in enumerate(found[f"change_{length}_km"]):
            start = day - length
            tells = start >= 0 and day - drawn[day] <= 3 and start - drawn[start] <= 3 and drawn[day] > start
            assert np.isnan(change) if not tells else change == np.float32(km[day] - km[start])


@given(walks)
def test_the_closing_speed_is_the_median_week_within_its_spread(km):
    found = approach(table_of(km))
    for day, row in enumerate(found.itertuples()):
        weeks = [km[end - 7] - km[end] for end in range(max(day - 23, 7), day + 1)]
        speeds = [row.closing_low_km_a_week, row.closing_km_a_week, row.closing_high_km_a_week]
        if len(weeks) < 12:
            assert np.isnan(speeds).all()
        else:
            assert speeds == pytest.approx(np.quantile(weeks, [0.1, 0.5, 0.9]), rel=1e-6, abs=1e-9)
            assert speeds == sorted(speeds)


@given(st.floats(-0.3, 0.3), st.integers(31, 100))
def test_a_steady_pace_is_its_own_speed_without_spread(km_a_day, length):
    last = approach(table_of(60 - km_a_day * np.arange(length))).iloc[-1]
    speeds = last[["closing_low_km_a_week", "closing_km_a_week", "closing_high_km_a_week"]].astype(float)
    assert speeds.to_numpy() == pytest.approx([7 * km_a_day] * 3, abs=2e-5)  # of 60 km in single precision
    assert last["change_30_km"] == pytest.approx(-30 * km_a_day, abs=2e-5)


@given(walks, st.randoms())
def test_the_order_of_rows_and_other_towns_do_not_matter(km, random):
    table = pd.concat([table_of(km), table_of(km[::-1], town=2)], ignore_index=True)
    order = list(range(len(table)))
    random.shuffle(order)
    alone = approach(table_of(km))
    together = approach(table.iloc[order])
    together = together[together["geonameid"] == 1].sort_values("day", ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)


def test_one_rush_does_not_make_the_speed_but_shows_in_its_spread():
    km = np.where(np.arange(40) < 38, 20.0, 12.0)
    last = approach(table_of(km)).iloc[-1]
    assert (last["closing_km_a_week"], last["closing_low_km_a_week"], last["change_7_km"]) == (0, 0, -8)
    steps = approach(table_of(np.where(np.arange(40) < 35, 20.0, 12.0))).iloc[-1]
    assert (steps["closing_km_a_week"], steps["closing_high_km_a_week"]) == (0, 8)


def test_a_place_that_was_reached_stays_at_no_distance_and_no_speed():
    last = approach(table_of([5.0] * 5 + [0.0] * 60)).iloc[-1]
    assert (last["change_1_km"], last["change_30_km"], last["closing_km_a_week"]) == (0, 0, 0)
    assert str(last["closing_km_a_week"]) == "0.0"


def test_where_the_edge_is_not_known_the_centre_is_measured():
    km = [8.0, 7.0]
    unknown = approach(table_of(km, edge_km=np.nan, edge_method="none"))
    assert (unknown["change_from"].tolist(), unknown["change_1_km"].tolist()[1]) == (["centre"] * 2, -1.0)
    known = approach(table_of(km, centre_km=np.nan, edge_method="layer"))
    assert (known["change_from"].tolist(), known["change_1_km"].tolist()[1]) == (["edge"] * 2, -1.0)


def test_without_any_ground_nothing_is_known():
    found = approach(table_of([np.nan] * 40))
    assert found.filter(regex="^(change_.*_km|closing)").isna().all(axis=None)


def test_other_ground_is_not_compared_across_a_break_of_coverage():
    found = approach(table_of(np.arange(40.0), epoch=[0] * 20 + [1] * 20))
    assert found["change_1_km"].isna().tolist() == [True, *[False] * 19, True, *[False] * 19]
    assert np.isnan(found["change_30_km"].iloc[-1])


def test_occupied_and_contested_ground_and_sources_are_kept_apart():
    tables = [table_of([9.0, 8.0]), table_of([5.0, 1.0], to="contested"), table_of([7.0, 7.5], source="other")]
    found = approach(pd.concat(tables, ignore_index=True))
    assert found["change_1_km"].dropna().tolist() == [-1.0, -4.0, 0.5]


def test_no_rows_stay_no_rows():
    found = approach(table_of([]))
    assert len(found) == 0
    assert {"change_90_km", "closing_high_km_a_week", "change_from"} <= set(found)


@pytest.mark.parametrize("lengths", [(0,), (-1, 7), (1.5,)])
def test_lengths_are_whole_days(lengths):
    with pytest.raises(ValueError, match="whole number of days above zero"):
        approach(table_of([1.0]), lengths=lengths)


def test_a_table_that_is_none_is_refused():
    with pytest.raises(SchemaError):
        approach(table_of([1.0]).drop(columns="edge_km"))


def test_the_days_needed_are_enough():
    last = FIRST + pd.Timedelta(days=99)
    table = table_of(np.random.default_rng(1).uniform(0, 20, 100))
    needed = table[table["day"].isin(days_needed([last]))]
    assert len(needed) == 32
    pd.testing.assert_series_equal(approach(needed).iloc[-1], approach(table).iloc[-1], check_names=False)
