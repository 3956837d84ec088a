"""What a sheet shows: its extent, the changes in its windows of days, and their sums. Pure; metres in `WORK_CRS`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.causes import causes_left_out
from tracker.changes.snapshots import at, epoch_starts, state_of
from tracker.measures.sums import sums_by_age
from tracker.measures.windows import AGES, Window, age_days, windows_of, with_sums
from tracker.outputs.figure.layout import LAYOUTS, Layout
from tracker.outputs.story import Story
from tracker.places.sectors import ELSEWHERE, named_on
from tracker.tables.check import check
from tracker.tables.days import Day, day_of, end_of_day
from tracker.tables.definitions import LEDGER

Extent = tuple[float, float, float, float]
"""West, south, east, north in metres of `WORK_CRS`."""

ASPECT = LAYOUTS["web"].aspect
"""Width to height of the map on the sheet that is made most."""

_SLIVER_KM2 = 0.02
_WHOLE_KM = 73
_WIDER = 1.23
_LEAST_KM = 30
_NEAR_KM = 15


@dataclass(frozen=True)
class Scene:
    """
    What is drawn: one state, the one before it, and the changes in between, all of one source.

    Parameters
    ----------
    on, days
        The last day of all windows, and how many days up to it the tables cover (at most the longest window).
    since
        The first day of the period asked for, which is the longest window then; None for the windows of every figure.
    ages
        The windows in days by which changes are coloured, the shortest first.
    state, earlier
        Control rows that hold at the end of `on`, and `days` before; `earlier` may be empty.
    changes
        Gains and losses of the longest window, with `age` (the smallest window that holds them), and `ground` and
        `sector` where sectors are known.
    sectors
        The names of the day, or None.
    extent, ground
        The frame of the map, and the ground it was chosen for ("" for the busiest area).
    windows
        What the snapshots tell about each window, the shortest first; where the tables cover fewer days than the
        longest, that one has so many.
    left_out
        The causes of changes of the longest window that are not among `changes`.
    breaks
        Instants from which on the source covers other ground: the steps that lead to them are not among `changes`.
    """

    on: pd.Timestamp
    days: int
    since: pd.Timestamp | None
    ages: tuple[int, ...]
    state: gpd.GeoDataFrame
    earlier: gpd.GeoDataFrame
    changes: gpd.GeoDataFrame
    sectors: gpd.GeoDataFrame | None
    extent: Extent
    ground: str
    windows: list[Window]
    left_out: list[str]
    breaks: list[pd.Timestamp]

    def shape(self, status: str, *, earlier: bool = False) -> Any:
        """Give the ground of a status, EMPTY where the source draws none."""
        rows = self.earlier if earlier else self.state
        shapes = rows.geometry[rows["status"] == status].to_numpy()
        # A union of one shape would only take time.
        return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)

    @property
    def as_of(self) -> pd.Timestamp:
        """The instant of the state."""
        return self.state["as_of"].iloc[0]


def scene_of(
    story: Story, *, sector: str | None = None, extent: Extent | None = None, layout: Layout = LAYOUTS["web"]
) -> Scene:
    """
    Choose what the sheet shows of a story; the free towns of `distances` that lie just outside the frame widen it.

    An `extent` is taken as it is; else the frame has the shape that the map has in the layout.

    Raises
    ------
    ValueError
        If control holds several sources, for an unknown sector, or if `since` is after `on`.
    NoDataError
        If control holds nothing up to `on`.
    """
    control, ledger, sectors = story.control, story.ledger, story.sectors
    state, on = state_of(control, story.on)
    source = state["source"].iloc[0]
    first = min([control["as_of"].min(), *ledger["start"]])
    since = None if story.since is None else pd.Timestamp(story.since)
    ages = AGES if since is None else _ages_of(since, on)
    days = int(np.clip((on - day_of(first)).days, 0, ages[-1]))
    names = None if sectors is None else named_on(sectors, on)
    ground = _ground_of(sector, names)
    seen = _changes(ledger[ledger["source"] == source], on, ages)
    changes = seen[seen["counted"]]
    earlier = at(control, end_of_day(on - pd.Timedelta(days=ages[-1])))
    if extent is None:
        near = free_towns(on, story.places, story.distances)
        towns = list(near["geometry"][near["centre_km"] <= _NEAR_KM]) if len(near) else []
        extent = _with_towns(_extent(changes, state, names, ground, layout), towns, layout)
    instants = pd.concat([control["as_of"], ledger["start"], ledger["end"]])
    lengths = [age for age in ages if age < days] + [max(days, 1)]
    windows = windows_of(instants, on, lengths)
    left_out, breaks = causes_left_out(seen), epoch_starts(control)
    return Scene(
        on, days, since, ages, state, earlier, changes, names, extent, ground, windows, left_out, breaks
    )  # fmt: skip


def _ages_of(since: pd.Timestamp, on: pd.Timestamp) -> tuple[int, ...]:
    """List the windows of a period: its last day and its last seven, as far as they are shorter, and the whole."""
    if since > on:
        raise ValueError(f"since={since:%Y-%m-%d} is after {on:%Y-%m-%d}")
    days = (on - since).days + 1
    return (*(age for age in AGES[:-1] if age < days), days)


def _ground_of(sector: str | None, names: gpd.GeoDataFrame | None) -> str:
    """Find the ground that a slug or a name of the day means; "" where none is asked for."""
    if sector is None:
        return ""
    if names is None:
        raise ValueError(f"sector={sector!r}: pass the table sectors to name one")
    wanted = str(sector).casefold()
    known = names[names["ground"] != ELSEWHERE]
    for column in ("ground", "sector", "name_en", "name_uk"):
        found = known[known[column].str.casefold() == wanted]
        if len(found):
            return str(found["ground"].iloc[0])
    raise ValueError(f"sector={sector!r} is not one of {', '.join(sorted(known['ground'].unique()))}")


def _changes(ledger: gpd.GeoDataFrame, on: pd.Timestamp, ages: tuple[int, ...]) -> gpd.GeoDataFrame:
    """Keep the gains and losses of the longest window, with their age."""
    age = age_days(check(ledger, LEDGER), on, ages)
    return ledger.assign(age=age)[age.notna() & ledger["kind"].isin(["gain", "loss"])]


def _extent(
    changes: gpd.GeoDataFrame, state: gpd.GeoDataFrame, names: gpd.GeoDataFrame | None, ground: str, layout: Layout
) -> Extent:
    """Frame a ground's active part, or the busiest area; where all is quiet the ground itself, or the whole front."""
    area = None
    if ground and names is not None:
        changes = changes[changes["ground"] == ground]
        area = shapely.union_all(names.geometry[names["ground"] == ground].to_numpy())
    seen = changes[changes["area_km2"] >= _SLIVER_KM2]
    if seen.empty:
        return frame(_quiet_bounds(state, area), aspect=layout.aspect)
    bounds = frame(seen.total_bounds, pad=0.12, aspect=layout.aspect)
    if bounds[3] - bounds[1] <= _WHOLE_KM * (_WIDER if ground else 1) * 1000:
        return bounds
    return densest(seen, layout)


