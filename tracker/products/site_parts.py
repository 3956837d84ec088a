"""The parts of a site, and the files of each: path → content. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker._version import __version__
from tracker.archive.archive import Archive
from tracker.archive.span import span_of
from tracker.errors import NoDataError
from tracker.measures.approach import near_towns
from tracker.measures.sums import summarise, with_ages
from tracker.outputs import needs_of
from tracker.outputs.files.rows import json_value
from tracker.outputs.page.site import (
    about_page,
    day_page,
    index_page,
    sector_page,
    towns_page,
    with_neighbours,
    with_way_back,
)
from tracker.outputs.page.site_rows import ground_names
from tracker.outputs.story import Story
from tracker.products.briefing import briefing_of
from tracker.products.day import data_files, figure_of, report_of
from tracker.products.draft import Draft
from tracker.products.render import render
from tracker.products.site_folder import SCHEMA
from tracker.products.town import TOWN_FILLS, dossier_page, slug_of, window_start
from tracker.tables.constants import LEAST_KM2
from tracker.tables.days import Day, day_of
from tracker.tables.messages import N_


@dataclass(frozen=True)
class Site:
    """
    What a site shows.

    Parameters
    ----------
    archive
        One source of one archive.
    days
        The Kyiv days that have a page: those with a map.
    lang, causes
        The language; the causes that gains and losses count, None for all but noise.
    command
        Writes the command line that makes a product of a briefing alone: its name, the briefing, more options.
    """

    archive: Archive
    days: tuple[pd.Timestamp, ...]
    lang: str = "en"
    causes: list[str] | None = None
    command: Callable[..., str] = lambda *_: ""


def site_of(archive: Archive, *, since: Day | None = None, until: Day | None = None, **choices: Any) -> Site:
    """
    Choose the days of a site: those from `since` to `until` (by default of the whole archive) that have a map.

    Parameters
    ----------
    archive
        One source of one archive.
    since, until
        Kyiv days, inclusive.
    **choices
        The other fields of `Site`.

    Raises
    ------
    NoDataError
        If no day of the period has a map and one before it.
    ValueError
        If `since` is after `until`.
    """
    first = archive.first_change_day()
    since = min(first, pd.Timestamp(until)) if since is None and until is not None else since
    start, end = span_of(archive, since, until)
    days = day_of(archive.manifest["as_of"]).drop_duplicates()
    days = days[days.between(max(start, first), end)]
    if days.empty:
        raise NoDataError(f"{archive.source.name}: changes are known from {first:%Y-%m-%d} on, not of {end:%Y-%m-%d}")
    return Site(archive, tuple(days), **choices)


def calendar_of(site: Site) -> pd.DatetimeIndex:
    """List all days from the first to the last, those without a map too."""
    return pd.date_range(site.days[0], site.days[-1])


def beside(site: Site, day: pd.Timestamp) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Find the days with a page before and after a day."""
    at = site.days.index(day)
    return site.days[at - 1] if at else None, site.days[at + 1] if at + 1 < len(site.days) else None


def day_files(site: Site, shared: Draft, day: pd.Timestamp) -> dict[str, str | bytes]:
    """
    Make the page of a day, its figure, report and tables.

    The report says which maps it was made from, and not the state of the whole archive: it does not change with each
    map that comes later.
    """
    briefing = briefing_of(site.archive, day, causes=site.causes, background=shared, archive_sha256="")
    lang, commands = site.lang, [site.command("report", briefing, *options) for options in ((), ("--format html",))]
    files: dict[str, str | bytes] = {
        "report.html": report_of(briefing, "html", lang=lang, command=commands[1], figure_file="figure.png"),
        "report.md": report_of(briefing, "markdown", lang=lang, command=commands[0], figure_file="figure.png"),
        "figure.png": figure_of(briefing, lang=lang),
        **data_files(briefing),
    }
    sizes = {name: len(content.encode() if isinstance(content, str) else content) for name, content in files.items()}
    page = with_neighbours(day_page(briefing, _about(site, shared), sizes), *beside(site, day), lang)
    return {f"days/{day:%Y-%m-%d}/{name}": content for name, content in {"index.html": page, **files}.items()}


def map_files(site: Site, shared: Draft) -> dict[str, str | bytes]:
    """Draw the one map, with a slider over all days."""
    since = site.days[0] - pd.Timedelta(days=1)  # the state that the first day's changes are measured from
    period = {"since": since, "until": site.days[-1]}
    return {"map.html": render("map", archive=site.archive, causes=site.causes, lang=site.lang, **period)}


def page_files(site: Site, shared: Draft) -> dict[str, str | bytes]:
    """Write the first page, a page a sector, and what the site is about."""
    latest = briefing_of(site.archive, site.days[-1], causes=site.causes, background=shared)
    about, grounds = _about(site, shared), _grounds(site, shared)
    last_map = site.archive.manifest["as_of"].max()  # the hash is of the whole archive, past the site's last day too
    daily, monthly = _sums(site, shared, "day"), _sums(site, shared, "month")
    files: dict[str, str | bytes] = {
        "index.html": index_page(latest, about, daily=daily, monthly=monthly, by_ground=grounds),
        "about.html": about_page(about, archive_sha256=latest.archive_sha256, as_of=last_map),
    }
    days, months = (_sums(site, shared, every, by="ground") for every in ("day", "month"))
    sectors = shared["names"]
    for row in grounds.to_dict("records"):
        names = sectors[sectors["ground"] == row["ground"]].sort_values("valid_from", na_position="first")
        own = {"daily": days[days["ground"] == row["ground"]], "monthly": months[months["ground"] == row["ground"]]}
        files[f"sectors/{row['ground']}.html"] = sector_page(row, names, about, **own)
    return files


