"""Which shapes are known to be valid: a shape never changes, and every table is checked at every door that it passes.

GEOS looks at each corner of a shape anew whenever it is asked, for a map a millisecond or more: the maps of two years
would take a second at each of half a dozen doors. So large shapes that were found valid are remembered as long as they
live.
"""

from __future__ import annotations

import weakref

import numpy as np
import shapely

_LARGE = 200
"""Corners from which on remembering a shape is cheaper than looking again."""

_known: dict[int, weakref.ref] = {}


def are_valid(shapes: np.ndarray) -> np.ndarray:
    """
    Tell which shapes are valid, as `shapely.is_valid` does; what is known already is not looked at again.

    Examples
    --------
    >>> are_valid(shapely.from_wkt(["POINT (0 0)", "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"])).tolist()
    [True, False]
    """
    valid = np.zeros(len(shapes), dtype=bool)
    large = np.flatnonzero(shapely.get_num_coordinates(shapes) >= _LARGE)
    valid[large] = [_is_known(shape) for shape in shapes[large]]
    unknown = np.flatnonzero(~valid)
    valid[unknown] = shapely.is_valid(shapes[unknown])
    vouch(shapes[unknown][valid[unknown]])
    return valid


def vouch(shapes: np.ndarray) -> None:
    """Remember that shapes are valid: they were checked before they were put where they now come from."""
    for shape in shapes[shapely.get_num_coordinates(shapes) >= _LARGE]:
        key = id(shape)
        _known[key] = weakref.ref(shape, lambda _, key=key: _known.pop(key, None))  # type: ignore[misc]


def _is_known(shape: shapely.Geometry) -> bool:
    """Tell whether this very shape was found valid before."""
    known = _known.get(id(shape))
    return known is not None and known() is shape
