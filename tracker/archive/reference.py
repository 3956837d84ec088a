"""Reference data: the sectors, towns and settlements that come with the package, and the user's own.

A user's own gazetteer, footprints (settlement limits), oblasts and basemap are kept in `ARCHIVE/reference/` and used by
every command on that archive from then on.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.errors import SchemaError, SourceError
from tracker.files import read_whole, write_whole
from tracker.ground.crs import to_work_crs
from tracker.ground.geodesy import GEOD, direction_of
from tracker.ground.union import polygons_of
from tracker.places.bundled import bundled_places, listed_places
from tracker.places.geonames import read_geonames
from tracker.places.names import find, normalised, transliterate
from tracker.tables.check import conform
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.definitions import PLACES

Kind = Literal["gazetteer", "footprints", "oblasts", "basemap"]
REFERENCE_KINDS: tuple[str, ...] = get_args(Kind)
_ENGLISH = ("name_en", "ADM1_EN", "adm1_name", "shapeName", "NAME_1", "name:en", "name")


def gazetteer(*, archive: str | Path | None = None) -> gpd.GeoDataFrame:
    """
    List every settlement that is known: the bundled ones, or those of the archive's own gazetteer.

    Parameters
    ----------
    archive
        An archive whose `reference/` is used: its gazetteer in place of the bundled one, its footprints as edges.

    Returns
    -------
    GeoDataFrame
        The `places` table: points in `WORK_CRS`, the towns of `data/towns.csv` first, with a column `footprint`
        (polygons in `WORK_CRS`, or None). `edge_method` is polygon, disc (area known) or none.
    """
    bundled, settlements = bundled_places("settlements_front.csv", "settlements.csv"), own("gazetteer", archive)
    settlements = bundled if settlements is None else _named_as(settlements, bundled)
    places = pd.concat([bundled_places("towns.csv"), settlements]).drop_duplicates("geonameid")
    return _with_footprints(places.reset_index(drop=True), own("footprints", archive))


def towns(names: Iterable[str | int] | None = None, *, archive: str | Path | None = None) -> gpd.GeoDataFrame:
    """
    Take the towns that reports are about, or places by name.

    Parameters
    ----------
    names
        Names in English or Ukrainian, or GeoNames ids. `data/towns.csv` is asked first, then the exact names of the
        gazetteer, then its other spellings. By default all of `data/towns.csv`.
    archive
        As for `gazetteer`.

    Returns
    -------
    GeoDataFrame
        The `places` table, in the order of `names`.

    Raises
    ------
    ValueError
        For a name that is unknown or means several places; it lists what it may mean.
    """
    known = gazetteer(archive=archive)
    in_reports = known["geonameid"].isin(bundled_places("towns.csv")["geonameid"])
    if names is None:
        return known[in_reports].reset_index(drop=True)
    names = [names] if isinstance(names, str | int) else list(names)
    rows = pd.concat([_one(name, known[in_reports], known) for name in names]) if names else known.iloc[:0]
    return rows.drop_duplicates("geonameid").reset_index(drop=True)


def _named_as(settlements: gpd.GeoDataFrame, bundled: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give settlements the bundled names where there are any: they were looked at, a dump's may be out of date."""
    known = bundled.set_index("geonameid")[["name", "name_uk"]]
    row = settlements["geonameid"].isin(known.index)
    names = known.loc[settlements.loc[row, "geonameid"]]
    settlements = settlements.copy()
    settlements.loc[row, ["name", "name_uk"]] = names.to_numpy()
    return settlements


