"""Advances in depth: what a sum of km² does not tell by itself.

The same gain may be a village taken on a narrow front, or fields along a wide one; ordinary for a sector, or the most
in a year. These are columns beside the sums of a summary.
"""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.causes import counted
from tracker.measures.frontline import segments_of
from tracker.measures.records import followed, records
from tracker.measures.stock import stock
from tracker.tables.check import check
from tracker.tables.constants import DUST_KM2
from tracker.tables.days import day_of
from tracker.tables.definitions import FRONTLINE, LEDGER, SUMMARY

ACTIVE_M = 1000.0
"""The line of contact is active where ground was gained within this distance."""

_NOT_MOVED = ("redraw", "noise")  # a line drawn anew is no front that moved

_PLACES = ("sector", "ground", "oblast")


def in_depth(
    summary: pd.DataFrame,
    ledger: gpd.GeoDataFrame,
    control: gpd.GeoDataFrame,
    *,
    lines: gpd.GeoDataFrame,
    causes: Iterable[str] | None = None,
) -> pd.DataFrame:
    """
    Add to a summary what tells more of its gains.

    All is about the gross gain of the causes counted. Losses, and what became contested, have their own columns in the
    summary already.

    Parameters
    ----------
    summary
        The `summary` table of one source.
    ledger
        The changes behind it *and before it*, from as far back as the maps go, with the summary's column of places
        (a sector's also with `ground`).
    control
        The control table behind the ledger.
    lines
        The `frontline` table of the days before the periods (`start_days`), by ground or oblast where the summary is.
    causes
        As for `summarise`.

    Returns
    -------
    DataFrame
        The summary with

        - gain_share: of the gain of all places in the period, 0–1;
        - from_contested_share: which part of the gain was contested just before, 0–1;
        - contested_days_median: for how many days half of that ground, at least, had been contested (see
          `contested_days`); ground contested since before the first map counts as longer than all;
        - front_km: the line of contact at the start, geodesic; in a sector that of its grounds;
        - active_front_km: of it what lies within `ACTIVE_M` of gains, redraws, noise and dust left out;
        - depth_km: the area gained there, and onwards from there, by active_front_km: the mean advance where there was
          any; ground gained where no line was within `ACTIVE_M`, over a border or behind the line, does not count;
        - percentile, most_since, most_on_record, history_since: see `records`.

        All are missing where there is nothing to tell: no gain, a source that does not draw contested ground.

    Raises
    ------
    ValueError
        If the summary is of several sources.
    """
    if check(summary, SUMMARY)["source"].nunique() > 1:
        raise ValueError(f"summary must be of one source, it holds {', '.join(sorted(summary['source'].unique()))}")
    check(lines, FRONTLINE)
    by = next((name for name in _PLACES if name in summary), "")
    ledger = check(ledger, LEDGER).assign(counted=counted(ledger, causes), day=day_of(ledger["end"]))
    periods = [
        _of_period(rows, ledger, control, lines, by) for _, rows in summary.groupby(["since", "until"], sort=False)
    ]
    return summary.join(pd.concat(periods)) if periods else summary.join(_nothing())


def start_days(summary: pd.DataFrame) -> list[pd.Timestamp]:
    """List the days at whose end the periods of a summary begin."""
    return [pd.Timestamp(day) for day in (summary["since"] - pd.Timedelta(days=1)).drop_duplicates()]


def occupied_share(summary: pd.DataFrame, control: gpd.GeoDataFrame, oblasts: gpd.GeoDataFrame) -> pd.Series:
    """
    Tell which share of an oblast is occupied at the end of each period (see `tracker.stock.stock`).

    Parameters
    ----------
    summary
        The `summary` table by oblast, of one source.
    control
        The control table behind it.
    oblasts
        Polygons with a column `oblast`, in `WORK_CRS`.

    Returns
    -------
    Series
        0–1, on the summary's index; missing for what lies in no oblast.
    """
    table = stock(control, days=summary["until"].unique(), borders=oblasts, by="oblast")
    found = summary.merge(table, left_on=["until", "oblast"], right_on=["day", "oblast"], how="left")
    return found["occupied_share"].set_axis(summary.index)


