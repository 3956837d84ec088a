"""Generated maps: no real ground, but what costs time is as in the real exports.

About 3,000 edges a map in a few dozen polygons with holes; from day to day some sixty edges of the front line are
drawn anew in a few places, and all others stay to the last digit. Now and then a day repeats the one before it, or is
exported again with coordinates shifted by a metre or two. The same seed gives the same maps.

A front line is an array of rows (v, u, w), in kilometres: v runs along the front and only ever grows, so that the line
cannot cross itself; u is where occupied ground begins, w < u where contested ground does. `_degrees` bends and turns
this plane into longitudes and latitudes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from tracker.tables.constants import KYIV

LENGTH_KM, EAST_KM = 560.0, 230.0
STRETCHES = 26
POINTS_A_STRETCH, EAST_POINTS_A_STRETCH = 60, 20
CUTS = np.linspace(0.0, LENGTH_KM, STRETCHES + 1)
"""Where polygons of a raw export meet, and contested ground begins and ends: these points of the front never move."""
REPEATED, REEXPORTED, CONTESTED_ONLY, GAINED = 0.15, 0.025, 0.25, 0.7
LEAST_KM = 0.05
FIRST_DAY = pd.Timestamp("2022-05-01")
SEED = 2024


def fronts(days: int, *, seed: int = SEED) -> Iterator[np.ndarray]:
    """Draw the front line of each day: rows of v, u and w."""
    rng = np.random.default_rng(seed)
    front = _first_front(rng)
    for day in range(days):
        if day and rng.random() > REPEATED:
            for _ in range(rng.integers(2, 5)):
                front = _edited(front, rng)
            if rng.random() < REEXPORTED:
                front = _shifted(front, rng)
        yield front


def occupied_rings(front: np.ndarray, *, first: int = 0, last: int = STRETCHES) -> list[list[np.ndarray]]:
    """Draw the occupied ground between two cuts: the body with its holes, in degrees; a polygon is a list of rings."""
    line = front[(front[:, 0] >= CUTS[first]) & (front[:, 0] <= CUTS[last]), :2]
    v = np.linspace(0.0, LENGTH_KM, STRETCHES * EAST_POINTS_A_STRETCH + 1)
    v = v[(v > CUTS[first] - 1e-6) & (v < CUTS[last] + 1e-6)]
    v[0], v[-1] = CUTS[first], CUTS[last]  # to the last digit, or the polygons would not meet
    east = np.stack([v, EAST_KM + 6 * np.sin(v / 7) + 2 * np.sin(v * 1.9)], axis=1)
    holes = [_blob(CUTS[cut + 1], 90, 24, seed=cut) for cut in range(first, last - 1, 2)]
    return [[_degrees(np.concatenate([line, east[::-1]])), *map(_degrees, holes)]]


def pockets(*, count: int = 22, away_km: float = 90.0, points: int = 24) -> list[list[np.ndarray]]:
    """Draw small grounds of their own on the far side of the front, which never change."""
    along = np.linspace(12, LENGTH_KM - 12, count)
    return [
        [_degrees(_blob(v, -away_km - 25 * (number % 2), points, seed=1000 + number + count))]
        for number, v in enumerate(along)
    ]


def contested_rings(front: np.ndarray) -> list[list[np.ndarray]]:
    """Draw the contested ground: in every other stretch a strip along the front, sharing its edges."""
    strips = []
    for cut in range(1, STRETCHES, 2):
        part = front[(front[:, 0] >= CUTS[cut]) & (front[:, 0] <= CUTS[cut + 1])]
        strips.append([_degrees(np.concatenate([part[:, [0, 1]], part[::-1][:, [0, 2]]]))])
    return strips


def write_daily(folder: Path, days: int, *, seed: int = SEED) -> list[Path]:
    """Write occupied ground as the daily mirror does: one MultiPolygon a file."""
    folder.mkdir(parents=True, exist_ok=True)
    files, still = [], pockets()
    for number, front in enumerate(fronts(days, seed=seed)):
        day = FIRST_DAY + pd.Timedelta(days=number)
        polygons = [[ring.tolist() for ring in rings] for rings in [*occupied_rings(front), *still]]
        feature = {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "MultiPolygon", "coordinates": polygons},
        }
        file = folder / f"deepstatemap_data_{day:%Y%m%d}.geojson"
        file.write_text(_collection([json.dumps(feature)]), encoding="utf-8")
        files.append(file)
    return files


def write_raw(folder: Path, days: int, *, seed: int = SEED) -> list[Path]:
    """Write raw exports: many features with fills, names and heights, most of them as the day before."""
    folder.mkdir(parents=True, exist_ok=True)
    files, still = [], _still_features()
    for number, front in enumerate(fronts(days, seed=seed)):
        published = (FIRST_DAY + pd.Timedelta(days=number, hours=22)).tz_localize(KYIV)
        texts = [*still, *_moving_features(front)]
        file = folder / f"{int(published.timestamp())}.geojson"
        file.write_text(_collection(texts), encoding="utf-8")
        files.append(file)
    return files


def edges_of(shape: shapely.Geometry) -> set[tuple[float, ...]]:
    """List the edges of a shape by their ends, each once whatever its direction."""
    points, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shape)), return_index=True)
    edges = np.concatenate([points[:-1], points[1:]], axis=1)[ring[1:] == ring[:-1]]
    return {min(tuple(edge), (*edge[2:], *edge[:2])) for edge in edges.tolist()}


def _first_front(rng: np.random.Generator) -> np.ndarray:
    """Draw a line that bends widely and wavers a little, and the depth of contested ground before it."""
    v = np.linspace(0.0, LENGTH_KM, STRETCHES * POINTS_A_STRETCH + 1)
    v[::POINTS_A_STRETCH] = CUTS
    waves = [(rng.uniform(2, 6), rng.uniform(8, 60), rng.uniform(0, 7)) for _ in range(6)]
    u = sum(height * np.sin(v / length + phase) for height, length, phase in waves) + rng.normal(0, 0.12, len(v))
    depth = 2.0 + 1.5 * np.sin(v / 9) + rng.uniform(0, 0.4, len(v))
    return np.stack([v, u, u - depth], axis=1)


def _edited(front: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a few edges of one stretch anew: a smooth step forward or back of the front, or of contested ground only."""
    first, end = np.searchsorted(front[:, 0], CUTS[(stretch := rng.integers(STRETCHES)) : stretch + 2])
    size = int(rng.integers(5, 14))
    if end - first <= size + 1:
        return front
    start = int(rng.integers(first, end - size))
    stop = start + size
    points = size - 1 + int(rng.integers(-1, 2))
    t = (np.arange(1, points + 1) + rng.uniform(-0.25, 0.25, points)) / (points + 1)
    v = front[start, 0] + t * (front[stop, 0] - front[start, 0])
    u, w = (np.interp(v, front[:, 0], front[:, column]) for column in (1, 2))
    step = rng.uniform(0.2, 1.2) * np.sin(np.pi * t) * rng.uniform(0.7, 1.3, points)
    step = -step if rng.random() < GAINED else step
    if rng.random() < CONTESTED_ONLY:
        w = w + step
    else:
        u = u + step
    drawn = np.stack([v, u, np.minimum(w, u - LEAST_KM)], axis=1)
    return np.concatenate([front[: start + 1], drawn, front[stop:]])


