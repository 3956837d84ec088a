"""The log of settlements that changed status: when, from what to what, and how long they were contested before.

A settlement has one status a day. By point it is that of its centre point; by footprint it is occupied where at least
half of its outline is, contested where at least half is contested or occupied, else free. It changes only near a change
of the drawing, so only the places near a step's fragments are looked at again; the answer is that of looking at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.diff import track
from tracker.measures.shares import outlines, shares_at
from tracker.places.sectors import ELSEWHERE, called_on
from tracker.tables.check import check, conform
from tracker.tables.constants import STATUSES, WORK_CRS
from tracker.tables.days import day_of
from tracker.tables.definitions import CAPTURES, CONTROL, LEDGER, PLACES

By = Literal["point", "footprint"]

_HALF = 0.5 - 1e-9  # so that exactly half counts, whatever the last digit of its area
_NEAR_M = 1.0  # computed fragments are off by far less; a place that is looked at in vain costs nothing

_NO_ROWS: dict[str, Any] = {
    "source": pd.Series(dtype="str"),
    "as_of": pd.Series(dtype="datetime64[us, UTC]"),
    "place": pd.Series(dtype="int64"),
    "before": pd.Series(dtype="str"),
    "after": pd.Series(dtype="str"),
    "days_contested": pd.Series(dtype="float64"),
}


def captures(
    control: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    by: By = "point",
    ledger: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """
    List the settlements whose status changed between neighbouring maps.

    Parameters
    ----------
    control
        The control table: `last_of_day(control)` for states of days. Maps of two epochs, which cover other ground, are
        not compared; nor is contested ground where one of two maps does not draw it: only occupied or not counts then.
    places
        The `places` table, with a column `footprint` where polygons are known.
    by
        point: the status of the centre point. footprint: that of most of the outline (see
        `tracker.measures.shares.outlines`), and of the point where no outline is known.
    ledger
        The changes of `control`; by default `track(control)`. With a column `cause` each row carries that of the
        largest fragment at the place.

    Returns
    -------
    GeoDataFrame
        The `captures` table, points in `WORK_CRS`: `day` and `as_of` of the map that shows the new status, `share` of
        the outline that has it (missing where no outline is known), `days_contested` before a place became occupied or
        free: days from the map on which it was contested first (missing where it was not contested, or was so since the
        maps begin); and `cause` where the ledger has it.

    Raises
    ------
    ValueError
        For an unknown `by`.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> tr.captures(control, tr.gazetteer())[["day", "settlement", "before", "after"]]
             day     settlement     before      after
    0 2025-01-05  Petropavlivka       free  contested
    1 2025-01-07  Novovasylivka  contested   occupied
    2 2025-01-07         Solone  contested   occupied
    3 2025-01-07      Slovianka       free  contested
    """
    if by not in get_args(By):
        raise ValueError(f"by={by!r} is not one of {', '.join(get_args(By))}")
    places = check(places, PLACES).reset_index(drop=True)
    places = places.assign(outline=outlines(places))
    asked = places if by == "footprint" else places.assign(outline=None)
    ledger = track(control) if ledger is None else check(ledger, LEDGER)
    touched = _touched(ledger, asked)
    rows = [
        row
        for source, states in _stretches(check(control, CONTROL))
        for row in _changes(states, asked, touched[touched["source"] == source])
    ]
    log = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(_NO_ROWS)
    log = log.assign(share=_shares(log, control, places))
    return _described(log, touched, places)


def _stretches(control: gpd.GeoDataFrame) -> Iterator[tuple[str, list[gpd.GeoDataFrame]]]:
    """Give the maps that are comparable with each other, in order: those of one source and epoch."""
    keys = ["source", "epoch"] if "epoch" in control else ["source"]
    for key, drawn in control.groupby(keys, sort=True):
        yield str(key[0]), [state for _, state in drawn.groupby("as_of", sort=True)]


def _touched(ledger: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> pd.DataFrame:
    """List which fragment comes near which place (its outline, else its point): the ledger's rows with `place`."""
    shapes = np.where(places["outline"].isna(), places.geometry, places["outline"])
    row, place = shapely.STRtree(shapes).query(ledger.geometry.to_numpy(), predicate="dwithin", distance=_NEAR_M)
    columns = ["source", "end", "before", "after", "area_km2", *(["cause"] if "cause" in ledger else [])]
    return pd.DataFrame(ledger[columns]).iloc[row].assign(place=place)


