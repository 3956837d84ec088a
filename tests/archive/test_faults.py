"""What is wrong with an archive: faults that keep a snapshot out, and findings of all kinds."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tracker as tr
from tracker.archive.faults import FAULTS, epochs, faults
from tracker.archive.findings import findings
from tracker.archive.store import read_manifest
from tracker.tables.check import check, conform
from tracker.tables.days import day_of, end_of_day
from tracker.tables.definitions import FINDINGS, MANIFEST

BOTH = "Crimea + Donbas"


def lines_of(first="2024-06-01", *, source="s", areas=(), days=None, **columns):
    """Make manifest lines of a source: one a day from `first`, or on the days (0, 1, 4, …) after it."""
    days = range(len(areas)) if days is None else days
    instants = [end_of_day(pd.Timestamp(first) + pd.Timedelta(days=day)) for day in days]
    table = pd.DataFrame(
        {
            "source": source,
            "path": [f"raw/{number}.json" for number in range(len(instants))],
            "url": None,
            "sha256": [f"{source}{number}" for number in range(len(instants))],
            "bytes": 1,
            "retrieved_at": pd.Timestamp("2026-01-01T00:00Z"),
            "as_of": pd.to_datetime(instants, utc=True),
            "occupied_km2": np.asarray(areas, dtype=float),
            "occupied_since_2022_km2": np.nan,
            "contested_km2": np.nan,
            "fault": None,
            "held": BOTH,
        }
    )
    return conform(table.assign(**columns), MANIFEST)


def marks(lines):
    """Write the faults as one letter a snapshot: e, c, o, or a dot."""
    return "".join("." if pd.isna(fault) else fault[0] for fault in faults(lines))


def numbers(lines):
    """Write the epochs as one digit a snapshot, or a dash."""
    return "".join("-" if pd.isna(number) else str(number) for number in epochs(lines))


def steady(number, start=110_000.0, daily=10.0):
    return [start + daily * day for day in range(number)]


def changed(areas, where, by):
    """Change a stretch of areas."""
    return [area + (by if where.start <= day < where.stop else 0.0) for day, area in enumerate(areas)]


# ---- faults


def test_a_map_without_ground_is_empty():
    areas = steady(6)
    areas[2] = areas[3] = 0.0
    assert marks(lines_of(areas=areas)) == "..ee.."


def test_a_map_of_contested_ground_alone_is_not_empty():
    assert marks(lines_of(areas=[0.0, 0.0], contested_km2=[5.0, 0.0])) == ".e"


@pytest.mark.parametrize(
    ("beyond", "mark"), [(0.0, "."), (527.0, "."), (4_999.0, "."), (5_001.0, "o"), (643_860.0, "o")]
)
def test_ground_beyond_the_theatre(beyond, mark):
    assert marks(lines_of(areas=steady(5), outside_km2=[0.0, 0.0, beyond, 0.0, 0.0])) == f"..{mark}.."


CRIMEA = 27_000.0
STRETCHES = {
    "in between": (slice(20, 22), "." * 20 + "cc" + "." * 18),
    "a week": (slice(20, 27), "." * 20 + "c" * 7 + "." * 13),
    "on the last day": (slice(39, 40), "." * 39 + "c"),
    "on the first days": (slice(0, 3), "ccc" + "." * 37),
}


@pytest.mark.parametrize("stretch", STRETCHES)
def test_crimea_is_missing_for_some_days(stretch):
    where, expected = STRETCHES[stretch]
    held = ["Donbas" if where.start <= day < where.stop else BOTH for day in range(40)]
    assert marks(lines_of(areas=changed(steady(40), where, -CRIMEA), held=held)) == expected


@pytest.mark.parametrize("stretch", STRETCHES)
@pytest.mark.parametrize("by", [-20_000.0, 30_000.0, 643_860.0])
def test_ground_that_no_front_line_could_cross_appears_or_vanishes_for_some_days(stretch, by):
    where, expected = STRETCHES[stretch]
    assert marks(lines_of(areas=changed(steady(40), where, by))) == expected


def test_two_regions_are_told_apart_where_the_areas_agree():
    held = [BOTH] * 10 + ["Crimea"] * 2 + [BOTH] * 10
    assert marks(lines_of(areas=steady(22), held=held)) == "." * 10 + "cc" + "." * 10


def test_contested_ground_may_be_at_fault_too():
    contested = [600.0] * 20 + [26_000.0] + [600.0] * 20
    assert marks(lines_of(areas=steady(41), contested_km2=contested)) == "." * 20 + "c" + "." * 20


def test_it_may_happen_again_and_again():
    areas = changed(changed(steady(60), slice(10, 12), -CRIMEA), slice(40, 43), -CRIMEA)
    assert marks(lines_of(areas=areas)) == "." * 10 + "cc" + "." * 28 + "ccc" + "." * 17


def test_faults_beside_each_other_are_told_apart():
    areas = changed(steady(30), slice(10, 13), -CRIMEA)
    areas[12] = 0.0
    assert marks(lines_of(areas=areas)) == "." * 10 + "cce" + "." * 17


FRONTS = {
    "a quiet year": ("2024-01-01", steady(300)),
    "the retreat from the north": (
        "2022-03-25",
        [120_000, 118_000, 117_000, 92_000, 90_000, 78_000, *steady(30, 78_000)],
    ),
    "Kharkiv oblast": ("2022-09-05", [125_000, 124_000, 121_000, 118_000, 116_500, *steady(30, 116_000)]),
    "the first weeks": ("2022-02-24", [42_000, 55_000, 70_000, 95_000, 100_000, 120_000, *steady(20, 120_000, 400.0)]),
    "Kherson": ("2022-11-08", [113_000, 112_900, 108_500, *steady(30, 108_500)]),
    "a month of great advances": ("2024-11-01", steady(40, 110_000, 90.0)),
}


@pytest.mark.parametrize("front", FRONTS)
def test_what_fronts_did_is_no_fault(front):
    first, areas = FRONTS[front]
    lines = lines_of(first, areas=areas)
    assert set(marks(lines)) == {"."}
    assert set(numbers(lines)) == {"1"}


def test_an_unfinished_map_at_the_beginning_is_no_advance():
    """As DeepState's first exports: 14,000 km² were still to be drawn, while the front hardly moved."""
    lines = lines_of("2022-04-03", areas=[107_287, 107_300, *steady(30, 121_366)])
    assert marks(lines) == "cc" + "." * 30
    weeks_later = lines_of("2022-04-03", areas=[107_287, *steady(30, 121_366)], days=[0, *range(28, 58)])
    assert marks(weeks_later) == "." * 31
    assert numbers(weeks_later) == "1" + "2" * 30


