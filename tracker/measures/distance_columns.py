"""The columns of the distances table: places measured to the maps of one source that hold on some days.

Each map is measured once, however many days it holds. What is told of a place seldom changes from map to map, so that
every answer is put into columns once, and then repeated day by day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.ground.geodesy import direction_codes
from tracker.ground.nearest import Found, nearest_points
from tracker.ground.topology import edge_spans
from tracker.ground.touching import Shapes, shapes_of, touching
from tracker.tables.constants import KYIV, STATUSES
from tracker.tables.days import day_of

_KM, _BEARING, _LON, _LAT = range(4)
_NOTHING = shapely.MultiPolygon()
_BLOCK = 100  # maps that are measured at once: more take more memory
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


def measured_days(maps: Maps, origins: Origins, to: str) -> dict[str, np.ndarray]:
    """
    Measure places on the days of some maps.

    Parameters
    ----------
    maps, origins
        The maps, and the places.
    to
        The status of the ground to measure to.

    Returns
    -------
    dict
        Of each column the values of all days, places within days.
    """
    columns = {name: np.empty((len(maps.days), len(origins.places)), dtype=dtype) for name, dtype in _KEPT.items()}
    for start in range(0, len(maps.instants), _BLOCK):
        grounds = {status: shapes[start : start + _BLOCK] for status, shapes in maps.grounds.items()}
        days = slice(*np.searchsorted(maps.at, [start, start + _BLOCK]))
        at = maps.at[days] - start
        spans = {status: edge_spans(shapes) for status, shapes in grounds.items()}
        inside = {status: touching(origins.centres, shapes, spans[status]) for status, shapes in grounds.items()}
        columns["status"][days] = _status(inside)[at]
        centre = nearest_points(origins.centres.shapes, spans[to], inside[to])
        drawn = touching(origins.drawn, grounds[to], spans[to])
        edge = nearest_points(origins.drawn.shapes, spans[to], drawn)
        for told, row in (_from_edge(centre, edge, origins), _from_centre(centre, edge, origins)):
            on_days = row[at]
            for name, values in told.items():
                columns[name][days] = values.astype(_KEPT[name])[on_days]
    return {name: values.reshape(-1) for name, values in columns.items()}


def _status(inside: dict[str, np.ndarray]) -> np.ndarray:
    """Number the status of each place by its place in `STATUSES`: the last of those whose ground holds its centre."""
    return np.max([held * np.int8(STATUSES.index(status)) for status, held in inside.items()], axis=0)


def _from_edge(centre: Found, drawn: Found, origins: Origins) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """
    Put into columns what is told of the edges of places: of their shapes, else of discs, which may be of no size known.

    Returns
    -------
    columns, row
        Columns of all answers, and an array of maps by places: which of these answers it is.
    """
    disc, radius_km = centre.told.copy(), np.append(origins.radius_km, np.nan)[centre.shape]
    disc[:, _KM] = np.where(disc[:, _KM] == 0, 0.0, np.maximum(0.0, disc[:, _KM] - radius_km))
    disc[~(disc[:, _KM] > 0), _BEARING] = np.nan
    told, row = np.concatenate([disc, drawn.told]), centre.row.copy()
    row[:, origins.has_shape] = drawn.row + len(disc)
    names = {"edge_km": _KM, "edge_bearing_deg": _BEARING}
    return _named(told, names, "edge_direction"), row


def _from_centre(centre: Found, drawn: Found, origins: Origins) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Put into columns what is told of the centres, as `_from_edge`; a border has its edge's nearest point."""
    border = drawn.told.copy()
    border[border[:, _KM] == 0] = np.nan
    border[:, [_KM, _BEARING]] = np.nan
    told, row = np.concatenate([centre.told, border]), centre.row.copy()
    row[:, origins.layer] = drawn.row[:, origins.layer[origins.has_shape]] + len(centre.told)
    names = {"centre_km": _KM, "bearing_deg": _BEARING, "nearest_lon": _LON, "nearest_lat": _LAT}
    return _named(told, names, "direction"), row


def _named(told: np.ndarray, names: dict[str, int], direction: str) -> dict[str, np.ndarray]:
    """Name the columns of what is told, and number its directions."""
    return {name: told[:, column] for name, column in names.items()} | {direction: direction_codes(told[:, _BEARING])}
