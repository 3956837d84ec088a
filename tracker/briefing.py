"""Briefings: the tables of one day, week or month of one source, put together for every product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

import geopandas as gpd
import pandas as pd

from tracker import reference
from tracker.bulletin import bulletin
from tracker.causes import counted
from tracker.distances import To
from tracker.errors import NoDataError
from tracker.measuring import measured
from tracker.records import records
from tracker.render.style import AGES
from tracker.snapshots import at, day_of, end_of_day
from tracker.sources import Source
from tracker.totals import summarise
from tracker.windows import Period, calendar_period, lengths_of
from tracker.workspace import Workspace

__all__ = [
    "Briefing",
    "briefing_of",
    "credits_of",
    "distances_to_drawn",
    "longest",
    "places_credits",
    "source_credits",
    "sums_of",
]

HISTORY_DAYS = {"day": 90, "week": 365, "month": 365}
"""How far back a period is compared with others: the cost of a briefing does not grow with the archive."""

PLACES_CREDIT = "Settlements: GeoNames (CC BY 4.0)"


@dataclass(frozen=True)
class Briefing:
    """
    All tables of one day, week or month of one source, as every product needs them.

    Parameters
    ----------
    period, since, on
        Which calendar period, and its first and last Kyiv day, the last one clipped to what the archive holds.
    control
        States of the days behind the longest window, the last one being that of `on`.
    ledger
        Their daily steps, split by the sectors of `on`.
    summary
        The `summary` table by sector of each window (see `lengths_of`) that the archive reaches back to.
    totals
        The same for the whole front.
    sectors, places, distances
        Names of the day; every settlement; the reported towns to occupied and contested ground.
    bulletin, records
        What changed in the period by settlement; where its gains stand in each sector's history of `HISTORY_DAYS`.
    provenance, archive_sha256
        The manifest lines of the snapshots used; what tells this state of the archive from any other.
    credits
        Lines to print with every product.
    note, title, partial
        A mark to print on every product, or ""; the source as a report calls it; whether it leaves out occupied ground.
    causes
        The causes that gains and losses count; None for all but noise.
    """

    period: Period
    since: pd.Timestamp
    on: pd.Timestamp
    control: gpd.GeoDataFrame
    ledger: gpd.GeoDataFrame
    summary: pd.DataFrame
    totals: pd.DataFrame
    sectors: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    distances: pd.DataFrame
    bulletin: pd.DataFrame
    records: pd.DataFrame
    provenance: pd.DataFrame
    archive_sha256: str
    credits: list[str]
    note: str
    title: str
    partial: bool = False
    causes: list[str] | None = None
    basemap: gpd.GeoDataFrame | None = None
    oblasts: gpd.GeoDataFrame | None = None

    @property
    def tables(self) -> dict[str, Any]:
        """What the pictures are drawn from, by the names of the renderers' arguments."""
        names = "on control ledger sectors places distances credits note causes basemap oblasts".split()
        return {name: getattr(self, name) for name in names}


def briefing_of(workspace: Workspace, on: Any, *, period: Period = "day", causes: list[str] | None = None) -> Briefing:
    """
    Put the tables of the calendar period together that holds a day.

    Raises
    ------
    NoDataError
        If the archive has no state before the period, or nothing was published in the longest window.
    """
    asked = pd.Timestamp(on)
    since, until = calendar_period(asked, period)
    first = workspace.first_change_day()
    if until < first:
        raise NoDataError(
            f"{workspace.source.name}: changes are known from {first:%Y-%m-%d} on, not of {asked:%Y-%m-%d}"
        )
    since, on = max(since, first), min(until, max(asked, workspace.last_day))
    lengths = lengths_of(period, (on - since).days + 1)
    start = _starts(on, first, lengths)[-1]
    workspace.require_published(start, on)
    sectors, places = reference.sectors(on), reference.gazetteer(archive=workspace.archive)
    earliest = min(start, max(on - pd.Timedelta(days=HISTORY_DAYS[period] - 1), first))
    history = workspace.states(earliest, on)
    changes = workspace.changes(history, sectors)
    control, ledger = _from(start, history, changes)
    summary, totals = sums_of(ledger, control, on, lengths=lengths, causes=causes)
    in_period = ledger[day_of(ledger["end"]) >= since]
    return Briefing(
        period=period,
        since=since,
        on=on,
        control=control,
        ledger=ledger,
        summary=summary,
        totals=totals,
        sectors=sectors,
        places=places,
        distances=distances_to_drawn(history, workspace.towns(), places, on),
        bulletin=bulletin(in_period, control, places, causes=causes),
        records=records(changes.assign(counted=counted(changes, causes)), history, since=since, until=on),
        provenance=workspace.provenance(earliest, on),
        archive_sha256=workspace.sha256(),
        credits=credits_of(workspace.source, places),
        note=workspace.note,
        title=workspace.source.title,
        partial=bool(workspace.source.since),
        causes=causes,
        basemap=reference.own("basemap", workspace.archive),
        oblasts=reference.own("oblasts", workspace.archive),
    )


