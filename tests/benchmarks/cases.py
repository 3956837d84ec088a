"""What is measured: each case gives rows of what was done, beside which baseline, how long each took, the target."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import tracker as tr
from benchmarks import adhoc_script, baselines
from benchmarks.measure import best_of, command_seconds, peak_megabytes
from tracker.archive.ingest import manifest_lines
from tracker.archive.reference import gazetteer
from tracker.archive.store import add, read_archive
from tracker.ground.topology import differences

__all__ = ["CASES", "Maps", "Row", "growth"]


@dataclass(frozen=True)
class Row:
    """One line of the results: seconds of the baseline and of tracker for the same work, or a plain `figure`."""

    measure: str
    baseline: str = ""
    baseline_s: float = np.nan
    ours_s: float = np.nan
    target: str = ""
    met: bool | None = None
    figure: str = ""

    @property
    def ratio(self) -> float:
        """How many times faster tracker is."""
        return self.baseline_s / self.ours_s


@dataclass(frozen=True)
class Maps:
    """The maps that are measured on: files of a daily mirror and raw exports, their control tables, an empty folder."""

    daily_files: list[Path]
    raw_files: list[Path]
    daily: gpd.GeoDataFrame
    raw: gpd.GeoDataFrame
    scratch: Path
    times: int


def faster(measure: str, baseline: str, seconds: dict[str, float], least: float | None = None) -> Row:
    """Make a row of two times, and say whether the ratio that is asked for was reached."""
    row = Row(measure, baseline, seconds["theirs"], seconds["ours"])
    return row if least is None else replace(row, target=f"≥ {least:g} ×", met=row.ratio >= least)


def ground_of(control: gpd.GeoDataFrame, status: str = "occupied") -> np.ndarray:
    """List the maps of one status in order of time."""
    return control[control["status"] == status].sort_values("as_of").geometry.to_numpy()


@contextmanager
def counting_overlays() -> Iterator[list[Any]]:
    """Read off the log how many pairs of how many were subtracted by overlay."""
    counted: list[Any] = []
    handler = logging.Handler()
    handler.emit = lambda record: counted.append(record.args)  # type: ignore[method-assign]
    log = logging.getLogger("tracker.ground.topology")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield counted
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)


def case_differences(maps: Maps) -> list[Row]:
    """All neighbouring pairs: the ledger, and the engine that it stands on, against subtracting whole maps."""
    some = maps.daily.iloc[: min(len(maps.daily), 61)]
    frames = [gpd.GeoDataFrame(geometry=[shape], crs=maps.daily.crs) for shape in ground_of(some)]
    overlay = best_of(maps.times, theirs=lambda: baselines.overlay(frames), ours=lambda: tr.track(some))
    rows = [
        *ledger_rows(maps, maps.daily, "daily maps", 12),
        faster(f"ledger of {len(frames) - 1} pairs of daily maps", "`geopandas.overlay` both ways", overlay, 15),
        *ledger_rows(maps, dense_part(maps), "raw exports, both statuses, day by day"),
    ]
    if len(maps.raw) > len(dense_part(maps)):
        rows += ledger_rows(maps, maps.raw, "raw exports, both statuses, many months apart")
    return rows + [row for control in (maps.daily, maps.raw) for row in agreement_rows(control)]


def ledger_rows(maps: Maps, control: gpd.GeoDataFrame, what: str, least: float | None = None) -> list[Row]:
    """The ledger of one source, which also divides changes by the other status, and the engine alone."""
    grounds = [ground_of(control, status) for status in control["status"].unique()]
    seconds = best_of(
        maps.times,
        theirs=lambda: [baselines.difference(shapes) for shapes in grounds],
        ours=lambda: tr.track(control),
        engine=lambda: [differences(shapes) for shapes in grounds],
    )
    baseline = "`shapely.difference` both ways"
    return [
        faster(f"ledger of {len(grounds[0]) - 1} pairs of {what}", baseline, seconds, least),
        faster("the same, the engine alone", baseline, seconds | {"ours": seconds["engine"]}, 12),
    ]


def agreement_rows(control: gpd.GeoDataFrame) -> list[Row]:
    """How far the engine's areas are from those of GEOS, and how many pairs it left to GEOS."""
    rows = []
    for status in sorted(control["status"].unique()):
        shapes = ground_of(control, status)
        with counting_overlays() as counted:
            ours = differences(shapes)
        theirs = shapely.difference(shapes[1:], shapes[:-1]), shapely.difference(shapes[:-1], shapes[1:])
        off_m2 = max(
            np.abs(shapely.area(one) - shapely.area(other)).max() for one, other in zip(ours, theirs, strict=True)
        )
        overlaid, pairs = counted[-1]
        name, figure = f"{control['source'].iloc[0]}, {status}, {pairs} pairs", f"{off_m2 / 1e6:.0e} km²"
        rows += [
            Row(f"{name}: farthest from GEOS", target="≤ 1e-6 km²", met=off_m2 <= 1.0, figure=figure),
            Row(f"{name}: left to GEOS", target="< 1 %", met=overlaid < pairs / 100, figure=str(overlaid)),
        ]
    return rows


