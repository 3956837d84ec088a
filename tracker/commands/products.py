"""Commands that make the day's products: all of them, or the map, the figure or the report alone."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tracker.commands.options import causes_option, on_option
from tracker.terminal import Choices, emit, say_age, say_breaks, say_credit, with_choices, with_output

__all__ = ["daily_command", "figure_command", "map_command", "report_command"]


@click.command("daily")
@with_choices
@on_option
@causes_option
@click.option("--out", metavar="DIR", help="Folder of the day's files [maps/DAY].")
def daily_command(choices: Choices, on: datetime | None, causes: list[str] | None, out: str | None) -> None:
    """Make the daily product: map, figure, tables, changes and report of one day."""
    from tracker.files import write_whole
    from tracker.products import daily_files

    day = opened_day(choices, on, causes)
    folder = Path(out) if out else Path("maps") / f"{day.on:%Y-%m-%d}"
    files = daily_files(day, lang=choices.lang, command=command_line(day, choices))
    for name, content in files.items():
        write_whole(folder / name, content)
    for name in files:
        click.echo(folder / name)


def opened_day(choices: Choices, on: datetime | None, causes: list[str] | None) -> Any:
    """Put together the tables of one day, and say how old its snapshot is."""
    import pandas as pd

    from tracker.products import day_of_workspace

    workspace = choices.open()
    chosen = pd.Timestamp(on) if on else workspace.last_day
    day = day_of_workspace(workspace, chosen, causes=causes)
    say_age(workspace, chosen, day.control["as_of"].max())
    say_breaks(workspace, day.control)
    say_credit(workspace)
    return day


def command_line(day: Any, choices: Choices) -> str:
    """Write the command that makes a day's product again."""
    source = "" if day.note else f" --source {shlex.quote(str(day.control['source'].iloc[0]))}"
    lang = f" --lang {choices.lang}" if choices.lang != "en" else ""
    causes = f" --causes {','.join(day.causes)}" if day.causes is not None else ""
    return f"tracker daily --on {day.on:%Y-%m-%d}{source}{lang}{causes}"


@click.command("map")
@with_choices
@on_option
@causes_option
@click.option("-o", "out", metavar="FILE", help="Write to a file [stdout].")
def map_command(choices: Choices, on: datetime | None, causes: list[str] | None, out: str | None) -> None:
    """Draw the interactive map of a day: one HTML file that opens from disk without network."""
    from tracker.render import render

    emit(render("map", lang=choices.lang, **opened_day(choices, on, causes).tables), out)


@click.command("figure")
@with_choices
@on_option
@causes_option
@click.option("--sector", metavar="NAME", help="Show this sector or ground [where most changed].")
@with_output("png", "svg", "pdf")
def figure_command(
    choices: Choices, on: datetime | None, causes: list[str] | None, sector: str | None, form: str, out: str | None
) -> None:
    """Draw the figure of a day, to print."""
    from tracker.render import render

    tables = opened_day(choices, on, causes).tables
    emit(render("figure", lang=choices.lang, sector=sector, format=form, **tables), out)


@click.command("report")
@with_choices
@on_option
@causes_option
@with_output("markdown", "html")
def report_command(choices: Choices, on: datetime | None, causes: list[str] | None, form: Any, out: str | None) -> None:
    """Write the report of a day: what changed per sector, distances, what the figures mean, the source."""
    from tracker.products import figure_of, report_of

    day = opened_day(choices, on, causes)
    figure = figure_of(day, lang=choices.lang) if form == "html" else b""
    emit(report_of(day, form, lang=choices.lang, command=command_line(day, choices), figure=figure), out)
