"""Advances in depth: depth, days in grey and shares, against plain loops."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from worlds import grounds, histories, history_of, places_of, sectors_of, square

import tracker as tr
from tracker.cli import cli
from tracker.measures.depth import ACTIVE_M, contested_days, in_depth, occupied_share, start_days, weighted_median
from tracker.measures.frontline import frontline
from tracker.tables.check import check, conform
from tracker.tables.days import day_of
from tracker.tables.definitions import CONTROL, SUMMARY

HOME = square(0, 0, 10)
TOWNS = places_of({"west": shapely.Point(-3000, 3000), "south": shapely.Point(5000, -3000)})
HALVES = sectors_of({"upper": square(-50, 5, 100), "lower": square(-50, -95, 100)})
ADDED = ["gain_share", "from_contested_share", "contested_days_median", "front_km", "active_front_km", "depth_km"]


def days_of(*states, first="2025-01-01"):
    """Make a history of one state a day, published at 20:00 in Kyiv."""
    instants = pd.date_range(f"{first}T18:00", periods=len(states))
    return history_of(dict(zip(instants, states, strict=True)))


def deep_of(control, *, by="none", every="all", sectors=HALVES, places=TOWNS, **options):
    """Sum a history and tell it in depth."""
    ledger = tr.split(tr.track(control), sectors)
    summary = tr.summarise(ledger, every=every, by=by, control=control, **options)
    lines = frontline(control, places, sectors=None if by == "none" else sectors, days=start_days(summary))
    return in_depth(summary, ledger, control, lines=lines)


# ---- depth


def test_depth_is_the_gain_by_the_active_front():
    """A strip of 2 × 4 km on a front of 10 km: active are its 4 km, and one more at each end."""
    (row,) = deep_of(days_of(HOME, [HOME, shapely.box(-2000, 2000, 0, 6000)])).itertuples()
    assert row.gain_km2 == pytest.approx(8)
    active_km = 4 + 2 * ACTIVE_M / 1000
    assert row.active_front_km == pytest.approx(active_km, rel=1e-3)
    assert row.depth_km == pytest.approx(8 / active_km, rel=1e-3)
    assert row.front_km > 19, "the west side and the south side, in sight of a town each"


def test_ground_gained_step_by_step_is_measured_from_the_line_at_the_start():
    strips = [shapely.box(-500 * number, 3000, 0, 6000) for number in (1, 2, 3)]
    (row,) = deep_of(days_of(HOME, *[[HOME, strip] for strip in strips])).itertuples()
    assert row.active_front_km == pytest.approx(5, rel=1e-3)
    assert row.depth_km == pytest.approx(4.5 / 5, rel=1e-3)


def test_a_place_has_its_own_front_and_gains():
    """The gain lies above and below the border of two grounds; the line along it is shared."""
    control = days_of(HOME, [HOME, shapely.box(-1000, 3000, 0, 6000)])
    whole, parts = deep_of(control).iloc[0], deep_of(control, by="sector").set_index("sector")
    assert parts["front_km"].sum() == pytest.approx(whole["front_km"], abs=1e-9)
    assert parts["active_front_km"].to_dict() == pytest.approx({"Lower": 3.0, "Upper": 2.0}, rel=1e-3)
    assert parts["depth_km"].to_dict() == pytest.approx({"Lower": 2 / 3, "Upper": 1 / 2}, rel=1e-3)
    assert parts["gain_share"].to_dict() == pytest.approx({"Lower": 2 / 3, "Upper": 1 / 3})


def test_ground_gained_far_from_any_line_has_no_depth():
    (row,) = deep_of(days_of(HOME, [HOME, square(-20, 0)])).itertuples()
    assert (row.gain_km2, row.active_front_km) == (pytest.approx(1), 0.0)
    assert np.isnan(row.depth_km)


def test_a_front_that_opens_elsewhere_does_not_deepen_the_one_there_was():
    near, onwards, over_the_border = square(-1, 3), square(-2.5, 3), square(-30, 3, 5)
    (row,) = deep_of(days_of(HOME, [HOME, near, onwards, over_the_border])).itertuples()
    assert row.gain_km2 == pytest.approx(27)
    assert row.depth_km == pytest.approx(2 / 3, rel=1e-3)


def test_a_line_drawn_anew_is_no_active_front():
    control = days_of(HOME, [HOME, shapely.box(-1000, 3000, 0, 6000)])
    ledger = tr.split(tr.track(control), HALVES).assign(cause="redraw")
    summary = tr.summarise(ledger, control=control)
    lines = frontline(control, TOWNS, days=start_days(summary))
    (row,) = in_depth(summary, ledger, control, lines=lines).itertuples()
    assert (row.gain_km2, row.active_front_km) == (pytest.approx(3), 0.0)


def test_only_the_causes_asked_for_count():
    control = days_of(HOME, [HOME, square(-1, 3)], [HOME, square(-1, 3), square(-1, 4)])
    ledger = tr.track(control)
    ledger["cause"] = np.where(ledger["end"] == ledger["end"].min(), "advance", "catch_up")
    summary = tr.summarise(ledger, control=control, causes=["advance"])
    lines = frontline(control, TOWNS, days=start_days(summary))
    (row,) = in_depth(summary, ledger, control, lines=lines, causes=["advance"]).itertuples()
    assert (row.gain_km2, row.depth_km) == (pytest.approx(1), pytest.approx(1 / 3, rel=1e-3))


@given(histories(), grounds(), st.sampled_from(["day", "all"]))
def test_shares_of_all_places_make_one_and_sums_stay_as_they_are(control, sectors, every):
    ledger = tr.split(tr.track(control), sectors)
    summary = tr.summarise(ledger, every=every, by="sector", control=control)
    lines = frontline(control, TOWNS, sectors=sectors, days=start_days(summary))
    table = in_depth(summary, ledger, control, lines=lines)
    pd.testing.assert_frame_equal(check(table, SUMMARY)[summary.columns], summary)
    gained = table[table["gain_share"].notna()].groupby("since")
    assert gained["gain_share"].sum().to_numpy() == pytest.approx(1.0)
    drawn = table["depth_km"].notna()
    assert (table["active_front_km"] <= table["front_km"] + 1e-9).all()
    assert (
        table.loc[drawn, "depth_km"] * table.loc[drawn, "active_front_km"] <= table.loc[drawn, "gain_km2"] + 1e-6
    ).all()
    assert table["from_contested_share"].dropna().between(-1e-9, 1 + 1e-9).all()


QUIET = {
    "nothing gained": days_of(HOME, HOME),
    "only lost": days_of([HOME, square(-1, 3)], HOME),
    "only contested": days_of(HOME, {"occupied": HOME, "contested": square(-1, 3)}),
    "nothing occupied": days_of([], []),
    "one snapshot": days_of(HOME),
}


@pytest.mark.parametrize("case", QUIET)
def test_where_nothing_was_gained_there_is_nothing_to_tell(case):
    (row,) = deep_of(QUIET[case]).itertuples()
    told = ["gain_share", "from_contested_share", "contested_days_median", "depth_km", "percentile", "most_since"]
    assert [name for name in told if not pd.isna(getattr(row, name))] == []
    assert (row.active_front_km, row.most_on_record) == (0.0, False)
    by_sector = deep_of(QUIET[case], by="sector")
    assert [*ADDED, "percentile", "most_since", "most_on_record", "history_since"] == list(by_sector.columns)[-10:]


def test_a_source_that_draws_no_contested_ground_says_nothing_of_it():
    states = [{"occupied": HOME, "contested": None}, {"occupied": [HOME, square(-1, 3)], "contested": None}]
    (row,) = deep_of(days_of(*states)).itertuples()
    assert row.gain_share == 1
    assert np.isnan([row.from_contested_share, row.contested_days_median]).all()


def test_a_summary_of_two_sources_is_refused():
    control = pd.concat(
        [days_of(HOME, HOME), history_of({"2025-01-01T18:00": HOME, "2025-01-02T18:00": []}, source="x")]
    )
    ledger = tr.track(conform(control, CONTROL))
    with pytest.raises(ValueError, match="summary must be of one source, it holds deepstate, x"):
        in_depth(tr.summarise(ledger, control=control), ledger, control, lines=frontline(control, TOWNS))


def test_the_share_of_an_oblast_is_that_at_the_end_of_the_period():
    """Elsewhere has none, nor has anything on maps that leave out what has been occupied since 2014."""
    oblasts = HALVES.rename(columns={"ground": "oblast"})[["oblast", "geometry"]]
    oblasts = oblasts[oblasts["oblast"] == "upper"]
    for west_m, share in ((-1e6, 0.55), (-1e5, np.nan)):
        control = days_of(*[shapely.box(west_m, -1e6, 1e6, north_m) for north_m in (50_000, 60_000)])
        ledger = tr.split(tr.track(control), oblasts)
        summary = tr.summarise(ledger, by="oblast", control=control)
        found = occupied_share(summary, control, oblasts)
        assert dict(zip(summary["oblast"], found, strict=True)) == pytest.approx(
            {"upper": share, "elsewhere": np.nan}, nan_ok=True
        )


# ---- days in grey before red

CELLS = [square(x, y) for x in range(3) for y in range(2)]
rasters = st.lists(
    st.lists(st.sampled_from(["free", "contested", "occupied"]), min_size=len(CELLS), max_size=len(CELLS)),
    min_size=2,
    max_size=6,
)


def plain_grey(raster):
    """Count for each cell that turns from contested to occupied the days since it last became contested, if ever."""
    found = []
    for day in range(1, len(raster)):
        for cell in range(len(CELLS)):
            if (raster[day - 1][cell], raster[day][cell]) == ("contested", "occupied"):
                first = day - 1
                while first > 0 and raster[first - 1][cell] == "contested":
                    first -= 1
                found.append((day, np.nan if first == 0 else float(day - first)))
    return found


@given(rasters)
def test_days_in_grey_against_a_plain_loop(raster):
    states = [
        {status: [CELLS[n] for n, is_of in enumerate(day) if is_of == status] for status in ("contested", "occupied")}
        for day in raster
    ]
    ledger = tr.track(days_of(*states))
    parts = contested_days(ledger[ledger["kind"] == "gain"], ledger)
    day = (day_of(ledger["end"]).reindex(parts["row"]) - pd.Timestamp("2025-01-01")).dt.days if len(ledger) else []
    keys = pd.DataFrame({"day": list(day), "days": parts["days"].to_numpy(), "km2": parts["area_km2"].to_numpy()})
    sums = keys[keys["km2"] > 1e-9].groupby(["day", "days"], dropna=False)["km2"].sum()
    expected = pd.DataFrame(plain_grey(raster), columns=["day", "days"]).groupby(["day", "days"], dropna=False).size()
    assert sums.round(6).to_dict().__repr__() == expected.astype(float).to_dict().__repr__()


@given(st.lists(st.tuples(st.one_of(st.integers(0, 9), st.none()), st.integers(1, 5)), max_size=8))
def test_weighted_medians_against_a_plain_list(pairs):
    """Every value as often as it weighs, missing ones at the end; the lower middle."""
    values = pd.Series([value for value, _ in pairs], dtype=float)
    weights = pd.Series([weight for _, weight in pairs], dtype=float)
    spread = sorted(np.inf if value is None else value for value, weight in pairs for _ in range(weight))
    middle = spread[(len(spread) - 1) // 2] if spread else np.inf
    assert weighted_median(values, weights) == (middle if middle < np.inf else pytest.approx(np.nan, nan_ok=True))


def test_the_median_goes_by_area_and_old_grey_counts_as_longer_than_all():
    long, short, ever = square(-1, 1), shapely.box(-1000, 3000, 0, 3500), shapely.box(-1000, 6000, 0, 6400)
    control = days_of(
        {"occupied": HOME, "contested": ever},
        {"occupied": HOME, "contested": [ever, long]},
        {"occupied": HOME, "contested": [ever, long]},
        {"occupied": HOME, "contested": [ever, long, short]},
        {"occupied": [HOME, long, short, ever, square(-1, 8)]},
    )
    (row,) = deep_of(control).itertuples()
    assert row.contested_days_median == 3.0
    assert row.from_contested_share == pytest.approx(1.9 / 2.9)
    (last_day,) = deep_of(control, since="2025-01-05").itertuples()
    assert last_day.contested_days_median == 3.0, "the days before the period are known"


# ---- the command


def rows_of(*arguments):
    result = CliRunner().invoke(cli, ["advances", *arguments, "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout), result.stderr


@pytest.mark.parametrize("by", ["none", "sector", "ground"])
def test_the_command_adds_columns_and_changes_none(by, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = ["--since", "2024-12-20", "--every", "week", "--by", by]
    (plain, _), (deep, said) = rows_of(*asked), rows_of(*asked, "--in-depth")
    assert [{name: row[name] for name in plain[0]} for row in deep] == plain
    assert set(ADDED) <= set(deep[0])
    assert "depth_km: area gained by active_front_km" in said
    assert "contested_days_median" in said


# ---- real days


@pytest.mark.shared
def test_january_2025_in_depth(january):
    """From contested ground came six sevenths; the deepest advance is that west and south of Kurakhove."""
    ledger = tr.label_causes(tr.track(january), january)
    ledger = tr.split(ledger, tr.sectors())
    summary = tr.summarise(ledger, by="ground", control=january)
    lines = frontline(january, tr.gazetteer(), sectors=tr.sectors(), days=start_days(summary))
    table = in_depth(summary, ledger, january, lines=lines).set_index("ground")
    assert table["gain_share"].sum() == pytest.approx(1)
    contested_km2 = (table["from_contested_share"] * table["gain_km2"]).sum()
    assert contested_km2 / table["gain_km2"].sum() == pytest.approx(0.86, abs=0.01)
    assert table.loc["pokrovsk", "depth_km"] == pytest.approx(1.26, abs=0.02)
    assert table.loc["kupiansk", "active_front_km"] == pytest.approx(62.3, abs=0.5)
    assert table["percentile"].isna().all(), "a history of one month holds one window of a month"