@given(st.lists(st.floats(-400, 400), min_size=1, max_size=40), st.lists(st.integers(1, 40), min_size=40, max_size=40))
def test_no_series_of_small_steps_is_a_fault(changes, intervals):
    areas = 100_000 + np.cumsum(changes)
    lines = lines_of("2023-01-01", areas=areas, days=np.cumsum(intervals)[: len(areas)])
    assert faults(lines).isna().all()
    assert (epochs(lines) == 1).all()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_few_snapshots_have_no_neighbours_to_differ_from(number):
    lines = lines_of(areas=steady(number))
    assert marks(lines) == "." * number
    assert findings(lines).empty


def test_of_two_maps_that_differ_one_is_left():
    assert marks(lines_of(areas=[110_000.0, 80_000.0])) in (".c", "c.")


def test_sources_do_not_disturb_each_other():
    lines = pd.concat([lines_of(areas=steady(5)), lines_of(source="t", areas=steady(5, 60_000.0))], ignore_index=True)
    assert marks(lines.sort_values("as_of")) == "." * 10


def test_the_order_of_lines_does_not_matter():
    areas = changed(steady(40), slice(20, 22), -CRIMEA)
    lines = lines_of(areas=areas)
    shuffled = lines.sample(frac=1, random_state=7)
    assert faults(shuffled).reindex(lines.index).fillna("").tolist() == faults(lines).fillna("").tolist()
    assert epochs(shuffled).reindex(lines.index).fillna(0).tolist() == epochs(lines).fillna(0).tolist()


def test_an_archive_that_was_loaded_before_facts_were_noted_is_judged_by_its_areas():
    lines = lines_of(areas=changed(steady(30), slice(10, 12), -CRIMEA)).drop(columns="held")
    assert marks(lines) == "." * 10 + "cc" + "." * 18


# ---- lasting changes of coverage


def test_a_lasting_change_of_coverage_is_no_fault_and_begins_an_epoch():
    held = ["Donbas"] * 30 + [""] * 30
    lines = lines_of(areas=changed(steady(60, 80_000), slice(30, 60), -14_000), held=held)
    assert set(marks(lines)) == {"."}
    assert numbers(lines) == "1" * 30 + "2" * 30
    found = findings(lines)
    assert found["problem"].tolist() == ["coverage"]
    assert found["as_of"].iloc[0] == lines["as_of"].iloc[30]
    assert "from here on" in found["detail"].iloc[0]
    assert "neither Crimea nor Donbas" in found["detail"].iloc[0]
    assert found["area_km2"].iloc[0] == pytest.approx(13_990, abs=1)


