"""Faults of an archive: what is wrong with a source's snapshots, found from their manifest lines.

The areas, and the `facts` that a load notes of each drawing, are enough: nothing is measured again. Every rule says
what it compares with; where it can, that is the source's own habit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import pandas as pd

from tracker.pace import freezes, steps
from tracker.schema import FINDINGS, STALE_DAYS, conform
from tracker.snapshots import day_of

__all__ = ["FAULTS", "PROBLEMS", "epochs", "faults", "faults_alone", "findings"]

FAULTS = ("empty", "coverage", "outside")
"""Problems that keep a snapshot out of days, ledger and distances."""

PROBLEMS = ("gap", "duplicate", "frozen", *FAULTS, "invalid", "lag", "mismatch")

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
_CONTESTED_KM2 = (5_000.0, 100.0)

_LASTING_DAYS = 14
"""A map that covers other ground for as long as this has changed what it covers; for less it is a fault."""
_LASTING_MAPS = 3

_OCCUPIED_OFF_KM2 = 10.0
_CONTESTED_OFF = 0.01
_CONTESTED_OFF_KM2 = 5.0
_SAME_KM2 = 1e-6
_DRAWING = {"repaired_rings": 0, "repaired_km2": 0.0, "lacking": ""}


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
    beyond = _fact(lines, "outside_km2", np.nan)
    outside = (beyond > _OUTSIDE_KM2) | (beyond.isna() & (_fact(lines, "fault", None) == "outside"))
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


def _fact(lines: pd.DataFrame, name: str, default: Any) -> pd.Series:
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
            "day": day_of(lines["as_of"]) if len(lines) else pd.Series(dtype="datetime64[us]"),
            "held": pd.factorize(_fact(lines, "held", None))[0],
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
    # One or two maps between others that agree are at fault, however far apart an archive's maps are.
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


def findings(lines: pd.DataFrame, *, dated_inside: Collection[str] = ()) -> pd.DataFrame:
    """
    List what is wrong with the snapshots of an archive, or odd about them.

    Parameters
    ----------
    lines
        As for `faults`.
    dated_inside
        Sources whose files say the date of the map inside: only theirs can lag behind the date of the file's name.

    Returns
    -------
    DataFrame
        The `findings` table, in the order of source and time; `area_km2` is the ground that a finding is about, missing
        where it is about none.
    """
    rows = []
    for source, of_source in lines.groupby("source", sort=True):
        ordered = of_source.sort_values("as_of").reset_index(drop=True)
        ordered = ordered.assign(held=_fact(ordered, "held", None), fault=ordered["fault"].fillna(faults(ordered)))
        sound = ordered[ordered["fault"].isna()]
        found = [
            *_gaps(ordered, sound),
            *_duplicates(ordered),
            *_frozen(sound),
            *_faulty(ordered),
            *_changed_coverage(ordered),
        ]
        found += [*_invalid(ordered), *_mismatches(ordered)]
        found += _lags(ordered) if source in dated_inside else []
        rows += [(source, *row) for row in found]
    table = pd.DataFrame(rows, columns=list(FINDINGS.columns))
    table["as_of"] = pd.to_datetime(table["as_of"], utc=True)
    return conform(table.sort_values(["source", "as_of"], kind="stable"), FINDINGS)


_Row = tuple[Any, str, str, float]


def _gaps(lines: pd.DataFrame, sound: pd.DataFrame) -> Iterator[_Row]:
    """Find stretches of days without a map, longer than the source's usual interval; what then came is the area."""
    comparable = sound[epochs(sound).diff().fillna(0) == 0] if len(sound) else sound
    changes = {(row.before, row.as_of): row.change_km2 for row in steps(sound).itertuples()}
    for row in steps(lines).itertuples():
        if row.missing_days:
            since, until = row.before + pd.Timedelta(days=1), row.day - pd.Timedelta(days=1)
            period = f"{since:%Y-%m-%d}" if since == until else f"{since:%Y-%m-%d} to {until:%Y-%m-%d}"
            known = (comparable["as_of"] == row.as_of).any()
            change = changes.get((row.before, row.as_of), np.nan) if known else np.nan
            came = "" if pd.isna(change) else f"; {change:+.1f} km² when it came"
            yield row.as_of, "gap", f"no map of {period}{came}", abs(change)


def _duplicates(lines: pd.DataFrame) -> Iterator[_Row]:
    """Find maps of another file that draw just what the map before them drew."""
    before = lines.shift()
    same = (lines["occupied_km2"] - before["occupied_km2"]).abs() < _SAME_KM2
    same &= (lines["contested_km2"].fillna(0.0) - before["contested_km2"].fillna(0.0)).abs() < _SAME_KM2
    same &= (lines["path"] != before["path"]) & (lines["occupied_km2"] > 0)
    for row, earlier in zip(lines[same].itertuples(), before[same].itertuples(), strict=True):
        yield row.as_of, "duplicate", f"draws what the map of {day_of(earlier.as_of):%Y-%m-%d} drew", np.nan


