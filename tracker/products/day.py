"""The products of a briefing: map, figure, report and data files."""

from __future__ import annotations

from typing import Any, Literal

from tracker._version import __version__
from tracker.outputs import render as rendered
from tracker.products.briefing import Briefing
from tracker.tables.days import day_of


def daily_files(
    day: Briefing, *, lang: str = "en", command: str = "", page_command: str = ""
) -> dict[str, str | bytes]:
    """
    Make the daily product of one day: figure, tables, changes, bulletin and report; `tracker.mapping` has its map.

    Parameters
    ----------
    day
        The briefing of a day.
    lang
        Of figure and report.
    command, page_command
        What makes this product again; what makes its `report.html` alone.

    Returns
    -------
    dict
        File name → content, for one folder.
    """
    figure = figure_of(day, lang=lang)
    return {
        "figure.png": figure,
        **data_files(day),
        "report.md": report_of(day, "markdown", lang=lang, command=command, figure_file="figure.png"),
        "report.html": report_of(day, "html", lang=lang, command=page_command, figure=figure),
    }


def data_files(day: Briefing) -> dict[str, str | bytes]:
    """Write the tables of a day: its sums, distances, bulletin and changes."""
    window = day_of(day.ledger["end"]) <= day.on
    return {
        "advances.csv": rendered("csv", table=day.summary, note=day.note),
        "distances.csv": rendered("csv", table=day.distances, note=day.note),
        "bulletin.json": rendered("json", table=day.bulletin, note=day.note),
        "changes.geojson": rendered("geojson", table=day.ledger[window], note=day.note),
    }


def figure_of(briefing: Briefing, *, lang: str = "en") -> bytes:
    """Draw the figure of a briefing's last day, as PNG."""
    figure = rendered("figure", lang=lang, **briefing.tables)
    assert isinstance(figure, bytes)
    return figure


def report_of(
    briefing: Briefing,
    format: Literal["markdown", "html"],
    *,
    lang: str = "en",
    command: str = "",
    figure: bytes = b"",
    figure_file: str = "",
) -> str | bytes:
    """Write the report of a briefing; the HTML page carries the figure, or like Markdown shows its file."""
    names = "period since bulletin records summary totals provenance archive_sha256 title partial".split()
    tables = briefing.tables | {name: getattr(briefing, name) for name in names}
    options: dict[str, Any] = {"format": format, "lang": lang, "command": command, "version": __version__}
    return rendered("report", figure=figure, figure_file=figure_file, **options, **tables)
