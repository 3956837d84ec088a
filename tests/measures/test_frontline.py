"""The line of contact: laws in small worlds, a plain loop, empty cases, and a real day."""

from __future__ import annotations

import itertools
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import control_of, grounds, histories, history_of, places_of, sectors_of, seed_points, snapshots_of, square

import tracker as tr
from tracker.archive import reference
from tracker.cli import cli
from tracker.measures.frontline import PIECE_M, SIGHT_M, frontline, segments_of
from tracker.tables.check import check, conform
from tracker.tables.constants import WORK_CRS
from tracker.tables.definitions import FRONTLINE, SECTORS

AS_OF = "2025-01-06T18:00"
EAST = shapely.box(0, -50_000, 50_000, 50_000)
COUNTRY = shapely.box(-50_000, -50_000, 50_000, 50_000)
HALVES = sectors_of({"north": square(-50, 0, 100), "south": square(-50, -100, 100)})


def points_of(*places):
    """Make settlements from points in kilometres."""
    return places_of({f"place-{number}": shapely.Point(x * 1000, y * 1000) for number, (x, y) in enumerate(places)})


def borders_of(*shapes):
    return gpd.GeoDataFrame(
        {"oblast": [f"oblast-{n}" for n in range(len(shapes))]}, geometry=list(shapes), crs=WORK_CRS
    )


TOWNS = points_of(*[(x, y) for x in (-10, 10) for y in range(-45, 50, 10)])
BORDERS = borders_of(COUNTRY)


def line_of(occupied, places=TOWNS, *, contested=(), **options):
    """Draw the line of one state; its one row."""
    (row,) = frontline(control_of(AS_OF, occupied=occupied, contested=contested), places, **options).itertuples()
    return row


# ---- what is the line, and what is not


def test_the_line_is_where_occupied_ground_faces_the_rest_not_the_border():
    row = line_of(EAST, borders=BORDERS)
    assert (row.method, row.length_km) == ("borders", pytest.approx(100, rel=1e-3))
    assert set(shapely.get_coordinates(row.geometry)[:, 0]) == {0.0}


def test_without_borders_only_the_ends_of_the_line_are_too_long():
    row = line_of(EAST)
    assert (row.method, row.length_km) == ("settlements", pytest.approx(104, abs=0.3))
    xy = shapely.get_coordinates(row.geometry)
    assert set(xy[abs(xy[:, 1]) < 50_000, 0]) == {0.0}
    assert xy[:, 0].max() <= 2000


def test_contested_ground_lies_in_front_of_the_line():
    contested = shapely.box(-3000, -50_000, 0, 50_000)
    with_it, without = (line_of(EAST, contested=drawn, borders=BORDERS).geometry for drawn in (contested, ()))
    assert with_it.equals(without)


def test_a_hairline_between_occupied_ground_is_no_front():
    halves = [shapely.box(0, -50_000, 50_000, -20), shapely.box(0, 20, 50_000, 50_000)]
    assert line_of(halves, borders=BORDERS).length_km == pytest.approx(100, abs=0.3)


@pytest.mark.parametrize("gap_m", [120, 400, 1500])
def test_a_narrow_corridor_that_a_town_looks_into_is(gap_m):
    """Both its sides, as far as a town sees in; a kilometre out of one side lies the other."""
    halves = [shapely.box(0, -50_000, 50_000, -gap_m / 2), shapely.box(0, gap_m / 2, 50_000, 50_000)]
    places = pd.concat([TOWNS, points_of((-10, 0)).assign(geonameid=99)], ignore_index=True)
    assert line_of(halves, places, borders=BORDERS).length_km > 110


