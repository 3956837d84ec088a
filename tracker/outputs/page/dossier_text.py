"""A town's dossier in three sentences: where the front was, in which directions it lay, how the distance changed.

What was, never what will be. Each sentence is there in every case of a period; names stay in the nominative.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from tracker.outputs.words.dossier_words import SENTENCES
from tracker.outputs.words.text import day_text, km

_MOST_NAMED = 4
_LEAST_SHARE = 0.0005
_LEAST_KM = 0.05
_NEAR_KM = 30.0


def sentences(distances: pd.DataFrame, octants: pd.DataFrame, *, town: str, lang: str = "en") -> list[str]:
    """
    Write the three sentences of a period; of a single day there are two, for there is no change to tell.

    Parameters
    ----------
    distances
        The `distances` table of one town and source, with the columns of `with_settlements` and `approach`, and
        `share_contested` and `share_occupied`; the first and the last day count.
    octants
        The `octants` table of the last day, with the columns of `with_settlements`.
    town
        How the town is called in the language.
    lang
        en or uk.
    """
    occupied = distances[distances["to"] == "occupied"].sort_values("day")
    contested = distances[distances["to"] == "contested"].sort_values("day")
    start, end = occupied.iloc[0], occupied.iloc[-1]
    around = octants[octants["to"] == "occupied"]
    return [
        _where(end, contested.iloc[-1] if len(contested) else None, town, lang),
        _directions(end, around, lang),
        *([_change(start, end, lang)] if start["day"] < end["day"] else []),
    ]


def percent(share: float, lang: str = "en") -> str:
    """
    Write a share of a town: one decimal; what is more than nothing and less than all never looks so.

    Examples
    --------
    >>> percent(0.1234), percent(0.0), percent(1.0), percent(0.0001), percent(0.9999), percent(0.1234, "uk")
    ('12.3%', '0%', '100%', '0.1%', '99.9%', '12,3\\xa0%')
    """
    if pd.isna(share):
        return "–"
    space = "\N{NO-BREAK SPACE}" if lang == "uk" else ""
    if share in (0, 1):
        return f"{share * 100:.0f}{space}%"
    return f"{km(min(max(share * 100, 0.1), 99.9), lang=lang)}{space}%"


def about_km(distance_km: float, method: str, lang: str) -> str:
    """Write a distance from a town's edge: about so much where the edge is only a disc."""
    about = "≈\N{NO-BREAK SPACE}" if method == "disc" and not pd.isna(distance_km) else ""
    return about + km(distance_km, lang=lang)


def settlement_of(row: Any, lang: str) -> str:
    """Name the settlement nearest to the ground; "" where there is none."""
    names = [row["from_settlement_uk"], row["from_settlement"]] if lang == "uk" else [row["from_settlement"]]
    return next((str(name) for name in names if pd.notna(name) and name), "")


def _where(end: Any, contested: Any, town: str, lang: str) -> str:
    """Say where the front was on the last day."""
    t = SENTENCES[lang]
    share = end["share_occupied"]
    about = "≈\N{NO-BREAK SPACE}" if end["edge_method"] == "disc" else ""
    values = {
        "day": day_text(end["day"], lang),
        "town": town,
        "edge": about_km(end["edge_km"], end["edge_method"], lang),
        "centre": km(end["centre_km"], lang=lang),
        "share": about + percent(share, lang),
        "where": _place(end, t, lang),
        "contested": _contested(end, contested, lang),
    }
    return t[_case(end)].format(**values) + "."


def _case(end: Any) -> str:
    """Tell the cases of the first sentence apart."""
    share = end["share_occupied"]
    if pd.isna(end["centre_km"]):
        return "no_ground"
    if share > 1 - _LEAST_SHARE:
        return "whole"
    if end["centre_km"] == 0:
        return "centre_in" if share >= _LEAST_SHARE else "centre_only"
    if pd.isna(end["edge_km"]):
        return "near_centre"
    if end["edge_km"] > 0:
        return "near"
    return "partly" if share >= _LEAST_SHARE else "at_edge"


def _place(end: Any, t: dict[str, Any], lang: str) -> str:
    """Say in which direction the nearest ground lay, and near which settlement."""
    direction, settlement = t["direction"].get(end["direction"]), settlement_of(end, lang)
    if not direction:
        return ""
    return t["where" if settlement else "where_only"].format(direction=direction, settlement=settlement)


