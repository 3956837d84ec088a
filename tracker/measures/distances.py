"""How far places are from occupied or contested ground.

Distances are geodesics on the WGS 84 ellipsoid (Karney 2013, doi:10.1007/s00190-012-0578-z) to the point that is
nearest there (see `ground.nearest`). The kilometres of a place are two: from its centre point, and from its edge,
which is the settlement's polygon where one is known, else a disc of the settlement's area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.ground.crs import TO_METRES
from tracker.ground.geodesy import DIRECTIONS
from tracker.measures.distance_columns import Maps, Origins, maps_on, measured_days, origins_of
from tracker.places.names import NO_SETTLEMENT
from tracker.tables.check import check, empty
from tracker.tables.constants import STATUSES
from tracker.tables.days import Day, day_of
from tracker.tables.definitions import CONTROL, DISTANCES, PLACES

To = Literal["occupied", "contested"]

_TO = pd.CategoricalDtype(sorted(get_args(To)))


def distances(
    control: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    to: To = "occupied",
    days: Iterable[Day] | None = None,
) -> pd.DataFrame:
    """
    Measure how far places are from occupied or contested ground, day by day.

    Parameters
    ----------
    control
        The control table.
    places
        The `places` table (`tracker.towns()`, `tracker.gazetteer()`), with a column `footprint` (polygons in
        `WORK_CRS`, or None) where the edge should be a polygon.
    to
        The ground to measure to.
    days
        Kyiv days; each shows the state that holds at its end, of whatever age (see `as_of`). By default the days
        that have a snapshot.

    Returns
    -------
    DataFrame
        The `distances` table. Kilometres are 0 where the place is in the ground or touches it (it then has no
        bearing), and missing where there is no such ground at all, or where the edge is not known. A place whose
        `edge_method` is layer (see `tracker.places.layers`) has no centre: `nearest_lon` and `nearest_lat` are then
        those of its edge. Where control has a column `epoch`, it is kept. A day whose map does not draw such ground has
        no rows.

    Raises
    ------
    ValueError
        For an unknown `to`, or ground that the source does not draw.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> near = tr.distances(control, tr.towns(["Pokrovsk"]), days=["2025-01-07"])
    >>> near[["day", "town", "edge_direction"]].assign(edge_km=near["edge_km"].round(1))
             day      town edge_direction  edge_km
    0 2025-01-07  Pokrovsk              S      0.9
    """
    _refuse(control, to)
    origins, asked = origins_of(check(places, PLACES)), _in_order(days)
    tables = [_measured(drawn, origins, to, asked) for _, drawn in control.groupby("source", sort=True, observed=True)]
    return _joined(tables)


def distances_by_month(
    control: gpd.GeoDataFrame | Callable[[pd.Timestamp, pd.Timestamp], gpd.GeoDataFrame],
    places: gpd.GeoDataFrame,
    *,
    to: To = "occupied",
    days: Iterable[Day] | None = None,
) -> Iterator[pd.DataFrame]:
    """
    Measure as `distances` does, month by month, for tables that are too large to be held at once.

    Parameters
    ----------
    control
        The control table; or a function that reads the part of it that holds from one Kyiv day to another, both
        inclusive, as `Archive.days` does: it is asked for a month at a time.
    places, to, days
        As for `distances`; where `control` is a function, the days must be given.

    Yields
    ------
    DataFrame
        The `distances` table of each calendar month that has rows, in order. Together they are what `distances` gives.

    Raises
    ------
    ValueError
        As `distances` does, and for no days to ask a function for.
    """
    if callable(control) and days is None:
        raise ValueError("days must be given where control is a function")
    known = None if callable(control) else control
    _refuse(known, to)
    origins, asked = origins_of(check(places, PLACES)), _in_order(days)
    drawn_on = [] if known is None else sorted(day_of(known["as_of"]).unique())
    months = pd.Series(drawn_on if asked is None else asked, dtype="datetime64[us]")
    undrawn: dict[str, bool] = {}
    for _, month in months.groupby(months.dt.to_period("M")):
        part = check(control(month.iloc[0], month.iloc[-1]), CONTROL) if callable(control) else control
        tables = []
        for source, drawn in part.groupby("source", sort=True, observed=True):
            own = month if asked is not None else month[month.isin(day_of(drawn["as_of"]))]
            tables.append(_measured(drawn, origins, to, own))
            undrawn[source] = undrawn.get(source, True) and not (drawn["status"] == to).any()
        if sum(map(len, tables)):
            yield _joined(tables)
    _refuse_undrawn(to, [source for source, never in undrawn.items() if never])


def grounds_drawn(control: gpd.GeoDataFrame) -> list[To]:
    """List the grounds that can be measured to: those that the source draws on any of the maps."""
    return [to for to in get_args(To) if (control["status"] == to).any()]


def _refuse(control: gpd.GeoDataFrame | None, to: str) -> None:
    """Refuse what is no control table, an unknown ground, and one that a source does not draw on any map."""
    if to not in get_args(To):
        raise ValueError(f"to={to!r} is not one of {', '.join(get_args(To))}")
    if control is not None:
        drawn = check(control, CONTROL)["status"] == to
        _refuse_undrawn(to, [name for name in control["source"].unique() if not drawn[control["source"] == name].any()])


def _refuse_undrawn(to: str, sources: list[str]) -> None:
    """Refuse sources that do not draw a ground."""
    if sources:
        raise ValueError(f"to={to!r}: {', '.join(sources)} does not draw {to} ground")


def _in_order(days: Iterable[Day] | None) -> list[pd.Timestamp] | None:
    """Take each day once, in order."""
    return None if days is None else sorted({pd.Timestamp(day).normalize() for day in days})


def _measured(control: gpd.GeoDataFrame, origins: Origins, to: str, days: Iterable[Day] | None) -> pd.DataFrame:
    """Measure places on days in one source."""
    maps = maps_on(control, to, days)
    if not len(maps.days):
        return empty(DISTANCES)
    return _table(maps, origins, str(control["source"].iloc[0]), to, measured_days(maps, origins, to))


def _table(maps: Maps, origins: Origins, source: str, to: str, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """Put columns into the table; its words are kept as numbers of what they may be, and nothing is copied."""
    days, count = len(maps.days), len(origins.places)
    table: dict[str, Any] = {
        "day": maps.days.as_unit("us").repeat(count),
        "as_of": maps.instants.as_unit("us")[maps.at].repeat(count),
        "geonameid": np.tile(origins.places["geonameid"].to_numpy(), days),
        "town": _tiled(origins.places["name"], days),
        "edge_method": _tiled(origins.places["edge_method"], days),
        "source": pd.Categorical.from_codes(np.zeros(days * count, dtype=np.int8), [source]),
        "to": pd.Categorical([to], dtype=_TO).repeat(days * count),
        **columns,
        "status": pd.Categorical.from_codes(columns["status"], STATUSES, ordered=True),
        **{name: pd.Categorical.from_codes(columns[name], DIRECTIONS) for name in ("edge_direction", "direction")},
    }
    table = {name: table[name] for name in DISTANCES.columns}
    if maps.epochs is not None:
        table["epoch"] = np.repeat(maps.epochs[maps.at], count)
    return pd.DataFrame(table, copy=False)


def _tiled(words: pd.Series, times: int) -> pd.Categorical:
    """Repeat the words of places day by day, as categories."""
    kept = pd.Categorical(words.astype("str"))
    return pd.Categorical.from_codes(np.tile(kept.codes, times), dtype=kept.dtype)


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Put the tables of sources together: their words are the same, but for the sources' names."""
    tables = [table for table in tables if len(table)]
    if len(tables) < 2:
        return tables[0] if tables else empty(DISTANCES)
    names = [str(table["source"].iloc[0]) for table in tables]
    named = [table.assign(source=table["source"].cat.set_categories(names)) for table in tables]
    return pd.concat(named, ignore_index=True)


