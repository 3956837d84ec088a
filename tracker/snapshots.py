"""From drawn polygons to the control table, and which snapshot holds when.

A snapshot is one source's map at one instant. The state *of* a day is the last snapshot published before 24:00
of that day in Kyiv; it holds until the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.errors import NoDataError
from tracker.schema import CONTROL, KYIV, LONLAT, WORK_CRS, check, conform

__all__ = [
    "at",
    "day_of",
    "dissolve",
    "end_of_day",
    "epoch_starts",
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
        return instants.dt.tz_convert(KYIV).dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
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
    frame = frame if frame.crs is not None else frame.set_crs(LONLAT)
    return frame.set_geometry(
        gpd.GeoSeries(shapely.force_2d(frame.geometry.to_numpy()), frame.index, frame.crs)
    ).to_crs(WORK_CRS)


def polygons_of(shapes: Any) -> np.ndarray:
    """
    Take the valid 2-D polygons out of any geometries: collections opened, rings repaired, points and lines dropped.

    A ring that crosses itself is repaired by `shapely.make_valid`, which keeps every corner where it was drawn.
    """
    shapes = np.atleast_1d(np.asarray(shapes, dtype=object))
    parts = shapely.get_parts(shapely.make_valid(_open_collections(shapely.force_2d(shapes))))
    parts = _open_collections(parts)
    return parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]


def _open_collections(shapes: np.ndarray) -> np.ndarray:
    """Replace collections by their members, however deep they nest."""
    while (shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        shapes = shapely.get_parts(shapes)
    return shapes[~shapely.is_missing(shapes)]


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
    union = {
        status: shapely.union_all(polygons_of(polygons.geometry[polygons["status"] == status].to_numpy()))
        for status in ("contested", "occupied")
    }
    union["contested"] = shapely.difference(union["contested"], union["occupied"])
    rows = gpd.GeoDataFrame(
        {
            "source": source,
            "as_of": pd.Timestamp(as_of),
            "status": list(draws),
            "occupied_since_2022_km2": np.nan,
        },
        geometry=[shapely.multipolygons(polygons_of(union[status])) for status in draws],
        crs=WORK_CRS,
    )
    if "before_2022" in polygons:
        drawn_since = polygons[(polygons["status"] == "occupied") & ~polygons["before_2022"]]
        since = shapely.union_all(polygons_of(drawn_since.geometry.to_numpy()))
        rows.loc[rows["status"] == "occupied", "occupied_since_2022_km2"] = shapely.area(since) / 1e6
    return conform(rows, CONTROL)


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
