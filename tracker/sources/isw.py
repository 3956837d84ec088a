"""ISW's layers, as GeoJSON of ArcGIS or shapefiles: control, advances, infiltration, claims, counteroffensives.

Control and assessed advances together are occupied ground, which is what compares with DeepState's red. Assessed
infiltration is contested. Claims of either side are no control: they are left out, unless `layers` asks for them. The
layer is a property of each feature, or the name of the layer or file. Files of single layers that lie beside each other
and have one date are one map. Some features have no geometry: they are counted and told.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.errors import FetchError, MissingError, SourceError, UndatedError
from tracker.sources.base import Asked, Item, Remote, Source, date_in, json_of
from tracker.sources.gdal import read_layers
from tracker.sources.geojson import features_in, features_of, shape_of
from tracker.tables.constants import LONLAT
from tracker.tables.days import day_of, end_of_day
from tracker.tables.messages import Message

LAYERS = {
    "control": "occupied",
    "advances": "occupied",
    "infiltration": "contested",
    "claimed": "contested",
    "counteroffensives": "contested",
}
"""What each layer is where it is asked for; a claim is ground whose control is not known."""

DEFAULT_LAYERS = ("control", "advances", "infiltration")

# The first that is found in a layer's own name: names of ISW's services, of its shapefiles since 2022 (shortened where
# months were merged), and of the weekly and the Nikkei's copies. The Nikkei's layer of advances (侵攻) holds, in files
# before June 2023, claimed ground too, which nothing tells apart.
_NAMES = {
    "russia": re.compile("kursk|inrussia|limitofukrainianadvance"),
    "events": re.compile("partisan|fightingcircle|fortification|infiltrationevent"),
    "counteroffensives": re.compile("ukrainiancounte|反撃"),
    "infiltration": re.compile("infiltr|浸透"),
    "claimed": re.compile("claimed"),
    "advances": re.compile("russian(advance|gain)|侵攻"),
    "control": re.compile("russiacot|controlmap|russiancontrol|beforefeb|支配"),
}
_NO_CONTROL = {"russia": "ignore", "events": "ignore"}
"""Ground in Russia, whoever took it; and partisans, fighting and fortifications."""

_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[A-Z]*"
_SPELLED_DATES = [
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})[-_ ]?{_MONTH}[-_ ]?(?P<year>20\d\d)(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d){_MONTH}[-_ ]?(?P<day>\d{{1,2}})[-_, ]{{0,2}}(?P<year>20\d\d)(?!\d)", re.IGNORECASE),
]


def _as_of(path: Path) -> datetime:
    """Take the end of the day in the file's name: 2025-01-05, 20250105, 05JAN2025, JAN052025 or January 05, 2025."""
    day = date_in(path) or _spelled_date_in(path)
    if day is None:
        raise UndatedError(f"{path}: no date; a file of this source is named like isw_2025-01-05.geojson")
    return end_of_day(day).to_pydatetime()


def _spelled_date_in(path: Path) -> date | None:
    """Find a date with a month in letters."""
    found = next(filter(None, (form.search(path.stem) for form in _SPELLED_DATES)), None)
    try:
        return found and date(int(found["year"]), _MONTHS.index(found["month"].upper()) + 1, int(found["day"]))
    except ValueError:
        return None


def _parts(path: Path) -> list[Path]:
    """List the layers of the same day beside a file that is named as a layer; any other file is a map by itself."""
    day = _day_or_none(path)
    if day is None or _label(path.stem) not in SOURCE.labels:
        return [path]
    beside = _by_day(path.parent, path.parent.stat().st_mtime_ns)[path.suffix.lower(), day]
    return [path, *(file for file in beside if file != path)]


@lru_cache(maxsize=8)
def _by_day(folder: Path, changed_ns: int) -> dict[tuple[str, datetime | None], list[Path]]:
    """Sort the files of a folder by ending and day: once for each state of the folder, which may hold thousands."""
    files: dict[tuple[str, datetime | None], list[Path]] = defaultdict(list)
    for file in sorted(folder.iterdir()):
        if not file.name.startswith("."):
            files[file.suffix.lower(), _day_or_none(file)].append(file)
    return files


def _day_or_none(path: Path) -> datetime | None:
    """Take a file's day, where it has one."""
    try:
        return _as_of(path)
    except UndatedError:
        return None


def _read(path: Path) -> gpd.GeoDataFrame:
    """Read the polygons of all layers with their labels; a feature may lack its geometry."""
    read = _read_geojson if path.suffix.lower() in (".geojson", ".json") else _read_shapefiles
    drawn = gpd.GeoDataFrame(pd.concat(map(read, _parts(path)), ignore_index=True), crs=LONLAT)
    return drawn.assign(label=drawn["layer"].map(_label))[["label", "geometry"]]


def _read_geojson(path: Path) -> gpd.GeoDataFrame:
    """Read a collection whose features say their layer, or whose name does."""
    features = features_of(path)
    layers = [str((feature.get("properties") or {}).get("layer") or path.stem) for feature in features]
    shapes = [shape_of(feature, f"{path}: feature {number}") for number, feature in enumerate(features)]
    return gpd.GeoDataFrame({"layer": layers}, geometry=shapes, crs=LONLAT)


def _read_shapefiles(path: Path) -> gpd.GeoDataFrame:
    """Read a shapefile, or those in a zip archive."""
    table = read_layers(path)[["layer", "geometry"]]
    if table["layer"].isna().any():
        raise SourceError(f"{path}: {int(table['layer'].isna().sum())} features do not say their layer")
    return table.assign(layer=table["layer"].astype("str"))


