"""Faults of an archive: what is wrong with a source's snapshots, found from their manifest lines.

The areas, and the `facts` that a load notes of each drawing, are enough: nothing is measured again. Every rule says
what it compares with; where it can, that is the source's own habit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tracker.tables.days import day_of

FAULTS = ("empty", "coverage", "outside")
"""Problems that keep a snapshot out of days, ledger and distances."""

_OUTSIDE_KM2 = 5000.0
"""Above what stray polygons reach (527 km² in the Arabian Sea stood on DeepState's maps for most of 2023)."""

# How much more, and how much less, a map may draw than the one before it: in a day, and for each further day between
# them. Until March 2022 fronts moved by tens of thousands of km² in a week; the retreats of April, September and
# November 2022 gave up some 20,000, 3,000 and 4,500 in a day or two; nothing since then has reached 150 in a day.
_FRONT_KM2 = (
    ("2022-03-25", (30_000.0, 5_000.0), (30_000.0, 5_000.0)),
    ("2022-04-12", (2_000.0, 100.0), (30_000.0, 5_000.0)),
    ("2022-12-01", (2_000.0, 100.0), (6_000.0, 2_000.0)),
    ("9999-12-31", (2_000.0, 100.0), (3_000.0, 300.0)),
)
_CONTESTED_KM2 = (5_000.0, 100.0)  # the same of contested ground, at all times

_LASTING_DAYS = 14
"""A map that covers other ground for as long as this has changed what it covers; for less it is a fault."""
_LASTING_MAPS = 3  # fewer between maps that agree are at fault, however far apart an archive's maps are


def faults(lines: pd.DataFrame) -> pd.Series:
    """
    Say of each snapshot whether it must stay out of all results.

    empty: it draws nothing. outside: more than 5,000 km² of it lie beyond the theatre. coverage: for less than two
    weeks the map covers ground that no front line could have crossed in that time, or does not (Crimea is gone).

    Parameters
    ----------
    lines
        Lines of the `manifest` table, of any sources, with the columns of `facts` as far as they are known.

    Returns
    -------
    Series
        One of `FAULTS`, or missing, on the index of `lines`.
    """
    found = faults_alone(lines)
    for _, of_source in lines[found.isna()].groupby("source", sort=False):
        runs = _coverage_runs(of_source)
        found[runs.index[runs["short"]]] = "coverage"
    return found


def faults_alone(lines: pd.DataFrame) -> pd.Series:
    """Say which faults snapshots show by themselves, whatever the maps around them: empty or outside, as `faults`."""
    found = pd.Series(None, index=lines.index, dtype="str")
    drawn = lines["occupied_km2"] + lines["contested_km2"].fillna(0.0)
    found[drawn == 0] = "empty"
    # Where an older archive does not say how much lies outside, what was found then still holds.
    beyond = fact(lines, "outside_km2", np.nan)
    outside = (beyond > _OUTSIDE_KM2) | (beyond.isna() & (fact(lines, "fault", None) == "outside"))
    found[outside] = "outside"
    return found


def epochs(lines: pd.DataFrame) -> pd.Series:
    """
    Number the stretches in which a source covers the same ground: changes are measured within one only.

    Parameters
    ----------
    lines
        As for `faults`.

    Returns
    -------
    Series
        1, 2, … by source in the order of time, on the index of `lines`; missing for faulty snapshots.
    """
    numbers = pd.Series(pd.NA, index=lines.index, dtype="Int64")
    sound = lines[lines["fault"].fillna(faults(lines)).isna()]
    for _, of_source in sound.groupby("source", sort=False):
        regime = _coverage_runs(of_source)["regime"]
        numbers[regime.index] = (regime != regime.shift()).cumsum().astype("Int64")
    return numbers


def fact(lines: pd.DataFrame, name: str, default: Any) -> pd.Series:
    """Take a column of facts, where the archive has it."""
    if name not in lines:
        return pd.Series(default, index=lines.index, dtype=object if default is None else None)
    return lines[name] if default is None or default is np.nan else lines[name].fillna(default)


def _coverage_runs(lines: pd.DataFrame) -> pd.DataFrame:
    """
    Divide a source's snapshots into runs that cover the same ground, and see which of them return to an earlier one.

    Returns
    -------
    DataFrame
        `regime` (a number: runs of one cover the same ground) and `short` (it lasts for less than two weeks, and is not
        of the regime that has the longest run), on the index of `lines` in the order of time.
    """
    lines = lines.sort_values("as_of")
    table = pd.DataFrame(
        {
            "day": day_of(lines["as_of"]),
            "held": pd.factorize(fact(lines, "held", None))[0],
            "occupied": lines["occupied_km2"],
            "contested": lines["contested_km2"].fillna(0.0),
        }
    )
    maps, day = np.arange(len(table)), table["day"].to_numpy()
    starts = np.append(maps[:1], maps[1:][~_cover_the_same(table, maps[:-1], maps[1:])])
    lengths = np.diff(np.append(starts, len(table)))
    regimes = _regimes(table, starts)
    ends = np.append(day[starts[1:]], day[-1:] + np.timedelta64(1, "D"))
    main = regimes[lengths.argmax()] if len(table) else None
    between = (lengths < _LASTING_MAPS) & (np.append(regimes[1:], len(table))[: len(regimes)] < regimes)
    lasting = (ends - day[starts] >= np.timedelta64(_LASTING_DAYS, "D")) & ~between
    short = ~lasting & (regimes != main)
    return pd.DataFrame({"regime": regimes.repeat(lengths), "short": short.repeat(lengths)}, index=lines.index)


def _regimes(table: pd.DataFrame, starts: np.ndarray) -> np.ndarray:
    """Number each run by the first run that covers the same ground: of several regimes the one that came last."""
    regimes: list[int] = []
    last_of: dict[int, int] = {}
    for start, end in zip(starts, [*starts[1:], len(table)], strict=True):
        known = np.array(list(last_of), dtype=int)[::-1]
        lasts = np.array([last_of[regime] for regime in known], dtype=int)
        same = known[_cover_the_same(table, lasts, np.full(len(lasts), start))]
        regimes.append(int(same[0]) if len(same) else int(start))
        last_of[regimes[-1]] = end - 1
    return np.array(regimes, dtype=int)


def _cover_the_same(table: pd.DataFrame, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Tell, for the positions of pairs of maps, whether a front line could have made the one into the other."""
    day, held, occupied, contested = (table[name].to_numpy() for name in ("day", "held", "occupied", "contested"))
    further_days = np.maximum((day[after] - day[before]) // np.timedelta64(1, "D"), 1) - 1
    untils = np.array([until for until, *_ in _FRONT_KM2], dtype=day.dtype)
    limits = np.array([limits for _, *limits in _FRONT_KM2])[np.searchsorted(untils, day[before], side="right")]
    most, least = (limits[..., 0] + limits[..., 1] * further_days[:, None]).T
    moved = occupied[after] - occupied[before]
    contested_most = _CONTESTED_KM2[0] + _CONTESTED_KM2[1] * further_days
    known_both = (held[before] >= 0) & (held[after] >= 0)
    return (
        (~known_both | (held[before] == held[after]))
        & (-least <= moved)
        & (moved <= most)
        & (np.abs(contested[after] - contested[before]) <= contested_most)
    )
