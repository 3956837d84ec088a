"""Liveuamap's control, as the Neue Zürcher Zeitung publishes it: `YYYY-MM-DD.json`, a diff already.

`nochange` and `gains` together are what is occupied, `losses` is not. The day of the map is the `date` inside; the name
of the file runs days ahead, several files may carry one date, and then the last file counts.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd

from tracker.errors import LabelError, SourceError, UndatedError
from tracker.sources.base import Source
from tracker.sources.geojson import features_in, shape_of
from tracker.tables.constants import LONLAT
from tracker.tables.days import end_of_day
from tracker.tables.messages import Message

LABELS = {"nochange": "occupied", "gains": "occupied", "losses": "free"}


def _features(path: Path) -> list[dict[str, Any]]:
    """Read the features, which stand below `value`."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: not whole JSON ({error}); fetch it again") from None
    return features_in(content.get("value") if isinstance(content, dict) else None, path)


def _as_of(path: Path) -> datetime:
    """Take the end of the day that stands inside."""
    stated = ((feature.get("properties") or {}).get("date") for feature in _features(path))
    dates = {str(day) for day in stated if day}
    if len(dates) > 1:
        raise UndatedError(f"{path}: several dates inside: {', '.join(map(repr, sorted(dates)))}")
    try:
        return end_of_day(date.fromisoformat(dates.pop())).to_pydatetime()
    except (KeyError, ValueError, OverflowError, NotImplementedError):
        raise UndatedError(f"{path}: no date inside; every feature should have one, such as 2025-01-05") from None


def _read(path: Path) -> gpd.GeoDataFrame:
    """Read the polygons, by what they are in the diff."""
    features = _features(path)
    labels = [str((feature.get("properties") or {}).get("type")) for feature in features]
    unknown = sorted(set(labels) - set(LABELS))
    if unknown:
        raise LabelError(f"{path}: unknown labels {', '.join(map(repr, unknown))}; known are {', '.join(LABELS)}")
    shapes = [shape_of(feature, f"{path}: feature {number}") for number, feature in enumerate(features)]
    return gpd.GeoDataFrame({"label": labels}, geometry=shapes, crs=LONLAT)


SOURCE = Source(
    name="liveuamap-nzz",
    title=Message("Liveuamap (NZZ)"),
    credit=Message("Liveuamap, via Neue Zürcher Zeitung (NZZ)"),
    licence=Message("© Liveuamap; ask Liveuamap and NZZ before you publish; redistribution of the data is not allowed"),
    terms_url="https://liveuamap.com/terms",
    labels=LABELS,
    read=_read,
    as_of=_as_of,
    since=Message(
        "leaves out Crimea, and since March 2024 also the parts of Donetsk and Luhansk oblasts that were occupied "
        "before 24 February 2022"
    ),
    dated_inside=True,
    note=Message("Occupied ground only; the last file of a date counts."),
)
