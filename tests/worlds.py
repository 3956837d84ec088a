"""Small synthetic worlds: control tables of boxes and triangles, and hypothesis strategies for random histories.

Coordinates are metres in `WORK_CRS`; the worlds of the strategies are ten kilometres wide.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st

from tracker.changes import snapshots
from tracker.ground import union
from tracker.places.sectors import partition
from tracker.tables.check import conform
from tracker.tables.constants import WORK_CRS
from tracker.tables.definitions import PLACES, SECTORS

NOTHING = shapely.MultiPolygon()
WORLD = shapely.box(-20_000, -20_000, 20_000, 20_000)
BOWTIE = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])


def square(x: float, y: float, side: float = 1.0) -> Any:
    """Draw a square by its south-west corner and side, in kilometres."""
    return shapely.box(x * 1000, y * 1000, (x + side) * 1000, (y + side) * 1000)


def triangle(x: float, y: float, side: float = 1.0) -> Any:
    """Draw a right triangle by its right corner and legs, in kilometres."""
    return shapely.Polygon([(x * 1000, y * 1000), ((x + side) * 1000, y * 1000), (x * 1000, (y + side) * 1000)])


def drawn(**shapes: Any) -> gpd.GeoDataFrame:
    """Lay drawn polygons out as a source does: `status` and geometry, one row a shape."""
    rows = [(status, shape) for status, several in shapes.items() for shape in _listed(several)]
    return gpd.GeoDataFrame(
        {"status": pd.Series([status for status, _ in rows], dtype="str")},
        geometry=gpd.GeoSeries([shape for _, shape in rows], crs=WORK_CRS),
    )


def control_of(as_of: Any, *, occupied: Any = (), contested: Any = (), source: str = "deepstate") -> gpd.GeoDataFrame:
    """
    Make the control rows of one snapshot.

    Shapes are one geometry or several; none stands for an EMPTY row, `contested=None` for a source that does not draw
    contested ground at all.
    """
    state = {"occupied": occupied, "contested": contested}
    return history_of({as_of: state}, source=source)


def history_of(states: dict[Any, Any], *, source: str = "deepstate") -> gpd.GeoDataFrame:
    """Make a control table from instant → the arguments of `control_of` (or only the occupied shapes)."""
    states = {at: state if isinstance(state, dict) else {"occupied": state} for at, state in states.items()}
    return snapshots.control_table((source, _instant(at), *_ground_of(**state)) for at, state in states.items())


def _instant(as_of: Any) -> pd.Timestamp:
    """Take an instant without a time zone as UTC."""
    instant = pd.Timestamp(as_of)
    return instant.tz_localize("UTC") if instant.tz is None else instant


def _ground_of(occupied: Any = (), contested: Any = ()) -> tuple[snapshots.Ground, tuple[str, ...]]:
    """Put the shapes of one snapshot together, and tell the statuses that get a row."""
    draws = ("occupied",) if contested is None else ("contested", "occupied")
    parts = [union.polygons_of(np.array(_listed(shapes), dtype=object)) for shapes in (occupied, contested or ())]
    return snapshots.ground_of(parts[0], [], parts[1], tells_since=False), draws


def snapshots_of(control: gpd.GeoDataFrame) -> list[gpd.GeoDataFrame]:
    """Take a control table of one source apart into its snapshots, in order."""
    return [one for _, one in control.groupby("as_of", sort=True)]


def area_of(snapshot: gpd.GeoDataFrame, status: str = "occupied") -> float:
    """Measure a status of one snapshot in km²."""
    return float(snapshot.geometry[snapshot["status"] == status].area.sum() / 1e6)


def places_of(points: dict[str, Any], **columns: Any) -> gpd.GeoDataFrame:
    """Make a `places` table from name → point in `WORK_CRS`; other columns as given."""
    table = gpd.GeoDataFrame(
        {
            "geonameid": range(1, len(points) + 1),
            "name": list(points),
            "name_uk": "",
            "place": "town",
            "population": 0,
            "area_km2": np.nan,
            "edge_method": "none",
        },
        geometry=gpd.GeoSeries(list(points.values()), crs=WORK_CRS),
    )
    return conform(table.assign(**columns), PLACES)


def sectors_of(grounds: dict[str, Any], **columns: Any) -> gpd.GeoDataFrame:
    """Make a `sectors` table from ground → polygon(s); a ground is named by its slug, always."""
    shapes = gpd.GeoSeries(grounds, crs=WORK_CRS).explode()
    table = gpd.GeoDataFrame(
        {
            "sector": shapes.index.str.title(),
            "ground": shapes.index,
            "name_en": shapes.index.str.title(),
            "name_uk": shapes.index,
            "valid_from": pd.NaT,
            "valid_to": pd.NaT,
        },
        geometry=shapes.to_numpy(),
        crs=WORK_CRS,
    )
    return conform(table.assign(**columns), SECTORS)


def _listed(shapes: Any) -> list[Any]:
    """Take one geometry as a list of one."""
    return [shapes] if isinstance(shapes, shapely.Geometry) else list(shapes)


# Vertices lie on a coarse grid, where shapes touch and share edges, or anywhere, where nothing is round.
_on_grid = st.integers(0, 10).map(lambda n: n * 1000.0)
_anywhere = st.floats(0, 10_000, allow_nan=False, allow_infinity=False)
_grid_points = st.tuples(_on_grid, _on_grid)
seed_points = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000))
_points = st.one_of(_grid_points, st.tuples(_anywhere, _anywhere), st.tuples(_on_grid, _anywhere))


def _with_hole(corners: tuple[int, int, int, int]) -> Any:
    """Draw a grid box with a hole that keeps 500 m from its sides."""
    x, y, width, height = corners
    box = shapely.box(x * 1000, y * 1000, (x + width) * 1000, (y + height) * 1000)
    return shapely.difference(box, box.buffer(-500, join_style="mitre"))


_boxes = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5), st.integers(1, 5))
rings = st.lists(_points, min_size=3, max_size=7, unique=True).map(shapely.Polygon)
shapes = st.one_of(
    rings,
    st.lists(_grid_points, min_size=3, max_size=5, unique=True).map(shapely.Polygon),
    _boxes.map(lambda b: square(b[0], b[1], b[2])),
    _boxes.map(_with_hole),
    _boxes.map(lambda b: triangle(b[0], b[1], b[3])),
    st.just(NOTHING),
)
statuses = st.sampled_from(["occupied", "contested"])
drawings = st.lists(st.tuples(statuses, shapes), max_size=6)


@st.composite
def next_drawings(draw: Any, drawing: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Edit a drawing as the next day does: most of it stays, edge for edge."""
    after = list(drawing)
    for edit in draw(st.lists(st.sampled_from(["add", "remove", "restate", "reshape"]), max_size=3)):
        if edit == "add" or not after:
            after.append((draw(statuses), draw(shapes)))
            continue
        number = draw(st.integers(0, len(after) - 1))
        status, shape = after.pop(number)
        if edit == "restate":
            after.insert(number, ("contested" if status == "occupied" else "occupied", shape))
        if edit == "reshape":
            after.insert(number, (status, _with_moved_corner(shape, draw(_points))))
    return after


