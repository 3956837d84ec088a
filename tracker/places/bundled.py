"""The reference data that comes with the package: towns, settlements and sectors."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.places.sectors import named_on, sectors_from
from tracker.tables.check import conform
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.days import Day
from tracker.tables.definitions import PLACES


def data_folder() -> Path:
    """Find the data that comes with the package: inside it once installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    return package / "data" if (package / "data").is_dir() else package.parent / "data"


def sectors(on: Day | None = None) -> gpd.GeoDataFrame:
    """
    Read the sectors: pieces of ground that together cover the theatre, and their dated names.

    Parameters
    ----------
    on
        A day: the names of that day. By default all names with their validity, so that `split` counts each change
        under the name of its own day.

    Returns
    -------
    GeoDataFrame
        The `sectors` table: polygons in `WORK_CRS` that do not overlap.

    Examples
    --------
    >>> import tracker as tr
    >>> tr.sectors("2025-01-07")["name_en"].head(3).tolist()
    ['Kramatorsk', 'Prydniprovskyi', 'Elsewhere']
    """
    return _sectors().copy() if on is None else named_on(_sectors(), on)


@functools.cache
def _sectors() -> gpd.GeoDataFrame:
    """Draw the sectors with all their names: once, for every command of a process asks for them."""
    grounds = tomllib.loads((data_folder() / "sectors.toml").read_text(encoding="utf-8"))["ground"]
    seeds = pd.DataFrame([{"ground": g["ground"], **s} for g in grounds for s in g["settlements"]])
    names = pd.DataFrame([{"ground": g["ground"], **name} for g in grounds for name in g["names"]])
    for column in ("valid_from", "valid_to"):
        names[column] = pd.to_datetime(names[column]).astype("datetime64[us]")
    points = gpd.GeoSeries.from_xy(seeds["lon"], seeds["lat"], crs=LONLAT).to_crs(WORK_CRS)
    return sectors_from(gpd.GeoDataFrame(seeds[["ground"]], geometry=points), names)


@functools.cache
def bundled_places(*files: str) -> gpd.GeoDataFrame:
    """Read bundled lists of places, once; what is made of them is a copy."""
    return pd.concat([read_places(data_folder() / file) for file in files])


def read_places(path: Path) -> gpd.GeoDataFrame:
    """Read one of the bundled lists (geonameid, name, name_uk, lon, lat, place; population, area_km2) as `places`."""
    return listed_places(pd.read_csv(path, dtype={"name": "str", "name_uk": "str", "place": "str"}))


def listed_places(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Bring a list with lon and lat in degrees into the `places` table."""
    table = table.assign(name_uk=table["name_uk"].fillna("")) if "name_uk" in table else table.assign(name_uk="")
    defaults = {"population": 0, "area_km2": np.nan, "place": "settlement"}
    for column, default in defaults.items():
        table[column] = table[column].fillna(default) if column in table else default
    table["edge_method"] = np.where(table["area_km2"].notna(), "disc", "none")
    points = gpd.GeoSeries.from_xy(table["lon"], table["lat"], index=table.index, crs=LONLAT).to_crs(WORK_CRS)
    places = gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points)
    places["footprint"] = gpd.GeoSeries([None] * len(places), index=places.index, crs=WORK_CRS)
    return conform(places, PLACES)
