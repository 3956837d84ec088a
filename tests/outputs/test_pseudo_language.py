"""A new language is a new file: with one whose texts are all in other letters, no output has an English word left."""

import json
import re
import string
import zipfile
from html.parser import HTMLParser

import click
import pytest
import words as made
from commands import run

import tracker as tr
from tracker.cli import cli
from tracker.outputs.figure import output
from tracker.outputs.words import catalogue

LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "äƀçđëƒğĥïĵķľɱñöƥʠřšťüʋŵẋÿžÄƁÇĐËƑĞĤÏĴĶĽṀÑÖƤɊŘŠŤÜƲŴẊŸŽ"
)
DAY = "2025-01-06"
# What stays in every language: units, formats, hashes, names of programs, files, commands, columns and licences.
SAME = set(
    """tracker frontline km kB MB SHA sha index json html csv xlsx md png svg gif geojson GeoNames VIINA ODbL CC BY
    github com https www N NE E SE S SW W NW""".split()
)


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
    known = [*tr.gazetteer()["name"], *tr.towns()["name"], *tr.sectors()["name_en"], "VIINA", "Elsewhere"]
    return {word for name in known for word in re.findall(r"[A-Za-z]+", name)}


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
        reader.said += re.findall(r'"\\u003cspan class=\\"key[^>]*?/span\\u003e ([^"]*)"', page)
        return " ".join(reader.said)
    if name.endswith(".xlsx"):
        book = zipfile.ZipFile(content)
        return re.sub(r"<[^>]*>", " ", book.read("xl/sharedStrings.xml").decode())
    if name.endswith(".gif"):
        return content[content.index(b"!\xfe") : content.index(b"!\xfe") + 1200].decode(errors="ignore")
    return content.decode()


def english_in(text, names):
    """List the words in plain letters that are neither names nor the same in every language."""
    text = re.sub(r"https?://\S+|`[^`]*`|sha256 \w+|\b[0-9a-f]{32,}\b", " ", text)
    return sorted(set(re.findall(r"[A-Za-z]{2,}", text)) - names - SAME)


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
    "town": ["town", "Pokrovsk", "--out", "town"],
    "site": ["site", "--since", "2025-01-06", "--out", "site"],
    "film.gif": ["timelapse", "--since", "2025-01-05", "-o", "film.gif"],
}


@pytest.mark.parametrize("name", FILES)
def test_no_english_is_left(name, pseudo, names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*FILES[name], "--lang", pseudo)
    made = [path for path in tmp_path.rglob("*") if path.suffix in (".md", ".html", ".svg", ".gif", ".txt")]
    assert made
    left = {path.name: english_in(said_in(path.name, path.read_bytes()), names) for path in made}
    print(result.stderr)
    assert {file: found for file, found in left.items() if found} == {}
