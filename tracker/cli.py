"""The command line: wiring only. Results on stdout, talk and progress on stderr (see `terminal`).

Heavy libraries are imported inside the commands, so that `tracker --help` answers at once.
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker import __version__
from tracker.errors import SourceError
from tracker.terminal import (
    Choices,
    Commands,
    choose,
    emit,
    emit_table,
    say,
    say_age,
    say_ages,
    say_credit,
    say_old_periods,
    with_choices,
    with_output,
)

if TYPE_CHECKING:
    import pandas as pd

    from tracker.workspace import Workspace

__all__ = ["cli", "main"]

TABLE_FORMATS = ("table", "csv", "json")
LEDGER_FORMATS = (*TABLE_FORMATS, "geojson", "geoparquet", "gpkg", "kml")
REFERENCE_KINDS = ("gazetteer", "footprints", "oblasts", "basemap")


DAY = click.DateTime(["%Y-%m-%d"])
on_option = click.option("--on", type=DAY, help="The day, YYYY-MM-DD [the archive's last].")
since_option = click.option("--since", type=DAY, help="First day, inclusive.")
until_option = click.option("--until", type=DAY, help="Last day, inclusive.")


def period(workspace: Workspace, since: datetime | None, until: datetime | None) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Fill in the ends of a period from what the archive spans."""
    import pandas as pd

    if until and since is None:
        workspace.require_day(until)
    first = pd.Timestamp(since) if since else workspace.first_change_day()
    last = pd.Timestamp(until) if until else max(workspace.last_day, first)
    return first, last


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version=__version__, prog_name="tracker")
def cli() -> None:
    """How far did the front move? Public control maps in; dated changes, distances, maps and reports out.

    Without an archive the commands run on a bundled, illustrative sample.
    """


@cli.command("sources")
@with_choices
@with_output(*TABLE_FORMATS)
def sources_command(choices: Choices, form: str, out: str | None) -> None:
    """List every known source: credit, licence, terms, and what the archive holds of it."""
    from tracker.render.style import SAMPLE_NOTE
    from tracker.store import read_manifest
    from tracker.workspace import sources_table

    sample = read_manifest(choices.archive).empty and not choices.explicit
    table = sources_table(choices.archive, sample_allowed=sample)
    if sample:
        say(f"No archive in {choices.archive}: what is counted is the bundled {SAMPLE_NOTE}.")
    if choices.source:
        from tracker.sources import source_named

        table = table[table["source"] == source_named(choices.source).name].reset_index(drop=True)
    emit_table(table, form, out, SAMPLE_NOTE if sample else "")


@cli.command("load")
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("--archive", metavar="DIR", help="The archive [$TRACKER_ARCHIVE, else data/archive].")
def load_command(source: str, paths: tuple[str, ...], archive: str | None) -> None:
    """Parse files or folders of raw exports into the archive.

    What is there already is passed over. A bad file is named and left out; the exit status is then 3.
    """
    import pandas as pd
    from rich.console import Console
    from rich.progress import track

    from tracker.ingest import load_into
    from tracker.sources import source_named

    choices = choose(archive, None, None)
    chosen = source_named(source)
    console = Console(stderr=True)
    loaded = load_into(
        choices.archive,
        chosen,
        paths,
        now=pd.Timestamp(datetime.now(UTC)),
        on_error=lambda error: say(f"tracker: {error}"),
        progress=lambda files: track(files, "Loading", console=console, disable=not console.is_terminal),
    )
    replaced = f", {loaded.replaced} of them in place of another" if loaded.replaced else ""
    counts = f"{loaded.added} added{replaced}, {loaded.known} known already, {loaded.bad} refused"
    say(f"{source}: {counts}, in {choices.archive}")
    for fault in loaded.faults:
        say(f"tracker: {fault}; it is kept, listed in the manifest, and left out of all results")
    if loaded.bad:
        raise SourceError(f"{loaded.bad} of {loaded.added + loaded.known + loaded.bad} files were refused, see above")