def _of_period(
    rows: pd.DataFrame, ledger: gpd.GeoDataFrame, control: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, by: str
) -> pd.DataFrame:
    """Work out the columns of one period's rows of the summary."""
    since, until = rows["since"].iloc[0], rows["until"].iloc[0]
    inside = ledger[ledger["day"].between(since, until)]
    gains = inside[inside["counted"] & (inside["kind"] == "gain")]
    grey = contested_days(gains, ledger).set_index("row")
    front = lines[lines["day"] == since - pd.Timedelta(days=1)]
    keys, key = followed(inside, by), "ground" if by == "sector" else by
    table = []
    for place in rows[by] if by else [""]:
        here = gains[gains[by] == place] if by else gains
        line = front[front[key].isin(keys[place])] if by else front
        table.append(_grey(here, grey) | _front(_moved(here), line))
    columns = pd.DataFrame(table, index=rows.index).reindex(columns=_nothing().columns)
    columns["gain_share"] = rows["gain_km2"] / rows["gain_km2"].sum() if rows["gain_km2"].sum() > 0 else np.nan
    if rows["newly_contested_km2"].isna().all():
        columns["from_contested_share"] = np.nan
    history = records(ledger, control, since=since, until=until, by=by).loc[rows[by] if by else [""]]
    told = ["percentile", "most_since", "most_on_record", "history_since"]
    return columns.assign(**{name: history[name].to_numpy() for name in told})


def _nothing() -> pd.DataFrame:
    """Lay out the columns of a summary without rows."""
    numbers = "gain_share from_contested_share contested_days_median front_km active_front_km depth_km percentile"
    others = {"most_since": "datetime64[us]", "most_on_record": bool, "history_since": "datetime64[us]"}
    types = dict.fromkeys(numbers.split(), float) | others
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def _grey(gains: gpd.GeoDataFrame, grey: pd.DataFrame) -> dict[str, float]:
    """Say which part of gains was contested before, and for how long."""
    area_km2 = gains["area_km2"].sum()
    contested_km2 = gains["area_km2"][gains["before"] == "contested"].sum()
    parts = grey[grey.index.isin(gains.index)].reset_index(drop=True)
    return {
        "from_contested_share": contested_km2 / area_km2 if area_km2 > 0 else np.nan,
        "contested_days_median": weighted_median(parts["days"], parts["area_km2"]),
    }


def _moved(gains: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the gains by which the front moved."""
    kept = gains["area_km2"] >= DUST_KM2
    return gains[kept & ~gains["cause"].isin(_NOT_MOVED)] if "cause" in gains else gains[kept]


def _front(gains: gpd.GeoDataFrame, line: gpd.GeoDataFrame) -> dict[str, float]:
    """Measure the line of contact, that part of it near gains, and the depth of these."""
    pieces = segments_of(line.geometry.to_numpy())
    metres = np.linalg.norm(pieces[:, 1] - pieces[:, 0], axis=1)
    shapes = gains.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    piece, gain = tree.query(shapely.points(pieces.mean(axis=1)), predicate="dwithin", distance=ACTIVE_M)
    front_km = line["length_km"].sum()
    active_km = front_km * metres[np.unique(piece)].sum() / metres.sum() if len(pieces) else 0.0
    reached = _onwards(tree, np.unique(gain))
    depth_km = gains["area_km2"].to_numpy()[reached].sum() / active_km if active_km > 0 else np.nan
    return {"front_km": front_km, "active_front_km": active_km, "depth_km": depth_km}


def _onwards(tree: shapely.STRtree, reached: np.ndarray) -> np.ndarray:
    """Go on from gains to those within `ACTIVE_M` of them, and so on; all that are reached."""
    latest = reached
    while len(latest):
        _, near = tree.query(tree.geometries[latest], predicate="dwithin", distance=ACTIVE_M)
        latest = np.setdiff1d(near, reached)
        reached = np.union1d(reached, latest)
    return reached


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
