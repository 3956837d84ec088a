"""One contract for all renderers: text or bytes, the same twice, tables untouched, hostile text harmless."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from stages import moving, stage
from stories import rendered
from worlds import control_of, history_of, places_of, square

import tracker as tr
from tracker.errors import NoDataError
from tracker.measures.windows import Window
from tracker.outputs import RENDERERS, renderer
from tracker.outputs.page.report_rows import changes
from tracker.places import bundled
from tracker.products.notebook import Page, Picture
from tracker.tables import definitions
from tracker.tables.check import conform, empty
from tracker.tables.constants import WORK_CRS
from tracker.tables.days import day_of

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "=cmd()",
    "a|b",
    "$x$",
    "two\nlines",
    "bell\x07 and escape\x1b[31m",
    "\u202eright to left\u200f",
    "{{7*7}} {% raw %}",
    "\"quoted\" and 'single'",
    "`code` *bold* [link](http://evil.example)",
]
TABULAR = ("csv", "json", "table")
WITH_ROOM = ("markdown", "xlsx")
SHAPED = ("geojson", "geoparquet", "gpkg", "kml")
PICTURES = ("map", "figure", "report")
ON = pd.Timestamp("2025-01-08")


# ---- tables to render


@pytest.fixture(scope="module")
def control():
    """Draw a small front of three days, 6 to 8 January 2025, some 80 km east of the middle of the theatre."""
    west = {"contested": [square(78, -30, 2)]}
    return history_of(
        {
            "2025-01-06T20:00Z": {"occupied": [square(80, -30, 20)], **west},
            "2025-01-07T20:00Z": {"occupied": [square(80, -30, 20), square(79, -30, 1)], **west},
            "2025-01-08T20:00Z": {
                "occupied": [square(81, -30, 19), square(79, -30, 1)],
                "contested": [square(77, -30, 3)],
            },
        }
    )


def pictured(control, on=ON, *, names=("Nearby", "Behind"), since="2025-01-07", **extra):
    """Make all the tables of a picture of a control table."""
    sectors = tr.sectors(on=on)
    ledger = tr.split(tr.track(control), sectors)
    spots = [shapely.Point(74_000 - 700 * number, -20_000) for number in range(len(names) - 1)]
    points = dict(zip(names, [*spots, shapely.Point(95_000, -25_000)], strict=True))
    places = places_of(points, area_km2=4.0, edge_method="disc", place="town", population=20_000, name_uk=list(names))
    places["footprint"] = gpd.GeoSeries([None] * len(names), crs=WORK_CRS)
    drawn = [status for status in ("occupied", "contested") if (control["status"] == status).any()]
    return {
        "on": on,
        "control": control,
        "ledger": ledger,
        "sectors": sectors,
        "summary": tr.summarise(ledger, by="sector", since=since, until=on, control=control),
        "places": places,
        "distances": pd.concat([tr.distances(control, places, to=to, days=[on]) for to in drawn], ignore_index=True),
        "credits": ["© Somebody. Their terms. https://example.org/terms"],
    } | extra


@pytest.fixture(scope="module")
def day(control):
    return pictured(control)


@pytest.fixture(scope="module")
def ledger(day):
    return day["ledger"]


def render(kind, /, **tables):
    """Render; the map adds its own sums up, and takes no summary."""
    return rendered(kind, **{name: table for name, table in tables.items() if (kind, name) != ("map", "summary")})


def tables_for(kind, day):
    """Give a renderer its tables."""
    if kind == "agreement":
        pair = [one for _, one in day["control"].groupby("as_of")][-2:]
        shown = {name: day[name] for name in ("sectors", "places", "credits")}
        return {"control": pair[0], "other": pair[1].assign(source="another"), **shown}
    if kind == "bulletin":
        return {"table": tr.bulletin(day["ledger"], day["control"], day["places"]), "sectors": day["sectors"]}
    if kind == "chart":
        return {"kind": "sectors", "table": day["summary"].assign(ground=day["summary"]["sector"])}
    if kind == "dossier":
        return stage(moving(20, 4))
    if kind == "timelapse":
        return {name: table for name, table in day.items() if name not in ("summary", "distances")}
    return day if kind in PICTURES else {"table": day["ledger"]}


def marked(ledger):
    """Put each hostile text into a row of a ledger, in a column of its own."""
    rows = pd.concat([ledger] * 20, ignore_index=True).iloc[: len(HOSTILE)]
    return gpd.GeoDataFrame(rows.assign(name=HOSTILE), crs=WORK_CRS)


def frozen(tables):
    """Copy tables, with their shapes as bytes, to compare them later."""
    copies = {}
    for name, table in tables.items():
        if isinstance(table, pd.DataFrame):
            shapes = [c for c in table.columns if isinstance(table[c].dtype, gpd.array.GeometryDtype)]
            copies[name] = pd.DataFrame(table).assign(**{c: table[c].to_wkb() for c in shapes}).copy()
    return copies


# ---- the contract


def test_all_are_there():
    others = {"agreement", "bulletin", "chart", "dossier", "parquet", "timelapse"}
    assert set(RENDERERS) == {*TABULAR, *WITH_ROOM, *SHAPED, *PICTURES, *others}
    assert all(one.suffix.startswith(".") for one in map(renderer, RENDERERS))


def test_single_precision_is_written_as_the_shortest_decimal_that_means_it():
    table = pd.DataFrame({"town": ["one", "two"], "edge_km": np.float32([5.97, np.nan])})
    assert render("csv", table=table) == "town,edge_km\none,5.97\ntwo,\n"
    assert '"edge_km": 5.97\n' in render("json", table=table)
    assert table["edge_km"].dtype == "float32"


@pytest.mark.parametrize("kind", RENDERERS)
def test_the_same_tables_give_the_same_bytes_and_stay_as_they_are(kind, day):
    tables = tables_for(kind, day)
    before = frozen(tables)
    first, second = (render(kind, **tables) for _ in range(2))
    assert isinstance(first, str | bytes)
    assert first
    assert first == second
    after = frozen(tables)
    for name, table in before.items():
        pd.testing.assert_frame_equal(table, after[name])


@pytest.mark.parametrize("kind", TABULAR)
@pytest.mark.parametrize("table", definitions.TABLES)
def test_empty_tables_are_written(kind, table):
    text = render(kind, table=empty(definitions.TABLES[table]))
    if kind == "json":
        assert json.loads(text) == []
    else:
        assert any(name in text.splitlines()[0] for name in definitions.TABLES[table].columns)


@pytest.mark.parametrize("kind", SHAPED)
@pytest.mark.parametrize("table", ["control", "ledger", "places", "sectors"])
def test_empty_shapes_are_written(kind, table, tmp_path):
    content = render(kind, table=empty(definitions.TABLES[table]))
    assert len(read_back(kind, content, tmp_path)) == 0


@pytest.mark.parametrize("kind", PICTURES)
def test_a_quiet_period_is_pictured(kind, day):
    summary = empty(definitions.SUMMARY).assign(sector=pd.Series(dtype="str"))
    assert render(kind, **day | {"ledger": day["ledger"].iloc[:0], "summary": summary})


@pytest.mark.parametrize("kind", PICTURES)
def test_control_and_ledger_are_enough(kind, day):
    given = ("control", "ledger", "summary") if kind == "report" else ("control", "ledger")
    assert render(kind, **{name: day[name] for name in given})


@pytest.mark.parametrize("kind", PICTURES)
def test_empty_places_and_distances_are_none(kind, day):
    nobody = day["places"].iloc[:0]
    assert render(kind, **day | {"places": nobody, "distances": day["distances"].iloc[:0]})


@pytest.mark.parametrize("kind", PICTURES)
def test_nothing_to_draw_is_an_error_that_says_so(kind, day):
    with pytest.raises(NoDataError):
        render(kind, **day | {"control": day["control"].iloc[:0], "ledger": day["ledger"].iloc[:0]})


@pytest.mark.parametrize("kind", [*PICTURES, "agreement"])
def test_an_unknown_language_is_a_wrong_argument(kind, day):
    with pytest.raises(ValueError, match="fr"):
        render(kind, **tables_for(kind, day), lang="fr")


def test_an_unknown_kind_lists_the_known():
    with pytest.raises(ValueError, match=r"csv.*figure.*geojson.*report"):
        render("ods", table=pd.DataFrame())


@pytest.mark.parametrize("kind", [*TABULAR, *SHAPED])
def test_a_note_is_in_every_row(kind, ledger, tmp_path):
    content = render(kind, table=ledger, note="illustrative sample")
    if kind in SHAPED:
        assert set(read_back(kind, content, tmp_path)["note"]) == {"illustrative sample"}
    else:
        assert content.count("illustrative sample") == len(ledger)


# ---- data formats


def read_back(kind, content, folder):
    """Read what a vector renderer wrote."""
    path = folder / f"table{renderer(kind).suffix}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return gpd.read_parquet(path) if kind == "geoparquet" else gpd.read_file(path)


@pytest.mark.parametrize("kind", SHAPED)
def test_shapes_come_back_with_equal_areas(kind, ledger, tmp_path):
    rows = read_back(kind, render(kind, table=ledger), tmp_path)
    areas = rows.to_crs(WORK_CRS).area.to_numpy() / 1e6
    assert areas == pytest.approx(ledger["area_km2"].to_numpy(), rel=1e-7)
    assert rows["area_km2"].astype(float).to_numpy() == pytest.approx(ledger["area_km2"].to_numpy(), rel=1e-12)
    assert rows["sector"].tolist() == ledger["sector"].tolist()
    assert rows["kind"].astype(str).tolist() == ledger["kind"].astype(str).tolist()


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "kml"])
def test_degrees_go_out(kind, ledger, tmp_path):
    rows = read_back(kind, render(kind, table=ledger), tmp_path)
    assert rows.crs.to_epsg() == 4326
    west, south, east, north = rows.total_bounds
    assert 36 < west < east < 38
    assert 48 < south < north < 49


def test_geoparquet_loses_nothing(ledger, tmp_path):
    rows = read_back("geoparquet", render("geoparquet", table=ledger), tmp_path)
    assert rows.crs == WORK_CRS
    pd.testing.assert_frame_equal(pd.DataFrame(conform(rows, definitions.LEDGER)), pd.DataFrame(ledger))


def test_geojson_turns_as_the_standard_asks(ledger):
    for feature in json.loads(render("geojson", table=ledger))["features"]:
        assert feature["geometry"]["type"] == "Polygon"
        assert shapely.LinearRing(feature["geometry"]["coordinates"][0]).is_ccw


def test_dates_and_instants_are_plain_text(day):
    row = json.loads(render("json", table=day["summary"]))[0]
    assert (row["since"], row["until"]) == ("2025-01-07", "2025-01-08")
    assert (row["start_as_of"], row["end_as_of"]) == ("2025-01-06T20:00:00Z", "2025-01-08T20:00:00Z")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, None, pd.NA, pd.NaT])
def test_json_knows_null_only(value):
    (row,) = json.loads(render("json", table=pd.DataFrame({"edge_km": [value]})))
    assert row == {"edge_km": None}


@pytest.mark.parametrize("kind", ["csv", "table"])
def test_missing_is_blank_or_a_dash(kind):
    table = pd.DataFrame({"town": ["Somewhere", None], "edge_km": [1.25, np.nan], "day": [ON, pd.NaT]})
    lines = render(kind, table=table).splitlines()
    assert lines[-1].replace(" ", "") == {"csv": ",,", "table": "–––"}[kind]


def test_numbers_in_csv_are_not_rounded(ledger):
    read = pd.read_csv(io.StringIO(render("csv", table=ledger)))
    assert read["area_km2"].tolist() == ledger["area_km2"].tolist()


# ---- hostile text


def test_csv_runs_nothing_and_keeps_its_rows(ledger):
    rows = list(csv.DictReader(io.StringIO(render("csv", table=marked(ledger)), newline="")))
    cells = [row["name"] for row in rows]
    assert cells == [f"'{text}" if text.startswith("=") else text for text in HOSTILE]
    assert all(len(row) == len(rows[0]) and None not in row for row in rows)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_runs_no_formula_of_any_kind(first):
    (row,) = csv.DictReader(io.StringIO(render("csv", table=pd.DataFrame({"name": [f"{first}1+1"]})), newline=""))
    assert row["name"] == f"'{first}1+1".replace("\r", "\n")


def test_json_keeps_text_as_it_is(ledger):
    assert [row["name"] for row in json.loads(render("json", table=marked(ledger)))] == HOSTILE


def test_a_terminal_gets_one_line_a_row_without_control_characters(ledger):
    table = pd.DataFrame(marked(ledger)[["name", "area_km2"]])
    text = render("table", table=table)
    assert len(text.splitlines()) == 1 + len(HOSTILE)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert "<img src=x onerror=alert(1)>" in text, "text is shown, not interpreted"


def test_a_terminal_is_not_turned_around(ledger):
    text = render("table", table=pd.DataFrame(marked(ledger)[["name", "area_km2"]]))
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize("kind", ["geojson", "geoparquet", "gpkg"])
def test_vector_files_keep_text_as_it_is(kind, ledger, tmp_path):
    rows = read_back(kind, render(kind, table=marked(ledger)), tmp_path)
    assert rows["name"].tolist() == HOSTILE


def test_kml_stays_xml(ledger):
    content = render("kml", table=marked(ledger))
    root = ElementTree.fromstring(content)
    cells = [one.text for one in root.iter("{http://www.opengis.net/kml/2.2}name")]
    assert len(root.findall(".//{http://www.opengis.net/kml/2.2}Placemark")) == len(HOSTILE)
    assert "<img src=x onerror=alert(1)>" in cells, "as text"
    assert not [one for one in root.iter() if one.tag.lower().endswith(("img", "script"))]


@pytest.fixture(scope="module")
def hostile_day(control):
    """Let every text that a picture prints be a hostile one."""
    everything = " ".join(HOSTILE)
    day = pictured(control, names=(*HOSTILE, f"Behind {everything}"), credits=HOSTILE)
    sectors = day["sectors"]
    renamed = sectors.assign(**{name: sectors[name] + everything for name in ("sector", "name_en", "name_uk")})
    ledger = tr.split(tr.track(control), renamed)
    summary = tr.summarise(ledger, by="sector", since="2025-01-07", until=ON, control=control)
    return day | {"sectors": renamed, "ledger": ledger, "summary": summary, "note": everything}


def assert_harmless_page(page):
    assert "<img src=x" not in page
    assert "<script>alert(2)" not in page
    assert "{{" not in page.split("<body")[0]
    assert "49 {% raw" not in page


def rows_of_markdown(text):
    """Read the tables of a Markdown page: lists of cells, split where Markdown would."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.fixture(scope="module")
