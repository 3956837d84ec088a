"""A complete ad-hoc script of the kind that people publish: how much did the occupied ground change, day by day?

Read every file, to UTM zone 36N, union, difference with the day before, area. It runs by itself:

    python tests/benchmarks/adhoc_script.py FOLDER

It is right as far as it goes, and does what such scripts do: it keeps what is red, takes the last file of a day for the
day by UTC, and measures square kilometres in a projection that is not equal-area (0.04 % off at the zone's middle, and
more to its sides).
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

__all__ = ["changes"]

UTM_36N = 32636


def changes(folder: Path) -> pd.DataFrame:
    """Give gained and lost km² of each file against the one before."""
    rows, before = [], None
    for file in sorted(folder.glob("*.geojson")):
        frame = gpd.read_file(file)
        if "fill" in frame:
            frame = frame[frame["fill"].str.lower().isin(["#a52714", "#880e4f"])]
        frame = frame[frame.geom_type.isin(["Polygon", "MultiPolygon"])].to_crs(UTM_36N)
        ground = frame.geometry.make_valid().union_all()
        if before is not None:
            gained, lost = ground.difference(before).area, before.difference(ground).area
            rows.append({"file": file.name, "gained_km2": gained / 1e6, "lost_km2": lost / 1e6})
        before = ground
    return pd.DataFrame(rows)


if __name__ == "__main__":
    print(changes(Path(sys.argv[1])).to_string(index=False))
