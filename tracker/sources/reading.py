"""How a source's files become the control table, and what their drawing shows of its quality."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.errors import LabelError, SourceError
from tracker.metrics.held import held_regions
from tracker.metrics.outside import outside_km2
from tracker.schema import CONTROL, FACTS, check, conform, empty
from tracker.snapshots import dissolve, polygons_of, to_work_crs
from tracker.sources.base import Source

__all__ = ["facts_of", "files_of", "load", "read_file", "read_whole_file"]


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
    name = file.name.lower()
    return file.is_file() and not hidden and name.endswith(source.suffixes) and not name.endswith(source.passed_over)


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
    read: set[Path] = set()
    for file in files_of(source, paths):
        if file in read:  # as a part of an earlier one
            continue
        read.update(source.files(file))
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
    return _put_together(source, path, *_drawn(source, path))


def read_whole_file(source: Source, path: Path) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """
    Read one export file into the control table, and note what the drawing itself shows of its quality.

    Returns
    -------
    control, facts
        The `control` table, and the `facts` table with a row a snapshot.

    Raises
    ------
    UndatedError, LabelError, SourceError
        With the file's name, what is wrong, and what to do.
    """
    drawn, instants = _drawn(source, path)
    control = _put_together(source, path, drawn, instants)
    lacks = shapely.is_missing(drawn.geometry.to_numpy())
    facts = facts_of(control, drawn[~lacks], drawn[lacks])
    own_occupied, own_contested = source.own_km2(path) if source.own_km2 else (None, None)
    facts = facts.assign(own_occupied_since_2022_km2=own_occupied, own_contested_km2=own_contested)
    return control, conform(facts, FACTS)


def _drawn(source: Source, path: Path) -> tuple[gpd.GeoDataFrame, list[pd.Timestamp]]:
    """Read what a file draws: label, as_of, status, valid, geometry in `WORK_CRS` or missing; and of which instants."""
    as_of = pd.Timestamp(source.as_of(path)).floor("s") if source.as_of else None
    if path.stat().st_size == 0:
        raise SourceError(f"{path}: the file is empty; fetch it again")
    drawn = source.read(path)
    drawn = drawn if as_of is None else drawn.assign(as_of=as_of)
    drawn = _with_status(source, drawn, path)
    instants = sorted(drawn["as_of"].unique()) if as_of is None else [as_of]
    known = drawn[drawn["status"] != "ignore"]
    # Validity is that of the file: converting coordinates may make a ring cross itself by a hair, not by its fault.
    return to_work_crs(known.assign(valid=shapely.is_valid(known.geometry.to_numpy()))), instants


def _put_together(
    source: Source, path: Path, drawn: gpd.GeoDataFrame, instants: list[pd.Timestamp]
) -> gpd.GeoDataFrame:
    """Make the control table of what a file draws."""
    draws = [status for status in source.draws if status not in source.sometimes or (drawn["status"] == status).any()]
    polygons = drawn[~shapely.is_missing(drawn.geometry.to_numpy())]
    try:
        snapshots = [
            dissolve(polygons[polygons["as_of"] == instant], source=source.name, as_of=instant, draws=draws)
            for instant in instants
        ]
    except shapely.errors.ShapelyError as error:
        raise SourceError(f"{path}: its polygons cannot be put together ({error})") from None
    return pd.concat(snapshots, ignore_index=True) if snapshots else empty(CONTROL)


def facts_of(
    control: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame | None = None, lacking: pd.DataFrame | None = None
) -> pd.DataFrame:
    """
    Note what snapshots themselves show of their quality.

    Parameters
    ----------
    control
        The `control` table.
    polygons
        What was drawn, as it was drawn: `as_of`, `status` (free too), `valid` and geometry in `WORK_CRS`; by default
        control.
    lacking
        Rows that lack their geometry: `as_of` and `label`.

    Returns
    -------
    DataFrame
        The `facts` table, a row a snapshot, in the order of `as_of`.
    """
    polygons = control.assign(valid=True) if polygons is None else polygons
    instants = pd.Index(sorted(control["as_of"].unique()), name="as_of")
    shapes = polygons.geometry.to_numpy()
    broken = ~polygons["valid"].to_numpy(dtype=bool)
    mended = [abs(shapely.area(polygons_of(shape)).sum() - shape.area) / 1e6 for shape in shapes[broken]]
    repaired = polygons.loc[broken, ["as_of"]].assign(km2=np.array(mended, dtype=float)).groupby("as_of")["km2"]
    outside = outside_km2(gpd.GeoSeries(shapely.make_valid(shapes), index=polygons.index, crs=polygons.crs)).groupby(
        polygons["as_of"]
    )
    occupied = control[control["status"] == "occupied"].set_index("as_of").geometry
    facts = pd.DataFrame(index=instants)
    facts["outside_km2"] = outside.sum().reindex(instants).fillna(0.0)
    facts["repaired_rings"] = repaired.size().reindex(instants).fillna(0).astype("int64")
    facts["repaired_km2"] = repaired.sum().reindex(instants).fillna(0.0)
    facts["held"] = held_regions(occupied).reindex(instants).fillna("")
    facts["lacking"] = _counted(lacking).reindex(instants)
    facts[["own_occupied_since_2022_km2", "own_contested_km2"]] = np.nan
    return conform(facts.reset_index(), FACTS)


def _counted(lacking: pd.DataFrame | None) -> pd.Series:
    """Count the missing geometries of each snapshot in words, such as "5 of advances"."""
    if lacking is None or lacking.empty:
        return pd.Series(dtype="str")
    counts = lacking.groupby(["as_of", "label"], observed=True).size().reset_index(name="n")
    words = counts["n"].astype(str) + " of " + counts["label"].astype(str)
    return words.groupby(counts["as_of"]).agg(", ".join)


def _with_status(source: Source, drawn: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    """Put the statuses beside the source's labels."""
    unknown = sorted(set(drawn["label"]) - set(source.labels))
    if unknown:
        words = ", ".join(re.sub(r"\s+", " ", repr(label)) for label in unknown)
        raise LabelError(f"{path}: unknown labels {words}; known are {', '.join(sorted(source.labels))}")
    drawn = drawn.assign(status=drawn["label"].map(dict(source.labels)))
    if source.before_2022:
        drawn["before_2022"] = drawn["label"].isin(source.before_2022)
    return drawn
