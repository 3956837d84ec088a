"""The lines of a town's distances: a step at each map, for a day without one the last before it, events marked.

Where no map came for more than `STALE_DAYS` days the line is faint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tracker.outputs.figure.axes import inches_of, number_of_day, short_day
from tracker.outputs.figure.labels import renderer_of
from tracker.outputs.look import COLOURS
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import km
from tracker.tables.constants import STALE_DAYS
from tracker.tables.days import day_of
from tracker.tables.messages import N_

_FAR_KM, _NO_LANE_IN = 30.0, 0.15
_MARK_DPI = 150
_EVENTS = {
    "edge_reached": N_("edge reached"),
    "contested": N_("first contested"),
    "half_occupied": N_("half occupied"),
}


def dot() -> dict[str, Any]:
    """Give the look of a mark on a line."""
    return {"marker": "o", "ms": 5, "mfc": "white", "mec": COLOURS["text"], "mew": 1.3, "lw": 0}


def line_styles() -> dict[str, dict[str, Any]]:
    """Give the looks of the lines by what they measure to."""
    return {
        "edge": {"color": COLOURS["occupied_line"], "lw": 2.2, "zorder": 4},
        "centre": {"color": COLOURS["text"], "lw": 1.1, "zorder": 3},
        "contested": {"color": COLOURS["contested"], "lw": 1.4, "ls": (0, (3, 1.5)), "zorder": 3.5},
    }


@dataclass(frozen=True)
class Line:
    """One line of the chart: its kind (edge, centre, contested), and the km of each map, by its day."""

    kind: str
    km: pd.Series


def lines_of(distances: pd.DataFrame) -> list[Line]:
    """Take the lines out of the `distances` of one town: only those of which anything is known."""
    occupied = _maps(distances[distances["to"] == "occupied"])
    contested = _maps(distances[distances["to"] == "contested"])
    edge_known = occupied["edge_km"].notna().any()
    lines = [
        Line("edge", occupied["edge_km"]),
        Line("centre", occupied["centre_km"]),
        Line("contested", contested["edge_km" if edge_known else "centre_km"]),
    ]
    return [line for line in lines if line.km.notna().any()]


def _maps(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep one row a map, under the map's own day, but not before the first day asked for."""
    first = rows["day"].min()
    return rows.drop_duplicates("as_of").assign(at=lambda kept: day_of(kept["as_of"]).clip(lower=first)).set_index("at")


def pieces(km_by_day: pd.Series, until: pd.Timestamp) -> list[tuple[np.ndarray, bool]]:
    """
    Cut a line into steps that are drawn alike: corners (days since 1970, km), and whether the maps are too far apart.

    Examples
    --------
    >>> days = pd.to_datetime(["1970-01-01", "1970-01-03", "1970-01-09"])
    >>> [(piece.tolist(), bool(old)) for piece, old in pieces(pd.Series([3.0, 2.0, 1.0], days), days[-1])]
    [([[0.0, 3.0], [2.0, 3.0], [2.0, 2.0]], False), ([[2.0, 2.0], [8.0, 2.0], [8.0, 1.0]], True)]
    """
    x, y = number_of_day(km_by_day.index), km_by_day.to_numpy(dtype=float)
    last = max(float(number_of_day([until])[0]), x[-1])
    x, y = (np.append(x, last), np.append(y, y[-1])) if last > x[-1] else (x, y)
    found: list[tuple[list[list[float]], bool]] = []
    for here, there, low, high in zip(x[:-1], x[1:], y[:-1], y[1:], strict=True):
        old = bool(there - here > STALE_DAYS)
        step = [[float(here), low], [float(there), low], [float(there), high]]
        if found and found[-1][1] == old and found[-1][0][-1] == step[0]:
            found[-1][0].extend(step[1:])
        else:
            found.append((step, old))
    return [(np.array(corners), old) for corners, old in found]


def steps(ax: Any, values: pd.Series, until: pd.Timestamp, **style: Any) -> None:
    """Draw a line of steps, faint where maps are far apart; a map without a neighbour is a dot."""
    for corners, old in pieces(values, until):
        ax.plot(*corners.T, **style | ({"alpha": 0.45, "lw": style["lw"] * 0.6} if old else {}))
    alone = _alone(values)
    dots = {"marker": "o", "ms": 2.6, "lw": 0, "color": style["color"], "zorder": style["zorder"]}
    ax.plot(number_of_day(alone.index), alone, **dots)


def draw_lines(
    ax: Any, drawn: Sequence[Line], until: pd.Timestamp, lang: str, *, top_km: float, scale: float = 1.0
) -> None:
    """Draw the lines into a plot that reaches `top_km`, and write at their ends how far it is."""
    for line in drawn:
        style = line_styles()[line.kind]
        steps(ax, line.km, until, **style | {"lw": style["lw"] * scale})
    ax.set_ylim(0, top_km)
    _ends(ax, drawn, until, lang, scale)


def _alone(values: pd.Series) -> pd.Series:
    """Keep the maps that have no other within `STALE_DAYS` days on one side, where a faint line begins or ends."""
    gap = np.diff(number_of_day(values.index)) > STALE_DAYS
    return values[np.append(gap, len(gap) == 0) | np.append(len(gap) == 0, gap)]


