"""The commands of quality: `check`, the causes that figures count, options of a load, and what sources leave out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from commands import rows_of, run
from stories import rendered

import tracker as tr
from tracker.archive.store import read_manifest

FRONT = (37.5, 47.5, 40.0, 49.0)
CRIMEA = (32.5, 44.3, 36.7, 46.1)


def put_map(folder, day, *boxes, name="{:%Y%m%d}.json"):
    """Write a map of UAControlMap's form: occupied boxes, as west, south, east, north."""
    folder.mkdir(exist_ok=True, parents=True)
    rings = [[[s, w], [s, e], [n, e], [n, w], [s, w]] for w, s, e, n in boxes]
    (folder / name.format(pd.Timestamp(day))).write_text(json.dumps({"areas": rings, "frontline": []}))


def grown(days):
    """Draw the front, and a strip 300 m wide for every day that it moved westwards."""
    south, north = FRONT[1], FRONT[3]
    return [FRONT, *((FRONT[0] - 0.004 * (n + 1), south, FRONT[0] - 0.004 * n, north) for n in range(days))]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """
    Load a month of maps that grow westwards every day.

    On the 11th and 12th Crimea is missing, the 15th is empty, the 20th and 21st have no map, and on the 25th there is
    dust a kilometre long and ten metres wide.
    """
    folder = tmp_path_factory.mktemp("quality")
    for number, day in enumerate(pd.date_range("2024-06-01", "2024-06-30")):
        boxes = grown(number) + ([] if day.day in (11, 12) else [CRIMEA])
        boxes += [(36.0, 48.0, 36.0135, 48.0001)] if day.day >= 25 else []
        if day.day not in (20, 21):
            put_map(folder / "raw", day, *([] if day.day == 15 else boxes))
    run("load", "uacontrolmap", folder / "raw", "--archive", folder / "archive", status=3)
    return folder / "archive"


# ---- check


def test_findings_are_listed_and_no_failure(archive):
    rows = rows_of("check", "--archive", archive)
    told = [(row["problem"], row["as_of"][:10]) for row in rows]
    assert told == [
        ("coverage", "2024-06-11"),
        ("coverage", "2024-06-12"),
        ("empty", "2024-06-15"),
        ("gap", "2024-06-22"),
    ]
    assert "Donbas" in rows[0]["detail"]
    assert rows[0]["area_km2"] > 20_000


def test_findings_of_one_source(archive):
    assert len(rows_of("check", "--archive", archive, "--source", "uacontrolmap")) == 4
    told = run("check", "--archive", archive, "--source", "isw", status=6).stderr
    assert "the archive holds nothing of isw" in told


def test_the_terminal_counts_the_findings(archive):
    told = run("check", "--archive", archive)
    assert "28 snapshots of 1 sources: 2 coverage, " in told.stderr
    assert re.search(r"2024-06-15\S*\s+empty", told.stdout)


def test_no_findings_are_an_empty_table():
    put_map(Path("raw"), "2024-06-01", FRONT)
    run("load", "uacontrolmap", "raw", "--archive", "new")
    result = run("check", "--archive", "new", "--format", "csv")
    assert result.stdout == "source,as_of,problem,detail,area_km2\n"
    assert "no findings" in result.stderr


def test_the_sample_can_be_checked():
    assert "illustrative sample" in run("check", "--format", "csv").stdout


def test_faulty_snapshots_are_in_no_figure(archive):
    (row,) = rows_of("advances", "--archive", archive)
    assert row["gain_km2"] == pytest.approx(row["net_km2"], rel=0.01)
    assert 0 < row["net_km2"] < 2000
    days = {
        row["day"] for row in rows_of("distances", "--town", "Pokrovsk", "--since", "2024-06-10", "--archive", archive)
    }
    assert len(days) == 21
    states = rows_of(
        "distances", "--town", "Pokrovsk", "--since", "2024-06-10", "--until", "2024-06-12", "--archive", archive
    )
    assert {row["as_of"][:10] for row in states} == {"2024-06-10"}


