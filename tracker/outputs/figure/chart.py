"""Charts: km² gained and lost by month, occupied ground over time, towns' distances, sectors as small multiples."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

import geopandas as gpd
import pandas as pd

from tracker.changes.causes import CAUSES, COUNTED
from tracker.errors import NoDataError
from tracker.outputs.base import Renderer
from tracker.outputs.figure.layout import layout_of
from tracker.outputs.story import Story
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import cause_text, instant_text, name_column, note_text
from tracker.places.sectors import called_on
from tracker.tables.check import check
from tracker.tables.days import Day
from tracker.tables.definitions import DISTANCES, STOCK, SUMMARY

Chart = Literal["months", "area", "distance", "sectors"]
CHARTS: tuple[str, ...] = get_args(Chart)
MOST_TOWNS = 12
"""How many towns a page holds."""

FORMATS = ("png", "svg", "pdf")

_TABLES = {"months": SUMMARY, "area": STOCK, "distance": DISTANCES, "sectors": SUMMARY}
_MOST_WEEKS = 20


def bar_length(since: Day, until: Day) -> Literal["week", "month"]:
    """
    Choose what a bar of a sector is: a week in a short period, else a month.

    Examples
    --------
    >>> bar_length("2025-01-01", "2025-03-31"), bar_length("2024-01-01", "2025-03-31")
    ('week', 'month')
    """
    return "week" if (pd.Timestamp(until) - pd.Timestamp(since)).days < 7 * _MOST_WEEKS else "month"


def render(
    story: Story,
    *,
    kind: str,
    lang: str = "en",
    every: str | None = None,
    size: str = "web",
    format: str = "png",
    dpi: float | None = None,
) -> bytes:
    """
    Draw a chart. The same table gives the same bytes, and what is drawn are its numbers, unrounded.

    A change means that the drawing changed, not always the ground on that day.

    Parameters
    ----------
    story
        `table`, for months: the `summary` of a source by calendar months, its rows as `tracker advances --every month`
        prints them. For area: `stock`, of every map of the period and the one before it. For distance: `distances` of
        one town or more to occupied and, where it is drawn, contested ground, day by day, and their `events`. For
        sectors: the `summary` by `ground`, of weeks or months. `since` and `on`: the first and the last Kyiv day, by
        default those of the table. `sectors`, `places`: names of grounds and of towns in the language, those of the
        last day, by default those of the table. `breaks`, `causes` (that the sums count), `as_of` (of the last map),
        `title` (the source as it is called), `credits` and `note`.
    kind
        months: the km² gained and lost (gross) and the net of each month. area: the occupied ground over time, and the
        contested where the source draws it. distance: how far towns were, with the events. sectors: the gained and lost
        ground of each, most change first, on one scale.
    lang
        en or uk.
    every
        The calendar period of the bars, week or month; by default month, and for sectors that of `bar_length`.
    size, format, dpi
        As for the figure.

    Raises
    ------
    ValueError
        For an unknown kind, language, size, format, `every` or cause, a `dpi` that is not positive, several sources, or
        more towns than a page holds.
    SchemaError
        If the table is not that of the kind.
    NoDataError
        If it is empty.
    """
    table = story.table
    _check(kind, table, lang, format, dpi)
    # Only here, so that other renderers do not wait for matplotlib.
    from tracker.outputs.figure.canvas import Sheet
    from tracker.outputs.figure.chart_output import compose_chart
    from tracker.outputs.figure.chart_page import Asked
    from tracker.outputs.figure.output import saved

    first, last = _span(kind, table, story.since, story.on)
    asked = Asked(
        table=table,
        since=first,
        until=last,
        every=_every(kind, every, first, last),
        names=_names(kind, story, last, lang),
        breaks=[pd.Timestamp(day) for day in story.breaks],
        left_out=[cause_text(cause, lang) for cause in _left_out(story.causes)],
        layout=layout_of(size),
        lang=lang,
        events=story.events,
    )
    mark = _plain(note_text(story.note, lang))
    chart = compose_chart(kind, asked, credits=_origin(story, lang), mark=mark, dpi=dpi)
    sheet = Sheet(chart.figure, chart.figure.axes[0], pd.DataFrame(), {})
    return saved(sheet, format=format, title=chart.page.title, alt=chart.page.alt)


def _check(kind: str, table: pd.DataFrame, lang: str, format: str, dpi: float | None) -> None:
    """Refuse what cannot be drawn."""
    words(lang)
    for name, value, valid in (("kind", kind, CHARTS), ("format", format, FORMATS)):
        if value not in valid:
            raise ValueError(f"{name}={value!r} is not one of {', '.join(valid)}")
    if dpi is not None and not dpi > 0:
        raise ValueError(f"dpi={dpi!r} is not a positive number")
    sources = sorted(check(table, _TABLES[kind])["source"].unique())
    if len(sources) > 1:
        raise ValueError(f"table must be of one source, it holds {', '.join(sources)}")
    if kind == "sectors" and "ground" not in table:
        raise ValueError("table has no column ground; tracker.summarise(…, by='ground') has one")
    if kind == "distance" and table["geonameid"].nunique() > MOST_TOWNS:
        raise ValueError(f"table holds {table['geonameid'].nunique()} towns, a chart at most {MOST_TOWNS}")
    if table.empty and kind != "sectors":
        raise NoDataError(f"the {_TABLES[kind].name} table is empty: there is nothing to draw")


def _span(kind: str, table: pd.DataFrame, since: Day | None, until: Day | None) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Fill in the ends of the period from the table."""
    first, last = ("day", "day") if "day" in table else ("since", "until")
    if table.empty and (since is None or until is None):
        raise ValueError("since and until must be given where the table is empty")
    # The first state of a stock is the one that the period begins with.
    shift = pd.Timedelta(days=1 if kind == "area" and len(table) > 1 else 0)
    start = table[first].min() + shift if since is None else pd.Timestamp(since)
    end = table[last].max() if until is None else pd.Timestamp(until)
    if start > end:
        raise ValueError(f"since={start:%Y-%m-%d} is after until={end:%Y-%m-%d}")
    return start, end


