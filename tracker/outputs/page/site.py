"""The pages of the site: a day, the index of days and sectors, a sector, the towns, and what it is all about.

Every page is plain HTML without scripts, with relative links only; all that comes from data is escaped by Jinja2. The
one interactive thing, the map, is a file of its own that the pages show in a frame.
"""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.changes.snapshots import state_of
from tracker.measures.windows import windows_of_summary
from tracker.outputs.page.bulletin import paragraphs
from tracker.outputs.page.report_limits import age_text, meanings, nothing_text, uncertain
from tracker.outputs.page.report_rows import leading, period_text, records_text, whole_front
from tracker.outputs.page.site_rows import calendar, month_bars, sector_rows, series_rows, size_text, town_rows
from tracker.outputs.page.template import template
from tracker.outputs.story import Story
from tracker.outputs.words.catalogue import translated, words
from tracker.outputs.words.escape import printable
from tracker.outputs.words.text import day_text, days_text, instant_text, name_column, note_text, span_text
from tracker.tables.days import old_days

_NEIGHBOURS = re.compile("<!--neighbours-->.*?<!--/neighbours-->", re.DOTALL)


def day_page(day: Story, about: dict[str, Any], files: dict[str, int]) -> str:
    """
    Write the page of a day.

    Parameters
    ----------
    day
        Of its story: on, control, summary, totals, sectors, bulletin and records.
    about
        What every page says: lang, note, title, credits and version.
    files
        The name of each file to download → its bytes.
    """
    told = _day(day, about)
    holds = _holds(about["lang"])
    rows = [
        {"name": name, "holds": holds[name], "size": size_text(number, about["lang"])} for name, number in files.items()
    ]
    return _page("site_day", about, root="../../", head=told["latest"], files=rows, **told)


def index_page(
    latest: Story,
    about: dict[str, Any],
    *,
    daily: pd.DataFrame,
    monthly: pd.DataFrame,
    by_ground: pd.DataFrame,
) -> str:
    """
    Write the first page: the latest day, all sectors, and a calendar of all days.

    Parameters
    ----------
    latest, about
        As for `day_page`, of the latest day.
    daily, monthly
        The `summary` of each day that has a map, and of each month, with a column `known`.
    by_ground
        The sums of the whole period: ground, name, gain_km2, loss_km2, net_km2.
    """
    lang = about["lang"]
    return _page(
        "site_index",
        about,
        root="",
        head=words(lang).gettext("Front line, day by day"),
        calendar=calendar(daily, monthly, lang),
        by_ground=sector_rows(by_ground, lang),
        span=span_text(daily["since"].min(), daily["until"].max(), lang),
        **_day(latest, about),
    )


def sector_page(
    ground: dict[str, Any], names: pd.DataFrame, about: dict[str, Any], *, daily: pd.DataFrame, monthly: pd.DataFrame
) -> str:
    """
    Write the page of a sector's ground.

    Parameters
    ----------
    ground
        Its row of `by_ground` (see `index_page`).
    names
        Its rows of the `sectors` table, in the order of time.
    about
        As for `day_page`.
    daily, monthly
        The `summary` of days and months on this ground, with a column `known`.
    """
    lang = about["lang"]
    return _page(
        "site_sector",
        about,
        root="../",
        head=words(lang).gettext("{sector}: changes by month and day").format(sector=ground["name"]),
        called=_called(names, lang),
        months=series_rows(monthly, lang, every="month"),
        days=series_rows(daily, lang, every="day"),
        bars=month_bars(monthly, lang),
    )


def towns_page(
    distances: pd.DataFrame, places: gpd.GeoDataFrame, about: dict[str, Any], *, pages: dict[int, str]
) -> str:
    """
    Write the index of towns.

    Parameters
    ----------
    distances
        The `distances` table of the latest day.
    places
        The `places` table of the towns.
    about
        As for `day_page`.
    pages
        GeoNames id → file name of a town's page.
    """
    lang = about["lang"]
    note = (
        words(lang)
        .gettext("Distances on {day} to occupied ground; the nearest first. Each name leads to the town's page.")
        .format(day=day_text(distances["day"].max(), lang))
    )
    rows = town_rows(distances, places, pages, lang)
    return _page("site_towns", about, root="../", head=words(lang).gettext("Towns"), head_note=note, towns=rows)


def about_page(about: dict[str, Any], *, archive_sha256: str, as_of: Any) -> str:
    """Say what the site holds, what its figures mean, whose maps they come from, and what they cannot tell."""
    lang = about["lang"]
    return _page(
        "site_about",
        about,
        root="",
        head=words(lang).gettext("About this site"),
        archive_sha256=archive_sha256,
        whats=_whats(lang),
        meanings=meanings(lang),
        until_map=words(lang)
        .gettext("the last map of the archive is of {instant}")
        .format(instant=instant_text(as_of, lang)),
    )