def test_a_source_that_returns_to_its_old_coverage_begins_a_third_epoch():
    areas = changed(steady(70), slice(20, 50), -30_000)
    lines = lines_of(areas=areas)
    assert set(marks(lines)) == {"."}
    assert numbers(lines) == "1" * 20 + "2" * 30 + "3" * 20


def test_one_broken_map_of_a_monthly_archive_is_a_fault_and_no_epoch():
    lines = lines_of(areas=[*steady(4), 64_000.0, *steady(4, 110_100)], days=range(0, 270, 30))
    assert marks(lines) == "....c...."
    assert numbers(lines) == "1111-1111"


def test_a_map_whose_drawing_was_never_measured_agrees_with_any_other():
    held = [None] * 20 + [BOTH] * 20
    lines = lines_of(areas=steady(40), held=held)
    assert marks(lines) == "." * 40
    assert numbers(lines) == "1" * 40


def test_what_was_found_outside_stays_a_fault_where_an_archive_no_longer_says_how_much():
    fault = [None, None, "outside", None, None]
    assert marks(lines_of(areas=steady(5), fault=fault, outside_km2=np.nan)) == "..o.."


def test_faulty_snapshots_belong_to_no_epoch():
    assert numbers(lines_of(areas=changed(steady(40), slice(20, 22), -CRIMEA))) == "1" * 20 + "--" + "1" * 18


# ---- findings


def found_of(problem, lines, **options):
    """Give the findings of one problem; the table is what its definition says."""
    table = check(findings(lines, **options), FINDINGS)
    assert set(table["problem"]) <= {"gap", "duplicate", "frozen", *FAULTS, "invalid", "lag", "mismatch"}
    return table[table["problem"] == problem].reset_index(drop=True)


def test_a_gap_names_the_missing_days_and_what_came_then():
    found = found_of("gap", lines_of(areas=steady(10), days=[0, 1, 2, 3, 6, 7, 8, 9, 11, 12]))
    assert found["detail"].tolist() == [
        "no map of 2024-06-05 to 2024-06-06; +10.0 km² when it came",
        "no map of 2024-06-11; +10.0 km² when it came",
    ]
    assert found["area_km2"].tolist() == pytest.approx([10.0, 10.0])


def test_a_weekly_source_has_a_gap_where_a_week_is_missing():
    found = found_of("gap", lines_of(areas=steady(6), days=[0, 7, 14, 28, 35, 42]))
    assert len(found) == 1
    assert "2024-06-16 to 2024-06-28" in found["detail"].iloc[0]


def test_a_gap_beside_a_faulty_map_says_no_change():
    areas = steady(8)
    areas[4] = 0.0
    found = found_of("gap", lines_of(areas=areas, days=[0, 1, 2, 3, 6, 7, 8, 9]))
    assert found["detail"].tolist() == ["no map of 2024-06-05 to 2024-06-06"]
    assert found["area_km2"].isna().all()


def test_a_duplicate_draws_what_the_map_before_drew():
    areas = [100.0, 110.0, 110.0, 120.0]
    found = found_of("duplicate", lines_of(areas=areas))
    assert found["detail"].tolist() == ["draws what the map of 2024-06-02 drew"]


def test_the_days_of_one_file_are_no_duplicates():
    assert found_of("duplicate", lines_of(areas=[100.0, 100.0, 100.0], path="table.csv")).empty


def test_contested_ground_that_moves_makes_no_duplicate():
    assert found_of("duplicate", lines_of(areas=[100.0, 100.0], contested_km2=[5.0, 6.0])).empty


def test_a_freeze_is_told_with_what_came_after_it():
    areas = np.cumsum([110_000, *[10.0] * 20, 0.0, 0.0, 2.0, 0.0, 54.6, *[10.0] * 20])
    found = found_of("frozen", lines_of(areas=areas))
    assert found["detail"].tolist() == [
        "+2.0 km² in 4 days, 2024-06-22 to 2024-06-25; then +54.6 km² in a day (usual: 10.0)"
    ]


def test_a_freeze_that_lasts_is_told():
    found = found_of("frozen", lines_of(areas=[*steady(20), *[110_190.0] * 5]))
    assert "it still lasts" in found["detail"].iloc[0]


def test_mended_rings_and_lacking_geometries_are_invalid():
    lines = lines_of(
        areas=steady(3),
        repaired_rings=[0, 2, 0],
        repaired_km2=[0.0, 0.25, 0.0],
        lacking=[None, None, "5 of advances"],
    )
    found = found_of("invalid", lines)
    assert found["detail"].tolist() == [
        "invalid polygons: 2; mending them changed 0.250 km²",
        "without geometry: 5 of advances",
    ]
    assert found["area_km2"].iloc[0] == 0.25


