"""Why a drawing changed: a cause for every row of the ledger, by the rules of one table.

A change of the drawing is most often the front, told as it moved. But maps are also redrawn, catch up after a pause,
and carry dust along their borders. `RULES` says which is which; the first that holds counts. Nothing is taken out of
the ledger: causes only say what a headline may leave out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.pace import history_of, steps
from tracker.tables.check import check
from tracker.tables.constants import DUST_KM2
from tracker.tables.days import day_of
from tracker.tables.definitions import LEDGER

CAUSES = ("advance", "catch_up", "redraw", "noise")

COUNTED = ("advance", "catch_up", "redraw")
"""What a headline counts by default: all but noise."""

_SHIFTED_PIECES = 100  # ordinary days have ten hair-thin pieces at most, re-exports hundreds
_SHIFTED_SHARE = 0.25  # a shift takes on one side what it gives on the other
_HAIR_M = 30.0  # mean width: below it two drawings of one border differ, not what they show
_SHIFT_M = 60.0  # in a step that was shifted, pieces somewhat wider than a hair are the shift's as well
_LARGE_KM2 = 100.0  # the largest piece of a day from July 2024 to October 2025 had 63 km²
_AWAY_M = 1000.0  # fronts grow out of contested ground; a large piece so far from any is a drawing made anew
_ONE_FRONT_SINCE = "2022-04-12"  # before, fronts opened across borders, away from any line drawn so far


@dataclass(frozen=True)
class Rule:
    """
    One rule of the table.

    Parameters
    ----------
    cause
        One of `CAUSES`.
    why
        What it means, in words.
    holds
        The evidence (see `_evidence`) → whether it holds, row by row.
    """

    cause: str
    why: str
    holds: Callable[[pd.DataFrame], pd.Series]


RULES = (
    Rule(
        "redraw",
        "coordinates were shifted: a hundred or more hair-thin pieces in one step, gained and lost alike",
        lambda e: e["shifted"] & (e["width_m"] < _SHIFT_M),
    ),
    Rule(
        "noise",
        "under 0.01 km², or thinner than 30 m",
        lambda e: (e["area_km2"] < DUST_KM2) | (e["width_m"] < _HAIR_M),
    ),
    Rule(
        "redraw",
        "one piece over 100 km² a day, and a kilometre away from earlier contested ground",
        lambda e: (e["km2_a_day"] > _LARGE_KM2) & (e["away_m"] > _AWAY_M),
    ),
    Rule(
        "catch_up",
        "the first change after a gap of days without a map, or after a freeze",
        lambda e: (e["missing_days"] > 0) | (e["frozen_days"] > 0),
    ),
    Rule("advance", "all else: the drawing of one day after another", lambda e: e["area_km2"] >= 0),
)


def label_causes(
    ledger: gpd.GeoDataFrame,
    control: gpd.GeoDataFrame,
    *,
    history: pd.DataFrame | None = None,
) -> gpd.GeoDataFrame:
    """
    Say of each change why the drawing changed.

    To be done before `split`, which cuts pieces along borders: a cause is that of the whole piece. It does not depend
    on what else the ledger holds, but for the other pieces of its own step.

    Parameters
    ----------
    ledger
        The changes.
    control
        The control table behind them: it says where contested ground was, or without any, where the front was.
    history
        `source`, `as_of` and `occupied_km2` of all snapshots of the sources, also of those before and after `control`:
        the manifest. A gap or a freeze shows only with what came before it. By default control's own.

    Returns
    -------
    GeoDataFrame
        The ledger with a column `cause`, one of `CAUSES`.

    Examples
    --------
    >>> [rule.cause for rule in RULES]
    ['redraw', 'noise', 'redraw', 'catch_up', 'advance']
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)
    >>> tr.label_causes(tr.track(control), control)["cause"].tolist()
    ['advance', 'advance', 'advance']
    """
    evidence = _evidence(check(ledger, LEDGER), control, history)
    holds = [rule.holds(evidence).to_numpy(dtype=bool) for rule in RULES]
    causes: Any = np.select(holds, [rule.cause for rule in RULES], "advance") if len(ledger) else []
    return ledger.assign(cause=pd.Series(causes, index=ledger.index, dtype="str"))


def counted(ledger: gpd.GeoDataFrame, causes: Iterable[str] | None = None) -> pd.Series:
    """
    Tell which rows a headline counts: those of the causes asked for; a ledger without causes counts whole.

    Raises
    ------
    ValueError
        For an unknown cause, or where the ledger has no column `cause` to choose by.
    """
    chosen = list(COUNTED if causes is None else causes)
    unknown = sorted(set(chosen) - set(CAUSES))
    if unknown:
        raise ValueError(f"causes={', '.join(unknown)}: known are {', '.join(CAUSES)}")
    if "cause" not in ledger:
        if causes is not None:
            raise ValueError("causes: the ledger has no column cause; tracker.label_causes adds it")
        return pd.Series(True, index=ledger.index)
    return ledger["cause"].isin(chosen)


def causes_left_out(ledger: gpd.GeoDataFrame) -> list[str]:
    """List the causes of rows that are not `counted` (a column, as `counted` gives it), in the order of `CAUSES`."""
    if "cause" not in ledger:
        return []
    left = set(ledger["cause"][~ledger["counted"].astype(bool)])
    return [cause for cause in CAUSES if cause in left]


def _evidence(ledger: gpd.GeoDataFrame, control: gpd.GeoDataFrame, history: pd.DataFrame | None) -> pd.DataFrame:
    """
    Measure what the rules look at.

    Returns
    -------
    DataFrame
        On the ledger's index: area_km2; width_m (twice the area by the perimeter: the width of a long strip); shifted
        (of its step); missing_days and frozen_days (before its step; 0 within a day); km2_a_day (area by the days of
        its step); away_m, measured for large pieces since April 2022 only (else 0).
    """
    evidence = pd.DataFrame({"area_km2": ledger["area_km2"], "width_m": 2 * ledger.area / ledger.length})
    evidence["shifted"] = _shifted(ledger, evidence["width_m"])
    known = [(source, _history(source, control, history)) for source in ledger["source"].unique()]
    pace = [steps(table).assign(source=source) for source, table in known]
    days = pd.DataFrame({"source": ledger["source"], "day": day_of(ledger["end"])})
    columns = ["missing_days", "frozen_days"]
    if pace:
        days = days.merge(pd.concat(pace), on=["source", "day"], how="left")
    length_days = (day_of(ledger["end"]) - day_of(ledger["start"])).dt.days
    evidence[columns] = days.reindex(columns=columns).fillna(0).to_numpy()
    evidence.loc[length_days < 1, columns] = 0
    evidence["km2_a_day"] = evidence["area_km2"] / length_days.clip(lower=1)
    evidence["away_m"] = 0.0
    since = day_of(ledger["start"]) >= pd.Timestamp(_ONE_FRONT_SINCE)
    large = evidence.index[(evidence["km2_a_day"] > _LARGE_KM2) & since]
    evidence.loc[large, "away_m"] = [_away_m(ledger.loc[row], control) for row in large]
    return evidence


def _history(source: str, control: gpd.GeoDataFrame, history: pd.DataFrame | None) -> pd.DataFrame:
    """Take one source's history."""
    return history_of(control[control["source"] == source]) if history is None else history[history["source"] == source]


def _shifted(ledger: gpd.GeoDataFrame, width_m: pd.Series) -> pd.Series:
    """Tell which rows belong to a step in which the coordinates were shifted along the border."""
    step = [ledger["source"], ledger["start"], ledger["end"]]
    hairs = (width_m < _HAIR_M).astype(int)
    grown = hairs * ledger["kind"].isin(["gain", "contested"]).astype(int)
    number = hairs.groupby(step).transform("sum")
    share = grown.groupby(step).transform("sum") / number.clip(lower=1)
    return (number >= _SHIFTED_PIECES) & share.between(_SHIFTED_SHARE, 1 - _SHIFTED_SHARE)


def _away_m(row: pd.Series, control: gpd.GeoDataFrame) -> float:
    """Measure how far a piece lies from earlier contested ground, or where none is drawn, from the earlier front."""
    before = control[(control["source"] == row["source"]) & (control["as_of"] == row["start"])]
    shapes = {str(status): shape for status, shape in zip(before["status"], before.geometry, strict=True)}
    if not shapes:
        return 0.0
    front = shapes.get("contested")
    if front is None or front.is_empty:
        front = shapely.boundary(shapes["occupied"])
    return float(shapely.distance(row["geometry"], front)) if not front.is_empty else np.inf