def case_loading(maps: Maps) -> list[Row]:
    """Raw exports into control tables."""
    rows, baseline = [], "`geopandas.read_file` + `make_valid` + `dissolve`"
    dense = day_by_day(maps.raw_files)
    works = [("deepstate", "day by day", dense, 5), ("deepstate-daily", "a shape each", maps.daily_files[:100], None)]
    if len(dense) < len(maps.raw_files):
        works.insert(1, ("deepstate", "many of them months apart", maps.raw_files, None))
    for source, how, files, least in works:
        theirs, ours = partial(baselines.read_file, files), partial(tr.load, source, files)
        seconds = best_of(maps.times, theirs=theirs, ours=ours)
        rows.append(faster(f"load {len(files)} files of {source}, {how}", baseline, seconds, least))
    return rows


def day_by_day(files: list[Path]) -> list[Path]:
    """Keep the longest run of raw exports that are at most two days apart, as an archive that is kept up holds them."""
    apart = np.diff([int(file.stem) for file in files]) > 2 * 86400
    return list(max(np.split(np.array(files), np.flatnonzero(apart) + 1), key=len))


def dense_part(maps: Maps) -> gpd.GeoDataFrame:
    """Take the states of that run of days from the control table of the raw exports."""
    instants = [pd.Timestamp(int(file.stem), unit="s", tz="UTC") for file in day_by_day(maps.raw_files)]
    return maps.raw[maps.raw["as_of"].between(instants[0], instants[-1])].reset_index(drop=True)


