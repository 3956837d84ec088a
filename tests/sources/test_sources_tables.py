"""VIINA's table on its tessellation, the user's own vector map, options, and the km² that a source itself states."""

from __future__ import annotations

import json
import sqlite3
import warnings
import zipfile

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from exports import BOX, BOX_KM2, collection, feature, polygon, put
from hypothesis import given
from hypothesis import strategies as st
from reading import areas, error_of, facts_of, load_or_refuse
from worlds import area_of

import tracker as tr
from tracker.errors import LabelError, SourceError, UndatedError
from tracker.sources import configured
from tracker.sources.gdal import SUFFIXES
from tracker.sources.reading import read_whole_file
from tracker.tables.days import day_of

SOURCES = tr.list_sources()
HERE, THERE = shapely.box(36.0, 48.0, 36.1, 48.1), shapely.box(37.0, 48.0, 37.1, 48.1)
ONE = pytest.approx(BOX_KM2, abs=0.2)
BOTH = {"occupied": ONE, "contested": ONE}


def drawn(statuses=("occupied", "contested"), shapes=(HERE, THERE), crs=4326, column="status", **columns):
    return gpd.GeoDataFrame({column: list(statuses)} | columns, geometry=list(shapes), crs=crs)


def written(into, form, table=None, stem="map_2025-01-06", **options):
    """Write a table as a file of a form, shapefiles zipped included."""
    path, table = into / f"{stem}{form}", drawn() if table is None else table
    if form == ".parquet":
        table.to_parquet(path)
    elif form in (".zip", ".kmz"):
        inner = written(into, ".shp" if form == ".zip" else ".kml", table, stem)
        endings = (".shp", ".shx", ".dbf", ".prj", ".cpg") if form == ".zip" else (".kml",)
        pieces = [piece for piece in into.glob(f"{stem}.*") if piece.suffix in endings]
        with zipfile.ZipFile(path, "w") as archive:
            for piece in pieces:
                archive.write(piece, piece.name if form == ".zip" else "doc.kml")
                piece.unlink()
        assert not inner.exists()
    else:
        with warnings.catch_warnings(action="ignore"):  # names of KML layers are adjusted
            table.to_file(path, driver={".json": "GeoJSON", ".kml": "KML"}.get(form), **options)
    return path


# The user's own vector map


@pytest.mark.parametrize("crs", [4326, 32636, 3857, "+proj=laea +lat_0=48.5 +lon_0=36 +datum=WGS84 +units=m"], ids=str)
@pytest.mark.parametrize("form", SUFFIXES)
def test_every_form_is_read_in_every_crs(form, crs, tmp_path):
    fixed = form in (".kml", ".kmz") or (form in (".json", ".geojson") and "proj" in str(crs))
    table = drawn() if fixed else drawn().to_crs(crs)  # these forms know degrees, or EPSG codes, only
    control = tr.load("vector", written(tmp_path, form, table))
    assert areas(control) == BOTH
    assert control.to_crs(4326).total_bounds == pytest.approx([36.0, 48.0, 37.1, 48.1], abs=1e-6)


@pytest.mark.parametrize("form", [".gpkg", ".geojson", ".kml", ".fgb", ".parquet"])
def test_depth_is_dropped_and_multipolygons_are_as_good(form, tmp_path):
    shapes = [shapely.force_3d(HERE, 7.0), shapely.force_3d(shapely.MultiPolygon([THERE]), 7.0)]
    path = written(tmp_path, form, drawn(shapes=shapes), **({"promote_to_multi": True} if form == ".fgb" else {}))
    assert areas(tr.load("vector", path)) == BOTH


def test_points_and_lines_are_passed_over_whatever_they_say(tmp_path):
    shapes = [HERE, shapely.Point(36, 48), shapely.LineString([(36, 48), (37, 49)])]
    control = tr.load("vector", written(tmp_path, ".geojson", drawn(["occupied", "brigade", "front"], shapes)))
    assert areas(control) == {"occupied": ONE, "contested": 0.0}