@cli.command("advances")
@with_choices
@since_option
@until_option
@click.option("--every", type=click.Choice(["day", "week", "month", "year", "all"]), default="all", show_default=True)
@click.option("--by", type=click.Choice(["none", "sector", "ground", "oblast"]), default="none", show_default=True)
@with_output(*TABLE_FORMATS)
def advances_command(
    choices: Choices,
    since: datetime | None,
    until: datetime | None,
    every: Any,
    by: Any,
    form: str,
    out: str | None,
) -> None:
    """Sum what changed, by period and place.

    Days are inclusive: the state at the end of the day before --since against that at the end of --until. Gains and
    losses are gross, by daily steps; the net is the difference of the ends.
    """
    from tracker.diff import track
    from tracker.places import split
    from tracker.totals import summarise

    workspace = choices.open()
    first, last = period(workspace, since, until)
    workspace.require_published(first, last)
    control = workspace.states(first, last)
    ledger = track(control)
    if by != "none":
        ledger = split(ledger, partition_for(workspace, by))
    table = summarise(ledger, every=every, by=by, since=first, until=last, control=control)
    say_ages(workspace, first, last, control)
    say_old_periods(workspace, table)
    emit_table(table, form, out, workspace.note)
    say("km² of drawn changes; gain and loss are gross, by daily steps; net is the difference of the ends.")
    say_credit(workspace)


def partition_for(workspace: Workspace, by: str) -> Any:
    """Find the places that split a ledger."""
    from tracker import reference

    if by != "oblast":
        return reference.sectors()
    oblasts = reference.own("oblasts", workspace.archive)
    if oblasts is None:
        raise ValueError("--by oblast needs borders: tracker reference use oblasts FILE")
    return oblasts


@cli.command("ledger")
@with_choices
@since_option
@until_option
@click.option("--by", type=click.Choice(["sector", "oblast"]), default="sector", show_default=True)
@with_output(*LEDGER_FORMATS)
def ledger_command(
    choices: Choices, since: datetime | None, until: datetime | None, by: str, form: str, out: str | None
) -> None:
    """List the changed fragments themselves: dates, kind, area, where."""
    from tracker.diff import track
    from tracker.places import split

    workspace = choices.open()
    first, last = period(workspace, since, until)
    workspace.require_published(first, last)
    control = workspace.states(first, last)
    ledger = split(track(control), partition_for(workspace, by))
    say_ages(workspace, first, last, control)
    emit_table(ledger, form, out, workspace.note)
    say_credit(workspace)


@cli.command("distances")
@with_choices
@click.option("--town", "towns", multiple=True, metavar="NAME", help="Name or GeoNames id; again for more [all towns].")
@on_option
@since_option
@until_option
@click.option("--to", type=click.Choice(["occupied", "contested"]), default="occupied", show_default=True)
@with_output(*TABLE_FORMATS)
def distances_command(
    choices: Choices,
    towns: tuple[str, ...],
    on: datetime | None,
    since: datetime | None,
    until: datetime | None,
    to: Any,
    form: str,
    out: str | None,
) -> None:
    """Measure how far towns are from occupied or contested ground, from their edge and from their centre."""
    import pandas as pd

    from tracker.distances import distances

    if on and (since or until):
        raise click.UsageError("--on does not go with --since and --until")
    workspace = choices.open()
    places = workspace.towns(towns or None)
    if since or until:
        if until and since is None:
            workspace.require_day(until)
        first = pd.Timestamp(since) if since else workspace.first_day
        last = pd.Timestamp(until) if until else workspace.last_day
        workspace.require_published(first, last)
    else:
        first = last = pd.Timestamp(on) if on else workspace.last_day
    workspace.require_day(first)
    control = workspace.days(first, last)
    table = distances(control, places, to=to, days=pd.date_range(first, last))
    say_age(workspace, last, control["as_of"].max())
    emit_table(table, form, out, workspace.note)
    say("km on the ellipsoid; edge: from the settlement's limits (polygon) or a disc of its area; centre: its point.")
    say_credit(workspace)


