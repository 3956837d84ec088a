"""The charts: the table that each kind is drawn from, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive.archive import Archive
from tracker.archive.span import span_of
from tracker.measures.distances import distances, grounds_drawn
from tracker.measures.events import events
from tracker.measures.shares import shares
from tracker.measures.stock import stock
from tracker.measures.sums import summarise
from tracker.outputs.figure.chart import CHARTS, MOST_TOWNS, bar_length
from tracker.products.draft import FILLS, Draft, Fill
from tracker.sources.credits import source_credits
from tracker.tables.days import Day, day_of


def chart_start(archive: Archive, since: Day | None, until: Day | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Begin with the states of a period's days; for changes with the one before them, too."""
    near = asked["kind"] == "distance"
    places = towns_of_chart(archive, asked["kind"], asked.get("towns", ()))
    first, last = span_of(archive, since, until, of="states" if near else "changes")
    states = archive.days(first, last) if near else archive.states(first, last)
    return {"since": first, "on": last, "states": states, "places": places}


def towns_of_chart(archive: Archive, chart: str, names: Iterable[str | int]) -> gpd.GeoDataFrame | None:
    """Find the towns of a chart, and refuse a kind that is not known, or that has too few or too many of them."""
    wanted = list(names)
    if chart not in CHARTS:
        raise ValueError(f"kind={chart!r} is not one of {', '.join(CHARTS)}")
    if chart != "distance":
        if wanted:
            raise ValueError(f"towns={wanted!r} go with the chart distance only")
        return None
    if not 0 < len(wanted) <= MOST_TOWNS:
        raise ValueError(f"the chart distance needs from one to {MOST_TOWNS} towns, not {len(wanted)}")
    return archive.towns(wanted)


def _table(draft: Draft) -> pd.DataFrame:
    """Make the table that a chart of a kind is drawn from; its period is by default what `control` spans."""
    chart, control = draft["kind"], draft["control"]
    if chart == "area":
        return stock(control)
    known = day_of(control["as_of"].min()) + pd.Timedelta(days=0 if chart == "distance" else 1)
    first = known if draft["since"] is None else pd.Timestamp(draft["since"])
    last = day_of(control["as_of"].max()) if draft["on"] is None else pd.Timestamp(draft["on"])
    if chart == "distance":
        return _near(control, draft["places"], pd.date_range(first, last))
    period: dict[str, Any] = {"since": first, "until": last, "control": control, "causes": draft["causes"]}
    if chart == "months":
        return summarise(draft["ledger"], every="month", **period)
    return summarise(draft["ledger"], every=bar_length(first, last), by="ground", **period)


def _near(control: gpd.GeoDataFrame, places: gpd.GeoDataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Measure towns on days to all the ground that is drawn, with the shares of their own ground."""
    near = pd.concat([distances(control, places, to=to, days=days) for to in grounds_drawn(control)], ignore_index=True)
    return near.merge(shares(control, places, days=days), on=["source", "day", "as_of", "geonameid"], how="left")


def _events(draft: Draft) -> pd.DataFrame | None:
    """Find the events of towns; where shares are known, those of their ground too."""
    if draft["kind"] != "distance":
        return None
    table = draft["table"]
    known = {"share_contested", "share_occupied"} <= set(table.columns)
    return events(table, table[table["to"] == "occupied"] if known else None)


def _credits(draft: Draft) -> list[str]:
    """List the lines of credit: of settlements, too, where the chart is about some."""
    if draft["kind"] == "distance":
        return FILLS["credits"](draft)
    return [line for source in draft["sources"] for line in source_credits(source)]


CHART_FILLS: dict[str, Fill] = FILLS | {
    "control": lambda draft: draft.get("states"),
    "table": _table,
    "events": _events,
    "on": lambda draft: None,
    "sectors": lambda draft: draft["names"] if draft["kind"] == "sectors" else None,
    "places": lambda draft: None,
    "breaks": lambda draft: FILLS["breaks"](draft) if "states" in draft else (),
    "as_of": lambda draft: FILLS["as_of"](draft) if "states" in draft else None,
    "credits": _credits,
}
"""How the fields of a chart are made."""
