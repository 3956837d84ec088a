"""From drawn polygons to the control table, and which snapshot holds when.

A snapshot is one source's map at one instant. The state *of* a day is the last snapshot published before 24:00
of that day in Kyiv; it holds until the next one.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.errors import NoDataError
from tracker.ground.recall import Recall, afresh
from tracker.ground.union import less, merged, whole
from tracker.tables.check import check, conform, empty
from tracker.tables.constants import WORK_CRS
from tracker.tables.days import Day, Instant, day_of, end_of_day
from tracker.tables.definitions import CONTROL


def states_on(
    control: gpd.GeoDataFrame, days: Iterable[Day] | None = None
) -> Iterator[tuple[str, pd.Timestamp, gpd.GeoDataFrame]]:
    """
    Go through the states of days, source by source.

    Parameters
    ----------
    control
        The control table.
    days
        Kyiv days, each once; by default those that have a snapshot. Days before a source's first have no state.

    Yields
    ------
    source, day, state
        The snapshot that holds at the end of the day, of whatever age.
    """
    asked = None if days is None else list(dict.fromkeys(pd.Timestamp(day).normalize() for day in days))
    for source, drawn in control.groupby("source", sort=True):
        instants, states = zip(*drawn.groupby("as_of", sort=True), strict=True)
        for day in sorted(pd.unique(day_of(drawn["as_of"]))) if asked is None else asked:
            held = bisect_right(instants, end_of_day(day))
            if held:
                yield str(source), pd.Timestamp(day), states[held - 1]


@dataclass(frozen=True)
class Ground:
    """What a map draws: the whole of each status, disjoint, and km² occupied since 2022-02-24 (NaN where untold)."""

    occupied: shapely.MultiPolygon
    contested: shapely.MultiPolygon
    occupied_since_2022_km2: float


def ground_of(
    since_2022: Iterable[shapely.Polygon],
    before_2022: Iterable[shapely.Polygon],
    contested: Iterable[shapely.Polygon],
    *,
    tells_since: bool = True,
    recall: Recall = afresh,
) -> Ground:
    """
    Put drawn polygons together: those of a status are merged where they touch, and occupied wins over contested.

    Parameters
    ----------
    since_2022, before_2022, contested
        Valid polygons in `WORK_CRS` of ground that was occupied since, or before, 2022-02-24, and of contested ground.
    tells_since
        Whether the source tells the two kinds of occupied ground apart.
    recall
        Remembers what was put together before (see `tracker.ground.recall`); what comes out does not depend on it.
    """
    since_2022, before_2022 = tuple(since_2022), tuple(before_2022)
    since = merged(since_2022, recall)
    occupied = merged((*since, *merged(before_2022, recall)), recall)
    left = merged(less(contested, (*since_2022, *before_2022), recall), recall)
    km2 = math.fsum(shapely.area(np.array(since, dtype=object))) / 1e6 if tells_since else math.nan
    return Ground(whole(occupied), whole(left), km2)


def control_table(snapshots: Iterable[tuple[str, Any, Ground, Sequence[str]]]) -> gpd.GeoDataFrame:
    """Lay snapshots out as a `control` table: source, as_of, ground, and the statuses that get a row, of each."""
    rows = [
        (source, as_of, status, ground.occupied_since_2022_km2 if status == "occupied" else math.nan, ground)
        for source, as_of, ground, draws in snapshots
        for status in draws
    ]
    if not rows:
        return empty(CONTROL)
    sources, instants, statuses, since, grounds = zip(*rows, strict=True)
    shapes = [getattr(ground, status) for status, ground in zip(statuses, grounds, strict=True)]
    table = {
        "source": sources,
        "as_of": pd.DatetimeIndex(instants).tz_convert("UTC"),
        "status": statuses,
        "occupied_since_2022_km2": since,
    }
    return conform(gpd.GeoDataFrame(table, geometry=shapes, crs=WORK_CRS), CONTROL)


def drawn_as(state: gpd.GeoDataFrame, status: str) -> Any:
    """Give all ground of a status in one snapshot as one shape, EMPTY where none is drawn."""
    return shapely.union_all(state.geometry[state["status"] == status].to_numpy())


def epoch_starts(control: gpd.GeoDataFrame) -> list[pd.Timestamp]:
    """
    List the instants from which on a source covers other ground than before, where control has a column `epoch`.

    The step that leads to such a map is measured by nothing: the ground that came or went was never crossed by a front.
    """
    return control.groupby(["source", "epoch"])["as_of"].min().iloc[1:].tolist() if "epoch" in control else []


def at(control: gpd.GeoDataFrame, instant: Instant) -> gpd.GeoDataFrame:
    """
    Take the snapshot of each source that holds at an instant: its last one up to then, of whatever age.

    Parameters
    ----------
    control
        The `control` table, of any sources.
    instant
        A moment with its time zone.

    Returns
    -------
    GeoDataFrame
        The `control` table in `WORK_CRS`, rows as they are in `control`. A source without any snapshot up to then has
        none.

    Raises
    ------
    SchemaError
        If `control` is no control table.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> tr.at(control, "2025-01-06T12:00Z")[["as_of", "status"]]
                           as_of     status
    70 2025-01-05 21:59:59+00:00  contested
    71 2025-01-05 21:59:59+00:00   occupied
    """
    published = control[control["as_of"] <= pd.Timestamp(instant)]
    latest = published.groupby("source")["as_of"].transform("max")
    return check(published[published["as_of"] == latest], CONTROL)


def state_of(control: gpd.GeoDataFrame, on: Day | None = None) -> tuple[gpd.GeoDataFrame, pd.Timestamp]:
    """
    Take the one snapshot that holds at the end of a day, and the day.

    Parameters
    ----------
    control
        The control table of one source.
    on
        The Kyiv day; by default that of the last snapshot.

    Raises
    ------
    ValueError
        If control holds several sources.
    NoDataError
        If it holds no snapshot up to the day.
    """
    names = sorted(check(control, CONTROL)["source"].unique())
    if len(names) > 1:
        raise ValueError(f"control must be of one source, it holds {', '.join(names)}")
    if not names:
        raise NoDataError("control holds no snapshot to show")
    day = day_of(control["as_of"].max()) if on is None else pd.Timestamp(on).normalize()
    state = at(control, end_of_day(day))
    if state.empty:
        first = day_of(control["as_of"].min())
        raise NoDataError(f"{names[0]}: no snapshot up to {day:%Y-%m-%d}; the first is of {first:%Y-%m-%d}")
    return state, day


def last_of_day(control: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Keep the last snapshot of each Kyiv calendar day and source: the state of that day.

    Parameters
    ----------
    control
        The `control` table, of any sources.

    Returns
    -------
    GeoDataFrame
        The `control` table in `WORK_CRS`. Days without a snapshot have no rows: the state of the day before still holds
        there (see `at`).

    Raises
    ------
    SchemaError
        If `control` is no control table.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.last_of_day(tr.sample())
    >>> control["as_of"].nunique(), control["status"].unique().tolist()
    (38, ['contested', 'occupied'])
    """
    days = day_of(control["as_of"])
    latest = control.groupby([control["source"], days])["as_of"].transform("max")
    return check(control[control["as_of"] == latest].reset_index(drop=True), CONTROL)
