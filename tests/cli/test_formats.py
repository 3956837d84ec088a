"""What the ending of FILE says of its format, and how the help shows a day."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pandas as pd
import pytest
from commands import run

from tracker.cli import cli
from tracker.cli.formats import LEDGER_FORMATS, TABLE_FORMATS, format_of

BEGINS = {
    "csv": b"source,",
    "json": b"[",
    "xlsx": b"PK",
    "md": b"**Illustrative sample**\n\n| source",
    "txt": b"source",
    "geojson": b'{"type": "FeatureCollection"',
    "parquet": b"PAR1",
    "gpkg": b"SQLite format 3",
    "kml": b"<?xml",
}


@pytest.mark.parametrize("ending", BEGINS)
def test_the_ending_of_a_file_is_its_format(ending):
    run("ledger", "--since", "2025-01-06", "-o", f"a.{ending}")
    assert Path(f"a.{ending}").read_bytes().startswith(BEGINS[ending])


@pytest.mark.parametrize(
    ("command", "known"),
    [
        ("sources", ".txt, .csv, .json, .md or .xlsx"),
        ("check", ".txt, .csv, .json, .md or .xlsx"),
        ("advances", ".txt, .csv, .json, .md or .xlsx"),
        ("totals", ".txt, .csv, .json, .md or .xlsx"),
        ("ledger", ".txt, .csv, .json, .md, .xlsx, .geojson, .parquet, .gpkg or .kml"),
        ("frontline", ".txt, .csv, .json, .md, .xlsx, .geojson, .parquet, .gpkg or .kml"),
        ("captures", ".txt, .csv, .json, .md, .xlsx, .geojson, .parquet, .gpkg or .kml"),
        ("distances", ".txt, .csv, .json, .md, .xlsx or .parquet"),
        ("bulletin", ".txt, .md, .json or .csv"),
        ("agreement deepstate isw", ".txt, .csv, .json, .md, .xlsx, .geojson or .html"),
    ],
)
@pytest.mark.parametrize("file", ["table.xls", "table", ".csv"])
def test_an_ending_that_is_not_known_is_usage_and_names_those_that_are(command, known, file):
    told = run(*command.split(), "-o", file, status=2).stderr
    assert f"-o {file}: name a file that ends in {known}, or add --format" in told
    assert not list(Path().iterdir())


def test_a_format_that_is_asked_for_wins_over_the_ending():
    run("totals", "--format", "json", "-o", "totals.csv")
    assert json.loads(Path("totals.csv").read_text())


def test_distances_and_the_ledger_each_have_their_parquet():
    assert format_of("a.parquet", (*TABLE_FORMATS, "parquet")) == "parquet"
    assert format_of("a.PARQUET", LEDGER_FORMATS) == "geoparquet"


def test_the_bulletin_by_its_ending():
    run("bulletin", "--on", "2025-01-06", "-o", "b.csv")
    assert "settlement" in pd.read_csv("b.csv").columns
    run("bulletin", "--on", "2025-01-06", "-o", "b.md")
    assert Path("b.md").read_text(encoding="utf-8").startswith("#")


def test_stdout_devices_and_pipes_keep_the_default():
    assert run("totals", "-o", "-").stdout == run("totals").stdout
    run("totals", "-o", os.devnull)
    os.mkfifo("pipe.csv")
    assert format_of("pipe.csv", TABLE_FORMATS) == "table"


def days_of(group, prefix=()):
    """Walk the options that take a day."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from days_of(command, (*prefix, name))
        else:
            for parameter in command.params:
                if isinstance(parameter.type, click.DateTime):
                    yield [*prefix, name], parameter.opts[0]


def test_the_help_says_how_a_day_is_written():
    shown = list(days_of(cli))
    assert len(shown) > 20
    for name, option in shown:
        told = run(*name, "--help").stdout
        assert f"{option} YYYY-MM-DD " in told
        assert "%Y" not in told
