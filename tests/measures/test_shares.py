"""How much of a place is free, contested and occupied, against whole intersections."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from worlds import control_of, histories, history_of, places_of, seed_points, shapes, square

import tracker as tr
from tracker.measures.shares import outlines, shares
from tracker.tables.check import check
from tracker.tables.definitions import CONTROL

SHARES = ["share_free", "share_contested", "share_occupied"]
TOWN = places_of({"Town": shapely.Point(500, 500)}, area_km2=1.0, edge_method="polygon", footprint=[square(0, 0)])
polygons = shapes.filter(lambda shape: shape.is_valid and shape.area > 1e4)


@given(histories(), st.lists(st.tuples(seed_points, polygons), min_size=1, max_size=5))
def test_they_are_whole_intersections_and_sum_to_one(control, drawn):
    points = {f"place {n}": shapely.Point(*point) for n, (point, _) in enumerate(drawn)}
    places = places_of(points, edge_method="polygon", area_km2=1.0, footprint=[shape for _, shape in drawn])
    table = shares(control, places)
    outline = dict(zip(places["geonameid"], places["footprint"], strict=True))
    for row in table.itertuples():
        state = tr.at(control, row.as_of).set_index("status").geometry
        share = {name: state[name].intersection(outline[row.geonameid]).area for name in state.index}
        total = outline[row.geonameid].area
        assert row.share_occupied == pytest.approx(share["occupied"] / total, abs=1e-9)
        contested = share["contested"] / total if "contested" in share else np.nan
        assert row.share_contested == pytest.approx(contested, abs=1e-9, nan_ok=True)
        assert np.nansum([row.share_free, row.share_contested, row.share_occupied]) == pytest.approx(1, abs=1e-9)
        assert min(row.share_free, row.share_occupied) >= 0


@given(st.floats(0.01, 500), seed_points)
def test_a_disc_has_the_area_of_the_settlement(area_km2, point):
    places = places_of({"Town": shapely.Point(*point)}, area_km2=area_km2, edge_method="disc")
    [disc] = outlines(places)
    assert disc.area / 1e6 == pytest.approx(area_km2, rel=1e-12)
    assert disc.centroid.distance(shapely.Point(*point)) < 1e-6


def test_outlines_are_polygons_discs_or_nothing():
    places = places_of(
        {"Polygon": shapely.Point(0, 0), "Disc": shapely.Point(0, 0), "None": shapely.Point(0, 0)},
        area_km2=[9.0, 4.0, np.nan],
        edge_method=["polygon", "disc", "none"],
        footprint=[square(0, 0), None, None],
    ).set_index(pd.Index([7, 8, 9]))
    drawn = outlines(places)
    assert drawn.index.tolist() == [7, 8, 9]
    assert drawn[7] == square(0, 0)
    assert drawn[8].area / 1e6 == pytest.approx(4.0)
    assert drawn[9] is None
    assert outlines(places.drop(columns="footprint"))[7].area / 1e6 == pytest.approx(9.0)


def test_by_hand():
    west, east = shapely.box(0, 0, 250, 1000), shapely.box(900, 0, 5000, 1000)
    control = control_of("2025-01-06T20:00Z", occupied=east, contested=west)
    assert shares(control, TOWN)[SHARES].iloc[0].tolist() == pytest.approx([0.65, 0.25, 0.1])


@pytest.mark.parametrize(
    ("ground", "expected"),
    [((), [1, 0, 0]), (square(-5, -5, 20), [0, 0, 1]), (square(1, 0), [1, 0, 0]), (square(0, 0), [0, 0, 1])],
    ids=["nothing drawn", "all of it", "touching", "the same"],
)
def test_whole_shares(ground, expected):
    assert shares(control_of("2025-01-06T20:00Z", occupied=ground), TOWN)[SHARES].iloc[0].tolist() == expected


def test_where_contested_ground_is_not_drawn_free_is_the_rest():
    control = control_of("2025-01-06T20:00Z", occupied=shapely.box(0, 0, 250, 1000), contested=None)
    free, contested, occupied = shares(control, TOWN)[SHARES].iloc[0]
    assert (free, occupied, np.isnan(contested)) == (0.75, 0.25, True)


def test_without_an_outline_they_are_missing():
    table = shares(control_of("2025-01-06T20:00Z", occupied=square(0, 0)), places_of({"Hamlet": shapely.Point(0, 0)}))
    assert table[SHARES].isna().all(axis=None)


def test_a_line_has_no_shares():
    border = TOWN.assign(footprint=[shapely.LineString([(0, 0), (5000, 0)])], area_km2=np.nan, edge_method="layer")
    assert shares(control_of("2025-01-06T20:00Z", occupied=square(-1, -1, 9)), border)[SHARES].isna().all(axis=None)


def test_days_and_sources():
    states = {"2025-01-06T10:00": (), "2025-01-09T10:00": square(0, 0)}
    control = pd.concat([history_of(states), history_of({"2025-01-07T10:00": ()}, source="other")], ignore_index=True)
    table = shares(control, TOWN, days=["2025-01-05", "2025-01-08", "2025-01-10"])
    rows = [(row.source, f"{row.day:%d}", f"{row.as_of:%d}", row.share_occupied) for row in table.itertuples()]
    assert rows == [
        ("deepstate", "08", "06", 0.0),
        ("deepstate", "10", "09", 1.0),
        ("other", "08", "07", 0.0),
        ("other", "10", "07", 0.0),
    ]
    assert table.columns.tolist() == ["source", "day", "as_of", "geonameid", *SHARES]


def test_no_maps_have_no_rows():
    empty = shares(check(control_of("2025-01-06").iloc[:0], CONTROL), TOWN)
    assert (len(empty), empty.columns.tolist()) == (0, ["source", "day", "as_of", "geonameid", *SHARES])