def _one(name: str | int, in_reports: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Find the one place that a name means."""
    found = find(in_reports, name)
    found = found if len(found) else find(known, name)
    if len(found) == 1:
        return found
    if found.empty:
        spellings = {normalised(known_name): known_name for known_name in known["name"]}
        close = [spellings[match] for match in get_close_matches(normalised(str(name)), spellings, n=5)]
        hint = f"did you mean {', '.join(close)}?" if close else "give a GeoNames id, or load your own gazetteer"
        raise ValueError(f"town {name!r} is not known; {hint}")
    candidates = "; ".join(_described(found, in_reports))
    raise ValueError(f"town {name!r} may mean {len(found)} places, give one of these ids: {candidates}")


def _described(found: gpd.GeoDataFrame, in_reports: gpd.GeoDataFrame) -> list[str]:
    """Tell places of one name apart: id, name, and where they are from the nearest town."""
    nearest = in_reports.iloc[shapely.STRtree(in_reports.geometry.to_numpy()).nearest(found.geometry.to_numpy())]
    here, there = found.geometry.to_crs(LONLAT), nearest.geometry.to_crs(LONLAT)
    bearing, _, metres = GEOD.inv(there.x, there.y, here.x, here.y)
    rows = zip(found["geonameid"], found["name"], metres, direction_of(bearing), nearest["name"], strict=True)
    return [f"{number} ({name}, {m / 1000:.0f} km {direction} of {town})" for number, name, m, direction, town in rows]


def _with_footprints(places: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Give places their limits: the smallest polygon that has their Ukrainian name and contains their point."""
    if footprints is None:
        return places
    tree = shapely.STRtree(footprints.geometry.to_numpy())
    row, drawn = tree.query(places.geometry.to_numpy(), predicate="intersects")
    pairs = pd.DataFrame({"row": row, "drawn": drawn, "area_km2": footprints.area.to_numpy()[drawn] / 1e6})
    of_places, of_footprints = places[["name", "name_uk"]].iloc[row], footprints["name_uk"].iloc[drawn]
    same = [
        normalised(name_uk or name) == normalised(drawn_uk if name_uk else transliterate(drawn_uk))
        for name, name_uk, drawn_uk in zip(of_places["name"], of_places["name_uk"], of_footprints, strict=True)
    ]
    pairs = pairs[np.array(same, dtype=bool)].sort_values("area_km2").drop_duplicates("row")
    places = places.copy()
    index = places.index[pairs["row"]]
    places.loc[index, "footprint"] = footprints.geometry.to_numpy()[pairs["drawn"]]
    places.loc[index, "area_km2"] = pairs["area_km2"].to_numpy()
    places.loc[index, "edge_method"] = "polygon"
    return conform(places, PLACES)


def own(kind: str, archive: str | Path | None) -> gpd.GeoDataFrame | None:
    """Read the user's own reference data of a kind, in `WORK_CRS`; None where the archive has none."""
    path = Path(archive) / "reference" / f"{kind}.parquet" if archive is not None else None
    if path is None or not path.exists():
        return None
    try:
        table = gpd.read_parquet(read_whole(path))
        return conform(table, PLACES) if kind == "gazetteer" else table
    except (ValueError, OSError, SchemaError) as error:
        raise SchemaError(
            f"{path}: cannot be read ({error}); tracker reference use {kind} FILE makes it anew"
        ) from None


def use(kind: str, file: str | Path, archive: str | Path) -> int:
    """
    Keep a user's own reference data in an archive, for all commands on it from then on.

    Parameters
    ----------
    kind
        gazetteer: a GeoNames dump (`UA.txt`, or its zip), or points with `geonameid` and `name` (and `name_uk`,
        `place`, `population`, `area_km2`). footprints: polygons with `name_uk`. oblasts: polygons with an English name.
        basemap: anything to draw under the map.
    file
        Any vector file that GDAL reads, or the dump.
    archive
        The archive; made where it does not exist.

    Returns
    -------
    int
        How many rows are kept.

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
    buffer = io.BytesIO()
    table.to_parquet(buffer, compression="zstd", index=False)
    folder = Path(archive) / "reference"
    write_whole(folder / f"{kind}.parquet", buffer.getvalue())
    origin = f"{path.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
    write_whole(folder / f"{kind}.origin.txt", origin)
    return len(table)


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
