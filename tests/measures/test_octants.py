"""The nearest ground in each of eight directions, against a dense sample of its border."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from worlds import control_of, history_of, places_of, shapes, square

import tracker as tr
from tracker.ground.geodesy import DIRECTIONS
from tracker.measures.distances import with_settlements
from tracker.measures.octants import octants
from tracker.tables.check import check
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.days import day_of
from tracker.tables.definitions import OCTANTS

GEOD = Geod(ellps="WGS84")
TO_DEGREES = Transformer.from_crs(WORK_CRS, LONLAT, always_xy=True)
TO_METRES = Transformer.from_crs(LONLAT, WORK_CRS, always_xy=True)
AS_OF = "2025-01-06T20:00Z"


def around(ground, centre, *, within_km=30.0, **columns):
    places = places_of({"Town": centre}, **columns)
    return check(octants(control_of(AS_OF, occupied=ground), places, within_km=within_km), OCTANTS)


def sampled(ground, centre, within_km):
    """Take the nearest point of each octant out of points of the border, every 10 m; octant → km."""
    dense = shapely.segmentize(shapely.boundary(ground), 10.0)
    lon, lat = TO_DEGREES.transform(*shapely.get_coordinates(dense).T)
    here = [np.full_like(lon, degrees) for degrees in TO_DEGREES.transform(centre.x, centre.y)]
    bearing, _, metres = GEOD.inv(*here, lon, lat)
    octant = np.floor((bearing % 360 + 22.5) / 45).astype(int) % 8
    clear = np.abs((bearing % 360 + 22.5) % 45 - 22.5) < 22.499  # on the very ray either octant will do
    table = pd.Series(metres / 1000)[clear & (metres <= within_km * 1000)]
    return {DIRECTIONS[number]: km for number, km in table.groupby(octant[table.index]).min().items()}


def assert_nearest(ground, centre, within_km):
    """Each answer is a point of the ground in its octant, and no sample of the border is nearer."""
    table = around(ground, centre, within_km=within_km).set_index("octant")
    samples = sampled(ground, centre, within_km)
    assert set(samples) <= set(table.index)
    for name, row in table.iterrows():
        lon, lat = TO_DEGREES.transform(centre.x, centre.y)
        bearing, _, metres = GEOD.inv(lon, lat, row["nearest_lon"], row["nearest_lat"])
        assert shapely.Point(TO_METRES.transform(row["nearest_lon"], row["nearest_lat"])).distance(ground) < 1e-3
        assert row["centre_km"] == pytest.approx(metres / 1000, abs=1e-9)
        assert row["centre_km"] <= min(samples.get(name, np.inf), within_km) + 1e-5
        # A centimetre aside is 0.1° at five metres; half a metre off the ray would be seen from there on.
        aside_m = np.radians(max(0, abs((bearing - 45 * DIRECTIONS.index(name) + 180) % 360 - 180) - 22.5)) * metres
        assert aside_m < 0.05


@given(st.lists(shapes, min_size=1, max_size=3), st.floats(-3000, 13_000), st.floats(-3000, 13_000), st.floats(1, 16))
def test_against_a_dense_sample(drawn, x, y, within_km):
    control = control_of(AS_OF, occupied=drawn)
    ground, centre = control.geometry[control["status"] == "occupied"].iloc[0], shapely.Point(x, y)
    if not ground.intersects(centre):
        assert_nearest(ground, centre, within_km)


@given(st.floats(-400_000, 300_000), st.floats(-400_000, 300_000), st.floats(-22, 22))
def test_directions_are_from_true_north_wherever_the_place_is(x, y, aside):
    """A small ground in each octant: grid north of WORK_CRS is up to five degrees off there."""
    lon, lat = TO_DEGREES.transform(x, y)
    bearings = 45.0 * np.arange(8) + aside
    ends = [GEOD.fwd(lon, lat, bearing, 25_000)[:2] for bearing in bearings]
    table = around([shapely.Point(TO_METRES.transform(*end)).buffer(10) for end in ends], shapely.Point(x, y))
    assert table["octant"].tolist() == list(DIRECTIONS)
    assert ((table["bearing_deg"] - bearings + 180) % 360 - 180).abs().max() < 0.1
    assert table["centre_km"].to_numpy() == pytest.approx(24.99, abs=0.005)


def test_a_ground_across_two_octants_is_found_in_both():
    """A wall in the east, 10 km away: north-east and south-east it begins where the octants do."""
    table = around(shapely.box(10_000, -50_000, 12_000, 50_000), shapely.Point(0, 0)).set_index("octant")
    slant, steep = 10 / np.cos(np.radians(22.5)), 10 / np.sin(np.radians(22.5))
    expected = {"N": steep, "NE": slant, "E": 10.0, "SE": slant, "S": steep}
    assert table["centre_km"].to_dict() == pytest.approx(expected, rel=1e-3)
    bearings = {"N": 22.5, "NE": 67.5, "E": 90, "SE": 112.5, "S": 157.5}
    assert table["bearing_deg"].to_dict() == pytest.approx(bearings, abs=0.1)


def test_what_lies_beyond_the_reach_is_left_out():
    wall = shapely.box(10_000, -50_000, 12_000, 50_000)
    assert around(wall, shapely.Point(0, 0), within_km=10.5)["octant"].tolist() == ["E"]
    assert around(wall, shapely.Point(0, 0), within_km=9.9).empty


@pytest.mark.parametrize("x", [0, -1000], ids=["inside", "on the border"])
def test_a_centre_in_the_ground_has_it_all_around(x):
    table = around(square(-1, -2, 4), shapely.Point(x, 0), area_km2=1.0, edge_method="disc")
    assert table["octant"].tolist() == list(DIRECTIONS)
    assert (table[["centre_km", "edge_km"]] == 0).all(axis=None)
    assert table["bearing_deg"].isna().all()
    here = TO_DEGREES.transform(x, 0)
    assert table[["nearest_lon", "nearest_lat"]].to_numpy() == pytest.approx(np.array([here] * 8))


@pytest.mark.parametrize(
    ("columns", "edge_km"),
    [
        ({}, np.nan),
        ({"area_km2": np.pi * 9, "edge_method": "disc"}, 7.0),
        ({"area_km2": np.pi * 400, "edge_method": "disc"}, 0.0),
        ({"edge_method": "polygon", "footprint": [shapely.box(-500, -500, 4000, 500)]}, 6.0),
        ({"edge_method": "polygon", "footprint": [shapely.box(-500, -500, 40_000, 500)]}, 0.0),
    ],
    ids=["none", "disc", "disc around the point", "polygon", "polygon around the point"],
)
def test_the_edge_is_measured_to_the_same_point(columns, edge_km):
    [row] = around(square(10, -0.5), shapely.Point(0, 0), **columns).itertuples()
    assert (row.octant, row.centre_km) == ("E", pytest.approx(10.0, rel=1e-3))
    assert row.edge_km == pytest.approx(edge_km, rel=1e-3, nan_ok=True)


def test_without_ground_or_places_or_maps_there_are_no_rows():
    assert around((), shapely.Point(0, 0)).empty
    control, town = control_of(AS_OF, occupied=square(5, 0)), places_of({"Town": shapely.Point(0, 0)})
    assert check(octants(control, town.iloc[:0]), OCTANTS).empty
    assert check(octants(control.iloc[:0], town), OCTANTS).empty
    assert check(octants(control, town, days=["2025-01-05"]), OCTANTS).empty


def test_days_show_the_state_that_holds_for_each_town():
    control = history_of({"2025-01-06T10:00": square(20, -0.5), "2025-01-08T10:00": square(10, -0.5)})
    towns = places_of({"Town": shapely.Point(0, 0), "Near": shapely.Point(0, 15_000)})
    table = octants(control, towns, days=["2025-01-06", "2025-01-07", "2025-01-08"])
    km = {(f"{row.day:%m-%d}", row.town): round(row.centre_km) for row in table.itertuples() if row.octant == "E"}
    assert km == {("01-06", "Town"): 20, ("01-07", "Town"): 20, ("01-08", "Town"): 10}
    assert set(table["octant"][table["town"] == "Near"]) == {"SE"}


def test_contested_ground_is_looked_for_apart():
    control = control_of(AS_OF, occupied=square(10, -0.5), contested=square(-9, -0.5))
    table = octants(control, places_of({"Town": shapely.Point(0, 0)}), to="contested")
    assert (table["octant"].tolist(), table["to"].tolist()) == (["W"], ["contested"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"to": "free"}, "to='free' is not one of occupied, contested"),
        ({"to": "contested"}, "deepstate-daily does not draw contested ground"),
        ({"within_km": 0}, "within_km=0 must be above zero"),
        ({"within_km": np.inf}, "within_km=inf must be above zero"),
    ],
)
def test_bad_arguments_are_named(options, words):
    control = control_of(AS_OF, occupied=square(5, 0), contested=None, source="deepstate-daily")
    with pytest.raises(ValueError, match=words):
        octants(control, places_of({"Town": shapely.Point(0, 0)}), **options)


def test_settlements_name_where_each_octant_s_ground_is():
    control = control_of(AS_OF, occupied=[square(10, -0.5), square(-0.5, -9)])
    places = places_of(
        {"Town": shapely.Point(0, 0), "East": shapely.Point(11_000, 0), "South": shapely.Point(0, -9000)}
    )
    table = with_settlements(octants(control, places.iloc[:1]), places)
    assert dict(zip(table["octant"], table["from_settlement"], strict=True)) == {"E": "East", "S": "South"}


@pytest.mark.shared
def test_around_pokrovsk_on_2025_01_06(january):
    """Nothing within 30 km to the north and the west; the nearest ground in the south, the south-west, the east."""
    pokrovsk = tr.towns(["Pokrovsk"])
    table = octants(january, pokrovsk, days=["2025-01-06"]).set_index("octant")
    assert table["centre_km"].round(1).to_dict() == {"E": 10.7, "SE": 7.6, "S": 6.0, "SW": 6.1}
    ground = january.geometry[(january["status"] == "occupied") & (day_of(january["as_of"]) == "2025-01-06")].iloc[-1]
    assert_nearest(ground, pokrovsk.geometry.iloc[0], 30.0)
