"""Reference data: what comes with the package keeps its promises, and a user's own is understood or refused."""

from __future__ import annotations

import tomllib
import zipfile
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import tracker as tr
from tracker.archive import reference
from tracker.archive.reference import own, use
from tracker.archive.reference_files import REFERENCE_KINDS
from tracker.errors import SchemaError, SourceError
from tracker.ground.areas import theatre
from tracker.places.bundled import data_folder, read_places
from tracker.places.names import transliterate
from tracker.tables.check import check
from tracker.tables.constants import THEATRE, WORK_CRS
from tracker.tables.definitions import PLACES, SECTORS

DATES = ["2022-02-24", "2024-04-27", "2024-12-31", "2025-01-09", "2025-01-10", "2025-10-07", "2025-10-08", "2030-01-01"]
# Names that are written otherwise than the official rules would have it; none so far.
OTHERWISE: dict[int, str] = {}
POKROVSK, KURAKHOVE, MYRNOHRAD, SHEVCHENKO = 704422, 695357, 710035, 694167


@pytest.fixture(scope="module")
def grounds():
    return tomllib.loads((data_folder() / "sectors.toml").read_text(encoding="utf-8"))["ground"]


@pytest.fixture(scope="module")
def sectors():
    return tr.sectors()


@pytest.fixture(scope="module")
def gazetteer():
    return tr.gazetteer()


def points_of(rows):
    return gpd.GeoSeries.from_xy([row["lon"] for row in rows], [row["lat"] for row in rows], crs="EPSG:4326").to_crs(
        WORK_CRS
    )


# ---- sectors


@pytest.mark.parametrize("date", DATES)
def test_sectors_partition_the_theatre_on_any_date(date):
    on_date = check(tr.sectors(on=date), SECTORS)
    whole = theatre()
    assert on_date.area.sum() == pytest.approx(whole.area, rel=1e-6)
    assert shapely.union_all(on_date.geometry.to_numpy()).area == pytest.approx(whole.area, rel=1e-6)
    tree = shapely.STRtree(on_date.geometry.to_numpy())
    one, other = tree.query(on_date.geometry.to_numpy(), predicate="overlaps")
    shapes = on_date.geometry.to_numpy()
    assert shapely.area(shapely.intersection(shapes[one], shapes[other])).sum() < 1.0
    assert on_date.groupby("ground")["sector"].nunique().max() == 1, "one name a ground"


def test_every_listed_settlement_lies_in_its_own_ground(grounds):
    pieces = tr.sectors(on="2025-01-06").dissolve("ground").geometry
    for ground in grounds:
        points = points_of(ground["settlements"])
        inside = points.intersects(pieces[ground["ground"]])
        assert [row["name"] for row, is_in in zip(ground["settlements"], inside, strict=True) if not is_in] == []


def test_a_settlement_is_listed_once(grounds):
    ids = [row["id"] for ground in grounds for row in ground["settlements"]]
    slugs = [ground["ground"] for ground in grounds]
    assert len(ids) == len(set(ids))
    assert len(slugs) == len(set(slugs)) == 14
    assert "elsewhere" in slugs


@pytest.mark.parametrize(
    ("ground", "date", "name"),
    [
        ("kurakhove", "2025-01-09", "Kurakhove"),
        ("kurakhove", "2025-01-10", "Novopavlivka"),
        ("kurakhove", "2024-04-28", "Kurakhove"),
        ("velykanovosilka", "2024-12-31", "Vremivka"),
        ("velykanovosilka", "2025-01-09", "Vremivka"),
        ("velykanovosilka", "2025-01-10", "Novopavlivka"),
        ("velykanovosilka", "2025-10-07", "Novopavlivka"),
        ("velykanovosilka", "2025-10-08", "Oleksandrivka"),
        ("velykanovosilka", "2022-03-01", "Vremivka"),
        ("velykanovosilka", "2035-01-01", "Oleksandrivka"),
        ("pokrovsk", "2025-01-06", "Pokrovsk"),
        ("elsewhere", "2025-01-06", "elsewhere"),
    ],
)
def test_a_ground_has_the_name_of_the_day(sectors, ground, date, name):
    named = tr.sectors(on=date)
    assert set(named["sector"][named["ground"] == ground]) == {name}


