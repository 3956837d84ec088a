"""What a source drew, polygon by polygon: in `WORK_CRS`, repaired, and with what the drawing shows of its quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from tracker.errors import SourceError
from tracker.ground.areas import km2_outside
from tracker.ground.crs import in_work_crs
from tracker.ground.recall import Recent
from tracker.ground.union import polygons_of_each
from tracker.sources.base import Source
from tracker.sources.geojson import is_feature, pieces_of, read_piece
from tracker.tables.constants import LONLAT


@dataclass(frozen=True)
class Drawn:
    """
    One geometry that counts, as a source drew it.

    Parameters
    ----------
    label, status
        What the source calls it, and what that means (free ground too: it is not drawn, but may be as wrong).
    polygons
        Its valid polygons in `WORK_CRS`; None where it lacks its geometry.
    repaired_km2
        How much its repair changed its area; None where it was valid as it stood in the file.
    outside_km2
        How much of it lies outside the theatre.
    as_of
        Its instant, where one file holds several.
    """

    label: str
    status: str
    polygons: tuple[shapely.Polygon, ...] | None
    repaired_km2: float | None = None
    outside_km2: float = 0.0
    as_of: pd.Timestamp | None = None


def drawn_by(
    source: Source, labels: Sequence[str], shapes: Sequence[Any], crs: Any = LONLAT, as_of: Sequence[Any] | None = None
) -> list[Drawn | None]:
    """
    Convert, repair and measure geometries: each by itself, so that it does not matter which others are there.

    Returns
    -------
    list
        One for each geometry; None for what is ignored.
    """
    statuses = [source.labels[label] for label in labels]
    counting = [number for number, status in enumerate(statuses) if status != "ignore"]
    drawn_shapes = np.asarray(shapes, dtype=object)[counting]
    # Validity is that of the file: converting coordinates may make a ring cross itself by a hair, not by its fault.
    lacking = shapely.is_missing(drawn_shapes)
    broken = ~shapely.is_valid(drawn_shapes) & ~lacking
    ground = in_work_crs(drawn_shapes, crs)
    parts, owners = polygons_of_each(ground)
    ends = np.searchsorted(owners, np.arange(len(ground) + 1))
    beyond = np.bincount(owners, km2_outside(parts), len(ground))
    drawn: list[Drawn | None] = [None] * len(statuses)
    for row, number in enumerate(counting):
        polygons = parts[ends[row] : ends[row + 1]]
        drawn[number] = Drawn(
            labels[number],
            statuses[number],
            None if lacking[row] else tuple(polygons),
            abs(shapely.area(polygons).sum() - ground[row].area) / 1e6 if broken[row] else None,
            float(beyond[row]),
            None if as_of is None else as_of[number],
        )
    return drawn


def drawn_again(source: Source, path: Path, recent: Recent) -> list[Drawn] | None:
    """
    Read what a file of features draws, where most of them were in the files before it: only new ones are read.

    Returns
    -------
    list or None
        None where the file must be read as a whole: it is written in another way, or something in it is wrong.
    """
    cut = pieces_of(path.read_bytes()) if source.read_feature else None
    if cut is None:
        return None
    start, pieces = cut
    known = {piece: recent.find(piece) for piece in pieces}
    unread = [piece for piece, answer in known.items() if answer is None]
    try:
        read = [_read_feature(source, start, piece) for piece in unread]
        ground = [one for one in read if one is not None]
        found = iter(drawn_by(source, [label for label, _ in ground], [shape for _, shape in ground]))
    except (SourceError, ValueError, KeyError, RecursionError, shapely.errors.ShapelyError):
        return None
    for piece, one in zip(unread, read, strict=True):
        known[piece] = recent.keep(piece, None if one is None else next(found))
    return [answer.answer for piece in pieces if (answer := known[piece]) and answer.answer is not None]


def _read_feature(source: Source, start: bytes, piece: bytes) -> tuple[str, Any] | None:
    """Read one feature by its bytes; None where it draws no ground."""
    feature = read_piece(start, piece)
    if source.read_feature is None or not is_feature(feature):
        raise SourceError("not a feature")
    return source.read_feature(feature)
