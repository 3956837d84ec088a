"""The log of settlements that changed status, against a plain loop over all places and days."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from worlds import control_of, histories, history_of, places_of, sectors_of, seed_points, shapes, square

import tracker as tr
from tracker.measures.captures import captures, statuses_at, with_sectors
from tracker.measures.shares import outlines
from tracker.tables.check import check, conform
from tracker.tables.constants import STATUSES
from tracker.tables.days import day_of
from tracker.tables.definitions import CAPTURES, CONTROL

COLUMNS = ["as_of", "geonameid", "before", "after", "days_contested"]


@st.composite
def settlements(draw):
    """Draw places, some of them on the grid that borders follow, with a polygon, a disc or no outline."""
    points = draw(st.lists(seed_points, min_size=1, max_size=12, unique=True))
    grid = draw(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), max_size=4, unique=True))
    points += [(x * 1000, y * 1000) for x, y in grid]
    methods = draw(st.lists(st.sampled_from(["polygon", "disc", "none"]), min_size=len(points), max_size=len(points)))
    return places_of(
        {f"place {n}": shapely.Point(*point) for n, point in enumerate(points)},
        area_km2=[np.nan if method == "none" else 1.0 for method in methods],
        edge_method=methods,
        footprint=[
            shapely.box(x - 500, y - 500, x + 500, y + 500) if method == "polygon" else None
            for (x, y), method in zip(points, methods, strict=True)
        ],
    )


@st.composite
def worlds(draw):
    """Draw a history in which some maps do not draw contested ground, and coverage may break."""
    control = draw(histories(most=6))
    instants = sorted(control["as_of"].unique())
    silent = draw(st.sets(st.sampled_from(instants)))
    control = control[~((control["status"] == "contested") & control["as_of"].isin(silent))]
    if draw(st.booleans()):
        control = control.assign(epoch=(control["as_of"] >= draw(st.sampled_from(instants))).astype(int))
    return conform(control, CONTROL)


def status_of(snapshot, point, outline):
    """Say what one place is on one map, plainly."""
    drawn = dict(zip(snapshot["status"].astype(str), snapshot.geometry, strict=True))
    if outline is None:
        inside = [status for status in ("contested", "occupied") if status in drawn and drawn[status].intersects(point)]
        return inside[-1] if inside else "free"
    share = {status: shape.intersection(outline).area / outline.area for status, shape in drawn.items()}
    if share["occupied"] >= 0.5 - 1e-9:
        return "occupied"
    return "contested" if share["occupied"] + share.get("contested", 0) >= 0.5 - 1e-9 else "free"


def looped(control, places, by):
    """Make the log by looking at every place on every day."""
    shapes = outlines(places) if by == "footprint" else [None] * len(places)
    keys = ["source", "epoch"] if "epoch" in control else ["source"]
    rows = []
    for _, stretch in control.groupby(keys):
        maps = [one for _, one in stretch.groupby("as_of")]
        for number, point, outline in zip(places["geonameid"], places.geometry, shapes, strict=True):
            since = None
            for before, after in itertools.pairwise(maps):
                was, now = status_of(before, point, outline), status_of(after, point, outline)
                as_of = after["as_of"].iloc[0]
                told = was != now
                if set(before["status"]) != set(after["status"]):
                    told = (was == "occupied") != (now == "occupied")
                days = (day_of(as_of) - since).days if since is not None and was == "contested" else np.nan
                if told:
                    rows.append((as_of, number, was, now, days))
                if was != now:
                    since = day_of(as_of) if told and now == "contested" else None
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"days_contested": float})
    return table.sort_values(["as_of", "geonameid"], ignore_index=True)


@given(control=worlds(), places=settlements())
def test_it_equals_the_loop_over_all_places_and_days(control, places):
    for by in ("point", "footprint"):
        log = check(captures(control, places, by=by), CAPTURES)
        assert_same(log, looped(control, places, by))


def assert_same(log, expected):
    found = pd.DataFrame(log[COLUMNS]).astype({"before": str, "after": str}).astype({"as_of": "datetime64[us, UTC]"})
    expected = expected.astype({"before": str, "after": str, "as_of": "datetime64[us, UTC]", "geonameid": "int64"})
    pd.testing.assert_frame_equal(found, expected)


@given(control=histories(), places=settlements())
def test_replayed_on_the_first_map_it_leads_to_the_last(control, places):
    maps = [one for _, one in control.groupby("as_of")]
    for by, outline in (("point", None), ("footprint", outlines(places))):
        asked = places.assign(outline=outline)
        status = dict(zip(places["geonameid"], statuses_at(maps[0], asked), strict=True))
        for row in captures(control, places, by=by).itertuples():
            assert status[row.geonameid] == STATUSES.index(row.before)
            status[row.geonameid] = STATUSES.index(row.after)
        assert list(status.values()) == statuses_at(maps[-1], asked).tolist()


@given(st.lists(shapes, max_size=3), st.lists(shapes, max_size=3), settlements())
def test_shares_are_those_of_the_new_status(occupied, contested, places):
    control = history_of({"2025-01-06": (), "2025-01-07": {"occupied": occupied, "contested": contested}})
    drawn = dict(zip(control["status"].iloc[2:].astype(str), control.geometry.iloc[2:], strict=True))
    outline = dict(zip(places["geonameid"], outlines(places), strict=True))
    for row in captures(control, places, by="footprint").itertuples():
        shape = outline[row.geonameid]
        if shape is None:
            assert np.isnan(row.share)
        else:
            assert row.share == pytest.approx(drawn[row.after].intersection(shape).area / shape.area, abs=1e-9)


# By hand

TOWN = places_of({"Town": shapely.Point(500, 500)}, area_km2=1.0, edge_method="polygon", footprint=[square(0, 0)])


def told(states, by="point", places=TOWN, **options):
    log = captures(history_of(states), places, by=by, **options)
    return [(f"{row.day:%m-%d}", row.before, row.after, row.days_contested) for row in log.itertuples()]


def test_days_contested_are_those_just_before():
    states = {
        "2025-01-01T12:00": {"contested": square(0, 0)},
        "2025-01-02T12:00": (),
        "2025-01-05T12:00": {"contested": square(0, 0)},
        "2025-01-09T12:00": {"contested": square(0, 0, 2)},
        "2025-01-16T12:00": {"occupied": square(0, 0)},
        "2025-01-17T12:00": {"contested": square(0, 0)},
        "2025-01-18T12:00": (),
    }
    assert told(states) == [
        ("01-02", "contested", "free", pytest.approx(np.nan, nan_ok=True)),
        ("01-05", "free", "contested", pytest.approx(np.nan, nan_ok=True)),
        ("01-16", "contested", "occupied", 11),
        ("01-17", "occupied", "contested", pytest.approx(np.nan, nan_ok=True)),
        ("01-18", "contested", "free", 1),
    ]


def test_half_of_the_outline_is_enough_and_contested_counts_with_occupied():
    west, less = shapely.box(0, 0, 500, 1000), shapely.box(0, 0, 499, 1000)
    middle = shapely.box(499, 0, 510, 1000)
    [row] = captures(history_of({"2025-01-01": (), "2025-01-02": west}), TOWN, by="footprint").itertuples()
    assert (row.after, row.share, row.day) == ("occupied", 0.5, pd.Timestamp("2025-01-02"))
    assert told({"2025-01-01": (), "2025-01-02": less}, by="footprint") == []
    both = {"2025-01-01": (), "2025-01-02": {"occupied": less, "contested": middle}}
    [row] = captures(history_of(both), TOWN, by="footprint").itertuples()
    assert (row.after, row.share) == ("contested", pytest.approx(0.011))


def test_a_place_without_an_outline_is_what_its_point_is():
    places = places_of({"Hamlet": shapely.Point(10, 10)})
    [row] = captures(history_of({"2025-01-01": (), "2025-01-02": square(0, 0)}), places, by="footprint").itertuples()
    assert (row.after, np.isnan(row.share)) == ("occupied", True)


def test_the_row_has_the_point_the_names_and_the_cause_of_the_fragment_at_the_place():
    control = history_of({"2025-01-01": (), "2025-01-02": [square(0, 0), square(5, 5, 3)]})
    ledger = tr.track(control)
    ledger["cause"] = np.where(ledger["area_km2"] < 2, "noise", "advance")
    [row] = captures(control, TOWN.assign(name_uk="Місто"), ledger=ledger).itertuples()
    assert (row.settlement, row.name_uk, row.cause, row.share) == ("Town", "Місто", "noise", 1.0)
    assert row.geometry == TOWN.geometry.iloc[0]


def test_of_several_fragments_the_one_of_the_same_change_tells_the_cause():
    """The town's middle is occupied by a small piece; a larger one beside it becomes contested."""
    after = {"occupied": shapely.box(400, 400, 600, 600), "contested": square(0, 0, 3)}
    control = history_of({"2025-01-01": (), "2025-01-02": after})
    ledger = tr.track(control)
    ledger["cause"] = ledger["kind"].astype(str).map({"gain": "noise", "contested": "advance"})
    assert captures(control, TOWN, by="point", ledger=ledger)["cause"].tolist() == ["noise"]
    assert captures(control, TOWN, by="footprint", ledger=ledger)["cause"].tolist() == ["advance"]


