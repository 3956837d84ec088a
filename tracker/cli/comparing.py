"""Commands that compare sources with each other."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.options import DAY, TABLE_FORMATS, archive_option, partition_for
from tracker.cli.remarks import say_age
from tracker.cli.terminal import choose, emit, emit_table, say, with_output
from tracker.places import bundled

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from tracker.archive.archive import Archive


@click.command("agreement")
@click.argument("source")
@click.argument("other")
@click.option("--on", type=DAY, help="The day, YYYY-MM-DD [the last one up to which both are in the archive].")
@click.option("--by", type=click.Choice(["none", "sector", "ground", "oblast"]), default="sector", show_default=True)
@archive_option
@click.option("--lang", type=click.Choice(["en", "uk"]), help="Language of the page [en].")
@with_output(*TABLE_FORMATS, "geojson", "html")
def agreement_command(
    source: str,
    other: str,
    on: datetime | None,
    by: Any,
    archive: str | None,
    lang: str | None,
    form: str,
    out: str | None,
) -> None:
    """Compare two sources on a day: what both hold, what only one of them does, intersection over union.

    A table by place (--by none: the whole), the pieces that only one of them holds (geojson), or a page with a map of
    them (html). What the sources count differently is said on stderr and on the page.
    """
    from tracker.measures.agreement import agreement, disagreements
    from tracker.sources.credits import source_credits

    choices = choose(archive, None, lang)
    pair = opened_pair(choices.archive, source, other)
    day = common_day(pair, on)
    control, theirs = (archive.days(day, day) for archive in pair)
    places = None if by == "none" else partition_for(pair[0], by)
    if form == "html":
        emit(page_of(pair, [control, theirs], day, choices.lang), out)
    elif form == "geojson":
        emit_table(disagreements(control, theirs, places, on=day), form, out)
    else:
        credits = [line for archive in pair for line in source_credits(archive.source)]
        emit_table(agreement(control, theirs, places, by=by, on=day), form, out, credits=credits)
    say_agreement(pair, [control, theirs], day)


def opened_pair(archive: Any, source: str, other: str) -> list[Archive]:
    """Open an archive through two sources, which must not be one and the same."""
    from tracker.archive.archive import open_archive
    from tracker.sources import source_named

    if source_named(source).name == source_named(other).name:
        raise click.UsageError(f"{source} is compared with itself; name two sources")
    return [open_archive(archive, name) for name in (source, other)]


def common_day(pair: list[Archive], on: datetime | None) -> pd.Timestamp:
    """Choose the day: as asked, else the last one up to which both sources are in the archive."""
    import pandas as pd

    return pd.Timestamp(on) if on else min(archive.last_day for archive in pair)


def page_of(pair: list[Archive], states: list[gpd.GeoDataFrame], day: pd.Timestamp, lang: str) -> str | bytes:
    """Draw the page, with the archive's own reference data."""
    from tracker.archive import reference
    from tracker.products.render import render

    archive = pair[0].folder
    tables = {"control": states[0], "other": states[1], "places": reference.gazetteer(archive=archive)}
    own = {kind: reference.own(kind, archive) for kind in ("basemap", "oblasts")}
    return render("agreement", on=day, lang=lang, **tables, **own)


def say_agreement(pair: list[Archive], states: list[gpd.GeoDataFrame], day: pd.Timestamp) -> None:
    """Say how far the two agree as a whole, how old their states are, whose they are, and what they do not share."""
    from tracker.measures.agreement import agreement, at_front
    from tracker.outputs.page.agreement_text import caveats_of, summary_text

    control, other = states
    front = at_front(agreement(control, other, bundled.sectors(day), on=day))
    for where, table in (("everywhere", agreement(control, other, on=day)), ("in the sectors of the front", front)):
        for row in table.to_dict("records"):
            say(summary_text(row, where))
    for archive, state in zip(pair, states, strict=True):
        say_age(archive, day, state["as_of"].iloc[0])
        source = archive.source
        say(f"Source: {source.credit}. {source.licence}. {source.terms_url}")
        if source.note:
            say(f"Note: {source.title}: {source.note}")
    titles, since = zip(*((w.source.title, w.source.since) for w in pair), strict=True)
    for line in caveats_of(control, other, titles=titles, since=since):
        say(f"Not alike: {line}")
