"""The names of sectors on a map: where each has most room, off changes, towns, lines and all that lies on the map."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.outputs.figure.labels import renderer_of
from tracker.outputs.figure.layout import Box, Layout
from tracker.outputs.figure.scene import Scene
from tracker.outputs.figure.text import plain
from tracker.outputs.look import COLOURS
from tracker.outputs.words.text import name_column
from tracker.places.sectors import ELSEWHERE


def by_name(sectors: gpd.GeoDataFrame, lang: str) -> dict[str, Any]:
    """Join the grounds that have one name on the day."""
    known = sectors[sectors["ground"] != ELSEWHERE]
    groups = known.groupby(name_column(lang))
    return {str(name): shapely.union_all(rows.geometry.to_numpy()) for name, rows in groups}


def write_sectors(
    ax: Any,
    scene: Scene,
    layout: Layout,
    lang: str,
    *,
    towns: pd.DataFrame,
    lines: list[np.ndarray],
    covered: list[Box],
) -> dict[str, Box]:
    """
    Name the sectors, each in the roomiest part of what is seen of it.

    Parameters
    ----------
    ax, scene, layout, lang
        The map's axes with final limits, and what is drawn, how and in which language.
    towns, lines
        The rows of settlements to name, and lines in metres: names keep away from them, and from changes and contested
        ground.
    covered
        Boxes in pixels that no name may touch.

    Returns
    -------
    dict
        "sector NAME" → the box of its name in pixels, for those that found room.
    """
    if scene.sectors is None:
        return {}
    sheet, spots = shapely.box(*scene.extent), towns[towns["rank"] < 2]
    room = layout.label_scale * (scene.extent[2] - scene.extent[0]) / layout.map_width
    dots = shapely.buffer(shapely.points(spots["x"].to_numpy(), spots["y"].to_numpy()), 18 * room)
    ways = [shapely.LineString(line).buffer(8 * room) for line in lines]
    to_metres = ax.transData.inverted().transform
    corners = [to_metres(np.reshape(box, (2, 2))).ravel() for box in covered]
    changes = shapely.simplify(scene.changes.geometry.to_numpy(), 500)
    grey = shapely.clip_by_rect(scene.shape("contested"), *scene.extent)
    busy = shapely.union_all([*dots, *ways, *changes, grey, *(shapely.box(*corner) for corner in corners)])
    boxes: dict[str, Box] = {}
    for name, sector in by_name(scene.sectors, lang).items():
        quiet = shapely.difference(shapely.intersection(sector, sheet), busy)
        if quiet.area > sheet.area / 200:
            box = _write_area(ax, plain(name, most=30).upper(), 9.5 * layout.label_scale, quiet, corners)
            if box:
                boxes[f"sector {name}"] = box
                corners.append(to_metres(np.reshape(box, (2, 2))).ravel())
    return boxes


def _write_area(ax: Any, name: str, size_pt: float, quiet: Any, covered: list[np.ndarray]) -> Box | None:
    """Write an area's name where it has most room and lies whole in the frame; None where there is too little room."""
    look = {"size": size_pt, "style": "italic", "color": COLOURS["sector"], "zorder": 8.5}
    text = ax.text(*ax.viewLim.p0, name, ha="center", va="center", **look)
    renderer = renderer_of(ax.figure)
    size = text.get_window_extent(renderer)
    (west, south), (east, north) = ax.viewLim.get_points()
    half_x, half_y = (0.55 * side * (east - west) / ax.bbox.width for side in (size.width, size.height))
    room = shapely.clip_by_rect(quiet, west + half_x, south + half_y, east - half_x, north - half_y)
    for corner in covered:
        room = shapely.difference(room, shapely.box(*np.add(corner, (-half_x, -half_y, half_x, half_y))))
    # Where the name is squeezed to a square, the roomiest circle is the roomiest place for it.
    squeezed = shapely.transform(room, lambda at: at * (half_y / half_x, 1))
    circle = shapely.maximum_inscribed_circle(squeezed, tolerance=half_y / 5) if room.area > 0 else squeezed
    if circle.length < half_y:
        text.remove()
        return None
    text.set_position(shapely.get_coordinates(circle)[0] * (half_x / half_y, 1))
    return tuple(text.get_window_extent(renderer).extents)
