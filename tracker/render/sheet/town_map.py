"""The small map of a town: the ground around it, what changed in the last days, and the way to occupied ground."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tracker.render.dossier_words import MAP
from tracker.render.sheet.canvas import TO_METRES, Sheet, Stock, add_area, draw_map, fitted
from tracker.render.sheet.framing import ASPECT, MAP_BOX, Extent, Scene, frame
from tracker.render.sheet.output import own_settings, saved
from tracker.render.sheet.panel import PANEL_WIDTH, draw_legend, draw_scale, legend_entries
from tracker.render.sheet.wording import footer, headline, plain
from tracker.render.style import COLOURS
from tracker.shares import outlines

__all__ = ["extent_of", "town_map"]

# In units of 1/150 inch.
_WIDE, _MAP_WIDE, _LEFT = 900.0, 832.0, 40.0
_MAP_HIGH = _MAP_WIDE / ASPECT
_TOP, _LEGEND, _FOOT = 52.0, 206.0, 84.0
_HIGH = _TOP + _MAP_HIGH + 30 + _LEGEND + _FOOT
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
    seen = shapely.buffer(centre if shape is None else shape, _AROUND_M, cap_style="square", join_style="mitre")
    row = distances.iloc[-1]
    if row["centre_km"] > 0:
        seen = shapely.union(
            seen, shapely.Point(TO_METRES.transform(row["nearest_lon"], row["nearest_lat"])).buffer(3000)
        )
    return frame(seen.bounds, pad=0.03)


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
    title = headline(scene, plain(name, most=40), lang)
    with own_settings():
        figure = Figure(figsize=(_WIDE / 150, _HIGH / 150), dpi=220, facecolor="white")
        FigureCanvasAgg(figure)
        _write(figure, title, 20, 11, most=1)
        low = _HIGH - _TOP - _MAP_HIGH
        box = (_LEFT / _WIDE, low / _HIGH, _MAP_WIDE / _WIDE, _MAP_HIGH / _HIGH)
        sheet = draw_map(figure, scene, stock, lang, box)
        for shape in outlines(town).dropna():
            add_area(figure.axes[0], shape, scene.extent, fc="none", ec=COLOURS["text"], lw=1.3, zorder=7.6)
        _legend(figure, scene, stock, low - 34, lang)
        lines = footer(scene, credits, lang, width=128)
        for number, line in enumerate(lines[:5]):
            _write(figure, line, _HIGH - 74 + 15 * number, 5.8, colour=COLOURS["muted"])
    about = MAP[lang]["alt"].format(title=title)
    return saved(Sheet(figure, sheet.labels, sheet.furniture), format="png", title=title, alt=about)


def _write(
    figure: Figure, text: str, down: float, size: float, *, most: int = 0, colour: str = COLOURS["text"]
) -> None:
    """Write a line so many units below the top, never wider than the sheet; the title is bold."""
    look: dict[str, Any] = {"size": size, "color": colour, "va": "center", "weight": "bold" if most else "normal"}
    fitted(figure, figure.text(16 / _WIDE, 1 - down / _HIGH, text, **look), _WIDE - 32)


def _legend(figure: Figure, scene: Scene, stock: Stock, top: float, lang: str) -> None:
    """Say below the map what it shows, in two columns; the scale and the north stand under the second."""
    entries = [(style, words) for style, words in legend_entries(scene, stock, lang)]
    areas = [entry for entry in entries if "fc" in entry[0]]
    lines = [entry for entry in entries if "fc" not in entry[0]]
    wide = _MAP_WIDE / 2
    low = top - _LEGEND
    for number, column in enumerate((areas, lines)):
        left = (_LEFT + number * (wide + 6)) / _WIDE
        ax = figure.add_axes((left, low / _HIGH, (wide - 6) / _WIDE, _LEGEND / _HIGH))
        ax.set(xlim=(0, wide - 6), ylim=(_LEGEND, 0))
        ax.set_axis_off()
        down = draw_legend(ax, column, 4)
    # The units of this corner are those of the large sheet, which the scale is measured in.
    share = _MAP_WIDE / (MAP_BOX[2] - MAP_BOX[0])
    corner = figure.add_axes((left, low / _HIGH, PANEL_WIDTH * share / _WIDE, _LEGEND / _HIGH))
    corner.set(xlim=(0, PANEL_WIDTH), ylim=(_LEGEND / share, 0))
    corner.set_axis_off()
    draw_scale(corner, scene.extent, max(_LEGEND / share - 40, down / share + 20), lang)
