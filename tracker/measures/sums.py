"""Sums of a ledger: how much changed, by period and place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.changes.causes import counted
from tracker.changes.snapshots import epoch_starts
from tracker.errors import NoDataError
from tracker.tables.check import check, conform
from tracker.tables.constants import DUST_KM2
from tracker.tables.days import Day, day_of, is_fresh
from tracker.tables.definitions import LEDGER, SUMMARY

Every = Literal["day", "week", "month", "year", "all"]
By = Literal["none", "sector", "ground", "oblast"]

_STARTS = {"day": "D", "week": "W-MON", "month": "MS", "year": "YS"}
_SUMS = {"gain": "gain_km2", "loss": "loss_km2", "contested": "newly_contested_km2", "cleared": "cleared_km2"}
AREAS = ("gain_km2", "loss_km2", "net_km2", "newly_contested_km2", "cleared_km2")
"""The areas that a ledger is summed to: the net of all changes, the others of those that are counted."""


def summarise(
    ledger: gpd.GeoDataFrame,
    *,
    every: Every = "all",
    by: By = "none",
    since: Day | None = None,
    until: Day | None = None,
    control: gpd.GeoDataFrame | None = None,
    causes: Iterable[str] | None = None,
) -> pd.DataFrame:
    """
    Sum a ledger by calendar period and place.

    A change counts in the period that holds the Kyiv day of its `end`. Gains and losses are gross: sums of the
    ledger's own steps (steps of days after `track(last_of_day(control))`) that have one of `causes`. The net is the
    difference of the ends of the period, whatever the steps: gains − losses of all causes.

    Parameters
    ----------
    ledger
        Changes; with the column `by` where one is asked for (see `split`).
    every
        Calendar periods in Kyiv, weeks from Monday, clipped to since … until.
    by
        The column that splits the sums. Without one every period has a row, also a quiet one; with one, a row for
        each place that changed in it.
    since, until
        First and last day, both inclusive. By default those that the ledger (or `control`) spans.
    control
        The control table behind the ledger: it gives the exact `start_as_of` and `end_as_of` of every period, of quiet
        ones too, and says whether the source draws contested ground. Without it both are read off the ledger.
    causes
        The causes that count in all columns but the net; by default all but noise. Pieces under 0.01 km² count in the
        sums, not in `fragments`. A ledger without the column `cause` counts whole.

    Returns
    -------
    DataFrame
        The `summary` table, unrounded; `newly_contested_km2` and `cleared_km2` are missing (not zero) where the
        source does not draw contested ground. `net_km2` is missing where the source covers other ground at the end of a
        period than at its start (see `epoch_starts`): what was measured on either side is then in the other columns.

    Raises
    ------
    ValueError
        For unknown `every`, `by` or `causes`, a missing column, or `since` after `until`.
    NoDataError
        If `since` is before the first day whose changes `control` can know.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> ledger = tr.split(tr.track(control), tr.sectors())
    >>> weeks = tr.summarise(ledger, every="week", by="sector", control=control)
    >>> weeks[["since", "until", "sector"]].assign(gain_km2=weeks["gain_km2"].round(1))
           since      until     sector  gain_km2
    0 2025-01-05 2025-01-05  Kurakhove       0.0
    1 2025-01-06 2025-01-07  Kurakhove       0.0
    2 2025-01-06 2025-01-07   Pokrovsk      13.3
    """
    check(ledger, LEDGER)
    _check_arguments(ledger, every, by)
    ledger = pd.DataFrame(ledger.drop(columns=ledger.geometry.name)).assign(counted=counted(ledger, causes))
    ledger["fragment"] = ledger["counted"] & (ledger["area_km2"] >= DUST_KM2 if "cause" in ledger else True)
    instants = _instants(ledger, control)
    tables = []
    for source, snapshots in instants.items():
        rows = ledger[ledger["source"] == source]
        if control is not None and since is not None:
            _refuse_unknown(pd.Timestamp(since), _first_day(rows, day_of(snapshots)))
        periods = _periods(rows, snapshots, every, since, until)
        sums = _sums(rows, periods, [] if by == "none" else [by])
        sums[["start_as_of", "end_as_of"]] = _ends(sums, snapshots)
        for start in [] if control is None else epoch_starts(control[control["source"] == source]):
            sums.loc[(sums["start_as_of"] < start) & (sums["end_as_of"] >= start), "net_km2"] = np.nan
        if not _draws_contested(rows, control, source):
            sums[["newly_contested_km2", "cleared_km2"]] = np.nan
        tables.append(sums.assign(source=source))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=[*SUMMARY.columns])
    places = [] if by == "none" or by not in table else [by]
    front = ["source", "since", "until", "start_as_of", "end_as_of", *places]
    table = conform(table, SUMMARY)
    return table[front + [name for name in table.columns if name not in front]]


def _check_arguments(ledger: gpd.GeoDataFrame, every: str, by: str) -> None:
    """Refuse unknown choices, and a place column that the ledger lacks."""
    for name, value, valid in (("every", every, get_args(Every)), ("by", by, get_args(By))):
        if value not in valid:
            raise ValueError(f"{name}={value!r} is not one of {', '.join(valid)}")
    if by != "none" and by not in ledger.columns:
        raise ValueError(f"by={by!r}: the ledger has no such column; tracker.split adds it")


def _refuse_unknown(since: pd.Timestamp, first: pd.Timestamp) -> None:
    """Refuse a period that begins before any change can be known."""
    if since < first:
        raise NoDataError(f"since={since:%Y-%m-%d}: changes are known from {first:%Y-%m-%d} on")


def _instants(ledger: pd.DataFrame, control: gpd.GeoDataFrame | None) -> dict[str, pd.Series]:
    """List the snapshots' instants of each source, in order."""
    if control is not None:
        missing = set(ledger["source"]) - set(control["source"])
        if missing:
            raise ValueError(f"control lacks the ledger's sources {', '.join(sorted(missing))}")
        pairs = control[["source", "as_of"]]
    else:
        ends = [ledger[["source", name]].rename(columns={name: "as_of"}) for name in ("start", "end")]
        pairs = pd.concat(ends)
    pairs = pairs.drop_duplicates().sort_values("as_of")
    return {str(source): rows["as_of"].reset_index(drop=True) for source, rows in pairs.groupby("source")}


