"""The rows of the site's tables, as plain text: a calendar of days, series of a sector, towns, sizes of files."""

from __future__ import annotations

import calendar as weeks_of
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import day_text, direction_text, km, km2, month_text, name_column
from tracker.places.sectors import ELSEWHERE, called_on
from tracker.tables.constants import LEAST_KM2
from tracker.tables.days import Day

_STEPS_KM2 = (5.0, 15.0)
_APART = 12  # with fewer months their names would overlap below the chart
_LEAST_WIDTH = 360  # of a chart, so that the bars of a few months are no wider than those of many


def calendar(daily: pd.DataFrame, monthly: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """
    Lay the days out by month, the latest month first.

    Returns
    -------
    list of dict
        `name`, `net` and `weeks` (lists of seven cells, Monday first). A cell has `day` (its number; "" outside the
        month), `path` ("" without a page), `label` (the date in words), `net` and `level` (its colour).
    """
    rows = {row["until"]: row for row in daily.to_dict("records")}
    sums = {f"{row['until']:%Y-%m}": row for row in monthly.to_dict("records")}
    months = sorted({(day.year, day.month) for day in rows}, reverse=True)
    return [
        {
            "name": month_text(pd.Timestamp(year, month, 1), lang),
            "net": _net(sums[f"{year}-{month:02}"], lang),
            "weeks": [
                [_cell(pd.Timestamp(year, month, number) if number else None, rows, lang) for number in week]
                for week in weeks_of.Calendar().monthdayscalendar(year, month)
            ],
        }
        for year, month in months
    ]


def _cell(day: pd.Timestamp | None, rows: dict[Any, dict[str, Any]], lang: str) -> dict[str, str]:
    """Fill one cell of the calendar."""
    if day is None:
        return dict.fromkeys(("day", "path", "label", "net", "level"), "")
    row = rows.get(day)
    return {
        "day": str(day.day),
        "path": f"days/{day:%Y-%m-%d}/index.html" if row else "",
        "label": day_text(day, lang),
        "net": _net(row, lang) if row else "",
        "level": _level(row["net_km2"]) if row and row["known"] else "",
    }


def _level(net_km2: float) -> str:
    """Sort a net change into the steps of the calendar's colours."""
    if net_km2 <= -LEAST_KM2:
        return "lost"
    return f"gain{sum(net_km2 >= step for step in (LEAST_KM2, *_STEPS_KM2))}"


def _net(row: dict[str, Any], lang: str) -> str:
    """Write a net change, or that it is not known."""
    return km2(row["net_km2"] if row["known"] else float("nan"), signed=True, lang=lang)


def sector_rows(by_ground: pd.DataFrame, lang: str) -> list[dict[str, str]]:
    """Write a row a ground, the most changed first."""
    return [
        {
            "path": f"sectors/{row['ground']}.html",
            "sector": row["name"],
            "gain": km2(row["gain_km2"], lang=lang),
            "loss": km2(row["loss_km2"], lang=lang),
            "net": km2(row["net_km2"], signed=True, lang=lang),
        }
        for row in by_ground.to_dict("records")
    ]


def ground_names(sectors: gpd.GeoDataFrame, on: Day, lang: str) -> dict[str, str]:
    """
    Name every ground as on a day; where several bear one name, with another name that only one of them has had.

    Parameters
    ----------
    sectors
        The `sectors` table with the names of all dates.
    on
        The day.
    lang
        en or uk.
    """
    column = name_column(lang)
    now = called_on(sectors, on, column)
    away = (sectors["valid_from"] - pd.Timestamp(on)).dt.days
    nearest = sectors.assign(later=away > 0, away=away.abs()).sort_values(["later", "away"], kind="stable")
    known = {ground: list(rows[column]) for ground, rows in nearest.groupby("ground")}
    names = {}
    for ground, name in now.items():
        others = {other for one in now.index[(now == name) & (now.index != ground)] for other in known[one]}
        alone = [other for other in known[ground] if other not in {*others, name}] if others else []
        names[str(ground)] = f"{name} ({alone[0]})" if alone else str(name)
    return names | {ELSEWHERE: words(lang).gettext("Elsewhere")}


def series_rows(table: pd.DataFrame, lang: str, *, every: str) -> list[dict[str, str]]:
    """Write the sums of days or months on one ground, the newest first; days on which nothing changed are left out."""
    if every == "day":
        table = table[table[["gain_km2", "loss_km2"]].max(axis=1) >= LEAST_KM2]
    return [
        {
            "path": f"../days/{row['until']:%Y-%m-%d}/index.html" if every == "day" else "",
            "period": day_text(row["until"], lang) if every == "day" else month_text(row["until"], lang),
            "gain": km2(row["gain_km2"], lang=lang),
            "loss": km2(row["loss_km2"], lang=lang),
            "net": _net(row, lang),
        }
        for row in table.sort_values("until", ascending=False).to_dict("records")
    ]


def month_bars(monthly: pd.DataFrame, lang: str) -> dict[str, Any]:
    """Measure the bars of a small chart of months: x, and heights up (gained) and down (lost), in its own units."""
    months = monthly.sort_values("until").to_dict("records")
    most = max([LEAST_KM2, *(row[name] for row in months for name in ("gain_km2", "loss_km2"))])
    bars = [
        {
            "x": 12 * number,
            "up": round(80 * row["gain_km2"] / most, 1),
            "down": round(80 * row["loss_km2"] / most, 1),
            "label": f"{month_text(row['until'], lang)}: +{km2(row['gain_km2'], lang=lang)} / "
            f"−{km2(row['loss_km2'], lang=lang)}",
        }
        for number, row in enumerate(months)
    ]
    down = max((bar["down"] for bar in bars), default=0)
    ends = [month_text(row["until"], lang) for row in (months[:1] + months[1:][-1:])]
    ends = ends if len(bars) > _APART else [" – ".join(ends)]
    return {"bars": bars, "width": max(12 * len(bars), _LEAST_WIDTH), "down": down, "ends": ends}


def town_rows(
    distances: pd.DataFrame, places: gpd.GeoDataFrame, pages: dict[int, str], lang: str
) -> list[dict[str, str]]:
    """Write a row a town that has a page, the nearest to occupied ground first, those in it last."""
    near = distances[(distances["to"] == "occupied") & distances["geonameid"].isin(pages)]
    near = near.assign(behind=near["status"] == "occupied", nearest=near["edge_km"].fillna(near["centre_km"]))
    near = near.sort_values(["behind", "nearest"], kind="stable")
    names = dict(zip(places["geonameid"], places["name_uk"], strict=True))
    return [
        {
            "path": pages[row["geonameid"]],
            "town": (names.get(row["geonameid"]) or row["town"]) if lang == "uk" else row["town"],
            "status": words(lang).gettext(row["status"]),
            "edge": ("≈\N{NO-BREAK SPACE}" if row["edge_method"] == "disc" else "") + km(row["edge_km"], lang=lang),
            "centre": km(row["centre_km"], lang=lang),
            "direction": direction_text(row["direction"], lang),
            "change_30": km(row["change_30_km"], signed=True, lang=lang),
        }
        for row in near.to_dict("records")
    ]


def size_text(number: int, lang: str) -> str:
    """
    Write the size of a file.

    Examples
    --------
    >>> [size_text(*size).split() for size in ((900, "en"), (123_456, "en"), (2_345_678, "uk"))]
    [['1', 'kB'], ['123', 'kB'], ['2,3', 'МБ']]
    """
    kilo, mega = words(lang).gettext("kB"), words(lang).gettext("MB")
    if number < 999_500:
        return f"{max(round(number / 1000), 1)}\N{NO-BREAK SPACE}{kilo}"
    return f"{km2(number / 1e6, lang=lang)}\N{NO-BREAK SPACE}{mega}"