def case_distances(maps: Maps) -> list[Row]:
    """Every place of the bundled gazetteer on every day; the baseline on some days, both given a day."""
    rows, places = [], gazetteer()
    raw = dense_part(maps)
    for control, to in ((maps.daily, "occupied"), (raw, "occupied"), (raw, "contested")):
        shapes = ground_of(control, to)
        some = shapes[:: max(len(shapes) // 8, 1)]
        seconds = best_of(
            maps.times,
            theirs=partial(baselines.distance_a_day, places.geometry, some),
            ours=partial(tr.distances, control, places, to=to),
        )
        a_day = {"theirs": seconds["theirs"] / len(some), "ours": seconds["ours"] / len(shapes)}
        name = f"{len(places):,} places to {to}, a day, of {len(shapes)} of {control['source'].iloc[0]}"
        rows.append(faster(name, "`GeoSeries.distance` a day", a_day, 25 if control is maps.daily else None))
    return rows


def case_archive(maps: Maps) -> list[Row]:
    """What maps take on disk, and how soon they are read back."""
    archive = archive_of(maps.daily, maps.scratch / "archive")
    size = sum(file.stat().st_size for file in archive.rglob("*.parquet"))
    plain = maps.scratch / "plain.parquet"
    maps.daily.to_parquet(plain)
    days, months = len(maps.daily), len(list(archive.rglob("*.parquet")))
    middle = maps.daily["as_of"].sort_values().iloc[days // 2].strftime("%Y-%m-15")
    seconds = best_of(maps.times + 2, theirs=lambda: gpd.read_parquet(plain), ours=lambda: read_archive(archive))
    month = best_of(
        maps.times + 2,
        theirs=lambda: read_archive(archive),
        ours=lambda: read_archive(archive, since=middle, until=middle),
    )
    by_days = f"< {1000 * days / 768:.0f} kB (1 MB for 768)"
    return [
        Row(f"{days} daily maps in {months} months", f"geopandas' GeoParquet: {plain.stat().st_size / 1e3:,.0f} kB",
            target=by_days, met=size < 1e6 * days / 768, figure=f"{size / 1e3:,.0f} kB"),
        Row(f"read {days} days back", "`geopandas.read_parquet` of one plain file", seconds["theirs"], seconds["ours"],
            "< 0.3 s", met=seconds["ours"] < 0.3),
        Row("read one day's month", "all of it", month["theirs"], month["ours"]),
    ]  # fmt: skip


def case_adhoc(maps: Maps) -> list[Row]:
    """From files to dated sums: the whole of it."""
    folder = maps.scratch / "some"
    folder.mkdir()
    for file in maps.daily_files[:60]:
        (folder / file.name).symlink_to(file)

    def ours() -> pd.DataFrame:
        control = tr.last_of_day(tr.load("deepstate-daily", folder))
        return tr.summarise(tr.track(control), every="day", control=control)

    seconds = best_of(maps.times, theirs=lambda: adhoc_script.changes(folder), ours=ours)
    theirs_km2 = adhoc_script.changes(folder)[["gained_km2", "lost_km2"]].sum().sum()
    ours_km2 = ours()[["gain_km2", "loss_km2"]].sum().sum()
    said = f"{theirs_km2:,.2f} km² changed by the script, {ours_km2:,.2f} by tracker"
    row = faster("daily sums from 60 files", "an ad-hoc script, as a whole", seconds)
    return [row, Row("what the two say", figure=said)]


def case_commands(maps: Maps) -> list[Row]:
    """Whole commands, as processes; no target but that the archive's length costs nothing."""
    short, long = (archive_of(repeated(maps.daily, days), maps.scratch / f"days-{days}") for days in (100, 1000))
    daily = {
        name: ["daily", "--archive", str(archive), "--out", str(maps.scratch / name)]
        for name, archive in (("theirs", short), ("ours", long))
    }
    seconds = command_seconds(maps.times, daily | {"help": ["--help"]})
    peak = peak_megabytes(WHOLE_HISTORY, str(long))
    return [
        Row("`tracker daily` on 1,000 days", "the same on 100 days", seconds["theirs"], seconds["ours"], "as long",
            met=seconds["ours"] < 1.2 * seconds["theirs"]),
        Row("`tracker --help`", figure=f"{seconds['help']:.2f} s", target="< 0.3 s", met=seconds["help"] < 0.3),
        Row("1,000 days: ledger, and distances of every place by month", figure=f"{peak:,.0f} MB at the peak",
            target="< 1,500 MB", met=peak < 1500),
    ]  # fmt: skip


WHOLE_HISTORY = """
import sys, tracker as tr
control = tr.last_of_day(tr.read_archive(sys.argv[1]))
ledger = tr.track(control)
for month in distances_by_month(control, tr.gazetteer()): pass
"""


def repeated(control: gpd.GeoDataFrame, days: int) -> gpd.GeoDataFrame:
    """Let the maps follow each other again and again, there and back, for so many days."""
    ordered = control.sort_values("as_of").reset_index(drop=True)
    there_and_back = np.concatenate([np.arange(len(ordered)), np.arange(len(ordered))[-2:0:-1]])
    rows = ordered.iloc[np.resize(there_and_back, days)].reset_index(drop=True)
    first = ordered["as_of"].iloc[0]
    return rows.assign(as_of=[first + pd.Timedelta(days=number) for number in range(days)])


def archive_of(control: gpd.GeoDataFrame, folder: Path) -> Path:
    """Put a control table into an archive."""
    with tempfile.NamedTemporaryFile(suffix=".geojson") as file:
        lines = manifest_lines(control, Path(file.name), retrieved_at=control["as_of"].max())
    add(folder, control, lines.assign(sha256=[f"{number:064d}" for number in range(len(lines))]))
    return folder


def growth(maps: Maps, sizes: list[int], places: gpd.GeoDataFrame) -> pd.DataFrame:
    """Time work on more and more days, baselines once: a row a number of days, a column of seconds each."""
    rows = []
    for size in sizes:
        some, files = maps.daily.iloc[:size], maps.daily_files[:size]
        shapes = ground_of(some)
        theirs: dict[str, Callable[[], Any]] = {
            "shapely.difference": partial(baselines.difference, shapes),
            "GeoSeries.distance": partial(baselines.distance_a_day, places.geometry, shapes),
            "geopandas.read_file": partial(baselines.read_file, files),
        }
        ours: dict[str, Callable[[], Any]] = {
            "tracker.track": partial(tr.track, some),
            "tracker.distances": partial(tr.distances, some, places),
            "tracker.load": partial(tr.load, "deepstate-daily", files),
        }
        rows.append({"days": size, **best_of(1, **theirs), **best_of(maps.times, **ours)})
    return pd.DataFrame(rows).set_index("days")


CASES: dict[str, Callable[[Maps], list[Row]]] = {
    "differences": case_differences,
    "loading": case_loading,
    "distances": case_distances,
    "archive": case_archive,
    "adhoc": case_adhoc,
    "commands": case_commands,
}
