"""The locator: the whole front, small, with the map's frame on it, beside the map or where it hides least.

Borders are drawn only where the user gave oblasts; nothing of the ground is left out or cut off.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tracker.outputs.figure.canvas import Stock, add_area
from tracker.outputs.figure.labels import renderer_of
from tracker.outputs.figure.layout import UNITS_PER_INCH, Box, Layout
from tracker.outputs.figure.scene import Extent, Scene, clipped_km2
from tracker.outputs.figure.text import plain
from tracker.outputs.figure.town_lines import town_lines
from tracker.outputs.look import COLOURS

_RIM = 12.0
_LEAST_M = 500_000
_MOST_TAKEN = 10  # five cities: each takes the room of a dot and of a name
_PARTS = {"km2": 1.0, "line_km": 1.0, "town": 100.0}
"""What hiding a square kilometre of changes, a kilometre of the line, or a town with its distance counts for."""


def corner_of(scene: Scene, stock: Stock, layout: Layout) -> Box:
    """Choose the corner of the map (units) where a locator covers least of changes, line of control and distances."""
    left, bottom, right, top = layout.map
    wide, high = layout.inset
    rows, columns = (top - _RIM - high, bottom + _RIM), (left + _RIM, right - _RIM - wide)
    corners = [(x, y, x + wide, y + high) for y in rows for x in columns]
    # The mark of a sample stands in the first of them.
    corners = corners[1:] if stock.note else corners
    near = town_lines(scene, stock.places, stock.distances, one_place=stock.one_place)
    seen = [*near["line"], *near["geometry"]]
    return min(corners, key=lambda corner: _hidden(scene, _on_ground(corner, scene.extent, layout), seen))


def _on_ground(box: Box, extent: Extent, layout: Layout) -> Extent:
    """Turn a box on the sheet into the ground below it, with a rim."""
    scale = (extent[2] - extent[0]) / layout.map_width
    x, y = extent[0] - layout.map[0] * scale, extent[1] - layout.map[1] * scale
    left, bottom, right, top = (side * scale for side in box)
    room = _RIM * scale
    return (x + left - room, y + bottom - room, x + right + room, y + top + room)


def _hidden(scene: Scene, extent: Extent, seen: list[Any]) -> float:
    """Weigh what a locator would hide."""
    sheet, line = shapely.box(*extent), shapely.boundary(scene.shape("occupied"))
    parts = {
        "km2": float(clipped_km2(scene.changes, extent).sum()),
        "line_km": shapely.clip_by_rect(line, *extent).length / 1000 if not line.is_empty else 0.0,
        "town": float(sum(sheet.intersects(shape) for shape in seen)),
    }
    return sum(_PARTS[name] * amount for name, amount in parts.items())


def draw_locator(figure: Figure, scene: Scene, stock: Stock, box: Box, layout: Layout, lang: str) -> Any:
    """Draw the locator into a box of the sheet (units), no higher than a little more than its width; give its axes."""
    left, bottom, right, top = box
    high = min(top - bottom, (right - left) * 1.1)
    low = (bottom + top - high) / 2
    ax = figure.add_axes(layout.share((left, low, right, low + high)), zorder=2)
    whole = shapely.simplify(scene.shape("occupied"), 800)
    west, south, east, north = _whole_bounds(whole, scene.extent, (right - left) / high)
    ax.set(xlim=(west, east), ylim=(south, north), facecolor=COLOURS["land"], xticks=[], yticks=[])
    add_area(ax, whole, fc=COLOURS["occupied"], ec=COLOURS["occupied_line"], lw=0.6)
    if stock.oblasts is not None:
        for shape in shapely.simplify(stock.oblasts.geometry.to_numpy(), 1500):
            add_area(ax, shape, (west, south, east, north), fc="none", ec="#a5a5a5", lw=0.4)
    x, y, right, top = scene.extent
    ax.add_patch(Rectangle((x, y), right - x, top - y, fc="none", ec=COLOURS["text"], lw=1.6, zorder=5))
    if stock.places is not None:
        names = stock.places["name_uk" if lang == "uk" else "name"]
        _cities(ax, stock.places.assign(text=names), scene.extent, 6.3 * layout.panel_pt / 8)
    return ax


def _whole_bounds(whole: Any, extent: Extent, aspect: float) -> Extent:
    """Bound the whole front and the map's frame with some land around them, in the shape of the locator."""
    west, south, east, north = shapely.union(shapely.box(*extent), whole).bounds
    height = max(north - south, (east - west) / aspect, _LEAST_M / aspect) * 1.08
    x, y = (west + east) / 2, (south + north) / 2
    return (x - height * aspect / 2, y - height / 2, x + height * aspect / 2, y + height / 2)


def _cities(ax: Any, places: gpd.GeoDataFrame, extent: Extent, size_pt: float) -> None:
    """Name a few large cities on the locator, each where its name lies whole in it, off the frame and other names."""
    renderer, scale = renderer_of(ax.figure), ax.figure.dpi / UNITS_PER_INCH
    inner = shapely.box(*ax.bbox.extents).buffer(-4 * scale, join_style="mitre")
    frame = shapely.box(*ax.transData.transform([extent[:2], extent[2:]]).ravel()).buffer(2 * scale)
    taken: list[Any] = []
    known = places[(places["place"] == "city") & ~places.intersects(shapely.box(*extent))]
    for city in known.sort_values(["population", "geonameid"], ascending=[False, True]).itertuples():
        spot = ax.transData.transform((city.geometry.x, city.geometry.y))
        dot = shapely.Point(spot).buffer(3 * scale)
        if len(taken) >= _MOST_TAKEN or not inner.contains(dot) or any(dot.intersects(one) for one in (*taken, frame)):
            continue
        for x, y, side, up in ((3, 2, "left", "baseline"), (-3, 2, "right", "baseline"), (0, -3, "center", "top")):
            text = ax.annotate(
                plain(city.text, most=16), (city.geometry.x, city.geometry.y), (x, y), textcoords="offset points",
                size=size_pt, ha=side, va=up, color=COLOURS["text"], zorder=6,
            )  # fmt: skip
            box = shapely.box(*text.get_window_extent(renderer).extents).buffer(2 * scale)
            if inner.contains(box) and not any(box.intersects(one) for one in (*taken, frame)):
                ax.plot(city.geometry.x, city.geometry.y, "o", ms=2, color=COLOURS["text"], zorder=6)
                taken += [box, dot]
                break
            text.remove()
