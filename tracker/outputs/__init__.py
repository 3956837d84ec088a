"""The edge out: words, figures, pages and files.

In: tables, a language, and the options of a kind of output. Out: `str` or `bytes`, the same for the same tables. What
does not belong here: computing what is shown (measures), choosing what goes into it (products), writing files (cli).
"""

from __future__ import annotations

from typing import Any

from tracker.outputs.base import Renderer
from tracker.outputs.story import FIELDS, Story
from tracker.plugins import plugin

_HOMES = {
    "files": "csv geojson geoparquet gpkg json kml markdown parquet table xlsx",
    "figure": "chart figure timelapse",
    "page": "agreement bulletin dossier map report",
}
RENDERERS = {
    kind: f"tracker.outputs.{home}.{kind}:RENDERER" for home, kinds in _HOMES.items() for kind in kinds.split()
}
"""Where the renderer of each kind of output stands."""


def renderer(kind: str) -> Renderer:
    """
    Look the renderer of a kind of output up.

    Raises
    ------
    ValueError
        For an unknown kind, listing those that are known.
    """
    found: Renderer = plugin(RENDERERS, kind, "renderer")
    return found


def needs_of(kind: str) -> tuple[str, ...]:
    """List the fields of a story that a kind of output reads."""
    return renderer(kind).needs


def render(kind: str, /, **given: Any) -> str | bytes:
    """
    Render tables as one kind of output: the fields of a `Story` by their names, and the options of the kind.

    Raises
    ------
    ValueError
        For an unknown kind, listing those that are known.
    """
    story = {name: value for name, value in given.items() if name in FIELDS}
    options = {name: value for name, value in given.items() if name not in FIELDS}
    return renderer(kind).render(Story(**story), **options)
