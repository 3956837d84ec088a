"""Commands that print tables: advances, the ledger, distances."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from tracker.commands.options import (
    LEDGER_FORMATS,
    TABLE_FORMATS,
    causes_option,
    on_option,
    partition_for,
    period,
    say_counted,
    since_option,
    until_option,
)
from tracker.terminal import (
    Choices,
    emit_table,
    say,
    say_age,
    say_ages,
    say_breaks,
    say_credit,
    say_old_periods,
    with_choices,
    with_output,
)

__all__ = ["advances_command", "distances_command", "ledger_command"]


@click.command("advances")
@with_choices
@since_option
@until_option
@click.option("--every", type=click.Choice(["day", "week", "month", "year", "all"]), default="all", show_default=True)
@click.option("--by", type=click.Choice(["none", "sector", "ground", "oblast"]), default="none", show_default=True)
@causes_option
@with_output(*TABLE_FORMATS)
def advances_command(
    choices: Choices,
    since: datetime | None,
    until: datetime | None,
    every: Any,
    by: Any,
    causes: list[str] | None,
    form: str,
    out: str | None,
) -> None:
    """Sum what changed, by period and place.

    Days are inclusive: the state at the end of the day before --since against that at the end of --until. Gains and
    losses are gross, by daily steps, of the causes asked for; the net is the difference of the ends, of all causes.
    """
    from tracker.totals import summarise

    workspace = choices.open()
    first, last = period(workspace, since, until)
    workspace.require_published(first, last)
    control = workspace.states(first, last)
    ledger = workspace.changes(control, None if by == "none" else partition_for(workspace, by))
    table = summarise(ledger, every=every, by=by, since=first, until=last, control=control, causes=causes)
    say_ages(workspace, first, last, control)
    say_breaks(workspace, control)
    say_old_periods(workspace, table)
    emit_table(table, form, out, workspace.note)
    say("km² of drawn changes; gain and loss are gross, by daily steps; net is the difference of the ends.")
    say_counted(ledger, causes)
    say_credit(workspace)


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
    workspace = choices.open()
    first, last = period(workspace, since, until)
    workspace.require_published(first, last)
    control = workspace.states(first, last)
    ledger = workspace.changes(control, partition_for(workspace, by))
    say_ages(workspace, first, last, control)
    say_breaks(workspace, control)
    emit_table(ledger, form, out, workspace.note)
    say_credit(workspace)


@click.command("distances")
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
