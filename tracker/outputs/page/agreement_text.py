"""What the page that compares two sources says of their differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.measures.agreement import compared
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import km2, localised
from tracker.tables.messages import N_

EVERYWHERE, AT_THE_FRONT = N_("everywhere"), N_("in the sectors of the front")
"""Of which ground the sums of a comparison are."""


def on_both(status: str, lang: str) -> str:
    """Name ground that both maps draw so."""
    _ = words(lang).gettext
    return _("Occupied on both") if status == "occupied" else _("Contested on both")


def only_on(status: str, title: str, lang: str) -> str:
    """Name ground that only one map draws so."""
    _ = words(lang).gettext
    told = _("Occupied only on {title}") if status == "occupied" else _("Contested only on {title}")
    return told.format(title=title)


def caveats_of(
    control: gpd.GeoDataFrame, other: gpd.GeoDataFrame, *, titles: Sequence[str], since: Sequence[str], lang: str = "en"
) -> list[str]:
    """
    Say in what two maps count different things.

    Parameters
    ----------
    control, other
        Control tables of one snapshot each.
    titles
        What the two sources are called.
    since
        What each leaves out, in words; "" where it draws all ground that is occupied.
    lang
        en or uk; `since` stays in the language that it is in.
    """
    _, others = words(lang).gettext, (titles[1], titles[0])
    lines = [
        _("{title} {since}. Ground that only {other} draws there is no disagreement, though the sums count it.").format(
            title=title, other=against, since=left_out
        )
        for title, against, left_out in zip(titles, others, since, strict=True)
        if left_out
    ]
    without = [
        t for t, state in zip(titles, (control, other), strict=True) if not (state["status"] == "contested").any()
    ]
    if len(without) == 2:
        return [*lines, _("Neither draws contested ground: only occupied ground is compared.")]
    return (
        lines
        if "contested" in compared(control, other)
        else [
            *lines,
            _("{title} draws no contested ground on this map: only occupied ground is compared.").format(
                title=without[0]
            ),
        ]
    )


def summary_text(row: Mapping[str, Any], where: str, lang: str = "en") -> str:
    """
    Write a row of the `agreement` table without a place as one line; `where` is a message.

    Examples
    --------
    >>> areas = {"both_km2": 90.0, "only_source_km2": 6.0, "only_other_km2": 4.0, "iou": 0.9}
    >>> contested = {"contested_on_other_km2": None, "contested_on_source_km2": 3.0}
    >>> summary_text({"source": "one", "other": "two", "status": "occupied", **areas, **contested}, "everywhere")
    'occupied everywhere: both 90.0 km², only one 6.0, only two 4.0 (3.0 of it contested on one), intersection over
    union 0.900'
    """
    _, sides = words(lang).gettext, []
    for side, against in (("source", "other"), ("other", "source")):
        contested = row[f"contested_on_{against}_km2"]
        known = row["status"] == "occupied" and pd.notna(contested)
        beside = _(" ({area} of it contested on {title})")
        beside = beside.format(area=km2(contested, lang=lang), title=row[against]) if known else ""
        told = _("only {title} {area}{beside}")
        sides.append(told.format(title=row[side], area=km2(row[f"only_{side}_km2"], lang=lang), beside=beside))
    ground = words(lang).pgettext("ground", "contested")
    if row["status"] == "occupied":
        ground = words(lang).pgettext("ground", "occupied")
    told = _("{status} {where}: both {area} km², {sides}, intersection over union {iou}")
    about = {"status": ground, "where": _(where), "area": km2(row["both_km2"], lang=lang)}
    return told.format(**about, sides=", ".join(sides), iou=iou_text(row["iou"], lang))


def iou_text(iou: float, lang: str = "en") -> str:
    """
    Write intersection over union to three decimals, rounded down: 1.000 is perfect agreement only.

    Examples
    --------
    >>> iou_text(0.98759), iou_text(0.99996), iou_text(1.0, "uk"), iou_text(float("nan"))
    ('0.987', '0.999', '1,000', '–')
    """
    if iou != iou:
        return "–"
    return localised(f"{int(iou * 1000 + 1e-9) / 1000:.3f}", lang)
