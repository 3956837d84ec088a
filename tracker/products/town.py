"""The dossier of one town: what is told of a period, and the files made of it."""

from __future__ import annotations

import re
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
from tracker.outputs import renderer
from tracker.outputs.story import Story
from tracker.outputs.words.text import span_text
from tracker.places.names import NO_SETTLEMENT, normalised
from tracker.products.draft import FILLS, Draft, Fill
from tracker.tables.days import Day, day_of

_LONGEST_SLUG = 80  # file systems refuse names of more than 255 bytes


def town_start(archive: Archive, since: Day | None, until: Day | None, asked: dict[str, Any]) -> dict[str, Any]:
    """
    Begin with a town and the states of a period; by default of the year up to the archive's last day, or what it holds.

    Raises
    ------
    ValueError
        For a town that is unknown or ambiguous, or a period that ends before it begins.
    NoDataError
        If no state holds on the first day, or nothing was published in a period asked for.
    """
    place = archive.towns([asked["town"]])
    first, last = span_of(archive, since, until, of="states", default="year")
    window = window_start(archive, last)
    needed = [day for day in days_needed(pd.date_range(first, last)) if day >= archive.first_day]
    read = archive.days(min(needed[0], window), last)
    return {"town": place, "since": first, "on": last, "read": read, "states": _held(read, min(first, window))}


def window_start(archive: Archive, last: pd.Timestamp) -> pd.Timestamp:
    """Give the first day of the state behind the longest window of a town's map."""
    return max(last - pd.Timedelta(days=max(AGES)), archive.first_day)


def _held(control: gpd.GeoDataFrame, day: pd.Timestamp) -> gpd.GeoDataFrame:
    """Keep the states from the one on that holds on a day."""
    held = control["as_of"][day_of(control["as_of"]) <= day].max()
    return control[control["as_of"] >= held].reset_index(drop=True)


def _distances(draft: Draft) -> pd.DataFrame:
    """Measure the town on every day of the period, to all the ground that the source draws."""
    days = pd.date_range(draft["since"], draft["on"])
    tables = [
        measured(draft["read"], draft["town"], draft["places"], days=days, to=to) for to in grounds_drawn(draft["read"])
    ]
    return pd.concat(tables, ignore_index=True)


def _octants(draft: Draft) -> pd.DataFrame:
    """Look around the town on the last day."""
    statuses = draft["distances"]["to"].unique()
    around = [octants(draft["control"], draft["town"], to=to, days=[draft["on"]]) for to in statuses]
    return with_settlements(pd.concat(around, ignore_index=True), draft["places"])


def _provenance(draft: Draft) -> pd.DataFrame | None:
    """List the manifest lines of the maps that were used; None for tables in hand."""
    if draft["archive"] is None:
        return None
    manifest = draft["archive"].manifest
    return manifest[manifest["as_of"].isin(draft["read"]["as_of"])]


TOWN_FILLS: dict[str, Fill] = FILLS | {
    "sectors": lambda draft: None,
    "distances": _distances,
    "octants": _octants,
    "events": lambda draft: events(draft["distances"], draft["distances"][draft["distances"]["to"] == "occupied"]),
    "steps": lambda draft: draft["archive"].changes(
        _held(draft["states"], window_start(draft["archive"], draft["on"]))
    ),
    "provenance": _provenance,
}
"""How the fields of a town's dossier are made."""


def slug_of(dossier: Story) -> str:
    """Name the town's folder: its English name in plain letters, with its GeoNames id where others share that name."""
    town, places = dossier.town.iloc[0], dossier.places
    assert places is not None
    name = re.sub(r"[^a-z0-9]+", "-", str(town["name"]).casefold())[:_LONGEST_SLUG].strip("-")
    settlements = places[~places["place"].isin(NO_SETTLEMENT)]
    same = settlements["name"].map(normalised) == normalised(str(town["name"]))
    alone = same.sum() <= 1 or town["geonameid"] in set(reference.towns()["geonameid"])
    return name if name and alone else f"{name}-{town['geonameid']}".strip("-")


def dossier_page(dossier: Story, *, lang: str = "en", command: str = "") -> dict[str, str | bytes]:
    """Draw the chart and the map of a dossier, and write the page that carries both."""
    render = renderer("dossier").render
    chart, picture = (render(dossier, format=format, lang=lang) for format in ("chart", "map"))
    told: dict[str, Any] = {"lang": lang, "command": command, "version": __version__}
    page = render(dossier, format="html", chart=chart, picture=picture, **told)
    return {"dossier.html": page, "chart.svg": chart, "map.png": picture}


def dossier_files(dossier: Story, *, lang: str = "en", command: str = "") -> dict[str, str | bytes]:
    """
    Make the files of a dossier.

    Returns
    -------
    dict
        File name → content, for one folder.
    """
    page = dossier_page(dossier, lang=lang, command=command)
    told: dict[str, Any] = {"lang": lang, "command": command, "version": __version__}
    assert dossier.distances is not None
    series = dossier.distances.sort_values(["day", "to"], ascending=[True, False]).reset_index(drop=True)
    name = str(dossier.town["name"].iloc[0])
    about = {"title": f"{name}, {span_text(dossier.since, dossier.on, lang)}", "credits": dossier.credits, "lang": lang}
    return {
        "dossier.html": page["dossier.html"],
        "dossier.md": renderer("dossier").render(dossier, format="markdown", **told),
        "chart.svg": page["chart.svg"],
        "map.png": page["map.png"],
        "distances.csv": rendered("csv", table=series, note=dossier.note),
        "distances.xlsx": rendered("xlsx", table=series, note=dossier.note, **about),
    }
