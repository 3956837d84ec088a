"""Tables with shapes in the formats that GDAL writes; the files live in memory."""

from __future__ import annotations

import io

import geopandas as gpd
import pyogrio

from tracker.outputs.files.rows import shapes_in_degrees


def written(table: gpd.GeoDataFrame, driver: str, note: str) -> bytes:
    """Write a table by one of GDAL's drivers, the same bytes for the same table."""
    buffer = io.BytesIO()
    rows = shapes_in_degrees(table, note)
    # A file that says when it was written would not be the same twice.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2022-02-24T00:00:00Z"})
    try:
        pyogrio.write_dataframe(rows, buffer, driver=driver, layer="ledger")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return buffer.getvalue()
