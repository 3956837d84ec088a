"""Drawing a sheet with matplotlib: the map, its frame, the title and the credits. No global state is touched."""

from __future__ import annotations

import functools
import textwrap
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import matplotlib
import numpy as np
import pandas as pd
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from tracker.ground.crs import TO_DEGREES
from tracker.measures.windows import AGES
from tracker.outputs.figure import labels, layout
from tracker.outputs.figure.layout import UNITS_PER_INCH, Layout
from tracker.outputs.figure.scene import Extent, Scene
from tracker.outputs.figure.sector_names import by_name, write_sectors
from tracker.outputs.figure.text import plain
from tracker.outputs.figure.town_lines import town_lines
from tracker.outputs.look import COLOURS, GAIN_COLOURS
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import km, localised

LOSS_FACE, CONTESTED_EDGE = "#dbe9f6", "#8a8a8a"


@dataclass(frozen=True)
class Stock:
    """
    What may be drawn beside the scene; every table may be missing. Metres in `WORK_CRS`.

    With `one_place` the distances are of the one place that the sheet is about: its line is drawn in any case.
    """

    places: gpd.GeoDataFrame | None = None
    distances: pd.DataFrame | None = None
    basemap: gpd.GeoDataFrame | None = None
    oblasts: gpd.GeoDataFrame | None = None
    note: str = ""
    one_place: bool = False


@dataclass
class Sheet:
    """A drawn figure, its map, and the boxes (pixels) of the labels and of all that they must keep clear of."""

    figure: Figure
    map: Any
    labels: pd.DataFrame
    furniture: dict[str, layout.Box]


