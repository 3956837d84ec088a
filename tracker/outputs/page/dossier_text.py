"""A town's dossier in three sentences: where the front was, in which directions it lay, how the distance changed.

What was, never what will be. Each sentence is there in every case of a period; names stay in the nominative.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import day_text, km
from tracker.tables.messages import N_

_MOST_NAMED = 4
_LEAST_SHARE = 0.0005
_LEAST_KM = 0.05
_NEAR_KM = 30.0
_CASES = {
    "near": N_(
        "On {day} occupied ground was {edge} km from the edge of {town} ({centre} km from its centre){where}{contested}"
    ),
    "near_centre": N_("On {day} occupied ground was {centre} km from the centre of {town}{where}{contested}"),
    "at_edge": N_("On {day} occupied ground reached the edge of {town}, {centre} km from its centre{where}{contested}"),
    "partly": N_(
        "On {day} {share} of {town} was occupied, and occupied ground was {centre} km from its centre{where}{contested}"
    ),
    "centre_in": N_("On {day} {share} of {town} was occupied, its centre included{contested}"),
    "whole": N_("On {day} the whole of {town} was occupied{contested}"),
    "centre_only": N_("On {day} the centre of {town} was in occupied ground{contested}"),
    "no_ground": N_("On {day} the map showed no occupied ground to measure {town} from{contested}"),
}
_DIRECTIONS = {
    "N": N_("north"),
    "NE": N_("north-east"),
    "E": N_("east"),
    "SE": N_("south-east"),
    "S": N_("south"),
    "SW": N_("south-west"),
    "W": N_("west"),
    "NW": N_("north-west"),
}
_NUMBERS = {4: N_("four"), 5: N_("five"), 6: N_("six"), 7: N_("seven"), 8: N_("eight")}


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
    told = words(lang).gettext("{number}%")
    if share in (0, 1):
        return told.format(number=f"{share * 100:.0f}")
    return told.format(number=km(min(max(share * 100, 0.1), 99.9), lang=lang))


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
    share = end["share_occupied"]
    about = "≈\N{NO-BREAK SPACE}" if end["edge_method"] == "disc" else ""
    values = {
        "day": day_text(end["day"], lang),
        "town": town,
        "edge": about_km(end["edge_km"], end["edge_method"], lang),
        "centre": km(end["centre_km"], lang=lang),
        "share": about + percent(share, lang),
        "where": _place(end, lang),
        "contested": _contested(end, contested, lang),
    }
    return words(lang).gettext(_CASES[_case(end)]).format(**values) + "."


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


def _place(end: Any, lang: str) -> str:
    """Say in which direction the nearest ground lay, and near which settlement."""
    _, settlement = words(lang).gettext, settlement_of(end, lang)
    direction = _(_DIRECTIONS[end["direction"]]) if end["direction"] in _DIRECTIONS else ""
    if not direction:
        return ""
    told = _(", to the {direction}, near {settlement}") if settlement else _(", to the {direction}")
    return told.format(direction=direction, settlement=settlement)


def _contested(end: Any, contested: Any, lang: str) -> str:
    """Say how near contested ground was; nothing where the source does not draw it."""
    if contested is None:
        return ""
    _, share = words(lang).gettext, end["share_contested"]
    if share >= _LEAST_SHARE:
        about = "≈\N{NO-BREAK SPACE}" if end["edge_method"] == "disc" else ""
        return str(_("; {share} of it was contested").format(share=about + percent(share, lang)))
    by_edge = pd.notna(contested["edge_km"])
    distance_km = contested["edge_km" if by_edge else "centre_km"]
    side = _("edge") if by_edge else _("centre")
    if pd.isna(distance_km):
        return str(_("; no contested ground was drawn"))
    if distance_km > _NEAR_KM:
        return str(_("; no contested ground lay within 30 km"))
    if distance_km == 0:
        return str(_("; contested ground reached its {side}").format(side=side))
    return str(
        _("; contested ground was {km} km from its {side}").format(
            km=about_km(distance_km, end["edge_method"] * by_edge, lang), side=side
        )
    )


def _directions(end: Any, around: pd.DataFrame, lang: str) -> str:
    """Say in which directions the ground lay, the nearest first."""
    _ = words(lang).gettext
    if end["centre_km"] == 0:
        inside = _("The centre lay in occupied ground, so that no direction is nearer than another")
        border = _("The centre lay on the border of occupied ground, so that no direction is nearer than another")
        return (inside if end["status"] == "occupied" else border) + "."
    if around.empty:
        return str(_("Within 30 km of the centre there was no occupied ground")) + "."
    near = around.sort_values("centre_km", kind="stable").to_dict("records")
    few = len(near) < _MOST_NAMED
    parts = [_direction(row, lang) for row in (near if few else near[: _MOST_NAMED - 1])]
    places = _(" and ").join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    if few:
        return _("Within 30 km of the centre occupied ground lay to {places}").format(places=places) + "."
    told = _("Within 30 km of the centre occupied ground lay in {n} of eight directions, nearest to {places}")
    return told.format(places=places, n=_(_NUMBERS[len(near)])) + "."


def _direction(row: Any, lang: str) -> str:
    """Name one direction, the settlement there, and how far it is."""
    _, settlement = words(lang).gettext, settlement_of(row, lang)
    told = _("the {direction} ({settlement}, {km} km)") if settlement else _("the {direction} ({km} km)")
    direction, away = _(_DIRECTIONS[row["octant"]]), km(row["centre_km"], lang=lang)
    return told.format(direction=direction, settlement=settlement, km=away)


def _change(start: Any, end: Any, lang: str) -> str:
    """Say how the distance changed since the first day, and how fast in the last 30 days."""
    _ = words(lang).gettext
    by_edge = pd.notna(end["edge_km"])
    column = "edge_km" if by_edge else "centre_km"
    from_km, to_km = start[column], end[column]
    since = day_text(start["day"], lang)
    if pd.isna(from_km) or pd.isna(to_km):
        return (
            str(
                _("How far it was on {since} is not known").format(
                    since=day_text(start["day"] if pd.isna(from_km) else end["day"], lang)
                )
            )
            + "."
        )
    by_km = to_km - from_km
    shares = _shares(start, end, lang)
    if from_km == to_km == 0 and shares:
        sentence = _("Since {since} the occupied share of the town has fallen from {start} to {end}")
        if shares["up"]:
            sentence = _("Since {since} the occupied share of the town has risen from {start} to {end}")
        return sentence.format(since=since, **shares) + "."
    method = end["edge_method"] * by_edge
    values = {"start": about_km(from_km, method, lang), "end": about_km(to_km, method, lang)}
    side = _("edge") if by_edge else _("centre")
    sentence = _(_moved(by_km)).format(since=since, side=side, by=km(abs(by_km), lang=lang), **values)
    if shares:
        risen = _(", and the occupied share has risen from {start} to {end}")
        fallen = _(", and the occupied share has fallen from {start} to {end}")
        sentence += (risen if shares["up"] else fallen).format(**shares)
    return str(sentence) + _speed(end, lang) + "."


def _moved(by_km: float) -> str:
    """Choose the sentence for a distance that shrank, grew or stayed."""
    if abs(by_km) < _LEAST_KM:
        return N_("Since {since} the distance from the {side} has not changed")
    if by_km < 0:
        return N_("Since {since} the distance from the {side} has shrunk by {by} km, from {start} to {end} km")
    return N_("Since {since} the distance from the {side} has grown by {by} km, from {start} to {end} km")


def _shares(start: Any, end: Any, lang: str) -> dict[str, Any]:
    """Say from which to which share of the town was occupied; empty where that is the same, or not known."""
    before, after = start["share_occupied"], end["share_occupied"]
    if pd.isna(before) or pd.isna(after) or percent(before) == percent(after):
        return {}
    about = "≈\N{NO-BREAK SPACE}" if end["edge_method"] == "disc" else ""
    return {"up": after > before, "start": about + percent(before, lang), "end": about + percent(after, lang)}


def _speed(end: Any, lang: str) -> str:
    """Say how fast ground closed in or went away; nothing where that is not known, or nothing moved at all."""
    _ = words(lang).gettext
    middle, low, high = (end[f"closing{part}_km_a_week"] for part in ("", "_low", "_high"))
    if pd.isna(middle) or max(abs(low), abs(high)) < _LEAST_KM:
        return ""
    told = _("; over the last 30 days the distance closed by {km} km a week ({low} to {high})")
    sign = -1 if middle <= -_LEAST_KM else 1
    if sign < 0:
        told = _("; over the last 30 days the distance opened by {km} km a week ({low} to {high})")
    if abs(middle) < _LEAST_KM:
        told = _(
            "; over the last 30 days the distance stood still in most weeks (closing by {low} to {high} km a week)"
        )
    low, high = sorted([sign * low, sign * high])
    return str(told.format(km=km(sign * middle, lang=lang), low=signed_km(low, lang), high=signed_km(high, lang)))


def signed_km(distance_km: float, lang: str) -> str:
    """Write a number of kilometres that may lie below zero, with a true minus."""
    text = km(abs(distance_km), lang=lang)
    return text if distance_km >= 0 or text in ("0.0", "0,0") else f"−{text}"
