"""Partitions of the ground, splitting a ledger by them, names of their day, and finding a place by its name."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from worlds import WORLD, history_of, places_of, sectors_of, seed_points, square

import tracker as tr
from tracker.ground.areas import theatre
from tracker.places.names import find
from tracker.places.sectors import ELSEWHERE, named_on, partition, sectors_from, tessellate
from tracker.tables.check import check
from tracker.tables.constants import LONLAT, THEATRE, WORK_CRS
from tracker.tables.definitions import SECTORS

POLYGONAL = {"Polygon", "MultiPolygon"}


def points_of(pairs, index=None):
    return gpd.GeoSeries([shapely.Point(pair) for pair in pairs], index=index, crs=WORK_CRS)


# Partitions


@given(st.lists(seed_points, min_size=2, max_size=12, unique=True), st.sampled_from([WORLD, square(2, 2, 4)]))
def test_tessellate_divides_without_gaps_or_overlaps(pairs, within):
    cells = tessellate(points_of(pairs), within)
    assert cells.area.sum() == pytest.approx(within.area, rel=1e-9)
    assert shapely.union_all(cells.to_numpy()).area == pytest.approx(within.area, rel=1e-9)
    assert shapely.difference(shapely.union_all(cells.to_numpy()), within).area == pytest.approx(0, abs=1e-3)


@given(
    st.lists(seed_points, min_size=2, max_size=12, unique=True),
    st.lists(st.tuples(st.floats(-19_000, 19_000), st.floats(-19_000, 19_000)), min_size=1, max_size=8),
)
def test_a_cell_holds_the_ground_nearest_to_its_point(pairs, places):
    """Against a plain search: the cell that holds a place is that of the nearest point."""
    cells = tessellate(points_of(pairs), WORLD)
    for x, y in places:
        away = np.hypot(np.array(pairs)[:, 0] - x, np.array(pairs)[:, 1] - y)
        holding = shapely.dwithin(cells.to_numpy(), shapely.Point(x, y), 1e-3)
        assert away[holding].min() == pytest.approx(away.min(), abs=0.01)
        assert away[holding].max() == pytest.approx(away.min(), abs=0.01)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_few_points_divide_the_ground_too(number):
    cells = tessellate(points_of([(0, 0), (5000, 0), (0, 7000)][:number], index=list("abc")[:number]), WORLD)
    assert list(cells.index) == list("abc")[:number]
    assert cells.area.sum() == pytest.approx(WORLD.area)


def test_points_in_a_row_divide_the_ground_too():
    cells = tessellate(points_of([(x * 1000.0, 0) for x in range(5)]), square(0, 0, 4))
    assert (cells.area / 1e6).tolist() == pytest.approx([2, 4, 4, 4, 2])


def test_a_cell_that_misses_the_ground_is_empty():
    cells = tessellate(points_of([(500, 500), (600, 600), (50_000, 50_000)]), square(0, 0))
    assert cells.is_empty.tolist() == [False, False, True]


def test_a_cell_that_only_touches_the_ground_is_empty():
    """The border of the two cells is the ground's own: a line is no ground."""
    cells = tessellate(points_of([(500, 500), (1500, 500)]), square(0, 0))
    assert set(cells.geom_type) <= POLYGONAL
    assert cells.is_empty.tolist() == [False, True]


def test_partition_gives_polygons_where_a_group_only_touches_the_ground():
    seeds = gpd.GeoDataFrame({"ground": ["in", "out"]}, geometry=points_of([(500, 500), (1500, 500)]))
    divided = partition(seeds, "ground", square(0, 0))
    assert set(divided.geom_type) <= POLYGONAL


def test_points_that_coincide_are_named():
    with pytest.raises(ValueError, match=r"points coincide: \['twin'\]"):
        tessellate(points_of([(0, 0), (1, 1), (0, 0)], index=["one", "two", "twin"]), WORLD)
    seeds = gpd.GeoDataFrame({"ground": ["a", "b"]}, geometry=points_of([(0, 0), (0, 0)]))
    with pytest.raises(ValueError, match="points coincide"):
        partition(seeds, "ground", WORLD)