def _ends(ax: Any, drawn: Sequence[Line], until: pd.Timestamp, lang: str, scale: float) -> None:
    """Write the last km of each line beside its end, one above the other where they are close."""
    top = ax.get_ylim()[1]
    last = sorted((line.km.iloc[-1], line.kind) for line in drawn if line.km.iloc[-1] <= top)
    room, written = 0.15 * scale / inches_of(ax)[1] * top, -np.inf
    for end_km, kind in last:
        written = max(end_km, written + room)
        style = {"color": line_styles()[kind]["color"], "size": 8 * scale, "va": "center", "weight": "bold"}
        ax.annotate(
            km(end_km, lang=lang), (float(number_of_day([until])[0]), written), (5, 0), textcoords="offset points",
            annotation_clip=False, **style,
        )  # fmt: skip


def room_above_km(drawn: Sequence[Line]) -> float:
    """Choose how high the plot reaches: contested ground that is far away must not press the rest down."""
    highest = [line.km.max() if line.kind != "contested" else min(line.km.max(), _FAR_KM) for line in drawn]
    return float(max([1.0, *highest]) * 1.06)


@dataclass(frozen=True)
class Mark:
    """The events of one day: where they are on the chart, and their words."""

    day: float
    km: float
    text: str


def marks_of(events: pd.DataFrame, drawn: Sequence[Line], lang: str) -> list[Mark]:
    """Put the events of a day together, in the order of days; what was so before the first map has no day."""
    lines = {line.kind: line.km for line in drawn}
    base = lines.get("edge", lines.get("centre"))
    marks = []
    for day, rows in events[~events["known_before"]].groupby("day"):
        kinds = list(rows["event"])
        line = lines.get("contested", base) if kinds == ["contested"] else base
        at = 0.0 if line is None else float(line.get(day, 0.0))
        _ = words(lang).gettext
        near = [kind.split("_")[1] for kind in kinds if kind.startswith("within_")]
        named = [_("within {near} km").format(near=", ".join(near))] if near else []
        named += [_(_EVENTS[kind]) for kind in kinds if kind in _EVENTS]
        date = f"{short_day(day, lang)} {day.year}"
        marks.append(Mark(float(number_of_day([day])[0]), 0.0 if np.isnan(at) else at, "\n".join([*named, date])))
    return marks


def _sizes(marks: Sequence[Mark], scale: float) -> list[tuple[float, float]]:
    """Measure the labels of marks, in inches."""
    figure = Figure(figsize=(1, 1), dpi=_MARK_DPI)
    FigureCanvasAgg(figure)
    renderer = renderer_of(figure)
    boxes = [figure.text(0, 0, mark.text, size=7.5 * scale).get_window_extent(renderer) for mark in marks]
    return [(box.width / _MARK_DPI + 0.12 * scale, box.height / _MARK_DPI + 0.08 * scale) for box in boxes]


def lanes(starts: Sequence[float], sizes: Sequence[tuple[float, float]]) -> list[float]:
    """
    Stack labels, given from left to right, so that none covers another or the line down from one further left.

    Parameters
    ----------
    starts
        Where each label begins, on the line down to its mark.
    sizes
        Width and height of each.

    Returns
    -------
    list
        How high above the plot each begins. Labels further right lie lower: no line passes through them.

    Examples
    --------
    >>> lanes([0.0, 0.5, 3.0], [(1.0, 0.3), (1.0, 0.3), (1.0, 0.3)])
    [0.3, 0.0, 0.0]
    """
    heights = [0.0] * len(starts)
    for number in range(len(starts) - 1, -1, -1):
        over = [later for later in range(number + 1, len(starts)) if starts[later] < starts[number] + sizes[number][0]]
        heights[number] = max([heights[later] + sizes[later][1] for later in over], default=0.0)
    return heights


def _starts_in(marks: Sequence[Mark], span: tuple[float, float], width_in: float) -> list[float]:
    """Give where marks lie along the plot, in inches."""
    first, last = span
    return [(mark.day - first) / max(last - first, 1.0) * width_in for mark in marks]


def lanes_in(marks: Sequence[Mark], days: tuple[Any, Any], width_in: float, *, scale: float = 1.0) -> float:
    """Give how much room the labels need above a plot of so many inches from the first day to the last, in inches."""
    first, last = map(float, number_of_day(list(days)))
    sizes = _sizes(marks, scale)
    heights = lanes(_starts_in(marks, (first, last), width_in), sizes)
    return max([low + size[1] for low, size in zip(heights, sizes, strict=True)], default=_NO_LANE_IN * scale)


def draw_dots(ax: Any, marks: Sequence[Mark], *, scale: float = 1.0) -> None:
    """Mark the events on their line."""
    style = dot()
    style |= {"ms": style["ms"] * scale, "mew": style["mew"] * scale}
    ax.plot([mark.day for mark in marks], [mark.km for mark in marks], zorder=6, clip_on=False, **style)


def draw_marks(ax: Any, marks: Sequence[Mark], *, scale: float = 1.0) -> None:
    """Mark the events on their line, with a label above the plot at the end of a thin line."""
    width_in, height_in = inches_of(ax)
    sizes, top = _sizes(marks, scale), ax.get_ylim()[1]
    heights = lanes(_starts_in(marks, ax.get_xlim(), width_in), sizes)
    for mark, height, size in zip(marks, heights, sizes, strict=True):
        head = top * (1 + (height + size[1]) / height_in)
        ax.plot([mark.day] * 2, [mark.km, head], color=COLOURS["muted"], lw=0.7 * scale, zorder=2, clip_on=False)
        draw_dots(ax, [mark], scale=scale)
        foot = top * (1 + (height + 0.04 * scale) / height_in)
        ax.annotate(
            mark.text, (mark.day, foot), (3 * scale, 0), textcoords="offset points", size=7.5 * scale, va="bottom",
            color=COLOURS["text"], annotation_clip=False, linespacing=1.15, zorder=7,
        )  # fmt: skip
