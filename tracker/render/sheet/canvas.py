"""Drawing a sheet with matplotlib: the map, its frame, the title and the credits. No global state is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from pyproj import Transformer

from tracker.places import ELSEWHERE
from tracker.render.sheet import labels
from tracker.render.sheet.framing import MAP_BOX, Extent, Scene, free_towns
from tracker.render.sheet.wording import plain, say
from tracker.render.style import COLOURS, GAIN_COLOURS, km
from tracker.schema import LONLAT, WORK_CRS

__all__ = [
    "HEIGHT",
    "TO_DEGREES",
    "TO_METRES",
    "WIDTH",
    "Sheet",
    "Stock",
    "add_area",
    "blank",
    "draw_map",
    "fitted",
    "nearest_towns",
]

WIDTH, HEIGHT = 1600.0, 1200.0
"""The sheet in units of 1/150 inch: pixels at the default resolution."""

TO_DEGREES = Transformer.from_crs(WORK_CRS, LONLAT, always_xy=True)
TO_METRES = Transformer.from_crs(LONLAT, WORK_CRS, always_xy=True)
LOSS_FACE, CONTESTED_EDGE = "#dbe9f6", "#8a8a8a"
_NEAREST = 4


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
    """A drawn figure, with the boxes (pixels) of its labels and of all that labels must keep clear of."""

    figure: Figure
    labels: pd.DataFrame
    furniture: dict[str, labels.Box]


def blank(dpi: float) -> Figure:
    """Make an empty sheet of paper."""
    figure = Figure(figsize=(WIDTH / 150, HEIGHT / 150), dpi=dpi, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def fitted(figure: Any, text: Any, width: float) -> None:
    """Shrink a text until it is no wider than `width` units."""
    most = width * figure.dpi / 150
    wide = text.get_window_extent(labels.renderer_of(figure)).width
    if wide > most:
        text.set_fontsize(text.get_fontsize() * most / wide)


def draw_map(figure: Figure, scene: Scene, stock: Stock, lang: str, box: Extent | None = None) -> Sheet:
    """Draw the map into its box of the sheet (left, bottom, width, height, as shares), and say where its labels are."""
    left, bottom, right, top = MAP_BOX
    box = box or (left / WIDTH, bottom / HEIGHT, (right - left) / WIDTH, (top - bottom) / HEIGHT)
    ax = figure.add_axes(box)
    west, south, east, north = scene.extent
    ax.set(xlim=(west, east), ylim=(south, north), facecolor=COLOURS["land"])
    _ground(ax, scene, stock)
    _lines(ax, scene, stock)
    _graticule(ax, scene.extent, lang)
    distances, barred = _distances(ax, scene, stock, lang)
    towns = _towns(ax, scene, stock, lang)
    furniture = {**_note(ax, stock.note), **_areas(ax, scene, towns, lang)}
    # The few distances come first: their lines are short, and a name finds room more easily.
    table = pd.concat([one for one in (distances, towns) if len(one)] or [towns], ignore_index=True)
    return Sheet(figure, labels.place(ax, table, lines=barred, keep_out=list(furniture.values())), furniture)


def add_area(ax: Any, shape: Any, extent: Extent | None = None, **style: Any) -> None:
    """Fill (and hatch) polygons, clipped a little outside the frame so that the cut is not seen."""
    shape = _clipped(shape, extent)
    rings = [ring for part in shapely.get_parts(shapely.orient_polygons(shape)) for ring in _rings(part)]
    if rings:
        ax.add_patch(PathPatch(Path.make_compound_path(*(Path(ring, closed=True) for ring in rings)), **style))


def _rings(polygon: Any) -> list[np.ndarray]:
    """Give a polygon's rings as coordinates; none of a line or a point."""
    if polygon.geom_type != "Polygon":
        return []
    return [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors) if ring is not None]


def _add_lines(ax: Any, shape: Any, extent: Extent, **style: Any) -> None:
    """Draw lines, clipped a little outside the frame."""
    parts = shapely.get_parts(shapely.line_merge(_clipped(shape, extent)))
    ax.add_collection(LineCollection([shapely.get_coordinates(part) for part in parts], **style), autolim=False)


