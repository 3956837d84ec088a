"""A story in the making: each of its fields is made from those that it rests on, by one function, whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args

import geopandas as gpd
import pandas as pd

from tracker.archive import reference
from tracker.changes.causes import counted
from tracker.changes.snapshots import at, epoch_starts, state_of
from tracker.changes.split import split
from tracker.changes.timeline import timeline
from tracker.measures.approach import measured
from tracker.measures.bulletin import bulletin
from tracker.measures.distances import To
from tracker.measures.sums import by_cause
from tracker.measures.windows import AGES, sums_of, window_of
from tracker.outputs.story import FIELDS, Story
from tracker.places import bundled
from tracker.places.names import NO_SETTLEMENT
from tracker.places.sectors import named_on
from tracker.sources import known_source
from tracker.sources.base import Source
from tracker.sources.credits import credits_of, titles_of
from tracker.tables.days import Day, day_of, end_of_day


class Draft(dict[str, Any]):
    """
    What is given of a story, and what is made of that once it is asked for: a field that nothing needs costs nothing.

    Beside the fields of `Story` it holds what they rest on: `archive` (or None for tables in hand), `states` and
    `steps` (control and ledger as they were read or given), `names` (the sectors with the names of all dates), `towns`
    and `settlements` (whose distances, and whose changes of status, are told), `first` (the day a bulletin begins
    with), and what single kinds of story add.

    Parameters
    ----------
    fills
        Name → the function that makes it.
    **given
        Name → what is known of it already.
    """

    def __init__(self, fills: dict[str, Fill], **given: Any) -> None:
        super().__init__({"archive": None, "causes": None} | given)
        self.fills = fills

    def __missing__(self, name: str) -> Any:
        if name not in self.fills:
            raise TypeError(f"{ {'states': 'control', 'steps': 'ledger'}.get(name, name) } is missing")
        made = self[name] = self.fills[name](self)
        return made

    def story(self, needs: Iterable[str]) -> Story:
        """Tell what is needed."""
        wanted = {*needs, "causes"}
        return Story(**{name: self[name] for name in FIELDS if name in wanted})


Fill = Callable[[Draft], Any]


def _ledger(draft: Draft) -> gpd.GeoDataFrame:
    """Give changes their sectors, where they lack them, and say which count."""
    rows, sectors = draft["steps"], draft["sectors"]
    if "ground" not in rows and sectors is not None:
        rows = split(rows, sectors)
    return rows.assign(counted=counted(rows, draft["causes"]))


def _steps(draft: Draft) -> gpd.GeoDataFrame:
    """Compare each state with the next."""
    if draft["archive"] is None:
        raise TypeError("ledger is missing")
    return draft["archive"].changes(draft["control"])


def _reference(draft: Draft) -> Any:
    """Give the archive's reference data; None for tables in hand."""
    return draft["archive"].reference if draft["archive"] else None


def _settlements(draft: Draft) -> gpd.GeoDataFrame:
    """List every settlement that has people."""
    if draft["archive"]:
        return draft["archive"].settlements()
    return draft["places"][~draft["places"]["place"].isin(NO_SETTLEMENT)]


def distances_to_drawn(
    control: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame, days: Iterable[Day]
) -> pd.DataFrame:
    """Measure towns on days to all the ground that the source draws on each, with all that is said of distances."""
    drawn = {pd.Timestamp(day): set(at(control, end_of_day(day))["status"]) for day in days}
    tables = [
        measured(control, towns, settlements, days=asked, to=to)
        for to in get_args(To)
        if (asked := [day for day, statuses in drawn.items() if to in statuses])
    ]
    return pd.concat(tables, ignore_index=True)


def _distances(draft: Draft) -> pd.DataFrame | None:
    """Measure the towns of reports on the last day."""
    if draft["places"] is None:
        return None
    return distances_to_drawn(draft["control"], draft["towns"], draft["places"], [draft["on"]])


def _bulletin(draft: Draft) -> pd.DataFrame | None:
    """Divide what changed in the period among the settlements."""
    if draft["places"] is None:
        return None
    ledger = draft["ledger"]
    in_period = ledger[day_of(ledger["end"]).between(draft["first"], draft["on"])] if len(ledger) else ledger
    return bulletin(in_period, draft["control"], draft["places"], causes=draft["causes"])


def _by_cause(draft: Draft) -> pd.DataFrame:
    """Sum the longest window by cause."""
    ledger = draft["ledger"]
    totals = draft["summary"] if draft["totals"] is None else draft["totals"]
    age_days = (draft["on"] - day_of(ledger["end"])).dt.days
    return by_cause(ledger[age_days.between(0, window_of(totals).max() - 1)], draft["causes"])


def _sources(draft: Draft) -> list[Source]:
    """Say whose maps these are, as far as they are known."""
    if draft["archive"]:
        return [draft["archive"].source]
    table = draft["table"] if "table" in draft else draft["states"]
    return [source for name in table["source"].unique() if (source := known_source(name))]


def _note(draft: Draft) -> str:
    """Give the mark of the sample."""
    if draft["archive"]:
        return str(draft["archive"].note)
    states = draft.get("states")
    return str(states["note"].iloc[-1]) if states is not None and "note" in states else ""


FILLS: dict[str, Fill] = {
    "on": lambda draft: state_of(draft["states"], None)[1],
    "since": lambda draft: None,
    "first": lambda draft: draft["on"] if draft["since"] is None else pd.Timestamp(draft["since"]),
    "period": lambda draft: "day",
    "control": lambda draft: draft["states"],
    "steps": _steps,
    "names": lambda draft: bundled.sectors(),
    "sectors": lambda draft: None if draft["names"] is None else named_on(draft["names"], draft["on"]),
    "ledger": _ledger,
    "places": lambda draft: reference.gazetteer(archive=_reference(draft)),
    "towns": lambda draft: draft["archive"].towns() if draft["archive"] else reference.towns(),
    "settlements": _settlements,
    "distances": _distances,
    "lengths": lambda draft: AGES,
    "sums": lambda draft: sums_of(
        draft["ledger"], draft["control"], draft["on"], lengths=draft["lengths"], causes=draft["causes"]
    ),
    "summary": lambda draft: draft["sums"][0],
    "totals": lambda draft: draft["sums"][1],
    "by_cause": _by_cause,
    "bulletin": _bulletin,
    "records": lambda draft: None,
    "timeline": lambda draft: timeline(draft["control"], draft["ledger"]),
    "start": lambda draft: draft["control"]["as_of"].min(),
    "as_of": lambda draft: draft["control"]["as_of"].max(),
    "breaks": lambda draft: [day_of(start) for start in epoch_starts(draft["control"])],
    "sources": _sources,
    "credits": lambda draft: [line for source in draft["sources"] for line in credits_of(source, draft["places"])],
    "title": lambda draft: titles_of(draft["sources"]),
    "note": _note,
    "partial": lambda draft: draft["archive"] is not None and bool(draft["archive"].source.since),
    "provenance": lambda draft: None,
    "archive_sha256": lambda draft: draft["archive"].sha256() if draft["archive"] else "",
    "basemap": lambda draft: reference.own("basemap", _reference(draft)),
    "oblasts": lambda draft: reference.own("oblasts", _reference(draft)),
}
"""How each field is made, unless a kind of story says otherwise."""
