"""DeepState's raw exports: `<epoch seconds>.geojson`, every class it draws, up to six a day since April 2022.

The fill colour decides what a polygon means. The names beside it are free text in three generations; where one
carries a `geoJSON.…` key, the key must be known and agree with the fill. Both tables stand below; whatever is not
in them stops the load of that file, so that a renamed status is never lost in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from tracker.errors import FetchError, LabelError, SourceError, UndatedError
from tracker.sources.base import Asked, Item, Remote, Source, json_of
from tracker.sources.geojson import features_of, is_point, shape_of
from tracker.tables.constants import LONLAT
from tracker.tables.days import day_of
from tracker.tables.messages import Message

LABELS = {
    "#a52714": "occupied",
    "#880e4f": "occupied",  # held before 2022: Crimea, Tuzla, parts of Donetsk and Luhansk oblasts
    "#000000": "occupied",  # the same, in 2022
    "#bcaaa4": "contested",  # "unknown status"
    "#bdbdbd": "contested",
    "#757575": "contested",
    "#0f9d58": "ignore",  # liberated
    "#0288d1": "ignore",
    "#01579b": "ignore",
    "#0097a7": "ignore",
    "#ff5252": "ignore",  # other countries
    "transnistria": "ignore",  # shares #880e4f in some exports
}
OWN_KM2_FACTOR = 1.0006
"""Its own km² are spherical and so much smaller than those on the ellipsoid (measured on 85 exports)."""
BEFORE_2022 = frozenset({"#880e4f", "#000000"})

_LIBERATED = {"#0f9d58", "#0288d1", "#01579b", "#0097a7"}
_CONTESTED = {"#bcaaa4", "#bdbdbd", "#757575"}
_ELSEWHERE = {"#ff5252"}
KEYS = {
    "status.occupied": {"#a52714"},
    "status.unknown": _CONTESTED,
    "status.dismissed": _LIBERATED,
    "status.dismissed_at": _LIBERATED,
    "zmiinyi_island": _LIBERATED | _CONTESTED | {"#a52714"},
    "territories.crimea": set(BEFORE_2022),
    "territories.ordlo": set(BEFORE_2022),
    "territories.tuzla": set(BEFORE_2022),
    "territories.transnistria": {"#ff5252", "transnistria"},
    "territories.abkhazia": _ELSEWHERE,
    "territories.estonia": _ELSEWHERE,
    "territories.ichkeria": _ELSEWHERE,
    "territories.karelia": _ELSEWHERE,
    "territories.kuril": _ELSEWHERE,
    "territories.latvia": _ELSEWHERE,
    "territories.pechorsky-district": _ELSEWHERE,
    "territories.petsamo": _ELSEWHERE,
    "territories.prussia": _ELSEWHERE,
    "territories.salla": _ELSEWHERE,
    "territories.tskhinvali-district": _ELSEWHERE,
}
_KEY = re.compile(r"geoJSON\.([\w-]+(?:\.[\w-]+)*)")
_TRANSNISTRIA = re.compile(r"transnistria|придністров", re.IGNORECASE)
_EPOCH = re.compile(r"(?<!\d)(1[6-9]\d{8}|2\d{9})(?!\d)")


def _as_of(path: Path) -> datetime:
    """Take the instant of publication from the file's name."""
    match = _EPOCH.search(path.stem)
    if not match:
        raise UndatedError(
            f"{path}: no date; a DeepState export is named by its epoch seconds, such as 1736197748.geojson"
        )
    return datetime.fromtimestamp(int(match[1]), UTC)


def _label(properties: dict[str, Any]) -> str:
    """Take a polygon's label: its fill, but Transnistria by its name."""
    fill = str(properties.get("fill")).lower()
    name = str(properties.get("name") or "")
    return "transnistria" if fill in BEFORE_2022 and _TRANSNISTRIA.search(name) else fill


def _key_problems(label: str, name: str) -> list[str]:
    """Say where the keys of a name are unknown, or do not agree with the label."""
    problems = []
    for key in _KEY.findall(name):
        if key not in KEYS:
            problems.append(f"geoJSON.{key}")
        elif label in LABELS and label not in KEYS[key]:
            problems.append(f"geoJSON.{key} with fill {label}")
    return problems


def _read(path: Path) -> gpd.GeoDataFrame:
    """Read the polygons of an export with their labels; points (units, arrows) are not read."""
    labels, shapes, problems = [], [], set()
    for number, feature in enumerate(features_of(path)):
        label, shape, odd = _judged(feature, f"{path}: feature {number}")
        problems.update(odd)
        if shape is not None:
            labels.append(label)
            shapes.append(shape)
    if problems:
        raise LabelError(f"{path}: unknown labels: {'; '.join(sorted(problems))}; known fills and keys: {__name__}")
    return gpd.GeoDataFrame({"label": labels}, geometry=shapes, crs=LONLAT)


