"""The printed figure: what it is, that it is the same every run, that nothing on it collides, and what it survives."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from worlds import NOTHING, history_of, places_of, sectors_of, square

import tracker as tr
from tracker.errors import NoDataError
from tracker.render.figure import alt_text, render
from tracker.render.sheet import labels
from tracker.render.sheet.canvas import Stock
from tracker.render.sheet.framing import ASPECT, MAP_BOX, densest, frame, scene_of, sums
from tracker.render.sheet.output import compose
from tracker.render.sheet.panel import north_of, scale_of
from tracker.render.sheet.wording import texts_of

ON = "2025-01-06"
SIGNATURES = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
HOSTILE = [
    "$x^2$ \\frac{",
    "<script>alert(1)</script>",
    "a\nb\x00\x1b[0m",
    "--><svg",
    "%s {0} {}",
    "Ї" * 90,
    "]]>&amp;",
]


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
def sheet(world):
    return drawn(world, note="Illustrative sample")


def drawn(world, note="", **options):
    scene = scene_of(**world, **options)
    stock = Stock(world["places"], world["distances"], note=note)
    return compose(scene, stock, texts_of(scene, world["places"]))


@pytest.mark.parametrize("kind", SIGNATURES)
def test_same_tables_same_bytes(world, kind):
    first = render(**world, format=kind)
    assert first.startswith(SIGNATURES[kind])
    assert render(**world, format=kind) == first


def test_size_is_4_to_3(world):
    image = render(**world, dpi=50)
    assert (int.from_bytes(image[16:20]), int.from_bytes(image[20:24])) == (533, 400)


def test_is_a_renderer():
    from tracker.render import renderers

    assert renderers()["figure"].render is render


def test_leaves_matplotlib_alone(world):
    image = render(**world)
    with matplotlib.rc_context({"font.size": 3, "lines.linewidth": 9, "text.parse_math": True}):
        before = matplotlib.rcParams.copy()
        assert render(**world) == image
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
    assert shapely.within(boxes, shapely.box(*MAP_BOX)).all()
    for box in sheet.furniture.values():
        assert not shapely.intersects(boxes, shapely.box(*box)).any()
    # Legend, scale bar, north arrow and locator stand beside the map, not on it.
    area, *others = [shapely.box(*axes.bbox.extents) for axes in sheet.figure.axes]
    assert len(others) == 2
    assert not any(area.intersects(other) for other in others)


def test_no_label_covers_a_dot(sheet):
    table = sheet.labels[sheet.labels["dot"] > 0]
    dots = shapely.points(sheet.figure.axes[0].transData.transform(table[["x", "y"]].to_numpy()))
    boxes = shapely.box(*table[["left", "bottom", "right", "top"]].to_numpy(dtype=float).T)
    assert not shapely.STRtree(boxes).query(dots, predicate="intersects").size


def test_changed_settlements_come_first_and_no_quarters(world):
    table = labels.settlements(scene_of(**world), world["places"])
    assert table["rank"].is_monotonic_increasing
    assert {0, 1, 2} == set(table["rank"])
    assert not {"Settlement 3", "Settlement 4"} & set(table["text"])


def test_distance_is_written(sheet, world):
    row = world["distances"].iloc[0]
    assert f"≈ {row['edge_km']:.1f} km (edge) / {row['centre_km']:.1f} km (centre)" in set(sheet.labels["text"])


def test_sums_are_gross_and_of_the_picture(world):
    scene = scene_of(**world)
    whole = {days: (gain, loss) for days, gain, loss in sums(scene.changes, scene.days)}
    table = tr.summarise(world["ledger"], since="2024-12-08", until=ON)
    assert whole[30] == pytest.approx((table["gain_km2"].iloc[0], table["loss_km2"].iloc[0]))
    assert whole[1][1] == pytest.approx(16.0)
    everywhere = sums(scene.changes, scene.days, extent=(-1e6, -1e6, 1e6, 1e6))
    assert np.array(everywhere) == pytest.approx(np.array([(days, *both) for days, both in whole.items()]))
    assert sums(scene.changes, scene.days, extent=(9e5, 9e5, 1e6, 1e6))[-1][1:] == (0, 0)


@pytest.mark.parametrize(("lang", "title"), [("en", "30 days to 6 January 2025"), ("uk", "30 днів до 6 січня 2025")])
def test_words(world, lang, title):
    texts = texts_of(scene_of(**world), world["places"], lang=lang, credits=["Someone"])
    assert title in texts.title
    assert "22:00" in texts.footer[0]
    assert "Someone" in texts.footer[0]
    assert texts.title in alt_text(**world, lang=lang)


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
        image = render(control=control, ledger=ledger, sectors=sectors, sector=sector, places=crowd(20))
        assert image.startswith(SIGNATURES["png"])


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("kind", SIGNATURES)
def test_hostile_names_are_names(world, kind):
    places = crowd(40, names=HOSTILE)
    places["name_uk"] = places["name"]
    sectors = world["sectors"].assign(name_en=HOSTILE[:2], name_uk=HOSTILE[1:3])
    tables = {**world, "places": places, "sectors": sectors, "credits": HOSTILE, "note": HOSTILE[0]}
    image = render(**tables, format=kind)
    assert image.startswith(SIGNATURES[kind])
    if kind == "svg":
        import xml.etree.ElementTree as ElementTree

        elements = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(image).iter()}
        assert not {"script", "a", "image", "foreignObject"} & elements


def test_basemap_and_oblasts_are_drawn(world):
    oblasts = world["sectors"].rename(columns={"sector": "oblast"})
    mixed = [square(0, 0, 3), shapely.LineString([(0, 0), (30_000, 30_000)]), shapely.Point(0, 0)]
    basemap = oblasts.iloc[[0, 0, 0]].set_geometry(mixed, crs=tr.WORK_CRS)
    plain = render(**world)
    assert render(**world, basemap=basemap) != plain
    assert render(**world, oblasts=oblasts.assign(geometry=[square(0, 0, 9), square(9, 9, 9)])) != plain


def test_summary_by_sector_is_listed(world):
    scene = scene_of(**world)
    table = tr.summarise(tr.split(world["ledger"], world["sectors"]), by="sector", since="2025-01-04", until=ON)
    head, *rows = texts_of(scene, None, summary=table).sectors
    assert head[0].startswith("3 days")
    assert {name for name, _, _ in rows} == {"North", "South"}


def test_frame_has_the_shape_of_the_map(world):
    for extent in (frame((0, 0, 1, 90_000)), densest(world["ledger"]), scene_of(**world).extent):
        assert (extent[2] - extent[0]) / (extent[3] - extent[1]) == pytest.approx(ASPECT)


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
        km, units = scale_of(extent, 200)
        assert units / (MAP_BOX[2] - MAP_BOX[0]) * (extent[2] - extent[0]) == pytest.approx(km * 1000, rel=1e-3)


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