@given(st.lists(seed_points, min_size=3, max_size=15, unique=True), st.integers(1, 4))
def test_partition_divides_among_groups(pairs, groups):
    names = [f"ground-{n % groups}" for n in range(len(pairs))]
    seeds = gpd.GeoDataFrame({"ground": names}, geometry=points_of(pairs))
    divided = partition(seeds, "ground", WORLD)
    cells = tessellate(seeds.geometry, WORLD)
    assert list(divided.index) == sorted(set(names))
    assert divided.area.sum() == pytest.approx(WORLD.area, rel=1e-9)
    for name, shape in divided.items():
        own = shapely.union_all(cells[[one == name for one in names]].to_numpy())
        assert shapely.symmetric_difference(shape, own).area == pytest.approx(0, abs=1.0)


def test_the_theatre_follows_the_parallels():
    west, south, east, north = gpd.GeoSeries([theatre()], crs=WORK_CRS).to_crs(LONLAT).total_bounds
    assert (west, south, east, north) == pytest.approx(THEATRE, abs=1e-6)
    chord = gpd.GeoSeries([shapely.Point(35, 53)], crs=LONLAT).to_crs(WORK_CRS).iloc[0]
    assert theatre().boundary.distance(chord) < 100


@pytest.mark.parametrize("on", ["2020-01-01", "2024-08-06", "2025-01-06", "2025-06-16", "2025-10-01", "2030-01-01"])
def test_the_sectors_divide_the_theatre_on_any_day(on):
    sectors = check(tr.sectors(on=on), SECTORS)
    shapes = sectors.geometry.to_numpy()
    assert shapely.area(shapes).sum() == pytest.approx(theatre().area, rel=1e-9)
    assert shapely.union_all(shapes).area == pytest.approx(theatre().area, rel=1e-9)
    assert sectors.groupby("ground")["sector"].nunique().eq(1).all()


def test_the_sectors_keep_their_grounds_whatever_the_day():
    every = set(tr.sectors()["ground"])
    assert every == set(tr.sectors(on="2022-03-01")["ground"]) == set(tr.sectors(on="2029-01-01")["ground"])
    assert len(every) > 5


# Names of their day

RENAMED = pd.DataFrame(
    {
        "ground": ["river", "river", "river", "hill"],
        "name_en": ["First", "Second", "Third", "Hill"],
        "name_uk": ["Перший", "Другий", "Третій", "Гора"],
        "valid_from": pd.to_datetime(["2024-06-01", "2025-01-10", "2025-07-01", None]),
        "valid_to": pd.to_datetime(["2025-01-09", "2025-06-15", None, None]),
    }
)


def renamed():
    """Build sectors of which one changes its name twice, with a gap, and consists of two polygons."""
    seeds = gpd.GeoDataFrame(
        {"ground": ["river", "hill", "river"]}, geometry=points_of([(-500_000, 0), (0, 0), (300_000, 0)])
    )
    return sectors_from(seeds, RENAMED)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2022-03-01", "First"),
        ("2024-06-01", "First"),
        ("2025-01-09", "First"),
        ("2025-01-10", "Second"),
        ("2025-06-15", "Second"),
        ("2025-06-20", "Second"),
        ("2025-06-28", "Third"),
        ("2025-07-01", "Third"),
        ("2031-01-01", "Third"),
    ],
)
def test_a_ground_has_the_name_valid_on_a_day_or_the_nearest(day, name):
    kept = check(named_on(renamed(), day), SECTORS)
    assert set(kept["sector"][kept["ground"] == "river"]) == {name}
    assert (kept["ground"] == "river").sum() == 2
    assert set(kept["sector"][kept["ground"] == "hill"]) == {"Hill"}
    assert kept.area.sum() == pytest.approx(theatre().area, rel=1e-9)


def test_a_ground_between_two_names_equally_near_has_one_of_them():
    kept = named_on(renamed(), "2025-06-23")
    assert kept["sector"][kept["ground"] == "river"].nunique() == 1
    assert kept.area.sum() == pytest.approx(theatre().area, rel=1e-9)


def test_elsewhere_is_a_sector_of_that_name():
    seeds = gpd.GeoDataFrame({"ground": [ELSEWHERE, "hill"]}, geometry=points_of([(-500_000, 0), (0, 0)]))
    names = RENAMED.iloc[[3, 3]].assign(ground=["hill", ELSEWHERE])
    assert set(sectors_from(seeds, names)["sector"]) == {"Hill", ELSEWHERE}


# Splitting

HALVES = sectors_of({"west": square(-10, 0, 10), "east": square(0, 0, 10)})


def ledger_of(*shapes, end="2025-01-02"):
    """Make a ledger of one step that gains these shapes."""
    return tr.track(history_of({"2025-01-01": [], end: list(shapes)}))


