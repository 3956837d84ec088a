"""What a command works on: one source of an archive, or the bundled sample where there is no archive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from tracker.archive.ingest import manifest_lines
from tracker.archive.reference import Reference, gazetteer, towns
from tracker.archive.store import read_archive, read_manifest
from tracker.changes.causes import label_causes
from tracker.changes.diff import track
from tracker.changes.snapshots import last_of_day
from tracker.changes.split import split
from tracker.errors import NoDataError
from tracker.places.names import NO_SETTLEMENT
from tracker.sources import known_source, source_named
from tracker.sources.base import Source
from tracker.sources.sample import SAMPLE_SOURCE, sample, sample_file
from tracker.tables.constants import SAMPLE_NOTE
from tracker.tables.days import Day, day_of


@dataclass(frozen=True, repr=False)
class Archive:
    """
    One source of one archive.

    Parameters
    ----------
    folder
        Where it lies; with the bundled sample only its reference data is used.
    source
        The source that the numbers come from.
    manifest
        Its lines of the `manifest` table, faults left out, in the order of `as_of`.
    note
        What every output must be marked with; "" for an archive.
    bundled
        The sample's control table; None for an archive.
    named
        Files of the user's own reference data that are used in place of what the folder keeps, by their kinds.
    """

    folder: Path
    source: Source
    manifest: pd.DataFrame
    note: str = ""
    bundled: gpd.GeoDataFrame | None = None

    def __repr__(self) -> str:
        days = f"{self.first_day:%Y-%m-%d} to {self.last_day:%Y-%m-%d}"
        return f"<tracker archive {self.folder}: {self.source.name}, {days}>"

    named: Mapping[str, Path] = field(default_factory=dict)

    @property
    def reference(self) -> Reference:
        """Where the user's own reference data are."""
        return Reference(self.folder, self.named)

    @property
    def first_day(self) -> pd.Timestamp:
        """The Kyiv day of the first snapshot."""
        return day_of(self.manifest["as_of"].iloc[0])

    @property
    def last_day(self) -> pd.Timestamp:
        """The Kyiv day of the last snapshot."""
        return day_of(self.manifest["as_of"].iloc[-1])

    def first_change_day(self) -> pd.Timestamp:
        """
        Give the first day whose changes can be known: the day after the first snapshot's.

        Raises
        ------
        NoDataError
            If the archive holds one day only.
        """
        if self.last_day == self.first_day:
            raise NoDataError(
                f"{self.source.name}: the archive holds one day, {self.first_day:%Y-%m-%d}, and changes need two"
            )
        return self.first_day + pd.Timedelta(days=1)

    def states(self, since: Day | None, until: Day | None) -> gpd.GeoDataFrame:
        """
        Read the states of days from the one that holds before `since` to `until`: what changes in between need.

        Raises
        ------
        NoDataError
            If no state holds before `since`.
        """
        start = self._day_held(pd.Timestamp(since) - pd.Timedelta(days=1), f"changes of {since:%Y-%m-%d} need one")
        return last_of_day(self._read(start, until))

    def days(self, since: Day | None, until: Day | None) -> gpd.GeoDataFrame:
        """
        Read the states of days from the one that holds on `since` to `until`.

        Raises
        ------
        NoDataError
            If no state holds on `since` yet.
        """
        return last_of_day(self._read(self._day_held(pd.Timestamp(since)), until))

    def changes(self, control: gpd.GeoDataFrame, places: gpd.GeoDataFrame | None = None) -> gpd.GeoDataFrame:
        """
        List the changes between the states in `control` with their causes, cut along the borders of `places`.

        A gap or a freeze is seen from all that the archive holds, not only from `control`.
        """
        ledger = label_causes(track(control), control, history=self.manifest)
        return ledger if places is None else split(ledger, places)

    def towns(self, names: Iterable[str | int] | None = None) -> gpd.GeoDataFrame:
        """
        Take towns by name, or by default those that reports are about (in the sample: those that it covers).

        Raises
        ------
        ValueError
            For a name that is unknown or means several places.
        """
        table = towns(names, archive=self.reference)
        return self._covered(table) if names is None and self.bundled is not None else table

    def settlements(self) -> gpd.GeoDataFrame:
        """List every settlement that has people, no quarters or mere names; in the sample those that it covers."""
        table = gazetteer(archive=self.reference)
        table = table[~table["place"].isin(NO_SETTLEMENT)].reset_index(drop=True)
        return table if self.bundled is None else self._covered(table)

    def require_day(self, day: Day) -> None:
        """
        Refuse a day before the archive begins.

        Raises
        ------
        NoDataError
            If no snapshot holds on it.
        """
        self._day_held(pd.Timestamp(day))

    def require_published(self, since: pd.Timestamp, until: pd.Timestamp) -> None:
        """
        Refuse a period in which the source published nothing.

        Raises
        ------
        NoDataError
            If there is no snapshot from `since` to `until`.
        ValueError
            If `since` is after `until`.
        """
        if since > until:
            raise ValueError(f"since={since:%Y-%m-%d} is after until={until:%Y-%m-%d}")
        if not day_of(self.manifest["as_of"]).between(since, until).any():
            raise NoDataError(
                f"{self.source.name}: nothing was published from {since:%Y-%m-%d} to {until:%Y-%m-%d}, or only maps "
                f"that tracker check finds at fault; the archive goes from {self.first_day:%Y-%m-%d} to "
                f"{self.last_day:%Y-%m-%d}"
            )

    def provenance(self, since: Day | None, until: Day | None) -> pd.DataFrame:
        """List the manifest lines of the snapshots behind the states of a period."""
        days = day_of(self.manifest["as_of"])
        start = self._day_held(pd.Timestamp(since) - pd.Timedelta(days=1))
        lines = self.manifest[(days >= start) & (days <= pd.Timestamp(until))]
        last = day_of(lines["as_of"]).drop_duplicates(keep="last").index
        return lines.loc[last]

    def sha256(self) -> str:
        """Tell this state of the archive from any other: the SHA-256 of the instants and hashes of its sound maps."""
        lines = [f"{row.as_of.isoformat()} {row.sha256}\n" for row in self.manifest.itertuples()]
        return hashlib.sha256("".join([f"{self.source.name}\n", *lines]).encode()).hexdigest()

    def _covered(self, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Keep the places that the sample covers."""
        covered = pd.read_csv(sample_file())["geonameid"]
        return places[places["geonameid"].isin(covered)].reset_index(drop=True)

    def _day_held(self, day: pd.Timestamp, why: str = "") -> pd.Timestamp:
        """Find the day whose snapshot holds on a day."""
        days = day_of(self.manifest["as_of"])
        if day < days.iloc[0]:
            reason = f" ({why})" if why else ""
            raise NoDataError(
                f"{self.source.name}: no snapshot up to {day:%Y-%m-%d}{reason}; the first is of {days.iloc[0]:%Y-%m-%d}"
            )
        return days[days <= day].iloc[-1]

    def _read(self, since: Day | None, until: Day | None) -> gpd.GeoDataFrame:
        """Read the snapshots of days, both inclusive."""
        if self.bundled is None:
            return read_archive(self.folder, source=self.source.name, since=since, until=until)
        days = day_of(self.bundled["as_of"])
        return self.bundled[(days >= since) & (days <= until)].reset_index(drop=True)


def open_archive(archive: str | Path, source: str | None = None, *, sample_allowed: bool = False) -> Archive:
    """
    Open an archive through one of its sources.

    Parameters
    ----------
    archive
        Its folder.
    source
        By default the source that reaches latest; on a tie the one that draws contested ground.
    sample_allowed
        Take the bundled sample where the archive holds nothing.

    Returns
    -------
    Archive
        Its days, states and changes as tables, and its places.

    Raises
    ------
    NoDataError
        If the archive holds nothing of the source.
    ValueError
        For an unknown source.

    Examples
    --------
    >>> import tracker as tr
    >>> archive = tr.open_archive("no archive here", sample_allowed=True)
    >>> archive
    <tracker archive no archive here: settlement-facts, 2024-12-01 to 2025-01-07>
    >>> archive.note
    'illustrative sample'
    """
    chosen = source_named(source) if source else None
    lines = read_manifest(archive)
    if lines.empty and sample_allowed:
        return open_sample(Path(archive))
    lines = lines[lines["fault"].isna()]
    held = [name for name in lines["source"].unique() if known_source(name)]
    if chosen is None and held:
        chosen = source_named(_latest(lines, held))
    if chosen is None or chosen.name not in held:
        what = f"nothing of {chosen.name}" if chosen else "no snapshots"
        known = f" (it holds {', '.join(held)})" if held else ""
        raise NoDataError(f"{archive}: the archive holds {what}{known}; add some by: tracker load SOURCE PATH")
    return Archive(Path(archive), chosen, lines[lines["source"] == chosen.name].reset_index(drop=True))


def _latest(lines: pd.DataFrame, held: list[str]) -> str:
    """Pick the source that reaches latest; on a tie one that always draws contested ground, then that of most maps."""
    last = day_of(lines["as_of"]).groupby(lines["source"]).max()
    maps = lines["source"].value_counts()

    def rank(name: str) -> tuple[pd.Timestamp, bool, int, str]:
        source = source_named(name)
        return last[name], "contested" in set(source.draws) - set(source.sometimes), int(maps[name]), name

    return max(held, key=rank)


def open_sample(archive: Path) -> Archive:
    """Open the bundled sample, beside the reference data of an archive."""
    control = sample()
    lines = manifest_lines(control, sample_file(), retrieved_at=control["as_of"].max())
    lines["path"] = f"sample/{sample_file().name}"
    return Archive(archive, source_named(SAMPLE_SOURCE), lines, SAMPLE_NOTE, control)


def lines_of(archive: Path, source: str | None = None, *, sample_allowed: bool = False) -> tuple[pd.DataFrame, str]:
    """
    Read the manifest of an archive, faulty snapshots too, or that of the bundled sample where the archive is empty.

    Returns
    -------
    lines, note
        Lines of the `manifest` table, of one source where it is named; the mark of the sample, or "".

    Raises
    ------
    NoDataError
        If there are none.
    ValueError
        For an unknown source.
    """
    lines = read_manifest(archive)
    if lines.empty and sample_allowed:
        return open_sample(archive).manifest, SAMPLE_NOTE
    if source is not None:
        lines = lines[lines["source"] == source_named(source).name].reset_index(drop=True)
    if lines.empty:
        what = f"nothing of {source}" if source else "no snapshots"
        raise NoDataError(f"{archive}: the archive holds {what}; add some by: tracker load SOURCE PATH")
    return lines, ""
