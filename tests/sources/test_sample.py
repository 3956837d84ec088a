"""The bundled, illustrative sample: what it promises, and that the laws hold on it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tracker as tr
from tracker.changes.diff import apply, invert
from tracker.places.bundled import data_folder
from tracker.tables.check import check
from tracker.tables.constants import THEATRE
from tracker.tables.days import day_of
from tracker.tables.definitions import CONTROL, LEDGER

FILE = data_folder() / "sample" / "settlement_facts.csv"


@pytest.fixture(scope="module")
def facts():
    return pd.read_csv(FILE)


@pytest.fixture(scope="module")
def control():
    return tr.load("settlement-facts", FILE)


@pytest.fixture(scope="module")
def ledger(control):
    return tr.track(tr.last_of_day(control))


def occupied_km2(control):
    return control[control["status"] == "occupied"].set_index("as_of").area / 1e6


def test_its_facts_have_their_columns(facts):
    assert {"geonameid", "name", "name_uk", "lon", "lat", "since", "status"} <= set(facts.columns)
    assert facts.notna().all(axis=None)
    assert set(facts["status"]) == {"free", "contested", "occupied"}
    assert facts["lon"].between(THEATRE[0], THEATRE[2]).all()
    assert facts["lat"].between(THEATRE[1], THEATRE[3]).all()


def test_it_holds_80_settlements_once_each(facts):
    assert facts["geonameid"].nunique() == 80
    assert (facts.groupby("geonameid")[["name", "name_uk", "lon", "lat"]].nunique() == 1).all(axis=None)
    assert not facts.duplicated(["geonameid", "since"]).any()


def test_every_settlement_has_a_status_from_the_first_day(facts):
    assert (facts.groupby("geonameid")["since"].min() == "2024-12-01").all()


def test_its_coordinates_are_those_of_single_settlements_to_three_decimals(facts):
    for name in ("lon", "lat"):
        assert np.allclose(facts[name], facts[name].round(3), atol=1e-12)


def test_its_settlements_are_in_the_gazetteer(facts):
    known = tr.gazetteer().set_index("geonameid")
    named = facts.drop_duplicates("geonameid").set_index("geonameid")
    both = named.index.intersection(known.index)
    assert len(both) >= 70
    assert (named.loc[both, "name"] == known.loc[both, "name"]).all()


def test_it_spans_its_days_without_a_gap(control):
    check(control, CONTROL)
    days = day_of(pd.Series(control["as_of"].unique()))
    assert list(days) == list(pd.date_range("2024-12-01", "2025-01-07"))


def test_it_can_be_had_by_name_and_is_marked(control):
    sample = tr.sample()
    assert set(sample["note"]) == {"illustrative sample"}
    assert list(sample.geometry.to_wkb()) == list(control.geometry.to_wkb())


def test_its_ledger_keeps_what_there_is(control, ledger):
    check(ledger, LEDGER)
    occupied = occupied_km2(control)
    net = ledger["area_km2"][ledger["kind"] == "gain"].sum() - ledger["area_km2"][ledger["kind"] == "loss"].sum()
    assert net == pytest.approx(occupied.iloc[-1] - occupied.iloc[0], abs=1e-6)
    assert net > 0


def test_its_ledger_replays(control, ledger):
    first, last = control["as_of"].min(), control["as_of"].max()
    replayed = apply(control[control["as_of"] == first], ledger).set_index("status").geometry
    expected = control[control["as_of"] == last].set_index("status").geometry
    for status in ("contested", "occupied"):
        assert replayed[status].symmetric_difference(expected[status]).area < 1.0


def test_its_ledger_turns_around(control):
    first, last = (control[control["as_of"] == at] for at in (control["as_of"].min(), control["as_of"].max()))
    there, back = tr.compare(first, last), invert(tr.compare(last, first))
    sums = [one.groupby("kind", observed=False)["area_km2"].sum() for one in (there, back)]
    assert sums[0].to_numpy() == pytest.approx(sums[1].to_numpy(), abs=1e-9)
    assert tr.compare(first, first).empty


def test_its_sectors_lose_and_double_nothing(ledger):
    pieces = tr.split(ledger, tr.sectors())
    for kind, area in ledger.groupby("kind", observed=True)["area_km2"].sum().items():
        assert pieces["area_km2"][pieces["kind"] == kind].sum() == pytest.approx(area, abs=1e-6)
    assert {"kurakhove", "pokrovsk"} <= set(pieces["ground"])


def test_a_settlement_has_the_status_of_its_fact(facts, control):
    day = "2024-12-20"
    known = facts[facts["since"] <= day].sort_values("since").drop_duplicates("geonameid", keep="last")
    places = tr.gazetteer()
    places = places[places["geonameid"].isin(known["geonameid"])]
    found = tr.distances(control, places, days=[day]).set_index("geonameid")["status"].astype(str)
    expected = known.set_index("geonameid")["status"].loc[found.index]
    assert (found == expected).mean() > 0.95, "GeoNames' points of some lie by another one's"
