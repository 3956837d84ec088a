"""Commands that make products: all of a day's, or the map, the figure or the report alone."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.comparing import opened_pair
from tracker.cli.options import causes_option, on_option, since_option, until_option
from tracker.cli.remarks import say_age, say_breaks, say_credit
from tracker.cli.terminal import Choices, emit, require_file, say, with_choices, with_output, with_picture

if TYPE_CHECKING:
    from tracker.archive.archive import Archive
    from tracker.measures.windows import Period
    from tracker.products.briefing import Briefing


@click.command("daily")
@with_choices
@on_option
@causes_option
@click.option("--out", metavar="DIR", help="Folder of the day's files [maps/DAY].")
def daily_command(choices: Choices, on: datetime | None, causes: list[str] | None, out: str | None) -> None:
    """Make the daily product: map, figure, tables, changes, bulletin and report of one day."""
    import pandas as pd

    from tracker.files import write_whole
    from tracker.products.day import daily_files
    from tracker.products.map import MAP_DAYS, map_of

    archive = choices.open()
    day = opened(archive, on, causes)
    folder = Path(out) if out else Path("maps") / f"{day.on:%Y-%m-%d}"
    page_command = command_line("report", day, choices, "--format html")
    command = command_line("daily", day, choices)
    since = max(day.on - pd.Timedelta(days=MAP_DAYS - 1), archive.first_day)
    files = {
        "map.html": map_of(archive, since=since, until=day.on, causes=causes, lang=choices.lang),
        **daily_files(day, lang=choices.lang, command=command, page_command=page_command),
    }
    for name, content in files.items():
        write_whole(folder / name, content)
    for name in files:
        click.echo(folder / name)


def opened(archive: Archive, on: datetime | None, causes: list[str] | None, period: Period = "day") -> Briefing:
    """Put together the tables of a day, week or month, and say how old its last snapshot is."""
    import pandas as pd

    from tracker.products.briefing import briefing_of

    chosen = pd.Timestamp(on) if on else archive.last_day
    briefing = briefing_of(archive, chosen, period=period, causes=causes)
    say_age(archive, briefing.on, briefing.control["as_of"].max())
    say_breaks(archive, briefing.control)
    say_credit(archive)
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
@since_option
@until_option
@causes_option
@click.option("--against", metavar="SOURCE", help="Another source: a layer shows where the two differ.")
@click.option("--tiles", metavar="NAME", help="A background from the network, as OpenTopoMap [none].")
@click.option("-o", "out", metavar="FILE", help="Write to a file [stdout].")
def map_command(
    choices: Choices,
    on: datetime | None,
    since: datetime | None,
    until: datetime | None,
    causes: list[str] | None,
    against: str | None,
    tiles: str | None,
    out: str | None,
) -> None:
    """Draw the interactive map: one HTML file that opens from disk, with a slider over all days up to the day.

    Without --since the slider begins with the archive. The file needs no network, unless it is given --tiles.
    """
    import pandas as pd

    from tracker.products.map import map_of

    if on and until:
        raise click.UsageError("--on does not go with --until: both name the last day of the slider")
    if tiles:
        say_tiles(tiles)
    archive = choices.open()
    last = pd.Timestamp(on or until or archive.last_day)
    other = opened_pair(choices.archive, archive.source.name, against)[1] if against else None
    page = map_of(archive, since=since, until=last, other=other, causes=causes, lang=choices.lang, tiles=tiles)
    say_age(archive, last, archive.days(last, last)["as_of"].max())
    say_breaks(archive, archive.days(since or archive.first_day, last))
    say_credit(archive)
    emit(page, out)


def say_tiles(name: str) -> None:
    """Refuse tiles that cannot be had before anything is read, and say where they are not shown."""
    from tracker.outputs.page.tiles import tiles_of

    tiles = tiles_of(name)
    if not tiles.from_disk:
        say(f"Tiles: {tiles.name} refuses pages opened from disk; put the page on a website, or choose others.")


@click.command("figure")
@with_choices
@on_option
@since_option
@until_option
@causes_option
@click.option("--sector", metavar="NAME", help="Show this sector or ground [where most changed].")
@click.option("--size", type=click.Choice(["web", "print", "square", "story"]), default="web", show_default=True)
@click.option("--chart", type=click.Choice(["months", "area", "distance", "sectors"]), help="Draw this, not the map.")
@click.option("--town", "towns", multiple=True, metavar="NAME", help="With --chart distance; again for more.")
@with_picture("png", "svg", "pdf")
def figure_command(
    choices: Choices,
    on: datetime | None,
    since: datetime | None,
    until: datetime | None,
    causes: list[str] | None,
    sector: str | None,
    size: str,
    chart: str | None,
    towns: tuple[str, ...],
    form: str,
    out: str | None,
) -> None:
    """Draw the figure of a day with its last 30 days, or of a period: an article's, a page's, a post's or a story's.

    web is 1600 × 1200 pixels, print an A4 page across at 300 dots per inch, square 1080 × 1080, story 1080 × 1920.

    With --chart a chart of a period, by default of all that the archive holds: km² gained and lost by month, occupied
    ground over time, how far towns were, or each sector's gains and losses.
    """
    from tracker.cli.charts import charted, refuse_chart_clashes
    from tracker.outputs import render

    if on and (since or until):
        raise click.UsageError("--on does not go with --since and --until")
    refuse_chart_clashes(chart, towns, on=on, sector=sector)
    if chart:
        options = {"causes": causes, "size": size, "format": form}
        emit(charted(choices, chart, towns, (since, until), **options), out)
        return
    archive = choices.open()
    of_period = since or until
    tables = opened_period(archive, since, until, causes) if of_period else opened(archive, on, causes).tables
    emit(render("figure", lang=choices.lang, sector=sector, size=size, format=form, **tables), out)


def opened_period(
    archive: Archive, since: datetime | None, until: datetime | None, causes: list[str] | None
) -> dict[str, Any]:
    """Put together the tables of any period for a figure, and say how old its last snapshot is."""
    from tracker.archive.span import span_of
    from tracker.products.figure import period_tables

    first, last = span_of(archive, since, until)
    tables = period_tables(archive, first, last, causes=causes)
    say_age(archive, last, tables["control"]["as_of"].max())
    say_breaks(archive, tables["control"])
    say_credit(archive)
    return tables


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
    from tracker.products.day import figure_of, report_of

    if week and month:
        raise click.UsageError("--week does not go with --month")
    require_file(out)
    if form == "markdown" and Path(str(out)).suffix.lower() in (".html", ".htm", ".png"):
        raise click.UsageError(f"-o {out} would hold Markdown; add --format html, or name a .md file")
    period: Period = "week" if week else "month" if month else "day"
    briefing = opened(choices.open(), on, causes, period)
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
