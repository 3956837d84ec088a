"""Tables with shapes as GeoPackage."""

from __future__ import annotations

import geopandas as gpd

from tracker.render.base import Renderer
from tracker.render.gdal import written

__all__ = ["RENDERER"]


def _render(*, table: gpd.GeoDataFrame, note: str = "") -> bytes:
    """Write one layer in degrees."""
    return written(table, "GPKG", note)


RENDERER = Renderer("gpkg", ".gpkg", _render)
