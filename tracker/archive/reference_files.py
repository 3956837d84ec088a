"""The user's own files of reference data, as they come: any vector file, or a GeoNames dump, made one table a kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

import geopandas as gpd
import pandas as pd
import shapely

from tracker.errors import SchemaError, SourceError
from tracker.ground.crs import to_work_crs
from tracker.ground.union import polygons_of
from tracker.places.bundled import listed_places
from tracker.places.geonames import read_geonames
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.definitions import PLACES

Kind = Literal["gazetteer", "footprints", "oblasts", "basemap"]
REFERENCE_KINDS: tuple[str, ...] = get_args(Kind)
_ENGLISH = ("name_en", "ADM1_EN", "adm1_name", "shapeName", "NAME_1", "name:en", "name")


def read_reference(kind: str, file: str | Path) -> gpd.GeoDataFrame:
    """
    Read a user's own reference data.

    Parameters
    ----------
    kind
        gazetteer: a GeoNames dump (`UA.txt`, or its zip), or points with `geonameid` and `name` (and `name_uk`,
        `place`, `population`, `area_km2`). footprints: polygons with `name_uk`. oblasts: polygons with an English name.
        basemap: anything to draw under the map.
    file
        Any vector file that GDAL reads, or the dump.

    Returns
    -------
    GeoDataFrame
        Its rows, in `WORK_CRS`.

    Raises
    ------
    ValueError
        For an unknown kind.
    SourceError
        If the file cannot be read, or lacks what its kind needs.
    """
    if kind not in REFERENCE_KINDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(REFERENCE_KINDS)}")
    path = Path(file)
    if not path.is_file():
        raise SourceError(f"{path}: no such file")
    readers: dict[str, Callable[[Path], gpd.GeoDataFrame]] = {
        "gazetteer": _read_gazetteer,
        "footprints": _read_footprints,
        "oblasts": _read_oblasts,
        "basemap": _read_vector,
    }
    try:
        table = readers[kind](path)
    except (ValueError, TypeError, SchemaError) as error:
        raise SourceError(f"{path}: cannot be used as {kind} ({' '.join(str(error).split())})") from None
    if table.empty:
        raise SourceError(f"{path}: holds nothing that can be used as {kind}")
    table.attrs = {}
    return table


def _read_vector(path: Path) -> gpd.GeoDataFrame:
    """Read any vector file into `WORK_CRS`."""
    try:
        table = gpd.read_file(path)
    except Exception as error:  # noqa: BLE001 (GDAL raises many kinds; each means that the file is not one)
        raise SourceError(f"{path}: GDAL cannot read it ({error})") from None
    if not isinstance(table, gpd.GeoDataFrame):
        raise SourceError(f"{path}: holds no geometry")
    return to_work_crs(table[table.geometry.notna()].reset_index(drop=True))


def _read_footprints(path: Path) -> gpd.GeoDataFrame:
    """Read settlement limits: polygons with their Ukrainian names."""
    table = _read_polygons(path)
    if "name_uk" not in table:
        raise SourceError(f"{path}: footprints need a column name_uk; it has {', '.join(map(str, table.columns))}")
    return table[table["name_uk"].notna()][["name_uk", "geometry"]].reset_index(drop=True)


def _read_oblasts(path: Path) -> gpd.GeoDataFrame:
    """Read oblasts: polygons with their English names, as the file spells them."""
    table = _read_polygons(path)
    column = next((name for name in _ENGLISH if name in table), None)
    if column is None:
        raise SourceError(f"{path}: oblasts need one of the columns {', '.join(_ENGLISH)}")
    oblasts = table.rename(columns={column: "oblast"})[["oblast", "geometry"]]
    if oblasts["oblast"].isna().any():
        raise SourceError(f"{path}: {int(oblasts['oblast'].isna().sum())} polygons have no {column}")
    # Simplified borders overlap by slivers; ground that two oblasts claim stays with the first.
    for row in range(1, len(oblasts)):
        earlier = shapely.union_all(oblasts.geometry.to_numpy()[:row])
        own_ground = polygons_of(shapely.difference(oblasts.geometry.iloc[row], earlier))
        oblasts.loc[oblasts.index[row], "geometry"] = shapely.multipolygons(own_ground)
    return oblasts


def _read_polygons(path: Path) -> gpd.GeoDataFrame:
    """Read a vector file's polygons, repaired; other geometries are dropped."""
    table = _read_vector(path)
    shapes = [shapely.multipolygons(polygons_of(shape)) for shape in table.geometry]
    table = gpd.GeoDataFrame(table.drop(columns=table.geometry.name), geometry=shapes, crs=WORK_CRS)
    return table[~table.geometry.is_empty].reset_index(drop=True)


def _read_gazetteer(path: Path) -> gpd.GeoDataFrame:
    """Read a GeoNames dump, or points of any vector file."""
    if path.suffix.lower() in (".txt", ".zip"):
        return read_geonames(path)
    table = _read_vector(path)
    lacking = [name for name in ("geonameid", "name") if name not in table]
    if lacking:
        raise SourceError(f"{path}: a gazetteer needs the columns geonameid and name; {', '.join(lacking)} is missing")
    points = table.geometry.to_crs(LONLAT).representative_point()
    known = [name for name in PLACES.columns if name in table and name != "edge_method"]
    return listed_places(pd.DataFrame(table[known]).assign(lon=points.x, lat=points.y)).drop(columns="footprint")
