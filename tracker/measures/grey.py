"""How long ground had been contested (grey on the maps) before it was occupied (red)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.schema import LEDGER, check
from tracker.snapshots import day_of

__all__ = ["contested_days", "weighted_median"]


def contested_days(gains: gpd.GeoDataFrame, ledger: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Measure for how long gained ground had been contested just before.

    A piece of ground counts from the last change that made it contested, however often it was before. Both ends are
    days of drawings, so the days are as exact as the maps are close together.

    Parameters
    ----------
    gains
        Rows of the ledger; of those that lead from contested to occupied ground the time is measured.
    ledger
        The changes of the same source up to the gains, from as far back as the maps go, of all causes.

    Returns
    -------
    DataFrame
        `row` (the index of the gain), `area_km2` and `days`, a row for each part of a gain that became contested at
        another time. `days` is missing where the ground was contested since before the ledger begins.
    """
    grey = check(gains, LEDGER)[gains["before"] == "contested"]
    entries = check(ledger, LEDGER)[ledger["after"] == "contested"].sort_values("end", ascending=False)
    entered, shapes = day_of(entries["end"]), entries.geometry.to_numpy()
    gain, entry = shapely.STRtree(shapes).query(grey.geometry.to_numpy(), predicate="intersects")
    earlier = entries["end"].to_numpy()[entry] <= grey["start"].to_numpy()[gain]
    of_gain = pd.Series(entry[earlier]).groupby(gain[earlier]).apply(sorted)
    parts = []
    for number, (row, shape, day) in enumerate(zip(grey.index, grey.geometry, day_of(grey["end"]), strict=True)):
        rest = shape
        for candidate in of_gain.get(number, []):
            left = shapely.difference(rest, shapes[candidate])
            parts.append((row, (rest.area - left.area) / 1e6, (day - entered.iloc[candidate]).days))
            rest = left
        parts.append((row, rest.area / 1e6, np.nan))
    table = pd.DataFrame(parts, columns=["row", "area_km2", "days"]).astype({"area_km2": float, "days": float})
    return table[table["area_km2"] > 0].reset_index(drop=True)


def weighted_median(values: pd.Series, weights: pd.Series) -> float:
    """
    Take the value that half of the weight does not exceed; missing values count as larger than all.

    Missing where there is no weight, and where half of it has no value.

    Examples
    --------
    >>> weighted_median(pd.Series([3.0, 1.0, np.nan]), pd.Series([1.0, 2.0, 0.5]))
    1.0
    """
    ordered = values.sort_values(na_position="last")
    reached = weights[ordered.index].cumsum()
    half = reached >= weights.sum() / 2
    return float(ordered[half].iloc[0]) if half.any() and weights.sum() > 0 else np.nan
