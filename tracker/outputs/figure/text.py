"""The words of a sheet: title, numbers, legend, credits, alternative text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.measures.windows import Window
from tracker.outputs.figure.scene import Scene, clipped_km2, sums
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import (
    break_text,
    cause_text,
    day_text,
    days_text,
    instant_text,
    km2,
    name_column,
    span_text,
)
from tracker.places.sectors import ELSEWHERE
from tracker.tables.constants import LEAST_KM2
from tracker.tables.days import day_of, old_days

_MOST_SECTORS = 6  # rows below the map: what a narrow sheet has room for


@dataclass(frozen=True)
class Texts:
    """All that is written around the map: lines, rows of cells, and (name, gain, loss) a sector below a head."""

    where: str
    when: str
    numbers: list[list[str]]
    sectors: list[tuple[str, str, str]]
    footer: list[str]
    alt: str

    @property
    def title(self) -> str:
        """The title in one line."""
        return f"{self.where}: {self.when}"


def plain(text: Any, *, most: int = 48) -> str:
    """
    Make any text one printable line of bounded length.

    Examples
    --------
    >>> plain("Bila\\nHora\\x00 "), plain("x" * 99, most=5)
    ('Bila Hora', 'xxxx…')
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in str(text)).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _area_name(scene: Scene, places: gpd.GeoDataFrame | None, lang: str) -> str:
    """Name the area: its sector, the sectors that changed most in it, or the largest towns in it."""
    told, column = words(lang), name_column(lang)
    if scene.sectors is not None:
        named = scene.sectors[scene.sectors["ground"] != ELSEWHERE].drop_duplicates("ground").set_index("ground")
        grounds = [scene.ground] if scene.ground else _busiest(scene)
        # Two grounds may have one name on the day.
        names = list(dict.fromkeys(plain(named.loc[ground, column], most=30) for ground in grounds))
        if len(names) == 1:
            return told.gettext("{name} sector").format(name=names[0])
        if names:
            joined = told.pgettext("between two sectors", " – ").join(names)
            return told.pgettext("several sectors", "{names}").format(names=joined)
    if places is not None:
        west, south, east, north = scene.extent
        towns = places[places["place"].isin(["city", "town"])].cx[west:east, south:north]
        towns = towns.sort_values(["population", "geonameid"], ascending=[False, True]).head(2)
        names = [plain(row.get("name_uk") if lang == "uk" else row["name"], most=30) for _, row in towns.iterrows()]
    else:
        names = []
    return " – ".join(name for name in names if name) or told.gettext("Front line")


def _busiest(scene: Scene) -> list[str]:
    """List the one or two grounds with the most changed ground in the picture; the second only with a fifth of it."""
    if scene.sectors is None or "ground" not in scene.changes or scene.changes.empty:
        return []
    seen = scene.changes.assign(km2=clipped_km2(scene.changes, scene.extent))
    shares = seen[seen["ground"] != ELSEWHERE].groupby("ground")["km2"].sum().sort_values(ascending=False)
    known = [ground for ground in shares.index[:2] if ground in set(scene.sectors["ground"])]
    return [str(ground) for ground in known if shares[ground] >= max(shares.sum() / 5, 1e-9)]


def headline(scene: Scene, lang: str) -> str:
    """Write the title's second part: the period asked for, else how many days, to which day."""
    day = day_text(scene.on, lang)
    if scene.since is not None:
        return span_text(scene.since, scene.on, lang)
    if scene.days <= 1:
        return day
    old_start = scene.windows[-1].old_start
    if old_start is not None:
        return words(lang).gettext("{start} to {day}").format(start=day_text(old_start, lang), day=day)
    return words(lang).gettext("{days} to {day}").format(days=days_text(scene.days, lang), day=day)


def _numbers(scene: Scene, lang: str) -> list[list[str]]:
    """
    Write the sums as rows of cells: a head, the picture, the sector where one was asked for, the whole front.

    Gross sums over the steps of the ledger, gain / loss in km².
    """
    _ = words(lang).gettext
    areas = {_("In this picture"): sums(scene, extent=scene.extent)}
    if scene.ground:
        areas[_area_name(scene, None, lang)] = sums(scene, ground=scene.ground)
    areas[_("Whole front")] = sums(scene)
    windows = [_("last day") if window.days == 1 else days_text(window.days, lang) for window in scene.windows]

    def cell(window: Window) -> str:
        return f"{km2(window.gain_km2, lang=lang)} / {km2(window.loss_km2, lang=lang)}" if window.known else "–"

    rows = [[name, *map(cell, line)] for name, line in areas.items()]
    return [[_("km² gained / lost, gross"), *windows], *rows]


