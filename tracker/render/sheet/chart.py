"""The chart of a town: how far occupied and contested ground was, day by day, with the events marked.

A step at each map, for a day without one shows the last before it; where none came for more than `STALE_DAYS` days the
line is faint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tracker.render.dossier_words import CHART
from tracker.render.sheet.canvas import Sheet
from tracker.render.sheet.labels import renderer_of
from tracker.render.sheet.output import own_settings, saved
from tracker.render.sheet.wording import plain
from tracker.render.style import COLOURS, km
from tracker.schema import STALE_DAYS
from tracker.snapshots import day_of

__all__ = ["Line", "chart", "lanes", "lines_of", "pieces"]

_WIDE_IN, _PLOT_IN = 6.0, 2.5
_LEFT_IN, _RIGHT_IN = 0.5, 1.1
_FAR_KM, _NO_LANE_IN = 30.0, 0.15
_STYLES: dict[str, dict[str, Any]] = {
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
    x, y = _number(km_by_day.index), km_by_day.to_numpy(dtype=float)
    last = max(float(_number([until])[0]), x[-1])
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
        marks = _marks(events, drawn, lang)
        until = distances["day"].max()
        figure = _paper(title, footer, note, lanes_in=_lanes_in(marks, distances["day"].min(), until))
        ax = figure.axes[0]
        _draw(ax, drawn, until, lang)
        _frame(ax, distances["day"].min(), until, lang)
        _legend(figure, drawn, distances, lang)
        _label(ax, marks)
    return saved(Sheet(figure, pd.DataFrame(), {}), format="svg", title=plain(title, most=120), alt=alt or title)


def _number(days: Any) -> np.ndarray:
    """Count days from 1970-01-01 on."""
    return np.asarray((pd.DatetimeIndex(days) - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1), dtype=float)


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


def _draw(ax: Any, drawn: Sequence[Line], until: pd.Timestamp, lang: str) -> None:
    """Draw the lines, faint where maps are far apart, and write at their ends how far it is."""
    for line in drawn:
        style = _STYLES[line.kind]
        for corners, old in pieces(line.km, until):
            ax.plot(*corners.T, **style | ({"alpha": 0.45, "lw": style["lw"] * 0.6} if old else {}))
        alone = _alone(line.km)
        dots = {"marker": "o", "ms": 2.6, "lw": 0, "color": style["color"], "zorder": style["zorder"]}
        ax.plot(_number(alone.index), alone, **dots)
    _ends(ax, drawn, until, lang)


def _alone(km_by_day: pd.Series) -> pd.Series:
    """Keep the maps that have no other within `STALE_DAYS` days on one side, where a faint line begins or ends."""
    gap = np.diff(_number(km_by_day.index)) > STALE_DAYS
    return km_by_day[np.append(gap, len(gap) == 0) | np.append(len(gap) == 0, gap)]


def _ends(ax: Any, drawn: Sequence[Line], until: pd.Timestamp, lang: str) -> None:
    """Write the last km of each line beside its end, one above the other where they are close."""
    top = _top_km(drawn)
    ax.set_ylim(0, top)
    last = sorted((line.km.iloc[-1], line.kind) for line in drawn if line.km.iloc[-1] <= top)
    room, written = 0.15 / _PLOT_IN * top, -np.inf
    for end_km, kind in last:
        written = max(end_km, written + room)
        style = {"color": _STYLES[kind]["color"], "size": 8, "va": "center", "weight": "bold"}
        ax.annotate(
            km(end_km, lang=lang), (float(_number([until])[0]), written), (5, 0), textcoords="offset points",
            annotation_clip=False, **style,
        )  # fmt: skip


def _top_km(drawn: Sequence[Line]) -> float:
    """Choose how high the plot reaches: contested ground that is far away must not press the rest down."""
    highest = [line.km.max() if line.kind != "contested" else min(line.km.max(), _FAR_KM) for line in drawn]
    return float(max([1.0, *highest]) * 1.06)


def _frame(ax: Any, since: pd.Timestamp, until: pd.Timestamp, lang: str) -> None:
    """Draw axes: kilometres from 0, and days or months."""
    first, last = _number([since, until])
    ax.set_xlim(first, max(last, first + 1))
    ticks = _ticks(since, until)
    years = [tick.year for tick in ticks]
    turns = [number == 0 or years[number] != years[number - 1] for number in range(len(ticks))]
    by_day = (until - since).days < 75
    names = CHART[lang]["months"]
    texts = [
        (f"{tick.day} " if by_day else "") + names[tick.month - 1] + (f"\n{tick.year}" if turn else "")
        for tick, turn in zip(ticks, turns, strict=True)
    ]
    ax.set_xticks(_number(ticks), texts)
    ax.yaxis.grid(True, color="#d9d9d9", lw=0.6, zorder=0)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=8, length=3, width=0.6, color=COLOURS["muted"], labelcolor=COLOURS["text"])
    ax.tick_params(axis="y", length=0)
    ax.set_ylabel(CHART[lang]["km"], rotation=0, size=8, ha="right", va="bottom", color=COLOURS["text"])
    ax.yaxis.set_label_coords(-0.012, 1.03)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set(linewidth=0.8, color=COLOURS["text"])
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", "," if lang == "uk" else "."))


def _ticks(since: pd.Timestamp, until: pd.Timestamp, *, most: int = 8) -> list[pd.Timestamp]:
    """
    Choose days for the axis: starts of months or, in a short period, every so many days.

    Examples
    --------
    >>> [f"{tick:%m-%d}" for tick in _ticks(pd.Timestamp("2024-08-01"), pd.Timestamp("2025-01-06"))]
    ['08-01', '09-01', '10-01', '11-01', '12-01', '01-01']
    """
    if (until - since).days < 75:
        step = next(step for step in (1, 2, 5, 7, 14) if (until - since).days / step < most)
        return list(pd.date_range(since, until, freq=f"{step}D"))
    months = pd.date_range(since.normalize(), until, freq="MS")
    step = next((step for step in (1, 2, 3, 6, 12, 24) if len(months) / step <= most), 60)
    kept = [month for month in months if (month.month - 1) % min(step, 12) == 0]
    return kept[:: max(step // 12, 1)]


def _legend(figure: Figure, drawn: Sequence[Line], distances: pd.DataFrame, lang: str) -> None:
    """Say which line is which, in a row below the title."""
    about = "≈ " if (distances["edge_method"] == "disc").any() else ""
    edge_known = any(line.kind == "edge" for line in drawn)
    words = {
        "edge": about + CHART[lang]["edge"],
        "centre": CHART[lang]["centre"],
        "contested": about + CHART[lang]["contested"] if edge_known else CHART[lang]["contested_centre"],
    }
    ax = figure.axes[0]
    handles = [ax.plot([], [], label=words[line.kind], **_STYLES[line.kind])[0] for line in drawn]
    if handles:
        figure.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0.02, 1 - 0.3 / figure.get_size_inches()[1]), ncols=3,
            fontsize=8, frameon=False, borderpad=0, columnspacing=1.4, handlelength=2.2, handletextpad=0.6,
        )  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """The events of one day: where they are on the chart, and their words."""

    day: float
    km: float
    text: str


def _marks(events: pd.DataFrame, drawn: Sequence[Line], lang: str) -> list[Mark]:
    """Put the events of a day together, in the order of days; what was so before the first map has no day."""
    lines = {line.kind: line.km for line in drawn}
    base = lines.get("edge", lines.get("centre"))
    marks = []
    for day, rows in events[~events["known_before"]].groupby("day"):
        kinds = list(rows["event"])
        line = lines.get("contested", base) if kinds == ["contested"] else base
        at = 0.0 if line is None else float(line.get(day, 0.0))
        words = CHART[lang]
        near = [kind.split("_")[1] for kind in kinds if kind.startswith("within_")]
        named = [words["within"].format(near=", ".join(near))] if near else []
        named += [words["events"][kind] for kind in kinds if kind in words["events"]]
        date = f"{day.day} {words['months'][day.month - 1]} {day.year}"
        marks.append(Mark(float(_number([day])[0]), 0.0 if np.isnan(at) else at, "\n".join([*named, date])))
    return marks


def _sizes(marks: Sequence[Mark]) -> list[tuple[float, float]]:
    """Measure the labels of marks, in inches."""
    figure = Figure(figsize=(1, 1), dpi=150)
    FigureCanvasAgg(figure)
    boxes = [figure.text(0, 0, mark.text, size=7.5).get_window_extent(renderer_of(figure)) for mark in marks]
    return [(box.width / 150 + 0.12, box.height / 150 + 0.08) for box in boxes]


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


def _starts_in(marks: Sequence[Mark], since: pd.Timestamp, until: pd.Timestamp) -> list[float]:
    """Give where marks lie along the plot, in inches."""
    first, last = _number([since, until])
    width = _WIDE_IN - _LEFT_IN - _RIGHT_IN
    return [(mark.day - first) / max(last - first, 1.0) * width for mark in marks]


def _lanes_in(marks: Sequence[Mark], since: pd.Timestamp, until: pd.Timestamp) -> float:
    """Give how much room the labels need above the plot, in inches."""
    sizes = _sizes(marks)
    heights = lanes(_starts_in(marks, since, until), sizes)
    return max([low + size[1] for low, size in zip(heights, sizes, strict=True)], default=_NO_LANE_IN)


def _label(ax: Any, marks: Sequence[Mark]) -> None:
    """Mark the events on their line, with a label above the plot at the end of a thin line."""
    low, high = ax.get_xlim()
    width = _WIDE_IN - _LEFT_IN - _RIGHT_IN
    starts = [(mark.day - low) / (high - low) * width for mark in marks]
    top = ax.get_ylim()[1]
    for mark, height, size in zip(marks, lanes(starts, _sizes(marks)), _sizes(marks), strict=True):
        head = top * (1 + (height + size[1]) / _PLOT_IN)
        ax.plot([mark.day] * 2, [mark.km, head], color=COLOURS["muted"], lw=0.7, zorder=2, clip_on=False)
        dot = {"marker": "o", "ms": 5, "mfc": "white", "mec": COLOURS["text"], "mew": 1.3}
        ax.plot([mark.day], [mark.km], zorder=6, clip_on=False, **dot)
        foot = top * (1 + (height + 0.04) / _PLOT_IN)
        ax.annotate(
            mark.text, (mark.day, foot), (3, 0), textcoords="offset points", size=7.5, va="bottom",
            color=COLOURS["text"], annotation_clip=False, linespacing=1.15, zorder=7,
        )  # fmt: skip
