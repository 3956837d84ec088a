"""The exact engine against GEOS's overlay and against counting by hand: on random worlds and on real maps."""

from __future__ import annotations

import logging
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from worlds import NOTHING, drawings, histories, square, triangle

from tracker.ground import topology
from tracker.ground.topology import changed_edges, differences, edge_spans
from tracker.ground.union import polygons_of

STATUSES = ("occupied", "contested")


def maps_of(control, status="occupied"):
    """List the maps of one status, in order of time."""
    drawn = control[control["status"] == status].sort_values("as_of")
    return drawn.geometry.to_numpy()


def overlaid(shapes):
    """Subtract neighbouring maps as GEOS does."""
    return shapely.difference(shapes[1:], shapes[:-1]), shapely.difference(shapes[:-1], shapes[1:])


def most_apart_m2(shapes):
    """Measure the ground on which the engine and GEOS differ, pair by pair, and give the most."""
    pairs = zip(differences(shapes), overlaid(shapes), strict=True)
    return max(shapely.area(shapely.symmetric_difference(*pair)).max(initial=0.0) for pair in pairs)


def most_off_km2(shapes):
    """Compare the areas gained and lost with GEOS's, pair by pair, and give the most that one is off, in km²."""
    pairs = zip(differences(shapes), overlaid(shapes), strict=True)
    return max(np.abs(shapely.area(ours) - shapely.area(theirs)).max(initial=0.0) for ours, theirs in pairs) / 1e6


def edges_of(shape):
    """Count the directed edges of a map, the ground on the left of each."""
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape)))
    return Counter(edge for ring in rings for edge in pairwise(map(tuple, shapely.get_coordinates(ring).tolist())))


@pytest.fixture
def overlays(caplog):
    """Read how many pairs of how many were subtracted by overlay, off the log."""
    caplog.set_level(logging.INFO, "tracker.ground.topology")
    return lambda: [record.args for record in caplog.records if record.name == "tracker.ground.topology"]


# By hand


def test_the_drawing_of_the_docstring():
    """What the eastern edge lost in the north and gained in the south, and nothing else, comes out as polygons."""
    earlier = shapely.box(0, 0, 12, 5)
    later = shapely.union_all([shapely.box(0, 0, 7, 5), shapely.box(7, 0, 12, 3), shapely.box(12, 0, 15, 2)])
    [gained], [lost] = differences([earlier, later])
    assert gained.equals(shapely.box(12, 0, 15, 2))
    assert lost.equals(shapely.box(7, 3, 12, 5))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_edge_has_the_maps_that_have_it(number):
    """Corners are numbered as they come, so that edges to neighbouring corners must not run together."""
    maps = [square(0, 0), triangle(0, 0), shapely.MultiPolygon([square(0, 0), square(5, 5)])][:number]
    first, stop, ends = edge_spans(np.array([*maps, None], dtype=object)[:-1])
    for at, shape in enumerate(maps):
        rings = [list(ring.coords) for ring in shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape)))]
        expected = sorted(edge for ring in rings for edge in pairwise(ring))
        assert sorted(tuple(map(tuple, edge)) for edge in ends[(first <= at) & (at < stop)].tolist()) == expected


def test_left_over_edges_are_listed_with_their_step_and_sign():
    step, sign, ends = changed_edges(np.array([square(0, 0), square(0, 0), triangle(0, 0), NOTHING]))
    assert list(zip(step, sign, strict=True)) == [(1, -1)] * 2 + [(1, 1)] + [(2, -1)] * 3
    assert sorted(ends[:3].tolist()) == [
        [[1000.0, 0.0], [0.0, 1000.0]],
        [[1000.0, 0.0], [1000.0, 1000.0]],
        [[1000.0, 1000.0], [0.0, 1000.0]],
    ]


@pytest.mark.parametrize(
    ("shapes", "gained_km2", "lost_km2"),
    [
        ([], [], []),
        ([square(0, 0)], [], []),
        ([NOTHING, NOTHING], [0], [0]),
        ([None, square(0, 0), None], [1, 0], [0, 1]),
        ([NOTHING, square(0, 0)], [1], [0]),
        ([square(0, 0), NOTHING], [0], [1]),
        ([square(0, 0), square(0, 0)], [0], [0]),
        ([square(0, 0), square(1, 0)], [1], [1]),  # they share an edge, in opposite directions
        ([square(0, 0, 3), shapely.difference(square(0, 0, 3), square(1, 1))], [0], [1]),  # a hole
        ([shapely.difference(square(0, 0, 3), square(1, 1)), square(1, 1)], [1], [8]),  # a hole turned inside out
        ([square(0, 0, 3), shapely.difference(square(-1, -1, 5), square(1, 1))], [16], [1]),  # around, and within
        ([square(0, 0, 2), square(1, 1, 2)], [3], [3]),  # edges that cross
        ([square(0, 0, 2), shapely.union(square(0, 0, 2), square(1, 0, 2))], [2], [0]),  # corners on an edge
        ([square(0, 0), triangle(0, 0)] * 3, [0, 0.5] * 2 + [0], [0.5, 0] * 2 + [0.5]),
    ],
)
def test_differences_by_hand(shapes, gained_km2, lost_km2, overlays):
    gained, lost = differences(shapes)
    assert shapely.area(gained) / 1e6 == pytest.approx(gained_km2)
    assert shapely.area(lost) / 1e6 == pytest.approx(lost_km2)
    assert overlays() == [(0, len(gained_km2))]


