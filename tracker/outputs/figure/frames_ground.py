"""The ground of a timelapse: what is occupied and contested on a frame's day, and what was gained and lost up to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from tracker.measures.windows import AGES, MAP_AGES, age_days
from tracker.outputs.figure.canvas import CONTESTED_EDGE, change_style, line_of, path_of, traced, width_m
from tracker.outputs.figure.changing import pieces_of
from tracker.outputs.figure.scene import Scene
from tracker.outputs.look import COLOURS, GAIN_COLOURS
from tracker.tables.days import day_of

Draw = Callable[[int], list[Any]]
"""Sets artists to a frame, by its number, and gives those to draw, the lowest first."""


@dataclass(frozen=True)
class Reel:
    """
    What a timelapse tells.

    Parameters
    ----------
    days
        The Kyiv day of each frame.
    since
        The first day of the period: sums and changes begin with it.
    control, changes
        States of one source; gains and losses of the period, with `counted`.
    sums
        Name → gain_km2, loss_km2 and net_km2 since the start, on the days of the frames.
    where, footer
        The title, and paragraphs at the foot.
    """

    days: pd.DatetimeIndex
    since: pd.Timestamp
    control: gpd.GeoDataFrame
    changes: gpd.GeoDataFrame
    sums: dict[str, pd.DataFrame]
    where: str
    footer: list[str]


def ages_of(reel: Reel) -> tuple[int, ...]:
    """List the windows in days by which gains are coloured: the usual ones, as far as they are shorter, and all."""
    days = (reel.days[-1] - reel.since).days + 1
    return (*(age for age in AGES if age < days), days)


def gain_style(age: int) -> dict[str, Any]:
    """Give the look of gains of a window, coloured as the smallest usual one that holds it."""
    colour = GAIN_COLOURS[next((usual for usual in MAP_AGES if usual >= age), MAP_AGES[-1])]
    return {"fc": colour, "ec": colour, "lw": 0.3}


def held_on(reel: Reel) -> pd.Series:
    """Give the instant of the snapshot that holds on each frame's day."""
    instants = reel.control["as_of"].drop_duplicates().sort_values().reset_index(drop=True)
    held = instants.loc[day_of(instants).searchsorted(reel.days, side="right") - 1]
    return held.set_axis(reel.days)


def draw_ground(ax: Any, scene: Scene, reel: Reel, thin_m: float) -> Draw:
    """Make the paths of the map that change with the days; what is thinner than a pixel is no change to look at."""
    set_state, state = _state(ax, scene, reel, thin_m)
    wide = reel.changes[width_m(reel.changes.geometry.to_numpy()) > thin_m]
    west, south, east, north = scene.extent
    pieces = pieces_of(wide.cx[west:east, south:north])
    shapes = pieces.geometry.to_numpy()
    paths = [path_of(shape, scene.extent) for shape in shapes]
    ages, is_gain = ages_of(reel), (pieces["kind"] == "gain").to_numpy()
    losses = _patch(ax, **change_style("loss", 1))
    gains = {age: _patch(ax, **gain_style(age)) for age in reversed(ages)}
    lost = np.zeros(len(pieces), dtype=bool)

    def draw(number: int) -> list[Any]:
        set_state(number)
        day = reel.days[number]
        age = age_days(pieces, day, ages).where(pieces["gone"] > day).fillna(0).to_numpy()
        if not np.array_equal(lost, (age > 0) & ~is_gain):
            lost[:] = (age > 0) & ~is_gain
            # Joined, for their outline shall not show on which day each piece was lost.
            losses.set_path(path_of(shapely.union_all(shapes[lost]), scene.extent))
        for window, patch in gains.items():
            patch.set_path(_joined(paths, (age == window) & is_gain))
        return [*state[:-1], losses, *gains.values(), state[-1]]

    return draw


def _state(ax: Any, scene: Scene, reel: Reel, thin_m: float) -> tuple[Callable[[int], None], list[Any]]:
    """Make the paths of occupied and contested ground and of the line of control, and what sets them to a frame."""
    occupied = _patch(ax, fc=COLOURS["occupied"], ec="none")
    contested = _patch(ax, fc="none", ec=CONTESTED_EDGE, hatch="//////", lw=0.5)
    line = LineCollection([], colors=COLOURS["occupied_line"], linewidths=1.4)
    ax.add_collection(line, autolim=False)
    held, states = held_on(reel), dict(list(reel.control.groupby("as_of")))
    shown: list[pd.Timestamp] = []

    def set_state(number: int) -> None:
        instant = held.iloc[number]
        if shown == [instant]:
            return
        shapes = states[instant].set_index("status").geometry
        ground = shapes.get("occupied", shapely.MultiPolygon())
        occupied.set_path(path_of(ground, scene.extent))
        contested.set_path(path_of(shapes.get("contested", shapely.MultiPolygon()), scene.extent))
        line.set_segments(traced(line_of(ground, thin_m), scene.extent))
        shown[:] = [instant]

    return set_state, [occupied, contested, line]


def _patch(ax: Any, **style: Any) -> PathPatch:
    """Add a path that is still empty."""
    return ax.add_patch(PathPatch(Path(np.empty((0, 2))), zorder=3, **style))


def _joined(paths: list[Path], chosen: np.ndarray) -> Path:
    """Join paths into one."""
    parts = [paths[number] for number in np.flatnonzero(chosen) if np.size(paths[number].vertices)]
    return Path.make_compound_path(*parts) if parts else Path(np.empty((0, 2)))
