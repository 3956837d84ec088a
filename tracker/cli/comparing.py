"""The command that compares two sources with each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
import geopandas as gpd
import pandas as pd

from tracker.archive.archive import Archive
from tracker.cli.answer import emit_table, places_of
from tracker.cli.formats import TABLE_FORMATS
from tracker.cli.options import (
    Choices,
    Output,
    archive_option,
    by_option,
    choose,
    day_option,
    gathered,
    lang_option,
    with_output,
)
from tracker.cli.remarks import say_age, say_terms
from tracker.cli.terminal import emit, say, spoken
from tracker.measures.agreement import agreement, at_front, disagreements
from tracker.outputs.page.agreement_text import AT_THE_FRONT, EVERYWHERE, caveats_of, summary_text
from tracker.outputs.words.catalogue import translated
from tracker.places import bundled
from tracker.products.render import render
from tracker.sources import source_named
from tracker.sources.credits import source_credits


@click.command("agreement")
@click.argument("source")
@click.argument("other")
@day_option("--on", "The day [the last one up to which both are in the archive].")
@by_option("none", "sector", "ground", "oblast", default="sector")
@gathered("choices", choose, archive=archive_option, lang=lang_option("the page"))
@with_output(*TABLE_FORMATS, "geojson", "html")
def agreement_command(source: str, other: str, on: datetime | None, by: Any, choices: Choices, output: Output) -> None:
    """Compare two sources on a day: what both hold, what only one of them does, intersection over union.

    A table by place (--by none: the whole), the pieces that only one of them holds (geojson), or a page with a map of
    them (html). What the sources count differently is said on stderr and on the page.
    """
    pair = opened_pair(choices, source, other)
    day = common_day(pair, on)
    control, theirs = (archive.days(day, day) for archive in pair)
    places = None if by == "none" else places_of(pair[0], by)
    if output.form == "html":
        emit(render("agreement", archive=pair[0], other=pair[1], on=day, lang=choices.lang), output.out)
    elif output.form == "geojson":
        emit_table(disagreements(control, theirs, places, on=day), output)
    else:
        credits = [line for archive in pair for line in source_credits(archive.source)]
        emit_table(agreement(control, theirs, places, by=by, on=day), output, credits=credits)
    say_agreement(pair, [control, theirs], day)


def opened_pair(choices: Choices, source: str, other: str) -> list[Archive]:
    """Open an archive through two sources, which must not be one and the same."""
    if source_named(source).name == source_named(other).name:
        raise click.UsageError(f"{source} is compared with itself; name two sources")
    return [choices.open_through(name) for name in (source, other)]


def common_day(pair: list[Archive], on: datetime | None) -> pd.Timestamp:
    """Choose the day: as asked, else the last one up to which both sources are in the archive."""
    return pd.Timestamp(on) if on else min(archive.last_day for archive in pair)


def say_agreement(pair: list[Archive], states: list[gpd.GeoDataFrame], day: pd.Timestamp) -> None:
    """Say how far the two agree as a whole, how old their states are, whose they are, and what they do not share."""
    control, other = states
    front = at_front(agreement(control, other, bundled.sectors(day), on=day))
    for where, table in ((EVERYWHERE, agreement(control, other, on=day)), (AT_THE_FRONT, front)):
        for row in table.to_dict("records"):
            say(summary_text(row, where, spoken()))
    for archive, state in zip(pair, states, strict=True):
        source = archive.source
        say_age(archive, day, state["as_of"].iloc[0])
        say_terms(source.credit, source.licence, source.terms_url)
        if source.note:
            say("Note: {title}: {note}", title=source.title, note=source.note)
    said = [[translated(text, spoken()) for text in (one.source.title, one.source.since)] for one in pair]
    titles, since = zip(*said, strict=True)
    for line in caveats_of(control, other, titles=titles, since=since, lang=spoken()):
        say("Not alike: {line}", line=line)