def town_files(site: Site, shared: Draft) -> dict[str, str | bytes]:
    """Write a page for each town that the report of a day of the site names, and their index."""
    pages: dict[int, str] = {}
    files: dict[str, str | bytes] = {}
    window = site.archive.days(window_start(site.archive, site.days[-1]), site.days[-1])
    changes = site.archive.changes(window)
    days = shared["distances"][shared["distances"]["day"].isin(site.days)].groupby("day")
    named = {number for _, rows in days for number in near_towns(rows)["geonameid"]}
    for number in (int(one) for one in shared["towns"]["geonameid"] if one in named):
        dossier = _dossier(site, shared, number, window, changes)
        slug, page = slug_of(dossier), dossier_page(dossier, lang=site.lang)["dossier.html"]
        pages[number] = f"{slug if f'{slug}.html' not in pages.values() else f'{slug}-{number}'}.html"
        files[f"towns/{pages[number]}"] = with_way_back(str(page), "index.html", site.lang)
    last = shared["distances"][shared["distances"]["day"] == site.days[-1]]
    return {"towns/index.html": towns_page(last, shared["towns"], _about(site, shared), pages=pages), **files}


def _dossier(site: Site, shared: Draft, number: int, window: gpd.GeoDataFrame, changes: gpd.GeoDataFrame) -> Story:
    """Tell of a town in the last year of the site, from distances that are measured already."""
    until = site.days[-1]
    since = max(site.days[0], until - pd.DateOffset(years=1))
    known = shared["distances"]
    series = known[(known["geonameid"] == number) & (known["day"] >= since)].reset_index(drop=True)
    town = shared["towns"][shared["towns"]["geonameid"] == number]
    given = {name: shared[name] for name in ("places", "oblasts", "basemap")}
    begun = {"since": since, "on": until, "states": window, "steps": changes, "read": series, "distances": series}
    return Draft(TOWN_FILLS, archive=site.archive, town=town, **begun, **given).story(needs_of("dossier"))


PARTS: dict[str, Callable[[Site, Draft], dict[str, str | bytes]]] = {
    N_("map"): map_files,
    N_("towns"): town_files,
    N_("pages"): page_files,
}
"""The parts beside the days: how the files of each are made."""


def about_site(site: Site, shared: Draft) -> dict[str, Any]:
    """Tell machines what the site holds: source and terms, and each day with its sums (null where not known)."""
    source = site.archive.source
    sums = ["gain_km2", "loss_km2", "net_km2", "newly_contested_km2", "cleared_km2"]
    daily = _sums(site, shared, "day")
    return {
        "schema": SCHEMA,
        "made_with": f"frontline-tracker {__version__}",
        "source": {name: getattr(source, name) for name in ("name", "title", "credit", "licence", "terms_url", "note")},
        "credits": shared["credits"],
        "note": site.archive.note,
        "lang": site.lang,
        "causes": site.causes,
        "archive_sha256": site.archive.sha256(),
        "days": [
            {
                "day": f"{row['until']:%Y-%m-%d}",
                "page": f"days/{row['until']:%Y-%m-%d}/index.html",
                "as_of": f"{row['end_as_of']:%Y-%m-%dT%H:%M:%SZ}",
                "measured_from": f"{row['start_as_of']:%Y-%m-%dT%H:%M:%SZ}",
                **{name: json_value(row[name]) if row["known"] else None for name in sums},
            }
            for row in daily.to_dict("records")
        ],
    }


def _about(site: Site, shared: Draft) -> dict[str, Any]:
    """Say what stands on every page."""
    told = {name: shared[name] for name in ("note", "title", "credits")}
    return told | {"lang": site.lang, "version": __version__}


def _sums(site: Site, shared: Draft, every: Any, *, by: Any = "none") -> pd.DataFrame:
    """
    Sum the days that have a page, or the months of the period.

    Returns
    -------
    DataFrame
        The `summary` table with what its maps can tell of each row (see `with_ages`).
    """
    period = {"since": site.days[0], "until": site.days[-1]}
    sums = summarise(shared["ledger"], every=every, by=by, **period, control=shared["control"], causes=site.causes)
    table = with_ages(sums)
    return table[table["until"].isin(site.days)] if every == "day" else table


def _grounds(site: Site, shared: Draft) -> pd.DataFrame:
    """List the grounds that changed in the period, the most changed first, under the names of its last day."""
    table = _sums(site, shared, "all", by="ground")
    names = ground_names(shared["names"], site.days[-1], site.lang)
    table = table.assign(name=table["ground"].map(names))
    moved = table[["gain_km2", "loss_km2"]].sum(axis=1)
    return table.loc[moved[moved >= LEAST_KM2].sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
