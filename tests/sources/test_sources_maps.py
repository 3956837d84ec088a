"""The maps drawn by others: UAControlMap, Liveuamap by way of NZZ, and ISW."""

from __future__ import annotations

import json
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from exports import BOWTIE, BOX, BOX_KM2, FURTHER, collection, polygon, put
from hypothesis import given
from hypothesis import strategies as st
from oddities import COLLECTIONS, COORDINATES, JSON
from pyproj import Geod, Transformer
from reading import areas, error_of, facts_of, load_or_refuse
from worlds import area_of

import tracker as tr
from tracker.errors import LabelError, UndatedError
from tracker.sources import configured, source_named
from tracker.sources.reading import read_whole_file
from tracker.tables.constants import WORK_CRS
from tracker.tables.days import day_of

FAR = [[x + 2, y] for x, y in BOX]
ONE = pytest.approx(BOX_KM2, abs=0.2)
TWO = pytest.approx(2 * BOX_KM2, abs=0.3)


# UAControlMap


def turned(ring):
    """Write a ring as [lat, lon]."""
    return [[y, x] for x, y in ring]


def owl(folder, name="20250106.json", **kinds):
    return put(folder, {"areas": [], "areas_ua": [], "frontline": [], "geos": {}, "units": {}} | kinds, name)


def test_rings_are_latitude_first(tmp_path):
    control = tr.load("uacontrolmap", owl(tmp_path, areas=[turned(BOX)]))
    assert control.to_crs(4326).total_bounds == pytest.approx([36.0, 48.0, 36.1, 48.1])
    assert areas(control)["occupied"] == ONE


@pytest.mark.parametrize("ring", [BOX[:-1], [[*point, 7.0] for point in BOX], BOX[::-1]], ids=["open", "3-D", "turned"])
def test_a_ring_may_be_open_or_deep_or_turn_the_other_way(ring, tmp_path):
    rings = [[[y, x, *rest] for x, y, *rest in ring]]
    assert areas(tr.load("uacontrolmap", owl(tmp_path, areas=rings)))["occupied"] == ONE


def test_only_areas_are_occupied_ground(tmp_path):
    path = owl(tmp_path, areas=[turned(BOX)], areas_ua=[turned(FURTHER)], frontline=[turned(FAR)], units={"a": [BOX]})
    control = tr.load("uacontrolmap", path)
    assert list(control["status"]) == ["occupied"]
    assert areas(control)["occupied"] == ONE


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("20250106.json", "2025-01-06"),
        ("2025-01-06.json", "2025-01-06"),
        ("230303_0349.kmz", "2023-03-03"),
        ("RECONSTRUCTED_230303.json", "2023-03-03"),
        ("240229.json", "2024-02-29"),
        ("20251306.json", None),
        ("250230.json", None),
        ("1230303.json", None),
        ("latest.json", None),
    ],
)
def test_the_name_says_the_day(name, day, tmp_path):
    path = owl(tmp_path, name, areas=[turned(BOX)])
    if day is None:
        assert "no date" in error_of("uacontrolmap", path, UndatedError)
    else:
        assert f"{day_of(pd.Timestamp(configured('uacontrolmap').as_of(path))):%Y-%m-%d}" == day


BAD_OWL = {
    "unknown kind": ({"areas": [], "areas_grey": [], "a\nb": 1}, "unknown labels 'a\\nb', 'areas_grey'"),
    "base data": ({"date": "250106", "dates": [], "fortifications": []}, "base data, not a map"),
    "no areas": ({"frontline": []}, "no map: no areas"),
    "areas of null": ({"areas": None}, "areas: not a list of rings"),
    "other areas of null": ({"areas": [], "areas_ua": None}, "areas_ua: not a list of rings"),
    "a ring of numbers": ({"areas": [[1, 2, 3]]}, "ring 0 of areas: not a list of [lat, lon]"),
    "a ring of strings": ({"areas": [["12", "34", "56", "78"]]}, "ring 0 of areas: not a list of [lat, lon]"),
    "numbers in strings": ({"areas": [[["48", "36"], ["48", "37"], ["49", "36"]]]}, "not a list of [lat, lon]"),
    "a ring too deep": ({"areas": [[turned(BOX)]]}, "ring 0 of areas: not a list of [lat, lon]"),
    "two points": ({"areas": [turned(BOX), turned(BOX[:2])]}, "ring 1 of areas: its geometry cannot be read"),
    "not a number": ({"areas": [[[48, 36], [float("nan"), 37], [49, 36]]]}, "its coordinates are not degrees"),
    "huge": ({"areas": [[[48, 36], [10**400, 37], [49, 36]]]}, "not a list of [lat, lon]"),
    "longitude first, east of 90": ({"areas": [[[100, 48], [101, 48], [100, 49]]]}, "not degrees (48, 100)"),
    "an empty day": ({"areas": [], "areas_ua": []}, "draws no occupied or contested ground"),
}


