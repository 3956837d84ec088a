"""Any vector file: GeoJSON, GeoPackage, shapefile, KML, FlatGeobuf, GeoParquet and what else GDAL reads.

A column says the status of each polygon, and a table of labels what its words mean. Without options the column is
`status`, and its words are free, contested and occupied. The map is dated by the file's name, or by `as_of`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.errors import SourceError
from tracker.sources.base import Source, end_of_date_in
from tracker.sources.gdal import SUFFIXES, only_ground, read_layers
from tracker.tables.constants import KYIV, STATUSES
from tracker.tables.days import end_of_day
from tracker.tables.messages import Message

_MEANINGS = (*STATUSES, "ignore")


def _as_of(path: Path) -> datetime:
    """Take the end of the day in the file's name."""
    return end_of_date_in(path, "mymap_2025-01-06.gpkg, or give --as-of")


def _read(path: Path, column: str = "status") -> gpd.GeoDataFrame:
    """Read the polygons with what the column says of them; points and lines are passed over."""
    table = read_layers(path)
    if column not in table.columns or column == table.geometry.name:
        known = ", ".join(str(name) for name in table.columns if name != table.geometry.name)
        raise SourceError(f"{path}: no column {column!r}; it has {known}; name the column by --status-column")
    ground = only_ground(table)
    labels = ground[column].map(_text)
    return gpd.GeoDataFrame({"label": labels.to_numpy()}, geometry=ground.geometry.to_numpy(), crs=table.crs)


def _text(value: Any) -> str:
    """Write a value as a table of labels would: whole numbers without a point, nothing for a missing one."""
    if pd.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _configured(
    *,
    status_column: str = "status",
    labels: Mapping[str, str] | str | Path | None = None,
    as_of: Any = None,
) -> Source:
    """
    Say how files are to be read.

    Parameters
    ----------
    status_column
        The column that says what a polygon is; "layer" is the name of its layer.
    labels
        Its words → free, contested, occupied or ignore; or a file of them: CSV with the columns `label` and `status`,
        or TOML with `"word" = "status"` lines.
    as_of
        The instant of the map (without a time zone: Kyiv), or its day.

    Raises
    ------
    ValueError
        For a status that is none, or an instant that is none.
    SourceError
        If the file of labels cannot be read.
    """
    source = replace(SOURCE, read=partial(_read, column=status_column))
    if labels is not None:
        table = labels if isinstance(labels, Mapping) else _labels_in(Path(labels))
        source = replace(source, labels={str(word): str(status) for word, status in table.items()})
        wrong = sorted(set(source.labels.values()) - set(_MEANINGS))
        if wrong or not source.draws:
            raise ValueError(
                f"labels: {', '.join(wrong) or 'none is occupied or contested'}; "
                f"a status is one of {', '.join(_MEANINGS)}"
            )
    if as_of is not None:
        instant = _instant(as_of)
        source = replace(source, as_of=lambda path: instant)
    return source


def _labels_in(path: Path) -> dict[str, str]:
    """Read a file of labels."""
    try:
        if path.suffix.lower() == ".toml":
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            return {word: str(status) for word, status in table.get("labels", table).items()}
        rows = pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False)
        if rows["label"].duplicated().any():
            raise ValueError(f"{rows['label'][rows['label'].duplicated()].iloc[0]!r} stands twice")
        return dict(zip(rows["label"], rows["status"], strict=True))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        reason = f"no column {error}" if isinstance(error, KeyError) else " ".join(str(error).split())
        raise SourceError(f"{path}: not a file of labels ({reason}); it needs the columns label and status") from None


def _instant(as_of: Any) -> datetime:
    """Read an instant; a day alone means its last second in Kyiv."""
    try:
        given = datetime.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        if not isinstance(given, date) or pd.isna(given):
            raise ValueError("not a time")
        instant = pd.Timestamp(given)
        if instant.tz is None and instant == instant.normalize():
            return end_of_day(instant).to_pydatetime()
        instant = instant.tz_localize(KYIV) if instant.tz is None else instant
        return instant.tz_convert("UTC").to_pydatetime()
    except (ValueError, OverflowError, NotImplementedError):
        raise ValueError(f"as_of={as_of!r} is no instant; write 2025-01-06 or 2025-01-06T21:30") from None


SOURCE = Source(
    name="vector",
    title=Message("own vector map"),
    credit=Message("The user's own vector map"),
    licence=Message("As the file that was loaded"),
    terms_url="https://gdal.org/drivers/vector/",
    labels={"free": "free", "contested": "contested", "occupied": "occupied"},
    read=_read,
    as_of=_as_of,
    suffixes=SUFFIXES,
    configure=_configured,
    note="",
)
