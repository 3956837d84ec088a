"""The commands on places, on the bundled sample: octants, layers, captures, and what does not go together."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet
import pytest
from click.testing import CliRunner
from commands import rows_of, run

from tracker.cli import cli
from tracker.cli.every_place import write_months
from tracker.errors import NoDataError

OBLAST = {"type": "Feature", "properties": {"name": "West", "code": 1}, "geometry": {
    "type": "Polygon", "coordinates": [[[36, 47.5], [36.8, 47.5], [36.8, 49], [36, 49], [36, 47.5]]]}}  # fmt: skip
ROAD = {"type": "Feature", "properties": {"name": "Road", "code": 2}, "geometry": {
    "type": "LineString", "coordinates": [[36.5, 48.2], [36.9, 48.2]]}}  # fmt: skip


@pytest.fixture(autouse=True)
def layer(clean_folder):
    """Work in a folder that holds nothing but a layer."""
    (clean_folder / "layer.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [OBLAST, ROAD]}))
    (clean_folder / "broken.geojson").write_text("{")
    return "layer.geojson"


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
        (("--all-places", "--town", "Pokrovsk"), 2, "--all-places does not go with --town"),
        (("--all-places", "--octants"), 2, "--all-places does not go with --octants"),
        (("--all-places", "--from-layer", "layer.geojson"), 2, "--all-places does not go with --from-layer"),
        (("--all-places", "--bbox", "36,44,38,53"), 2, "go with --from-layer"),
        (("--all-places", "-o", "."), 2, "-o . is a directory"),
        (("--octants", "--within", "0"), 2, "must be above zero"),
        (("--octants", "--within", "-5"), 2, "must be above zero"),
        (("--octants", "--within", "inf"), 2, "at most 1000"),
        (("--octants", "--within", "1e9"), 2, "at most 1000"),
    ],
)
def test_what_does_not_go_together_is_said_in_one_line(options, status, words):
    assert words in run("distances", *options, status=status).stderr


def test_every_place_has_the_distances_that_it_has_alone():
    every = {row["geonameid"]: row for row in rows_of("distances", "--all-places", "--on", "2025-01-06")}
    towns = rows_of("distances", "--on", "2025-01-06")
    assert len(every) > len(towns) > 0
    assert {row["edge_method"] for row in every.values()} == {"disc", "none"}
    for row in towns:
        told = every[row["geonameid"]]
        assert told == {name: row[name] for name in told}


def test_years_of_every_place_are_one_file_with_its_credit():
    period = ("--since", "2024-12-20", "--until", "2025-01-07")
    told = run("distances", "--all-places", *period, "--to", "contested", "-o", "every.parquet", "--lang", "uk").stderr
    table = pd.read_parquet("every.parquet")
    assert "записано every.parquet, рядків: 1520" in told.replace("\u00a0", "").replace("\u202f", "")
    assert len(table) == 1520
    assert "без населеного пункту біля найближчої точки" in told
    file = pyarrow.parquet.ParquetFile("every.parquet")
    months = [file.read_row_group(number).to_pandas()["day"] for number in range(file.num_row_groups)]
    assert [(f"{days.min():%m-%d}", f"{days.max():%m-%d}") for days in months] == [
        ("12-20", "12-31"),
        ("01-01", "01-07"),
    ]
    about = {key.decode(): value.decode() for key, value in file.schema_arrow.metadata.items()}
    assert about["caption"] in told
    assert "GeoNames" in about["credits"]
    assert set(table["note"]) == {"illustrative sample"}
    assert about["note"] == "Ілюстративний зразок"
    assert {str(table[name].dtype) for name in ("town", "to", "status", "note")} == {"category"}
    days = table["day"][table["geonameid"] == table["geonameid"].iloc[0]]
    assert days.tolist() == pd.date_range("2024-12-20", "2025-01-07").tolist()
    assert sorted(path.name for path in Path().iterdir()) == ["broken.geojson", "every.parquet", "layer.geojson"]


def test_a_file_that_cannot_be_finished_is_not_there(monkeypatch):
    from tracker.cli import every_place

    def broken(months, days):
        yield next(iter(months))
        raise RuntimeError("in the second month")

    monkeypatch.setattr(every_place, "shown", broken)
    words = ["distances", "--all-places", "--since", "2024-12-20", "-o", "every.parquet"]
    result = CliRunner().invoke(cli, words)
    assert (result.exit_code, "in the second month" in result.stderr) == (1, True)
    assert sorted(path.name for path in Path().iterdir()) == ["broken.geojson", "layer.geojson"]


def test_more_rows_than_can_be_printed(monkeypatch):
    from tracker.cli import every_place

    monkeypatch.setattr(every_place, "MOST_ROWS", 100)
    told = run("distances", "--all-places", "--since", "2024-12-20", status=2).stderr
    assert "write them with -o FILE.parquet, or ask for fewer days" in told


def test_towns_as_parquet_have_the_credit_too():
    run("distances", "--town", "Pokrovsk", "-o", "town.parquet")
    table = pd.read_parquet("town.parquet")
    assert table["from_settlement"].notna().all()
    assert str(table["edge_km"].dtype) == "float32"
    about = pyarrow.parquet.read_schema("town.parquet").metadata
    assert b"GeoNames" in about[b"credits"]


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


def test_months_without_any_row_write_no_file(tmp_path):
    with pytest.raises(NoDataError, match="no map of these days"):
        write_months(tmp_path / "out" / "none.parquet", [])
    assert list((tmp_path / "out").iterdir()) == []
