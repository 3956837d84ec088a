"""Read all layers of a vector file of any format that GDAL or pyarrow knows, with one clear line where it is broken."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import shapely

from tracker.errors import SourceError
from tracker.tables.constants import LONLAT

SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".kml", ".kmz", ".fgb", ".parquet", ".zip")

_PACKED = tuple(suffix for suffix in SUFFIXES if suffix not in (".parquet", ".zip", ".kmz"))
_ELSEWHERE = re.compile(rb"<OGR\w+DataSource|gdal_streamed_alg")
"""Files of these kinds hold no map, but make GDAL open other files and addresses."""


def read_layers(path: Path) -> gpd.GeoDataFrame:
    """
    Read all layers of a vector file, or of all vector files in a zip archive.

    Returns
    -------
    GeoDataFrame
        In degrees, with the name of each feature's layer as `layer`, unless the file has a column of that name.

    Raises
    ------
    SourceError
        If the file cannot be read, holds no features, or has coordinates that are nowhere on the globe.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # what a warning is about shows: a geometry is missing, say
            layers = [layer for layer in _layers(path) if len(layer)]
            layers = [layer.set_crs(LONLAT) if layer.crs is None else layer.to_crs(LONLAT) for layer in layers]
    except Exception as error:  # noqa: BLE001 (GDAL and pyarrow raise many kinds; each means that the file is not one)
        raise SourceError(f"{path}: cannot be read as a vector file ({' '.join(str(error).split())})") from None
    if not layers:
        raise SourceError(f"{path}: a vector file without features")
    table = gpd.GeoDataFrame(pd.concat(layers, ignore_index=True), crs=LONLAT)
    table = table.set_geometry(table.geometry.where(~table.is_empty))  # an EMPTY one is lacking too
    _refuse_off_the_globe(table, path)
    return table


def _layers(path: Path) -> Iterator[gpd.GeoDataFrame]:
    """Read layer by layer, with the layer's name; tables without geometry are passed over."""
    if path.suffix.lower() == ".parquet":
        pq.read_table(path).validate(full=True)  # text that is none shows now, not where it is first looked at
        yield _named(gpd.read_parquet(path), path.stem)
        return
    for dataset in _datasets(path):
        for number, (name, kind) in enumerate(pyogrio.list_layers(dataset)):
            if kind is not None:
                yield _named(gpd.read_file(dataset, layer=number), str(name))


def _datasets(path: Path) -> list[str]:
    """Name what GDAL has to open: the file itself, or the files in an archive, in whatever folder of it they lie."""
    if path.suffix.lower() not in (".zip", ".kmz"):
        with path.open("rb") as file:
            heads = {str(path): file.read(4096)}
    else:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(_PACKED) and "/." not in f"/{name}"]
            heads = {f"/vsizip/{{{path}}}/{name}": _head(archive, name) for name in names}
    if not heads:
        raise ValueError("the archive holds none")
    if any(_ELSEWHERE.search(head) for head in heads.values()):
        raise ValueError("it only names other files")
    return list(heads)


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read the first bytes of a file in an archive."""
    with archive.open(name) as file:
        return file.read(4096)


def only_ground(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the features that are ground, or that lack their geometry; points and lines are none."""
    return table[np.isin(shapely.get_dimensions(table.geometry.to_numpy()), (-1, 2))]


def _named(layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Put the layer's name beside its features; a table without geometry is none."""
    if not isinstance(layer, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(geometry=[], crs=LONLAT)
    if layer.geometry.name != "geometry":
        layer = layer.rename_geometry("geometry")
    return layer if "layer" in layer.columns else layer.assign(layer=name)


def _refuse_off_the_globe(table: gpd.GeoDataFrame, path: Path) -> None:
    """Refuse coordinates that are no degrees: most often a file that does not say its CRS."""
    degrees = shapely.get_coordinates(table.geometry.to_numpy())
    outside = ~((np.abs(degrees[:, 0]) <= 180) & (np.abs(degrees[:, 1]) <= 90))
    if outside.any():
        lon, lat = degrees[outside][0]
        raise SourceError(f"{path}: its coordinates are not degrees ({lon:g}, {lat:g}); does it lack its CRS?")
