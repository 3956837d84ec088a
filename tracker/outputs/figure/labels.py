"""Which names a sheet shows, and where: settlements with changes first, then towns by population, then the others.

Placed greedily in that order by textalloc, the same every run; a name that finds no room is left out with its dot.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import textalloc
from matplotlib import patheffects

from tracker.outputs.figure.layout import UNITS_PER_INCH, Box
from tracker.outputs.figure.scene import Scene
from tracker.outputs.figure.text import plain
from tracker.outputs.look import COLOURS

KINDS = ("city", "town", "village")
_TOUCH_M = 500
_SLIVER_KM2 = 0.02
_MOST_TOWNS, _MOST_OTHERS = 30, 45
_STYLES = pd.DataFrame(
    {
        "size": [11.0, 9.5, 8.2, 7.6, 6.8],
        "weight": ["bold", "bold", "bold", "normal", "normal"],
        "colour": ["text"] * 4 + ["#4b525b"],
        "dot": [5.5, 4.5, 3.6, 2.8, 2.2],
        "reach_px": [40.0, 36.0, 36.0, 42.0, 16.0],
    },
    index=["city", "big town", "town", "touched", "village"],
)


def settlements(scene: Scene, places: gpd.GeoDataFrame, lang: str = "en", *, scale: float = 1.0) -> pd.DataFrame:
    """
    List the settlements of a sheet by precedence, with the style of their labels, so many times larger than usual.

    Returns
    -------
    DataFrame
        text, x, y (metres), rank (0 touched by changes, 1 towns, 2 others), size, weight, colour, dot (points),
        reach_px (how far from its dot a label may lie).
    """
    west, south, east, north = scene.extent
    rim = (east - west) / 120
    inside = places[places["place"].isin(KINDS)].cx[west + rim : east - rim, south + rim : north - rim]
    x, y = inside.geometry.x.to_numpy(), inside.geometry.y.to_numpy()
    touched, is_town = _touched(scene, inside), inside["place"].isin(["city", "town"]).to_numpy()
    population = inside["population"].to_numpy()
    names = inside["name"] if lang != "uk" else inside["name_uk"].where(inside["name_uk"] != "", inside["name"])
    kind = np.select(
        [population >= 100_000, is_town & (population >= 8_000), is_town, touched],
        ["city", "big town", "town", "touched"],
        "village",
    )
    table = pd.DataFrame({"text": [plain(name, most=32) for name in names], "x": x, "y": y})
    table["rank"] = np.select([touched, is_town], [0, 1], 2)
    looks = _STYLES.replace({"colour": {"text": COLOURS["text"]}})
    table = table.join(looks.loc[kind].reset_index(drop=True))
    table[["size", "dot", "reach_px"]] *= scale
    # Among the others, those near the line say more than those far behind it.
    table["away"] = np.where(table["rank"] < 2, -population, _line_m(scene, inside.geometry.to_numpy()))
    table = table[table["text"] != ""].sort_values(["rank", "away", "text", "x"], kind="stable")
    return _thinned(table, scale * (east - west) / 26).drop(columns="away").reset_index(drop=True)


def _touched(scene: Scene, inside: gpd.GeoDataFrame) -> np.ndarray:
    """Tell which settlements the changes touch: their limits, or the ground around their centre."""
    found = np.zeros(len(inside), dtype=bool)
    shapes = scene.changes.geometry.to_numpy()[(scene.changes["area_km2"] >= _SLIVER_KM2).to_numpy()]
    if not len(shapes) or inside.empty:
        return found
    reach = np.sqrt(inside["area_km2"].to_numpy(dtype=float) / np.pi) * 1000
    reach = np.where(np.isnan(reach), _TOUCH_M, np.minimum(reach, 2 * _TOUCH_M))
    rows, _ = shapely.STRtree(shapes).query(inside.geometry.to_numpy(), predicate="dwithin", distance=reach)
    found[rows] = True
    return found


def _line_m(scene: Scene, points: np.ndarray) -> np.ndarray:
    """Measure how far points are from the line of control, in steps of 3 km, so that near ones rank alike."""
    west, south, east, north = scene.extent
    ground = scene.shape("occupied")
    line = ground if ground.is_empty else shapely.clip_by_rect(ground.boundary, west, south, east, north)
    if line.is_empty:
        return np.zeros(len(points))
    return np.round(shapely.distance(points, line) / 3000)


def _thinned(table: pd.DataFrame, spacing_m: float) -> pd.DataFrame:
    """Leave out what would crowd: settlements of the last rank close to another one, and more than fit."""
    kept: list[int] = []
    held = np.empty((0, 2))
    rank, spots = table["rank"].to_numpy(), table[["x", "y"]].to_numpy()
    for number, spot in enumerate(spots):
        near = len(held) and np.hypot(*(held - spot).T).min() < (spacing_m if rank[number] == 2 else spacing_m / 6)
        full = (rank[kept] == rank[number]).sum() >= (_MOST_OTHERS if rank[number] == 2 else _MOST_TOWNS * 2)
        if not near and not full:
            kept.append(number)
            held = np.vstack([held, spot])
    return table.iloc[kept]


def place(
    ax: Any, table: pd.DataFrame, scale: float = 1.0, *, lines: list[np.ndarray], keep_out: list[Box]
) -> pd.DataFrame:
    """
    Write labels on a map, none over another, over a dot, a line or a kept-out box.

    Parameters
    ----------
    ax
        Axes with final limits.
    table
        text, x, y, size, weight, colour, dot, reach_px, and `style` (italic for areas), by precedence.
    scale
        How many times larger than usual the labels are: they may lie that much farther from their dots.
    lines
        Arrays of (x, y) in metres that labels avoid.
    keep_out
        Boxes in pixels that labels avoid.

    Returns
    -------
    DataFrame
        The rows that were written, with left, bottom, right, top in pixels and `artist`.
    """
    # Only dots count: a distance is written beside its line, wherever there is room.
    covered = shapely.box(*np.array(keep_out).reshape(-1, 4).T)
    spots = shapely.points(ax.transData.transform(table[["x", "y"]].to_numpy().reshape(-1, 2)))
    hidden = shapely.intersects(shapely.union_all(covered), spots) & (table["dot"] > 0).to_numpy()
    table = table[~hidden]
    if table.empty:
        return table.assign(left=[], bottom=[], right=[], top=[], artist=[])
    barred = [*lines, *(line for box in keep_out for line in _bars(ax, box))]
    dots = table[(table["dot"] > 0) & (table["rank"] < 2)]
    _, _, artists, _ = textalloc.allocate(
        ax,
        table["x"].tolist(),
        table["y"].tolist(),
        table["text"].tolist(),
        x_scatter=dots["x"].tolist() or None,
        y_scatter=dots["y"].tolist() or None,
        x_lines=[line[:, 0] for line in barred] or None,
        y_lines=[line[:, 1] for line in barred] or None,
        textsize=table["size"].tolist(),
        fontweight=table["weight"].tolist(),
        textcolor=table["colour"].tolist(),
        margin=0.003 * scale,
        min_distance=0.0055 * scale,
        max_distance=0.055 * scale,
        nbr_candidates=260,
        draw_lines=False,
        draw_all=False,
        va="bottom",
        zorder=10,
        clip_on=True,
    )
    return _kept(ax, table.assign(artist=artists))


def taken(ax: Any, placed: pd.DataFrame) -> list[Box]:
    """List the boxes (pixels) of labels that were placed, and of their dots: what others keep clear of."""
    boxes = [tuple(box) for box in placed[["left", "bottom", "right", "top"]].to_numpy(dtype=float)]
    dotted = placed[placed["dot"] > 0]
    radii = dotted["dot"].to_numpy(dtype=float)[:, None] / 2 * ax.figure.dpi / 72
    spots = ax.transData.transform(dotted[["x", "y"]].to_numpy(dtype=float).reshape(-1, 2))
    return [*boxes, *(tuple(box) for box in np.hstack([spots - radii, spots + radii]))]


def renderer_of(figure: Any) -> Any:
    """Give what measures the texts of a figure: its Agg canvas, whatever the format that is saved in the end."""
    return figure.canvas.get_renderer()


def _bars(ax: Any, box: Box) -> list[np.ndarray]:
    """Fill a box with lines, closer than any text is high, for textalloc knows no boxes to avoid."""
    left, bottom, right, top = box
    heights = np.linspace(bottom, top, max(2, int((top - bottom) / 6)))
    to_metres = ax.transData.inverted().transform
    return [to_metres([(left, height), (right, height)]) for height in heights]


def _kept(ax: Any, table: pd.DataFrame) -> pd.DataFrame:
    """Keep the labels that can be read to their dots, take the others off; draw halos, dots and leaders."""
    renderer = renderer_of(ax.figure)
    table = table[[artist is not None for artist in table["artist"]]]
    boxes = [artist.get_window_extent(renderer).extents for artist in table["artist"]]
    table = table.assign(**dict(zip(("left", "bottom", "right", "top"), np.array(boxes).reshape(-1, 4).T, strict=True)))
    dots = shapely.points(ax.transData.transform(table[["x", "y"]].to_numpy().reshape(-1, 2)))
    scale = ax.figure.dpi / UNITS_PER_INCH
    good = readable(table, dots, scale)
    for artist in table["artist"][~good]:
        artist.remove()
    table = table[good]
    leaders = shapely.shortest_line(_boxes(table), dots[good])
    _dress(ax, table, leaders, shapely.length(leaders) > 15 * scale)
    return table.reset_index(drop=True)


def readable(table: pd.DataFrame, dots: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """
    Tell which placed labels can be read to their dots: near enough, with no other label over the dot or the way to it.

    Parameters
    ----------
    table
        left, bottom, right, top (pixels), dot, reach_px, by precedence.
    dots
        Points in pixels.
    scale
        Pixels to a unit of the sheet.
    """
    areas = _boxes(table)
    leaders = shapely.shortest_line(areas, dots)
    good = shapely.length(leaders) <= table["reach_px"].to_numpy() * scale
    for number in np.flatnonzero(good & (table["dot"] > 0).to_numpy()):
        if not good[number]:
            continue
        near = good & (shapely.distance(areas, leaders[number]) < 3 * scale)
        # Of two that are in each other's way the one that comes first stays.
        if near[:number].any():
            good[number] = False
        else:
            good[number + 1 :] &= ~near[number + 1 :]
    return good


def _boxes(table: pd.DataFrame) -> np.ndarray:
    """Draw the boxes of labels as polygons, in pixels."""
    return shapely.box(*table[["left", "bottom", "right", "top"]].to_numpy(dtype=float).T)


def _dress(ax: Any, table: pd.DataFrame, leaders: np.ndarray, needs_leader: np.ndarray) -> None:
    """Give labels their halo, their dot and, where they lie apart from it, a leader."""
    to_metres = ax.transData.inverted().transform
    for row, leader, apart in zip(table.itertuples(), leaders, needs_leader, strict=True):
        row.artist.set_path_effects([patheffects.withStroke(linewidth=2.2, foreground="white", alpha=0.9)])
        row.artist.set_style(row.style)
        if row.dot > 0:
            ax.plot(row.x, row.y, "o", ms=row.dot, mfc=row.colour, mec="white", mew=0.6, zorder=9)
            if apart:
                ends = to_metres(shapely.get_coordinates(leader))
                ax.plot(*ends.T, color=row.colour, lw=0.5, zorder=8.9)
