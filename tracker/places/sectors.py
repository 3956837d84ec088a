"""Where a change lies: partitions of the ground, and splitting a ledger by them; finding a place by its name."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.diff import sort_ledger
from tracker.metrics.area import area_km2
from tracker.metrics.outside import theatre
from tracker.names import normalised
from tracker.schema import LEDGER, SECTORS, WORK_CRS, check, conform
from tracker.snapshots import day_of, polygons_of

__all__ = ["ELSEWHERE", "cut", "find", "named_on", "names_on", "partition", "sectors_from", "split", "tessellate"]

ELSEWHERE = "elsewhere"
"""The ground, sector and oblast of all that lies in no other."""

_SHARED_M2 = 1000.0
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


def named_on(sectors: gpd.GeoDataFrame, day: Any) -> gpd.GeoDataFrame:
    """Keep the names that hold on a day: those valid then, else the nearest in time."""
    return check(names_on(sectors, day), SECTORS)


def names_on(names: pd.DataFrame, day: Any) -> pd.DataFrame:
    """Keep the names that hold on a day, as `named_on` does, of a `sectors` table that need not have a geometry."""
    away = _days_away(names, pd.Timestamp(day))
    nearest = away.groupby(names["ground"]).transform("min")
    kept = names[away == nearest]
    first = kept.groupby("ground")["name_en"].transform("first")
    return kept[kept["name_en"] == first].reset_index(drop=True)


def _days_away(names: pd.DataFrame, day: Any) -> pd.Series:
    """Count the days from a day, or from the day of each row, to when a name holds: 0 where it does."""
    early = (names["valid_from"] - day).dt.days.clip(lower=0).fillna(0)
    late = (day - names["valid_to"]).dt.days.clip(lower=0).fillna(0)
    return early + late


def split(ledger: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Cut a ledger along the borders of places, and say of each piece where it lies.

    Nothing is lost and nothing counted twice: what lies in no place gets "elsewhere".

    Parameters
    ----------
    ledger
        The changes.
    places
        The `sectors` table: adds `ground` and `sector`. With names of one date (`tracker.sectors(on=…)`) every change
        counts under them; with all names each counts under the name of its own day. Or a table with a column
        `oblast`: adds that.

    Returns
    -------
    GeoDataFrame
        The ledger, a row a piece, areas measured anew.

    Raises
    ------
    ValueError
        If `places` has neither `ground` nor `oblast`, or its polygons overlap.
    """
    pieces = cut(check(ledger, LEDGER), places)
    if "ground" in places:
        pieces["sector"] = _names_of(pieces, places)
    pieces["area_km2"] = area_km2(pieces.geometry)
    return sort_ledger(pieces)


def cut(pieces: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Cut polygons of any kind along the borders of places: a row a polygon of each place, the other columns kept.

    Parameters
    ----------
    pieces
        Polygons in `WORK_CRS`.
    places
        As for `split`: adds `ground` or `oblast`, "elsewhere" for what lies in none.

    Raises
    ------
    ValueError
        If `places` has neither `ground` nor `oblast`, or its polygons overlap.
    """
    column = next((name for name in ("ground", "oblast") if name in places.columns), None)
    if column is None:
        raise ValueError("places must have a column ground (tracker.sectors) or oblast")
    if places[column].isna().any():
        raise ValueError(f"places: {int(places[column].isna().sum())} rows have no {column}")
    shapes = places.drop_duplicates([column, "geometry"]) if column == "ground" else places
    _refuse_overlaps(shapes.geometry.to_numpy())
    return _cut(pieces, shapes.geometry.to_numpy(), shapes[column].to_numpy(), column)


def _refuse_overlaps(shapes: np.ndarray) -> None:
    """Refuse polygons that share ground: it would be counted twice."""
    shared_m2 = shapely.area(shapes).sum() - shapely.area(shapely.union_all(shapes))
    if shared_m2 > _SHARED_M2:
        raise ValueError(f"places overlap by {shared_m2 / 1e6:g} km²: ground would be counted twice")


def _cut(pieces: gpd.GeoDataFrame, shapes: np.ndarray, names: np.ndarray, column: str) -> gpd.GeoDataFrame:
    """Intersect fragments with polygons; one that lies whole in a polygon keeps its very coordinates."""
    fragments = pieces.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    row, place = tree.query(fragments, predicate="intersects")
    whole = shapely.covers(shapes[place], fragments[row])
    shared = fragments[row]
    shared[~whole] = shapely.intersection(shared[~whole], shapes[place[~whole]])
    inside = np.zeros(len(fragments), dtype=bool)
    inside[row[whole]] = True
    across = ~inside
    rest = shapely.difference(fragments[across], shapely.union_all(shapes)) if across.any() else np.array([])
    keep = whole | ~inside[row]  # a fragment that only touches a neighbour's border stays where it lies whole
    row, place, shared = row[keep], place[keep], shared[keep]
    rows = np.concatenate([row, np.flatnonzero(across)])
    where = np.concatenate([names[place], np.full(len(rest), ELSEWHERE)]).astype(object)
    parts, number = shapely.get_parts(np.concatenate([shared, rest]), return_index=True)
    areal = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)
    cut_up = pieces.iloc[rows[number[areal]]].set_geometry(gpd.GeoSeries(parts[areal], crs=WORK_CRS).to_numpy())
    return cut_up.set_crs(WORK_CRS).assign(**{column: where[number[areal]]}).reset_index(drop=True)


def _names_of(pieces: gpd.GeoDataFrame, sectors: gpd.GeoDataFrame) -> np.ndarray:
    """Name each piece by its ground, on the day of its end, as `names_on` does."""
    asked = pd.DataFrame({"ground": pieces["ground"].astype(object), "day": day_of(pieces["end"])})
    known = pd.DataFrame(sectors.drop(columns=sectors.geometry.name)).drop_duplicates()
    pairs = asked.drop_duplicates().merge(known, on="ground", how="left")
    pairs["away"] = _days_away(pairs, pairs["day"])
    nearest = pairs.sort_values("away", kind="stable").drop_duplicates(["ground", "day"])
    named = asked.merge(nearest, on=["ground", "day"], how="left")["sector"]
    return named.astype(object).fillna(ELSEWHERE).to_numpy()


def find(places: gpd.GeoDataFrame, name: str | int) -> gpd.GeoDataFrame:
    """
    Find a place by its GeoNames id or its name, in English or Ukrainian.

    The exact name comes before other spellings of it.

    Returns
    -------
    GeoDataFrame
        The rows that it may mean: none, one, or several places of one name.
    """
    text = str(name).strip()
    if not normalised(text):
        return places.iloc[:0]
    if text.isdecimal() and text.isascii():
        return places[places["geonameid"] == int(text)]
    for key in (str.casefold, normalised):
        wanted = key(text)
        found = places[(places["name"].map(key) == wanted) | (places["name_uk"].map(key) == wanted)]
        if len(found):
            return found
    return places.iloc[:0]
