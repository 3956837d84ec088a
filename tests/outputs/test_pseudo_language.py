"""A new language is a new file: with one whose texts are all in other letters, no output has an English word left."""

import gettext
import io
import json
import re
import string
from html.parser import HTMLParser

import click
import openpyxl
import pytest
import words as made
from commands import run
from PIL import Image
from stages import pair_page
from worlds import history_of, square

import tracker as tr
from tracker.cli import cli
from tracker.outputs.figure import output
from tracker.outputs.words import catalogue

LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "äƀçđëƒğĥïĵķľɱñöƥʠřšťüʋŵẋÿžÄƁÇĐËƑĞĤÏĴĶĽṀÑÖƤɊŘŠŤÜƲŴẊŸŽ"
)
DAY = "2025-01-06"
SOURCE = "settlement-facts"  # by the name that commands know it by, as beside the hash of its file
CODES = "data/archive|advance|catch_up|redraw"
ENDINGS = "gif|html|md|svg|png|csv|xlsx|json|geojson"
TABLES = ("advances.md",)
# What stays in every language: units, and names of programs and licences.
SAME = set("tracker frontline km kB MB SHA sha GeoNames CC BY Apache Markdown JavaScript".split())


def accented(text):
    """Write a text in other letters, with its placeholders as they are."""
    parts = string.Formatter().parse(text)
    return "".join(
        said.translate(LETTERS) + ("" if name is None else "{" + name + (f":{spec}" if spec else "") + "}")
        for said, name, spec, _ in parts
    )


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory):
    """Add a language `xx` to those that there are, and choose it."""
    folder = tmp_path_factory.mktemp("locale")
    catalogue_of_xx = made._Plain("en")
    for text in made.messages():
        if text.id:
            told = tuple(map(accented, text.id)) if text.pluralizable else accented(text.id)
            catalogue_of_xx.add(text.id, told, context=text.context)
    (folder / "xx.mo").write_bytes(made.written(catalogue_of_xx)[".mo"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "LOCALE", folder)
        patch.setitem(output._SETTINGS, "svg.fonttype", "none")
        for name in cli.list_commands(None):
            for option in cli.get_command(None, name).params:
                if option.name == "lang":
                    patch.setattr(option, "type", click.Choice(catalogue.languages()))
        yield "xx"
    catalogue.words.cache_clear()


@pytest.fixture(scope="module")
def names():
    """The names that the data bring: they are those of the data in every language."""
    known = [
        *tr.gazetteer()["name"],
        *tr.towns()["name"],
        *tr.sectors()["name_en"],
    ]
    return {word.casefold() for name in known for word in re.findall(r"[A-Za-z]+", name)}


class Read(HTMLParser):
    """Reads what a page says: its text, and the attributes that are read out or shown."""

    def __init__(self):
        super().__init__()
        self.said, self.silent = [], 0

    def handle_starttag(self, tag, attributes):
        self.silent += tag in ("script", "style", "code")
        self.said += [
            value for name, value in attributes if name in ("alt", "title", "aria-label", "placeholder") and value
        ]

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style", "code")

    def handle_data(self, data):
        if not self.silent:
            self.said.append(data)


def said_in(name, content):
    """Take the text out of a file that a reader sees."""
    if name.endswith((".html", ".svg")):
        page = content.decode()
        reader = Read()
        reader.feed(page)
        for data in re.findall(r'<script type="application/json" id="tracker-data">(.*?)</script>', page, re.S):
            reader.said += json.loads(data)["words"].values()
        layers = re.findall(r'"\\u003cspan class=\\"key[^"]*\\"\\u003e\\u003c/span\\u003e ([^"]*)"', page)
        reader.said += [json.loads(f'"{label}"') for label in layers]
        return " ".join(reader.said)
    if name.endswith(".gif"):
        return Image.open(io.BytesIO(content)).info["comment"].decode()
    if name.endswith(".xlsx"):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
        return "\n".join(str(cell.value) for row in sheet.iter_rows(min_col=2) for cell in row if cell.value)
    # The head and the rows of a table are those of every language.
    return "\n".join(line for line in content.decode().splitlines() if name not in TABLES or not line.startswith("|"))


def english_in(text, names):
    """List the words in plain letters that are neither names nor the same in every language."""
    same = rf"https?://\S+|image/svg\+xml|`[^`]*`|\{{\w+\}}|\b[0-9a-f]{{32,}}\b|\b\S+\.({ENDINGS})\b|{SOURCE}|{CODES}"
    said = re.findall(r"[A-Za-z]{2,}", re.sub(same, " ", text))
    return sorted({word for word in said if word.casefold() not in names} - SAME)


FILES = {
    "report.md": ["report", "--on", DAY, "-o", "report.md"],
    "week.html": ["report", "--week", "--on", DAY, "--format", "html", "-o", "week.html"],
    "bulletin.md": ["bulletin", "--on", DAY, "--format", "markdown", "-o", "bulletin.md"],
    "map.html": ["map", "-o", "map.html"],
    "figure.svg": ["figure", "--on", DAY, "-o", "figure.svg"],
    "months.svg": ["figure", "--chart", "months", "-o", "months.svg"],
    "area.svg": ["figure", "--chart", "area", "-o", "area.svg"],
    "sectors.svg": ["figure", "--chart", "sectors", "-o", "sectors.svg"],
    "distance.svg": ["figure", "--chart", "distance", "--town", "Pokrovsk", "-o", "distance.svg"],
    "advances.md": ["advances", "--by", "sector", "--format", "markdown", "-o", "advances.md"],
    "advances.xlsx": ["advances", "--by", "sector", "--format", "xlsx", "-o", "advances.xlsx"],
    "town": ["town", "Pokrovsk", "--out", "π"],
    "site": ["site", "--since", "2025-01-06", "--out", "π"],
    "film.gif": ["timelapse", "--since", "2025-01-05", "-o", "film.gif"],
}


def left_in(folder, names):
    """List what is left in the files of a folder: the name of each and its words."""
    files = [path for path in folder.rglob("*") if path.suffix in (".md", ".html", ".svg", ".gif", ".xlsx")]
    assert files
    left = {path.name: english_in(said_in(path.name, path.read_bytes()), names) for path in files}
    return {name: found for name, found in left.items() if found}


@pytest.mark.parametrize("name", FILES)
def test_no_english_is_left(name, pseudo, names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*FILES[name], "--lang", pseudo)
    assert left_in(tmp_path, names) == {}
    assert english_in(result.stderr, names) == []


def test_no_english_is_left_between_two_sources(pseudo, names):
    mine, theirs = (
        history_of({f"{DAY}T20:00Z": {"occupied": [square(0, 0, size)], "contested": [square(8, 8, 4)]}})
        for size in (6, 9)
    )
    page = pair_page(mine, theirs, lang=pseudo)
    assert english_in(said_in("agreement.html", page.encode()), names | {"one", "two", "town", "west", "east"}) == []


@pytest.mark.parametrize(("module", "name"), [("page.report_limits", "report.md"), ("figure.panel", "figure.svg")])
def test_a_text_that_nobody_looks_up_is_found(module, name, pseudo, names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(f"tracker.outputs.{module}.words", lambda lang: gettext.NullTranslations())
    run(*FILES[name], "--lang", pseudo)
    assert len(left_in(tmp_path, names)[name]) > 3