@cli.command("daily")
@with_choices
@on_option
@click.option("--out", metavar="DIR", help="Folder of the day's files [maps/DAY].")
def daily_command(choices: Choices, on: datetime | None, out: str | None) -> None:
    """Make the daily product: map, figure, tables, changes and report of one day."""
    from tracker.files import write_whole
    from tracker.products import daily_files

    day = opened_day(choices, on)
    folder = Path(out) if out else Path("maps") / f"{day.on:%Y-%m-%d}"
    files = daily_files(day, lang=choices.lang, command=command_line(day, choices))
    for name, content in files.items():
        write_whole(folder / name, content)
    for name in files:
        click.echo(folder / name)


def opened_day(choices: Choices, on: datetime | None) -> Any:
    """Put together the tables of one day, and say how old its snapshot is."""
    import pandas as pd

    from tracker.products import day_of_workspace

    workspace = choices.open()
    chosen = pd.Timestamp(on) if on else workspace.last_day
    day = day_of_workspace(workspace, chosen)
    say_age(workspace, chosen, day.control["as_of"].max())
    say_credit(workspace)
    return day


def command_line(day: Any, choices: Choices) -> str:
    """Write the command that makes a day's product again."""
    source = "" if day.note else f" --source {shlex.quote(str(day.control['source'].iloc[0]))}"
    lang = f" --lang {choices.lang}" if choices.lang != "en" else ""
    return f"tracker daily --on {day.on:%Y-%m-%d}{source}{lang}"


@cli.command("map")
@with_choices
@on_option
@click.option("-o", "out", metavar="FILE", help="Write to a file [stdout].")
def map_command(choices: Choices, on: datetime | None, out: str | None) -> None:
    """Draw the interactive map of a day: one HTML file that opens from disk without network."""
    from tracker.render import render

    emit(render("map", lang=choices.lang, **opened_day(choices, on).tables), out)


@cli.command("figure")
@with_choices
@on_option
@click.option("--sector", metavar="NAME", help="Show this sector or ground [where most changed].")
@with_output("png", "svg", "pdf")
def figure_command(choices: Choices, on: datetime | None, sector: str | None, form: str, out: str | None) -> None:
    """Draw the figure of a day, to print."""
    from tracker.render import render

    tables = opened_day(choices, on).tables
    emit(render("figure", lang=choices.lang, sector=sector, format=form, **tables), out)


@cli.command("report")
@with_choices
@on_option
@with_output("markdown", "html")
def report_command(choices: Choices, on: datetime | None, form: Any, out: str | None) -> None:
    """Write the report of a day: what changed per sector, distances, what the figures mean, the source."""
    from tracker.products import figure_of, report_of

    day = opened_day(choices, on)
    figure = figure_of(day, lang=choices.lang) if form == "html" else b""
    emit(report_of(day, form, lang=choices.lang, command=command_line(day, choices), figure=figure), out)


@cli.group("reference")
def reference_group() -> None:
    """Use your own reference data with an archive."""


@reference_group.command("use")
@click.argument("kind", type=click.Choice(REFERENCE_KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--archive", metavar="DIR", help="The archive [$TRACKER_ARCHIVE, else data/archive].")
def reference_use_command(kind: str, file: str, archive: str | None) -> None:
    """Keep a gazetteer, footprints, oblasts or a basemap in the archive, for all commands from then on.

    Any vector file, or a GeoNames dump (UA.txt or its zip) for the gazetteer. Footprints are settlement limits with a
    column name_uk.
    """
    from tracker.reference import use

    choices = choose(archive, None, None)
    kept = use(kind, file, choices.archive)
    say(f"{kind}: {kept} rows kept in {choices.archive / 'reference'}")


def main() -> None:
    """Run the command line."""
    cli(prog_name="tracker")
