"""The command that draws the line of contact, and the columns of `tracker advances --in-depth`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.options import LEDGER_FORMATS, on_option, partition_for
from tracker.cli.remarks import about_table, say_about, say_age, say_credit
from tracker.cli.terminal import Choices, emit_table, say, with_choices, with_output

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from tracker.archive.archive import Archive


@click.command("frontline")
@with_choices
@on_option
@click.option("--by", type=click.Choice(["none", "sector", "oblast"]), default="sector", show_default=True)
@with_output(*LEDGER_FORMATS)
def frontline_command(choices: Choices, on: datetime | None, by: str, form: str, out: str | None) -> None:
    """Draw the line of contact of a day, and measure it.

    It is the boundary of occupied ground where that faces ground that is not: not the coast, not the state border.
    """
    import pandas as pd

    archive = choices.open()
    day = pd.Timestamp(on) if on else archive.last_day
    archive.require_day(day)
    control = archive.days(day, day)
    table = lines_of(archive, control, None if by == "none" else partition_for(archive, by), [day])
    as_of = control["as_of"].max()
    say_age(archive, day, as_of)
    about = about_table(archive, "frontline", (day, day), as_of, by=by, lang=choices.lang)
    emit_table(table, form, out, archive.note, **about)
    say(f"The line of contact is {table['length_km'].sum():,.1f} km long as it is drawn: a finer drawing is longer.")
    say_method(table)
    if archive.source.since:
        say("The source leaves out ground that is occupied (see the note): the line runs around that ground too.")
    say_credit(archive)
    say_about(about)


def lines_of(archive: Archive, control: gpd.GeoDataFrame, sectors: Any, days: Any) -> gpd.GeoDataFrame:
    """Draw the lines of days with what the archive knows of borders and settlements."""
    from tracker.archive import reference
    from tracker.measures.frontline import frontline

    borders = reference.own("oblasts", archive.folder)
    return frontline(control, archive.settlements(), sectors=sectors, borders=borders, days=days)


def deepened(
    archive: Archive, table: pd.DataFrame, last: pd.Timestamp, by: str, causes: list[str] | None
) -> pd.DataFrame:
    """Add to a summary what `tracker.depth` tells of its gains, from all that the archive holds up to its last day."""
    from tracker.measures.depth import in_depth, occupied_share, start_days

    history = archive.states(archive.first_change_day(), last)
    places = None if by == "none" else partition_for(archive, by)
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
    if since == since:
        say(
            f"percentile: of the same number of days before, sliding, since {since:%Y-%m-%d}; most_since: the end of "
            "the last ones with as much gain, where that is long ago; most_on_record: there were none."
        )
    say_method(lines)
