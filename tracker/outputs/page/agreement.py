"""The page that compares two sources on a day: what both hold, what only one does, and what they count differently.

It is the map's page with other layers and another panel. The first source is orange and plain, the second is blue and
striped or dotted: told apart without colour too. All text out of the tables is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from tracker.changes.snapshots import drawn_as
from tracker.measures.agreement import at_front, compared
from tracker.outputs.base import Renderer
from tracker.outputs.look import COLOURS
from tracker.outputs.page import map_places
from tracker.outputs.page.agreement_text import caveats_of, iou_text, on_both, only_on
from tracker.outputs.page.leaflet import Layer, features, page, safe
from tracker.outputs.page.map_ground import VIEW_KM2, base_layers, bounds_of, styles
from tracker.outputs.story import Story
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import day_text, days_text, instant_text, km2, note_text
from tracker.places.sectors import ELSEWHERE
from tracker.tables.check import check
from tracker.tables.constants import DUST_KM2, LEAST_KM2
from tracker.tables.days import old_days
from tracker.tables.definitions import PLACES, SECTORS

_COLOURS = {"first": "#f0923a", "first_line": "#bf5600", "second": "#2b62b5", "second_line": "#1b4f9c"}
_SIDES = ("first", "second")
_LEVELS = {"contested": 20, "occupied": 30}  # what is occupied on the one is seen over what is contested on the other


def _style(side: str, fill: str, **line: Any) -> dict[str, Any]:
    """Give Leaflet's path options of what only one of the two holds."""
    return {"color": _COLOURS[f"{side}_line"], "weight": 0.7, "fillColor": fill, "fillOpacity": 1, **line}


_STYLES = {
    "occupied_first": _style("first", _COLOURS["first"]),
    "occupied_second": _style("second", "url(#hatch-second)"),
    "contested_first": _style("first", "url(#hatch-contested-first)", dashArray="4 3"),
    "contested_second": _style("second", "url(#hatch-contested-second)", dashArray="4 3"),
}


def render(story: Story, *, lang: str = "en") -> str:
    """
    Draw where two sources agree and where not, as one HTML file that needs no network.

    Pieces below 0.01 km² are left out of the drawing, not of the sums; coordinates are rounded to a metre.

    Parameters
    ----------
    story
        `control` and `other`: control tables of one snapshot each; `agreement`, `agreement_by_sector`, `disagreements`:
        what was found between them on `on`. `titles`, `left_out`: what the two sources are called, by default their
        names; what each leaves out, in words. `sectors`: with the names of one date. The rest as for the map.
    lang
        en or uk.

    Returns
    -------
    str
        The page; equal input gives equal bytes.

    Raises
    ------
    ValueError
        For tables of no snapshot or several, or an unknown language.
    SchemaError
        If a table breaks its definition.
    """
    words(lang)
    _check(story.sectors, story.places)
    control, other, sectors, places = story.control, story.other, story.sectors, story.places
    sums, by_sector, pieces = story.agreement, story.agreement_by_sector, story.disagreements
    day = sums["day"].iloc[0]
    titles = tuple(story.titles) or (sums["source"].iloc[0], sums["other"].iloc[0])
    title = (
        words(lang)
        .gettext("{source} and {other}, {day}")
        .format(source=titles[0], other=titles[1], day=day_text(day, lang).replace(" ", "\N{NO-BREAK SPACE}"))
    )
    ground, near = _front(control, other, pieces)
    drawn = [
        *_both_layers(control, other, titles, lang),
        *_only_layers(pieces, compared(control, other), titles, lang),
        *_sector_layers(sectors, by_sector, near, titles, lang),
        *base_layers(story.basemap, story.oblasts, lang),
    ]
    if places is not None and len(places):
        drawn.append(Layer("settlements", 75, words(lang).gettext("Settlements"), "settlements"))
    data = {
        "ages": [],
        "towns": [],
        "bounds": _bounds(pieces, ground),
        "sectors": [] if sectors is None else map_places.sector_labels(sectors, ground, near, lang),
        "settlements": [] if places is None else map_places.settlements(places, lang),
    }
    panel = _panel(sums, by_sector, titles, lang)
    panel |= {"caveats": caveats_of(control, other, titles=titles, since=story.left_out, lang=lang)}
    credits = [story.credits] if isinstance(story.credits, str) else list(story.credits)
    panel |= {"credits": credits, "note": note_text(story.note, lang)}
    return page(drawn, title=title, lang=lang, data=data, panel=panel, template="agreement.html")