@pytest.mark.parametrize("bad", BAD_OWL)
def test_a_day_of_another_form_is_refused(bad, tmp_path):
    content, said = BAD_OWL[bad]
    assert said in error_of("uacontrolmap", put(tmp_path, content, "20250106.json"))


def test_base_data_in_a_folder_of_days_is_passed_over(tmp_path):
    owl(tmp_path, areas=[turned(BOX)])
    put(tmp_path, {"dates": []}, "base.json")
    assert areas(tr.load("uacontrolmap", tmp_path))["occupied"] == ONE


RINGS = st.lists(st.lists(st.tuples(st.floats(), st.floats()) | COORDINATES, max_size=6), max_size=3)


@given(st.fixed_dictionaries({"areas": RINGS | JSON}, optional={"areas_ua": RINGS | JSON, "units": JSON}))
def test_any_rings_are_read_or_refused(scratch, content):
    load_or_refuse("uacontrolmap", put(scratch, content, "20250106.json"))


def folder(name, *placemarks):
    return f"<Folder><name>{name}</name>{''.join(placemarks)}</Folder>"


def placemark(name, ring=BOX, geometry=None):
    corners = " ".join(f"{x},{y},0" for x, y in ring)
    drawn = f"<outerBoundaryIs><LinearRing><coordinates>{corners}</coordinates></LinearRing></outerBoundaryIs>"
    title = "" if name is None else f"<name>{name}</name>"
    return f"<Placemark>{title}{geometry or f'<Polygon>{drawn}</Polygon>'}</Placemark>"


UNIT = placemark("1st Brigade [Z]", geometry="<Point><coordinates>36,48,0</coordinates></Point>")
UNITS = folder("Russian Unit Positions", UNIT, placemark("[23/03/03] Ru Position", FURTHER), placemark("X [Z]", FAR))
LINE = placemark("Frontline", geometry="<LineString><coordinates>36,48 37,49</coordinates></LineString>")


