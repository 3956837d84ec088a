"""The charts: the numbers of the tables, the same every run; no words collide; and how little can be drawn."""

from __future__ import annotations

import json
import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from matplotlib.text import Text
from stories import rendered, told
from worlds import history_of, places_of, sectors_of, square

import tracker as tr
from tracker.archive.archive import open_archive
from tracker.changes.causes import label_causes
from tracker.cli import cli
from tracker.errors import NoDataError, SchemaError
from tracker.measures.events import events
from tracker.measures.shares import shares
from tracker.outputs.figure import chart_output as charted
from tracker.outputs.figure import output
from tracker.outputs.figure.chart import CHARTS, MOST_TOWNS
from tracker.outputs.figure.chart_bars import bars_of
from tracker.outputs.figure.chart_grid import grid_of
from tracker.outputs.figure.layout import LAYOUTS, SIZES
from tracker.products.filled import story_of
from tracker.tables.constants import STALE_DAYS

SIGNATURES = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
HOSTILE = ["<img src=x onerror=alert(1)> %s {0} {}", "$x^2$ \\frac{ a\nb\x00\x1b[0m", "]]>&amp;--><svg" + "Ї" * 90]
SINCE, UNTIL = "2024-11-20", "2025-02-10"


def render(**given):
    return rendered("chart", **given)


def chart_table(kind, control, ledger, places=None):
    return told("chart", kind=kind, control=control, ledger=ledger, places=places).table


def world(last=12.0, contested=(), step=4, since=SINCE, until=UNTIL):
    """The front moves west every few days, takes two kilometres and gives a square back now and then."""
    days = pd.date_range(since, until, freq=f"{step}D")
    west = np.linspace(20, last, len(days))
    states = {}
    for number, (day, x) in enumerate(zip(days, west, strict=True)):
        extra = [square(2, 45, 3)] if number % 3 else []
        states[f"{day:%Y-%m-%d}T20:00Z"] = {"occupied": [square(x, 0, 60 - x), *extra], "contested": contested}
    return history_of(states)


def tables_of(control, kinds=CHARTS, *, towns=None, names=("Nearby",)):
    """Make the tables of kinds of charts from a control table."""
    points = {name + " " * n: shapely.Point(5_000 - 4_000 * n, 10_000) for n, name in enumerate(names)}
    places = places_of(points, area_km2=4.0, edge_method="disc") if towns is None else towns
    grounds = {
        name: shapely.box(-1e6, low, 1e6, high) for name, low, high in (("north", 2e4, 1e6), ("south", -1e6, 2e4))
    }
    sectors = sectors_of(grounds)
    ledger = tr.split(tr.track(control), sectors)
    needed = {"distance": {"places": places}, "sectors": {"sectors": sectors}}
    return {kind: {"table": chart_table(kind, control, ledger, places=places)} | needed.get(kind, {}) for kind in kinds}


@pytest.fixture(scope="module")
def tables():
    return tables_of(world(contested=[square(2, 0, 2)]), names=("Nearby", "Far"))


@pytest.fixture(scope="module")
def drawings(tables):
    """Draw every kind of chart as SVG in both languages, once."""
    with pytest.MonkeyPatch.context() as patched:
        return {
            (kind, lang): drawn_by(patched, kind=kind, lang=lang, format="svg", **tables[kind])
            for kind in CHARTS
            for lang in ("en", "uk")
        }


def drawn_by(monkeypatch, **options):
    """Render a chart, and give what was composed; only with a format is it saved, too."""
    made = []
    compose = charted.compose_chart
    with monkeypatch.context() as patched:
        patched.setattr(
            charted, "compose_chart", lambda *args, **given: made.append(compose(*args, **given)) or made[0]
        )
        if "format" not in options:
            patched.setattr(output, "saved", lambda *args, **given: b"")
        content = render(**options)
    return content, made[0]


# ---- files


@pytest.mark.parametrize("kind", CHARTS)
def test_same_tables_same_bytes(tables, drawings, kind):
    first, _ = drawings[kind, "en"]
    assert first.startswith(SIGNATURES["svg"])
    assert render(kind=kind, format="svg", **tables[kind]) == first


