"""Formats of results: which a command knows, and which the ending of a file's name means."""

from __future__ import annotations

from pathlib import Path

import click

TABLE_FORMATS = ("table", "csv", "json", "markdown", "xlsx")
LEDGER_FORMATS = (*TABLE_FORMATS, "geojson", "geoparquet", "gpkg", "kml")

_ENDINGS = {
    "table": ("txt",),
    "text": ("txt",),
    "markdown": ("md", "markdown"),
    "html": ("html", "htm"),
    "geoparquet": ("parquet", "geoparquet"),
}
"""How the names of files end that hold a format, where that is not its own name alone."""


def format_of(out: str | None, formats: tuple[str, ...]) -> str:
    """
    Choose a format by the ending of a file's name; the first one for stdout, a pipe or a device.

    Raises
    ------
    click.UsageError
        For an ending that none of the formats has; it says which are known.
    """
    if not out or out == "-" or (Path(out).exists() and not Path(out).is_file()):
        return formats[0]
    meant = {ending: form for form in formats for ending in _ENDINGS.get(form, (form,))}
    suffix = Path(out).suffix.lower().removeprefix(".")
    if suffix not in meant:
        *known, last = (f".{_ENDINGS.get(form, (form,))[0]}" for form in formats)
        raise click.UsageError(f"-o {out}: name a file that ends in {', '.join(known)} or {last}, or add --format")
    return meant[suffix]
