"""The interactive map: what its slider goes over, and what is told of each of its days."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive.archive import Archive
from tracker.archive.span import span_of
from tracker.changes.causes import counted
from tracker.changes.diff import track
from tracker.changes.snapshots import last_of_day, state_of
from tracker.changes.timeline import Timeline, timeline
from tracker.measures.captures import captures
from tracker.measures.distances import distances, grounds_drawn
from tracker.products.draft import FILLS, Draft, Fill
from tracker.sources.credits import source_credits
from tracker.tables.days import Day, day_of

MAP_DAYS = 90
"""How far back the map of the daily product goes: its cost does not grow with the archive."""


def map_start(archive: Archive, since: Day | None, until: Day | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Begin with the states of all days of the map's slider, and those of the other source, if any."""
    until = archive.last_day if until is None else until
    archive.require_day(until)
    archive.first_change_day()  # refuses an archive of one day: a map of changes needs two
    first, last = span_of(archive, since, until, of="states")
    archive.require_published(max(first, last - pd.Timedelta(days=MAP_DAYS - 1)), last)
    states, other = archive.days(first, last), asked.get("other")
    begun = {"on": last, "states": states}
    if other is None:
        return begun
    held = max(day_of(states["as_of"].min()), other.first_day)
    return begun | {"other": other.days(held, last), "against": other.source}


def _inside(draft: Draft) -> gpd.GeoDataFrame:
    """Keep the changes between the states that the map shows."""
    rows, control = FILLS["ledger"](draft), draft["control"]
    inside = rows["end"].isin(control["as_of"]) & (rows["start"] >= control["as_of"].min())
    return rows[inside & (rows["source"] == control["source"].iloc[0])].reset_index(drop=True)


def _up_to_day(draft: Draft) -> gpd.GeoDataFrame:
    """Keep the states up to the last day of the slider."""
    states = draft["states"]
    return states[day_of(states["as_of"]) <= draft["on"]].reset_index(drop=True)


def _distances_by_day(draft: Draft) -> pd.DataFrame | None:
    """Measure the towns of reports on every day."""
    if draft["places"] is None:
        return None
    near = [distances(draft["control"], draft["towns"], to=to) for to in grounds_drawn(draft["control"])]
    return pd.concat(near, ignore_index=True)


def _captures(draft: Draft) -> gpd.GeoDataFrame | None:
    """List the settlements that changed status, by causes that count."""
    if draft["places"] is None:
        return None
    settled = captures(draft["control"], draft["settlements"], ledger=draft["ledger"])
    return settled[counted(settled, draft["causes"])]


def _other_timeline(draft: Draft) -> Timeline | None:
    """Lay the other source's maps on each other, from the one that holds on the first day of the slider."""
    other, day = draft["other"], draft["on"]
    if other is None:
        return None
    state_of(other, day)
    days = day_of(other["as_of"])
    held = days[days <= day_of(draft["control"]["as_of"].min())].max()
    kept = last_of_day(other[(days <= day) & ((days >= held) | pd.isna(held))])
    return timeline(kept, track(kept))


def _map_credits(draft: Draft) -> list[str]:
    """List the lines of credit of the map, and those of the other source of the archive."""
    return [*FILLS["credits"](draft), *(source_credits(draft["against"]) if draft["against"] else ())]


MAP_FILLS: dict[str, Fill] = FILLS | {
    "control": _up_to_day,
    "sectors": lambda draft: draft["names"],
    "ledger": _inside,
    "first": lambda draft: day_of(draft["control"]["as_of"].min()),
    "distances": _distances_by_day,
    "captures": _captures,
    "other": lambda draft: None,
    "other_timeline": _other_timeline,
    "against": lambda draft: None,
    "credits": _map_credits,
}
"""How the fields of a map, which tells of every day, are made."""
