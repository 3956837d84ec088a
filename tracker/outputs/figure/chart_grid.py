"""Small multiples: plots of one kind side by side on one scale, written along the left and the lower rim only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tracker.outputs.figure.canvas import fitted
from tracker.outputs.figure.chart_page import letters, units_of
from tracker.outputs.figure.layout import UNITS_PER_INCH, Box
from tracker.outputs.look import COLOURS

_LEAST_LETTERS, _LEAST_LINES = 23, 7.0
_HEAD_LINES = 2.5
_SHAPE = 1.7  # a plot over time is read best when it is clearly wider than high


@dataclass(frozen=True)
class Cell:
    """Where a plot stands, and whether it is in the first column, and the last of its column."""

    box: Box
    first: bool
    last: bool


def most_cells(box: Box, size_pt: float) -> tuple[int, int]:
    """Count how many columns and rows of plots can be read in a box."""
    columns = int((box[2] - box[0]) / letters(_LEAST_LETTERS, size_pt))
    return max(columns, 1), max(int((box[3] - box[1]) / (_LEAST_LINES * 1.25 * units_of(size_pt))), 1)


def cells_of(number: int, box: Box, size_pt: float, *, left: float, gap: float) -> list[Cell]:
    """
    Divide a box among plots, row by row from the top, each below a head of two lines.

    Parameters
    ----------
    number
        How many plots.
    box, size_pt
        Where, in units; how large their texts are.
    left, gap
        The room for numbers left of the first column, and between columns.
    """
    line = 1.25 * units_of(size_pt)
    inner = (box[0] + left, box[1] + 2.7 * line, box[2], box[3])
    columns, rows = grid_of(number, inner, most_columns=most_cells(box, size_pt)[0])
    wide = (inner[2] - inner[0] - gap * (columns - 1)) / columns
    high = (inner[3] - inner[1]) / rows
    cells = []
    for place in range(number):
        row, column = divmod(place, columns)
        x, top = inner[0] + column * (wide + gap), inner[3] - row * high
        frame = (x, top - high + 0.4 * line, x + wide, top - _HEAD_LINES * line)
        cells.append(Cell(frame, first=column == 0, last=place + columns >= number))
    return cells


def grid_of(number: int, box: Box, *, most_columns: int = 99) -> tuple[int, int]:
    """
    Choose columns and rows for so many plots, so that each is about `_SHAPE` times as wide as high.

    Examples
    --------
    >>> grid_of(6, (0, 0, 160, 90)), grid_of(6, (0, 0, 90, 160)), grid_of(1, (0, 0, 9, 9))
    ((3, 2), (1, 6), (1, 1))
    """

    def unlike(columns: int) -> tuple[float, int]:
        rows = math.ceil(number / columns)
        width, height = (box[2] - box[0]) / columns, (box[3] - box[1]) / rows
        empty = columns * rows - number
        return abs(math.log(width / height / _SHAPE)) + 0.12 * empty, columns

    columns = min(range(1, min(number, most_columns) + 1), key=unlike)
    return columns, math.ceil(number / columns)


def head_of(ax: Any, name: str, figures: str, size_pt: float, *, room: float = 0.0) -> None:
    """Write a name above a plot, and its figures below the name; names may reach so many units beyond the plot."""
    put: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom", "ha": "left"}
    put |= {"size": size_pt, "annotation_clip": False}
    width = ax.get_window_extent().width * UNITS_PER_INCH / ax.figure.dpi + room
    for text, lines, look in ((figures, 0.35, {"color": COLOURS["muted"]}), (name, 1.6, {"weight": "bold"})):
        fitted(ax.figure, ax.annotate(text, (0, 1), (0, lines * size_pt), **put, **look), width)