def _by_sector(scene: Scene, summary: pd.DataFrame | None, lang: str) -> list[tuple[str, str, str]]:
    """List the sectors that changed most, below a head: of `summary` where it has places, else of the changes."""
    days, told = scene.days, words(lang)
    if summary is not None and {"ground", "sector"} & set(summary.columns) and len(summary):
        column = "ground" if "ground" in summary else "sector"
        rows = summary[summary["until"] == summary["until"].max()]
        days = (rows["until"].iloc[0] - rows["since"].min()).days + 1
        table = rows.groupby(column)[["gain_km2", "loss_km2"]].sum()
    elif "ground" in scene.changes:
        sums_of = scene.changes.groupby(["ground", "kind"], observed=True)["area_km2"].sum().unstack(fill_value=0.0)
        table = sums_of.reindex(columns=["gain", "loss"], fill_value=0.0).set_axis(["gain_km2", "loss_km2"], axis=1)
    else:
        return []
    table = table.groupby([_place_name(scene, str(place), lang) for place in table.index]).sum()
    table = table[table.sum(axis=1) >= LEAST_KM2]
    order = table.sum(axis=1).sort_values(ascending=False, kind="stable").index[:_MOST_SECTORS]
    head = (
        told.gettext("{days} by sector, km²").format(days=days_text(days, lang)),
        told.pgettext("head of a column", "gained"),
        told.pgettext("head of a column", "lost"),
    )
    gained, lost = table["gain_km2"].loc[order], table["loss_km2"].loc[order]
    cells = zip(order, gained, lost, strict=True)
    return [head, *((str(name), km2(gain, lang=lang), km2(loss, lang=lang)) for name, gain, loss in cells)]


def _place_name(scene: Scene, place: str, lang: str) -> str:
    """Name a ground or sector as the day does."""
    if place == ELSEWHERE:
        return words(lang).gettext("Elsewhere")
    if scene.sectors is not None:
        found = scene.sectors[(scene.sectors["ground"] == place) | (scene.sectors["sector"] == place)]
        if len(found):
            return plain(found[name_column(lang)].iloc[0], most=30)
    return plain(place, most=30)


def footer(scene: Scene, credits: Iterable[str], lang: str) -> list[str]:
    """Write two paragraphs: what the map is from, and what a change means."""
    _ = words(lang).gettext
    old = old_days(scene.on, scene.as_of)
    name = plain(scene.state["source"].iloc[0])
    source = _("Control: {source}, map of {instant}").format(source=name, instant=instant_text(scene.as_of, lang))
    source += " " + _("({days} old)").format(days=days_text(old, lang)) if old else ""
    credits = [credits] if isinstance(credits, str) else list(credits)
    origin = " · ".join([source, *(plain(credit, most=300) for credit in credits)])
    meaning = [_("A change means that the drawing changed, not always the ground on that day.")]
    meaning += [break_text(day_of(as_of), lang) for as_of in scene.breaks]
    if scene.left_out:
        causes = ", ".join(cause_text(cause, lang) for cause in scene.left_out)
        meaning.append(_("Left out of gained and lost: {causes}.").format(causes=causes))
    for window in scene.windows:
        if window.known and window.old_start is not None:
            days = days_text(window.days, lang)
            meaning.append(
                _("The sums of {days} begin with the map of {day}.").format(
                    days=days, day=day_text(window.old_start, lang)
                )
            )
    return [origin, " ".join(meaning)]


def texts_of(
    scene: Scene,
    places: gpd.GeoDataFrame | None,
    *,
    summary: pd.DataFrame | None = None,
    credits: Iterable[str] = (),
    lang: str = "en",
) -> Texts:
    """Write everything that stands around the map of a scene."""
    where, when, rows = _area_name(scene, places, lang), headline(scene, lang), _numbers(scene, lang)
    spoken = ". ".join(
        f"{row[0]}: " + ", ".join(f"{window} {cell}" for window, cell in zip(rows[0][1:], row[1:], strict=True))
        for row in rows[1:]
    )
    alt = (
        words(lang)
        .gettext(
            "{title}. {numbers}. Occupied ground is shaded, newer gains are darker, losses are "
            "dotted, contested ground is hatched."
        )
        .format(title=f"{where}: {when}", numbers=f"{rows[0][0]}: {spoken}")
    )
    return Texts(where, when, rows, _by_sector(scene, summary, lang), footer(scene, credits, lang), alt)
