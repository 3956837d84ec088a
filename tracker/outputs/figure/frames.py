"""Frames of a timelapse: what stands still is drawn once, and a frame is the ground, the date and the sums of its day.

The still parts are two pictures, one below the ground and one above it; between them matplotlib's Agg draws a handful
of paths, whose number does not grow with the days.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tracker.outputs.figure.canvas import CONTESTED_EDGE, Sheet, Stock, blank, change_style, draw_around, fitted
from tracker.outputs.figure.film import Paint
from tracker.outputs.figure.frames_ground import Draw, Reel, ages_of, draw_ground, gain_style, held_on
from tracker.outputs.figure.labels import renderer_of
from tracker.outputs.figure.layout import UNITS_PER_INCH, Layout
from tracker.outputs.figure.locator import corner_of, draw_locator
from tracker.outputs.figure.panel import draw_foot, draw_panel, draw_scale, gained_text, line_words, write
from tracker.outputs.figure.scene import Scene
from tracker.outputs.look import COLOURS
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import day_text, km2
from tracker.tables.days import day_of

_BAR = 7.0
_SUMS = {"gained": "gain", "lost": "loss", "net": "net"}
_OVER = 5.0
"""From this zorder on, what stands still lies above the ground."""


def painter(scene: Scene, stock: Stock, reel: Reel, layout: Layout, lang: str) -> Paint:
    """
    Prepare a timelapse, and give what draws its frames, in any order.

    Parameters
    ----------
    scene
        The last day, with the changes of the whole period: its frame, names and borders stand still.
    stock
        What is drawn beside; no distances, which would be those of one day.
    reel
        The days, and what changes with them.
    layout, lang
        Of the sheet; en or uk.
    """
    figure = blank(layout)
    room = draw_panel(figure, legend(scene, reel, lang), [], layout)
    spot = room or corner_of(scene, stock, layout)
    sheet = draw_around(figure, scene, stock, layout, lang, inset=None if room else spot)
    locator = draw_locator(figure, scene, stock, spot, layout, lang)
    draw_scale(figure, scene.extent, layout, lang)
    draw_foot(figure, reel.footer, layout)
    thin_m = (scene.extent[2] - scene.extent[0]) / layout.map_width
    head = _head(figure, reel, layout, lang)
    below, lay_over = _still(sheet, [locator], hidden=head(0))
    draws = [draw_ground(sheet.map, scene, reel, thin_m), head]
    renderer = renderer_of(figure)
    buffer = np.asarray(renderer.buffer_rgba())

    def paint(number: int) -> np.ndarray:
        buffer[...] = below
        for draw in draws:
            for artist in draw(number):
                artist.draw(renderer)
        lay_over(buffer)
        return buffer

    return paint


def _still(sheet: Sheet, on_top: list[Any], *, hidden: list[Any]) -> tuple[np.ndarray, Callable[[np.ndarray], None]]:
    """Draw what stands still: the picture below the ground, and what lays borders, names and `on_top` over it."""
    renderer = renderer_of(sheet.figure)
    buffer = np.asarray(renderer.buffer_rgba())
    borders = [one for one in sheet.map.get_children() if one.get_zorder() >= _OVER]
    over = [*sorted(borders, key=lambda one: one.get_zorder()), *on_top]
    for artist in (*over, *hidden):
        artist.set_visible(False)
    sheet.figure.draw(renderer)
    below = buffer.copy()
    renderer.clear()
    for artist in over:
        artist.set_visible(True)
        artist.draw(renderer)
    for artist in hidden:
        artist.set_visible(True)
    return below, _layer(buffer)


def _layer(picture: np.ndarray) -> Callable[[np.ndarray], None]:
    """Make what lays a picture with clear parts over another one of its size; it remembers only what is not clear."""
    pixels = picture.reshape(-1, 4)
    solid, thin = np.flatnonzero(pixels[:, 3] == 255), np.flatnonzero(pixels[:, 3] % 255)
    solid_colour, share = pixels[solid], pixels[thin, 3:].astype(np.uint16)
    colour, rest = pixels[thin] * share + 127, 255 - share

    def lay_over(below: np.ndarray) -> None:
        flat = below.reshape(-1, 4)
        flat[solid] = solid_colour
        flat[thin] = (flat[thin] * rest + colour) // 255

    return lay_over


def _head(figure: Figure, reel: Reel, layout: Layout, lang: str) -> Draw:
    """Write the title; make the date, the sums and the line of progress, and what sets them to a frame."""
    left, bottom, right, _ = layout.head
    date, note, low = _title(figure, reel, layout)
    cells = _table(figure, reel, layout, (bottom + 2 * _BAR, low), lang)
    bar = _progress(figure, layout)
    texts, held = cells_of(reel, lang), day_of(held_on(reel).reset_index(drop=True))
    span = (reel.days[-1] - reel.days[0]).days

    def draw(number: int) -> list[Any]:
        day = reel.days[number]
        date.set_text(day_text(day, lang))
        older = words(lang).gettext("no new map: that of {day}").format(day=day_text(held[number], lang))
        note.set_text("" if held[number] == day else older)
        note.set_fontsize(layout.numbers_pt)
        fitted(figure, note, 0.42 * (right - left))
        for cell, text in zip(cells, texts[number], strict=True):
            cell.set_text(text)
        share = (day - reel.days[0]).days / span if span else 1.0
        bar.set_width(share * (right - left) / layout.width)
        return [date, note, *cells, bar]

    return draw


def _title(figure: Figure, reel: Reel, layout: Layout) -> tuple[Any, Any, float]:
    """Write where; make the texts of the date and of its map's age, beside or below, and give where they end."""
    left, _, right, top = layout.head
    wide, size_pt = right - left, layout.title_pt
    bold: dict[str, Any] = {"weight": "bold", "color": COLOURS["text"]}
    if layout.title_lines == 1:
        date_pt, low = 1.25 * size_pt, top - 1.3 * _units(1.25 * size_pt)
        write(figure, layout, reel.where, (left, (top + low) / 2), 0.6 * wide, size=size_pt, **bold)
        date = write(figure, layout, "", (right, (top + low) / 2), wide, size=date_pt, ha="right", **bold)
        beside = low - 0.75 * _units(layout.numbers_pt)
    else:
        date_pt, low = 1.15 * size_pt, top - 2.3 * _units(size_pt)
        beside = low + 0.6 * _units(date_pt)
        write(figure, layout, reel.where, (left, top - 0.45 * _units(size_pt)), wide, size=0.8 * size_pt, **bold)
        date = write(figure, layout, "", (left, beside), wide, size=date_pt, **bold)
    quiet: dict[str, Any] = {"color": COLOURS["muted"], "ha": "right"}
    return date, write(figure, layout, "", (right, beside), wide, **quiet), low


