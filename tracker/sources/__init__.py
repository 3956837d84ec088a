"""The sources of control maps, one file each; `load` reads their files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import geopandas as gpd

from tracker.errors import SourceError
from tracker.plugins import discover, plugin
from tracker.sources import base
from tracker.sources.base import Source

__all__ = ["Source", "load", "source_named", "sources"]


@cache
def sources() -> dict[str, Source]:
    """List the known sources by name."""
    return discover(sys.modules[__name__], "SOURCE")


def source_named(name: str) -> Source:
    """
    Look a source up.

    Raises
    ------
    ValueError
        For a name that is not one, listing those that are.
    """
    return plugin(sys.modules[__name__], "SOURCE", name)


def load(
    source: str,
    paths: str | Path | Iterable[str | Path],
    *,
    on_error: Callable[[SourceError], None] | None = None,
) -> gpd.GeoDataFrame:
    """
    Read a source's export files, or folders of them, into one control table.

    Parameters
    ----------
    source
        A name of `tracker sources`.
    paths
        One file or folder, or several.
    on_error
        Called with the error of each file that cannot be read, which is then left out. By default every file is
        tried, and one error names all bad ones.

    Returns
    -------
    GeoDataFrame
        The `control` table in `WORK_CRS`: one row per source, as_of and status.

    Raises
    ------
    ValueError
        For an unknown source.
    SourceError
        For files that are not what they promise.
    """
    return base.load(source_named(source), [paths] if isinstance(paths, str | Path) else paths, on_error=on_error)