def test_a_file_may_lag_behind_its_name_where_the_date_stands_inside():
    paths = ["x/2024-06-02.json", "x/2024-06-05.json", "x/20240603.json"]
    lines = lines_of(areas=steady(3), path=paths)
    assert found_of("lag", lines, dated_inside=["s"])["detail"].tolist() == [
        "its date inside is 3 days before that of 2024-06-05.json"
    ]
    assert found_of("lag", lines).empty


MISMATCHES = [
    (100_000.0, 600.0, []),
    (100_010.5, 600.0, ["occupied since 2022: 100,000.0 km² here, 100,010.5 by the source itself"]),
    (100_009.5, 605.5, []),
    (99_989.0, 620.0, ["occupied since 2022", "contested"]),
    (None, None, []),
]


@pytest.mark.parametrize(("occupied", "contested", "expected"), MISMATCHES)
def test_the_source_s_own_areas_are_compared(occupied, contested, expected):
    lines = lines_of(
        areas=[140_000.0],
        occupied_since_2022_km2=100_000.0,
        contested_km2=600.0,
        own_occupied_since_2022_km2=[occupied],
        own_contested_km2=[contested],
    ).astype({"own_occupied_since_2022_km2": "float64", "own_contested_km2": "float64"})
    found = found_of("mismatch", lines)["detail"].tolist()
    assert len(found) == len(expected)
    assert all(told.startswith(words) for told, words in zip(found, expected, strict=True))


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_a_finding(fault):
    areas, outside = changed(steady(30), slice(10, 11), -CRIMEA if fault == "coverage" else 0.0), [0.0] * 30
    areas[10] = 0.0 if fault == "empty" else areas[10]
    outside[10] = 25_761.0 if fault == "outside" else 0.0
    found = found_of(fault, lines_of(areas=areas, outside_km2=outside))
    assert len(found) == 1
    assert found["detail"].iloc[0]


# ---- in an archive


def daily_map(folder, date, *boxes):
    """Write a map of UAControlMap's form: occupied boxes, as west, south, east, north."""
    folder.mkdir(exist_ok=True)
    rings = [[[s, w], [s, e], [n, e], [n, w], [s, w]] for w, s, e, n in boxes]
    (folder / f"{date:%Y%m%d}.json").write_text(json.dumps({"areas": rings, "frontline": [], "units": {}}))


CRIMEA_BOX = (32.5, 44.3, 36.7, 46.1)
DONBAS_BOX = (37.5, 47.5, 40.0, 49.0)


def test_a_load_judges_all_snapshots_of_the_source_anew(tmp_path):
    """A map without Crimea is a fault while the next ones draw it; the faults are in no result."""
    from tracker.archive.ingest import load_into
    from tracker.sources import source_named

    days = pd.date_range("2024-06-01", periods=20)
    for number, day in enumerate(days):
        grown = (37.5 - 0.001 * number, *DONBAS_BOX[1:])
        daily_map(tmp_path / "raw", day, grown, *([] if number in (15, 16) else [CRIMEA_BOX]))
    source, archive = source_named("uacontrolmap"), tmp_path / "archive"

    def load(*names):
        paths = [tmp_path / "raw" / name for name in names] or [tmp_path / "raw"]
        return load_into(archive, source, paths, now=pd.Timestamp("2026-01-01T00:00Z"), on_error=pytest.fail)

    first = load(*[f"{day:%Y%m%d}.json" for day in days[:17]])
    assert len(first.faults) == 2
    assert "covers other ground" in first.faults[0]
    rest = load()
    assert (rest.added, rest.known, rest.faults) == (3, 17, ())
    assert read_manifest(archive)["fault"].fillna("").tolist() == [""] * 15 + ["coverage"] * 2 + [""] * 3
    control = tr.read_archive(archive)
    assert control["as_of"].nunique() == 18
    assert "epoch" not in control
    assert tr.track(tr.last_of_day(control))["area_km2"].max() < 1000


