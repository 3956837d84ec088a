"""What stands around the map: title, numbers, legend, changes by sector, scale and north, credits.

Where all that stands is said by the sheet's layout.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from tracker.ground.crs import TO_DEGREES, TO_METRES
from tracker.ground.geodesy import GEOD
from tracker.outputs.figure.canvas import CONTESTED_EDGE, Stock, change_style, fitted, wrapped
from tracker.outputs.figure.layout import UNITS_PER_INCH, Box, Layout
from tracker.outputs.figure.scene import Extent, Scene, sums
from tracker.outputs.figure.text import Texts
from tracker.outputs.figure.town_lines import town_lines
from tracker.outputs.look import COLOURS
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import day_text, days_text, localised
from tracker.tables.constants import LEAST_KM2
from tracker.tables.days import day_of

_Block = tuple[float, Callable[[Any, float, float], None]]
"""A part of the panel: its height in units, and what draws it on axes at (x, units from the top)."""

_GAP = 28.0
_LEAST_LOCATOR = 150.0


def draw_text(figure: Figure, texts: Texts, layout: Layout) -> None:
    """Write the title, the rows of numbers under it, and the credits at the foot."""
    left, bottom, right, _ = layout.head
    top = draw_title(figure, texts, layout)
    step = (top - bottom) / len(texts.numbers)
    size_pt = min(layout.numbers_pt, 0.88 * step / _units(1))
    starts = [left + start for start in layout.numbers_at]
    ends = [*(start - 24 for start in starts[1:]), right]
    for number, row in enumerate(texts.numbers):
        look: dict[str, Any] = {"size": size_pt, "color": COLOURS["muted" if number == 0 else "text"]}
        for cell, start, end in zip(row, starts, ends, strict=False):
            write(figure, layout, cell, (start, top - step * (number + 0.5)), end - start, **look)
    draw_foot(figure, texts.footer, layout)


def draw_title(figure: Figure, texts: Texts, layout: Layout) -> float:
    """Write the title, in as many lines as the layout has for it; give where it ends."""
    left, _, right, top = layout.head
    lines = [(texts.title, 1.0, "bold")] if layout.title_lines == 1 else []
    for text, share, weight in lines or [(texts.where, 1.0, "bold"), (texts.when, 0.66, "normal")]:
        height = 1.25 * _units(share * layout.title_pt)
        look = {"size": share * layout.title_pt, "weight": weight, "color": COLOURS["text"]}
        write(figure, layout, text, (left, top - height / 2), right - left, **look)
        top -= height
    return top - 0.2 * _units(layout.title_pt) * (layout.title_lines - 1)


def draw_foot(figure: Figure, paragraphs: list[str], layout: Layout) -> None:
    """Write the credits, smaller where they are many; what finds no room at three quarters of the size is left out."""
    left, bottom, right, top = layout.foot
    for share in (1.0, 0.94, 0.88, 0.82, 0.76):
        lines = [line for text in paragraphs for line in wrapped(figure, text, share * layout.foot_pt, right - left)]
        lead = 1.14 * _units(share * layout.foot_pt)
        if len(lines) * lead <= top - bottom:
            break
    for number, line in enumerate(lines[: int((top - bottom) / lead)]):
        look = {"size": share * layout.foot_pt, "color": COLOURS["muted"]}
        write(figure, layout, line, (left, top - lead * (number + 0.5)), right - left, **look)


def _units(size_pt: float) -> float:
    """Turn points into units of the sheet."""
    return size_pt * UNITS_PER_INCH / 72


def write(figure: Figure, layout: Layout, text: str, at: tuple[float, float], width: float, **style: Any) -> Any:
    """Write one line into the sheet (units), never wider than `width`."""
    x, y = at
    written = figure.text(x / layout.width, y / layout.height, text, va="center", **style)
    fitted(figure, written, width)
    return written


def draw_panel(
    figure: Figure,
    entries: list[tuple[dict[str, Any], str]],
    sectors: list[tuple[str, str, str]],
    layout: Layout,
) -> Box | None:
    """
    Fill the panel with the legend and the table of sectors, column by column, and give what room is left at its end.

    Where it is too small for all, the table is left out first, then the last entries of the legend.
    """
    left, bottom, right, top = layout.panel
    width = (right - left - _GAP * (layout.panel_columns - 1)) / layout.panel_columns
    ax = _axes(figure, layout, layout.panel)
    room, blocks = width - 48 * layout.panel_pt / 8, []
    for style, told in entries:
        lines = [line for part in told.splitlines() for line in wrapped(figure, part, layout.panel_pt, room, even=True)]
        blocks.append(_entry(style, lines, layout.panel_pt))
    blocks += [_table(sectors, width, layout.panel_pt)] if len(sectors) > 1 else []
    while (spots := _packed([height for height, _ in blocks], layout.panel_columns, top - bottom)) is None:
        blocks.pop()
    for (_, draw), (column, down) in zip(blocks, spots, strict=True):
        draw(ax, column * (width + _GAP), down)
    column, down = spots[-1]
    start, end = left + column * (width + _GAP), top - down - blocks[-1][0] - _GAP
    enough = end - bottom >= _LEAST_LOCATOR * layout.panel_pt / 8
    return (start, bottom, start + width, end) if enough else None


def _axes(figure: Figure, layout: Layout, box: Box) -> Any:
    """Make empty axes whose coordinates are units, counted from the upper left corner of a box."""
    ax = figure.add_axes(layout.share(box))
    ax.set(xlim=(0, box[2] - box[0]), ylim=(box[3] - box[1], 0))
    ax.set_axis_off()
    return ax


def _packed(heights: list[float], columns: int, room: float) -> list[tuple[int, float]] | None:
    """Fill columns one after the other, as evenly as can be: column and start of each block; None if they are many."""
    starts = range(len(heights))
    runs = {sum(heights[i : j + 1]) for i in starts for j in starts[i:]}
    for limit in sorted(run for run in runs if max(heights) <= run <= room):
        spots, column, down = [], 0, 0.0
        for height in heights:
            # A whisker, for the sums of a run may differ in their last digit.
            if down + height > limit + 1e-6:
                column, down = column + 1, 0.0
            spots.append((column, down))
            down += height
        if column < columns:
            return spots
    return None


def _entry(style: dict[str, Any], lines: list[str], size_pt: float) -> _Block:
    """Plan one entry of the legend: a patch or a line, and its words."""
    scale = size_pt / 8

    def draw(ax: Any, x: float, down: float) -> None:
        middle = down + 9.5 * len(lines) * scale
        if "fc" in style:
            ax.add_patch(Rectangle((x, middle - 8 * scale), 36 * scale, 16 * scale, **style))
        else:
            ax.plot([x, x + 36 * scale], [middle, middle], **style)
        look = {"size": size_pt, "va": "center", "linespacing": 1.1, "color": COLOURS["text"]}
        ax.text(x + 48 * scale, middle, "\n".join(lines), **look)

    return (19.0 * len(lines) + 7) * scale, draw


def _table(rows: list[tuple[str, str, str]], width: float, size_pt: float) -> _Block:
    """Plan the table of gains and losses a sector, below their head."""
    scale = size_pt / 8

    def draw(ax: Any, x: float, down: float) -> None:
        right = x + width
        ax.plot([x, right], [down + 12 * scale] * 2, color="#d0d0d0", lw=0.6)
        look: dict[str, Any] = {"size": size_pt, "va": "center"}
        head = ax.text(x, down + 28 * scale, rows[0][0], weight="bold", color=COLOURS["text"], **look)
        fitted(ax.figure, head, width)
        for number, (name, *cells) in enumerate([("", *rows[0][1:]), *rows[1:]]):
            look["color"], y = COLOURS["muted" if number == 0 else "text"], down + (51 + 20 * number) * scale
            fitted(ax.figure, ax.text(x, y, name, **look), width - 172 * scale)
            for end, text in zip((right - 90 * scale, right), cells, strict=True):
                ax.text(end, y, text, ha="right", **look)

    return (45 + 20 * len(rows)) * scale, draw


def legend_entries(scene: Scene, stock: Stock, lang: str) -> list[tuple[dict[str, Any], str]]:
    """List what the map shows, the dispensable last: a patch's or a line's style, and its words."""
    _, areas = words(lang).gettext, []
    shown = sums(scene, extent=scene.extent)
    for age, window in zip(scene.ages, shown, strict=False):
        areas.append((change_style("gain", age), gained_text(window.days, lang)))
    if shown[-1].loss_km2 >= LEAST_KM2:
        style, days = change_style("loss", shown[-1].days), days_text(shown[-1].days, lang)
        areas.append((style, _("Lost in the last {days}").format(days=days)))
    areas.append(({"fc": COLOURS["occupied"], "ec": "none"}, _("Occupied")))
    if shapely.box(*scene.extent).intersects(scene.shape("contested")):
        areas.append(({"fc": "white", "ec": CONTESTED_EDGE, "hatch": "//////", "lw": 0.5}, _("Contested")))
    lines = [({"color": COLOURS["occupied_line"], "lw": 1.4}, line_words(scene.as_of, scene.on, lang))]
    if len(scene.earlier):
        day, instant = scene.on - pd.Timedelta(days=scene.ages[-1]), scene.earlier["as_of"].iloc[0]
        lines.append(({"color": COLOURS["text"], "lw": 0.8, "ls": (0, (4, 2.5))}, line_words(instant, day, lang)))
    near = town_lines(scene, stock.places, stock.distances, one_place=stock.one_place)
    if len(near):
        line = {"color": COLOURS["text"], "lw": 1.1, "marker": "o", "ms": 2.4}
        from_edge = _("From a town's edge to the nearest occupied ground")
        from_centre = _("From a town's centre to the nearest occupied ground")
        lines.append((line, from_edge if near["from_edge"].any() else from_centre))
        by_disc = near["edge_method"] == "disc"
        edge = _("Town limits, else a disc of its area") if by_disc.any() else _("Town limits")
        edge = _("Town as a disc of its area") if by_disc.all() else edge
        lines.append(({"color": COLOURS["text"], "lw": 0.8, "ls": ":"}, edge))
    if scene.sectors is not None:
        lines.append(({"color": COLOURS["sector"], "lw": 0.8, "ls": (0, (2, 3))}, _("Sector border")))
    return areas + lines


def gained_text(days: int, lang: str) -> str:
    """Say of how many days the gains are."""
    _ = words(lang).gettext
    within = _("Gained in the last {days}").format(days=days_text(days, lang))
    return _("Gained in the last day") if days <= 1 else within


def line_words(instant: pd.Timestamp, day: pd.Timestamp, lang: str) -> str:
    """Say of which day a line of control is, and of which map where that is another day's."""
    of_map = day_of(instant)
    _ = words(lang).gettext
    told = _("Line of control, {day}") if (day - of_map).days <= 0 else _("Line of control, {day}\n(map of {map})")
    return told.format(day=day_text(day, lang), map=day_text(of_map, lang))


