"""Distances of places: against a brute-force search on the ellipsoid, and the matrix of edges, states and days."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from worlds import control_of, histories, history_of, places_of, seed_points, shapes, square

import tracker as tr
from tracker.errors import NoDataError, SchemaError, SourceError
from tracker.ground import nearest as nearest_module
from tracker.ground.areas import area_km2
from tracker.ground.geodesy import DIRECTIONS, direction_of
from tracker.ground.topology import edge_spans
from tracker.ground.touching import shapes_of, touching
from tracker.measures.distances import distances_by_month, with_settlements
from tracker.places.layers import layer_places
from tracker.tables.check import check
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.days import end_of_day
from tracker.tables.definitions import DISTANCES

GEOD = Geod(ellps="WGS84")
TO_DEGREES = Transformer.from_crs(WORK_CRS, LONLAT, always_xy=True)
TO_METRES = Transformer.from_crs(LONLAT, WORK_CRS, always_xy=True)
AS_OF = pd.Timestamp("2025-01-06T20:00Z")
FAR = {
    "Lviv": (24.03, 49.84),
    "Uzhhorod": (22.29, 48.62),
    "Odesa": (30.73, 46.48),
    "Kyiv": (30.52, 50.45),
    "Chernivtsi": (25.94, 48.29),
    "Sumy": (34.80, 50.91),
}
# A front as long as the real one, roughly drawn: from the Dnipro's mouth to the north-east, and back by the sea.
FRONT = [
    (31.6, 46.6), (32.6, 46.6), (33.4, 47.0), (34.4, 47.5), (35.4, 47.5), (36.2, 47.7), (36.9, 47.8), (37.2, 48.1),
    (37.5, 48.2), (37.9, 48.6), (38.1, 49.0), (37.9, 49.5), (37.6, 49.9), (38.0, 50.0), (40.0, 49.6), (39.8, 48.0),
    (38.2, 47.1), (36.5, 46.6), (35.2, 46.1), (33.5, 46.1), (32.5, 46.1),
]  # fmt: skip


def point(lon, lat):
    return shapely.Point(TO_METRES.transform(lon, lat))


def jagged_front():
    """Bend every 5 km of the rough front aside by up to 3 km, always the same way."""
    coarse = shapely.segmentize(gpd.GeoSeries([shapely.Polygon(FRONT)], crs=LONLAT).to_crs(WORK_CRS).iloc[0], 5000)
    corners = shapely.get_coordinates(coarse)[:-1]
    moved = corners + np.random.default_rng(6).uniform(-3000, 3000, corners.shape)
    return shapely.make_valid(shapely.Polygon(moved))


def brute_force_km(ground, place):
    """Search the geodesically nearest point of a boundary: all corners first, then every 20 m where it may be."""
    rings = shapely.get_parts(shapely.boundary(ground))
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    lon, lat = TO_DEGREES.transform(*coords.T)
    here = TO_DEGREES.transform(place.x, place.y)
    away = GEOD.inv(np.full_like(lon, here[0]), np.full_like(lat, here[1]), lon, lat)[2]
    starts, ends = coords[:-1], coords[1:]
    edge = np.hypot(*(ends - starts).T)
    possible = (ring[:-1] == ring[1:]) & (np.minimum(away[:-1], away[1:]) - edge <= away.min() * 1.001)
    lines = shapely.linestrings(np.stack([starts[possible], ends[possible]], axis=1))
    lon, lat = TO_DEGREES.transform(*shapely.get_coordinates(shapely.segmentize(lines, 20.0)).T)
    return GEOD.inv(np.full_like(lon, here[0]), np.full_like(lat, here[1]), lon, lat)[2].min() / 1000


def near_points(ground, number, *, within_m):
    """Draw random points outside of the ground, no further than a distance."""
    random, found = np.random.default_rng(2025), []
    west, south, east, north = ground.bounds
    shapely.prepare(ground)
    while len(found) < number:
        x, y = (
            random.uniform(west - within_m, east + within_m),
            random.uniform(south - within_m, north + within_m),
        )
        if 500 < ground.distance(shapely.Point(x, y)) < within_m:
            found.append(shapely.Point(x, y))
    return found


def control_with(ground):
    return gpd.GeoDataFrame(control_of(AS_OF, occupied=ground))


def measured(ground, places, **options):
    return check(tr.distances(control_with(ground), places, **options), DISTANCES)


def assert_geodesic(ground, points):
    """Within a metre of the brute-force search, whose points lie 20 m apart, and the way to the nearest point."""
    table = measured(ground, places_of(points))
    expected = [brute_force_km(ground, place) for place in points.values()]
    assert table["centre_km"].to_numpy() == pytest.approx(np.array(expected), abs=0.001)
    lon, lat = zip(*(TO_DEGREES.transform(place.x, place.y) for place in points.values()), strict=True)
    bearing, _, metres = GEOD.inv(lon, lat, table["nearest_lon"], table["nearest_lat"])
    assert table["centre_km"].to_numpy() == pytest.approx(np.array(metres) / 1000, rel=1e-7)
    assert table["bearing_deg"].to_numpy() == pytest.approx(np.array(bearing) % 360, abs=2e-5)


def test_near_a_front_against_a_brute_force_search():
    front = jagged_front()
    points = near_points(front, 40, within_m=150_000)
    assert_geodesic(front, {f"place {n}": place for n, place in enumerate(points)})


def test_far_from_a_front_against_a_brute_force_search():
    assert_geodesic(jagged_front(), {name: point(*lonlat) for name, lonlat in FAR.items()})


@pytest.mark.shared
def test_near_the_real_front_against_a_brute_force_search(january):
    ground = january.geometry[january["status"] == "occupied"].iloc[-1]
    points = {f"place {n}": place for n, place in enumerate(near_points(ground, 15, within_m=150_000))}
    assert_geodesic(ground, points)


@pytest.mark.shared
def test_far_from_the_real_front_against_a_brute_force_search(january):
    ground = january.geometry[january["status"] == "occupied"].iloc[-1]
    assert_geodesic(ground, {name: point(*lonlat) for name, lonlat in FAR.items()})


@pytest.mark.shared
def test_pokrovsk_on_2025_01_06(january):
    """2.5 km by its edge, 6.0 km by its point; the press wrote "less than 3 km"."""
    [row] = tr.distances(january, tr.towns(["Pokrovsk"]), days=["2025-01-06"]).itertuples()
    assert row.centre_km == pytest.approx(6.0, abs=0.3)
    assert row.edge_km < 4.0
    assert row.status == "free"


@pytest.mark.parametrize("ground", [jagged_front(), square(0, 0), square(-200, 150, 90)], ids=["front", "small", "off"])
def test_areas_agree_with_geodesic_areas(ground):
    dense = gpd.GeoSeries([shapely.segmentize(ground, 500)], crs=WORK_CRS)
    geodesic_km2 = sum(
        abs(GEOD.geometry_area_perimeter(shapely.geometry.polygon.orient(part))[0]) / 1e6
        for part in shapely.get_parts(dense.to_crs(LONLAT).to_numpy())
    )
    assert area_km2(dense).iloc[0] == pytest.approx(geodesic_km2, rel=1e-5)


def test_areas_in_degrees_are_refused():
    with pytest.raises(ValueError, match="geometry must be in WORK_CRS"):
        area_km2(gpd.GeoSeries([shapely.box(36, 48, 37, 49)], crs=LONLAT))


# The matrix


def one_row(ground, place, **columns):
    [row] = measured(ground, places_of({"Town": place}, **columns)).itertuples()
    return row


@pytest.mark.parametrize(
    ("place", "status"),
    [
        (shapely.Point(1000, 1000), "occupied"),
        (shapely.Point(0, 1000), "occupied"),
        (shapely.Point(0, 0), "occupied"),
    ],
    ids=["inside", "on the edge", "on a corner"],
)
def test_a_town_in_the_ground_or_touching_it_is_at_no_distance(place, status):
    row = one_row(square(0, 0, 2), place, area_km2=1.0, edge_method="disc")
    assert (row.centre_km, row.edge_km, row.status) == (0.0, 0.0, status)
    assert np.isnan([row.bearing_deg, row.edge_bearing_deg]).all()
    assert pd.isna(row.direction)
    assert pd.isna(row.edge_direction)
    assert (row.nearest_lon, row.nearest_lat) == pytest.approx(TO_DEGREES.transform(place.x, place.y))


@pytest.mark.parametrize("method", ["disc", "none", "polygon"])
def test_where_there_is_no_ground_nothing_is_known(method):
    row = one_row((), shapely.Point(0, 0), area_km2=4.0, edge_method=method, footprint=[square(-1, -1, 2)])
    numbers = [
        row.centre_km,
        row.edge_km,
        row.bearing_deg,
        row.edge_bearing_deg,
        row.nearest_lon,
        row.nearest_lat,
    ]
    assert np.isnan(numbers).all()
    assert pd.isna(row.direction)
    assert row.status == "free"


def test_a_town_in_a_hole_is_free_and_near_its_rim():
    ring = shapely.difference(square(-10, -10, 20), square(-3, -3, 6))
    row = one_row(ring, shapely.Point(0, 1000))
    assert row.status == "free"
    assert row.centre_km == pytest.approx(2.0, rel=1e-3)
    assert row.direction == "N"


def test_the_edge_of_a_disc_is_a_radius_nearer():
    row = one_row(square(10, -5, 10), shapely.Point(0, 0), area_km2=np.pi * 9, edge_method="disc")
    assert row.centre_km == pytest.approx(10.0, rel=1e-3)
    assert row.edge_km == pytest.approx(row.centre_km - 3.0)
    assert (row.edge_bearing_deg, row.edge_direction) == (row.bearing_deg, row.direction)
    assert (row.direction, row.edge_method) == ("E", "disc")


def test_a_disc_that_reaches_the_ground_is_at_no_distance():
    row = one_row(square(2, -5, 10), shapely.Point(0, 0), area_km2=np.pi * 9, edge_method="disc")
    assert (row.edge_km, row.status) == (0.0, "free")
    assert row.centre_km == pytest.approx(2.0, rel=1e-3)
    assert np.isnan(row.edge_bearing_deg)
    assert pd.isna(row.edge_direction)
    assert row.direction == "E"


def test_without_an_area_the_edge_is_not_known():
    row = one_row(square(2, -5, 10), shapely.Point(0, 0))
    assert np.isnan([row.edge_km, row.edge_bearing_deg]).all()
    assert (row.edge_method, row.direction) == ("none", "E")


@pytest.mark.parametrize(
    ("footprint", "edge_km", "direction"),
    [
        (square(-1, -1, 2), 9.0, "E"),
        (shapely.box(-1000, -6000, 1000, 20_000), 9.0, "E"),
        (shapely.multipolygons([square(-1, -1, 2), square(8, -1)]), 1.0, "E"),
        (shapely.box(0, -1000, 10_000, 1000), 0.0, None),
        (shapely.box(-1000, -1000, 12_000, 1000), 0.0, None),
        (square(-50, -50, 100), 0.0, None),
    ],
    ids=["beside", "tall", "two parts", "touching", "reaching in", "around it all"],
)
def test_the_edge_of_a_footprint(footprint, edge_km, direction):
    ground = square(10, -5, 10)
    row = one_row(ground, shapely.Point(0, 0), edge_method="polygon", area_km2=4.0, footprint=[footprint])
    assert row.centre_km == pytest.approx(10.0, rel=1e-3)
    assert row.edge_km == pytest.approx(edge_km, rel=1e-3, abs=1e-9)
    assert row.direction == "E"
    assert (None if pd.isna(row.edge_direction) else row.edge_direction) == direction
    assert np.isnan(row.edge_bearing_deg) == (direction is None)


def test_edges_of_all_methods_in_one_table_stay_with_their_towns():
    places = places_of(
        {"Disc": shapely.Point(0, 0), "Polygon": shapely.Point(0, 1000), "None": shapely.Point(0, 2000)},
        area_km2=[np.pi, 4.0, np.nan],
        edge_method=["disc", "polygon", "none"],
        footprint=[None, square(-2, 0, 4), None],
    )
    table = measured(square(10, -5, 10), places).set_index("town")
    assert table["edge_km"].to_dict() == pytest.approx(
        {"Disc": 9.0, "Polygon": 8.0, "None": np.nan}, rel=1e-3, nan_ok=True
    )


@pytest.mark.parametrize(("direction", "bearing"), [(name, n * 45.0) for n, name in enumerate(DIRECTIONS)])
def test_bearings_on_the_compass(direction, bearing):
    """A small ground 20 km away by a geodesic, in each of the eight directions."""
    lon, lat, _ = GEOD.fwd(37.18, 48.28, bearing, 20_000)
    row = one_row(point(lon, lat).buffer(20), point(37.18, 48.28), area_km2=1.0, edge_method="disc")
    assert (row.bearing_deg - bearing + 180) % 360 - 180 == pytest.approx(0, abs=0.1)
    assert row.centre_km == pytest.approx(19.98, abs=0.01)
    assert (row.direction, row.edge_direction) == (direction, direction)
    assert 0 <= row.bearing_deg < 360


@pytest.mark.parametrize(
    ("bearing", "direction"),
    [
        (0, "N"),
        (22.4, "N"),
        (22.6, "NE"),
        (67.4, "NE"),
        (67.6, "E"),
        (337.4, "NW"),
        (337.6, "N"),
        (360, "N"),
        (np.nan, None),
    ],
)
def test_direction_of_a_bearing(bearing, direction):
    assert direction_of([bearing]).tolist() == [direction]


def test_the_nearest_of_several_grounds_counts():
    row = one_row([square(10, -1, 2), square(-7, -1, 2)], shapely.Point(0, 0))
    assert row.centre_km == pytest.approx(5.0, rel=1e-3)
    assert row.direction == "W"


# Statuses, days, sources

TOWN = places_of({"Town": shapely.Point(0, 0), "Other": shapely.Point(50_000, 0)})


def test_occupied_and_contested_ground_are_measured_apart():
    control = control_of(AS_OF, occupied=square(10, -5, 10), contested=square(-1, -1, 2))
    occupied, contested = (tr.distances(control, TOWN, to=to).set_index("town") for to in ("occupied", "contested"))
    assert occupied["centre_km"].to_dict() == pytest.approx({"Town": 10.0, "Other": 30.0}, rel=1e-3)
    assert contested["centre_km"].to_dict() == pytest.approx({"Town": 0.0, "Other": 49.0}, rel=1e-3)
    assert occupied["status"].astype(str).to_dict() == {"Town": "contested", "Other": "free"}
    assert set(occupied["to"]) == {"occupied"}
    assert set(contested["to"]) == {"contested"}


MOVING = history_of({"2025-01-06T10:00": square(20, -5, 10), "2025-01-09T10:00": square(10, -5, 10)})


def test_by_default_the_days_that_have_a_snapshot():
    table = measured_days(None)
    assert table == {"2025-01-06": ("2025-01-06", 20.0), "2025-01-09": ("2025-01-09", 10.0)}


def measured_days(days):
    table = check(tr.distances(MOVING, TOWN.iloc[:1], days=days), DISTANCES)
    return {f"{row.day:%Y-%m-%d}": (f"{row.as_of:%Y-%m-%d}", round(row.centre_km, 1)) for row in table.itertuples()}


def test_a_day_shows_the_state_that_holds_and_its_age():
    assert measured_days(["2025-01-05", "2025-01-06", "2025-01-08", "2025-01-09", "2025-03-01"]) == {
        "2025-01-06": ("2025-01-06", 20.0),
        "2025-01-08": ("2025-01-06", 20.0),
        "2025-01-09": ("2025-01-09", 10.0),
        "2025-03-01": ("2025-01-09", 10.0),
    }


def test_the_last_snapshot_of_a_day_counts():
    control = history_of(
        {"2025-01-06T06:00": square(10, 0), "2025-01-06T21:59:59": square(5, 0), "2025-01-06T22:00": []}
    )
    table = tr.distances(control, TOWN.iloc[:1], days=["2025-01-06"])
    assert table["centre_km"].tolist() == pytest.approx([5.0], rel=1e-3)
    assert len(tr.distances(control, TOWN.iloc[:1])) == 2


def test_days_before_the_first_snapshot_have_no_rows():
    assert check(tr.distances(MOVING, TOWN, days=["2024-12-31"]), DISTANCES).empty
    assert check(tr.distances(MOVING.iloc[:0], TOWN), DISTANCES).empty


def test_no_places_have_no_rows():
    assert check(tr.distances(MOVING, TOWN.iloc[:0]), DISTANCES).empty


def test_sources_are_measured_apart():
    other = control_of(AS_OF, occupied=square(-31, 0, 1), source="other", contested=None)
    table = tr.distances(pd.concat([MOVING, other], ignore_index=True), TOWN.iloc[:1], days=["2025-01-06"])
    assert dict(zip(table["source"], table["centre_km"], strict=True)) == pytest.approx(
        {"deepstate": 20.0, "other": 30.0}, rel=1e-3
    )


def test_ground_that_the_source_does_not_draw_is_refused():
    control = control_of(AS_OF, occupied=square(0, 0), contested=None, source="deepstate-daily")
    with pytest.raises(ValueError, match="deepstate-daily does not draw contested ground"):
        tr.distances(control, TOWN, to="contested")


def test_an_unknown_ground_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="to='free' is not one of occupied, contested"):
        tr.distances(MOVING, TOWN, to="free")


# Maps measured together


def alone(control, places, to):
    """Measure each map by itself."""
    days = [tr.distances(one, places, to=to) for _, one in control.groupby("as_of") if (one["status"] == to).any()]
    return pd.concat(days, ignore_index=True)


def assert_as_alone(control, places):
    """Maps measured together are told, to the last bit, as each map by itself, for all that is drawn."""
    for to in sorted(control["status"].unique(), reverse=True):
        by_itself = alone(control, places, to)
        for eagerly in (False, True):
            with pytest.MonkeyPatch.context() as patched:
                if eagerly:  # split runs wherever another edge is the nearest, as for years of maps
                    patched.setattr(nearest_module, "_FEW", 0)
                    patched.setattr(nearest_module, "_LOOSE", 1.0)
                    patched.setattr(nearest_module, "_LOOSE_M", 0.0)
                table = tr.distances(control, places, to=to)
            pd.testing.assert_frame_equal(table, by_itself, check_exact=True)


def places_and_shapes(points, drawn):
    """Make places of points, with the drawn shapes as footprints and as a layer."""
    drawn = [shape for shape in drawn if not shape.is_empty and shape.is_valid]
    named = {f"place {number}": shapely.Point(xy) for number, xy in enumerate(points)}
    named |= {f"drawn {number}": shape.representative_point() for number, shape in enumerate(drawn)}
    method = ["disc"] * len(points) + [["polygon", "layer"][number % 2] for number in range(len(drawn))]
    return places_of(named, edge_method=method, area_km2=0.5, footprint=[None] * len(points) + drawn)


corners = st.tuples(st.integers(-2, 12), st.integers(-2, 12)).map(lambda xy: (xy[0] * 1000.0, xy[1] * 1000.0))
spots = st.lists(st.one_of(seed_points, corners), min_size=1, max_size=12, unique=True)


@given(histories(least=3, most=6), spots, st.lists(shapes, max_size=3), st.sampled_from([1, 1, 25]))
def test_maps_measured_together_are_told_as_each_map_alone(control, points, drawn, times):
    """In a world of ten kilometres, and in one as wide as the front, where changes lie far from each other."""
    control = control.set_geometry(control.scale(times, times, origin=(0, 0)))
    places = places_and_shapes([(x * times, y * times) for x, y in points], drawn)
    assert_as_alone(control, places)


@given(histories(least=2, most=4), spots)
def test_days_agree_with_geos(control, points):
    """Ten kilometres around its centre `WORK_CRS` is true to a millimetre."""
    places = places_of({f"place {number}": shapely.Point(xy) for number, xy in enumerate(points)})
    table = tr.distances(control, places)
    for (day, ground), rows in zip(
        control[control["status"] == "occupied"].set_index("as_of").geometry.items(),
        (rows for _, rows in table.groupby("as_of")),
        strict=True,
    ):
        expected = shapely.distance(ground, places.geometry.to_numpy()) / 1000
        assert rows["centre_km"].to_numpy() == pytest.approx(expected, abs=1e-4, nan_ok=True), day
        assert ((rows["status"] == "occupied") == shapely.intersects(ground, places.geometry.to_numpy())).all()


@given(histories(least=2, most=5), spots, st.lists(shapes, max_size=3))
def test_what_touches_the_ground_follows_the_changed_edges(control, points, drawn):
    grounds = control.geometry[control["status"] == "occupied"].to_numpy()
    asked = np.array([*shapely.points(points), *(shape for shape in drawn if not shape.is_empty)], dtype=object)
    touch = touching(shapes_of(asked), grounds, edge_spans(grounds))
    assert touch.tolist() == shapely.intersects(grounds[:, None], asked).tolist()


def test_of_edges_equally_near_it_is_the_same_whatever_came_before(monkeypatch):
    """On the ellipsoid no two are; here the plane stands in for it."""

    def in_the_plane(ends):
        along = ends[:, 1] - ends[:, 0]
        return np.stack([np.hypot(*along.T) / 1000, np.degrees(np.arctan2(*along.T)) % 360, *ends[:, 1].T], axis=1)

    monkeypatch.setattr(nearest_module, "_on_ellipsoid", in_the_plane)
    corners = [square(x, y) for x in (-2, 1) for y in (-2, 1)]
    town = places_of({"Town": shapely.Point(0, 0)})
    for first in ([], *([one] for one in corners), corners[1:], corners[:3]):
        control = history_of({"2025-01-05": first, "2025-01-06": corners})
        assert_as_alone(control, town)
        assert tr.distances(control, town)["direction"].iloc[-1] == "SW"


def test_a_change_that_is_not_near_enough_does_not_undo_another_that_is():
    """The box around the far triangle's long side holds the place, which itself is nearer to the wall."""
    triangle = shapely.Polygon([(60_000, 60_000), (-20_000, 60_000), (60_000, -20_000)])
    walls = [square(20, -1), square(-100, -100)]
    control = history_of({"2025-01-05": walls, "2025-01-06": [*walls, square(3, 3), triangle]})
    assert_as_alone(control, places_and_shapes([(0, 0)], [square(-1, -1)]))