@pytest.mark.parametrize("shape", [None, shapely.Polygon()], ids=["none", "empty"])
@pytest.mark.parametrize("form", [".gpkg", ".geojson", ".parquet"])
def test_lacking_geometries_are_counted(form, shape, tmp_path):
    table = drawn(["occupied", "contested", "contested"], [HERE, shape, shape])
    assert facts_of("vector", written(tmp_path, form, table))["lacking"] == "2 of contested"


def test_all_layers_are_read_and_tables_without_geometry_passed_over(tmp_path):
    path = written(tmp_path, ".gpkg", drawn(["occupied"], [HERE]), layer="red")
    drawn(["contested"], [THERE]).to_file(path, layer="grey")
    drawn().iloc[:0].to_file(path, layer="empty")
    pyogrio.write_dataframe(pd.DataFrame({"status": ["brigade"]}), path, layer="units")
    assert areas(tr.load("vector", path)) == BOTH
    labels = {"red": "contested", "grey": "occupied"}
    turned = tr.load("vector", path, status_column="layer", labels=labels)
    assert turned.to_crs(4326).geometry.iloc[0].bounds[0] == pytest.approx(36.0)
    with pytest.raises(LabelError, match="unknown labels 'grey'"):
        tr.load("vector", path, status_column="layer", labels={"red": "occupied"})


def test_a_layer_without_the_column_is_not_left_out(tmp_path):
    path = written(tmp_path, ".gpkg", drawn(["occupied"], [HERE]), layer="red")
    drawn(["contested"], [THERE], column="state").to_file(path, layer="grey")
    error_of("vector", path, LabelError)


def packed(into, *inside, form=".zip"):
    with zipfile.ZipFile(into / f"map_2025-01-06{form}", "w") as archive:
        for path, name in inside:
            archive.write(path, name)
    return into / f"map_2025-01-06{form}"


def test_an_archive_is_read_whole_in_whatever_folders(tmp_path):
    red = written(tmp_path, ".gpkg", drawn(["occupied"], [HERE]), "red")
    grey = written(tmp_path, ".geojson", drawn(["contested"], [THERE]), "grey")
    inside = [(red, "a/b c/red.gpkg"), (grey, "grey.geojson"), (grey, "__MACOSX/._grey.geojson"), (red, "notes.txt")]
    assert areas(tr.load("vector", packed(tmp_path, *inside))) == BOTH


def test_an_archive_that_holds_no_map_is_refused(tmp_path):
    inner = packed(tmp_path, (written(tmp_path, ".gpkg"), "map.gpkg"))
    inner = inner.rename(tmp_path / "inner.zip")
    assert "the archive holds none" in error_of("vector", packed(tmp_path, (inner, "inner.zip")))


@pytest.mark.parametrize("lost", [".prj", ".cpg", ".dbf", ".shx"])
def test_a_shapefile_may_lack_its_crs_but_not_its_table(lost, tmp_path):
    path = written(tmp_path, ".shp")
    path.with_suffix(lost).unlink()
    if lost in (".prj", ".cpg"):
        assert areas(tr.load("vector", path)) == BOTH
    else:
        error_of("vector", path)
    assert not path.with_suffix(lost).exists()


@pytest.mark.parametrize("form", [".shp", ".geojson", ".parquet"])
def test_metres_without_a_crs_are_no_degrees(form, tmp_path):
    path = written(tmp_path, form, drawn().to_crs(3857).set_crs(None, allow_override=True))
    if form == ".geojson":
        path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != "crs"}))
    assert "its coordinates are not degrees" in error_of("vector", path)


def sqlite(path):
    with sqlite3.connect(path) as database:
        database.execute("create table status (status text)")
    database.close()
    return path


