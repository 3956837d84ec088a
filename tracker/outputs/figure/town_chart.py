"""The chart of a dossier: how far occupied and contested ground was from its town, day by day, with the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tracker.outputs.figure.axes import day_axis, number_axis, quiet, unit_above
from tracker.outputs.figure.canvas import Sheet
from tracker.outputs.figure.distance_lines import (
    Line,
    draw_lines,
    draw_marks,
    lanes_in,
    line_styles,
    lines_of,
    marks_of,
    room_above_km,
)
from tracker.outputs.figure.labels import renderer_of
from tracker.outputs.figure.output import own_settings, saved
from tracker.outputs.figure.text import plain
from tracker.outputs.look import COLOURS
from tracker.outputs.words.catalogue import words

_WIDE_IN, _PLOT_IN = 6.0, 2.5
_LEFT_IN, _RIGHT_IN = 0.5, 1.1


def chart(
    distances: pd.DataFrame,
    events: pd.DataFrame,
    *,
    title: str,
    footer: str = "",
    note: str = "",
    lang: str = "en",
    alt: str = "",
) -> bytes:
    """
    Draw the chart of one town as SVG. The same tables give the same bytes.

    Parameters
    ----------
    distances
        The `distances` table of one town and source: one period, to occupied and, where it is drawn, contested ground.
    events
        Its `events`; those known before the first map are not marked.
    title, footer, note, alt
        What stands above and below; a mark; the picture in words, inside the file.
    lang
        en or uk.
    """
    with own_settings():
        drawn = lines_of(distances)
        marks, days = marks_of(events, drawn, lang), (distances["day"].min(), distances["day"].max())
        room = lanes_in(marks, days, _WIDE_IN - _LEFT_IN - _RIGHT_IN)
        figure = _paper(title, footer, note, lanes_in=room)
        ax = figure.axes[0]
        draw_lines(ax, drawn, days[1], lang, top_km=room_above_km(drawn))
        day_axis(ax, *days, lang)
        number_axis(ax, lang)
        quiet(ax, 8)
        unit_above(ax, words(lang).gettext("km"), 8)
        _legend(figure, drawn, distances, lang)
        draw_marks(ax, marks)
    return saved(Sheet(figure, ax, pd.DataFrame(), {}), format="svg", title=plain(title, most=120), alt=alt or title)


def _paper(title: str, footer: str, note: str, *, lanes_in: float) -> Figure:
    """Lay out the sheet: title, room for legend and labels, the plot, the footer."""
    top_in, low_in = 0.66 + lanes_in, 0.74
    high = top_in + _PLOT_IN + low_in
    figure = Figure(figsize=(_WIDE_IN, high), dpi=150, facecolor="white")
    FigureCanvasAgg(figure)
    width = (_WIDE_IN - _LEFT_IN - _RIGHT_IN) / _WIDE_IN
    figure.add_axes((_LEFT_IN / _WIDE_IN, low_in / high, width, _PLOT_IN / high))
    put: dict[str, Any] = {"color": COLOURS["text"], "va": "center", "x": 0.1 / _WIDE_IN}
    head = figure.text(y=1 - 0.18 / high, s=plain(title, most=120), size=11, weight="bold", **put)
    _shrunk(head, _WIDE_IN - (1.9 if note else 0.2))
    foot = figure.text(y=0.14 / high, s=plain(footer, most=300), size=6.5, **put | {"color": COLOURS["muted"]})
    _shrunk(foot, _WIDE_IN - 0.2)
    if note:
        look = {"boxstyle": "square,pad=0.4", "fc": "#ffd54a", "ec": COLOURS["text"], "lw": 0.8}
        put = {"x": 1 - 0.16 / _WIDE_IN, "y": 1 - 0.18 / high, "ha": "right", "va": "center"}
        mark = figure.text(s=plain(note, most=60), size=8.5, weight="bold", color=COLOURS["text"], bbox=look, **put)
        _shrunk(mark, 1.5)
    return figure


def _shrunk(text: Any, most_in: float) -> None:
    """Shrink a text until it is no wider than so many inches."""
    wide = text.get_window_extent(renderer_of(text.figure)).width / text.figure.dpi
    if wide > most_in:
        text.set_fontsize(text.get_fontsize() * most_in / wide)


def line_words(distances: pd.DataFrame, lang: str, *, edge_known: bool = True) -> dict[str, str]:
    """Say what each kind of line is, with a sign where an edge is that of a disc."""
    about = "≈ " if (distances["edge_method"] == "disc").any() else ""
    _ = words(lang).gettext
    return {
        "edge": about + _("edge to occupied"),
        "centre": _("centre to occupied"),
        "contested": about + _("edge to contested") if edge_known else _("centre to contested"),
    }


def _legend(figure: Figure, drawn: Sequence[Line], distances: pd.DataFrame, lang: str) -> None:
    """Say which line is which, in a row below the title."""
    told = line_words(distances, lang, edge_known=any(line.kind == "edge" for line in drawn))
    ax = figure.axes[0]
    handles = [ax.plot([], [], label=told[line.kind], **line_styles()[line.kind])[0] for line in drawn]
    if handles:
        figure.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0.02, 1 - 0.3 / figure.get_size_inches()[1]), ncols=3,
            fontsize=8, frameon=False, borderpad=0, columnspacing=1.4, handlelength=2.2, handletextpad=0.6,
        )  # fmt: skip
