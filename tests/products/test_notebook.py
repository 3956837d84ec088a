"""What `render` gives: text and bytes as before, that say what they are, save themselves, and show themselves once."""

from __future__ import annotations

import base64
import copy
import pickle
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import tracker as tr
from tracker.products.notebook import BytesFile, Film, Page, Picture, Text, TextFile, result_of

# One pixel, so that a notebook takes it for a picture.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
KINDS = {
    "map": ("<!DOCTYPE html><p>Покровськ</p>", Page, "<tracker map: 40 bytes of HTML>"),
    "report": ("# Покровськ", Text, "<tracker report: 20 bytes of Markdown>"),
    "csv": ("town\n" * 300, TextFile, "<tracker csv: 1.5 kB of text>"),
    "xlsx": (b"PK" * 700_000, BytesFile, "<tracker xlsx: 1.4 MB of data>"),
    "figure": (PNG, Picture, f"<tracker figure: {len(PNG)} bytes of PNG>"),
    "timelapse": (b"GIF89a", Film, "<tracker timelapse: 6 bytes of GIF>"),
}
FILMS = {b"GIF89a": ("GIF", "<img"), b"RIFF1234WEBP": ("WebP", "<img"), b"\0\0\0 ftypisom": ("MP4", "<video")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_its_content_and_says_what_it_is_in_one_line(kind):
    content, kind_of_result, line = KINDS[kind]
    result = result_of(kind, content)
    assert (type(result), result, repr(result)) == (kind_of_result, content, line)
    for copied in (copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert (copied, repr(copied)) == (result, line)


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_saves_itself_whole_and_gives_the_path(kind, tmp_path):
    content, _, _ = KINDS[kind]
    path = tmp_path / "made" / "on the way"
    assert result_of(kind, content).save(str(path)) == path
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert [file.name for file in path.parent.iterdir()] == ["on the way"]


def test_print_prints_all_of_a_text_and_the_line_of_bytes(capsys):
    print(result_of("map", "<!doctype html>"), result_of("xlsx", b"PK"))
    assert capsys.readouterr().out == "<!doctype html> <tracker xlsx: 2 bytes of data>\n"


@pytest.mark.parametrize("content", FILMS)
def test_a_film_is_shown_as_what_it_is(content):
    form, tag = FILMS[content]
    film = result_of("timelapse", content)
    assert repr(film) == f"<tracker timelapse: {len(content)} bytes of {form}>"
    assert film._repr_html_().startswith(tag)
    assert base64.b64encode(content).decode() in film._repr_html_()


def test_what_is_rendered_is_a_result(tmp_path):
    table = tr.towns(["Pokrovsk"])[["name", "place"]]
    result = tr.render("csv", table=table)
    assert repr(result) == f"<tracker csv: {len(result)} bytes of text>"
    assert result.save(tmp_path / "towns.csv").read_text(encoding="utf-8") == result


def test_a_notebook_stores_each_result_once(tmp_path, monkeypatch):
    """What it shows, and one line of text beside it."""
    monkeypatch.setenv("PYTHONPATH", str(Path(tr.__file__).parents[1]))  # the package under test, not an installed one
    shown = {"map": "text/html", "report": "text/markdown", "figure": "image/png", "timelapse": "text/html"}
    cell = "from tracker.products.notebook import result_of\nresult_of({kind!r}, {content!r})"
    cells = [nbformat.v4.new_code_cell(cell.format(kind=kind, content=KINDS[kind][0])) for kind in KINDS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    for kind, cell in zip(KINDS, notebook.cells, strict=True):
        [output] = cell.outputs
        assert output.data.pop("text/plain") == KINDS[kind][2]
        assert list(output.data) == ([shown[kind]] if kind in shown else []), kind