def test_a_lasting_change_of_coverage_is_no_change_of_the_front(tmp_path):
    from tracker.archive.ingest import load_into
    from tracker.sources import source_named

    for number, day in enumerate(pd.date_range("2024-06-01", periods=40)):
        grown = (37.5 - 0.001 * number, *DONBAS_BOX[1:])
        daily_map(tmp_path / "raw", day, grown, *([] if number >= 20 else [CRIMEA_BOX]))
    archive = tmp_path / "archive"
    load_into(
        archive,
        source_named("uacontrolmap"),
        [tmp_path / "raw"],
        now=pd.Timestamp("2026-01-01T00:00Z"),
        on_error=pytest.fail,
    )
    control = tr.last_of_day(tr.read_archive(archive))
    assert control["epoch"].tolist() == [1] * 20 + [2] * 20
    ledger = tr.track(control)
    moved = ledger[ledger["area_km2"] > 1]
    assert len(moved) == 38, "a gain a day, but none across the change of coverage"
    assert set(moved["kind"]) == {"gain"}
    assert ledger["area_km2"].max() < 100


FACTS_NOTED = ["outside_km2", "repaired_rings", "repaired_km2", "held", "lacking"]
FACTS_NOTED += ["own_occupied_since_2022_km2", "own_contested_km2"]


def test_an_older_archive_goes_on_and_is_made_good_by_the_next_load(tmp_path):
    """Its manifest has no facts, and its faults were never looked for."""
    from tracker.archive.ingest import load_into
    from tracker.sources import source_named

    days = pd.date_range("2024-06-01", periods=20)
    for number, day in enumerate(days):
        daily_map(tmp_path / "raw", day, DONBAS_BOX, *([] if number in (5, 6) else [CRIMEA_BOX]))
    source, archive = source_named("uacontrolmap"), tmp_path / "archive"

    def load(paths):
        return load_into(archive, source, paths, now=pd.Timestamp("2026-01-01T00:00Z"), on_error=pytest.fail)

    load([tmp_path / "raw" / f"{day:%Y%m%d}.json" for day in days[:10]])
    manifest = archive / "manifest.csv"
    pd.read_csv(manifest).drop(columns=FACTS_NOTED).assign(fault=None).to_csv(manifest, index=False)
    assert tr.read_archive(archive)["as_of"].nunique() == 8, "the areas alone tell"
    done = load([tmp_path / "raw"])
    assert (done.added, done.known) == (20, 0), "those without facts are measured anew"
    lines = read_manifest(archive)
    assert lines["fault"].fillna("").tolist() == [""] * 5 + ["coverage"] * 2 + [""] * 13
    assert lines["held"].tolist() == [BOTH] * 5 + ["Donbas"] * 2 + [BOTH] * 13
    assert load([tmp_path / "raw"]).known == 20


# ---- real archives


@pytest.fixture(scope="module")
def judged(shared, tmp_path_factory):
    """Load all exports of the sources that have faults worth finding."""
    from tracker.archive.ingest import load_into
    from tracker.sources import source_named

    archive = tmp_path_factory.mktemp("judged")
    for name in ("uacontrolmap", "liveuamap-nzz"):
        now = pd.Timestamp("2026-01-01T00:00Z")
        load_into(archive, source_named(name), [shared / "data" / name], now=now, on_error=lambda error: None)
    return read_manifest(archive)


@pytest.fixture(scope="module")
def mirrored(whole_mirror):
    """Write manifest lines for the daily mirror, which all draw the same regions."""
    lines = lines_of(source="deepstate-daily", areas=whole_mirror.area / 1e6)
    return lines.assign(as_of=whole_mirror["as_of"])


def days_of(found):
    return [f"{day:%Y-%m-%d}" for day in day_of(found["as_of"])]


@pytest.mark.shared
def test_the_known_faults_of_real_archives_are_found(judged, mirrored):
    found = findings(pd.concat([judged, mirrored], ignore_index=True), dated_inside=["liveuamap-nzz"])
    by = {key: days_of(rows) for key, rows in found.groupby(["source", "problem"])}
    assert by["uacontrolmap", "empty"] == ["2023-05-24"]
    assert by["liveuamap-nzz", "outside"] == ["2023-10-24"], "a polygon in Afghanistan"
    assert by["liveuamap-nzz", "coverage"] == ["2024-08-19"], "the first map here without the Donbas of before 2022"
    assert by["deepstate-daily", "gap"] == ["2024-08-19", "2025-01-01", "2025-04-01"], "five missing days in all"
    frozen = found[(found["source"] == "deepstate-daily") & (found["problem"] == "frozen")]
    assert any("2024-12-20 to 2024-12-23; then +54.6 km²" in detail for detail in frozen["detail"])


@pytest.mark.shared
def test_ordinary_days_of_real_archives_are_no_faults(judged, mirrored):
    """Below 2 % is asked for; it is none."""
    assert faults(mirrored).isna().all()
    assert faults(judged).dropna().tolist() == ["outside", "empty"]
    assert judged["fault"].dropna().tolist() == ["outside", "empty"]
