"""The two doors to a story: from an archive, and from tables in hand. Behind both each field is made alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive.archive import Archive
from tracker.archive.span import span_of
from tracker.changes.causes import counted, label_causes
from tracker.changes.diff import track
from tracker.changes.snapshots import last_of_day, state_of
from tracker.changes.timeline import Timeline, timeline
from tracker.measures.agreement import agreement, disagreements
from tracker.measures.bulletin import bulletin
from tracker.measures.captures import captures
from tracker.measures.distances import distances, grounds_drawn
from tracker.outputs import needs_of
from tracker.outputs.story import Story
from tracker.products.briefing import briefing_of
from tracker.products.chart import CHART_FILLS, chart_start
from tracker.products.draft import FILLS, Draft, Fill
from tracker.products.town import TOWN_FILLS, town_start
from tracker.sources import known_source
from tracker.sources.credits import places_credits, source_credits
from tracker.tables.days import Day, day_of

MAP_DAYS = 90
"""How far back the map of the daily product goes: its cost does not grow with the archive."""


def story_of(
    archive: Archive,
    kind: str,
    /,
    *,
    since: Day | None = None,
    until: Day | None = None,
    on: Day | None = None,
    **given: Any,
) -> Story:
    """
    Tell from an archive what a kind of output needs.

    Parameters
    ----------
    archive
        One source of one archive.
    kind
        As for `tracker.render`.
    since, until
        Kyiv days, inclusive; by default what the kind shows of an archive: a figure its last day.
    on
        The one day told, or the last day of a period.
    **given
        The `causes` that count; the `period` of a report; the `kind` and `towns` of a chart; the `town` of a dossier;
        the `other` archive of a map or an agreement. What else is given is not filled in.

    Raises
    ------
    ValueError
        For a town that is not known, or a period that ends before it begins.
    NoDataError
        If the archive holds no state that is needed, or nothing was published in the period.
    """
    if kind == "report" or (kind == "figure" and since is None and until is None):
        # The figure of a day shows its last 30 days, whatever period a report is about.
        given |= {"since": None} if kind == "figure" else {}
        return briefing_of(archive, archive.last_day if on is None else on, needs=needs_of(kind), **given)
    made = KINDS[kind]
    begun = made.start(archive, since, until if on is None else on, given)
    return Draft(made.fills, archive=archive, **given | begun).story(needs_of(kind))


def story_from(kind: str, /, **given: Any) -> Story:
    """
    Tell from tables in hand what a kind of output needs: what is not given comes from the bundled reference data.

    Parameters
    ----------
    kind
        As for `tracker.render`.
    **given
        Fields of a `Story`: `control` and `ledger` are enough for most kinds.
    """
    if kind == "bulletin":
        return Story(**given)
    ledger = given.get("ledger")
    if ledger is not None and kind in _FILLED and "cause" not in ledger and "ground" not in ledger:
        given["ledger"] = label_causes(ledger, given["control"])
    if kind == "map" and {"distances", "bulletin", "captures"} & given.keys():
        given = dict.fromkeys(("distances", "bulletin", "captures")) | given
    return draft_in_hand(kind, **given).story({*given, *(needs_of(kind) if kind in _FILLED else ())})


_FILLED = ("figure", "timelapse", "map", "report", "agreement", "chart")
_NAMED = {"control": "states", "ledger": "steps", "sectors": "names"}


def draft_in_hand(kind: str, /, **given: Any) -> Draft:
    """Put tables in hand where those that are read from an archive stand: nothing is added to them yet."""
    put = {_NAMED.get(name, name): value for name, value in given.items()}
    put |= {name: pd.Timestamp(put[name]) for name in ("since", "on") if put.get(name) is not None}
    if "on" in put and kind not in ("chart", "agreement"):
        put["on"] = state_of(put["states"], put["on"])[1]
    return Draft(KINDS[kind].fills, **put)


@dataclass(frozen=True)
class Kind:
    """
    How a kind of story is told.

    Parameters
    ----------
    fills
        How its fields are made.
    start
        What it begins with in an archive, by since, until and what else was asked for.
    """

    fills: dict[str, Fill]
    start: Callable[[Archive, Day | None, Day | None, dict[str, Any]], dict[str, Any]]


def _of_period(archive: Archive, since: Day | None, until: Day | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Begin with the states of a period's days and the one before them."""
    first, last = span_of(archive, since, until)
    return {"since": first, "on": last, "states": archive.states(first, last)}


def _of_day(archive: Archive, since: Day | None, until: Day | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Begin with the state of a day and the one before it."""
    day = archive.last_day if until is None else pd.Timestamp(until)
    archive.require_published(day, day)
    return {"on": day, "states": archive.states(day, day)}


def _of_slider(archive: Archive, since: Day | None, until: Day | None, asked: dict[str, Any]) -> dict[str, Any]:
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


def _of_pair(archive: Archive, since: Day | None, until: Day | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Begin with the states of two sources on a day; by default the last one up to which both are in the archive."""
    pair = (archive, asked["other"])
    day = min(one.last_day for one in pair) if until is None else pd.Timestamp(until)
    states, other = (one.days(day, day) for one in pair)
    return {"on": day, "states": states, "other": other}


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
    lines = []
    for source in known:
        lines.append(f"{source.credit}. {source.licence}. {source.terms_url}")
        lines += [f"{source.title}: {source.note}"] if source.note else []
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

BULLETIN_FILLS: dict[str, Fill] = FILLS | {
    "table": lambda draft: bulletin(draft["ledger"], draft["control"], draft["places"], causes=draft["causes"]),
}
"""How the fields of a bulletin are made."""

KINDS = {
    "figure": Kind(FILLS, _of_period),
    "report": Kind(FILLS, _of_period),
    "timelapse": Kind(FILLS, _of_period),
    "map": Kind(MAP_FILLS, _of_slider),
    "chart": Kind(CHART_FILLS, chart_start),
    "bulletin": Kind(BULLETIN_FILLS, _of_day),
    "dossier": Kind(TOWN_FILLS, town_start),
    "agreement": Kind(PAIR_FILLS, _of_pair),
}