def hostile_markdown(hostile_day):
    return render("report", **hostile_day, title=" ".join(HOSTILE))


@pytest.mark.parametrize(
    "markup",
    [
        r"(?<!\\)<(img|script)",
        r"(?<!\\)\$x",
        r"(?<!\\)\]\(http",
        r"(?<!\\)`code",
        r"(?<!\\)\*bold",
        r"[\x00-\x09\x0b-\x1f\x7f]",
    ],
    ids=["html", "formula", "link", "code", "bold", "control characters"],
)
def test_the_report_in_markdown_escapes(hostile_markdown, markup):
    assert not re.search(markup, hostile_markdown)


def test_no_text_makes_a_cell_of_its_own(hostile_markdown):
    lengths = [len(row) for row in rows_of_markdown(hostile_markdown)]
    assert lengths.count(max(lengths)) == 1 + len(HOSTILE), "towns, with their header"
    assert len(set(lengths)) == 3, "sectors, the whole front, towns"


def test_the_report_in_html_escapes(hostile_day):
    page = render("report", **hostile_day, title=" ".join(HOSTILE), format="html")
    assert_harmless_page(page)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", page)


def test_the_map_escapes(hostile_day):
    assert_harmless_page(render("map", **hostile_day))


def test_the_page_of_an_agreement_escapes(hostile_day):
    everything, title = " ".join(HOSTILE), " ".join(text for text in HOSTILE if "{" not in text)
    words = {"titles": (title, f"{title} too"), "left_out": (everything, everything), "note": everything}
    assert_harmless_page(render("agreement", **tables_for("agreement", hostile_day), **words))


