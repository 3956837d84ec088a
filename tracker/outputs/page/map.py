"""The interactive map: a page that opens from disk, with a slider over all days and what changed up to each.

This module says what is drawn, `map_time` what of each day, `map_places` what is said of places, `leaflet` makes the
page; `templates/` holds its looks and its scripts. All text out of the tables is escaped; coordinates become degrees
once, on the way out.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.snapshots import drawn_as, epoch_starts, state_of
from tracker.measures.windows import MAP_AGES, age_days, windows_of_ledger
from tracker.outputs.base import Renderer
from tracker.outputs.page import map_places
from tracker.outputs.page.leaflet import Layer, page
from tracker.outputs.page.map_ground import VIEW_KM2, base_layers, bounds_of
from tracker.outputs.page.map_panel import panel_of
from tracker.outputs.page.map_time import other_source, time_of
from tracker.outputs.story import MAP, Story
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import break_text, day_text, days_text, note_text
from tracker.places.sectors import named_on
from tracker.tables.check import check
from tracker.tables.constants import DUST_KM2, STALE_DAYS, STATUSES
from tracker.tables.days import day_of
from tracker.tables.definitions import BULLETIN, CAPTURES, CONTROL, DISTANCES, LEDGER, PLACES, SECTORS

_OPENS_WITH = 30  # the window of changes, in days, that is shown at first
_VILLAGES_NEAR_M = 25_000


def render(story: Story, *, lang: str = "en", tiles: str | None = None) -> str:
    """
    Draw the map of all days from the first of `control` to `on`, as one HTML file that needs no network.

    A slider chooses the day; a day without a map shows the state that holds. Gains and losses are drawn by their age:
    those whose Kyiv day lies in the last 1, 7, 30 and 90 days up to the day shown; or all that differs from an earlier
    day. Borders are drawn to a metre.

    Parameters
    ----------
    story
        `control`, of one source, a state a day up to `on`, the last Kyiv day of the slider, with which the map opens;
        the `ledger` between its states, and the `timeline` of both. `sectors`: where they have names of many dates,
        each day is told by its own. `places` and `distances`: the settlements; the distances of days to occupied and
        contested ground, for the towns to be marked. `bulletin`, `captures`: what changed on each day, by settlement;
        the settlements that changed status. `other`, `other_timeline`: another source: where the two disagree can then
        be shown on every day. `basemap`, `oblasts`: polygons or lines in `WORK_CRS` to draw below all else. `note`: a
        banner (as "Illustrative sample").
    lang
        en or uk.
    tiles
        The provider of a background (see `tiles`), which needs the network; by default there is none.

    Returns
    -------
    str
        The page; equal input gives equal bytes.

    Raises
    ------
    NoDataError
        If no snapshot is as old as `on`.
    ValueError
        For several sources, an unknown language, distances of towns that `places` lacks.
    SchemaError
        If a table breaks its definition.
    """
    words(lang)
    _check(story)
    control, ledger, sectors, places = story.control, story.ledger, story.sectors, story.places
    state, day = state_of(control, story.on)
    changes = _aged(ledger, day)
    recent = changes[changes["counted"]].reset_index(drop=True)
    first, names = day_of(control["as_of"].min()), None if sectors is None else named_on(sectors, day)
    ground, near = _front(state, recent)
    drawn = [
        *_ground_layers(story, lang),
        *_sector_layers(names, near, lang),
        *_place_layers(places, story.distances, lang),
        *base_layers(story.basemap, story.oblasts, lang),
    ]
    data = {
        "statuses": STATUSES,
        "stale_days": STALE_DAYS,
        "ages": [[age, days_text(age, lang)] for age in MAP_AGES],
        "bounds": _bounds(state, recent[recent["age"] <= _OPENS_WITH]),
        "sectors": [] if names is None else map_places.sector_labels(names, ground, near, lang),
        "settlements": _settlements(story, state, lang),
        "towns": _towns(places, story.distances, state, first, lang),
        "time": time_of(story, day, lang),
        "other": None if story.other is None else other_source(story),
    }
    panel = panel_of(state, changes, windows_of_ledger(ledger, control, day, MAP_AGES), day, lang)
    panel["notes"][:0] = [break_text(day_of(as_of), lang) for as_of in epoch_starts(control)]
    credits = [story.credits] if isinstance(story.credits, str) else list(story.credits)
    panel |= {"credits": credits, "note": note_text(story.note, lang)}
    panel |= {"has_sectors": names is not None, "has_bulletin": story.bulletin is not None}
    panel |= {"day": f"{day:%Y-%m-%d}", "day_number": (day - first).days, "first": f"{first:%Y-%m-%d}"}
    title = words(lang).gettext("Front line, {day}").format(day=day_text(day, lang))
    return page(drawn, title=title, lang=lang, data=data, panel=panel, tiles=tiles)


def _check(story: Story) -> None:
    """Refuse tables that break their definitions or do not go together."""
    check(story.ledger, LEDGER)
    tables = ((story.sectors, SECTORS), (story.places, PLACES), (story.distances, DISTANCES))
    for table, definition in (*tables, (story.bulletin, BULLETIN), (story.captures, CAPTURES), (story.other, CONTROL)):
        if table is not None:
            check(table, definition)
    if story.distances is not None and len(story.distances) and story.places is None:
        raise ValueError("distances need places, which says where the towns are")


def _aged(ledger: gpd.GeoDataFrame, day: pd.Timestamp) -> gpd.GeoDataFrame:
    """Keep the changes of all windows, with the smallest window that holds each as `age`."""
    if ledger.empty:
        return ledger.assign(age=pd.Series(dtype="Int64"))
    rows = ledger.assign(age=age_days(ledger, day, MAP_AGES))
    return rows[rows["age"].notna()].reset_index(drop=True)


def _settlements(story: Story, state: gpd.GeoDataFrame, lang: str) -> list[list[Any]]:
    """List the settlements, but no village far from all ground that ever changed, unless a table tells of it."""
    places, ledger = story.places, story.ledger
    if places is None:
        return []
    fronts = [*ledger.geometry[ledger["area_km2"] >= DUST_KM2], *state.geometry[state["status"] == "contested"]]
    near = np.zeros(len(places), dtype=bool)
    if fronts:
        near[shapely.STRtree(places.geometry.to_numpy()).query(fronts, "dwithin", _VILLAGES_NEAR_M)[1]] = True
    told = [table["geonameid"] for table in (story.captures, story.distances) if table is not None]
    kept = near | places["place"].isin(["city", "town"]) | places["geonameid"].isin(pd.concat(told) if told else [])
    return map_places.settlements(places[kept], lang)


def _ground_layers(story: Story, lang: str) -> list[Layer]:
    """Announce what the page's script draws of each day: the state, and the changes in it by window."""
    _ = words(lang).gettext
    layers = [Layer("occupied", 10, _("Occupied"), "occupied")]
    if (story.control["status"] == "contested").any():
        layers.append(Layer("contested", 11, _("Contested"), "contested"))
    for age in MAP_AGES:
        label = _("Gains and losses, {days}").format(days=days_text(age, lang))
        layers.append(Layer(f"changes_{age}", 20, label, f"gain-{age}", age == _OPENS_WITH))
    if story.captures is not None:
        layers.append(Layer("captures", 78, _("Settlements that changed status"), "captures", shown=False))
    if story.other is not None:
        label = _("Where {source} differs").format(source=story.other["source"].iloc[0])
        layers.append(Layer("disagreement", 30, label, "disagreement", shown=False))
    return layers