def test_ground_that_changed_alike_is_one_piece():
    """An edge that only noding put between two cells does not cut the ground in two."""
    corner_on_the_edge = shapely.Polygon([(0, 0), (0, 2000), (2000, 2000), (2000, 0), (1000, 0)])
    [gained], [lost] = differences([triangle(0, 0, 2), corner_on_the_edge])
    assert (gained.geom_type, lost.area) == ("Polygon", 0)


def test_a_cell_as_thin_as_a_hair_halfway_up_is_asked_elsewhere(overlays):
    """GEOS's point on surface lies on the border of such a cell."""
    earlier = shapely.Polygon([(5373.134328358209, 4298.507462686567), (2285.714285714286, 7000), (7000, 7000)])
    later = shapely.Polygon(
        [(5373.134328358209, 4298.507462686567), (2461.5384615384623, 6846.153846153846), (7e3, 7e3)]
    )
    assert most_off_km2(np.array([earlier, later])) < 1e-12
    assert overlays() == [(0, 1)]


# Random worlds


@given(histories(most=3))
def test_what_is_left_over_leads_from_each_map_to_the_next(control):
    """The edges of a map, less those that it lost, with those that it gained, are those of the next map."""
    shapes = maps_of(control)
    step, sign, ends = changed_edges(shapes)
    for number, (before, after) in enumerate(pairwise(map(edges_of, shapes))):
        here = step == number
        drawn = {s: Counter(tuple(map(tuple, edge)) for edge in ends[here & (sign == s)].tolist()) for s in (1, -1)}
        assert before - drawn[-1] + drawn[1] == after
        assert not drawn[1] & drawn[-1]


@settings(max_examples=60)
@given(histories(most=4))
def test_differences_are_those_of_overlay(control):
    for status in set(control["status"]):
        assert most_apart_m2(maps_of(control, status)) <= 1.0


@given(drawings, drawings)
def test_maps_that_share_nothing_are_subtracted_too(one, other):
    """Neighbours are quick; any two maps are right."""
    unions = [shapely.union_all([shapely.make_valid(shape) for _, shape in drawing]) for drawing in (one, other)]
    shapes = np.array([shapely.multipolygons(polygons_of(union)) for union in unions])
    assert most_apart_m2(shapes) <= 1.0


@given(histories(least=4, most=6))
def test_blocks_do_not_show(control):
    shapes = maps_of(control)
    whole = differences(shapes)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(topology, "_BLOCK", 2)
        in_blocks = differences(shapes)
    for one, other in zip(whole, in_blocks, strict=True):
        assert shapely.equals_identical(one, other).all()


# The self-check and the fall-back

SABOTAGE = {
    "a wrong winding number": ("_windings", lambda points, *_: np.zeros(len(points), dtype=int)),
    "a winding number that cannot be": ("_windings", lambda points, *_: np.full(len(points), 2)),
    "an edge that is missing": ("changed_edges", lambda shapes: tuple(part[1:] for part in changed_edges(shapes))),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_what_fails_the_self_check_is_subtracted_by_overlay(name, monkeypatch, overlays):
    shapes = np.array([square(0, 0, 2), square(0, 0, 2), triangle(0, 0, 3)])
    monkeypatch.setattr(topology, *SABOTAGE[name])
    for ours, theirs in zip(differences(shapes), overlaid(shapes), strict=True):
        assert shapely.equals(ours[1], theirs[1])
    assert overlays() == [(1, 2)]


@pytest.mark.parametrize("function", ["union_all", "polygonize", "coverage_union_all"])
def test_a_pair_that_geos_cannot_cut_is_subtracted_by_overlay_alone(function, monkeypatch, overlays):
    """The other pairs of its block are not."""
    works, far = getattr(shapely, function), square(500, 500, 2)

    def fails_far_away(shapes, **options):
        if (shapely.bounds(shapes)[..., 2] > 400_000).any():
            raise shapely.GEOSException("TopologyException: side location conflict")
        return works(shapes, **options)

    shapes = np.array([square(0, 0, 2), triangle(0, 0, 2), far, NOTHING, square(0, 0)])
    expected = overlaid(shapes)
    monkeypatch.setattr(topology.shapely, function, fails_far_away)
    for ours, theirs in zip(differences(shapes), expected, strict=True):
        assert shapely.area(ours) == pytest.approx(shapely.area(theirs))
    assert overlays() == [(2, 4)]


# Real maps


@pytest.mark.shared
def test_every_daily_map_differs_from_the_next_as_overlay_says(whole_mirror, overlays):
    """Law 6, on all files: within 1e-6 km² in every pair, and fewer than 1 % of the pairs by overlay."""
    assert most_off_km2(maps_of(whole_mirror)) <= 1e-6
    [(fallen_back, pairs)] = overlays()
    assert (pairs, fallen_back) == (len(maps_of(whole_mirror)) - 1, 0)


@pytest.mark.shared
@pytest.mark.parametrize("status", STATUSES)
def test_every_raw_export_differs_from_the_next_as_overlay_says(raw_control, status, overlays):
    assert most_off_km2(maps_of(raw_control, status)) <= 1e-6
    [(fallen_back, pairs)] = overlays()
    assert fallen_back < pairs / 100