def with_neighbours(page: str, earlier: Any, later: Any, lang: str) -> str:
    """Write the links to the days before and after into the page of a day; None stands for no such day."""
    _ = words(lang).gettext
    links = [
        f'<a rel="{rel}" href="../{day:%Y-%m-%d}/index.html">{word}: {day_text(day, lang)}</a>'
        for rel, word, day in (("prev", _("Earlier"), earlier), ("next", _("Later"), later))
        if day is not None
    ]
    label = _("Days beside")
    nav = f'<nav class="beside" aria-label="{label}">{" ".join(links)}</nav>' if links else ""
    return _NEIGHBOURS.sub(lambda _found: f"<!--neighbours-->{nav}<!--/neighbours-->", page, count=1)


def with_way_back(page: str, target: str, lang: str) -> str:
    """Put a link back to the site in front of a page that stands by itself, such as a dossier."""
    label = words(lang).gettext("All towns")
    link = f'<nav><a href="{target}">← {label}</a></nav>'
    return page.replace("<main>", f"<main>\n{link}", 1)


def _holds(lang: str) -> dict[str, str]:
    """Say what each file to download holds."""
    _ = words(lang).gettext
    return {
        "report.html": _("the full report, one page to print"),
        "report.md": _("the same in Markdown"),
        "figure.png": _("the figure"),
        "advances.csv": _("sums by sector of 1, 7 and 30 days"),
        "distances.csv": _("distances of the reported towns"),
        "bulletin.json": _("what changed, by settlement"),
        "changes.geojson": _("the changed ground of 30 days"),
    }


def _whats(lang: str) -> list[str]:
    """Say what the site holds."""
    _ = words(lang).gettext
    return [
        _("A page for each day that has a map: the figure, the day in words, sums, and the tables to download."),
        _("A page for each sector and each reported town, and one map with a slider over all days."),
        _("index.json lists days with their sums, and every file with its size and SHA-256, for machines."),
    ]


def _page(name: str, about: dict[str, Any], *, root: str, head: str, **context: Any) -> str:
    """Fill a template with what every page has."""
    lang = about["lang"]
    common = {
        "lang": lang,
        "root": root,
        "head": head,
        "note": note_text(about["note"], lang),
        "source": translated(about["title"], lang),
        "credits": [translated(line, lang) for line in about["credits"]],
        "made": words(lang).gettext("Made with frontline-tracker {version}").format(version=about["version"]),
    }
    return str(template(name, "html", lang).render(printable(common | context)))


def _day(day: Story, about: dict[str, Any]) -> dict[str, Any]:
    """Write what a day's page and the first page say of a day."""
    lang = about["lang"]
    sectors, summary, totals = day.sectors, day.summary, day.totals
    state, on = state_of(day.control, day.on)
    windows = windows_of_summary(totals, day.control["as_of"], on)
    shown, as_of = windows[-1], state["as_of"].max()
    return {
        "on": f"{on:%Y-%m-%d}",
        "latest": words(lang).gettext("Front line on {day}").format(day=day_text(on, lang)),
        "map_title": words(lang).gettext("Map of {day}, with a slider over all days").format(day=day_text(on, lang)),
        "totals": whole_front(windows, lang),
        "leading": leading(summary, shown, sectors, lang),
        "shown": period_text(shown, lang),
        "draws_contested": bool((state["status"] == "contested").any()),
        "bulletin": paragraphs(day.bulletin, sectors=sectors, lang=lang),
        "nothing": nothing_text(windows[0].known, lang),
        "records": records_text(day.records, sectors, days_text(1, lang), lang),
        "uncertain": uncertain(day.control, windows, on, lang),
        "as_of": instant_text(as_of, lang),
        "old": age_text(old_days(on, as_of), lang),
    }


def _called(names: pd.DataFrame, lang: str) -> list[str]:
    """Say what a ground was called when; nothing where it has had one name."""
    told, column = words(lang), name_column(lang)
    if names[column].nunique() < 2:
        return []
    since, until = told.pgettext("name of a sector", "from {day}"), told.gettext("until {day}")
    called, lines = told.gettext("Called {name} {when}."), []
    for row in names.drop_duplicates([column, "valid_from"]).to_dict("records"):
        ends = ((since, row["valid_from"]), (until, row["valid_to"]))
        when = " ".join(word.format(day=day_text(day, lang)) for word, day in ends if pd.notna(day))
        lines.append(called.format(name=row[column], when=when))
    return lines