def with_settlements(table: pd.DataFrame, settlements: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Say where the nearest ground is: the settlement nearest to the nearest point ("from Shevchenko").

    It is the settlement whose centre point is nearest, however far; the place of the row itself is left out, and so are
    quarters, abandoned places and localities.

    Parameters
    ----------
    table
        The `distances` or `octants` table.
    settlements
        The `places` table to choose from, `tracker.gazetteer()` most often.

    Returns
    -------
    DataFrame
        The table with `from_geonameid`, `from_settlement` and `from_settlement_uk` ("" where the Ukrainian name is not
        known). They are missing where there is no nearest point, and where `centre_km` is 0: the place is in the
        ground then, and nothing comes from anywhere.
    """
    chosen = settlements[~settlements["place"].isin(NO_SETTLEMENT)]
    known = table["nearest_lon"].notna() & ~(table["centre_km"] == 0) & bool(len(chosen))
    ids = pd.Series(pd.NA, index=table.index, dtype="Int64")
    name, name_uk = (pd.Series(None, index=table.index, dtype="str") for _ in range(2))
    if known.any():
        row = chosen.iloc[_nearest_others(table[known], chosen)]
        other = row["geonameid"].to_numpy() != table.loc[known, "geonameid"].to_numpy()
        row, known[known] = row[other], other
        ids[known] = row["geonameid"].to_numpy()
        name[known], name_uk[known] = row["name"].to_numpy(), row["name_uk"].to_numpy()
    return table.assign(from_geonameid=ids, from_settlement=name, from_settlement_uk=name_uk)


def _nearest_others(rows: pd.DataFrame, settlements: gpd.GeoDataFrame) -> np.ndarray:
    """Find the settlement nearest to each row's nearest point, but for the row's own place."""
    at_point = np.stack(TO_METRES.transform(rows["nearest_lon"], rows["nearest_lat"]), axis=1)
    points, ids = settlements.geometry.to_numpy(), settlements["geonameid"].to_numpy()
    own, centres = rows["geonameid"].to_numpy(), shapely.get_coordinates(points)
    found = shapely.STRtree(points).nearest(shapely.points(at_point))
    for row in np.flatnonzero(ids[found] == own):
        away = np.hypot(*(centres - at_point[row]).T)
        away[ids == own[row]] = np.inf
        found[row] = away.argmin()
    return np.asarray(found)
