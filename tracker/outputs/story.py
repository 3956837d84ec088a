"""What is told: every table and line of text that some kind of output shows, each by one name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `tracker --help` asks for words, and waits for no table
    import geopandas as gpd
    import pandas as pd

    from tracker.changes.timeline import Timeline


@dataclass(frozen=True, kw_only=True, eq=False)
class Story:
    """
    The tables and words that a picture, page or file is made of. A field that its renderer does not need is None.

    Parameters
    ----------
    since, on
        The first Kyiv day of a period, None for a day with the windows up to it; the last day, or the only one.
    period
        What calendar period a report is about: day, week or month.
    control, ledger
        States of one source, and the changes between them with `counted` (see `tracker.changes.causes`), and with
        `ground` and `sector` where sectors are shown.
    sectors
        The `sectors` table: with the names of `on`, or of all dates where many days are told.
    places, town
        Every settlement; the row of the one town that is told of.
    distances, octants, events
        How far towns are from occupied and contested ground; where it lies around them; what happened to them.
    summary, totals, by_cause
        Sums of each window up to `on` by sector, of the whole front, and those of the longest window by cause.
    bulletin, captures, records
        What changed by settlement; the settlements that changed status; gains in the history of their sector.
    timeline
        All states as chains and histories of the ground between them.
    other, other_timeline
        States of another source to compare with; their timeline.
    agreement, agreement_by_sector, disagreements
        What both sources hold and what only one of them does, as a whole and by sector; the pieces that differ.
    titles, left_out
        What the two sources are called; what each leaves out, in words.
    table
        The table that a file holds or a chart is drawn from.
    start, as_of
        The instants of the maps that a day begins and ends with.
    breaks
        The Kyiv days from whose maps on the source covers other ground than before.
    provenance, archive_sha256
        The manifest lines of the maps used; what tells this state of the archive from any other.
    title, caption, credit, credits, note
        The source, or the table, as it is called; a sentence below it; its line of credit; all lines of credit, terms
        and limits; a mark across everything, or "".
    partial
        Whether the source leaves out ground that is occupied.
    causes
        The causes that gains and losses count; None for all but noise.
    basemap, oblasts
        The user's own shapes to draw below all else.
    """

    since: pd.Timestamp | None = None
    on: pd.Timestamp | None = None
    period: str = "day"
    control: gpd.GeoDataFrame = None
    ledger: gpd.GeoDataFrame = None
    sectors: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    town: gpd.GeoDataFrame = None
    distances: pd.DataFrame | None = None
    octants: pd.DataFrame = None
    events: pd.DataFrame = None
    summary: pd.DataFrame = None
    totals: pd.DataFrame = None
    by_cause: pd.DataFrame = None
    bulletin: pd.DataFrame | None = None
    captures: gpd.GeoDataFrame | None = None
    records: pd.DataFrame | None = None
    timeline: Timeline | None = None
    other: gpd.GeoDataFrame | None = None
    other_timeline: Timeline | None = None
    agreement: pd.DataFrame = None
    agreement_by_sector: pd.DataFrame | None = None
    disagreements: gpd.GeoDataFrame = None
    titles: Sequence[str] = ()
    left_out: Sequence[str] = ("", "")
    table: pd.DataFrame = None
    start: pd.Timestamp | None = None
    as_of: pd.Timestamp | None = None
    breaks: Sequence[pd.Timestamp] = ()
    provenance: pd.DataFrame | None = None
    archive_sha256: str = ""
    title: str = ""
    caption: str = ""
    credit: str = ""
    credits: Sequence[str] = ()
    note: str = ""
    partial: bool = False
    causes: Sequence[str] | None = None
    basemap: gpd.GeoDataFrame | None = None
    oblasts: gpd.GeoDataFrame | None = None


FIELDS = tuple(field.name for field in fields(Story))
"""What can be told."""

MAP = ("on", "control", "ledger", "sectors", "places", "distances", "credits", "note", "basemap", "oblasts")
"""What any drawing of the front needs."""

TABLE = ("table", "note", "title", "caption", "credit", "credits")
"""What any table needs."""