@pytest.mark.parametrize(("kind", "format"), [("months", "png"), ("area", "pdf")])
def test_same_tables_same_bytes_in_other_formats(tables, kind, format):
    first = render(kind=kind, format=format, dpi=40, **tables[kind])
    assert first.startswith(SIGNATURES[format])
    assert render(kind=kind, format=format, dpi=40, **tables[kind]) == first


@pytest.mark.parametrize("size", SIZES)
def test_the_sizes_are_those_of_the_figure(tables, size):
    image = render(kind="months", size=size, dpi=75, **tables["months"])
    layout = LAYOUTS[size]
    assert (int.from_bytes(image[16:20]), int.from_bytes(image[20:24])) == (layout.width // 2, layout.height // 2)


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("kind", CHARTS)
def test_the_file_says_in_words_what_it_shows(drawings, kind, lang):
    content, chart = drawings[kind, lang]
    text = " ".join(ElementTree.fromstring(content).itertext())
    assert chart.page.title in text
    assert chart.page.alt in text
    assert chart.page.numbers in chart.page.alt or kind in ("distance", "sectors")
    assert re.search("[а-яії]" if lang == "uk" else "[a-z]", chart.page.alt)


def test_is_a_renderer():
    from tracker.outputs import renderer
    from tracker.outputs.figure import chart

    assert renderer("chart").write is chart.render


# ---- the numbers are those of the tables


def heights_of(chart, axis=0):
    """Read the bars and the nets of a plot back: (kind, first day) → km²."""
    ax = chart.figure.axes[1 + axis]
    found = {container.get_label(): container.patches[0].get_height() for container in ax.containers}
    found |= {line.get_label(): line.get_ydata()[0] for line in ax.lines if str(line.get_label()).startswith("net")}
    return found


def test_months_draw_the_summary(tables, monkeypatch):
    _, chart = drawn_by(monkeypatch, kind="months", **tables["months"])
    expected = {}
    for row in tables["months"]["table"].itertuples():
        day = f"{row.since:%Y-%m-%d}"
        expected |= {f"gain {day}": row.gain_km2, f"loss {day}": -row.loss_km2, f"net {day}": row.net_km2}
    assert heights_of(chart) == expected
    assert len(expected) == 12
    assert min(expected.values()) < 0
    pd.testing.assert_frame_equal(chart.drawn[list(tables["months"]["table"].columns)], tables["months"]["table"])


def test_sectors_draw_the_summary_by_ground(tables, monkeypatch):
    table = tables["sectors"]["table"]
    _, chart = drawn_by(monkeypatch, kind="sectors", **tables["sectors"])
    sums = table.groupby("ground")[["gain_km2", "loss_km2"]].sum().sum(axis=1).sort_values(ascending=False)
    assert [ax.get_label() for ax in chart.figure.axes[1:]] == [f"sector {ground}" for ground in sums.index]
    for number, ground in enumerate(sums.index):
        rows = table[table["ground"] == ground]
        bars = heights_of(chart, number)
        assert {key: value for key, value in bars.items() if key.startswith("gain")} == {
            f"gain {row.since:%Y-%m-%d}": row.gain_km2 for row in rows.itertuples()
        }
    assert len({ax.get_ylim() for ax in chart.figure.axes[1:]}) == 1, "one scale"


def test_area_draws_the_stock(tables, monkeypatch):
    table = tables["area"]["table"]
    _, chart = drawn_by(monkeypatch, kind="area", **tables["area"])
    for column in ("occupied_km2", "contested_km2"):
        assert chart.drawn[column].tolist() == table[column].tolist()
        (ax,) = [ax for ax in chart.figure.axes if ax.get_label() == column]
        levels = np.concatenate([line.get_ydata() for line in ax.lines])
        assert set(levels) == set(table[column])
    change = table["occupied_km2"].iloc[-1] - table["occupied_km2"].iloc[0]
    assert f"+{change:.1f}" in chart.page.numbers


def test_distance_draws_the_distances(tables, monkeypatch):
    table = tables["distance"]["table"]
    _, chart = drawn_by(monkeypatch, kind="distance", **tables["distance"])
    for name, rows in table[table["to"] == "occupied"].groupby("town"):
        maps = rows.drop_duplicates("as_of")
        for side in ("edge", "centre"):
            line = chart.drawn[(chart.drawn["town"] == name.strip()) & (chart.drawn["line"] == side)]
            assert line["km"].tolist() == maps[f"{side}_km"].tolist()


@pytest.mark.parametrize(("chart", "command"), [
    ("months", ["advances", "--every", "month"]), ("sectors", ["advances", "--every", "week", "--by", "ground"]),
    ("area", ["totals", "--since", "2024-12-01", "--until", "2025-01-07"]),
    ("distance", ["distances", "--town", "Pokrovsk", "--since", "2024-12-01", "--until", "2025-01-07"]),
])  # fmt: skip
def test_the_command_draws_what_the_other_commands_print(monkeypatch, tmp_path, chart, command):
    monkeypatch.chdir(tmp_path)
    made = []
    compose = charted.compose_chart
    monkeypatch.setattr(
        charted, "compose_chart", lambda *args, **given: made.append(compose(*args, **given)) or made[0]
    )
    town = ["--town", "Pokrovsk"] if chart == "distance" else []
    result = CliRunner().invoke(cli, ["figure", "--chart", chart, *town, "-o", "chart.png"])
    assert result.exit_code == 0, result.stderr
    printed = pd.DataFrame(json.loads(CliRunner().invoke(cli, [*command, "--format", "json"]).stdout))
    drawn = made[0].drawn
    if chart == "distance":
        drawn = drawn[drawn["line"] == "edge"]
        printed = printed.drop_duplicates("as_of").set_index("day")["edge_km"]
        assert drawn["day"].dt.strftime("%Y-%m-%d").tolist() == printed.index.tolist()
        assert drawn["km"].astype("float32").tolist() == printed.astype("float32").tolist()
        return
    if chart == "area":
        printed = printed.drop_duplicates("as_of")
        assert drawn["occupied_km2"].tolist() == pytest.approx(printed["occupied_km2"].tolist(), abs=1e-9)
        return
    printed = printed.sort_values("since", kind="stable")
    for column in ("gain_km2", "loss_km2", "net_km2"):
        assert drawn[column].tolist() == printed[column].tolist()


@pytest.mark.shared
def test_january_2025_as_drawn_from_the_raw_exports(january, monkeypatch):
    """By `tracker advances --every month` on all exports: 331.9 gained, 5.9 lost, net +326.1 km²."""
    ledger = tr.track(january)
    table = chart_table("months", january, label_causes(ledger, january))
    _, chart = drawn_by(monkeypatch, kind="months", table=table)
    bars = {key: round(value, 1) for key, value in heights_of(chart).items()}
    assert bars == {"gain 2025-01-01": 331.9, "loss 2025-01-01": -5.9, "net 2025-01-01": 326.1}
    assert not chart.drawn[["partial", "old"]].any(axis=None)


# ---- which bars are not to be relied on


def test_clipped_months_are_partial_and_those_of_far_maps_old():
    control = history_of({f"{day}T20:00Z": [square(x, 0, 9 - x)] for day, x in (
        ("2024-11-20", 8), ("2024-11-30", 7), ("2024-12-02", 6), ("2024-12-20", 5), ("2025-01-31", 4), ("2025-02-10", 3)
    )})  # fmt: skip
    bars = bars_of(tr.summarise(tr.track(control), every="month", control=control), "month")
    assert bars["partial"].tolist() == [True, False, False, True]
    # The state at the end of December is eleven days old: neither December nor January is a month.
    assert bars["old"].tolist() == [False, True, True, False]


@pytest.mark.parametrize(("age_days", "old"), [(STALE_DAYS, False), (STALE_DAYS + 1, True)])
def test_a_month_is_old_from_the_fourth_day_on(age_days, old):
    end = pd.Timestamp("2024-12-31") - pd.Timedelta(days=age_days)
    control = history_of({"2024-11-30T20:00Z": [square(0, 0)], f"{end:%Y-%m-%d}T20:00Z": [square(0, 0, 2)]})
    table = tr.summarise(tr.track(control), every="month", control=control, since="2024-12-01", until="2024-12-31")
    assert bars_of(table, "month")["old"].tolist() == [old]


def test_the_notes_name_them(tables, monkeypatch):
    control = world(step=9)
    _, chart = drawn_by(monkeypatch, kind="months", table=chart_table("months", control, tr.track(control)))
    notes = " ".join(chart.page.notes)
    assert "In part: 21–30 November 2024; 1–9 February 2025." in notes
    assert "3 days off their ends and a change may belong to a month beside: December 2024 – January 2025" in notes
    assert "without noise" in notes
    _, chart = drawn_by(
        monkeypatch, kind="months", causes=["advance", "catch_up", "redraw", "noise"], **tables["months"]
    )
    assert "without" not in " ".join(chart.page.notes)


def test_a_month_over_a_break_has_no_net(tables, monkeypatch):
    table = tables["months"]["table"].copy()
    table.loc[1, "net_km2"] = np.nan
    _, chart = drawn_by(monkeypatch, kind="months", table=table, breaks=["2024-12-10"])
    assert "net 2024-12-01" not in heights_of(chart)
    assert "; net" not in chart.page.numbers
    assert "10 December 2024" in " ".join(chart.page.notes)


def test_the_line_of_areas_is_broken_where_the_ground_is_another(tables, monkeypatch):
    table = tables["area"]["table"]
    day = table["day"].iloc[5]
    _, whole = drawn_by(monkeypatch, kind="area", table=table)
    _, broken = drawn_by(monkeypatch, kind="area", table=table, breaks=[day])
    steps = [len(np.unique(line.get_xdata())) for line in whole.figure.axes[1].lines]
    parts = [len(np.unique(line.get_xdata())) for line in broken.figure.axes[1].lines]
    assert len(parts) > len(steps)
    assert "+" not in broken.page.numbers


# ---- words


def texts_on(chart):
    """List the boxes of all words that are seen, in pixels."""
    figure = chart.figure
    figure.draw_without_rendering()
    hidden = set()
    for ax in figure.axes:
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                inside = low - 1e-9 <= tick.get_loc() <= high + 1e-9
                hidden |= {tick.label2} | (set() if inside and axis.get_visible() and ax.axison else {tick.label1})
    found = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    return {
        (number, text.get_text()): shapely.box(*text.get_window_extent().extents)
        for number, text in enumerate(found)
        if text not in hidden
    }


def check_words(chart):
    boxes = texts_on(chart)
    width, height = chart.figure.get_size_inches() * chart.figure.dpi
    page = shapely.box(-1, -1, width + 1, height + 1)
    assert [text for text, box in boxes.items() if not box.within(page)] == []
    clashes = [
        (one, other, boxes[one].intersection(boxes[other]).area)
        for one, other in combinations(boxes, 2)
        if boxes[one].intersection(boxes[other]).area > 2
    ]
    assert clashes == []


@pytest.mark.parametrize(("size", "lang"), [("web", "en"), ("square", "uk"), ("story", "uk")])
@pytest.mark.parametrize("kind", CHARTS)
def test_no_words_collide_or_leave_the_page(tables, monkeypatch, kind, size, lang):
    credits = ["© Somebody (https://example.org). Use by permission; redistribution is not allowed."] * 2
    _, chart = drawn_by(
        monkeypatch,
        kind=kind,
        size=size,
        lang=lang,
        note="illustrative sample",
        credits=credits,
        dpi=75,
        **tables[kind],
    )
    check_words(chart)


@pytest.mark.parametrize("kind", CHARTS)
@pytest.mark.parametrize("turn", range(2))
def test_any_name_is_only_a_name(tables, monkeypatch, kind, turn):
    """Names take turns as title, note, credit, and as sectors and towns: over the kinds each stands in each place."""
    names = np.roll(HOSTILE, list(CHARTS).index(kind) + turn).tolist()
    made = dict(tables[kind])
    if kind == "sectors":
        made["sectors"] = made["sectors"].assign(name_en=np.resize(names, len(made["sectors"])))
    if kind == "distance":
        made["places"] = made["places"].assign(name=np.resize(names, len(made["places"])))
    options = {"title": names[0], "note": names[1], "credits": [names[2]], "dpi": 40}
    content, chart = drawn_by(monkeypatch, kind=kind, format="svg", **options, **made)
    ElementTree.fromstring(content)
    assert b"<img" not in content
    assert content.count(b"<svg") == 1
    check_words(chart)


# ---- nothing, or little


@pytest.fixture(scope="module")
def few():
    return {
        until: tables_of(world(since="2025-01-04", until=until, step=1, contested=[square(2, 0)]))
        for until in ("2025-01-05", "2025-01-07")
    }


@pytest.mark.parametrize("kind", CHARTS)
@pytest.mark.parametrize(("until", "size"), [("2025-01-05", "web"), ("2025-01-07", "story")])
def test_a_day_and_a_few(few, monkeypatch, kind, until, size):
    made, since = few[until][kind], "2025-01-05"
    _, chart = drawn_by(monkeypatch, kind=kind, size=size, since=since, until=until, dpi=75, **made)
    check_words(chart)


@pytest.fixture(scope="module")
def quiet():
    return tables_of(history_of({f"2025-01-0{day}T20:00Z": [square(0, 0, 9)] for day in range(1, 8)}))


@pytest.mark.parametrize("kind", CHARTS)
def test_a_period_without_change(quiet, monkeypatch, kind):
    _, chart = drawn_by(monkeypatch, kind=kind, since="2025-01-02", until="2025-01-07", dpi=75, **quiet[kind])
    check_words(chart)
    assert "no change" in chart.page.numbers.lower() or kind == "distance"


@pytest.fixture(scope="module")
def lost():
    return tables_of(world(last=50))


@pytest.mark.parametrize("kind", CHARTS)
def test_ground_that_is_only_lost(lost, monkeypatch, kind):
    _, chart = drawn_by(monkeypatch, kind=kind, dpi=75, **lost[kind])
    check_words(chart)
    if kind == "months":
        assert (lost[kind]["table"]["net_km2"] < 0).all()
        assert "net −" in chart.page.numbers


def test_a_source_that_draws_no_contested_ground(monkeypatch):
    made = tables_of(world(contested=None), ["area", "distance"])
    _, chart = drawn_by(monkeypatch, kind="area", **made["area"])
    assert [ax.get_label() for ax in chart.figure.axes] == ["board", "occupied_km2"]
    _, chart = drawn_by(monkeypatch, kind="distance", **made["distance"])
    assert set(chart.drawn["line"]) == {"edge", "centre"}


def test_a_town_never_near_and_one_with_no_ground_to_measure_to(monkeypatch):
    far = places_of({"Far": shapely.Point(-300_000, 0)})
    made = tables_of(world(), ["distance"], towns=far)["distance"]
    _, chart = drawn_by(monkeypatch, kind="distance", **made)
    check_words(chart)
    assert set(chart.drawn["line"]) == {"centre"}
    assert chart.drawn["km"].min() > 290
    free = history_of({f"2025-01-0{day}T20:00Z": {"occupied": (), "contested": ()} for day in (1, 2)})
    _, chart = drawn_by(monkeypatch, kind="distance", **tables_of(free, ["distance"], towns=far)["distance"])
    assert chart.drawn.empty
    assert "no occupied ground" in chart.page.numbers.replace("\N{NO-BREAK SPACE}", " ")


def test_events_of_a_town_are_those_of_its_table(monkeypatch):
    control = world(last=2.0)
    made = tables_of(control, ["distance"])["distance"]
    _, chart = drawn_by(monkeypatch, kind="distance", **made)
    found = events(made["table"], shares(control, made["places"], days=made["table"]["day"].unique()))
    words = " ".join(text for _, text in texts_on(chart))
    assert len(found) >= 4
    assert "edge reached" in words
    assert "within" in words


# ---- what is refused


def test_wrong_arguments_are_named(tables):
    months = tables["months"]
    for option, value in {"lang": "xx", "size": "wall", "format": "gif", "every": "day", "dpi": 0}.items():
        with pytest.raises(ValueError, match=option):
            render(kind="months", **{option: value}, **months)
    with pytest.raises(ValueError, match="kind='pie' is not one of months, area, distance, sectors"):
        render(kind="pie", **months)
    with pytest.raises(ValueError, match="rumour"):
        render(kind="months", causes=["rumour"], **months)
    with pytest.raises(ValueError, match="is after until"):
        render(kind="months", since="2025-02-01", until="2025-01-01", **months)
    with pytest.raises(ValueError, match="by='ground'"):
        render(kind="sectors", **months)
    with pytest.raises(SchemaError):
        render(kind="months", table=tables["area"]["table"])
    with pytest.raises(NoDataError):
        render(kind="months", table=months["table"].iloc[:0])
    both = pd.concat([months["table"], months["table"].assign(source="other")], ignore_index=True)
    with pytest.raises(ValueError, match="one source, it holds deepstate, other"):
        render(kind="months", table=both)
    many = tables_of(world(step=40), ["distance"], names=["x"] * (MOST_TOWNS + 1))["distance"]
    with pytest.raises(ValueError, match="at most 12"):
        render(kind="distance", **many)


@pytest.mark.parametrize(("arguments", "status", "words"), [
    (["--chart", "distance"], 2, "needs --town"),
    (["--town", "Pokrovsk"], 2, "--chart distance"),
    (["--chart", "months", "--on", "2025-01-01"], 2, "--on"),
    (["--chart", "area", "--sector", "Pokrovsk"], 2, "--sector"),
    (["--chart", "distance", "--town", "Nowheresville"], 2, "Nowheresville"),
    (["--chart", "months", "--since", "2025-01-05", "--until", "2025-01-01"], 2, "is after"),
    (["--chart", "months", "--since", "2026-01-01", "--until", "2026-02-01"], 6, "nothing was published"),
    (["--chart", "area", "--until", "2020-01-01"], 6, "2020-01-01"),
])  # fmt: skip
def test_the_command_refuses_what_it_cannot_draw(monkeypatch, tmp_path, arguments, status, words):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["figure", *arguments, "-o", "chart.png"])
    assert (result.exit_code, words in result.stderr) == (status, True), result.stderr
    assert not (tmp_path / "chart.png").exists()