def test_names_of_a_ground_follow_each_other_without_overlap(grounds):
    for ground in grounds:
        days = sorted((name["valid_from"], name.get("valid_to")) for name in ground["names"] if "valid_from" in name)
        for (_, last), (first, _) in pairwise(days):
            assert (first - last).days == 1, ground["ground"]
        assert all(last is not None for _, last in days[:-1]), "only the last name is open"


def test_names_of_sectors_are_told_in_two_languages(sectors):
    assert (sectors["name_en"].str.strip() != "").all()
    assert sectors["name_uk"].str.fullmatch(r"[А-ЩЬЮЯЄІЇҐа-щьюяєіїґ' -]+").all()


# ---- towns and settlements


def test_the_gazetteer_is_a_places_table(gazetteer):
    check(gazetteer, PLACES)
    assert gazetteer["footprint"].isna().all()
    assert set(gazetteer["place"]) <= {"city", "town", "village", "quarter", "settlement", "abandoned"}
    assert (gazetteer["population"] >= 0).all()
    degrees = gazetteer.geometry.to_crs("EPSG:4326")
    assert degrees.x.between(22, 41).all()
    assert degrees.y.between(44, 53).all()


@pytest.mark.parametrize(
    ("file", "rows"), [("settlements.csv", 5488), ("settlements_front.csv", 299), ("towns.csv", 69)]
)
def test_the_lists_are_whole_and_sorted(file, rows):
    table = read_places(data_folder() / file)
    assert len(table) == rows
    assert table["geonameid"].is_unique
    assert table["geonameid"].is_monotonic_increasing


def test_no_settlement_is_in_both_lists():
    ids = [set(read_places(data_folder() / f"settlements{end}.csv")["geonameid"]) for end in ("", "_front")]
    assert ids[0].isdisjoint(ids[1])


def test_towns_come_first_and_win(gazetteer):
    towns = tr.towns()
    assert gazetteer["geonameid"].head(len(towns)).tolist() == towns["geonameid"].tolist()
    assert towns["name"].is_unique
    assert towns["name_uk"].is_unique
    assert set(towns["edge_method"]) == {"disc"}
    assert towns["area_km2"].between(1, 1000).all()


def test_towns_of_reports_lie_in_the_theatre():
    degrees = tr.towns().geometry.to_crs("EPSG:4326")
    west, south, east, north = THEATRE
    assert degrees.x.between(west, east).all()
    assert degrees.y.between(south, north).all()


def test_names_follow_the_official_transliteration(gazetteer):
    known = gazetteer[gazetteer["name_uk"] != ""]
    other = known[known["name"] != known["name_uk"].map(transliterate)]
    assert dict(zip(other["geonameid"], other["name"], strict=True)) == OTHERWISE
    assert len(known) > 0.99 * len(gazetteer)


@pytest.mark.parametrize(
    ("name", "geonameid"),
    [
        ("Dachenske", 710336),
        ("Kotlyne", 9112127),
        ("Zvirove", 686799),
        ("Novyi Trud", 9112192),
        ("Pishchane", 697528),
        ("Lysivka", 702947),
        ("Vovkove", 9112242),
        ("Shevchenko", SHEVCHENKO),
    ],
)
def test_villages_of_the_front_are_known(gazetteer, name, geonameid):
    (row,) = gazetteer[gazetteer["geonameid"] == geonameid].itertuples()
    pokrovsk = gazetteer.set_index("geonameid").geometry[POKROVSK]
    assert row.name == name
    assert row.geometry.distance(pokrovsk) < 25_000
    assert tr.towns([geonameid])["name"].tolist() == [name]


def test_settlements_of_the_sectors_have_the_names_of_the_gazetteer(grounds, gazetteer):
    known = gazetteer.set_index("geonameid")["name"]
    listed = {row["id"]: row["name"] for ground in grounds for row in ground["settlements"]}
    both = known.index.intersection(list(listed))
    assert len(both) > 300
    other = {number: (listed[number], known[number]) for number in both if listed[number] != known[number]}
    assert other == {}


@pytest.mark.parametrize("name", ["Pokrovsk", "pokrovsk", "Покровськ", "ПОКРОВСЬК", str(POKROVSK), POKROVSK])
def test_towns_are_found_by_name_and_id(name):
    assert tr.towns([name])["geonameid"].tolist() == [POKROVSK]


