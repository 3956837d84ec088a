"""From drawn polygons to control rows, and which snapshot holds when."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from worlds import BOWTIE, area_of, control_of, dissolve, drawn, history_of, square, triangle

import tracker as tr
from tracker.ground.crs import to_work_crs
from tracker.ground.union import polygons_of
from tracker.tables.check import check
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.days import day_of, end_of_day
from tracker.tables.definitions import CONTROL

AS_OF = pd.Timestamp("2025-01-06T20:00Z")

# Kyiv is two hours ahead of UTC in winter, three in summer; days of 23 and of 25 hours lie between.
DAYS = [
    ("2025-01-06T21:59:59Z", "2025-01-06"),
    ("2025-01-06T22:00:00Z", "2025-01-07"),
    ("2025-03-29T21:59:59Z", "2025-03-29"),
    ("2025-03-29T22:00:00Z", "2025-03-30"),
    ("2025-03-30T20:59:59Z", "2025-03-30"),
    ("2025-03-30T21:00:00Z", "2025-03-31"),
    ("2025-07-01T20:59:59Z", "2025-07-01"),
    ("2025-07-01T21:00:00Z", "2025-07-02"),
    ("2025-10-25T20:59:59Z", "2025-10-25"),
    ("2025-10-25T21:00:00Z", "2025-10-26"),
    ("2025-10-26T21:59:59Z", "2025-10-26"),
    ("2025-10-26T22:00:00Z", "2025-10-27"),
    ("2024-12-31T22:00:00Z", "2025-01-01"),
]
ENDS = [
    ("2025-01-06", "2025-01-06T21:59:59Z"),
    ("2025-03-29", "2025-03-29T21:59:59Z"),
    ("2025-03-30", "2025-03-30T20:59:59Z"),
    ("2025-10-25", "2025-10-25T20:59:59Z"),
    ("2025-10-26", "2025-10-26T21:59:59Z"),
    ("2024-12-31", "2024-12-31T21:59:59Z"),
]


@pytest.mark.parametrize(("instant", "day"), DAYS)
def test_day_of_an_instant(instant, day):
    assert day_of(pd.Timestamp(instant)) == pd.Timestamp(day)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_day_of_a_series_is_day_of_each(unit):
    instants = pd.Series(pd.to_datetime([instant for instant, _ in DAYS])).dt.as_unit(unit)
    assert day_of(instants).tolist() == [pd.Timestamp(day) for _, day in DAYS]
    assert day_of(instants).dtype == "datetime64[us]"


def test_day_of_no_instants():
    assert day_of(pd.Series(dtype="datetime64[us, UTC]")).empty


@pytest.mark.parametrize(("day", "end"), ENDS)
def test_end_of_day(day, end):
    assert end_of_day(day) == pd.Timestamp(end)
    assert end_of_day(pd.Timestamp(day)) == end_of_day(pd.Timestamp(day).date()) == pd.Timestamp(end)


def test_every_day_ends_a_second_before_the_next():
    for day in pd.date_range("2022-02-24", "2026-12-31", freq="D"):
        assert day_of(end_of_day(day)) == day
        assert day_of(end_of_day(day) + pd.Timedelta(seconds=1)) == day + pd.Timedelta(days=1)


def test_the_state_of_a_day_is_its_last_snapshot():
    """Several a day, one at midnight, and a day of two sources."""
    instants = ["2025-01-06T06:00", "2025-01-06T21:59:59", "2025-01-06T22:00", "2025-01-08T05:00"]
    one = history_of({instant: square(n, 0) for n, instant in enumerate(instants)}, source="one")
    two = history_of({"2025-01-06T07:00": {"contested": None}}, source="two")
    kept = tr.last_of_day(pd.concat([one, two], ignore_index=True).sample(frac=1, random_state=3))
    said = {(row.source, f"{row.as_of:%Y-%m-%dT%H:%M}") for row in kept.itertuples()}
    assert said == {
        ("one", "2025-01-06T21:59"),
        ("one", "2025-01-06T22:00"),
        ("one", "2025-01-08T05:00"),
        ("two", "2025-01-06T07:00"),
    }
    assert kept.index.equals(pd.RangeIndex(7))
    assert len(tr.last_of_day(kept)) == len(kept)


def test_last_of_day_of_nothing():
    assert tr.last_of_day(control_of(AS_OF).iloc[:0]).empty


@pytest.mark.parametrize(
    ("instant", "held"),
    [
        ("2025-01-05T23:59:59Z", None),
        ("2025-01-06T00:00Z", "2025-01-06"),
        ("2025-01-06T23:59:59Z", "2025-01-06"),
        ("2025-01-08T00:00Z", "2025-01-08"),
        ("2035-01-01T00:00Z", "2025-01-08"),
    ],
)
def test_at_takes_the_last_snapshot_up_to_then(instant, held):
    control = history_of({"2025-01-06": square(0, 0), "2025-01-08": square(1, 0)})
    found = check(tr.at(control, pd.Timestamp(instant)), CONTROL)
    assert {f"{as_of:%Y-%m-%d}" for as_of in found["as_of"]} == ({held} if held else set())
    assert len(found) == (2 if held else 0)


def test_at_gives_each_source_its_own():
    early = control_of("2025-01-01", source="early")
    late = control_of("2025-01-09", source="late")
    both = pd.concat([early, late], ignore_index=True)
    assert set(tr.at(both, pd.Timestamp("2025-01-08T00:00Z"))["source"]) == {"early"}
    assert set(tr.at(both, pd.Timestamp("2025-01-09T00:00Z"))["source"]) == {"early", "late"}


def areas_of(polygons, **options):
    control = check(dissolve(polygons, source="deepstate", as_of=AS_OF, **options), CONTROL)
    return dict(zip(control["status"].astype(str), (control.area / 1e6).round(9), strict=True))


COLLECTION = shapely.GeometryCollection([square(0, 0), shapely.Point(5, 5), shapely.LineString([(0, 0), (9, 9)])])
MATRIX = [
    ("apart", {"occupied": [square(0, 0)], "contested": [square(5, 0)]}, 1, 1),
    (
        "one over the other: occupied wins",
        {"occupied": [square(0, 0, 2)], "contested": [square(1, 0, 2)]},
        4,
        2,
    ),
    ("contested within occupied", {"occupied": [square(0, 0, 3)], "contested": [square(1, 1)]}, 9, 0),
    ("occupied within contested", {"occupied": [square(1, 1)], "contested": [square(0, 0, 3)]}, 1, 8),
    ("drawn twice", {"occupied": [square(0, 0), square(0, 0)]}, 1, 0),
    ("side by side", {"occupied": [square(0, 0), square(1, 0)]}, 2, 0),
    ("touching at a corner", {"occupied": [square(0, 0), square(1, 1)]}, 2, 0),
    ("nothing drawn", {}, 0, 0),
    ("only contested", {"contested": [triangle(0, 0)]}, 0, 0.5),
    ("a ring that crosses itself", {"occupied": [BOWTIE]}, 0.5, 0),
    ("a hole", {"occupied": [shapely.difference(square(0, 0, 3), square(1, 1))]}, 8, 0),
    ("several parts", {"occupied": [shapely.multipolygons([square(0, 0), square(2, 0)])]}, 2, 0),
    ("a collection", {"occupied": [COLLECTION]}, 1, 0),
    (
        "a collection in a collection",
        {"occupied": [shapely.GeometryCollection([COLLECTION, square(3, 0)])]},
        2,
        0,
    ),
    ("3-D", {"occupied": [shapely.force_3d(square(0, 0), 7.0)]}, 1, 0),
    ("points and lines", {"occupied": [shapely.Point(0, 0), shapely.LineString([(0, 0), (9, 9)])]}, 0, 0),
    (
        "empties",
        {"occupied": [shapely.Polygon(), shapely.MultiPolygon(), shapely.GeometryCollection()]},
        0,
        0,
    ),
    ("missing", {"occupied": [None, square(0, 0)], "contested": [None]}, 1, 0),
    (
        "a spike",
        {"occupied": [shapely.Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 5000)])]},
        1,
        0,
    ),
]


@pytest.mark.parametrize(
    ("shapes", "occupied_km2", "contested_km2"), [m[1:] for m in MATRIX], ids=[m[0] for m in MATRIX]
)
def test_dissolve(shapes, occupied_km2, contested_km2):
    assert areas_of(drawn(**shapes)) == pytest.approx({"occupied": occupied_km2, "contested": contested_km2})


def test_a_status_that_was_not_drawn_has_an_empty_row():
    control = control_of(AS_OF, occupied=square(0, 0))
    assert list(control["status"]) == ["contested", "occupied"]
    assert list(control.is_empty) == [True, False]
    assert set(control.geom_type) == {"MultiPolygon"}


def test_a_source_that_draws_occupied_ground_only_has_no_contested_row():
    polygons = drawn(occupied=square(0, 0), contested=square(5, 0))
    assert areas_of(polygons, draws=("occupied",)) == {"occupied": 1.0}


def test_the_statuses_of_a_snapshot_are_disjoint():
    control = control_of(AS_OF, occupied=[square(0, 0, 3), BOWTIE], contested=[square(2, 2, 3), triangle(0, 0, 9)])
    contested, occupied = control.sort_values("status").geometry
    assert shapely.intersection(contested, occupied).area == pytest.approx(0, abs=1e-6)
    whole = shapely.union_all([square(0, 0, 3), square(2, 2, 3), triangle(0, 0, 9)])
    assert contested.area + occupied.area == pytest.approx(whole.area)


BEFORE_2022 = [
    ("apart", [(square(0, 0, 2), True), (square(5, 0), False)], 1),
    ("all before", [(square(0, 0, 2), True)], 0),
    ("all since", [(square(0, 0, 2), False)], 4),
    ("since, drawn twice", [(square(0, 0), False), (square(0, 0), False)], 1),
    ("nothing", [], 0),
]


@pytest.mark.parametrize(("rows", "since_km2"), [m[1:] for m in BEFORE_2022], ids=[m[0] for m in BEFORE_2022])
def test_area_occupied_since_2022(rows, since_km2):
    polygons = drawn(occupied=[shape for shape, _ in rows])
    polygons["before_2022"] = pd.Series([before for _, before in rows], dtype=bool)
    control = dissolve(polygons, source="deepstate", as_of=AS_OF)
    by_status = control.set_index(control["status"].astype(str))["occupied_since_2022_km2"]
    assert by_status["occupied"] == pytest.approx(since_km2)
    assert pd.isna(by_status["contested"])


def test_area_since_2022_is_missing_where_the_source_does_not_say():
    assert control_of(AS_OF, occupied=square(0, 0))["occupied_since_2022_km2"].isna().all()


def test_contested_ground_does_not_count_as_occupied_since_2022():
    polygons = drawn(occupied=square(0, 0), contested=square(5, 0)).assign(before_2022=False)
    control = dissolve(polygons, source="deepstate", as_of=AS_OF)
    assert control["occupied_since_2022_km2"].max() == pytest.approx(1.0)


@pytest.mark.parametrize("shape", [None, shapely.Point(0, 0), shapely.LineString(), shapely.GeometryCollection()])
def test_polygons_of_what_holds_none(shape):
    assert polygons_of(shape).tolist() == []
    assert polygons_of([shape, shape]).tolist() == []


def test_polygons_of_a_repaired_ring_keep_every_corner():
    """The two triangles of a bow-tie: no corner moved, the crossing point added."""
    parts = polygons_of(BOWTIE)
    corners = {tuple(corner) for corner in shapely.get_coordinates(parts)}
    assert len(parts) == 2
    assert corners == {(0, 0), (1000, 1000), (1000, 0), (0, 1000), (500, 500)}


@pytest.mark.parametrize("crs", [LONLAT, None])
def test_to_work_crs_takes_degrees_and_drops_heights(crs):
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(36, 48.5, 120.0)], crs=crs)
    converted = to_work_crs(frame)
    assert converted.crs == WORK_CRS
    assert not converted.has_z.any()
    assert shapely.get_coordinates(converted.geometry.to_numpy())[0] == pytest.approx([0, 0], abs=1e-6)


@pytest.mark.shared
def test_all_real_snapshots_are_disjoint_and_valid(raw_control):
    check(raw_control, CONTROL)
    for _, one in raw_control.groupby("as_of"):
        contested, occupied = one.sort_values("status").geometry
        assert shapely.intersection(contested, occupied).area <= 1.0
    assert area_of(tr.at(raw_control, AS_OF)) == pytest.approx(111_500, rel=0.02)
