"""What a `tracker.toml` in the working folder may choose for every command: the house's reference data and colours."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from commands import rows_of, run

import tracker as tr
from tracker.archive.reference import Reference, own


def polygon(west, east, **properties):
    ring = [[west, 47.0], [east, 47.0], [east, 49.5], [west, 49.5], [west, 47.0]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def written(name, *features):
    Path(name).write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return name


@pytest.fixture
def oblasts():
    return written("oblasts.geojson", polygon(35, 37, name_en="West"), polygon(37, 39, name_en="East"))


def house(**files):
    lines = [f'{kind} = "{file}"\n' for kind, file in files.items()]
    Path("tracker.toml").write_text("".join(["[reference]\n", *lines]), encoding="utf-8")


COMMANDS = [
    ("totals", "--by", "oblast"),
    ("advances", "--by", "oblast"),
    ("ledger", "--by", "oblast", "--since", "2025-01-06"),
    ("frontline", "--by", "oblast"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_files_that_the_house_names_are_used_as_if_they_were_kept(oblasts, command):
    house(oblasts=oblasts)
    named = rows_of(*command)
    assert {row["oblast"] for row in named} & {"West", "East"}
    assert not Path("data").exists(), "nothing is copied"
    Path("tracker.toml").unlink()
    run("reference", "use", "oblasts", oblasts)
    assert rows_of(*command) == named


def test_what_the_house_names_wins_over_what_is_kept(oblasts):
    run("reference", "use", "oblasts", oblasts)
    house(oblasts=written("other.geojson", polygon(35, 39, name_en="All")))
    assert {row["oblast"] for row in rows_of("totals", "--by", "oblast")} == {"All"}


def test_a_gazetteer_and_footprints_of_the_house():
    point = {"type": "Point", "coordinates": [37.1, 48.28]}
    properties = {"geonameid": 1, "name": "Newtown", "name_uk": "Новомісто", "place": "city"}
    village = {"type": "Feature", "properties": properties, "geometry": point}
    house(gazetteer=written("places.geojson", village))
    assert rows_of("distances", "--town", "Newtown")[0]["edge_method"] == "none"
    limits = polygon(37.05, 37.15, name_uk="Новомісто")
    house(gazetteer="places.geojson", footprints=written("limits.geojson", limits))
    assert rows_of("distances", "--town", "Newtown")[0]["edge_method"] == "polygon"


def test_the_basemap_of_the_house_is_on_the_map():
    house(basemap=written("rivers.geojson", polygon(36.9, 37.1)))
    run("map", "--since", "2025-01-06", "-o", "named.html")
    Path("tracker.toml").unlink()
    run("map", "--since", "2025-01-06", "-o", "plain.html")
    assert Path("named.html").stat().st_size > Path("plain.html").stat().st_size


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ('oblasts = "missing.geojson"', 3, "missing.geojson: no such file; tracker.toml names it as oblasts"),
        ('oblasts = "tracker.toml"', 3, "tracker.toml: GDAL cannot read it"),
        ('rivers = "a.geojson"', 2, "tracker.toml: reference must be a table of files, such as oblasts"),
        ("oblasts = 3", 2, "of gazetteer, footprints, oblasts, basemap"),
    ],
)
def test_a_wrong_file_is_one_clear_line(text, status, told):
    Path("tracker.toml").write_text(f"[reference]\n{text}\n")
    lines = run("totals", "--by", "oblast", status=status).stderr.splitlines()
    assert told in lines[-1]


def test_a_file_that_changes_is_read_again(oblasts):
    known = Reference(named={"oblasts": Path(oblasts)})
    assert len(own("oblasts", known)) == 2
    written("oblasts.geojson", polygon(35, 39, name_en="All of it"))
    assert own("oblasts", known)["oblast"].tolist() == ["All of it"]


# ---- colours


def painted_house(*lines):
    Path("tracker.toml").write_text("\n".join(["[palette]", *lines]), encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "name", "own"),
    [
        ("map --since 2025-01-06", "occupied", "#e8c4bb"),
        ("figure --on 2025-01-06", "occupied", "#e8c4bb"),
        ("figure --chart distance --town Pokrovsk", "occupied_line", "#8c2d1c"),
        ("figure --chart area", "occupied_line", "#8c2d1c"),
        ("figure --chart months", "text", "#1f2328"),
        ("figure --chart sectors", "gain_7", "#d7301f"),
        ("report --format html", "text", "#1f2328"),
    ],
)
def test_the_colours_of_the_house_are_those_of_every_picture(command, name, own):
    file = "picture.html" if command.startswith(("map", "report")) else "picture.svg"
    run(*command.split(), "-o", file)
    plain = Path(file).read_text(encoding="utf-8")
    painted_house(f'{name} = "#00dd11"')
    run(*command.split(), "-o", file)
    painted = Path(file).read_text(encoding="utf-8")
    assert own in plain
    assert "#00dd11" not in plain
    assert "#00dd11" in painted
    Path("tracker.toml").unlink()
    run(*command.split(), "-o", file)
    assert Path(file).read_text(encoding="utf-8") == plain, "no command paints the next one"


@pytest.mark.parametrize(
    "line", ['water = "#00dd11"', 'occupied = "green"', 'occupied = "#0d1"', "occupied = 1", '1 = "x"']
)
def test_what_is_no_colour_is_usage_and_says_which_there_are(line):
    painted_house(line)
    told = run("sources", status=2).stderr
    assert 'tracker.toml: palette must be a table of colours, such as occupied = "#e8c4bb"' in told
    assert "land, occupied, occupied_line, contested, loss, sector, text, muted, gain_1, gain_7" in told


def test_colours_are_looked_up_when_something_is_drawn():
    """A colour that a module keeps as it is imported would stay as it was."""
    kept, shared = [], ("COLOURS", "GAIN_COLOURS")
    for path in (Path(tr.__file__).parent / "outputs").rglob("*.py"):
        nodes = list(ast.parse(path.read_text(encoding="utf-8")).body)
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                nodes += node.body
            elif not isinstance(node, ast.FunctionDef):
                found = [part for part in ast.walk(node) if isinstance(part, ast.Subscript)]
                kept += [path.name for part in found if getattr(part.value, "id", "") in shared]
    assert not kept
