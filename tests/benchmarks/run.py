"""The benchmark: tracker beside what people use today, on real maps where they are at hand, else on generated ones.

    make bench                          everything, ten minutes
    python -m benchmarks.run --quick    a minute, on a few generated days
    python -m benchmarks.run --only differences --only loading

(The second form is run in `tests/`.) Each line compares two ways to the same answer on the same input, in turns in one
process, and keeps the best of several turns of each: the ratio is what counts, for seconds depend on the machine. How
the work grows from 50 to 400 days is the slope of a line on a log-log plot: 1 is in proportion to the days. Results go
into `RESULTS.md` and `growth.png` beside this file.
"""

from __future__ import annotations

import io
import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
import geopandas as gpd
import matplotlib
import numpy as np
import pandas as pd
import shapely

import tracker as tr
from benchmarks import maps as generated
from benchmarks.cases import CASES, Maps, Row, growth
from benchmarks.measure import slope
from tracker.archive.reference import gazetteer

__all__ = ["main"]

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("TRACKER_SHARED") or HERE.parents[2] / "shared") / "data"
SIZES, QUICK_SIZES = [50, 100, 200, 400], [10, 20, 40]
QUICK_DAYS, DAYS, RAW_DAYS = 40, 400, 60


@click.command()
@click.option("--quick", is_flag=True, help="A few generated days, once.")
@click.option("--only", multiple=True, type=click.Choice([*CASES, "growth"]), help="Only this; again for more.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=HERE, help="Where the results go.")
def main(quick: bool, only: tuple[str, ...], out: Path) -> None:
    """Measure, and write RESULTS.md and growth.png."""
    with tempfile.TemporaryDirectory() as folder:
        maps, kind = gathered(Path(folder), quick)
        rows = {}
        for name, case in CASES.items():
            if not only or name in only:
                rows[name] = case(maps)
                for row in rows[name]:
                    click.echo(line_of(row))
        grown = None
        if not only or "growth" in only:
            grown = growth(maps, QUICK_SIZES if quick else SIZES, gazetteer().iloc[:: 50 if quick else 1])
    out.mkdir(parents=True, exist_ok=True)
    if grown is not None:
        (out / "growth.png").write_bytes(plot_of(grown))
    (out / "RESULTS.md").write_text(report_of(rows, grown, kind), encoding="utf-8")
    click.echo(f"wrote {out / 'RESULTS.md'}")


def gathered(folder: Path, quick: bool) -> tuple[Maps, str]:
    """Find the real maps, or generate some."""
    if SHARED.is_dir() and not quick:
        daily, raw = (sorted((SHARED / name).glob("*.geojson")) for name in ("deepstate-daily", "deepstate-raw"))
        kind = "real exports of DeepState (© DeepState; not part of the project)"
    else:
        days, raw_days = (QUICK_DAYS, QUICK_DAYS // 2) if quick else (DAYS, RAW_DAYS)
        daily, raw = generated.write_daily(folder / "daily", days), generated.write_raw(folder / "raw", raw_days)
        kind = "generated maps (`maps.py`)"
    controls = [tr.last_of_day(tr.load(*what)) for what in (("deepstate-daily", daily), ("deepstate", raw))]
    scratch = folder / "scratch"
    scratch.mkdir()
    return Maps(daily, raw, *controls, scratch=scratch, times=1 if quick else 3), kind


def line_of(row: Row) -> str:
    """Write a row as a line of a Markdown table."""
    met = {None: "", True: "yes", False: "**no**"}[row.met]
    times = (
        ("", row.figure, "") if np.isnan(row.ours_s) else (told(row.baseline_s), told(row.ours_s), f"{row.ratio:.1f} ×")
    )
    return f"| {' | '.join([row.measure, row.baseline, *times, row.target, met])} |"


def told(seconds: float) -> str:
    """Write seconds with three digits that count."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def report_of(rows: dict[str, list[Row]], grown: pd.DataFrame | None, kind: str) -> str:
    """Write RESULTS.md."""
    lines = [
        "# What tracker costs beside what people use today",
        "",
        f"Measured {datetime.now(UTC):%Y-%m-%d} by `make bench` on {kind}; {versions()}.",
        "Best of several turns, in one process: ratios count, seconds depend on the machine. What each baseline",
        "does is told in `baselines.py` and `adhoc_script.py`; how to repeat it, in `run.py`.",
        "",
        "| what | baseline | takes | tracker takes | faster | target | met |",
        "|---|---|---|---|---|---|---|",
        *(line_of(row) for several in rows.values() for row in several),
    ]
    if grown is not None:
        slopes = {name: slope(grown.index, grown[name]) for name in grown}
        lines += ["", "## How it grows", "", "Here the baselines are measured once, tracker as above.", ""]
        lines += ["![Seconds against days, both on a logarithmic scale](growth.png)", ""]
        lines += ["| days | " + " | ".join(grown) + " |", "|---|" + "---|" * len(grown.columns)]
        lines += [f"| {days} | " + " | ".join(map(told, seconds)) + " |" for days, *seconds in grown.itertuples()]
        lines += ["| slope | " + " | ".join(f"{value:.2f}" for value in slopes.values()) + " |"]
    return "\n".join(lines) + "\n"


def versions() -> str:
    """Name what was measured with."""
    libraries = {"geopandas": gpd, "shapely": shapely, "pandas": pd, "numpy": np}
    named = ", ".join(f"{name} {module.__version__}" for name, module in libraries.items())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    geos = f"GEOS {shapely.geos_version_string}"
    return f"Python {platform.python_version()}, {named}, {geos}, {platform.machine()}, {cores} cores"


def plot_of(grown: pd.DataFrame) -> bytes:
    """Draw seconds against days on a log-log plot: baselines dotted, and a marker for each work."""
    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4), dpi=100)
    works = [("o", "#b2182b"), ("s", "#2166ac"), ("^", "#1b7837")]  # of each a baseline, and tracker
    styles = [(*work, dashes) for dashes in (":", "-") for work in works]
    for (marker, colour, dashes), name in zip(styles, grown, strict=True):
        axes.plot(grown.index, grown[name], marker=marker, linestyle=dashes, color=colour, label=name)
    axes.set(xscale="log", yscale="log", xlabel="days", ylabel="seconds", xticks=grown.index)
    axes.set_xticklabels([str(days) for days in grown.index])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None}, bbox_inches="tight")
    plt.close(figure)
    return out.getvalue()


if __name__ == "__main__":
    main()
