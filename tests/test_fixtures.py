"""What Python and the page's script must agree on: cases in tests/fixtures, which tests/js reads too.

A file that differs from what Python computes fails here; `python tests/test_fixtures.py` writes them anew. A script
that differs from a file fails in `node --test`.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from stories import told
from worlds import history_of, sectors_of, snapshots_of, square

import tracker as tr
from tracker.changes.timeline import timeline
from tracker.measures.windows import age_days, windows_of
from tracker.outputs.page.map_places import settlements
from tracker.outputs.page.map_time import chronicle, grounds_of, time_of
from tracker.outputs.words.page import page_words
from tracker.outputs.words.text import day_text, days_text, instant_text, km, km2
from tracker.places.names import find, normalised, transliterate
from tracker.places.sectors import names_on
from tracker.tables.constants import STALE_DAYS, STATUSES
from tracker.tables.days import day_of

FOLDER = Path(__file__).parent / "fixtures"
LANGS = ("en", "uk")
ON = pd.Timestamp("2025-01-31")
LENGTHS = (1, 7, 30)

# ---- windows

# Days with maps: a whole month, one with gaps at the beginnings of windows, one that is too old, none …
DAYS_WITH_MAPS = [
    ["2025-01-01", "2025-01-24", "2025-01-30", "2025-01-31"],
    ["2025-01-01", "2025-01-31"],
    ["2024-12-20", "2025-01-31"],
    ["2025-01-01", "2025-01-26"],
    ["2025-01-01", "2025-01-21", "2025-01-26"],
    ["2025-01-20", "2025-01-30", "2025-01-31"],
    ["2025-01-01", "2025-01-10", "2025-01-24", "2025-01-29", "2025-01-30", "2025-01-31"],
    ["2025-01-01", "2025-01-21", "2025-01-27", "2025-01-28", "2025-01-31"],
    ["2024-12-01"],
    [],
]


def history(days: list[str]) -> gpd.GeoDataFrame:
    """Draw a front that moves on with every map, by more each time, and loses a square at every third."""
    lost = [square(-50, 3 * number, 1 + number / 4) for number in range(len(days))]
    return history_of(
        {
            f"{day}T20:00Z": [shapely.box(-1000 * number * (number + 3), 0, 30_000, 20_000), *lost[number // 3 :]]
            for number, day in enumerate(days)
        }
    )


def counted(ledger: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Let the changes of every fourth map not count."""
    steps = ledger["end"].rank(method="dense").astype(int)
    return ledger.assign(counted=steps % 4 != 0)


def in_m2(ledger: gpd.GeoDataFrame) -> list[int]:
    """Sum changes as the tables do: gained and lost of those that count, the net of all."""
    area = (ledger["area_km2"] * 1e6).where(ledger["kind"].isin(["gain", "loss"]), 0.0)
    gain = ledger["kind"] == "gain"
    return [
        round(area[gain & ledger["counted"]].sum()),
        round(area[~gain & ledger["counted"]].sum()),
        round(area[gain].sum() - area[~gain].sum()),
    ]


def page_of(control: gpd.GeoDataFrame, ledger: gpd.GeoDataFrame, **tables: Any) -> dict[str, Any]:
    """Tell the page of every day up to `ON`; which changes count is as the ledger says, and not asked anew."""
    story = told("map", control=control, ledger=ledger, **tables)
    return time_of(replace(story, ledger=ledger), ON, "en")


def window_case(days: list[str]) -> dict[str, Any]:
    """Tell what each window up to `ON` knows, and what changed in it."""
    instants = pd.Series([pd.Timestamp(f"{day}T20:00Z") for day in days], dtype="datetime64[us, UTC]")
    first = pd.Timestamp(days[0]) if days else ON
    case: dict[str, Any] = {"first": f"{first:%Y-%m-%d}", "on": (ON - first).days, "days": [], "sums": []}
    ages = ledger = None
    if days:
        control = history(days)
        ledger = counted(tr.track(control))
        page = page_of(control, ledger)
        case |= {"days": page["days"], "sums": page["sums"]}
        ages = age_days(ledger, ON, LENGTHS)
    case["windows"] = [
        {
            "length": window.days,
            "start": None if window.start is None else (window.start - first).days,
            "whole": window.whole,
            "late": window.late_days,
            "old": window.old_start is not None,
            "known": window.known,
            "sums": in_m2(ledger[(ages <= window.days).fillna(False).astype(bool)])
            if window.known and ledger is not None
            else [None, None, None],
        }
        for window in windows_of(instants, ON, LENGTHS)
    ]
    return case


def named_sectors() -> gpd.GeoDataFrame:
    """Two grounds, of which one changed its name, and one never had but one for a while."""
    shapes = {
        "north": shapely.box(-2e5, 1e4, 2e5, 2e5),
        "south": shapely.box(-2e5, -2e5, 2e5, 0),
        "west": shapely.box(-2e5, 0, -5_000, 1e4),
    }
    before = sectors_of(shapes, valid_to=pd.to_datetime(["2025-01-09", None, "2025-01-20"]))
    after = sectors_of({"north": shapes["north"]}, valid_from=pd.Timestamp("2025-01-10"), name_en="Far north")
    return pd.concat([before, after.assign(sector="far-north", name_uk="Далека північ")], ignore_index=True)


