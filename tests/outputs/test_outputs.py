"""Outputs for desks: workbooks and Markdown of tables, what columns mean, captions and credits."""

from __future__ import annotations

import datetime
import io
import itertools
import re
import sys
import zipfile

import click
import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

from tracker.cli import cli
from tracker.outputs import render, renderer
from tracker.outputs.files import xlsx
from tracker.outputs.files.rows import cell_text
from tracker.outputs.words.caption import SUBJECTS, caption, credit_line
from tracker.tables import definitions
from tracker.tables.check import empty
from tracker.tables.columns import COLUMNS, defined
from tracker.tables.constants import WORK_CRS

HOSTILE = [
    "=cmd()",
    "+1",
    "-1",
    "@SUM(A1)",
    "#N/A",
    "#REF!",
    "'=1",
    "=1+1\x07",
    "a|b",
    "<b>*x*</b>",
    "two\nlines",
    "true",
]
AS_OF = pd.Timestamp("2025-01-06T21:09:08Z")


def table_of(**columns):
    """Make a table of changes, two rows, with other columns as given."""
    frame = {
        "source": ["deepstate", "deepstate"],
        "since": pd.to_datetime(["2025-01-06", "2025-01-07"]).astype("datetime64[us]"),
        "end_as_of": pd.Series([AS_OF, None], dtype="datetime64[us, UTC]"),
        "gain_km2": [1234.5678, np.nan],
        "occupied_share": [0.1849, np.inf],
        "fragments": [3, 4],
    }
    return pd.DataFrame(frame | columns)


def book_of(table, **options):
    """Write a workbook and read it back."""
    return openpyxl.load_workbook(io.BytesIO(render("xlsx", table=table, **options)))


def rows_of(sheet):
    """Read a sheet's values."""
    return [list(row) for row in sheet.iter_rows(values_only=True)]


# ---- workbooks


def test_cells_are_typed():
    header, first, second = book_of(table_of())["Table"].iter_rows()
    assert [cell.value for cell in header] == [
        "source", "since", "end_as_of (UTC)", "gain_km2", "occupied_share", "fragments",
    ]  # fmt: skip
    assert all(cell.font.bold for cell in header)
    assert [cell.value for cell in first] == [
        "deepstate", datetime.datetime(2025, 1, 6), datetime.datetime(2025, 1, 6, 21, 9, 8), 1234.5678, 0.1849, 3,
    ]  # fmt: skip
    assert [cell.number_format for cell in first[1:]] == [
        "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "#,##0.0", "0.0%", "0",
    ]  # fmt: skip
    assert [cell.value for cell in second][2:5] == [None, None, None], "missing and infinite are empty"


def test_numbers_are_not_rounded():
    values = [1 / 3, 1e-9, -123456.789012345]
    sheet = book_of(pd.DataFrame({"gain_km2": values, "net_km2": np.float32([0.5, 0.25, 2.0])}))["Table"]
    assert [row[0] for row in rows_of(sheet)[1:]] == values


def test_the_header_stays_in_sight_and_filters():
    sheet = book_of(table_of())["Table"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F3"
    widths = {letter: sheet.column_dimensions[letter].width for letter in "ABC"}
    assert len("2025-01-06 21:09:08") < widths["C"]
    assert len("deepstate") < widths["A"] < 20


def test_text_is_never_a_formula_or_an_error():
    book = book_of(pd.DataFrame({"source": HOSTILE, HOSTILE[0]: HOSTILE}), title="=1", credits=["=2"], caption="=3")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 2 * len(HOSTILE)
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value.startswith(("=", "+", "-", "@", "'")) and cell.row > 1)


def test_what_excel_cannot_hold_becomes_a_dot():
    text = "bell\x07 \x1b[31m \ud800 \ufffe \u202eright\nnext"
    sheet = book_of(pd.DataFrame({"source": pd.Series([text], dtype=object)}))["Table"]
    assert sheet["A2"].value == "bell· ·[31m · · ·right·next"


def test_a_shape_is_a_point_inside():
    table = gpd.GeoDataFrame({"area_km2": [1.0]}, geometry=[shapely.box(0, 0, 1000, 1000)], crs=WORK_CRS)
    header, row = rows_of(book_of(table, note="sample")["Table"])
    assert header == ["area_km2", "lon", "lat", "note"]
    assert row == [1.0, pytest.approx(36.0, abs=0.02), pytest.approx(48.5, abs=0.02), "sample"]