def _every(kind: str, every: str | None, since: pd.Timestamp, until: pd.Timestamp) -> str:
    """Choose the calendar period of the bars."""
    if every not in (None, "week", "month"):
        raise ValueError(f"every={every!r} is not one of week, month")
    return every or ("month" if kind != "sectors" else bar_length(since, until))


def _names(kind: str, story: Story, on: pd.Timestamp, lang: str) -> dict[Any, str]:
    """Name the towns or grounds of a table, each by its id."""
    if kind == "distance":
        return {town: _plain(name) for town, name in _town_names(story.table, story.places, lang).items()}
    if kind == "sectors":
        found = {} if story.sectors is None else _ground_names(story.sectors, on, lang)
        return {ground: _plain(found.get(ground, ground)) for ground in story.table["ground"].unique()}
    return {}


def _town_names(table: pd.DataFrame, places: gpd.GeoDataFrame | None, lang: str) -> dict[Any, str]:
    """Name the towns of a table, in the order of `places`; in English where no other name is known."""
    names = dict(zip(table["geonameid"], table["town"], strict=True))
    if places is None:
        return names
    rows = places[places["geonameid"].isin(names)]
    named = rows["name_uk"].where(rows["name_uk"] != "", rows["name"]) if lang == "uk" else rows["name"]
    known = dict(zip(rows["geonameid"], named, strict=True))
    return known | {town: name for town, name in names.items() if town not in known}


def _ground_names(sectors: gpd.GeoDataFrame, on: pd.Timestamp, lang: str) -> dict[str, str]:
    """Name grounds as a day does; of two with one name, each with the name that it had before, too."""
    column = name_column(lang)
    today = called_on(sectors, on, column)
    names = today.to_dict()
    for ground in today.index[today.duplicated(keep=False)]:
        others = sectors[(sectors["ground"] == ground) & (sectors[column] != today[ground])]
        before = others[others["valid_to"] < on].sort_values("valid_to", kind="stable")
        if len(before):
            both = words(lang).gettext("{name} (earlier {earlier})")
            names[ground] = both.format(name=today[ground], earlier=before[column].iloc[-1])
    return names


def _plain(text: Any) -> str:
    """Make a name one printable line."""
    from tracker.outputs.figure.text import plain

    return plain(text, most=44)


def _left_out(causes: Iterable[str] | None) -> list[str]:
    """List the causes that sums leave out; ValueError for unknown ones."""
    chosen = list(COUNTED if causes is None else causes)
    if unknown := [cause for cause in chosen if cause not in CAUSES]:
        raise ValueError(f"causes={unknown!r} are not among {', '.join(CAUSES)}")
    return [cause for cause in CAUSES if cause not in chosen]


def _origin(story: Story, lang: str) -> str:
    """Write what the chart is from: the source and its last map, and the lines of credit."""
    from tracker.outputs.figure.text import plain

    table = story.table
    column = "end_as_of" if "end_as_of" in table else "as_of"
    instant = table[column].max() if story.as_of is None else pd.Timestamp(story.as_of)
    named = story.title or (str(table["source"].iloc[0]) if len(table) else "")
    told = {"source": plain(named), "instant": "–" if pd.isna(instant) else instant_text(instant, lang)}
    lines = [story.credits] if isinstance(story.credits, str) else story.credits
    return " · ".join(
        [
            words(lang).gettext("Control: {source}, map of {instant}").format(**told),
            *(plain(line, most=300) for line in lines),
        ]
    )


_NEEDS = tuple("control table events since on sectors places breaks causes as_of title credits note".split())

RENDERER = Renderer("chart", ".png", render, needs=_NEEDS)