def _from(
    start: pd.Timestamp, control: gpd.GeoDataFrame, ledger: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Keep what the windows from a day on need: its states, the one that holds before it, and the changes between."""
    days = day_of(control["as_of"])
    held = days[days < start].max()
    kept = ledger[day_of(ledger["end"]) >= start] if len(ledger) else ledger
    return control[days >= held].reset_index(drop=True), kept.reset_index(drop=True)


def _starts(on: pd.Timestamp, first: pd.Timestamp, lengths: Iterable[int]) -> list[pd.Timestamp]:
    """List the first days of windows up to a day, the shortest window first; none begins before `first`."""
    return sorted({min(max(on - pd.Timedelta(days=days - 1), first), on) for days in lengths}, reverse=True)


def sums_of(
    ledger: gpd.GeoDataFrame,
    control: gpd.GeoDataFrame,
    on: pd.Timestamp,
    *,
    lengths: Iterable[int] = AGES,
    causes: list[str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sum each window up to a day by sector, and for the whole front: two `summary` tables."""
    starts = _starts(on, day_of(control["as_of"].min()) + pd.Timedelta(days=1), lengths)
    window: dict[str, Any] = {"until": on, "control": control, "causes": causes}
    by_sector = [summarise(ledger, by="sector", since=since, **window) for since in starts]
    whole = [summarise(ledger, since=since, **window) for since in starts]
    return pd.concat(by_sector, ignore_index=True), pd.concat(whole, ignore_index=True)


def longest(summary: pd.DataFrame) -> pd.DataFrame:
    """Keep the longest window of a summary: what maps and figures list by sector."""
    return summary[summary["since"] == summary["since"].min()]


def distances_to_drawn(
    control: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame, on: Any
) -> pd.DataFrame:
    """Measure towns on a day to all the ground that the source draws, with all that is said of distances."""
    state = at(control, end_of_day(on))
    drawn: list[To] = [status for status in get_args(To) if (state["status"] == status).any()]
    return pd.concat([measured(control, towns, settlements, days=[on], to=to) for to in drawn], ignore_index=True)


def credits_of(source: Source, places: gpd.GeoDataFrame | None = None) -> list[str]:
    """List the lines of credit and terms that go with everything made from a source."""
    return [*source_credits(source), *places_credits(places)]


def source_credits(source: Source) -> list[str]:
    """List the lines of credit, terms and limits of a source."""
    lines = [f"{source.credit}. {source.licence}. {source.terms_url}"]
    lines += [f"{source.title} {source.since}."] if source.since else []
    return [*lines, source.note] if source.note else lines


def places_credits(places: gpd.GeoDataFrame | None) -> list[str]:
    """List the lines of credit for what is said of settlements."""
    own = places is not None and (places["edge_method"] == "polygon").any()
    limits = "Settlement limits: the user's own file (OpenStreetMap's are © OpenStreetMap contributors, ODbL)"
    return [PLACES_CREDIT, limits] if own else [PLACES_CREDIT]