def _table(figure: Figure, reel: Reel, layout: Layout, room: tuple[float, float], lang: str) -> list[Any]:
    """Write the heads of columns and rows of the sums, and make the texts of their cells, row by row."""
    low, top = room
    left, right = layout.head[0], layout.head[2]
    step = (top - low) / (len(reel.sums) + 1)
    size_pt = min(layout.numbers_pt, 0.88 * step / _units(1))
    starts = [left + start for start in layout.numbers_at]
    ends = [*(start - 24 for start in starts[1:]), right]
    head = heads_of(reel, lang)
    cells = []
    for number, row in enumerate([head, *([name, *[""] * len(_SUMS)] for name in reel.sums)]):
        look: dict[str, Any] = {"size": size_pt, "color": COLOURS["muted" if number == 0 else "text"]}
        for text, start, end in zip(row, starts, ends, strict=True):
            spot = (start, top - step * (number + 0.5))
            written = write(figure, layout, text, spot, end - start, **look)
            cells += [] if text else [written]
    return cells


def heads_of(reel: Reel, lang: str) -> list[str]:
    """Name the running sums and their columns."""
    told = words(lang)
    since = told.gettext("km² since {day}").format(day=day_text(reel.since, lang))
    return [since, told.gettext("gained"), told.gettext("lost"), told.pgettext("timelapse", "net")]


def cells_of(reel: Reel, lang: str) -> list[list[str]]:
    """Write the running sums of each frame, gained, lost and net of each row of the table, in km²."""
    columns = [
        [km2(value, signed=name == "net", lang=lang) for value in table[f"{column}_km2"]]
        for table in reel.sums.values()
        for name, column in _SUMS.items()
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _progress(figure: Figure, layout: Layout) -> Rectangle:
    """Draw the way from the first day to the last, and make what fills it."""
    left, bottom, right, _ = layout.head
    x, y, width, height = layout.share((left, bottom, right, bottom + _BAR))
    figure.add_artist(Rectangle((x, y), width, height, fc="#d9d9d9", ec="none", transform=figure.transFigure))
    bar = Rectangle((x, y), 0.0, height, fc=COLOURS["text"], ec="none", transform=figure.transFigure)
    figure.add_artist(bar)
    return bar


def _units(size_pt: float) -> float:
    """Turn points into units of the sheet."""
    return size_pt * UNITS_PER_INCH / 72


def legend(scene: Scene, reel: Reel, lang: str) -> list[tuple[dict[str, Any], str]]:
    """List what the frames show, the dispensable last: a patch's or a line's style, and its words."""
    _, since, start = words(lang).gettext, day_text(reel.since, lang), reel.since - pd.Timedelta(days=1)
    *shorter, whole = ages_of(reel)
    areas = [(gain_style(age), gained_text(age, lang)) for age in shorter]
    areas.append((gain_style(whole), _("Gained since {day}").format(day=since)))
    areas.append((change_style("loss", 1), _("Lost since {day}").format(day=since)))
    areas.append(({"fc": COLOURS["occupied"], "ec": "none"}, _("Occupied")))
    contested = reel.control.geometry[reel.control["status"] == "contested"].to_numpy()
    if shapely.intersects(contested, shapely.box(*scene.extent)).any():
        areas.append(({"fc": "white", "ec": CONTESTED_EDGE, "hatch": "//////", "lw": 0.5}, _("Contested")))
    lines = [({"color": COLOURS["occupied_line"], "lw": 1.4}, _("Line of control of the day"))]
    if len(scene.earlier):
        text = line_words(scene.earlier["as_of"].iloc[0], start, lang)
        lines.append(({"color": COLOURS["text"], "lw": 0.8, "ls": (0, (4, 2.5))}, text))
    if scene.sectors is not None:
        lines.append(({"color": COLOURS["sector"], "lw": 0.8, "ls": (0, (2, 3))}, _("Sector border")))
    return areas + lines