def test_a_change_of_coverage_is_said_and_not_counted():
    for number, day in enumerate(pd.date_range("2024-06-01", periods=40)):
        boxes = grown(number) + ([CRIMEA] if number < 20 else [])
        put_map(Path("raw"), day, *boxes)
    run("load", "uacontrolmap", "raw", "--archive", "new")
    result = run("advances", "--archive", "new", "--format", "json")
    (row,) = json.loads(result.stdout)
    assert row["net_km2"] is None, "the ends of the period do not compare"
    assert 0 < row["gain_km2"] < 3000
    assert row["loss_km2"] < 1
    assert "from the map of 2024-06-21 on it covers other ground than before" in result.stderr
    on = ("--archive", "new", "--on", "2024-06-22")
    told = "From the map of 21 June 2024 on the source covers other ground than before"
    assert told in run("map", "--archive", "new", "--since", "2024-06-19", "--until", "2024-06-22").stdout
    assert told in run("figure", *on, "--format", "svg").stdout
    report = run("report", *on).stdout
    assert "net, by +49.5 km² in 1 day." in report, "the longer windows have no net"
    assert "2024" in report
    assert "From the map of 21 June 2024 on the source covers other ground than before" in report


# ---- causes


def test_dust_is_left_out_of_gross_figures_and_said(archive):
    period = ("--since", "2024-06-25", "--until", "2024-06-25", "--archive", archive)
    default = run("advances", *period, "--format", "json")
    (counted,), (whole,) = json.loads(default.stdout), rows_of("advances", *period, "--causes", "all")
    assert whole["gain_km2"] - counted["gain_km2"] == pytest.approx(0.011, abs=0.001)
    assert whole["net_km2"] == counted["net_km2"]
    assert "Counted causes: advance, catch_up, redraw. The net counts all." in default.stderr
    assert re.search(r"Left out: noise, 0\.01 km² gained, 0\.00 lost; pieces: \d+\.", default.stderr)


def test_causes_may_be_chosen(archive):
    period = ("--since", "2024-06-22", "--until", "2024-06-23", "--every", "day", "--archive", archive)
    advance, catch_up = (rows_of("advances", *period, "--causes", cause) for cause in ("advance", "catch_up"))
    assert [row["fragments"] for row in advance] == [0, 1]
    assert [row["fragments"] for row in catch_up] == [1, 0]
    assert [row["net_km2"] for row in advance] == [row["net_km2"] for row in catch_up]
    both = rows_of("advances", *period, "--causes", "advance, catch_up")
    assert [row["fragments"] for row in both] == [1, 1]


def test_every_row_of_the_ledger_has_its_cause(archive):
    rows = rows_of("ledger", "--since", "2024-06-22", "--until", "2024-06-25", "--archive", archive)
    causes = {row["end"][:10]: row["cause"] for row in rows if row["area_km2"] > 1}
    assert causes == {
        "2024-06-22": "catch_up",
        "2024-06-23": "advance",
        "2024-06-24": "advance",
        "2024-06-25": "advance",
    }


def test_reports_say_what_is_left_out(archive):
    report = run("report", "--archive", archive, "--on", "2024-06-26").stdout
    assert re.search(
        r"Left out of gained and lost for 25 days, not of the net: noise, 0\.0 km² and 0\.0 km² \(.*\), pieces: 1 \(",
        report,
    )
    assert "are catch-ups: the first change after days without a map" in report
    all_causes = run("report", "--archive", archive, "--on", "2024-06-26", "--causes", "all").stdout
    assert "Left out" not in all_causes
    assert "--causes advance,catch_up,redraw,noise" in all_causes


def test_maps_and_figures_say_what_is_left_out(archive):
    told = "Left out of gained and lost: noise."
    period = ("--archive", archive, "--since", "2024-06-24", "--until", "2024-06-26")
    assert told in run("map", *period).stdout
    assert told not in run("map", *period, "--causes", "all").stdout
    assert told in run("figure", *period, "--format", "svg").stdout


def test_a_map_of_a_ledger_in_hand_leaves_noise_out_too(archive):
    control = tr.last_of_day(tr.read_archive(archive))
    ledger = tr.label_causes(tr.track(control), control)
    assert "Left out of gained and lost: noise." in rendered("map", control=control, ledger=ledger)


# ---- what sources leave out


def nzz(folder, day, boxes, **properties):
    folder.mkdir(exist_ok=True)
    features = [
        {
            "type": "Feature",
            "properties": {"type": "nochange", "date": day} | properties,
            "geometry": shapely.geometry.mapping(shapely.box(*box)),
        }
        for box in boxes
    ]
    content = {"value": {"type": "FeatureCollection", "features": features}}
    (folder / f"{day}.json").write_text(json.dumps(content))