@pytest.mark.parametrize("table", [pd.DataFrame(), *map(empty, definitions.TABLES.values())])
def test_a_workbook_of_no_rows(table):
    sheet = book_of(table)["Table"]
    assert len(rows_of(sheet)) <= 1
    assert [str(name).removesuffix(" (UTC)") for name in (rows_of(sheet) or [[]])[0] if name] == [
        *[name for name in table.columns if name != "geometry"],
        *(["lon", "lat"] if "geometry" in table else []),
    ]


def test_missing_is_empty():
    missing = {"town": [None, pd.NA], "edge_km": [np.nan] * 2, "since": pd.to_datetime([None, None])}
    assert rows_of(book_of(pd.DataFrame(missing | {"source": ["", "x"]}))["Table"])[1:] == [
        [None, None, None, None],
        [None, None, None, "x"],
    ]


def test_the_second_sheet_says_what_the_numbers_mean():
    options = {"title": "Advances", "note": "illustrative sample", "caption": "Under it.", "credit": "By me."}
    sheet = book_of(table_of(sector="x", odd=1), credits=["One.", "Two."], **options)["Sources and definitions"]
    rows = rows_of(sheet)
    told = [(row[0], row[2]) for row in rows[: rows.index([None] * 3)]]
    assert told == [
        ("Title", "Advances"), ("Note", "Illustrative sample"), ("Caption", "Under it."), ("Credit", "By me."),
        ("Source", "One."), ("Source", "Two."),
        ("Meaning", "A change means that the drawing changed, which is not always the day the ground did."),
    ]  # fmt: skip
    definitions = rows[len(told) + 1 :]
    assert definitions[0] == ["Column", "Unit", "Definition"]
    assert [row[0] for row in definitions[1:]] == [*table_of(sector="x", odd=1).columns, "note"]
    assert definitions[4] == ["gain_km2", "km²", COLUMNS["gain_km2"].meaning]
    assert [row for row in definitions if row[0] == "odd"] == [["odd", None, None]]


def test_in_ukrainian_the_marks_are():
    sheet = book_of(table_of(), note="illustrative sample", lang="uk")["Sources and definitions"]
    assert rows_of(sheet)[0][2] == "Ілюстративний зразок"


def test_a_workbook_does_not_say_when_it_was_written():
    content = render("xlsx", table=table_of())
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert {member.date_time for member in book.infolist()} == {(2022, 2, 24, 0, 0, 0)}
        stamps = re.findall(rb"\d{4}-\d\d-\d\dT[^<]*", book.read("docProps/core.xml"))
        assert stamps == [b"2022-02-24T00:00:00Z"] * 2
        assert all(str(datetime.date.today().year).encode() not in book.read(name) for name in book.namelist())


def test_more_rows_than_a_sheet_holds(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 2)
    assert render("xlsx", table=table_of())
    with pytest.raises(ValueError, match=r"2 rows.* 4: .*csv"):
        render("xlsx", table=pd.concat([table_of()] * 2))


# ---- Markdown


def test_numbers_are_rounded_and_stand_right():
    lines = render("markdown", table=table_of(edge_km=[2.55, -0.04])).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    header = dict(zip(cells[0], cells[1], strict=True))
    assert header[r"gain\_km2"].endswith(":")
    assert header["source"].startswith(":")
    assert cells[2] == ["deepstate", "2025-01-06", "2025-01-06T21:09:08Z", "1,234.6", "18.5 %", "3", "2.5"]
    assert cells[3][3:] == ["–", "–", "4", "0.0"]


def test_what_stands_around_the_rows():
    options = {"title": "A *title*", "note": "illustrative sample", "caption": "Under_it.", "credit": "By me."}
    text = render("markdown", table=table_of(), credits=["One | two."], **options)
    above, below = text.split("|", 1)[0], text.rsplit("|\n", 1)[1]
    assert above == "**A \\*title\\***\n\n**Illustrative sample**\n\n"
    assert below == "\nUnder\\_it.\n\nBy me.\n\nOne \\| two.\n"


def test_hostile_text_in_markdown_is_text():
    text = render("markdown", table=pd.DataFrame({"town": HOSTILE, "a|b<i>": 1.0}), note="<script>", credits=["<img>"])
    assert not re.search(r"<(?!/?$)\w", text)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(HOSTILE)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {3}


def test_markdown_leaves_out_what_a_table_does():
    header = render("markdown", table=table_of(geonameid=1, nearest_lon=2.0)).splitlines()[0]
    assert "geonameid" not in header
    assert "nearest" not in header


