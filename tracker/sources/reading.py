"""How one file of a source becomes snapshots, and what their drawing shows of its quality."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes import snapshots
from tracker.changes.snapshots import Ground, ground_of
from tracker.errors import LabelError, SourceError
from tracker.ground.areas import held_regions, outside_km2, regions_held
from tracker.ground.recall import Recent, afresh
from tracker.sources.base import Source
from tracker.sources.drawing import Drawn, drawn_again, drawn_by
from tracker.tables.check import conform, empty
from tracker.tables.definitions import FACTS


@dataclass(frozen=True)
class Snapshot:
    """
    One map: what it draws, and what its drawing shows of its quality.

    Parameters
    ----------
    source, as_of
        The name of the source, and the instant.
    ground
        What it draws.
    draws
        The statuses that it can draw: each gets a row of `control`.
    facts
        A row of the `facts` table.
    """

    source: str
    as_of: pd.Timestamp
    ground: Ground
    draws: tuple[str, ...]
    facts: dict[str, Any]

    @property
    def is_empty(self) -> bool:
        """Tell whether it draws no ground at all."""
        return all(getattr(self.ground, status).is_empty for status in self.draws)


def read_file(source: Source, path: Path) -> gpd.GeoDataFrame:
    """
    Read one export file into the control table: one snapshot, or several where the file holds several.

    Raises
    ------
    UndatedError, LabelError, SourceError
        With the file's name, what is wrong, and what to do.
    """
    return control_of(read_snapshots(source, path))


def read_whole_file(source: Source, path: Path) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """
    Read one export file into the control table, and note what the drawing itself shows of its quality.

    Returns
    -------
    control, facts
        The `control` table, and the `facts` table with a row a snapshot.

    Raises
    ------
    UndatedError, LabelError, SourceError
        With the file's name, what is wrong, and what to do.
    """
    found = with_own_km2(source, path, read_snapshots(source, path))
    return control_of(found), facts_of(found)


def control_of(found: Iterable[Snapshot]) -> gpd.GeoDataFrame:
    """Lay snapshots out as the `control` table."""
    return snapshots.control_table((one.source, one.as_of, one.ground, one.draws) for one in found)


def facts_of(found: Iterable[Snapshot]) -> pd.DataFrame:
    """Lay out what the drawing of snapshots shows of its quality as the `facts` table."""
    rows = [one.facts for one in found]
    return conform(pd.DataFrame(rows), FACTS) if rows else empty(FACTS)


def facts_of_control(control: gpd.GeoDataFrame) -> pd.DataFrame:
    """Note what snapshots show of their quality where only the `control` table is known, not how it was drawn."""
    outside = outside_km2(control.geometry).groupby(control["as_of"]).sum()
    occupied = control[control["status"] == "occupied"].set_index("as_of").geometry
    facts = pd.DataFrame({"outside_km2": outside}).rename_axis("as_of")
    facts = facts.assign(repaired_rings=0, repaired_km2=0.0, lacking=None)
    facts["held"] = held_regions(occupied).reindex(facts.index).fillna("")
    facts[["own_occupied_since_2022_km2", "own_contested_km2"]] = np.nan
    return conform(facts.reset_index(), FACTS)


def read_snapshots(source: Source, path: Path, recent: Recent | None = None) -> list[Snapshot]:
    """
    Read the snapshots of one export file, in the order of time.

    Parameters
    ----------
    source
        The source that the file comes from.
    path
        The file.
    recent
        Remembers what the files read just before had in common with this one; what comes out does not depend on it.

    Raises
    ------
    UndatedError, LabelError, SourceError
        With the file's name, what is wrong, and what to do.
    """
    as_of = pd.Timestamp(source.as_of(path)).floor("s") if source.as_of else None
    if path.stat().st_size == 0:
        raise SourceError(f"{path}: the file is empty; fetch it again")
    try:
        drawn = drawn_again(source, path, recent) if recent is not None and as_of is not None else None
        instants = [as_of]
        if drawn is None:
            drawn, instants = _drawn(source, path, as_of)
        present = {one.status for one in drawn}
        draws = tuple(status for status in source.draws if status not in source.sometimes or status in present)
        found = []
        for instant in instants:
            of_instant = [one for one in drawn if one.as_of in (None, instant)]
            ground = _ground(source, of_instant, recent)
            found.append(Snapshot(source.name, instant, ground, draws, _facts(instant, ground, of_instant)))
    except shapely.errors.ShapelyError as error:
        raise SourceError(f"{path}: its polygons cannot be put together ({error})") from None
    if recent is not None:
        recent.next_round()
    return found


def _drawn(source: Source, path: Path, as_of: pd.Timestamp | None) -> tuple[list[Drawn], list[pd.Timestamp]]:
    """Read what a file draws, and of which instants it is."""
    table = source.read(path)
    unknown = sorted(set(table["label"]) - set(source.labels))
    if unknown:
        words = ", ".join(re.sub(r"\s+", " ", repr(label)) for label in unknown)
        raise LabelError(f"{path}: unknown labels {words}; known are {', '.join(sorted(source.labels))}")
    as_ofs = list(table["as_of"]) if as_of is None else None
    drawn = drawn_by(source, list(table["label"]), table.geometry.to_numpy(), table.crs, as_ofs)
    instants = sorted(set(as_ofs)) if as_ofs is not None else [as_of]
    return [one for one in drawn if one is not None], instants


def _ground(source: Source, drawn: list[Drawn], recent: Recent | None) -> Ground:
    """Put together what was drawn."""
    since: list[shapely.Polygon] = []
    before: list[shapely.Polygon] = []
    contested: list[shapely.Polygon] = []
    for one in drawn:
        if one.status == "contested":
            contested += one.polygons or ()
        elif one.status == "occupied":
            (before if one.label in source.before_2022 else since).extend(one.polygons or ())
    recall = afresh if recent is None else recent
    return ground_of(since, before, contested, tells_since=bool(source.before_2022), recall=recall)


def _facts(as_of: pd.Timestamp, ground: Ground, drawn: list[Drawn]) -> dict[str, Any]:
    """Note what one snapshot shows of its quality, as a row of `facts`."""
    repaired = [one.repaired_km2 for one in drawn if one.repaired_km2 is not None]
    lacking = Counter(one.label for one in drawn if one.polygons is None)
    return {
        "as_of": as_of,
        "outside_km2": math.fsum(one.outside_km2 for one in drawn),
        "repaired_rings": len(repaired),
        "repaired_km2": math.fsum(repaired),
        "held": regions_held(np.array([ground.occupied]))[0],
        "lacking": ", ".join(f"{lacking[label]} of {label}" for label in sorted(lacking)) or None,
        "own_occupied_since_2022_km2": None,
        "own_contested_km2": None,
    }


def with_own_km2(source: Source, path: Path, found: list[Snapshot]) -> list[Snapshot]:
    """
    Note among the facts of a file's snapshots what the source itself says that it holds.

    Raises
    ------
    SourceError
        If the source's own km² cannot be read.
    """
    occupied, contested = source.own_km2(path) if source.own_km2 else (None, None)
    own = {"own_occupied_since_2022_km2": occupied, "own_contested_km2": contested}
    return [replace(one, facts=one.facts | own) for one in found]
