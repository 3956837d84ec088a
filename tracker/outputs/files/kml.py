"""Tables with shapes as KML."""

from __future__ import annotations

from tracker.outputs.base import Renderer
from tracker.outputs.files.gdal import written
from tracker.outputs.story import TABLE, Story


def _render(story: Story, *, lang: str = "en") -> bytes:
    """Write one layer in degrees."""
    return written(story.table, "KML", story.note)


RENDERER = Renderer("kml", ".kml", _render, needs=TABLE)
