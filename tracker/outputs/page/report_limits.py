"""What a report's figures cannot tell: windows without a figure, days without a map, causes left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import pandas as pd

from tracker.changes.snapshots import epoch_starts
from tracker.measures.sums import by_cause
from tracker.measures.windows import AGES, Window
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.report_words import WORDS
from tracker.outputs.words.text import day_text, days_text, km2
from tracker.tables.constants import LEAST_KM2
from tracker.tables.days import day_of


def uncertain(control: gpd.GeoDataFrame, windows: Sequence[Window], on: pd.Timestamp, lang: str) -> list[str]:
    """Say what the figures cannot: windows that begin from an old snapshot or that are missing, days without any."""
    t, lines = WORDS[lang], []
    for window in windows:
        period = days_text(window.days, lang)
        if not window.known:
            lines.append(t["unknown_window"].format(period=period))
        elif window.old_start is not None:
            start, late = day_text(window.old_start, lang), days_text(window.late_days, lang)
            lines.append(t["old_start"].format(period=period, held=start, late=late))
    lines += [words(lang)["break"].format(day=day_text(day_of(as_of), lang)) for as_of in epoch_starts(control)]
    longest = windows[-1].days if windows else 0
    if longest < AGES[-1]:
        lines.append(t["known_since"].format(day=day_text(day_of(control["as_of"].min()), lang)))
    first = on - pd.Timedelta(days=max(longest - 1, 0))
    missing = max(longest, 1) - int(day_of(control["as_of"]).drop_duplicates().between(first, on).sum())
    return [*lines, t["missing"].format(n=missing, of=max(longest, 1))] if missing else lines


def causes_of(
    ledger: gpd.GeoDataFrame, windows: Sequence[Window], on: pd.Timestamp, causes: Iterable[str] | None, lang: str
) -> list[str]:
    """Say what of the longest window's gains and losses is more than the front as it moved, and what is left out."""
    if not windows or "cause" not in ledger:
        return []
    t, age_days = WORDS[lang], (on - day_of(ledger["end"])).dt.days
    lines = []
    for row in by_cause(ledger[age_days.between(0, windows[-1].days - 1)], causes).to_dict("records"):
        sums = {
            "period": days_text(windows[-1].days, lang),
            "cause": words(lang)[row["cause"]],
            "why": t["causes"][row["cause"]],
            "gain": km2(row["gain_km2"], lang=lang),
            "loss": km2(row["loss_km2"], lang=lang),
            "contested": km2(row["newly_contested_km2"], lang=lang),
            "cleared": km2(row["cleared_km2"], lang=lang),
            "n": row["fragments"],
        }
        if not row["counted"]:
            lines.append(t["left_out"].format(**sums))
        elif row["cause"] != "advance" and row["gain_km2"] + row["loss_km2"] >= LEAST_KM2:
            lines.append(t["of_which"].format(**sums))
    return lines
