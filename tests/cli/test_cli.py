"""The command line (DESIGN 7): what scripts depend on."""

from __future__ import annotations

import functools
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from commands import rows_of, run
from exports import FILLS, boxed, daily_export, export

import tracker as tr
from tracker.archive.store import read_manifest
from tracker.cli import cli
from tracker.tables.constants import KINDS, STATUSES, WORK_CRS
from tracker.tables.definitions import CAPTURES, DISTANCES, FINDINGS, LEDGER, OCTANTS, SOURCES, SUMMARY

SAMPLE = "illustrative sample"
KURAKHOVE = (37.2, 47.9, 37.3, 48.0)  # west of it contested, later occupied
GROWTH = (37.15, 47.9, 37.2, 48.0)
CRUMB = (37.18, 47.9, 37.2, 48.0)
COMMON = {"--archive", "--source", "--lang"}
OPTIONS = {
    "sources": COMMON | {"--format", "-o"},
    "load": {"--archive", "--layers", "--tessellation", "--status-column", "--labels", "--as-of"},
    "fetch": {"--since", "--until", "--archive", "--accept-terms"},
    "check": COMMON | {"--format", "-o"},
    "agreement": {"--on", "--by", "--archive", "--lang", "--format", "-o"},
    "advances": COMMON | {"--since", "--until", "--every", "--by", "--causes", "--in-depth", "--format", "-o"},
    "frontline": COMMON | {"--on", "--by", "--format", "-o"},
    "ledger": COMMON | {"--since", "--until", "--format", "-o"},
    "distances": COMMON
    | {"--town", "--on", "--since", "--until", "--to", "--octants", "--within", "--format", "-o"}
    | {"--all-places", "--from-layer", "--name-column", "--bbox"},
    "bulletin": COMMON | {"--on", "--causes", "--format", "-o"},
    "captures": COMMON | {"--since", "--until", "--by", "--town", "--causes", "--format", "-o"},
    "totals": COMMON | {"--on", "--since", "--until", "--by", "--format", "-o"},
    "daily": COMMON | {"--on", "--causes", "--out"},
    "map": COMMON | {"--on", "--since", "--until", "--causes", "--against", "--tiles", "-o"},
    "figure": COMMON | {"--on", "--since", "--until", "--causes", "--sector", "--size", "--chart", "--town", "-o"},
    "timelapse": COMMON
    | {"--since", "--until", "--causes", "--sector", "--every", "--size", "--fps", "--format", "-o"},
    "report": COMMON | {"--on", "--causes", "-o", "--format"},
    "site": COMMON | {"--since", "--until", "--causes", "--out"},
    "town": COMMON | {"--since", "--until", "--out"},
    "reference use": {"--archive"},
    "reference fetch": {"--archive", "--accept-terms"},
}


# ---- the stage


@functools.cache
def answer(archive, command):
    """Run one of COMMANDS for its JSON, once."""
    return rows_of(*COMMANDS[command][0], "--archive", archive)


def real(*arguments, python=(), **environment):
    """Run a command in a process of its own, in the present folder."""
    environment = {**os.environ, "PYTHONPATH": str(Path(tr.__file__).parents[1]), **environment}
    command = [sys.executable, *python, "-m", "tracker", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env=environment, timeout=120, check=False)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Load six days of DeepState-like exports, 6 to 14 January 2025, the 10th to the 12th missing, the 9th quiet."""
    folder = tmp_path_factory.mktemp("synthetic")
    days = {
        6: (("contested", GROWTH),),
        7: (("contested", GROWTH), ("occupied", CRUMB)),
        8: (("occupied", GROWTH), ("contested", (37.1, 47.9, 37.15, 48.0))),
        9: (("occupied", GROWTH), ("contested", (37.1, 47.9, 37.15, 48.0))),
        13: (("occupied", GROWTH), ("contested", (37.0, 47.9, 37.15, 48.0))),
        14: (("occupied", CRUMB), ("occupied", (36.5, 47.5, 36.6, 47.6))),
    }
    for day, drawn in days.items():
        shapes = [boxed(status, box, description=f"day {day}") for status, box in drawn]
        export(folder / "raw", f"2025-01-{day:02}T20:00Z", boxed("occupied", KURAKHOVE), *shapes)
    run("load", "deepstate", folder / "raw", "--archive", folder / "archive")
    return folder / "archive"


@pytest.fixture
def mirror(tmp_path):
    """Load three days of the daily mirror, which draws occupied ground only."""
    for date, east in (("20250107", 37.3), ("20250108", 37.31), ("20250109", 37.32)):
        daily_export("mirror", date, (37.2, 47.9, east, 48.0))
    run("load", "deepstate-daily", "mirror", "--archive", "mirrored")
    return tmp_path / "mirrored"


# ---- help


def commands(group=cli, prefix=()):
    """Walk the commands and their names."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*prefix, name))
        else:
            yield " ".join([*prefix, name]), command


@pytest.mark.parametrize("name", sorted(dict(commands())))
def test_help_tells_every_option_and_argument(name):
    command = dict(commands())[name]
    told = run(*name.split(), "--help").stdout
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert all(option in told for option in parameter.opts)
        else:
            assert parameter.make_metavar(click.Context(command)).strip("[].") in told


@pytest.mark.parametrize("name", OPTIONS)
def test_every_command_has_the_options_of_the_contract(name):
    known = dict(commands())[name]
    assert OPTIONS[name] <= {option for parameter in known.params for option in parameter.opts}


