"""Commands on settlements: which of them changed status, and a day told by them in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from tracker.archive.span import Span
from tracker.changes.causes import counted
from tracker.cli.answer import answering
from tracker.cli.formats import LEDGER_FORMATS
from tracker.cli.options import (
    Choices,
    Output,
    When,
    by_option,
    causes_option,
    on_option,
    with_choices,
    with_output,
    with_period,
)
from tracker.cli.remarks import say_counted, say_ends
from tracker.cli.terminal import emit, say
from tracker.measures.captures import captures, with_sectors
from tracker.outputs import renderer
from tracker.places import bundled
from tracker.products.filled import story_of


@click.command("captures")
@with_choices
@with_period
@by_option("point", "footprint", default="point", help="See above.")
@click.option("--town", "towns", multiple=True, metavar="NAME", help="Only this; again for more [all settlements].")
@causes_option
@with_output(*LEDGER_FORMATS)
def captures_command(
    choices: Choices, when: When, by: Any, towns: tuple[str, ...], causes: list[str] | None, output: Output
) -> None:
    """List the settlements that changed status: the day, from what to what, and how long they were contested.

    By point a settlement is what its centre point is. By footprint it is occupied when at least half of its limits (or
    of a disc of its area) is, contested when at least half is contested or occupied, else free.
    """
    with answering(choices) as answer:
        archive, span = answer.archive, answer.period(when)
        places = archive.towns(towns) if towns else archive.settlements()
        # From the first map on: how long a place was contested does not depend on where the period begins.
        control = archive.days(archive.first_day, span.until)
        log = captures(control, places, by=by, ledger=archive.changes(control))
        log = with_sectors(log[log["day"] >= span.since], bundled.sectors())
        kept = log[counted(log, causes)].reset_index(drop=True)
        say_ends(archive, span, archive.states(*span))
        answer.describe("captures", span, control["as_of"].max(), places=places)
        answer.emit(kept, output)
        if left := len(log) - len(kept):
            say(
                "Changes of the drawn status of settlements: {kept}; left out as noise or of causes not asked for: "
                "{left}.",
                kept=len(kept),
                left=left,
            )
        else:
            say("Changes of the drawn status of settlements: {kept}.", kept=len(kept))


@click.command("bulletin")
@with_choices
@on_option
@causes_option
@with_output("text", "markdown", "json", "csv")
def bulletin_command(choices: Choices, on: datetime | None, causes: list[str] | None, output: Output) -> None:
    """Tell a day in words: which settlements were occupied, advanced near, lost, contested or cleared, by sector.

    Each changed piece is divided among the settlements nearest to its ground. JSON and CSV have a row a settlement and
    action, with its share in km² and a point in it.
    """
    with answering(choices) as answer:
        day = answer.day(on)
        story = story_of(answer.archive, "bulletin", on=day, causes=causes)
        say_ends(answer.archive, Span(day, day), story.control)
        if output.form in ("text", "markdown"):
            emit(renderer("bulletin").render(story, lang=choices.lang, format=output.form), output.out)
        else:
            answer.emit(story.table, output)
        say_counted(story.ledger, causes)
