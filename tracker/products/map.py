"""The interactive map of a archive: what its slider goes over, and what is told of each day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive import reference
from tracker.archive.archive import Archive
from tracker.archive.span import span_of
from tracker.changes.causes import counted
from tracker.measures.bulletin import bulletin
from tracker.measures.captures import captures
from tracker.measures.distances import distances, grounds_drawn
from tracker.outputs import render as rendered
from tracker.places import bundled
from tracker.sources.credits import credits_of, source_credits
from tracker.tables.days import Day, day_of

MAP_DAYS = 90
"""How far back the map of the daily product goes: its cost does not grow with the archive."""


def map_of(
    archive: Archive,
    *,
    since: Day | None = None,
    until: Day | None = None,
    other: Archive | None = None,
    causes: list[str] | None = None,
    lang: str = "en",
    tiles: str | None = None,
) -> str:
    """
    Draw the interactive map of all days of a period, by default of the whole archive.

    Parameters
    ----------
    archive
        One source of one archive.
    since, until
        The first and the last Kyiv day of the slider.
    other
        Another source, to show where the two differ.
    causes
        The causes that gains and losses count. By default all but noise.
    lang, tiles
        Of the page; the provider of a background, by default none.

    Raises
    ------
    NoDataError
        If no state holds on `since`, or nothing was published up to `until`.
    """
    until = archive.last_day if until is None else until
    archive.require_day(until)
    archive.first_change_day()  # refuses an archive of one day: a map of changes needs two
    first, until = span_of(archive, since, until, of="states")
    archive.require_published(max(first, until - pd.Timedelta(days=MAP_DAYS - 1)), until)
    control = archive.days(first, until)
    sectors, places = bundled.sectors(), reference.gazetteer(archive=archive.reference)
    changes = archive.changes(control, sectors)
    page = rendered(
        "map",
        control=control,
        ledger=changes,
        on=until,
        sectors=sectors,
        places=places,
        **told_by_day(control, changes, archive.towns(), places, archive.settlements(), causes=causes),
        other=None if other is None else other.days(max(day_of(control["as_of"].min()), other.first_day), until),
        credits=[*credits_of(archive.source, places), *(source_credits(other.source) if other else ())],
        note=archive.note,
        causes=causes,
        lang=lang,
        basemap=reference.own("basemap", archive.reference),
        oblasts=reference.own("oblasts", archive.reference),
        tiles=tiles,
    )
    assert isinstance(page, str)
    return page


def told_by_day(
    control: gpd.GeoDataFrame,
    changes: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    settlements: gpd.GeoDataFrame,
    *,
    causes: Iterable[str] | None = None,
) -> dict[str, Any]:
    """
    Put together what the map tells of each of its days, by the names of its renderer's arguments.

    Parameters
    ----------
    control, changes
        The states of days, and the changes between them, cut by sector.
    towns, places, settlements
        Those whose distances are told, those that a bulletin names, those whose change of status is.
    causes
        The causes that count. By default all but noise.
    """
    near = [distances(control, towns, to=to) for to in grounds_drawn(control)]
    settled = captures(control, settlements, ledger=changes)
    return {
        "distances": pd.concat(near, ignore_index=True),
        "bulletin": bulletin(changes, control, places, causes=causes),
        "captures": settled[counted(settled, causes)],
    }