def test_towns_keep_the_order_and_drop_doubles():
    found = tr.towns(["Kurakhove", "Pokrovsk", "Курахове"])
    assert found["name"].tolist() == ["Kurakhove", "Pokrovsk"]
    assert tr.towns("Pokrovsk")["name"].tolist() == ["Pokrovsk"]
    assert len(tr.towns([])) == 0


@pytest.mark.parametrize("name", ["", " ", "-", "'", "Атлантида", "123"])
def test_a_town_that_is_none_is_not_known(name):
    with pytest.raises(ValueError, match="is not known"):
        tr.towns([name])


def test_an_ambiguous_town_lists_ids_and_where_they_are():
    with pytest.raises(ValueError, match=r"694167 \(Shevchenko, \d+ km S of Pokrovsk\)"):
        tr.towns(["Shevchenko"])


# ---- a user's own

BOX = shapely.box(37.0, 48.0, 37.4, 48.4)


def vector(path, geometry, **columns):
    """Write a GeoJSON file of some rows."""
    gpd.GeoDataFrame(columns, geometry=list(geometry), crs="EPSG:4326").to_file(path)
    return path


def dump(path, *rows):
    """Write places as GeoNames does: 19 columns, tabs, no header, no quoting."""
    lines = []
    for number, name, alternates, lat, lon, kind, code, admin1, population in rows:
        start = [number, name, name, alternates, lat, lon, kind, code, "UA", "", admin1]
        lines.append("\t".join(map(str, [*start, "", "", "", population, "", 100, "Europe/Kyiv", "2024-01-01"])))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


ROWS = [
    (POKROVSK, "Pokrovsk", "Pokrovsk,Покровск,Покровськ", 48.282, 37.176, "P", "PPLA2", "05", 61161),
    (1, 'Selo "Myr"', "Мир", 48.3, 37.2, "P", "PPL", "05", 120),
    (2, "Kvartal", "Квартал", 48.31, 37.2, "P", "PPLX", "05", 0),
    (3, "Staroye", "Старе", 48.32, 37.2, "P", "PPLQ", "05", 0),
    (4, "Lake", "Озеро", 48.33, 37.2, "H", "LK", "05", 0),
    (5, "Nowhere", "Nowhere,Никуда", 48.34, 37.2, "P", "PPL", "05", 250000),
]


def assert_the_dump(archive):
    kept = tr.gazetteer(archive=archive).set_index("geonameid")
    assert {1, 2, 3, 5} <= set(kept.index)
    assert 4 not in kept.index, "a lake is no place"
    assert kept.loc[1, "name"] == "Myr"
    assert kept.loc[[1, 2, 3, 5], "place"].tolist() == ["village", "quarter", "abandoned", "city"]
    assert kept.loc[POKROVSK, "edge_method"] == "disc", "towns.csv wins"
    assert SHEVCHENKO not in kept.index, "it takes the place of the bundled list"


def test_a_geonames_dump(tmp_path):
    assert use("gazetteer", dump(tmp_path / "UA.txt", *ROWS), tmp_path / "archive") == 5
    assert_the_dump(tmp_path / "archive")


def test_a_zipped_geonames_dump(tmp_path):
    with zipfile.ZipFile(tmp_path / "UA.zip", "w") as zipped:
        zipped.writestr("readme.txt", "Readme for GeoNames")
        zipped.write(dump(tmp_path / "UA.txt", *ROWS), "UA.txt")
    assert use("gazetteer", tmp_path / "UA.zip", tmp_path / "archive") == 5
    assert_the_dump(tmp_path / "archive")


def test_a_gazetteer_of_any_vector_file(tmp_path):
    points = [shapely.Point(37.1, 48.1), shapely.Point(37.2, 48.2)]
    columns = {"geonameid": [11, 12], "name": ["One", "Two"], "name_uk": ["Один", None], "area_km2": [2.5, np.nan]}
    assert use("gazetteer", vector(tmp_path / "mine.geojson", points, **columns), tmp_path) == 2
    kept = check(tr.gazetteer(archive=tmp_path), PLACES).set_index("geonameid")
    assert kept.loc[[11, 12], "edge_method"].tolist() == ["disc", "none"]
    assert kept.loc[12, "name_uk"] == ""
    assert tr.towns(["Один"], archive=tmp_path)["geonameid"].tolist() == [11]
    assert kept.geometry[11].distance(gpd.GeoSeries(points[:1], crs="EPSG:4326").to_crs(WORK_CRS)[0]) < 1e-3


