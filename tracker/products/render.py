"""Pictures and files, from an archive or from tables in hand: what they need beside these is filled in."""

from __future__ import annotations

from typing import Any

from tracker.outputs import renderer
from tracker.outputs.story import FIELDS, Story
from tracker.products.filled import KINDS, story_from, story_of
from tracker.products.notebook import BytesFile, TextFile, result_of

_ASKED = {*FIELDS, "until", "towns"}


def render(kind: str, /, **given: Any) -> TextFile | BytesFile:
    """
    Render an archive or tables as a map, figure, chart, report or data file.

    For the pictures `control` and `ledger` are enough, for the page of an agreement `control` and `other`: what else
    they show (sectors, settlements, distances, credits) is then filled in from the reference data that comes with the
    package. Or give an `archive` and, where not all of it is wanted, the days; the user's own reference data is then
    used, and the file is the one that the command of that name writes.

    Parameters
    ----------
    kind
        map, figure, timelapse, report, agreement, chart (of `kind` months, area, distance or sectors; from its `table`,
        or from `control` and `ledger`), bulletin, dossier (of a `town`), or a format of tables (csv, json, table,
        markdown, xlsx, parquet, geojson, geoparquet, gpkg, kml), which take `table`.
    **given
        An `archive` (see `tracker.open_archive`) with `since`, `until` or `on`; or tables by their names; and the
        options of the kind, such as `causes` and `lang`.

    Returns
    -------
    TextFile or BytesFile
        The file's content, a `str` or `bytes` that says what it is in one line, with `save(path)`. HTML, pictures and
        Markdown show themselves in Jupyter.

    Raises
    ------
    ValueError
        For an unknown kind, listing those that are known.

    Examples
    --------
    >>> import tracker as tr
    >>> text = tr.render("csv", table=tr.towns(["Pokrovsk"])[["name", "place"]])
    >>> text
    <tracker csv: 25 bytes of text>
    >>> print(text)
    name,place
    Pokrovsk,town
    """
    render, archive = renderer(kind).render, given.pop("archive", None)
    asked = {name: value for name, value in given.items() if name in _ASKED}
    options = {name: value for name, value in given.items() if name not in _ASKED}
    about = asked | ({"kind": options["kind"]} if "kind" in options else {})
    return result_of(kind, render(_story(kind, archive, about), **options))


def _story(kind: str, archive: Any, asked: dict[str, Any]) -> Story:
    """Fill in what the kind needs; a format of tables takes what it is given."""
    if kind not in KINDS:
        return Story(**asked)
    if archive is not None:
        return story_of(archive, kind, **asked)
    if "until" in asked:
        asked = {"on": asked.pop("until")} | asked
    return story_from(kind, **asked)
