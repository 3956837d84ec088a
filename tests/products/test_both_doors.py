"""A product is the same whichever door it comes by: the command line, or `tracker.render` on the archive."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from commands import run
from worlds import history_of, square

import tracker as tr
from tracker.archive import reference
from tracker.archive.ingest import manifest_lines
from tracker.archive.store import add, judge
from tracker.tables.constants import LONLAT

DAY, SINCE, UNTIL = "2025-01-08", "2025-01-06", "2025-01-09"
OTHER = "isw"
LIMITS = "OpenStreetMap"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Hold six days of a front west of Pokrovsk from two sources, with the limits of that town as the user has them."""
    folder = tmp_path_factory.mktemp("doors") / "archive"
    town = tr.towns(["Pokrovsk"])
    x, y = (round(metres / 1000) for metres in (town.geometry.x.iloc[0], town.geometry.y.iloc[0]))
    days = {day: 12 - day for day in range(4, 10)}
    states = {
        f"2025-01-{day:02}T20:00Z": {
            "occupied": [square(x + east, y - 20, 40)],
            "contested": [square(x + east - 2, y, 2)],
        }
        for day, east in days.items()
    }
    control = history_of(states)
    for source in ("deepstate", OTHER):
        drawn = control.assign(source=source)
        add(folder, drawn, manifest_lines(drawn, Path(__file__), retrieved_at=pd.Timestamp("2025-01-10T00:00Z")))
        judge(folder, source)
    limits = gpd.GeoDataFrame({"name_uk": town["name_uk"]}, geometry=town.buffer(3000).to_crs(LONLAT).to_numpy())
    limits.set_crs(LONLAT).to_file(folder.parent / "limits.geojson")
    run("reference", "use", "footprints", folder.parent / "limits.geojson", "--archive", folder)
    return folder


def by_command(archive, tmp_path, command, ending):
    file = tmp_path / f"product.{ending}"
    run(*command.split(), "--archive", archive, "--source", "deepstate", "-o", file)
    return file.read_bytes()


def by_render(archive, kind, /, **given):
    content = tr.render(kind, archive=tr.open_archive(archive, "deepstate"), **given)
    return content.encode() if isinstance(content, str) else bytes(content)


PERIOD = {"since": SINCE, "until": UNTIL}
OF_PERIOD = f"--since {SINCE} --until {UNTIL}"
PRODUCTS = {
    "map": (f"map --on {DAY}", "html", "map", {"on": DAY}),
    "map of a period, of all causes": (
        f"map {OF_PERIOD} --causes all --lang uk", "html", "map",
        PERIOD | {"lang": "uk", "causes": ["advance", "catch_up", "redraw", "noise"]},
    ),
    "figure of a day": (f"figure --on {DAY}", "png", "figure", {"on": DAY}),
    "figure of a period": (
        f"figure {OF_PERIOD} --size square --lang uk", "svg", "figure",
        PERIOD | {"size": "square", "format": "svg", "lang": "uk"},
    ),
    "timelapse": (f"timelapse {OF_PERIOD} --size square", "gif", "timelapse", PERIOD | {"size": "square"}),
    **{
        f"chart of {chart}": (
            f"figure --chart {chart} {OF_PERIOD}", "svg", "chart", PERIOD | {"kind": chart, "format": "svg"},
        )
        for chart in ("months", "area", "sectors")
    },
    "chart of distance": (
        f"figure --chart distance --town Pokrovsk {OF_PERIOD}", "svg", "chart",
        PERIOD | {"kind": "distance", "towns": ["Pokrovsk"], "format": "svg"},
    ),
    "bulletin": (f"bulletin --on {DAY}", "txt", "bulletin", {"on": DAY}),
}  # fmt: skip


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_product_is_the_same_by_both_doors(archive, tmp_path, product):
    command, ending, kind, given = PRODUCTS[product]
    made = by_command(archive, tmp_path, command, ending)
    assert by_render(archive, kind, **given) == made
    if product not in ("chart of months", "chart of area", "chart of sectors") and ending in ("html", "txt"):
        assert LIMITS in made.decode(), "the limits of settlements are the user's own"