@pytest.mark.parametrize("table", [pd.DataFrame(), *map(empty, definitions.TABLES.values())])
def test_markdown_of_no_rows(table):
    lines = render("markdown", table=table).strip().splitlines()
    assert len(lines) == (2 if len(table.columns) else 0)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("area_km2", 0.05, "0.1"), ("area_km2", -0.04, "0.0"), ("area_km2", float("nan"), "–"),
        ("centre_km", 1234.56, "1,234.6"), ("closing_low_km_a_week", 1.26, "1.3"), ("share", 0.5, "50.0 %"),
        ("share_occupied", 0.0004, "0.0 %"), ("gain_share", -0.0001, "0.0 %"), ("edge_bearing_deg", 90.0, "90"),
        ("population", 12345, "12345"), ("town", "a\x1bb", "a·b"), ("town", pd.NA, "–"), ("note", None, "–"),
        ("occupied_share", float("inf"), "–"),
    ],
)  # fmt: skip
def test_cells_for_reading(name, value, text):
    assert cell_text(name, value) == text


# ---- definitions


def test_a_definition_has_the_unit_of_its_name_and_is_a_sentence():
    of_name = {"_km2": "km²", "_km": "km", "_deg": "°", "_km_a_week": "km a week", "_share": "share of 1", "lon": "°"}
    for name, column in COLUMNS.items():
        for ending, told in of_name.items():
            assert column.unit == told or not name.endswith(ending), name
        assert column.meaning.endswith((".", "…")), name
        assert len(column.meaning) > 10, name


def test_what_is_not_defined_is_not_made_up():
    iou = COLUMNS["iou"]
    assert defined(["odd", "iou"]).to_numpy().tolist() == [["odd", "", ""], ["iou", iou.unit, iou.meaning]]


# ---- captions


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_caption_is_one_sentence_with_its_source(subject):
    for by, lang in itertools.product(["none", "sector", "ground", "oblast"], ["en", "uk"]):
        text = caption(subject, ("2025-01-06", "2025-01-07"), AS_OF, source="Someone", by=by, lang=lang)
        assert "2025, 23:09" in text, (by, lang)
        assert text.endswith("Someone."), (by, lang)
        assert not re.search(r"[{}]|  ", text), (by, lang)


def test_captions_in_both_languages():
    period = ("2025-01-01", "2025-01-31")
    assert caption("totals", period, AS_OF, source="DeepState", by="oblast", lang="uk") == (
        "Окупована територія та сіра зона за областями, 1–31 січня 2025, км²; "
        "стан мапи 6 січня 2025, 23:09 Київ. Джерело: DeepState."
    )
    assert credit_line("© Me", "1.2", "uk") == "Дані мапи: © Me; розраховано у frontline-tracker 1.2"


def test_an_unknown_subject_or_language_is_told():
    with pytest.raises(ValueError, match="advances, ledger"):
        caption("weather", (AS_OF, AS_OF), AS_OF, source="")
    with pytest.raises(ValueError, match="fr"):
        caption("totals", (AS_OF, AS_OF), AS_OF, source="", lang="fr")
    with pytest.raises(ValueError, match="fr"):
        credit_line("", "", "fr")


# ---- the commands


@pytest.fixture(autouse=True)
def _in_a_clean_folder(clean_folder):
    """Run commands on the bundled sample."""


# What a command needs, and days with little behind them where the whole of the sample takes long.
ARGUMENTS = {
    "town": ["Pokrovsk"],
    "captures": ["--since", "2024-12-29"],
    "figure": ["--on", "2024-12-06", "--size", "square"],
    "report": ["--on", "2024-12-06"],
    "timelapse": ["--since", "2025-01-04", "--size", "square"],
}
NOT_ON_THE_SAMPLE = {"agreement"}  # it takes two sources


def combinations():
    """List the commands that print in formats, with each of these."""
    context = click.Context(cli)
    for name in cli.list_commands(context):
        for parameter in cli.get_command(context, name).params:
            if "--format" in parameter.opts and name not in NOT_ON_THE_SAMPLE:
                yield from ((name, form) for form in parameter.type.choices)


def run(*arguments, status=0):
    """Run a command in this process, and see that it ends as it should."""
    result = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
    assert result.exit_code == status, result.stderr
    return result


@pytest.mark.parametrize(("name", "form"), list(combinations()))
def test_every_command_prints_every_format_on_the_sample(name, form):
    result = run(name, *ARGUMENTS.get(name, []), "--format", form)
    assert len(result.stdout_bytes) > 100
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(result.stdout_bytes))
        assert book.sheetnames == ["Table", "Sources and definitions"]
        undefined = [row[0] for row in rows_of(book["Sources and definitions"])[1:] if row[0] and not row[2]]
        assert undefined == [], "give these columns a definition"


