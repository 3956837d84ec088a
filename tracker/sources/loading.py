"""Many export files into one control table, and which files of a folder those are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import geopandas as gpd

from tracker.errors import SourceError
from tracker.sources.base import Source
from tracker.sources.reading import control_of
from tracker.sources.workers import read_each


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
    snapshots = []
    files = list(_each_once(source, files_of(source, paths)))
    for file, found in zip(files, read_each(source, files), strict=True):
        if isinstance(found, SourceError):
            (on_error or problems.append)(found)
        elif all(one.is_empty for one in found):
            (on_error or problems.append)(SourceError(f"{file}: draws no occupied or contested ground"))
        else:
            snapshots += found
    if problems:
        kind = type(problems[0]) if len(problems) == 1 else SourceError
        raise kind("\n".join(map(str, problems)))
    last = {snapshot.as_of: snapshot for snapshot in snapshots}
    return control_of(last[as_of] for as_of in sorted(last))


def _each_once(source: Source, files: Iterable[Path]) -> Iterator[Path]:
    """Pass over files that are a part of an earlier one."""
    read: set[Path] = set()
    for file in files:
        if file not in read:
            read.update(source.files(file))
            yield file
