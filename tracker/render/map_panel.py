"""What the map's panel says: whose state is drawn, how much changed, and what one must know to read the numbers."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.render.style import (
    AGES,
    COLOURS,
    GAIN_COLOURS,
    day_text,
    days_text,
    has_snapshot,
    instant_text,
    km2,
    words,
)
from tracker.schema import STALE_DAYS
from tracker.snapshots import day_of

__all__ = ["panel_of"]


def panel_of(
    state: gpd.GeoDataFrame, changes: gpd.GeoDataFrame, first: pd.Timestamp, day: pd.Timestamp, lang: str
) -> dict[str, Any]:
    """Fill in the panel: whose state this is, sums by window, and what one must know to read them."""
    word, as_of = words(lang), state["as_of"].iloc[0]
    old_days = (day - day_of(as_of)).days
    unknown = [age for age in AGES if first > day - pd.Timedelta(days=age)]
    notes = [word["gross"], word["definition"], word["too_small"]]
    if unknown:
        notes.insert(0, "* " + word["data_since"].format(day=day_text(first, lang)))
    names = [days_text(age, lang) for age in AGES]
    notes[:0] = [
        word["measured_from"].format(window=name, day=day_text(start, lang))
        for age, name in zip(AGES, names, strict=True)
        if (start := _old_start(changes, age, day)) is not None
    ]
    return {
        "as_of": word["state_of"].format(instant=instant_text(as_of, lang)),
        "old": word["old_map"].format(days=days_text(old_days, lang)) if old_days > STALE_DAYS else "",
        "windows": [(age, name + "*" * (age in unknown)) for age, name in zip(AGES, names, strict=True)],
        "sums": _sums(changes, [has_snapshot(day, as_of, age) for age in AGES], lang),
        "notes": notes,
        "word": word,
        "colours": {**COLOURS, **{f"gain-{age}": colour for age, colour in GAIN_COLOURS.items()}},
    }


def _old_start(changes: gpd.GeoDataFrame, age: int, day: pd.Timestamp) -> pd.Timestamp | None:
    """Give the day of the snapshot that a window is measured from, where that is well before the window."""
    starts = changes["start"][(changes["age"] <= age).astype(bool)]
    if starts.empty:
        return None
    held = day_of(starts.min())
    return held if (day - held).days - age > STALE_DAYS else None


def _sums(changes: gpd.GeoDataFrame, published: list[bool], lang: str) -> list[tuple[str, str, list[str]]]:
    """
    Sum gains and losses by window, each window with all that is newer: (row, its words, a number a window).

    A window in which nothing was published has no numbers.
    """
    word, sums = words(lang), {}
    for kind in ("gain", "loss"):
        rows = changes[changes["kind"] == kind]
        areas = np.array([rows["area_km2"][(rows["age"] <= age).astype(bool)].sum() for age in AGES])
        sums[kind] = np.where(published, areas, np.nan)
    sums["net"] = sums["gain"] - sums["loss"]
    names = {"gain": "gained", "loss": "lost", "net": "net"}
    return [
        (key, word[names[key]], [km2(value, signed=key == "net", lang=lang) for value in values])
        for key, values in sums.items()
    ]