def kml(into, *folders, name="230303_0000.kml", doctype=""):
    """Write a map as Google My Maps backs it up; as KMZ with an icon beside it."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    text = f"{head}<name>Ukraine Control Map</name>{''.join(folders)}</Document></kml>"
    if name.endswith(".kml"):
        return put(into, text.encode(), name)
    with zipfile.ZipFile(into / name, "w") as archive:
        archive.writestr("doc.kml", text)
        archive.writestr("images/icon-1.png", b"\x89PNG")
    return into / name


both_forms = pytest.mark.parametrize("name", ["230303_0000.kml", "230303_0000.kmz"])


@both_forms
def test_the_kml_is_read_by_the_names_of_its_areas_and_nothing_of_units(name, tmp_path):
    own = folder("Important Areas", placemark("Luhansk Axis \n [Z]"), placemark("Kursk Axis [U]", FAR), UNIT)
    control = tr.load("uacontrolmap", kml(tmp_path, UNITS, folder("Frontline", LINE), own, name=name))
    assert list(control["status"]) == ["occupied"]
    assert areas(control)["occupied"] == ONE


@pytest.mark.parametrize("area", ["Donetsk Axis [Z]", "Donetsk Axis  [z] ", "Crimea", "Pre-War Crimea"])
def test_occupied_areas_end_in_z_or_are_crimea(area, tmp_path):
    control = tr.load("uacontrolmap", kml(tmp_path, folder("Important Areas", placemark(area))))
    assert areas(control)["occupied"] == ONE


@pytest.mark.parametrize("area", ["Sumy Axis [U]", "Ukrainian Counterattack", "Kursk Incursion", "Transnistria"])
def test_other_areas_of_known_names_are_not_occupied(area, tmp_path):
    own = folder("Important Areas", placemark("Crimea"), placemark(area, FAR))
    assert areas(tr.load("uacontrolmap", kml(tmp_path, own)))["occupied"] == ONE


@both_forms
def test_areas_of_unknown_names_are_all_listed(name, tmp_path):
    areas_drawn = [placemark(area) for area in ("Crimea", "Grey Zone", "Crimean Bridge", None)]
    path = kml(tmp_path, folder("Important Areas", *areas_drawn), name=name)
    assert "unknown labels '', 'Crimean Bridge', 'Grey Zone'" in error_of("uacontrolmap", path, LabelError)


def test_two_folders_of_one_name_are_both_read(tmp_path):
    folders = [folder("Important Areas", placemark("Crimea", ring)) for ring in (BOX, FURTHER)]
    assert areas(tr.load("uacontrolmap", kml(tmp_path, *folders)))["occupied"] == TWO


@both_forms
@pytest.mark.parametrize("lost", [" ", "<Polygon><outerBoundaryIs/></Polygon>"], ids=["none", "empty"])
def test_an_area_without_its_polygon_is_counted(lost, name, tmp_path):
    own = folder("Important Areas", placemark("Crimea"), placemark("Donetsk Axis [Z]", geometry=lost))
    assert facts_of("uacontrolmap", kml(tmp_path, own, name=name))["lacking"] == "1 of areas"


BOMB = "".join(f'<!ENTITY l{n} "{(f"&l{n - 1};" if n else "lol") * 10}">' for n in range(10))
BAD_KML = {
    "no such folder": ([UNITS], "", "no folder 'Important Areas' with polygons"),
    "no polygons": ([folder("Important Areas", UNIT)], "", "no folder 'Important Areas' with polygons"),
    "not well formed": ([folder("Important Areas", placemark("Crimea")), "<Folder>"], "", "cannot be read"),
    "entities": ([folder("Important Areas", placemark("&l9;"))], f"<!DOCTYPE a [{BOMB}]>", "cannot be read"),
    "a file": ([folder("Important Areas", placemark("&f;"))], '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hosts">]>',
               "cannot be read"),
    "deep": (["<Folder>" * 5000 + "</Folder>" * 5000], "", "cannot be read"),
    "elsewhere": (["<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink>"], "",
                  "without features"),
}  # fmt: skip


@both_forms
@pytest.mark.parametrize("bad", BAD_KML)
def test_a_kml_of_another_form_is_refused(bad, name, tmp_path):
    folders, doctype, said = BAD_KML[bad]
    assert said in error_of("uacontrolmap", kml(tmp_path, *folders, name=name, doctype=doctype))


def test_a_kmz_that_is_no_archive_is_refused(tmp_path):
    error_of("uacontrolmap", put(tmp_path, b"<kml/>", "230303_0000.kmz"))
    with zipfile.ZipFile(tmp_path / "230304_0000.kmz", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    error_of("uacontrolmap", tmp_path / "230304_0000.kmz")


# Liveuamap


def part(kind, ring=BOX, date="2025-01-05", geometry=None):
    return {"type": "Feature", "properties": {"type": kind, "date": date}, "geometry": geometry or polygon(ring)}


def nzz(into, *parts, name="2025-01-07.json"):
    return put(into, {"value": collection(*parts)}, name)


def test_what_is_unchanged_or_gained_is_occupied_and_losses_are_not(tmp_path):
    path = nzz(tmp_path, part("nochange"), part("gains", FURTHER), part("losses", FAR))
    control = tr.load("liveuamap-nzz", path)
    assert list(control["status"]) == ["occupied"]
    assert areas(control)["occupied"] == TWO


def test_the_date_inside_counts(tmp_path):
    control = tr.load("liveuamap-nzz", nzz(tmp_path, part("gains"), name="2025-01-09.json"))
    assert set(control["as_of"]) == {pd.Timestamp("2025-01-05T21:59:59Z")}


def test_of_several_files_of_one_date_the_last_counts(tmp_path):
    nzz(tmp_path, part("nochange"), part("gains", FURTHER), name="2025-01-08.json")
    nzz(tmp_path, part("nochange"), name="2025-01-07.json")
    assert areas(tr.load("liveuamap-nzz", tmp_path))["occupied"] == TWO


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([part("gains"), part("gains", date="2025-01-06")], "several dates inside: '2025-01-05', '2025-01-06'"),
        ([part("gains", date="a\nb"), part("gains", date="\ud800")], "several dates inside: 'a\\nb', '\\ud800'"),
        ([part("gains", date=None)], "no date inside"),
        ([part("gains", date="05.01.2025")], "no date inside"),
        ([part("gains", date="9999-12-31")], "no date inside"),
        ([part("gains", date={"day": 5})], "no date inside"),
        ([], "no date inside"),
    ],
)
def test_a_file_without_one_date_is_undated(parts, said, tmp_path):
    assert said in error_of("liveuamap-nzz", nzz(tmp_path, *parts), UndatedError)


def test_an_unknown_part_of_the_diff_stops_the_load(tmp_path):
    path = nzz(tmp_path, part("gains"), part("claims"), part(None), part(["losses"]))
    message = error_of("liveuamap-nzz", path, LabelError)
    assert all(word in message for word in ("'claims'", "'None'", "['losses']"))


@pytest.mark.parametrize("content", [collection(part("gains")), {"value": []}, {"value": None}], ids=str)
def test_features_that_are_not_below_value_are_refused(content, tmp_path):
    assert "FeatureCollection" in error_of("liveuamap-nzz", put(tmp_path, content, "2025-01-07.json"))


def test_ground_far_outside_is_measured_even_where_it_is_lost(tmp_path):
    afghanistan = [[x + 30, y - 14] for x, y in BOX]
    for kind in ("gains", "losses"):
        facts = facts_of("liveuamap-nzz", nzz(tmp_path, part("nochange"), part(kind, afghanistan)))
        assert facts["outside_km2"] == pytest.approx(103, abs=2)


@given(COLLECTIONS | JSON)
def test_any_value_is_read_or_refused(scratch, content):
    load_or_refuse("liveuamap-nzz", put(scratch, {"value": content}, "2025-01-07.json"))


# ISW


def layer(name, ring=BOX, geometry=None):
    return {"type": "Feature", "properties": {"layer": name}, "geometry": geometry or polygon(ring)}


def isw(into, *layers, name="isw_2025-01-05.geojson"):
    return put(into, collection(*layers), name)


NAMES = {
    "control": [
        "VIEW_RussiaCoTinUkraine_V3",
        "UkraineControlMapAO24NOV2022",
        "UkraineControlMapAO30A_Merge_APR",
        "Assessed Russian-controlled Ukrainian Territory",
        "Assess Russian Control",
        "VIEW_Russian_controlled_Ukrainian_Territory_before_February_24_2022",
        "DonbasBeforeFeb24_2022",
        "control_map",
        "ロシア軍支配エリア",
    ],
    "advances": [
        "AssessedRussianAdvanceInUkraine_V2_view",
        "MDS_AssessedRussianAdvanceInUkraine_view",
        "AssessedRussianAdvancesinUkraineJAN052025",
        "Assessed_Russian_Gains_in_the_Past_24_Hours_view",
        "russian_advances",
        "ロシア軍侵攻エリア",
    ],
    "infiltration": [
        "View_AssessedRussianInfiltrationAreasinUkraine_V4",
        "AssessedInfiltrationAreasinUkraine",
        "AssessedRussianInfiltr_Merge_APR",
    ],
    "claimed": [
        "VIEW_ClaimedRussianTerritoryinUkraine_V2",
        "Claimed Russian Control over Ukrainian Territory",
        "ClaimedRussianTerritor_Merge_APR",
    ],
    "counteroffensives": [
        "VIEW_ClaimedUkrainianCounteroffensives_V2",
        "ClaimedUkrainianCounteroffensivesinthePast24HoursV2",
        "ClaimedUkrainianCounte_Merge_APR",
        "ウクライナ軍反撃エリア",
    ],
    "none": [
        "kursk_ukrainian_advance",
        "Kursk_Incursion_Claimed_Limit_of_Ukrainian_Advance",
        "MDS_Claimed_Limit_of_Ukrainian_AdvanceV2",
        "Ukrainian Advances in Russia",
        "Russian Advances in Russia",
        "Kursk Incursion Russian Advances in Russia January 05, 2025",
        "Claimed Russian Advances in Russia",
        "VIEW_Reported_Ukrainian_Partisan_Warfare_V2",
        "Fighting Circles JAN052025",
        "RUAF_Field_Fortifications_Polylines",
        "AssessedInfiltrationEvents",
    ],
}
MEANINGS = {"control": "occupied", "advances": "occupied", "infiltration": "contested"}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names])
def test_layers_of_all_generations_are_told_apart(kind, name, tmp_path):
    """By default, and each asked for alone."""
    path = isw(tmp_path, layer("control_map", FAR), layer(name))
    expected = {"occupied": BOX_KM2, "contested": 0.0}
    expected[MEANINGS.get(kind, "ignored")] = expected.get(MEANINGS.get(kind), 0.0) + BOX_KM2
    shown = {status: expected[status] for status in ("contested", "occupied")}
    assert areas(tr.load("isw", path)) == pytest.approx(shown, abs=0.3)
    for asked in ("infiltration", "claimed", "counteroffensives"):
        ground = area_of(read_whole_file(configured("isw", layers=[asked]), path)[0], "contested")
        assert ground == (ONE if asked == kind else 0.0)


@pytest.mark.parametrize(
    "name", ["Ukrainian_Settlements_Updated_view", "x\ny", "isw", "", "Assessed_Israeli_Advances", 7]
)
def test_an_unknown_layer_stops_the_load(name, tmp_path):
    error_of("isw", isw(tmp_path, layer("control_map"), layer(name, FURTHER)), LabelError)


def test_occupied_is_control_and_advances_and_wins_over_infiltration(tmp_path):
    layers = [layer("control_map"), layer("russian_advances", FURTHER), layer("russian_infiltration", FURTHER)]
    control = tr.load("isw", isw(tmp_path, *layers))
    assert areas(control) == {"occupied": TWO, "contested": 0.0}
    assert list(control["status"]) == ["contested", "occupied"]


def test_a_map_without_the_layer_of_infiltration_does_not_say_that_there_is_none(tmp_path):
    assert list(tr.load("isw", isw(tmp_path, layer("control_map"), layer("claimed")))["status"]) == ["occupied"]


def test_lacking_geometries_are_counted_by_layer(tmp_path):
    lost = [dict(layer(name), geometry=None) for name in ("russian_advances", "russian_advances", "claimed")]
    path = isw(tmp_path, layer("control_map"), *lost)
    assert facts_of("isw", path)["lacking"] == "2 of advances"
    assert facts_of("isw", path, layers=["control", "claimed"])["lacking"] == "1 of claimed"
    assert pd.isna(facts_of("isw", path, layers=["control"])["lacking"])


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("isw_2025-01-05.geojson", "2025-01-05"),
        ("20230501.geojson", "2023-05-01"),
        ("UkraineControlMapAO05JAN2025.shp", "2025-01-05"),
        ("UkraineControlMapAO2June2024.shp", "2024-06-02"),
        ("AssessedRussianAdvancesinUkraineJAN052025.zip", "2025-01-05"),
        ("Kursk Incursion Russian Advances in Russia January 05, 2025.zip", "2025-01-05"),
        ("ClaimedRussianTerritoryinUkraine20260609.zip", "2026-06-09"),
        ("ISW_APR022023.shp", "2023-04-02"),
        ("UkraineControlMapAO31FEB2025.shp", None),
        ("UkraineControlMapAO02FEB22024.shp", None),
        ("ClaimedUkrainianCounteroffensivesDEC060205.zip", None),
        ("AssessedRussianAdvanceInUkraineAPR13.zip", None),
        ("JAN0520251.shp", None),
        ("latest.geojson", None),
    ],
)
def test_dates_as_isw_spells_them(name, day, tmp_path):
    if day is None:
        assert "no date" in error_of("isw", put(tmp_path, b"x", name), UndatedError)
    else:
        assert f"{day_of(pd.Timestamp(configured('isw').as_of(tmp_path / name))):%Y-%m-%d}" == day


LAYER_FILES = {
    "UkraineControlMapAO05JAN2025": BOX,
    "AssessedRussianAdvancesinUkraineJAN052025": FURTHER,
    "AssessedRussianInfiltrationAreasinUkraine20250105": FAR,
    "ClaimedRussianTerritoryinUkraineJAN052025": [[x + 3, y] for x, y in BOX],
    "Kursk Incursion Russian Advances in Russia January 05, 2025": [[x + 4, y] for x, y in BOX],
    "UkraineControlMapAO06JAN2025": BOX,
}


def shapefiles(into, files=LAYER_FILES, **columns):
    for name, ring in files.items():
        table = gpd.GeoDataFrame({"OBJECTID": [1]} | columns, geometry=[shapely.Polygon(ring)], crs=4326)
        table.to_file(into / f"{name}.shp")
    return into


def zipped(folder, into):
    """Zip each shapefile as a Mac does, in a folder of its own."""
    for shapefile in sorted(folder.glob("*.shp")):
        with zipfile.ZipFile(into / f"{shapefile.stem}.zip", "w") as archive:
            for piece in sorted(folder.glob(f"{shapefile.stem}.*")):
                archive.write(piece, f"{shapefile.stem}/{piece.name}")
            archive.writestr(f"__MACOSX/{shapefile.stem}/._{shapefile.name}", b"mac")
    return into


@pytest.mark.parametrize("form", ["shp", "zip", "geojson"])
def test_files_of_single_layers_of_one_day_are_one_map(form, tmp_path):
    below = tmp_path / "maps"
    below.mkdir()
    shapefiles(tmp_path if form == "zip" else below)
    if form == "zip":
        zipped(tmp_path, below)
    if form == "geojson":
        for shapefile in list(below.glob("*.shp")):
            gpd.read_file(shapefile).to_file(shapefile.with_suffix(".geojson"))
            shapefile.unlink()
    (below / f"._UkraineControlMapAO05JAN2025.{form}").write_bytes(b"mac")
    control = tr.load("isw", below)
    days = day_of(control["as_of"]).dt.strftime("%m-%d")
    assert areas(control[days == "01-05"]) == {"occupied": TWO, "contested": ONE}
    assert areas(control[days == "01-06"]) == {"occupied": ONE, "contested": 0.0}
    source = configured("isw")
    for path in below.glob(f"[!.]*2025.{form}"):
        parts = source.files(path)
        assert sum(part.suffix == f".{form}" for part in parts) == (1 if "06JAN" in path.name else 5)
        assert parts[0] == path
        assert (path.with_suffix(".dbf") in parts) == (form == "shp"), "the attributes of a shapefile are hashed too"


def test_a_layer_that_comes_later_belongs_to_the_day_too(tmp_path):
    names = list(LAYER_FILES)[:2]
    shapefiles(tmp_path, {names[0]: BOX})
    path = tmp_path / f"{names[0]}.shp"
    assert areas(tr.load("isw", path))["occupied"] == ONE
    shapefiles(tmp_path, {names[1]: FURTHER})
    assert areas(tr.load("isw", path))["occupied"] == TWO


def test_an_unknown_layer_of_the_day_is_not_left_out(tmp_path):
    shapefiles(tmp_path, dict(list(LAYER_FILES.items())[:1]) | {"NewLayerJAN052025": FURTHER})
    error_of("isw", tmp_path / "UkraineControlMapAO05JAN2025.shp", LabelError)


def test_a_whole_map_takes_nothing_from_the_files_beside_it(tmp_path):
    path = isw(tmp_path, layer("control_map"))
    isw(tmp_path, layer("control_map", FURTHER), name="UkraineControlMapAO05JAN2025.geojson")
    assert configured("isw").files(path) == [path]
    assert areas(tr.load("isw", path))["occupied"] == ONE


@pytest.mark.parametrize(("value", "occupied"), [("russian_advances", 82.9), (None, None), ("x", None), (3, None)])
def test_a_shapefile_may_say_its_layer_in_a_column(value, occupied, tmp_path):
    shapefiles(tmp_path, {"UkraineControlMapAO05JAN2025": BOX}, layer=value)
    path = tmp_path / "UkraineControlMapAO05JAN2025.shp"
    if occupied is None:
        error_of("isw", path)
    else:
        assert areas(tr.load("isw", path))["occupied"] == pytest.approx(occupied, abs=0.2)


def test_another_choice_of_layers_is_another_source(tmp_path):
    path = isw(tmp_path, layer("control_map"), layer("russian_advances", FURTHER), layer("claimed_russian", FAR))
    control = tr.load("isw", path, layers=["claimed", "control"])
    assert set(control["source"]) == {"isw+control+claimed"}
    assert areas(control) == {"occupied": ONE, "contested": ONE}
    assert tr.load("isw+claimed+control", path).geom_equals(control).all()


@pytest.mark.parametrize("name", ["isw", "isw+advances+control+infiltration"])
def test_the_default_choice_has_the_plain_name(name):
    assert source_named(name).name == "isw"


@pytest.mark.parametrize("name", ["isw+", "isw+grey", "isw++control", "isw+russia", "isw+events"])
def test_an_unknown_layer_is_answered_with_the_known_ones(name):
    with pytest.raises(ValueError, match="known are control, advances, infiltration, claimed, counteroffensives"):
        source_named(name)


# Repairs


@pytest.mark.parametrize("source", ["uacontrolmap", "liveuamap-nzz", "isw"])
def test_a_ring_that_crosses_itself_is_repaired_and_told(source, tmp_path):
    """The two halves of a bow tie cancel in the area of its ring: what the repair changes is one half, twice."""
    path = {
        "uacontrolmap": lambda: owl(tmp_path, areas=[turned(BOWTIE), turned(FURTHER)]),
        "liveuamap-nzz": lambda: nzz(tmp_path, part("gains", BOWTIE), part("nochange", FURTHER)),
        "isw": lambda: isw(tmp_path, layer("control_map", BOWTIE), layer("control_map", FURTHER)),
    }[source]()
    assert areas(tr.load(source, path))["occupied"] == pytest.approx(1.5 * BOX_KM2, abs=0.3)
    facts = facts_of(source, path)
    assert facts["repaired_rings"] == 1
    assert facts["repaired_km2"] == pytest.approx(BOX_KM2 / 2, abs=0.2)
    assert facts["outside_km2"] == 0.0
    assert facts["held"] == ""


def test_ground_held_since_2014_is_named(tmp_path):
    crimea = [[32.4, 44.3], [36.7, 44.3], [36.7, 46.0], [32.4, 46.0], [32.4, 44.3]]
    donbas = [[37.6, 47.8], [40.0, 47.8], [40.0, 48.7], [37.6, 48.7], [37.6, 47.8]]
    for rings, held in [([crimea, donbas], "Crimea + Donbas"), ([crimea], "Crimea"), ([donbas], "Donbas")]:
        path = owl(tmp_path, areas=[turned(ring) for ring in rings])
        assert facts_of("uacontrolmap", path)["held"] == held


def test_a_choice_that_draws_no_occupied_ground_has_facts_too(tmp_path):
    facts = facts_of(
        "isw", isw(tmp_path, layer("control_map"), layer("infiltration", FURTHER)), layers=["infiltration"]
    )
    assert facts["held"] == ""


# Real maps


def km2_of(rings_or_shapes, crs):
    """Measure a union on another road than the tracker's: plain shapely and pyproj, flat in the CRS given."""
    convert = Transformer.from_crs(4326, crs, always_xy=True).transform
    flat = [shapely.transform(shape, convert, interleaved=False) for shape in rings_or_shapes]
    return shapely.union_all([shapely.make_valid(shape) for shape in flat]).area / 1e6