def _sector_layers(sectors: gpd.GeoDataFrame | None, near: Any, lang: str) -> list[Layer]:
    """Draw the sectors: ground that can be pointed at, and the borders, which the page shows and hides with it."""
    if sectors is None or sectors.empty:
        return []
    grounds = map_places.sector_features(sectors, lang)
    return [
        Layer("sectors", 15, words(lang).gettext("Sectors"), "sectors", features=grounds),
        Layer("sector_lines", 16, features=map_places.sector_lines(sectors, near)),
    ]


def _place_layers(places: gpd.GeoDataFrame | None, distances: pd.DataFrame | None, lang: str) -> list[Layer]:
    """Announce the layers that the page's script fills: what of them is seen depends on the zoom."""
    _, layers = words(lang).gettext, []
    if distances is not None and len(distances):
        layers.append(Layer("towns", 80, _("Towns and distances"), "towns"))
        layers.append(Layer("lines", 70, _("Lines to occupied ground"), "lines", shown=False))
    if places is not None and len(places):
        layers.append(Layer("settlements", 75, _("Settlements"), "settlements"))
    return layers


def _towns(
    places: gpd.GeoDataFrame | None, distances: pd.DataFrame | None, state: Any, first: Any, lang: str
) -> list[dict[str, Any]]:
    """Describe the towns by the distances of the source."""
    if distances is None or places is None:
        return []
    return map_places.towns(places, distances[distances["source"] == state["source"].iloc[0]], first, lang)


def _front(state: gpd.GeoDataFrame, changes: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """Give all ground that is drawn, and where the front is: contested ground and recent changes."""
    occupied, contested = drawn_as(state, "occupied"), drawn_as(state, "contested")
    recent = shapely.union_all(changes.geometry[changes["area_km2"] >= DUST_KM2].to_numpy())
    return shapely.union(occupied, contested), shapely.union(contested, recent)


def _bounds(state: gpd.GeoDataFrame, changes: gpd.GeoDataFrame) -> list[list[float]]:
    """Choose the first view, within the theatre: recent gains and losses, else the front, else what is drawn."""
    moved = changes[changes["kind"].isin(["gain", "loss"])]
    drawn = [[drawn_as(state, status)] for status in ("contested", "occupied")]
    return bounds_of([moved.geometry[moved["area_km2"] >= VIEW_KM2], moved.geometry, *drawn])


_NEEDS = (*MAP, "bulletin", "captures", "timeline", "other", "other_timeline")

RENDERER = Renderer("map", ".html", render, needs=_NEEDS)
