"""Settlement limits out of OpenStreetMap's elements: ways stitched into rings, holes by their role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from tracker.tables.constants import LONLAT

_TAGS = {"name_uk": "name:uk", "name_en": "name:en", "place": "place", "katotth": "katotth"}
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError)


def settlement_limits(elements: Iterable[Mapping[str, Any]]) -> tuple[gpd.GeoDataFrame, int]:
    """
    Make polygons of the ways and relations of an Overpass answer (`out geom`).

    Parameters
    ----------
    elements
        Closed ways, and relations whose members carry their geometry, with tags.

    Returns
    -------
    limits, left_out
        Polygons in degrees with osm (such as relation/421866), name_uk, name_en, place and katotth; and how many
        elements were left out, because their rings are open or cross themselves or they have no Ukrainian name.
    """
    rows = []
    left_out = 0
    for element in elements:
        shape = _shape(element)
        tags = (element.get("tags") if isinstance(element, Mapping) else None) or {}
        if shape is None or not tags.get("name:uk"):
            left_out += 1
            continue
        words = {column: tags.get(tag) for column, tag in _TAGS.items()}
        rows.append({"osm": f"{element.get('type')}/{element.get('id')}", **words, "geometry": shape})
    columns = ["osm", *_TAGS, "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=LONLAT), left_out


def _shape(element: Mapping[str, Any]) -> Any:
    """Put the rings of an element together; None where they do not close."""
    try:
        if element.get("type") == "way":
            return _ground([_line(element)])
        ways = [member for member in element["members"] if member.get("type") == "way"]
        outer = [_line(member) for member in ways if member.get("role") != "inner"]
        inner = [_line(member) for member in ways if member.get("role") == "inner"]
        ground, holes = _ground(outer), _ground(inner) if inner else shapely.Polygon()
        if ground is None or holes is None:
            return None
        ground = shapely.difference(ground, holes)
        return None if ground.is_empty else ground
    except _UNREADABLE:
        return None


def _line(way: Mapping[str, Any]) -> Any:
    """Draw a way."""
    return shapely.LineString([(float(point["lon"]), float(point["lat"])) for point in way["geometry"]])


def _ground(lines: list[Any]) -> Any:
    """Stitch lines into rings and fill them; None where an end hangs loose or a ring crosses itself."""
    faces, cuts, dangles, broken = shapely.polygonize_full(np.array(lines, dtype=object))
    if shapely.is_empty(faces) or not all(shapely.is_empty(rest) for rest in (cuts, dangles, broken)):
        return None
    return shapely.union_all(shapely.get_parts(faces))
