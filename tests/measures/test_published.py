"""What papers wrote of distances (`published_figures.csv`), against the maps that they named.

Days are ours: the state at the end of the day. The mirror's file of a date is the state of the day before, so a figure
that a paper took from the map on the morning of a day is that of the day before.
"""

from __future__ import annotations

import pandas as pd
import pytest

import tracker as tr
from tracker.archive import reference
from tracker.measures.captures import captures
from tracker.measures.distances import distances, with_settlements
from tracker.measures.octants import octants
from tracker.places.layers import layer_places
from tracker.sources.gdal import read_layers
from tracker.tables.days import day_of

pytestmark = pytest.mark.shared

EAST_OF_THE_DNIPRO = (36.3, 44.0, 38.5, 53.0)


@pytest.fixture(scope="module")
def oblast(shared):
    """The ground of Dnipropetrovsk oblast between two meridians: its border there is what the front comes near to."""
    features = read_layers(shared / "data" / "admin" / "adm1_oblasts_official_minregion_2020.geojson")
    places = layer_places(features, "name_en", bbox=EAST_OF_THE_DNIPRO)
    return places[places["name"] == "Dnipropetrovsk"].reset_index(drop=True)


@pytest.fixture(scope="module")
def archive(shared, tmp_path_factory):
    """An archive with every settlement of Ukraine, and the limits of those that have any."""
    folder = tmp_path_factory.mktemp("archive")
    reference.use("gazetteer", shared / "data" / "gazetteer" / "geonames_UA.txt", folder)
    reference.use("footprints", shared / "data" / "gazetteer" / "osm_settlement_polygons.geojson", folder)
    return folder


@pytest.fixture(scope="module")
def pokrovsk(archive):
    """Pokrovsk with its limits."""
    return tr.towns(["Pokrovsk"], archive=archive)


def on(control, places, day, **options):
    [row] = distances(control, places, days=[day], **options).itertuples()
    return row


def test_the_border_of_dnipropetrovsk_oblast(whole_mirror, oblast):
    """UNN, Strana: under 7 to 7.5 km in January 2025; LIGA: about 2 km by 14 June."""
    km = {day: on(whole_mirror, oblast, day).edge_km for day in ("2025-01-01", "2025-01-14", "2025-06-13")}
    assert {day: round(value, 1) for day, value in km.items()} == {
        "2025-01-01": 7.3,
        "2025-01-14": 6.5,
        "2025-06-13": 2.0,
    }


def test_the_mirror_and_the_exports_agree_on_the_border(whole_mirror, raw_control, oblast):
    for day in ("2025-01-01", "2025-01-14", "2025-01-15"):
        theirs = on(raw_control, oblast, day).edge_km
        assert on(whole_mirror, oblast, day).edge_km == pytest.approx(theirs, abs=0.01)


def test_the_grey_zone_reaches_the_border_in_june_2025(raw_control, oblast):
    """LIGA: less than 0.1 km on 14 June. The exports hold 1 June and 1 July: in between it got there."""
    before, after = (on(raw_control, oblast, day, to="contested").edge_km for day in ("2025-06-01", "2025-07-01"))
    assert (round(before, 1), after) == (1.5, 0.0)


def test_pokrovsk_on_2024_12_12(whole_mirror, pokrovsk):
    """Newsweek: about 2 miles (3.2 km)."""
    row = on(whole_mirror, pokrovsk, "2024-12-12")
    assert (row.direction, row.edge_direction) == ("S", "S")
    assert row.edge_km == pytest.approx(3.2, abs=0.1)


def test_pokrovsk_on_2025_01_06(raw_control, pokrovsk):
    """Kyiv Independent: less than 3 km, in the south; its fronts are those of Shevchenko and of Dachenske."""
    row = on(raw_control, pokrovsk, "2025-01-06")
    assert row.edge_km == pytest.approx(2.5, abs=0.1)
    assert (row.direction, row.edge_direction) == ("S", "SW")


def test_around_pokrovsk_on_2025_01_06(raw_control, pokrovsk, archive):
    """Shevchenko in the south-west, Dachenske in the south-east, Mykolaivka in the east; nothing else in 30 km."""
    control = tr.last_of_day(raw_control[day_of(raw_control["as_of"]) == pd.Timestamp("2025-01-06")])
    table = with_settlements(octants(control, pokrovsk), tr.gazetteer(archive=archive)).set_index("octant")
    assert table["from_settlement"].to_dict() == {
        "E": "Mykolaivka",
        "SE": "Dachenske",
        "S": "Novyi Trud",
        "SW": "Shevchenko",
    }


def test_the_settlements_that_papers_named_in_the_winter(raw_control, archive):
    """UAWire, 3 January: Novyi Trud and Vovkove taken, 5 to 6 km south; Solone by 10 to 15 January (UNN)."""
    days = day_of(raw_control["as_of"])
    control = tr.last_of_day(raw_control[days.between("2024-12-15", "2025-01-15")])
    names = ["Novyi Trud", "Vovkove", "Solone", "Shevchenko"]
    settlements = tr.gazetteer(archive=archive)
    around = settlements.distance(settlements.geometry[settlements["geonameid"] == 704422].iloc[0]) < 15_000
    settlements = settlements[around & settlements["name"].isin(names) & (settlements["geonameid"] != 707625)]
    log = captures(control, settlements)
    taken = log[log["after"] == "occupied"].set_index("settlement")["day"].dt.strftime("%Y-%m-%d")
    assert taken["Solone"] == "2025-01-01"
    assert taken["Vovkove"] <= "2025-01-03"
