"""Files of sources, as their publishers write them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import shapely

BOX = [[36.0, 48.0], [36.1, 48.0], [36.1, 48.1], [36.0, 48.1], [36.0, 48.0]]
FURTHER = [[x + 1, y] for x, y in BOX]
BOWTIE = [[36.0, 48.0], [36.1, 48.1], [36.1, 48.0], [36.0, 48.1], [36.0, 48.0]]
BOX_KM2 = 82.9
FILLS = {"occupied": "#a52714", "contested": "#bcaaa4"}


def polygon(ring=BOX):
    return {"type": "Polygon", "coordinates": [ring]}


def feature(fill="#a52714", name="", geometry=None, **properties):
    return {
        "type": "Feature",
        "properties": {"fill": fill, "name": name} | properties,
        "geometry": geometry or polygon(),
    }


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def put(folder, content, name="1736197748.geojson"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def boxed(status, box, **properties):
    """Draw a box (west, south, east, north) in the colour of a status."""
    properties = {"name": "", "fill": FILLS.get(status, status)} | properties
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shapely.box(*box))}


def export(folder, as_of, *features):
    """Write a raw export as DeepState names and draws it."""
    file = Path(folder) / f"{int(pd.Timestamp(as_of).timestamp())}.geojson"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return file


def daily_export(folder, date, *boxes):
    """Write a file of the daily mirror: its date is the day after that of the map."""
    file = Path(folder) / f"deepstatemap_data_{date}.geojson"
    file.parent.mkdir(parents=True, exist_ok=True)
    features = [{**boxed("occupied", box), "properties": {}} for box in boxes]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file
