"""The report of a day: what changed per sector, how far towns are, what the figures mean, and where they come from.

One set of plain values, two templates (`templates/report.md.j2`, `templates/report.html.j2`) and two languages. All
that comes from data is escaped: by Jinja2 in HTML, by `markdown_text` in Markdown.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.places import ELSEWHERE
from tracker.render.base import Renderer
from tracker.render.report_words import WORDS
from tracker.render.style import AGES, day_text, days_text, instant_text, km, km2, note_text, printable, words
from tracker.schema import STALE_DAYS
from tracker.snapshots import day_of, epoch_starts, state_of
from tracker.totals import by_cause
from tracker.windows import Window, windows_of

__all__ = ["RENDERER", "markdown_text", "near_towns"]

AT_THE_LINE_KM = 3.0
NEAR_KM = 30.0
"""Towns whose edge is within this of occupied or contested ground are in the report."""


def _render(
    *,
    control: gpd.GeoDataFrame,
    ledger: gpd.GeoDataFrame,
    summary: pd.DataFrame,
    on: Any = None,
    totals: pd.DataFrame | None = None,
    sectors: gpd.GeoDataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    distances: pd.DataFrame | None = None,
    provenance: pd.DataFrame | None = None,
    credits: Sequence[str] = (),
    note: str = "",
    causes: Iterable[str] | None = None,
    command: str = "",
    title: str = "",
    figure: bytes = b"",
    lang: str = "en",
    format: Literal["markdown", "html"] = "markdown",
    basemap: Any = None,
    oblasts: Any = None,
) -> str:
    """Write the report as Markdown or as one self-contained HTML page."""
    words(lang)
    if format not in ("markdown", "html"):
        raise ValueError(f"format={format!r} is not one of markdown, html")
    state, on = state_of(control, on)
    totals = summary if totals is None else totals
    windows = _measured(windows_of(control["as_of"], on, _window_of(totals)), totals)
    context = {
        "t": WORDS[lang],
        "lang": lang,
        "note": note_text(note, lang),
        "on": day_text(on, lang),
        "periods": [_period(window, lang) for window in windows],
        "longest": days_text(windows[-1].days, lang) if windows else "",
        "changes": _changes(summary, windows, sectors, lang),
        "leading": _leading(summary, sectors, lang) if windows and windows[-1].known else None,
        "totals": _whole_front(totals, windows, lang),
        "draws_contested": bool((state["status"] == "contested").any()),
        "towns": _towns(distances, places, lang),
        "credits": list(credits),
        "snapshots": _snapshots(provenance, lang),
        "command": command,
        "figure": f"data:image/png;base64,{base64.b64encode(figure).decode()}" if figure else "",
        "uncertain": [*_uncertain(control, windows, on, lang), *_causes(ledger, windows, on, causes, lang)],
        **_state(state, on, lang, title),
    }
    return _template(format).render(printable(context))


def _template(format: str) -> Any:
    """Open a template; HTML escapes by itself, Markdown by its filter."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("tracker", "render/templates"),
        autoescape=format == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["text"] = (lambda value: value) if format == "html" else markdown_text
    return environment.get_template("report.html.j2" if format == "html" else "report.md.j2")


def markdown_text(value: Any) -> str:
    """
    Escape text for Markdown, so that it shows as it is: no markup, no HTML, no second table cell.

    Examples
    --------
    >>> markdown_text("a|b *c* <b>")
    'a\\\\|b \\\\*c\\\\* &lt;b&gt;'
    """
    escaped = html.escape(" ".join(str(value).split()), quote=False)
    return re.sub(r"([\\`*_{}\[\]#|!~$])", r"\\\1", escaped)


def _state(state: gpd.GeoDataFrame, on: pd.Timestamp, lang: str, title: str) -> dict[str, Any]:
    """Say which snapshot the day shows, and how old it is."""
    as_of = state["as_of"].max()
    age_days = (on - day_of(as_of)).days
    return {
        "source": title or str(state["source"].iloc[0]),
        "as_of": instant_text(as_of, lang),
        "old": WORDS[lang]["age"].format(age=days_text(age_days, lang)) if age_days > STALE_DAYS else "",
    }


