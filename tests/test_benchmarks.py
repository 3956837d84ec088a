"""The benchmark's own parts: generated maps that cost what real ones do, slopes, and a run that writes its results."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from benchmarks import adhoc_script, maps, measure, run
from benchmarks.cases import Row, archive_of, day_by_day, repeated
from benchmarks.measure import best_of, peak_megabytes, slope
from benchmarks.run import line_of, main
from click.testing import CliRunner

import tracker as tr
from tracker.archive.store import read_archive

DAYS = 25


@pytest.fixture(scope="module")
def daily(tmp_path_factory):
    folder = tmp_path_factory.mktemp("daily")
    maps.write_daily(folder, DAYS)
    return folder


@pytest.fixture(scope="module")
def control(daily):
    return tr.load("deepstate-daily", daily)


def test_generated_maps_share_their_edges_as_real_ones_do(control):
    shapes = control.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    edges = [maps.edges_of(shape) for shape in shapes]
    assert all(2500 < len(one) < 4500 for one in edges)
    kept = [len(one & other) / len(one) for one, other in pairwise(edges)]
    assert 0.95 < np.median(kept) < 1.0
    assert 1.0 in kept, "some day repeats the one before it"


def test_generated_maps_are_the_same_for_the_same_seed(daily, tmp_path):
    maps.write_daily(tmp_path, 3)
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (daily / file.name).read_bytes()


def test_generated_raw_exports_are_read_like_real_ones(tmp_path):
    maps.write_raw(tmp_path, 3)
    control = tr.load("deepstate", tmp_path)
    assert control["status"].tolist() == ["contested", "occupied"] * 3
    assert (control.area > 1e8).all()
    assert control["occupied_since_2022_km2"].dropna().between(1, control.area.max() / 1e6).all()


def test_the_ad_hoc_script_finds_about_what_tracker_does(daily, control):
    """Its areas are those of UTM: near, and not the same."""
    theirs = adhoc_script.changes(daily)[["gained_km2", "lost_km2"]].sum()
    ledger = tr.track(control)
    ours = [ledger["area_km2"][ledger["kind"] == kind].sum() for kind in ("gain", "loss")]
    assert theirs.to_numpy() == pytest.approx(ours, rel=0.01)
    assert theirs.to_numpy() != pytest.approx(ours, rel=1e-6)


def test_repeated_maps_run_on_day_by_day(control, tmp_path):
    longer = repeated(control, 3 * DAYS)
    assert (longer["as_of"].diff().dropna().dt.days == 1).all()
    assert len(read_archive(archive_of(longer, tmp_path / "archive"))) == 3 * DAYS


def test_the_longest_run_of_days_is_what_loading_is_measured_on():
    day = 86_400
    seconds = [0, 40 * day, 41 * day, 43 * day, 90 * day, 91 * day]
    files = [Path(f"{1_700_000_000 + second}.geojson") for second in seconds]
    assert day_by_day(files) == files[1:4]
    assert day_by_day(files[:1]) == files[:1]


def test_the_best_of_several_turns_is_kept(monkeypatch):
    monkeypatch.setattr(measure.gc, "collect", lambda: None)
    turns = []
    seconds = best_of(3, one=lambda: turns.append("one"), other=lambda: turns.append("other"))
    assert turns == ["one", "other"] * 3
    assert all(0 <= value < 1 for value in seconds.values())


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_a_slope_is_the_power_of_the_growth(power):
    sizes = [50, 100, 200, 400]
    assert slope(sizes, [0.01 * size**power for size in sizes]) == pytest.approx(power)


def test_peak_memory_is_that_of_the_child_alone():
    held = b"x" * 300_000_000
    assert peak_megabytes("held = 1") < 200 < peak_megabytes("held = b'x' * 300_000_000")
    assert held


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (Row("a", "b", 1.0, 0.05, "≥ 25 ×", met=False), "| a | b | 1 s | 50 ms | 20.0 × | ≥ 25 × | **no** |"),
        (Row("a", figure="3 kB"), "| a |  |  | 3 kB |  |  |  |"),
    ],
)
def test_a_row_says_whether_its_target_is_met(row, line):
    assert line_of(row) == line


def test_a_quick_run_writes_its_results(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "QUICK_DAYS", 16)
    monkeypatch.setattr(run, "QUICK_SIZES", [5, 10])
    done = CliRunner().invoke(main, ["--quick", "--only", "archive", "--only", "growth", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    report = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    for words in ("generated maps", "GEOS", "cores", "16 daily maps", "slope", "shapely.difference"):
        assert words in report
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "growth.png").stat().st_size < 60_000