def _check(sectors: gpd.GeoDataFrame | None, places: gpd.GeoDataFrame | None) -> None:
    """Refuse tables that break their definitions."""
    for table, definition in ((sectors, SECTORS), (places, PLACES)):
        if table is not None:
            check(table, definition)


def _front(control: gpd.GeoDataFrame, other: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """Give all ground that is drawn, and where the two disagree or draw contested ground."""
    states = [*control.geometry, *other.geometry]
    contested = [drawn_as(state, "contested") for state in (control, other)]
    differ = pieces.geometry[pieces["area_km2"] >= DUST_KM2]
    return shapely.union_all(states), shapely.union_all([*contested, *differ])


def _bounds(pieces: gpd.GeoDataFrame, ground: Any) -> list[list[float]]:
    """Choose the first view: disagreements in sectors that have a name, else all of them, else what is drawn."""
    large = pieces[pieces["area_km2"] >= VIEW_KM2]
    named = large[large["ground"] != ELSEWHERE] if "ground" in large else large
    return bounds_of([named.geometry, large.geometry, pieces.geometry, [ground]])


def _both_layers(control: gpd.GeoDataFrame, other: gpd.GeoDataFrame, titles: Sequence[str], lang: str) -> list[Layer]:
    """Draw what both hold; and, to see by it, contested ground that cannot be compared because only one draws it."""
    layers = []
    for level, status in enumerate(compared(control, other), start=10):
        shape = shapely.intersection(drawn_as(control, status), drawn_as(other, status))
        drawn = features(shape, styles()[status])
        layers.append(Layer(f"{status}_both", level, on_both(status, lang), status, features=drawn))
    if len(layers) > 1:
        return layers
    for title, state in zip(titles, (control, other), strict=True):
        drawn = features(drawn_as(state, "contested"), styles()["contested"])
        if drawn:
            label = words(lang).gettext("Contested on {title}").format(title=title)
            layers.append(Layer("contested_beside", 12, label, "contested", features=drawn))
    return layers


def _only_layers(pieces: gpd.GeoDataFrame, statuses: Sequence[str], titles: Sequence[str], lang: str) -> list[Layer]:
    """Draw what only one of them holds: a layer for each status and source, the largest pieces first."""
    layers = []
    drawn = pieces[pieces["area_km2"] >= DUST_KM2]
    for status in statuses:
        for number, against in ((0, "other_status"), (1, "source_status")):
            rows = drawn[(drawn["status"] == status) & (drawn[against] != status)]
            name = f"{status}_{_SIDES[number]}"
            label = only_on(status, titles[number], lang)
            tips = [
                _tip(label, row[against], row["area_km2"], titles[1 - number], lang) for row in rows.to_dict("records")
            ]
            shapes = features(rows.geometry, _STYLES[name], tips)
            layers.append(Layer(name, _LEVELS[status] + number, label, name, features=shapes))
    return layers


def _tip(label: str, drawn: str, area_km2: float, title: str, lang: str) -> str:
    """Write what a piece says: who holds it, how large it is, and what the other draws there if not nothing."""
    _ = words(lang).gettext
    area = km2(area_km2, lang=lang) if area_km2 >= LEAST_KM2 else f"< {km2(0.1, lang=lang)}"
    lines = [f"<b>{safe(label)}</b>", safe(f"{area} " + _("km²"))]
    status = {"contested": _("Contested"), "occupied": _("Occupied"), "free": ""}[drawn].lower()
    return "<br>".join([*lines, safe(f"{title}: {status}")] if status else lines)


def _sector_layers(
    sectors: gpd.GeoDataFrame | None, sums: pd.DataFrame | None, near: Any, titles: Sequence[str], lang: str
) -> list[Layer]:
    """Draw the sectors: ground that says its sums when pointed at, and its borders."""
    if sectors is None or sums is None or sectors.empty:
        return []
    grounds = map_places.named_sectors(sectors, lang)
    rows = dict(list(sums.groupby("sector")))
    tips = [
        "<br>".join([f"<b>{safe(name)}</b>", *map(safe, _sentences(rows.get(sector, sums.iloc[:0]), titles, lang))])
        for sector, name in zip(grounds["sector"], grounds["name"], strict=True)
    ]
    drawn = features(grounds["geometry"], {"stroke": False, "fillOpacity": 0}, tips)
    lines = map_places.sector_lines(sectors, near)
    return [
        Layer("sectors", 5, words(lang).gettext("Sectors"), "sectors", features=drawn),
        Layer("sector_lines", 16, features=lines),
    ]


def _sentences(sums: pd.DataFrame, titles: Sequence[str], lang: str) -> list[str]:
    """Write the sums of one sector, a line each."""
    _ = words(lang).gettext
    unit, union = _("km²"), _("Intersection over union")
    lines = []
    for row in sums.to_dict("records"):
        labels = [on_both(row["status"], lang), *(only_on(row["status"], title, lang) for title in titles)]
        areas = [row["both_km2"], row["only_source_km2"], row["only_other_km2"]]
        lines += [f"{label}: {km2(area, lang=lang)} {unit}" for label, area in zip(labels, areas, strict=True)]
        lines.append(f"{union}: {iou_text(row['iou'], lang)}")
    return lines


def _panel(sums: pd.DataFrame, by_sector: pd.DataFrame | None, titles: Sequence[str], lang: str) -> dict[str, Any]:
    """Fill in the panel: whose states these are, how old, and the sums."""
    _, day = words(lang).gettext, sums["day"].iloc[0]
    instants = [sums[name].iloc[0] for name in ("as_of", "other_as_of")]
    ages = [old_days(day, instant) for instant in instants]
    table = sums.assign(head=sums["status"].map({"occupied": _("Occupied"), "contested": _("Contested")}))
    notes = [
        _("Each source draws at its own pace and scale: a disagreement is no error of either."),
        _("Pieces below 0.01 km² are counted, not drawn."),
    ]
    if by_sector is not None:
        front = at_front(by_sector[by_sector["status"] == "occupied"]).assign(head=_("of it in sectors"))
        table = pd.concat([table.iloc[:1], front, table.iloc[1:]])
        notes.insert(
            0, _("In sectors: without ground in no named sector, as Crimea and most coasts and state borders.")
        )
    return {
        "states": [
            _("{title}: {instant}").format(title=title, instant=instant_text(instant, lang))
            for title, instant in zip(titles, instants, strict=True)
        ],
        "old": [
            _("{title}: this state is {days} old, there is no newer one.").format(
                title=title, days=days_text(age, lang)
            )
            for title, age in zip(titles, ages, strict=True)
            if age
        ],
        "heads": table["head"].tolist(),
        "sums": _rows(table, titles, lang),
        "notes": notes,
        "colours": {**COLOURS, **_COLOURS},
    }


def _rows(sums: pd.DataFrame, titles: Sequence[str], lang: str) -> list[tuple[str, str, str, list[str]]]:
    """Lay the sums out for the panel: (row, its words, its key, a number a column)."""
    _ = words(lang).gettext
    rows = [("both", _("On both"), "occupied", sums["both_km2"])]
    for number, (side, against) in enumerate((("source", "other"), ("other", "source"))):
        label = _("Only on {title}").format(title=titles[number])
        rows.append(("only", label, f"occupied_{_SIDES[number]}", sums[f"only_{side}_km2"]))
        contested = sums[f"contested_on_{against}_km2"].where(sums["status"] == "occupied")
        if contested.notna().any():
            rows.append(("of", _("contested on {title}").format(title=titles[1 - number]), "", contested))
    table = [(row, label, key, [km2(area, lang=lang) for area in areas]) for row, label, key, areas in rows]
    return [*table, ("iou", _("Intersection over union"), "", [iou_text(iou, lang) for iou in sums["iou"]])]


_NEEDS = """on control other agreement agreement_by_sector disagreements sectors places titles left_out credits note
basemap oblasts"""

RENDERER = Renderer("agreement", ".html", render, needs=tuple(_NEEDS.split()))