def test_ground_that_comes_goes_and_swallows():
    """The ground of a day may be none; a place deep inside of what came is in it, and is out of it when it goes."""
    states = {"2025-01-01": [], "2025-01-02": square(-50, -50, 100), "2025-01-03": square(10, 0), "2025-01-04": []}
    places = places_and_shapes([(0, 0), (12_000, 500)], [square(-1, -1), square(10, 0, 2)])
    assert_as_alone(history_of(states), places)
    found = tr.distances(history_of(states), places.iloc[:1])
    assert found["centre_km"].tolist() == pytest.approx([np.nan, 0, 10, np.nan], rel=1e-3, nan_ok=True)
    assert found["status"].tolist() == ["free", "occupied", "free", "free"]


def test_days_without_a_snapshot_and_maps_that_are_not_used_change_nothing():
    states = {f"2025-01-{day:02}T10:00": square(day, 0) for day in (1, 2, 3, 8)} | {"2025-01-02T08:00": square(30, 0)}
    control = history_of(dict(sorted(states.items())))
    asked = ["2025-01-02", "2025-01-05", "2025-01-09"]
    table = tr.distances(control, TOWN, days=asked)
    days = [tr.distances(control, TOWN, days=[day]) for day in asked]
    pd.testing.assert_frame_equal(table, pd.concat(days, ignore_index=True), check_exact=True)