@pytest.mark.shared
def test_uacontrolmap_of_a_day(shared):
    path = shared / "data" / "uacontrolmap" / "20250106.json"
    rings = json.loads(path.read_text())["areas"]
    shapes = [shapely.Polygon([(lon, lat) for lat, lon in ring]) for ring in rings]
    occupied = area_of(tr.load("uacontrolmap", path))
    assert occupied == pytest.approx(116_766.6, abs=0.1)
    assert occupied == pytest.approx(km2_of(shapes, WORK_CRS), abs=1e-3)
    merged = shapely.union_all([shapely.make_valid(shape) for shape in shapes])
    assert occupied == pytest.approx(abs(Geod(ellps="WGS84").geometry_area_perimeter(merged)[0]) / 1e6, rel=5e-5)


@pytest.mark.shared
def test_all_days_of_uacontrolmap_load_but_the_empty_one(shared):
    errors = []
    control = tr.load("uacontrolmap", shared / "data" / "uacontrolmap", on_error=errors.append)
    assert ["20230524.json" in str(error) for error in errors] == [True]
    assert (control.area / 1e6).between(112_000, 118_000).all()


@pytest.mark.shared
def test_kml_and_kmz_of_uacontrolmap_are_one_map(shared):
    folder_of = shared / "data" / "uacontrolmap-kml"
    one, other = (tr.load("uacontrolmap", folder_of / f"RECONSTRUCTED_230303.{form}") for form in ("kml", "kmz"))
    assert area_of(one) == pytest.approx(115_024.3, abs=0.1)
    assert one.geometry.iloc[0].equals(other.geometry.iloc[0])


