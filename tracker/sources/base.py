"""What a source is, and how its files become the control table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from tracker.errors import LabelError, SourceError
from tracker.schema import CONTROL, check, empty
from tracker.snapshots import dissolve, to_work_crs

__all__ = ["Source", "files_of", "load", "read_file"]


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
        The source's own words → a status, or "ignore". What is not in it stops the load of a file.
    read
        path → GeoDataFrame of `label` and geometry in any CRS (degrees where it has none); with a column
        `as_of` where one file holds several snapshots.
    as_of
        path → instant of publication (time-zone-aware); None where the file's rows carry it.
    draws
        The statuses that the source can draw.
    before_2022
        Labels of ground that was occupied before 2022-02-24, where the source tells it apart.
    suffixes
        Endings of its files: which files of a folder are its exports.
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
    draws: tuple[str, ...] = ("contested", "occupied")
    before_2022: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = (".geojson", ".json")
    note: str = ""


def files_of(source: Source, paths: Iterable[str | Path]) -> list[Path]:
    """
    List the export files below files and folders, without doubles, folders in the order of their names.

    Raises
    ------
    SourceError
        For a path that does not exist and for a folder without exports of this source.
    """
    files: dict[Path, None] = {}
    for path in map(Path, [paths] if isinstance(paths, str | Path) else paths):
        if not path.exists():
            raise SourceError(f"{path}: no such file or folder")
        found = [path] if path.is_file() else sorted(f for f in path.rglob("*") if _is_export(source, f, path))
        if not found:
            endings = " or ".join(f"*{suffix}" for suffix in source.suffixes)
            raise SourceError(f"{path}: the folder holds no exports of {source.name} ({endings})")
        files.update(dict.fromkeys(found))
    return list(files)


def _is_export(source: Source, file: Path, below: Path) -> bool:
    """Tell whether a file of a folder is an export: by its ending, hidden ones left out."""
    hidden = any(part.startswith(".") for part in file.relative_to(below).parts)
    return file.is_file() and not hidden and file.name.lower().endswith(source.suffixes)


def load(
    source: Source,
    paths: Iterable[str | Path],
    *,
    on_error: Callable[[SourceError], None] | None = None,
) -> gpd.GeoDataFrame:
    """
    Read export files into one control table.

    Parameters
    ----------
    source
        The source they come from.
    paths
        Files and folders of exports.
    on_error
        Called with the error of each file that cannot be read, and the file is left out; by default all files
        are tried and one error then names every bad one.

    Returns
    -------
    GeoDataFrame
        The `control` table, in the order of `as_of`. Of two files with one `as_of` the later in `paths` counts.

    Raises
    ------
    SourceError
        If a path does not exist, a folder has no exports, or (without `on_error`) a file cannot be read.
    """
    problems: list[SourceError] = []
    tables = []
    for file in files_of(source, paths):
        try:
            table = read_file(source, file)
            if table.geometry.is_empty.all():
                raise SourceError(f"{file}: draws no occupied or contested ground")
            tables.append(table)
        except SourceError as error:
            (on_error or problems.append)(error)
    if problems:
        kind = type(problems[0]) if len(problems) == 1 else SourceError
        raise kind("\n".join(map(str, problems)))
    if not tables:
        return empty(CONTROL)
    control = pd.concat(tables).drop_duplicates(["source", "as_of", "status"], keep="last")
    return check(control.sort_values(["as_of", "status"]).reset_index(drop=True), CONTROL)


def read_file(source: Source, path: Path) -> gpd.GeoDataFrame:
    """
    Read one export file into the control table: one snapshot, or several where the file holds several.

    Raises
    ------
    UndatedError, LabelError, SourceError
        With the file's name, what is wrong, and what to do.
    """
    as_of = source.as_of(path) if source.as_of else None
    if path.stat().st_size == 0:
        raise SourceError(f"{path}: the file is empty; fetch it again")
    drawn = source.read(path)
    if as_of is not None:
        drawn = drawn.assign(as_of=pd.Timestamp(as_of).floor("s"))
    polygons = to_work_crs(_with_status(source, drawn, path))
    drawn_at = sorted(drawn["as_of"].unique()) if as_of is None else [pd.Timestamp(as_of).floor("s")]
    try:
        snapshots = [
            dissolve(polygons[polygons["as_of"] == instant], source=source.name, as_of=instant, draws=source.draws)
            for instant in drawn_at
        ]
    except shapely.errors.ShapelyError as error:
        raise SourceError(f"{path}: its polygons cannot be put together ({error})") from None
    return pd.concat(snapshots, ignore_index=True) if snapshots else empty(CONTROL)


def _with_status(source: Source, drawn: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    """Put the statuses beside the source's labels, and drop what it draws that is not control."""
    unknown = sorted(set(drawn["label"]) - set(source.labels))
    if unknown:
        words = ", ".join(re.sub(r"\s+", " ", repr(label)) for label in unknown)
        raise LabelError(f"{path}: unknown labels {words}; known are {', '.join(sorted(source.labels))}")
    drawn = drawn.assign(status=drawn["label"].map(dict(source.labels)))
    if source.before_2022:
        drawn["before_2022"] = drawn["label"].isin(source.before_2022)
    return drawn[drawn["status"] != "ignore"]
