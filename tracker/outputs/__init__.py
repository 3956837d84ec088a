"""Renderers: tables in, text or bytes out, one file a kind of output."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from tracker.plugins import discover, plugin
from tracker.render.base import Renderer

__all__ = ["Renderer", "render", "renderers"]


@cache
def renderers() -> dict[str, Renderer]:
    """List the known renderers by name."""
    return discover(sys.modules[__name__], "RENDERER")


def render(kind: str, /, **tables: Any) -> str | bytes:
    """
    Render tables as one kind of output.

    Raises
    ------
    ValueError
        For an unknown kind, listing those that are known.
    """
    return plugin(sys.modules[__name__], "RENDERER", kind).render(**tables)
