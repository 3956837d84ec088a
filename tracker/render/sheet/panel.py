"""What stands around the map: title and numbers above, legend, sectors, locator and scale beside it, credits below."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from pyproj import Geod

from tracker.render.sheet.canvas import (
    CONTESTED_EDGE,
    HEIGHT,
    TO_DEGREES,
    TO_METRES,
    WIDTH,
    Stock,
    add_area,
    change_style,
    fitted,
    nearest_towns,
)
from tracker.render.sheet.framing import MAP_BOX, Extent, Scene, sums
from tracker.render.sheet.wording import Texts, plain, say
from tracker.render.style import AGES, COLOURS, day_text
from tracker.snapshots import day_of

__all__ = [
    "PANEL_WIDTH",
    "draw_legend",
    "draw_panel",
    "draw_scale",
    "draw_text",
    "legend_entries",
    "north_of",
    "scale_of",
]

_LEFT, _RIGHT = MAP_BOX[2] + 24, WIDTH - 16
PANEL_WIDTH = _RIGHT - _LEFT
_GEOD = Geod(ellps="WGS84")


def draw_text(figure: Figure, texts: Texts) -> None:
    """Write the title, the rows of numbers under it, and the credits at the foot."""
    put: dict[str, Any] = {"figure": figure, "x": MAP_BOX[0], "width": WIDTH - MAP_BOX[0] - 16}
    _text(texts.title, y=1167, size=18, weight="bold", color=COLOURS["text"], **put)
    step = 88 / len(texts.numbers)
    for number, row in enumerate(texts.numbers):
        y = 1143 - step * (number + 0.5)
        look: dict[str, Any] = {"size": 9.2, "color": COLOURS["muted" if number == 0 else "text"]}
        _text(row[0], y=y, **put | {"width": 400}, **look)
        for column, cell in enumerate(row[1:]):
            _text(cell, y=y, **put | {"x": 480 + column * 220, "width": 210}, **look)
    for number, line in enumerate(texts.footer):
        _text(line, y=66 - 17 * number, size=7.2, color=COLOURS["muted"], **put)


def _text(text: str, *, figure: Figure, x: float, y: float, width: float, **style: Any) -> None:
    """Write one line into the sheet (units), never wider than `width`."""
    fitted(figure, figure.text(x / WIDTH, y / HEIGHT, text, va="center", **style), width)


def draw_panel(figure: Figure, scene: Scene, stock: Stock, texts: Texts, lang: str) -> None:
    """Fill the panel beside the map: legend, changes by sector, where the map lies, scale and north."""
    ax = figure.add_axes((_LEFT / WIDTH, MAP_BOX[1] / HEIGHT, PANEL_WIDTH / WIDTH, (MAP_BOX[3] - MAP_BOX[1]) / HEIGHT))
    tall = MAP_BOX[3] - MAP_BOX[1]
    ax.set(xlim=(0, PANEL_WIDTH), ylim=(tall, 0))
    ax.set_axis_off()
    down = draw_legend(ax, legend_entries(scene, stock, lang), 6)
    if len(texts.sectors) > 1:
        down = _sector_table(ax, texts.sectors, down + 22)
    draw_scale(ax, scene.extent, tall - 34, lang)
    _locator(figure, scene, stock, (down + 22, tall - 106), lang)


def legend_entries(scene: Scene, stock: Stock, lang: str) -> list[tuple[dict[str, Any], str]]:
    """List what the map shows: a patch's or a line's style, and its words."""
    tell, areas = say(lang), []
    for age in AGES:
        areas.append((change_style("gain", age), tell["gains_of_day" if age == 1 else "gains_of"].format(days=age)))
    if sums(scene.changes, scene.days, extent=scene.extent)[-1][2] >= 0.05:
        areas.append((change_style("loss", 30), tell["losses"].format(days=AGES[-1])))
    areas.append(({"fc": COLOURS["occupied"], "ec": "none"}, tell["occupied"]))
    if shapely.box(*scene.extent).intersects(scene.shape("contested")):
        areas.append(({"fc": "white", "ec": CONTESTED_EDGE, "hatch": "//////", "lw": 0.5}, tell["contested"]))
    lines = [({"color": COLOURS["occupied_line"], "lw": 1.4}, _line_words(scene.as_of, scene.on, lang))]
    if len(scene.earlier):
        day, instant = scene.on - pd.Timedelta(days=AGES[-1]), scene.earlier["as_of"].iloc[0]
        lines.append(({"color": COLOURS["text"], "lw": 0.8, "ls": (0, (4, 2.5))}, _line_words(instant, day, lang)))
    if scene.sectors is not None:
        lines.append(({"color": COLOURS["sector"], "lw": 0.8, "ls": (0, (2, 3))}, tell["sector_border"]))
    near = nearest_towns(scene, stock)
    if len(near):
        line = {"color": COLOURS["text"], "lw": 0.9, "marker": "o", "ms": 2.2, "markevery": [1]}
        lines.append((line, tell["town_line"]))
        word = "town_disc" if (near["edge_method"] == "disc").any() else "town_edge"
        lines.append(({"color": COLOURS["text"], "lw": 0.8, "ls": ":"}, tell[word]))
    return areas + lines


def _line_words(instant: pd.Timestamp, day: pd.Timestamp, lang: str) -> str:
    """Say of which day a line of control is, and of which map where that is another day's."""
    of_map = day_of(instant)
    word = "line" if (day - of_map).days <= 0 else "line_of_map"
    return say(lang)[word].format(day=day_text(day, lang), map=day_text(of_map, lang))