def test_the_figure_draws_any_text(control):
    everything = " ".join(HOSTILE) + " $\\frac{1}$ \\notmath"
    day = pictured(control, names=(everything, "$"), credits=HOSTILE, note=everything[:40])
    svg = render("figure", **day, format="svg")
    root = ElementTree.fromstring(svg)
    assert not [one for one in root.iter() if one.tag.lower().endswith(("img", "script", "foreignobject"))]


# ---- the report


def is_number(cell):
    """Tell a number of a report from its words."""
    return re.fullmatch(r"≈?\s*[+−]?[\d\u00a0,.]*\d", cell) is not None


def number_of(cell):
    """Read a number of a report in either language."""
    plain = cell.replace("−", "-").replace("+", "").replace("\u00a0", "").replace("≈", "").strip()
    return float(plain.replace(",", "."))


def whole_front(table):
    """Find the first row of sums of the whole front: gained, lost, net, newly contested, cleared."""
    return next(row[1:] for row in table if len(row) == 6 and (is_number(row[1]) or row[1] == "–"))


def town_row(text, town):
    """Find a town's row of a report by the words of its header."""
    table = rows_of_markdown(text)
    (row,) = [row for row in table if row[0] == town]
    header = next(row_before for row_before in table if row_before[0] in ("Town", "Місто"))
    return dict(zip(header, row, strict=True))