HOSTILE = {
    "no column": (".gpkg", lambda p: drawn(column="state").to_file(p), "no column 'status'; it has state, layer"),
    "no geometry": (".parquet", lambda p: pd.DataFrame({"status": ["occupied"]}).to_parquet(p), "geo metadata"),
    "no layer": (".gpkg", lambda p: pyogrio.write_dataframe(pd.DataFrame({"status": ["x"]}), p), "without features"),
    "an empty layer": (".gpkg", lambda p: drawn().iloc[:0].to_file(p), "without features"),
    "a database": (".gpkg", sqlite, "GeoPackage tables"),
    "points only": (".fgb", lambda p: drawn(["unit"], [shapely.Point(36, 48)]).to_file(p), "draws no"),
    "no archive": (".kmz", lambda p: p.write_bytes(b"x" * 99), "cannot be read"),
    "a picture": (".kmz", lambda p: packed(p.parent, (__file__, "icon.png"), form=".kmz"), "cannot be read"),
    "an answer of ArcGIS": (".json", lambda p: p.write_text('{"error": {"code": 400}}'), "cannot be read"),
    "another file": (".kml", lambda p: p.write_text(
        f"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>{p}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    ), "it only names other files"),
    "an address": (".geojson", lambda p: p.write_text(
        "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/http://127.0.0.1:9/a</SrcDataSource>"
        "</OGRVRTLayer></OGRVRTDataSource>"
    ), "it only names other files"),
    "a command": (".json", lambda p: p.write_text(
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read a ! write streamed_dataset"}'
    ), "it only names other files"),
}  # fmt: skip


@pytest.mark.parametrize("bad", HOSTILE)
def test_a_file_that_is_no_map_is_refused(bad, tmp_path):
    form, write, said = HOSTILE[bad]
    path = tmp_path / f"map_2025-01-06{form}"
    write(path)
    assert said in error_of("vector", path)


@pytest.mark.parametrize("statuses", [["occupied", "annexed"], ["occupied", None], ["Occupied", "occupied"]], ids=str)
@pytest.mark.parametrize("form", [".gpkg", ".geojson", ".parquet"])
def test_an_unknown_status_stops_the_load(form, statuses, tmp_path):
    error_of("vector", written(tmp_path, form, drawn(statuses)), LabelError)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([1, 2], {"1": "occupied", "2": "contested"}),
        ([1, 2], {1: "occupied", 2: "contested"}),
        ([1.0, None], {"1": "occupied", "": "contested"}),
        ([True, False], {"True": "occupied", "False": "contested"}),
        (["червоний", "a\nb"], {"червоний": "occupied", "a\nb": "contested"}),
    ],
    ids=str,
)
def test_labels_are_the_words_of_any_column(values, labels, tmp_path):
    path = written(tmp_path, ".gpkg", drawn(values, column="class"))
    assert areas(tr.load("vector", path, status_column="class", labels=labels)) == BOTH


LABEL_FILES = {
    "labels.csv": "label,status\noccupied,occupied\ncontested,free\n",
    "marked.csv": "\ufefflabel,status,note\noccupied,occupied,red\ncontested,ignore,grey\n",
    "labels.toml": 'occupied = "occupied"\ncontested = "ignore"\n',
    "house.toml": '[labels]\noccupied = "occupied"\ncontested = "free"\n',
}


@pytest.mark.parametrize("name", LABEL_FILES)
def test_labels_may_stand_in_a_file(name, tmp_path):
    labels = put(tmp_path, LABEL_FILES[name].encode(), name)
    control = tr.load("vector", written(tmp_path, ".gpkg"), labels=labels)
    assert list(control["status"]) == ["occupied"]
    assert area_of(control) == ONE


