"""Why a drawing changed: every rule of the table, its order, what headlines count, and real days."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from worlds import control_of, histories, history_of, sectors_of, square

import tracker as tr
from tracker.changes.causes import CAUSES, COUNTED, RULES, counted, label_causes
from tracker.measures.sums import by_cause
from tracker.tables.check import check
from tracker.tables.days import day_of
from tracker.tables.definitions import LEDGER

HOME = square(0, 0, 10)


def labelled(control, **options):
    return label_causes(tr.track(control), control, **options)


def causes_of(control, **options):
    """Give the cause of each change, the largest first."""
    return labelled(control, **options).sort_values("area_km2", ascending=False)["cause"].tolist()


def days(*shapes, first="2025-01-06", every=1, **contested):
    """Make a history of one occupied shape a day."""
    instants = [pd.Timestamp(f"{first}T20:00Z") + pd.Timedelta(days=every * number) for number in range(len(shapes))]
    states = {
        at: {"occupied": shape, "contested": contested.get("contested", ())}
        for at, shape in zip(instants, shapes, strict=True)
    }
    return history_of(states)


def with_strip(width_m, length_m=5000.0):
    """Add a strip along the eastern side of the home square."""
    return shapely.union(HOME, shapely.box(10_000, 1000, 10_000 + width_m, 1000 + length_m))


def shifted(by_m, cells=60):
    """Draw a comb of squares, moved eastwards as a re-export moves its coordinates: hairs gained and lost."""
    return shapely.multipolygons([square(3 * (n % 10) + by_m / 1000, 3 * (n // 10), 2) for n in range(cells)])


# ---- the rules


@pytest.mark.parametrize(
    ("width_m", "length_m", "cause"),
    [
        (29.0, 5000.0, "noise"),  # thinner than 30 m
        (31.0, 5000.0, "advance"),
        (90.0, 110.0, "noise"),  # 0.0099 km²
        (95.0, 110.0, "advance"),
        (1000.0, 1000.0, "advance"),
    ],
)
def test_noise_is_small_or_thin(width_m, length_m, cause):
    assert causes_of(days(HOME, with_strip(width_m, length_m))) == [cause]


@pytest.mark.parametrize("by_m", [0.5, 5.0, 25.0])
def test_shifted_coordinates_are_a_redraw(by_m):
    control = days(shifted(0), shifted(by_m))
    ledger = labelled(control)
    assert len(ledger) == 120
    assert set(ledger["cause"]) == {"redraw"}


def test_an_advance_on_the_day_of_a_shift_is_still_one():
    grown = shapely.union(shifted(5.0), square(60, 0, 3))
    ledger = labelled(days(shifted(0), grown))
    assert ledger.groupby("cause")["area_km2"].max()["advance"] == pytest.approx(9.0, abs=0.1)
    assert ledger["cause"].value_counts().to_dict() == {"redraw": 120, "advance": 1}


def test_hairs_that_are_few_are_noise_and_no_redraw():
    assert set(causes_of(days(shifted(0, 40), shifted(5.0, 40)))) == {"noise"}


def test_hairs_on_one_side_only_are_no_shift():
    """A coast drawn wider by a hair everywhere is gained, not moved."""
    before, after = shifted(0, 120), shapely.buffer(shifted(0, 120), 5.0, join_style="mitre")
    assert set(causes_of(days(before, after))) == {"noise"}


def test_a_gap_makes_a_catch_up():
    shapes = [square(0, 0, 10 + number) for number in range(5)]
    control = history_of(
        {
            pd.Timestamp("2025-01-06T20:00Z") + pd.Timedelta(days=day): shape
            for day, shape in zip([0, 1, 2, 5, 6], shapes, strict=True)
        }
    )
    ledger = labelled(control)
    assert ledger.groupby("end")["cause"].first().tolist() == ["advance", "advance", "catch_up", "advance"]


def test_a_freeze_makes_a_catch_up():
    sides = [*np.linspace(10, 11.2, 13), 11.2, 11.2, 11.2, 13.0, 13.1, 13.2]
    ledger = labelled(days(*[square(0, 0, side) for side in sides]))
    of_end = ledger.groupby("end")["cause"].first()
    assert of_end[of_end == "catch_up"].index.tolist() == [pd.Timestamp("2025-01-22T20:00Z")]


def test_what_came_before_the_window_is_known_from_the_history():
    """A freeze that ended with the first step of a window shows only with what the archive holds before it."""
    sides = [*np.linspace(10, 11.2, 13), 11.2, 11.2, 11.2, 13.0, 13.1]
    whole = days(*[square(0, 0, side) for side in sides])
    window = whole[whole["as_of"] >= "2025-01-21T00:00Z"].reset_index(drop=True)
    occupied = whole[whole["status"] == "occupied"]
    history = pd.DataFrame(
        {"source": occupied["source"], "as_of": occupied["as_of"], "occupied_km2": occupied.area / 1e6}
    )
    assert causes_of(window)[0] == "advance"
    assert causes_of(window, history=history)[0] == "catch_up"


FRONT = square(0, 20, 60)  # occupied; contested ground lies along its northern side
CONTESTED = shapely.box(0, 80_000, 60_000, 82_000)
LARGE = {
    "far away": (square(100, 100, 12), "redraw"),
    "beside contested ground": (shapely.box(0, 82_000, 60_000, 85_000), "advance"),
    "far away but not so large": (square(100, 100, 9), "advance"),
}


@pytest.mark.parametrize("case", LARGE)
def test_a_piece_far_larger_than_usual_and_away_from_contested_ground_is_a_redraw(case):
    piece, cause = LARGE[case]
    shapes = [FRONT, shapely.union(FRONT, square(60, 20, 2)), shapely.union_all([FRONT, square(60, 20, 2), piece])]
    ledger = labelled(days(*shapes, contested=CONTESTED))
    assert ledger.sort_values("area_km2")["cause"].iloc[-1] == cause


def test_the_fronts_that_opened_across_borders_in_2022_are_no_redraws():
    shapes = [FRONT, shapely.union(FRONT, square(100, 100, 40))]
    assert causes_of(days(*shapes, contested=CONTESTED, first="2022-02-25")) == ["advance"]
    assert causes_of(days(*shapes, contested=CONTESTED, first="2022-06-25")) == ["redraw"]


def test_a_cause_does_not_depend_on_the_period_asked_for():
    piece = square(100, 100, 12)
    shapes = [FRONT, shapely.union(FRONT, square(60, 20, 9)), shapely.union_all([FRONT, square(60, 20, 9), piece])]
    whole = days(*shapes, contested=CONTESTED)
    last = whole[whole["as_of"] >= "2025-01-07T00:00Z"].reset_index(drop=True)
    assert labelled(whole)["cause"].iloc[-1] == labelled(last)["cause"].iloc[-1] == "redraw"


def test_only_the_first_step_of_a_day_is_a_catch_up():
    instants = [
        *pd.date_range("2025-01-01T20:00Z", periods=4),
        *pd.to_datetime(["2025-01-08T06:00Z", "2025-01-08T14:00Z"]),
    ]
    control = history_of({at: square(0, 0, 10 + n) for n, at in enumerate(instants)})
    assert labelled(control).groupby("end")["cause"].first().tolist()[-2:] == ["catch_up", "advance"]


def test_a_source_without_contested_ground_is_measured_from_its_front():
    far = shapely.union(FRONT, square(100, 100, 12))
    near = shapely.union(FRONT, shapely.box(60_000, 20_000, 72_000, 40_000))
    instants = ["2025-01-06T20:00Z", "2025-01-07T20:00Z"]
    for after, cause in ((far, "redraw"), (near, "advance")):
        control = pd.concat(
            [control_of(at, occupied=s, contested=None) for at, s in zip(instants, (FRONT, after), strict=True)],
            ignore_index=True,
        )
        assert causes_of(control) == [cause]


def test_every_rule_has_a_known_cause_and_says_why():
    assert {rule.cause for rule in RULES} == set(CAUSES)
    assert all(rule.why for rule in RULES)
    assert RULES[-1].cause == "advance"


# ---- laws


@given(histories())
def test_causes_change_nothing_but_their_column_add_up_and_outlast_a_split(control):
    plain = tr.track(control)
    ledger = label_causes(plain, control)
    assert check(ledger, LEDGER).drop(columns="cause").equals(plain)
    assert set(ledger["cause"]) <= set(CAUSES)

    sums = by_cause(ledger)
    assert sums["fragments"].sum() == len(ledger)
    columns = ["gain_km2", "loss_km2", "newly_contested_km2", "cleared_km2"]
    assert sums[columns].sum().sum() == pytest.approx(ledger["area_km2"].sum())
    assert sums["counted"].tolist() == sums["cause"].isin(COUNTED).tolist()

    halves = {"west": shapely.box(-1e5, -1e5, 4e3, 1e5), "east": shapely.box(4e3, -1e5, 1e5, 1e5)}
    pieces = tr.split(ledger, sectors_of(halves))
    before, after = (one.groupby("cause")["area_km2"].sum() for one in (ledger, pieces))
    assert after.reindex(before.index).tolist() == pytest.approx(before.tolist(), abs=1e-9)


@given(histories(), st.lists(st.sampled_from(CAUSES), min_size=1, unique=True))
def test_the_net_is_that_of_all_causes_and_the_rest_of_those_chosen(control, chosen):
    ledger = label_causes(tr.track(control), control)
    whole, some = (tr.summarise(ledger, control=control, causes=causes) for causes in (CAUSES, chosen))
    assert some["net_km2"].tolist() == pytest.approx(whole["net_km2"].tolist(), abs=1e-9)
    kept = ledger[ledger["cause"].isin(chosen)]
    assert some["gain_km2"].sum() == pytest.approx(kept.loc[kept["kind"] == "gain", "area_km2"].sum(), abs=1e-9)
    assert (some[["gain_km2", "loss_km2"]] <= whole[["gain_km2", "loss_km2"]] + 1e-9).all().all()


def test_nothing_has_no_cause():
    control = days(HOME, HOME)
    assert labelled(control)["cause"].tolist() == []
    assert by_cause(labelled(control)).empty


def test_a_ledger_without_causes_counts_whole():
    ledger = tr.track(days(HOME, with_strip(10.0)))
    assert counted(ledger).all()
    assert by_cause(ledger).empty
    assert tr.summarise(ledger)["fragments"].tolist() == [1]
    with pytest.raises(ValueError, match="label_causes"):
        counted(ledger, ["advance"])


def test_an_unknown_cause_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="advance, catch_up, redraw, noise"):
        tr.summarise(labelled(days(HOME, with_strip(10.0))), causes=["advances"])


def test_dust_is_in_the_sums_not_in_the_number_of_fragments():
    control = days(shifted(0), shapely.union(shifted(4.0), square(60, 0, 3)))
    table = tr.summarise(labelled(control), control=control)
    assert table["fragments"].tolist() == [1]
    assert table["gain_km2"].iloc[0] == pytest.approx(9.0 + 60 * 0.008, rel=0.001)


# ---- real days

RE_EXPORTS = (
    "2024-09-14 2024-09-15 2024-09-30 2024-10-01 2024-10-04 2024-12-29 2024-12-30 2025-04-29 2025-04-30 2025-09-12"
).split()


@pytest.fixture(scope="module")
def mirror(whole_mirror):
    """Label all changes of the daily mirror; `file` is the date of the file that a change came with."""
    control = tr.last_of_day(whole_mirror)
    ledger = label_causes(tr.track(control), control)
    return ledger.assign(file=(day_of(ledger["end"]) + pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d"))


@pytest.mark.shared
def test_re_exports_are_redraws(mirror):
    """95 % of their pieces are asked for; it is 96.6 % on the weakest day, 99.4 % of all."""
    rows = mirror[mirror["file"].isin(RE_EXPORTS)]
    share = rows["cause"].isin(["redraw", "noise"]).groupby(rows["file"]).mean()
    assert sorted(share.index) == RE_EXPORTS
    assert (share >= 0.95).all()
    assert (rows["cause"] == "redraw").groupby(rows["file"]).any().all()


@pytest.mark.shared
def test_ordinary_days_are_hardly_noise_and_never_redraws(mirror):
    """No more than 1 % of their area is asked for; it is 0.03 %."""
    rows = mirror[~mirror["file"].isin(RE_EXPORTS)]
    odd = rows["cause"].isin(["redraw", "noise"])
    assert rows.loc[odd, "area_km2"].sum() <= 0.001 * rows["area_km2"].sum()
    assert not (rows["cause"] == "redraw").any()


@pytest.mark.shared
def test_the_catch_up_of_december_2024_is_one(mirror):
    rows = mirror[mirror["file"] == "2024-12-25"]
    assert set(rows.loc[rows["area_km2"] >= 0.1, "cause"]) == {"catch_up"}
    gains = rows.loc[rows["kind"] == "gain", "area_km2"].sum() - rows.loc[rows["kind"] == "loss", "area_km2"].sum()
    assert gains == pytest.approx(54.6, abs=0.05)


@pytest.mark.shared
def test_the_same_catch_up_in_the_raw_exports(january, raw_control):
    days = day_of(raw_control["as_of"])
    december = tr.last_of_day(raw_control[(days >= "2024-12-15") & (days <= "2024-12-25")])
    ledger = label_causes(tr.track(december), december)
    step = ledger[day_of(ledger["end"]) == "2024-12-23"]
    assert set(step.loc[step["area_km2"] >= 0.1, "cause"]) == {"catch_up"}
