"""The small map of a town: the ground around it, what changed in the last days, and the way to occupied ground."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from tracker.ground.crs import TO_METRES
from tracker.measures.shares import outlines
from tracker.outputs.figure.canvas import Stock, add_area, blank, draw_map
from tracker.outputs.figure.layout import Layout
from tracker.outputs.figure.output import own_settings, saved
from tracker.outputs.figure.panel import draw_foot, draw_panel, draw_scale, draw_title, legend_entries
from tracker.outputs.figure.scene import Extent, Scene, frame
from tracker.outputs.figure.text import Texts, footer, headline, plain
from tracker.outputs.look import COLOURS
from tracker.outputs.words.catalogue import words

LAYOUT = Layout(
    width=900, height=1091, dpi=220, title_lines=1, panel_columns=2, label_scale=1.0, degrees=True,
    head=(16, 1047, 884, 1071), map=(40, 362, 872, 1039), panel=(40, 160, 872, 330), scale=(470, 84, 872, 156),
    foot=(16, 4, 884, 80), title_pt=11, numbers_pt=8, panel_pt=8, foot_pt=5.8, numbers_at=(), inset=(0, 0),
    heights_km=(),
)  # fmt: skip
"""No numbers stand above it, and no locator beside it: the page around it has the town's name and tables."""

_AROUND_M = 11_000


def extent_of(town: gpd.GeoDataFrame, distances: Any) -> Extent:
    """
    Frame a town and the nearest occupied ground: the town in the middle where that is near.

    Parameters
    ----------
    town
        The `places` table of one town.
    distances
        The `distances` of the town on the day, to occupied ground.
    """
    shape = outlines(town).iloc[0]
    centre = town.geometry.iloc[0]
    # The buffer of a jagged outline has long spikes; that of its envelope is a box.
    around = shapely.envelope(centre if shape is None else shape)
    seen = shapely.buffer(around, _AROUND_M, cap_style="square", join_style="mitre")
    row = distances.iloc[-1]
    if row["centre_km"] > 0:
        seen = shapely.union(
            seen, shapely.Point(TO_METRES.transform(row["nearest_lon"], row["nearest_lat"])).buffer(3000)
        )
    return frame(seen.bounds, pad=0.03, aspect=LAYOUT.aspect)


def town_map(
    scene: Scene, town: gpd.GeoDataFrame, stock: Stock, *, credits: list[str], name: str, lang: str = "en"
) -> bytes:
    """
    Draw the small map as PNG. The same tables give the same bytes.

    Parameters
    ----------
    scene
        What is drawn, framed by `extent_of`.
    town
        The `places` table of the town.
    stock
        What may be drawn beside; its `distances` are those of the town alone.
    credits, name
        Lines to print below; how the town is called in the language.
    lang
        en or uk.
    """
    where, when = plain(name, most=40), headline(scene, lang)
    texts = Texts(where, when, [], [], footer(scene, credits, lang), "")
    with own_settings():
        figure = blank(LAYOUT)
        sheet = draw_map(figure, scene, stock, LAYOUT, lang)
        for shape in outlines(town).dropna():
            add_area(sheet.map, shape, scene.extent, fc="none", ec=COLOURS["text"], lw=1.3, zorder=7.6)
        draw_title(figure, texts, LAYOUT)
        draw_panel(figure, legend_entries(scene, stock, lang), [], LAYOUT)
        draw_scale(figure, scene.extent, LAYOUT, lang)
        draw_foot(figure, texts.footer, LAYOUT)
    about = (
        words(lang)
        .gettext(
            "{title}: map. Occupied ground is shaded, newer gains are darker, losses and contested ground hatched."
        )
        .format(title=texts.title)
    )
    return saved(sheet, format="png", title=texts.title, alt=about)