def test_help_names_every_command():
    told = run("--help").stdout
    assert all(re.search(rf"^  {name} ", told, re.MULTILINE) for name in cli.list_commands(click.Context(cli)))


def listed(group):
    """Give what a group's help says of each command."""
    told = CliRunner().invoke(group, ["--help"], terminal_width=400, max_content_width=400).stdout
    return dict(re.findall(r"^  ([a-z]+) {2,}(.+)$", told.partition("Commands:")[2], re.MULTILINE))


@pytest.mark.parametrize("prefix", ["", "reference"])
def test_help_says_of_every_command_what_its_own_help_says(prefix):
    group = cli.get_command(click.Context(cli), prefix) if prefix else cli
    context = click.Context(group)
    own = {name: group.get_command(context, name).get_short_help_str(400) for name in group.list_commands(context)}
    assert listed(group) == own


def test_a_command_that_is_unknown_is_usage():
    assert "No such command 'advanes'" in run("advanes", status=2).stderr


def test_help_waits_for_no_heavy_library():
    done = real("--help", python=("-X", "importtime"))
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.decode().splitlines()}
    assert done.returncode == 0
    assert "click" in imported
    assert not imported & {"geopandas", "folium", "matplotlib", "pandas", "numpy", "shapely", "pyproj", "pyarrow"}


def test_version():
    done = real("--version")
    assert (done.returncode, tr.__version__ in done.stdout.decode()) == (0, True)


# ---- tables as JSON and CSV

SHAPES = {
    "text": lambda value: isinstance(value, str),
    "word": lambda value: isinstance(value, str),
    "instant": lambda value: bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value)),
    "day": lambda value: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)),
    "status": STATUSES.__contains__,
    "kind": KINDS.__contains__,
    "number": lambda value: type(value) in (int, float),
    "single": lambda value: type(value) in (int, float) and float(str(np.float32(value))) == value,
    "integer": lambda value: type(value) is int,
}
FROM = ["from_geonameid", "from_settlement", "from_settlement_uk"]
IN_DEPTH = [
    *FROM, "change_from", "change_1_km", "change_7_km", "change_30_km", "change_90_km", "closing_km_a_week",
    "closing_low_km_a_week", "closing_high_km_a_week", "share_free", "share_contested", "share_occupied",
]  # fmt: skip
COMMANDS = {
    "sources": (("sources",), SOURCES, []),
    "advances": (("advances",), SUMMARY, []),
    "advances by day": (("advances", "--every", "day"), SUMMARY, []),
    "advances by sector": (("advances", "--by", "sector"), SUMMARY, ["sector"]),
    "advances by ground": (("advances", "--every", "week", "--by", "ground"), SUMMARY, ["ground"]),
    "ledger": (("ledger",), LEDGER, ["cause", "ground", "sector", "lon", "lat"]),
    "check": (("check",), FINDINGS, []),
    "distances": (("distances",), DISTANCES, IN_DEPTH),
    "distances by day": (("distances", "--town", "Pokrovsk", "--since", "2025-01-06"), DISTANCES, IN_DEPTH),
    "distances to contested": (("distances", "--to", "contested", "--on", "2025-01-07"), DISTANCES, IN_DEPTH),
    "distances of all": (("distances", "--all-places", "--on", "2025-01-06"), DISTANCES, []),
    "octants": (("distances", "--octants"), OCTANTS, FROM),
    "captures": (("captures",), CAPTURES, ["cause", "ground", "sector", "lon", "lat"]),
    "captures by footprint": (
        ("captures", "--by", "footprint", "--causes", "all"),
        CAPTURES,
        ["cause", "ground", "sector", "lon", "lat"],
    ),
}


def assert_rows_of(rows, table, extra):
    assert rows
    for row in rows:
        assert set(row) == {*table.columns, *extra}
        for name, column in table.columns.items():
            missing = row[name] is None and column.optional
            assert missing or SHAPES[column.holds](row[name]), f"{name}: {row[name]!r} is no {column.holds}"


@pytest.mark.parametrize("command", COMMANDS)
def test_json_has_the_columns_and_types_of_the_tables(archive, command):
    _, table, extra = COMMANDS[command]
    assert_rows_of(answer(archive, command), table, extra)


@pytest.mark.parametrize("command", ["sources", "advances by ground", "ledger", "distances"])
def test_json_of_the_sample_has_them_too(command):
    arguments, table, extra = COMMANDS[command]
    rows = rows_of(*arguments)
    assert_rows_of(rows, table, [*extra, "note"])
    assert {row["note"] for row in rows} == {SAMPLE}


@pytest.mark.parametrize("command", COMMANDS)
def test_csv_and_json_say_the_same(archive, command):
    out = run(*COMMANDS[command][0], "--archive", archive, "--format", "csv").stdout
    read = pd.read_csv(io.StringIO(out))
    rows = pd.DataFrame(answer(archive, command))
    assert list(read.columns) == list(rows.columns)
    assert not re.search(r"(^|,)nan(,|$)", out, re.IGNORECASE | re.MULTILINE)
    for name in read.select_dtypes("number"):
        assert read[name].tolist() == pytest.approx(rows[name].astype(float).tolist(), nan_ok=True, rel=1e-12)