BAD_LABEL_FILES = {
    "no columns.csv": b"word,meaning\noccupied,occupied\n",
    "semicolons.csv": b"label;status\noccupied;occupied\n",
    "empty.csv": b"",
    "twice.csv": b"label,status\noccupied,occupied\noccupied,free\n",
    "open.csv": b'label,status\n"occupied,occupied\n',
    "bytes.csv": b"label,status\n\xff\xfe,occupied\n",
    "no.toml": b"occupied = ",
    "one.toml": b'labels = "occupied"\n',
    "bytes.toml": b"\xff\xfe",
}


@pytest.mark.parametrize("name", BAD_LABEL_FILES)
def test_a_bad_file_of_labels_is_named(name, tmp_path):
    labels = put(tmp_path, BAD_LABEL_FILES[name], name)
    with pytest.raises(SourceError, match=f"{name}: not a file of labels") as caught:
        configured("vector", labels=labels)
    assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(SourceError, match="not a file of labels"):
        configured("vector", labels=tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({"a": "held"}, "labels: held; a status is one of free, contested, occupied, ignore"),
        ({"a": " occupied"}, "a status is one of"),
        ({}, "none is occupied or contested"),
        ({"a": "free", "b": "ignore"}, "none is occupied or contested"),
    ],
    ids=str,
)
def test_labels_must_be_statuses_and_draw_something(labels, said):
    with pytest.raises(ValueError, match=said):
        configured("vector", labels=labels)


def test_labels_say_what_a_map_can_draw(tmp_path):
    path = written(tmp_path, ".gpkg")
    control, facts = read_whole_file(configured("vector", labels={"occupied": "contested", "contested": "free"}), path)
    assert list(control["status"]) == ["contested"]
    assert list(facts["held"]) == [""]


@pytest.mark.parametrize(
    ("as_of", "instant"),
    [
        ("2025-01-05", "2025-01-05T21:59:59Z"),
        ("20250105", "2025-01-05T21:59:59Z"),
        ("2025-07-05", "2025-07-05T20:59:59Z"),
        ("2025-01-05T21:30", "2025-01-05T19:30:00Z"),
        ("2025-01-05T21:30Z", "2025-01-05T21:30:00Z"),
        ("2025-01-05T00:00Z", "2025-01-05T00:00:00Z"),
        ("2025-01-05 21:30+05:00", "2025-01-05T16:30:00Z"),
        (pd.Timestamp("2025-01-05"), "2025-01-05T21:59:59Z"),
        (pd.Timestamp("2025-01-05").date(), "2025-01-05T21:59:59Z"),
        (pd.Timestamp("2025-01-05T12:00", tz="UTC"), "2025-01-05T12:00:00Z"),
    ],
    ids=str,
)
def test_as_of_wins_over_the_name(as_of, instant, tmp_path):
    assert set(tr.load("vector", written(tmp_path, ".gpkg"), as_of=as_of)["as_of"]) == {pd.Timestamp(instant)}


@pytest.mark.parametrize(
    "as_of",
    ["", "now", "today", "2025", "2025-01", "6 January 2025", "2025-02-30", "NaT", "9999-12-31", "1736197748",
     "2025-03-30T03:30", 20250105, 1736197748, 1.5, float("nan"), pd.NaT, ["2025-01-05"]],
    ids=str,
)  # fmt: skip
def test_what_is_no_instant_is_refused(as_of):
    with pytest.raises(ValueError, match="is no instant; write 2025-01-06 or 2025-01-06T21:30"):
        configured("vector", as_of=as_of)


def test_a_map_without_a_date_asks_for_one(tmp_path):
    path = written(tmp_path, ".gpkg", stem="map")
    assert "--as-of" in error_of("vector", path, UndatedError)
    assert areas(tr.load("vector", path, as_of="2025-01-06")) == BOTH


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory):
    """Make the bytes of a good file of each form, a shapefile by its pieces too."""
    into = tmp_path_factory.mktemp("whole")
    files = {form: written(into, form).read_bytes() for form in SUFFIXES}
    shapefile = written(into, ".shp")
    return files | {form: shapefile.with_suffix(form).read_bytes() for form in (".shp", ".shx", ".dbf", ".prj")}


