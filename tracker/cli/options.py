"""Options and small steps that several commands share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tracker.places import bundled

if TYPE_CHECKING:
    from tracker.archive.archive import Archive
    from tracker.archive.span import Span


TABLE_FORMATS = ("table", "csv", "json", "markdown", "xlsx")
LEDGER_FORMATS = (*TABLE_FORMATS, "geojson", "geoparquet", "gpkg", "kml")

DAY = click.DateTime(["%Y-%m-%d"])
archive_option = click.option("--archive", metavar="DIR", help="The archive [$TRACKER_ARCHIVE, else data/archive].")
on_option = click.option("--on", type=DAY, help="The day, YYYY-MM-DD [the archive's last].")
since_option = click.option("--since", type=DAY, help="First day, inclusive.")
until_option = click.option("--until", type=DAY, help="Last day, inclusive.")


class CauseList(click.ParamType):
    """Causes in one word, with commas: `advance,catch_up`; `all` for every one."""

    name = "causes"

    def convert(self, value: Any, parameter: Any, context: Any) -> Any:
        """Split and check the list."""
        from tracker.changes.causes import CAUSES

        if not isinstance(value, str):
            return value
        chosen = [word.strip() for word in value.split(",")]
        if "all" in chosen:
            return list(CAUSES)
        unknown = [word for word in chosen if word not in CAUSES]
        if unknown:
            self.fail(f"{', '.join(unknown) or value!r} is not one of {', '.join(CAUSES)}, all", parameter, context)
        return chosen


causes_option = click.option(
    "--causes", type=CauseList(), metavar="LIST", help="Causes that gains and losses count [all but noise]."
)


def days_asked(archive: Archive, on: datetime | None, since: datetime | None, until: datetime | None) -> Span:
    """Choose the first and the last day of a table of states: as asked, else the archive's last."""
    import pandas as pd

    from tracker.archive.span import Span, span_of

    if on and (since or until):
        raise click.UsageError("--on does not go with --since and --until")
    if on:
        archive.require_day(on)
        return Span(pd.Timestamp(on), pd.Timestamp(on))
    last = until or (archive.last_day if since else None)
    return span_of(archive, since, last, of="states", default="last")


def partition_for(archive: Archive, by: str) -> Any:
    """Find the places that split a ledger."""
    from tracker.archive import reference

    if by != "oblast":
        return bundled.sectors()
    oblasts = reference.own("oblasts", archive.folder)
    if oblasts is None:
        raise ValueError("--by oblast needs borders: tracker reference use oblasts FILE")
    return oblasts
