"""Tables with shapes as KML."""

from __future__ import annotations

import geopandas as gpd

from tracker.outputs.base import Renderer
from tracker.outputs.files.gdal import written


def _render(*, table: gpd.GeoDataFrame, note: str = "") -> bytes:
    """Write one layer in degrees."""
    return written(table, "KML", note)


RENDERER = Renderer("kml", ".kml", _render)