@pytest.mark.parametrize("command", ["sources", "advances by sector", "ledger", "distances"])
def test_a_table_for_reading_prints_no_nan(archive, command):
    out = run(*COMMANDS[command][0], "--archive", archive).stdout
    assert len(out.splitlines()) > 1
    assert not re.search(r"\b(nan|NaT|None|<NA>)\b", out)


def test_what_a_source_does_not_draw_is_null(mirror):
    row = rows_of("advances", "--archive", mirror)[0]
    assert (row["newly_contested_km2"], row["cleared_km2"]) == (None, None)
    assert row["gain_km2"] > 0


def test_what_is_not_known_of_a_place_is_null(archive):
    row = rows_of("distances", "--town", "Dachenske", "--archive", archive)[0]
    assert (row["edge_method"], row["edge_km"], row["edge_direction"]) == ("none", None, None)
    assert row["centre_km"] > 0


def test_what_a_source_has_not_is_null_in_the_list(archive):
    rows = {row["source"]: row for row in rows_of("sources", "--archive", archive)}
    held = {name: rows["deepstate"][name] for name in ("snapshots", "days", "first", "last", "missing_days")}
    assert held == {"snapshots": 6, "days": 6, "first": "2025-01-06", "last": "2025-01-14", "missing_days": 3}
    nothing = rows["deepstate-daily"]
    assert (nothing["snapshots"], nothing["first"], nothing["last"], nothing["missing_days"]) == (0, None, None, 0)
    assert all(row["credit"] and row["licence"] and row["terms_url"].startswith("https://") for row in rows.values())


def test_sources_lists_one_where_asked():
    assert [row["source"] for row in rows_of("sources", "--source", "deepstate")] == ["deepstate"]


# ---- where it goes


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_file_holds_what_stdout_would(archive, form):
    shown = run("sources", "--format", form, "--archive", archive)
    kept = run("sources", "--format", form, "--archive", archive, "-o", "deep/er/table")
    assert kept.stdout == ""
    assert Path("deep/er/table").read_bytes() == shown.stdout.encode()
    assert [path.name for path in Path("deep/er").iterdir()] == ["table"], "no temporary file"


def test_a_failed_command_leaves_the_file_as_it_was(archive):
    Path("table.csv").write_text("before")
    run("advances", "--until", "2024-01-01", "--since", "2024-01-01", "--archive", archive, "-o", "table.csv", status=6)
    assert Path("table.csv").read_text() == "before"


def test_a_folder_in_the_way_is_said_by_its_name(archive):
    Path("taken").mkdir()
    result = CliRunner().invoke(cli, ["advances", "--archive", str(archive), "-o", "taken"])
    assert result.exit_code != 0
    assert re.search(r"\btaken\b.*directory", result.stderr)
    assert list(Path().iterdir()) == [Path("taken")]


def test_results_go_to_stdout_and_talk_to_stderr(archive):
    result = run("advances", "--archive", archive, "--format", "json")
    assert len(json.loads(result.stdout)) == 1
    assert "DeepState" in result.stderr
    assert "https://deepstatemap.live/license-en.html" in result.stderr


def test_verbose_tells_how_it_was_computed(archive):
    """On stderr, once, and only where it is asked for."""
    quiet, told = run("advances", "--archive", archive), run("--verbose", "advances", "--archive", archive)
    assert told.stdout == quiet.stdout
    assert (quiet.stderr.count("by overlay"), told.stderr.count("pairs of maps were subtracted by overlay")) == (0, 2)


