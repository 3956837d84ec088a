"""The map of a day: a page that opens from disk, with what changed in the last 1, 7 and 30 days.

This module says what is drawn, `map_places` what is said of places, `leaflet` makes the page; `templates/` holds its
looks and its script. All text out of the tables is escaped; coordinates become degrees once, on the way out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from tracker.causes import counted
from tracker.render import map_places
from tracker.render.base import Renderer
from tracker.render.leaflet import Layer, features, page, safe
from tracker.render.map_ground import SMALLEST_KM2, STYLES, VIEW_KM2, base_layers, bounds_of, ground_of, outline
from tracker.render.map_panel import panel_of
from tracker.render.style import AGES, COLOURS, GAIN_COLOURS, day_text, days_text, km2, note_text, words
from tracker.schema import DISTANCES, LEDGER, PLACES, SECTORS, SUMMARY, check
from tracker.snapshots import day_of, epoch_starts, state_of
from tracker.windows import age_days, windows_of

__all__ = ["RENDERER", "render"]

_LOSS = {
    "color": COLOURS["loss"],
    "weight": 1.4,
    "dashArray": "1 3",
    "fillColor": "url(#hatch-loss)",
    "fillOpacity": 1,
}


def render(
    *,
    control: gpd.GeoDataFrame,
    ledger: gpd.GeoDataFrame,
    on: Any = None,
    sectors: gpd.GeoDataFrame | None = None,
    summary: pd.DataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    distances: pd.DataFrame | None = None,
    credits: str | Iterable[str] = (),
    note: str = "",
    causes: Iterable[str] | None = None,
    lang: str = "en",
    basemap: gpd.GeoDataFrame | None = None,
    oblasts: gpd.GeoDataFrame | None = None,
) -> str:
    """
    Draw the map of a day as one HTML file that needs no network.

    Changes are drawn by their age: those whose Kyiv day lies in the last 1, 7 and 30 days up to `on`, the newest on
    top. Pieces below 0.01 km² are left out of the drawing, not of the sums; coordinates are rounded to a metre.

    Parameters
    ----------
    control
        The control table of one source; the last snapshot up to the end of `on` is drawn.
    ledger
        Its changes, as `tracker.track` or `tracker.split` give them.
    on
        The Kyiv day of the map; by default the last one of `control`.
    sectors, summary
        The sectors table with the names of one date, and a summary by sector (its periods are taken as they are).
    places, distances
        The settlements; the distances of `on` to occupied and contested ground, for the towns to be marked.
    credits, note
        Lines of credit below the map; a banner over it (as "Illustrative sample").
    causes
        The causes of change that are drawn and count as gained and lost, by default all but noise; the net counts all.
    lang
        en or uk.
    basemap, oblasts
        Polygons or lines in `WORK_CRS` to draw below all else.

    Returns
    -------
    str
        The page; equal input gives equal bytes.

    Raises
    ------
    NoDataError
        If no snapshot is as old as `on`.
    ValueError
        For several sources, an unknown language, distances of towns that `places` lacks, a summary without sectors.
    SchemaError
        If a table breaks its definition.
    """
    word = words(lang)
    _check(ledger, sectors, summary, places, distances)
    state, day = state_of(control, on)
    all_changes = _changes(ledger.assign(counted=counted(ledger, causes)), state["source"].iloc[0], day)
    changes = all_changes[all_changes["counted"]].reset_index(drop=True)
    title = word["front_line"].format(day=day_text(day, lang))
    ground, near = _front(state, changes)
    drawn = [
        *_ground_layers(state, changes, lang),
        *_sector_layers(sectors, summary, near, lang),
        *_place_layers(places, distances, word),
        *base_layers(basemap, oblasts, word),
    ]
    data = {
        "ages": list(AGES),
        "bounds": _bounds(state, changes),
        "sectors": [] if sectors is None else map_places.sector_labels(sectors, ground, near, lang),
        "settlements": [] if places is None else map_places.settlements(places, lang),
        "towns": _towns(places, distances, state, day, lang),
        "words": {key: word[key] for key in ("zoom_in", "zoom_out", "layers", "from_edge", "from_centre", "by_disc")},
    }
    panel = panel_of(state, all_changes, windows_of(_instants(control, ledger), day, AGES), day, lang)
    panel["notes"][:0] = [word["break"].format(day=day_text(day_of(as_of), lang)) for as_of in epoch_starts(control)]
    panel |= {"credits": [credits] if isinstance(credits, str) else list(credits), "note": note_text(note, lang)}
    return page(drawn, title=title, lang=lang, data=data, panel=panel)


def _check(ledger: Any, sectors: Any, summary: Any, places: Any, distances: Any) -> None:
    """Refuse tables that break their definitions or do not go together."""
    check(ledger, LEDGER)
    for table, definition in ((sectors, SECTORS), (summary, SUMMARY), (places, PLACES), (distances, DISTANCES)):
        if table is not None:
            check(table, definition)
    if summary is not None and "sector" not in summary:
        raise ValueError("summary has no column sector; tracker.summarise(…, by='sector') gives one")
    if distances is not None and len(distances) and places is None:
        raise ValueError("distances need places, which says where the towns are")


def _changes(ledger: gpd.GeoDataFrame, source: str, day: pd.Timestamp) -> gpd.GeoDataFrame:
    """Keep the changes of all windows, with the smallest window that holds each as `age`; the oldest first."""
    rows = ledger[ledger["source"] == source]
    if rows.empty:
        return rows.assign(age=pd.Series(dtype="Int64"))
    rows = rows.assign(age=age_days(rows, day, AGES))
    return rows[rows["age"].notna()].sort_values("end", kind="stable").reset_index(drop=True)


def _instants(control: gpd.GeoDataFrame, ledger: gpd.GeoDataFrame) -> pd.Series:
    """List the instants of all snapshots that the tables know of."""
    return pd.concat([control["as_of"], ledger["start"], ledger["end"]])


def _ground_layers(state: gpd.GeoDataFrame, changes: gpd.GeoDataFrame, lang: str) -> list[Layer]:
    """Draw the state, and the changes in it by age: what can be toggled is a window, what is drawn are its ages."""
    word, occupied = words(lang), ground_of(state, "occupied")
    whole = features([occupied, outline(occupied)], [STYLES["occupied"], STYLES["occupied_line"]])
    hatched = features(ground_of(state, "contested"), STYLES["contested"])
    layers = [Layer("occupied", 10, word["occupied"], "occupied", features=whole)]
    if (state["status"] == "contested").any():
        layers.append(Layer("contested", 11, word["contested"], "contested", features=hatched))
    for age in AGES:
        label = word["changes_of"].format(days=days_text(age, lang))
        layers.append(Layer(f"changes_{age}", 20, label, f"gain-{age}", age == max(AGES)))
    return layers + [Layer(f"age_{age}", 60 - age, features=_change_features(changes, age, lang)) for age in AGES]


def _change_features(changes: gpd.GeoDataFrame, age: int, lang: str) -> list[dict[str, Any]]:
    """Draw the gains and losses of one age, the oldest first."""
    rows = changes[(changes["age"] == age) & (changes["area_km2"] >= SMALLEST_KM2)]
    gain = {"color": GAIN_COLOURS[age], "weight": 0.7, "fillColor": GAIN_COLOURS[age], "fillOpacity": 1}
    rows = rows[rows["kind"].isin(["gain", "loss"])]
    styles = [gain if kind == "gain" else _LOSS for kind in rows["kind"]]
    return features(rows.geometry, styles, [_change_tip(row, lang) for row in rows.to_dict("records")])


def _change_tip(row: dict[str, Any], lang: str) -> str:
    """Write what a change says: its kind, the day or days, the area."""
    word, start, end = words(lang), day_of(row["start"]), day_of(row["end"])
    days = day_text(end, lang)
    if (end - start).days > 1:
        days = f"{day_text(start, lang)} – {days}"
    area = km2(row["area_km2"], lang=lang) if row["area_km2"] >= 0.05 else f"< {km2(0.1, lang=lang)}"
    return "<br>".join([f"<b>{word[row['kind']]}</b>", safe(days), safe(f"{area} {word['km2']}")])


def _sector_layers(sectors: gpd.GeoDataFrame | None, summary: pd.DataFrame | None, near: Any, lang: str) -> list[Layer]:
    """Draw the sectors: ground that can be pointed at, and the borders, which the page shows and hides with it."""
    if sectors is None or sectors.empty:
        return []
    grounds = map_places.sector_features(sectors, summary, lang)
    return [
        Layer("sectors", 15, words(lang)["sectors"], "sectors", features=grounds),
        Layer("sector_lines", 16, features=map_places.sector_lines(sectors, near)),
    ]


def _place_layers(places: gpd.GeoDataFrame | None, distances: pd.DataFrame | None, word: dict[str, str]) -> list[Layer]:
    """Announce the layers that the page's script fills: what of them is seen depends on the zoom."""
    layers = []
    if distances is not None and len(distances):
        layers.append(Layer("towns", 80, word["towns"], "towns"))
        layers.append(Layer("lines", 70, word["lines"], "lines", shown=False))
    if places is not None and len(places):
        layers.append(Layer("settlements", 75, word["settlements"], "settlements"))
    return layers


