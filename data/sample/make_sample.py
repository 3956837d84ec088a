"""Write `settlement_facts.csv`, the bundled illustrative sample: since when settlements were contested or occupied.

Run `python data/sample/make_sample.py ARCHIVE [FOLDER]` on an archive of DeepState's exports and the daily mirror, of
December 2024 and January 2025. Only facts about settlements' points are kept, nobody's polygons: a settlement is
occupied from the first day on which either source draws its point so, contested where the exports say so. The tracker
tessellates the facts again when it reads them (source `settlement-facts`).
"""

import sys
from pathlib import Path

import pandas as pd
import shapely
from tracker.schema import LONLAT
from tracker.snapshots import end_of_day

import tracker as tr

SINCE, UNTIL = "2024-12-01", "2025-01-07"
WEST, SOUTH, EAST, NORTH = 36.82, 47.90, 37.50, 48.36
HOW_MANY = 80
COLUMNS = ["geonameid", "name", "name_uk", "lon", "lat", "since", "status"]


def settlements():
    """Choose the settlements between Pokrovsk and Kurakhove: those nearest to where the front ran, well apart."""
    places = tr.gazetteer()
    points = places.geometry.to_crs(LONLAT)
    inside = (
        points.x.between(WEST, EAST) & points.y.between(SOUTH, NORTH) & ~places["place"].isin(["quarter", "abandoned"])
    )
    chosen = places[inside]
    spread = [i for i, point in enumerate(chosen.geometry) if (chosen.geometry.iloc[:i].distance(point) > 1200).all()]
    return chosen.iloc[spread]


def status_on(day, places, archive):
    """Read the status of settlements at the end of a day off both sources."""
    status = pd.Series("free", index=places.index)
    for source in ("deepstate", "deepstate-daily"):
        state = tr.at(archive[archive["source"] == source], end_of_day(day))
        for drawn in ("contested", "occupied"):
            for shape in state.geometry[state["status"] == drawn]:
                inside = shapely.intersects(shape, places.geometry.to_numpy())
                status[inside & (status != "occupied")] = drawn
    return status


def main():
    """Write a row for each settlement and change of its status; on the last day all are stated again."""
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent
    archive = tr.read_archive(sys.argv[1], since=SINCE, until=UNTIL)
    places = settlements()
    days = pd.date_range(SINCE, UNTIL)
    history = pd.DataFrame({day: status_on(day, places, archive) for day in days}, index=places.index)
    # Ground that a map lost and gained again within days would only be noise here: it stays as first drawn.
    rank = history.replace({"free": 0, "contested": 1, "occupied": 2}).astype(int).cummax(axis=1)
    ever = rank.iloc[:, -1].sort_values(ascending=False, kind="stable").index[:HOW_MANY]
    names = ["free", "contested", "occupied"]
    rows = [
        (place, day, names[rank.loc[place, day]])
        for place in ever
        for number, day in enumerate(days)
        if number in (0, len(days) - 1) or rank.loc[place, day] != rank.loc[place, days[number - 1]]
    ]
    table = pd.DataFrame(rows, columns=["place", "since", "status"])
    points = places.geometry.to_crs(LONLAT)
    table["lon"], table["lat"] = table["place"].map(points.x).round(3), table["place"].map(points.y).round(3)
    table = table.join(places[["geonameid", "name", "name_uk"]], on="place")
    table = table.sort_values(["name", "geonameid", "since"], kind="stable")[COLUMNS]
    table["since"] = table["since"].dt.strftime("%Y-%m-%d")
    table.to_csv(folder / "settlement_facts.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
