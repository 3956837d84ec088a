"""What is said on stderr of the maps behind a result: how old they are, what they do not cover, whose they are."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive.archive import Archive
from tracker.archive.span import Span
from tracker.changes.causes import COUNTED
from tracker.changes.snapshots import epoch_starts
from tracker.cli.terminal import say
from tracker.measures.sums import by_cause, with_ages
from tracker.sources.base import Source
from tracker.tables.constants import STALE_DAYS
from tracker.tables.days import Day, day_of, old_days


def say_age(archive: Archive, day: Day, as_of: Any) -> None:
    """Say how old the snapshot behind a day is, where it is older than three days."""
    if age := old_days(day, as_of):
        say(
            "{source}: the state of {day:%Y-%m-%d} is a snapshot of {as_of:%Y-%m-%d}, {age} days old.",
            source=archive.source.name,
            day=day,
            as_of=as_of,
            age=age,
        )


def say_state(archive: Archive, day: Day, control: gpd.GeoDataFrame) -> None:
    """Say how old the last snapshot is, and where the coverage changes."""
    say_age(archive, day, control["as_of"].max())
    say_breaks(archive, control)


def say_ends(archive: Archive, span: Span, control: gpd.GeoDataFrame) -> None:
    """Say how old the snapshots at both ends of a period are, and where the coverage changes."""
    say_age(archive, span.since - pd.Timedelta(days=1), control["as_of"].min())
    say_state(archive, span.until, control)


def say_breaks(archive: Archive, control: gpd.GeoDataFrame) -> None:
    """Say where the source changed what ground it covers: what lies between two such maps is not counted."""
    for as_of in epoch_starts(control):
        say(
            "{source}: from the map of {day:%Y-%m-%d} on it covers other ground than before: "
            "that step is in no figure; tracker check says more.",
            source=archive.source.name,
            day=day_of(as_of),
        )


def say_old_periods(archive: Archive, table: pd.DataFrame) -> None:
    """Say how many periods of a summary are measured from or to a snapshot older than three days."""
    ends = with_ages(table).drop_duplicates(["since", "until", "start_as_of", "end_as_of"])
    if old := int(ends["old"].sum()):
        say(
            "{source}: {old} of {all} periods begin or end with a snapshot over {stale_days} days old: "
            "what changed may stand in a period before or after; see start_as_of and end_as_of.",
            source=archive.source.name,
            old=old,
            all=len(ends),
            stale_days=STALE_DAYS,
        )


def say_terms(credit: str, licence: str, terms_url: str) -> None:
    """Print a line of credit and terms."""
    say("Source: {credit}. {licence}. {terms_url}", credit=credit, licence=licence, terms_url=terms_url)


def say_source(source: Source) -> None:
    """Print a source's credit, terms and notes."""
    say_terms(source.credit, source.licence, source.terms_url)
    if source.since:
        say("Note: {title} {since}.", title=source.title, since=source.since)
    if source.note:
        say("Note: {note}", note=source.note)


def say_counted(ledger: gpd.GeoDataFrame, causes: list[str] | None) -> None:
    """Say which causes the gains and losses count, and what is left out."""
    sums = by_cause(ledger, causes)
    say("Counted causes: {causes}. The net counts all.", causes=", ".join(COUNTED if causes is None else causes))
    for row in sums[~sums["counted"]].itertuples():
        values = {"cause": row.cause, "gain_km2": row.gain_km2, "loss_km2": row.loss_km2, "pieces": row.fragments}
        if row.newly_contested_km2 or row.cleared_km2:
            say(
                "Left out: {cause}, {gain_km2:.2f} km² gained, {loss_km2:.2f} lost, {newly_contested_km2:.2f} newly "
                "contested, {cleared_km2:.2f} cleared; pieces: {pieces}.",
                **values,
                newly_contested_km2=row.newly_contested_km2,
                cleared_km2=row.cleared_km2,
            )
        else:
            say("Left out: {cause}, {gain_km2:.2f} km² gained, {loss_km2:.2f} lost; pieces: {pieces}.", **values)
