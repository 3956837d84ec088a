"""The bulletin in words: a paragraph a sector, as people know them from such maps, as plain text or Markdown.

`paragraphs` gives them as plain values for other pages, which escape them as they need.
"""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from tracker.ground.geodesy import DIRECTIONS, GEOD, direction_of
from tracker.measures.bulletin import ACTIONS
from tracker.outputs.base import Renderer
from tracker.outputs.story import Story
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.escape import markdown_text, printable
from tracker.outputs.words.text import days_text, instant_text, km2, name_column, note_text, span_text
from tracker.places.sectors import ELSEWHERE
from tracker.tables.check import check
from tracker.tables.constants import LEAST_KM2
from tracker.tables.days import old_days
from tracker.tables.definitions import BULLETIN

_MOST = 15  # that a sentence names; all that were occupied are named
_AWAY_KM = 5.0  # a change farther from its settlement is told with distance and direction
_KIND_OF = {"occupied": "gain", "advanced": "gain", "lost": "loss", "contested": "contested", "cleared": "cleared"}
_KINDS = ("gain", "loss", "contested", "cleared")


def _render(story: Story, *, lang: str = "en", format: Literal["text", "markdown"] = "text") -> str:
    """Write the bulletin of a day, or of the days from `since` to `on`; `start` and `as_of` are the maps compared."""
    table = story.table
    words(lang)
    if format not in ("text", "markdown"):
        raise ValueError(f"format={format!r} is not one of text, markdown")
    if story.on is None and table.empty:
        raise ValueError("on must say the day where the table has no rows")
    on = pd.Timestamp(table["day"].max() if story.on is None else story.on)
    since = on if story.since is None else story.since
    as_of = table["as_of"].max() if story.as_of is None else pd.Timestamp(story.as_of)
    title = story.title or ", ".join(table["source"].unique())
    lines = [*_sums(table, lang), *([] if len(table) else [words(lang).gettext("No change on the map.")])]
    return _laid_out(
        heading=words(lang).gettext("What changed on the map, {days}").format(days=span_text(since, on, lang)),
        mark=note_text(story.note, lang),
        lines=[*_states(title, story.start, as_of, on, lang), *lines],
        paragraphs=paragraphs(table, sectors=story.sectors, lang=lang),
        end=[
            *_left_out(table, lang),
            words(lang).gettext("A change means that the drawing changed, which is not always the day the ground did."),
            *story.credits,
        ],
        markdown=format == "markdown",
    )


def paragraphs(table: pd.DataFrame, *, sectors: pd.DataFrame | None = None, lang: str = "en") -> list[dict[str, Any]]:
    """
    Put a bulletin into sentences, a paragraph a sector: the most changed first, what is in no sector last.

    Parameters
    ----------
    table
        The `bulletin` table of one source: of a day, or of several days, whose areas then add up by settlement; it
        counts as occupied where it was so on one of the days.
    sectors
        The `sectors` table with names of one date, for their names in Ukrainian.
    lang
        en or uk.

    Returns
    -------
    list of dict
        `sector` (its name), `heading`, `area_km2` (all that is named), `sentences` (plain text, not escaped).
        Shares under 0.05 km² are left out, unless there are no others.

    Raises
    ------
    ValueError
        If the table holds several sources, or for an unknown language.
    """
    words(lang)
    rows = _shown(_gathered(table))
    sums = rows.groupby("sector")["area_km2"].sum().sort_values(ascending=False, kind="stable")
    order = sorted(sums.index, key=lambda sector: (sector == ELSEWHERE, -sums[sector]))
    return [_paragraph(rows[rows["sector"] == sector], _sector_name(sector, sectors, lang), lang) for sector in order]