@pytest.mark.parametrize("name", SOURCES)
def test_a_good_file_of_another_form_is_read_or_refused_by_every_source(name, whole_files, tmp_path):
    for suffix in SOURCES[name].suffixes:
        for content in whole_files.values():
            load_or_refuse(name, put(tmp_path, content, f"1736197748_20250106{suffix}"))


@pytest.mark.parametrize("form", [*SUFFIXES, ".shx", ".dbf", ".prj"])
@given(cut=st.floats(0, 1), changed=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255))))
def test_a_damaged_file_is_read_or_refused(scratch, whole_files, form, cut, changed):
    content = bytearray(whole_files[form])
    for where, byte in changed:
        content[int(where * len(content))] = byte
    content = content[: int(cut * len(content))] if not changed else content
    if form in (".shp", ".shx", ".dbf", ".prj"):
        for piece in (".shp", ".shx", ".dbf", ".prj"):
            put(scratch, whole_files[piece], f"map_2025-01-06{piece}")
    put(scratch, bytes(content), f"map_2025-01-06{form}")
    load_or_refuse("vector", scratch / f"map_2025-01-06{form if form in SUFFIXES else '.shp'}")


# VIINA

HEADER = "geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status,vcontrol_version\n"
CELLS = [shapely.box(36.0 + n / 8, 48.0, 36.125 + n / 8, 48.125) for n in range(4)]
CELL_KM2 = 129.4


def cells(into, ids=(1.0, 2.0, 3.0, 4.0), shapes=CELLS, form=".geojson", stem="gn_UA_tess"):
    return written(into, form, drawn(ids, shapes, column="geonameid"), stem)


def row(settlement, date, status):
    return f"{settlement},{date},,,{status},,{status},v2"


ROWS = [
    *[row(n, "20250106", status) for n, status in enumerate(["UA", "RU", "CONTESTED", "RU"], start=1)],
    *[row(n, "20250107", "RU") for n in range(1, 5)],
]


def table(into, rows=ROWS, name="control_latest_2025.csv", header=HEADER):
    return put(into, (header + "\n".join(rows) + "\n").encode(), name)


def by_day(control):
    days = day_of(control["as_of"]).dt.strftime("%m-%d")
    return {day: {s: round(km2 / CELL_KM2, 2) for s, km2 in areas(control[days == day]).items()} for day in set(days)}


AS_ROWS = {"01-06": {"contested": 1.0, "occupied": 2.0}, "01-07": {"contested": 0.0, "occupied": 4.0}}


@pytest.mark.parametrize("form", [".geojson", ".gpkg", ".shp", ".parquet", ".fgb"])
def test_viina_s_votes_are_drawn_on_the_cells_of_every_day(form, tmp_path):
    cells(tmp_path, form=form)
    control = tr.load("viina", table(tmp_path))
    assert by_day(control) == AS_ROWS
    assert set(control["as_of"].dt.strftime("%H:%M:%S")) == {"21:59:59"}
    assert list(control["status"]) == ["contested", "occupied"] * 2


@pytest.mark.parametrize("ids", [(1, 2, 3, 4), (1.0, 2.0, 3.0, 4.0), ("1", "2", "3", "4")], ids=str)
@pytest.mark.parametrize("written_as", ["{}", "{}.0", '"{}"'])
def test_ids_may_be_written_as_numbers_of_any_kind(written_as, ids, tmp_path):
    cells(tmp_path, ids)
    rows = [written_as.format(line[0]) + line[1:] for line in ROWS]
    assert by_day(tr.load("viina", table(tmp_path, rows))) == AS_ROWS