def _frozen(lines: pd.DataFrame) -> Iterator[_Row]:
    """Find stretches in which the source published, but its map hardly moved."""
    instants = dict(zip(day_of(lines["as_of"]), lines["as_of"], strict=True)) if len(lines) else {}
    for row in freezes(lines).itertuples():
        since = next(day for day in pd.date_range(row.since, row.until) if day in instants)
        after = "it still lasts" if pd.isna(row.next_km2) else f"then {row.next_km2:+.1f} km² in a day"
        detail = f"{row.change_km2:+.1f} km² in {row.days} days, {row.since:%Y-%m-%d} to {row.until:%Y-%m-%d}; {after}"
        yield instants[since], "frozen", f"{detail} (usual: {row.usual_km2:.1f})", abs(row.change_km2)


def _faulty(lines: pd.DataFrame) -> Iterator[_Row]:
    """List the snapshots that stay out of all results, and why."""
    sound = lines[lines["fault"].isna()]
    for row, fault in zip(lines.itertuples(), lines["fault"], strict=True):
        if fault == "empty":
            yield row.as_of, "empty", "draws no occupied or contested ground", np.nan
        elif fault == "outside":
            beyond = getattr(row, "outside_km2", np.nan)
            told = "much ground lies" if pd.isna(beyond) else f"{beyond:,.0f} km² lie"
            yield row.as_of, "outside", f"{told} beyond the theatre", beyond
        elif fault == "coverage":
            around = sound.loc[(sound["as_of"] - row.as_of).abs().idxmin()]
            yield row.as_of, "coverage", *_compared(row._asdict(), around)


def _compared(row: Any, around: Any) -> tuple[str, float]:
    """Say what ground a map covers beside another: in words, and by how many km² they differ."""
    off = row["occupied_km2"] - around["occupied_km2"]
    held = [
        f"{name}: {one['held'] or 'neither Crimea nor Donbas'}"
        for name, one in (("it", row), ("that", around))
        if not pd.isna(one["held"])
    ]
    drawn = f"draws {row['occupied_km2']:,.0f} km²"
    drawn += f", the map of {day_of(around['as_of']):%Y-%m-%d} {around['occupied_km2']:,.0f}"
    contested = max(row["contested_km2"], 0.0) - max(around["contested_km2"], 0.0)
    if abs(contested) > abs(off):
        off, drawn = contested, f"{drawn}; contested {row['contested_km2']:,.0f} and {around['contested_km2']:,.0f}"
    told = f" ({'; '.join(held)})" if len(held) == 2 and row["held"] != around["held"] else ""
    return drawn + told, abs(off)


def _changed_coverage(lines: pd.DataFrame) -> Iterator[_Row]:
    """Find where a source changed for good what ground it covers."""
    numbered = lines.assign(epoch=epochs(lines)).dropna(subset="epoch").reset_index(drop=True)
    for number in np.flatnonzero(numbered["epoch"].diff().fillna(0) > 0):
        detail, off = _compared(numbered.loc[number], numbered.loc[number - 1])
        yield numbered.loc[number, "as_of"], "coverage", f"from here on {detail}; this step is not counted", off


def _invalid(lines: pd.DataFrame) -> Iterator[_Row]:
    """Find drawings that had to be mended, or that lack geometries."""
    facts = [_fact(lines, name, default) for name, default in _DRAWING.items()]
    for as_of, rings, area_km2, lacking in zip(lines["as_of"], *facts, strict=True):
        if rings:
            detail = f"invalid polygons: {int(rings)}; mending them changed {area_km2:.3f} km²"
            yield as_of, "invalid", detail, area_km2
        if lacking:
            yield as_of, "invalid", f"without geometry: {lacking}", np.nan


def _lags(lines: pd.DataFrame) -> Iterator[_Row]:
    """Find files whose map is days older than their name says."""
    named = pd.to_datetime(
        lines["path"].str.extract(r"(20\d\d-?\d\d-?\d\d)\D*$")[0].str.replace("-", ""), errors="coerce"
    )
    for row, lag in zip(lines.itertuples(), (named - day_of(lines["as_of"])).dt.days, strict=True):
        if abs(lag) >= STALE_DAYS:
            name = str(row.path).replace("\\", "/").rpartition("/")[2]
            order = "before" if lag > 0 else "after"
            yield row.as_of, "lag", f"its date inside is {abs(lag):.0f} days {order} that of {name}", np.nan


def _mismatches(lines: pd.DataFrame) -> Iterator[_Row]:
    """Find maps whose km² are not those that the source itself gives."""
    nothing = pd.Series(np.nan, index=lines.index)
    for status, allowed in (("occupied_since_2022", _OCCUPIED_OFF_KM2), ("contested", _CONTESTED_OFF_KM2)):
        ours, own = lines[f"{status}_km2"], lines.get(f"own_{status}_km2", nothing)
        off = (ours - own).abs()
        wrong = off > allowed if status != "contested" else (off > allowed) & (off > own * _CONTESTED_OFF)
        for at, we, they in zip(lines["as_of"][wrong], ours[wrong], own[wrong], strict=True):
            word = status.replace("_", " ")
            yield at, "mismatch", f"{word}: {we:,.1f} km² here, {they:,.1f} by the source itself", abs(we - they)
