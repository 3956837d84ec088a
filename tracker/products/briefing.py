"""Briefings: the tables of one day, week or month of one source, put together for every product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

import geopandas as gpd
import pandas as pd

from tracker.archive import reference
from tracker.archive.archive import Archive
from tracker.changes.causes import counted
from tracker.changes.snapshots import at
from tracker.errors import NoDataError
from tracker.measures.approach import measured
from tracker.measures.bulletin import bulletin
from tracker.measures.distances import To
from tracker.measures.records import records
from tracker.measures.windows import Period, calendar_period, lengths_of, starts_of, sums_of
from tracker.places import bundled
from tracker.places.sectors import ELSEWHERE, named_on
from tracker.sources.credits import credits_of
from tracker.tables.days import Day, day_of, end_of_day

HISTORY_DAYS = {"day": 90, "week": 365, "month": 365}
"""How far back a period is compared with others: the cost of a briefing does not grow with the archive."""


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


@dataclass(frozen=True)
class Background:
    """
    What the briefings of one day or of many days take their tables from, each made once.

    Parameters
    ----------
    control, changes
        The states from the one behind the longest history on, and the changes between them, cut by ground.
    sectors
        The `sectors` table with the names of all dates.
    places, towns, distances
        Every settlement; the reported towns, and how far they are on the days asked for.
    basemap, oblasts
        The user's own, or None.
    """

    control: gpd.GeoDataFrame
    changes: gpd.GeoDataFrame
    sectors: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    towns: gpd.GeoDataFrame
    distances: pd.DataFrame
    basemap: gpd.GeoDataFrame | None
    oblasts: gpd.GeoDataFrame | None


def background_of(archive: Archive, days: Iterable[Day], *, period: Period = "day") -> Background:
    """
    Read the maps behind the periods that hold some days, compare each with the next, and measure the towns.

    Raises
    ------
    NoDataError
        If the archive has no state before one of the periods.
    """
    spans = [_span(archive, day, period) for day in days]
    until = max(on for _, on in spans)
    control = archive.states(min(history_start(archive, *span, period=period) for span in spans), until)
    sectors, places = bundled.sectors(), reference.gazetteer(archive=archive.reference)
    towns = archive.towns()
    return Background(
        control=control,
        changes=archive.changes(control, named_on(sectors, until)),
        sectors=sectors,
        places=places,
        towns=towns,
        distances=distances_to_drawn(control, towns, places, [on for _, on in spans]),
        basemap=reference.own("basemap", archive.reference),
        oblasts=reference.own("oblasts", archive.reference),
    )


def briefing_of(
    archive: Archive,
    on: Day,
    *,
    period: Period = "day",
    causes: list[str] | None = None,
    background: Background | None = None,
) -> Briefing:
    """
    Put the tables of the calendar period together that holds a day.

    Parameters
    ----------
    archive, on, period
        One source of one archive, the day, and which calendar period.
    causes
        The causes that gains and losses count. By default all but noise.
    background
        That of several days, this one among them; it spares reading and comparing the same maps again.

    Raises
    ------
    NoDataError
        If the archive has no state before the period, or nothing was published in the longest window.
    """
    since, on = _span(archive, on, period)
    earliest = history_start(archive, since, on, period=period)
    lengths = lengths_of(period, (on - since).days + 1)
    start = starts_of(on, archive.first_change_day(), lengths)[-1]
    archive.require_published(start, on)
    known = background_of(archive, [on], period=period) if background is None else background
    sectors = named_on(known.sectors, on)
    history, changes = _between(earliest, on, known.control, _named(known.changes, sectors))
    control, ledger = _between(start, on, history, changes)
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
        places=known.places,
        distances=known.distances[known.distances["day"] == on].reset_index(drop=True),
        bulletin=bulletin(in_period, control, known.places, causes=causes),
        records=records(changes.assign(counted=counted(changes, causes)), history, since=since, until=on),
        provenance=archive.provenance(earliest, on),
        archive_sha256=archive.sha256(),
        credits=credits_of(archive.source, known.places),
        note=archive.note,
        title=archive.source.title,
        partial=bool(archive.source.since),
        causes=causes,
        basemap=known.basemap,
        oblasts=known.oblasts,
    )


def _span(archive: Archive, on: Day, period: Period) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Clip the calendar period that holds a day to what the archive can tell; give its first and last day."""
    asked = pd.Timestamp(on)
    since, until = calendar_period(asked, period)
    first = archive.first_change_day()
    if until < first:
        raise NoDataError(f"{archive.source.name}: changes are known from {first:%Y-%m-%d} on, not of {asked:%Y-%m-%d}")
    return max(since, first), min(until, max(asked, archive.last_day))


def history_start(archive: Archive, since: pd.Timestamp, on: pd.Timestamp, *, period: Period = "day") -> pd.Timestamp:
    """Give the first day whose changes a briefing looks at: that of its longest window or of its history."""
    first = archive.first_change_day()
    start = starts_of(on, first, lengths_of(period, (on - since).days + 1))[-1]
    return min(start, max(on - pd.Timedelta(days=HISTORY_DAYS[period] - 1), first))


def _named(changes: gpd.GeoDataFrame, sectors: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Call the ground of each change by the names of one date."""
    names = sectors.drop_duplicates("ground").set_index("ground")["sector"]
    return changes.assign(sector=changes["ground"].map(names).astype(object).fillna(ELSEWHERE).to_numpy())


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
