"""Read GeoJSON as it is found: with the one clear line where it is broken.

A feature can also be read by its own bytes, so that one that was in the last file is not read again. A file is cut at
the bytes with which its features begin. That needs no scanner that knows where strings end: every piece is then read by
itself as JSON. Where each of them is whole, and what stands around them is an object whose last member is the list of
its features, the file is that list, and nothing else could have come of reading it at once. Where one is not, because
the cut went through a feature within a feature, say, the file is read at once after all.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.geometry

from tracker.errors import SourceError

_FURTHEST = np.array([180.0, 90.0])
_UNREADABLE = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError,
    shapely.errors.ShapelyError,
)  # fmt: skip

_NEAR = 10_000
"""Bytes from the beginning, and from the end, within which the list of features must begin and end."""

_END = re.compile(rb"[ \t\r\n]*\][ \t\r\n]*\}[ \t\r\n]*\Z")
_LIST = re.compile(
    rb"""
    "features" \s* : \s* \[ [ \t\r\n]*
    (\{ \s* "type" \s* : \s* "Feature" \s* ,)  # what every feature must start with
    """,
    re.VERBOSE,
)


def features_of(path: Path) -> list[dict[str, Any]]:
    """
    Read the features of a FeatureCollection.

    Raises
    ------
    SourceError
        If the file is not whole JSON, or not a FeatureCollection.
    """
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: not whole JSON ({error}); fetch it again") from None
    return features_in(content, path)


def features_in(content: Any, path: Path) -> list[dict[str, Any]]:
    """
    Take the features out of what JSON holds.

    Raises
    ------
    SourceError
        If it is not a FeatureCollection.
    """
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(map(is_feature, features)):
        raise SourceError(f"{path}: JSON, but not a GeoJSON FeatureCollection")
    return features


def is_feature(feature: Any) -> bool:
    """Tell whether a member has the parts of a feature: an object, with properties that are one or null."""
    return isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict)


def is_point(feature: dict[str, Any]) -> bool:
    """Tell whether a feature is a point on the globe, which can be left out without reading it as a geometry."""
    geometry = feature.get("geometry")
    place = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    if not isinstance(place, list) or len(place) not in (2, 3):
        return False
    # The last bound is that of a height, of any size that a number may have.
    return all(type(n) in (int, float) and -most <= n <= most for n, most in zip(place, (180, 90, 1e9), strict=False))


def shape_of(feature: dict[str, Any], where: str) -> Any:
    """
    Read a feature's geometry; None where it has none.

    Raises
    ------
    SourceError
        If the coordinates do not make a geometry on the globe; `where` says of which file and feature.
    """
    geometry = feature.get("geometry")
    if geometry is None:
        return None
    try:
        with np.errstate(invalid="ignore"):  # a NaN is told below
            shape = _plain_shape_of(geometry) or shapely.geometry.shape(geometry)
        degrees = np.abs(shapely.get_coordinates(shape))
    except _UNREADABLE as error:
        raise SourceError(f"{where}: its geometry cannot be read ({error}); fetch it again") from None
    if not (degrees <= _FURTHEST).all():
        outside = ~(degrees <= _FURTHEST).all(axis=1)
        lon, lat = shapely.get_coordinates(shape)[outside][0]
        raise SourceError(f"{where}: its coordinates are not degrees ({lon:g}, {lat:g})")
    return shape


def _plain_shape_of(geometry: Any) -> Any:
    """
    Read a polygon or multipolygon as `shapely.geometry.shape` would, but in a third of the time.

    None where anything about it is unusual.
    """
    if not isinstance(geometry, dict):
        return None
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        return None
    if kind == "Polygon":
        return _polygon_of(coordinates)
    if kind == "MultiPolygon":
        polygons = [_polygon_of(polygon) for polygon in coordinates]
        return shapely.multipolygons(polygons) if all(polygons) else None
    return None


def _polygon_of(coordinates: Any) -> Any:
    """Read a polygon; None unless each ring is a list of points with two numbers each, or three."""
    if not isinstance(coordinates, list) or not coordinates:
        return None
    rings = []
    for ring in coordinates:
        try:
            corners = np.array(ring)
        except ValueError:
            return None
        if corners.ndim != 2 or corners.dtype.kind not in "fi" or corners.shape[1] not in (2, 3):
            return None
        rings.append(shapely.linearrings(corners))
    return shapely.polygons(rings[0], holes=rings[1:] or None)


def pieces_of(content: bytes) -> tuple[bytes, list[bytes]] | None:
    """
    Cut a FeatureCollection into what may be its features; None where it is written in another way than usual.

    It is one for certain when `read_piece` reads each of the pieces.

    Returns
    -------
    start, pieces
        What every feature starts with, and how each goes on.

    Examples
    --------
    >>> pieces_of(b'{"features": [{"type":"Feature","id":1},{"type":"Feature","id":2}]}')
    (b'{"type":"Feature",', [b'"id":1}', b'"id":2}'])
    >>> pieces_of(b'[1, 2]') is None
    True
    """
    listed = _LIST.search(content, 0, _NEAR)
    end = _END.search(content, max(0, len(content) - _NEAR))
    if listed is None or end is None or end.start() < listed.end() or not _is_collection(content[: listed.start(1)]):
        return None
    start, second = listed[1], content.find(listed[1], listed.end())
    between = content[content.rfind(b",", 0, second) : second] if second > 0 else b","  # a comma, and blanks
    return start, content[listed.end() : end.start()].split(between + start)


def _is_collection(head: bytes) -> bool:
    """Tell whether what stands before the features makes, with the end of a file, an object whose features they are."""
    try:
        around = json.loads(head.decode() + "null]}")
    except (ValueError, RecursionError):
        return False
    return bool(around.get("features") == [None])


def read_piece(start: bytes, piece: bytes) -> Any:
    """
    Read one feature.

    Raises
    ------
    ValueError, RecursionError
        If it is not whole JSON.
    """
    return json.loads((start + piece).decode("utf-8", "surrogatepass"))