def _with_towns(extent: Extent, towns: list[Any], layout: Layout) -> Extent:
    """Widen a frame to the towns that lie just outside of it: readers look for them."""
    for town in towns:
        reach, room = (extent[2] - extent[0]) / 8, (extent[2] - extent[0]) / 20
        if shapely.box(*extent).buffer(reach, join_style="mitre").intersects(town):
            wider = frame(shapely.union(shapely.box(*extent), town.buffer(room)).bounds, pad=0, aspect=layout.aspect)
            extent = (
                wider
                if wider[3] - wider[1] <= max(layout.heights_km[-1] * _WIDER * 1000, extent[3] - extent[1])
                else extent
            )
    return extent


def _quiet_bounds(state: gpd.GeoDataFrame, area: Any) -> Any:
    """Bound the line of control within an area, else the area, else everything drawn."""
    drawn = shapely.union_all(state.geometry.to_numpy())
    line = shapely.boundary(drawn) if area is None else shapely.intersection(shapely.boundary(drawn), area)
    for shape in (line, area, drawn):
        if shape is not None and not shape.is_empty:
            return shape.bounds
    return (-50_000, -50_000, 50_000, 50_000)


def frame(bounds: Any, *, pad: float = 0.05, aspect: float = ASPECT) -> Extent:
    """
    Widen bounds to the shape of the map, with room around them.

    Examples
    --------
    >>> [round(side) for side in frame((0, 0, 40_000, 10_000), pad=0.1)]
    [-4000, -14534, 44000, 24534]
    """
    west, south, east, north = (float(side) for side in bounds)
    height = max(north - south, (east - west) / aspect, _LEAST_KM * 1000 / aspect) * (1 + 2 * pad)
    return _around((west + east) / 2, (south + north) / 2, height, aspect)


