"""Distances of places over the maps of one source: the columns of each map made from those of the map before.

A map is measured from the one before it by `tracker.nearest`; only places whose nearest point may have moved are
measured on the ellipsoid again. A table of many days is filled row of places by row of places, and built once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.nearest import (
    Boundary,
    Change,
    Nearest,
    Shapes,
    boundary_after,
    boundary_of,
    carried,
    intersecting,
    nearest,
    shapes_of,
    still_inside,
)
from tracker.schema import KYIV, STATUSES
from tracker.snapshots import day_of
from tracker.topology import changed_edges

__all__ = ["DIRECTIONS", "Held", "Maps", "Origins", "direction_codes", "maps_on", "measured_days", "origins_of"]

DIRECTIONS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")

_KM, _BEARING, _LON, _LAT = range(4)
_NOTHING = shapely.MultiPolygon()
_BLOCK = 100  # maps whose edges are compared at once
# In what each column is kept: kilometres and bearings in single precision, which tells a millimetre at 10 km.
_KEPT = {
    "status": np.int8,
    "edge_km": np.float32,
    "edge_bearing_deg": np.float32,
    "edge_direction": np.int8,
    "centre_km": np.float32,
    "bearing_deg": np.float32,
    "direction": np.int8,
    "nearest_lon": np.float64,
    "nearest_lat": np.float64,
}


@dataclass(frozen=True)
class Origins:
    """
    The places that distances are measured from, made ready once.

    Parameters
    ----------
    places
        The `places` table.
    centres, drawn
        Their points; the polygons, or shapes of a layer, of those whose edge is known.
    has_shape, radius_km, layer
        Of each place: whether it is among `drawn`; the radius of a disc of its area; whether it is of a layer, and has
        no centre.
    """

    places: gpd.GeoDataFrame
    centres: Shapes
    drawn: Shapes
    has_shape: np.ndarray
    radius_km: np.ndarray
    layer: np.ndarray


@dataclass(frozen=True)
class Maps:
    """
    The maps of one source that hold on some days.

    Parameters
    ----------
    instants, grounds
        `as_of` of each map, and for each status its ground, EMPTY where there is none.
    days, at
        The days, in order, and which of the maps holds on each.
    epochs
        Of each map, or None where the control table has none.
    """

    instants: pd.DatetimeIndex
    grounds: dict[str, np.ndarray]
    days: pd.DatetimeIndex
    at: np.ndarray
    epochs: np.ndarray | None


@dataclass(frozen=True)
class Held:
    """
    What was measured of one map: all that measuring the next one needs.

    Parameters
    ----------
    grounds, inside
        Of each status: its ground, and whether it holds the centre of each place.
    boundary
        That of the ground measured to.
    centre, edge
        Where the ground measured to is nearest to the centres, and to the shapes drawn.
    from_centre, from_shape
        A row a place: km, bearing, longitude and latitude from its centre, and from its shape where it has one.
    columns
        The columns of the table, a value a place.
    """

    grounds: dict[str, Any]
    inside: dict[str, np.ndarray]
    boundary: Boundary
    centre: Nearest
    edge: Nearest
    from_centre: np.ndarray
    from_shape: np.ndarray
    columns: dict[str, np.ndarray]


def origins_of(places: gpd.GeoDataFrame) -> Origins:
    """Make places ready to be measured from."""
    method = places["edge_method"].to_numpy()
    has_shape = np.isin(method, ["polygon", "layer"])
    shapes = places["footprint"].to_numpy()[has_shape] if has_shape.any() else np.empty(0, dtype=object)
    radius_km = np.sqrt(places["area_km2"].to_numpy(dtype=float) / np.pi)
    centres = shapes_of(places.geometry.to_numpy())
    return Origins(places, centres, shapes_of(shapes), has_shape, radius_km, method == "layer")


def maps_on(control: gpd.GeoDataFrame, to: str, days: Iterable[pd.Timestamp] | None = None) -> Maps:
    """
    Find the maps of one source that hold at the ends of days, and draw a ground.

    Parameters
    ----------
    control
        The control table of one source.
    to
        The status of the ground: a day whose map does not draw it is left out.
    days
        Kyiv days in order; by default those that have a snapshot.
    """
    instants = pd.DatetimeIndex(control["as_of"].drop_duplicates().sort_values())
    number = instants.get_indexer(pd.DatetimeIndex(control["as_of"]))
    grounds = {status: np.full(len(instants), None, dtype=object) for status in STATUSES[1:]}
    for status, shapes in grounds.items():
        drawn = (control["status"] == status).to_numpy()
        shapes[number[drawn]] = control.geometry.to_numpy()[drawn]
    asked = pd.DatetimeIndex(day_of(pd.Series(instants)).unique() if days is None else list(days))
    midnights = (asked + pd.Timedelta(days=1)).tz_localize(KYIV)
    held = instants.searchsorted(midnights.tz_convert("UTC"), side="left") - 1
    kept = (held >= 0) & ~shapely.is_missing(grounds[to])[held]
    used, at = np.unique(held[kept], return_inverse=True)
    of_maps = {
        status: np.where(shapely.is_missing(s := shapes[used]), _NOTHING, s) for status, shapes in grounds.items()
    }
    epochs = control.groupby("as_of")["epoch"].first().to_numpy()[used] if "epoch" in control else None
    return Maps(instants[used], of_maps, asked[kept], at, epochs)


def direction_codes(bearing_deg: np.ndarray) -> np.ndarray:
    """Number the eight-point direction of bearings by its place in `DIRECTIONS`; −1 where there is none."""
    points = np.nan_to_num(np.round(bearing_deg / 45.0), nan=0).astype(int) % len(DIRECTIONS)
    return np.where(np.isnan(bearing_deg), -1, points)


def measured_days(
    maps: Maps, origins: Origins, to: str, before: Held | None = None
) -> tuple[dict[str, np.ndarray], Held | None]:
    """
    Measure places on the days of some maps.

    Parameters
    ----------
    maps, origins
        The maps, and the places.
    to
        The status of the ground to measure to.
    before
        What was measured of a map before these, of the same source and places.

    Returns
    -------
    columns, held
        Of each column the values of all days, places within days; what was measured of the last map.
    """
    count = len(origins.places)
    columns = {name: np.empty((len(maps.days), count), dtype=dtype) for name, dtype in _KEPT.items()}
    starts = np.searchsorted(maps.at, np.arange(len(maps.instants) + 1))
    held = before
    for number, held in enumerate(_measured(maps, origins, to, before)):
        for name, values in columns.items():
            values[starts[number] : starts[number + 1]] = held.columns[name]
    return {name: values.reshape(-1) for name, values in columns.items()}, held


def _measured(maps: Maps, origins: Origins, to: str, before: Held | None) -> Iterator[Held]:
    """Measure map after map, each from the one before."""
    for start in range(0, len(maps.instants), _BLOCK):
        block = {status: shapes[start : start + _BLOCK] for status, shapes in maps.grounds.items()}
        changes = {status: _changes(shapes, before and before.grounds[status]) for status, shapes in block.items()}
        for number in range(len(block[to])):
            grounds = {status: shapes[number] for status, shapes in block.items()}
            if before is None:
                before = _first(grounds, origins, to)
            else:
                before = _next(before, grounds, origins, to, {name: steps[number] for name, steps in changes.items()})
            yield before


def _changes(shapes: np.ndarray, before: Any) -> list[Change]:
    """List the edges in which each ground differs from the one before it; the very first stands for itself."""
    first = shapes[0] if before is None else before
    step, sign, ends = changed_edges(np.array([first, *shapes, None], dtype=object)[:-1])
    bounds = np.searchsorted(step, np.arange(len(shapes) + 1))
    return [Change(sign[start:stop], ends[start:stop]) for start, stop in pairwise(bounds)]


def _first(grounds: dict[str, Any], origins: Origins, to: str) -> Held:
    """Measure a map by itself."""
    inside = {status: intersecting(ground, origins.centres.shapes) for status, ground in grounds.items()}
    boundary = boundary_of(grounds[to])
    centre = nearest(origins.centres, boundary, inside[to])
    edge = nearest(origins.drawn, boundary, intersecting(grounds[to], origins.drawn.shapes))
    nothing = np.full((len(origins.places), 4), np.nan)
    columns = {name: np.zeros(len(nothing), dtype=dtype) for name, dtype in _KEPT.items()}
    return _held(Held(grounds, inside, boundary, centre, edge, nothing, nothing, columns), origins)


def _next(before: Held, grounds: dict[str, Any], origins: Origins, to: str, changes: dict[str, Change]) -> Held:
    """Measure a map from the one before."""
    change = changes[to]
    inside = {
        status: still_inside(before.inside[status], origins.centres, ground, changes[status])
        for status, ground in grounds.items()
    }
    edge_inside = still_inside(before.edge.inside, origins.drawn, grounds[to], change)
    boundary = boundary_after(before.boundary, change)
    centre = carried(before.centre, origins.centres, boundary, inside[to], change)
    edge = carried(before.edge, origins.drawn, boundary, edge_inside, change)
    told = before.from_centre, before.from_shape, before.columns
    return _held(Held(grounds, inside, boundary, centre, edge, *told), origins)


def _held(found: Held, origins: Origins) -> Held:
    """Tell what was found, where it may differ from what is told already."""
    shaped = np.flatnonzero(origins.has_shape)[found.edge.moved]
    rows, columns = np.union1d(found.centre.moved, shaped), found.columns | {"status": _status(found.inside)}
    if not len(rows):
        return replace(found, columns=columns)
    from_centre, from_shape = found.from_centre.copy(), found.from_shape.copy()
    from_centre[found.centre.moved], from_shape[shaped] = found.centre.told, found.edge.told
    for name, values in _columns(from_centre[rows], from_shape[rows], origins, rows).items():
        columns[name] = columns[name].copy()
        columns[name][rows] = values
    return replace(found, from_centre=from_centre, from_shape=from_shape, columns=columns)


def _status(inside: dict[str, np.ndarray]) -> np.ndarray:
    """Number the status of each place by its place in `STATUSES`: the last of those whose ground holds its centre."""
    return np.max([held * np.int8(STATUSES.index(status)) for status, held in inside.items()], axis=0)


def _columns(
    from_centre: np.ndarray, from_edge: np.ndarray, origins: Origins, rows: np.ndarray
) -> dict[str, np.ndarray]:
    """Put some rows into columns; the edge of a place is its shape where it has one, else a disc, else not known."""
    disc, layer = ~origins.has_shape[rows], origins.layer[rows]
    from_edge[disc] = from_centre[disc]
    beyond_km = np.maximum(0.0, from_centre[:, _KM] - origins.radius_km[rows])
    from_edge[disc, _KM] = np.where(from_centre[:, _KM] == 0, 0.0, beyond_km)[disc]
    from_edge[disc & ~(from_edge[:, _KM] > 0), _BEARING] = np.nan
    from_centre[layer] = from_edge[layer]  # a border has no centre: its nearest point is that of the shape
    from_centre[np.ix_(layer, [_KM, _BEARING])] = np.nan
    from_centre[np.ix_(layer & (from_edge[:, _KM] == 0), [_LON, _LAT])] = np.nan
    return {
        "edge_km": from_edge[:, _KM],
        "edge_bearing_deg": from_edge[:, _BEARING],
        "edge_direction": direction_codes(from_edge[:, _BEARING]),
        "centre_km": from_centre[:, _KM],
        "bearing_deg": from_centre[:, _BEARING],
        "direction": direction_codes(from_centre[:, _BEARING]),
        "nearest_lon": from_centre[:, _LON],
        "nearest_lat": from_centre[:, _LAT],
    }
