"""Reference data: the sectors, towns and settlements that come with the package, and the user's own.

A user's own gazetteer, footprints (settlement limits), oblasts and basemap are kept in `ARCHIVE/reference/` and used by
every command on that archive from then on; or they are used where they are, named by `tracker.toml`.
"""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.archive.reference_files import read_reference
from tracker.errors import SchemaError, SourceError
from tracker.files import read_whole, write_whole
from tracker.ground.geodesy import GEOD, direction_of
from tracker.places.bundled import bundled_places
from tracker.places.names import find, normalised, transliterate
from tracker.tables.check import conform
from tracker.tables.constants import LONLAT
from tracker.tables.definitions import PLACES


def gazetteer(*, archive: str | Path | Reference | None = None) -> gpd.GeoDataFrame:
    """
    List every settlement that is known: the bundled ones, or those of the archive's own gazetteer.

    Parameters
    ----------
    archive
        An archive whose `reference/` is used: its gazetteer in place of the bundled one, its footprints as edges.
        Or a `Reference`, which may name other files.

    Returns
    -------
    GeoDataFrame
        The `places` table: points in `WORK_CRS`, the towns of `data/towns.csv` first, with a column `footprint`
        (polygons in `WORK_CRS`, or None). `edge_method` is polygon, disc (area known) or none.

    Examples
    --------
    >>> import tracker as tr
    >>> places = tr.gazetteer()
    >>> len(places), places.crs == tr.WORK_CRS
    (5787, True)
    """
    bundled, settlements = bundled_places("settlements_front.csv", "settlements.csv"), own("gazetteer", archive)
    settlements = bundled if settlements is None else _named_as(settlements, bundled)
    places = pd.concat([bundled_places("towns.csv"), settlements]).drop_duplicates("geonameid")
    return _with_footprints(places.reset_index(drop=True), own("footprints", archive))


def towns(
    names: Iterable[str | int] | None = None, *, archive: str | Path | Reference | None = None
) -> gpd.GeoDataFrame:
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
        The `places` table, in the order of `names`: points in `WORK_CRS`.

    Raises
    ------
    ValueError
        For a name that is unknown or means several places; it lists what it may mean.

    Examples
    --------
    >>> import tracker as tr
    >>> tr.towns(["Pokrovsk", "Курахове"])[["name", "place", "population"]]
            name place  population
    0   Pokrovsk  town       60127
    1  Kurakhove  town       18220
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


@dataclass(frozen=True)
class Reference:
    """
    Where the user's own reference data are.

    Parameters
    ----------
    folder
        An archive, in whose `reference/` they are kept; None for what comes with the package alone.
    named
        Kind → a file of the user's own that is used as it is, in place of what is kept.
    """

    folder: Path | None = None
    named: Mapping[str, Path] = field(default_factory=dict)

    def files(self) -> dict[str, Path]:
        """List the files that are used, by their kinds."""
        folder = self.folder / "reference" if self.folder is not None else None
        kept = {path.stem: path for path in sorted(folder.glob("*.parquet"))} if folder else {}
        return kept | dict(self.named)


def own(kind: str, archive: str | Path | Reference | None) -> gpd.GeoDataFrame | None:
    """Read the user's own reference data of a kind, in `WORK_CRS`; None where there is none."""
    known = archive if isinstance(archive, Reference) else Reference(Path(archive) if archive is not None else None)
    path = known.files().get(kind)
    if path is None or kind in known.named:
        return None if path is None else _named(kind, path)
    try:
        table = gpd.read_parquet(read_whole(path))
        return conform(table, PLACES) if kind == "gazetteer" else table
    except (ValueError, OSError, SchemaError) as error:
        raise SchemaError(
            f"{path}: cannot be read ({error}); tracker reference use {kind} FILE makes it anew"
        ) from None


def _named(kind: str, path: Path) -> gpd.GeoDataFrame:
    """Read a file that is used as it is; once, for as long as it stays the same."""
    if not path.is_file():
        raise SourceError(f"{path}: no such file; tracker.toml names it as {kind}")
    return _read_once(kind, path, path.stat().st_mtime_ns).copy()


@functools.cache
def _read_once(kind: str, path: Path, changed_ns: int) -> gpd.GeoDataFrame:
    """Read a file as it was changed last."""
    table = read_reference(kind, path)
    return conform(table, PLACES) if kind == "gazetteer" else table


def use(kind: str, file: str | Path, archive: str | Path) -> int:
    """
    Keep a user's own reference data in an archive, for all commands on it from then on.

    Parameters
    ----------
    kind, file
        As for `read_reference`.
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
    path, table = Path(file), read_reference(kind, file)
    buffer = io.BytesIO()
    table.to_parquet(buffer, compression="zstd", index=False)
    folder = Path(archive) / "reference"
    write_whole(folder / f"{kind}.parquet", buffer.getvalue())
    origin = f"{path.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
    write_whole(folder / f"{kind}.origin.txt", origin)
    return len(table)