def test_a_real_process_keeps_them_apart():
    done = real("advances", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["source"] == "settlement-facts"
    assert SAMPLE in done.stderr.decode()


def test_a_reader_that_stops_early_causes_no_traceback():
    code = "import sys; sys.stdin.buffer.read(10)"
    arguments = [sys.executable, "-m", "tracker", "distances", "--since", "2024-12-01", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(Path(tr.__file__).parents[1])}
    writer = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    reader = subprocess.Popen([sys.executable, "-c", code], stdin=writer.stdout)
    writer.stdout.close()
    told = writer.stderr.read().decode()
    writer.wait(timeout=120)
    reader.wait(timeout=120)
    writer.stderr.close()
    assert "Traceback" not in told
    assert "BrokenPipe" not in told


@pytest.mark.parametrize("form", ["geojson", "geoparquet", "gpkg", "kml"])
def test_the_ledger_in_every_format_holds_the_same_ground(archive, form):
    run("ledger", "--archive", archive, "--format", form, "-o", f"ledger.{form}")
    rows = gpd.read_parquet("ledger.geoparquet") if form == "geoparquet" else gpd.read_file(f"ledger.{form}")
    total = sum(row["area_km2"] for row in rows_of("ledger", "--archive", archive))
    assert rows.to_crs(WORK_CRS).area.sum() / 1e6 == pytest.approx(total, rel=1e-6)


def test_bytes_go_to_stdout_too(archive):
    run("ledger", "--archive", archive, "--format", "gpkg", "-o", "ledger.gpkg")
    done = CliRunner().invoke(cli, ["ledger", "--archive", str(archive), "--format", "gpkg"])
    assert done.stdout_bytes == Path("ledger.gpkg").read_bytes()


# ---- periods


def box_km2(west, south, east, north):
    return gpd.GeoSeries([shapely.box(west, south, east, north)], crs="EPSG:4326").to_crs(WORK_CRS).area[0] / 1e6


def advances(archive, *arguments):
    return rows_of("advances", "--archive", archive, *arguments)


def test_one_day_is_inclusive(archive):
    (row,) = advances(archive, "--since", "2025-01-07", "--until", "2025-01-07")
    assert row["gain_km2"] == pytest.approx(box_km2(*CRUMB), rel=1e-4)
    assert (row["since"], row["until"]) == ("2025-01-07", "2025-01-07")
    assert (row["start_as_of"], row["end_as_of"]) == ("2025-01-06T20:00:00Z", "2025-01-07T20:00:00Z")


def test_days_add_up(archive):
    days = advances(archive, "--every", "day")
    (whole,) = advances(archive)
    assert [row["since"] for row in days] == [f"2025-01-{day:02}" for day in range(7, 15)]
    for name in ("gain_km2", "loss_km2", "net_km2", "newly_contested_km2", "cleared_km2"):
        assert sum(row[name] for row in days) == pytest.approx(whole[name], abs=1e-9)


def test_the_net_is_the_difference_of_the_ends(archive):
    (whole,) = advances(archive)
    control = tr.read_archive(archive)
    occupied = control[control["status"] == "occupied"].sort_values("as_of").area / 1e6
    assert whole["net_km2"] == pytest.approx(occupied.iloc[-1] - occupied.iloc[0], abs=1e-9)


def test_a_quiet_day_is_a_normal_answer(archive):
    (row,) = advances(archive, "--since", "2025-01-09", "--until", "2025-01-09")
    assert (row["fragments"], row["gain_km2"], row["loss_km2"], row["net_km2"]) == (0, 0, 0, 0)
    assert advances(archive, "--since", "2025-01-09", "--until", "2025-01-09", "--by", "sector") == []
    assert rows_of("ledger", "--since", "2025-01-09", "--until", "2025-01-09", "--archive", archive) == []


@pytest.mark.parametrize("form", ["table", "csv", "geojson", "geoparquet", "gpkg", "kml"])
def test_a_quiet_day_has_a_ledger_in_every_format(archive, form):
    quiet = ("--since", "2025-01-09", "--until", "2025-01-09", "--archive", archive, "-o", "quiet")
    run("ledger", "--format", form, *quiet)
    assert Path("quiet").stat().st_size > 0


def test_weeks_begin_on_monday_and_are_clipped():
    rows = rows_of("advances", "--since", "2024-12-04", "--until", "2024-12-17", "--every", "week")
    assert [(row["since"], row["until"]) for row in rows] == [
        ("2024-12-04", "2024-12-08"),
        ("2024-12-09", "2024-12-15"),
        ("2024-12-16", "2024-12-17"),
    ]


def test_months_and_years_are_clipped():
    for every in ("month", "year"):
        rows = rows_of("advances", "--every", every)
        expected = [("2024-12-02", "2024-12-31"), ("2025-01-01", "2025-01-07")]
        assert [(row["since"], row["until"]) for row in rows] == expected


@pytest.mark.parametrize(
    ("every", "by"), [("day", "sector"), ("week", "ground"), ("month", "ground"), ("all", "sector")]
)
def test_places_sum_to_the_whole(every, by):
    names = ["gain_km2", "loss_km2", "net_km2", "newly_contested_km2", "cleared_km2"]
    whole = pd.DataFrame(rows_of("advances", "--every", every)).set_index("since")[names]
    split = pd.DataFrame(rows_of("advances", "--every", every, "--by", by)).groupby("since")[names].sum()
    difference = whole - split.reindex(whole.index, fill_value=0.0)
    assert difference.abs().to_numpy().max() < 1e-6


def test_a_series_by_name_follows_the_name_and_by_ground_the_ground(archive):
    late = ("--since", "2025-01-08", "--until", "2025-01-14", "--archive", archive)
    sectors = {row["sector"] for row in rows_of("advances", "--by", "sector", *late)}
    grounds = {row["ground"] for row in rows_of("advances", "--by", "ground", *late)}
    assert {"Kurakhove", "Novopavlivka"} <= sectors
    assert "kurakhove" in grounds


def test_oblasts_need_borders():
    told = run("advances", "--by", "oblast", status=2).stderr
    assert "tracker reference use oblasts FILE" in told


def test_oblasts_split_once_there_are_borders(archive, tmp_path):
    copy = shutil.copytree(archive, tmp_path / "with-borders")
    borders = gpd.GeoDataFrame(
        {"name_en": ["West", "East"]},
        geometry=[shapely.box(30, 45, 37.17, 50), shapely.box(37.17, 45, 40, 50)],
        crs="EPSG:4326",
    )
    borders.to_file("oblasts.geojson")
    run("reference", "use", "oblasts", "oblasts.geojson", "--archive", copy)
    rows = advances(copy, "--by", "oblast")
    assert {row["oblast"] for row in rows} == {"West", "East"}
    (whole,) = advances(copy)
    assert sum(row["gain_km2"] for row in rows) == pytest.approx(whole["gain_km2"], abs=1e-6)
    assert {row["oblast"] for row in rows_of("ledger", "--by", "oblast", "--archive", copy)} == {"West", "East"}


def test_distances_of_a_period_have_a_row_a_day(archive):
    period = ("--since", "2025-01-08", "--until", "2025-01-13", "--archive", archive)
    rows = rows_of("distances", "--town", "Kurakhove", "--town", "Pokrovsk", *period)
    assert [row["day"] for row in rows if row["town"] == "Pokrovsk"] == [f"2025-01-{day:02}" for day in range(8, 14)]
    assert {row["as_of"] for row in rows if row["day"] == "2025-01-11"} == {"2025-01-09T20:00:00Z"}


@pytest.mark.parametrize("name", ["Kurakhove", "Курахове", "695357", " kurakhove "])
def test_a_town_is_known_by_its_names_and_id(archive, name):
    (row,) = rows_of("distances", "--town", name, "--archive", archive)
    assert (row["geonameid"], row["status"], row["centre_km"]) == (695357, "occupied", 0)
    assert (row["bearing_deg"], row["direction"]) == (None, None)


# ---- which archive, which source


def test_the_source_that_reaches_latest_is_the_default(tmp_path):
    export("raw", "2025-01-06T20:00Z", boxed("occupied", KURAKHOVE))
    export("raw", "2025-01-07T20:00Z", boxed("occupied", KURAKHOVE), boxed("contested", GROWTH))
    run("load", "deepstate", "raw", "--archive", "both")
    for date in ("20250107", "20250108"):
        run("load", "deepstate-daily", daily_export("mirror", date, (37.2, 47.9, 37.3 + int(date[-1]) / 100, 48)),
            "--archive", "both")  # fmt: skip
    assert advances("both")[0]["source"] == "deepstate", "on a tie the one that draws contested ground"
    run("load", "deepstate-daily", daily_export("mirror", "20250109", (37.2, 47.9, 37.4, 48)), "--archive", "both")
    assert advances("both")[0]["source"] == "deepstate-daily"
    assert advances("both", "--source", "deepstate")[0]["source"] == "deepstate"


def test_without_anything_it_is_the_sample_and_says_so():
    result = run("advances")
    assert SAMPLE in result.stderr
    assert SAMPLE in result.stdout


def test_an_archive_in_the_working_folder_is_found(archive):
    Path("data").mkdir()
    Path("data/archive").symlink_to(archive)
    assert rows_of("advances")[0]["source"] == "deepstate"


def test_the_environment_names_an_archive(archive, monkeypatch):
    monkeypatch.setenv("TRACKER_ARCHIVE", str(archive))
    result = run("advances", "--format", "json")
    assert json.loads(result.stdout)[0]["source"] == "deepstate"
    assert SAMPLE not in result.stdout + result.stderr


def test_an_empty_environment_variable_is_none(monkeypatch):
    monkeypatch.setenv("TRACKER_ARCHIVE", "")
    assert rows_of("advances")[0]["source"] == "settlement-facts"
    run("load", "settlement-facts", Path(tr.__file__).parents[1] / "data" / "sample" / "settlement_facts.csv")
    assert Path("data/archive/manifest.csv").exists()


def test_the_flag_wins_over_the_environment(archive, monkeypatch):
    monkeypatch.setenv("TRACKER_ARCHIVE", "elsewhere")
    assert rows_of("advances", "--archive", archive)[0]["source"] == "deepstate"


@pytest.mark.parametrize("command", ["advances", "ledger", "distances", "daily", "map", "figure", "report"])
@pytest.mark.parametrize("asked", [("--archive", "empty"), ("--source", "deepstate")])
def test_who_asks_for_an_archive_never_gets_the_sample(command, asked):
    Path("empty").mkdir()
    told = run(command, *asked, status=6).stderr
    assert "tracker load" in told
    assert SAMPLE not in told


def test_tracker_toml_wins_over_the_environment_and_defaults(archive, mirror, monkeypatch):
    monkeypatch.setenv("TRACKER_ARCHIVE", str(mirror))
    Path("tracker.toml").write_text(f'archive = "{archive}"\n', encoding="utf-8")
    assert rows_of("advances")[0]["source"] == "deepstate"


def test_flags_win_over_tracker_toml(archive, mirror):
    Path("tracker.toml").write_text(f'archive = "{mirror}"\nsource = "deepstate-daily"\nlang = "uk"\n')
    assert rows_of("advances")[0]["source"] == "deepstate-daily"
    assert rows_of("advances", "--archive", archive, "--source", "deepstate")[0]["source"] == "deepstate"


@pytest.mark.parametrize(
    "text", ["archive = [", "archive = 5", "source = 3", 'source = "nobody"', "lang = 3", 'lang = "fr"', "\x00"]
)
def test_a_broken_tracker_toml_is_usage(text):
    Path("tracker.toml").write_text(text)
    assert run("advances", status=2).stderr.strip()


def test_tracker_toml_that_is_not_utf_8_is_usage():
    Path("tracker.toml").write_bytes('source = "Київ"'.encode("cp1251"))
    assert "tracker.toml" in run("advances", status=2).stderr


def test_load_heeds_tracker_toml(archive):
    Path("tracker.toml").write_text('archive = "house"\n')
    run("load", "deepstate", archive.parent / "raw")
    assert Path("house/manifest.csv").exists()


# ---- exit statuses


def broken(text):
    return lambda: Path("1736197748.geojson").write_text(text)


def good_but(*features, as_of="2025-01-06T20:00Z"):
    return lambda: export(".", as_of, *features)


NO_SHAPE = {"type": "Feature", "properties": {"fill": FILLS["occupied"], "name": ""}, "geometry": None}
BAD_FILES = {
    "cut off": (broken('{"type": "FeatureCollection", "features": [{"type"'), "not whole JSON"),
    "empty": (broken(""), "empty"),
    "html": (broken("<!doctype html><title>503</title>"), "not whole JSON"),
    "a list": (broken("[]"), "FeatureCollection"),
    "null": (broken("null"), "FeatureCollection"),
    "an error": (broken('{"message": "Too Many Attempts."}'), "FeatureCollection"),
    "features of null": (broken('{"type": "FeatureCollection", "features": [null]}'), "FeatureCollection"),
    "NaN": (
        broken(json.dumps({"features": [boxed("occupied", KURAKHOVE)]}).replace("37.2", "NaN")),
        "1736197748.geojson",
    ),
    "an unknown fill": (good_but(boxed("#123456", KURAKHOVE), boxed("#abcdef", GROWTH)), "#123456.*#abcdef"),
    "an unknown key": (
        good_but(boxed("occupied", KURAKHOVE, name="Нове /// geoJSON.status.new")),
        r"geoJSON\.status\.new",
    ),
    "a key against its fill": (
        good_but(boxed("contested", KURAKHOVE, name="geoJSON.status.occupied")),
        "geoJSON.status.occupied with fill #bcaaa4",
    ),
    "metres": (good_but(boxed("occupied", (4141000, 6100000, 4142000, 6101000))), "not degrees"),
    "no shape": (good_but(NO_SHAPE), "no geometry"),
    "nothing drawn": (good_but(), "draws no occupied or contested ground"),
    "undated": (lambda: good_but(boxed("occupied", KURAKHOVE))().rename("latest.geojson"), "no date"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_named_once_and_the_good_ones_are_loaded(case):
    make, words = BAD_FILES[case]
    make()
    (bad,) = Path().glob("*.geojson")
    good = export("good", "2025-01-09T20:00Z", boxed("occupied", KURAKHOVE))
    told = run("load", "deepstate", bad, good, "--archive", "new", status=3).stderr
    (line,) = [line for line in told.splitlines() if bad.name in line]
    assert line.startswith("tracker: ")
    assert re.search(words, line)
    assert tr.read_archive("new")["as_of"].unique() == [pd.Timestamp("2025-01-09T20:00Z")]


def test_a_bad_file_that_is_a_table():
    Path("facts.csv").write_text("name,since\nPokrovsk,2025-01-06\n")
    assert "facts.csv" in run("load", "settlement-facts", "facts.csv", status=3).stderr


def test_a_folder_without_exports():
    Path("notes").mkdir()
    Path("notes/readme.txt").write_text("nothing")
    told = run("load", "deepstate", "notes", status=3).stderr
    assert "notes" in told
    assert ".geojson" in told


def test_an_empty_snapshot_is_listed_and_ignored_from_then_on(archive, tmp_path):
    copy = shutil.copytree(archive, tmp_path / "copy")
    before = advances(copy)
    for _ in range(2):
        run("load", "deepstate", export("empty", "2025-01-15T20:00Z"), "--archive", copy, status=3)
    assert read_manifest(copy)["fault"].dropna().tolist() == ["empty"]
    assert advances(copy) == before
    assert rows_of("sources", "--archive", copy, "--source", "deepstate")[0]["last"] == "2025-01-14"
    assert rows_of("distances", "--town", "Pokrovsk", "--archive", copy)[0]["day"] == "2025-01-14"


USAGE = {
    "a path that is not there": (("load", "deepstate", "nowhere.geojson"), "nowhere.geojson"),
    "no path": (("load", "deepstate"), "PATHS"),
    "an unknown source to load": (("load", "deepstat", "."), "deepstate, deepstate-daily, .*settlement-facts"),
    "an unknown source": (("advances", "--source", "iws"), "deepstate, deepstate-daily, .*settlement-facts"),
    "an unknown town": (("distances", "--town", "Pokrovks"), "did you mean Pokrovsk"),
    "no name": (("distances", "--town", ""), "not known"),
    "no letters": (("distances", "--town", "---"), "not known"),
    "an unknown id": (("distances", "--town", "123"), "123"),
    "an ambiguous town": (("distances", "--town", "Shevchenko"), r"694167 \(Shevchenko, 7 km S of Pokrovsk\)"),
    "an unknown sector": (("figure", "--sector", "nowhere"), "nowhere"),
    "since after until": (("advances", "--since", "2025-01-07", "--until", "2025-01-06"), "2025-01-07.*2025-01-06"),
    "the same for the ledger": (("ledger", "--since", "2025-01-07", "--until", "2025-01-06"), "2025-01-07"),
    "the same for distances": (("distances", "--since", "2025-01-07", "--until", "2025-01-06"), "2025-01-07"),
    "a bad date": (("advances", "--since", "06.01.2025"), "06.01.2025"),
    "a day that is none": (("map", "--on", "2025-02-30"), "2025-02-30"),
    "a day and a period": (("distances", "--on", "2025-01-06", "--since", "2025-01-06"), "--on"),
    "an unknown format": (("advances", "--format", "ods"), "table.*csv.*json"),
    "an unknown period": (("advances", "--every", "decade"), "day.*week"),
    "an unknown place": (("advances", "--by", "raion"), "sector"),
    "an unknown status": (("distances", "--to", "free"), "occupied.*contested"),
    "an unknown cause": (("advances", "--causes", "advances"), "advance, catch_up, redraw, noise, all"),
    "an option of another source": (("load", "deepstate", ".", "--layers", "control"), "has no option layers"),
    "an unknown layer": (("load", "isw", ".", "--layers", "control,units"), "units: known are control, advances"),
    "an instant that is none": (("load", "vector", ".", "--as-of", "soon"), "2025-01-06"),
    "one instant for several files": (("load", "vector", ".", "--as-of", "2025-01-06"), "--as-of dates one file"),
    "an unknown language": (("report", "--lang", "fr"), "en.*uk"),
    "an unknown kind": (("reference", "use", "rivers", "."), "gazetteer.*footprints.*oblasts.*basemap"),
    "an unknown command": (("advance",), "advance"),
}


@pytest.mark.parametrize("case", USAGE)
def test_usage_is_2_and_says_what_is_valid(case):
    arguments, words = USAGE[case]
    result = run(*arguments, status=2)
    assert re.search(words, result.stderr)
    assert result.stdout == ""
    assert not Path("data").exists()


NOTHING = {
    "advances from before the archive": ("advances", "--since", "2025-01-05", "--until", "2025-01-08"),
    "advances of its first day": ("advances", "--since", "2025-01-06", "--until", "2025-01-06"),
    "advances that end before it": ("advances", "--until", "2025-01-01"),
    "advances that end with its first day": ("advances", "--until", "2025-01-06"),
    "a figure that ends with its first day": ("figure", "--until", "2025-01-06"),
    "a chart that ends with its first day": ("figure", "--chart", "months", "--until", "2025-01-06"),
    "advances after it": ("advances", "--since", "2025-02-01", "--until", "2025-02-05"),
    "advances in its gap": ("advances", "--since", "2025-01-10", "--until", "2025-01-12"),
    "a ledger in its gap": ("ledger", "--since", "2025-01-10", "--until", "2025-01-12"),
    "distances in its gap": ("distances", "--since", "2025-01-10", "--until", "2025-01-12"),
    "distances before it": ("distances", "--on", "2025-01-05"),
    "distances that end before it": ("distances", "--until", "2025-01-05"),
    "a map before it": ("map", "--on", "2025-01-05"),
    "a figure before it": ("figure", "--on", "2025-01-05"),
    "a report before it": ("report", "--on", "2025-01-05"),
    "a product before it": ("daily", "--on", "2025-01-05"),
    "a report of its first day": ("report", "--on", "2025-01-06"),
}


@pytest.mark.parametrize("case", NOTHING)
def test_nothing_there_is_6_in_one_line(archive, case):
    result = run(*NOTHING[case], "--archive", archive, status=6)
    assert re.fullmatch(r"tracker: .*2025-.*\n", result.stderr)
    assert result.stdout == ""
    assert list(Path().iterdir()) == []


def test_changes_need_two_days():
    run("load", "deepstate", export("raw", "2025-01-06T20:00Z", boxed("occupied", KURAKHOVE)), "--archive", "one")
    for command in ("advances", "ledger", "map", "report"):
        run(command, "--archive", "one", status=6)
    assert rows_of("distances", "--town", "Kurakhove", "--archive", "one")[0]["status"] == "occupied"


def test_ground_that_a_source_does_not_draw_is_usage(mirror):
    told = run("distances", "--to", "contested", "--archive", mirror, status=2).stderr
    assert "deepstate-daily does not draw contested ground" in told


@pytest.mark.parametrize("damaged", ["manifest.csv", "deepstate/2025-01.parquet"])
def test_a_damaged_archive_is_4_and_named(archive, tmp_path, damaged):
    copy = shutil.copytree(archive, tmp_path / "copy")
    (copy / damaged).write_bytes(b"not at all")
    result = run("advances", "--archive", copy, status=4)
    assert re.fullmatch(rf"tracker: .*{damaged}.*\n", result.stderr)


def test_real_processes_give_these_statuses_without_a_traceback(archive):
    cases = {
        3: ("load", "deepstate", broken("{")() and "1736197748.geojson"),
        6: ("advances", "--archive", "empty"),
    }
    for status, arguments in cases.items():
        done = real(*arguments)
        assert done.returncode == status
        assert b"Traceback" not in done.stderr


def test_what_is_unexpected_is_1_and_has_its_traceback_on_request(monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("tracker.cli.options.open_archive", fail)
    result = CliRunner().invoke(cli, ["advances"])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "TRACKER_DEBUG" in result.stderr
    monkeypatch.setenv("TRACKER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("advances")


# ---- old maps


@pytest.mark.parametrize(("day", "said"), [("2025-01-17", False), ("2025-01-18", True), ("2025-03-01", True)])
def test_an_old_snapshot_is_said(archive, day, said):
    told = run("distances", "--town", "Pokrovsk", "--on", day, "--archive", archive)
    assert ("days old" in told.stderr) == said
    assert ("46 days old" in told.stderr) == (day == "2025-03-01")
    assert "2025-01-14" in told.stdout, "as_of stands beside the number"


@pytest.mark.parametrize("command", ["advances", "ledger"])
def test_an_old_end_of_a_period_is_said(archive, command):
    period = ("--since", "2025-01-14", "--until", "2025-01-20", "--archive", archive)
    assert "6 days old" in run(command, *period).stderr


def test_an_old_start_of_a_period_is_said(archive, tmp_path):
    export("later", "2025-01-30T20:00Z", boxed("occupied", KURAKHOVE))
    shutil.copytree(archive, "longer")
    run("load", "deepstate", "later", "--archive", "longer")
    told = run("advances", "--since", "2025-01-25", "--until", "2025-01-30", "--archive", "longer").stderr
    assert re.search("2025-01-24 .*2025-01-14, 10 days old", told)


# ---- the products

DAILY = {
    "map.html", "figure.png", "advances.csv", "distances.csv", "bulletin.json", "changes.geojson", "report.md",
    "report.html",
}  # fmt: skip


@pytest.fixture(scope="module")
def sample_daily(tmp_path_factory):
    """Make the daily product of the sample, once."""
    folder = tmp_path_factory.mktemp("daily") / "out"
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder.parent)
        patched.delenv("TRACKER_ARCHIVE", raising=False)
        return folder, run("daily", "--out", folder)


def test_the_daily_product_is_whole_and_lists_its_files(sample_daily):
    folder, result = sample_daily
    assert {path.name for path in folder.iterdir()} == DAILY
    assert result.stdout.split() == [str(folder / name) for name in map(os.path.basename, result.stdout.split())]
    assert SAMPLE in result.stderr


def test_the_reports_are_a_page_and_markdown(sample_daily):
    folder, _ = sample_daily
    assert (folder / "report.md").read_text(encoding="utf-8").startswith("# Front line on 7 January 2025")
    assert (folder / "report.html").read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_every_file_of_the_sample_is_marked(sample_daily):
    folder, _ = sample_daily
    for name in DAILY - {"figure.png", "changes.geojson"}:
        assert SAMPLE in (folder / name).read_text(encoding="utf-8").lower(), name
    for name in ("advances.csv", "distances.csv"):
        assert set(pd.read_csv(folder / name)["note"]) == {SAMPLE}
    features = json.loads((folder / "changes.geojson").read_text())["features"]
    assert features
    assert {one["properties"]["note"] for one in features} == {SAMPLE}


def test_one_output_at_a_time_is_the_one_of_the_daily_product(sample_daily):
    folder, _ = sample_daily
    commands_of = {"map.html": "map --since 2024-12-01", "figure.png": "figure", "report.html": "report --format html"}
    Path("tracker.toml").write_text('lang = "uk"\n')
    for name, command in commands_of.items():
        run(*command.split(), "--lang", "en", "-o", name)
        assert Path(name).read_bytes() == (folder / name).read_bytes(), name


def data_of(page):
    return json.loads(re.search(r'id="tracker-data">(.*?)</script>', page, re.DOTALL).group(1))


def test_the_slider_goes_over_the_whole_archive_or_the_days_asked_for(archive):
    for asked, first, last in (
        ((), "2025-01-06", 8),
        (("--on", "2025-01-08"), "2025-01-06", 2),
        (("--since", "2025-01-08", "--until", "2025-01-13"), "2025-01-08", 5),
        (("--since", "2025-01-11"), "2025-01-09", 5),  # the map that holds on the 11th
    ):
        time = data_of(run("map", *asked, "--archive", archive).stdout)["time"]
        assert (time["first"], time["last"]) == (first, last), asked
    assert "--on does not go with --until" in run("map", "--on", "2025-01-08", "--until", "2025-01-09", status=2).stderr
    run("map", "--since", "2025-01-10", "--until", "2025-01-12", "--archive", archive, status=6)
    run("map", "--since", "2025-01-14", "--until", "2025-01-12", "--archive", archive, status=2)


def test_a_map_shows_where_another_source_differs(archive):
    shutil.copytree(archive, "both")
    daily_export("mirror", "20250108", (37.2, 47.9, 37.3, 48.0))
    run("load", "deepstate-daily", "mirror", "--archive", "both")
    page = run("map", "--source", "deepstate", "--against", "deepstate-daily", "--archive", "both").stdout
    assert data_of(page)["other"]["source"] == "deepstate-daily"
    assert "Where deepstate-daily differs" in page
    assert "cyterat/deepstate-map-data" in page, "both sources are credited"
    assert data_of(run("map", "--archive", archive).stdout)["other"] is None
    told = run("map", "--source", "deepstate", "--against", "deepstate", "--archive", "both", status=2).stderr
    assert "compared with itself" in told
    run("map", "--against", "isw", "--archive", "both", status=6)
    run("map", "--against", "nobody", "--archive", "both", status=2)


@pytest.mark.parametrize("form", ["geojson", "geoparquet", "gpkg", "kml"])
def test_the_ledger_of_the_sample_is_marked_in_every_format(form):
    run("ledger", "--format", form, "-o", f"ledger.{form}")
    rows = gpd.read_parquet("ledger.geoparquet") if form == "geoparquet" else gpd.read_file(f"ledger.{form}")
    assert set(rows["note"]) == {SAMPLE}


def test_the_figure_of_the_sample_is_marked():
    assert SAMPLE in run("figure", "--format", "svg").stdout.lower()


def test_the_daily_product_of_an_archive(archive):
    Path("tracker.toml").write_text('lang = "uk"\n')
    result = run("daily", "--archive", archive)
    folder = Path("maps/2025-01-14")
    assert {path.name for path in folder.iterdir()} == DAILY
    assert "DeepState" in result.stderr
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert report.startswith("# Лінія фронту")
    for path in folder.iterdir():
        assert SAMPLE.encode() not in path.read_bytes().lower(), path.name
    made = re.search("`(tracker daily [^`]*)`", report)
    assert made[1] == "tracker daily --on 2025-01-14 --source deepstate --lang uk"
