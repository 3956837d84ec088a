"""Bars of gained and lost ground a calendar period, and the chart of months that is made of them.

Gained ground stands up, lost ground hangs down, both gross; a line across each bar is the net. A bar is hatched where
it holds a part of its calendar period only, and faint where its maps are more than `STALE_DAYS` days off its ends.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tracker.measures.sums import with_ages
from tracker.outputs.figure.axes import number_axis, quiet, short_day, unit_at_corner
from tracker.outputs.figure.canvas import change_style
from tracker.outputs.figure.chart_page import Asked, letters, plot, scale_of, units_of
from tracker.outputs.figure.chart_text import period_text, wording
from tracker.outputs.figure.labels import renderer_of
from tracker.outputs.figure.layout import UNITS_PER_INCH, Box
from tracker.outputs.look import COLOURS
from tracker.outputs.words.text import break_text, km2, span_text
from tracker.tables.constants import LEAST_KM2, STALE_DAYS

_WIDE, _NET_WIDE, _FAINT = 0.74, 0.94, 0.38
_LEAST_SLOTS = 4
_MOST_SPOKEN = 13  # bars that the alternative text reads out: a year of months, and the one begun
_LEAST_SHARE = 0.72
"""The smallest that numbers are written, as a share of their size."""

_GAIN_DAYS, _LOSS_DAYS = 7, 30
_PARTIAL = {"gain": "////", "loss": "\\\\\\\\"}


def _net() -> dict[str, Any]:
    """Give the look of the line of the net."""
    return {"color": COLOURS["text"], "lw": 2.4, "solid_capstyle": "butt"}


def bars_of(summary: pd.DataFrame, every: str) -> pd.DataFrame:
    """
    Say what the bars of a `summary` show: the sums as they are, which periods are partial, which have maps far off.

    Returns
    -------
    DataFrame
        The table in the order of its days, with `partial` (it is clipped to a part of its calendar period) and what its
        maps can tell (`old` among it; see `with_ages`).
    """
    bars = with_ages(summary).sort_values("since", kind="stable").reset_index(drop=True)
    since, until = bars["since"].dt, bars["until"].dt
    clipped = {
        "month": (since.day > 1) | ~until.is_month_end,
        "week": (since.day_of_week > 0) | (until.day_of_week < 6),
    }
    return bars.assign(partial=clipped[every])


def _style(kind: str, row: Any) -> dict[str, Any]:
    """Give the look of a bar: that of the map's gains and losses."""
    style = change_style(kind, _GAIN_DAYS if kind == "gain" else _LOSS_DAYS)
    if row.partial:
        style |= {"hatch": _PARTIAL[kind]} | ({"ec": "white", "lw": 0} if kind == "gain" else {})
    return style | ({"alpha": _FAINT} if row.old else {})


def draw_bars(ax: Any, bars: pd.DataFrame, slots: pd.Series, *, scale: float, net: bool = True) -> None:
    """
    Draw bars into the slots of their periods, 0 being the first, and nothing where a slot has no bar.

    Parameters
    ----------
    ax
        The plot.
    bars
        As `bars_of` gives them.
    slots
        The first days of all periods, in order.
    scale
        How large lines are.
    net
        Whether the net is marked.
    """
    for row in bars.itertuples():
        slot = int(slots.searchsorted(row.since))
        for kind, height in (("gain", row.gain_km2), ("loss", -row.loss_km2)):
            ax.bar(slot, height, _WIDE, zorder=3, label=f"{kind} {row.since:%Y-%m-%d}", **_style(kind, row))
        if net and pd.notna(row.net_km2):
            across = [slot - _NET_WIDE / 2, slot + _NET_WIDE / 2]
            casing = _net() | {"color": "white", "lw": 4.6 * scale, "zorder": 4}
            ax.plot(across, [row.net_km2] * 2, **casing)
            look = _net() | {"lw": 2.4 * scale, "zorder": 5, "alpha": 2 * _FAINT if row.old else 1.0}
            ax.plot(across, [row.net_km2] * 2, label=f"net {row.since:%Y-%m-%d}", **look)
    ax.axhline(0, color=COLOURS["text"], lw=0.8 * scale, zorder=6)
    middle, half = (len(slots) - 1) / 2, max(len(slots), _LEAST_SLOTS) / 2
    ax.set_xlim(middle - half, middle + half)


def reach_of(bars: pd.DataFrame) -> tuple[float, float]:
    """Choose how far up and down plots of bars reach, with room for numbers; never nothing."""
    low = -max([0.0, *bars["loss_km2"], *(-bars["net_km2"].dropna())])
    high = max([0.0, *bars["gain_km2"], *bars["net_km2"].dropna()])
    whole = max(high - low, 1.0)
    return low - (0.1 * whole if low < 0 else 0.0), max(high + 0.1 * whole, low + whole)


def tick_letters(reach: tuple[float, float], size_pt: float) -> float:
    """Give the room, in units, that the numbers beside plots of bars need."""
    low, high = reach
    digits = max(len(f"{max(-low, high):,.0f}") + (low < 0), 4)
    return letters(digits + 0.8, size_pt)