def sector_cases() -> dict[str, Any]:
    """Tell what changed by sector between two days, under the names of the last of them."""
    control, sectors = history(DAYS_WITH_MAPS[6]), named_sectors()
    ledger = counted(tr.split(tr.track(control), sectors))
    page = page_of(control, ledger, sectors=sectors)
    days, cases = day_of(ledger["end"]), []
    for since, until in (("2025-01-01", "2025-01-31"), ("2025-01-10", "2025-01-29"), ("2025-01-02", "2025-01-05")):
        names = names_on(pd.DataFrame(sectors.drop(columns="geometry")), pd.Timestamp(until))
        named = ledger["ground"].map(names.drop_duplicates("ground").set_index("ground")["name_en"]).fillna("Elsewhere")
        inside = (days > since) & (days <= until)
        sums = [[name, in_m2(rows)] for name, rows in ledger[inside].groupby(named[inside])]
        cases.append({"since": since, "until": until, "sums": sorted(sums, key=lambda row: (-row[1][0], -row[1][1]))})
    assert grounds_of(sectors) == [ground["ground"] for ground in page["grounds"]]
    return {key: page[key] for key in ("first", "days", "grounds", "sums")} | {"cases": cases}


def windows_fixture() -> dict[str, Any]:
    """What windows know, and sums by window and by sector."""
    cases = [window_case(days) for days in DAYS_WITH_MAPS]
    return {"stale_days": STALE_DAYS, "lengths": list(LENGTHS), "cases": cases, "sectors": sector_cases()}


# ---- the chronicle


def world() -> gpd.GeoDataFrame:
    """Maps with holes, islands, contested ground, and ground that comes and goes."""
    front = [shapely.box(1000 * west, 0, 30_000, 20_000) for west in (12, 9, 9, 4, 6)]
    island, hole = square(0, 40, 4), square(20, 8, 3)
    states = [
        {"occupied": [front[0].difference(hole)]},
        {"occupied": [front[1].difference(hole), island], "contested": [square(4, 2, 3)]},
        {"occupied": [front[2], island], "contested": [hole.buffer(0), square(2, 2, 4)]},
        {"occupied": [front[3]], "contested": [island]},
        {"occupied": [front[4], square(1, 41, 2)]},
    ]
    days = ["2025-01-01", "2025-01-20", "2025-01-25", "2025-01-30", "2025-01-31"]
    return history_of({f"{day}T20:00Z": state for day, state in zip(days, states, strict=True)})


def status_of(state: gpd.GeoDataFrame, point: shapely.Point) -> int:
    """Tell the status of a place."""
    held = state[state.geometry.contains(point)]
    return STATUSES.index(held["status"].iloc[0]) if len(held) else 0


def age_of(ledger: gpd.GeoDataFrame, ages: pd.Series, point: shapely.Point) -> int:
    """Tell the window of the last gain at a place, minus that of the last loss; 0 where it is older than all."""
    here = ledger[ledger.geometry.contains(point) & ledger["kind"].isin(["gain", "loss"])].sort_values("end")
    if here.empty or pd.isna(ages[here.index[-1]]):
        return 0
    return int(ages[here.index[-1]]) * (1 if here["kind"].iloc[-1] == "gain" else -1)


def chronicle_fixture() -> dict[str, Any]:
    """All maps as chains and histories; what they say at places, and how much they hold, in square degrees."""
    control = world()
    ledger = tr.track(control)
    ages = age_days(ledger, ON, LENGTHS)
    states = snapshots_of(control)
    points = [shapely.Point(500 + 2_000 * x, 700 + 3_000 * y) for x in range(-2, 16) for y in range(-1, 16)]
    lonlat = gpd.GeoSeries(points, crs=tr.WORK_CRS).to_crs(4326)
    told = [
        {
            "at": [round(at.y, 6), round(at.x, 6)],
            "statuses": [status_of(state, point) for state in states],
            "age": age_of(ledger, ages, point),
        }
        for point, at in zip(points, lonlat, strict=True)
    ]
    areas = [
        [
            float(f"{state[state['status'] == status].to_crs(4326).geometry.to_numpy()[0].area:.6g}")
            if (state["status"] == status).any()
            else 0.0
            for status in STATUSES[1:]
        ]
        for state in states
    ]
    written = chronicle(timeline(control, ledger))
    on = (ON - pd.Timestamp(written["first"])).days
    return {
        "statuses": list(STATUSES), "stale_days": STALE_DAYS, "lengths": list(LENGTHS), "on": on, "written": written,
        "points": told, "areas_deg2": areas,
    }  # fmt: skip


# ---- names


