"""Shapes that are known to be valid: never another's, never one that is not, and no longer than they live."""

from __future__ import annotations

import gc

import numpy as np
import pytest
import shapely

from tracker.tables import validity
from tracker.tables.validity import are_valid, vouch


def circle(corners=1000, x=0.0):
    return shapely.Point(x, 0).buffer(1, quad_segs=corners // 4)


def bowtie(corners=1000):
    """Draw a polygon of many corners that crosses itself."""
    one, other = np.linspace([0, 0], [1, 1], corners // 2), np.linspace([1, 0], [0, 1], corners // 2)
    return shapely.Polygon([*one, *other])


def asked(monkeypatch):
    """Count the shapes that GEOS is asked about."""
    numbers, real = [], shapely.is_valid

    def is_valid(shapes):
        numbers.append(len(shapes))
        return real(shapes)

    monkeypatch.setattr(validity.shapely, "is_valid", is_valid)
    return numbers


@pytest.mark.parametrize("corners", [8, 1000])
def test_it_says_what_geos_says_however_often_it_is_asked(corners):
    shapes = np.array([circle(corners), bowtie(corners), shapely.Point(0, 0), shapely.Polygon(), None], dtype=object)
    for _ in range(3):
        assert are_valid(shapes).tolist() == shapely.is_valid(shapes).tolist()
    assert are_valid(shapes[:0]).tolist() == []


def test_a_large_shape_is_looked_at_once(monkeypatch):
    shapes = np.array([circle(), bowtie()], dtype=object)
    numbers = asked(monkeypatch)
    for _ in range(3):
        are_valid(shapes.copy())
    assert numbers == [2, 1, 1], "the one that is not valid is never taken as known"


def test_a_copy_of_a_known_shape_is_looked_at():
    shape = bowtie()
    vouch(np.array([shape], dtype=object))
    assert are_valid(np.array([shape, shapely.from_wkb(shapely.to_wkb(shape))], dtype=object)).tolist() == [True, False]


def test_what_is_known_is_forgotten_with_its_shape():
    gc.collect()  # what tests before this one left behind
    before = len(validity._known)
    shapes = np.array([circle(x=x) for x in range(50)], dtype=object)
    are_valid(shapes)
    assert len(validity._known) == before + 50
    del shapes
    gc.collect()
    assert len(validity._known) == before
