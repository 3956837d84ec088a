"""The page of a chart: title, numbers, key and mark above its plots, notes and credits below them.

Every size has its page (see `layout`). Lengths are in units of 1/150 inch from the lower left corner; what the words
leave of the page is the plots'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tracker.outputs.figure.canvas import blank, fitted, wrapped
from tracker.outputs.figure.labels import renderer_of
from tracker.outputs.figure.layout import UNITS_PER_INCH, Box, Layout
from tracker.outputs.figure.panel import draw_foot
from tracker.outputs.figure.text import Texts
from tracker.outputs.look import COLOURS

_TITLE_LINES, _NUMBER_LINES, _NOTE_LINES = 3, 3, 9
_SWATCH = 34.0


@dataclass(frozen=True)
class Asked:
    """
    What a chart is drawn from.

    Parameters
    ----------
    table
        The table of its kind, of one source.
    since, until
        Its first and last Kyiv day.
    every
        The calendar periods of its bars, where it has any: week or month.
    names
        Ground or GeoNames id → the name to write.
    breaks
        The days from whose maps on the source covers other ground than before.
    left_out
        The causes that gains and losses leave out, in words.
    layout, lang
        Of the page.
    events
        What happened to the towns of the table, where it is about any.
    """

    table: pd.DataFrame
    since: pd.Timestamp
    until: pd.Timestamp
    layout: Layout
    lang: str
    every: str = "month"
    names: Mapping[Any, str] = field(default_factory=dict)
    breaks: Sequence[pd.Timestamp] = ()
    left_out: Sequence[str] = ()
    events: pd.DataFrame = None


@dataclass(frozen=True)
class Page:
    """What is written around the plots: one line each of title and numbers, entries of the key, sentences, credits."""

    title: str
    numbers: str
    key: Sequence[tuple[dict[str, Any], str]]
    notes: Sequence[str]
    credits: str
    mark: str
    alt: str


def end_of(asked: Asked) -> pd.Timestamp:
    """Give where a line of states ends: each holds to the end of its day."""
    return asked.until + pd.Timedelta(days=1)


def units_of(size_pt: float) -> float:
    """Turn points into units."""
    return size_pt * UNITS_PER_INCH / 72


def letters(number: float, size_pt: float) -> float:
    """Give the width of so many digits or small letters, in units."""
    return 0.64 * number * units_of(size_pt)


def scale_of(layout: Layout) -> float:
    """Say how many times larger than 8 points texts within a plot are."""
    return 1.3 * layout.panel_pt / 8


def page_of(page: Page, layout: Layout, dpi: float | None = None) -> tuple[Figure, Box]:
    """Write all that stands around the plots, and give the box that is left for them."""
    figure = blank(layout, dpi)
    board = figure.add_axes((0, 0, 1, 1), label="board")
    board.set(xlim=(0, layout.width), ylim=(0, layout.height))
    board.set_axis_off()
    left, _, right, top = layout.head
    look = {"weight": "bold", "color": COLOURS["text"]}
    top = _lines(board, page.title, (left, top, right), layout.title_pt, most=_TITLE_LINES, **look)
    size = max(0.62 * layout.title_pt, 8 * scale_of(layout))
    top = _lines(board, page.numbers, (left, top - 4, right), size, most=_NUMBER_LINES, color=COLOURS["text"])
    top = _key(board, page, (left, top - 14, right), layout)
    texts = Texts("", "", [], [], [page.credits], page.alt)
    draw_foot(figure, texts.footer, layout)
    foot = layout.foot[3] + 10
    bottom = _notes(board, " ".join(page.notes), (left, foot, right), 1.12 * layout.foot_pt)
    return figure, (left, bottom, right, top)


def _lines(board: Any, text: str, at: tuple[float, float, float], size_pt: float, *, most: int, **look: Any) -> float:
    """Write a text as lines below each other, smaller where they would be more than `most`; give where they end."""
    left, top, right = at
    lines: list[str] = []
    for share in (1.0, 0.9, 0.8, 0.7, 0.6):
        lines = wrapped(board.figure, text, share * size_pt, right - left, even=True)
        if len(lines) <= most:
            break
    lead = 1.32 * units_of(share * size_pt)
    for line in lines[:most]:
        written = board.text(left, top - lead / 2, line, size=share * size_pt, va="center", **look)
        fitted(board.figure, written, right - left)
        top -= lead
    return top


def _notes(board: Any, text: str, at: tuple[float, float, float], size_pt: float) -> float:
    """Write the notes so that they end above the credits, and give where they begin."""
    left, bottom, right = at
    lines: list[str] = []
    for share in (1.0, 0.9, 0.8, 0.7):
        lines = wrapped(board.figure, text, share * size_pt, right - left)
        if len(lines) <= _NOTE_LINES:
            break
    lead = 1.22 * units_of(share * size_pt)
    top = bottom + lead * min(len(lines), _NOTE_LINES)
    for number, line in enumerate(lines[:_NOTE_LINES]):
        look = {"size": share * size_pt, "va": "center", "color": COLOURS["text"]}
        fitted(board.figure, board.text(left, top - lead * (number + 0.5), line, **look), right - left)
    return top


def _key(board: Any, page: Page, at: tuple[float, float, float], layout: Layout) -> float:
    """Write the key as rows of entries, with the mark of a sample at its right; give where it ends."""
    left, top, right = at
    scale = scale_of(layout)
    lead, gap, swatch = 26 * scale, 26 * scale, _SWATCH * scale
    if page.mark:
        right = _mark(board, page.mark, (right, top - lead / 2), scale, most=(right - left) / 2.2) - gap
    x, y = left, top - lead / 2
    for style, words in page.key:
        text = board.text(x + swatch + 8 * scale, y, words, size=8 * scale, va="center", color=COLOURS["text"])
        fitted(board.figure, text, right - left - swatch - 8 * scale)
        wide = text.get_window_extent(renderer_of(board.figure)).width * UNITS_PER_INCH / board.figure.dpi
        if x > left and x + swatch + 8 * scale + wide > right:
            x, y = left, y - lead
            text.set_position((x + swatch + 8 * scale, y))
        _swatch(board, style, (x, y), swatch, scale)
        x += swatch + 8 * scale + wide + gap
    return y - lead / 2 - 10 * scale if page.key or page.mark else top


def _swatch(board: Any, style: dict[str, Any], at: tuple[float, float], width: float, scale: float) -> None:
    """Draw the patch or the line of an entry."""
    x, y = at
    if "fc" in style:
        board.add_patch(Rectangle((x, y - 7 * scale), width, 14 * scale, **style))
    else:
        across = [x + width / 2] if style.get("lw") == 0 else [x, x + width]
        board.plot(across, [y] * len(across), **style)


def _mark(board: Any, words: str, at: tuple[float, float], scale: float, *, most: float) -> float:
    """Write the mark of a sample with its right edge at a point, and give its left edge."""
    look = {"boxstyle": "square,pad=0.4", "fc": "#ffd54a", "ec": COLOURS["text"], "lw": 0.8}
    pad = 0.4 * units_of(9 * scale)
    put = {"size": 9 * scale, "weight": "bold", "color": COLOURS["text"], "ha": "right", "va": "center"}
    text = board.text(at[0] - pad, at[1], words, bbox=look, **put)
    fitted(board.figure, text, most)
    wide = text.get_window_extent(renderer_of(board.figure)).width * UNITS_PER_INCH / board.figure.dpi
    return at[0] - 2 * pad - wide


def plot(figure: Figure, box: Box, layout: Layout, label: str, **options: Any) -> Any:
    """Lay out a plot in a box of the page."""
    return figure.add_axes(layout.share(box), label=label, **options)


def tick_room(box: Box, size_pt: float) -> int:
    """Count how many days can be written along the foot of a plot."""
    return max(2, int((box[2] - box[0]) / (5.2 * units_of(size_pt))))