def _periods(
    rows: pd.DataFrame, snapshots: pd.Series, every: str, since: Day | None, until: Day | None
) -> pd.DataFrame:
    """List the calendar periods as their first and last days, clipped to since … until."""
    days = day_of(snapshots)
    first = _first_day(rows, days) if since is None else pd.Timestamp(since)
    last = days.iloc[-1] if until is None else pd.Timestamp(until)
    if first > last:
        raise ValueError(f"since={first:%Y-%m-%d} is after until={last:%Y-%m-%d}")
    if every == "all":
        starts = pd.DatetimeIndex([first])
    else:
        within = pd.date_range(first, last, freq=_STARTS[every])
        starts = pd.DatetimeIndex([first]).union(within)
    ends = [*(starts[1:] - pd.Timedelta(days=1)), last]
    return pd.DataFrame({"since": starts, "until": ends}).astype("datetime64[us]")


def _first_day(rows: pd.DataFrame, days: pd.Series) -> pd.Timestamp:
    """Give the first day that a change can count in: the day after the first state, unless a step ends on it."""
    same_day = len(rows) and (day_of(rows["end"]) == days.iloc[0]).any()
    return days.iloc[0] if same_day or len(days) == 1 else days.iloc[0] + pd.Timedelta(days=1)


def _sums(rows: pd.DataFrame, periods: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Sum the areas by period, kind and place; without places every period has a row."""
    day = day_of(rows["end"])
    number = periods["since"].searchsorted(day, side="right") - 1
    inside = (number >= 0) & (day <= periods["until"].iloc[-1]).to_numpy()
    columns = {"period": number, **{place: rows[place] for place in places}, "fragments": rows["fragment"]}
    changes = _areas(rows).assign(**columns)[inside]
    sums = changes.groupby(["period", *places]).sum()
    if not places:
        sums = sums.reindex(pd.RangeIndex(len(periods), name="period"), fill_value=0)
    sums["net_km2"] = sums.pop("gain") - sums.pop("loss")
    return sums.reset_index().join(periods, on="period").drop(columns="period")


def _areas(changes: pd.DataFrame) -> pd.DataFrame:
    """Lay the area of each change into the columns that it is summed in; `gain` and `loss` are those of all causes."""
    of_kind = {kind: changes["area_km2"].where(changes["kind"] == kind, 0.0) for kind in _SUMS}
    counted_only = {name: of_kind[kind].where(changes["counted"], 0.0) for kind, name in _SUMS.items()}
    return pd.DataFrame(counted_only | {"gain": of_kind["gain"], "loss": of_kind["loss"]})


def sums_by_age(changes: pd.DataFrame, lengths: Iterable[int]) -> pd.DataFrame:
    """
    Sum changes over windows of days up to one day, each window with all that is newer.

    Parameters
    ----------
    changes
        Rows of a ledger with `counted`, and with `age`: the smallest window that holds each (see `windows.age_days`).
    lengths
        The windows' lengths in days.

    Returns
    -------
    DataFrame
        `AREAS` by the length of the window, the shortest first.
    """
    sums = _areas(changes).groupby(changes["age"]).sum().reindex(sorted(set(lengths)), fill_value=0.0).cumsum()
    sums["net_km2"] = sums.pop("gain") - sums.pop("loss")
    return sums


def with_ages(summary: pd.DataFrame) -> pd.DataFrame:
    """
    Add to a `summary` how far its maps lie off the ends of its periods, and so what its rows can tell.

    Returns
    -------
    DataFrame
        The table with `start_age_days` and `end_age_days` (how much older the map behind each end is than the state
        that is asked for), `old` (one of the two is no longer fresh: what changed may stand in a period before or
        after) and `known` (both maps are there and fresh, and cover the same ground).
    """
    ends = {"start": summary["since"] - pd.Timedelta(days=1), "end": summary["until"]}
    held = {name: day_of(summary[f"{name}_as_of"]) for name in ends}
    ages = {f"{name}_age_days": (ends[name] - held[name]).dt.days for name in ends}
    fresh = pd.DataFrame({name: is_fresh(ends[name], held[name]) for name in ends})
    stale = pd.DataFrame(held).notna() & ~fresh
    return summary.assign(**ages, old=stale.any(axis=1), known=fresh.all(axis=1) & summary["net_km2"].notna())


def _by_kind(changes: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sum areas by kind, a column a kind."""
    sums = changes.groupby([*keys, "kind"], observed=True)["area_km2"].sum().unstack("kind", fill_value=0.0)
    return sums.reindex(columns=list(_SUMS), fill_value=0.0).rename(columns=_SUMS)


def by_cause(ledger: gpd.GeoDataFrame, causes: Iterable[str] | None = None) -> pd.DataFrame:
    """
    Sum a ledger by cause: what a headline counts, and what it leaves out.

    Parameters
    ----------
    ledger
        Changes; without the column `cause` there is nothing to tell apart.
    causes
        As for `summarise`.

    Returns
    -------
    DataFrame
        A row a cause that occurs, those of most area first: `cause`, `counted`, the gross areas of each kind
        (`gain_km2`, `loss_km2`, `newly_contested_km2`, `cleared_km2`) and `fragments`.
    """
    chosen = counted(ledger, causes)
    if "cause" not in ledger:
        return pd.DataFrame(columns=["cause", "counted", *_SUMS.values(), "fragments"])
    changes = pd.DataFrame(ledger[["kind", "area_km2", "cause"]]).assign(counted=chosen)
    keys = ["cause", "counted"]
    sums = _by_kind(changes, keys).assign(fragments=changes.groupby(keys).size())
    order = sums[list(_SUMS.values())].sum(axis=1).sort_values(ascending=False, kind="stable").index
    return sums.loc[order].reset_index()


def _ends(table: pd.DataFrame, snapshots: pd.Series) -> pd.DataFrame:
    """Find the snapshots that hold at the ends of each period; missing where there is none yet."""
    days = day_of(snapshots)

    def held(through: pd.Series) -> Any:
        found = days.searchsorted(through, side="right") - 1
        return snapshots.array.take(found, allow_fill=True)

    ends = {"start_as_of": held(table["since"] - pd.Timedelta(days=1)), "end_as_of": held(table["until"])}
    return pd.DataFrame(ends, index=table.index)


def _draws_contested(rows: gpd.GeoDataFrame, control: gpd.GeoDataFrame | None, source: str) -> bool:
    """Tell whether a source draws contested ground: by its control rows, or by any change that involves it."""
    if control is not None:
        return bool(((control["source"] == source) & (control["status"] == "contested")).any())
    return bool(((rows["before"] == "contested") | (rows["after"] == "contested")).any())
