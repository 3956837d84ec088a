"""What is said beside a result, on stderr: ages, breaks, credits, captions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.cli.terminal import say

if TYPE_CHECKING:
    import geopandas as gpd

    from tracker.archive.archive import Archive


def about_table(
    archive: Archive, subject: str, period: tuple[Any, Any], as_of: Any, *, by: str = "none", lang: str = "en"
) -> dict[str, Any]:
    """Write what goes with a table (see `tracker.outputs.words.caption`): caption, line of credit, terms and notes."""
    from tracker._version import __version__
    from tracker.outputs.words.caption import caption, credit_line
    from tracker.outputs.words.text import note_text
    from tracker.sources.credits import source_credits

    source = archive.source
    name = f"{source.title} ({note_text(archive.note, lang)})" if archive.note else source.title
    return {
        "caption": caption(subject, period, as_of, source=name, by=by, lang=lang),
        "credit": credit_line(source.credit, __version__, lang),
        "credits": source_credits(source),
        "lang": lang,
    }


def say_about(about: dict[str, Any]) -> None:
    """Print caption and credit, to copy under what is published."""
    say(f"Caption: {about['caption']}")
    say(f"Credit: {about['credit']}")


def say_age(archive: Archive, day: Any, as_of: Any) -> None:
    """Say how old the snapshot behind a day is, where it is older than three days."""
    from tracker.tables.days import old_days

    if age := old_days(day, as_of):
        say(f"{archive.source.name}: the state of {day:%Y-%m-%d} is a snapshot of {as_of:%Y-%m-%d}, {age} days old.")


def say_ages(archive: Archive, first: Any, last: Any, control: Any) -> None:
    """Say how old the snapshots at both ends of a period are, where they are old."""
    import pandas as pd

    say_age(archive, first - pd.Timedelta(days=1), control["as_of"].min())
    say_age(archive, last, control["as_of"].max())


def say_breaks(archive: Archive, control: Any) -> None:
    """Say where the source changed what ground it covers: what lies between two such maps is not counted."""
    from tracker.changes.snapshots import epoch_starts
    from tracker.tables.days import day_of

    for as_of in epoch_starts(control):
        say(
            f"{archive.source.name}: from the map of {day_of(as_of):%Y-%m-%d} on it covers other ground than before: "
            "that step is in no figure; tracker check says more."
        )


def say_old_periods(archive: Archive, table: Any) -> None:
    """Say how many periods of a summary are measured from or to a snapshot older than three days."""
    from tracker.measures.sums import with_ages
    from tracker.tables.constants import STALE_DAYS

    ends = with_ages(table).drop_duplicates(["since", "until", "start_as_of", "end_as_of"])
    if old := int(ends["old"].sum()):
        say(
            f"{archive.source.name}: {old} of {len(ends)} periods begin or end with a snapshot over {STALE_DAYS} "
            "days old: what changed may stand in a period before or after; see start_as_of and end_as_of."
        )


def say_credit(archive: Archive) -> None:
    """Print the source's credit, terms and note."""
    source = archive.source
    say(f"Source: {source.credit}. {source.licence}. {source.terms_url}")
    if source.since:
        say(f"Note: {source.title} {source.since}.")
    if source.note:
        say(f"Note: {source.note}")


def say_counted(ledger: gpd.GeoDataFrame, causes: list[str] | None) -> None:
    """Say which causes the gains and losses count, and what is left out."""
    from tracker.changes.causes import COUNTED
    from tracker.measures.sums import by_cause

    sums = by_cause(ledger, causes)
    say(f"Counted causes: {', '.join(COUNTED if causes is None else causes)}. The net counts all.")
    for row in sums[~sums["counted"]].itertuples():
        areas = f"{row.gain_km2:.2f} km² gained, {row.loss_km2:.2f} lost"
        if row.newly_contested_km2 or row.cleared_km2:
            areas += f", {row.newly_contested_km2:.2f} newly contested, {row.cleared_km2:.2f} cleared"
        say(f"Left out: {row.cause}, {areas}; pieces: {row.fragments}.")
