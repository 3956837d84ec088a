"""What a report's figures cannot tell: windows without a figure, days without a map, causes left out."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from tracker.changes.snapshots import epoch_starts
from tracker.measures.windows import AGES, Window
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import break_text, cause_text, day_text, days_text, km2
from tracker.tables.constants import LEAST_KM2
from tracker.tables.days import day_of
from tracker.tables.messages import N_

_WHY = {
    "advance": N_("the drawing of one day after another"),
    "catch_up": N_("the first change after days without a map, or on which the map hardly moved"),
    "redraw": N_("shifted or redrawn borders, where the ground need not have changed hands"),
    "noise": N_("pieces under 0.01 km² or thinner than 30 m"),
}
_MEANINGS = (
    N_(
        "A change means that the drawing changed between two snapshots. Corrections and late reports look the same "
        "as movements on the ground, and the day is that of the drawing."
    ),
    N_(
        "Gained: free or contested ground that became occupied. Lost: occupied ground that no longer is. Seen from "
        "the occupier."
    ),
    N_("The state of a day is the last snapshot published before 24:00 in Kyiv."),
    N_(
        "Gross figures add up daily steps of the causes that count; the net is the difference of the ends of the "
        "period."
    ),
    N_(
        "Areas are measured in an equal-area projection, distances on the WGS 84 ellipsoid. The edge of a town is its "
        "published limits where they are known, else a disc of its area."
    ),
    N_("Sectors carry the names in use on the day of the report."),
)


def meanings(lang: str) -> list[str]:
    """Say what the figures of a report mean."""
    return [words(lang).gettext(line) for line in _MEANINGS]


def nothing_text(known: bool, lang: str) -> str:
    """Say that nothing changed in a period, or that it is not known."""
    _ = words(lang).gettext
    unknown = _("No map of this period is at hand: what changed in it is not known.")
    return _("No change on the map.") if known else unknown


def age_text(old: int, lang: str) -> str:
    """Say that the last snapshot is so many days old; "" where it is fresh, which is 0 (see `old_days`)."""
    told = words(lang).gettext("The last snapshot is {age} old: what happened since is not in these figures.")
    return told.format(age=days_text(old, lang)) if old else ""


def uncertain(control: gpd.GeoDataFrame, windows: Sequence[Window], on: pd.Timestamp, lang: str) -> list[str]:
    """Say what the figures cannot: windows that begin from an old snapshot or that are missing, days without any."""
    _, lines = words(lang).gettext, []
    for window in windows:
        period = days_text(window.days, lang)
        if not window.known:
            lines.append(
                _("There is no figure for {period}: no map of its beginning, or of its days, is at hand.").format(
                    period=period
                )
            )
        elif window.old_start is not None:
            start, late = day_text(window.old_start, lang), days_text(window.late_days, lang)
            lines.append(
                _(
                    "The figure for {period} is measured from the snapshot of {held}, {late} before it "
                    "begins: what changed in between is counted in it."
                ).format(period=period, held=start, late=late)
            )
    lines += [break_text(day_of(as_of), lang) for as_of in epoch_starts(control)]
    longest = windows[-1].days if windows else 0
    if longest < AGES[-1]:
        lines.append(
            _("Changes are known from the map of {day} on: longer periods have no figure.").format(
                day=day_text(day_of(control["as_of"].min()), lang)
            )
        )
    first = on - pd.Timedelta(days=max(longest - 1, 0))
    missing = max(longest, 1) - int(day_of(control["as_of"]).drop_duplicates().between(first, on).sum())
    return (
        [
            *lines,
            _("Of the last {of} days {n} have no snapshot: their changes count on the next day that has one.").format(
                n=missing, of=max(longest, 1)
            ),
        ]
        if missing
        else lines
    )


def causes_of(sums_by_cause: pd.DataFrame, windows: Sequence[Window], lang: str) -> list[str]:
    """Say what of the longest window's gains and losses is more than the front as it moved, and what is left out."""
    _, lines = words(lang).gettext, []
    for row in sums_by_cause.to_dict("records") if windows else ():
        sums = {
            "period": days_text(windows[-1].days, lang),
            "cause": cause_text(row["cause"], lang),
            "why": _(_WHY[row["cause"]]),
            "gain": km2(row["gain_km2"], lang=lang),
            "loss": km2(row["loss_km2"], lang=lang),
            "contested": km2(row["newly_contested_km2"], lang=lang),
            "cleared": km2(row["cleared_km2"], lang=lang),
            "n": row["fragments"],
        }
        if not row["counted"]:
            told = _(
                "Left out of gained and lost for {period}, not of the net: {cause}, {gain} km² and {loss} km² (newly "
                "contested {contested}, cleared {cleared}), pieces: {n} ({why})."
            )
            lines.append(told.format(**sums))
        elif row["cause"] != "advance" and row["gain_km2"] + row["loss_km2"] >= LEAST_KM2:
            told = _("Of the gross figures for {period}, {gain} km² gained and {loss} km² lost are {cause}: {why}.")
            lines.append(told.format(**sums))
    return lines
