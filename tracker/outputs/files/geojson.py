"""Tables with shapes as GeoJSON (RFC 7946): degrees, unrounded."""

from __future__ import annotations

import json

import shapely.geometry

from tracker.outputs.base import Renderer
from tracker.outputs.files.rows import json_value, shapes_in_degrees
from tracker.outputs.story import TABLE, Story


def _render(story: Story, *, lang: str = "en") -> str:
    """Write a FeatureCollection, a line a feature."""
    rows = shapes_in_degrees(story.table, story.note)
    properties = rows.drop(columns="geometry").to_dict("records")
    features = [
        {
            "type": "Feature",
            "properties": {name: json_value(value) for name, value in row.items()},
            "geometry": shapely.geometry.mapping(shape),
        }
        for row, shape in zip(properties, rows.geometry, strict=True)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


RENDERER = Renderer("geojson", ".geojson", _render, needs=TABLE)