def blank(layout: Layout, dpi: float | None = None) -> Figure:
    """Make an empty sheet of paper."""
    inches = (layout.width / UNITS_PER_INCH, layout.height / UNITS_PER_INCH)
    figure = Figure(figsize=inches, dpi=dpi or layout.dpi, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def fitted(figure: Any, text: Any, width: float) -> None:
    """Shrink a text until it is no wider than `width` units."""
    most = width * figure.dpi / UNITS_PER_INCH
    wide = text.get_window_extent(labels.renderer_of(figure)).width
    if wide > most:
        # Letters do not shrink quite evenly: they keep to whole pixels.
        text.set_fontsize(0.99 * text.get_fontsize() * most / wide)


def wrapped(figure: Figure, text: str, size_pt: float, width: float, *, even: bool = False) -> list[str]:
    """Break a text into lines that are no wider than `width` units; if `even`, into as many of about one length."""
    renderer, most = labels.renderer_of(figure), width * figure.dpi / UNITS_PER_INCH
    font = FontProperties(family=matplotlib.rcParams["font.family"], size=size_pt)
    letter = size_pt * UNITS_PER_INCH / 72

    @functools.cache
    def fits(line: str) -> bool:
        return bool(renderer.get_text_width_height_descent(line, font, False)[0] <= most)

    # The narrowest texts have letters of half their height; only few of the widths need to be tried.
    for letters in range(int(width / letter / 0.46), 4, -1):
        lines = textwrap.wrap(text, letters)
        if all(map(fits, lines)):
            break
    while even and len(shorter := textwrap.wrap(text, letters - 1)) == len(lines) and letters > 5:
        lines, letters = shorter, letters - 1
    return lines


def draw_map(
    figure: Figure, scene: Scene, stock: Stock, layout: Layout, lang: str, *, inset: layout.Box | None = None
) -> Sheet:
    """Draw the map into its box of the sheet, and say where its labels are; they keep clear of an `inset` (units)."""
    sheet = draw_around(figure, scene, stock, layout, lang, inset=inset)
    thin = (scene.extent[2] - scene.extent[0]) / layout.map_width
    _ground(sheet.map, scene, thin)
    now = {"colors": COLOURS["occupied_line"], "linewidths": 1.4, "zorder": 7}
    _add_lines(sheet.map, line_of(scene.shape("occupied"), thin), scene.extent, **now)
    return sheet


def draw_around(
    figure: Figure, scene: Scene, stock: Stock, layout: Layout, lang: str, *, inset: layout.Box | None = None
) -> Sheet:
    """Draw all of a map but the ground of its day: that is added below, and the line of control at zorder 7."""
    ax = figure.add_axes(layout.share(layout.map))
    west, south, east, north = scene.extent
    ax.set(xlim=(west, east), ylim=(south, north), facecolor=COLOURS["land"], xticks=[], yticks=[])
    if stock.basemap is not None:
        _basemap(ax, stock.basemap, scene.extent)
    _lines(ax, scene, stock, (east - west) / layout.map_width)
    if layout.degrees:
        _graticule(ax, scene.extent, lang)
    for spine in ax.spines.values():
        spine.set(linewidth=0.8, zorder=20)
    lined = town_lines(scene, stock.places, stock.distances, one_place=stock.one_place)
    distances, barred = _distances(ax, lined, scene.extent, layout, lang)
    towns = _towns(ax, scene, stock, layout, lang)
    furniture = _note(ax, stock.note, layout)
    if inset is not None:
        left, bottom, right, top = (side * figure.dpi / UNITS_PER_INCH for side in inset)
        furniture["inset"] = (left, bottom, right, top)
    # A line tells nothing without its length and its town's name: these come first.
    spots = [(point.x, point.y) for point in lined["geometry"]]
    leading = np.array([spot in spots for spot in zip(towns["x"], towns["y"], strict=True)], dtype=bool)
    first = pd.concat([part for part in (distances, towns[leading]) if len(part)] or [distances], ignore_index=True)
    put: dict[str, Any] = {"scale": layout.label_scale, "lines": barred}
    placed = labels.place(ax, first, keep_out=[*furniture.values()], **put)
    taken = labels.taken(ax, placed)
    covered = [*furniture.values(), *taken]
    furniture |= write_sectors(ax, scene, layout, lang, towns=towns, lines=barred, covered=covered)
    rest = labels.place(ax, towns[~leading], keep_out=[*furniture.values(), *taken], **put)
    tables = [table for table in (placed, rest) if len(table)]
    return Sheet(figure, ax, pd.concat(tables or [rest], ignore_index=True), furniture)


def add_area(ax: Any, shape: Any, extent: Extent | None = None, **style: Any) -> None:
    """Fill (and hatch) polygons, clipped a little outside the frame so that the cut is not seen."""
    path = path_of(shape, extent)
    if np.size(path.vertices):
        ax.add_patch(PathPatch(path, **style))


def path_of(shape: Any, extent: Extent | None = None) -> Path:
    """Trace the rings of polygons, clipped a little outside the frame."""
    shape = _clipped(shape, extent)
    rings = [ring for part in shapely.get_parts(shapely.orient_polygons(shape)) for ring in _rings(part)]
    paths = [Path(ring, closed=True) for ring in rings]
    return Path.make_compound_path(*paths) if paths else Path(np.empty((0, 2)))


def _rings(polygon: Any) -> list[np.ndarray]:
    """Give a polygon's rings as coordinates; none of a line or a point."""
    if polygon.geom_type != "Polygon":
        return []
    return [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors) if ring is not None]


def _add_lines(ax: Any, shape: Any, extent: Extent, **style: Any) -> None:
    """Draw lines, clipped a little outside the frame."""
    ax.add_collection(LineCollection(traced(shape, extent), **style), autolim=False)


def traced(shape: Any, extent: Extent) -> list[np.ndarray]:
    """Take the coordinates of lines, clipped a little outside the frame."""
    return [shapely.get_coordinates(part) for part in shapely.get_parts(shapely.line_merge(_clipped(shape, extent)))]


def _clipped(shape: Any, extent: Extent | None) -> Any:
    """Clip a shape to a frame, a twentieth wider on all sides."""
    if extent is None or shape.is_empty:
        return shape
    west, south, east, north = extent
    room = (east - west) / 20
    return shapely.clip_by_rect(shape, west - room, south - room, east + room, north + room)


