"""The command that prints the stock of a day: what is drawn as occupied and contested, not what changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.options import TABLE_FORMATS, days_asked, on_option, since_option, until_option
from tracker.cli.remarks import about_table, say_about, say_age, say_credit
from tracker.cli.terminal import Choices, emit_table, say, with_choices, with_output

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from tracker.archive.archive import Archive


PUBLISHED_KM2 = 603_628
"""Ukraine by its State Statistics Service, within its internationally recognised borders."""


@click.command("totals")
@with_choices
@on_option
@since_option
@until_option
@click.option("--by", type=click.Choice(["none", "oblast"]), default="none", show_default=True)
@with_output(*TABLE_FORMATS)
def totals_command(
    choices: Choices,
    on: datetime | None,
    since: datetime | None,
    until: datetime | None,
    by: Any,
    form: str,
    out: str | None,
) -> None:
    """Measure the stock of a day: occupied, of it since 2022, contested, and the share of Ukraine.

    What lies inside Ukraine, and shares, need the oblasts: tracker reference fetch oblasts, or use oblasts FILE.
    """
    import pandas as pd

    from tracker.archive import reference
    from tracker.measures.stock import stock

    archive = choices.open()
    first, last = days_asked(archive, on, since, until)
    borders = reference.own("oblasts", archive.folder)
    if borders is None and by == "oblast":
        raise ValueError("--by oblast needs borders: tracker reference use oblasts FILE, or reference fetch oblasts")
    control = archive.days(first, last)
    table = stock(control, days=pd.date_range(first, last), borders=borders, by=by)
    about = about_table(archive, "totals", (first, last), control["as_of"].max(), by=by, lang=choices.lang)
    say_age(archive, last, control["as_of"].max())
    emit_table(table, form, out, archive.note, **about)
    say_share(archive, table, borders)
    say_credit(archive)
    say_about(about)


def say_share(archive: Archive, table: pd.DataFrame, borders: gpd.GeoDataFrame | None) -> None:
    """Say what the share is a share of, or why there is none."""
    if borders is None:
        say("No oblasts: what is inside Ukraine and its share are missing; tracker reference use oblasts FILE.")
        return
    area_km2 = borders.area.sum() / 1e6
    say(f"Ukraine is {area_km2:,.0f} km² by the oblasts of this archive; published: {PUBLISHED_KM2:,}.")
    if table["occupied_share"].isna().all():
        say(f"{archive.source.name} leaves out ground that has been occupied since 2014: the share is missing.")