def said(pieces, column="ground"):
    return sorted(zip(pieces[column], pieces["area_km2"].round(6), strict=True))


SPLITS = [
    ("whole within", [square(1, 1)], [("east", 1.0)]),
    ("across the border", [square(-1, 1, 2)], [("east", 2.0), ("west", 2.0)]),
    ("touching the border from one side", [square(0, 1)], [("east", 1.0)]),
    ("touching a corner of the border", [square(0, 10)], [("elsewhere", 1.0)]),
    ("outside all", [square(50, 50)], [("elsewhere", 1.0)]),
    ("partly outside", [square(9.5, 1)], [("east", 0.5), ("elsewhere", 0.5)]),
    ("across border and outside", [square(-1, 9, 2)], [("east", 1.0), ("elsewhere", 2.0), ("west", 1.0)]),
    ("the very ground", [square(0, 0, 10)], [("east", 100.0)]),
    ("two", [square(1, 1), square(-3, 1)], [("east", 1.0), ("west", 1.0)]),
    (
        "a hole over the border",
        [shapely.difference(square(-2, 1, 4), square(-1, 2, 2))],
        [("east", 6.0), ("west", 6.0)],
    ),
]


@pytest.mark.parametrize(("shapes", "expected"), [m[1:] for m in SPLITS], ids=[m[0] for m in SPLITS])
def test_split(shapes, expected):
    ledger = ledger_of(*shapes)
    pieces = tr.split(ledger, HALVES)
    assert said(pieces) == expected
    assert [name if name == ELSEWHERE else name.title() for name in pieces["ground"]] == list(pieces["sector"])
    assert pieces["area_km2"].sum() == pytest.approx(ledger["area_km2"].sum(), abs=1e-6)


def test_a_fragment_within_a_place_keeps_its_very_coordinates():
    ledger = ledger_of(square(0, 1), square(3, 3))
    pieces = tr.split(ledger, HALVES)
    assert shapely.equals_identical(pieces.geometry.to_numpy(), ledger.geometry.to_numpy()).all()


def test_split_of_an_empty_ledger():
    pieces = tr.split(ledger_of(), HALVES)
    assert pieces.empty
    assert {"ground", "sector"} <= set(pieces.columns)


def test_split_by_no_places_is_all_elsewhere():
    assert said(tr.split(ledger_of(square(1, 1)), HALVES.iloc[:0])) == [("elsewhere", 1.0)]


def test_split_by_oblasts_adds_their_column_only():
    oblasts = gpd.GeoDataFrame(
        {"oblast": ["Donetsk", "Luhansk"]},
        geometry=[shapely.multipolygons([square(0, 0), square(2, 0)]), square(1, 0)],
        crs=WORK_CRS,
    )
    pieces = tr.split(ledger_of(shapely.box(0, 0, 4000, 1000)), oblasts)
    assert said(pieces, "oblast") == [
        ("Donetsk", 1.0),
        ("Donetsk", 1.0),
        ("Luhansk", 1.0),
        ("elsewhere", 1.0),
    ]
    assert not {"ground", "sector"} & set(pieces.columns)


def test_split_by_both_is_the_same_in_either_order():
    oblasts = gpd.GeoDataFrame({"oblast": ["Donetsk"]}, geometry=[square(-5, 0, 10)], crs=WORK_CRS)
    ledger = ledger_of(square(-8, 1, 8), square(2, 2, 6))
    one = tr.split(tr.split(ledger, HALVES), oblasts).groupby(["ground", "oblast"])["area_km2"].sum()
    other = tr.split(tr.split(ledger, oblasts), HALVES).groupby(["ground", "oblast"])["area_km2"].sum()
    pd.testing.assert_series_equal(one, other)
    assert one.sum() == pytest.approx(100.0)


def test_each_step_counts_under_the_name_of_its_day():
    control = history_of(
        {
            "2024-12-01": [],
            "2025-01-09T21:59:59": square(0, 0),
            "2025-01-09T22:00": square(0, 0, 2),
            "2025-08-01": square(0, 0, 3),
        }
    )
    seeds = gpd.GeoDataFrame({"ground": ["hill", "river"]}, geometry=points_of([(-500_000, 0), (0, 0)]))
    sectors = sectors_from(seeds, RENAMED)
    pieces = tr.split(tr.track(control), sectors)
    assert set(pieces["ground"]) == {"river"}
    assert list(pieces["sector"]) == ["First", "Second", "Third"]
    fixed = tr.split(tr.track(control), named_on(sectors, "2025-01-20"))
    assert set(fixed["sector"]) == {"Second"}
    assert fixed["area_km2"].sum() == pytest.approx(pieces["area_km2"].sum())