def totals_of(control, since="2025-01-07", until=ON):
    return tr.summarise(tr.track(control), since=since, until=until, control=control)


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_the_numbers_of_a_report_are_those_of_the_summary(control, day, lang):
    totals = totals_of(control)
    table = rows_of_markdown(render("report", **day, totals=totals, lang=lang))
    names = ["gain_km2", "loss_km2", "net_km2", "newly_contested_km2", "cleared_km2"]
    for name, cell in zip(names, whole_front(table), strict=True):
        assert number_of(cell) == pytest.approx(totals[name].iloc[0], abs=0.0501), name
    sectors = {row[0]: row[1:] for row in table if len(row) == 4 and is_number(row[1])}
    known = dict(zip(day["sectors"]["sector"], day["sectors"]["name_uk" if lang == "uk" else "name_en"], strict=True))
    moved = day["summary"][day["summary"]["gain_km2"] + day["summary"]["loss_km2"] >= 0.05]
    assert set(sectors) == {known[name] for name in moved["sector"]}
    for row in moved.itertuples():
        net, gain, loss = map(number_of, sectors[known[row.sector]])
        assert (net, gain, loss) == pytest.approx((row.net_km2, row.gain_km2, row.loss_km2), abs=0.0501)


def test_markdown_and_html_say_the_same_numbers(control, day):
    totals = totals_of(control)
    written, page = (render("report", **day, totals=totals, format=form) for form in ("markdown", "html"))
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page)
    shown = [cell for row in rows_of_markdown(written) for cell in row if re.search(r"\d\.\d", cell)]
    assert shown
    assert [cell for cell in cells if re.search(r"\d\.\d", cell)] == shown


