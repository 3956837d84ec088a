"""The axes that all charts share: calendar days or months along the foot, numbers as a language writes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from tracker.outputs.look import COLOURS
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import localised

GRID = "#d9d9d9"
"""The lines across a plot."""

_MANY_DAYS = 75


def number_of_day(days: Any) -> np.ndarray:
    """
    Count days from 1970-01-01 on.

    Examples
    --------
    >>> number_of_day(["1970-01-01", "1970-01-09"]).tolist()
    [0.0, 8.0]
    """
    return np.asarray((pd.DatetimeIndex(days) - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1), dtype=float)


def short_day(day: pd.Timestamp, lang: str, *, by_day: bool = True, year: bool = False) -> str:
    """
    Write a day or its month as short as it can be; its year stands below it.

    Examples
    --------
    >>> day = pd.Timestamp("2025-01-06")
    >>> short_day(day, "en"), short_day(day, "uk", by_day=False, year=True)
    ('6 Jan', 'січ\\n2025')
    """
    month = words(lang).gettext("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[day.month - 1]
    return (f"{day.day} " if by_day else "") + month + (f"\n{day.year}" if year else "")


def inches_of(ax: Any) -> tuple[float, float]:
    """Measure the plot: width and height."""
    box = ax.get_window_extent()
    return box.width / ax.figure.dpi, box.height / ax.figure.dpi


def ticks(since: pd.Timestamp, until: pd.Timestamp, *, most: int = 8) -> list[pd.Timestamp]:
    """
    Choose days for the axis: starts of months or, in a short period, every so many days.

    Examples
    --------
    >>> [f"{tick:%m-%d}" for tick in ticks(pd.Timestamp("2024-08-01"), pd.Timestamp("2025-01-06"))]
    ['08-01', '09-01', '10-01', '11-01', '12-01', '01-01']
    """
    days = (until - since).days
    if days < _MANY_DAYS:
        step = next((step for step in (1, 2, 5, 7, 14, 28) if days / step < most), _MANY_DAYS)
        return list(pd.date_range(since, until, freq=f"{step}D"))
    months = pd.date_range(since.normalize(), until, freq="MS")
    step = next((step for step in (1, 2, 3, 6, 12, 24) if len(months) / step <= most), 60)
    kept = [month for month in months if (month.month - 1) % min(step, 12) == 0]
    return kept[:: max(step // 12, 1)]


def day_axis(
    ax: Any, since: pd.Timestamp, until: pd.Timestamp, lang: str, *, most: int = 8, whole_days: int = 0
) -> None:
    """Draw the axis of days, from the first to the last (to its end, with `whole_days` 1), the year at its turns."""
    first, last = number_of_day([since, until])
    ax.set_xlim(first, max(last + whole_days, first + 1))
    marked = ticks(since, until, most=most)
    by_day = (until - since).days < _MANY_DAYS
    turns = [number == 0 or tick.year != marked[number - 1].year for number, tick in enumerate(marked)]
    texts = [short_day(tick, lang, by_day=by_day, year=turn) for tick, turn in zip(marked, turns, strict=True)]
    ax.set_xticks(number_of_day(marked), texts)


def number_axis(ax: Any, lang: str, *, most: int = 6) -> None:
    """Draw the axis of numbers: round ones, lines across the plot, signs and thousands as the language has them."""
    ax.yaxis.grid(True, color=GRID, lw=0.6, zorder=0)
    ax.set_axisbelow(True)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 5, 10]))

    def written(value: float, _: Any) -> str:
        text = f"{abs(round(value, 9)):,.9f}".rstrip("0").rstrip(".")
        return ("−" if value < 0 and text != "0" else "") + localised(text, lang)

    ax.yaxis.set_major_formatter(written)


def unit_above(ax: Any, unit: str, size_pt: float) -> None:
    """Write the unit of the numbers above their axis."""
    ax.set_ylabel(unit, rotation=0, size=size_pt, ha="right", va="bottom", color=COLOURS["text"])
    ax.yaxis.set_label_coords(-0.012, 1.03)


def unit_at_corner(ax: Any, unit: str, size_pt: float) -> None:
    """Write the unit of the numbers above the upper left corner of the plot."""
    ax.annotate(
        unit, (0, 1), (0, 0.6 * size_pt), xycoords="axes fraction", textcoords="offset points", size=size_pt,
        ha="left", va="bottom", color=COLOURS["text"], annotation_clip=False,
    )  # fmt: skip


def quiet(ax: Any, size_pt: float, *, pad_pt: float = 3.5) -> None:
    """Leave no more of the frame than the foot, with the words below it at some distance."""
    ax.tick_params(labelsize=size_pt, length=3, width=0.6, color=COLOURS["muted"], labelcolor=COLOURS["text"])
    ax.tick_params(axis="x", pad=pad_pt)
    ax.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set(linewidth=0.8, color=COLOURS["text"])
