"""The tables: what `check` refuses, what `conform` mends, and the kinds of change."""

from __future__ import annotations

import re
from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from worlds import BOWTIE, square

from tracker.errors import SchemaError
from tracker.tables.check import check, conform, empty
from tracker.tables.constants import KINDS, LONLAT, STATUSES, WORK_CRS, kind_of
from tracker.tables.definitions import TABLES

VALUES = {
    "text": ["one", "two"],
    "word": pd.Categorical(["one", "two"]),
    "instant": pd.to_datetime(["2025-01-06T12:00Z", "2025-01-07T12:00Z"]),
    "day": pd.to_datetime(["2025-01-06", "2025-01-07"]),
    "status": pd.Categorical(["contested", "occupied"], STATUSES, ordered=True),
    "kind": pd.Categorical(["gain", "loss"], KINDS, ordered=True),
    "number": [1.5, 2.5],
    "single": np.float32([1.5, 2.5]),
    "integer": [1, 2],
}
WRONG = {
    "text": [1, 2],
    "word": pd.Categorical([1, 2]),
    "instant": pd.to_datetime(["2025-01-06", "2025-01-07"]),
    "day": ["2025-01-06", "2025-01-07"],
    "status": [1.0, 2.0],
    "kind": ["gain", "loss"],
    "number": ["1.5", "2.5"],
    "single": ["1.5", "2.5"],
    "integer": [1.0, 2.0],
}
SHAPES = {
    "MultiPolygon": [shapely.multipolygons([square(0, 0)]), shapely.MultiPolygon()],
    "Polygon": [square(0, 0), square(1, 0)],
    "MultiLineString": [shapely.MultiLineString([[(0, 0), (1, 1)]]), shapely.MultiLineString()],
    "Point": [shapely.Point(0, 0), shapely.Point(1, 1)],
}
ALL = [pytest.param(table, id=name) for name, table in TABLES.items()]
DRAWN = [pytest.param(table, id=name) for name, table in TABLES.items() if table.geometry]
KEYED = [pytest.param(table, id=name) for name, table in TABLES.items() if table.unique]


def sample_of(table):
    """Make two good rows of a table."""
    columns = {name: VALUES[column.holds] for name, column in table.columns.items()}
    if not table.geometry:
        return pd.DataFrame(columns)
    return gpd.GeoDataFrame(columns, geometry=SHAPES[table.geometry], crs=WORK_CRS)


def problems_of(frame, table):
    with pytest.raises(SchemaError) as caught:
        check(frame, table)
    name, problems = str(caught.value).split(": ", 1)
    assert name == table.name
    return problems.split("; ")


@pytest.mark.parametrize("table", ALL)
def test_good_rows_pass_as_they_are(table):
    frame = sample_of(table)
    assert check(frame, table) is frame


@pytest.mark.parametrize("table", ALL)
def test_an_empty_table_passes(table):
    frame = check(empty(table), table)
    assert len(frame) == 0
    assert list(frame.columns)[: len(table.columns)] == list(table.columns)
    assert not table.geometry or frame.crs == WORK_CRS


@pytest.mark.parametrize("table", ALL)
def test_all_missing_columns_are_told_at_once(table):
    bare = sample_of(table)[["geometry"] if table.geometry else []]
    assert problems_of(bare, table) == [f"column {name} is missing" for name in table.columns]


@pytest.mark.parametrize("table", ALL)
def test_a_column_of_the_wrong_dtype(table):
    for name, column in table.columns.items():
        [problem] = problems_of(sample_of(table).assign(**{name: WRONG[column.holds]}), table)
        assert re.fullmatch(rf"column {name} holds .+, not {column.holds}", problem)


@pytest.mark.parametrize("table", ALL)
def test_a_missing_value_where_none_may_be_and_where_it_may(table):
    for name, column in table.columns.items():
        frame = sample_of(table)
        frame[name] = frame[name].where([True, False])
        if column.optional:
            assert check(frame, table) is frame, name
        else:
            assert f"column {name} has 1 missing values" in problems_of(frame, table)


@pytest.mark.parametrize("table", KEYED)
def test_rows_that_say_the_same_twice(table):
    frame = sample_of(table)
    for name in table.unique:
        frame[name] = frame[name].take([0, 0]).array
    assert problems_of(frame, table) == [f"rows are not unique by {', '.join(table.unique)}"]


@pytest.mark.parametrize("table", KEYED)
def test_rows_that_differ_in_one_key(table):
    for name in table.unique:
        frame = sample_of(table)
        for other in set(table.unique) - {name}:
            frame[other] = frame[other].take([0, 0]).array
        assert check(frame, table) is frame


@pytest.mark.parametrize("table", DRAWN)
@pytest.mark.parametrize(
    ("crs", "said"), [(LONLAT, "its CRS is WGS 84, not WORK_CRS"), (None, "its CRS is not set, not WORK_CRS")]
)
def test_a_wrong_crs(table, crs, said):
    assert problems_of(sample_of(table).set_crs(crs, allow_override=True), table) == [said]


@pytest.mark.parametrize("table", DRAWN)
@pytest.mark.parametrize("shape", [None, shapely.LineString([(0, 0), (1, 1)]), BOWTIE, shapely.GeometryCollection()])
def test_a_wrong_geometry(table, shape):
    """A missing one, one of another type, an invalid one; several problems at once where there are several."""
    frame = sample_of(table)
    frame["geometry"] = gpd.GeoSeries([frame.geometry.iloc[0], shape], crs=WORK_CRS)
    expected = []
    if shape is None:
        expected.append("1 geometries are missing")
    elif shape.geom_type != table.geometry:
        expected.append(f"geometry must be {table.geometry}, 1 are {shape.geom_type}")
    if shape is BOWTIE:
        expected.append("1 geometries are invalid: Self-intersection[500 500]")
    assert problems_of(frame, table) == expected