def test_distances_of_a_report_are_those_of_the_table(day):
    text = render("report", **day)
    near = town_row(text, "Nearby")
    table = day["distances"].set_index(["town", "to"])
    row, contested = table.loc[("Nearby", "occupied")], table.loc[("Nearby", "contested")]
    assert near["from the edge, km"].startswith("≈"), "by a disc"
    assert number_of(near["from the edge, km"]) == pytest.approx(row["edge_km"], abs=0.0501)
    assert number_of(near["from the centre, km"]) == pytest.approx(row["centre_km"], abs=0.0501)
    assert near["direction"] == row["direction"]
    assert number_of(near["edge to contested, km"].strip("≈ ")) == pytest.approx(contested["edge_km"], abs=0.0501)
    assert "Behind" not in text, "it is occupied"


def test_a_ukrainian_report_speaks_ukrainian(day):
    text = render("report", **day, lang="uk", totals=day["summary"])
    for word in ("Лінія фронту", "8 січня 2025", "окуповано", "звільнено", "Стан мапи"):
        assert word in text
    prose = re.sub(r"https?://\S+|©.*|figure\.png|Nearby|deepstate", "", text)
    assert re.findall(r"\b(gained|lost|net|days?|Kyiv|Sector|Town|free|occupied)\b", prose) == []