def _clipped(shape: Any, extent: Extent | None) -> Any:
    """Clip a shape to a frame, a twentieth wider on all sides."""
    if extent is None or shape.is_empty:
        return shape
    west, south, east, north = extent
    room = (east - west) / 20
    return shapely.clip_by_rect(shape, west - room, south - room, east + room, north + room)


def _ground(ax: Any, scene: Scene, stock: Stock) -> None:
    """Draw the basemap, occupied and contested ground, and the changes in the order in which they came."""
    if stock.basemap is not None:
        _basemap(ax, stock.basemap, scene.extent)
    add_area(ax, scene.shape("occupied"), scene.extent, fc=COLOURS["occupied"], ec="none", zorder=2)
    contested = {"fc": "none", "ec": CONTESTED_EDGE, "hatch": "//////", "lw": 0.5, "zorder": 2.5}
    add_area(ax, scene.shape("contested"), scene.extent, **contested)
    # What is thinner than a pixel is a redrawn edge: an outline would make a change of it.
    seen = scene.changes[_width_m(scene.changes.geometry.to_numpy()) > pixel_m(scene.extent)]
    for number, ((_, kind), step) in enumerate(seen.groupby(["end", "kind"], sort=True, observed=True)):
        shape, age = shapely.union_all(step.geometry.to_numpy()), int(step["age"].iloc[0])
        add_area(ax, shape, scene.extent, **change_style(str(kind), age), zorder=3 + number / 1000)


def pixel_m(extent: Extent) -> float:
    """Give the metres that one unit of the sheet stands for."""
    return (extent[2] - extent[0]) / (MAP_BOX[2] - MAP_BOX[0])


def _width_m(polygons: Any) -> np.ndarray:
    """Measure how wide polygons are on average: 4 A / P, the side of a square and twice the width of a hair."""
    return 4 * shapely.area(polygons) / np.maximum(shapely.length(polygons), 1e-9)


def line_of(ground: Any, thin_m: float) -> Any:
    """Take the outline of ground, without the slits that are thinner than can be seen."""
    rings = shapely.get_rings(shapely.get_parts(ground))
    seen = rings[_width_m(shapely.polygons(rings)) > thin_m]
    return shapely.multilinestrings(seen) if len(seen) else shapely.MultiLineString()


def change_style(kind: str, age: int) -> dict[str, Any]:
    """Give the look of a change: newer gains are darker, losses hatched, so that grey print tells them apart."""
    if kind == "gain":
        return {"fc": GAIN_COLOURS[age], "ec": GAIN_COLOURS[age], "lw": 0.3}
    return {"fc": LOSS_FACE, "ec": COLOURS["loss"], "hatch": "\\\\\\\\\\\\", "lw": 0.7}


def _basemap(ax: Any, basemap: gpd.GeoDataFrame, extent: Extent) -> None:
    """Draw any background quietly, as thin lines: nobody knows whether a polygon is land or water."""
    for part in shapely.get_parts(basemap.geometry.to_numpy()):
        if shapely.get_dimensions(part) > 0:
            line = shapely.boundary(part) if part.geom_type == "Polygon" else part
            _add_lines(ax, line, extent, colors="#c9c5bc", linewidths=0.6, zorder=1.1)


def _lines(ax: Any, scene: Scene, stock: Stock) -> None:
    """Draw the lines of control, the borders of sectors and oblasts."""
    thin = pixel_m(scene.extent)
    dash = {"colors": COLOURS["text"], "linewidths": 0.8, "linestyles": [(0, (4, 2.5))], "zorder": 6}
    _add_lines(ax, line_of(scene.shape("occupied", earlier=True), thin), scene.extent, **dash)
    now = {"colors": COLOURS["occupied_line"], "linewidths": 1.4, "zorder": 7}
    _add_lines(ax, line_of(scene.shape("occupied"), thin), scene.extent, **now)
    quiet = {"linewidths": 0.7, "zorder": 5}
    if scene.sectors is not None:
        border = shapely.union_all(shapely.boundary(list(_by_name(scene.sectors, "en").values())))
        _add_lines(ax, border, scene.extent, colors=COLOURS["sector"], linestyles=[(0, (2, 3))], **quiet)
    if stock.oblasts is not None:
        border = shapely.union_all(shapely.boundary(stock.oblasts.geometry.to_numpy()))
        _add_lines(ax, border, scene.extent, colors=COLOURS["muted"], linestyles="-.", **quiet)