def _ground(ax: Any, scene: Scene, thin_m: float) -> None:
    """Draw occupied and contested ground, and the changes in the order in which they came."""
    add_area(ax, scene.shape("occupied"), scene.extent, fc=COLOURS["occupied"], ec="none", zorder=2)
    contested = {"fc": "none", "ec": CONTESTED_EDGE, "hatch": "//////", "lw": 0.5, "zorder": 2.5}
    add_area(ax, scene.shape("contested"), scene.extent, **contested)
    # What is thinner than a pixel is a redrawn edge: an outline would make a change of it.
    seen = scene.changes[width_m(scene.changes.geometry.to_numpy()) > thin_m]
    for number, ((_, kind), step) in enumerate(seen.groupby(["end", "kind"], sort=True, observed=True)):
        shape, age = shapely.union_all(step.geometry.to_numpy()), int(step["age"].iloc[0])
        add_area(ax, shape, scene.extent, **change_style(str(kind), age), zorder=3 + number / 1000)


def width_m(polygons: Any) -> np.ndarray:
    """Measure how wide polygons are on average: 4 A / P, the side of a square and twice the width of a hair."""
    return 4 * shapely.area(polygons) / np.maximum(shapely.length(polygons), 1e-9)


def line_of(ground: Any, thin_m: float) -> Any:
    """Take the outline of ground, without the slits that are thinner than can be seen."""
    rings = shapely.get_rings(shapely.get_parts(ground))
    seen = rings[width_m(shapely.polygons(rings)) > thin_m]
    return shapely.multilinestrings(seen) if len(seen) else shapely.MultiLineString()


def change_style(kind: str, age: int) -> dict[str, Any]:
    """
    Give the look of a change: newer gains are darker, losses dotted, so that grey print tells them apart.

    The length of a period is coloured as the smallest usual window that holds it.
    """
    if kind == "gain":
        colour = GAIN_COLOURS[next((usual for usual in AGES if usual >= age), AGES[-1])]
        return {"fc": colour, "ec": colour, "lw": 0.3}
    return {"fc": LOSS_FACE, "ec": COLOURS["loss"], "hatch": "....", "lw": 1.0}


def _basemap(ax: Any, basemap: gpd.GeoDataFrame, extent: Extent) -> None:
    """Draw any background quietly, as thin lines: nobody knows whether a polygon is land or water."""
    for part in shapely.get_parts(basemap.geometry.to_numpy()):
        if shapely.get_dimensions(part) > 0:
            line = shapely.boundary(part) if part.geom_type == "Polygon" else part
            _add_lines(ax, line, extent, colors="#c9c5bc", linewidths=0.6, zorder=1.1)


def _lines(ax: Any, scene: Scene, stock: Stock, thin_m: float) -> None:
    """Draw the line of control at the start, the borders of sectors and oblasts."""
    dash = {"colors": COLOURS["text"], "linewidths": 0.8, "linestyles": [(0, (4, 2.5))], "zorder": 6}
    _add_lines(ax, line_of(scene.shape("occupied", earlier=True), thin_m), scene.extent, **dash)
    quiet = {"linewidths": 0.7, "zorder": 5}
    if scene.sectors is not None:
        border = shapely.union_all(shapely.boundary(list(by_name(scene.sectors, "en").values())))
        _add_lines(ax, border, scene.extent, colors=COLOURS["sector"], linestyles=[(0, (2, 3))], **quiet)
    if stock.oblasts is not None:
        border = shapely.union_all(shapely.boundary(stock.oblasts.geometry.to_numpy()))
        _add_lines(ax, border, scene.extent, colors=COLOURS["muted"], linestyles="-.", **quiet)


