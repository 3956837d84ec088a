"""The chart of towns: how far occupied and contested ground was, one plot a town on one scale, with the events."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from tracker.outputs.figure.axes import day_axis, number_axis, quiet, unit_above
from tracker.outputs.figure.chart_grid import cells_of, head_of
from tracker.outputs.figure.chart_page import Asked, end_of, letters, plot, scale_of, tick_room, units_of
from tracker.outputs.figure.chart_text import wording
from tracker.outputs.figure.distance_lines import (
    Line,
    Mark,
    dot,
    draw_dots,
    draw_lines,
    draw_marks,
    lanes_in,
    line_styles,
    lines_of,
    marks_of,
    room_above_km,
)
from tracker.outputs.figure.layout import UNITS_PER_INCH, Box
from tracker.outputs.figure.town_chart import line_words
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import km, span_text
from tracker.tables.constants import STALE_DAYS


def _towns(asked: Asked) -> list[tuple[str, pd.DataFrame]]:
    """Take the table apart into the distances of its towns, in the order of `names`, each with its name."""
    order = [town for town in asked.names if (asked.table["geonameid"] == town).any()]
    return [(asked.names[town], asked.table[asked.table["geonameid"] == town]) for town in order]


def _ends(distances: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Give the km to occupied ground on the first and the last day, from the edge where it is known and the centre."""
    rows = distances[distances["to"] == "occupied"].sort_values("day", kind="stable")
    ends = {side: (rows[f"{side}_km"].iloc[0], rows[f"{side}_km"].iloc[-1]) for side in ("edge", "centre")}
    return {side: pair for side, pair in ends.items() if any(pd.notna(end_km) for end_km in pair)}


def _told(distances: pd.DataFrame, lang: str) -> str:
    """Write how the distances of a town changed."""
    _, parts = wording(lang), []
    for side, (start, end) in _ends(distances).items():
        told = _("from the edge {start} to {end} km") if side == "edge" else _("from the centre {start} to {end} km")
        parts.append(told.format(start=km(start, lang=lang), end=km(end, lang=lang)))
    return ", ".join(parts) or _("no occupied ground to measure to")


def distance_words(asked: Asked) -> dict[str, Any]:
    """Write what stands around the chart."""
    towns, _, lang = _towns(asked), wording(asked.lang), asked.lang
    alone = len(towns) == 1
    title = (
        _("{town}: distance to occupied ground").format(town=towns[0][0])
        if alone
        else _("Distance of towns to occupied ground")
    )
    span = span_text(asked.since, asked.until, lang)
    told = [_told(distances, lang) for _name, distances in towns]
    drawn = [line for _name, distances in towns for line in lines_of(distances)]
    kinds = {line.kind: line for line in drawn}
    texts = line_words(asked.table, lang, edge_known="edge" in kinds)
    scale = scale_of(asked.layout)
    key = [(style | {"lw": style["lw"] * scale}, texts[kind]) for kind, style in line_styles().items() if kind in kinds]
    if not alone and any(_marks(distances, asked) for _name, distances in towns):
        key.append((dot(), _("first day within 10, 5 and 3 km, at the edge, contested, half occupied")))
    notes = [_("≈ from a disc of the settlement's area.")] if (asked.table["edge_method"] == "disc").any() else []
    notes += (
        [_("A line is faint where no map came for more than {days} days.").format(days=STALE_DAYS)]
        if _faint(drawn, asked)
        else []
    )
    spoken = told if alone else [f"{name}: {text}" for (name, _rows), text in zip(towns, told, strict=True)]
    ends = _("beside each name: km on the first day → on the last, from the edge or else the centre")
    return {
        "title": title,
        "numbers": f"{span}: {told[0]}" if alone else f"{span}; {ends}",
        "key": key,
        "notes": [*notes, _("A change means that the drawing changed, not always the ground on that day.")],
        "alt": ". ".join([title, *spoken]) + ".",
    }