@pytest.mark.parametrize(("town", "length_km"), [(None, 100.0), ((25, 0), 116.0), ((10, 0), 100.0)])
def test_a_pocket_counts_where_a_settlement_in_it_is_not_occupied(town, length_km):
    pocket = shapely.box(23_000, -2000, 27_000, 2000)
    places = TOWNS if town is None else pd.concat([TOWNS, points_of(town).assign(geonameid=99)], ignore_index=True)
    row = line_of(shapely.difference(EAST, pocket), places, borders=BORDERS)
    assert row.length_km == pytest.approx(length_km, rel=2e-3)


@pytest.mark.parametrize(("away_m", "seen"), [(-1500, True), (1500, False)])
def test_a_town_is_seen_across_the_water_as_far_as_sight_goes(away_m, seen):
    town = points_of((-(SIGHT_M + 1000 + away_m) / 1000, 0))
    assert (line_of(EAST, town).length_km > 0) == seen


def test_a_look_does_not_cross_occupied_ground():
    wall = shapely.box(-3000, -50_000, -2500, 50_000)
    assert line_of([EAST, wall], borders=BORDERS).geometry.bounds[2] == -3000.0


def test_the_coast_of_an_occupied_bay_is_no_front():
    """Borders simplified across the mouth of a bay take the sea in it for land; no free town is in sight there."""
    bay = shapely.box(30_000, -10_000, 50_000, 10_000)
    row = line_of(shapely.difference(EAST, bay), borders=BORDERS)
    assert row.length_km == pytest.approx(100, rel=1e-3)


# ---- laws


@pytest.mark.parametrize("borders", [None, BORDERS])
def test_a_world_that_is_moved_moves_its_line(borders):
    def moved(shape):
        return shapely.transform(shape, lambda xy: xy + np.array([3000.0, -7000.0]))

    ground = shapely.union(EAST, shapely.box(-6000, -13_000, 20, 4000))
    home = line_of(ground, borders=borders).geometry
    places = TOWNS.set_geometry(gpd.GeoSeries([moved(point) for point in TOWNS.geometry], crs=WORK_CRS))
    there = line_of(moved(ground), places, borders=None if borders is None else borders_of(moved(COUNTRY))).geometry
    assert there.length == pytest.approx(home.length, abs=1e-3)
    assert shapely.hausdorff_distance(there, moved(home)) < 1e-3


settlements = st.lists(seed_points, max_size=12, unique=True).map(
    lambda points: places_of({f"{x}-{y}": shapely.Point(x, y) for x, y in points})
)


@given(histories(most=2), settlements, grounds())
def test_sectors_share_the_line_among_them(control, places, sectors):
    """Lengths add up to the whole, and every piece lies on the boundary as drawn."""
    whole = check(frontline(control, places), FRONTLINE)
    shared = check(frontline(control, places, sectors=sectors), FRONTLINE)
    sums = shared.groupby("as_of")["length_km"].sum().reindex(whole["as_of"], fill_value=0.0)
    assert sums.to_numpy() == pytest.approx(whole["length_km"].to_numpy(), abs=1e-9)
    assert shared.length.sum() == pytest.approx(whole.length.sum(), abs=1e-6)
    for row, state in zip(whole.itertuples(), snapshots_of(control), strict=True):
        assert row.length_km * 1000 == pytest.approx(row.geometry.length, rel=1e-3, abs=1e-6)
        boundary = shapely.boundary(shapely.union_all(state.geometry[state["status"] == "occupied"].to_numpy()))
        assert (shapely.distance(shapely.points(shapely.get_coordinates(row.geometry)), boundary) < 1e-6).all()


def plain_pieces(occupied, settlements, country):
    """Judge the boundary piece by piece, in a loop."""
    free = [point for point in settlements if not occupied.intersects(point)]
    found = []
    for polygon in shapely.get_parts(occupied):
        polygon = shapely.orient_polygons(polygon)
        for ring in [polygon.exterior, *polygon.interiors]:
            corners = list(shapely.segmentize(ring, PIECE_M).coords)
            for (x0, y0), (x1, y1) in itertools.pairwise(corners):
                length = np.hypot(x1 - x0, y1 - y0)
                for metres in (1000.0, 500.0, 250.0, 100.0, 50.0):
                    x, y = (x0 + x1) / 2 + metres * (y1 - y0) / length, (y0 + y1) / 2 - metres * (x1 - x0) / length
                    eye = shapely.Point(x, y)
                    if not occupied.intersects(eye):
                        break
                else:
                    continue
                looks = [shapely.LineString([eye, town]) for town in free]
                if country.intersects(eye) and any(not occupied.intersects(look) for look in looks):
                    found.append((x0, y0, x1, y1))
    return found