def test_a_map_without_contested_ground_between_two_that_draw_it():
    drawn = [{"contested": square(5, 0)}, {"contested": None, "occupied": square(3, 0)}, {"contested": square(4, 0)}]
    control = history_of(dict(zip(["2025-01-01", "2025-01-02", "2025-01-03"], drawn, strict=True)))
    table = tr.distances(control, TOWN.iloc[:1], to="contested")
    assert table["day"].dt.day.tolist() == [1, 3]
    assert table["centre_km"].tolist() == pytest.approx([5, 4], rel=1e-3)


@pytest.mark.shared
def test_the_real_maps_measured_together(daily_control):
    """41 days of the daily mirror, some of which are drawn anew all over, and every twentieth place."""
    assert_as_alone(daily_control, tr.gazetteer().iloc[::20])


@pytest.mark.shared
def test_both_grounds_of_the_real_exports_measured_together(january):
    everywhere = layer_places(layer([square(x, y, 5) for x in (0, 60) for y in (-90, -20)], name=list("abcd")), "name")
    assert_as_alone(january.iloc[-16:], pd.concat([tr.gazetteer().iloc[::40], everywhere], ignore_index=True))


# One table


def test_long_tables_are_small():
    """Words are numbers, kilometres in single precision: 70 bytes a row."""
    control = history_of({f"2025-01-{day:02}T10:00": square(day, 0) for day in range(1, 31)})
    places = places_of({f"place {number}": shapely.Point(number, 0) for number in range(200)})
    table = check(tr.distances(control, places), DISTANCES)
    assert len(table) == 6000
    assert table.memory_usage(deep=True).sum() / len(table) < 75
    words = "source town to edge_method edge_direction direction status".split()
    assert all(isinstance(table[name].dtype, pd.CategoricalDtype) for name in words)
    assert {str(table[name].dtype) for name in ("edge_km", "centre_km", "bearing_deg")} == {"float32"}


