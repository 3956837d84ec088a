"""On the ellipsoid: what geodesics are measured by, and the points of the compass."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyproj import Geod

from tracker.tables.messages import N_

GEOD = Geod(ellps="WGS84")
"""The ellipsoid of every distance and bearing that is printed (Karney 2013, doi:10.1007/s00190-012-0578-z)."""

DIRECTIONS = (N_("N"), N_("NE"), N_("E"), N_("SE"), N_("S"), N_("SW"), N_("W"), N_("NW"))


def direction_codes(bearing_deg: np.ndarray) -> np.ndarray:
    """Number the eight-point direction of bearings by its place in `DIRECTIONS`; −1 where there is none."""
    points = np.nan_to_num(np.round(bearing_deg / 45.0), nan=0).astype(int) % len(DIRECTIONS)
    return np.where(np.isnan(bearing_deg), -1, points)


def direction_of(bearing_deg: Any) -> np.ndarray:
    """
    Name the eight-point direction of bearings; None where there is none.

    Examples
    --------
    >>> direction_of([0.0, 44.0, 181.0, 359.0, float("nan")]).tolist()
    ['N', 'NE', 'S', 'N', None]
    """
    # The last is what −1 stands for.
    return np.array([*DIRECTIONS, None], dtype=object)[direction_codes(np.asarray(bearing_deg, dtype=float))]
