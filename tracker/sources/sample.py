"""The bundled illustrative sample."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import geopandas as gpd

from tracker.places.bundled import data_folder
from tracker.sources import load
from tracker.tables.constants import SAMPLE_NOTE

SAMPLE_SOURCE = "settlement-facts"


def sample() -> gpd.GeoDataFrame:
    """
    Read the bundled illustrative sample: ground between Pokrovsk and Kurakhove, 2024-12-01 to 2025-01-07.

    It is tessellated from facts about 80 settlements, and is nobody's map.

    Returns
    -------
    GeoDataFrame
        The `control` table in `WORK_CRS`, a snapshot a day, with a column `note` that `tracker.render` prints on every
        picture.

    Examples
    --------
    >>> import tracker as tr
    >>> control = tr.sample()
    >>> control[["as_of", "status", "note"]].tail(2)
                           as_of     status                 note
    74 2025-01-07 21:59:59+00:00  contested  illustrative sample
    75 2025-01-07 21:59:59+00:00   occupied  illustrative sample
    """
    return _sample().copy()


@cache
def _sample() -> gpd.GeoDataFrame:
    """Read it once: tessellating it takes longer than most of what is done with it."""
    return load(SAMPLE_SOURCE, sample_file()).assign(note=SAMPLE_NOTE)


def sample_file() -> Path:
    """Find the sample's facts."""
    return data_folder() / "sample" / "settlement_facts.csv"