def draw_scale(figure: Figure, extent: Extent, layout: Layout, lang: str) -> None:
    """Draw the scale bar, and the arrow to the north beside it."""
    ax, scale = _axes(figure, layout, layout.scale), layout.panel_pt / 8
    width, low = layout.scale[2] - layout.scale[0], layout.scale[3] - layout.scale[1]
    km, length = scale_of(extent, min(width - 130 * scale, 260 * scale), layout)
    bar = low - 34 * scale
    for number, colour in enumerate((COLOURS["text"], "white")):
        box = Rectangle((length / 2 * number, bar), length / 2, 8 * scale, fc=colour, ec=COLOURS["text"], lw=0.7)
        ax.add_patch(box)
    half, unit = localised(f"{km / 2:g}", lang), words(lang).gettext("km")
    for x, text in ((0, "0"), (length / 2, half), (length, f"{km:g} {unit}")):
        side = "left" if x == 0 else "center"
        ax.text(x, bar + 22 * scale, text, size=layout.panel_pt - 0.5, ha=side, va="center", color=COLOURS["text"])
    size = min(scale, low / 56)
    _north(ax, extent, (min(width - 20 * size, length + 120 * scale), low - 12 * size), size, lang)


def scale_of(extent: Extent, most_units: float, layout: Layout) -> tuple[float, float]:
    """
    Choose a scale bar: its length in km, and in units of the sheet as the geodesic at the map's centre has it.

    Parameters
    ----------
    extent
        The frame of the map, in metres.
    most_units
        The longest that the bar may be.
    layout
        That of the sheet.
    """
    x, y = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    units_per_m = layout.map_width / (extent[2] - extent[0])
    lon, lat = TO_DEGREES.transform(x, y)
    for km in (500, 200, 100, 50, 20, 10, 5, 2, 1):
        east = TO_METRES.transform(*GEOD.fwd(lon, lat, 90, km * 1000)[:2])
        length = float(np.hypot(east[0] - x, east[1] - y) * units_per_m)
        if length <= most_units:
            break
    return float(km), length


def north_of(extent: Extent) -> tuple[float, float]:
    """Give the direction of true north at the centre of a frame, as a vector (east, north) of length 1 on the sheet."""
    x, y = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    lon, lat = TO_DEGREES.transform(x, y)
    to = np.subtract(TO_METRES.transform(lon, lat + 0.01), (x, y))
    east, north = to / np.hypot(*to)
    return float(east), float(north)


def _north(ax: Any, extent: Extent, at: tuple[float, float], size: float, lang: str) -> None:
    """Draw an arrow to true north, which is not straight up: the grid's north differs by the convergence."""
    east, north = north_of(extent)
    along, across = np.array([east, -north]) * size, np.array([north, east]) * size  # the panel counts downwards
    foot = np.array(at)
    head = [foot + along * 46, foot + across * 12, foot + along * 9, foot - across * 12]
    ax.add_patch(Polygon(head, fc=COLOURS["text"]))
    x, y = foot + along * 23 - across * 26
    ax.text(
        x,
        y,
        words(lang).pgettext("map", "N"),
        size=9 * size,
        weight="bold",
        ha="center",
        va="center",
        color=COLOURS["text"],
    )
