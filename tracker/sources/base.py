"""What a source is: one publisher of control maps, its words, its dates, and where it can be fetched from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd

from tracker.errors import FetchError, UndatedError
from tracker.tables.constants import STATUSES
from tracker.tables.days import end_of_day


@dataclass(frozen=True)
class Asked:
    """
    The days of the map that a fetch is asked for.

    Parameters
    ----------
    since, until
        The first and the last Kyiv day, both inclusive; `since` is None where it is open.
    today
        The day that it is in Kyiv.
    """

    since: date | None
    until: date
    today: date

    def covers(self, day: date) -> bool:
        """Tell whether a day is asked for."""
        return (self.since is None or self.since <= day) and day <= self.until


@dataclass(frozen=True)
class Item:
    """
    One file that a source offers for download.

    Parameters
    ----------
    name
        What the file is called here; its `Source.as_of` must be able to read its date.
    url
        Where it is.
    day
        The Kyiv day it was published on: how long it may still change is counted from it.
    companions
        Further files to keep beside it, by the ending that takes the place of its own; they may be missing.
    content
        The file itself, where it had to be fetched in order to know its name.
    """

    name: str
    url: str
    day: date
    companions: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None


@dataclass(frozen=True)
class Remote:
    """
    Where a source can be fetched from.

    Parameters
    ----------
    url
        The address below which all of it lies: the default of a setting, so that a mirror can be named.
    items
        (url, get, asked) → the files of the days asked for, and in words what is odd about the list of them; `get`
        fetches an address and gives its bytes.
    listed
        Whether the source itself lists its files: one that is missing is then a failure, and not just a day without.
    changes_days
        How many days after its own a file may still change.
    pause_s
        Seconds to wait before each request.
    """

    url: str
    items: Callable[[str, Callable[[str], bytes], Asked], tuple[list[Item], list[str]]]
    listed: bool = True
    changes_days: int = 0
    pause_s: float = 1.0


def json_of(content: bytes, where: str) -> Any:
    """
    Read what a server answered as JSON.

    Raises
    ------
    FetchError
        If it is none.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise FetchError(f"{where}: the answer is not JSON; is the address right?") from None


@dataclass(frozen=True)
class Source:
    """
    One publisher of control maps.

    Parameters
    ----------
    name
        As on the command line and in every table.
    title
        As in the text of a report.
    credit, licence, terms_url
        To be shown with every output made from it.
    labels
        The source's own words → a status, or "ignore". What is not in it stops the load of a file. "free" is ground
        that the source says is free: it is not drawn, but a polygon of it far outside is as wrong as any other.
    read
        path → GeoDataFrame of `label` and geometry in any CRS (degrees where it has none); with a column `as_of` where
        one file holds several snapshots. Missing geometries are counted and told.
    read_feature
        Where each feature of a file speaks for itself: feature → its label and its geometry in degrees, None where it
        is no ground, and an error wherever `read` has to look at the file as a whole and say what is wrong. Features
        that were in the file before are then not read again.
    as_of
        path → instant of publication (time-zone-aware); None where the file's rows carry it.
    sometimes
        The statuses of `draws` that only some of its maps know: a map without a label of one has no row for it, not an
        EMPTY one.
    before_2022
        Labels of ground that was occupied before 2022-02-24, where the source tells it apart.
    since
        What the source leaves out, in words; "" where it draws all ground that is occupied.
    suffixes
        Endings of its files: which files of a folder are its exports.
    passed_over
        Endings and names of files that lie beside its exports and are none.
    parts
        path → all files that the snapshot is made of, the path itself first; by default that one alone.
    own_km2
        path → the source's own km², as (occupied since 2022, contested), each None where it does not say.
    dated_inside
        Whether the file says the date of its map inside, which the date in its name may run ahead of.
    configure
        Options of a load, by keyword → the source with them; None where it has no options.
    remote
        Where it can be fetched from.
    note
        What a reader of its numbers must know.
    """

    name: str
    title: str
    credit: str
    licence: str
    terms_url: str
    labels: Mapping[str, str]
    read: Callable[[Path], gpd.GeoDataFrame]
    as_of: Callable[[Path], datetime] | None
    read_feature: Callable[[dict[str, Any]], tuple[str, Any] | None] | None = None
    sometimes: tuple[str, ...] = ()
    before_2022: frozenset[str] = frozenset()
    since: str = ""
    suffixes: tuple[str, ...] = (".geojson", ".json")
    passed_over: tuple[str, ...] = ()
    parts: Callable[[Path], list[Path]] | None = None
    own_km2: Callable[[Path], tuple[float | None, float | None]] | None = None
    dated_inside: bool = False
    configure: Callable[..., Source] | None = None
    remote: Remote | None = None
    note: str = ""

    @property
    def draws(self) -> tuple[str, ...]:
        """The statuses that the source can draw: those that its labels mean."""
        meant = set(self.labels.values())
        return tuple(status for status in STATUSES if status != "free" and status in meant)

    def files(self, path: Path) -> list[Path]:
        """List all files that the snapshot of a file is made of, those that belong to a shapefile too."""
        parts = self.parts(path) if self.parts else [path]
        return [file for part in parts for file in (part, *_beside_shapefile(part))]


def _beside_shapefile(path: Path) -> list[Path]:
    """List the files that hold the attributes, the index and the CRS of a shapefile."""
    if path.suffix.lower() != ".shp":
        return []
    return [file for ending in (".dbf", ".shx", ".prj", ".cpg") if (file := path.with_suffix(ending)).is_file()]


_DATE = re.compile(r"(?<!\d)(20\d{2})([-_.]?)([01]\d)\2([0-3]\d)(?!\d)")


def date_in(path: Path) -> date | None:
    """
    Find the date in a file's name, as YYYYMMDD or YYYY-MM-DD; None without one.

    Examples
    --------
    >>> date_in(Path("deepstatemap_data_20250106.geojson")), date_in(Path("2025-01-06.json")), date_in(Path("a.json"))
    (datetime.date(2025, 1, 6), datetime.date(2025, 1, 6), None)
    """
    for year, _, month, day in _DATE.findall(path.stem):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def end_of_date_in(path: Path, example: str) -> datetime:
    """
    Give the last second in Kyiv of the date in a file's name.

    Raises
    ------
    UndatedError
        If there is none; it shows the `example` of a name.
    """
    found = date_in(path)
    if found is None:
        raise UndatedError(f"{path}: no date; a file of this source is named like {example}")
    return end_of_day(found).to_pydatetime()
