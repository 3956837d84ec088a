"""Commands that print tables of an archive: what changed, the changes themselves, and the stock of a day."""

from __future__ import annotations

from typing import Any

import click
import geopandas as gpd
import pandas as pd

from tracker.archive import reference
from tracker.archive.archive import Archive
from tracker.cli.answer import answering
from tracker.cli.formats import LEDGER_FORMATS, TABLE_FORMATS
from tracker.cli.frontline import deepened
from tracker.cli.options import (
    Choices,
    Output,
    When,
    by_option,
    causes_option,
    with_choices,
    with_days,
    with_output,
    with_period,
)
from tracker.cli.remarks import say_age, say_counted, say_ends, say_old_periods
from tracker.cli.terminal import say
from tracker.measures.stock import stock
from tracker.measures.sums import summarise

PUBLISHED_KM2 = 603_628
"""Ukraine by its State Statistics Service, within its internationally recognised borders."""


@click.command("advances")
@with_choices
@with_period
@click.option("--every", type=click.Choice(["day", "week", "month", "year", "all"]), default="all", show_default=True)
@by_option("none", "sector", "ground", "oblast")
@causes_option
@click.option("--in-depth", "deep", is_flag=True, help="With depth, days contested, shares and rank in history; slow.")
@with_output(*TABLE_FORMATS)
def advances_command(
    choices: Choices, when: When, every: Any, by: Any, causes: list[str] | None, deep: bool, output: Output
) -> None:
    """Sum what changed, by period and place.

    Days are inclusive: the state at the end of the day before --since against that at the end of --until. Gains and
    losses are gross, by daily steps, of the causes asked for; the net is the difference of the ends, of all causes.
    """
    with answering(choices) as answer:
        archive, span = answer.archive, answer.period(when)
        control = archive.states(*span)
        ledger = archive.changes(control, answer.places(by))
        table = summarise(
            ledger, every=every, by=by, since=span.since, until=span.until, control=control, causes=causes
        )
        say_ends(archive, span, control)
        say_old_periods(archive, table)
        table = deepened(answer, table, span.until, by, causes) if deep else table
        answer.describe("advances", span, control["as_of"].max(), by=by)
        answer.emit(table, output)
        say("km² of drawn changes; gain and loss are gross, by daily steps; net is the difference of the ends.")
        say_counted(ledger, causes)


@click.command("ledger")
@with_choices
@with_period
@by_option("sector", "oblast", default="sector")
@with_output(*LEDGER_FORMATS)
def ledger_command(choices: Choices, when: When, by: str, output: Output) -> None:
    """List the changed fragments themselves: dates, kind, area, cause, where."""
    with answering(choices) as answer:
        archive, span = answer.archive, answer.period(when)
        control = archive.states(*span)
        ledger = archive.changes(control, answer.places(by))
        say_ends(archive, span, control)
        answer.describe("ledger", span, control["as_of"].max())
        answer.emit(ledger, output)


@click.command("totals")
@with_choices
@with_days
@by_option("none", "oblast")
@with_output(*TABLE_FORMATS)
def totals_command(choices: Choices, when: When, by: Any, output: Output) -> None:
    """Measure the stock of a day: occupied, of it since 2022, contested, and the share of Ukraine.

    What lies inside Ukraine, and shares, need the oblasts: tracker reference fetch oblasts, or use oblasts FILE.
    """
    with answering(choices) as answer:
        archive, span = answer.archive, answer.days(when)
        borders = reference.own("oblasts", archive.reference)
        if borders is None and by == "oblast":
            raise ValueError(
                "--by oblast needs borders: tracker reference use oblasts FILE, or reference fetch oblasts"
            )
        control = archive.days(*span)
        table = stock(control, days=pd.date_range(*span), borders=borders, by=by)
        answer.describe("totals", span, control["as_of"].max(), by=by)
        say_age(archive, span.until, control["as_of"].max())
        answer.emit(table, output)
        say_share(archive, table, borders)


def say_share(archive: Archive, table: pd.DataFrame, borders: gpd.GeoDataFrame | None) -> None:
    """Say what the share is a share of, or why there is none."""
    if borders is None:
        say("No oblasts: what is inside Ukraine and its share are missing; tracker reference use oblasts FILE.")
        return
    say(
        "Ukraine is {area_km2:,.0f} km² by the oblasts of this archive; published: {published_km2:,}.",
        area_km2=borders.area.sum() / 1e6,
        published_km2=PUBLISHED_KM2,
    )
    if table["occupied_share"].isna().all():
        say(
            "{source} leaves out ground that has been occupied since 2014: the share is missing.",
            source=archive.source.name,
        )
