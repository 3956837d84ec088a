"""The tables of a town's dossier, as rows of plain text."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from tracker.ground.geodesy import DIRECTIONS
from tracker.measures.events import EVENT_KINDS
from tracker.outputs.page.dossier_text import about_km, percent, settlement_of, signed_km
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import day_text, days_text, direction_text, km
from tracker.tables.messages import N_

_EVENTS = {
    "within_10_km": N_("occupied ground within 10 km of the {side}"),
    "within_5_km": N_("occupied ground within 5 km of the {side}"),
    "within_3_km": N_("occupied ground within 3 km of the {side}"),
    "edge_reached": N_("occupied ground reaches the edge"),
    "contested": N_("first contested"),
    "half_occupied": N_("half of the town occupied"),
}


def status_lines(last: Any, lang: str) -> list[str]:
    """Say what the centre is, and how much of the town is free, contested and occupied."""
    _ = words(lang).gettext
    lines = [_("Centre: {status}.").format(status=_(last["status"]))]
    about = "≈\N{NO-BREAK SPACE}" if last["edge_method"] == "disc" else ""
    shares = {part: about + percent(last[f"share_{part}"], lang) for part in ("free", "contested", "occupied")}
    if pd.notna(last["share_occupied"]):
        told = _("Of the town {occupied} occupied.")
        if pd.notna(last["share_contested"]):
            told = _("Of the town {free} free, {contested} contested, {occupied} occupied.")
        lines.append(told.format(**shares))
    return lines


def state_rows(distances: pd.DataFrame, lang: str) -> list[list[str]]:
    """Write the state of the last day: a row a figure, a column a ground (occupied first), below their names."""
    _ = words(lang).gettext
    last = distances[distances["day"] == distances["day"].max()]
    grounds = [rows.iloc[0] for to in ("occupied", "contested") if len(rows := last[last["to"] == to])]
    method = grounds[0]["edge_method"]
    lengths = [int(found[1]) for name in distances.columns if (found := re.fullmatch(r"change_(\d+)_km", name))]
    rows = (
        [[_("from the edge, km"), *(about_km(row["edge_km"], method, lang) for row in grounds)]]
        if method != "none"
        else []
    )
    rows.append([_("from the centre, km"), *(km(row["centre_km"], lang=lang) for row in grounds)])
    rows.append([_("direction, from the centre"), *(_bearing(row, lang) for row in grounds)])
    rows.append([_("nearest settlement there"), *(settlement_of(row, lang) or "–" for row in grounds)])
    for days in lengths:
        told = _("change over {days}, km").format(days=days_text(days, lang))
        rows.append([told, *(_signed(row[f"change_{days}_km"], lang) for row in grounds)])
    rows.append([_("closing, km a week"), *(_speed(row, lang) for row in grounds)])
    return rows


def _bearing(row: Any, lang: str) -> str:
    """Write a direction and its bearing."""
    if pd.isna(row["bearing_deg"]):
        return "–"
    return f"{direction_text(row['direction'], lang)} ({row['bearing_deg']:.0f}°)"


def _signed(distance_km: float, lang: str) -> str:
    """Write a change in kilometres with its sign; missing where the maps cannot tell."""
    text = signed_km(distance_km, lang) if pd.notna(distance_km) else "–"
    return f"+{text}" if distance_km > 0 and text not in ("0.0", "0,0") else text


def _speed(row: Any, lang: str) -> str:
    """Write the closing speed and its spread."""
    middle, low, high = (row[f"closing{part}_km_a_week"] for part in ("", "_low", "_high"))
    if pd.isna(middle):
        return "–"
    ends = {name: signed_km(value, lang) for name, value in (("mid", middle), ("low", low), ("high", high))}
    return str(words(lang).gettext("{mid} ({low} to {high})").format(**ends))


def event_rows(events: pd.DataFrame, distances: pd.DataFrame, lang: str) -> list[list[str]]:
    """Write every kind of event that can be told: its day, that it came before, or that it did not come."""
    _ = words(lang).gettext
    occupied = distances[distances["to"] == "occupied"]
    edge_known = bool((occupied["edge_method"] != "none").any())
    known = {row.event: row for row in events.itertuples()}
    tellable = {"edge_reached": edge_known, "contested": (distances["to"] == "contested").any()}
    tellable["half_occupied"] = distances["share_occupied"].notna().any()
    since = day_text(distances["day"].min(), lang)
    rows = []
    for kind in EVENT_KINDS:
        name = _(_EVENTS[kind]).format(side=_("edge") if edge_known else _("centre"))
        event: Any = known.get(kind)
        if event is not None:
            rows.append(
                [name, _("before {day}").format(day=since) if event.known_before else day_text(event.day, lang)]
            )
        elif tellable.get(kind, True):
            rows.append([name, _("not in this period")])
    return rows


def octant_rows(octants: pd.DataFrame, drawn: list[str], lang: str) -> list[list[str]]:
    """Write the nearest ground in each of the eight directions; a column a ground."""
    found = {(row["to"], row["octant"]): row for row in octants.to_dict("records")}
    return [
        [direction_text(point, lang), *(_octant(found.get((to, point)), lang) for to in drawn)] for point in DIRECTIONS
    ]


def _octant(row: Any, lang: str) -> str:
    """Write how far ground is in one direction, and near which settlement."""
    if row is None:
        return "–"
    settlement = settlement_of(row, lang)
    _ = words(lang).gettext
    told = _("{km} km, {settlement}") if settlement else _("{km} km")
    return str(told.format(km=km(row["centre_km"], lang=lang), settlement=settlement))


def month_rows(distances: pd.DataFrame, lang: str) -> list[dict[str, str]]:
    """Write the state of the first day, of the last day of each month, and of the last day."""
    occupied = distances[distances["to"] == "occupied"].set_index("day")
    contested = distances[distances["to"] == "contested"].set_index("day")
    days = occupied.index
    shown = days[(days == days.min()) | (days == days.max()) | days.is_month_end]
    rows = []
    for day in shown:
        row = occupied.loc[day]
        other = contested.loc[day] if day in contested.index else None
        near = None if other is None else other["edge_km" if row["edge_method"] != "none" else "centre_km"]
        rows.append(
            {
                "day": day_text(day, lang),
                "edge": about_km(row["edge_km"], row["edge_method"], lang),
                "centre": km(row["centre_km"], lang=lang),
                "contested": "" if near is None else about_km(near, row["edge_method"], lang),
                "share_occupied": percent(row["share_occupied"], lang).removesuffix("%").strip(),
                "share_contested": percent(row["share_contested"], lang).removesuffix("%").strip(),
            }
        )
    return rows
