"""The products of a day, week or month: figure, report and data files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from tracker._version import __version__
from tracker.outputs import render as rendered
from tracker.outputs import renderer
from tracker.outputs.story import Story
from tracker.tables.days import day_of


def daily_files(day: Story, *, lang: str = "en", command: str = "", page_command: str = "") -> dict[str, str | bytes]:
    """
    Make the daily product of one day: figure, tables, changes, bulletin and report; its map is a story of its own.

    Parameters
    ----------
    day
        The story of a day.
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


def data_files(day: Story) -> dict[str, str | bytes]:
    """Write the tables of a day: its sums, distances, bulletin and changes."""
    changes = day.ledger[day_of(day.ledger["end"]) <= day.on].drop(columns="counted")
    return {
        "advances.csv": rendered("csv", table=day.summary, note=day.note),
        "distances.csv": rendered("csv", table=day.distances, note=day.note),
        "bulletin.json": rendered("json", table=day.bulletin, note=day.note),
        "changes.geojson": rendered("geojson", table=changes, note=day.note),
    }


def figure_of(day: Story, *, lang: str = "en", **options: Any) -> bytes:
    """Draw the figure of a day with its windows, as PNG: not of the period of its report, nor from its sums."""
    figure = renderer("figure").render(replace(day, since=None, summary=None), lang=lang, **options)
    assert isinstance(figure, bytes)
    return figure


def report_of(day: Story, format: Literal["markdown", "html"], *, lang: str = "en", **options: Any) -> str | bytes:
    """Write the report of a story; the HTML page carries the figure, or like Markdown shows its file."""
    return renderer("report").render(day, format=format, lang=lang, version=__version__, **options)