def _label(layer: str) -> str:
    """Tell what a layer is by its name; one that is not known stays as it is, for the load to refuse."""
    plain = re.sub(r"[\W\d_]+", "", layer).lower()
    return next((label for label, pattern in _NAMES.items() if pattern.search(plain)), layer)


def _configured(*, layers: str | Iterable[str] | None = None) -> Source:
    """
    Choose the layers that count.

    Another choice than the default is another definition of control, and so a source of its own name. `layers` are a
    list, or one text with commas.

    Raises
    ------
    ValueError
        For an unknown layer, listing those that are known.
    """
    listed = [layer.strip() for layer in layers.split(",")] if isinstance(layers, str) else layers
    chosen = set(DEFAULT_LAYERS if listed is None else listed)
    if not chosen or chosen - set(LAYERS):
        named = ", ".join(sorted(chosen - set(LAYERS))) or "none"
        raise ValueError(f"layers={named}: known are {', '.join(LAYERS)}")
    if chosen == set(DEFAULT_LAYERS):
        return SOURCE
    labels = {layer: status if layer in chosen else "ignore" for layer, status in LAYERS.items()} | _NO_CONTROL
    names = [layer for layer in LAYERS if layer in chosen]
    return replace(
        SOURCE,
        name="+".join(["isw", *names]),
        title=f"ISW ({', '.join(names)})",
        labels=labels,
        note=Message(
            "Only these layers count: {layers}. Claims are drawn as contested ground.", layers=", ".join(names)
        ),
    )


# ISW's live services, and whether its map is none without them. They hold the present state only.
_LIVE = {
    "VIEW_RussiaCoTinUkraine_V3/FeatureServer/49": True,
    "AssessedRussianAdvanceInUkraine_V2_view/FeatureServer/0": True,
    "View_AssessedRussianInfiltrationAreasinUkraine_V4/FeatureServer/0": False,
    "VIEW_ClaimedRussianTerritoryinUkraine_V2/FeatureServer/49": False,
}
_QUERY = "query?where=1%3D1&outFields=*&f=geojson"
_MOST_PAGES = 100  # a layer has a few: a service that never says that it is through must not be asked for ever


def _items(url: str, get: Callable[[str], bytes], asked: Asked) -> tuple[list[Item], list[str]]:
    """Put ISW's present layers together into one file, named by the day of their latest edit."""
    if not asked.covers(asked.today):
        raise ValueError(
            "isw: only its present map can be fetched, not that of a day in the past; leave --since and --until out"
        )
    features: list[dict[str, Any]] = []
    earlier = asked.since is not None and asked.since < asked.today
    only_now = Message("only its present map can be fetched, not those of the days before")
    remarks: list[str] = [only_now] if earlier else []
    for service, needed in _LIVE.items():
        try:
            drawn = _features_of_service(f"{url}/{service}/{_QUERY}", get)
        except MissingError as error:
            if needed:
                raise
            remarks.append(Message("{error}; the map is kept without this layer", error=error))
            continue
        if needed and not drawn:
            raise FetchError(f"{url}/{service}: the layer is empty; try again later")
        layer = service.split("/")[0]
        features += [{**one, "properties": {**(one.get("properties") or {}), "layer": layer}} for one in drawn]
    day = _day_of_edit(features, asked.today)
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return [Item(f"isw_{day}.geojson", url, day, content=content)], remarks


def _features_of_service(query: str, get: Callable[[str], bytes]) -> list[dict[str, Any]]:
    """Read all pages of a layer."""
    features: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        page = json_of(get(f"{query}&resultOffset={len(features)}" if features else query), query)
        error = page.get("error") if isinstance(page, dict) else None
        if error is not None:  # ArcGIS answers 200 with an error inside.
            code = error.get("code") if isinstance(error, dict) else None
            raise (MissingError if code in (400, 404) else FetchError)(f"{query}: the service answered {error!r:.120}")
        try:
            drawn = features_in(page, Path())
        except SourceError:
            raise FetchError(f"{query}: the answer is no GeoJSON FeatureCollection; is the address right?") from None
        features += drawn
        more = page.get("exceededTransferLimit") or (page.get("properties") or {}).get("exceededTransferLimit")
        if not more:
            return features
        if not drawn:
            break
    raise FetchError(f"{query}: its pages do not end; try again later")


def _day_of_edit(features: list[dict[str, Any]], today: date) -> date:
    """Give the Kyiv day of the latest edit; today where none is said."""
    edits = [feature["properties"].get("EditDate") for feature in features]
    known = [edit for edit in edits if isinstance(edit, int) and 0 < edit < 4e12]
    return min(today, day_of(pd.Timestamp(max(known), unit="ms", tz="UTC")).date()) if known else today


SOURCE = Source(
    name="isw",
    title="ISW",
    credit=Message("Institute for the Study of War and AEI's Critical Threats Project"),
    licence=Message("© ISW and AEI's Critical Threats Project; publishing needs their consent"),
    terms_url="https://understandingwar.org/fair-use-and-attribution-policy/",
    labels={layer: status if layer in DEFAULT_LAYERS else "ignore" for layer, status in LAYERS.items()} | _NO_CONTROL,
    read=_read,
    as_of=_as_of,
    sometimes=("contested",),
    suffixes=(".geojson", ".json", ".shp", ".zip"),
    parts=_parts,
    configure=_configured,
    remote=Remote("https://services5.arcgis.com/SaBe5HMtmnbqSWlu/arcgis/rest/services", _items, changes_days=3),
    note=Message(
        "Occupied is control and assessed advances; claimed ground is left out. Contested is assessed infiltration."
    ),
)
