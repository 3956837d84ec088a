"""The charts of an archive: the table of each kind put together for a period, and drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive.archive import Archive
from tracker.archive.span import span_of
from tracker.changes.snapshots import epoch_starts
from tracker.measures.distances import distances, grounds_drawn
from tracker.measures.shares import shares
from tracker.measures.stock import stock
from tracker.measures.sums import summarise
from tracker.outputs import render as rendered
from tracker.outputs.figure.chart import CHARTS, MOST_TOWNS, bar_length
from tracker.places import bundled
from tracker.sources.credits import credits_of, source_credits
from tracker.tables.days import Day, day_of


def chart_of(
    archive: Archive,
    kind: str,
    *,
    since: Day | None = None,
    until: Day | None = None,
    towns: Iterable[str | int] = (),
    causes: list[str] | None = None,
    lang: str = "en",
    size: str = "web",
    format: str = "png",
) -> bytes:
    """
    Draw a chart of a period, by default of all that the archive holds.

    Parameters
    ----------
    archive
        One source of one archive.
    kind
        months, area, distance or sectors: see `tracker.outputs.figure.chart`.
    since, until
        Kyiv days, inclusive: the state at the end of the day before `since` against that at the end of `until`; for
        distance the days themselves.
    towns
        For distance: the names or GeoNames ids of one town or several.
    causes
        The causes that gains and losses count. By default all but noise.
    lang, size, format
        As for the figure.

    Raises
    ------
    ValueError
        For an unknown kind or town, no town where one is needed, or a period that ends before it begins.
    NoDataError
        If no state holds before the period, or nothing was published in it.
    """
    places = towns_of_chart(archive, kind, towns)
    first, last, control = states_of_chart(archive, kind, since, until)
    options: dict[str, Any] = {"causes": causes, "lang": lang, "size": size, "format": format}
    return draw_chart(archive, kind, control, places, since=first, until=last, **options)


def draw_chart(
    archive: Archive,
    kind: str,
    control: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame | None,
    *,
    since: pd.Timestamp,
    until: pd.Timestamp,
    causes: list[str] | None = None,
    **options: Any,
) -> bytes:
    """
    Draw a chart from states in hand.

    Parameters
    ----------
    archive, kind
        As for `chart_of`.
    control, places, since, until
        What `states_of_chart` and `towns_of_chart` give.
    causes, **options
        As for `chart_of`.
    """
    summed = kind in ("months", "sectors")
    ledger = archive.changes(control, bundled.sectors(until) if kind == "sectors" else None) if summed else None
    chart = rendered(
        "chart",
        kind=kind,
        table=chart_table(kind, control, ledger, places=places, since=since, until=until, causes=causes),
        since=since,
        until=until,
        sectors=bundled.sectors() if kind == "sectors" else None,
        places=places,
        breaks=[day_of(start) for start in epoch_starts(control)],
        causes=causes,
        as_of=control["as_of"].max(),
        title=archive.source.title,
        credits=credits_of(archive.source, places) if kind == "distance" else source_credits(archive.source),
        note=archive.note,
        **options,
    )
    assert isinstance(chart, bytes)
    return chart


def chart_table(
    kind: str,
    control: gpd.GeoDataFrame,
    ledger: gpd.GeoDataFrame | None = None,
    *,
    places: gpd.GeoDataFrame | None = None,
    since: Day | None = None,
    until: Day | None = None,
    causes: Iterable[str] | None = None,
) -> pd.DataFrame:
    """
    Make the table that a chart of a kind is drawn from.

    Parameters
    ----------
    kind
        As for `chart_of`.
    control, ledger
        The states from the one before `since` (for distance, on it) to `until`; the changes between them, for sectors
        split by them.
    places
        For distance: the towns.
    since, until
        By default what `control` spans.
    causes
        As for `chart_of`.
    """
    known = day_of(control["as_of"].min()) + pd.Timedelta(days=0 if kind == "distance" else 1)
    first = known if since is None else pd.Timestamp(since)
    last = day_of(control["as_of"].max()) if until is None else pd.Timestamp(until)
    if kind == "area":
        return stock(control)
    if kind == "distance":
        days = pd.date_range(first, last)
        grounds = grounds_drawn(control)
        near = pd.concat([distances(control, places, to=to, days=days) for to in grounds], ignore_index=True)
        return near.merge(shares(control, places, days=days), on=["source", "day", "as_of", "geonameid"], how="left")
    period: dict[str, Any] = {"since": first, "until": last, "control": control, "causes": causes}
    if kind == "months":
        return summarise(ledger, every="month", **period)
    return summarise(ledger, every=bar_length(first, last), by="ground", **period)


def states_of_chart(
    archive: Archive, kind: str, since: Day | None, until: Day | None
) -> tuple[pd.Timestamp, pd.Timestamp, gpd.GeoDataFrame]:
    """Fill in the ends of the period, and read its states: for distances its own, for changes the one before, too."""
    near = kind == "distance"
    first, last = span_of(archive, since, until, of="states" if near else "changes")
    return first, last, archive.days(first, last) if near else archive.states(first, last)


def towns_of_chart(archive: Archive, kind: str, names: Iterable[str | int]) -> gpd.GeoDataFrame | None:
    """Find the towns of a chart, and refuse a kind that is not known, or that has too few or too many of them."""
    wanted = list(names)
    if kind not in CHARTS:
        raise ValueError(f"kind={kind!r} is not one of {', '.join(CHARTS)}")
    if kind != "distance":
        if wanted:
            raise ValueError(f"towns={wanted!r} go with the chart distance only")
        return None
    if not 0 < len(wanted) <= MOST_TOWNS:
        raise ValueError(f"the chart distance needs from one to {MOST_TOWNS} towns, not {len(wanted)}")
    return archive.towns(wanted)
