"""What happened to a town in a period: occupied ground came near, reached its edge, half of it was occupied.

An event is the first day, of the maps at hand, on which something holds. It says nothing of what came after: ground
that went away and came back makes no second event. What held on the first day of all is no event of the period.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from tracker.tables.check import check, conform, empty
from tracker.tables.days import day_of
from tracker.tables.definitions import DISTANCES, EVENTS

NEAR_KM = (10, 5, 3)
"""The distances whose first day is an event."""

EVENT_KINDS = (*(f"within_{near}_km" for near in NEAR_KM), "edge_reached", "contested", "half_occupied")
"""The kinds of events, in the order in which they usually come."""


def events(distances: pd.DataFrame, shares: pd.DataFrame | None = None) -> pd.DataFrame:
    """
    Find the first day of each event in the period of a table of distances.

    Distances count from the edge where it is known, else from the centre: `measured_from` says which. Contested ground
    has come when a part of the town is contested, or where shares are not known when it reaches the edge or centre.

    Parameters
    ----------
    distances
        The `distances` table of one period, to occupied and, where the source draws it, contested ground.
    shares
        `source`, `day`, `geonameid`, `share_contested` and `share_occupied` (0 to 1, missing where not known), of the
        same days. Without them no town is half occupied.

    Returns
    -------
    DataFrame
        The `events` table: a row for each event that came, by source, town, day and kind. `day` is the Kyiv day of the
        first map that shows it, and `known_before` whether that is the first map of all: it then came earlier, no one
        can say when, and the day must not be printed as its date.
    """
    tables = [_of_town(town, shares) for _, town in check(distances, DISTANCES).groupby(["source", "geonameid"])]
    found = [table for table in tables if len(table)]
    if not found:
        return empty(EVENTS).assign(known_before=pd.Series(dtype=bool))
    return conform(pd.concat(found)[[*EVENTS.columns, "known_before"]], EVENTS)


def _of_town(town: pd.DataFrame, shares: pd.DataFrame | None) -> pd.DataFrame:
    """Find the events of one town in one source, in the order of their days."""
    days = _held(town, shares)
    edge_known = bool(days["edge_km"].notna().any())
    measured_from = "edge" if edge_known else "centre"
    near_km = days["edge_km" if edge_known else "centre_km"]
    holds: dict[str, Any] = {f"within_{near}_km": near_km <= near for near in NEAR_KM}
    holds["edge_reached"] = days["edge_km"] == 0
    known = days["share_contested"].notna()
    holds["contested"] = (days["share_contested"] > 0).where(known, days["contested_km"] == 0)
    holds["half_occupied"] = days["share_occupied"] >= 0.5
    firsts = [days[holds[kind].to_numpy(dtype=bool)].head(1).assign(event=kind) for kind in EVENT_KINDS]
    table = pd.concat([first for first in firsts if len(first)] or [days.head(0).assign(event="")])
    table["known_before"] = table["as_of"] == days["as_of"].min()
    table["measured_from"] = measured_from
    return table.sort_values("as_of", kind="stable")


def _held(town: pd.DataFrame, shares: pd.DataFrame | None) -> pd.DataFrame:
    """Lay the days of one town out in order: distances to occupied and contested ground, and shares; a row a map."""
    keys = ["source", "day", "geonameid"]
    days = town[town["to"] == "occupied"]
    contested = town[town["to"] == "contested"]
    contested_km = contested["edge_km"].fillna(contested["centre_km"])
    days = days.merge(contested[keys].assign(contested_km=contested_km), on=keys, how="left")
    columns = ["share_contested", "share_occupied"]
    known = days[keys].assign(**dict.fromkeys(columns, float("nan"))) if shares is None else shares[keys + columns]
    days = days.drop(columns=columns, errors="ignore").merge(known, on=keys, how="left")
    # A day without a map shows the one before: the event came with that map.
    days = days.sort_values("day").drop_duplicates("as_of")
    return days.assign(day=day_of(days["as_of"]))
