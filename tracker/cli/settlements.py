"""The command that tells a day by its settlements, in words."""

from __future__ import annotations

from datetime import datetime

import click

from tracker.cli.options import causes_option, on_option
from tracker.cli.remarks import say_ages, say_breaks, say_counted, say_credit
from tracker.cli.terminal import Choices, emit, emit_table, with_choices, with_output
from tracker.places import bundled


@click.command("bulletin")
@with_choices
@on_option
@causes_option
@with_output("text", "markdown", "json", "csv")
def bulletin_command(
    choices: Choices, on: datetime | None, causes: list[str] | None, form: str, out: str | None
) -> None:
    """Tell a day in words: which settlements were occupied, advanced near, lost, contested or cleared, by sector.

    Each changed piece is divided among the settlements nearest to its ground. JSON and CSV have a row a settlement and
    action, with its share in km² and a point in it.
    """
    import pandas as pd

    from tracker.archive import reference
    from tracker.measures.bulletin import bulletin
    from tracker.outputs import render
    from tracker.sources.credits import credits_of

    archive = choices.open()
    day = pd.Timestamp(on) if on else archive.last_day
    archive.require_published(day, day)
    control = archive.states(day, day)
    sectors, places = bundled.sectors(day), reference.gazetteer(archive=archive.folder)
    ledger = archive.changes(control, sectors)
    table = bulletin(ledger, control, places, causes=causes)
    say_ages(archive, day, day, control)
    say_breaks(archive, control)
    if form in ("text", "markdown"):
        maps = {"start": control["as_of"].min(), "as_of": control["as_of"].max(), "title": archive.source.title}
        about = {"credits": credits_of(archive.source, places), "note": archive.note, "lang": choices.lang}
        emit(render("bulletin", table=table, on=day, sectors=sectors, format=form, **maps, **about), out)
    else:
        emit_table(table, form, out, archive.note)
    say_counted(ledger, causes)
    say_credit(archive)
