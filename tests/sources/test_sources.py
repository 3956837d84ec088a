"""The sources: one contract for all of them, every way in which a file can be broken, and the real exports."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd
import pytest
from exports import BOWTIE, BOX, BOX_KM2, FURTHER, collection, feature, polygon, put
from hypothesis import given, settings
from hypothesis import strategies as st
from oddities import COLLECTIONS, JSON, ODD_GEOMETRIES
from reading import areas, error_of, load_or_refuse
from worlds import area_of

import tracker as tr
from tracker.errors import LabelError, SourceError, UndatedError
from tracker.tables.constants import STATUSES
from tracker.tables.days import day_of

SOURCES = tr.list_sources()
STEMS = ["1736197748", "deepstatemap_data_20250106", "2025-01-06", "20250106"]


# The contract of every source


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_says_who_it_is(name):
    source = SOURCES[name]
    assert source.name == name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert source.credit.strip()
    assert source.licence.strip()
    assert re.match(r"https?://\S+$", source.terms_url)


@pytest.mark.parametrize("name", SOURCES)
def test_the_labels_of_a_source_mean_a_status_it_draws_or_are_ignored(name):
    source = SOURCES[name]
    assert set(source.labels.values()) <= {*STATUSES, "ignore"}
    assert source.draws
    assert set(source.sometimes) < set(source.draws)
    assert {source.labels[label] for label in source.before_2022} <= {"occupied"}
    assert all(re.fullmatch(r"(\.[a-z0-9]+)+", suffix) for suffix in source.suffixes)


GARBAGE = {
    "empty": b"",
    "blank": b"  \n \n",
    "bytes": bytes(range(256)),
    "half": b'{"type": "FeatureCollection", "features": [{"type": "Fea',
    "null": b"null",
    "number": b"17",
    "list": b"[]",
    "object": b"{}",
    "no features": b'{"type": "FeatureCollection"}',
    "nothing drawn": b'{"type": "FeatureCollection", "features": []}',
    "features of numbers": b'{"type": "FeatureCollection", "features": [1, 2]}',
    "features of null": b'{"type": "FeatureCollection", "features": [null]}',
    "bare features": b'{"type": "FeatureCollection", "features": [{}]}',
    "web page": b"<!doctype html>\n<html><body>429 Too Many Requests</body></html>\n",
    "archive": b"PK\x03\x04" + bytes(60),
    "deep": b"[" * 100_000,
    "deep object": b'{"features":' * 5_000,
    "utf-16": '{"type": "FeatureCollection", "features": []}'.encode("utf-16"),
    "surrogates": b'{"type": "FeatureCollection", "features": [{"properties": {"name": "\\ud800"}}]}',
    "ragged table": b"a,b\n1,2,3,4\n5\n",
    "open quote": b'geonameid,name,lon,lat,since,status\n1,"open,36,48,2025-01-01,occupied\n',
    "header only": b"geonameid,name,name_uk,lon,lat,since,status\n",
    "nul bytes": b"\x00" * 1000,
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_an_error_of_one_line_that_names_the_file(garbage, tmp_path):
    for name, source in SOURCES.items():
        for stem in STEMS:
            for suffix in source.suffixes:
                error_of(name, put(tmp_path, GARBAGE[garbage], f"{stem}{suffix}"))


@pytest.mark.parametrize("name", SOURCES)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(partial(str.encode, errors="replace"))))
def test_any_bytes_are_read_or_refused(scratch, name, content):
    for number, suffix in enumerate(SOURCES[name].suffixes):
        load_or_refuse(name, put(scratch, content, STEMS[number % 2] + suffix))


@pytest.mark.parametrize("name", SOURCES)
@settings(max_examples=max(60, settings().max_examples))
@given(st.one_of(JSON, COLLECTIONS, COLLECTIONS, COLLECTIONS))
def test_any_json_is_read_or_refused(scratch, name, content):
    for stem in STEMS[:2]:
        load_or_refuse(name, put(scratch, content, stem + SOURCES[name].suffixes[0]))


@pytest.mark.parametrize("name", ["deepstate", "deepstate-daily"])
@pytest.mark.parametrize("odd", ODD_GEOMETRIES)
def test_odd_geometries_are_read_or_refused(odd, name, tmp_path):
    properties = {"fill": "#a52714"} if name == "deepstate" else {}
    content = collection({"type": "Feature", "properties": properties, "geometry": ODD_GEOMETRIES[odd]})
    load_or_refuse(name, put(tmp_path, content, "1736197748.geojson" if name == "deepstate" else "20250106.geojson"))


@pytest.mark.parametrize("odd", ["metres", "infinity"])
def test_coordinates_that_are_no_degrees_are_named(odd, tmp_path):
    path = put(tmp_path, collection(feature(geometry=ODD_GEOMETRIES[odd])))
    assert "feature 0: its coordinates are not degrees" in error_of("deepstate", path)


@pytest.mark.parametrize("name", ["deepstate", "deepstate-daily"])
@pytest.mark.parametrize("properties", [[1, 2], ["fill"], "fill", 7, True], ids=str)
def test_properties_that_are_no_object_are_refused(properties, name, tmp_path):
    content = collection({"type": "Feature", "properties": properties, "geometry": polygon()})
    error_of(name, put(tmp_path, content, "1736197748.geojson" if name == "deepstate" else "20250106.geojson"))


# DeepState's raw exports


@pytest.mark.parametrize(
    ("fill", "status"),
    [
        ("#a52714", "occupied"),
        ("#A52714", "occupied"),
        ("#880e4f", "occupied"),
        ("#000000", "occupied"),
        ("#bcaaa4", "contested"),
        ("#bdbdbd", "contested"),
        ("#757575", "contested"),
        ("#0f9d58", None),
        ("#0288d1", None),
        ("#01579b", None),
        ("#0097a7", None),
        ("#ff5252", None),
    ],
)
@pytest.mark.parametrize("name", ["", None, "Багатокутник 21", "Окуповано", "\ud83d\ude00 {{at:25.03}}", "Контенсед\n"])
def test_the_fill_decides(fill, status, name, tmp_path):
    other = "#bcaaa4" if status == "occupied" else "#a52714"
    path = put(tmp_path, collection(feature(fill, name), feature(other, geometry=polygon(FURTHER))))
    expected = {"occupied": 0.0, "contested": 0.0}
    expected[status or "ignored"] = BOX_KM2
    expected["contested" if other == "#bcaaa4" else "occupied"] = BOX_KM2
    assert areas(tr.load("deepstate", path)) == pytest.approx({s: expected[s] for s in STATUSES[1:]}, abs=0.2)


@pytest.mark.parametrize("fill", ["#ce93d8", "#fbc02d", "", None, "red", 7])
def test_an_unknown_fill_stops_the_load(fill, tmp_path):
    message = error_of("deepstate", put(tmp_path, collection(feature(), feature(fill, "Що це?"))), LabelError)
    assert str(fill).lower() in message
    assert "Що це?" in message


@pytest.mark.parametrize(
    ("fill", "key", "fine"),
    [
        ("#a52714", "status.occupied", True),
        ("#bcaaa4", "status.unknown", True),
        ("#0f9d58", "status.dismissed", True),
        ("#880e4f", "territories.crimea", True),
        ("#880e4f", "territories.ordlo", True),
        ("#000000", "territories.tuzla", True),
        ("#ff5252", "territories.karelia", True),
        ("#ff5252", "territories.kuril", True),
        ("#a52714", "status.unknown", False),
        ("#bcaaa4", "status.occupied", False),
        ("#0f9d58", "status.occupied", False),
        ("#880e4f", "status.occupied", False),
        ("#a52714", "territories.crimea", False),
        ("#a52714", "status.annexed", False),
        ("#ff5252", "territories.alaska", False),
        ("#ff5252", "territories.tskhinvali-district", True),
        ("#ff5252", "territories.tskhinvali-annex", False),
        ("#a52714", "status.occupied-maybe", False),
        ("#a52714", "status.оccupied", False),  # the first letter is Cyrillic
    ],
)
def test_a_key_must_be_known_and_agree_with_the_fill(fill, key, fine, tmp_path):
    name = f"Окуповано\u00a0/// Occupied\n/// geoJSON.{key}"
    path = put(tmp_path, collection(feature(geometry=polygon(FURTHER)), feature(fill, name)))
    if fine:
        tr.load("deepstate", path)
    else:
        assert f"geoJSON.{key}" in error_of("deepstate", path, LabelError)


def test_one_error_lists_every_unknown_label(tmp_path):
    features = [feature("#ce93d8"), feature("#fbc02d"), feature(name="/// geoJSON.status.annexed")]
    message = error_of("deepstate", put(tmp_path, collection(*features)), LabelError)
    assert all(word in message for word in ("#ce93d8", "#fbc02d", "geoJSON.status.annexed"))


@pytest.mark.parametrize(
    ("fill", "name"),
    [
        ("#880e4f", "Придністров'я /// Transnistria /// geoJSON.territories.transnistria"),
        ("#880e4f", "Придністров’я"),
        ("#000000", "TRANSNISTRIA"),
        ("#ff5252", "/// geoJSON.territories.transnistria"),
    ],
)
def test_transnistria_is_ignored_by_name(fill, name, tmp_path):
    path = put(tmp_path, collection(feature(fill, name), feature(geometry=polygon(FURTHER))))
    assert areas(tr.load("deepstate", path))["occupied"] == pytest.approx(BOX_KM2, abs=0.2)


@pytest.mark.parametrize("fill", ["#a52714", "#bcaaa4"])
def test_transnistria_in_another_fill_is_not_ignored(fill, tmp_path):
    path = put(tmp_path, collection(feature(fill, "Придністров'я"), feature(geometry=polygon(FURTHER))))
    assert sum(areas(tr.load("deepstate", path)).values()) == pytest.approx(2 * BOX_KM2, abs=0.4)


MIXED = [
    (
        "collection",
        {"type": "GeometryCollection", "geometries": [polygon(), {"type": "Point", "coordinates": [36, 48]}]},
    ),
    ("3-D", polygon([[x, y, 120.0] for x, y in BOX])),
    ("multipolygon", {"type": "MultiPolygon", "coordinates": [[BOX]]}),
    ("other way round", polygon(BOX[::-1])),
]


@pytest.mark.parametrize("geometry", [m[1] for m in MIXED], ids=[m[0] for m in MIXED])
def test_polygons_however_they_are_drawn(geometry, tmp_path):
    control = tr.load("deepstate", put(tmp_path, collection(feature(geometry=geometry))))
    assert areas(control) == pytest.approx({"occupied": BOX_KM2, "contested": 0.0}, abs=0.2)


def test_a_ring_that_crosses_itself_is_repaired(tmp_path):
    control = tr.load("deepstate", put(tmp_path, collection(feature(geometry=polygon(BOWTIE)))))
    assert areas(control)["occupied"] == pytest.approx(BOX_KM2 / 2, abs=0.2)


def test_points_and_lines_are_passed_over_whatever_they_say(tmp_path):
    """Units and arrows have no fill, and names in any words."""
    unit = {"type": "Feature", "properties": {"name": "geoJSON.units.brigade"}, "geometry": None}
    shapes = [{"type": "Point", "coordinates": [36, 48]}, {"type": "LineString", "coordinates": BOX}]
    content = collection(feature(), *(unit | {"geometry": shape} for shape in shapes))
    assert areas(tr.load("deepstate", put(tmp_path, content)))["occupied"] == pytest.approx(BOX_KM2, abs=0.2)


@pytest.mark.parametrize("fill", ["#a52714", "#bcaaa4", "#880e4f"])
def test_control_without_a_geometry_stops_the_load(fill, tmp_path):
    lost = {"type": "Feature", "properties": {"fill": fill}, "geometry": None}
    message = error_of("deepstate", put(tmp_path, collection(feature(geometry=polygon(FURTHER)), lost)))
    assert "feature 1" in message
    assert "has no geometry" in message


@pytest.mark.parametrize("fill", ["#0f9d58", "#ff5252", None])
def test_what_is_no_control_may_lack_a_geometry(fill, tmp_path):
    lost = {"type": "Feature", "properties": {"fill": fill}, "geometry": None}
    assert len(tr.load("deepstate", put(tmp_path, collection(feature(), lost)))) == 2


def test_ground_occupied_before_2022_is_measured_apart(tmp_path):
    path = put(tmp_path, collection(feature(), feature("#880e4f", geometry=polygon(FURTHER))))
    occupied = tr.load("deepstate", path).set_index("status").loc["occupied"]
    assert occupied["occupied_since_2022_km2"] == pytest.approx(BOX_KM2, abs=0.2)
    assert occupied["geometry"].area / 1e6 == pytest.approx(2 * BOX_KM2, abs=0.4)


def test_the_name_of_an_export_is_its_instant(tmp_path):
    control = tr.load("deepstate", put(tmp_path, collection(feature()), "1736197748.geojson"))
    assert set(control["as_of"]) == {pd.Timestamp("2025-01-06T21:09:08Z")}
    assert set(control["source"]) == {"deepstate"}


@pytest.mark.parametrize("name", ["latest.geojson", "20250106.geojson", "17361977.geojson", "917361977480.geojson"])
def test_an_export_without_its_instant_is_undated(name, tmp_path):
    assert "no date" in error_of("deepstate", put(tmp_path, collection(feature()), name), UndatedError)


def test_a_file_that_draws_no_ground_is_refused(tmp_path):
    for content in (collection(), collection(feature("#0f9d58"))):
        assert "draws no occupied or contested ground" in error_of("deepstate", put(tmp_path, content))


# Files and folders


def test_a_folder_is_read_in_order_with_hidden_and_other_files_left_out(tmp_path):
    (tmp_path / "below").mkdir()
    put(tmp_path, collection(feature()), "1736286913.geojson")
    put(tmp_path / "below", collection(feature()), "1736197748.GeoJSON")
    put(tmp_path, b"broken", ".1736372850.geojson")
    put(tmp_path, b"notes", "README.md")
    control = tr.load("deepstate", tmp_path)
    assert control["as_of"].is_monotonic_increasing
    assert control["as_of"].nunique() == 2
    assert control.index.equals(pd.RangeIndex(4))


def test_a_file_given_twice_counts_once(tmp_path):
    path = put(tmp_path, collection(feature()))
    assert len(tr.load("deepstate", [path, str(path), tmp_path])) == 2


def test_of_two_files_of_one_instant_the_later_counts(tmp_path):
    one = put(tmp_path, collection(feature()), "a_1736197748.geojson")
    other = put(tmp_path, collection(feature(), feature(geometry=polygon(FURTHER))), "b_1736197748.geojson")
    assert areas(tr.load("deepstate", [one, other]))["occupied"] == pytest.approx(2 * BOX_KM2, abs=0.4)
    assert areas(tr.load("deepstate", [other, one]))["occupied"] == pytest.approx(BOX_KM2, abs=0.2)


def test_one_error_names_every_bad_file(tmp_path):
    put(tmp_path, collection(feature()), "1736197748.geojson")
    put(tmp_path, b"{", "1736286913.geojson")
    put(tmp_path, collection(feature("#fbc02d")), "1736372850.geojson")
    with pytest.raises(SourceError) as caught:
        tr.load("deepstate", tmp_path)
    assert ["1736286913" in line or "1736372850" in line for line in str(caught.value).splitlines()] == [
        True,
        True,
    ]
    assert caught.value.exit_code == 3


def test_on_error_is_told_of_each_bad_file_and_the_rest_is_read(tmp_path):
    put(tmp_path, collection(feature()), "1736197748.geojson")
    put(tmp_path, b"{", "1736286913.geojson")
    put(tmp_path, collection(), "1736372850.geojson")
    told = []
    control = tr.load("deepstate", tmp_path, on_error=told.append)
    assert control["as_of"].nunique() == 1
    assert [type(error) for error in told] == [SourceError] * 2
    assert tr.load("deepstate", tmp_path / "1736286913.geojson", on_error=told.append).empty


def test_a_folder_without_exports_and_a_path_that_is_not_there(tmp_path):
    with pytest.raises(SourceError, match=r"holds no exports of deepstate \(\*\.geojson or \*\.json\)"):
        tr.load("deepstate", tmp_path)
    with pytest.raises(SourceError, match="no such file or folder"):
        tr.load("deepstate", tmp_path / "missing")


def test_an_unknown_source_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match=r"source 'deepstat' is not known; known are .*deepstate, deepstate-daily"):
        tr.load("deepstat", tmp_path)


# The daily mirror


def daily(ring=BOX, **properties):
    shape = {"type": "MultiPolygon", "coordinates": [[ring]]}
    return collection({"type": "Feature", "properties": properties, "geometry": shape})


@pytest.mark.parametrize(
    ("date", "as_of"),
    [
        ("20250106", "2025-01-05T21:59:59Z"),
        ("20250101", "2024-12-31T21:59:59Z"),
        ("20250330", "2025-03-29T21:59:59Z"),
        ("20250331", "2025-03-30T20:59:59Z"),
        ("20251026", "2025-10-25T20:59:59Z"),
        ("20251027", "2025-10-26T21:59:59Z"),
        ("20240301", "2024-02-29T21:59:59Z"),
    ],
)
def test_the_daily_file_of_a_day_is_the_state_of_the_day_before(date, as_of, tmp_path):
    control = tr.load("deepstate-daily", put(tmp_path, daily(), f"deepstatemap_data_{date}.geojson"))
    assert set(control["as_of"]) == {pd.Timestamp(as_of)}
    day_before = pd.Timestamp(date) - pd.Timedelta(days=1)
    assert day_of(control["as_of"].iloc[0]) == day_before


def test_the_daily_mirror_draws_occupied_ground_only(tmp_path):
    control = tr.load("deepstate-daily", put(tmp_path, daily(), "deepstatemap_data_20250106.geojson"))
    assert list(control["status"]) == ["occupied"]
    assert area_of(control) == pytest.approx(BOX_KM2, abs=0.2)
    assert control["occupied_since_2022_km2"].isna().all()


@pytest.mark.parametrize("date", ["20251332", "20250230", "2025", "19990101", ""])
def test_a_daily_file_without_a_day_is_undated(date, tmp_path):
    error_of("deepstate-daily", put(tmp_path, daily(), f"deepstatemap_data_{date}.geojson"), UndatedError)


def test_a_daily_file_with_properties_is_not_understood(tmp_path):
    path = put(tmp_path, daily(status="contested"), "deepstatemap_data_20250106.geojson")
    assert "status" in error_of("deepstate-daily", path, LabelError)


@pytest.mark.parametrize("geometry", [None, {"type": "Point", "coordinates": [36, 48]}])
def test_a_daily_file_of_no_polygon_is_refused(geometry, tmp_path):
    content = collection({"type": "Feature", "properties": {}, "geometry": geometry})
    error_of("deepstate-daily", put(tmp_path, content, "deepstatemap_data_20250106.geojson"))


# Settlement-level facts

HEADER = "geonameid,name,name_uk,lon,lat,since,status\n"
FACTS = [
    "1,One,Один,36.0,48.0,2025-01-01,occupied",
    "2,Two,Два,36.1,48.0,2025-01-01,free",
    "3,Three,Три,36.0,48.1,2025-01-01,contested",
    "2,Two,Два,36.1,48.0,2025-01-04,occupied",
]


def facts(folder, lines, header=HEADER):
    return put(folder, (header + "\n".join(lines) + "\n").encode(), "facts.csv")


def test_facts_give_a_snapshot_a_day(tmp_path):
    control = tr.load("settlement-facts", facts(tmp_path, FACTS))
    days = sorted({f"{day_of(as_of):%Y-%m-%d}" for as_of in control["as_of"]})
    assert days == ["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04"]
    assert set(control["as_of"].dt.strftime("%H:%M:%S")) == {"21:59:59"}


def test_facts_change_when_they_say(tmp_path):
    ledger = tr.track(tr.load("settlement-facts", facts(tmp_path, FACTS)))
    assert list(ledger["kind"]) == ["gain"]
    assert {f"{day_of(end):%Y-%m-%d}" for end in ledger["end"]} == {"2025-01-04"}


def test_facts_may_carry_a_byte_order_mark_and_come_in_any_order(tmp_path):
    one = tr.load("settlement-facts", facts(tmp_path, FACTS[::-1], header="\ufeff" + HEADER))
    other = tr.load("settlement-facts", facts(tmp_path, FACTS))
    assert one.area.tolist() == pytest.approx(other.area.tolist())


BAD_FACTS = {
    "no column": ([], HEADER.replace("status", "state"), "no column status"),
    "unknown status": ([*FACTS, "1,One,Один,36,48,2025-01-03,annexed"], HEADER, "unknown labels 'annexed'"),
    "no status": ([*FACTS, "1,One,Один,36,48,2025-01-03,"], HEADER, "unknown labels ''"),
    "no date": ([*FACTS, "1,One,Один,36,48,,free"], HEADER, "needs a date"),
    "date of another form": ([*FACTS, "1,One,Один,36,48,03.01.2025,free"], HEADER, "not settlement facts"),
    "no number": ([*FACTS, "x,One,Один,36,48,2025-01-03,free"], HEADER, "not settlement facts"),
    "too few": (FACTS[:2], HEADER, "three settlements"),
    "too many cells": ([*FACTS, "1,2,3,4,5,6,7,8,9,10"], HEADER, "not settlement facts"),
    "coordinates missing": ([*FACTS, "4,Four,Чотири,,,2025-01-03,free"], HEADER, "facts.csv"),
    "coordinates no degrees": (
        [*FACTS, "4,Four,Чотири,4000000,6000000,2025-01-03,free"],
        HEADER,
        "facts.csv",
    ),
    "coordinates infinite": ([*FACTS, "4,Four,Чотири,inf,48,2025-01-03,free"], HEADER, "facts.csv"),
    "two in one place": ([*FACTS, "4,Four,Чотири,36.0,48.0,2025-01-03,free"], HEADER, "facts.csv"),
}


@pytest.mark.parametrize("bad", BAD_FACTS)
def test_bad_facts_are_refused(bad, tmp_path):
    lines, header, said = BAD_FACTS[bad]
    assert said in error_of("settlement-facts", facts(tmp_path, lines, header))


CELLS = st.sampled_from(
    ["1", "2", "3", "4", "36.0", "48.1", "2025-01-01", "2025-01-05", "free", "occupied", "", "x", "-1e9"]
)
ROWS = st.builds(
    "{},N,Н,{},{},{},{}".format,
    st.sampled_from("1234"),
    st.sampled_from(["36", "36.1", "36.2", "37", "-200", "nan", "1e400"]),
    st.sampled_from(["48", "48.1", "48.3", "90", "-90", ""]),
    st.sampled_from(["2025-01-01", "2025-01-03", "2025-02-30", ""]),
    st.sampled_from(["free", "contested", "occupied", "Occupied"]),
)


@given(st.lists(ROWS | st.lists(CELLS, max_size=9).map(",".join), max_size=8))
def test_any_facts_are_read_or_refused(scratch, lines):
    load_or_refuse("settlement-facts", facts(scratch, lines))


# Real exports


@pytest.mark.shared
def test_all_raw_exports_load(shared, raw_control):
    files = list((shared / "data" / "deepstate-raw").glob("*.geojson"))
    assert raw_control["as_of"].nunique() == len(files) == 85
    assert not raw_control.is_empty[raw_control["status"] == "occupied"].any()


@pytest.mark.shared
def test_areas_of_raw_exports_are_deepstate_s_own(shared, raw_control):
    """Its km² are spherical and 0.06 % smaller."""
    own = pd.read_csv(shared / "reference" / "deepstate_own_areas.csv").set_index("update_id").fillna(0.0)
    by_status = raw_control.assign(km2=raw_control.area / 1e6, id=[int(t.timestamp()) for t in raw_control["as_of"]])
    occupied, contested = (by_status[by_status["status"] == s].set_index("id") for s in ("occupied", "contested"))
    off_km2 = (occupied["occupied_since_2022_km2"] - own["occupied_after_2022_km2"] * 1.0006).abs()
    assert off_km2.notna().all()
    assert (off_km2 <= 10).mean() >= 0.98
    drawn = (own["unspecified_km2"] + own["unspecified_in_russia_km2"]) * 1.0006
    assert ((contested["km2"] / drawn - 1).abs() <= 0.01).mean() >= 0.97


@pytest.mark.shared
def test_a_sample_of_the_daily_mirror(daily_control):
    """One snapshot a day, occupied only; the state of a day as the raw exports have it, Tuzla left out."""
    assert daily_control.groupby("as_of").size().eq(1).all()
    assert (daily_control.area / 1e6).between(100_000, 120_000).all()
    assert day_of(daily_control["as_of"]).is_unique


@pytest.mark.shared
def test_the_daily_mirror_agrees_with_the_raw_exports(shared, raw_control):
    """The file of 7 January holds the state of 6 January, give or take an update."""
    path = shared / "data" / "deepstate-daily" / "deepstatemap_data_20250107.geojson"
    mirror = tr.load("deepstate-daily", path)
    raw = tr.at(raw_control, mirror["as_of"].iloc[0])
    assert area_of(mirror) == pytest.approx(area_of(raw) - 4.4, abs=60)