def _gathered(table: pd.DataFrame) -> pd.DataFrame:
    """Add the days up: a row a settlement and kind, with the sector and the change point of its largest share."""
    names = check(table, BULLETIN)["source"].unique()
    if len(names) > 1:
        raise ValueError(f"the bulletin must be of one source, it holds {', '.join(sorted(names))}")
    rows = table.assign(kind=table["action"].map(_KIND_OF)).sort_values("area_km2", ascending=False, kind="stable")
    keys = ["geonameid", "kind"]
    group = rows.groupby(keys)
    occupied = rows["geonameid"].isin(rows.loc[rows["action"] == "occupied", "geonameid"]) & (rows["kind"] == "gain")
    rows = rows.assign(
        area_km2=group["area_km2"].transform("sum"),
        relation=group["relation"].transform("min"),  # "in" comes before "near": once in, in
        action=rows["action"].mask(occupied, "occupied"),
    )
    return rows.drop_duplicates(keys).sort_values(["area_km2", "geonameid"], ascending=[False, True], kind="stable")


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave small shares out, unless there are no others."""
    # A smaller share is left out of the words, unless all are.
    shown = rows[rows["area_km2"] >= LEAST_KM2]
    return shown if len(shown) else rows


def _paragraph(rows: pd.DataFrame, sector: str, lang: str) -> dict[str, Any]:
    """Write the sentences of one sector, an action each."""
    told_of, sentences = words(lang), []
    _ = told_of.gettext
    opening = {
        "occupied": _("Occupied: {names}."),
        "advanced": _("Advanced {where}."),
        "lost": _("Pushed back {where}."),
        "contested": _("Newly contested {where}."),
        "cleared": _("No longer contested {where}."),
    }
    placed = {"near": _("near {names}"), "in": _("in {names}")}
    for action in ACTIONS:
        told = rows[rows["action"] == action]
        if action == "occupied" and len(told):
            sentences.append(opening[action].format(names=_names(told, lang)))
        elif len(told):
            parts = [(where, told[told["relation"] == where]) for where in ("near", "in")]
            named = {key: _names(part, lang, most=_MOST) for key, part in parts if len(part)}
            where = told_of.pgettext("bulletin", " and ").join(
                placed[key].format(names=names) for key, names in named.items()
            )
            sentences.append(opening[action].format(where=where))
    area = float(rows["area_km2"].sum())
    return {"sector": sector, "heading": _heading(sector, lang), "area_km2": area, "sentences": sentences}


def _names(rows: pd.DataFrame, lang: str, *, most: int | None = None) -> str:
    """List settlements with their km², and how far away the change is where it is far; the smallest are counted."""
    more = max(len(rows) - (most or len(rows)), 0)
    rest, rows = rows.iloc[len(rows) - more :], rows.iloc[: len(rows) - more]
    bearing, _, metres = GEOD.inv(*(rows[name].to_numpy() for name in ("lon", "lat", "change_lon", "change_lat")))
    told = []
    for row, degrees, away_km in zip(rows.itertuples(), bearing % 360, metres / 1000, strict=True):
        name = row.name_uk if lang == "uk" and row.name_uk else row.settlement
        notes = [_area(row.area_km2, lang)]
        if away_km > _AWAY_KM:
            notes.append(
                words(lang)
                .gettext("{km} km {direction} of it")
                .format(km=f"{away_km:.0f}", direction=_direction(degrees, lang))
            )
        told.append(f"{printable(name)} ({', '.join(notes)})")
    left = (
        words(lang).gettext(" and {n} more ({km2})").format(n=more, km2=_area(rest["area_km2"].sum(), lang))
        if more
        else ""
    )
    return ", ".join(told) + left


def _direction(bearing_deg: float, lang: str) -> str:
    """Name a direction, as the words of a language do."""
    return words(lang).gettext("N NE E SE S SW W NW").split()[DIRECTIONS.index(direction_of([bearing_deg])[0])]


def _area(area_km2: float, lang: str) -> str:
    """Write an area with its unit; what would round to nothing is not nothing."""
    if area_km2 < LEAST_KM2:
        return words(lang).gettext("under 0.1 km²")
    return f"{km2(area_km2, lang=lang)} " + words(lang).gettext("km²")


def _sector_name(sector: str, sectors: pd.DataFrame | None, lang: str) -> str:
    """Name a sector in a language."""
    if sector == ELSEWHERE:
        return words(lang).gettext("Elsewhere")
    names = {} if sectors is None else dict(zip(sectors["sector"], sectors[name_column(lang)], strict=True))
    return str(printable(names.get(sector, sector)))


def _heading(sector: str, lang: str) -> str:
    """Write the words that a sector's paragraph begins with."""
    return (
        f"{sector}."
        if sector == words(lang).gettext("Elsewhere")
        else words(lang).gettext("{sector} sector.").format(sector=sector)
    )


def _sums(table: pd.DataFrame, lang: str) -> list[str]:
    """Write the sums of all rows by kind; a kind without rows is not told: the source may not draw it."""
    sums = table.groupby(table["action"].map(_KIND_OF))["area_km2"].sum()
    _ = words(lang).gettext
    told = {
        "gain": _("occupied or advanced on {km2}"),
        "loss": _("pushed back {km2}"),
        "contested": _("newly contested {km2}"),
        "cleared": _("no longer contested {km2}"),
    }
    parts = [told[kind].format(km2=_area(sums[kind], lang)) for kind in _KINDS if kind in sums.index]
    return [_("In all: {parts}.").format(parts=", ".join(parts))] if parts else []


def _states(title: str, start: Any, as_of: Any, on: pd.Timestamp, lang: str) -> list[str]:
    """Say which maps were compared, and how old the last one is where it is old."""
    if pd.isna(as_of):
        return [title] if title else []
    _ = words(lang).gettext
    told = (
        _("{source}: map of {as_of}.") if start is None else _("{source}: from the map of {start} to that of {as_of}.")
    )
    instants = {"as_of": instant_text(as_of, lang)} | ({} if start is None else {"start": instant_text(start, lang)})
    lines = [told.format(source=title, **instants)]
    age = old_days(on, as_of)
    old = _("This state is {days} old: there is no newer one.").format(days=days_text(age, lang))
    return [*lines, old] if age else lines


def _left_out(table: pd.DataFrame, lang: str) -> list[str]:
    """Say what the words leave out, where that is anything."""
    rows = _gathered(table)
    small = rows["area_km2"].sum() - _shown(rows)["area_km2"].sum()
    return (
        [words(lang).gettext("Not named: shares under 0.05 km², {km2} in all.").format(km2=_area(small, lang))]
        if small > 0
        else []
    )


def _laid_out(
    *, heading: str, mark: str, lines: list[str], paragraphs: list[dict[str, Any]], end: list[str], markdown: bool
) -> str:
    """Lay the parts out, each on a line of its own; Markdown is escaped, text is cleared of control characters."""

    def safe(text: str) -> str:
        shown = str(printable(text))
        return markdown_text(shown) if markdown else shown

    strong = "**{}**" if markdown else "{}"
    parts = [f"# {safe(heading)}" if markdown else safe(heading)]
    parts += [strong.format(safe(mark))] if mark else []
    parts.append((" " if markdown else "\n").join(safe(line) for line in lines))
    for told in paragraphs:
        parts.append(" ".join([strong.format(safe(told["heading"])), *map(safe, told["sentences"])]))
    return "\n\n".join(part for part in [*parts, *map(safe, end)] if part) + "\n"


_NEEDS = ("control", "ledger", "table", "since", "on", "start", "as_of", "title", "sectors", "credits", "note")

RENDERER = Renderer("bulletin", ".txt", _render, needs=_NEEDS)