def test_split_refuses_places_of_neither_kind():
    with pytest.raises(ValueError, match="places must have a column ground"):
        tr.split(ledger_of(square(0, 0)), HALVES.drop(columns="ground"))


def test_split_refuses_places_that_overlap():
    """Their common ground would be counted twice."""
    overlapping = sectors_of({"west": square(-10, 0, 12), "east": square(0, 0, 10)})
    with pytest.raises(ValueError, match="overlap"):
        tr.split(ledger_of(square(0, 1, 2)), overlapping)


def test_split_keeps_extra_columns():
    pieces = tr.split(ledger_of(square(-1, 1, 2)).assign(cause="redraw"), HALVES)
    assert list(pieces["cause"]) == ["redraw", "redraw"]


# Finding

TOWNS = {
    "Pokrovsk": "Покровськ",
    "Myrnohrad": "Мирноград",
    "Avdiivka": "Авдіївка",
    "Zelenyi Hai": "Зелений Гай",
}
KNOWN = [*TOWNS.items(), ("Zelenyi Hai", "Зелений Гай"), ("pokrovske", "Покровське"), ("Pokrov", "")]
GAZETTEER = places_of({str(n): shapely.Point(n * 1000, 0) for n in range(len(KNOWN))}).assign(
    geonameid=[700 + n for n in range(len(KNOWN))],
    name=[name for name, _ in KNOWN],
    name_uk=[name_uk for _, name_uk in KNOWN],
)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("Pokrovsk", [700]),
        (" pokrovsk ", [700]),
        ("POKROVSK", [700]),
        ("Покровськ", [700]),
        ("покровськ", [700]),
        (700, [700]),
        ("700", [700]),
        ("Avdiyivka", [702]),
        ("Авдіївка", [702]),
        ("Zelenyi Hai", [703, 704]),
        ("Зелений Гай", [703, 704]),
        ("Zelenyy Hay", [703, 704]),
        ("Pokrov", [706]),
        ("Atlantis", []),
        (999, []),
        ("", []),
        ("-", []),
        ("'", []),
    ],
)
def test_find_by_id_name_and_spelling(name, ids):
    assert find(GAZETTEER, name)["geonameid"].tolist() == ids


def test_the_exact_name_comes_before_other_spellings():
    places = GAZETTEER.assign(name=["Pokrovsk", "Pokrov-sk", *GAZETTEER["name"].iloc[2:]])
    assert find(places, "Pokrovsk")["geonameid"].tolist() == [700]
    assert find(places, "Po-krovsk")["geonameid"].tolist() == [700, 701]


def test_find_among_none():
    assert find(GAZETTEER.iloc[:0], "Pokrovsk").empty


# The sectors against the published ones


PUBLISHED = {"novopavlivka": 53, "lyman": 19, "kupiansk": 14, "pokrovsk": 9, "toretsk": 4, "orikhiv": 2, "siversk": 1}
NOVOPAVLIVKA = {"kurakhove", "velykanovosilka", "huliaipole"}


@pytest.mark.shared
@pytest.mark.parametrize("gross", [True, False], ids=["gross", "net"])
def test_sectors_come_near_the_published_shares_of_september_2025(shared, gross):
    """Shares of the month's gains in per cent, as DeepState published them: four points off in the mean, at most."""
    files = sorted((shared / "data" / "deepstate-daily").glob("deepstatemap_data_2025*.geojson"))
    control = tr.last_of_day(tr.load("deepstate-daily", [f for f in files if "20250901" <= f.stem[-8:] <= "20251001"]))
    ledger = tr.split(tr.label_causes(tr.track(control), control), tr.sectors())
    sums = tr.summarise(ledger, by="ground", since="2025-09-01", until="2025-09-30", control=control)
    ground = sums["ground"].where(~sums["ground"].isin(NOVOPAVLIVKA), "novopavlivka")
    areas = sums["gain_km2" if gross else "net_km2"].groupby(ground).sum()
    shares = 100 * areas / areas.sum()
    away = [abs(shares.get(ground, 0.0) - published) for ground, published in PUBLISHED.items()]
    assert np.mean(away) < 2.5
    assert max(away) < 6
