"""What the map's panel says: whose state is drawn, how much changed, and what one must know to read the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.changes.causes import causes_left_out
from tracker.measures.windows import Window
from tracker.outputs.look import COLOURS, GAIN_COLOURS
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import cause_text, day_text, days_text, instant_text, km2
from tracker.tables.days import old_days


def panel_of(
    state: gpd.GeoDataFrame, changes: gpd.GeoDataFrame, windows: Sequence[Window], day: pd.Timestamp, lang: str
) -> dict[str, Any]:
    """Fill in the panel: whose state this is, sums by window, and what one must know to read them."""
    _, as_of = words(lang).gettext, state["as_of"].iloc[0]
    old = old_days(day, as_of)
    clipped = [window for window in windows if not window.whole]
    left_out = ", ".join(cause_text(cause, lang) for cause in causes_left_out(changes))
    of_day = [
        _("The sum of {window} is measured from the map of {day}.").format(
            window=days_text(window.days, lang), day=day_text(window.old_start, lang)
        )
        for window in windows
        if window.known and window.old_start is not None
    ]
    if clipped:
        of_day.insert(0, "* " + _("Changes are known only since {day}.").format(day=day_text(clipped[0].start, lang)))
    notes = [
        _("Gross, by daily steps."),
        _("A change means that the drawing changed, which is not always the day the ground did."),
        _("Left out of gained and lost: {causes}.").format(causes=left_out) if left_out else "",
    ]
    return {
        "as_of": _("State of the map: {instant}").format(instant=instant_text(as_of, lang)),
        "old": _("This state is {days} old: there is no newer one.").format(days=days_text(old, lang)) if old else "",
        "windows": [(window.days, days_text(window.days, lang) + "*" * (window in clipped)) for window in windows],
        "sums": [
            (key, name, [km2(getattr(one, f"{key}_km2"), signed=key == "net", lang=lang) for one in windows])
            for key, name in (("gain", _("Gained")), ("loss", _("Lost")), ("net", _("Net")))
        ],
        "notes": [note for note in notes if note],
        "notes_of_day": " ".join(of_day),
        "colours": {**COLOURS, **{f"gain-{age}": colour for age, colour in GAIN_COLOURS.items()}},
    }
