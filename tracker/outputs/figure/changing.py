"""How changed ground looks as days pass: which part of each change is still to be seen on which day. Pure."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.tables.days import day_of

FOREVER = pd.Timestamp.max.as_unit("us").normalize()
"""The day on which a piece that nothing covers is gone."""


def pieces_of(changes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Cut changes so that on no day two of them lie over each other: what changed again later belongs to the later.

    A change is whole until something covers a part of it, for then it has no seams; so pieces of one change, which look
    alike, may lie over each other.

    Parameters
    ----------
    changes
        Gains and losses of one source, with `counted`; those that do not count are not shown, but cover what was.

    Returns
    -------
    GeoDataFrame
        kind, start and end of the change, `gone`: the Kyiv day from which on the piece is no longer seen as it is.
        A change that is covered bit by bit has a piece for each time in between; every `gone` is later than its end.
    """
    changes = changes.sort_values(["end", "kind"], kind="stable").reset_index(drop=True)
    shapes, day = changes.geometry.to_numpy(), day_of(changes["end"])
    covers = _covers(shapes, day.to_numpy())
    pieces: list[tuple[int, Any, pd.Timestamp]] = []
    for number in np.flatnonzero(changes["counted"].to_numpy(dtype=bool)).tolist():
        seen = shapes[number]
        for later in covers.get(number, []):
            pieces.append((number, seen, day[later]))
            seen = shapely.difference(seen, shapes[later])
        pieces.append((number, seen, FOREVER))
    rows = [number for number, _, _ in pieces]
    table = changes.loc[rows, ["kind", "start", "end"]].reset_index(drop=True)
    table["gone"] = pd.Series([gone for _, _, gone in pieces], dtype="datetime64[us]")
    cut = gpd.GeoDataFrame(table, geometry=[shape for _, shape, _ in pieces], crs=changes.crs)
    lasting = cut["gone"].to_numpy() > day.loc[rows].to_numpy()
    return cut[lasting & ~cut.geometry.is_empty.to_numpy()].reset_index(drop=True)


def _covers(shapes: np.ndarray, day: np.ndarray) -> dict[int, list[int]]:
    """List for each shape the later ones that lie over it, in their order."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    after = (day[other] > day[one]) | ((day[other] == day[one]) & (other > one))
    one, other = one[after], other[after]
    over = shapely.area(shapely.intersection(shapes[one], shapes[other])) > 0
    pairs = pd.Series(other[over]).groupby(one[over]).apply(sorted)
    return {int(number): list(later) for number, later in pairs.items()}
