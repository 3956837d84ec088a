"""Packed shapes: little room, to the last bit, and near enough for who does not unpack them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from worlds import NOTHING, dissolve, histories, square

from tracker.archive.packing import pack, unpack
from tracker.tables.constants import LONLAT, WORK_CRS

LON, LAT = st.integers(-1_800_000_000, 1_800_000_000), st.integers(-900_000_000, 900_000_000)
NEAR_LON, NEAR_LAT = st.integers(300_000_000, 410_000_000), st.integers(440_000_000, 530_000_000)


def in_metres(lonlat):
    """Convert degrees as sources do when they load."""
    return gpd.GeoSeries(shapely.points(lonlat), crs=LONLAT).to_crs(WORK_CRS).to_numpy()


def bits(shapes):
    return shapely.to_wkb(np.asarray(shapes, dtype=object)).tolist()


def assert_comes_back(shapes):
    degrees, metres, counts = pack(shapes)
    assert bits(unpack(degrees, metres)) == bits(shapes)
    assert counts.sum() == len(metres)
    return degrees, metres, counts


@given(st.lists(st.tuples(NEAR_LON, NEAR_LAT), min_size=1, max_size=30))
def test_degrees_of_seven_decimals_need_no_metres(corners):
    lonlat = np.array(corners) / 1e7
    degrees, metres, _ = assert_comes_back(in_metres(lonlat))
    assert len(metres) == 0
    steps = shapely.get_coordinates(degrees) * 2**24
    assert (steps == np.rint(steps)).all(), "31 bits say it all"
    assert np.abs(shapely.get_coordinates(degrees) - lonlat).max() <= 2**-25


@given(st.lists(st.tuples(LON, LAT), min_size=1, max_size=30), st.integers(0, 7))
def test_coarser_decimals_anywhere_on_earth_come_back(corners, decimals):
    lonlat = np.array(corners) / 1e7
    assert_comes_back(in_metres(np.round(lonlat * 0.98, decimals)))


@given(histories())
def test_shapes_that_were_never_degrees_come_back(control):
    assert_comes_back(control.geometry.to_numpy())


@given(st.lists(st.tuples(NEAR_LON, NEAR_LAT), min_size=6, max_size=12, unique=True))
def test_a_union_keeps_its_own_corners_in_metres_and_all_others_in_degrees(corners):
    """Two polygons that cross meet in corners that nobody drew."""
    points = shapely.get_coordinates(in_metres(np.array(corners) / 1e7))
    drawn = [shapely.Polygon(points[:3]), shapely.Polygon(points[3:6])]
    both = gpd.GeoDataFrame({"status": ["occupied", "contested"]}, geometry=drawn, crs=WORK_CRS)
    shapes = dissolve(both, source="s", as_of="2025-01-01T00:00Z").geometry.to_numpy()
    _, metres, _ = assert_comes_back(shapes)
    known = {tuple(point) for point in points}
    made = {tuple(point) for point in shapely.get_coordinates(shapes)} - known
    assert {tuple(point) for point in metres} == made


def test_each_shape_is_told_how_many_corners_it_has_beside_the_grid():
    given = in_metres([[37.5461283, 48.1], [37.0, 48.0]])
    shapes = np.array([NOTHING, given[0], square(0.1, 0.2, 0.3), given[1]], dtype=object)
    _, metres, counts = assert_comes_back(shapes)
    assert counts.tolist() == [0, 0, 5, 0]
    assert metres.tolist() == shapely.get_coordinates(shapes[2]).tolist()


def test_no_shapes_come_back_as_none():
    assert_comes_back(np.array([], dtype=object))
    assert_comes_back(np.array([NOTHING, NOTHING], dtype=object))


def test_metres_that_are_not_those_of_the_shapes_are_refused():
    degrees, metres, _ = pack(np.array([square(0.1, 0.2, 0.3)], dtype=object))
    with pytest.raises(ValueError, match="5 corners lie beside the grid, and 4 are given"):
        unpack(degrees, metres[:-1])


def test_packing_changes_none_of_the_shapes_given():
    shapes = np.array([square(0.1, 0.2, 0.3)], dtype=object)
    before = bits(shapes)
    degrees, metres, _ = pack(shapes)
    packed = bits(degrees)
    unpack(degrees, metres)
    assert (bits(shapes), bits(degrees)) == (before, packed)


@pytest.mark.shared
def test_most_corners_of_real_maps_are_degrees_and_all_come_back(raw_control, whole_mirror):
    for control, most_beside in ((raw_control, 0.1), (whole_mirror, 0.005)):
        shapes = control.geometry.to_numpy()
        _, metres, _ = assert_comes_back(shapes)
        assert len(metres) < most_beside * shapely.get_num_coordinates(shapes).sum()