@pytest.mark.parametrize("form", ["markdown", "html"])
@pytest.mark.parametrize(("on", "days"), [("2025-01-11", None), ("2025-01-12", 4), ("2025-01-20", 12)])
def test_the_age_of_an_old_map_is_said(control, form, on, days):
    text = render("report", **pictured(control, pd.Timestamp(on)), format=form)
    said = re.search(r"(\d+) days old", text)
    assert (int(said[1]) if said else None) == days


def test_an_old_start_of_a_window_is_said(control):
    early = conform(
        pd.concat([control_of("2024-12-20T20:00Z", occupied=square(81, -30, 19)), control]), definitions.CONTROL
    )
    late = early[early["as_of"] != pd.Timestamp("2025-01-06T20:00Z")]
    totals = totals_of(late, since="2025-01-02")
    text = render("report", **pictured(late, since="2025-01-02"), totals=totals)
    assert "20 December 2024" in text
    assert "12 days before it begins" in text
    fresh = render("report", **pictured(control), totals=totals_of(control))
    assert "before it begins" not in fresh


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_day_told_from_an_old_map_says_so(control, form):
    early = conform(
        pd.concat([control_of("2024-12-20T20:00Z", occupied=square(81, -30, 19)), control]), definitions.CONTROL
    )
    late = early[~early["as_of"].isin(pd.to_datetime(["2025-01-06T20:00Z", "2025-01-07T20:00Z"]))]
    tables = pictured(late, since="2025-01-08")
    told = tr.bulletin(tables["ledger"], late, tables["places"])
    text = render("report", **tables, bulletin=told, format=form)
    assert "All changes since the map of 20 December 2024" in text
    fresh = pictured(control, bulletin=tr.bulletin(tr.track(control), control, tables["places"]))
    assert "All changes since" not in render("report", **fresh, format=form)


@pytest.mark.parametrize(("lang", "mark"), [("en", "(Illustrative sample)."), ("uk", "(Ілюстративний зразок).")])
def test_the_caption_to_copy_carries_the_mark(day, lang, mark):
    lines = render("report", **day, note="illustrative sample", lang=lang).splitlines()
    assert any(line.endswith(mark) for line in lines)
    assert not any(line.endswith(mark) for line in render("report", **day, lang=lang).splitlines())


def test_gains_from_too_old_a_map_are_no_gains_of_the_period(control):
    day = Window(2, pd.Timestamp("2024-12-20"), True, 12, False)
    summary = pictured(control)["summary"]
    assert summary["gain_km2"].sum() > 0.05
    assert {row["gain"] for row in changes(summary, [day], day, None, "en")} == {"–"}
    fresh = replace(day, late_days=0, known=True)
    assert "–" not in {row["gain"] for row in changes(summary, [fresh], fresh, None, "en")}


