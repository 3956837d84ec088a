"""Tables with shapes as GeoParquet, in `WORK_CRS` and with their own dtypes: for the next program, nothing lost."""

from __future__ import annotations

import io

import geopandas as gpd

from tracker.outputs.base import Renderer


def _render(*, table: gpd.GeoDataFrame, note: str = "") -> bytes:
    """Write one file, compressed by zstd."""
    buffer = io.BytesIO()
    marked = table.assign(note=note) if note else table
    marked.to_parquet(buffer, compression="zstd", index=False)
    return buffer.getvalue()


RENDERER = Renderer("geoparquet", ".parquet", _render)
