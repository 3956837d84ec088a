"""The printed figure: what it is, that it is the same every run, that nothing on it collides, and what it survives."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import click
import matplotlib
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from matplotlib.text import Text
from pyproj import Geod, Transformer
from stories import rendered, told
from worlds import NOTHING, history_of, places_of, sectors_of, square

import tracker as tr
from tracker.cli import cli
from tracker.errors import NoDataError
from tracker.outputs.figure import figure, labels
from tracker.outputs.figure import scene as scenes
from tracker.outputs.figure.canvas import Stock, change_style
from tracker.outputs.figure.layout import LAYOUTS, SIZES
from tracker.outputs.figure.locator import corner_of
from tracker.outputs.figure.output import compose, own_settings
from tracker.outputs.figure.panel import north_of, scale_of
from tracker.outputs.figure.scene import ASPECT, densest, frame, sums
from tracker.outputs.figure.text import texts_of
from tracker.outputs.figure.town_lines import town_lines
from tracker.outputs.look import COLOURS
from tracker.outputs.words.text import note_text
from tracker.tables.days import day_of

ON = "2025-01-06"
SIGNATURES = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
HOSTILE = [
    "$x^2$ \\frac{",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a\nb\x00\x1b[0m",
    "--><svg",
    "%s {0} {}",
    "Ї" * 90,
    "]]>&amp;",
]


def render(**given):
    return rendered("figure", **given)


def scene_of(*, sector=None, extent=None, layout=LAYOUTS["web"], **tables):
    return scenes.scene_of(told("figure", **tables), sector=sector, extent=extent, layout=layout)


def states(last=13.0, contested=()):
    """The front moves east to west; 1 km in the last day, 2 in the week, more in the month, and one square is lost."""
    left = {"2024-12-01": 20, "2024-12-06": 20, "2024-12-20": 18, "2024-12-29": 18, "2025-01-02": 16, "2025-01-05": 15}
    days = {f"{day}T20:00Z": [square(x, 0, 60 - x), square(0, 50, 4)] for day, x in left.items()}
    days[f"{ON}T20:00Z"] = {"occupied": [square(last, 0, 60 - last)], "contested": contested}
    return days


def crowd(number=150, names=None):
    """Settlements on a narrow spiral, so that they crowd."""
    angle = np.arange(number) * 2.4
    points = {
        (names[n % len(names)] + " " * n if names else f"Settlement {n}"): shapely.Point(
            20_000 + 130 * n * np.cos(angle[n]), 20_000 + 130 * n * np.sin(angle[n])
        )
        for n in range(number)
    }
    kinds = np.where(np.arange(number) % 9 == 0, "town", "village")
    kinds[3], kinds[4] = "quarter", "abandoned"
    return places_of(points, place=kinds, population=np.arange(number) * 200)


@pytest.fixture(scope="module")
def world():
    control = history_of(states(contested=[square(11, 0, 2)]))
    towns = places_of({"Nearby": shapely.Point(5_000, 10_000)}, area_km2=4.0, edge_method="disc", population=9_000)
    places = pd.concat([towns, crowd().assign(geonameid=range(100, 250))], ignore_index=True)
    sectors = sectors_of({"north": shapely.box(-1e6, 2e4, 1e6, 1e6), "south": shapely.box(-1e6, -1e6, 1e6, 2e4)})
    near = tr.distances(control, towns, days=[ON])
    return {
        "control": control, "ledger": tr.track(control), "places": places, "sectors": sectors, "distances": near,
    }  # fmt: skip


@pytest.fixture(scope="module")
def few(world):
    """Have few labels to place and few dots to fill, where the picture is not the point."""
    return {**world, "places": world["places"].head(25), "dpi": 40}


@pytest.fixture(scope="module")
def plain(few):
    return render(**few)


@pytest.fixture(scope="module")
def sheet(world):
    return drawn(world, note="Illustrative sample")


def drawn(world, note="", size="web", lang="en", dpi=None, **options):
    layout = LAYOUTS[size]
    scene = scene_of(**world, layout=layout, **options)
    stock = Stock(world["places"], world["distances"], note=note)
    return compose(scene, stock, texts_of(scene, world["places"], lang=lang), layout=layout, lang=lang, dpi=dpi)


@pytest.mark.parametrize(
    ("kind", "size", "lang"),
    [("png", "web", "en"), ("svg", "square", "uk"), ("pdf", "story", "en")],
)
def test_same_tables_same_bytes(few, kind, size, lang):
    first, again = (render(**few, format=kind, size=size, lang=lang) for _ in range(2))
    assert first.startswith(SIGNATURES[kind])
    assert again == first


@pytest.mark.parametrize(
    ("size", "pixels"),
    [("web", (1600, 1200)), ("square", (1080, 1080)), ("story", (1080, 1920)), ("print", (3508, 2480))],
)
def test_sizes_in_pixels(world, size, pixels):
    image = render(control=world["control"], ledger=world["ledger"], size=size)
    assert (int.from_bytes(image[16:20]), int.from_bytes(image[20:24])) == pixels


def texts_on(sheet):
    """Box every text that is drawn on the sheet, as (text, pixels)."""
    renderer = labels.renderer_of(sheet.figure)
    with own_settings():
        sheet.figure.draw_without_rendering()
        bare = [axes for axes in sheet.figure.axes if not axes.axison]
        unseen = {id(tick) for axes in bare for axis in (axes.xaxis, axes.yaxis) for tick in axis.get_ticklabels()}
        shown = [one for one in sheet.figure.findobj(Text) if one.get_visible() and one.get_text().strip()]
        drawn = [one for one in shown if id(one) not in unseen]
        return [(one.get_text(), shapely.box(*one.get_window_extent(renderer).extents)) for one in drawn]


@pytest.mark.parametrize(
    ("size", "lang"),
    [("web", "en"), ("web", "uk"), ("print", "en"), ("square", "uk"), ("story", "en"), ("story", "uk")],
)
def test_texts_lie_on_the_sheet_and_not_over_each_other_nor_labels_on_the_mark(world, size, lang):
    long = {
        "name_en": ["Zaporizhzhia and Oleksandrivka", "South"],
        "name_uk": ["Північно-Слобожанський", "Новопавлівський"],
    }
    tables = {**world, "sectors": world["sectors"].assign(**long)}
    sheet = drawn(tables, note="Illustrative sample", size=size, lang=lang, dpi=100)
    texts = texts_on(sheet)
    assert len(texts) > 40
    page = shapely.box(*sheet.figure.bbox.extents)
    assert [text for text, box in texts if not page.contains(box)] == []
    boxes = [box.buffer(-0.5) for _, box in texts]
    pairs = shapely.STRtree(boxes).query(boxes, predicate="intersects").T
    assert [(texts[one][0], texts[other][0]) for one, other in pairs if one < other] == []
    # Labels keep clear of where the mark is said to be, and there it is.
    (mark,) = [text for text in sheet.map.texts if text.get_text() == note_text("Illustrative sample", lang)]
    assert sheet.furniture["note"] == pytest.approx(mark.get_bbox_patch().get_window_extent().extents, abs=1.5)


@pytest.mark.parametrize("size", SIZES)
def test_parts_of_a_layout_do_not_meet(size):
    layout = LAYOUTS[size]
    parts = [shapely.box(*getattr(layout, name)) for name in ("head", "map", "panel", "scale", "foot")]
    assert shapely.within(parts, shapely.box(0, 0, layout.width, layout.height)).all()
    one, other = shapely.STRtree(parts).query(parts, predicate="intersects")
    assert (one == other).all()


@pytest.mark.parametrize("size", ["square", "story"])
@pytest.mark.parametrize("where", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_locator_on_the_map_hides_the_least(size, where):
    """Ground changes in three corners of a frame, and the locator stands in the fourth."""
    layout = LAYOUTS[size]
    high = 90 / layout.aspect
    held = [square(x * 80, y * (high - 10), 10) for x in (0, 1) for y in (0, 1) if (x, y) != where]
    control = history_of({"2025-01-05T20:00Z": [square(200, 200)], f"{ON}T20:00Z": [square(200, 200), *held]})
    scene = scene_of(control=control, ledger=tr.track(control), extent=(0, 0, 90_000, high * 1000))
    left, low, right, top = corner_of(scene, Stock(), layout)
    assert shapely.box(*layout.map).contains_properly(shapely.box(left, low, right, top))
    middle = np.array(layout.map).reshape(2, 2).mean(axis=0)
    assert ((left + right) / 2 > middle[0], (low + top) / 2 > middle[1]) == where
    # In the upper left the mark of a sample stands.
    left, low, *_ = corner_of(scene, Stock(note="Illustrative sample"), layout)
    assert (left > middle[0], low > middle[1]) != (False, True)


def test_labels_keep_clear_of_the_locator(world):
    sheet = drawn(world, size="square", dpi=100)
    inset = shapely.box(*sheet.furniture["inset"])
    boxes = shapely.box(*sheet.labels[["left", "bottom", "right", "top"]].to_numpy(dtype=float).T)
    assert len(boxes) > 10
    assert not shapely.intersects(boxes, inset).any()


def run(*arguments, status=0):
    """Draw a figure of the bundled sample by the command line."""
    result = CliRunner().invoke(cli, ["figure", *arguments])
    assert result.exit_code == status, result.stderr
    return result


def test_the_command_knows_every_size():
    (option,) = [one for one in cli.get_command(click.Context(cli), "figure").params if one.name == "size"]
    assert tuple(option.type.choices) == SIZES
    assert option.default == SIZES[0]


@pytest.fixture
def sample(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRACKER_ARCHIVE", raising=False)
    return tmp_path


STARTS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF-"}


@pytest.mark.parametrize(
    ("options", "name", "format"),
    [
        ((), "a/b.SVG", "svg"),
        (("--chart", "months"), "c.png", "png"),
        (("--chart", "months"), "d.pdf", "pdf"),
        (("--chart", "months", "--format", "pdf"), "e.svg", "pdf"),
        (("--chart", "months", "--format", "svg"), "f", "svg"),
    ],
)
def test_the_file_name_chooses_the_format_and_the_flag_wins(sample, options, name, format):
    assert f"wrote {name}" in run(*options, "--size", "square", "-o", name).stderr
    assert (sample / name).read_bytes().startswith(STARTS[format])


def test_what_has_no_file_name_is_a_png(sample):
    chart = ("--chart", "months", "--size", "square")
    assert run("--size", "square").stdout_bytes.startswith(STARTS["png"])
    assert run(*chart, "-o", "-").stdout_bytes.startswith(STARTS["png"])
    run(*chart, "-o", "/dev/null")


@pytest.mark.parametrize("name", ["a", "a.", "a.jpg", ".png"])
def test_a_file_name_that_says_no_format_is_answered_with_the_known(sample, name):
    told = run("-o", name, status=2).stderr
    assert f"-o {name}: name a file that ends in .png, .svg or .pdf, or add --format" in told
    assert not list(sample.iterdir())


def test_a_folder_is_no_file(sample):
    (sample / "maps.png").mkdir()
    assert "-o maps.png is a directory; name a file" in run("-o", "maps.png", status=2).stderr


@pytest.mark.parametrize(
    "ends", [("--since", "2024-12-20"), ("--until", "2024-12-20"), ("--since", "2024-12-20", "--until", "2024-12-20")]
)
def test_a_day_does_not_go_with_a_period(ends, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "--on does not go with" in run("--on", "2025-01-06", *ends, status=2).stderr


@pytest.mark.parametrize(("lang", "title"), [("en", "20–31 December 2024"), ("uk", "20–31 грудня 2024")])
def test_the_figure_of_a_period_of_the_sample(tmp_path, monkeypatch, lang, title):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRACKER_ARCHIVE", raising=False)
    period = ("--since", "2024-12-20", "--until", "2024-12-31", "--size", "square", "--lang", lang)
    run(*period, "--format", "svg", "-o", "one.svg")
    svg = (tmp_path / "one.svg").read_text(encoding="utf-8")
    if lang == "en":
        run(*period, "--format", "svg", "-o", "two.svg")
        assert (tmp_path / "two.svg").read_text(encoding="utf-8") == svg
    root = ElementTree.fromstring(svg)
    assert title in "".join(root.itertext())
    assert (root.get("width"), root.get("height")) == ("518.4pt", "518.4pt")


def test_a_period_without_a_state_before_it_is_no_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRACKER_ARCHIVE", raising=False)
    run("--since", "2024-11-01", "--until", "2024-12-20", status=6)
    run("--since", "2025-02-01", "--until", "2025-02-20", status=6)
    assert "after" in run("--since", "2024-12-20", "--until", "2024-12-10", status=2).stderr


def test_is_a_renderer():
    from tracker.outputs import renderer

    assert renderer("figure").write is figure.render


def test_leaves_matplotlib_alone(few, plain):
    with matplotlib.rc_context({"font.size": 3, "lines.linewidth": 9, "text.parse_math": True}):
        before = matplotlib.rcParams.copy()
        assert render(**few) == plain
        # The plain dict: asking rcParams for its backend would choose one.
        assert dict(dict.items(matplotlib.rcParams)) == dict(dict.items(before))


def test_labels_keep_clear_of_each_other(sheet):
    table = sheet.labels
    boxes = shapely.box(*table[["left", "bottom", "right", "top"]].to_numpy(dtype=float).T)
    one, other = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    assert len(table) > 30
    assert (one == other).all()


def test_labels_keep_clear_of_the_rest(sheet):
    assert {"note", "sector North", "sector South"} <= set(sheet.furniture)
    boxes = shapely.box(*sheet.labels[["left", "bottom", "right", "top"]].to_numpy(dtype=float).T)
    assert shapely.within(boxes, shapely.box(*LAYOUTS["web"].map)).all()
    for box in sheet.furniture.values():
        assert not shapely.intersects(boxes, shapely.box(*box)).any()
    # Legend, scale bar, north arrow and locator stand beside the map, not on it.
    others = [shapely.box(*axes.bbox.extents) for axes in sheet.figure.axes if axes is not sheet.map]
    assert len(others) == 3
    assert not any(shapely.box(*sheet.map.bbox.extents).intersects(other) for other in others)


def test_no_label_covers_a_dot(sheet):
    table = sheet.labels[sheet.labels["dot"] > 0]
    dots = shapely.points(sheet.map.transData.transform(table[["x", "y"]].to_numpy()))
    boxes = shapely.box(*table[["left", "bottom", "right", "top"]].to_numpy(dtype=float).T)
    assert not shapely.STRtree(boxes).query(dots, predicate="intersects").size


def test_changed_settlements_come_first_and_no_quarters(world):
    table = labels.settlements(scene_of(**world), world["places"])
    assert table["rank"].is_monotonic_increasing
    assert {0, 1, 2} == set(table["rank"])
    assert not {"Settlement 3", "Settlement 4"} & set(table["text"])


def geodesic_km(line):
    """Measure a line of `WORK_CRS` on the ellipsoid."""
    lon, lat = Transformer.from_crs(tr.WORK_CRS, 4326, always_xy=True).transform(*shapely.get_coordinates(line).T)
    return Geod(ellps="WGS84").line_length(lon, lat) / 1000


@pytest.mark.parametrize("method", ["disc", "polygon", "none"])
def test_a_town_s_line_is_as_long_as_its_label(world, method):
    town = places_of({"Nearby": shapely.Point(5_000, 10_000)}, area_km2=4.0, edge_method=method, population=9_000)
    limits = shapely.box(3_000, 9_000, 7_321, 12_000)
    town = town.assign(footprint=[limits if method == "polygon" else None])
    near = tr.distances(world["control"], town, days=[ON])
    scene = scene_of(control=world["control"], ledger=world["ledger"], on=ON, places=town, distances=near)
    (line,) = town_lines(scene, town, near).itertuples()
    row = near.iloc[0]
    expected = row["centre_km"] if method == "none" else row["edge_km"]
    if method == "none":
        near["edge_km"] = np.nan
        (line,) = town_lines(scene, town, near).itertuples()
    assert geodesic_km(line.line) == pytest.approx(expected, abs=1e-6)
    assert line.line_km == pytest.approx(expected, abs=1e-6)
    assert line.from_edge == (method != "none")
    start, end = shapely.points(shapely.get_coordinates(line.line))
    assert scene.shape("occupied").distance(end) < 0.01
    edge = {"disc": town.geometry.iloc[0].buffer(1128.4, quad_segs=64).exterior, "polygon": limits.exterior}
    assert edge.get(method, town.geometry.iloc[0]).distance(start) < 3
    sheet = compose(scene, Stock(town, near), texts_of(scene, town))
    assert "Nearby" in set(sheet.labels["text"].iloc[:2])
    written = f"{'≈ ' if method == 'disc' else ''}{expected:.1f} km{'' if line.from_edge else ' (centre)'}"
    assert written in set(sheet.labels["text"])


def test_far_towns_have_no_line_but_the_town_of_a_sheet_has(world):
    town = places_of({"Far": shapely.Point(-12_000, 10_000)}, area_km2=4.0, edge_method="disc", population=9_000)
    near = tr.distances(world["control"], town, days=[ON])
    scene = scene_of(control=world["control"], ledger=world["ledger"], on=ON, extent=(-30_000, -20_000, 60_000, 53_000))
    assert town_lines(scene, town, near).empty
    assert len(town_lines(scene, town, near, one_place=True)) == 1


def test_sums_are_gross_and_of_the_picture(world):
    scene = scene_of(**world)
    whole = {window.days: (window.gain_km2, window.loss_km2) for window in sums(scene)}
    table = tr.summarise(world["ledger"], since="2024-12-08", until=ON)
    assert whole[30] == pytest.approx((table["gain_km2"].iloc[0], table["loss_km2"].iloc[0]))
    assert whole[1][1] == pytest.approx(16.0)
    everywhere = sums(scene, extent=(-1e6, -1e6, 1e6, 1e6))
    for window in everywhere:
        assert (window.gain_km2, window.loss_km2) == pytest.approx(whole[window.days])
    nowhere = sums(scene, extent=(9e5, 9e5, 1e6, 1e6))[-1]
    assert (nowhere.gain_km2, nowhere.loss_km2) == (0, 0)


@pytest.mark.parametrize(("lang", "title"), [("en", "30 days to 6 January 2025"), ("uk", "30 днів до 6 січня 2025")])
def test_words(world, lang, title):
    texts = texts_of(scene_of(**world), world["places"], lang=lang, credits=["Someone"])
    assert title in texts.title
    assert "22:00" in texts.footer[0]
    assert "Someone" in texts.footer[0]
    assert texts.title in texts.alt


def test_sector_is_named_by_ground_or_name(world):
    assert scene_of(**world, sector="north").extent == scene_of(**world, sector="North").extent
    assert "North sector" in texts_of(scene_of(**world, sector="north"), None).title


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "gif"}, "png, svg, pdf"),
        ({"lang": "fr"}, "en, uk"),
        ({"sector": "west"}, "north, south"),
        ({"sector": "north", "sectors": None}, "sectors"),
        ({"dpi": 0}, "dpi"),
        ({"size": "poster"}, "web, print, square, story"),
        ({"since": "2025-01-07"}, "2025-01-07 is after 2025-01-06"),
    ],
)
def test_unknown_options_are_answered_with_the_known(world, options, message):
    with pytest.raises(ValueError, match=message):
        render(**{**world, **options})


def test_one_source_and_a_day_that_is_known(world):
    both = pd.concat([world["control"], world["control"].assign(source="other")])
    with pytest.raises(ValueError, match="deepstate, other"):
        render(**{**world, "control": both})
    with pytest.raises(NoDataError):
        render(**world, on="2024-11-30")


@pytest.mark.parametrize("contested", [None, NOTHING])
def test_without_contested_ground_and_other_tables(contested):
    control = history_of(states(contested=contested))
    assert render(control=control, ledger=tr.track(control)).startswith(SIGNATURES["png"])


@pytest.mark.parametrize("occupied", [[square(0, 0, 5)], []])
def test_one_snapshot_and_no_changes(occupied):
    control = history_of({f"{ON}T20:00Z": occupied})
    ledger = tr.track(control)
    assert ledger.empty
    sectors = sectors_of({"all": shapely.box(-1e6, -1e6, 1e6, 1e6)})
    for sector in (None, "all"):
        image = render(control=control, ledger=ledger, sectors=sectors, sector=sector, places=crowd(20), dpi=40)
        assert image.startswith(SIGNATURES["png"])


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("kind", SIGNATURES)
def test_hostile_names_are_names(world, kind):
    places = crowd(40, names=HOSTILE)
    places["name_uk"] = places["name"]
    sectors = world["sectors"].assign(name_en=HOSTILE[:2], name_uk=HOSTILE[1:3])
    tables = {**world, "places": places, "sectors": sectors, "credits": HOSTILE, "note": HOSTILE[0]}
    image = render(**tables, format=kind, dpi=40)
    assert image.startswith(SIGNATURES[kind])
    if kind == "svg":
        elements = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(image).iter()}
        assert not {"script", "a", "image", "foreignObject"} & elements


def test_basemap_and_oblasts_are_drawn(world, few, plain):
    oblasts = world["sectors"].rename(columns={"sector": "oblast"})
    mixed = [square(0, 0, 3), shapely.LineString([(0, 0), (30_000, 30_000)]), shapely.Point(0, 0)]
    basemap = oblasts.iloc[[0, 0, 0]].set_geometry(mixed, crs=tr.WORK_CRS)
    assert render(**few, basemap=basemap) != plain
    assert render(**few, oblasts=oblasts.assign(geometry=[square(0, 0, 9), square(9, 9, 9)])) != plain


def test_summary_by_sector_is_listed(world):
    scene = scene_of(**world)
    table = tr.summarise(tr.split(world["ledger"], world["sectors"]), by="sector", since="2025-01-04", until=ON)
    head, *rows = texts_of(scene, None, summary=table).sectors
    assert head[0].startswith("3 days")
    assert {name for name, _, _ in rows} == {"North", "South"}


def test_frame_has_the_shape_of_the_map(world):
    for extent in (frame((0, 0, 1, 90_000)), densest(world["ledger"]), scene_of(**world).extent):
        assert (extent[2] - extent[0]) / (extent[3] - extent[1]) == pytest.approx(ASPECT)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_frames_the_same_ground_in_its_own_shape(world, size):
    layout = LAYOUTS[size]
    west, south, east, north = scene_of(**world, layout=layout).extent
    assert (east - west) / (north - south) == pytest.approx(layout.aspect)


@pytest.mark.parametrize(
    ("since", "ages", "title"),
    [
        ("2025-01-06", (1,), "6 January 2025"),
        ("2025-01-02", (1, 5), "2–6 January 2025"),
        ("2024-12-31", (1, 7), "31 December 2024 – 6 January 2025"),
        ("2024-12-20", (1, 7, 18), "20 December 2024 – 6 January 2025"),
    ],
)
def test_a_period_is_the_longest_window(world, few, plain, since, ages, title):
    scene = scene_of(**world, since=since)
    assert scene.ages == ages
    table = tr.summarise(world["ledger"], since=since, until=ON)
    longest = sums(scene)[-1]
    assert longest.days == ages[-1]
    for name in ("gain_km2", "loss_km2"):
        assert getattr(longest, name) == pytest.approx(table[name].iloc[0])
    texts = texts_of(scene, world["places"])
    assert texts.when == title
    assert len(texts.numbers[0]) == 1 + len(ages)
    # The line of control before is that of the day before the period.
    assert day_of(scene.earlier["as_of"].iloc[0]) < pd.Timestamp(since)
    assert title in texts.alt
    assert render(**few, since=since) != plain


def test_gains_are_ordered_by_lightness_and_losses_dotted():
    styles = [change_style("gain", age) for age in (1, 7, 30)]
    grey = [matplotlib.colors.to_rgb(style["fc"]) @ np.array([0.2126, 0.7152, 0.0722]) for style in styles]
    land = [
        matplotlib.colors.to_rgb(COLOURS[name]) @ np.array([0.2126, 0.7152, 0.0722]) for name in ("occupied", "land")
    ]
    steps = np.diff([*grey, *land])
    assert (steps > 0.1).all()
    assert change_style("gain", 400) == change_style("gain", 30)
    assert set(change_style("loss", 30)["hatch"]) == {"."}


def test_densest_frame_is_where_most_changed(world):
    many, few = world["ledger"].iloc[[0] * 2].reset_index(drop=True), world["ledger"].iloc[[0]]
    many = many.set_geometry([square(300, 0, 5), square(320, 10, 5)], crs=tr.WORK_CRS).assign(area_km2=25.0)
    few = few.set_geometry([square(-300, 0, 5)], crs=tr.WORK_CRS).assign(area_km2=25.0)
    extent = densest(pd.concat([few, many]))
    assert shapely.contains(shapely.box(*extent), many.geometry.to_numpy()).all()


def test_north_is_true_and_the_scale_geodesic():
    degrees = Transformer.from_crs(tr.WORK_CRS, 4326, always_xy=True)
    for x in (-200_000, 0, 250_000):
        extent = frame((x - 30_000, -30_000, x + 30_000, 30_000))
        middle = np.array([x, 0.0])
        lon, lat = degrees.transform(*np.array([middle, middle + np.multiply(north_of(extent), 1000)]).T)
        assert lon[0] == pytest.approx(lon[1], abs=1e-5)
        assert lat[1] > lat[0]
        for layout in LAYOUTS.values():
            km, units = scale_of(extent, 200, layout)
            assert units / layout.map_width * (extent[2] - extent[0]) == pytest.approx(km * 1000, rel=1e-3)


def test_readable_labels_are_near_and_open():
    table = pd.DataFrame(
        {
            "left": [0, 0, 300],
            "bottom": [0, 30, 0],
            "right": [50, 50, 350],
            "top": [10, 40, 10],
            "dot": 2,
            "reach_px": 40,
        }
    )
    dots = shapely.points([(60, 5), (25, -8), (400, 5)])
    # The second would be read through the first, the third is too far from its dot.
    assert labels.readable(table, dots).tolist() == [True, False, False]
    # The first lies over the dot of the second, which comes first then.
    swapped = table.iloc[[1, 0, 2]].reset_index(drop=True)
    dots = shapely.points([(25, 12), (60, 5), (400, 5)])
    assert labels.readable(swapped, dots).tolist() == [True, False, False]