def names_fixture() -> dict[str, Any]:
    """Spellings that are one name, names that are not, and the places that a name means."""
    places = tr.gazetteer()
    every = sorted(set(places["name_uk"]) - {""})[::4]
    main = places.drop_duplicates("name_uk").set_index("name_uk")["name"]
    spelled = {name: {transliterate(name), main[name]} for name in every}
    spellings = [
        [name, *sorted(other for other in others if normalised(other) == normalised(transliterate(name)))]
        for name, others in spelled.items()
    ]
    # What people write who know no official rules; the last ones mix letters that Ukrainian tells apart.
    spellings += [["Avdiyivka", "Авдіївка"], ["Mar'yinka", "Марʼїнка"], ["Gorlivka", "Горлівка"], ["KYIV", "Київ"]]
    towns = places[places["place"].isin(["city", "town"])].iloc[::3]
    typed = [*towns["name"].iloc[::4], *towns["name_uk"].iloc[1::4], "pokrovsk", "КИЇВ", "nowhere at all"]
    return {
        "spellings": spellings,
        "different": [["Lyman", "Ламан"], ["Торецьк", "Покровськ"], ["Kyiv", "Kiliia"]],
        "settlements": settlements(towns, "uk"),
        "found": [[name, sorted(find(towns, name)["geonameid"].tolist())] for name in typed],
    }


# ---- numbers


AREAS_M2 = [
    0, 1, 49_999, 50_000, 50_001, 150_000, 250_000, 350_000, 750_000, 949_999, 950_000, 1_050_000, 1_250_000, 1_350_000,
    1_450_000, 2_060_000, 9_950_000, 12_345_000, 99_950_000, 999_949_999, 999_950_000, 1_234_500_000, 1_234_567_890_123,
]  # fmt: skip
LENGTHS_M = [0, 40, 50, 149, 150, 250, 2_510, 12_345, 999_960, 1_234_560]
WORDS_OF_NUMBERS = (
    "month_names",
    "days_one",
    "days_few",
    "days_many",
    "km",
    "kyiv",
    "tool_total",
    "between_thousands",
    "before_decimals",
)


def numbers_fixture() -> dict[str, Any]:
    """Areas, distances, days and instants as each language writes them."""
    days = [*range(35), 91, 100, 101, 111, 112, 121, 122, 365, 1000, 1001]
    dates = [f"{day:%Y-%m-%d}" for day in pd.date_range("2024-12-30", periods=13, freq="29D")]
    return {
        lang: {
            "words": {key: page_words(lang)[key] for key in WORDS_OF_NUMBERS},
            "km2": [[m2, km2(m2 / 1e6, lang=lang)] for m2 in AREAS_M2],
            "signed": [[m2, km2(m2 / 1e6, signed=True, lang=lang)] for a in AREAS_M2 for m2 in (a, -a)],
            "unknown": km2(math.nan, lang=lang),
            "km": [[m, km(m / 1000, lang=lang) + " " + page_words(lang)["km"]] for m in LENGTHS_M],
            "days": [[number, days_text(number, lang)] for number in days],
            "dates": [[day, day_text(day, lang)] for day in dates],
            "instants": [
                [day, minutes, instant_text(pd.Timestamp(day, tz="Europe/Kyiv") + pd.Timedelta(minutes=minutes), lang)]
                for day, minutes in (("2025-01-06", 0), ("2025-01-06", 1389), ("2025-07-01", 65))
            ],
        }
        for lang in LANGS
    }


def geodesics_fixture() -> list[list[Any]]:
    """Places as [lat, lon], and how far they are from each other on the ellipsoid, in metres."""
    geod, chance = Geod(ellps="WGS84"), random.Random(5)
    ends = [[round(chance.uniform(44, 53), 4), round(chance.uniform(22, 41), 4)] for _ in range(120)]
    pairs = [*zip(ends[::2], ends[1::2], strict=True), (ends[0], ends[0]), ([0, 0], [0, 3]), ([1, 5], [2, 5])]
    return [[start, end, round(geod.inv(start[1], start[0], end[1], end[0])[2], 4)] for start, end in pairs]


FIXTURES = {
    "windows": windows_fixture,
    "chronicle": chronicle_fixture,
    "names": names_fixture,
    "numbers": numbers_fixture,
    "geodesics": geodesics_fixture,
}


def as_text(fixture: Any) -> str:
    """Write a fixture so that a change of one case is a change of one line."""
    return _laid_out(fixture, 0) + "\n"


def _laid_out(value: Any, depth: int) -> str:
    """Lay JSON out: what fits a line is one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + 2 * depth <= 110 or not isinstance(value, dict | list):
        return line
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {_laid_out(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{outer}}}"
    return "[\n" + ",\n".join(inner + _laid_out(item, depth + 1) for item in value) + f"\n{outer}]"


@pytest.mark.parametrize("name", FIXTURES)
def test_committed_fixtures_are_what_python_computes(name):
    committed = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert committed == as_text(FIXTURES[name]()), "python tests/test_fixtures.py writes it anew"


if __name__ == "__main__":
    for name, compute in FIXTURES.items():
        (FOLDER / f"{name}.json").write_text(as_text(compute()), encoding="utf-8")
        print(f"wrote {FOLDER / name}.json")
