"""The chart of the stock: occupied ground over time, a step at each map, and the contested ground below it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from tracker.outputs.figure.axes import day_axis, number_axis, number_of_day, quiet, unit_at_corner
from tracker.outputs.figure.chart_page import Asked, end_of, plot, scale_of, tick_room, units_of
from tracker.outputs.figure.chart_text import wording
from tracker.outputs.figure.distance_lines import line_styles, pieces, steps
from tracker.outputs.figure.layout import Box
from tracker.outputs.words.text import break_text, day_text, km2, span_text
from tracker.tables.constants import STALE_DAYS
from tracker.tables.days import day_of

_CONTESTED_SHARE = 0.3


def _line_of(column: str) -> dict[str, Any]:
    """Give the look of a line."""
    return line_styles()["edge"] if column == "occupied_km2" else line_styles()["contested"] | {"ls": "-"}


def areas_of(asked: Asked) -> pd.DataFrame:
    """
    Lay the areas out by the day of their map, from the state that the period begins with.

    Returns
    -------
    DataFrame
        `occupied_km2` and `contested_km2` as the `stock` table has them, by the day of their map, and `break` where the
        source covers other ground than on the map before. The first is the last before the period, or the first known.
    """
    table = asked.table.sort_values("as_of", kind="stable").drop_duplicates("as_of")
    days = day_of(table["as_of"])
    first = days[days < asked.since].max()
    areas = table.assign(at=days).set_index("at")[["occupied_km2", "contested_km2"]]
    areas = areas[(areas.index <= asked.until) & ((areas.index >= first) | pd.isna(first))]
    return areas.assign(**{"break": areas.index.isin(asked.breaks) & (areas.index > areas.index.min())})


def area_words(asked: Asked) -> dict[str, Any]:
    """Write what stands around the chart: title, the change from end to end, what is to be known, and all in words."""
    areas, _, lang = areas_of(asked), wording(asked.lang), asked.lang
    start, end = areas["occupied_km2"].iloc[0], areas["occupied_km2"].iloc[-1]
    cells = {"start": km2(start, lang=lang), "end": km2(end, lang=lang)}
    cells["change"] = km2(end - start, signed=True, lang=lang)
    told = _("no change, {end} km²") if start == end else _("from {start} to {end} km², {change}")
    told = _("{end} km² at the end") if areas["break"].any() or len(areas) == 1 else told
    numbers = f"{span_text(asked.since, asked.until, lang)}: {told.format(**cells)}"
    if pd.notna(last := areas["contested_km2"].iloc[-1]):
        numbers += "; " + _("contested {end} km²").format(end=km2(last, lang=lang))
    notes = [_("The axis of occupied ground does not begin at zero.")]
    if areas.index[0] < asked.since - pd.Timedelta(days=1):
        notes.append(_("The period begins with the map of {day}.").format(day=day_text(areas.index[0], lang)))
    if _faint(areas, asked):
        notes.append(_("A line is faint where no map came for more than {days} days.").format(days=STALE_DAYS))
    if areas["break"].any():
        notes.append(_("The line is broken where the source covers other ground than before."))
        notes += [break_text(day, lang) for day in asked.breaks]
    notes.append(_("A change means that the drawing changed, not always the ground on that day."))
    title, steps = _("Occupied ground"), _("A line of steps, one a map")
    alt = f"{title}. {numbers}. {steps}."
    return {"title": title, "numbers": numbers, "key": [], "notes": notes, "alt": alt}


def _faint(areas: pd.DataFrame, asked: Asked) -> bool:
    """Tell whether any part of the line is faint."""
    return any(old for _, old in pieces(areas["occupied_km2"], end_of(asked)))


def draw_area(figure: Figure, box: Box, asked: Asked) -> pd.DataFrame:
    """Draw the chart into a box, and give the table of what it shows."""
    areas, _, scale = areas_of(asked), wording(asked.lang), scale_of(asked.layout)
    units = {"occupied_km2": _("Occupied, km²"), "contested_km2": _("Contested, km²")}
    left, bottom, right, top = box
    size, letter = 8 * scale, 0.62 * units_of(8 * scale)
    line, gap = 1.25 * units_of(size), 2.6 * units_of(size)
    left, bottom, right, top = left + 8.2 * letter, bottom + 3.0 * line, right - 10.5 * letter, top - 1.6 * line
    first = max(areas.index[0], asked.since - pd.Timedelta(days=1))
    below = areas["contested_km2"].notna().any()
    middle = bottom + (_CONTESTED_SHARE * (top - bottom) if below else 0.0)
    boxes = {"occupied_km2": (left, middle + (gap if below else 0.0), right, top)}
    boxes |= {"contested_km2": (left, bottom, right, middle)} if below else {}
    for column, inner in boxes.items():
        ax = plot(figure, inner, asked.layout, column)
        _line(ax, areas, column, asked, scale)
        day_axis(ax, first, asked.until, asked.lang, most=tick_room(inner, size), whole_days=1)
        number_axis(ax, asked.lang, most=6 if column == "occupied_km2" else 3)
        quiet(ax, size, pad_pt=0.7 * size)
        ax.tick_params(labelbottom=column == [*boxes][-1])
        unit_at_corner(ax, units[column], size)
    return areas


def _line(ax: Any, areas: pd.DataFrame, column: str, asked: Asked, scale: float) -> None:
    """Draw one line, broken where the source changed its ground, with its last area and its change at the end."""
    style = _line_of(column)
    style["lw"] *= scale
    known = areas[areas[column].notna()]
    parts = known.groupby(known["break"].cumsum())[column]
    ends = [*(part.index[0] for _, part in parts), end_of(asked)][1:]
    for (_, part), end in zip(parts, ends, strict=True):
        steps(ax, part, end, **style)
    low, high = known[column].min(), known[column].max()
    room = max(high - low, 1.0)
    ax.set_ylim(0.0 if column == "contested_km2" else low - 0.08 * room, high + 0.08 * room)
    last, change = known[column].iloc[-1], known[column].iloc[-1] - known[column].iloc[0]
    text = km2(last, lang=asked.lang)
    text += "" if known["break"].any() else f"\n{km2(change, signed=True, lang=asked.lang)}"
    ax.annotate(
        text, (float(number_of_day([end_of(asked)])[0]), last), (6, 0), textcoords="offset points", size=8 * scale,
        va="center", weight="bold", color=style["color"], annotation_clip=False, linespacing=1.2,
    )  # fmt: skip