def period_axis(ax: Any, slots: pd.Series, every: str, lang: str, *, size_pt: float) -> None:
    """Name the periods along the foot, as many of them as find room: months, or weeks by their first days."""
    box = ax.get_window_extent()
    slot_units = box.width * UNITS_PER_INCH / ax.figure.dpi / max(len(slots), _LEAST_SLOTS)
    most = letters(4.8 if every == "month" else 6.2, size_pt)
    steps = (1, 2, 3, 6, 12) if every == "month" else (1, 2, 4, 8, 13, 26)
    step = next((step for step in steps if step * slot_units >= most), 12 * int(np.ceil(most / slot_units / 12)))
    if every == "month" and len(slots) > step:
        month = slots.dt.year * 12 + slots.dt.month - 1
        marked = np.flatnonzero(month % step == 0)
    else:
        marked = np.arange(0, len(slots), step)
    years = slots.dt.year.to_numpy()
    turns = [number == 0 or years[at] != years[marked[number - 1]] for number, at in enumerate(marked)]
    texts = [
        short_day(slots[at], lang, by_day=every == "week", year=turn) for at, turn in zip(marked, turns, strict=True)
    ]
    ax.set_xticks(marked, texts)


def bar_key(bars: pd.DataFrame, asked: Asked, *, net: bool = True) -> list[tuple[dict[str, Any], str]]:
    """List the looks of bars that occur, with their words."""
    _ = wording(asked.lang)
    entries: list[tuple[dict[str, Any], str]] = [
        (change_style("gain", _GAIN_DAYS), _("gained")),
        (change_style("loss", _LOSS_DAYS), _("lost")),
    ]
    entries += [(_net(), _("net"))] if net and bars["net_km2"].notna().any() else []
    plain_look = pd.Series({"partial": True, "old": False})
    if bars["partial"].any():
        part = _("part of a month") if asked.every == "month" else _("part of a week")
        entries.append((_style("gain", plain_look), part))
    if bars["old"].any():
        entries.append((change_style("gain", _GAIN_DAYS) | {"alpha": _FAINT}, _("maps too far apart")))
    return entries


def bar_notes(bars: pd.DataFrame, asked: Asked, *, net: bool = True) -> list[str]:
    """Say what the bars count, which of them are partial, and which are not to be relied on."""
    _, lang = wording(asked.lang), asked.lang
    without = _(", without {causes}").format(causes=", ".join(asked.left_out)) if asked.left_out else ""
    gross = _("Gained and lost are gross, by daily steps{left_out}.")
    if net:
        gross = _(
            "Gained and lost are gross, by daily steps{left_out}; net is the difference of the ends, of all causes."
        )
    notes = [gross.format(left_out=without)]
    periods = bars.drop_duplicates("since")
    if (partial := periods[periods["partial"]]).size:
        spans = [span_text(row.since, row.until, lang) for row in partial.itertuples()]
        notes.append(_("In part: {days}.").format(days="; ".join(spans)))
    if (old := periods[periods["old"]]).size:
        runs = _runs(old["since"], asked)
        faint = _(
            "Faint, for their maps lie more than {days} days off their ends and a change may belong to a week beside: "
            "{months}."
        )
        if asked.every == "month":
            faint = _(
                "Faint, for their maps lie more than {days} days off their ends and a change may belong to a month "
                "beside: {months}."
            )
        notes.append(faint.format(days=STALE_DAYS, months="; ".join(runs)))
    if net and bars["net_km2"].isna().any():
        notes.append(_("No net where the source covers other ground at the end than at the start."))
    return [*notes, *(break_text(day, lang) for day in asked.breaks)]


def _runs(starts: pd.Series, asked: Asked) -> list[str]:
    """Name periods by their first days, those that follow each other as one."""
    freq = "M" if asked.every == "month" else "W"
    numbers = starts.dt.to_period(freq).astype("int64")
    run = (numbers.diff() != 1).cumsum()
    named = []
    for _run, days in starts.groupby(run.to_numpy()):
        ends = [period_text(day, asked.every, asked.lang) for day in (days.iloc[0], days.iloc[-1])]
        named.append(ends[0] if len(days) == 1 else " – ".join(ends))
    return named


def month_words(asked: Asked) -> dict[str, Any]:
    """Write what stands around the chart of months: title, numbers, key, notes, and the chart in words."""
    bars, _, lang = bars_of(asked.table, asked.every), wording(asked.lang), asked.lang
    gain, loss, net = bars["gain_km2"].sum(), bars["loss_km2"].sum(), bars["net_km2"].sum(skipna=False)
    cells = {"gain": km2(gain, lang=lang), "loss": km2(loss, lang=lang), "net": km2(net, signed=True, lang=lang)}
    told = _("gained {gain} km², lost {loss} km², gross")
    told = _("gained {gain} km², lost {loss} km², gross; net {net} km²") if pd.notna(net) else told
    numbers = told.format(**cells)
    if gain == loss == net == 0:
        numbers = _("no change in the period")
    by_month = asked.every == "month"
    title = _("Occupied ground gained and lost by month") if by_month else _("Occupied ground gained and lost by week")
    numbers = f"{span_text(asked.since, asked.until, lang)}: {numbers}"
    best = bars.loc[bars["gain_km2"].idxmax()]
    most = _("Most gained in {when}: {gain} km²").format(
        when=period_text(best["since"], asked.every, lang), gain=km2(best["gain_km2"], lang=lang)
    )
    upwards = _("Bars of gained ground upwards and lost ground downwards")
    spoken = [title, numbers, *([most] if gain > 0 else []), upwards, *_spoken(bars, asked)]
    return {
        "title": title,
        "numbers": numbers,
        "key": bar_key(bars, asked),
        "notes": bar_notes(bars, asked),
        "alt": ". ".join(spoken) + ".",
    }


