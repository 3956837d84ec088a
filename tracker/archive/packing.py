"""Shapes in a third of the bytes, and to the last bit: the degrees behind the metres, on a grid of powers of two.

Sources give degrees with at most seven decimals (a centimetre). As such decimals, and all the more in metres, each
coordinate fills its 64 bits with digits that no compression can shorten. The nearest step of 2⁻²⁴ degree says the same
in 31 bits and leaves the others zero: rounded to seven decimals it is the very number that the source gave, and
projected that is the very metres that `WORK_CRS` had when it was loaded.

    37.5461283°   in metres   114 118.9… (52 bits)      packed   37.546128273…° = 629 919 514 steps (31 bits, 3 mm off)

What does not come back to the same bits, such as corners that a union made in metres, is found while packing: it
keeps all digits of its degrees, which lie beside the grid, and its metres are kept as well.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from tracker.ground.crs import TO_DEGREES, TO_METRES

_STEPS = 2.0**24
"""Steps a degree: finer than half of the seventh decimal, so that each decimal has a step of its own."""
_DECIMALS = 1e7
"""Sources give degrees with at most seven decimals, a centimetre."""


def pack(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Turn shapes in `WORK_CRS` into degrees that take little room, and tell what else `unpack` needs.

    Parameters
    ----------
    shapes
        Geometries, flat, none missing.

    Returns
    -------
    degrees, metres, counts
        The shapes in degrees, at most 4 mm from where they are; the metres of the corners beside the grid, one row a
        corner in the order of the shapes; how many of them each shape has.

    Examples
    --------
    >>> shapes = shapely.points([[114118.9, -44000.1]])
    >>> degrees, metres, counts = pack(shapes)
    >>> metres.tolist(), counts.tolist()
    ([[114118.9, -44000.1]], [1])
    >>> bool(unpack(degrees, metres)[0] == shapes[0])
    True
    """
    at = shapely.get_coordinates(shapes)
    corners, different = _different(at)
    exact = _in_degrees(different)
    degrees = np.rint(_decimal(exact) * _STEPS) / _STEPS
    beside = (_in_metres(degrees).view("i8") != different.view("i8")).any(axis=1)
    degrees[beside] = exact[beside]
    by_chance = beside & ~_is_beside(degrees)
    degrees[by_chance] = np.nextafter(degrees[by_chance], np.inf)
    beside = beside[corners]
    owner = np.repeat(np.arange(len(shapes)), shapely.get_num_coordinates(shapes))
    counts = np.bincount(owner[beside], minlength=len(shapes))
    return shapely.set_coordinates(shapes.copy(), _each(degrees, corners)), at[beside], counts


def unpack(degrees: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """
    Turn packed degrees back into the shapes in `WORK_CRS` that they were, to the last bit.

    Another version of PROJ may project a corner a few 10⁻¹⁰ m away from where it was when it was packed, then all that
    is packed alike.

    Parameters
    ----------
    degrees, metres
        As `pack` gives them.

    Raises
    ------
    ValueError
        If the two do not belong together.
    """
    corners, different = _different(shapely.get_coordinates(degrees))
    beside = _is_beside(different)[corners]
    if beside.sum() != len(metres):
        raise ValueError(f"{beside.sum()} corners lie beside the grid, and {len(metres)} are given in metres")
    at = _each(_in_metres(different), corners)
    at[beside] = metres
    return shapely.set_coordinates(degrees.copy(), at)


def _different(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell which corner is which of the different ones: a month of daily maps has 90,000, of them 4,000 different."""
    number, different = pd.factorize(corners.view(complex).ravel())
    return number, different.view(float).reshape(-1, 2)


def _each(different: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Give each corner that of the different ones which it is; numpy moves one complex number faster than two reals."""
    return different.view(complex).ravel()[corners].view(float).reshape(-1, 2)


def _decimal(degrees: np.ndarray) -> np.ndarray:
    """Round to seven decimals: the number that such a text is read as."""
    return np.rint(degrees * _DECIMALS) / _DECIMALS


def _is_beside(degrees: np.ndarray) -> np.ndarray:
    """Tell which corners lie on no step of the grid."""
    steps = degrees * _STEPS
    off = steps != np.rint(steps)
    return off[:, 0] | off[:, 1]


def _in_degrees(metres: np.ndarray) -> np.ndarray:
    """Convert corners in `WORK_CRS` into degrees."""
    return np.column_stack(TO_DEGREES.transform(*metres.T))


def _in_metres(degrees: np.ndarray) -> np.ndarray:
    """Convert corners in degrees of seven decimals into `WORK_CRS`, as sources are when they are loaded."""
    return np.column_stack(TO_METRES.transform(*_decimal(degrees).T))
