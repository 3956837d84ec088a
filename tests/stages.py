"""Worlds with every table that a page shows: the map, two maps compared, and the dossier of a town."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from stories import rendered
from worlds import history_of, places_of, sectors_of, square

import tracker as tr
from tracker.measures.approach import measured
from tracker.measures.distances import with_settlements
from tracker.measures.events import events
from tracker.measures.octants import octants
from tracker.tables.constants import WORK_CRS

ON = "2025-01-06"
SINCE, UNTIL = "2025-01-01", "2025-02-15"
DAYS = [f"{day:%Y-%m-%d}" for day in pd.date_range(SINCE, UNTIL, freq="3D")]


def front(x):
    """Occupied ground from x (in km) to the east."""
    return shapely.box(x * 1000, 0, 60_000, 30_000)


def states():
    """The front moves west: 30 km in the month, 10 in the week, 5 in the last day; one square is lost in the week."""
    return {
        "2024-12-01T20:00Z": [front(40), square(0, 60, 4)],
        "2024-12-06T20:00Z": [front(40), square(0, 60, 4)],
        "2024-12-20T20:00Z": [front(20), square(0, 60, 4)],
        "2024-12-29T20:00Z": [front(20), square(0, 60, 4)],
        "2025-01-02T20:00Z": [front(15)],
        "2025-01-06T20:00Z": {"occupied": [front(10)], "contested": [square(8, 0, 2)]},
    }


def world(name="Nearby", ground="north", **changes):
    """Tables for a map, with a town and a sector whose names may be hostile."""
    return tables_of(name, ground) | changes


@cache
def tables_of(name, ground):
    """Make the tables of a world once."""
    control = history_of(states())
    places = places_of(
        {
            name: shapely.Point(4_000, 10_000),
            "Village": shapely.Point(11_000, 12_000),
            "Hidden": shapely.Point(0, 0),
            "Inner": shapely.Point(40_000, 20_000),
        },
        place=["city", "village", "quarter", "city"],
        population=[500_000, 300, 1, 400_000],
        name_uk=["Місто" if name == "Nearby" else name, "Село", "Квартал", "Середнє"],
        area_km2=[4.0, 1.0, 1.0, 1.0],
        edge_method="disc",
    )
    shapes = {ground: shapely.box(-2e5, 2e4, 2e5, 2e5), "south": shapely.box(-2e5, -2e5, 2e5, 2e4)}
    sectors = sectors_of(shapes, sector=[ground, "south"], name_en=[ground, "South"], name_uk=[ground, "Південь"])
    ledger = tr.split(tr.track(control), sectors)
    near = [tr.distances(control, places.iloc[:1], to=to) for to in ("occupied", "contested")]
    return {
        "control": control,
        "ledger": ledger,
        "sectors": sectors,
        "places": places,
        "distances": pd.concat(near),
        "bulletin": tr.bulletin(ledger, control, places),
        "captures": tr.captures(control, places, ledger=ledger),
    }


def pair_page(mine, theirs, **changes):
    """Draw two maps of one day on one page, with two sectors and a town."""
    sectors = sectors_of(
        {"west": shapely.box(-9000, -9000, 0, 20_000), "east": shapely.box(0, -9000, 20_000, 20_000)},
        name_uk=["Захід", "Схід"],
    )
    places = places_of({"Town": shapely.Point(4000, 5000)}, name_uk=["Місто"])
    tables = {"control": mine, "other": theirs, "sectors": sectors, "places": places, "titles": ("One", "Two")}
    return rendered("agreement", **tables | changes)


def stage(fronts, **options):
    """Make all tables of a town: those of `measured_town`, its events, and the changes on the maps."""
    tables = measured_town(fronts, **options)
    control, series = tables["control"], tables["distances"]
    return tables | {
        "events": events(series, series[series["to"] == "occupied"]),
        "ledger": tr.label_causes(tr.track(control), control),
    }


def measured_town(fronts, *, contested=None, method="polygon", name="Town", since=SINCE, until=UNTIL):
    """
    Measure a town at (0, 0), 4 km wide, to whose east the front stands: day → km east of its centre.

    `contested` is the same for contested ground, a strip of 1 km before the front; None for a source without.
    """
    states = {}
    for day, front in fronts.items():
        state = {"occupied": [] if front is None else [square(front, -40, 80)]}
        state["contested"] = (
            None if contested is None else [square(contested[day], -0.5, 1)] if contested.get(day) else []
        )
        states[f"{day}T20:00Z"] = state
    control = history_of(states)
    known = {"area_km2": np.nan if method == "none" else 16.0, "edge_method": method}
    points = {name: shapely.Point(0, 0), "Eastern": shapely.Point(9000, 0), "South <b>": shapely.Point(6000, -9000)}
    places = places_of(points, **known, name_uk=["Місто" if name == "Town" else name, "Східне", ""])
    limits = square(-2, -2, 4) if method == "polygon" else None
    places["footprint"] = gpd.GeoSeries([limits, None, None], crs=WORK_CRS)
    town, days = places.iloc[:1], pd.date_range(since, until)
    grounds = [to for to in ("occupied", "contested") if (control["status"] == to).any()]
    series = pd.concat([measured(control, town, places, days=days, to=to) for to in grounds], ignore_index=True)
    around = pd.concat([octants(control, town, to=to, days=[until]) for to in grounds], ignore_index=True)
    return {
        "town": town,
        "distances": series,
        "octants": with_settlements(around, places),
        "control": control,
        "places": places,
    }


def moving(first, last):
    """Let the front move evenly, a map every third day."""
    return dict(zip(DAYS, np.linspace(first, last, len(DAYS)).round(3), strict=True))
