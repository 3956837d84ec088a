"""Briefings and their reports: the periods of the calendar, and figures that can be traced and made again."""

from __future__ import annotations

import html
import json
import re
import shlex
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import shapely
from commands import run
from hypothesis import given
from hypothesis import strategies as st
from worlds import control_of, history_of, square

import tracker as tr
from tracker.archive.archive import open_archive
from tracker.archive.ingest import manifest_lines
from tracker.archive.store import add, judge
from tracker.errors import NoDataError
from tracker.measures.windows import calendar_period, lengths_of, sums_of
from tracker.products.briefing import background_of, briefing_of
from tracker.products.day import report_of
from tracker.products.draft import distances_to_drawn

DAYS = st.dates(date(2022, 2, 24), date(2030, 12, 31))
GAINS = {"day": "2025-01-07", "week": "2025-01-06", "month": "2025-01-01"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Open the bundled sample: 1 December 2024 to 7 January 2025, a Tuesday."""
    return open_archive(tmp_path_factory.mktemp("empty"), sample_allowed=True)


@pytest.fixture(scope="module")
def briefings(archive):
    return {period: briefing_of(archive, "2025-01-07", period=period) for period in GAINS}


# ---- the calendar


@given(DAYS)
def test_a_period_holds_its_day_and_all_its_days_share_it(day):
    for period in ("day", "week", "month"):
        first, last = calendar_period(day, period)
        assert first.date() <= day <= last.date()
        assert calendar_period(first, period) == calendar_period(last, period) == (first, last)
        assert calendar_period(last + pd.Timedelta(days=1), period)[0] == last + pd.Timedelta(days=1)
    assert calendar_period(day, "week")[0].weekday() == 0
    assert calendar_period(day, "month")[0].day == 1


@given(DAYS, st.sampled_from(["day", "week", "month"]))
def test_the_windows_begin_with_the_period_itself(day, period):
    first, last = calendar_period(day, period)
    lengths = lengths_of(period, (last - first).days + 1)
    assert lengths[0] == (last - first).days + 1
    assert sorted(set(lengths)) == list(lengths)


def test_an_unknown_period_is_a_wrong_argument():
    with pytest.raises(ValueError, match="day, week, month"):
        calendar_period("2025-01-01", "year")


# ---- the tables of a briefing


@pytest.mark.parametrize("period", GAINS)
def test_a_period_is_clipped_to_what_the_archive_holds(briefings, period):
    briefing = briefings[period]
    assert briefing.since == pd.Timestamp(GAINS[period])
    assert briefing.on == pd.Timestamp("2025-01-07")
    assert (briefing.summary["until"] == briefing.on).all()
    assert briefing.since in set(briefing.totals["since"])


@pytest.mark.parametrize("period", GAINS)
def test_the_bulletin_adds_up_to_the_sums_of_the_period(briefings, period):
    briefing = briefings[period]
    own = briefing.totals[briefing.totals["since"] == briefing.since].iloc[0]
    areas = briefing.bulletin.groupby("action")["area_km2"].sum().reindex(["occupied", "advanced", "lost"]).fillna(0)
    assert areas["occupied"] + areas["advanced"] == pytest.approx(own["gain_km2"], abs=1e-6)
    assert areas["lost"] == pytest.approx(own["loss_km2"], abs=1e-6)
    assert set(briefing.bulletin["day"]) <= set(pd.date_range(briefing.since, briefing.on))


@pytest.mark.parametrize("period", GAINS)
def test_the_records_are_of_the_sectors_that_changed(briefings, period):
    briefing = briefings[period]
    own = briefing.summary[briefing.summary["since"] == briefing.since].set_index("sector")["gain_km2"]
    for sector, row in briefing.records.iterrows():
        assert row["gain_km2"] == pytest.approx(own[sector], abs=1e-6)


def test_a_longer_history_changes_no_sum(archive, briefings):
    """The tables of the windows are cut out of a year's: they are those of the windows alone."""
    briefing = briefings["day"]
    control = archive.states(briefing.totals["since"].min(), briefing.on)
    alone = sums_of(archive.changes(control, briefing.sectors), control, briefing.on)
    pd.testing.assert_frame_equal(briefing.summary, alone[0])
    pd.testing.assert_frame_equal(briefing.totals, alone[1])


@pytest.mark.parametrize("period", GAINS)
def test_a_background_of_many_days_changes_no_briefing(archive, briefings, period):
    shared = background_of(archive, pd.date_range("2024-12-20", "2025-01-07"), period=period)
    alone = {"2024-12-20": briefing_of(archive, "2024-12-20", period=period), "2025-01-07": briefings[period]}
    for day, expected in alone.items():
        assert_same(briefing_of(archive, day, period=period, background=shared), expected)


def assert_same(one, other):
    """Compare two briefings, table by table."""
    for field in fields(one):
        values = getattr(one, field.name), getattr(other, field.name)
        if isinstance(values[0], pd.DataFrame):
            pd.testing.assert_frame_equal(*values)
        else:
            assert values[0] == values[1], field.name


def test_where_a_source_changed_its_ground_a_background_knows_as_much_as_a_day_alone(tmp_path):
    """Maps that cover other ground for good from the 20th on: days whose history lies on one side, and on both."""
    lasting = {day: [square(60, -30, 20)] + [square(-70, -30, 60)] * (day >= 20) for day in range(1, 41)}
    first = pd.Timestamp("2025-01-01T20:00Z")
    control = history_of({first + pd.Timedelta(days=day - 1): shapes for day, shapes in lasting.items()})
    add(tmp_path, control, manifest_lines(control, Path(__file__), retrieved_at=first))
    judge(tmp_path, "deepstate")
    space = open_archive(tmp_path, "deepstate")
    shared = background_of(space, ["2025-01-10", "2025-01-25", "2025-02-08"])
    assert shared["control"]["epoch"].nunique() == 2
    for day in ("2025-01-10", "2025-01-25", "2025-02-08"):
        assert_same(briefing_of(space, day, background=shared), briefing_of(space, day))


def test_a_map_that_does_not_draw_contested_ground_has_no_distance_to_it():
    occupied = [square(60, -30, 20)]
    states = {"2025-01-06T20:00Z": {"occupied": occupied, "contested": None}}
    states |= {"2025-01-07T20:00Z": {"occupied": occupied, "contested": [square(58, -30)]}}
    towns = tr.towns(["Pokrovsk"])
    table = distances_to_drawn(history_of(states), towns, towns, ["2025-01-06", "2025-01-07"])
    drawn = [(f"{row.day:%d}", row.to) for row in table.itertuples()]
    assert drawn == [("06", "occupied"), ("07", "occupied"), ("07", "contested")]


def test_before_the_first_change_there_is_nothing_to_brief(archive):
    with pytest.raises(NoDataError, match="2024-12-02"):
        briefing_of(archive, "2024-11-20", period="week")


def test_the_hash_of_an_archive_tells_it_from_any_other(archive, tmp_path):
    lines = archive.manifest
    other = open_archive(tmp_path, sample_allowed=True)
    assert other.sha256() == archive.sha256()
    other = replace(other, manifest=lines.assign(sha256=["0" * 64, *lines["sha256"].iloc[1:]]))
    assert other.sha256() != archive.sha256()


# ---- the report


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("period", GAINS)
def test_a_report_says_its_period_its_words_and_its_origin(briefings, period, lang):
    briefing = briefings[period]
    texts = [report_of(briefing, form, lang=lang, command="tracker report") for form in ("markdown", "html")]
    spans = {
        "day": ("7 January 2025", "7 січня 2025"),
        "week": ("6–7 January 2025", "6–7 січня 2025"),
        "month": ("1–7 January 2025", "1–7 січня 2025"),
    }
    for text in map(html.unescape, texts):
        assert spans[period][lang == "uk"] in text.split("\n\n")[0] + re.search("<h1>.*|^# .*", text)[0]
        for word in ("GeoNames", tr.__version__, briefing.archive_sha256, briefing.provenance["sha256"].iloc[-1]):
            assert word in text
        assert ("In words", "Словами")[lang == "uk"] in text
        settlement = briefing.bulletin.sort_values("area_km2").iloc[-1]
        assert (settlement["name_uk"] if lang == "uk" else settlement["settlement"]) in text


def test_a_record_is_said(briefings):
    week = briefings["week"]
    row = {"gain_km2": 12.34, "percentile": 100.0, "history_since": pd.Timestamp("2024-10-01"), "windows": 30}
    record = row | {"most_since": pd.Timestamp("2024-11-03"), "most_on_record": False}
    for told, words in (
        (record, "12.3 km² gained in 2 days, the most since 3 November 2024."),
        (
            record | {"most_since": pd.NaT, "most_on_record": True},
            "than in any such period that the maps from 1 October",
        ),
        (record | {"most_since": pd.NaT}, None),
    ):
        table = pd.DataFrame([told], index=pd.Index(["Pokrovsk"], name="sector"))
        text = report_of(replace(week, records=table), "markdown")
        assert words in text if words else "12.3 km² gained" not in text


@pytest.fixture
def moving(tmp_path, monkeypatch):
    """Load three days of a front that moves, into the archive that commands use by default."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_ARCHIVE", str(tmp_path / "archive"))
    folder = tmp_path / "exports"
    folder.mkdir()
    for day in (6, 7, 8):
        drawn = control_of(f"2025-01-0{day}T20:00Z", occupied=[square(80 - day, -30, 20)]).to_crs(4326)
        drawn[["status", "geometry"]].astype({"status": "str"}).to_file(folder / f"2025-01-0{day}.geojson")
    run("load", "vector", folder, "--status-column", "status")
    return tmp_path


@pytest.mark.parametrize("options", [["--week", "--causes", "all"], ["--month", "--lang", "uk"], ["--format", "html"]])
def test_the_command_in_a_report_makes_the_same_bytes(moving, options):
    made = run("report", *options).stdout
    command = re.search(r"(tracker report [^`<]*)", made)[1]
    assert run(*shlex.split(command)[1:]).stdout == made


def test_a_markdown_file_gets_its_figure_beside_it(moving):
    run("report", "-o", "out/week.md", "--week")
    assert "](week.png)" in (moving / "out" / "week.md").read_text()
    assert (moving / "out" / "week.png").read_bytes().startswith(b"\x89PNG")


def test_a_week_and_a_month_do_not_go_together(moving):
    assert "--week does not go with --month" in run("report", "--month", "--week", status=2).stderr


def test_words_of_a_day_without_a_map_do_not_say_that_nothing_changed(moving):
    report = run("report", "--on", "2025-01-09").stdout
    assert "No change on the map" not in report
    assert "No map of this period is at hand" in report


def test_a_source_that_leaves_ground_out_is_said_beside_the_towns(briefings):
    day = briefings["day"]
    assert "leaves out ground" not in report_of(day, "markdown")
    for form in ("markdown", "html"):
        assert "leaves out ground" in report_of(replace(day, partial=True), form)


def test_maps_that_came_in_one_file_are_one_line_of_the_footer(briefings):
    text = report_of(briefings["day"], "markdown")
    assert text.count(briefings["day"].provenance["sha256"].iloc[0]) == 1
    assert "23:59 Kyiv – 7 January 2025, 23:59 Kyiv, sha256" in text


@pytest.mark.parametrize("name", ["week.html", "week.png"])
def test_markdown_is_not_written_under_the_name_of_another_kind(moving, name):
    assert "--format html" in run("report", "-o", name, status=2).stderr
    assert not (moving / name).exists()


def test_the_line_around_ground_that_a_source_leaves_out_is_said(moving):
    drawn = shapely.geometry.mapping(shapely.box(37.2, 47.9, 37.3, 48.0))
    feature = {"type": "Feature", "properties": {"type": "nochange", "date": "2025-01-06"}, "geometry": drawn}
    day = {"value": {"type": "FeatureCollection", "features": [feature]}}
    Path("2025-01-06.json").write_text(json.dumps(day))
    run("load", "liveuamap-nzz", "2025-01-06.json", "--archive", "nzz")
    assert "the line runs around that ground too" in run("frontline", "--archive", "nzz").stderr
    assert "the line runs around" not in run("frontline", "--source", "vector").stderr
