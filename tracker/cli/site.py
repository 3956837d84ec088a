"""Commands that write folders of pages: the static site, and the dossier of one town."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from tracker.cli.answer import answering
from tracker.cli.options import Choices, When, causes_option, with_choices, with_period
from tracker.cli.products import command_line, write_files
from tracker.cli.progress import track
from tracker.cli.remarks import say_age, say_breaks
from tracker.cli.terminal import say
from tracker.outputs.story import Story
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import days_text
from tracker.products.filled import story_of
from tracker.products.site import build_site
from tracker.products.site_parts import site_of
from tracker.products.town import dossier_files, slug_of
from tracker.tables.messages import Message


@click.command("site")
@with_choices
@with_period
@causes_option
@click.option("--out", required=True, metavar="DIR", help="Folder of the site, or a new one.")
def site_command(choices: Choices, when: When, causes: list[str] | None, out: str) -> None:
    """Build a static site: a page a day, a sector and a town, one map with a slider over all days, a JSON index.

    All links are relative: it opens from disk, and from any folder of a web server. Run again, it builds only days
    whose maps changed, and writes only files that do. By default it shows every day of the archive that has a map.
    """

    def command(name: str, briefing: Story, *options: str) -> str:
        return command_line(name, briefing, choices, *options)

    with answering(choices) as answer:
        chosen: dict[str, Any] = {"lang": choices.lang, "causes": causes, "command": command}
        site = site_of(answer.archive, since=when.since, until=when.until, **chosen)
    if not answer.archive.note:
        say(
            "To publish this site needs the permission of {title}: its terms apply to all of it.",
            title=answer.archive.source.title,
        )
    built = build_site(site, Path(out), progress=lambda days: track(days, "Building days"))
    parts = ", ".join(map(words(choices.lang).gettext, built.parts))
    others = Message(", and {parts}", parts=parts) if parts else ""
    days = {"built": days_text(built.days, choices.lang), "kept": days_text(built.kept, choices.lang)}
    say(
        "{folder}: {built} built{others}; {kept} up to date, {removed} removed",
        folder=out,
        others=others,
        removed=built.removed,
        **days,
    )
    click.echo(Path(out) / "index.html")


@click.command("town")
@click.argument("name")
@with_choices
@with_period
@click.option("--out", metavar="DIR", help="Folder of the town's files [maps/towns/NAME].")
def town_command(choices: Choices, name: str, when: When, out: str | None) -> None:
    """Write the dossier of one town: how far the front was, day by day, from which sides, and how fast it came.

    NAME is a name or a GeoNames id. A page and the same in Markdown, a small map, a chart, and every day of the period
    as CSV and XLSX. By default the last year of the archive.
    """
    with answering(choices) as answer:
        dossier = story_of(answer.archive, "dossier", town=name, since=when.since, until=when.until)
        say_age(answer.archive, dossier.on, dossier.control["as_of"].max())
        say_breaks(answer.archive, dossier.control)
    files = dossier_files(dossier, lang=choices.lang, command=command_line_of(dossier, choices))
    write_files(Path(out) if out else Path("maps") / "towns" / slug_of(dossier), files)


def command_line_of(dossier: Story, choices: Choices) -> str:
    """Write the command that makes the dossier again, to the same bytes."""
    town = int(dossier.town["geonameid"].iloc[0])
    source = "" if dossier.note else f" --source {shlex.quote(str(dossier.control['source'].iloc[0]))}"
    lang = f" --lang {choices.lang}" if choices.lang != "en" else ""
    return f"tracker town {town} --since {dossier.since:%Y-%m-%d} --until {dossier.on:%Y-%m-%d}{source}{lang}"
