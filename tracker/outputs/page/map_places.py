"""What the map says of places: sectors with their sums, towns with their distances, settlements by rank."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.outputs.look import COLOURS
from tracker.outputs.page.leaflet import degrees, features, safe
from tracker.outputs.page.map_time import grounds_of, town_days
from tracker.outputs.words.text import name_column
from tracker.places.sectors import ELSEWHERE

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


def towns(places: gpd.GeoDataFrame, distances: pd.DataFrame, first: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
    """
    Describe the towns that have distances, as plain text and numbers for the page's script; days count from `first`.

    Raises
    ------
    ValueError
        If `places` lacks one of the towns: it says where they are.
    """
    missing = distances[~distances["geonameid"].isin(places["geonameid"])]
    if len(missing):
        raise ValueError(f"places lacks towns of distances: {', '.join(sorted(missing['town'].unique()))}")
    near = places.set_index("geonameid", drop=False).loc[_by_weight(places, distances)]
    days = town_days(distances, first)
    by_disc = set(distances.loc[distances["edge_method"] == "disc", "geonameid"])
    at = shapely.get_coordinates(degrees(near.geometry)).tolist()
    described = zip(near["geonameid"], at, _names(near, lang), strict=True)
    return [
        {
            "id": int(town),
            "at": [y, x],
            "name": name,
            "disc": town in by_disc,
            "days": days[town],
        }
        for town, (x, y), name in described
    ]


def _by_weight(places: gpd.GeoDataFrame, distances: pd.DataFrame) -> list[int]:
    """Order towns by what readers look for: large ones and ones near the front, rather than those deep behind it."""
    last = distances.sort_values("day").drop_duplicates(["geonameid", "to"], keep="last")
    nearest = last[last["to"] == "occupied"].set_index("geonameid")["centre_km"]
    known = places[places["geonameid"].isin(distances["geonameid"])].set_index("geonameid")
    away = known.index.to_series().map(nearest).replace(0.0, np.nan).fillna(15.0)
    weight = (known["population"].clip(lower=1) / (1 + away / 5)).rename("weight").reset_index()
    return weight.sort_values(["weight", "geonameid"], ascending=[False, True])["geonameid"].tolist()


def sector_features(sectors: gpd.GeoDataFrame, lang: str) -> list[dict[str, Any]]:
    """Draw the grounds of the sectors, to be pointed at; the page's script tells what changed there."""
    grounds = named_sectors(sectors, lang, by="ground")
    drawn = features(grounds["geometry"], {"stroke": False, "fillOpacity": 0}, [safe(name) for name in grounds["name"]])
    numbers = grounds_of(sectors)
    for feature, ground in zip(drawn, grounds["ground"], strict=True):
        feature["properties"]["ground"] = numbers.index(ground)
    return drawn


def named_sectors(sectors: gpd.GeoDataFrame, lang: str, *, by: str = "sector") -> pd.DataFrame:
    """Gather the sectors, or the grounds, that have a name, a row each: sector or ground, name, geometry."""
    named = sectors[sectors["ground"] != ELSEWHERE]
    rows = [
        {by: key, "name": parts[name_column(lang)].iloc[0], "geometry": _multi(parts.geometry)}
        for key, parts in named.groupby(by, sort=True)
    ]
    return pd.DataFrame(rows, columns=[by, "name", "geometry"])


def _multi(parts: gpd.GeoSeries) -> Any:
    """Collect polygons that do not overlap."""
    return shapely.multipolygons(shapely.get_parts(parts.to_numpy()))


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
    Place the names of sectors as [lat, lon, number of the ground, name]: beside the front, off what is drawn.

    Each has two places, one at some distance and one close by, for views that do not reach as far.

    Parameters
    ----------
    ground
        What is occupied or contested.
    near
        Where the front is: contested ground and recent changes; empty where that is not known.
    """
    grounds = named_sectors(sectors, lang, by="ground")
    numbers = grounds_of(sectors)
    whole = grounds["geometry"].to_numpy(dtype=object)
    labels = []
    for within_m, off_m in _LABEL_RINGS_M if len(grounds) else ():
        beside = shapely.difference(shapely.buffer(near, within_m), shapely.buffer(ground, off_m))
        room = shapely.intersection(whole, beside)
        room = np.where(shapely.is_empty(room), whole, room)
        at = shapely.get_coordinates(degrees([_middle(shape) for shape in room])).tolist()
        names = zip(at, grounds["ground"], grounds["name"], strict=True)
        labels += [[lat, lon, numbers.index(ground), name] for (lon, lat), ground, name in names]
    return labels


def _middle(shape: Any) -> Any:
    """Find the point of the largest part that is farthest from its border."""
    parts = shapely.get_parts(shape)
    largest = parts[np.argmax(shapely.area(parts))]
    return shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=500), 0)
