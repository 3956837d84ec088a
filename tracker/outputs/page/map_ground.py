"""What maps have in common: the ground by status, what lies below all else, and the first view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from tracker.outputs.look import COLOURS
from tracker.outputs.page.leaflet import Layer, degrees, features
from tracker.outputs.words.catalogue import words
from tracker.tables.constants import LONLAT, THEATRE, WORK_CRS

VIEW_KM2 = 0.1
"""What decides the first view: stray corrections far from the front should not."""

_BACKGROUND_M = 200

_QUIET: dict[str, dict[str, Any]] = {
    "graticule": {"color": "#d9d4c7", "weight": 1, "fill": False},
    "basemap": {"color": "#bdb7a8", "weight": 1, "fill": False},
    "oblasts": {"color": "#a09a8c", "weight": 1, "dashArray": "6 3", "fill": False},
}


def styles() -> dict[str, dict[str, Any]]:
    """Give Leaflet's path options."""
    return _QUIET | {
        "occupied": {"stroke": False, "fillColor": COLOURS["occupied"], "fillOpacity": 0.85},
        "occupied_line": {"color": COLOURS["occupied_line"], "weight": 1.2, "opacity": 0.8, "fill": False},
        "contested": {
            "color": COLOURS["contested"],
            "weight": 1,
            "dashArray": "4 3",
            "fillColor": "url(#hatch-contested)",
            "fillOpacity": 1,
        },
    }


def base_layers(basemap: gpd.GeoDataFrame | None, oblasts: gpd.GeoDataFrame | None, lang: str) -> list[Layer]:
    """Draw what lies below all else: a grid of degrees, and what the user has."""
    layers = [Layer("graticule", 1, features=features(_graticule(), _QUIET["graticule"]))]
    _ = words(lang).gettext
    kept = (("basemap", _("Base map"), basemap), ("oblasts", _("Oblasts"), oblasts))
    for level, (name, label, table) in enumerate(kept, start=2):
        if table is not None and len(table):
            drawn = features(_lines(table), _QUIET[name])
            layers.append(Layer(name, level, label, name, features=drawn))
    return layers


def _lines(table: gpd.GeoDataFrame) -> Any:
    """
    Draw what lies in the background as lines, to `_BACKGROUND_M`.

    A border between two polygons is drawn once: two dashed lines on each other would look like a full one.
    """
    areal = shapely.get_dimensions(table.geometry.to_numpy()) == 2
    lines = np.where(areal, shapely.boundary(table.geometry.to_numpy()), table.geometry.to_numpy())
    return shapely.simplify(shapely.line_merge(shapely.union_all(lines)), _BACKGROUND_M)


def _graticule() -> gpd.GeoSeries:
    """Draw the whole degrees of longitude and latitude, somewhat beyond the theatre."""
    west, south, east, north = np.add(THEATRE, (-6, -3, 6, 3))
    lines = [[(lon, south), (lon, north)] for lon in np.arange(west, east + 1)]
    lines += [[(west, lat), (east, lat)] for lat in np.arange(south, north + 1)]
    return gpd.GeoSeries([shapely.multilinestrings(lines)], crs=LONLAT).to_crs(WORK_CRS)


def bounds_of(views: Iterable[Any]) -> list[list[float]]:
    """Choose the first view, in degrees: around the first of several lists of shapes that lies in the theatre."""
    for shapes in views:
        west, south, east, north = shapely.total_bounds(degrees(shapes)) if len(shapes) else [np.nan] * 4
        west, south = max(west, THEATRE[0]), max(south, THEATRE[1])
        east, north = min(east, THEATRE[2]), min(north, THEATRE[3])
        if west < east and south < north:
            return [[float(south), float(west)], [float(north), float(east)]]
    return [[THEATRE[1], THEATRE[0]], [THEATRE[3], THEATRE[2]]]