@settings(max_examples=10)
@given(histories(least=1, most=1), settlements)
def test_pieces_against_a_plain_loop(control, places):
    """In a world narrower than sight goes; most settlements are far behind it, for a country holds most of them."""
    country = shapely.box(-5000, -5000, 60_000, 6000)
    far = places_of({f"far {number}": shapely.Point(50_000 + number, 0) for number in range(100)})
    occupied = shapely.union_all(control.geometry[control["status"] == "occupied"].to_numpy())
    everywhere = gpd.GeoDataFrame(pd.concat([places, far.assign(geonameid=far["geonameid"] + 1000)]), crs=WORK_CRS)
    (row,) = frontline(control, everywhere, borders=borders_of(country)).itertuples()
    pieces = [tuple(piece) for piece in segments_of(row.geometry).reshape(-1, 4)]
    assert sorted(pieces) == sorted(plain_pieces(occupied, places.geometry, country))


# ---- days, places, empty cases


def test_each_day_has_the_line_of_the_state_that_holds():
    control = history_of({"2025-01-06T18:00": EAST, "2025-01-08T18:00": shapely.box(-5000, -50_000, 50_000, 50_000)})
    days = ["2025-01-05", "2025-01-06", "2025-01-07", "2025-01-08"]
    table = frontline(control, TOWNS, borders=BORDERS, days=days)
    assert [f"{day:%d}" for day in table["day"]] == ["06", "07", "08"]
    assert table["as_of"].dt.day.tolist() == [6, 6, 8]
    assert table.geometry.bounds["minx"].tolist() == [0.0, 0.0, -5000.0]


def test_a_sector_is_called_by_its_name_of_the_day():
    names = HALVES.assign(valid_from=pd.Timestamp("2024-01-01"), valid_to=pd.Timestamp("2025-01-06"))
    later = HALVES.assign(sector="New " + HALVES["sector"], name_en="New", valid_from=pd.Timestamp("2025-01-07"))
    table = frontline(
        control_of(AS_OF, occupied=EAST),
        TOWNS,
        sectors=conform(pd.concat([names, later]), SECTORS),
        days=["2025-01-06", "2025-01-07"],
    )
    assert table["sector"].tolist() == ["North", "South", "New North", "New South"]
    assert table["ground"].tolist() == ["north", "south"] * 2


def test_what_lies_in_no_oblast_is_elsewhere():
    oblasts = borders_of(shapely.box(-50_000, 0, 50_000, 50_000))
    table = frontline(control_of(AS_OF, occupied=EAST), TOWNS, sectors=oblasts, borders=BORDERS)
    assert table.set_index("oblast")["length_km"].round(1).to_dict() == {"elsewhere": 50.0, "oblast-0": 50.0}


NOTHING_OCCUPIED = {"nothing is drawn": {}, "only contested": {"contested": square(0, 0)}}


@pytest.mark.parametrize("case", NOTHING_OCCUPIED)
def test_without_occupied_ground_the_line_is_empty(case):
    control = control_of(AS_OF, **NOTHING_OCCUPIED[case])
    (row,) = frontline(control, TOWNS, borders=BORDERS).itertuples()
    assert (row.length_km, row.geometry.is_empty) == (0.0, True)
    assert frontline(control, TOWNS, sectors=HALVES).empty


