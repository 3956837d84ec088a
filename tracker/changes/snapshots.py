"""From drawn polygons to the control table, and which snapshot holds when.

A snapshot is one source's map at one instant. The state *of* a day is the last snapshot published before 24:00
of that day in Kyiv; it holds until the next one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from tracker.errors import NoDataError
from tracker.recall import Recall, afresh
from tracker.schema import CONTROL, KYIV, LONLAT, WORK_CRS, check, conform, empty
from tracker.union import less, merged, polygons_of, whole

__all__ = [
    "Ground",
    "at",
    "control_of",
    "day_of",
    "dissolve",
    "end_of_day",
    "epoch_starts",
    "ground_of",
    "in_work_crs",
    "last_of_day",
    "polygons_of",
    "state_of",
    "to_work_crs",
]


def day_of(instants: Any) -> Any:
    """
    Give the Kyiv calendar day of instants, as midnights without a time zone.

    Parameters
    ----------
    instants
        A Series of time-zone-aware instants, or one Timestamp.

    Examples
    --------
    >>> day_of(pd.Timestamp("2025-01-06T22:30:00Z"))
    Timestamp('2025-01-07 00:00:00')
    """
    if isinstance(instants, pd.Series):
        days = instants.array.tz_convert(KYIV).tz_localize(None).normalize().as_unit("us")
        return pd.Series(days, index=instants.index, name=instants.name)
    return pd.Timestamp(instants).tz_convert(KYIV).tz_localize(None).normalize()


def end_of_day(day: Any) -> pd.Timestamp:
    """
    Give the last second (UTC) of a Kyiv calendar day.

    Examples
    --------
    >>> end_of_day("2025-01-06")
    Timestamp('2025-01-06 21:59:59+0000', tz='UTC')
    """
    midnight = pd.Timestamp(day).normalize() + pd.Timedelta(days=1)
    return midnight.tz_localize(KYIV).tz_convert("UTC") - pd.Timedelta(seconds=1)


def to_work_crs(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Convert a frame as it came from a file into `WORK_CRS`, flat; one without a CRS is taken as degrees."""
    shapes = in_work_crs(frame.geometry.to_numpy(), frame.crs)
    return frame.set_geometry(gpd.GeoSeries(shapes, frame.index, WORK_CRS))


def in_work_crs(shapes: np.ndarray, crs: Any) -> np.ndarray:
    """Convert geometries into `WORK_CRS`, flat; those without a CRS are taken as degrees."""
    convert = _into_work_crs(LONLAT if crs is None else crs)
    return shapely.transform(shapely.force_2d(shapes), convert, interleaved=False)


@lru_cache(maxsize=8)
def _into_work_crs(crs: Any) -> Callable[[Any, Any], Any]:
    """Prepare the conversion from a CRS: it takes longer than a conversion."""
    return Transformer.from_crs(crs, WORK_CRS, always_xy=True).transform


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
        Remembers what was put together before (see `tracker.recall`); what comes out does not depend on it.
    """
    since_2022, before_2022 = tuple(since_2022), tuple(before_2022)
    since = merged(since_2022, recall)
    occupied = merged((*since, *merged(before_2022, recall)), recall)
    left = merged(less(contested, (*since_2022, *before_2022), recall), recall)
    km2 = math.fsum(shapely.area(np.array(since, dtype=object))) / 1e6 if tells_since else math.nan
    return Ground(whole(occupied), whole(left), km2)


def dissolve(
    polygons: gpd.GeoDataFrame,
    *,
    source: str,
    as_of: Any,
    draws: Sequence[str] = ("contested", "occupied"),
) -> gpd.GeoDataFrame:
    """
    Make the control rows of one snapshot out of the polygons that a source drew.

    Parameters
    ----------
    polygons
        `status` (contested, occupied) and geometries in `WORK_CRS`, overlapping as they may; occupied wins.
        With a boolean column `before_2022` the area occupied since 2022-02-24 is measured too.
    source, as_of
        Name of the source, and the instant of publication (time-zone-aware).
    draws
        The statuses that this source can draw: each gets a row, an EMPTY one where nothing was drawn.

    Returns
    -------
    GeoDataFrame
        The `control` table, with the extra column `occupied_since_2022_km2` (missing where the source does not say).
    """
    occupied, contested = polygons["status"] == "occupied", polygons["status"] == "contested"
    before = polygons["before_2022"].astype(bool) if "before_2022" in polygons else occupied & False
    kinds = [occupied & ~before, occupied & before, contested]
    drawn = [polygons_of(polygons.geometry[rows].to_numpy()) for rows in kinds]
    ground = ground_of(*drawn, tells_since="before_2022" in polygons)
    return control_of([(source, as_of, ground, draws)])


def control_of(snapshots: Iterable[tuple[str, Any, Ground, Sequence[str]]]) -> gpd.GeoDataFrame:
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


def epoch_starts(control: gpd.GeoDataFrame) -> list[pd.Timestamp]:
    """
    List the instants from which on a source covers other ground than before, where control has a column `epoch`.

    The step that leads to such a map is measured by nothing: the ground that came or went was never crossed by a front.
    """
    return control.groupby(["source", "epoch"])["as_of"].min().iloc[1:].tolist() if "epoch" in control else []


def at(control: gpd.GeoDataFrame, instant: Any) -> gpd.GeoDataFrame:
    """
    Take the snapshot of each source that holds at an instant: its last one up to then, of whatever age.

    A source without any snapshot up to then has no rows in the answer.
    """
    published = control[control["as_of"] <= pd.Timestamp(instant)]
    latest = published.groupby("source")["as_of"].transform("max")
    return check(published[published["as_of"] == latest], CONTROL)


def state_of(control: gpd.GeoDataFrame, on: Any = None) -> tuple[gpd.GeoDataFrame, pd.Timestamp]:
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

    Days without a snapshot have no rows: the state of the day before still holds there (see `at`).
    """
    days = day_of(control["as_of"])
    latest = control.groupby([control["source"], days])["as_of"].transform("max")
    return check(control[control["as_of"] == latest].reset_index(drop=True), CONTROL)