@pytest.mark.parametrize("table", DRAWN)
def test_a_3d_geometry(table):
    frame = sample_of(table)
    frame["geometry"] = shapely.force_3d(frame.geometry.to_numpy(), 1.0)
    assert any("3-D" in problem for problem in problems_of(frame.set_crs(WORK_CRS), table))


@pytest.mark.parametrize("table", DRAWN)
def test_no_geometry_at_all(table):
    assert problems_of(pd.DataFrame(sample_of(table)).drop(columns="geometry"), table) == ["it has no geometry"]
    assert problems_of(pd.DataFrame(sample_of(table)), table) == ["it has no geometry"]


def test_problems_of_every_sort_come_in_one_error():
    table = TABLES["control"]
    frame = sample_of(table).drop(columns="source").set_crs(None, allow_override=True)
    frame["as_of"] = ["yesterday", "today"]
    frame["geometry"] = [BOWTIE, None]
    assert len(problems_of(frame, table)) == 6


@pytest.mark.parametrize("table", ALL)
def test_conform_is_idempotent(table):
    once = conform(sample_of(table), table)
    twice = conform(once, table)
    assert list(once.dtypes) == list(twice.dtypes)
    pd.testing.assert_frame_equal(pd.DataFrame(once), pd.DataFrame(twice))


@pytest.mark.parametrize("table", ALL)
def test_conform_mends_order_and_index_and_keeps_extra_columns(table):
    """Own columns come first and in order, then the extra ones; the input stays as it was."""
    frame = sample_of(table)
    mixed = frame[list(frame.columns)[::-1]].assign(extra=[1, 2])
    mixed.index = [7, 3]
    mended = conform(mixed, table)
    geometry = ["geometry"] if table.geometry else []
    assert list(mended.columns) == [*table.columns, "extra", *geometry]
    assert mended.index.equals(pd.RangeIndex(2))
    assert list(mixed.index) == [7, 3]


@pytest.mark.parametrize("table", ALL)
def test_conform_casts_plain_values(table):
    """Plain strings and numbers of the right meaning come into the dtypes of an empty table."""
    frame = sample_of(table)
    for name, column in table.columns.items():
        if column.holds in ("status", "kind", "word"):
            frame[name] = frame[name].astype(str)
        if column.holds in ("number", "single"):
            frame[name] = [1, 2]
        if column.holds in ("instant", "day"):
            frame[name] = frame[name].dt.as_unit("ns")
    mended = check(conform(frame, table), table)
    # Of words the categories are those there are: only that they are categories is the same.
    assert [str(mended[name].dtype) for name in table.columns] == [
        str(empty(table)[name].dtype) for name in table.columns
    ]


@pytest.mark.parametrize("table", ALL)
def test_text_may_be_kept_as_a_category_and_numbers_in_another_precision(table):
    frame = sample_of(table)
    for name, column in table.columns.items():
        if column.holds in ("text", "word"):
            frame[name] = frame[name].astype("str" if column.holds == "word" else "category")
        if column.holds in ("number", "single"):
            frame[name] = frame[name].astype("float64" if column.holds == "single" else "float32")
    assert check(frame, table) is frame


@pytest.mark.parametrize("table", ALL)
def test_conform_never_invents_a_column(table):
    for name in table.columns:
        with pytest.raises(SchemaError, match=f"column {name} is missing"):
            conform(sample_of(table).drop(columns=name), table)


@pytest.mark.parametrize(("column", "word"), [("status", "annexed"), ("status", ""), ("status", "Occupied")])
def test_conform_never_blanks_an_unknown_word(column, word):
    frame = sample_of(TABLES["control"])
    frame[column] = ["occupied", word]
    with pytest.raises(SchemaError, match=f"column {column} holds"):
        conform(frame, TABLES["control"])


CHANGES = {
    ("free", "occupied"): "gain",
    ("contested", "occupied"): "gain",
    ("occupied", "free"): "loss",
    ("occupied", "contested"): "loss",
    ("free", "contested"): "contested",
    ("contested", "free"): "cleared",
}


@pytest.mark.parametrize(("before", "after"), list(product(STATUSES, STATUSES)))
def test_kind_of_every_change(before, after):
    if before != after:
        assert kind_of(before, after) == CHANGES[before, after]
        return
    with pytest.raises(ValueError, match=f"{before} → {after} is not a change"):
        kind_of(before, after)


@pytest.mark.parametrize(
    ("before", "after"), [("free", "annexed"), ("", "occupied"), ("Occupied", "free"), (None, None)]
)
def test_kind_of_what_is_no_status(before, after):
    with pytest.raises(ValueError, match="changes are free → occupied"):
        kind_of(before, after)


def test_work_crs_is_equal_area_and_metric():
    assert WORK_CRS.axis_info[0].unit_name == "metre"
    box = gpd.GeoSeries([shapely.segmentize(shapely.box(37.0, 48.0, 37.1, 48.1), 0.001)], crs=LONLAT)
    geodesic_m2 = abs(LONLAT.get_geod().geometry_area_perimeter(box.iloc[0])[0])
    assert box.to_crs(WORK_CRS).area.iloc[0] == pytest.approx(geodesic_m2, rel=1e-6)
    assert np.isfinite(box.to_crs(WORK_CRS).total_bounds).all()
