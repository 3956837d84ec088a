"""Read GeoJSON as it is found: with the one clear line where it is broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely
import shapely.geometry

from tracker.errors import SourceError

__all__ = ["features_of", "shape_of"]


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
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise SourceError(f"{path}: JSON, but not a GeoJSON FeatureCollection")
    return features


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
        shape = shapely.geometry.shape(geometry)
        west, south, east, north = shape.bounds if not shape.is_empty else (0, 0, 0, 0)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError) as error:
        raise SourceError(f"{where}: its geometry cannot be read ({error}); fetch it again") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise SourceError(f"{where}: its coordinates are not degrees ({west}, {south}, {east}, {north})")
    return shape