@pytest.mark.shared
def test_liveuamap_of_a_day(shared):
    paths = sorted((shared / "data" / "liveuamap-nzz").glob("2025-01-0*.json"))
    control = tr.load("liveuamap-nzz", paths)
    assert control["as_of"].is_unique
    days = day_of(control["as_of"])
    assert area_of(control[days == "2025-01-05"]) == pytest.approx(68_621.0, abs=0.1)
    contents = [json.loads(path.read_text())["value"]["features"] for path in paths]
    (drawn, *_) = reversed([each for each in contents if each[0]["properties"]["date"] == "2025-01-05"])
    shapes = [shapely.geometry.shape(f["geometry"]) for f in drawn if f["properties"]["type"] in ("nochange", "gains")]
    assert area_of(control[days == "2025-01-05"]) == pytest.approx(km2_of(shapes, WORK_CRS), abs=1e-3)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "occupied"),
    [("2022-02-24", 30_620.5), ("2022-03-30", 128_642.3), ("2022-09-12", 92_221.8)],
)
def test_liveuamap_of_earlier_years(name, occupied, shared):
    path = shared / "data" / "liveuamap-nzz" / f"{name}.json"
    assert area_of(tr.load("liveuamap-nzz", path)) == pytest.approx(occupied, abs=0.1)


