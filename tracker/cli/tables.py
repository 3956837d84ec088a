"""Commands that print tables of change: advances and the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from tracker.cli.frontline import deepened
from tracker.cli.options import (
    LEDGER_FORMATS,
    TABLE_FORMATS,
    causes_option,
    partition_for,
    since_option,
    until_option,
)
from tracker.cli.remarks import about_table, say_about, say_ages, say_breaks, say_counted, say_credit, say_old_periods
from tracker.cli.terminal import Choices, emit_table, say, with_choices, with_output


@click.command("advances")
@with_choices
@since_option
@until_option
@click.option("--every", type=click.Choice(["day", "week", "month", "year", "all"]), default="all", show_default=True)
@click.option("--by", type=click.Choice(["none", "sector", "ground", "oblast"]), default="none", show_default=True)
@causes_option
@click.option("--in-depth", "deep", is_flag=True, help="With depth, days contested, shares and rank in history; slow.")
@with_output(*TABLE_FORMATS)
def advances_command(
    choices: Choices,
    since: datetime | None,
    until: datetime | None,
    every: Any,
    by: Any,
    causes: list[str] | None,
    deep: bool,
    form: str,
    out: str | None,
) -> None:
    """Sum what changed, by period and place.

    Days are inclusive: the state at the end of the day before --since against that at the end of --until. Gains and
    losses are gross, by daily steps, of the causes asked for; the net is the difference of the ends, of all causes.
    """
    from tracker.archive.span import span_of
    from tracker.measures.sums import summarise

    archive = choices.open()
    first, last = span_of(archive, since, until)
    control = archive.states(first, last)
    ledger = archive.changes(control, None if by == "none" else partition_for(archive, by))
    table = summarise(ledger, every=every, by=by, since=first, until=last, control=control, causes=causes)
    say_ages(archive, first, last, control)
    say_breaks(archive, control)
    say_old_periods(archive, table)
    table = deepened(archive, table, last, by, causes) if deep else table
    about = about_table(archive, "advances", (first, last), control["as_of"].max(), by=by, lang=choices.lang)
    emit_table(table, form, out, archive.note, **about)
    say("km² of drawn changes; gain and loss are gross, by daily steps; net is the difference of the ends.")
    say_counted(ledger, causes)
    say_credit(archive)
    say_about(about)


@click.command("ledger")
@with_choices
@since_option
@until_option
@click.option("--by", type=click.Choice(["sector", "oblast"]), default="sector", show_default=True)
@with_output(*LEDGER_FORMATS)
def ledger_command(
    choices: Choices, since: datetime | None, until: datetime | None, by: str, form: str, out: str | None
) -> None:
    """List the changed fragments themselves: dates, kind, area, cause, where."""
    from tracker.archive.span import span_of

    archive = choices.open()
    first, last = span_of(archive, since, until)
    control = archive.states(first, last)
    ledger = archive.changes(control, partition_for(archive, by))
    say_ages(archive, first, last, control)
    say_breaks(archive, control)
    about = about_table(archive, "ledger", (first, last), control["as_of"].max(), lang=choices.lang)
    emit_table(ledger, form, out, archive.note, **about)
    say_credit(archive)
    say_about(about)
