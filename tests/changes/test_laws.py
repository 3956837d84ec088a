"""The laws of the ledger (DESIGN 5), over random worlds and over the real exports."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import area_of, control_of, grounds, histories, snapshots_of, square

import tracker as tr
from tracker.changes.diff import apply, invert, sort_ledger
from tracker.tables.check import check
from tracker.tables.constants import kind_of
from tracker.tables.definitions import LEDGER

SQUARE_METRE_KM2 = 1e-6


def kind_sum(ledger, *kinds):
    return float(ledger["area_km2"][ledger["kind"].isin(kinds)].sum())


def net(ledger):
    return kind_sum(ledger, "gain") - kind_sum(ledger, "loss")


def flow(ledger, status):
    """Sum what came to a status, less what left it, km²."""
    areas = ledger["area_km2"]
    return float(areas[ledger["after"] == status].sum() - areas[ledger["before"] == status].sum())


def difference_m2(one, other):
    """Measure, status by status, the ground on which two snapshots differ, and give the most."""
    pairs = zip(one.sort_values("status").geometry, other.sort_values("status").geometry, strict=True)
    return max(shapely.symmetric_difference(*pair).area for pair in pairs)


def overlap_m2(shapes):
    return shapely.area(shapes).sum() - shapely.union_all(shapes).area


def assert_conserves(before, after, ledger):
    assert net(ledger) == pytest.approx(area_of(after) - area_of(before), abs=SQUARE_METRE_KM2)
    if set(before["status"]) == set(after["status"]) == {"contested", "occupied"}:
        change = area_of(after, "contested") - area_of(before, "contested")
        assert flow(ledger, "contested") == pytest.approx(change, abs=SQUARE_METRE_KM2)


def assert_replays(before, after, ledger):
    replayed = apply(before, ledger)
    assert list(replayed["status"]) == list(before["status"])
    assert difference_m2(replayed, after) <= 1.0
    assert ledger.empty or set(replayed["as_of"]) == set(after["as_of"])


def assert_same_ledger(one, other):
    """Compare row for row, coordinate for coordinate."""
    pd.testing.assert_frame_equal(pd.DataFrame(one.drop(columns="geometry")), other.drop(columns="geometry"))
    assert shapely.equals_identical(one.geometry.to_numpy(), other.geometry.to_numpy()).all()


def assert_in_order(ledger):
    assert ledger.index.equals(pd.RangeIndex(len(ledger)))
    assert_same_ledger(ledger, sort_ledger(ledger.sample(frac=1, random_state=7)))


def assert_laws_of_a_pair(before, after):
    ledger = tr.compare(before, after)
    assert tr.compare(before, before).empty
    assert_same_ledger(tr.compare(after, before), invert(ledger))
    assert_laws_of_a_step(before, after, ledger)


def assert_laws_of_a_step(before, after, ledger):
    assert_conserves(before, after, ledger)
    assert_replays(before, after, ledger)
    assert overlap_m2(ledger.geometry.to_numpy()) == pytest.approx(0, abs=1.0)


def assert_partitioned(ledger, places):
    """Nothing is lost and nothing counted twice, in any row."""
    pieces = tr.split(ledger.assign(row=range(len(ledger))), places)
    sums = pieces.groupby("row")["area_km2"].sum().reindex(range(len(ledger)), fill_value=0.0)
    assert sums.to_numpy() == pytest.approx(ledger["area_km2"].to_numpy(), abs=SQUARE_METRE_KM2)
    whole = ledger.geometry.to_numpy()
    several = pieces["row"].duplicated(keep=False).to_numpy()
    alone = shapely.symmetric_difference(pieces.geometry[~several].to_numpy(), whole[pieces["row"][~several]])
    assert shapely.area(alone) == pytest.approx(0.0, abs=1.0)
    for row, parts in pieces[several].groupby("row").geometry:
        union = shapely.union_all(parts.to_numpy())
        assert shapely.symmetric_difference(union, whole[row]).area == pytest.approx(0.0, abs=1.0)
    return pieces


# Random worlds


@given(histories(most=2))
def test_conserve_replay_and_reverse(control):
    """
    Conserve: Σ gain − Σ loss = occupied(after) − occupied(before); contested ground conserves likewise.

    Replay: apply(before, compare(before, after)) is after. Reverse: compare(after, before) is
    invert(compare(before, after)), row for row and corner for corner.
    """
    before, after = snapshots_of(control)
    ledger = tr.compare(before, after)
    assert_conserves(before, after, ledger)
    assert_replays(before, after, ledger)
    assert_same_ledger(tr.compare(after, before), invert(ledger))
    assert_same_ledger(invert(invert(ledger)), ledger)


@given(histories(least=1, most=1))
def test_nothing(control):
    """Equal maps differ in nothing, and replaying nothing changes nothing."""
    ledger = tr.compare(control, control.assign(as_of=control["as_of"] + pd.Timedelta(days=30)))
    assert ledger.empty
    assert difference_m2(apply(control, ledger), control) == 0


@given(histories(least=3, most=3))
def test_net_adds_up_over_steps(control):
    """The net of the steps is the net between the ends, and the steps replayed lead from one end to the other."""
    first, *_, last = snapshots_of(control)
    ledger = tr.track(control)
    assert net(ledger) == pytest.approx(net(tr.compare(first, last)), abs=SQUARE_METRE_KM2)
    assert net(ledger) == pytest.approx(area_of(last) - area_of(first), abs=SQUARE_METRE_KM2)
    assert difference_m2(apply(first, ledger), last) <= 1.0


@settings(max_examples=8)
@given(histories(least=3, most=3))
def test_track_is_compare_of_neighbours(control):
    steps = [tr.compare(*pair) for pair in pairwise(snapshots_of(control))]
    expected = sort_ledger(pd.concat(steps))
    assert_same_ledger(tr.track(control), expected)


@given(histories(most=2), grounds())
def test_sectors_partition_the_ledger(control, places):
    """A split loses nothing and counts nothing twice; what lies in no place is elsewhere."""
    ledger = tr.track(control)
    pieces = assert_partitioned(ledger, places)
    for ground, rows in pieces.groupby("ground"):
        shape = shapely.union_all(places.geometry[places["ground"] == ground].to_numpy())
        outside = shapely.area(shapely.difference(rows.geometry.to_numpy(), shape)).sum()
        inside = shapely.area(rows.geometry.to_numpy()).sum() - outside
        assert (inside if shape.is_empty else outside) <= (1.0 if ground != "elsewhere" else np.inf)
    assert net(pieces) == pytest.approx(net(ledger), abs=SQUARE_METRE_KM2)
    assert_in_order(pieces)


@given(histories(most=2))
def test_fragments_are_in_order_and_lie_where_they_say(control):
    """A fragment lies in the ground of its status before and of its status after, and in no other fragment."""
    snapshots = snapshots_of(control)
    states = {one["as_of"].iloc[0]: dict(zip(one["status"], one.geometry, strict=True)) for one in snapshots}
    ledger = check(tr.track(control), LEDGER)
    assert [kind_of(*pair) for pair in zip(ledger["before"], ledger["after"], strict=True)] == list(ledger["kind"])
    assert (ledger["area_km2"] > 0).all()
    assert (ledger["start"] < ledger["end"]).all()
    assert_in_order(ledger)
    assert overlap_m2(ledger.geometry.to_numpy()) == pytest.approx(0, abs=1.0)
    for row in ledger.itertuples():
        for instant, status in ((row.start, row.before), (row.end, row.after)):
            drawn = states[instant]
            free = status not in drawn
            ground = shapely.union_all(list(drawn.values())) if free else drawn[status]
            shared_m2 = shapely.intersection(row.geometry, ground).area
            assert shared_m2 == pytest.approx(0 if free else row.geometry.area, abs=1.0)


@given(histories(most=2))
def test_occupied_only_ledgers_never_speak_of_contested_ground(control):
    occupied_only = control[control["status"] == "occupied"]
    ledger = tr.track(occupied_only)
    assert set(ledger["before"]) | set(ledger["after"]) <= {"free", "occupied"}
    assert net(ledger) == pytest.approx(net(tr.track(control)), abs=SQUARE_METRE_KM2)


@given(histories(most=2), st.booleans())
def test_a_pair_of_which_one_map_knows_contested_ground_compares_occupied_ground_only(control, first):
    before, after = snapshots_of(control)
    poor, rich = (before, after) if first else (after, before)
    poor = poor[poor["status"] == "occupied"]
    ledger = tr.compare(poor, rich) if first else tr.compare(rich, poor)
    assert set(ledger["kind"]) <= {"gain", "loss"}
    assert_conserves(poor if first else rich, rich if first else poor, ledger)


def test_every_kind_of_change_at_once():
    """Six squares, each one of the six changes."""
    before = control_of("2025-01-01", occupied=[square(4, 0), square(6, 0)], contested=[square(2, 0), square(10, 0)])
    after = control_of("2025-01-02", occupied=[square(0, 0), square(2, 0)], contested=[square(6, 0), square(8, 0)])
    assert_laws_of_a_pair(before, after)
    ledger = tr.compare(before, after)
    said = {(row.before, row.after, row.kind, round(row.geometry.bounds[0])) for row in ledger.itertuples()}
    assert said == {
        ("free", "occupied", "gain", 0),
        ("contested", "occupied", "gain", 2000),
        ("occupied", "free", "loss", 4000),
        ("occupied", "contested", "loss", 6000),
        ("free", "contested", "contested", 8000),
        ("contested", "free", "cleared", 10000),
    }
    assert ledger["area_km2"].tolist() == pytest.approx([1.0] * 6)


@pytest.mark.parametrize("contested", [(), None], ids=["both", "occupied only"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], []),
        ([], [square(0, 0)]),
        ([square(0, 0)], []),
        ([square(0, 0)], [square(1, 0)]),
        ([square(0, 0)], [square(1, 1)]),
        ([square(0, 0, 4)], [shapely.difference(square(0, 0, 4), square(1, 1))]),
        ([shapely.difference(square(0, 0, 4), square(1, 1))], [square(1, 1)]),
        ([square(0, 0), square(2, 0)], [square(1, 0)]),
        ([square(0, 0)], [square(0, 0, 1 + 1e-9)]),
    ],
    ids=["empties", "from empty", "to empty", "edge", "corner", "new hole", "hole filled", "between", "hair"],
)
def test_laws_where_grounds_touch(before, after, contested):
    assert_laws_of_a_pair(
        control_of("2025-01-01", occupied=before, contested=contested),
        control_of("2025-01-02", occupied=after, contested=contested),
    )


def test_track_keeps_sources_apart():
    """Each source has its own steps; one with a single snapshot adds none."""
    snapshots = [
        control_of("2025-01-01", source="one"),
        control_of("2025-01-02", source="two", contested=None, occupied=square(5, 5)),
        control_of("2025-01-03", source="one", occupied=square(0, 0)),
        control_of("2025-01-04", source="two", contested=None),
        control_of("2025-01-05", source="three", occupied=square(9, 9)),
    ]
    ledger = tr.track(pd.concat(snapshots, ignore_index=True))
    assert list(zip(ledger["source"], ledger["kind"], strict=True)) == [("one", "gain"), ("two", "loss")]


@pytest.mark.parametrize("held", [0, 2])
def test_compare_wants_one_snapshot_on_each_side(held):
    one = control_of("2025-01-01")
    wrong = pd.concat([one, control_of("2025-01-02")], ignore_index=True) if held else one.iloc[:0]
    with pytest.raises(ValueError, match=f"before must hold one snapshot, it holds {held}"):
        tr.compare(wrong, one)
    with pytest.raises(ValueError, match=f"after must hold one snapshot, it holds {held}"):
        tr.compare(one, wrong)


@pytest.mark.parametrize("snapshots", [0, 1])
def test_nothing_to_track_is_an_empty_ledger(snapshots):
    control = control_of("2025-01-01", occupied=square(0, 0))
    assert tr.track(control if snapshots else control.iloc[:0]).empty


# Real exports


def tracked_backwards(control):
    """Compare every neighbouring pair the other way round: in a mirror, where time runs backwards."""
    mirror = control["as_of"].min() + (control["as_of"].max() - control["as_of"])
    ledger = tr.track(control.assign(as_of=mirror))
    turned = {name: control["as_of"].max() - (ledger[name] - control["as_of"].min()) for name in ("start", "end")}
    return sort_ledger(ledger.assign(**turned))


def assert_laws_of_a_history(control, sectors):
    snapshots = snapshots_of(control)
    ledger = tr.track(control)
    for before, after in pairwise(snapshots):
        step = ledger[ledger["end"] == after["as_of"].iloc[0]].reset_index(drop=True)
        assert_laws_of_a_step(before, after, step)
    for same in snapshots[::10]:
        assert tr.compare(same, same).empty
    assert_same_ledger(tracked_backwards(control), invert(ledger))
    assert net(ledger) == pytest.approx(area_of(snapshots[-1]) - area_of(snapshots[0]), abs=SQUARE_METRE_KM2)
    pieces = assert_partitioned(ledger, sectors)
    assert net(pieces) == pytest.approx(net(ledger), abs=SQUARE_METRE_KM2)
    assert_in_order(ledger)


@pytest.mark.shared
def test_laws_hold_between_all_days_of_january_2025(january):
    assert january["as_of"].nunique() >= 30
    assert_laws_of_a_history(january, tr.sectors(on="2025-01-06"))


@pytest.mark.shared
def test_laws_hold_between_days_of_the_daily_mirror(daily_control):
    assert daily_control["as_of"].nunique() >= 40
    assert set(daily_control["status"]) == {"occupied"}
    assert_laws_of_a_history(daily_control, tr.sectors())
