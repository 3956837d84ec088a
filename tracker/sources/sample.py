"""The bundled illustrative sample."""

from __future__ import annotations

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
        The `control` table, a snapshot a day, with a column `note` that `tracker.render` prints on every picture.
    """
    return load(SAMPLE_SOURCE, sample_file()).assign(note=SAMPLE_NOTE)


def sample_file() -> Path:
    """Find the sample's facts."""
    return data_folder() / "sample" / "settlement_facts.csv"
