"""The chart of sectors: gained and lost ground of each, one plot a sector on one scale, those of most change first."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from tracker.outputs.figure.axes import number_axis, quiet
from tracker.outputs.figure.chart_bars import (
    bar_key,
    bar_notes,
    bars_of,
    draw_bars,
    period_axis,
    reach_of,
    tick_letters,
)
from tracker.outputs.figure.chart_grid import cells_of, head_of, most_cells
from tracker.outputs.figure.chart_page import Asked, letters, plot, scale_of
from tracker.outputs.figure.chart_text import wording
from tracker.outputs.figure.layout import Box
from tracker.outputs.words.text import km2, span_text
from tracker.places.sectors import ELSEWHERE
from tracker.tables.constants import LEAST_KM2

_MOST_NAMED = 5


def shown_sectors(asked: Asked) -> tuple[list[str], list[str]]:
    """List the grounds that have a plot, and those for which there is no room; most change first, elsewhere last."""
    sums = asked.table.groupby("ground")[["gain_km2", "loss_km2"]].sum()
    order = sums.assign(km2=sums.sum(axis=1), other=sums.index == ELSEWHERE).reset_index()
    order = order.sort_values(["other", "km2", "ground"], ascending=[True, False, True])
    seen = order[order[["gain_km2", "loss_km2"]].max(axis=1) >= LEAST_KM2]["ground"].map(str).tolist()
    return seen[: _most(asked)], seen[_most(asked) :]


def _most(asked: Asked) -> int:
    """Count how many plots can be read on the page."""
    layout = asked.layout
    left, low, right, _ = layout.head
    columns, rows = most_cells((left, layout.foot[3], right, low), 8 * scale_of(layout))
    return columns * rows


def _sums(asked: Asked, ground: str) -> tuple[str, str]:
    """Write what a ground gained and lost in the whole period."""
    rows = asked.table[asked.table["ground"] == ground]
    return km2(rows["gain_km2"].sum(), lang=asked.lang), km2(rows["loss_km2"].sum(), lang=asked.lang)


def sector_words(asked: Asked) -> dict[str, Any]:
    """Write what stands around the chart."""
    (shown, rest), _, lang = shown_sectors(asked), wording(asked.lang), asked.lang
    bars = bars_of(asked.table[asked.table["ground"].isin(shown)], asked.every)
    title = _("Occupied ground gained and lost by sector and week")
    title = _("Occupied ground gained and lost by sector and month") if asked.every == "month" else title
    title += ", " + _("km²")
    span = span_text(asked.since, asked.until, lang)
    notes = bar_notes(bars, asked, net=False)
    if rest:
        named = [
            _("{name} {gain} / {loss}").format(name=asked.names.get(ground, ground), gain=gain, loss=loss)
            for ground in rest[:_MOST_NAMED]
            for gain, loss in [_sums(asked, ground)]
        ]
        named += [_("and {n} more").format(n=len(rest) - _MOST_NAMED)] if len(rest) > _MOST_NAMED else []
        notes.append(_("Not shown: {names}.").format(names="; ".join(named)))
    spoken = [
        _("{name}: gained {gain}, lost {loss} km²").format(name=asked.names.get(ground, ground), gain=gain, loss=loss)
        for ground in shown
        for gain, loss in [_sums(asked, ground)]
    ]
    beside, unchanged = _("beside each name: km² gained / lost in the period, gross"), _("no change in the period")
    upwards = _("Bars of gained ground upwards and lost ground downwards")
    return {
        "title": title,
        "numbers": f"{span}; {beside if shown else unchanged}",
        "key": bar_key(bars, asked, net=False) if shown else [],
        "notes": notes,
        "alt": ". ".join([title, upwards, *(spoken or [unchanged])]) + ".",
    }


def _slots(asked: Asked) -> pd.Series:
    """List the first days of all calendar periods, those without change too."""
    starts = pd.date_range(asked.since, asked.until, freq={"week": "W-MON", "month": "MS"}[asked.every])
    return pd.Series(pd.DatetimeIndex([asked.since]).union(starts))


def draw_sectors(figure: Figure, box: Box, asked: Asked) -> pd.DataFrame:
    """Draw the chart into a box, and give the table of its bars."""
    shown, _ = shown_sectors(asked)
    scale = scale_of(asked.layout)
    bars = bars_of(asked.table[asked.table["ground"].isin(shown)], asked.every)
    slots, reach, size = _slots(asked), reach_of(bars.assign(net_km2=float("nan"))), 8 * scale
    numbers = tick_letters(reach, size)
    panels = shown or [""]
    for ground, cell in zip(panels, cells_of(len(panels), box, size, left=numbers, gap=letters(2, size)), strict=True):
        ax = plot(figure, cell.box, asked.layout, f"sector {ground}")
        ax.set_ylim(*reach)
        draw_bars(ax, bars[bars["ground"] == ground], slots, scale=scale, net=False)
        period_axis(ax, slots, asked.every, asked.lang, size_pt=size)
        number_axis(ax, asked.lang, most=4)
        quiet(ax, size, pad_pt=0.7 * size)
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(labelleft=cell.first, labelbottom=cell.last, bottom=cell.last)
        if ground:
            head_of(ax, asked.names.get(ground, ground), " / ".join(_sums(asked, ground)), size)
    return bars
