"""Read GeoJSON as it is found: with the one clear line where it is broken."""

from __future__ import annotations

import json
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