def test_what_a_source_leaves_out_is_on_every_output():
    for number, day in enumerate(["2025-01-05", "2025-01-06", "2025-01-07"]):
        nzz(Path("raw"), day, [(37.2 - 0.01 * number, 47.9, 37.6, 48.3)])
    run("load", "liveuamap-nzz", "raw", "--archive", "new")
    (row,) = rows_of("sources", "--archive", "new", "--source", "liveuamap-nzz")
    assert row["since"].startswith("leaves out Crimea")
    words = "Liveuamap (NZZ) leaves out Crimea"
    for command in (("advances",), ("ledger",), ("distances", "--town", "Pokrovsk"), ("daily",)):
        assert words in run(*command, "--archive", "new").stderr
    for file in ("map.html", "report.html"):
        assert words in Path("maps/2025-01-07", file).read_text(encoding="utf-8")


# ---- options of a load


def isw(day):
    """Write a map of ISW's layers, one box each, side by side; one advance lacks its geometry."""
    layers = [
        "VIEW_RussiaCoTinUkraine_V3",
        "AssessedRussianAdvanceInUkraine_V2_view",
        "VIEW_ClaimedRussianTerritoryinUkraine_V2",
        "VIEW_ClaimedUkrainianCounteroffensives_V2",
    ]
    features = [
        {
            "type": "Feature",
            "properties": {"layer": layer},
            "geometry": shapely.geometry.mapping(shapely.box(37 + number / 10, 48, 37.1 + number / 10, 48.1)),
        }
        for number, layer in enumerate(layers)
    ]
    features.append({"type": "Feature", "properties": {"layer": layers[1]}, "geometry": None})
    path = Path(f"isw_{day}.geojson")
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def areas(archive, source):
    control = tr.read_archive(archive, source=source)
    return {str(row.status): round(row.geometry.area / 1e6) for row in control.itertuples()}


def test_another_choice_of_layers_is_another_source():
    path = isw("2025-01-05")
    told = run("load", "isw", path, "--archive", "new").stderr
    assert "isw_2025-01-05.geojson: without geometry: 1 of advances" in told
    run("load", "isw", path, "--layers", "control, claimed", "--archive", "new")
    assert areas("new", "isw") == {"occupied": 166}
    assert areas("new", "isw+control+claimed") == {"occupied": 83, "contested": 83}
    held = {row["source"]: row["snapshots"] for row in rows_of("sources", "--archive", "new")}
    assert held["isw"] == held["isw+control+claimed"] == 1
    rows = rows_of("distances", "--town", "Pokrovsk", "--source", "isw+control+claimed", "--archive", "new")
    assert rows[0]["source"] == "isw+control+claimed"


@pytest.mark.parametrize("ending", ["csv", "toml"])
def test_a_vector_file_with_its_labels(ending):
    words = {"Red Zone": "occupied", "?": "contested", "sea": "ignore"}
    table = gpd.GeoDataFrame(
        {"who": list(words)},
        geometry=[shapely.box(37 + n / 10, 48, 37.1 + n / 10, 48.1) for n in range(3)],
        crs="EPSG:4326",
    )
    table.to_crs(32637).to_file("mine.gpkg")
    lines = [f'"{word}" = "{status}"' for word, status in words.items()]
    lines = lines if ending == "toml" else ["label,status", *(f"{word},{status}" for word, status in words.items())]
    Path(f"labels.{ending}").write_text("\n".join(lines) + "\n")
    options = ("--status-column", "who", "--labels", f"labels.{ending}", "--archive", "new")
    run("load", "vector", "mine.gpkg", "--as-of", "2025-01-06", *options)
    assert areas("new", "vector") == {"occupied": 83, "contested": 83}
    assert read_manifest("new")["as_of"].tolist() == [pd.Timestamp("2025-01-06T21:59:59Z")]
    run("load", "vector", "mine.gpkg", "--as-of", "2025-01-07T10:30", *options)
    assert read_manifest("new")["as_of"].tolist()[1] == pd.Timestamp("2025-01-07T08:30:00Z")


def test_a_vector_file_with_an_unknown_word_is_refused():
    table = gpd.GeoDataFrame(
        {"status": ["occupied", "annexed"]}, geometry=[shapely.box(37, 48, 37.1, 48.1)] * 2, crs=4326
    )
    table.to_file("mine_2025-01-06.fgb")
    told = run("load", "vector", "mine_2025-01-06.fgb", "--archive", "new", status=3).stderr
    assert "unknown labels 'annexed'; known are contested, free, occupied" in told
    assert not Path("new/manifest.csv").exists()