def draw_legend(ax: Any, entries: list[tuple[dict[str, Any], str]], down: float) -> float:
    """Draw the legend from `down` units below the top; give where it ends."""
    for style, words in entries:
        lines = [line for part in words.splitlines() for line in textwrap.wrap(part, 33 if words.isascii() else 31)]
        height = 19.0 * len(lines)
        if "fc" in style:
            ax.add_patch(Rectangle((0, down + height / 2 - 8), 36, 16, **style))
        else:
            ax.plot([0, 36], [down + height / 2] * 2, **style)
        ax.text(48, down + height / 2, "\n".join(lines), size=8, va="center", linespacing=1.1, color=COLOURS["text"])
        down += height + 7
    return down


def _sector_table(ax: Any, sectors: list[tuple[str, str, str]], down: float) -> float:
    """Write gains and losses a sector, below their head; give where the table ends."""
    ax.plot([0, PANEL_WIDTH], [down - 8] * 2, color="#d0d0d0", lw=0.6)
    ax.text(0, down + 8, sectors[0][0], size=8, weight="bold", va="center", color=COLOURS["text"])
    rows = [("", *sectors[0][1:]), *sectors[1:]]
    for number, (name, gain, loss) in enumerate(rows):
        y = down + 31 + 20 * number
        colour = COLOURS["muted" if number == 0 else "text"]
        for x, text, side in ((0, name, "left"), (PANEL_WIDTH - 90, gain, "right"), (PANEL_WIDTH, loss, "right")):
            ax.text(x, y, text, size=8, ha=side, va="center", color=colour)
    return down + 31 + 20 * len(rows)


def draw_scale(ax: Any, extent: Extent, down: float, lang: str) -> None:
    """Draw the scale bar, and the arrow to the north beside it."""
    _scale(ax, extent, down, lang)
    _north(ax, extent, down - 6, lang)


def scale_of(extent: Extent, most_units: float) -> tuple[float, float]:
    """
    Choose a scale bar: its length in km, and in units of the sheet as the geodesic at the map's centre has it.

    Parameters
    ----------
    extent
        The frame of the map, in metres.
    most_units
        The longest that the bar may be.
    """
    x, y = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    units_per_m = (MAP_BOX[2] - MAP_BOX[0]) / (extent[2] - extent[0])
    lon, lat = TO_DEGREES.transform(x, y)
    for km in (500, 200, 100, 50, 20, 10, 5, 2, 1):
        east = TO_METRES.transform(*_GEOD.fwd(lon, lat, 90, km * 1000)[:2])
        length = float(np.hypot(east[0] - x, east[1] - y) * units_per_m)
        if length <= most_units:
            break
    return float(km), length


def _scale(ax: Any, extent: Extent, down: float, lang: str) -> None:
    """Draw the scale bar: two halves, black and white."""
    km, length = scale_of(extent, PANEL_WIDTH - 130)
    for number, colour in enumerate((COLOURS["text"], "white")):
        ax.add_patch(Rectangle((length / 2 * number, down), length / 2, 8, fc=colour, ec=COLOURS["text"], lw=0.7))
    marks = ((0, "0"), (length / 2, f"{km / 2:g}"), (length, f"{km:g} {say(lang)['km']}"))
    for x, text in marks:
        ax.text(x, down + 22, text, size=7.5, ha="left" if x == 0 else "center", va="center", color=COLOURS["text"])


