"""The command that writes the dossier of one town."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import since_option, until_option
from tracker.cli.remarks import say_age, say_breaks, say_credit
from tracker.cli.terminal import Choices, with_choices

if TYPE_CHECKING:
    from tracker.products.town import Dossier


@click.command("town")
@click.argument("name")
@with_choices
@since_option
@until_option
@click.option("--out", metavar="DIR", help="Folder of the town's files [maps/towns/NAME].")
def town_command(choices: Choices, name: str, since: datetime | None, until: datetime | None, out: str | None) -> None:
    """Write the dossier of one town: how far the front was, day by day, from which sides, and how fast it came.

    NAME is a name or a GeoNames id. A page and the same in Markdown, a small map, a chart, and every day of the period
    as CSV and XLSX. By default the last year of the archive.
    """
    from tracker.files import write_whole
    from tracker.products.town import dossier_files, dossier_of, slug_of

    archive = choices.open()
    dossier = dossier_of(archive, name, since=since, until=until)
    say_age(archive, dossier.until, dossier.distances["as_of"].max())
    say_breaks(archive, dossier.control)
    say_credit(archive)
    folder = Path(out) if out else Path("maps") / "towns" / slug_of(dossier)
    files = dossier_files(dossier, lang=choices.lang, command=command_line(dossier, choices))
    for file, content in files.items():
        write_whole(folder / file, content)
    for file in files:
        click.echo(folder / file)


def command_line(dossier: Dossier, choices: Choices) -> str:
    """Write the command that makes the dossier again, to the same bytes."""
    town = int(dossier.town["geonameid"].iloc[0])
    source = "" if dossier.note else f" --source {shlex.quote(str(dossier.distances['source'].iloc[0]))}"
    lang = f" --lang {choices.lang}" if choices.lang != "en" else ""
    return f"tracker town {town} --since {dossier.since:%Y-%m-%d} --until {dossier.until:%Y-%m-%d}{source}{lang}"
