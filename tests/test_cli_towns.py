"""The commands on places, on the bundled sample: octants, layers, captures, and what does not go together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker.cli import cli

OBLAST = {"type": "Feature", "properties": {"name": "West", "code": 1}, "geometry": {
    "type": "Polygon", "coordinates": [[[36, 47.5], [36.8, 47.5], [36.8, 49], [36, 49], [36, 47.5]]]}}  # fmt: skip
ROAD = {"type": "Feature", "properties": {"name": "Road", "code": 2}, "geometry": {
    "type": "LineString", "coordinates": [[36.5, 48.2], [36.9, 48.2]]}}  # fmt: skip


@pytest.fixture(autouse=True)
def layer(tmp_path, monkeypatch):
    """Work in a folder that holds nothing but a layer."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRACKER_ARCHIVE", raising=False)
    (tmp_path / "layer.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [OBLAST, ROAD]}))
    (tmp_path / "broken.geojson").write_text("{")
    return "layer.geojson"


def run(*arguments, status=0):
    result = CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == status, result.stderr
    assert "Traceback" not in result.stderr
    return result


def rows_of(*arguments):
    return json.loads(run(*arguments, "--format", "json").stdout)


def test_a_layer_is_measured_in_place_of_towns():
    rows = {row["town"]: row for row in rows_of("distances", "--from-layer", "layer.geojson", "--name-column", "name")}
    assert set(rows) == {"West", "Road"}
    assert {row["edge_method"] for row in rows.values()} == {"layer"}
    assert min(rows["West"]["edge_km"], rows["Road"]["edge_km"]) > 1
    assert (rows["West"]["centre_km"], rows["Road"]["share_free"], rows["West"]["share_free"]) == (None, None, 1.0)
    assert rows["Road"]["from_settlement"]


def test_a_box_cuts_the_layer():
    options = ("--from-layer", "layer.geojson", "--name-column", "code", "--bbox", "36,47.5,36.6,49")
    near, cut = rows_of("distances", *options[:4])[0], rows_of("distances", *options)[0]
    assert cut["edge_km"] - near["edge_km"] == pytest.approx(14.9, abs=0.5)


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (("--from-layer", "layer.geojson"), 2, "needs --name-column; layer.geojson has name, code"),
        (("--from-layer", "layer.geojson", "--name-column", "title"), 3, "no column 'title'; it has name, code"),
        (("--from-layer", "broken.geojson", "--name-column", "name"), 3, "broken.geojson"),
        (("--from-layer", "none.geojson", "--name-column", "name"), 3, "none.geojson"),
        (("--from-layer", "layer.geojson", "--name-column", "name", "--bbox", "0,0,1,1"), 6, "inside the box"),
        (("--from-layer", "layer.geojson", "--name-column", "name", "--bbox", "0,0,1"), 2, "is no box"),
        (("--from-layer", "layer.geojson", "--name-column", "name", "--bbox", "1,0,0,1"), 2, "is no box"),
        (("--from-layer", "layer.geojson", "--name-column", "name", "--town", "Pokrovsk"), 2, "--town"),
        (("--from-layer", "layer.geojson", "--name-column", "name", "--octants"), 2, "--octants"),
        (("--name-column", "name"), 2, "go with --from-layer"),
        (("--bbox", "36,44,38,53"), 2, "go with --from-layer"),
        (("--within", "10"), 2, "goes with --octants"),
        (("--octants", "--within", "0"), 2, "must be above zero"),
        (("--octants", "--within", "-5"), 2, "must be above zero"),
        (("--octants", "--within", "inf"), 2, "at most 1000"),
        (("--octants", "--within", "1e9"), 2, "at most 1000"),
    ],
)
def test_what_does_not_go_together_is_said_in_one_line(options, status, words):
    assert words in run("distances", *options, status=status).stderr


def test_octants_of_both_grounds_or_of_one():
    both = rows_of("distances", "--octants", "--town", "Pokrovsk", "--on", "2025-01-06")
    assert {row["to"] for row in both} == {"occupied", "contested"}
    one = rows_of("distances", "--octants", "--town", "Pokrovsk", "--on", "2025-01-06", "--to", "contested")
    assert one == [row for row in both if row["to"] == "contested"]
    near = rows_of("distances", "--octants", "--town", "Pokrovsk", "--on", "2025-01-06", "--within", "7")
    assert [(row["to"], row["octant"], pytest.approx(row["centre_km"])) for row in near] == [
        (row["to"], row["octant"], row["centre_km"]) for row in both if row["centre_km"] <= 7
    ]
    assert 0 < len(near) < len(both)


@pytest.mark.parametrize(
    ("options", "ground"),
    [((), "occupied and contested"), (("--to", "occupied"), "occupied"), (("--within", "7"), "occupied")],
)
def test_the_caption_of_octants_names_the_ground_that_is_in_them(options, ground):
    told = run("distances", "--octants", "--town", "Pokrovsk", "--on", "2025-01-06", *options)
    assert f"Caption: Nearest {ground} ground by direction, 6 January 2025, km" in told.stderr


def test_changes_of_a_day_do_not_depend_on_the_days_asked_for():
    period = rows_of("distances", "--town", "Pokrovsk", "--since", "2025-01-01", "--until", "2025-01-06")
    assert rows_of("distances", "--town", "Pokrovsk", "--on", "2025-01-06") == period[-1:]
    assert period[-1]["change_7_km"] is not None


def test_captures_of_a_period_are_a_part_of_all():
    log = rows_of("captures", "--causes", "all")
    part = rows_of("captures", "--causes", "all", "--since", "2024-12-20", "--until", "2024-12-31")
    assert part
    assert part == [row for row in log if "2024-12-20" <= row["day"] <= "2024-12-31"]
    assert any(row["days_contested"] for row in log)
    assert {row["sector"] for row in log} <= {"Pokrovsk", "Kurakhove", "Vremivka", "Novopavlivka", "elsewhere"}


def test_captures_of_one_town_and_as_points():
    features = json.loads(run("captures", "--format", "geojson").stdout)["features"]
    assert features
    assert {feature["geometry"]["type"] for feature in features} == {"Point"}
    name = features[0]["properties"]["geonameid"]
    assert {row["geonameid"] for row in rows_of("captures", "--town", name)} == {name}


def test_the_table_of_captures_shows_from_what_to_what():
    head = run("captures").stdout.splitlines()[0].split()
    assert {"settlement", "before", "after", "days_contested", "sector"} <= set(head)


def test_how_many_captures_there_are_is_said_of_one_too():
    one = run("captures", "--since", "2024-12-02", "--until", "2024-12-02").stderr
    assert "Changes of the drawn status of settlements: 1." in one


@pytest.mark.parametrize("period", [("--since", "2030-01-01"), ("--until", "2030-01-01")])
def test_a_dossier_of_days_without_a_map_is_refused(period):
    assert "nothing was published" in run("town", "Pokrovsk", *period, status=6).stderr


def test_a_dossier_of_one_day_tells_no_change():
    run("town", "Pokrovsk", "--until", "2024-12-01", "--out", "town")
    page = Path("town/dossier.md").read_text(encoding="utf-8")
    assert "On 1 December 2024 occupied ground was" in page
    assert "Since 1 December 2024" not in page


def test_a_report_refuses_a_folder_and_two_periods():
    Path("folder").mkdir()
    assert "-o folder is a directory" in run("report", "-o", "folder", status=2).stderr
    assert "-o . is a directory" in run("report", "-o", ".", status=2).stderr
    assert "--week does not go with --month" in run("report", "--week", "--month", status=2).stderr