def _spoken(bars: pd.DataFrame, asked: Asked) -> list[str]:
    """Read the last bars out, for the alternative text."""
    _, lang = wording(asked.lang), asked.lang
    return [
        _("{when}: gained {gain}, lost {loss}, net {net}").format(
            when=period_text(row.since, asked.every, lang),
            gain=km2(row.gain_km2, lang=lang),
            loss=km2(row.loss_km2, lang=lang),
            net=km2(row.net_km2, signed=True, lang=lang),
        )
        for row in bars.tail(_MOST_SPOKEN).itertuples()
    ]


def draw_months(figure: Figure, box: Box, asked: Asked) -> pd.DataFrame:
    """Draw the chart of months into a box, and give the table of its bars."""
    bars, _, scale = bars_of(asked.table, asked.every), wording(asked.lang), scale_of(asked.layout)
    left, bottom, right, top = box
    size, line = 8 * scale, 1.25 * units_of(8 * scale)
    room = max(tick_letters(reach_of(bars), size), letters(len(_("net")) + 1, size))
    inner = (left + room, bottom + 4.9 * line, right - 6 * scale, top - 1.6 * line)
    ax = plot(figure, inner, asked.layout, "months")
    slots = bars["since"]
    ax.set_ylim(*reach_of(bars))
    draw_bars(ax, bars, slots, scale=scale)
    period_axis(ax, slots, asked.every, asked.lang, size_pt=size)
    number_axis(ax, asked.lang)
    quiet(ax, size, pad_pt=0.7 * size)
    ax.spines["bottom"].set_visible(False)
    unit_at_corner(ax, _("km² a month") if asked.every == "month" else _("km² a week"), size)
    _numbers(ax, bars, asked, size)
    return bars


def _numbers(ax: Any, bars: pd.DataFrame, asked: Asked, size_pt: float) -> None:
    """Write the sums at their bars and the nets below them; where they find no room, only the largest sums."""
    lang, _ = asked.lang, wording(asked.lang)
    gains = [km2(gain, lang=lang) for gain in bars["gain_km2"]]
    losses = [km2(loss, lang=lang) for loss in bars["loss_km2"]]
    nets = [km2(net, signed=True, lang=lang) for net in bars["net_km2"]]
    share = _fitting(ax, [*gains, *losses, *nets], size_pt, max(len(bars), _LEAST_SLOTS))
    kept_gain = bars.index if share else [bars["gain_km2"].idxmax()]
    kept_loss = bars.index if share else [bars["loss_km2"].idxmax()]
    look: dict[str, Any] = {"size": (share or 1.0) * size_pt, "ha": "center", "color": COLOURS["text"], "zorder": 7}
    put: dict[str, Any] = {"textcoords": "offset points", "annotation_clip": False}
    for slot in bars.index:
        top, low = max(bars["gain_km2"][slot], bars["net_km2"].fillna(0.0)[slot]), -bars["loss_km2"][slot]
        if slot in kept_gain and bars["gain_km2"][slot] >= LEAST_KM2:
            ax.annotate(gains[slot], (slot, top), (0, 0.35 * size_pt), va="bottom", **look, **put)
        if slot in kept_loss and -low >= LEAST_KM2:
            low = min(low, bars["net_km2"].fillna(0.0)[slot])
            ax.annotate(losses[slot], (slot, low), (0, -0.35 * size_pt), va="top", **look, **put)
        if share:
            below = {"xycoords": ax.get_xaxis_transform(), "va": "top", "weight": "bold"}
            ax.annotate(nets[slot], (slot, 0), (0, -3.8 * size_pt), **look, **below, **put)
    if share:
        row = {"xycoords": "axes fraction", "va": "top", "size": size_pt, "ha": "right", "color": COLOURS["text"]}
        ax.annotate(_("net"), (0, 0), (-4, -3.8 * size_pt), **row, **put)


def _fitting(ax: Any, texts: list[str], size_pt: float, slots: int) -> float:
    """Find how large texts may be to stand side by side in as many slots, as a share of a size; 0 if too small."""
    probe = ax.text(0, 0, max(texts, key=len), size=size_pt, weight="bold")
    wide = probe.get_window_extent(renderer_of(ax.figure)).width
    probe.remove()
    share = 0.86 * ax.get_window_extent().width / slots / wide
    return float(min(share, 1.0)) if share >= _LEAST_SHARE else 0.0