def _changes(states: list[gpd.GeoDataFrame], places: gpd.GeoDataFrame, touched: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Go through comparable maps, and give the places that changed in each step."""
    near = touched.groupby("end")["place"].unique()
    status = statuses_at(states[0], places)
    contested_since = np.full(len(places), np.nan)
    for before, after in pairwise(states):
        alike = set(before["status"]) == set(after["status"])
        as_of = after["as_of"].iloc[0]
        seen = near.get(as_of, np.array([], dtype=int)) if alike else np.arange(len(places))
        earlier, now = status[seen], statuses_at(after, places.iloc[seen])
        status[seen] = now
        changed = earlier != now if alike else (earlier == 2) != (now == 2)
        day = day_of(as_of).toordinal()
        row, was, became = seen[changed], earlier[changed], now[changed]
        days = day - contested_since[row]
        contested_since[seen[earlier != now]] = np.nan
        contested_since[row[became == 1]] = day
        if len(row):
            source = after["source"].iloc[0]
            words = {"before": np.array(STATUSES)[was], "after": np.array(STATUSES)[became]}
            yield pd.DataFrame({"source": source, "as_of": as_of, "place": row, **words, "days_contested": days})


def statuses_at(state: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> np.ndarray:
    """
    Read the statuses of places off one snapshot.

    Parameters
    ----------
    state
        The control rows of one snapshot.
    places
        Points in `WORK_CRS`, with a column `outline`: where it is not None most of it decides, else the point.

    Returns
    -------
    array
        The number of each place's status in `STATUSES`.
    """
    found = np.zeros(len(places), dtype=int)
    for number, status in enumerate(STATUSES[1:], start=1):
        for shape in state.geometry[state["status"] == status]:
            shapely.prepare(shape)
            found[shapely.intersects(shape, places.geometry.to_numpy())] = number
    drawn = np.flatnonzero(places["outline"].notna())
    if len(drawn):
        share = np.nan_to_num(shares_at(state, places["outline"].to_numpy()[drawn]))
        taken = share[:, 2], share[:, 1] + share[:, 2]
        found[drawn] = np.select([taken[0] >= _HALF, taken[1] >= _HALF], [2, 1], 0)
    return found


def _shares(log: pd.DataFrame, control: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> pd.Series:
    """Measure for each row which share of the outline has the new status."""
    share = pd.Series(np.nan, index=log.index)
    snapshots = control.groupby(["source", "as_of"])
    for key, rows in log.groupby(["source", "as_of"]):
        measured = shares_at(snapshots.get_group(key), places["outline"].to_numpy()[rows["place"]])
        share[rows.index] = measured[np.arange(len(rows)), [STATUSES.index(status) for status in rows["after"]]]
    return share


def _described(log: pd.DataFrame, touched: pd.DataFrame, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put names, points and causes beside the changes."""
    place = places.iloc[log["place"]]
    log = log.assign(
        day=day_of(log["as_of"]),
        geonameid=place["geonameid"].to_numpy(),
        settlement=place["name"].to_numpy(),
        name_uk=place["name_uk"].to_numpy(),
    )
    if "cause" in touched:
        log["cause"] = _causes(log, touched)
    table = gpd.GeoDataFrame(log, geometry=place.geometry.to_numpy(), crs=WORK_CRS)
    ordered = table.sort_values(["source", "as_of", "geonameid"], kind="stable")
    return conform(ordered.drop(columns="place"), CAPTURES)


def _causes(log: pd.DataFrame, touched: pd.DataFrame) -> np.ndarray:
    """Take for each row the cause of the largest fragment at the place, of the same change where there is one."""
    keys = {"source": "source", "end": "as_of", "place": "place"}
    pairs = touched.rename(columns=keys).merge(log, on=list(keys.values()), suffixes=("", "_of_place"))
    same = [pairs[name].astype(str) == pairs[f"{name}_of_place"].astype(str) for name in ("before", "after")]
    pairs = pairs.assign(same=same[0] & same[1]).sort_values(["same", "area_km2"], ascending=False, kind="stable")
    cause = pairs.drop_duplicates(list(keys.values())).set_index(list(keys.values()))["cause"]
    return cause.reindex(pd.MultiIndex.from_frame(log[list(keys.values())])).to_numpy()


def with_sectors(captures: gpd.GeoDataFrame, sectors: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Say in which sector each settlement lies, by the names of the day.

    Parameters
    ----------
    captures
        The `captures` table.
    sectors
        The `sectors` table: with all names each row is called by that of its own day.

    Returns
    -------
    GeoDataFrame
        The table with `ground` and `sector`, "elsewhere" for points in none.
    """
    grounds = sectors.drop_duplicates(["ground", "geometry"])
    row, ground = shapely.STRtree(grounds.geometry.to_numpy()).query(captures.geometry.to_numpy(), "intersects")
    table = captures.assign(ground=ELSEWHERE, sector=ELSEWHERE)
    table.loc[table.index[row], "ground"] = grounds["ground"].to_numpy()[ground]
    for day, rows in table.groupby("day").groups.items():
        names = called_on(sectors, day)
        table.loc[rows, "sector"] = table.loc[rows, "ground"].map(names).fillna(ELSEWHERE)
    return table
