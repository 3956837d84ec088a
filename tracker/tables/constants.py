"""The words and figures that every table shares: statuses, kinds of change, the CRS, the theatre, the Kyiv day."""

from __future__ import annotations

from pyproj import CRS

from tracker.tables.messages import N_, Message

WORK_CRS = CRS.from_user_input("+proj=laea +lat_0=48.5 +lon_0=36 +datum=WGS84 +units=m")
"""Lambert azimuthal equal-area, metres: areas exact to 0.0001 %, distances to 0.06 % along the front."""

LONLAT = CRS.from_epsg(4326)
"""Degrees, at the doors only: sources convert in once, renderers and exports convert out once."""

THEATRE = (29.0, 44.0, 41.0, 53.0)
"""West, south, east, north in degrees: the rectangle that the sectors partition."""

KYIV = "Europe/Kyiv"
"""The time zone whose calendar days are the days of every table."""

STALE_DAYS = 3
"""A snapshot older than this is no longer taken as a day's state without saying so."""

DUST_KM2 = 0.01
"""What is smaller is dust along a border: not counted as a fragment, not drawn."""

SAME_KM2 = 1e-6
"""Areas less far apart are the same: a square metre, to which the laws of the ledger hold too."""

LEAST_KM2 = 0.05
"""What is less is written as 0.0, and so is not worth a line, a bar or a rank."""

STATUSES = (N_("free"), N_("contested"), N_("occupied"))
"""Free is what is left when the other two are drawn; where a source draws both, occupied wins."""

KINDS = ("gain", "loss", "contested", "cleared")
"""The kinds of change, seen from the occupier."""

_KIND_OF = {
    ("free", "occupied"): "gain",
    ("contested", "occupied"): "gain",
    ("occupied", "free"): "loss",
    ("occupied", "contested"): "loss",
    ("free", "contested"): "contested",
    ("contested", "free"): "cleared",
}


def kind_of(before: str, after: str) -> str:
    """
    Name the kind of a change from its two statuses.

    Raises
    ------
    ValueError
        If the two are equal or not statuses: that is no change.

    Examples
    --------
    >>> kind_of("contested", "occupied")
    'gain'
    >>> kind_of("occupied", "contested")
    'loss'
    """
    if (before, after) not in _KIND_OF:
        known = ", ".join(f"{one} → {other}" for one, other in _KIND_OF)
        raise ValueError(f"{before} → {after} is not a change; changes are {known}")
    return _KIND_OF[before, after]


SAMPLE_NOTE = Message("illustrative sample")
"""The mark on everything made from the bundled sample."""
