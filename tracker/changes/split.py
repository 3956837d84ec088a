"""Cut a ledger along the borders of places."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.diff import sort_ledger
from tracker.ground.areas import area_km2
from tracker.places.sectors import ELSEWHERE, SHARED_M2, days_away
from tracker.tables.check import check
from tracker.tables.constants import WORK_CRS
from tracker.tables.days import day_of
from tracker.tables.definitions import LEDGER


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
        The ledger, a row a piece, in `WORK_CRS`; `area_km2` is measured anew.

    Raises
    ------
    ValueError
        If `places` has neither `ground` nor `oblast`, or its polygons overlap.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> ledger = tr.split(tr.track(control), tr.sectors())
    >>> ledger[["kind", "sector"]].assign(area_km2=ledger["area_km2"].round(1))
            kind     sector  area_km2
    0  contested  Kurakhove      14.7
    1       gain   Pokrovsk      13.3
    2  contested  Kurakhove      23.3
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
    if shared_m2 > SHARED_M2:
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
    pairs["away"] = days_away(pairs, pairs["day"])
    nearest = pairs.sort_values("away", kind="stable").drop_duplicates(["ground", "day"])
    named = asked.merge(nearest, on=["ground", "day"], how="left")["sector"]
    return named.astype(object).fillna(ELSEWHERE).to_numpy()