def square_around(geonameid, half_km, shift_km=0.0):
    """Draw a square around a bundled town, in degrees."""
    centre = tr.gazetteer().set_index("geonameid").geometry[geonameid]
    x, y, half = centre.x + shift_km * 1000, centre.y, half_km * 1000
    box = shapely.box(x - half, y - half, x + half, y + half)
    return gpd.GeoSeries([box], crs=WORK_CRS).to_crs("EPSG:4326")[0]


def test_footprints_need_the_name_and_the_point(tmp_path):
    shapes = [
        square_around(POKROVSK, 3),
        square_around(POKROVSK, 9),
        square_around(KURAKHOVE, 2, shift_km=30),
        square_around(MYRNOHRAD, 2),
    ]
    names = ["Покровськ", "Покровськ", "Курахове", "Інше"]
    assert use("footprints", vector(tmp_path / "limits.geojson", shapes, name_uk=names), tmp_path) == 4
    places = tr.gazetteer(archive=tmp_path).set_index("geonameid")
    pokrovsk = places.loc[POKROVSK]
    assert pokrovsk["edge_method"] == "polygon"
    assert pokrovsk["area_km2"] == pytest.approx(36, rel=1e-3), "of two the smaller"
    assert pokrovsk["footprint"].area / 1e6 == pytest.approx(pokrovsk["area_km2"])
    assert places.loc[KURAKHOVE, "edge_method"] == "disc", "its name, but elsewhere"
    assert places.loc[MYRNOHRAD, "edge_method"] == "disc", "its ground, but another name"
    assert (places["edge_method"] == "polygon").sum() == 1


@pytest.mark.parametrize("spelling", ["ПОКРОВСЬК", "Покровськ ", "Покро́вськ"])
def test_footprints_are_matched_however_a_name_is_typed(tmp_path, spelling):
    use("footprints", vector(tmp_path / "limits.geojson", [square_around(POKROVSK, 3)], name_uk=[spelling]), tmp_path)
    assert tr.towns(["Pokrovsk"], archive=tmp_path)["edge_method"].tolist() == ["polygon"]


@pytest.mark.parametrize("column", ["name_en", "ADM1_EN", "adm1_name", "shapeName", "NAME_1", "name"])
def test_oblasts_have_an_english_name(tmp_path, column):
    path = vector(tmp_path / "oblasts.geojson", [BOX], **{column: ["Donetsk"], "name_uk": ["Донецька"]})
    assert use("oblasts", path, tmp_path) == 1
    kept = own("oblasts", tmp_path)
    assert kept["oblast"].tolist() == ["Donetsk"]
    assert kept.crs == WORK_CRS


def test_a_basemap_is_anything(tmp_path):
    shapes = [BOX, shapely.LineString([(37, 48), (38, 49)]), shapely.Point(37, 48)]
    assert use("basemap", vector(tmp_path / "base.geojson", shapes, kind=["land", "river", "peak"]), tmp_path) == 3
    assert own("basemap", tmp_path).crs == WORK_CRS


def test_another_crs_and_format_are_brought_in(tmp_path):
    table = gpd.GeoDataFrame({"name_en": ["Donetsk"]}, geometry=[BOX], crs="EPSG:4326")
    table.to_crs("EPSG:32637").to_file(tmp_path / "oblasts.gpkg")
    use("oblasts", tmp_path / "oblasts.gpkg", tmp_path)
    assert own("oblasts", tmp_path).area[0] == pytest.approx(table.to_crs(WORK_CRS).area[0], rel=1e-6)


def test_a_later_file_takes_the_place_of_the_former(tmp_path):
    for name in ("First", "Second"):
        use("oblasts", vector(tmp_path / "oblasts.geojson", [BOX], name_en=[name]), tmp_path / "archive")
    assert own("oblasts", tmp_path / "archive")["oblast"].tolist() == ["Second"]


def test_the_origin_is_kept_beside_it(tmp_path):
    import hashlib

    path = vector(tmp_path / "oblasts.geojson", [BOX], name_en=["Donetsk"])
    use("oblasts", path, tmp_path / "archive")
    origin = (tmp_path / "archive" / "reference" / "oblasts.origin.txt").read_text().split()
    assert origin == ["oblasts.geojson", hashlib.sha256(path.read_bytes()).hexdigest()]