def _towns(places: Any, distances: Any, state: Any, day: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
    """Describe the towns by the last distances of the source up to the day."""
    if distances is None or places is None:
        return []
    known = distances[(distances["day"] <= day) & (distances["source"] == state["source"].iloc[0])]
    return map_places.towns(places, known[known["day"] == known["day"].max()], lang)


def _front(state: gpd.GeoDataFrame, changes: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """Give all ground that is drawn, and where the front is: contested ground and recent changes."""
    occupied, contested = ground_of(state, "occupied"), ground_of(state, "contested")
    recent = shapely.union_all(changes.geometry[changes["area_km2"] >= SMALLEST_KM2].to_numpy())
    return shapely.union(occupied, contested), shapely.union(contested, recent)


def _bounds(state: gpd.GeoDataFrame, changes: gpd.GeoDataFrame) -> list[list[float]]:
    """Choose the first view, within the theatre: recent gains and losses, else the front, else what is drawn."""
    moved = changes[changes["kind"].isin(["gain", "loss"])]
    drawn = [[ground_of(state, status)] for status in ("contested", "occupied")]
    return bounds_of([moved.geometry[moved["area_km2"] >= VIEW_KM2], moved.geometry, *drawn])


RENDERER = Renderer(name="map", suffix=".html", render=render)
