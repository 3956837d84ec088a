"""Commands that make products of a day or a period: all files of a day, the map or the report alone."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pandas as pd

from tracker.cli.answer import Answer, answering
from tracker.cli.comparing import opened_pair
from tracker.cli.options import (
    Choices,
    Output,
    When,
    causes_option,
    file_option,
    on_option,
    with_choices,
    with_days,
    with_output,
)
from tracker.cli.remarks import say_state
from tracker.cli.terminal import emit, say
from tracker.files import write_whole
from tracker.measures.windows import Period
from tracker.outputs.page.tiles import tiles_of
from tracker.outputs.story import Story
from tracker.products.briefing import briefing_of
from tracker.products.day import daily_files, figure_of, report_of
from tracker.products.map import MAP_DAYS
from tracker.products.render import render


@click.command("daily")
@with_choices
@on_option
@causes_option
@click.option("--out", metavar="DIR", help="Folder of the day's files [maps/DAY].")
def daily_command(choices: Choices, on: datetime | None, causes: list[str] | None, out: str | None) -> None:
    """Make the daily product: map, figure, tables, changes, bulletin and report of one day."""
    with answering(choices) as answer:
        day = opened(answer, on, causes)
    assert day.on is not None
    since = max(day.on - pd.Timedelta(days=MAP_DAYS - 1), answer.archive.first_day)
    page_command, command = command_line("report", day, choices, "--format html"), command_line("daily", day, choices)
    files = {
        "map.html": render("map", archive=answer.archive, since=since, on=day.on, causes=causes, lang=choices.lang),
        **daily_files(day, lang=choices.lang, command=command, page_command=page_command),
    }
    write_files(Path(out) if out else Path("maps") / f"{day.on:%Y-%m-%d}", files)


def opened(answer: Answer, on: datetime | None, causes: list[str] | None, period: Period = "day") -> Story:
    """Put together the tables of a day, week or month, and say how old its last snapshot is."""
    briefing = briefing_of(answer.archive, answer.day(on), period=period, causes=causes)
    say_state(answer.archive, briefing.on, briefing.control)
    return briefing


def command_line(command: str, briefing: Story, choices: Choices, *options: str) -> str:
    """Write the command that makes a product again, to the same bytes."""
    source = "" if briefing.note else f" --source {shlex.quote(str(briefing.control['source'].iloc[0]))}"
    lang = f" --lang {choices.lang}" if choices.lang != "en" else ""
    causes = f" --causes {','.join(briefing.causes)}" if briefing.causes is not None else ""
    return " ".join([f"tracker {command} --on {briefing.on:%Y-%m-%d}{source}{lang}{causes}", *options])


def write_files(folder: Path, files: dict[str, Any]) -> None:
    """Write the files of a product, all of them before any is named on stdout."""
    for name, content in files.items():
        write_whole(folder / name, content)
    for name in files:
        click.echo(folder / name)


@click.command("map")
@with_choices
@with_days
@causes_option
@click.option("--against", metavar="SOURCE", help="Another source: a layer shows where the two differ.")
@click.option("--tiles", metavar="NAME", help="A background from the network, as OpenTopoMap [none].")
@file_option
def map_command(
    choices: Choices,
    when: When,
    causes: list[str] | None,
    against: str | None,
    tiles: str | None,
    out: str | None,
) -> None:
    """Draw the interactive map: one HTML file that opens from disk, with a slider over all days up to the day.

    Without --since the slider begins with the archive. The file needs no network, unless it is given --tiles.
    """
    if when.on and when.until:
        raise click.UsageError("--on does not go with --until: both name the last day of the slider")
    if tiles:
        say_tiles(tiles)
    with answering(choices) as answer:
        archive, last = answer.archive, answer.day(when.on or when.until)
        other = opened_pair(choices, archive.source.name, against)[1] if against else None
        drawn: dict[str, Any] = {"other": other, "causes": causes, "lang": choices.lang, "tiles": tiles}
        page = render("map", archive=archive, since=when.since, on=last, **drawn)
        say_state(archive, last, archive.days(when.since or archive.first_day, last))
    emit(page, out)


def say_tiles(name: str) -> None:
    """Refuse tiles that cannot be had before anything is read, and say where they are not shown."""
    tiles = tiles_of(name)
    if not tiles.from_disk:
        say(
            "Tiles: {tiles} refuses pages opened from disk; put the page on a website, or choose others.",
            tiles=tiles.name,
        )


@click.command("report")
@with_choices
@on_option
@click.option("--week", is_flag=True, help="Of the week, from Monday, that holds the day.")
@click.option("--month", is_flag=True, help="Of the calendar month that holds the day.")
@causes_option
@with_output("markdown", "html", by_ending=False)
def report_command(
    choices: Choices, on: datetime | None, week: bool, month: bool, causes: list[str] | None, output: Output
) -> None:
    """Write the report of a day, a week or a month: what changed, in words and by sector, distances, the source.

    An HTML page carries its figure; beside a Markdown FILE it is written under the same name, ending in .png.
    """
    if week and month:
        raise click.UsageError("--week does not go with --month")
    html, path = output.form == "html", Path(str(output.out))
    if not html and path.suffix.lower() in (".html", ".htm", ".png"):
        raise click.UsageError(f"-o {output.out} would hold Markdown; add --format html, or name a .md file")
    period: Period = "week" if week else "month" if month else "day"
    with answering(choices) as answer:
        briefing = opened(answer, on, causes, period)
    beside = None if html or output.out in (None, "-") else path.with_suffix(".png")
    figure = figure_of(briefing, lang=choices.lang) if html or beside else b""
    options = [f"--{period}"] * (week or month) + ["--format html"] * html
    command, name = command_line("report", briefing, choices, *options), beside.name if beside else ""
    form: Any = output.form
    page = report_of(briefing, form, lang=choices.lang, command=command, figure=figure, figure_file=name)
    emit(page, output.out)
    if beside:
        emit(figure, str(beside))