def _around(x: float, y: float, height: float, aspect: float) -> Extent:
    """Frame a point."""
    width = height * aspect
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def densest(changes: gpd.GeoDataFrame, layout: Layout = LAYOUTS["web"]) -> Extent:
    """
    Find the frame, as low as the layout has it, that shows the most changed ground.

    Changes are summed on a grid of one kilometre first, and frames are tried around each of its cells.
    """
    centres = shapely.get_coordinates(shapely.centroid(changes.geometry.to_numpy()))
    grid = pd.DataFrame(np.round(centres / 1000), columns=["x", "y"]).assign(km2=changes["area_km2"].to_numpy())
    cells = grid.groupby(["x", "y"], as_index=False)["km2"].sum()
    x, y, weight = (cells[name].to_numpy() for name in ("x", "y", "km2"))
    for height in layout.heights_km:
        inside = np.abs(x[:, None] - x) <= height * 0.45 * layout.aspect
        inside &= np.abs(y[:, None] - y) <= height * 0.45
        shown = inside @ weight
        best = int(np.argmax(shown))
        if shown[best] >= weight.sum() / 2:
            break
    # The frame is centred on what it shows, not on the cell that found it.
    held = inside[best]
    middle = [(axis[held].min() + axis[held].max()) / 2 * 1000 for axis in (x, y)]
    return _around(middle[0], middle[1], height * 1000, layout.aspect)


def clipped_km2(changes: gpd.GeoDataFrame, extent: Extent) -> np.ndarray:
    """Measure the part of each change inside a frame, in km²."""
    shapes = changes.geometry.to_numpy()
    bounds, sheet = shapely.bounds(shapes).reshape(-1, 4), shapely.box(*extent)
    whole = (bounds[:, :2] >= extent[:2]).all(axis=1) & (bounds[:, 2:] <= extent[2:]).all(axis=1)
    areas = shapely.area(shapes) / 1e6
    areas[~whole] = shapely.area(shapely.intersection(shapes[~whole], sheet)) / 1e6
    return areas


def sums(scene: Scene, *, extent: Extent | None = None, ground: str = "") -> list[Window]:
    """Give the windows of a scene with the sums of what is drawn: of all, or only in this frame, or in this ground."""
    changes = scene.changes[scene.changes["ground"] == ground] if ground else scene.changes
    if extent is not None:
        changes = changes.assign(area_km2=clipped_km2(changes, extent))
    # The windows of a scene are its ages, the last one cut to the days that the tables cover.
    by_age = sums_by_age(changes, scene.ages).iloc[: len(scene.windows)]
    return with_sums(scene.windows, by_age.set_axis([window.days for window in scene.windows]))


def free_towns(
    on: Day | None, places: gpd.GeoDataFrame | None, distances: pd.DataFrame | None, *, any_place: bool = False
) -> pd.DataFrame:
    """
    List the towns that are not in occupied ground, nearest to it first: rows of `distances` with point and area.

    Their state is that of the last day measured up to `on`; without `places` or `distances` there are none. With
    `any_place` a village counts too, and so does a place whose edge, but not its centre, is reached.
    """
    if places is None or distances is None:
        return pd.DataFrame(columns=["edge_km"])
    rows = distances[(distances["to"] == "occupied") & (distances["day"] <= pd.Timestamp(on))]
    rows = rows[(rows["day"] == rows["day"].max()) & (rows["centre_km"] > 0) & (~(rows["edge_km"] == 0) | any_place)]
    known = places[places["place"].isin(["city", "town"]) | any_place][["geonameid", "area_km2", "geometry"]]
    rows = pd.DataFrame(rows).merge(pd.DataFrame(known), on="geonameid")
    rows = rows.assign(order=rows["edge_km"].fillna(rows["centre_km"]))
    return rows.sort_values(["order", "geonameid"]).reset_index(drop=True)
