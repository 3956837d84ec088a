"""A whole chart, composed: the page and its plots, one kind or another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from tracker.outputs.figure.chart_area import area_words, draw_area
from tracker.outputs.figure.chart_bars import draw_months, month_words
from tracker.outputs.figure.chart_distance import distance_words, draw_distance
from tracker.outputs.figure.chart_page import Asked, Page, page_of
from tracker.outputs.figure.chart_sectors import draw_sectors, sector_words
from tracker.outputs.figure.layout import Box
from tracker.outputs.figure.output import own_settings

_Words = Callable[[Asked], dict[str, Any]]
_Draw = Callable[[Figure, Box, Asked], pd.DataFrame]
_KINDS: dict[str, tuple[_Words, _Draw]] = {
    "months": (month_words, draw_months),
    "area": (area_words, draw_area),
    "distance": (distance_words, draw_distance),
    "sectors": (sector_words, draw_sectors),
}


@dataclass(frozen=True)
class Charted:
    """A drawn chart: the figure, what is written around its plots, and the table of all that is drawn in them."""

    figure: Figure
    page: Page
    drawn: pd.DataFrame


def compose_chart(kind: str, asked: Asked, *, credits: str = "", mark: str = "", dpi: float | None = None) -> Charted:
    """Draw a chart; the answer says what it shows."""
    write, draw = _KINDS[kind]
    page = Page(**write(asked), credits=credits, mark=mark)
    with own_settings():
        figure, box = page_of(page, asked.layout, dpi)
        drawn = draw(figure, box, asked)
    return Charted(figure, page, drawn)
