"""How much of a place is free, contested and occupied.

A place's outline is the settlement's polygon where one is known, else a disc of the settlement's area. Shares are
planar areas in `WORK_CRS`, which is equal-area.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.snapshots import states_on
from tracker.tables.check import check
from tracker.tables.constants import STATUSES, WORK_CRS
from tracker.tables.days import Day
from tracker.tables.definitions import CONTROL, PLACES

_QUARTER = 16  # corners of a disc in a quarter turn
# The corners lie a little outside the circle, so that the polygon has the circle's area: n/2 · sin(2π/n) · r² = area.
_CORNER_AREA = 2 * _QUARTER * np.sin(np.pi / (2 * _QUARTER))


def outlines(places: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """
    Draw the outline of each place: its footprint, else a disc of its area, else None.

    A disc around the point is a guess: a settlement of that area may lie quite otherwise.

    Parameters
    ----------
    places
        The `places` table, with a column `footprint` where polygons are known.

    Returns
    -------
    GeoSeries
        Polygons in `WORK_CRS` or None, on the index of `places`.
    """
    area_m2 = check(places, PLACES)["area_km2"].to_numpy(dtype=float) * 1e6
    drawn = np.full(len(places), None, dtype=object)
    known = np.flatnonzero(area_m2 > 0)
    radius_m = np.sqrt(area_m2[known] / _CORNER_AREA)
    drawn[known] = shapely.buffer(places.geometry.to_numpy()[known], radius_m, quad_segs=_QUARTER)
    if "footprint" in places:
        footprints = places["footprint"].to_numpy()
        own = shapely.area(footprints) > 0  # a border line has no share of anything
        drawn[own] = footprints[own]
    return gpd.GeoSeries(drawn, index=places.index, crs=WORK_CRS)


def shares(control: gpd.GeoDataFrame, places: gpd.GeoDataFrame, *, days: Iterable[Day] | None = None) -> pd.DataFrame:
    """
    Measure which share of each place is free, contested and occupied, day by day.

    Parameters
    ----------
    control
        The control table.
    places
        The `places` table, as for `outlines`.
    days
        Kyiv days; each shows the state that holds at its end, of whatever age (see `as_of`). By default the days that
        have a snapshot.

    Returns
    -------
    DataFrame
        source, day, as_of, geonameid, share_free, share_contested, share_occupied. Shares are 0 to 1 and sum to 1;
        missing where the outline is not known. Where a map does not draw contested ground `share_contested` is
        missing, and what is not occupied counts as free.
    """
    shapes = outlines(places).to_numpy()
    names = [f"share_{status}" for status in STATUSES]
    measured: dict[Any, pd.DataFrame] = {}
    tables = [pd.DataFrame(columns=["source", "day", "as_of", "geonameid", *names])]
    for source, day, state in states_on(check(control, CONTROL), days):
        as_of = state["as_of"].iloc[0]
        if (source, as_of) not in measured:
            measured[source, as_of] = pd.DataFrame(shares_at(state, shapes), columns=names)
        ids = {"source": source, "day": day, "as_of": as_of, "geonameid": places["geonameid"].to_numpy()}
        tables.append(pd.concat([pd.DataFrame(ids), measured[source, as_of]], axis=1))
    return pd.concat(tables[1:] or tables, ignore_index=True)


def shares_at(state: gpd.GeoDataFrame, shapes: np.ndarray) -> np.ndarray:
    """
    Measure the shares of outlines in one snapshot.

    Parameters
    ----------
    state
        The control rows of one snapshot.
    shapes
        Polygons in `WORK_CRS`, or None.

    Returns
    -------
    array
        A row an outline: the shares of `STATUSES`, in their order; missing as `shares` says.
    """
    drawn = {str(status): shape for status, shape in zip(state["status"], state.geometry, strict=True)}
    found = np.full((len(shapes), len(STATUSES)), np.nan)
    for column, status in enumerate(STATUSES[1:], start=1):
        if status in drawn:
            found[:, column] = _share(drawn[status], shapes)
    found[:, 0] = np.clip(1 - np.nansum(found[:, 1:], axis=1), 0, 1)
    found[shapely.is_missing(shapes)] = np.nan
    return found


def _share(ground: Any, shapes: np.ndarray) -> np.ndarray:
    """Measure the share of polygons that lies in the ground; only those that its boundary crosses are cut."""
    shapely.prepare(ground)
    share = np.where(shapely.covers(ground, shapes), 1.0, 0.0)
    crossed = np.flatnonzero(shapely.intersects(ground, shapes) & (share == 0))
    inside_m2 = shapely.area(shapely.intersection(ground, shapes[crossed]))
    share[crossed] = np.clip(inside_m2 / shapely.area(shapes[crossed]), 0, 1)
    return share
