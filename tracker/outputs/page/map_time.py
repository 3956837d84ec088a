"""What the map's time slider is drawn from: all states as chains and histories, and what is said of each day.

`scripts/chronicle.js` reads it. Days are counted from the first map's; steps are the maps, in order. Areas
are square metres, distances tenths of a kilometre, so that sums in the page are those of the tables.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.changes.snapshots import epoch_starts
from tracker.changes.timeline import Flip, Timeline
from tracker.ground.geodesy import DIRECTIONS
from tracker.outputs.page.bulletin import paragraphs
from tracker.outputs.story import Story
from tracker.outputs.words.escape import printable
from tracker.outputs.words.text import name_column
from tracker.places.sectors import ELSEWHERE, names_on
from tracker.tables.constants import KYIV, LONLAT, STATUSES, WORK_CRS
from tracker.tables.days import Day

_DIGITS = 5  # of a degree, as in the page's other layers


def time_of(story: Story, day: pd.Timestamp, lang: str) -> dict[str, Any]:
    """Describe every day from the first map's to `day`, the last one of the slider."""
    states, sectors = story.timeline, story.sectors
    assert states is not None
    days = states.days
    grounds = [] if sectors is None else grounds_of(sectors)
    told = chronicle(states)
    told |= {
        "last": (day - days.iloc[0]).days,
        "minutes": [_minutes(instant) for instant in states.instants],
        "breaks": np.flatnonzero(states.instants.isin(epoch_starts(story.control))).tolist(),
        "areas": _areas(story.control, states),
        "grounds": [] if sectors is None else _names(sectors, grounds, lang),
        "sums": _sums(story.ledger, states, grounds),
        "bulletin": _bulletin(story.bulletin, days, sectors, lang),
        "captures": _captures(story.captures, states.instants),
    }
    return told


def grounds_of(sectors: gpd.GeoDataFrame) -> list[str]:
    """List the grounds of a `sectors` table in the order by which the page numbers them."""
    return sorted(set(sectors["ground"]) | {ELSEWHERE})


def chronicle(states: Timeline) -> dict[str, Any]:
    """
    Write a timeline down: its first day, the day of each step, the histories, the chains, the last digit of degrees.

    Histories and chains are sequences of integers in Base64. A history: its status at first, the number of its flips,
    and for each flip the step (negative where it does not count) and the status from then on. A chain: left, right,
    twice the number of points (and one where it is the side of a slit), and the points in units of that digit of a
    degree, each from the one before it.
    """
    days = states.days
    histories = [
        [history[0].status, len(history) - 1, *(number for flip in history[1:] for number in _flip(flip))]
        for history in states.histories
    ]
    return {
        "first": f"{days.iloc[0]:%Y-%m-%d}",
        "days": (days - days.iloc[0]).dt.days.tolist(),
        "digits": _DIGITS,
        "histories": _base64(np.array([number for history in histories for number in history], dtype=np.int64)),
        "chains": _base64(_numbers(states)),
    }


def other_source(story: Story) -> dict[str, Any]:
    """Write the states of another source down: a `chronicle`."""
    assert story.other is not None
    assert story.other_timeline is not None
    return chronicle(story.other_timeline) | {"source": str(story.other["source"].iloc[0])}


def _flip(flip: Flip) -> tuple[int, int]:
    """Write a flip."""
    return (flip.step if flip.counted else -flip.step), flip.status


def _numbers(states: Timeline) -> np.ndarray:
    """List the chains as integers; those that shrink to a point on the page's grid are left out."""
    if not states.chains:
        return np.empty(0, dtype=np.int64)
    chain = np.repeat(np.arange(len(states.chains)), [len(one.points) for one in states.chains])
    grid = _grid(np.concatenate([one.points for one in states.chains]))
    moved = np.append(True, (np.diff(grid, axis=0) != 0).any(axis=1) | (np.diff(chain) != 0))
    grid, chain = grid[moved], chain[moved]
    sizes = np.bincount(chain, minlength=len(states.chains))
    grid = grid[sizes[chain] > 1]
    pairs = zip(states.chains, sizes, strict=True)
    heads = np.array([(one.left, one.right, 2 * size + one.slit) for one, size in pairs])[sizes > 1]
    sizes = sizes[sizes > 1]
    first = np.cumsum(sizes) - sizes
    deltas = np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return np.insert(deltas.ravel(), np.repeat(first * 2, 3), heads.ravel())


def _grid(points: np.ndarray) -> np.ndarray:
    """Convert points in `WORK_CRS` to integer degrees of the page's grid: longitude, latitude."""
    lonlat = gpd.GeoSeries(shapely.points(points), crs=WORK_CRS).to_crs(LONLAT)
    return np.rint(shapely.get_coordinates(lonlat) * 10**_DIGITS).astype(np.int64)


def _base64(numbers: np.ndarray) -> str:
    """Write integers as zigzag varints (Protocol Buffers, "Encoding"), where small ones take one byte, in Base64."""
    zigzag = np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)
    left = zigzag[:, None] >> np.arange(0, 35, 7)
    written = left > 0
    written[:, 0] = True
    more = np.column_stack([written[:, 1:], np.zeros(len(numbers), dtype=bool)])
    return base64.b64encode((left & 127 | more * 128)[written].astype(np.uint8).tobytes()).decode()