def north_of(extent: Extent) -> tuple[float, float]:
    """Give the direction of true north at the centre of a frame, as a vector (east, north) of length 1 on the sheet."""
    x, y = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    lon, lat = TO_DEGREES.transform(x, y)
    to = np.subtract(TO_METRES.transform(lon, lat + 0.01), (x, y))
    east, north = to / np.hypot(*to)
    return float(east), float(north)


def _north(ax: Any, extent: Extent, down: float, lang: str) -> None:
    """Draw an arrow to true north, which is not straight up: the grid's north differs by the convergence."""
    east, north = north_of(extent)
    along, across = np.array([east, -north]), np.array([north, east])  # the panel counts downwards
    foot = np.array([PANEL_WIDTH - 30, down + 22])
    head = [foot + along * 46, foot + across * 12, foot + along * 9, foot - across * 12]
    ax.add_patch(Polygon(head, fc=COLOURS["text"]))
    x, y = foot + along * 60
    ax.text(x, y, say(lang)["north"], size=9, weight="bold", ha="center", va="center", color=COLOURS["text"])


def _locator(figure: Figure, scene: Scene, stock: Stock, room: tuple[float, float], lang: str) -> None:
    """Show the whole front, small, with the map's frame on it; left out where the legend leaves no room."""
    top, bottom = room
    tall = min(bottom - top, PANEL_WIDTH * 1.1)
    if tall < 120:
        return
    low = MAP_BOX[3] - bottom + (bottom - top - tall) / 2
    ax = figure.add_axes((_LEFT / WIDTH, low / HEIGHT, PANEL_WIDTH / WIDTH, tall / HEIGHT))
    whole = shapely.simplify(scene.shape("occupied"), 800)
    west, south, east, north = _whole_bounds(whole, scene.extent, PANEL_WIDTH / tall)
    ax.set(xlim=(west, east), ylim=(south, north), facecolor=COLOURS["land"], xticks=[], yticks=[])
    add_area(ax, whole, fc=COLOURS["occupied"], ec=COLOURS["occupied_line"], lw=0.6)
    if stock.oblasts is not None:
        for shape in shapely.simplify(stock.oblasts.geometry.to_numpy(), 1500):
            add_area(ax, shape, (west, south, east, north), fc="none", ec="#b5b5b5", lw=0.4)
    left, low, right, high = scene.extent
    ax.add_patch(Rectangle((left, low), right - left, high - low, fc="none", ec=COLOURS["text"], lw=1.6, zorder=5))
    if stock.places is not None:
        names = stock.places["name_uk" if lang == "uk" else "name"]
        _cities(ax, stock.places.assign(text=names), (west, south, east, north), scene.extent)


def _whole_bounds(whole: Any, extent: Extent, aspect: float) -> Extent:
    """Bound the whole front and the map's frame, in the shape of the locator."""
    west, south, east, north = shapely.union(shapely.box(*extent), whole).bounds
    height = max(north - south, (east - west) / aspect) * 1.08
    x, y = (west + east) / 2, (south + north) / 2
    return (x - height * aspect / 2, y - height / 2, x + height * aspect / 2, y + height / 2)


def _cities(ax: Any, places: Any, bounds: Extent, extent: Extent, *, most: int = 5) -> None:
    """Name a few large cities on the locator, far enough apart that their names do not meet."""
    west, south, east, north = bounds
    room = (east - west) / 12
    known = places[places["place"] == "city"].cx[west + room : east - room, south + room : north - room]
    kept: list[Any] = []
    for city in known.sort_values(["population", "geonameid"], ascending=[False, True]).itertuples():
        far = all(city.geometry.distance(other) > (east - west) / 5 for other in kept)
        if far and len(kept) < most and not shapely.box(*extent).intersects(city.geometry):
            kept.append(city.geometry)
            ax.plot(city.geometry.x, city.geometry.y, "o", ms=2, color=COLOURS["text"], zorder=6)
            # A name keeps away from the frame, else from the edge of the locator.
            x, beside = city.geometry.x, (extent[0] + extent[2]) / 2
            near = shapely.box(*extent).distance(city.geometry) < (east - west) / 5
            right = x > beside if near else x < (west + 2 * east) / 3
            ax.annotate(
                plain(city.text, most=16), (city.geometry.x, city.geometry.y), (3 if right else -3, 2),
                textcoords="offset points", size=6.3, ha="left" if right else "right", color=COLOURS["text"], zorder=6,
            )  # fmt: skip
