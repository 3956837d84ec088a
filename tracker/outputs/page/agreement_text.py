"""The words of the page that compares two sources, in two languages; `style` has those that all pages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.measures.agreement import compared
from tracker.outputs.words.text import km2

WORDS = {
    "en": {
        "title": "{source} and {other}, {day}",
        "both": "On both",
        "only": "Only on {title}",
        "of_contested": "contested on {title}",
        "iou": "Intersection over union",
        "state": "{title}: {instant}",
        "old": "{title}: this state is {days} old, there is no newer one.",
        "occupied_both": "Occupied on both",
        "occupied_only": "Occupied only on {title}",
        "contested_both": "Contested on both",
        "contested_only": "Contested only on {title}",
        "contested_beside": "Contested on {title}",
        "since": "{title} {since}. Ground that only {other} draws there is no disagreement, though the sums count it.",
        "no_contested": "{title} draws no contested ground on this map: only occupied ground is compared.",
        "neither_contested": "Neither draws contested ground: only occupied ground is compared.",
        "meaning": "Each source draws at its own pace and scale: a disagreement is no error of either.",
        "in_sectors": "of it in sectors",
        "sectors_only": "In sectors: without ground in no named sector, as Crimea and most coasts and state borders.",
    },
    "uk": {
        "title": "{source} і {other}, {day}",
        "both": "На обох мапах",
        "only": "Лише {title}",
        "of_contested": "сіра зона на {title}",
        "iou": "Перетин / об'єднання",
        "state": "{title}: {instant}",
        "old": "{title}: цьому стану {days}, новішого немає.",
        "occupied_both": "Окуповано на обох мапах",
        "occupied_only": "Окуповано лише на {title}",
        "contested_both": "Сіра зона на обох мапах",
        "contested_only": "Сіра зона лише на {title}",
        "contested_beside": "Сіра зона на {title}",
        "since": "{title}: {since}. Те, що там малює лише {other}, не є розбіжністю, хоча суми це враховують.",
        "no_contested": "{title} на цій мапі не малює сірої зони: порівняно лише окуповане.",
        "neither_contested": "Жодне з джерел не малює сірої зони: порівняно лише окуповане.",
        "meaning": "Кожне джерело малює у власному темпі й масштабі: розбіжність не означає чиєїсь помилки.",
        "in_sectors": "з них на напрямках",
        "sectors_only": "На напрямках: без того, що поза ними, як-от Крим і більшість узбереж та державного кордону.",
    },
}


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
    word, others = WORDS[lang], (titles[1], titles[0])
    lines = [
        word["since"].format(title=title, other=against, since=left_out)
        for title, against, left_out in zip(titles, others, since, strict=True)
        if left_out
    ]
    without = [
        t for t, state in zip(titles, (control, other), strict=True) if not (state["status"] == "contested").any()
    ]
    if len(without) == 2:
        return [*lines, word["neither_contested"]]
    return lines if "contested" in compared(control, other) else [*lines, word["no_contested"].format(title=without[0])]


def summary_text(row: Mapping[str, Any], where: str) -> str:
    """
    Write a row of the `agreement` table without a place as one line.

    Examples
    --------
    >>> areas = {"both_km2": 90.0, "only_source_km2": 6.0, "only_other_km2": 4.0, "iou": 0.9}
    >>> contested = {"contested_on_other_km2": None, "contested_on_source_km2": 3.0}
    >>> summary_text({"source": "one", "other": "two", "status": "occupied", **areas, **contested}, "everywhere")
    'occupied everywhere: both 90.0 km², only one 6.0, only two 4.0 (3.0 of it contested on one), intersection over
    union 0.900'
    """
    sides = []
    for side, against in (("source", "other"), ("other", "source")):
        contested = row[f"contested_on_{against}_km2"]
        known = row["status"] == "occupied" and pd.notna(contested)
        beside = f" ({km2(contested)} of it contested on {row[against]})" if known else ""
        sides.append(f"only {row[side]} {km2(row[f'only_{side}_km2'])}{beside}")
    union = f"intersection over union {iou_text(row['iou'])}"
    return f"{row['status']} {where}: both {km2(row['both_km2'])} km², {', '.join(sides)}, {union}"


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
    text = f"{int(iou * 1000 + 1e-9) / 1000:.3f}"
    return text.replace(".", ",") if lang == "uk" else text