def test_sources_are_logged_apart():
    one = history_of({"2025-01-01": (), "2025-01-02": square(0, 0)})
    other = history_of({"2025-01-01": square(0, 0), "2025-01-03": ()}, source="other")
    log = captures(pd.concat([one, other], ignore_index=True), TOWN)
    rows = list(zip(log["source"], log["after"].astype(str), strict=True))
    assert rows == [("deepstate", "occupied"), ("other", "free")]


@pytest.mark.parametrize(
    ("control", "places"),
    [
        (control_of("2025-01-01", occupied=square(0, 0)), TOWN),
        (history_of({"2025-01-01": square(0, 0), "2025-01-02": square(0, 0)}), TOWN),
        (history_of({"2025-01-01": (), "2025-01-02": square(0, 0)}), TOWN.iloc[:0]),
        (control_of("2025-01-01").iloc[:0], TOWN),
        (history_of({"2025-01-01": (), "2025-01-02": square(5, 5)}), TOWN),
    ],
    ids=["one map", "nothing changed", "no places", "no maps", "elsewhere"],
)
@pytest.mark.parametrize("by", ["point", "footprint"])
def test_where_nothing_changed_there_are_no_rows(control, places, by):
    log = check(captures(control, places, by=by), CAPTURES)
    assert log.empty
    assert {"ground", "sector"} <= set(with_sectors(log, sectors_of({"west": square(-5, -5, 10)})))


