"""The day by settlements: which were occupied, advanced near, lost, contested or cleared, and how much ground that was.

Every changed piece is divided among the settlements whose ground it is: each takes the part that is nearer to it than
to any other (Voronoi 1908). So areas add up to the ledger's, and nothing is counted twice. Quarters, former villages
and names without people are no settlement of their own: their ground is that of the settlement next to them.

The rules were found by comparing with what DeepState itself wrote of the same updates (`make texts`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.causes import counted
from tracker.measures.shares import outlines, shares_at
from tracker.places.names import NO_SETTLEMENT, normalised
from tracker.places.sectors import ELSEWHERE, tessellate
from tracker.tables.check import check, conform, empty
from tracker.tables.constants import LONLAT, STATUSES, WORK_CRS
from tracker.tables.days import day_of
from tracker.tables.definitions import BULLETIN, CONTROL, LEDGER, PLACES

ACTIONS = ("occupied", "advanced", "lost", "contested", "cleared")
"""What a row says of a settlement, in the order of rows and sentences."""

_ACTION_OF = {"gain": "advanced", "loss": "lost", "contested": "contested", "cleared": "cleared"}
_OUTLINE_M = 500.0  # the radius of a settlement whose limits are not known
_TAKEN_SHARE = 0.75  # a settlement counts as occupied when so much of it is: texts say so late
_IN_SHARE = 0.25  # a change is in a settlement, not near it, when so much of the change is
_SAME_M = 2000.0  # gazetteers list some villages twice: two of one name so close are one
_MARGIN_M = 1000.0  # so that no piece reaches the rim of the ground that is divided among settlements


def bulletin(
    ledger: gpd.GeoDataFrame,
    control: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    causes: Iterable[str] | None = None,
) -> pd.DataFrame:
    """
    Tell the changes of each day by settlement and action.

    Parameters
    ----------
    ledger
        The changes: `split` by sectors, else all count as "elsewhere"; with causes where some shall be left out.
    control
        The control table behind them, which says how much of a settlement was occupied before and after.
    places
        The `places` table (`tracker.gazetteer()`), with a column `footprint` where polygons are known.
    causes
        The causes that count. By default all but noise.

    Returns
    -------
    DataFrame
        The `bulletin` table, a row a settlement and action of each day, in the sector that holds most of it.
        `area_km2` is the settlement's share of what changed, `change_lat` and `change_lon` a point in its largest
        piece, in degrees as `lat` and `lon` of the settlement. A gain is `occupied` where on that day three quarters of
        the settlement's outline came to be occupied (of its footprint, else a disc of its area, else one of 500 m
        radius), else `advanced`. `relation` is "in" where a quarter of the share or more lies in that outline, else
        "near".

    Raises
    ------
    ValueError
        If `places` holds no settlement, `control` lacks a snapshot of the ledger, or for an unknown cause.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample().tail(8)  # four days, contested and occupied ground on each
    >>> told = tr.bulletin(tr.track(control), control, tr.gazetteer())
    >>> told[["day", "settlement", "action"]].assign(area_km2=told["area_km2"].round(1)).head(3)
             day     settlement     action  area_km2
    0 2025-01-05  Petropavlivka  contested      14.7
    1 2025-01-05      Sontsivka  contested       0.0
    2 2025-01-07  Novovasylivka   occupied       7.2
    """
    named = _settlements(check(places, PLACES))
    pieces = _of_days(check(ledger, LEDGER)[counted(ledger, causes)])
    if pieces.empty:
        return empty(BULLETIN)
    shares = _divided(pieces, named)
    used = named.loc[shares["place"].unique()]
    shapes = _outlines(used)
    rows = _gathered(shares, shapes)
    rows["action"] = rows["kind"].map(_ACTION_OF)
    rows.loc[_taken(rows, check(control, CONTROL), shapes), "action"] = "occupied"
    return _described(rows, used)


def _settlements(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the settlements that may be named; of several at one point, or of one name close by, the most populous."""
    named = places[~places["place"].isin(NO_SETTLEMENT)].sort_values("population", ascending=False, kind="stable")
    named = named[~named.geometry.duplicated()].reset_index(drop=True)
    names = named["name"].map(normalised).to_numpy()
    points = named.geometry.to_numpy()
    more, less = shapely.STRtree(points).query(points, predicate="dwithin", distance=_SAME_M)
    twice = (more < less) & (names[more] == names[less])
    named = named.drop(index=np.unique(less[twice]))
    if named.empty:
        raise ValueError("places holds no settlement to name; tracker.gazetteer() lists those that are known")
    return named.reset_index(drop=True)


def _of_days(ledger: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Say of each change its day, and the first and last snapshot of all changes of that day and source."""
    pieces = ledger.assign(day=day_of(ledger["end"]))
    pieces["sector"] = pieces.get("sector", ELSEWHERE)
    of_day = pieces.groupby(["source", "day"])
    return pieces.assign(start=of_day["start"].transform("min"), as_of=of_day["end"].transform("max"))


def _divided(pieces: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Divide pieces among the settlements nearest to their ground: a row a polygon, with `place`, a row of these."""
    shapes = pieces.geometry.to_numpy()
    cells = tessellate(_near(pieces, settlements.geometry), shapely.box(*pieces.total_bounds).buffer(_MARGIN_M))
    row, cell = shapely.STRtree(cells.to_numpy()).query(shapes, predicate="intersects")
    ground = cells.to_numpy()[cell]
    shapely.prepare(ground)
    whole = shapely.covers(ground, shapes[row])
    parts = np.where(whole, shapes[row], shapely.intersection(shapes[row], ground))
    inside = np.isin(row, row[whole]) & ~whole  # a piece that lies whole in a cell only touches others
    parts[inside] = shapely.Polygon()
    parts, number = shapely.get_parts(parts, return_index=True)
    areal = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)
    columns = pd.DataFrame(pieces.drop(columns=pieces.geometry.name)).iloc[row[number[areal]]].reset_index(drop=True)
    columns["place"] = cells.index.to_numpy()[cell[number[areal]]]
    return gpd.GeoDataFrame(columns, geometry=parts[areal], crs=WORK_CRS)


