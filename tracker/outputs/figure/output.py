"""A whole sheet, composed and saved: the same bytes for the same tables, whatever the user's matplotlib settings."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib

from tracker.outputs.figure.canvas import Sheet, Stock, blank, draw_map
from tracker.outputs.figure.layout import LAYOUTS, Layout
from tracker.outputs.figure.locator import corner_of, draw_locator
from tracker.outputs.figure.panel import draw_panel, draw_scale, draw_text, legend_entries
from tracker.outputs.figure.scene import Scene
from tracker.outputs.figure.text import Texts

_SETTINGS = {
    "font.family": "DejaVu Sans",
    "hatch.linewidth": 0.5,
    "pdf.fonttype": 3,
    "svg.fonttype": "path",
    "svg.hashsalt": "tracker",
    # A "$" in a name is a "$".
    "text.parse_math": False,
}
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "frontline-tracker"},
    "pdf": {"CreationDate": None, "Creator": "frontline-tracker"},
}


@contextmanager
def own_settings() -> Iterator[None]:
    """Use matplotlib's own defaults and the sheet's, and put back the user's afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield


def compose(
    scene: Scene,
    stock: Stock,
    texts: Texts,
    *,
    layout: Layout = LAYOUTS["web"],
    lang: str = "en",
    dpi: float | None = None,
) -> Sheet:
    """Draw a sheet; the answer says where its labels are."""
    with own_settings():
        figure = blank(layout, dpi)
        room = draw_panel(figure, legend_entries(scene, stock, lang), texts.sectors, layout)
        spot = room or corner_of(scene, stock, layout)
        sheet = draw_map(figure, scene, stock, layout, lang, inset=None if room else spot)
        draw_locator(figure, scene, stock, spot, layout, lang)
        draw_scale(figure, scene.extent, layout, lang)
        draw_text(figure, texts, layout)
    return sheet


def saved(sheet: Sheet, *, format: str, title: str, alt: str) -> bytes:
    """Save a sheet as bytes, with its title and alternative text inside and no time or machine."""
    about = {"png": "Description", "svg": "Description", "pdf": "Subject"}[format]
    buffer = io.BytesIO()
    with own_settings():
        metadata = {**_METADATA[format], "Title": title, about: alt}
        sheet.figure.savefig(buffer, format=format, dpi=sheet.figure.dpi, metadata=metadata)
    return buffer.getvalue()
