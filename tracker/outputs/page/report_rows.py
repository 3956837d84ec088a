"""The rows of a report's tables: sums by sector and of the whole front, towns near it; numbers written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.measures.approach import near_towns
from tracker.measures.windows import Window, window_of
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import day_text, days_text, direction_text, km, km2, name_column
from tracker.places.sectors import ELSEWHERE
from tracker.tables.constants import LEAST_KM2


def period_text(window: Window, lang: str) -> str:
    """Name a window; one that is measured from an old snapshot says so."""
    name = days_text(window.days, lang)
    if window.known and window.old_start is not None:
        return name + words(lang).gettext(" (from the map of {held})").format(held=day_text(window.old_start, lang))
    return name


def whole_front(windows: Sequence[Window], lang: str) -> list[dict[str, Any]]:
    """Write the sums of the whole front, a row a window."""
    return [
        {
            "period": period_text(window, lang),
            "known": window.known,
            "gain": km2(window.gain_km2, lang=lang),
            "loss": km2(window.loss_km2, lang=lang),
            "net": km2(window.net_km2, signed=True, lang=lang),
            "contested": km2(window.newly_contested_km2, lang=lang),
            "cleared": km2(window.cleared_km2, lang=lang),
        }
        for window in windows
    ]


def _sector_names(sectors: gpd.GeoDataFrame | None, lang: str) -> dict[str, str]:
    """Give the sectors' names in a language."""
    if sectors is None:
        return {}
    return dict(zip(sectors["sector"], sectors[name_column(lang)], strict=True))


def changes(
    summary: pd.DataFrame,
    windows: Sequence[Window],
    shown: Window | None,
    sectors: gpd.GeoDataFrame | None,
    lang: str,
) -> list[dict[str, Any]]:
    """Write a row a sector: its net in each window, and the gross sums of the one shown; most changed first."""
    names = _sector_names(sectors, lang)
    table = summary.assign(days=window_of(summary))
    net = table.pivot_table(index="sector", columns="days", values="net_km2", aggfunc="sum")
    net = net.reindex(columns=[window.days for window in windows]).fillna(0.0)
    net.loc[:, [window.days for window in windows if not window.known]] = np.nan
    in_window = table[table["days"] == (shown.days if shown else None)]
    gross = in_window.groupby("sector")[["gain_km2", "loss_km2"]].sum().reindex(net.index).fillna(0.0)
    told = gross if shown is None or shown.known else gross * np.nan  # like the net: measured from too old a map
    order = gross.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return [
        {
            "sector": names.get(sector, sector),
            "net": [km2(value, signed=True, lang=lang) for value in net.loc[sector]],
            "gain": km2(told.loc[sector, "gain_km2"], lang=lang),
            "loss": km2(told.loc[sector, "loss_km2"], lang=lang),
        }
        for sector in order
        if gross.loc[sector].sum() >= LEAST_KM2 or net.loc[sector].abs().max() >= LEAST_KM2
    ]


def leading(
    summary: pd.DataFrame, shown: Window | None, sectors: gpd.GeoDataFrame | None, lang: str
) -> dict[str, str] | None:
    """Name the sector with the largest net change of the window shown; None where all is quiet or nothing known."""
    if shown is None or not shown.known:
        return None
    in_window = summary[window_of(summary) == shown.days]
    net = in_window[in_window["sector"] != ELSEWHERE].groupby("sector")["net_km2"].sum()
    if net.empty or net.abs().max() < LEAST_KM2:
        return None
    sector = str(net.abs().idxmax())
    return {"sector": _sector_names(sectors, lang).get(sector, sector), "net": km2(net[sector], signed=True, lang=lang)}


def records_text(records: pd.DataFrame | None, sectors: gpd.GeoDataFrame | None, period: str, lang: str) -> list[str]:
    """Say of which sectors the period's gain is a record, the largest first."""
    if records is None or records.empty:
        return []
    _, names, lines = words(lang).gettext, _sector_names(sectors, lang), []
    kept = records[records["most_on_record"] | records["most_since"].notna()]
    for row in kept.sort_values("gain_km2", ascending=False, kind="stable").itertuples():
        since = row.history_since if row.most_on_record else row.most_since
        told = _("{sector} sector: {gain} km² gained in {period}, the most since {day}.")
        if row.most_on_record:
            told = _(
                "{sector} sector: {gain} km² gained in {period}, more than in any such period that the maps from {day} "
                "on tell about."
            )
        gain = {"gain": km2(row.gain_km2, lang=lang), "period": period, "day": day_text(since, lang)}
        lines.append(told.format(sector=names.get(row.Index, row.Index), **gain))
    return lines


def towns(distances: pd.DataFrame | None, places: gpd.GeoDataFrame | None, lang: str) -> list[dict[str, str]]:
    """Write a row a town near the front."""
    if distances is None or distances.empty:
        return []
    names = dict(zip(places["geonameid"], places["name_uk"], strict=True)) if places is not None else {}
    return [
        {
            "town": (names.get(row.geonameid) or row.town) if lang == "uk" else row.town,
            "status": words(lang).gettext(row.status),
            "edge": _edge(row.edge_km, row.edge_method, lang),
            "centre": km(row.centre_km, lang=lang),
            "direction": direction_text(row.direction, lang),
            "from": _from(row, lang),
            "change_7": km(row.change_7_km, signed=True, lang=lang),
            "change_30": km(row.change_30_km, signed=True, lang=lang),
            "contested": _edge(row.contested_km, row.edge_method, lang),
        }
        for row in near_towns(distances).itertuples()
    ]


def _from(row: Any, lang: str) -> str:
    """Name the settlement at the nearest point."""
    name = (row.from_settlement_uk or row.from_settlement) if lang == "uk" else row.from_settlement
    return "–" if pd.isna(name) else str(name)


def _edge(distance_km: float, method: str, lang: str) -> str:
    """Write a distance from a town's edge: about so much where the edge is only a disc."""
    about = "≈ " if method == "disc" and not pd.isna(distance_km) else ""
    return about + km(distance_km, lang=lang)