def _graticule(ax: Any, extent: Extent, lang: str) -> None:
    """Mark where whole tenths of degrees cross the lower and the left edge of the frame; no axis names."""
    west, south, east, north = extent
    tell, side = say(lang), np.linspace(0, 1, 200)
    lon, _ = TO_DEGREES.transform(west + side * (east - west), np.full(200, south))
    _, lat = TO_DEGREES.transform(np.full(200, west), south + side * (north - south))
    for axis, degrees, low, span, word in (
        (ax.xaxis, lon, west, east - west, "east_degrees"),
        (ax.yaxis, lat, south, north - south, "north_degrees"),
    ):
        step = next((one for one in (0.1, 0.2, 0.5, 1.0, 2.0) if (degrees[-1] - degrees[0]) / one <= 7), 5.0)
        marks = np.arange(np.ceil(degrees[0] / step), np.floor(degrees[-1] / step) + 1) * step
        places = [tell[word].format(value=f"{mark:.1f}") for mark in marks]
        axis.set_ticks(low + np.interp(marks, degrees, side) * span, places)
    ax.tick_params(labelsize=7.5, length=3, width=0.6, color=COLOURS["muted"], labelcolor=COLOURS["muted"])
    for label in ax.get_yticklabels():
        label.set(rotation=90, va="center")
    for spine in ax.spines.values():
        spine.set(linewidth=0.8, zorder=20)


def _note(ax: Any, note: str) -> dict[str, labels.Box]:
    """Write the mark of a sample across the upper left corner of the map; labels keep clear of it."""
    if not note:
        return {}
    look = {"boxstyle": "square,pad=0.5", "fc": "#ffd54a", "ec": COLOURS["text"], "lw": 1.0}
    text = ax.annotate(
        plain(note, most=80), (0, 1), (14, -14), xycoords="axes fraction", textcoords="offset points", va="top",
        size=14, weight="bold", color=COLOURS["text"], bbox=look, zorder=15,
    )  # fmt: skip
    fitted(ax.figure, text, MAP_BOX[2] - MAP_BOX[0] - 80)
    ax.figure.draw_without_rendering()
    return {"note": tuple(text.get_window_extent(labels.renderer_of(ax.figure)).extents)}


def _towns(ax: Any, scene: Scene, stock: Stock, lang: str) -> pd.DataFrame:
    """List the settlements to name, and draw the limits of towns that are known."""
    if stock.places is None:
        return _label_rows([])
    if "footprint" in stock.places:
        towns = stock.places[stock.places["place"].isin(["city", "town"]) & stock.places["footprint"].notna()]
        for shape in towns["footprint"]:
            add_area(ax, shape, scene.extent, fc="none", ec=COLOURS["text"], lw=0.5, ls=":", zorder=7.5)
    return labels.settlements(scene, stock.places, lang).assign(style="normal")


