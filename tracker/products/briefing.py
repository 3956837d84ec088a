"""A day, week or month of an archive: its tables cut out of a background that many days may share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive.archive import Archive
from tracker.archive.span import Span
from tracker.changes.causes import counted
from tracker.errors import NoDataError
from tracker.measures.records import records
from tracker.measures.windows import Period, calendar_period, lengths_of, starts_of
from tracker.outputs import needs_of
from tracker.outputs.story import Story
from tracker.places.sectors import ELSEWHERE
from tracker.products.draft import FILLS, Draft, Fill, distances_to_drawn
from tracker.tables.days import Day, day_of

HISTORY_DAYS = {"day": 90, "week": 365, "month": 365}
"""How far back a period is compared with others: the cost of a briefing does not grow with the archive."""

BRIEFING = tuple(dict.fromkeys([*needs_of("figure"), *needs_of("report")]))
"""What the products of a day tell: its figure, its report and its tables."""


def background_of(archive: Archive, days: Iterable[Day], *, period: Period = "day") -> Draft:
    """
    Say what the stories of days are cut out of: the maps behind them, read and compared once, and the towns' distances.

    Raises
    ------
    NoDataError
        If the archive has no state before one of the periods.
    """
    spans = [calendar_span(archive, day, period) for day in days]
    until = max(span.until for span in spans)
    control = archive.states(min(history_start(archive, span, period=period) for span in spans), until)
    return Draft(
        FILLS
        | {
            "distances": lambda draft: distances_to_drawn(
                draft["control"], draft["towns"], draft["places"], [span.until for span in spans]
            )
        },
        archive=archive,
        states=control,
        on=until,
    )


def briefing_of(
    archive: Archive,
    on: Day,
    *,
    period: Period = "day",
    causes: list[str] | None = None,
    background: Draft | None = None,
    needs: Iterable[str] = BRIEFING,
    **given: Any,
) -> Story:
    """
    Tell the calendar period that holds a day.

    Parameters
    ----------
    archive, on, period
        One source of one archive, the day, and which calendar period.
    causes
        The causes that gains and losses count. By default all but noise.
    background
        That of several days, this one among them; it spares reading and comparing the same maps again.
    needs
        What is told of it.
    **given
        What is not to be filled in.

    Raises
    ------
    NoDataError
        If the archive has no state before the period, or nothing was published in the longest window.
    """
    span = calendar_span(archive, on, period)
    lengths = lengths_of(period, (span.until - span.since).days + 1)
    start = starts_of(span.until, archive.first_change_day(), lengths)[-1]
    archive.require_published(start, span.until)
    draft = Draft(
        FILLS | DAY_FILLS,
        archive=archive,
        causes=causes,
        period=period,
        first=span.since,
        on=span.until,
        start_day=start,
        earliest=history_start(archive, span, period=period),
        lengths=lengths,
        background=background_of(archive, [on], period=period) if background is None else background,
        **given,
    )
    return draft.story(needs)


def calendar_span(archive: Archive, on: Day, period: Period) -> Span:
    """Clip the calendar period that holds a day to what the archive can tell."""
    asked = pd.Timestamp(on)
    since, until = calendar_period(asked, period)
    first = archive.first_change_day()
    if until < first:
        raise NoDataError(f"{archive.source.name}: changes are known from {first:%Y-%m-%d} on, not of {asked:%Y-%m-%d}")
    return Span(max(since, first), min(until, max(asked, archive.last_day)))


def history_start(archive: Archive, span: Span, *, period: Period = "day") -> pd.Timestamp:
    """Give the first day whose changes a briefing looks at: that of its longest window or of its history."""
    first = archive.first_change_day()
    start = starts_of(span.until, first, lengths_of(period, (span.until - span.since).days + 1))[-1]
    return min(start, max(span.until - pd.Timedelta(days=HISTORY_DAYS[period] - 1), first))


def _history(draft: Draft) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Cut the history out of the background, and call the ground of each change by the names of the day."""
    known, names = draft["background"], draft["sectors"].drop_duplicates("ground").set_index("ground")["sector"]
    changes = known["ledger"]
    named = changes.assign(
        sector=changes["ground"].map(names).astype(object).fillna(ELSEWHERE).to_numpy(),
        counted=counted(changes, draft["causes"]),
    )
    return _between(draft["earliest"], draft["on"], known["control"], named)


def _between(
    start: pd.Timestamp, on: pd.Timestamp, control: gpd.GeoDataFrame, ledger: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Keep what the days from `start` to `on` need: their states, the one that holds before, the changes between."""
    days = day_of(control["as_of"])
    held = days[days < start].max()
    states = control[(days >= held) & (days <= on)].reset_index(drop=True)
    if "epoch" in states and states["epoch"].nunique() == 1:
        states = states.drop(columns="epoch")  # as when these maps are read alone
    kept = ledger[day_of(ledger["end"]).between(start, on)] if len(ledger) else ledger
    return states, kept.reset_index(drop=True)


def _distances(draft: Draft) -> pd.DataFrame:
    """Take the distances of the day out of those of all days."""
    known = draft["background"]["distances"]
    return known[known["day"] == draft["on"]].reset_index(drop=True)


def _records(draft: Draft) -> pd.DataFrame:
    """Find where the gains of the period stand in the history of each sector."""
    control, changes = draft["history"]
    return records(changes, control, since=draft["first"], until=draft["on"])


DAY_FILLS: dict[str, Fill] = {
    "since": lambda draft: draft["first"],
    "history": _history,
    "window": lambda draft: _between(draft["start_day"], draft["on"], *draft["history"]),
    "control": lambda draft: draft["window"][0],
    "ledger": lambda draft: draft["window"][1],
    "distances": _distances,
    "records": _records,
    "provenance": lambda draft: draft["archive"].provenance(draft["earliest"], draft["on"]),
    "places": lambda draft: draft["background"]["places"],
    "names": lambda draft: draft["background"]["names"],
    "basemap": lambda draft: draft["background"]["basemap"],
    "oblasts": lambda draft: draft["background"]["oblasts"],
}
"""How the fields of a day are cut out of its background."""
