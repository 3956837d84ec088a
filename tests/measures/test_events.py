"""Events of a town: the first day of each, what held before, and every empty case."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from worlds import history_of, places_of, square

from tracker.measures.distances import distances
from tracker.measures.events import EVENT_KINDS, NEAR_KM, events
from tracker.tables.check import conform, empty
from tracker.tables.definitions import DISTANCES

NAN = float("nan")


def series(edge=(), centre=None, contested=None, start="2025-01-01", held=()):
    """Make the distances of one town, a map a day; `contested` in km from the edge, None where it is not drawn."""
    edge = [NAN if km is None else km for km in edge]
    centre = [km + 3 for km in edge] if centre is None else centre
    days = pd.date_range(start, periods=len(edge)).as_unit("us")
    instants = days.tz_localize("UTC") + pd.Timedelta(hours=12)
    instants = pd.Series([instants[number - 1] if number in held else instants[number] for number in range(len(days))])
    common = {"source": "s", "day": days, "as_of": instants, "geonameid": 1, "town": "Town", "status": "free"}
    unknown = dict.fromkeys("edge_bearing_deg bearing_deg nearest_lon nearest_lat".split(), NAN)
    common |= unknown | {"edge_method": "polygon", "edge_direction": None, "direction": None}
    tables = [pd.DataFrame(common | {"to": "occupied", "edge_km": edge, "centre_km": centre})]
    if contested is not None:
        tables.append(pd.DataFrame(common | {"to": "contested", "edge_km": contested, "centre_km": contested}))
    return conform(pd.concat(tables), DISTANCES)


def shares_of(table, contested, occupied):
    days = table[table["to"] == "occupied"][["source", "day", "as_of", "geonameid"]]
    free = [1 - (c if c == c else 0) - o for c, o in zip(contested, occupied, strict=True)]
    return days.assign(share_free=free, share_contested=contested, share_occupied=occupied)


def told(table):
    """Write events as kind → day of the month; "before" for those that held already."""
    return {row.event: "before" if row.known_before else row.day.day for row in table.itertuples()}


@pytest.mark.parametrize(
    ("edge", "expected"),
    [
        pytest.param([20, 11, 10, 6, 5, 4, 3, 1, 0], [3, 5, 7, 9], id="comes"),
        pytest.param([20, 2], [2, 2, 2], id="leaps"),
        pytest.param([9, 8, 12, 4], ["before", 4], id="goes and comes"),
        pytest.param([12, 9, 12, 9], [2], id="comes twice, the first counts"),
        pytest.param([0, 5, 20], ["before"] * 4, id="recedes"),
        pytest.param([200, 190], [], id="never near"),
        pytest.param([20], [], id="one map, far"),
        pytest.param([4], ["before", "before"], id="one map, near"),
        pytest.param([NAN, NAN], [], id="no occupied ground"),
        pytest.param([NAN, 4], [2, 2], id="none at first"),
    ],
)
def test_the_first_day_of_each(edge, expected):
    table = events(series(edge))
    assert told(table) == dict(zip(EVENT_KINDS, expected, strict=False))
    assert set(table["measured_from"]) <= {"edge"}
    assert list(table["day"]) == sorted(table["day"])


def test_no_towns_no_events():
    table = events(empty(DISTANCES))
    assert table.empty
    assert table["known_before"].dtype == bool


def test_without_an_edge_the_centre_counts_and_no_edge_is_reached():
    table = events(series([None, None, None], centre=[12.0, 4.0, 0.0]))
    assert told(table) == {"within_10_km": 2, "within_5_km": 2, "within_3_km": 3}
    assert set(table["measured_from"]) == {"centre"}


@pytest.mark.parametrize(
    ("contested", "share", "expected"),
    [
        pytest.param(None, None, None, id="not drawn"),
        pytest.param([NAN, NAN, NAN], None, None, id="none drawn"),
        pytest.param([5, 0, 0], None, 2, id="reaches the edge"),
        pytest.param([5, 0, 0], [0, 0, 0.1], 3, id="touches first, the share decides"),
        pytest.param([5, 0, 0], [NAN, NAN, NAN], 2, id="share not known"),
        pytest.param([0, 5, 0], None, "before", id="before"),
    ],
)
def test_first_contested(contested, share, expected):
    table = series([20, 20, 20], contested=contested)
    shares = None if share is None else shares_of(table, share, [0, 0, 0])
    assert told(events(table, shares)).get("contested") == expected


@pytest.mark.parametrize(
    ("occupied", "expected"),
    [([0, 0.4, 0.5, 1], 3), ([0, 0.1, 0.2, 0.49], None), ([0.9, 0.9, 0, 0.9], "before"), ([0, 0.6, 0.2, 0.6], 2)],
)
def test_half_occupied(occupied, expected):
    table = series([20, 0, 0, 0])
    assert told(events(table, shares_of(table, [0] * 4, occupied))).get("half_occupied") == expected
    assert "half_occupied" not in told(events(table))


def test_an_event_has_the_day_of_its_map_not_of_a_later_question():
    """The 3rd has no map: it shows the one of the 2nd. A series that begins on a held day knows it all from before."""
    table = series([12, 9, 9, 9], held=(2,))
    assert told(events(table)) == {"within_10_km": 2}
    assert told(events(table[table["day"] >= "2025-01-03"])) == {"within_10_km": "before"}


def test_towns_and_sources_do_not_mix():
    table = series([20, 4])
    other = table.assign(geonameid=2, town="Other", edge_km=[2.0, 20.0])
    third = table.assign(source="t", edge_km=[20.0, 9.0])
    found = events(pd.concat([third, table, other], ignore_index=True))
    by_town = {key: told(rows) for key, rows in found.groupby(["source", "geonameid"])}
    assert by_town == {
        ("s", 1): {"within_10_km": 2, "within_5_km": 2},
        ("s", 2): {"within_10_km": "before", "within_5_km": "before", "within_3_km": "before"},
        ("t", 1): {"within_10_km": 2},
    }


@given(st.lists(st.floats(0, 30), min_size=1, max_size=12))
def test_events_are_what_a_plain_loop_finds(edge):
    found = told(events(series(edge)))
    for kind, holds in {f"within_{near}_km": near for near in NEAR_KM}.items():
        first = next((number for number, km in enumerate(edge, 1) if km <= holds), None)
        assert found.get(kind) == ("before" if first == 1 else first)
    assert list(found) == [kind for day in ["before", *range(1, 13)] for kind in EVENT_KINDS if found.get(kind) == day]


def test_events_of_drawn_maps():
    """Occupied ground comes from the east towards a disc of 1 km; contested ground lies before it."""
    maps = {
        f"2025-01-0{day}T20:00Z": {"occupied": [square(x, -5, 40)], "contested": [square(x - 2, -1, 2)]}
        for day, x in enumerate([20, 10.5, 5.5, 2.9, 0.9], 1)
    }
    town = places_of({"Town": shapely.Point(0, 0)}, area_km2=3.14159265, edge_method="disc")
    control = history_of(maps)
    table = pd.concat([distances(control, town, to=to) for to in ("occupied", "contested")])
    expected = {"within_10_km": 2, "within_5_km": 3, "within_3_km": 4, "edge_reached": 5, "contested": 4}
    assert told(events(table)) == expected