def _label_rows(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make label rows of the same columns as settlements have."""
    columns = ["text", "x", "y", "rank", "size", "weight", "colour", "dot", "reach_px", "style"]
    common = {"weight": "normal", "dot": 0.0, "style": "normal"}
    return pd.DataFrame([{**common, **row} for row in rows], columns=columns)


def _by_name(sectors: gpd.GeoDataFrame, lang: str) -> dict[str, Any]:
    """Join the grounds that have one name on the day."""
    known = sectors[sectors["ground"] != ELSEWHERE]
    groups = known.groupby("name_uk" if lang == "uk" else "name_en")
    return {str(name): shapely.union_all(rows.geometry.to_numpy()) for name, rows in groups}


def _areas(ax: Any, scene: Scene, towns: pd.DataFrame, lang: str) -> dict[str, labels.Box]:
    """Name the sectors in the roomiest part of what is seen of each, away from changes and towns; give the boxes."""
    if scene.sectors is None:
        return {}
    sheet, spots = shapely.box(*scene.extent), towns[towns["rank"] < 2]
    dots = shapely.buffer(shapely.points(spots["x"], spots["y"]), 18 * pixel_m(scene.extent))
    changes = shapely.simplify(scene.changes.geometry.to_numpy(), 500)
    busy = shapely.union_all([*dots, *changes])
    boxes: dict[str, labels.Box] = {}
    scale = ax.bbox.width / (scene.extent[2] - scene.extent[0])
    for name, sector in _by_name(scene.sectors, lang).items():
        quiet = shapely.difference(shapely.intersection(sector, sheet), busy)
        if quiet.area > sheet.area / 200:
            box = _write_area(ax, plain(name, most=30).upper(), quiet, scale)
            boxes |= {f"sector {name}": box} if box else {}
    return boxes


def _write_area(ax: Any, name: str, quiet: Any, pixels_per_m: float) -> labels.Box | None:
    """Write an area's name where it has most room and lies whole in the frame; None where there is too little room."""
    look = {"size": 9.5, "style": "italic", "color": COLOURS["sector"], "ha": "center", "va": "center", "zorder": 8.5}
    text = ax.text(*ax.viewLim.p0, name, **look)
    renderer = labels.renderer_of(ax.figure)
    size = text.get_window_extent(renderer)
    half_x, half_y = (0.55 * side / pixels_per_m for side in (size.width, size.height))
    (west, south), (east, north) = ax.viewLim.get_points()
    room = shapely.clip_by_rect(quiet, west + half_x, south + half_y, east - half_x, north - half_y)
    circle = shapely.maximum_inscribed_circle(room, tolerance=200) if room.area > 0 else room
    if circle.length < 0.6 * half_x:
        text.remove()
        return None
    text.set_position(shapely.get_coordinates(circle)[0])
    return tuple(text.get_window_extent(renderer).extents)


def _distances(ax: Any, scene: Scene, stock: Stock, lang: str) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Draw a line from the nearest free towns to occupied ground; give its label rows, and the lines to avoid."""
    towns, tell = nearest_towns(scene, stock), say(lang)
    rows, barred = [], []
    for town in towns.itertuples():
        end = TO_METRES.transform(town.nearest_lon, town.nearest_lat)
        line = np.array([(town.geometry.x, town.geometry.y), end])
        ax.plot(*line.T, color=COLOURS["text"], lw=0.9, zorder=8, marker="o", ms=2.2, markevery=[1])
        if town.edge_method == "disc" and town.area_km2 > 0:
            disc = town.geometry.buffer(np.sqrt(town.area_km2 / np.pi) * 1000, quad_segs=32)
            add_area(ax, disc, scene.extent, fc="none", ec=COLOURS["text"], lw=0.5, ls=":", zorder=7.5)
        text = f"{km(town.centre_km, lang=lang)} {tell['km']} ({tell['centre']})"
        about = "≈ " if town.edge_method == "disc" else ""
        edge = f"{about}{km(town.edge_km, lang=lang)} {tell['km']} ({tell['edge']})"
        text = f"{edge} / {text}" if town.edge_km > 0 else text
        look = {"size": 7.0, "colour": COLOURS["text"], "rank": -1, "reach_px": 60.0}
        rows.append({"text": text, "x": line[:, 0].mean(), "y": line[:, 1].mean(), **look})
        barred.append(line)
    return _label_rows(rows), barred


def nearest_towns(scene: Scene, stock: Stock) -> pd.DataFrame:
    """Choose the free towns nearest to occupied ground that lie in the frame, nearest first."""
    rows = free_towns(scene.on, stock.places, stock.distances, any_place=stock.one_place)
    if rows.empty:
        return rows
    x, y = TO_METRES.transform(rows["nearest_lon"], rows["nearest_lat"])
    ends = np.stack([*shapely.get_coordinates(rows["geometry"].to_numpy()).T, x, y])
    west, south, east, north = scene.extent
    low, high = np.array([west, south, west, south])[:, None], np.array([east, north, east, north])[:, None]
    return rows[((ends > low) & (ends < high)).all(axis=0)].head(_NEAREST)