@pytest.mark.shared
def test_liveuamap_once_drew_ground_in_afghanistan(shared):
    assert facts_of("liveuamap-nzz", shared / "data" / "liveuamap-nzz" / "2023-10-25.json")["outside_km2"] > 600_000


@pytest.mark.shared
def test_isw_of_a_week(shared):
    path = shared / "data" / "isw-weekly" / "2025-01-05.geojson"
    features = json.loads(path.read_text())["features"]
    drawn = [f for f in features if f["properties"]["layer"] in ("control_map", "russian_advances")]
    occupied = area_of(tr.load("isw", path))
    assert occupied == pytest.approx(111_818.1, abs=0.1)
    assert occupied == pytest.approx(km2_of([shapely.geometry.shape(f["geometry"]) for f in drawn], WORK_CRS), abs=1e-3)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("day", "occupied", "lacking"),
    [("20230501", 109_121.8, "5 of advances"), ("20230601", 108_581.0, "4 of advances")],
)
def test_isw_by_nikkei(day, occupied, lacking, shared):
    control, facts = read_whole_file(configured("isw"), shared / "data" / "isw-nikkei" / f"{day}.geojson")
    assert area_of(control) == pytest.approx(occupied, abs=0.1)
    assert list(facts["lacking"]) == [lacking]


@pytest.mark.shared
def test_all_weeks_of_isw_load_and_claims_only_where_they_are_asked_for(shared):
    control = tr.load("isw", shared / "data" / "isw-weekly")
    assert control["as_of"].nunique() == 11
    assert set(control["status"]) == {"occupied"}
    asked = tr.load("isw", shared / "data" / "isw-nikkei" / "20230601.geojson", layers=["control", "claimed"])
    assert areas(asked) == {"occupied": pytest.approx(106_726.0, abs=0.1), "contested": pytest.approx(417.6, abs=0.1)}