def test_tables_to_both_grounds_together_keep_their_words():
    control = control_of(AS_OF, occupied=square(10, -5, 10), contested=square(-1, -1, 2))
    both = pd.concat([tr.distances(control, TOWN, to=to) for to in ("occupied", "contested")], ignore_index=True)
    assert check(both, DISTANCES)["to"].tolist() == ["occupied"] * 2 + ["contested"] * 2
    assert list(both.dtypes) == list(tr.distances(control, TOWN).dtypes)


# Month by month

MONTHS = history_of(
    {f"2024-{month}-{day}T10:00": square(int(day), int(month)) for month in (10, 11, 12) for day in (5, 25)}
)


def joined(tables):
    return pd.concat(list(tables), ignore_index=True)


@pytest.mark.parametrize("days", [None, ["2024-10-30", "2024-11-01", "2024-11-02", "2025-02-01"]])
def test_months_together_are_the_whole(days):
    months = list(distances_by_month(MONTHS, TOWN, days=days))
    assert len(months) == 3
    pd.testing.assert_frame_equal(joined(months), tr.distances(MONTHS, TOWN, days=days), check_exact=True)


@pytest.mark.parametrize("days", [[], ["2024-01-01"]])
def test_no_days_are_no_months(days):
    assert list(distances_by_month(MONTHS, TOWN, days=days)) == []


