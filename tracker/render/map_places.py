"""What the map says of places: sectors with their sums, towns with their distances, settlements by rank."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.distances import DIRECTIONS
from tracker.places import ELSEWHERE
from tracker.render.leaflet import degrees, features, safe
from tracker.render.style import COLOURS, day_text, km, km2, words
from tracker.schema import STALE_DAYS
from tracker.snapshots import day_of

__all__ = ["named_sectors", "sector_features", "sector_labels", "sector_lines", "settlements", "towns"]

_HIDDEN = ("quarter", "abandoned")
_RANKS = {"city": 1, "town": 2}
_VILLAGE, _BIG_CITY, _BIG_CITY_POPULATION = 3, 0, 300_000
_SHORTEST_LINE_M = 10_000  # the stumps of borders that only graze the front
_LINES_NEAR_M = 35_000
_LABEL_RINGS_M = ((22_000, 4_000), (8_000, 500))  # where names go: from the front, and off the ground that is drawn


def settlements(places: gpd.GeoDataFrame, lang: str) -> list[list[Any]]:
    """List settlements as [lat, lon, name, rank, geonameid], those that come first on the map first."""
    shown = places[~places["place"].isin(_HIDDEN) & ~places.geometry.is_empty]
    rank = shown["place"].map(_RANKS).fillna(_VILLAGE).astype(int)
    rank = rank.mask((rank == _RANKS["city"]) & (shown["population"] >= _BIG_CITY_POPULATION), _BIG_CITY)
    shown = shown.assign(rank=rank).sort_values(
        ["rank", "population", "geonameid"], ascending=[True, False, True], kind="stable"
    )
    at = shapely.get_coordinates(degrees(shown.geometry)).tolist()
    rows = zip(at, _names(shown, lang), shown["rank"].tolist(), shown["geonameid"].tolist(), strict=True)
    return [[lat, lon, name, rank, geonameid] for (lon, lat), name, rank, geonameid in rows]


def _names(places: pd.DataFrame, lang: str) -> list[str]:
    """Name places in a language; the English name stands in for a missing Ukrainian one."""
    names = places["name_uk"].where(places["name_uk"] != "", places["name"]) if lang == "uk" else places["name"]
    return names.tolist()


def towns(places: gpd.GeoDataFrame, distances: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """
    Describe the towns that have distances, as plain text for the page's script.

    Raises
    ------
    ValueError
        If `places` lacks one of the towns: it says where they are.
    """
    missing = distances[~distances["geonameid"].isin(places["geonameid"])]
    if len(missing):
        raise ValueError(f"places lacks towns of distances: {', '.join(sorted(missing['town'].unique()))}")
    near = places.set_index("geonameid", drop=False).loc[_by_weight(places, distances)]
    rows = dict(list(distances.groupby("geonameid")))
    at = shapely.get_coordinates(degrees(near.geometry)).tolist()
    described = zip(near["geonameid"], at, _names(near, lang), strict=True)
    return [{"id": int(town), "at": [y, x], "name": name} | _town(rows[town], lang) for town, (x, y), name in described]


def _by_weight(places: gpd.GeoDataFrame, distances: pd.DataFrame) -> list[int]:
    """Order towns by what readers look for: large ones and ones near the front, rather than those deep behind it."""
    nearest = distances[distances["to"] == "occupied"].set_index("geonameid")["centre_km"]
    known = places[places["geonameid"].isin(distances["geonameid"])].set_index("geonameid")
    away = known.index.to_series().map(nearest).replace(0.0, np.nan).fillna(15.0)
    weight = (known["population"].clip(lower=1) / (1 + away / 5)).rename("weight").reset_index()
    return weight.sort_values(["weight", "geonameid"], ascending=[False, True])["geonameid"].tolist()


def _town(rows: pd.DataFrame, lang: str) -> dict[str, Any]:
    """Say how far one town is from occupied and from contested ground, and where the nearest occupied point is."""
    word, by_to = words(lang), rows.set_index("to")
    measured = [
        [word[f"to_{to}"], _edge(by_to.loc[to], lang), _distance(by_to.loc[to], "centre_km", "direction", lang)]
        for to in ("occupied", "contested")
        if to in by_to.index
    ]
    town: dict[str, Any] = {"status": word[str(rows["status"].iloc[0])], "rows": measured}
    if (rows["edge_method"] == "disc").any():
        town["disc"] = True
    if "occupied" in by_to.index and by_to.loc["occupied", "centre_km"] > 0:
        nearest = by_to.loc["occupied"]
        town["nearest"] = [round(float(nearest["nearest_lat"]), 5), round(float(nearest["nearest_lon"]), 5)]
        town["km"] = _kilometres(nearest["centre_km"], lang)
    return town


def _edge(row: pd.Series, lang: str) -> str:
    """Write the distance from the edge; one that only a disc stands for is about."""
    text = _distance(row, "edge_km", "edge_direction", lang)
    return f"≈ {text}" if row["edge_method"] == "disc" and row["edge_km"] > 0 else text


def _distance(row: pd.Series, distance: str, direction: str, lang: str) -> str:
    """Write a distance with its direction."""
    named = dict(zip(DIRECTIONS, words(lang)["directions"].split(), strict=True)).get(row[direction], "")
    return f"{_kilometres(row[distance], lang)} {named}".strip()


def _kilometres(distance_km: float, lang: str) -> str:
    """Write a distance with its unit; a dash where there is none."""
    return km(distance_km) if pd.isna(distance_km) else f"{km(distance_km, lang=lang)} {words(lang)['km']}"


def sector_features(sectors: gpd.GeoDataFrame, summary: pd.DataFrame | None, lang: str) -> list[dict[str, Any]]:
    """Draw the sectors as ground that can be pointed at, with what they say then."""
    areas = ["gain_km2", "loss_km2", "net_km2"]
    sums = {} if summary is None else summary.groupby("sector")[areas].sum().T.to_dict()
    period = "" if summary is None or summary.empty else _period(summary, lang)
    grounds = named_sectors(sectors, lang)
    tips = [
        _sector_tip(row["name"], None if summary is None else sums.get(row["sector"], {}), period, lang)
        for row in grounds.to_dict("records")
    ]
    return features(grounds["geometry"], {"stroke": False, "fillOpacity": 0}, tips)


def named_sectors(sectors: gpd.GeoDataFrame, lang: str) -> pd.DataFrame:
    """Gather the sectors that have a name, a row each: sector, name, geometry."""
    named = sectors[sectors["ground"] != ELSEWHERE]
    rows = [
        {"sector": sector, "name": parts[f"name_{lang}"].iloc[0], "geometry": _multi(parts.geometry)}
        for sector, parts in named.groupby("sector", sort=True)
    ]
    return pd.DataFrame(rows, columns=["sector", "name", "geometry"])


def _multi(parts: gpd.GeoSeries) -> Any:
    """Collect polygons that do not overlap."""
    return shapely.multipolygons(shapely.get_parts(parts.to_numpy()))


def _period(summary: pd.DataFrame, lang: str) -> str:
    """Write the days that a summary is about, from the map that it is measured from where that is an old one."""
    since, held = summary["since"].min(), day_of(summary["start_as_of"]).min()
    old = pd.notna(held) and (since - held).days - 1 > STALE_DAYS
    return f"{day_text(held if old else since, lang)} – {day_text(summary['until'].max(), lang)}"


def _sector_tip(name: str, sums: dict[str, Any] | None, period: str, lang: str) -> str:
    """Write what a sector says: its name and, where sums are known, its gain, loss and net."""
    word, head = words(lang), f"<b>{safe(name)}</b>"
    if sums is None:
        return head
    if not sums:
        return f"{head}<br>{safe(period)}<br>{word['no_change']}"
    lines = [
        f"{word[column]}: {km2(sums[value], signed=column == 'net', lang=lang)} {word['km2']}"
        for column, value in (("gained", "gain_km2"), ("lost", "loss_km2"), ("net", "net_km2"))
    ]
    return "<br>".join([head, safe(period), *map(safe, lines)])


def sector_lines(sectors: gpd.GeoDataFrame, near: Any) -> list[dict[str, Any]]:
    """
    Draw the borders between sectors near the front, where they mean something.

    Each is drawn once: two dashed lines on each other would look like a full one.
    """
    borders = shapely.line_merge(shapely.union_all(shapely.boundary(sectors.geometry.to_numpy())))
    if not shapely.is_empty(near):
        inside = shapely.intersection(borders, shapely.buffer(near, _LINES_NEAR_M))
        parts = shapely.get_parts(shapely.line_merge(inside))
        borders = shapely.multilinestrings(parts[shapely.length(parts) >= _SHORTEST_LINE_M])
    style = {"color": COLOURS["sector"], "weight": 1, "opacity": 0.75, "dashArray": "2 5", "fill": False}
    return features(borders, style)


def sector_labels(sectors: gpd.GeoDataFrame, ground: Any, near: Any, lang: str) -> list[list[Any]]:
    """
    Place the names of sectors as [lat, lon, name]: beside the front, off the ground that is drawn.

    Each has two places, one at some distance and one close by, for views that do not reach as far.

    Parameters
    ----------
    ground
        What is occupied or contested.
    near
        Where the front is: contested ground and recent changes; empty where that is not known.
    """
    grounds = named_sectors(sectors, lang)
    whole = grounds["geometry"].to_numpy(dtype=object)
    labels = []
    for within_m, off_m in _LABEL_RINGS_M if len(grounds) else ():
        beside = shapely.difference(shapely.buffer(near, within_m), shapely.buffer(ground, off_m))
        room = shapely.intersection(whole, beside)
        room = np.where(shapely.is_empty(room), whole, room)
        at = shapely.get_coordinates(degrees([_middle(shape) for shape in room])).tolist()
        labels += [[lat, lon, name] for (lon, lat), name in zip(at, grounds["name"], strict=True)]
    return labels


def _middle(shape: Any) -> Any:
    """Find the point of the largest part that is farthest from its border."""
    parts = shapely.get_parts(shape)
    largest = parts[np.argmax(shapely.area(parts))]
    return shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=500), 0)