@pytest.mark.parametrize("name", ["sources", "check", "advances", "ledger", "distances", "totals"])
def test_every_table_is_had_in_the_formats_of_desks(name):
    assert {(name, form) for form in ("table", "csv", "json", "markdown", "xlsx")} <= set(combinations())


@pytest.mark.parametrize("name", ["advances", "ledger", "distances", "totals"])
def test_caption_and_credit_are_there_to_copy(name):
    result = run(name, "--format", "markdown", "--lang", "uk")
    lines = dict(line.split(": ", 1) for line in result.stderr.splitlines() if ": " in line)
    said = {"Caption": lines["Підпис"], "Credit": lines["Джерело для копіювання"]}
    assert said["Caption"].endswith("Джерело: дані за населеними пунктами (Ілюстративний зразок).")
    assert re.search(r"frontline-tracker \d", said["Credit"])
    assert said["Caption"] in result.stdout
    book = openpyxl.load_workbook(io.BytesIO(run(name, "--format", "xlsx", "--lang", "uk").stdout_bytes))
    told = {row[0]: row[2] for row in rows_of(book["Sources and definitions"])}
    assert (told["Підпис"], told["Джерело для копіювання"]) == (said["Caption"], said["Credit"])
    assert "GeoNames" in told["Джерело"] or "GeoNames" in said["Credit"]


@pytest.mark.parametrize("form", ["xlsx", "gpkg"])
def test_a_terminal_gets_no_bytes(form, monkeypatch):
    class Terminal(io.BytesIO):
        def isatty(self):
            return True

    from tracker.cli import terminal

    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(click.UsageError, match="name a file: -o FILE"):
        terminal.emit(b"PK", None)
    assert sys.stdout.getvalue() == b""


def test_every_row_carries_its_source_and_instant():
    """A summary's instant is `end_as_of`, a change's is `end`; a list of sources has `last`."""
    instants = {"sources": "last", "check": "as_of", "advances": "end_as_of", "ledger": "end"}
    for name in ("sources", "check", "advances", "ledger", "distances", "totals"):
        header = run(name, "--format", "csv").stdout.splitlines()[0].split(",")
        assert {"source", instants.get(name, "as_of")} <= set(header)


def test_the_formats_are_known():
    assert {renderer(name).suffix for name in ("markdown", "xlsx")} == {".md", ".xlsx"}


# ---- the stock of a day


def test_totals_of_the_sample():
    result = run("totals", "--format", "json", "--on", "2025-01-06")
    assert "tracker reference use oblasts" in result.stderr
    row = pd.read_json(io.StringIO(result.stdout)).iloc[0]
    assert row["occupied_km2"] > row["contested_km2"] > 0
    assert pd.isna(row["occupied_share"])
    assert row["note"] == "illustrative sample"


def test_totals_of_a_period_are_rows_of_days():
    out = run("totals", "--format", "csv", "--since", "2025-01-02", "--until", "2025-01-05").stdout
    assert pd.read_csv(io.StringIO(out))["day"].tolist() == ["2025-01-02", "2025-01-03", "2025-01-04", "2025-01-05"]


def test_totals_by_oblast_with_borders():
    borders = gpd.GeoDataFrame({"name_en": ["All"]}, geometry=[shapely.box(22, 44, 41, 53)], crs=4326)
    borders.to_file("oblasts.geojson")
    run("reference", "use", "oblasts", "oblasts.geojson", "--archive", "data/archive")
    result = run("totals", "--by", "oblast", "--format", "csv")
    row = pd.read_csv(io.StringIO(result.stdout)).iloc[0]
    assert (row["oblast"], row["contested_outside_km2"]) == ("All", 0.0)
    assert row["contested_inside_km2"] == pytest.approx(row["contested_km2"])
    assert pd.isna(row["occupied_share"])
    assert "occupied since 2014: the share is missing" in result.stderr
    assert "published: 603,628" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--by", "oblast"], 2, "tracker reference use oblasts FILE"),
        (["--on", "2025-01-06", "--since", "2025-01-06"], 2, "--on does not go with"),
        (["--since", "2025-01-07", "--until", "2025-01-06"], 2, "2025-01-07"),
        (["--on", "2020-01-01"], 6, "no snapshot up to 2020-01-01"),
        (["--format", "ods"], 2, "xlsx"),
    ],
)
def test_totals_that_cannot_be(arguments, status, told):
    assert told in run("totals", *arguments, status=status).stderr
