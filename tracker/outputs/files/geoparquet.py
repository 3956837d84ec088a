"""Tables with shapes as GeoParquet, in `WORK_CRS` and with their own dtypes: for the next program, nothing lost."""

from __future__ import annotations

import io

from tracker.outputs.base import Renderer
from tracker.outputs.story import TABLE, Story


def _render(story: Story, *, lang: str = "en") -> bytes:
    """Write one file, compressed by zstd."""
    buffer = io.BytesIO()
    marked = story.table.assign(note=story.note) if story.note else story.table
    marked.to_parquet(buffer, compression="zstd", index=False)
    return buffer.getvalue()


RENDERER = Renderer("geoparquet", ".parquet", _render, needs=TABLE)