def test_days_without_a_snapshot_are_counted(control):
    gap = control[control["as_of"] != pd.Timestamp("2025-01-07T20:00Z")]
    text = render("report", **pictured(gap), totals=totals_of(gap))
    assert re.search(r"Of the last 2 days 1 have no snapshot", text)


def test_ground_that_is_not_drawn_is_a_dash(control):
    states = {at: [square(80 - step, -30, 20)] for step, at in enumerate(sorted(control["as_of"].unique()))}
    only = conform(
        pd.concat([control_of(at, occupied=shapes, contested=None) for at, shapes in states.items()]),
        definitions.CONTROL,
    )
    text = render("report", **pictured(only), totals=totals_of(only))
    assert "contested" not in text.split("## What the figures mean")[0], "no column for what the source does not draw"
    assert town_row(text, "Nearby")["from the edge, km"] != "–"
    assert "Contested" not in render("map", **pictured(only)).split("</style>")[-1].split("tracker-data")[0]


def test_a_report_shows_where_its_figures_come_from(day):
    lines = pd.DataFrame({"source": ["deepstate"], "as_of": [pd.Timestamp("2025-01-08T20:00Z")], "sha256": ["ab" * 32]})
    for form in ("markdown", "html"):
        text = render("report", **day, provenance=lines, command="tracker daily --on 2025-01-08", format=form)
        assert "ab" * 32 in text
        assert "tracker daily --on 2025-01-08" in text
        assert "https://example.org/terms" in text


def test_an_unknown_form_of_a_report_is_a_wrong_argument(day):
    with pytest.raises(ValueError, match="markdown, html"):
        render("report", **day, format="docx")


# ---- pages


@pytest.mark.parametrize("kind", ["map", "report"])
def test_a_page_asks_nothing_of_the_network(kind, day):
    page = render(kind, **day, **({"format": "html"} if kind == "report" else {}))
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert not re.findall(r"<(?:script|img|iframe|source)[^>]+src=[\"']?(?!data:)[^\"'>\s]+", page)
    assert not re.findall(r"<link\b[^>]*href=[\"'](?!data:)", page)
    assert not re.findall(r"url\(\s*[\"']?(?:https?:)?//", page)
    assert "@import" not in page
    assert re.search(r"<meta charset=\"?utf-8", page, re.IGNORECASE)
    assert '<html lang="en"' in page


# ---- tracker.render


@pytest.fixture(scope="module")
def sample():
    control = tr.last_of_day(tr.load("settlement-facts", bundled.data_folder() / "sample" / "settlement_facts.csv"))
    control = control[day_of(control["as_of"]) >= "2024-12-30"].reset_index(drop=True)
    return control, tr.track(control)


@pytest.mark.parametrize("kind", PICTURES)
def test_tracker_render_fills_in_what_a_picture_needs(sample, kind):
    control, ledger = sample
    content = tr.render(kind, control=control, ledger=ledger)
    if kind != "figure":
        assert "GeoNames" in content, "credits"
        assert "Pokrovsk" in content, "sectors, towns"
        assert "7 January 2025" in content, "the last day"
        assert len(re.findall("Myrnohrad", content)) >= 1
    assert isinstance(content, {"map": Page, "figure": Picture, "report": str}[kind])


@pytest.mark.parametrize("kind", PICTURES)
def test_tracker_render_of_a_quiet_front(kind):
    control = history_of({f"2025-01-0{day}T20:00Z": square(80, -30, 20) for day in (6, 7)})
    assert tr.render(kind, control=control, ledger=tr.track(control))


def test_what_is_given_is_not_filled_in(sample):
    control, ledger = sample
    text = tr.render("report", control=control, ledger=ledger, on="2025-01-03", credits=["Only this"], lang="uk")
    assert text.startswith("# Лінія фронту, 3 січня 2025")
    assert "Only this" in text
    assert "GeoNames" not in text


