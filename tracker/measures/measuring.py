"""Distances with all that is said of them: from which settlement, how they changed, what share of a place is held."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.approach import approach, days_needed
from tracker.distances import To, distances, with_settlements
from tracker.shares import shares

__all__ = ["measured"]


def measured(
    control: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    settlements: gpd.GeoDataFrame,
    *,
    days: Iterable[Any],
    to: To = "occupied",
) -> pd.DataFrame:
    """
    Measure places on days, as every output tells it.

    Parameters
    ----------
    control
        The control table, from far enough back for the changes (see `tracker.approach.days_needed`).
    places
        What to measure from, as for `distances`.
    settlements
        The `places` table that names the nearest points.
    days, to
        As for `distances`.

    Returns
    -------
    DataFrame
        The `distances` table of the days, with the columns of `with_settlements`, `approach` and `shares`.
    """
    asked = list(map(pd.Timestamp, days))
    table = approach(distances(control, places, to=to, days=days_needed(asked)))
    table = table[table["day"].isin(asked)].drop(columns="epoch", errors="ignore")
    held = shares(control, places, days=asked)
    return with_settlements(table, settlements).merge(held, on=["source", "day", "as_of", "geonameid"], how="left")
