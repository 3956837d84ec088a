"""How well does the bulletin name what DeepState named? `make texts` prints the figures and lists the misses.

DeepState's texts of 2024-12-15 to 2025-01-31 (`../shared/reference/deepstate_words_…csv`) name the places that each
update says were occupied, advanced on, and so on; the exports of the same updates are in `../shared/data`. Measured are

1. found: of the settlements that the texts call occupied or advanced on, those with a row occupied or advanced in the
   bulletin of that day, of the same GeoNames id or within 2 km;
2. placed: of the bulletin's rows occupied or advanced with 0.05 km² or more, those whose change point is within 3 km of
   a place that the day's text names, whatever it says of it (the place is where the text's link leads: lat, lon);
3. the share of the area that these rows hold.

Texts of a day without a map of the day before, such as the first, are left out: no change of it is known.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import tracker as tr
from tracker.archive import reference
from tracker.measures.bulletin import bulletin
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.days import day_of

HERE = Path(__file__).resolve()
TEXTS = "reference/deepstate_words_2024-12-15_2025-01-31.csv"
MISSES = HERE.parents[1] / "maps" / "words_misses.csv"
GAINS = ("occupied", "advanced")
FOUND_M = 2000.0
PLACED_M = 3000.0
SMALL_KM2 = 0.05


def texts_of(shared):
    """Read the places that the texts name: day, action, id; points in metres of the link and of the settlement."""
    table = pd.read_csv(shared / TEXTS)
    table["day"] = pd.to_datetime(table["date_kyiv"])
    return table.assign(named=points(table["lon"], table["lat"]), settlement=points(table["gn_lon"], table["gn_lat"]))


def points(lon, lat):
    """Turn degrees into points in metres, as plain objects; None where they are missing: some links lead nowhere."""
    drawn = gpd.GeoSeries.from_xy(lon, lat, crs=LONLAT).to_crs(WORK_CRS)
    return np.where(lon.notna(), drawn.to_numpy(), None)


def bulletin_of(control, texts, places):
    """Make the bulletin of the days that the texts are of: from map to map of `control`, raw exports of DeepState."""
    days = day_of(control["as_of"])
    states = tr.last_of_day(control[(days >= texts["day"].min()) & (days <= texts["day"].max())])
    ledger = tr.label_causes(tr.track(states), states)
    table = bulletin(tr.split(ledger, tr.sectors()), states, places)
    return table.assign(
        place=points(table["lon"], table["lat"]), change=points(table["change_lon"], table["change_lat"])
    )


def full_gazetteer(shared):
    """Read the whole GeoNames dump and the settlement limits, as a user's archive uses them."""
    with tempfile.TemporaryDirectory() as archive:
        reference.use("gazetteer", shared / "data" / "gazetteer" / "geonames_UA.txt", archive)
        reference.use("footprints", shared / "data" / "gazetteer" / "osm_settlement_polygons.geojson", archive)
        return tr.gazetteer(archive=archive)


def found(texts, rows, *, actions=GAINS, least_km2=0.0):
    """List the settlements that texts call occupied or advanced on: `found`, and how far the nearest row is."""
    asked = texts[texts["action"].isin(GAINS) & texts["gn_id"].notna() & texts["day"].isin(rows["day"])]
    ours = rows[rows["action"].isin(actions) & (rows["area_km2"] >= least_km2)]
    nearest_m, same = [], []
    for text in asked.itertuples():
        of_day = ours[ours["day"] == text.day]
        same.append((of_day["geonameid"] == text.gn_id).any())
        nearest_m.append(shapely.distance(of_day["place"].to_numpy(), text.settlement).min(initial=np.inf))
    nearest_m = np.where(same, 0.0, nearest_m)
    return asked.assign(found=nearest_m <= FOUND_M, nearest_km=nearest_m / 1000)


def placed(texts, rows, *, actions=GAINS, column="named"):
    """List the bulletin's rows that the words show: `placed`, and how far the nearest place is that the text names."""
    ours = rows[rows["action"].isin(actions) & (rows["area_km2"] >= SMALL_KM2) & rows["day"].isin(texts["day"])]
    texts = texts[texts[column].notna()]
    nearest_m = [
        shapely.distance(texts.loc[texts["day"] == row.day, column].to_numpy(), row.change).min(initial=np.inf)
        for row in ours.itertuples()
    ]
    return ours.assign(placed=np.array(nearest_m) <= PLACED_M, nearest_km=np.array(nearest_m) / 1000)


