"""The stock of a day: what each source draws, inside and outside the borders given."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from worlds import NOTHING, area_of, control_of, histories, history_of, snapshots_of, square

import tracker as tr
from tracker.archive import reference
from tracker.errors import SchemaError
from tracker.measures.stock import stock
from tracker.tables.check import check, conform, empty
from tracker.tables.constants import WORK_CRS
from tracker.tables.definitions import CONTROL, STOCK

AREAS = ["occupied_km2", "contested_km2", "contested_inside_km2", "contested_outside_km2"]
BORDERED = ["contested_inside_km2", "contested_outside_km2", "occupied_share"]


def oblasts_of(**shapes):
    """Make borders from oblast → polygon."""
    return gpd.GeoDataFrame({"oblast": list(shapes)}, geometry=list(shapes.values()), crs=WORK_CRS)


WEST_EAST = oblasts_of(West=shapely.box(0, 0, 4000, 9000), East=shapely.box(4000, 0, 8000, 9000))
# All the cities that are held since 2014 lie in it, and Ukraine is twice as large.
SOUTH_EAST = shapely.box(-300_000, -500_000, 400_000, 100_000)
HALVES = oblasts_of(South=SOUTH_EAST, North=shapely.box(-300_000, 100_000, 400_000, 700_000))


@pytest.fixture(scope="module")
def control():
    """Occupied: 4 km² in the east, 2 of 4 km² beyond the borders; contested: 1 in the west, 3 of 4 beyond."""
    drawing = {"occupied": [square(5, 2, 2), square(7, 6, 2)], "contested": [square(1, 1), square(3, 8, 2)]}
    return history_of({"2025-01-06T20:00Z": drawing, "2025-01-08T20:00Z": drawing})


def only(table):
    """Take the one row of a table."""
    assert len(table) == 1
    return table.iloc[0]


# ---- what a day holds


def test_without_borders_nothing_is_known_of_inside(control):
    row = only(stock(control, days=["2025-01-06"]))
    assert (row["occupied_km2"], row["contested_km2"]) == pytest.approx((8.0, 5.0))
    assert row[BORDERED].isna().all()


def test_inside_and_outside(control):
    row = only(stock(control, days=["2025-01-06"], borders=WEST_EAST))
    assert row[AREAS].tolist() == pytest.approx([8.0, 5.0, 3.0, 2.0])


def test_by_oblast(control):
    table = stock(control, days=["2025-01-06"], borders=WEST_EAST, by="oblast").set_index("oblast")
    assert table["occupied_km2"].to_dict() == pytest.approx({"East": 6.0, "West": 0.0, "elsewhere": 2.0})
    assert table["contested_km2"].to_dict() == pytest.approx({"East": 1.0, "West": 2.0, "elsewhere": 2.0})
    assert table["contested_outside_km2"].to_dict() == pytest.approx({"East": 0.0, "West": 0.0, "elsewhere": 2.0})
    assert table["occupied_since_2022_km2"].isna().all()


def test_an_oblast_where_nothing_is_drawn_has_no_row(control):
    borders = pd.concat([WEST_EAST, oblasts_of(Far=square(100, 100))])
    assert "Far" not in set(stock(control, borders=borders, by="oblast")["oblast"])


def test_an_oblast_where_something_is_drawn_has_a_row_on_every_day():
    control = history_of({"2025-01-06T20:00Z": {"occupied": [square(1, 1)]}, "2025-01-07T20:00Z": square(5, 5)})
    table = stock(control, borders=WEST_EAST, by="oblast")
    assert table["day"].dt.day.tolist() == [6, 6, 7, 7]
    assert table["occupied_km2"].tolist() == pytest.approx([0.0, 1.0, 1.0, 0.0])


def test_oblasts_of_several_polygons_are_one():
    borders = pd.concat([oblasts_of(West=square(0, 0)), oblasts_of(West=square(2, 0))], ignore_index=True)
    control = control_of("2025-01-06T20:00Z", occupied=[square(0, 0, 3)])
    table = stock(control, borders=borders, by="oblast").set_index("oblast")
    assert table["occupied_km2"].to_dict() == pytest.approx({"West": 2.0, "elsewhere": 7.0})


# ---- shares


def test_the_share_is_of_the_borders_given():
    control = control_of("2025-01-06T20:00Z", occupied=[SOUTH_EAST])
    assert only(stock(control, borders=HALVES))["occupied_share"] == pytest.approx(0.5)
    by_oblast = stock(control, borders=HALVES, by="oblast").set_index("oblast")["occupied_share"]
    assert by_oblast.to_dict() == pytest.approx({"South": 1.0})


def test_what_lies_outside_is_no_part_of_the_share():
    beyond = shapely.box(500_000, 0, 600_000, 100_000)
    control = control_of("2025-01-06T20:00Z", occupied=[SOUTH_EAST, beyond])
    assert only(stock(control, borders=HALVES))["occupied_share"] == pytest.approx(0.5)
    by_oblast = stock(control, borders=HALVES, by="oblast").set_index("oblast")["occupied_share"]
    assert np.isnan(by_oblast["elsewhere"])


def test_a_map_without_what_is_held_since_2014_has_no_share():
    """Crimea is left out: the rest by the whole of Ukraine would be too small a share, and so would an oblast's."""
    control = control_of("2025-01-06T20:00Z", occupied=[shapely.box(-300_000, -300_000, 400_000, 100_000)])
    assert np.isnan(only(stock(control, borders=HALVES))["occupied_share"])
    assert stock(control, borders=HALVES, by="oblast")["occupied_share"].isna().all()


