"""The dossier of one town: the tables of a period put together, and the files made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker._version import __version__
from tracker.archive import reference
from tracker.archive.archive import Archive
from tracker.archive.span import span_of
from tracker.measures.approach import days_needed, measured
from tracker.measures.distances import grounds_drawn, with_settlements
from tracker.measures.events import events
from tracker.measures.octants import octants
from tracker.measures.windows import AGES
from tracker.outputs import render as rendered
from tracker.outputs.words.text import span_text
from tracker.places.names import NO_SETTLEMENT, normalised
from tracker.sources.credits import credits_of
from tracker.tables.days import Day, day_of

_LONGEST_SLUG = 80  # file systems refuse names of more than 255 bytes


@dataclass(frozen=True)
class Dossier:
    """
    All tables of one town in one period of one source.

    Parameters
    ----------
    town
        The `places` table of the town.
    since, until
        The Kyiv days, inclusive.
    distances
        A row a day and ground that the source draws, with settlements, shares, changes and closing speed.
    octants, events
        The ground around the town on the last day; what happened in the period.
    control, ledger
        The states of the period's days, and of the longest window of the map; the changes of that window.
    places, oblasts, basemap
        What the map shows beside.
    provenance, archive_sha256
        The manifest lines of the maps used; what tells this state of the archive from any other.
    credits, note, title
        Lines to print; a mark, or ""; the source as a report calls it.
    """

    town: gpd.GeoDataFrame
    since: pd.Timestamp
    until: pd.Timestamp
    distances: pd.DataFrame
    octants: pd.DataFrame
    events: pd.DataFrame
    control: gpd.GeoDataFrame
    ledger: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    oblasts: gpd.GeoDataFrame | None
    basemap: gpd.GeoDataFrame | None
    provenance: pd.DataFrame
    archive_sha256: str
    credits: list[str]
    note: str
    title: str

    @property
    def tables(self) -> dict[str, Any]:
        """What the dossier is rendered from, by the names of the renderer's arguments."""
        names = "town distances octants events control ledger places oblasts basemap provenance archive_sha256"
        return {name: getattr(self, name) for name in [*names.split(), "credits", "note", "title"]}


def dossier_of(archive: Archive, name: str, *, since: Day | None = None, until: Day | None = None) -> Dossier:
    """
    Put the tables of one town together.

    Parameters
    ----------
    archive
        One source of one archive.
    name
        The town's name, or its GeoNames id.
    since, until
        Kyiv days, inclusive; by default the year up to the archive's last day, or what the archive holds of it.

    Raises
    ------
    ValueError
        For a town that is unknown or ambiguous, or a period that ends before it begins.
    NoDataError
        If no state holds on the first day, or nothing was published in a period asked for.
    """
    town = archive.towns([name])
    first, last = span_of(archive, since, until, of="states", default="year")
    days = pd.date_range(first, last)
    needed = [day for day in days_needed(days) if day >= archive.first_day]
    window = max(last - pd.Timedelta(days=max(AGES)), archive.first_day)
    control = archive.days(min(needed[0], window), last)
    places = reference.gazetteer(archive=archive.reference)
    drawn = grounds_drawn(control)
    series = pd.concat([measured(control, town, places, days=days, to=to) for to in drawn], ignore_index=True)
    start = min(first, window)
    held = control[control["as_of"] >= control["as_of"][day_of(control["as_of"]) <= start].max()]
    around = pd.concat([octants(held, town, to=to, days=[last]) for to in drawn], ignore_index=True)
    recent = held[held["as_of"] >= held["as_of"][day_of(held["as_of"]) <= window].max()]
    return Dossier(
        town=town,
        since=first,
        until=last,
        distances=series,
        octants=with_settlements(around, places),
        events=events(series, series[series["to"] == "occupied"]),
        control=held.reset_index(drop=True),
        ledger=archive.changes(recent.reset_index(drop=True)),
        places=places,
        oblasts=reference.own("oblasts", archive.reference),
        basemap=reference.own("basemap", archive.reference),
        provenance=_provenance(archive, control),
        archive_sha256=archive.sha256(),
        credits=credits_of(archive.source, places),
        note=archive.note,
        title=archive.source.title,
    )


def _provenance(archive: Archive, control: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the manifest lines of the maps that were used."""
    return archive.manifest[archive.manifest["as_of"].isin(control["as_of"])]


def slug_of(dossier: Dossier) -> str:
    """Name the town's folder: its English name in plain letters, with its GeoNames id where others share that name."""
    town = dossier.town.iloc[0]
    name = re.sub(r"[^a-z0-9]+", "-", str(town["name"]).casefold())[:_LONGEST_SLUG].strip("-")
    settlements = dossier.places[~dossier.places["place"].isin(NO_SETTLEMENT)]
    same = settlements["name"].map(normalised) == normalised(str(town["name"]))
    alone = same.sum() <= 1 or town["geonameid"] in set(reference.towns()["geonameid"])
    return name if name and alone else f"{name}-{town['geonameid']}".strip("-")


def dossier_files(dossier: Dossier, *, lang: str = "en", command: str = "") -> dict[str, str | bytes]:
    """
    Make the files of a dossier.

    Returns
    -------
    dict
        File name → content, for one folder.
    """
    tables: dict[str, Any] = dossier.tables | {"lang": lang}
    chart, picture = rendered("dossier", format="chart", **tables), rendered("dossier", format="map", **tables)
    written: dict[str, Any] = tables | {"command": command, "version": __version__}
    series = dossier.distances.sort_values(["day", "to"], ascending=[True, False]).reset_index(drop=True)
    name = str(dossier.town["name"].iloc[0])
    about = {"title": f"{name}, {span_text(dossier.since, dossier.until)}", "credits": dossier.credits, "lang": lang}
    return {
        "dossier.html": rendered("dossier", format="html", chart=chart, picture=picture, **written),
        "dossier.md": rendered("dossier", format="markdown", **written),
        "chart.svg": chart,
        "map.png": picture,
        "distances.csv": rendered("csv", table=series, note=dossier.note),
        "distances.xlsx": rendered("xlsx", table=series, note=dossier.note, **about),
    }