def test_each_month_is_a_table_of_its_own():
    months = list(distances_by_month(MONTHS, TOWN, days=pd.date_range("2024-11-10", "2025-01-02")))
    assert [f"{month['day'].min():%Y-%m-%d} {len(month)}" for month in months] == [
        "2024-11-10 42", "2024-12-01 62", "2025-01-01 4",
    ]  # fmt: skip
    assert all(check(month, DISTANCES) is month for month in months)


def test_a_function_is_asked_for_a_month_at_a_time():
    asked = []

    def read(first, last):
        asked.append((f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"))
        held = MONTHS["as_of"][MONTHS["as_of"] <= end_of_day(first)].max()
        return MONTHS[(MONTHS["as_of"] >= held) & (MONTHS["as_of"] <= end_of_day(last))].reset_index(drop=True)

    days = pd.date_range("2024-10-06", "2024-12-02")
    months = distances_by_month(read, TOWN, days=days)
    first = next(months)
    assert asked == [("2024-10-06", "2024-10-31")]
    pd.testing.assert_frame_equal(joined([first, *months]), tr.distances(MONTHS, TOWN, days=days), check_exact=True)
    assert asked[1:] == [("2024-11-01", "2024-11-30"), ("2024-12-01", "2024-12-02")]


def test_sources_month_by_month():
    other = control_of("2024-11-07T10:00Z", occupied=square(-31, 0, 1), source="other", contested=None)
    control = pd.concat([MONTHS, other], ignore_index=True)
    whole = check(tr.distances(control, TOWN), DISTANCES)
    assert whole["source"].tolist() == ["deepstate"] * 12 + ["other"] * 2
    order = {"by": ["source", "day", "geonameid"], "ignore_index": True}
    months = joined(distances_by_month(control, TOWN)).astype({"source": "str"}).sort_values(**order)
    pd.testing.assert_frame_equal(months, whole.astype({"source": "str"}).sort_values(**order), check_exact=True)


def test_what_a_function_cannot_give_is_refused():
    with pytest.raises(ValueError, match="days must be given"):
        next(distances_by_month(lambda first, last: MONTHS, TOWN))
    bare = control_of(AS_OF, occupied=square(0, 0), contested=None, source="deepstate-daily")
    with pytest.raises(ValueError, match="deepstate-daily does not draw contested ground"):
        list(distances_by_month(lambda first, last: bare, TOWN, to="contested", days=["2025-01-07"]))
    with pytest.raises(ValueError, match="to='free' is not one of occupied, contested"):
        list(distances_by_month(lambda first, last: bare, TOWN, to="free", days=["2025-01-07"]))
    with pytest.raises(SchemaError):
        list(distances_by_month(lambda first, last: bare.drop(columns="status"), TOWN, days=["2025-01-07"]))


# Where the nearest ground is

WALL = square(10, -5, 10)
VILLAGES = places_of(
    {
        "Town": shapely.Point(0, 0),
        "Near": shapely.Point(11_000, 0),
        "Former": shapely.Point(10_100, 0),
        "Far": shapely.Point(0, 80_000),
    },
    place=["town", "village", "abandoned", "village"],
    name_uk=["Місто", "Близьке", "Колишнє", ""],
)


def named(table, settlements=VILLAGES):
    table = with_settlements(table, settlements)
    assert table["from_geonameid"].dtype == "Int64"
    columns = ["from_geonameid", "from_settlement", "from_settlement_uk"]
    return [tuple(None if pd.isna(value) else value for value in row) for row in table[columns].to_numpy()]


def test_the_settlement_at_the_nearest_point_is_named_but_no_former_village():
    assert named(measured(WALL, VILLAGES.iloc[:1])) == [(2, "Near", "Близьке")]


def test_the_town_itself_is_left_out_even_where_it_is_the_nearest():
    near = places_of({"Town": shapely.Point(0, 0), "Far": shapely.Point(0, 80_000)})
    assert named(measured(square(1, 0), near), near) == [(2, "Far", ""), (1, "Town", "")]
    assert named(measured(square(1, 0), near.iloc[:1]), near.iloc[:1]) == [(None, None, None)]


def test_in_the_ground_and_without_ground_nothing_comes_from_anywhere():
    assert named(measured(square(-1, -1, 4), VILLAGES.iloc[:1])) == [(None, None, None)]
    assert named(measured((), VILLAGES.iloc[:1])) == [(None, None, None)]
    assert named(measured(WALL, VILLAGES.iloc[:1]), VILLAGES.iloc[:0]) == [(None, None, None)]
    assert named(measured(WALL, VILLAGES.iloc[:0])) == []


@given(st.lists(seed_points, min_size=1, max_size=9, unique=True), st.lists(shapes, min_size=1, max_size=3))
def test_it_is_the_nearest_of_all_others(points, drawn):
    places = places_of({f"place {n}": shapely.Point(*xy) for n, xy in enumerate(points)})
    control = control_of(AS_OF, occupied=drawn)
    table = with_settlements(tr.distances(control, places), places)
    for row in table[table["from_geonameid"].notna()].itertuples():
        at_point = shapely.Point(TO_METRES.transform(row.nearest_lon, row.nearest_lat))
        others = places[places["geonameid"] != row.geonameid].set_index("geonameid").distance(at_point)
        assert others[row.from_geonameid] == pytest.approx(others.min(), abs=1e-3)
    known = (table["centre_km"] > 0) & (len(places) > 1)
    assert table["from_geonameid"].notna().tolist() == known.tolist()


# From any layer


def layer(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=WORK_CRS).to_crs(LONLAT))


def from_layer(ground, shapes, names, **options):
    places = layer_places(layer(shapes, name=names), "name", **options)
    return measured(ground, places).set_index("town")


def test_polygons_lines_and_points_are_measured_by_their_edge():
    drawn = [square(0, 0), shapely.LineString([(-5000, 0), (4000, 4000)]), shapely.Point(7000, 0)]
    table = from_layer(WALL, drawn, ["polygon", "line", "point"])
    assert table["edge_km"].to_dict() == pytest.approx({"polygon": 9.0, "line": 6.0, "point": 3.0}, rel=1e-3)
    assert set(table["edge_method"]) == {"layer"}
    assert table["edge_direction"].tolist() == ["E"] * 3
    assert table[["centre_km", "bearing_deg", "direction"]].isna().all(axis=None)
    assert table["geonameid"].tolist() == [-1, -2, -3]
    nearest = TO_METRES.transform(table["nearest_lon"]["line"], table["nearest_lat"]["line"])
    assert nearest == pytest.approx((10_000, 4000), abs=0.01)


def test_a_layer_in_the_ground_is_at_no_distance_and_has_no_nearest_point():
    row = from_layer(WALL, [shapely.LineString([(0, 0), (12_000, 0)])], ["road"]).iloc[0]
    assert row["edge_km"] == 0
    assert row[["edge_bearing_deg", "nearest_lon", "nearest_lat", "centre_km"]].isna().all()


def test_features_of_one_name_are_one_and_those_without_are_left_out():
    drawn = [square(0, 0), square(5, 0), square(8, 0), None]
    table = from_layer(WALL, drawn, ["west", "west", " ", "none"])
    assert table["edge_km"].to_dict() == pytest.approx({"west": 4.0}, rel=1e-3)
    numbers = layer_places(layer(drawn[:2], name=[7, 8]), "name")
    assert numbers["name"].tolist() == ["7", "8"]


def test_a_box_cuts_exactly_along_meridian_and_parallel():
    """A strip along the 49th parallel: what lies south of it is cut off, and no chord bulges across."""
    lon = np.linspace(30, 40, 400)
    strip = gpd.GeoSeries(
        [shapely.Polygon([*zip(lon, lon * 0 + 50, strict=True), *zip(lon[::-1], lon * 0 + 47, strict=True)])],
        crs=LONLAT,
    )
    places = layer_places(gpd.GeoDataFrame({"name": ["strip"]}, geometry=strip), "name", bbox=(33.0, 49.0, 39.0, 55.0))
    for east in (33.5, 36.0, 38.7):
        lon, lat, _ = GEOD.fwd(east, 49.0, 180, 5000)
        row = measured(point(lon, lat).buffer(1), places).iloc[0]
        assert row["edge_km"] == pytest.approx(4.999, abs=0.002)


def test_a_layer_names_its_columns_its_box_and_where_nothing_is_left():
    features = layer([square(0, 0)], name=["one"], code=[1])
    with pytest.raises(SourceError, match="no column 'title'; it has name, code"):
        layer_places(features, "title")
    with pytest.raises(SourceError, match="no column 'geometry'"):
        layer_places(features, "geometry")
    with pytest.raises(NoDataError, match="nothing with a name inside the box"):
        layer_places(features, "name", bbox=(0, 0, 1, 1))
    with pytest.raises(NoDataError, match="nothing with a name"):
        layer_places(features.iloc[:0], "name")
    for box in ((38, 44, 36, 53), (36, 53, 38, 44), (36, 44, 380, 53), (36, 44, np.nan, 53)):
        with pytest.raises(ValueError, match="is no box"):
            layer_places(features, "name", bbox=box)


def test_a_break_of_coverage_is_kept_beside_the_distances():
    table = tr.distances(MOVING.assign(epoch=[0, 0, 1, 1]), TOWN.iloc[:1])
    assert table["epoch"].tolist() == [0, 1]
