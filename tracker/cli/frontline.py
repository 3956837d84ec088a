"""The command that draws the line of contact, and the columns of `tracker advances --in-depth`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
import geopandas as gpd
import pandas as pd

from tracker.archive import reference
from tracker.archive.archive import Archive
from tracker.archive.span import Span
from tracker.cli.answer import Answer, answering
from tracker.cli.formats import LEDGER_FORMATS
from tracker.cli.options import Choices, Output, by_option, on_option, with_choices, with_output
from tracker.cli.remarks import say_age
from tracker.cli.terminal import say
from tracker.measures.depth import in_depth, occupied_share, start_days
from tracker.measures.frontline import frontline


@click.command("frontline")
@with_choices
@on_option
@by_option("none", "sector", "oblast", default="sector")
@with_output(*LEDGER_FORMATS)
def frontline_command(choices: Choices, on: datetime | None, by: str, output: Output) -> None:
    """Draw the line of contact of a day, and measure it.

    It is the boundary of occupied ground where that faces ground that is not: not the coast, not the state border.
    """
    with answering(choices) as answer:
        archive, day = answer.archive, answer.day(on)
        archive.require_day(day)
        control = archive.days(day, day)
        table = lines_of(archive, control, answer.places(by), [day])
        as_of = control["as_of"].max()
        say_age(archive, day, as_of)
        answer.describe("frontline", Span(day, day), as_of, by=by)
        answer.emit(table, output)
        say(
            "The line of contact is {length_km:,.1f} km long as it is drawn: a finer drawing is longer.",
            length_km=table["length_km"].sum(),
        )
        say_method(table)
        if archive.source.since:
            say("The source leaves out ground that is occupied (see the note): the line runs around that ground too.")


def lines_of(archive: Archive, control: gpd.GeoDataFrame, sectors: Any, days: Any) -> gpd.GeoDataFrame:
    """Draw the lines of days with what the archive knows of borders and settlements."""
    borders = reference.own("oblasts", archive.reference)
    return frontline(control, archive.settlements(), sectors=sectors, borders=borders, days=days)


def deepened(
    answer: Answer, table: pd.DataFrame, last: pd.Timestamp, by: str, causes: list[str] | None
) -> pd.DataFrame:
    """Add to a summary what `tracker.depth` tells of its gains, from all that the archive holds up to its last day."""
    archive, places = answer.archive, answer.places(by)
    history = archive.states(archive.first_change_day(), last)
    ledger = archive.changes(history, places)
    lines = lines_of(archive, history, places, start_days(table))
    deep = in_depth(table, ledger, history, lines=lines, causes=causes)
    if by == "oblast":
        deep["occupied_share"] = occupied_share(table, history, places)
    say_in_depth(deep, lines)
    return deep


def say_method(lines: gpd.GeoDataFrame) -> None:
    """Say how the line was told from coasts and borders, where that can be done better."""
    if (lines["method"] == "settlements").any():
        say(
            "No oblasts: coasts and borders are told by the settlements in sight, and near its ends the line takes in "
            "some kilometres of the state border (4 % on 2025-01-06); better: tracker reference use oblasts FILE."
        )


def say_in_depth(table: pd.DataFrame, lines: gpd.GeoDataFrame) -> None:
    """Say what the further columns mean."""
    say(
        "depth_km: area gained by active_front_km, the line of contact at the start within 1 km of gains. "
        "contested_days_median: how long half of the gained ground that had been contested had been so, at least."
    )
    since = table["history_since"].min()
    if not pd.isna(since):
        say(
            "percentile: of the same number of days before, sliding, since {since:%Y-%m-%d}; most_since: the end of "
            "the last ones with as much gain, where that is long ago; most_on_record: there were none.",
            since=since,
        )
    say_method(lines)