def _shifted(front: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shift the points of some stretches by up to two metres, as a re-export does; the cuts stay."""
    shifted = front.copy()
    for stretch in rng.choice(STRETCHES, 6, replace=False):
        inner = (front[:, 0] > CUTS[stretch]) & (front[:, 0] < CUTS[stretch + 1])
        shifted[inner] += rng.uniform(-0.002, 0.002, (inner.sum(), 1))
    return shifted


def _blob(v: float, u: float, points: int, *, seed: int) -> np.ndarray:
    """Draw a closed ground around a centre; it cannot cross itself, being a star."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = rng.uniform(3, 6) * rng.uniform(0.7, 1.2, points)
    return np.stack([v + radius * np.cos(angle), u + radius * np.sin(angle)], axis=1)


def _degrees(line: np.ndarray) -> np.ndarray:
    """Turn points of the plane into a closed ring of degrees, with seven decimals as in the exports."""
    v, u = line.T
    u = u + 10 * np.sin(v / 70)  # the same for u and w of one v, so that they keep apart
    x, y = 142 - 0.72 * v + 0.695 * u, 178 - 0.695 * v - 0.72 * u
    lonlat = np.stack([36 + x / 74.6, 48.5 + y / 111.2], axis=1)
    return np.round(np.concatenate([lonlat, lonlat[:1]]), 7)


def _still_features() -> list[str]:
    """Write the features that never change: what is liberated, other countries, points, an invalid ring."""
    liberated = pockets(count=56, away_km=200, points=90)
    elsewhere = pockets(count=12, away_km=300, points=320)
    bowtie = _degrees(np.array([[20.0, -60], [22, -58], [22, -60], [20, -58]]))
    texts = [_feature(rings, "#0f9d58", "Звільнено /// Liberated /// geoJSON.status.dismissed") for rings in liberated]
    texts += [_feature(rings, "#ff5252", "Інше /// Elsewhere") for rings in elsewhere]
    texts += [_feature(rings, "#a52714", "Окуповано /// Occupied /// geoJSON.status.occupied") for rings in pockets()]
    texts += [_feature([bowtie], "#bdbdbd", "Невідомо /// Unknown /// geoJSON.status.unknown")]
    return [*texts, *(_point(number) for number in range(380))]


def _moving_features(front: np.ndarray) -> list[str]:
    """Write the polygons along the front: a body of several that meet at cuts, and the contested strips."""
    texts = []
    for number, cut in enumerate(range(0, STRETCHES, 2)):
        fill, name = ("#880e4f", "geoJSON.territories.ordlo") if number < 3 else ("#a52714", "geoJSON.status.occupied")
        body = occupied_rings(front, first=cut, last=cut + 2)
        texts += [_feature(rings, fill, f"Окуповано /// Occupied /// {name}") for rings in body]
    name = "Невідомий статус /// Unknown status /// geoJSON.status.unknown"
    return texts + [_feature(rings, "#bcaaa4", name) for rings in contested_rings(front)]


def _feature(rings: list[np.ndarray], fill: str, name: str) -> str:
    """Write one polygon as an export does, with a height of 0 at every point."""
    coordinates = [[[lon, lat, 0] for lon, lat in ring.tolist()] for ring in rings]
    return _compact(
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": coordinates},
            "properties": {"name": name, "stroke": fill, "stroke-width": 1, "fill": fill, "fill-opacity": 0.5},
        }
    )


def _point(number: int) -> str:
    """Write a marker, as exports hold hundreds of."""
    lon, lat = 30 + number % 20 / 2, 50 + number // 20 / 10
    properties = {"name": f"Point {number}", "description": "A marker, which nothing reads. " * 3, "icon": "marker"}
    geometry = {"type": "Point", "coordinates": [lon, lat, 0]}
    return _compact({"type": "Feature", "geometry": geometry, "properties": properties})


def _compact(feature: dict[str, Any]) -> str:
    """Write a feature without blanks, as raw exports are written."""
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def _collection(features: list[str]) -> str:
    """Put written features into a file's text."""
    return '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"
