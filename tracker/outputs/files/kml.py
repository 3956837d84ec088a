"""Tables with shapes as KML."""

from __future__ import annotations

import geopandas as gpd

from tracker.render.base import Renderer
from tracker.render.gdal import written

__all__ = ["RENDERER"]


def _render(*, table: gpd.GeoDataFrame, note: str = "") -> bytes:
    """Write one layer in degrees."""
    return written(table, "KML", note)


RENDERER = Renderer("kml", ".kml", _render)
