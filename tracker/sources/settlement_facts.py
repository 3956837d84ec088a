"""Settlement-level facts: a table that says since when each settlement is free, contested or occupied.

One CSV with the columns `geonameid, name, name_uk, lon, lat, since, status`, a row for each time that a settlement's
status was stated. Ground is given the status of its nearest settlement (Voronoi cells), no further than `REACH_M`
beyond the hull of all settlements. There is a snapshot for every day from the first `since` to the last.

This is coarse: a settlement's cell turns whole on one day. It suits tables that know no polygons, and the bundled
illustrative sample.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from tracker.errors import LabelError, SourceError
from tracker.places.sectors import tessellate
from tracker.sources.base import Source
from tracker.tables.constants import LONLAT, STATUSES, WORK_CRS
from tracker.tables.days import end_of_day
from tracker.tables.messages import Message

COLUMNS = ("geonameid", "name", "lon", "lat", "since", "status")
REACH_M = 3000.0


def _read(path: Path) -> gpd.GeoDataFrame:
    """Read the facts, and draw each settlement's cell with its status of every day."""
    facts = _facts(path)
    settlements = facts.drop_duplicates("geonameid").set_index("geonameid")
    points = gpd.GeoSeries.from_xy(settlements["lon"], settlements["lat"], index=settlements.index, crs=LONLAT)
    points = points.to_crs(WORK_CRS)
    hull = shapely.convex_hull(shapely.multipoints(points.to_numpy())).buffer(REACH_M)
    cells = tessellate(points, hull)
    days = pd.date_range(facts["since"].min(), facts["since"].max(), freq="D")
    known = facts.pivot_table(index="since", columns="geonameid", values="status", aggfunc="last")
    by_day = known.reindex(days).ffill().rename_axis("day").stack().rename("label").reset_index()
    by_day["as_of"] = by_day["day"].map({day: end_of_day(day) for day in days})
    shapes = cells.loc[by_day["geonameid"]].to_numpy()
    return gpd.GeoDataFrame(by_day[["label", "as_of"]], geometry=shapes, crs=WORK_CRS)


def _facts(path: Path) -> pd.DataFrame:
    """Read and check the table."""
    try:
        facts = pd.read_csv(path, dtype={"name": "str", "status": "str"}, encoding="utf-8-sig")
        lacking = [column for column in COLUMNS if column not in facts]
        if lacking:
            raise SourceError(f"{path}: not settlement facts: no column {', '.join(lacking)}")
        facts["since"] = pd.to_datetime(facts["since"], format="%Y-%m-%d")
        facts = facts.astype({"geonameid": "int64", "lon": "float64", "lat": "float64"})
    except (ValueError, UnicodeDecodeError, OverflowError) as error:
        raise SourceError(f"{path}: not settlement facts ({' '.join(str(error).split())})") from None
    unknown = sorted(set(facts["status"].fillna("")) - set(STATUSES))
    if unknown:
        raise LabelError(f"{path}: unknown labels {', '.join(map(repr, unknown))}; known are {', '.join(STATUSES)}")
    if facts["since"].isna().any() or facts["geonameid"].nunique() < 3:
        raise SourceError(f"{path}: needs a date in every row, and three settlements at least")
    if not (facts["lon"].abs().le(180) & facts["lat"].abs().le(90)).all():
        raise SourceError(f"{path}: needs lon and lat in degrees in every row")
    if facts.drop_duplicates("geonameid").duplicated(["lon", "lat"]).any():
        raise SourceError(f"{path}: two settlements lie at one point; their ground cannot be told apart")
    return facts


SOURCE = Source(
    name="settlement-facts",
    title=Message("settlement-level facts"),
    credit=Message("Settlement-level facts, tessellated; places © GeoNames (CC BY 4.0)"),
    licence=Message("As the table that was loaded; the bundled sample is Apache-2.0"),
    terms_url="https://creativecommons.org/licenses/by/4.0/",
    labels={"free": "ignore", "contested": "contested", "occupied": "occupied"},
    read=_read,
    as_of=None,
    suffixes=(".csv",),
    note=Message("Ground has the status of its nearest settlement: good for illustration, too coarse for a headline."),
)
