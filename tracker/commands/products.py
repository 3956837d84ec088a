"""Commands that make products: all of a day's, or the map, the figure or the report alone."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.commands.options import causes_option, on_option
from tracker.terminal import (
    Choices,
    emit,
    require_file,
    say_age,
    say_breaks,
    say_credit,
    with_choices,
    with_output,
)

if TYPE_CHECKING:
    from tracker.briefing import Briefing
    from tracker.windows import Period

__all__ = ["daily_command", "figure_command", "map_command", "report_command"]


@click.command("daily")
@with_choices
@on_option
@causes_option
@click.option("--out", metavar="DIR", help="Folder of the day's files [maps/DAY].")
def daily_command(choices: Choices, on: datetime | None, causes: list[str] | None, out: str | None) -> None:
    """Make the daily product: map, figure, tables, changes, bulletin and report of one day."""
    from tracker.files import write_whole
    from tracker.products import daily_files

    day = opened(choices, on, causes)
    folder = Path(out) if out else Path("maps") / f"{day.on:%Y-%m-%d}"
    page_command = command_line("report", day, choices, "--format html")
    command = command_line("daily", day, choices)
    files = daily_files(day, lang=choices.lang, command=command, page_command=page_command)
    for name, content in files.items():
        write_whole(folder / name, content)
    for name in files:
        click.echo(folder / name)


def opened(choices: Choices, on: datetime | None, causes: list[str] | None, period: Period = "day") -> Briefing:
    """Put together the tables of a day, week or month, and say how old its last snapshot is."""
    import pandas as pd

    from tracker.briefing import briefing_of

    workspace = choices.open()
    chosen = pd.Timestamp(on) if on else workspace.last_day
    briefing = briefing_of(workspace, chosen, period=period, causes=causes)
    say_age(workspace, briefing.on, briefing.control["as_of"].max())
    say_breaks(workspace, briefing.control)
    say_credit(workspace)
    return briefing


def command_line(command: str, briefing: Briefing, choices: Choices, *options: str) -> str:
    """Write the command that makes a product again, to the same bytes."""
    source = "" if briefing.note else f" --source {shlex.quote(str(briefing.control['source'].iloc[0]))}"
    lang = f" --lang {choices.lang}" if choices.lang != "en" else ""
    causes = f" --causes {','.join(briefing.causes)}" if briefing.causes is not None else ""
    return " ".join([f"tracker {command} --on {briefing.on:%Y-%m-%d}{source}{lang}{causes}", *options])


@click.command("map")
@with_choices
@on_option
@causes_option
@click.option("-o", "out", metavar="FILE", help="Write to a file [stdout].")
def map_command(choices: Choices, on: datetime | None, causes: list[str] | None, out: str | None) -> None:
    """Draw the interactive map of a day: one HTML file that opens from disk without network."""
    from tracker.briefing import longest
    from tracker.render import render

    day = opened(choices, on, causes)
    emit(render("map", lang=choices.lang, **day.tables, summary=longest(day.summary)), out)


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

    tables = opened(choices, on, causes).tables
    emit(render("figure", lang=choices.lang, sector=sector, format=form, **tables), out)


@click.command("report")
@with_choices
@on_option
@click.option("--week", is_flag=True, help="Of the week, from Monday, that holds the day.")
@click.option("--month", is_flag=True, help="Of the calendar month that holds the day.")
@causes_option
@with_output("markdown", "html")
def report_command(
    choices: Choices,
    on: datetime | None,
    week: bool,
    month: bool,
    causes: list[str] | None,
    form: Any,
    out: str | None,
) -> None:
    """Write the report of a day, a week or a month: what changed, in words and by sector, distances, the source.

    An HTML page carries its figure; beside a Markdown FILE it is written under the same name, ending in .png.
    """
    from tracker.products import figure_of, report_of

    if week and month:
        raise click.UsageError("--week does not go with --month")
    require_file(out)
    if form == "markdown" and Path(str(out)).suffix.lower() in (".html", ".htm", ".png"):
        raise click.UsageError(f"-o {out} would hold Markdown; add --format html, or name a .md file")
    period: Period = "week" if week else "month" if month else "day"
    briefing = opened(choices, on, causes, period)
    beside = form == "markdown" and out not in (None, "-")
    figure_path = Path(str(out)).with_suffix(".png") if beside else None
    figure = figure_of(briefing, lang=choices.lang) if form == "html" or figure_path else b""
    options = [f"--{period}"] * (week or month) + ["--format html"] * (form == "html")
    command = command_line("report", briefing, choices, *options)
    name = figure_path.name if figure_path else ""
    page = report_of(briefing, form, lang=choices.lang, command=command, figure=figure, figure_file=name)
    emit(page, out)
    if figure_path:
        emit(figure, str(figure_path))
