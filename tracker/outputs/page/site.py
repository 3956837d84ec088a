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
from tracker.outputs.page.report_limits import uncertain
from tracker.outputs.page.report_rows import leading, period_text, records_text, whole_front
from tracker.outputs.page.site_rows import calendar, month_bars, sector_rows, series_rows, size_text, town_rows
from tracker.outputs.page.template import template
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.escape import printable
from tracker.outputs.words.report_words import WORDS as REPORT
from tracker.outputs.words.site_words import WORDS
from tracker.outputs.words.text import day_text, days_text, instant_text, note_text, span_text
from tracker.tables.days import old_days

_NEIGHBOURS = re.compile("<!--neighbours-->.*?<!--/neighbours-->", re.DOTALL)


def day_page(
    tables: dict[str, Any],
    about: dict[str, Any],
    files: dict[str, int],
) -> str:
    """
    Write the page of a day.

    Parameters
    ----------
    tables
        Of the day's briefing: on, control, summary, totals, sectors, bulletin and records.
    about
        What every page says: lang, note, title, credits and version.
    files
        The name of each file to download → its bytes.
    """
    told = _day(tables, about)
    t = WORDS[about["lang"]]
    rows = [
        {"name": name, "holds": t["files"][name], "size": size_text(number, about["lang"])}
        for name, number in files.items()
    ]
    return _page("site_day", about, root="../../", head=told["latest"], files=rows, **told)


def index_page(
    tables: dict[str, Any],
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
    tables, about
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
        head=WORDS[lang]["site"],
        calendar=calendar(daily, monthly, lang),
        by_ground=sector_rows(by_ground, lang),
        span=span_text(daily["since"].min(), daily["until"].max(), lang),
        **_day(tables, about),
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
        head=WORDS[lang]["sector_head"].format(sector=ground["name"]),
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
    note = WORDS[lang]["towns_head_note"].format(day=day_text(distances["day"].max(), lang))
    rows = town_rows(distances, places, pages, lang)
    return _page("site_towns", about, root="../", head=WORDS[lang]["towns_head"], head_note=note, towns=rows)


def about_page(about: dict[str, Any], *, archive_sha256: str, as_of: Any) -> str:
    """Say what the site holds, what its figures mean, whose maps they come from, and what they cannot tell."""
    lang = about["lang"]
    return _page(
        "site_about",
        about,
        root="",
        head=WORDS[lang]["about_head"],
        archive_sha256=archive_sha256,
        until_map=WORDS[lang]["until_map"].format(instant=instant_text(as_of, lang)),
    )


def with_neighbours(page: str, earlier: Any, later: Any, lang: str) -> str:
    """Write the links to the days before and after into the page of a day; None stands for no such day."""
    links = [
        f'<a rel="{rel}" href="../{day:%Y-%m-%d}/index.html">{WORDS[lang][word]}: {day_text(day, lang)}</a>'
        for rel, word, day in (("prev", "earlier", earlier), ("next", "later", later))
        if day is not None
    ]
    nav = f'<nav class="beside" aria-label="{WORDS[lang]["neighbours"]}">{" ".join(links)}</nav>' if links else ""
    return _NEIGHBOURS.sub(lambda _: f"<!--neighbours-->{nav}<!--/neighbours-->", page, count=1)


def with_way_back(page: str, target: str, lang: str) -> str:
    """Put a link back to the site in front of a page that stands by itself, such as a dossier."""
    link = f'<nav><a href="{target}">← {WORDS[lang]["all_towns"]}</a></nav>'
    return page.replace("<main>", f"<main>\n{link}", 1)


def _page(name: str, about: dict[str, Any], *, root: str, head: str, **context: Any) -> str:
    """Fill a template with what every page has."""
    lang = about["lang"]
    common = {
        "t": WORDS[lang],
        "r": REPORT[lang],
        "w": words(lang),
        "lang": lang,
        "root": root,
        "head": head,
        "note": note_text(about["note"], lang),
        "source": about["title"],
        "credits": list(about["credits"]),
        "made": WORDS[lang]["made"].format(version=about["version"]),
    }
    return str(template(name, "html").render(printable(common | context)))


def _day(tables: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    """Write what a day's page and the first page say of a day."""
    lang = about["lang"]
    sectors, summary, totals = tables["sectors"], tables["summary"], tables["totals"]
    state, on = state_of(tables["control"], tables["on"])
    windows = windows_of_summary(totals, tables["control"]["as_of"], on)
    shown, as_of = windows[-1], state["as_of"].max()
    age = old_days(on, as_of)
    return {
        "on": f"{on:%Y-%m-%d}",
        "latest": WORDS[lang]["latest"].format(day=day_text(on, lang)),
        "map_title": WORDS[lang]["map"].format(day=day_text(on, lang)),
        "totals": whole_front(windows, lang),
        "leading": leading(summary, shown, sectors, lang),
        "shown": period_text(shown, lang),
        "draws_contested": bool((state["status"] == "contested").any()),
        "bulletin": paragraphs(tables["bulletin"], sectors=sectors, lang=lang),
        "nothing": REPORT[lang]["nothing" if windows[0].known else "no_map"],
        "records": records_text(tables["records"], sectors, days_text(1, lang), lang),
        "uncertain": uncertain(tables["control"], windows, on, lang),
        "as_of": instant_text(as_of, lang),
        "old": REPORT[lang]["age"].format(age=days_text(age, lang)) if age else "",
    }


def _called(names: pd.DataFrame, lang: str) -> list[str]:
    """Say what a ground was called when; nothing where it has had one name."""
    t, column = WORDS[lang], "name_uk" if lang == "uk" else "name_en"
    if names[column].nunique() < 2:
        return []
    lines = []
    for row in names.drop_duplicates([column, "valid_from"]).to_dict("records"):
        ends = (("from", row["valid_from"]), ("until", row["valid_to"]))
        when = " ".join(t[word].format(day=day_text(day, lang)) for word, day in ends if pd.notna(day))
        lines.append(t["called"].format(name=row[column], when=when))
    return lines