def _uncertain(control: gpd.GeoDataFrame, windows: Sequence[Window], on: pd.Timestamp, lang: str) -> list[str]:
    """Say what the figures cannot: windows that begin from an old snapshot or that are missing, days without any."""
    t, lines = WORDS[lang], []
    for window in windows:
        period = days_text(window.days, lang)
        if not window.known:
            lines.append(t["unknown_window"].format(period=period))
        elif window.old_start is not None:
            start, late = day_text(window.old_start, lang), days_text(window.late_days, lang)
            lines.append(t["old_start"].format(period=period, held=start, late=late))
    lines += [words(lang)["break"].format(day=day_text(day_of(as_of), lang)) for as_of in epoch_starts(control)]
    longest = windows[-1].days if windows else 0
    if longest < AGES[-1]:
        lines.append(t["known_since"].format(day=day_text(day_of(control["as_of"].min()), lang)))
    first = on - pd.Timedelta(days=max(longest - 1, 0))
    missing = max(longest, 1) - int(day_of(control["as_of"]).drop_duplicates().between(first, on).sum())
    return [*lines, t["missing"].format(n=missing, of=max(longest, 1))] if missing else lines


def _causes(
    ledger: gpd.GeoDataFrame, windows: Sequence[Window], on: pd.Timestamp, causes: Iterable[str] | None, lang: str
) -> list[str]:
    """Say what of the longest window's gains and losses is more than the front as it moved, and what is left out."""
    if not windows or "cause" not in ledger:
        return []
    t, age_days = WORDS[lang], (on - day_of(ledger["end"])).dt.days
    lines = []
    for row in by_cause(ledger[age_days.between(0, windows[-1].days - 1)], causes).to_dict("records"):
        sums = {
            "period": days_text(windows[-1].days, lang),
            "cause": words(lang)[row["cause"]],
            "why": t["causes"][row["cause"]],
            "gain": km2(row["gain_km2"], lang=lang),
            "loss": km2(row["loss_km2"], lang=lang),
            "contested": km2(row["newly_contested_km2"], lang=lang),
            "cleared": km2(row["cleared_km2"], lang=lang),
            "n": row["fragments"],
        }
        if not row["counted"]:
            lines.append(t["left_out"].format(**sums))
        elif row["cause"] != "advance" and row["gain_km2"] + row["loss_km2"] >= 0.05:
            lines.append(t["of_which"].format(**sums))
    return lines


def _period(window: Window, lang: str) -> str:
    """Name a window; one that is measured from an old snapshot says so."""
    name = days_text(window.days, lang)
    if window.known and window.old_start is not None:
        return name + WORDS[lang]["from_state"].format(held=day_text(window.old_start, lang))
    return name


def _measured(windows: list[Window], totals: pd.DataFrame) -> list[Window]:
    """Take windows without a net, because the source changed what ground it covers, as unknown."""
    without = set(_window_of(totals)[totals["net_km2"].isna()])
    return [replace(window, known=window.known and window.days not in without) for window in windows]


def _window_of(table: pd.DataFrame) -> pd.Series:
    """Give the length in days of each row's window."""
    return (table["until"] - table["since"]).dt.days + 1


def _whole_front(totals: pd.DataFrame, windows: Sequence[Window], lang: str) -> list[dict[str, Any]]:
    """Write the sums of the whole front, a row a window."""
    areas = ["gain_km2", "loss_km2", "net_km2", "newly_contested_km2", "cleared_km2"]
    sums = totals.assign(days=_window_of(totals)).groupby("days")[areas].sum(min_count=1)
    sums = sums.loc[[window.days for window in windows if window.known]].reindex([window.days for window in windows])
    return [
        {
            "period": _period(window, lang),
            "known": window.known,
            "gain": km2(row["gain_km2"], lang=lang),
            "loss": km2(row["loss_km2"], lang=lang),
            "net": km2(row["net_km2"], signed=True, lang=lang),
            "contested": km2(row["newly_contested_km2"], lang=lang),
            "cleared": km2(row["cleared_km2"], lang=lang),
        }
        for window, (_, row) in zip(windows, sums.iterrows(), strict=True)
    ]


def _sector_names(sectors: gpd.GeoDataFrame | None, lang: str) -> dict[str, str]:
    """Give the sectors' names in a language."""
    if sectors is None:
        return {}
    return dict(zip(sectors["sector"], sectors["name_uk" if lang == "uk" else "name_en"], strict=True))


