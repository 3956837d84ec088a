"""The frame of a command that answers from one source of one archive: a command is its options and one verb."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker._version import __version__
from tracker.archive import reference
from tracker.archive.archive import Archive
from tracker.archive.span import Span, span_of
from tracker.cli.options import Choices, Output, When
from tracker.cli.remarks import say_source
from tracker.cli.terminal import emit, say
from tracker.outputs import render
from tracker.outputs.words.caption import caption, credit_line
from tracker.outputs.words.catalogue import translated
from tracker.outputs.words.text import note_text
from tracker.places import bundled
from tracker.sources.credits import places_credits, source_credits
from tracker.tables.days import Day

# The formats that take a table's title, caption, credit and credits beside its rows.
_WITH_ROOM = ("markdown", "xlsx", "parquet")


@dataclass
class Answer:
    """
    What a command works on, and what goes with its result.

    Parameters
    ----------
    archive
        One source of one archive, or the bundled sample.
    lang
        The language of captions.
    about
        What goes with a table: caption, line of credit, terms and notes; nothing for a picture, which carries its own.
    """

    archive: Archive
    lang: str
    about: dict[str, Any] = field(default_factory=dict)

    def period(self, when: When) -> Span:
        """Fill in the ends of a period of changes from what the archive spans."""
        return span_of(self.archive, when.since, when.until)

    def days(self, when: When) -> Span:
        """Choose the first and the last day of a table of states: as asked, else the archive's last."""
        when.refuse_both()
        if when.on:
            self.archive.require_day(when.on)
            return Span(pd.Timestamp(when.on), pd.Timestamp(when.on))
        last = when.until or (self.archive.last_day if when.since else None)
        return span_of(self.archive, when.since, last, of="states", default="last")

    def day(self, on: Day | None) -> pd.Timestamp:
        """Choose a day: as asked, else the archive's last."""
        return pd.Timestamp(on) if on else self.archive.last_day

    def places(self, by: str) -> gpd.GeoDataFrame | None:
        """Find the places that split a ledger; none for a table of the whole."""
        return None if by == "none" else places_of(self.archive, by)

    def describe(
        self, subject: str, span: Span, as_of: Any, *, by: str = "none", places: gpd.GeoDataFrame | None = None
    ) -> None:
        """
        Write what goes with a table (see `tracker.outputs.words.caption`): caption, line of credit, terms and notes.

        Parameters
        ----------
        subject, by
            As for `tracker.outputs.words.caption.caption`.
        span
            The first and the last day.
        as_of
            When the last map was published.
        places
            The places that it tells of, which have credits of their own.
        """
        source, note = self.archive.source, self.archive.note
        name = translated(source.title, self.lang) + (f" ({note_text(note, self.lang)})" if note else "")
        self.about = {
            "caption": caption(subject, span, as_of, source=name, by=by, lang=self.lang),
            "credit": credit_line(translated(source.credit, self.lang), __version__, self.lang),
            "credits": source_credits(source) + ([] if places is None else places_credits(places)),
            "lang": self.lang,
        }

    def emit(self, table: pd.DataFrame, output: Output) -> None:
        """Print the table that was described, or write its file."""
        emit_table(table, output, self.archive.note, **self.about)


@contextmanager
def answering(choices: Choices) -> Iterator[Answer]:
    """Open what a command works on; when it has answered, print credit and terms, and a caption to copy below."""
    answer = Answer(choices.open(), choices.lang)
    yield answer
    say_source(answer.archive.source)
    if answer.about:
        say("Caption: {caption}", caption=answer.about["caption"])
        say("Credit: {credit}", credit=answer.about["credit"])


def emit_table(table: pd.DataFrame, output: Output, note: str = "", **about: Any) -> None:
    """Render a table in the format asked for; those that have room for it take what is said `about` it, too."""
    shown = about if output.form in _WITH_ROOM else {}
    emit(render(output.form, table=table, note=note, **shown), output.out)


def places_of(archive: Archive, by: str) -> gpd.GeoDataFrame:
    """
    Find the places that split a ledger.

    Raises
    ------
    ValueError
        For oblasts, where the archive has no borders.
    """
    if by != "oblast":
        return bundled.sectors()
    oblasts = reference.own("oblasts", archive.reference)
    if oblasts is None:
        raise ValueError("--by oblast needs borders: tracker reference use oblasts FILE")
    return oblasts