def _graticule(ax: Any, extent: Extent, lang: str) -> None:
    """Mark where whole tenths of degrees cross the lower and the left edge of the frame; no axis names."""
    west, south, east, north = extent
    told, side = words(lang), np.linspace(0, 1, 200)
    lon, _ = TO_DEGREES.transform(west + side * (east - west), np.full(200, south))
    _, lat = TO_DEGREES.transform(np.full(200, west), south + side * (north - south))
    for axis, degrees, low, span, word in (
        (ax.xaxis, lon, west, east - west, told.gettext("{value}°E")),
        (ax.yaxis, lat, south, north - south, told.gettext("{value}°N")),
    ):
        step = next((one for one in (0.1, 0.2, 0.5, 1.0, 2.0) if (degrees[-1] - degrees[0]) / one <= 7), 5.0)
        marks = np.arange(np.ceil(degrees[0] / step), np.floor(degrees[-1] / step) + 1) * step
        places = [word.format(value=localised(f"{mark:.1f}", lang)) for mark in marks]
        axis.set_ticks(low + np.interp(marks, degrees, side) * span, places)
    ax.tick_params(labelsize=7.5, length=3, width=0.6, color=COLOURS["muted"], labelcolor=COLOURS["muted"])
    for label in ax.get_yticklabels():
        label.set(rotation=90, va="center")


def _note(ax: Any, note: str, layout: Layout) -> dict[str, layout.Box]:
    """Write the mark of a sample across the upper left corner of the map; labels keep clear of it."""
    if not note:
        return {}
    look = {"boxstyle": "square,pad=0.5", "fc": "#ffd54a", "ec": COLOURS["text"], "lw": 1.0}
    lines = wrapped(ax.figure, plain(note, most=80), 14, 0.3 * layout.map_width)
    text = ax.annotate(
        "\n".join(lines), (0, 1), (14, -14), xycoords="axes fraction", textcoords="offset points", va="top",
        size=14, weight="bold", color=COLOURS["text"], bbox=look, zorder=15,
    )  # fmt: skip
    pad = 0.5 * 14 * ax.figure.dpi / 72
    left, bottom, right, top = text.get_window_extent(labels.renderer_of(ax.figure)).extents
    return {"note": (left - pad, bottom - pad, right + pad, top + pad)}


def _towns(ax: Any, scene: Scene, stock: Stock, layout: Layout, lang: str) -> pd.DataFrame:
    """List the settlements to name, and draw the limits of towns that are known."""
    if stock.places is None:
        return _label_rows([])
    if "footprint" in stock.places:
        towns = stock.places[stock.places["place"].isin(["city", "town"]) & stock.places["footprint"].notna()]
        for shape in towns["footprint"]:
            add_area(ax, shape, scene.extent, fc="none", ec=COLOURS["text"], lw=0.5, ls=":", zorder=7.5)
    return labels.settlements(scene, stock.places, lang, scale=layout.label_scale).assign(style="normal")


def _label_rows(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make label rows of the same columns as settlements have."""
    columns = ["text", "x", "y", "rank", "size", "weight", "colour", "dot", "reach_px", "style"]
    common = {"weight": "normal", "dot": 0.0, "style": "normal"}
    return pd.DataFrame([{**common, **row} for row in rows], columns=columns).astype({"x": float, "y": float})


def _distances(
    ax: Any, lined: pd.DataFrame, extent: Extent, layout: Layout, lang: str
) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Draw the lines from towns to occupied ground; give the rows of their labels, and the lines to avoid."""
    _, rows, barred = words(lang).gettext, [], []
    for town in lined.itertuples():
        line = shapely.get_coordinates(town.line)
        ax.plot(*line.T, color=COLOURS["text"], lw=1.1, zorder=8, marker="o", ms=2.4)
        if town.edge_method == "disc" and town.area_km2 > 0:
            disc = town.geometry.buffer(np.sqrt(town.area_km2 / np.pi) * 1000, quad_segs=32)
            add_area(ax, disc, extent, fc="none", ec=COLOURS["text"], lw=0.5, ls=":", zorder=7.5)
        about = "≈ " if town.from_edge and town.edge_method == "disc" else ""
        text = f"{about}{km(town.line_km, lang=lang)} " + _("km")
        text += "" if town.from_edge else " (" + words(lang).pgettext("of a town", "centre") + ")"
        look = {"size": 8.0 * layout.label_scale, "weight": "bold", "colour": COLOURS["text"], "rank": -1}
        spot = {"x": line[:, 0].mean(), "y": line[:, 1].mean(), "reach_px": 60.0 * layout.label_scale}
        rows.append({"text": text, **spot, **look})
        barred.append(line)
    return _label_rows(rows), barred
