"""The edge in: one file a publisher of control maps, and `load`, which reads their files.

In: paths of raw exports. Out: the `control` table, with what was found odd in them. What does not belong here: days and
changes (changes), the folder where maps are kept (archive), the network (fetch).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd

from tracker.errors import SourceError
from tracker.plugins import plugin
from tracker.sources import loading
from tracker.sources.base import Source

_NAMES = "deepstate deepstate-daily isw liveuamap-nzz settlement-facts uacontrolmap vector viina"
SOURCES = {name: f"tracker.sources.{name.replace('-', '_')}:SOURCE" for name in _NAMES.split()}
"""Where each source stands."""


@cache
def list_sources() -> dict[str, Source]:
    """
    List the known sources by name.

    Returns
    -------
    dict of str to Source
        Name → who publishes the maps, what they draw, and under which terms: `title`, `credit`, `licence`, `since` …

    Examples
    --------
    >>> import tracker as tr
    >>> list(tr.list_sources())[:3]
    ['deepstate', 'deepstate-daily', 'isw']
    """
    return {name: plugin(SOURCES, name, "source") for name in SOURCES}


def source_named(name: str) -> Source:
    """
    Look a source up; `isw+control+claimed` is one with other layers than its own choice (see `configured`).

    Raises
    ------
    ValueError
        For a name that is not one, listing those that are.
    """
    base_name, *layers = name.split("+")
    source = plugin(SOURCES, base_name, "source")
    return configured(base_name, layers=layers) if layers else source


def known_source(name: str) -> Source | None:
    """Look a source up by the name that a table carries; None for one that is not known."""
    try:
        return source_named(name)
    except ValueError:
        return None


def configured(name: str, **options: Any) -> Source:
    """
    Look a source up and give it the options of a load.

    Parameters
    ----------
    name
        As for `source_named`.
    **options
        isw: `layers`. viina: `tessellation`. vector: `status_column`, `labels`, `as_of`.

    Raises
    ------
    ValueError
        For an unknown source, an option that it does not have, or a wrong value.
    """
    source = source_named(name)
    if not options:
        return source
    known = list(inspect.signature(source.configure).parameters) if source.configure else []
    unknown = [option for option in options if option not in known]
    if unknown or source.configure is None:
        raise ValueError(f"{name} has no option {', '.join(unknown)}; it has {', '.join(known) or 'none'}")
    return source.configure(**options)


def load(
    source: str,
    paths: str | Path | Iterable[str | Path],
    *,
    on_error: Callable[[SourceError], None] | None = None,
    **options: Any,
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
    **options
        Options of the source, see `configured`.

    Returns
    -------
    GeoDataFrame
        The `control` table in `WORK_CRS`: one row per source, as_of and status.

    Raises
    ------
    ValueError
        For an unknown source or option.
    SourceError
        For files that are not what they promise.

    Examples
    --------
    >>> import tracker as tr
    >>> from tracker.sources.sample import sample_file
    >>> control = tr.load("settlement-facts", sample_file())
    >>> control["as_of"].nunique(), control.crs == tr.WORK_CRS
    (38, True)
    """
    chosen = configured(source, **options)
    return loading.load(chosen, [paths] if isinstance(paths, str | Path) else paths, on_error=on_error)
