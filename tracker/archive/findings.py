"""What is wrong with an archive, and what it holds: faults, gaps, freezes, duplicates, lags, mismatches."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tracker.archive.archive import open_sample
from tracker.archive.faults import epochs, fact, faults
from tracker.archive.store import read_manifest
from tracker.changes.pace import freezes, steps
from tracker.sources import known_source, list_sources
from tracker.tables.check import conform
from tracker.tables.constants import SAME_KM2, STALE_DAYS
from tracker.tables.days import day_of
from tracker.tables.definitions import FINDINGS, SOURCES

# How far our areas may be from the source's own: of DeepState's exports 98 % are within the one, 97 % within the other.
_OCCUPIED_OFF_KM2 = 10.0
_CONTESTED_OFF = 0.01
_CONTESTED_OFF_KM2 = 5.0  # while little is contested, a hundredth of it is less than a drawing is off
_DRAWING = {"repaired_rings": 0, "repaired_km2": 0.0, "lacking": ""}


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
        ordered = ordered.assign(held=fact(ordered, "held", None), fault=ordered["fault"].fillna(faults(ordered)))
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
    same = (lines["occupied_km2"] - before["occupied_km2"]).abs() < SAME_KM2
    same &= (lines["contested_km2"].fillna(0.0) - before["contested_km2"].fillna(0.0)).abs() < SAME_KM2
    same &= (lines["path"] != before["path"]) & (lines["occupied_km2"] > 0)
    for row, earlier in zip(lines[same].itertuples(), before[same].itertuples(), strict=True):
        yield row.as_of, "duplicate", f"draws what the map of {day_of(earlier.as_of):%Y-%m-%d} drew", np.nan


def _frozen(lines: pd.DataFrame) -> Iterator[_Row]:
    """Find stretches in which the source published, but its map hardly moved."""
    instants = dict(zip(day_of(lines["as_of"]), lines["as_of"], strict=True))
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
    facts = [fact(lines, name, default) for name, default in _DRAWING.items()]
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


def sources_table(archive: Path, *, sample_allowed: bool = False) -> pd.DataFrame:
    """
    List every known source, and what an archive holds of it.

    Returns
    -------
    DataFrame
        The `sources` table; days without a snapshot between the first and the last are `missing_days`, and `since` says
        what a source leaves out.
    """
    lines = read_manifest(archive)
    lines = open_sample(archive).manifest if lines.empty and sample_allowed else lines[lines["fault"].isna()]
    rows = []
    variants = [found for name in lines["source"].unique() if "+" in name and (found := known_source(name))]
    for source in [*list_sources().values(), *variants]:
        instants = lines.loc[lines["source"] == source.name, "as_of"]
        days = pd.Series(day_of(instants).unique())
        first, last = days.min(), days.max()
        span = (last - first).days + 1 if len(days) else 0
        rows.append(
            {
                "source": source.name,
                "credit": source.credit,
                "licence": source.licence,
                "terms_url": source.terms_url,
                "snapshots": len(instants),
                "days": len(days),
                "first": first,
                "last": last,
                "missing_days": span - len(days),
                "since": source.since,
            }
        )
    return conform(pd.DataFrame(rows), SOURCES)
