"""Distances of every place of the gazetteer: a table of some days, or years of them as one file of Parquet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.remarks import about_table
from tracker.cli.terminal import emit_table, require_file, say

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from tracker.archive.archive import Archive


MOST_ROWS = 1_000_000
"""What is printed in one go; more is written month by month, as Parquet."""


def tell_every_place(
    archive: Archive, days: tuple[pd.Timestamp, pd.Timestamp], form: str, out: str | None, **asked: Any
) -> dict[str, Any]:
    """Measure every place on days, and print the table or write the file; give what is said about it."""
    import pandas as pd

    from tracker.measures.distances import To, distances_by_month
    from tracker.sources.credits import places_credits
    from tracker.tables.days import end_of_day

    require_file(out)
    places = gazetteer_of(archive)
    to: To = asked["to"] or "occupied"
    instants = archive.manifest["as_of"]
    as_of = instants[instants <= end_of_day(days[1])].max()
    about = about_table(archive, f"distances to {to}", days, as_of, lang=asked["lang"])
    about["credits"] += places_credits(places)
    months = distances_by_month(archive.days, places, to=to, days=pd.date_range(*days))
    months = (month.drop(columns="epoch", errors="ignore") for month in months)
    if form == "parquet" and out and out != "-":
        rows = write_months(Path(out), shown(months, days), note=archive.note, **about)
        say(f"wrote {out}: {rows:,} rows")
    else:
        refuse_too_many(len(places), days)
        emit_table(pd.concat(months, ignore_index=True), form, out, archive.note, **about)
    say("Of every place the distances alone: no settlement at the nearest point, no shares, no changes.")
    return about | {"as_of": as_of}


def gazetteer_of(archive: Archive) -> gpd.GeoDataFrame:
    """List every place of the gazetteer, in the sample those that it covers."""
    from tracker.archive.reference import gazetteer

    return gazetteer(archive=archive.folder) if archive.bundled is None else archive.settlements()


def refuse_too_many(places: int, days: tuple[pd.Timestamp, pd.Timestamp]) -> None:
    """Refuse a table that would not fit into memory as text."""
    rows = places * ((days[1] - days[0]).days + 1)
    if rows > MOST_ROWS:
        raise click.UsageError(f"--all-places: {rows:,} rows; write them with -o FILE.parquet, or ask for fewer days")


def shown(months: Iterable[pd.DataFrame], days: tuple[pd.Timestamp, pd.Timestamp]) -> Iterable[pd.DataFrame]:
    """Go through months, and show on a terminal how far it is."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    total = (days[1].year - days[0].year) * 12 + days[1].month - days[0].month + 1
    return track(months, "Measuring months", total=total, console=console, disable=not console.is_terminal)


def write_months(path: Path, months: Iterable[pd.DataFrame], **about: Any) -> int:
    """Write tables as one file of Parquet, each as a group of rows of its own; count the rows."""
    from pyarrow.parquet import ParquetWriter

    from tracker.errors import NoDataError
    from tracker.files import made_whole
    from tracker.outputs.files.parquet import arrow_table

    rows, writer = 0, None
    with made_whole(path) as temporary:
        try:
            for month in months:
                table = arrow_table(month, **about)
                writer = writer or ParquetWriter(temporary, table.schema, compression="zstd")
                writer.write_table(table, row_group_size=len(month))
                rows += len(month)
            if writer is None:
                raise NoDataError(f"{path}: no map of these days draws that ground; ask for other days")
        finally:
            if writer:
                writer.close()
    return rows
