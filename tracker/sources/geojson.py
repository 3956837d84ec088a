"""Read GeoJSON as it is found: with the one clear line where it is broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.geometry

from tracker.errors import SourceError

__all__ = ["features_in", "features_of", "shape_of"]

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
    if not isinstance(features, list) or not all(map(_is_feature, features)):
        raise SourceError(f"{path}: JSON, but not a GeoJSON FeatureCollection")
    return features


def _is_feature(feature: Any) -> bool:
    """Tell whether a member has the parts of a feature: an object, with properties that are one or null."""
    return isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict)


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
            shape = shapely.geometry.shape(geometry)
        degrees = shapely.get_coordinates(shape)
    except _UNREADABLE as error:
        raise SourceError(f"{where}: its geometry cannot be read ({error}); fetch it again") from None
    outside = ~((np.abs(degrees[:, 0]) <= 180) & (np.abs(degrees[:, 1]) <= 90))
    if outside.any():
        lon, lat = degrees[outside][0]
        raise SourceError(f"{where}: its coordinates are not degrees ({lon:g}, {lat:g})")
    return shape
