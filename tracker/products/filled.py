"""The two doors to a story: from an archive, and from tables in hand. Behind both each field is made alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tracker.archive.archive import Archive
from tracker.archive.span import span_of
from tracker.changes.causes import label_causes
from tracker.changes.snapshots import state_of
from tracker.measures.bulletin import bulletin
from tracker.outputs import needs_of
from tracker.outputs.story import Story
from tracker.products.briefing import briefing_of
from tracker.products.chart import CHART_FILLS, chart_start
from tracker.products.draft import FILLS, Draft, Fill
from tracker.products.map import MAP_FILLS, map_start
from tracker.products.pair import PAIR_FILLS, pair_start
from tracker.products.town import TOWN_FILLS, town_start
from tracker.tables.days import Day


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


BULLETIN_FILLS: dict[str, Fill] = FILLS | {
    "table": lambda draft: bulletin(draft["ledger"], draft["control"], draft["places"], causes=draft["causes"]),
}
"""How the fields of a bulletin are made."""

KINDS = {
    "figure": Kind(FILLS, _of_period),
    "report": Kind(FILLS, _of_period),  # from an archive it is that of a day: see `story_of`
    "timelapse": Kind(FILLS, _of_period),
    "map": Kind(MAP_FILLS, map_start),
    "chart": Kind(CHART_FILLS, chart_start),
    "bulletin": Kind(BULLETIN_FILLS, _of_day),
    "dossier": Kind(TOWN_FILLS, town_start),
    "agreement": Kind(PAIR_FILLS, pair_start),
}