@pytest.mark.parametrize("places", [TOWNS.iloc[:0], points_of((10, 0)), TOWNS.assign(place="locality")])
def test_without_a_free_settlement_there_is_no_line(places):
    assert line_of(EAST, places).length_km == 0


def test_no_snapshot_makes_no_rows():
    control = control_of(AS_OF, occupied=EAST)
    for table in (frontline(control.iloc[:0], TOWNS), frontline(control, TOWNS, days=["2025-01-05"])):
        assert check(table, FRONTLINE).empty


def test_borders_that_are_not_the_whole_country_are_refused():
    with pytest.raises(ValueError, match="borders leave out 50% of the settlements"):
        line_of(EAST, borders=borders_of(EAST))


# ---- the command


def run(*arguments):
    result = CliRunner().invoke(cli, ["frontline", *arguments])
    assert result.exit_code == 0, result.output
    return result


def test_the_command_prints_the_table_and_says_how_the_line_was_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("--by", "none", "--format", "json")
    (row,) = json.loads(result.stdout)
    assert {*FRONTLINE.columns} <= set(row)
    assert (row["method"], row["note"]) == ("settlements", "illustrative sample")
    assert f"{row['length_km']:,.1f} km long as it is drawn" in result.stderr
    assert "tracker reference use oblasts FILE" in result.stderr
    by_sector = json.loads(run("--format", "json").stdout)
    assert sum(one["length_km"] for one in by_sector) == pytest.approx(row["length_km"])
    assert {"Pokrovsk", "Kurakhove"} <= {one["sector"] for one in by_sector}


@pytest.mark.parametrize("form", ["geojson", "geoparquet", "gpkg", "kml"])
def test_the_line_is_written_as_a_line(form, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("--format", form, "-o", f"line.{form}")
    read = (gpd.read_parquet if form == "geoparquet" else gpd.read_file)(f"line.{form}")
    assert set(read.geom_type) == {"MultiLineString"}
    assert read.to_crs(4326).total_bounds == pytest.approx([37.2, 48.0, 37.6, 48.5], abs=0.6)


# ---- a real day


@pytest.mark.shared
def test_the_line_of_6_january_2025_is_neither_coast_nor_border(january):
    """By the bundled settlements alone."""
    table = frontline(january, tr.gazetteer(), sectors=tr.sectors(), days=["2025-01-06"])
    lengths = table.set_index("sector")["length_km"]
    assert lengths.sum() == pytest.approx(1267.6, abs=0.5)
    figures = {"Pokrovsk": 106.4, "Kurakhove": 67.3, "Toretsk": 56.5, "Prydniprovskyi": 366.1, "Kupiansk": 158.8}
    assert lengths[list(figures)].to_dict() == pytest.approx(figures, abs=0.2)
    west, south, east, north = table.to_crs(4326).total_bounds
    assert (west > 31.4, south > 46.2, east < 38.4, north < 51.2) == (True, True, True, True), "sea, Crimea or Russia"


@pytest.mark.shared
def test_with_real_borders_it_is_shorter_at_its_ends(january, shared, tmp_path):
    file = shared / "data" / "admin" / "adm1_oblasts_official_minregion_2020_simplified.geojson"
    reference.use("oblasts", file, tmp_path)
    oblasts = reference.own("oblasts", tmp_path)
    drawn = {"borders": oblasts, "settlements": None}
    tables = {
        method: frontline(january, tr.gazetteer(), sectors=tr.sectors(), borders=borders, days=["2025-01-06"])
        for method, borders in drawn.items()
    }
    lengths = {method: table.set_index("ground")["length_km"] for method, table in tables.items()}
    assert lengths["borders"].sum() == pytest.approx(1214.9, abs=0.5)
    longer = (lengths["settlements"] - lengths["borders"]).round(1)
    assert longer[longer.abs() > 2].to_dict() == pytest.approx(
        {"kharkiv": 33.5, "dnipro": 8.7, "kupiansk": 7.5, "sumy": 3.0}, abs=0.2
    )