def figures(asked, ours):
    """Put the three figures in percent: settlements found, rows placed, area placed."""
    area = ours["area_km2"]
    return (
        100 * asked["found"].mean(),
        100 * ours["placed"].mean(),
        100 * area[ours["placed"]].sum() / area.sum(),
    )


def line(name, asked, ours):
    """Write the three figures and the counts behind them."""
    share, rows, area = figures(asked, ours)
    counts = f"{asked['found'].sum()} of {len(asked)}", f"{ours['placed'].sum()} of {len(ours)}"
    km2 = f"{ours.loc[ours['placed'], 'area_km2'].sum():.1f} of {ours['area_km2'].sum():.1f} km²"
    return f"{name:<34} {share:5.1f} % ({counts[0]:>10}) {rows:6.1f} % ({counts[1]:>10}) {area:6.1f} % ({km2})"


def taken(texts, rows):
    """Count the settlements that texts call occupied, our rows occupied, and those of both on the same day."""
    theirs = texts[(texts["action"] == "occupied") & texts["gn_id"].notna() & texts["day"].isin(rows["day"])]
    ours = rows[rows["action"] == "occupied"].drop_duplicates(["day", "geonameid"])
    both = theirs.merge(ours, left_on=["day", "gn_id"], right_on=["day", "geonameid"])
    return len(theirs), len(ours), len(both)


def misses(asked, ours):
    """Lay both kinds of misses out as one table: day, what is missed, name, action, area, distance, where."""
    named = asked[~asked["found"]].assign(miss="named, not in the bulletin", name=asked["gn_name"], area_km2=np.nan)
    alone = ours[~ours["placed"]].assign(miss="in the bulletin, nothing named", name=ours["settlement"])
    alone = alone.assign(lat=alone["change_lat"], lon=alone["change_lon"])
    columns = ["day", "miss", "name", "action", "relation", "area_km2", "nearest_km", "lat", "lon"]
    table = pd.concat([named[columns], alone[columns]]).sort_values(["day", "miss"], ignore_index=True)
    return table.round({"area_km2": 3, "nearest_km": 2, "lat": 5, "lon": 5})


def report(texts, tables):
    """Print the figures of the bulletins made with each gazetteer, the first one's in detail; give its misses."""
    print(f"{'':<34} {'settlements found':<20} {'rows placed':<21} area placed")
    for number, (name, rows) in enumerate(tables.items()):
        asked, ours = found(texts, rows), placed(texts, rows)
        print(line(name, asked, ours))
        if number:
            continue
        first = misses(asked, ours)
        middle = rows["day"].drop_duplicates().median()
        halves = {"  first half of the days": rows["day"] <= middle, "  second half": rows["day"] > middle}
        for half, chosen in halves.items():
            days = rows.loc[chosen, "day"]
            print(line(half, asked[asked["day"].isin(days)], ours[ours["day"].isin(days)]))
        print(line("  rows of 0.05 km² only", found(texts, rows, least_km2=SMALL_KM2), ours))
        every = tuple(rows["action"].unique())
        print(line("  rows of every action", found(texts, rows, actions=every), placed(texts, rows, actions=every)))
        print(line("  the settlement, not the link", asked, placed(texts, rows, column="settlement")))
        theirs, own, both = taken(texts, rows)
        print(f"  called occupied: {theirs} by the texts, {own} by the bulletin, {both} by both on the same day")
    return first


def main():
    """Measure, print, and write the misses."""
    sys.path.insert(0, str(HERE.parent))
    from conftest import SHARED

    if not (SHARED / TEXTS).is_file():
        sys.exit(f"{SHARED / TEXTS}: DeepState's texts are not on this machine; TRACKER_SHARED names the folder")
    texts = texts_of(SHARED)
    control = tr.load("deepstate", SHARED / "data" / "deepstate-raw")
    gazetteers = {"full gazetteer": full_gazetteer(SHARED), "bundled gazetteer": tr.gazetteer()}
    table = report(texts, {name: bulletin_of(control, texts, places) for name, places in gazetteers.items()})
    MISSES.parent.mkdir(exist_ok=True)
    table.to_csv(MISSES, index=False)
    print(f"{len(table)} misses are listed in {MISSES.relative_to(HERE.parents[1])}")


if __name__ == "__main__":
    main()