def _minutes(instant: pd.Timestamp) -> int:
    """Give the time of day of an instant in Kyiv, in minutes."""
    local = instant.tz_convert(KYIV)
    return int(local.hour * 60 + local.minute)


def _areas(control: gpd.GeoDataFrame, states: Timeline) -> dict[str, list[int | None]]:
    """Give the area of each status at each step, in m²; None where the source does not draw it."""
    areas = control.assign(m2=control.geometry.area).pivot_table(
        index="as_of", columns="status", values="m2", observed=False
    )
    areas = areas.reindex(pd.Index(states.instants))
    return {
        status: [None if pd.isna(area) else round(area) for area in areas[status]]
        for status in STATUSES[1:]
        if status in areas and areas[status].notna().any()
    }


def _names(sectors: gpd.GeoDataFrame, grounds: Sequence[str], lang: str) -> list[dict[str, Any]]:
    """List the names of each ground, with the days on which they hold; "" where they have no end."""
    rows = pd.DataFrame(sectors).drop_duplicates(["ground", "name_en", "valid_from"])
    rows = rows.sort_values("valid_from", na_position="first")
    names: dict[str, list[list[str]]] = {ground: [] for ground in grounds}
    for ground, since, until, name in rows[["ground", "valid_from", "valid_to", name_column(lang)]].itertuples(
        index=False
    ):
        names[ground].append([_iso(since), _iso(until), name])
    return [{"ground": ground, "names": names[ground]} for ground in grounds]


def _iso(day: Day) -> str:
    """Write a day; "" for none."""
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


def _sums(ledger: gpd.GeoDataFrame, states: Timeline, grounds: Sequence[str]) -> list[list[int]]:
    """Sum the steps by ground: [step, ground or -1, gain, loss (those that count), net (of all)] in m²."""
    rows = ledger[ledger["kind"].isin(["gain", "loss"])]
    if rows.empty:
        return []
    area = rows["area_km2"] * 1e6
    gain = rows["kind"] == "gain"
    table = pd.DataFrame(
        {
            "step": pd.Index(states.instants).get_indexer(pd.Index(rows["end"])),
            "ground": pd.Index(grounds).get_indexer(pd.Index(rows["ground"])) if grounds and "ground" in rows else -1,
            "gain": area.where(gain & rows["counted"], 0.0),
            "loss": area.where(~gain & rows["counted"], 0.0),
            "net": area.where(gain, -area),
        }
    )
    sums = table.groupby(["step", "ground"], as_index=False).sum()
    return sums.round().astype(int).to_numpy().tolist()


def _bulletin(
    bulletin: pd.DataFrame | None, days: pd.Series, sectors: gpd.GeoDataFrame | None, lang: str
) -> list[list[list[str]]]:
    """Tell each step in sentences: paragraphs as [heading, sentence, …]."""
    if bulletin is None:
        return []
    told = dict(list(bulletin.groupby("day")))
    names = None if sectors is None else pd.DataFrame(sectors.drop(columns=sectors.geometry.name)).drop_duplicates()
    return [
        []
        if day not in told
        else [
            [printable(paragraph["heading"]), *map(printable, paragraph["sentences"])]
            for paragraph in paragraphs(told[day], sectors=None if names is None else names_on(names, day), lang=lang)
        ]
        for day in days
    ]


def _captures(captures: gpd.GeoDataFrame | None, instants: pd.Series) -> list[list[int]]:
    """List the settlements that changed status: [step, geonameid, status before, status after]."""
    if captures is None or captures.empty:
        return []
    steps = pd.Index(instants).get_indexer(pd.Index(captures["as_of"]))
    before, after = (captures[name].astype(str).map(STATUSES.index) for name in ("before", "after"))
    return np.column_stack([steps, captures["geonameid"], before, after])[steps > 0].astype(int).tolist()


def town_days(distances: pd.DataFrame, first: pd.Timestamp) -> dict[int, dict[str, list[list[int | None]]]]:
    """
    Write what is known of each town's distances by day: a row where something changes, to either ground.

    A row is [day, status, km from the edge, its direction, km from the centre, its direction]: kilometres in tenths,
    directions by their place in `tracker.distances.DIRECTIONS`, None where there is none.
    """
    rows = distances.sort_values(["geonameid", "to", "day"])
    columns = [
        (rows["day"] - first).dt.days.tolist(),
        [STATUSES.index(status) for status in rows["status"].astype(str)],
        [_tenths(km) for km in rows["edge_km"].tolist()],
        [_direction(name) for name in rows["edge_direction"].tolist()],
        [_tenths(km) for km in rows["centre_km"].tolist()],
        [_direction(name) for name in rows["direction"].tolist()],
    ]
    told: dict[int, dict[str, list[list[int | None]]]] = {}
    for town, to, *row in zip(rows["geonameid"].tolist(), rows["to"].astype(str), *columns, strict=True):
        kept = told.setdefault(town, {}).setdefault(to, [])
        if not kept or kept[-1][1:] != row[1:]:
            kept.append(row)
    return told


def _tenths(distance_km: float) -> int | None:
    """Round as the page prints: to a tenth, as Python formats it."""
    return None if pd.isna(distance_km) else round(float(f"{distance_km:.1f}") * 10)


def _direction(name: Any) -> int | None:
    """Number a direction."""
    return None if pd.isna(name) else DIRECTIONS.index(str(name))
