"""Two sources compared on a day: what both hold, what only one of them does, and whose maps they are."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive.archive import Archive
from tracker.measures.agreement import agreement, disagreements
from tracker.products.draft import FILLS, Draft, Fill
from tracker.sources import known_source
from tracker.sources.credits import places_credits, terms_of
from tracker.tables.days import Day, day_of
from tracker.tables.messages import Message


def pair_start(archive: Archive, since: Day | None, until: Day | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Begin with the states of two sources on a day; by default the last one up to which both are in the archive."""
    pair = (archive, asked["other"])
    day = min(one.last_day for one in pair) if until is None else pd.Timestamp(until)
    states, other = (one.days(day, day) for one in pair)
    return {"on": day, "states": states, "other": other}


def _pair(draft: Draft) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give the states of both sources."""
    return draft["control"], draft["other"]


def _by_sector(draft: Draft) -> pd.DataFrame | None:
    """Measure how far both agree in each sector."""
    return None if draft["sectors"] is None else agreement(*_pair(draft), places=draft["sectors"], on=draft["on"])


def _pair_names(draft: Draft) -> list[str]:
    """Name both sources."""
    return [str(name) for states in _pair(draft) for name in states["source"].unique()]


def _pair_credits(draft: Draft) -> list[str]:
    """List the lines of credit of both sources, each beside its name, and of settlements."""
    known = [source for name in _pair_names(draft) if (source := known_source(name))]
    lines: list[str] = []
    for source in known:
        lines.append(terms_of(source))
        lines += [Message("{title}: {note}", title=source.title, note=source.note)] if source.note else []
    return [*lines, *places_credits(draft["places"])]


PAIR_FILLS: dict[str, Fill] = FILLS | {
    "on": lambda draft: day_of(max(states["as_of"].max() for states in _pair(draft))),
    "agreement": lambda draft: agreement(*_pair(draft), on=draft["on"]),
    "agreement_by_sector": _by_sector,
    "disagreements": lambda draft: disagreements(*_pair(draft), places=draft["sectors"], on=draft["on"]),
    "titles": lambda draft: [s.title if (s := known_source(name)) else name for name in _pair_names(draft)],
    "left_out": lambda draft: [s.since if (s := known_source(name)) else "" for name in _pair_names(draft)],
    "credits": _pair_credits,
    "note": lambda draft: "",
}
"""How the fields of a comparison of two sources are made."""