def _near(pieces: gpd.GeoDataFrame, points: gpd.GeoSeries) -> gpd.GeoSeries:
    """
    Keep the points that may be the nearest to some ground of the pieces.

    None of that ground is farther from its nearest point than the piece is from its own, and the piece's diameter.
    """
    shapes, tree = pieces.geometry.to_numpy(), shapely.STRtree(points.to_numpy())
    (_, _), distance = tree.query_nearest(shapes, return_distance=True, all_matches=False)
    bounds = shapely.bounds(shapes)
    diameter = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    _, found = tree.query(shapes, predicate="dwithin", distance=distance + diameter)
    return points.iloc[np.unique(found)]


def _outlines(settlements: gpd.GeoDataFrame) -> pd.Series:
    """Draw the outline of each settlement, on their index; where nothing is known, a disc of 500 m radius."""
    shapes = outlines(settlements).to_numpy()
    unknown = shapely.is_missing(shapes)
    shapes[unknown] = shapely.buffer(settlements.geometry.to_numpy()[unknown], _OUTLINE_M)
    return pd.Series(shapes, index=settlements.index)


def _gathered(shares: gpd.GeoDataFrame, shapes: pd.Series) -> gpd.GeoDataFrame:
    """
    Add shares up: a row a day, settlement and kind, with the largest coherent polygon of each.

    Ground that a sector's border divides counts in the sector that holds most of it: a village is told once.
    """
    own = shapes[shares["place"]].to_numpy()
    areas = shares.assign(
        kind=shares["kind"].astype("str"),
        area_km2=shares.area / 1e6,
        in_km2=shapely.area(shapely.intersection(shares.geometry.to_numpy(), own)) / 1e6,
    )
    keys = ["source", "day", "start", "as_of", "place", "kind"]
    by_sector = areas.groupby([*keys, "sector"])["area_km2"].sum().sort_values(ascending=False, kind="stable")
    sectors = by_sector.reset_index("sector")["sector"].groupby(keys).first()
    groups = areas.groupby(keys)
    sums = groups[["area_km2", "in_km2"]].sum()
    largest = groups["geometry"].agg(lambda parts: _largest(parts.to_numpy()))
    return gpd.GeoDataFrame(sums.assign(sector=sectors), geometry=gpd.GeoSeries(largest, crs=WORK_CRS)).reset_index()


def _largest(parts: np.ndarray) -> Any:
    """Give the largest polygon of ground that lies together, whatever status its parts had before."""
    joined = shapely.get_parts(shapely.union_all(parts)) if len(parts) > 1 else parts
    return joined[np.argmax(shapely.area(joined))]


def _taken(rows: gpd.GeoDataFrame, control: gpd.GeoDataFrame, shapes: pd.Series) -> np.ndarray:
    """Tell the gains on whose day the settlement came to be occupied."""
    taken = np.zeros(len(rows), dtype=bool)
    gains = rows.reset_index(drop=True).query("kind == 'gain'")
    for (source, start, as_of), of_day in gains.groupby(["source", "start", "as_of"]):
        own = shapes[of_day["place"]].to_numpy()
        before, after = (_occupied_share(control, source, instant, own) for instant in (start, as_of))
        taken[of_day.index] = (before < _TAKEN_SHARE) & (after >= _TAKEN_SHARE)
    return taken


def _occupied_share(control: gpd.GeoDataFrame, source: Any, as_of: Any, shapes: np.ndarray) -> np.ndarray:
    """Measure which share of outlines a source drew as occupied at an instant."""
    state = control[(control["source"] == source) & (control["as_of"] == as_of)]
    if state.empty:
        raise ValueError(f"control holds no snapshot of {source} of {as_of:%Y-%m-%dT%H:%M:%SZ}, the ledger does")
    return shares_at(state, shapes)[:, STATUSES.index("occupied")]


def _described(rows: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame) -> pd.DataFrame:
    """Make the `bulletin` table: who the settlements are, and where, in degrees."""
    own = settlements.loc[rows["place"]]
    point, change = own.geometry.to_crs(LONLAT), rows.geometry.representative_point().to_crs(LONLAT)
    table = pd.DataFrame(rows.drop(columns="geometry")).assign(
        settlement=own["name"].to_numpy(),
        name_uk=own["name_uk"].to_numpy(),
        geonameid=own["geonameid"].to_numpy(),
        lat=point.y.to_numpy(),
        lon=point.x.to_numpy(),
        change_lat=change.y.to_numpy(),
        change_lon=change.x.to_numpy(),
        relation=np.where(rows["in_km2"] >= _IN_SHARE * rows["area_km2"], "in", "near"),
        order=rows["action"].map(ACTIONS.index),
        least=-rows["area_km2"],
    )
    table = table.sort_values(["source", "day", "sector", "order", "least", "geonameid"], kind="stable")
    return conform(table[list(BULLETIN.columns)], BULLETIN)