@pytest.mark.parametrize("period", ["day", "week"])
def test_a_report_is_the_same_by_both_doors(archive, tmp_path, period):
    of = "" if period == "day" else " --week"
    made = by_command(archive, tmp_path, f"report --on {DAY}{of} --format html", "html")
    told = {"on": DAY, "period": period, "format": "html", "version": tr.__version__}
    last = DAY if period == "day" else UNTIL
    command = f"tracker report --on {last} --source deepstate{of} --format html"
    figure = by_render(archive, "figure", on=last)
    assert by_render(archive, "report", **told, command=command, figure=figure) == made
    assert LIMITS in made.decode()


def test_a_dossier_is_the_same_by_both_doors(archive, tmp_path):
    run("town", "Pokrovsk", *OF_PERIOD.split(), "--archive", archive, "--source", "deepstate", "--out", tmp_path)
    pictures = {"chart": "chart.svg", "map": "map.png"}
    told = PERIOD | {"town": "Pokrovsk"}
    made = {form: by_render(archive, "dossier", **told, format=form) for form in pictures}
    assert made == {form: (tmp_path / file).read_bytes() for form, file in pictures.items()}
    number = tr.towns(["Pokrovsk"])["geonameid"].iloc[0]
    command = f"tracker town {number} {OF_PERIOD} --source deepstate"
    shown = {"chart": made["chart"], "picture": made["map"], "version": tr.__version__, "command": command}
    page = by_render(archive, "dossier", **told, **shown)
    assert page == (tmp_path / "dossier.html").read_bytes()
    assert LIMITS in page.decode()


def test_an_agreement_is_the_same_by_both_doors(archive, tmp_path):
    file = tmp_path / "agreement.html"
    run("agreement", "deepstate", OTHER, "--on", DAY, "--archive", archive, "--format", "html", "-o", file)
    page = by_render(archive, "agreement", other=tr.open_archive(archive, OTHER), on=DAY)
    assert page == file.read_bytes()
    assert LIMITS in page.decode()


def test_a_day_of_a_site_is_the_same_by_both_doors(archive, tmp_path):
    period = ("--since", DAY, "--until", UNTIL)
    run("site", *period, "--archive", archive, "--source", "deepstate", "--out", tmp_path / "site")
    folder = tmp_path / "site" / "days" / DAY
    assert by_render(archive, "figure", on=DAY) == (folder / "figure.png").read_bytes()
    told = {"on": DAY, "archive_sha256": "", "version": tr.__version__, "figure_file": "figure.png"}
    command = f"tracker report --on {DAY} --source deepstate"
    assert by_render(archive, "report", **told, command=command) == (folder / "report.md").read_bytes()
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert LIMITS in page


@pytest.mark.parametrize("kind", ["map", "report"])
def test_tables_in_hand_bring_the_credit_of_their_limits(archive, kind):
    control = tr.last_of_day(tr.read_archive(archive, source="deepstate"))
    places = reference.gazetteer(archive=archive)
    made = tr.render(kind, control=control, ledger=tr.track(control), places=places)
    assert LIMITS in made
    assert LIMITS not in tr.render(kind, control=control, ledger=tr.track(control))


def test_a_figure_in_hand_is_that_of_the_archive(archive):
    """Given the same tables, nothing that is filled in differs."""
    control = tr.last_of_day(tr.read_archive(archive, source="deepstate"))
    places = reference.gazetteer(archive=archive)
    opened = tr.open_archive(archive, "deepstate")
    story = {"since": "2025-01-05", "on": UNTIL, "format": "svg"}
    towns = opened.towns()
    near = [tr.distances(control, towns, to=to, days=[UNTIL]) for to in ("occupied", "contested")]
    given = {"control": control, "ledger": tr.track(control), "places": places, "distances": pd.concat(near)}
    assert bytes(tr.render("figure", **given, **story)) == by_render(archive, "figure", **story)