def _changes(
    summary: pd.DataFrame, windows: Sequence[Window], sectors: gpd.GeoDataFrame | None, lang: str
) -> list[dict[str, Any]]:
    """Write a row a sector: its net in each window, and the gross sums of the longest; most changed first."""
    names = _sector_names(sectors, lang)
    table = summary.assign(days=_window_of(summary))
    net = table.pivot_table(index="sector", columns="days", values="net_km2", aggfunc="sum")
    net = net.reindex(columns=[window.days for window in windows]).fillna(0.0)
    net.loc[:, [window.days for window in windows if not window.known]] = np.nan
    longest = table[table["days"] == table["days"].max()].groupby("sector")[["gain_km2", "loss_km2"]].sum()
    gross = longest.reindex(net.index).fillna(0.0)
    order = gross.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return [
        {
            "sector": names.get(sector, sector),
            "net": [km2(value, signed=True, lang=lang) for value in net.loc[sector]],
            "gain": km2(gross.loc[sector, "gain_km2"], lang=lang),
            "loss": km2(gross.loc[sector, "loss_km2"], lang=lang),
        }
        for sector in order
        if gross.loc[sector].sum() >= 0.05 or net.loc[sector].abs().max() >= 0.05
    ]


def _leading(summary: pd.DataFrame, sectors: gpd.GeoDataFrame | None, lang: str) -> dict[str, str] | None:
    """Name the sector with the largest net change of the longest window; None where all is quiet."""
    longest = summary[_window_of(summary) == _window_of(summary).max()] if len(summary) else summary
    net = longest[longest["sector"] != ELSEWHERE].groupby("sector")["net_km2"].sum()
    if net.empty or net.abs().max() < 0.05:
        return None
    sector = str(net.abs().idxmax())
    return {"sector": _sector_names(sectors, lang).get(sector, sector), "net": km2(net[sector], signed=True, lang=lang)}


def near_towns(distances: pd.DataFrame) -> pd.DataFrame:
    """
    Choose the towns near the front: within `NEAR_KM` of occupied ground by their edge (or centre), and not behind it.

    A town whose centre is occupied is near the front while contested ground is within `AT_THE_LINE_KM` of its edge.

    Returns
    -------
    DataFrame
        A row a town, the nearest first: geonameid, town, status, edge_km, edge_method, edge_direction, centre_km,
        direction, to occupied ground, and contested_km from the edge to contested ground.
    """
    occupied = distances[distances["to"] == "occupied"].set_index("geonameid")
    contested = distances[distances["to"] == "contested"].set_index("geonameid")["edge_km"]
    near = occupied.assign(contested_km=contested.reindex(occupied.index), nearest_km=occupied["edge_km"])
    near["nearest_km"] = near["edge_km"].fillna(near["centre_km"])
    behind = (near["status"] == "occupied") & ~(near["contested_km"] <= AT_THE_LINE_KM)
    near = near[~behind & (near["nearest_km"] <= NEAR_KM)]
    columns = "geonameid town status edge_km edge_method edge_direction centre_km direction contested_km"
    return near.sort_values("nearest_km", kind="stable").reset_index()[columns.split()]


def _towns(distances: pd.DataFrame | None, places: gpd.GeoDataFrame | None, lang: str) -> list[dict[str, str]]:
    """Write a row a town near the front."""
    if distances is None or distances.empty:
        return []
    names = dict(zip(places["geonameid"], places["name_uk"], strict=True)) if places is not None else {}
    return [
        {
            "town": (names.get(row.geonameid) or row.town) if lang == "uk" else row.town,
            "status": WORDS[lang]["status"][row.status],
            "edge": _edge(row.edge_km, row.edge_method, lang),
            "centre": km(row.centre_km, lang=lang),
            "direction": WORDS[lang]["direction"].get(row.direction, "–"),
            "contested": _edge(row.contested_km, row.edge_method, lang),
        }
        for row in near_towns(distances).itertuples()
    ]


def _edge(distance_km: float, method: str, lang: str) -> str:
    """Write a distance from a town's edge: about so much where the edge is only a disc."""
    about = "≈ " if method == "disc" and not pd.isna(distance_km) else ""
    return about + km(distance_km, lang=lang)


def _snapshots(provenance: pd.DataFrame | None, lang: str) -> list[dict[str, str]]:
    """List the snapshots behind the figures."""
    if provenance is None:
        return []
    return [
        {"source": row.source, "as_of": instant_text(row.as_of, lang), "sha256": row.sha256}
        for row in provenance.itertuples()
    ]


RENDERER = Renderer("report", ".md", _render)