# ---- days and sources


def test_by_default_the_days_on_which_something_was_published(control):
    assert stock(control)["day"].dt.day.tolist() == [6, 8]


def test_the_last_snapshot_of_a_day_counts():
    control = history_of({"2025-01-06T08:00Z": square(0, 0), "2025-01-06T20:00Z": square(0, 0, 2)})
    row = only(stock(control))
    assert (row["occupied_km2"], row["as_of"]) == (pytest.approx(4.0), pd.Timestamp("2025-01-06T20:00Z"))


def test_a_day_ends_in_kyiv():
    control = history_of({"2025-01-06T21:30Z": square(0, 0), "2025-01-06T22:30Z": square(0, 0, 2)})
    assert stock(control)["day"].dt.day.tolist() == [6, 7]
    assert only(stock(control, days=["2025-01-06"]))["occupied_km2"] == pytest.approx(1.0)


def test_a_day_without_a_snapshot_holds_the_state_before(control):
    row = only(stock(control, days=["2025-01-07"]))
    assert (row["day"].day, row["as_of"]) == (7, pd.Timestamp("2025-01-06T20:00Z"))


def test_a_day_before_the_first_snapshot_has_no_row(control):
    table = stock(control, days=["2025-01-05", "2025-01-06"])
    assert table["day"].dt.day.tolist() == [6]
    assert check(stock(control, days=["2025-01-05"]), STOCK).empty
    assert stock(control, days=[]).empty


def test_each_source_has_its_rows():
    one = control_of("2025-01-06T20:00Z", occupied=[square(0, 0)])
    other = control_of("2025-01-07T20:00Z", occupied=[square(0, 0, 2)], contested=None, source="other")
    both = conform(pd.concat([other, one]), CONTROL)
    table = stock(both, days=["2025-01-06", "2025-01-07"])
    assert table[["source", "day"]].assign(day=table["day"].dt.day).to_numpy().tolist() == [
        ["deepstate", 6],
        ["deepstate", 7],
        ["other", 7],
    ]
    assert table["occupied_km2"].tolist() == pytest.approx([1.0, 1.0, 4.0])


# ---- what is missing, and what is zero


@pytest.mark.parametrize("borders", [None, WEST_EAST])
@pytest.mark.parametrize(("contested", "zero"), [((), True), ((NOTHING,), True), (None, False)])
def test_contested_ground_is_zero_where_it_could_be_drawn_and_missing_where_not(contested, zero, borders):
    row = only(stock(control_of("2025-01-06T20:00Z", occupied=[square(1, 1)], contested=contested), borders=borders))
    assert row["occupied_km2"] == pytest.approx(1.0)
    assert row["contested_km2"] == 0.0 if zero else np.isnan(row["contested_km2"])
    told = zero and borders is not None
    assert row["contested_inside_km2"] == 0.0 if told else np.isnan(row["contested_inside_km2"])


@pytest.mark.parametrize("borders", [None, WEST_EAST])
def test_a_map_that_draws_nothing_is_a_row_of_zeros(borders):
    row = only(stock(control_of("2025-01-06T20:00Z"), borders=borders))
    assert (row["occupied_km2"], row["contested_km2"]) == (0.0, 0.0)
    assert stock(control_of("2025-01-06T20:00Z"), borders=WEST_EAST, by="oblast").empty


def test_a_control_table_of_no_rows():
    assert check(stock(empty(CONTROL)), STOCK).empty
    assert "oblast" in stock(empty(CONTROL), borders=WEST_EAST, by="oblast")