def test_nothing_of_ones_own_is_none(tmp_path):
    assert [own(kind, tmp_path) for kind in REFERENCE_KINDS] == [None] * 4
    assert own("oblasts", None) is None


@pytest.mark.parametrize("kind", REFERENCE_KINDS)
def test_a_damaged_file_of_ones_own_is_named(tmp_path, kind):
    path = tmp_path / "reference" / f"{kind}.parquet"
    path.parent.mkdir()
    path.write_bytes(b"not at all")
    with pytest.raises(SchemaError, match=f"{kind}.parquet"):
        own(kind, tmp_path)


def test_an_unknown_kind_is_a_wrong_argument(tmp_path):
    with pytest.raises(ValueError, match="gazetteer, footprints, oblasts, basemap"):
        use("rivers", tmp_path / "any", tmp_path)


def text(name, content):
    def write(folder):
        (folder / name).write_bytes(content)
        return folder / name

    return write


def rows(geometry, **columns):
    return lambda folder: vector(folder / "mine.geojson", geometry, **columns)


def zipped(**members):
    def write(folder):
        with zipfile.ZipFile(folder / "UA.zip", "w") as archive:
            for name, content in members.items():
                archive.writestr(name.replace("_", "."), content)
        return folder / "UA.zip"

    return write


POINTS = [shapely.Point(37, 48), shapely.Point(37.1, 48)]
WRONG = {
    "no file": ("oblasts", lambda folder: folder / "nowhere.geojson"),
    "a folder": ("oblasts", lambda folder: folder),
    "an empty file": ("oblasts", text("mine.geojson", b"")),
    "half a file": ("footprints", text("mine.geojson", b'{"type": "FeatureCollection", "features": [{"ty')),
    "a picture": ("basemap", text("mine.png", b"\x89PNG\r\n\x1a\n")),
    "a table without shapes": ("basemap", text("mine.csv", b"name,area\na,1\n")),
    "points as footprints": ("footprints", rows(POINTS, name_uk=["Один", "Два"])),
    "footprints without a name": ("footprints", rows([BOX], name=["Pokrovsk"])),
    "oblasts without a name": ("oblasts", rows([BOX], code=["UA14"])),
    "oblasts as points": ("oblasts", rows(POINTS, name_en=["One", "Two"])),
    "a gazetteer without ids": ("gazetteer", rows(POINTS, name=["One", "Two"])),
    "a gazetteer without names": ("gazetteer", rows(POINTS, geonameid=[1, 2])),
    "a gazetteer with a blank id": ("gazetteer", rows(POINTS, geonameid=[1, None], name=["One", "Two"])),
    "a gazetteer with words for ids": ("gazetteer", rows(POINTS, geonameid=["a", "b"], name=["One", "Two"])),
    "a gazetteer with an id twice": ("gazetteer", rows(POINTS, geonameid=[1, 1], name=["One", "Two"])),
    "a gazetteer with a blank name": ("gazetteer", rows(POINTS, geonameid=[1, 2], name=["One", None])),
    "an empty dump": ("gazetteer", text("UA.txt", b"")),
    "a text that is no dump": ("gazetteer", text("UA.txt", b"Readme for GeoNames\n\nThis work is licensed\n")),
    "a binary dump": ("gazetteer", text("UA.txt", bytes(range(256)))),
    "a dump without places": ("gazetteer", lambda folder: dump(folder / "UA.txt", ROWS[4])),
    "a dump with a latitude of words": (
        "gazetteer",
        lambda folder: dump(folder / "UA.txt", (*ROWS[1][:3], "north", *ROWS[1][4:])),
    ),
    "a zip that is none": ("gazetteer", text("UA.zip", b"PK nothing")),
    "a zip without a dump": ("gazetteer", zipped(readme_txt="Readme", photo_png="x")),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_wrong_file_is_refused_in_one_line_and_nothing_is_kept(tmp_path, case):
    kind, make = WRONG[case]
    (tmp_path / "in").mkdir()
    path = make(tmp_path / "in")
    with pytest.raises(SourceError) as caught:
        use(kind, path, tmp_path / "archive")
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "archive" / "reference" / f"{kind}.parquet").exists()


# ---- the real ones