def test_pages_and_pictures_show_themselves(day):
    page = tr.render("map", **{name: table for name, table in day.items() if name != "summary"})
    assert page._repr_html_().startswith("<iframe srcdoc=")
    assert "<script" not in page._repr_html_(), "the page is inside the frame, escaped"
    picture = tr.render("figure", **day)
    assert picture._repr_png_() == bytes(picture)
    assert picture.startswith(b"\x89PNG")
    assert not hasattr(tr.render("csv", table=day["summary"]), "_repr_html_")
    assert not hasattr(tr.render("figure", **day, format="svg"), "_repr_png_")


# ---- windows in which little or nothing happened


def windows_of(control, on, ages=(1, 2, 3)):
    """Make the tables of a report with several windows up to a day."""
    tables = pictured(control, on)
    until = pd.Timestamp(on)
    starts = [until - pd.Timedelta(days=age - 1) for age in ages]
    ledger = tables["ledger"]
    by = [tr.summarise(ledger, by="sector", since=since, until=until, control=control) for since in starts]
    whole = [tr.summarise(ledger, since=since, until=until, control=control) for since in starts]
    return tables | {"summary": pd.concat(by), "totals": pd.concat(whole)}


def test_every_row_of_the_sectors_has_a_cell_for_every_window_of_the_head(control):
    """Also where nothing changed in a window: the numbers stand under their own heading."""
    quiet = control_with_a_quiet_day(control)
    text = render("report", **windows_of(quiet, "2025-01-09"))
    table = next(block for block in text.split("\n\n") if block.startswith("| Sector"))
    head, _, *rows = [line.strip("|").split("|") for line in table.splitlines()]
    assert [cell.strip() for cell in head[1:4]] == ["1 day, net", "2 days, net", "3 days, net"]
    assert rows
    assert all(len(row) == len(head) for row in rows)
    assert all(row[1].strip() == "0.0" for row in rows), "the last day is quiet"
    assert any(row[2].strip() != "0.0" for row in rows), "the day before is not"


def control_with_a_quiet_day(control):
    """Publish the last map once more, a day later."""
    last = tr.at(control, control["as_of"].max())
    return conform(pd.concat([control, last.assign(as_of=last["as_of"] + pd.Timedelta(days=1))]), definitions.CONTROL)


def test_a_window_without_a_snapshot_is_unknown_not_zero(control):
    tables = windows_of(control, "2025-01-09")
    text = render("report", **tables)
    assert "in 1 day" not in text.split("## What")[0]
    assert "There is no figure for 1 day" in text
    assert "| 1 day | – | – | – | – | – |" in text
    for kind in ("map", "figure"):
        extra = {"format": "svg"} if kind == "figure" else {}
        summary = tables["summary"][tables["summary"]["since"] == tables["summary"]["since"].min()]
        pictured_day = {name: tables[name] for name in tables if name not in ("totals", "summary")}
        drawn = render(kind, **pictured_day, summary=summary, **extra)
        assert "–" in (drawn if isinstance(drawn, str) else drawn.decode())


@pytest.mark.parametrize("kind", ["map", "report"])
def test_a_note_is_printed_as_it_is_and_the_samples_in_the_readers_language(kind, day):
    assert "preliminary" in render(kind, **day, note="Preliminary").casefold()
    assert "Ілюстративний зразок".casefold() in render(kind, **day, note="illustrative sample", lang="uk").casefold()


def test_a_period_measured_from_an_old_map_says_so_wherever_it_stands(control):
    """A sum of 30 days that begins with a map of weeks before is marked in every head."""
    first = tr.at(control, control["as_of"].min())
    old = first.assign(as_of=pd.Timestamp("2024-12-20T20:00Z"))
    late = conform(pd.concat([old, control[control["as_of"] > control["as_of"].min()]]), definitions.CONTROL)
    tables = pictured(late, since="2025-01-07")
    text = render("report", **tables, totals=totals_of(late))
    heads = [line for line in text.splitlines() if line.startswith(("| Sector", "| 2 days"))]
    assert len(heads) == 2
    assert all("from the map of 20 December 2024" in line for line in heads)
    assert "Changes are known only since 20 December 2024" in render("map", **tables)