def _faint(drawn: list[Line], asked: Asked) -> bool:
    """Tell whether any map is so far from the next, or from the end, that its line is faint."""
    gaps = [[*line.km.index[1:], end_of(asked)] - line.km.index for line in drawn]
    return any((gap.days > STALE_DAYS).any() for gap in gaps)


def draw_distance(figure: Figure, box: Box, asked: Asked) -> pd.DataFrame:
    """Draw the chart into a box, and give the table of what it shows: town, line, day and km."""
    towns, size = _towns(asked), 8 * scale_of(asked.layout)
    if len(towns) == 1:
        ((name, distances),) = towns
        return _alone(figure, box, distances, asked).assign(town=name)
    top_km = max(room_above_km(lines_of(distances)) for _, distances in towns)
    ends = letters(4.6, size)
    left, bottom, right, top = box
    cells = cells_of(len(towns), (left, bottom, right - ends, top), size, left=letters(3.4, size), gap=1.4 * ends)
    drawn = []
    for (name, distances), cell in zip(towns, cells, strict=True):
        ax = _plot(figure, cell.box, distances, asked, top_km)
        ax.tick_params(labelleft=cell.first, labelbottom=cell.last)
        draw_dots(ax, _marks(distances, asked), scale=size / 8)
        head_of(ax, name, _head(distances, asked.lang), size, room=ends)
        drawn.append(_drawn(distances).assign(town=name))
    return pd.concat(drawn, ignore_index=True)


def _alone(figure: Figure, box: Box, distances: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Draw the plot of one town, with the names of its events above it."""
    scale = scale_of(asked.layout)
    size, marks = 8 * scale, _marks(distances, asked)
    left, bottom, right, top = box
    left, right = left + letters(3.4, size), right - letters(4.6, size)
    room = lanes_in(marks, (asked.since, end_of(asked)), (right - left) / UNITS_PER_INCH, scale=scale)
    inner = (left, bottom + 3.8 * units_of(size), right, top - 2.0 * units_of(size) - UNITS_PER_INCH * room)
    ax = _plot(figure, inner, distances, asked, room_above_km(lines_of(distances)))
    draw_marks(ax, marks, scale=scale)
    unit_above(ax, words(asked.lang).gettext("km"), size)
    return _drawn(distances)


def _plot(figure: Figure, box: Box, distances: pd.DataFrame, asked: Asked, top_km: float) -> Any:
    """Draw the lines of a town, up to a number of km, and the axes."""
    size, town = 8 * scale_of(asked.layout), distances["geonameid"].iloc[0]
    ax = plot(figure, box, asked.layout, f"distance {town}")
    draw_lines(ax, lines_of(distances), end_of(asked), asked.lang, top_km=top_km, scale=size / 8)
    day_axis(ax, asked.since, asked.until, asked.lang, most=tick_room(box, size), whole_days=1)
    number_axis(ax, asked.lang, most=max(2, min(6, int((box[3] - box[1]) / (3.0 * units_of(size))))))
    quiet(ax, size, pad_pt=0.7 * size)
    return ax


def _marks(distances: pd.DataFrame, asked: Asked) -> list[Mark]:
    """List the events of a town with their places on its lines."""
    town = distances["geonameid"].iloc[0]
    return marks_of(asked.events[asked.events["geonameid"] == town], lines_of(distances), asked.lang)


def _drawn(distances: pd.DataFrame) -> pd.DataFrame:
    """Lay the lines of a town out: line, day and km."""
    tables = [
        pd.DataFrame({"line": line.kind, "day": line.km.index, "km": line.km.to_numpy()})
        for line in lines_of(distances)
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["line", "day", "km"])


def _head(distances: pd.DataFrame, lang: str) -> str:
    """Write how the first distance known of a town changed."""
    for start, end in _ends(distances).values():
        return f"{km(start, lang=lang)} → {km(end, lang=lang)} " + words(lang).gettext("km")
    return ""
