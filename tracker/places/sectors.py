"""Where a change lies: partitions of the ground, and splitting a ledger by them; finding a place by its name."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.ground.areas import theatre
from tracker.ground.union import polygons_of
from tracker.tables.check import check, conform
from tracker.tables.constants import WORK_CRS
from tracker.tables.days import Day
from tracker.tables.definitions import SECTORS

ELSEWHERE = "elsewhere"
"""The ground, sector and oblast of all that lies in no other."""

SHARED_M2 = 1000.0
"""Rounding along the borders of a partition of the theatre stays far below this."""


def tessellate(points: gpd.GeoSeries, within: Any) -> gpd.GeoSeries:
    """
    Divide an area among points: each gets the ground that is nearer to it than to any other (Voronoi 1908).

    Parameters
    ----------
    points
        Points in `WORK_CRS`, all different.
    within
        The polygon to divide.

    Returns
    -------
    GeoSeries
        A multipolygon a point, on the points' index, EMPTY where its cell misses `within`.

    Raises
    ------
    ValueError
        If two points coincide.
    """
    return gpd.GeoSeries(_clipped(_cells(points, within), within), index=points.index, crs=points.crs)


def partition(seeds: gpd.GeoDataFrame, column: str, within: Any) -> gpd.GeoSeries:
    """
    Divide an area among groups of points: each group gets the ground nearest to one of its points.

    Cells of one group are merged along their common edges exactly, so that groups neither overlap nor leave gaps.

    Returns
    -------
    GeoSeries
        A multipolygon a group, by the values of `column`.
    """
    cells = _cells(seeds.geometry, within)
    names = pd.Index(sorted(seeds[column].unique()), name=column)
    merged = [shapely.coverage_union_all(cells[(seeds[column] == name).to_numpy()]) for name in names]
    return gpd.GeoSeries(_clipped(merged, within), index=names, crs=seeds.crs)


def _clipped(shapes: Any, within: Any) -> list[Any]:
    """Cut shapes to an area; what only touches it is EMPTY, not a line."""
    return [shapely.multipolygons(polygons_of(shape)) for shape in shapely.intersection(shapes, within)]


def _cells(points: gpd.GeoSeries, within: Any) -> np.ndarray:
    """Draw the Voronoi cells of points, in their order, reaching beyond `within`."""
    if points.duplicated().any():
        raise ValueError(f"points coincide: {points[points.duplicated()].index.tolist()[:5]}")
    drawn = shapely.voronoi_polygons(shapely.multipoints(points.to_numpy()), extend_to=within, ordered=True)
    return shapely.get_parts(drawn)


def sectors_from(seeds: gpd.GeoDataFrame, names: pd.DataFrame) -> gpd.GeoDataFrame:
    """
    Build the sectors of the theatre from the settlements of their grounds.

    Parameters
    ----------
    seeds
        `ground` and points in `WORK_CRS`: the settlements that belong to each ground.
    names
        `ground`, `name_en`, `name_uk`, `valid_from`, `valid_to` (days, both inclusive, missing where open).

    Returns
    -------
    GeoDataFrame
        The `sectors` table: a row for each polygon and name; on any one date (`named_on`) a partition of the theatre.
    """
    grounds = partition(seeds, "ground", theatre()).explode().rename("geometry").reset_index()
    table = names.merge(grounds, on="ground", how="inner")
    table["sector"] = table["name_en"].where(table["ground"] != ELSEWHERE, ELSEWHERE)
    table = gpd.GeoDataFrame(table, geometry="geometry", crs=WORK_CRS)
    return conform(table.sort_values(["ground", "valid_from"], kind="stable"), SECTORS)


def named_on(sectors: gpd.GeoDataFrame, day: Day) -> gpd.GeoDataFrame:
    """Keep the names that hold on a day: those valid then, else the nearest in time."""
    return check(names_on(sectors, day), SECTORS)


def called_on(sectors: gpd.GeoDataFrame, day: Day, column: str = "sector") -> pd.Series:
    """Give what each ground is called on a day: `column` of the sectors, by ground."""
    return named_on(sectors, day).drop_duplicates("ground").set_index("ground")[column]


def names_on(names: pd.DataFrame, day: Day) -> pd.DataFrame:
    """Keep the names that hold on a day, as `named_on` does, of a `sectors` table that need not have a geometry."""
    away = days_away(names, pd.Timestamp(day))
    nearest = away.groupby(names["ground"]).transform("min")
    kept = names[away == nearest]
    first = kept.groupby("ground")["name_en"].transform("first")
    return kept[kept["name_en"] == first].reset_index(drop=True)


def days_away(names: pd.DataFrame, day: Day) -> pd.Series:
    """Count the days from a day, or from the day of each row, to when a name holds: 0 where it does."""
    early = (names["valid_from"] - day).dt.days.clip(lower=0).fillna(0)
    late = (day - names["valid_to"]).dt.days.clip(lower=0).fillna(0)
    return early + late
