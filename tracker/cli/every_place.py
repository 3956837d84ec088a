"""Distances of every place of the gazetteer: a table of some days, or years of them as one file of Parquet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import geopandas as gpd
import pandas as pd
from pyarrow.parquet import ParquetWriter

from tracker.archive.archive import Archive
from tracker.archive.reference import gazetteer
from tracker.archive.span import Span
from tracker.cli.answer import Answer
from tracker.cli.options import Output
from tracker.cli.progress import track
from tracker.cli.terminal import say
from tracker.errors import NoDataError
from tracker.files import made_whole
from tracker.measures.distances import To, distances_by_month
from tracker.outputs.files.parquet import arrow_table
from tracker.outputs.story import Story
from tracker.tables.days import end_of_day

MOST_ROWS = 1_000_000
"""What is printed in one go; more is written month by month, as Parquet."""


def tell_every_place(answer: Answer, span: Span, to: To, output: Output) -> pd.Timestamp:
    """Measure every place on days, and print the table or write the file; give the instant of the last map."""
    archive = answer.archive
    places = gazetteer_of(archive)
    instants = archive.manifest["as_of"]
    as_of = instants[instants <= end_of_day(span.until)].max()
    answer.describe(f"distances to {to}", span, as_of, places=places)
    months = distances_by_month(archive.days, places, to=to, days=pd.date_range(*span))
    months = (month.drop(columns="epoch", errors="ignore") for month in months)
    if output.form == "parquet" and output.out and output.out != "-":
        rows = write_months(Path(output.out), shown(months, span), note=archive.note, **answer.about)
        say("wrote {file}: {rows:,} rows", file=output.out, rows=rows)
    else:
        refuse_too_many(len(places), span)
        answer.emit(pd.concat(months, ignore_index=True), output)
    say("Of every place the distances alone: no settlement at the nearest point, no shares, no changes.")
    return as_of


def gazetteer_of(archive: Archive) -> gpd.GeoDataFrame:
    """List every place of the gazetteer, in the sample those that it covers."""
    return gazetteer(archive=archive.reference) if archive.bundled is None else archive.settlements()


def refuse_too_many(places: int, span: Span) -> None:
    """Refuse a table that would not fit into memory as text."""
    rows = places * ((span.until - span.since).days + 1)
    if rows > MOST_ROWS:
        raise click.UsageError(f"--all-places: {rows:,} rows; write them with -o FILE.parquet, or ask for fewer days")


def shown(months: Iterable[pd.DataFrame], span: Span) -> Iterable[pd.DataFrame]:
    """Go through months, and show on a terminal how far it is."""
    total = (span.until.year - span.since.year) * 12 + span.until.month - span.since.month + 1
    return track(months, "Measuring months", total=total)


def write_months(path: Path, months: Iterable[pd.DataFrame], *, lang: str = "en", **about: Any) -> int:
    """Write tables as one file of Parquet, each as a group of rows of its own; count the rows."""
    rows, writer = 0, None
    with made_whole(path) as temporary:
        try:
            for month in months:
                table = arrow_table(Story(table=month, **about), lang)
                writer = writer or ParquetWriter(temporary, table.schema, compression="zstd")
                writer.write_table(table, row_group_size=len(month))
                rows += len(month)
            if writer is None:
                raise NoDataError(f"{path}: no map of these days draws that ground; ask for other days")
        finally:
            if writer:
                writer.close()
    return rows
