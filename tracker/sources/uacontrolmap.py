"""UAControlMap of Project Owl: `YYYYMMDD.json`, and its Google My Maps backups `YYMMDD_HHMM.kmz` or KML.

The JSON has rings as **[lat, lon]** by kind: `areas` is occupied ground, `areas_ua` ground in Russia that Ukraine
holds. In the KML the folder "Important Areas" holds the same polygons by name: the occupied ones end in [Z]; others are
what Ukraine holds or attacks, and Transnistria. Lines, fortifications and units are not read. The map of a day is dated
by its name only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd

from tracker.errors import FetchError, LabelError, SourceError, UndatedError
from tracker.sources.base import Asked, Item, Remote, Source, date_in, json_of
from tracker.sources.gdal import only_ground, read_layers
from tracker.sources.geojson import shape_of
from tracker.tables.constants import LONLAT
from tracker.tables.days import end_of_day
from tracker.tables.messages import Message

LABELS = {"areas": "occupied", "areas_ua": "ignore"}
_NOT_GROUND = {"frontline", "geos", "units", "unit_count", "fortifications", "dragon_teeth"}
_BASE_DATA = {"dates", "unit_map"}
_FOLDER = "Important Areas"
_OCCUPIED_NAME = re.compile(r"\[Z\]$|^(pre-war )?crimea$", re.IGNORECASE)
_NOT_OCCUPIED = re.compile(r"\[(U|UA)\]$|^ukrainian |^transnistria$|incursion", re.IGNORECASE)
_SHORT_DATE = re.compile(r"(?<!\d)(2\d)([01]\d)([0-3]\d)(?!\d)")


def _as_of(path: Path) -> datetime:
    """Take the end of the day in the file's name: YYYYMMDD, or YYMMDD in a backup's."""
    short = _SHORT_DATE.search(path.stem)
    try:
        day = date_in(path) or (short and date(2000 + int(short[1]), int(short[2]), int(short[3])))
    except ValueError:
        day = None
    if not day:
        raise UndatedError(f"{path}: no date; a file of this source is named like 20250106.json or 230303_0000.kmz")
    return end_of_day(day).to_pydatetime()


def _read(path: Path) -> gpd.GeoDataFrame:
    """Read the polygons of a day with their labels."""
    return _read_kml(path) if path.suffix.lower() in (".kml", ".kmz") else _read_json(path)


def _read_json(path: Path) -> gpd.GeoDataFrame:
    """Read the rings of every kind of ground."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: not whole JSON ({error}); fetch it again") from None
    if not isinstance(content, dict) or "areas" not in content:
        what = "base data, not a map" if isinstance(content, dict) and _BASE_DATA & set(content) else "no map: no areas"
        raise SourceError(f"{path}: {what}")
    unknown = sorted(set(content) - set(LABELS) - _NOT_GROUND)
    if unknown:
        raise LabelError(f"{path}: unknown labels {', '.join(map(repr, unknown))}; known are {', '.join(LABELS)}")
    drawn = [
        (label, _polygon(ring, f"{path}: ring {number} of {label}"))
        for label in LABELS
        for number, ring in enumerate(_rings(content.get(label, []), f"{path}: {label}"))
    ]
    return gpd.GeoDataFrame({"label": [label for label, _ in drawn]}, geometry=[ring for _, ring in drawn], crs=LONLAT)


def _rings(rings: Any, where: str) -> list[Any]:
    """Take a list of rings as one."""
    if not isinstance(rings, list):
        raise SourceError(f"{where}: not a list of rings; fetch it again")
    return rings


def _polygon(ring: Any, where: str) -> Any:
    """Make a polygon of one ring of [lat, lon] pairs."""
    try:
        turned = [[lon + 0.0, lat + 0.0] for lat, lon, *_ in ring]  # what is no number fails here
    except (TypeError, ValueError, OverflowError) as error:
        raise SourceError(f"{where}: not a list of [lat, lon] ({error}); fetch it again") from None
    return shape_of({"geometry": {"type": "Polygon", "coordinates": [turned]}}, where)


def _read_kml(path: Path) -> gpd.GeoDataFrame:
    """Read the polygons of the folder of areas, by their names."""
    drawn = read_layers(path)
    areas = only_ground(drawn[drawn["layer"].astype("str").str.startswith(_FOLDER)])
    if areas.empty:
        raise SourceError(f"{path}: no folder {_FOLDER!r} with polygons; is it a map of this source?")
    names = list(areas["Name"].fillna("")) if "Name" in areas else [""] * len(areas)
    labels = [_label_of_name(name) for name in names]
    unknown = sorted({repr(name) for name, label in zip(names, labels, strict=True) if label is None})
    if unknown:
        raise LabelError(f"{path}: unknown labels {', '.join(unknown)}; areas are named '… [Z]' or 'Crimea'")
    return areas[["geometry"]].assign(label=labels).reset_index(drop=True)


def _label_of_name(name: str) -> str | None:
    """Tell by its name what an area is."""
    plain = " ".join(name.split())
    if _OCCUPIED_NAME.search(plain):
        return "areas"
    return "areas_ua" if _NOT_OCCUPIED.search(plain) else None


def _items(url: str, get: Callable[[str], bytes], asked: Asked) -> tuple[list[Item], list[str]]:
    """List the maps of the days asked for, by the dates in the base data."""
    where = f"{url}/base.json"
    base = json_of(get(where), where)
    dates = base.get("dates") if isinstance(base, dict) else None
    days = [_listed_day(text) for text in dates] if isinstance(dates, list) else []
    if not any(days):
        raise FetchError(f"{where}: not the base data with its dates; is the address right?")
    odd = [text for text, day in zip(dates or [], days, strict=True) if day is None]
    remarks: list[str] = []
    if odd:
        about = {"where": where, "n": len(odd), "one": repr(odd[0])}
        remarks.append(Message("{where}: {n} entries are no dates and are passed over, such as {one:.80}", **about))
    known = sorted({day for day in days if day})
    span = (known[0] + timedelta(days=number) for number in range((known[-1] - known[0]).days))
    gaps = [f"{day}" for day in span if day not in known and asked.covers(day)]
    if gaps:
        about = {"where": where, "n": len(gaps), "days": ", ".join(gaps[:5])}
        remarks.append(Message("{where}: lists no map of {n} days, such as {days}", **about))
    return [Item(f"{day:%Y%m%d}.json", f"{url}/{day:%Y%m%d}.json", day) for day in known if asked.covers(day)], remarks


def _listed_day(text: Any) -> date | None:
    """Read a date of the list."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except (TypeError, ValueError):
        return None


SOURCE = Source(
    name="uacontrolmap",
    title="UAControlMap",
    credit=Message("UAControlMap by Project Owl (@UAControlMap)"),
    licence=Message("No licence stated; credit Project Owl and ask before you publish"),
    terms_url="https://github.com/owlmaps/map-data",
    labels=LABELS,
    read=_read,
    as_of=_as_of,
    suffixes=(".json", ".kml", ".kmz"),
    passed_over=("base.json",),
    remote=Remote("https://raw.githubusercontent.com/owlmaps/map-data/master/data", _items, changes_days=3),
    note=Message("Occupied ground only, drawn more coarsely than DeepState's; the day is that of the file's name."),
)