@pytest.fixture(scope="module")
def real_archive(shared, tmp_path_factory):
    """Use the real footprints in an archive of its own."""
    folder = tmp_path_factory.mktemp("real")
    use("footprints", shared / "data" / "gazetteer" / "osm_settlement_polygons.geojson", folder)
    return folder


@pytest.fixture(scope="module")
def sixth_of_january(shared):
    return tr.load("deepstate", shared / "data" / "deepstate-raw" / "1736197748.geojson")


@pytest.mark.shared
def test_the_real_dump(shared, tmp_path):
    assert use("gazetteer", shared / "data" / "gazetteer" / "geonames_UA.txt", tmp_path) == 33_681
    check(tr.gazetteer(archive=tmp_path), PLACES)
    assert tr.towns(["Pokrovsk"], archive=tmp_path)["geonameid"].tolist() == [POKROVSK]


@pytest.mark.shared
def test_real_oblasts(shared, tmp_path):
    path = shared / "data" / "admin" / "adm1_oblasts_official_minregion_2020_simplified.geojson"
    assert use("oblasts", path, tmp_path) == 27
    kept = own("oblasts", tmp_path)
    assert kept["oblast"].nunique() == 27
    assert any("Donetsk" in name for name in kept["oblast"])
    assert kept.area.sum() / 1e6 == pytest.approx(603_000, rel=0.01)


@pytest.mark.shared
def test_pokrovsk_on_6_january_2025(real_archive, sixth_of_january):
    towns = tr.towns(["Pokrovsk"], archive=real_archive)
    (near,) = tr.distances(sixth_of_january, towns).itertuples()
    (contested,) = tr.distances(sixth_of_january, towns, to="contested").itertuples()
    (disc,) = tr.distances(sixth_of_january, tr.towns(["Pokrovsk"])).itertuples()
    assert (near.edge_method, disc.edge_method) == ("polygon", "disc")
    assert 2.4 <= near.edge_km <= 2.6
    assert 5.9 <= near.centre_km <= 6.1
    assert near.direction == "S"
    assert 1.7 <= contested.edge_km <= 1.8
    assert abs(disc.edge_km - near.edge_km) <= 0.7
    assert near.day == pd.Timestamp("2025-01-06")


@pytest.mark.shared
def test_what_was_occupied_on_6_january_2025(sixth_of_january):
    table = tr.distances(sixth_of_january, tr.towns([SHEVCHENKO, KURAKHOVE]))
    assert table["status"].astype(str).tolist() == ["occupied", "occupied"]
    assert table["centre_km"].tolist() == [0.0, 0.0]


@pytest.mark.shared
def test_real_footprints_are_those_of_their_towns(real_archive):
    places = tr.gazetteer(archive=real_archive)
    drawn = places[places["edge_method"] == "polygon"]
    assert len(drawn) > 100
    assert shapely.covers(drawn["footprint"].to_numpy(), drawn.geometry.to_numpy()).all()
    assert drawn["area_km2"].to_numpy() == pytest.approx(shapely.area(drawn["footprint"].to_numpy()) / 1e6)


def test_the_package_finds_its_data():
    assert {"sectors.toml", "towns.csv", "settlements.csv"} <= {path.name for path in Path(data_folder()).iterdir()}


def test_oblasts_without_a_name_are_refused(tmp_path):
    shapes = [shapely.box(36, 48, 37, 49), shapely.box(37, 48, 38, 49)]
    gpd.GeoDataFrame({"name_en": ["One", None]}, geometry=shapes, crs=4326).to_file(tmp_path / "oblasts.geojson")
    with pytest.raises(SourceError, match="1 polygons have no name_en"):
        reference.use("oblasts", tmp_path / "oblasts.geojson", tmp_path / "archive")


def test_oblasts_that_overlap_are_made_to_share_no_ground(tmp_path):
    shapes = [shapely.box(36, 48, 37.1, 49), shapely.box(37, 48, 38, 49)]
    gpd.GeoDataFrame({"name_en": ["One", "Other"]}, geometry=shapes, crs=4326).to_file(tmp_path / "oblasts.geojson")
    reference.use("oblasts", tmp_path / "oblasts.geojson", tmp_path / "archive")
    one, other = reference.own("oblasts", tmp_path / "archive").geometry
    assert one.intersection(other).area < 1