def _with_moved_corner(shape: Any, corner: tuple[float, float]) -> Any:
    """Move the second corner of a polygon; what is not one polygon stays."""
    if shape.geom_type != "Polygon" or shape.is_empty:
        return shape
    ring = list(shape.exterior.coords)
    ring[1] = corner
    return shapely.Polygon(ring, [hole.coords for hole in shape.interiors])


@st.composite
def histories(draw: Any, *, least: int = 2, most: int = 4) -> gpd.GeoDataFrame:
    """Draw the control table of one source that draws both statuses, or occupied ground only."""
    both = draw(st.booleans())
    drawing = draw(drawings)
    states = {}
    for day in range(draw(st.integers(least, most))):
        drawing = draw(next_drawings(drawing)) if day else drawing
        occupied = [shape for status, shape in drawing if status == "occupied"]
        contested = [shape for status, shape in drawing if status == "contested"] if both else None
        as_of = pd.Timestamp("2025-01-06T20:00Z") + pd.Timedelta(days=day)
        states[as_of] = {"occupied": occupied, "contested": contested}
    return history_of(states)


@st.composite
def grounds(draw: Any) -> gpd.GeoDataFrame:
    """Draw a `sectors` table that divides a part of the world, or all of it, among a few grounds."""
    points = draw(st.lists(seed_points, min_size=3, max_size=8, unique=True))
    names = [f"ground-{number % 3}" for number in range(len(points))]
    seeds = gpd.GeoDataFrame({"ground": names}, geometry=[shapely.Point(p) for p in points], crs=WORK_CRS)
    within = draw(st.sampled_from([WORLD, square(2, 2, 4)]))
    divided = partition(seeds, "ground", within)
    return sectors_of({ground: polygon for ground, polygon in divided.items() if polygon.area > 0})


def dissolve(
    polygons: gpd.GeoDataFrame,
    *,
    source: str,
    as_of: Any,
    draws: tuple[str, ...] = ("contested", "occupied"),
) -> gpd.GeoDataFrame:
    """
    Make the control rows of one snapshot out of the polygons that a source drew.

    Parameters
    ----------
    polygons
        `status` (contested, occupied) and geometries in `WORK_CRS`, overlapping as they may; occupied wins.
        With a boolean column `before_2022` the area occupied since 2022-02-24 is measured too.
    source, as_of
        Name of the source, and the instant of publication (time-zone-aware).
    draws
        The statuses that this source can draw: each gets a row, an EMPTY one where nothing was drawn.

    Returns
    -------
    GeoDataFrame
        The `control` table, with the extra column `occupied_since_2022_km2` (missing where the source does not say).
    """
    occupied, contested = polygons["status"] == "occupied", polygons["status"] == "contested"
    before = polygons["before_2022"].astype(bool) if "before_2022" in polygons else occupied & False
    kinds = [occupied & ~before, occupied & before, contested]
    drawn = [union.polygons_of(polygons.geometry[rows].to_numpy()) for rows in kinds]
    ground = snapshots.ground_of(*drawn, tells_since="before_2022" in polygons)
    return snapshots.control_table([(source, as_of, ground, draws)])