def _read_feature(feature: dict[str, Any]) -> tuple[str, Any] | None:
    """Read one feature of an export, as `_read` does."""
    label, shape, problems = _judged(feature, "a feature")
    if problems:
        raise LabelError("; ".join(problems))
    return None if shape is None else (label, shape)


def _judged(feature: dict[str, Any], where: str) -> tuple[str, Any, list[str]]:
    """Tell what a feature is: its label, its geometry (None for what is no ground), and what is not known of it."""
    properties = feature.get("properties") or {}
    label, name = _label(properties), properties.get("name")
    if is_point(feature):
        return label, None, []
    shape = shape_of(feature, where)
    if shape is None and LABELS.get(label, "ignore") != "ignore":
        raise SourceError(f"{where} ({properties.get('fill')}) has no geometry; fetch it again")
    if shape is None or shapely.get_dimensions(shape) < 2:
        return label, None, []
    problems = _key_problems(label, str(name or ""))
    if label not in LABELS:
        problems.append(f"fill {label} (named {' '.join(str(name).split())[:60]!r})")
    return label, shape, problems


def _areas_file(path: Path) -> Path:
    """Name the file of DeepState's own km² that lies beside an export, where it was fetched."""
    return path.with_suffix(".areas.json")


def _parts(path: Path) -> list[Path]:
    """List an export and its own km²."""
    return [path, *filter(Path.is_file, [_areas_file(path)])]


def _own_km2(path: Path) -> tuple[float | None, float | None]:
    """
    Read what DeepState says its export holds: km² occupied since 2022, and contested in Ukraine and in Russia.

    They are spherical, so they are multiplied by `OWN_KM2_FACTOR`.
    """
    file = _areas_file(path)
    if not file.is_file():
        return None, None
    try:
        areas = [
            (str(row["type"]), str(row["hash"]).lower(), float(row["area"])) for row in json.loads(file.read_bytes())
        ]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SourceError(f"{file}: not DeepState's own areas ({error!r}); fetch it again") from None
    occupied = [area for kind, _, area in areas if kind == "occupied_after_24_02_2022"]
    contested = [area for kind, fill, area in areas if kind == "unspecified" or fill in _CONTESTED]
    return (
        sum(occupied) * OWN_KM2_FACTOR if occupied else None,
        sum(contested) * OWN_KM2_FACTOR if contested else None,
    )


def _items(url: str, get: Callable[[str], bytes], asked: Asked) -> tuple[list[Item], list[str]]:
    """List the exports of the days asked for, each with DeepState's own km² of it."""
    where = f"{url}/public"
    entries = json_of(get(where), where)
    numbers = [_number(entry) for entry in entries] if isinstance(entries, list) else []
    if not any(numbers):
        raise FetchError(f"{where}: not DeepState's list of its exports; is the address right?")
    odd = [entry for entry, number in zip(entries, numbers, strict=True) if number is None]
    items = [_item(url, number) for number in sorted({number for number in numbers if number})]
    remarks: list[str] = []
    if odd:
        about = {"where": where, "n": len(odd), "one": repr(odd[0])}
        remarks.append(Message("{where}: {n} entries without an id are passed over, such as {one:.80}", **about))
    return [item for item in items if asked.covers(item.day)], remarks


def _number(entry: Any) -> int | None:
    """Take the id of an entry of the list: the epoch seconds of its publication. What else it holds is not needed."""
    number = str(entry.get("id")) if isinstance(entry, dict) else ""
    return int(number) if _EPOCH.fullmatch(number) else None


def _item(url: str, number: int) -> Item:
    """Say where an export is, and its areas."""
    day = day_of(pd.Timestamp(number, unit="s", tz="UTC")).date()
    areas = {".areas.json": f"{url}/{number}/areas"}
    return Item(f"{number}.geojson", f"{url}/{number}/geojson", day, companions=areas)


SOURCE = Source(
    name="deepstate",
    title="DeepState",
    credit=Message("© DeepState (deepstatemap.live)"),
    licence=Message("Use by permission of DeepState; redistribution of the data is not allowed"),
    terms_url="https://deepstatemap.live/license-en.html",
    labels=LABELS,
    read=_read,
    as_of=_as_of,
    read_feature=_read_feature,
    before_2022=BEFORE_2022,
    passed_over=(".areas.json",),
    parts=_parts,
    own_km2=_own_km2,
    remote=Remote("https://deepstatemap.live/api/history", _items),
    note=Message("DeepState's own km² are spherical and 0.06 % smaller; maps before September 2022 are unfinished."),
)
