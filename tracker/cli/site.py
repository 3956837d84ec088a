"""The command that builds the static site."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import causes_option, since_option, until_option
from tracker.cli.products import command_line
from tracker.cli.remarks import say_credit
from tracker.cli.terminal import Choices, say, with_choices

if TYPE_CHECKING:
    from tracker.products.briefing import Briefing


@click.command("site")
@with_choices
@since_option
@until_option
@causes_option
@click.option("--out", required=True, metavar="DIR", help="Folder of the site, or a new one.")
def site_command(
    choices: Choices, since: datetime | None, until: datetime | None, causes: list[str] | None, out: str
) -> None:
    """Build a static site: a page a day, a sector and a town, one map with a slider over all days, a JSON index.

    All links are relative: it opens from disk, and from any folder of a web server. Run again, it builds only days
    whose maps changed, and writes only files that do. By default it shows every day of the archive that has a map.
    """
    from rich.console import Console
    from rich.progress import track

    from tracker.outputs.words.text import days_text
    from tracker.products.site import build_site
    from tracker.products.site_parts import site_of

    def command(name: str, briefing: Briefing, *options: str) -> str:
        return command_line(name, briefing, choices, *options)

    archive = choices.open()
    chosen = {"lang": choices.lang, "causes": causes, "command": command}
    site = site_of(archive, since=since, until=until, **chosen)
    say_credit(archive)
    if not archive.note:
        say(f"To publish this site needs the permission of {archive.source.title}: its terms apply to all of it.")
    console = Console(stderr=True)
    built = build_site(
        site,
        Path(out),
        progress=lambda days: track(days, "Building days", console=console, disable=not console.is_terminal),
    )
    others = f", and {', '.join(built.parts)}" if built.parts else ""
    say(f"{out}: {days_text(built.days)} built{others}; {days_text(built.kept)} up to date, {built.removed} removed")
    click.echo(Path(out) / "index.html")