def test_what_was_occupied_since_2022_is_what_the_source_says(control):
    since = control.assign(occupied_since_2022_km2=[np.nan, 3.0, np.nan, 3.5])
    assert stock(since)["occupied_since_2022_km2"].tolist() == [3.0, 3.5]
    silent = control.drop(columns="occupied_since_2022_km2")
    assert stock(silent)["occupied_since_2022_km2"].isna().all()


# ---- wrong arguments


def test_wrong_arguments_are_told(control):
    with pytest.raises(ValueError, match=r"by='sector' is not one of none, oblast"):
        stock(control, by="sector")
    with pytest.raises(ValueError, match="needs borders"):
        stock(control, by="oblast")
    with pytest.raises(ValueError, match="column oblast"):
        stock(control, borders=tr.sectors(on="2025-01-06"))
    with pytest.raises(ValueError, match="overlap"):
        stock(control, borders=oblasts_of(One=square(0, 0, 9), Two=square(1, 1, 2)))
    with pytest.raises(SchemaError):
        stock(control.drop(columns="source"))


# ---- laws


@given(histories(least=1))
def test_oblasts_add_up_to_the_whole(control):
    whole = stock(control, borders=WEST_EAST)
    parts = stock(control, borders=WEST_EAST, by="oblast").groupby("as_of")[AREAS].sum(min_count=1)
    parts = parts.reindex(whole["as_of"])
    drawn = (whole[AREAS].fillna(0.0) > 0).any(axis=1).to_numpy()  # maps that draw nothing may have no parts
    assert parts.to_numpy()[drawn] == pytest.approx(whole[AREAS].to_numpy()[drawn], abs=1e-9, nan_ok=True)


@given(histories(least=1))
def test_the_whole_is_what_is_drawn(control):
    table = stock(control, borders=WEST_EAST).set_index("as_of")
    for snapshot in snapshots_of(control):
        row = table.loc[snapshot["as_of"].iloc[0]]
        assert row["occupied_km2"] == pytest.approx(area_of(snapshot), abs=1e-9)
        if (snapshot["status"] == "contested").any():
            assert row["contested_km2"] == pytest.approx(area_of(snapshot, "contested"), abs=1e-9)
            both = row["contested_inside_km2"] + row["contested_outside_km2"]
            assert both == pytest.approx(row["contested_km2"], abs=1e-9)


# ---- real maps


@pytest.fixture(scope="module")
def own_areas(shared):
    """Read the km² that DeepState itself gives, which are spherical and 0.06 % smaller."""
    own = pd.read_csv(shared / "reference" / "deepstate_own_areas.csv", parse_dates=["created_utc"])
    return 1.0006 * own.set_index("created_utc").filter(regex="_km2$").fillna({"unspecified_in_russia_km2": 0.0})


@pytest.fixture(scope="module")
def borders(shared, tmp_path_factory):
    """Read the official oblasts, as a user would hand them in."""
    folder = tmp_path_factory.mktemp("borders")
    file = shared / "data" / "admin" / "adm1_oblasts_official_minregion_2020_simplified.geojson"
    reference.use("oblasts", file, folder)
    return reference.own("oblasts", folder)


@pytest.mark.shared
def test_january_is_what_the_source_says_itself(january, own_areas):
    table = stock(january).join(own_areas, on="as_of")
    assert len(table) == 32
    assert table["occupied_since_2022_km2"].to_numpy() == pytest.approx(
        table["occupied_after_2022_km2"].to_numpy(), abs=4.0
    )
    own = table["unspecified_km2"] + table["unspecified_in_russia_km2"]
    assert table["contested_km2"].to_numpy() == pytest.approx(own.to_numpy(), rel=0.01)


@pytest.mark.shared
def test_the_6th_of_january(january, own_areas, borders):
    row = only(stock(january, days=["2025-01-06"], borders=borders))
    assert row["occupied_km2"] == pytest.approx(111_929.9, abs=0.05)
    assert row["contested_inside_km2"] == pytest.approx(742.6, abs=0.05)
    assert row["contested_outside_km2"] == pytest.approx(172.6, abs=0.05)
    assert row["occupied_share"] == pytest.approx(0.185, abs=5e-4)
    # The borders are simplified: 4 km² along them are inside here, and in Russia by the source.
    own = own_areas.loc[row["as_of"]]
    assert row["contested_outside_km2"] == pytest.approx(own["unspecified_in_russia_km2"], abs=5.0)


@pytest.mark.shared
def test_the_oblasts_are_ukraine(borders):
    assert borders.area.sum() / 1e6 == pytest.approx(603_628, rel=0.003)