def test_viina_s_table_comes_zipped(tmp_path):
    cells(tmp_path)
    with zipfile.ZipFile(tmp_path / "control_latest_2025.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("control_latest_2025.csv", HEADER + "\n".join(ROWS))
    assert by_day(tr.load("viina", tmp_path / "control_latest_2025.zip")) == AS_ROWS


def test_rows_and_cells_in_any_order_and_cells_that_no_row_names(tmp_path):
    cells(tmp_path, (4, 9, 3, 2, 1), [CELLS[3], THERE, CELLS[2], CELLS[1], CELLS[0]])
    assert by_day(tr.load("viina", table(tmp_path, ROWS[::-1]))) == AS_ROWS


def test_a_settlement_without_a_row_on_a_day_is_not_drawn_then(tmp_path):
    cells(tmp_path)
    assert by_day(tr.load("viina", table(tmp_path, ROWS[:-1])))["01-07"] == {"contested": 0.0, "occupied": 3.0}


def test_of_two_rows_of_a_settlement_and_day_the_last_counts(tmp_path):
    cells(tmp_path)
    control = tr.load("viina", table(tmp_path, [*ROWS, row(1, "20250106", "RU")]))
    assert by_day(control)["01-06"] == {"contested": 1.0, "occupied": 3.0}


def test_several_cells_of_a_settlement_turn_together(tmp_path):
    cells(tmp_path, (1, 1, 2, 3))
    rows = [row(1, "20250106", "RU"), row(2, "20250106", "UA"), row(3, "20250106", "CONTESTED")]
    assert by_day(tr.load("viina", table(tmp_path, rows)))["01-06"] == {"contested": 1.0, "occupied": 2.0}


def test_cells_that_overlap_or_cross_themselves_are_merged_all_the_same(tmp_path):
    """Half of the second cell lies on the first, which is free; half of the third is lost to its bow tie."""
    bowtie = shapely.Polygon([(36.25, 48), (36.375, 48.125), (36.375, 48), (36.25, 48.125)])
    shapes = [CELLS[0], shapely.box(36.0625, 48, 36.1875, 48.125), bowtie, CELLS[3]]
    cells(tmp_path, shapes=shapes)
    control = tr.load("viina", table(tmp_path))
    assert by_day(control) == {
        "01-06": {"contested": 0.5, "occupied": 2.0},
        "01-07": {"contested": 0.0, "occupied": 3.0},
    }


BAD_TABLES = {
    "no column": ([], "geonameid,date,state\n", "not a table of control: no column status"),
    "another table": (["UA0102,20250106,RU"], "kod,date,status\n", "no column geonameid"),
    "semicolons": ([line.replace(",", ";") for line in ROWS], HEADER.replace(",", ";"), "no column geonameid"),
    "no rows": ([], HEADER, "without rows"),
    "unknown status": ([*ROWS, row(1, "20250108", "GREY")], HEADER, "unknown labels 'GREY'"),
    "no status": ([*ROWS, row(1, "20250108", "")], HEADER, "unknown labels ''"),
    "small letters": ([row(1, "20250106", "ru")], HEADER, "unknown labels 'ru'"),
    "no date": ([row(1, "", "RU")], HEADER, "not a table of control"),
    "no such day": ([row(1, "20250230", "RU")], HEADER, "not a table of control"),
    "epoch seconds": ([row(1, "1736197748", "RU")], HEADER, "not a table of control"),
    "the last day": ([row(1, "99991231", "RU")], HEADER, "not a table of control"),
    "no id": ([row("", "20250106", "RU")], HEADER, "not a table of control"),
    "id in letters": ([row("Kyiv", "20250106", "RU")], HEADER, "not a table of control"),
    "half an id": ([row("1.5", "20250106", "RU")], HEADER, "a geonameid is no whole number"),
    "huge id": ([row(10**30, "20250106", "RU")], HEADER, "not a table of control"),
    "no cell": ([*ROWS, row(7, "20250107", "RU"), row(8, "20250107", "UA")], HEADER,
                "2 settlements are not in the tessellation, such as 7, 8"),
    "all free": ([row(1, "20250106", "UA")], HEADER, "draws no occupied or contested ground"),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD_TABLES)
def test_a_bad_table_is_refused(bad, tmp_path):
    rows, header, said = BAD_TABLES[bad]
    cells(tmp_path)
    assert said in error_of("viina", table(tmp_path, rows, header=header))


BAD_CELLS = {
    "no id": ((1, 2, None, 4), CELLS, "needs a geonameid in every row"),
    "letters": (("a", "b", "c", "d"), CELLS, "needs a geonameid in every row"),
    "half": ((1.5, 2, 3, 4), CELLS, "needs a geonameid in every row"),
    "no ground": ((1, 2, 3, 4), [CELLS[0], None, shapely.Point(36, 48), CELLS[3]], "2 settlements are not in"),
}


@pytest.mark.parametrize("bad", BAD_CELLS)
def test_a_bad_tessellation_is_refused(bad, tmp_path):
    ids, shapes, said = BAD_CELLS[bad]
    cells(tmp_path, ids, shapes)
    assert said in error_of("viina", table(tmp_path))


def test_a_tessellation_without_ids_at_all_is_refused(tmp_path):
    written(tmp_path, ".geojson", drawn(), "tess")
    assert "needs a geonameid in every row" in error_of("viina", table(tmp_path))


def test_the_tessellation_lies_beside_the_table_or_is_named(tmp_path):
    assert "--tessellation" in error_of("viina", table(tmp_path))
    one, other = cells(tmp_path), cells(tmp_path, stem="other_tess")
    assert "--tessellation" in error_of("viina", table(tmp_path))
    assert by_day(tr.load("viina", table(tmp_path), tessellation=one)) == AS_ROWS
    other.unlink()
    assert configured("viina").files(table(tmp_path)) == [table(tmp_path), one]
    with pytest.raises(ValueError, match="no such file"):
        configured("viina", tessellation=other)


@pytest.mark.parametrize("damage", ["no archive", "two tables", "none", "cut"])
def test_a_bad_archive_of_a_table_is_refused(damage, tmp_path):
    cells(tmp_path)
    path = tmp_path / "control_latest_2025.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in {"two tables": ["a.csv", "b.csv"], "cut": ["a.csv"]}.get(damage, []):
            archive.writestr(name, HEADER + "\n".join(ROWS))
    content = path.read_bytes()
    path.write_bytes({"no archive": b"PK", "cut": content[: len(content) // 2]}.get(damage, content))
    error_of("viina", path)


FIELDS = st.sampled_from(["1", "2.0", "5", "1e400", "x", "", "20250106", "20250107", "2025-01-06", "RU", "UA", "nan"])
LINES = st.builds(row, st.sampled_from("12345"), st.sampled_from(["20250106", "20250107", "2025"]), st.sampled_from(
    ["UA", "RU", "CONTESTED"])) | st.lists(FIELDS, max_size=9).map(",".join)  # fmt: skip


@given(st.lists(LINES, max_size=8))
def test_any_rows_are_read_or_refused(scratch, lines):
    if not (scratch / "gn_UA_tess.geojson").exists():
        cells(scratch)
    load_or_refuse("viina", table(scratch, lines))


# Options


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("deepstate", {"layers": ["control"]}, "deepstate has no option layers; it has none"),
        ("isw", {"tessellation": "a.gpkg"}, "isw has no option tessellation; it has layers"),
        ("vector", {"layers": 1, "as_of": "2025-01-06"},
         "vector has no option layers; it has status_column, labels, as_of"),
        ("nowhere", {}, "source 'nowhere' is not known"),
        ("viina+control", {}, "viina has no option layers"),
    ],
)  # fmt: skip
def test_an_option_that_a_source_does_not_have_is_refused(name, options, said):
    with pytest.raises(ValueError, match=said):
        configured(name, **options)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_without_options_is_itself(name):
    assert configured(name) is SOURCES[name]


def test_options_of_one_load_do_not_stay(tmp_path):
    path = written(tmp_path, ".gpkg", drawn([1, 2]))
    assert areas(tr.load("vector", path, labels={"1": "occupied", "2": "contested"})) == BOTH
    error_of("vector", path, LabelError)


# DeepState's own km²

OWN = [
    {"hash": "#a52714", "type": "occupied_after_24_02_2022", "area": 100.0},
    {"hash": "#880E4F", "type": "occupied_to_24_02_2022", "area": 7.0},
    {"hash": "#BCAAA4", "type": "unspecified", "area": 20.0},
    {"hash": "#bdbdbd", "type": "other", "area": 3.0},
    {"hash": "#0f9d58", "type": "liberated", "area": 50.0},
]


def own(into, content):
    path = put(into, collection(feature()), "1736197748.geojson")
    if content is not None:
        put(into, content, "1736197748.areas.json")
    return path


def test_deepstate_s_own_km2_are_read_beside_the_export(tmp_path):
    facts = facts_of("deepstate", own(tmp_path, OWN))
    assert facts["own_occupied_since_2022_km2"] == pytest.approx(100.06)
    assert facts["own_contested_km2"] == pytest.approx(23.0138)


@pytest.mark.parametrize("content", [None, [], [OWN[1]]], ids=["no file", "nothing", "neither"])
def test_own_km2_that_are_not_said_are_missing_and_not_zero(content, tmp_path):
    facts = facts_of("deepstate", own(tmp_path, content))
    assert pd.isna(facts["own_occupied_since_2022_km2"])
    assert pd.isna(facts["own_contested_km2"])


@pytest.mark.parametrize(
    "content", [b"", b"{", b"7", b'{"a": 1}', b'[{"hash": "#a52714"}]', b'["a"]', b"[[[[" * 9999], ids=range(7)
)
def test_own_km2_that_cannot_be_read_name_their_file(content, tmp_path):
    path = own(tmp_path, None)
    areas_file = put(tmp_path, content, "1736197748.areas.json")
    with pytest.raises(SourceError, match=r"1736197748\.areas\.json") as caught:
        facts_of("deepstate", path)
    assert len(str(caught.value).splitlines()) == 1
    assert configured("deepstate").files(path) == [path, areas_file]


def test_own_km2_are_no_export(tmp_path):
    own(tmp_path, OWN)
    assert tr.load("deepstate", tmp_path)["as_of"].nunique() == 1


# The format of the real thing


@pytest.mark.shared
def test_viina_s_format_as_it_is_found(shared):
    control = tr.load("viina", shared / "data" / "viina" / "SYNTHETIC_control_sample.csv")
    assert control["as_of"].nunique() == 5
    cells_of = json.loads((shared / "data" / "viina" / "SYNTHETIC_gn_UA_tess_sample.geojson").read_text())["features"]
    rows = pd.read_csv(shared / "data" / "viina" / "SYNTHETIC_control_sample.csv")
    last = rows[(rows["date"] == rows["date"].max()) & (rows["status"] == "RU")]["geonameid"]
    drawn_last = [f["geometry"] for f in cells_of if f["properties"]["geonameid"] in set(last)]
    shapes = gpd.GeoSeries([shapely.geometry.shape(geometry) for geometry in drawn_last], crs=4326)
    occupied = area_of(control[control["as_of"] == control["as_of"].max()])
    assert occupied == pytest.approx(shapes.to_crs(control.crs).area.sum() / 1e6, abs=1e-3)


def test_the_boxes_of_these_tests_are_what_they_seem():
    assert gpd.GeoSeries([HERE], crs=4326).to_crs(tr.WORK_CRS).area.iloc[0] / 1e6 == ONE
    assert polygon()["coordinates"] == [BOX]