def _contested(end: Any, contested: Any, lang: str) -> str:
    """Say how near contested ground was; nothing where the source does not draw it."""
    if contested is None:
        return ""
    t, share = SENTENCES[lang], end["share_contested"]
    if share >= _LEAST_SHARE:
        about = "≈\N{NO-BREAK SPACE}" if end["edge_method"] == "disc" else ""
        return str(t["contested_share"].format(share=about + percent(share, lang)))
    by_edge = pd.notna(contested["edge_km"])
    distance_km = contested["edge_km" if by_edge else "centre_km"]
    side = t["edge" if by_edge else "centre"]
    if pd.isna(distance_km):
        return str(t["contested_none"])
    if distance_km > _NEAR_KM:
        return str(t["contested_far"])
    if distance_km == 0:
        return str(t["contested_there"].format(side=side))
    return str(t["contested_km"].format(km=about_km(distance_km, end["edge_method"] * by_edge, lang), side=side))


def _directions(end: Any, around: pd.DataFrame, lang: str) -> str:
    """Say in which directions the ground lay, the nearest first."""
    t = SENTENCES[lang]
    if end["centre_km"] == 0:
        return str(t["octants_in" if end["status"] == "occupied" else "octants_touch"]) + "."
    if around.empty:
        return str(t["octants_none"]) + "."
    near = around.sort_values("centre_km", kind="stable").to_dict("records")
    few = len(near) < _MOST_NAMED
    parts = [_direction(row, lang) for row in (near if few else near[: _MOST_NAMED - 1])]
    places = t["and"].join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    number = "" if few else t["numbers"][len(near)]
    return str(t["octants" if few else "octants_most"].format(places=places, n=number)) + "."


def _direction(row: Any, lang: str) -> str:
    """Name one direction, the settlement there, and how far it is."""
    t, settlement = SENTENCES[lang], settlement_of(row, lang)
    word = t["octants_one" if settlement else "octants_bare"]
    return str(
        word.format(direction=t["direction"][row["octant"]], settlement=settlement, km=km(row["centre_km"], lang=lang))
    )


def _change(start: Any, end: Any, lang: str) -> str:
    """Say how the distance changed since the first day, and how fast in the last 30 days."""
    t = SENTENCES[lang]
    by_edge = pd.notna(end["edge_km"])
    column = "edge_km" if by_edge else "centre_km"
    from_km, to_km = start[column], end[column]
    since = day_text(start["day"], lang)
    if pd.isna(from_km) or pd.isna(to_km):
        return str(t["unknown"].format(since=day_text(start["day"] if pd.isna(from_km) else end["day"], lang))) + "."
    by_km = to_km - from_km
    shares = _shares(start, end, lang)
    if from_km == to_km == 0 and shares:
        sentence = t["only_share_up" if shares["up"] else "only_share_down"].format(since=since, **shares)
        return str(sentence) + "."
    word = "same" if abs(by_km) < _LEAST_KM else "shrunk" if by_km < 0 else "grown"
    method = end["edge_method"] * by_edge
    values = {"start": about_km(from_km, method, lang), "end": about_km(to_km, method, lang)}
    side = t["edge" if by_edge else "centre"]
    sentence = t[word].format(since=since, side=side, by=km(abs(by_km), lang=lang), **values)
    if shares:
        sentence += t["share_up" if shares["up"] else "share_down"].format(**shares)
    return str(sentence) + _speed(end, lang) + "."


def _shares(start: Any, end: Any, lang: str) -> dict[str, Any]:
    """Say from which to which share of the town was occupied; empty where that is the same, or not known."""
    before, after = start["share_occupied"], end["share_occupied"]
    if pd.isna(before) or pd.isna(after) or percent(before) == percent(after):
        return {}
    about = "≈\N{NO-BREAK SPACE}" if end["edge_method"] == "disc" else ""
    return {"up": after > before, "start": about + percent(before, lang), "end": about + percent(after, lang)}


def _speed(end: Any, lang: str) -> str:
    """Say how fast ground closed in or went away; nothing where that is not known, or nothing moved at all."""
    t = SENTENCES[lang]
    middle, low, high = (end[f"closing{part}_km_a_week"] for part in ("", "_low", "_high"))
    if pd.isna(middle) or max(abs(low), abs(high)) < _LEAST_KM:
        return ""
    word = "stood" if abs(middle) < _LEAST_KM else "closed" if middle > 0 else "opened"
    sign = -1 if word == "opened" else 1
    low, high = sorted([sign * low, sign * high])
    return str(t[word].format(km=km(sign * middle, lang=lang), low=signed_km(low, lang), high=signed_km(high, lang)))


def signed_km(distance_km: float, lang: str) -> str:
    """Write a number of kilometres that may lie below zero, with a true minus."""
    text = km(abs(distance_km), lang=lang)
    return text if distance_km >= 0 or text in ("0.0", "0,0") else f"−{text}"