def test_towns_go_with_distance_only(tmp_path):
    archive = open_archive(tmp_path, sample_allowed=True)
    with pytest.raises(ValueError, match="towns"):
        story_of(archive, "chart", kind="months", towns=["Pokrovsk"])
    with pytest.raises(ValueError, match="from one to 12 towns, not 0"):
        story_of(archive, "chart", kind="distance")


# ---- from tables in hand


@pytest.mark.parametrize("kind", CHARTS)
def test_control_and_ledger_are_enough(kind):
    control = tr.last_of_day(tr.sample())
    control = control[control["as_of"] >= "2024-12-28"].reset_index(drop=True)
    places = {"places": tr.towns(["Pokrovsk"])} if kind == "distance" else {}
    picture = tr.render("chart", kind=kind, control=control, ledger=tr.track(control), dpi=40, **places)
    assert picture.startswith(b"\x89PNG")
    assert picture._repr_png_() == picture


def test_a_table_is_enough(monkeypatch):
    control = tr.last_of_day(tr.sample())
    table = tr.summarise(tr.track(control), every="month", control=control)
    made = []
    compose = charted.compose_chart
    monkeypatch.setattr(charted, "compose_chart", lambda *args, **given: made.append(given) or compose(*args, **given))
    tr.render("chart", kind="months", table=table, dpi=40)
    assert "settlement-level facts" in made[0]["credits"]
    assert "GeoNames" in made[0]["credits"]


# ---- the grid


@pytest.mark.parametrize("number", range(1, 14))
@pytest.mark.parametrize("box", [(0, 0, 1500, 800), (0, 0, 1000, 560), (0, 0, 1000, 1300)])
def test_every_plot_has_a_cell_and_no_row_is_empty(number, box):
    columns, rows = grid_of(number, box, most_columns=4)
    assert columns <= 4
    assert columns * (rows - 1) < number <= columns * rows