def test_an_unknown_way_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="by='area' is not one of point, footprint"):
        captures(control_of("2025-01-01"), TOWN, by="area")


def test_sectors_are_those_of_the_point_by_the_name_of_the_day():
    ground = sectors_of({"east": square(0, 0, 5)})
    renamed = pd.concat([ground, ground.assign(sector="Renamed", name_en="Renamed")], ignore_index=True)
    renamed["valid_to"] = pd.to_datetime(["2025-01-02", None]).astype("datetime64[us]")
    renamed["valid_from"] = pd.to_datetime([None, "2025-01-03"]).astype("datetime64[us]")
    places = pd.concat([TOWN, places_of({"Far": shapely.Point(9000, 9000)}).assign(geonameid=2, footprint=None)])
    all_of_it = square(-20, -20, 40)
    states = {"2025-01-01T12:00": (), "2025-01-02T12:00": all_of_it, "2025-01-03T12:00": ()}
    log = with_sectors(captures(history_of(states), gpd.GeoDataFrame(places, crs=TOWN.crs)), renamed)
    assert log["sector"].tolist() == ["East", "elsewhere", "Renamed", "elsewhere"]
    assert log["ground"].tolist() == ["east", "elsewhere"] * 2


# The real days


@pytest.mark.shared
def test_january_2025_near_pokrovsk_and_velyka_novosilka(january):
    places = tr.gazetteer()
    log = captures(january, places[places["name"].isin(["Velyka Novosilka", "Pishchane", "Kotlyne"])])
    rows = [(row.settlement, f"{row.day:%m-%d}", row.before, row.after) for row in log.itertuples()]
    assert ("Velyka Novosilka", "01-23", "free", "occupied") in rows
    assert ("Kotlyne", "01-30", "contested", "occupied") in rows
    pishchane = log[(log["settlement"] == "Pishchane") & (log["after"] == "occupied")]
    assert pishchane["days_contested"].tolist() == [8]


@pytest.mark.shared
def test_the_real_days_equal_the_loop(january):
    days = january[day_of(january["as_of"]) <= "2025-01-12"]
    places = tr.gazetteer().iloc[:600]
    log = captures(days, places)
    assert len(log)
    assert_same(log, looped(days, places, "point"))
