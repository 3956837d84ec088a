"""Fetching from end to end: the commands against a server of our own, which serves a small made-up history."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import commands
import geopandas as gpd
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from filelock import FileLock
from pytest_httpserver import HTTPServer
from werkzeug import Response

import tracker as tr
from tracker.archive.store import read_archive, read_manifest
from tracker.cli import cli, fetching
from tracker.fetch import maps
from tracker.fetch import reference as reference_downloads
from tracker.sources.deepstate import OWN_KM2_FACTOR
from tracker.tables.days import day_of

NOW = datetime(2025, 1, 10, 12, tzinfo=UTC)
IDS = [1736107200, 1736197748, 1736284148]  # 5, 6 and 7 January 2025
FILLS = {"occupied": "#a52714", "contested": "#bcaaa4"}
AREAS = [
    {"hash": "#a52714", "area": 100.0, "percent": "0.1", "type": "occupied_after_24_02_2022"},
    {"hash": "#880e4f", "area": 900.0, "percent": "0.1", "type": "occupied_to_24_02_2022"},
    {"hash": "#bcaaa4", "area": 7.0, "percent": "0.1", "type": "unspecified"},
    {"hash": "#bcaaa4", "area": 2.0, "percent": "0.1", "type": "other_territories"},
    {"hash": "#01579b", "area": 3.0, "percent": "0.1", "type": "other_territories"},
]


# ---- the stage


@pytest.fixture(scope="module")
def _server():
    with HTTPServer(host="localhost", port=0, threaded=True) as server:
        yield server


@pytest.fixture
def server(_server):
    _server.clear()
    _server.no_handler_status_code = 404
    yield _server
    _server.clear()


@pytest.fixture(autouse=True)
def _at_noon_without_pauses(monkeypatch):
    """Work at a fixed time, and never sleep."""
    monkeypatch.setattr(fetching, "sleep", lambda _seconds: None)
    at(monkeypatch, NOW)


def at(monkeypatch, now):
    monkeypatch.setattr(fetching, "clock", lambda: now)


def run(*arguments, status=0):
    """Run a command that prints nothing, for what it says."""
    result = commands.run(*arguments, status=status)
    assert result.stdout == ""
    return result.stderr


def fetch(source, server, *arguments, status=0):
    """Fetch a source from our server."""
    options = ["--accept-terms", "--archive", "archive", "--url", server.url_for("/api/")]
    return run("fetch", source, *options, *arguments, status=status)


def asked(server):
    """Count the requests by path, and forget them."""
    paths = Counter(request.path.removeprefix("/api/") for request, _ in server.log)
    server.log.clear()
    return paths


def feature(box, status="occupied", **properties):
    properties = {"name": "", "fill": FILLS.get(status, status)} | properties
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shapely.box(*box))}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def grown(step):
    """Draw an export in which the occupied box has grown by so many steps."""
    east = 37.1 + step / 100
    return collection(feature((37.0, 48.0, east, 48.1)), feature((east, 48.0, east + 0.01, 48.1), "contested"))


def forget(server, path):
    """Take back what a path answers."""
    for handler in [one for one in server.handlers if one.matcher.uri == f"/api/{path}"]:
        server.handlers.remove(handler)


def serve(server, path, content, status=200, **headers):
    """Answer a path with JSON or bytes, in the place of what it answered before."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    forget(server, path)
    server.expect_request(f"/api/{path}").respond_with_data(data, status=status, headers=headers)


def serve_history(server, ids=IDS, *, areas=AREAS):
    serve(server, "public", [{"id": number, "description": "", "datetime": "soon"} for number in ids])
    for step, number in enumerate(sorted(ids)):
        serve(server, f"{number}/geojson", grown(step))
        serve(server, f"{number}/areas", areas)


def raw(source="deepstate"):
    """List the files of a source by name, without the register and what is hidden."""
    folder = Path("archive/raw") / source
    names = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    return sorted(name for name in names if name != "fetched.csv")


def register(source="deepstate"):
    with open(Path("archive/raw") / source / "fetched.csv", encoding="utf-8") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def days_held():
    return [f"{day:%m-%d}" for day in day_of(read_manifest("archive")["as_of"])]


# ---- terms


@pytest.mark.parametrize("command", [("fetch", "deepstate"), ("reference", "fetch", "gazetteer")])
def test_nothing_is_asked_for_before_the_terms_are_accepted(server, command):
    told = run(*command, "--archive", "archive", "--url", server.url_for("/api"), status=2)
    assert "Licence:" in told
    assert "https://" in told
    assert "--accept-terms" in told
    assert f'accept_terms = ["{command[-1]}"]' in told
    assert not server.log
    assert not Path("archive").exists()


def test_accepted_terms_are_remembered_with_their_date(server):
    serve_history(server)
    fetch("deepstate", server)
    kept = Path("archive/accepted_terms.csv").read_text()
    assert kept == (
        "name,terms_url,accepted_at\ndeepstate,https://deepstatemap.live/license-en.html,2025-01-10T12:00:00Z\n"
    )
    run("fetch", "deepstate", "--archive", "archive", "--url", server.url_for("/api"))
    assert Path("archive/accepted_terms.csv").read_text() == kept
    assert "terms" in run("fetch", "isw", "--archive", "archive", status=2), "those of one are not those of another"


def test_other_terms_than_those_accepted_are_asked_for_again(server):
    Path("archive").mkdir()
    Path("archive/accepted_terms.csv").write_text("name,terms_url,accepted_at\ndeepstate,https://x.example/,2020\n")
    assert "before its terms are accepted" in run("fetch", "deepstate", "--archive", "archive", status=2)


def test_a_house_accepts_terms_and_names_mirrors_in_its_settings(server):
    serve_history(server)
    url = server.url_for("/api")
    Path("tracker.toml").write_text(f'archive = "archive"\naccept_terms = ["deepstate"]\n[urls]\ndeepstate = "{url}"\n')
    assert "3 new" in run("fetch", "deepstate")
    assert not Path("archive/accepted_terms.csv").exists()


def test_a_flag_wins_over_the_settings(server):
    serve_history(server)
    Path("tracker.toml").write_text('[urls]\ndeepstate = "http://localhost:9/"\n')
    fetch("deepstate", server)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('accept_terms = "deepstate"', "a list of names"),
        ("accept_terms = [3]", "a list of names"),
        ('accept_terms = ["deepstat"]', "'deepstat' is not one of deepstate"),
        ('urls = "https://example.org"', "a table of addresses"),
        ("[urls]\ndeepstate = 7", "a table of addresses"),
        ('[urls]\nviina = "https://example.org"', "'viina' is not one of"),
        ('[urls]\ndeepstate = "file:///etc/hosts"', "must begin with https"),
    ],
)
def test_wrong_settings_are_usage(text, words):
    Path("tracker.toml").write_text(text)
    assert words in run("fetch", "deepstate", status=2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("deepstate", "--url", "file:///etc/hosts"), "must begin with https"),
        (("deepstate", "--since", "2025-01-07", "--until", "2025-01-06"), "is after"),
        (("deepstate", "--since", "2025-01-11"), "lies in the future"),
        (("viina",), "cannot be fetched, only loaded from files"),
        (("nobody",), "nobody"),
        (("isw", "--accept-terms", "--until", "2025-01-09"), "only its present map"),
    ],
)
def test_wrong_arguments_are_usage(arguments, words):
    assert words in run("fetch", *arguments, status=2)


# ---- deepstate


def test_a_history_is_fetched_and_loaded(server):
    serve_history(server)
    told = fetch("deepstate", server)
    assert "3 new" in told
    assert "3 added" in told
    assert raw() == sorted([f"{number}{end}" for number in IDS for end in (".areas.json", ".geojson")])
    control = read_archive("archive")
    folder = tr.load("deepstate", "archive/raw/deepstate")
    assert list(control.geometry.to_wkb()) == list(folder.geometry.to_wkb())
    lines = read_manifest("archive")
    assert lines["url"].tolist() == [server.url_for(f"/api/{number}/geojson") for number in IDS]
    assert lines["own_occupied_since_2022_km2"].tolist() == pytest.approx([100 * OWN_KM2_FACTOR] * 3)
    assert lines["own_contested_km2"].tolist() == pytest.approx([9 * OWN_KM2_FACTOR] * 3)
    assert lines["retrieved_at"].tolist() == [pd.Timestamp(NOW)] * 3


def test_what_is_there_is_not_asked_for_again(server):
    serve_history(server)
    fetch("deepstate", server)
    assert sum(asked(server).values()) == 7
    before = register()
    told = fetch("deepstate", server)
    assert asked(server) == {"public": 1}
    assert "3 there already" in told
    assert "3 known already" in told
    assert register() == before


def test_what_is_new_is_added(server):
    serve_history(server, IDS[:2])
    fetch("deepstate", server)
    asked(server)
    serve_history(server)
    fetch("deepstate", server)
    assert asked(server) == {"public": 1, f"{IDS[2]}/geojson": 1, f"{IDS[2]}/areas": 1}
    assert days_held() == ["01-05", "01-06", "01-07"]


LATE = 1736199000  # 6 January 23:30 in Kyiv
EARLY = 1736201400  # 7 January 00:10 in Kyiv


@pytest.mark.parametrize(
    ("since", "until", "kept"),
    [
        ("2025-01-06", "2025-01-06", [IDS[1], LATE]),
        ("2025-01-07", None, [EARLY, IDS[2]]),
        (None, "2025-01-05", [IDS[0]]),
        ("2025-01-08", None, []),
    ],
)
def test_since_and_until_are_days_of_kyiv(server, since, until, kept):
    serve_history(server, [*IDS, LATE, EARLY])
    period = [word for option, day in (("--since", since), ("--until", until)) if day for word in (option, day)]
    told = fetch("deepstate", server, *period)
    assert [name for name in raw() if name.endswith(".geojson")] == [f"{number}.geojson" for number in kept]
    assert kept or "no map of these days" in told


def test_a_list_may_be_out_of_order_and_lack_what_is_not_needed(server):
    serve_history(server)
    serve(server, "public", [{"id": str(IDS[2])}, {"id": IDS[0], "description": None}, {"id": IDS[1]}, {"id": IDS[1]}])
    fetch("deepstate", server)
    assert days_held() == ["01-05", "01-06", "01-07"]


def test_a_hostile_list_writes_nowhere_else_and_is_told_in_plain_letters(server):
    serve_history(server)
    evil = "../../evil\x1b[2J\u202e"
    entries = [{"id": evil}, {"description": evil}, None, 5, [], {"id": True}, {"id": -1}, {"id": 1e300}]
    serve(server, "public", [*entries, {"id": IDS[0]}])
    told = fetch("deepstate", server)
    assert "8 entries without an id are passed over" in told
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert raw() == [f"{IDS[0]}.areas.json", f"{IDS[0]}.geojson"]
    assert not list(Path().rglob("*evil*"))


def test_what_a_server_says_is_told_in_plain_letters(server):
    serve_history(server)
    serve(server, "1736197748/geojson", collection(feature((37, 48, 37.1, 48.1), "\x1b[31mred\x07")))
    told = fetch("deepstate", server, status=3)
    assert "x1b[31mred" in told
    assert "\x1b" not in told


@pytest.mark.parametrize("content", [[], {}, [{}], "x", None, b"<html>", b"[{", b"[" * 100_000])
def test_what_is_no_list_is_an_error(server, content):
    serve(server, "public", content)
    assert "is the address right?" in fetch("deepstate", server, status=5)


def test_a_listed_export_that_is_missing_is_a_gap_and_the_others_go_on(server):
    serve_history(server)
    serve(server, f"{IDS[1]}/geojson", b"", status=404)
    told = fetch("deepstate", server, status=5)
    assert f"{IDS[1]}.geojson: a gap: it is listed, but {server.url_for('/api')}/{IDS[1]}/geojson" in told
    assert "1 of 3 files could not be fetched" in told
    assert days_held() == ["01-05", "01-07"]
    serve_history(server)
    fetch("deepstate", server)
    assert days_held() == ["01-05", "01-06", "01-07"]


@pytest.mark.parametrize(
    "content", [b"<!doctype html><p>Sorry", b'{"type": "FeatureColl', b"", b"{}", b'{"features": [{"geometry": 5}]}']
)
def test_what_is_no_export_replaces_nothing(server, content):
    serve_history(server, IDS[:2])
    serve(server, f"{IDS[1]}/geojson", content)
    told = fetch("deepstate", server, status=5)
    assert f"{IDS[1]}.geojson: " in told
    assert ".fetching-" not in told
    assert days_held() == ["01-05"]
    assert f"{IDS[1]}.geojson" not in raw()
    assert f"{IDS[1]}.geojson" not in register()


def test_a_server_that_fails_again_and_again_is_left_alone(server):
    ids = [IDS[0] + number for number in range(9)]
    serve_history(server, ids)
    for number in ids[2:]:
        serve(server, f"{number}/geojson", b"", status=503)
    told = fetch("deepstate", server, status=5)
    assert "the fetch stops here" in told
    assert "5 of 7 files could not be fetched" in told
    assert len(read_manifest("archive")) == 2


def test_broken_exports_in_a_row_do_not_keep_later_ones_out(server):
    ids = [IDS[0] + number for number in range(7)]
    serve_history(server, ids)
    for number in ids[:6]:
        serve(server, f"{number}/geojson", {"features": 5})
    fetch("deepstate", server, status=5)
    assert raw() == [f"{ids[6]}.areas.json", f"{ids[6]}.geojson"]


def test_a_server_that_wants_to_be_left_alone_is(server):
    serve_history(server)
    serve(server, f"{IDS[1]}/geojson", b"", status=429, Retry_After="3600")
    told = fetch("deepstate", server, status=5)
    assert "it asks for a pause of 3600 seconds" in told
    assert f"{IDS[2]}/geojson" not in asked(server)
    assert days_held() == ["01-05"]


def test_an_export_that_draws_nothing_is_kept_and_no_failure(server):
    serve_history(server)
    serve(server, f"{IDS[1]}/geojson", collection())
    told = fetch("deepstate", server)
    assert "draws no occupied or contested ground" in told
    assert f"{IDS[1]}.geojson" in raw()
    assert read_manifest("archive")["fault"].isin(["empty"]).tolist() == [False, True, False]


def test_an_export_with_unknown_labels_is_kept_for_a_look_and_not_loaded(server):
    serve_history(server)
    serve(server, f"{IDS[1]}/geojson", collection(feature((37, 48, 37.1, 48.1), "#123456")))
    assert "unknown labels" in fetch("deepstate", server, status=3)
    assert f"{IDS[1]}.geojson" in raw()
    assert days_held() == ["01-05", "01-07"]


# ---- companions


def test_exports_without_areas_of_their_own_are_no_failure(server):
    serve_history(server)
    serve(server, f"{IDS[1]}/areas", b"", status=404)
    fetch("deepstate", server)
    assert read_manifest("archive")["own_contested_km2"].isna().tolist() == [False, True, False]
    asked(server)
    fetch("deepstate", server)
    assert asked(server) == {"public": 1, f"{IDS[1]}/areas": 1}, "they may still come"


def test_areas_that_are_missing_for_long_are_not_asked_for_again(server, monkeypatch):
    serve_history(server)
    serve(server, f"{IDS[1]}/areas", b"", status=404)
    at(monkeypatch, datetime(2025, 2, 1, tzinfo=UTC))
    fetch("deepstate", server)
    asked(server)
    fetch("deepstate", server)
    assert asked(server) == {"public": 1}


def test_areas_that_come_later_are_added_to_the_manifest(server):
    serve_history(server)
    serve(server, f"{IDS[1]}/areas", b"", status=404)
    fetch("deepstate", server)
    serve_history(server)
    fetch("deepstate", server)
    lines = read_manifest("archive")
    assert len(lines) == 3
    assert lines["own_contested_km2"].notna().all()


@pytest.mark.parametrize("content", [b"[{]", b"<html>", {"message": "no"}, [{"area": "many"}], 5])
def test_broken_areas_do_not_keep_the_export_out(server, content):
    serve_history(server, IDS[:2])
    serve(server, f"{IDS[1]}/areas", content)
    told = fetch("deepstate", server, status=5)
    assert f"{IDS[1]}/areas" in told or f"{IDS[1]}.areas.json" in told
    assert days_held() == ["01-05", "01-06"]
    assert f"{IDS[1]}.areas.json" not in raw()


# ---- interrupted, broken off, changed by hand


def test_an_interrupted_fetch_goes_on_from_there(server, monkeypatch):
    serve_history(server)
    pauses = iter(range(4))

    def until_control_c(_seconds):
        if next(pauses, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(fetching, "sleep", until_control_c)
    options = ["--accept-terms", "--archive", "archive", "--url", server.url_for("/api")]
    result = CliRunner().invoke(cli, ["fetch", "deepstate", *options])
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert f"{IDS[1]}.geojson" in raw()
    assert asked(server).total() == 4
    monkeypatch.setattr(fetching, "sleep", lambda _seconds: None)
    fetch("deepstate", server)
    assert asked(server) == {"public": 1, f"{IDS[1]}/areas": 1, f"{IDS[2]}/geojson": 1, f"{IDS[2]}/areas": 1}
    assert days_held() == ["01-05", "01-06", "01-07"]


def test_a_crash_between_file_and_register_costs_one_file(server, monkeypatch):
    serve_history(server)

    def crash(_path, lines):
        if f"{IDS[1]}.geojson" in lines:
            raise KeyboardInterrupt
        write(_path, lines)

    write = maps.write_register
    monkeypatch.setattr(maps, "write_register", crash)
    CliRunner().invoke(
        cli, ["fetch", "deepstate", "--accept-terms", "--archive", "archive", "--url", server.url_for("/api")]
    )
    assert f"{IDS[1]}.geojson" in raw()
    assert f"{IDS[1]}.geojson" not in register()
    monkeypatch.setattr(maps, "write_register", write)
    asked(server)
    assert "2 new" not in fetch("deepstate", server)
    assert asked(server)[f"{IDS[1]}/geojson"] == 1
    assert register()[f"{IDS[1]}.geojson"]["sha256"]
    assert days_held() == ["01-05", "01-06", "01-07"]


def test_a_file_that_was_changed_by_hand_is_fetched_anew(server):
    serve_history(server)
    fetch("deepstate", server)
    path = Path(f"archive/raw/deepstate/{IDS[1]}.geojson")
    before = path.read_bytes()
    path.write_text(json.dumps(collection(feature((30.0, 45.0, 39.0, 52.0)))))
    asked(server)
    fetch("deepstate", server)
    assert asked(server) == {"public": 1, f"{IDS[1]}/geojson": 1}
    assert path.read_bytes() == before


def test_a_file_that_was_lost_is_fetched_anew(server):
    serve_history(server)
    fetch("deepstate", server)
    Path(f"archive/raw/deepstate/{IDS[1]}.geojson").unlink()
    fetch("deepstate", server)
    assert f"{IDS[1]}.geojson" in raw()


def test_a_broken_register_is_named(server):
    serve_history(server)
    fetch("deepstate", server)
    Path("archive/raw/deepstate/fetched.csv").write_text("no register")
    assert "fetched.csv: not a register" in fetch("deepstate", server, status=5)


def test_two_fetches_of_a_source_do_not_run_at_once(server):
    serve_history(server)
    folder = Path("archive/raw/deepstate")
    folder.mkdir(parents=True)
    with FileLock(folder / ".lock"):
        assert "another fetch is running" in fetch("deepstate", server, status=5)
    assert not server.log


def test_what_a_killed_fetch_left_is_cleared_away(server):
    serve_history(server)
    left = Path("archive/raw/deepstate/.fetching-abc")
    left.mkdir(parents=True)
    (left / "1736107200.geojson").write_text("half")
    fetch("deepstate", server)
    assert not left.exists()


# ---- deepstate-daily: no list, a day later than its map


def serve_daily(server, *dates, **headers):
    for step, date in enumerate(dates):
        ground = {**feature((37.0, 48.0, 37.1 + step / 100, 48.1)), "properties": {}}
        serve(server, f"deepstatemap_data_{date}.geojson", collection(ground), **headers)


DAILY = "deepstatemap_data_{}.geojson"


def test_the_file_of_a_day_is_that_of_the_day_after(server):
    serve_daily(server, "20250106", "20250107", "20250108")
    fetch("deepstate-daily", server, "--since", "2025-01-05", "--until", "2025-01-07")
    assert asked(server) == {DAILY.format(day): 1 for day in ("20250106", "20250107", "20250108")}
    assert days_held() == ["01-05", "01-06", "01-07"]


def test_a_day_without_a_file_is_told_and_no_failure(server):
    serve_daily(server, "20250106", "20250108")
    told = fetch("deepstate-daily", server, "--since", "2025-01-05", "--until", "2025-01-07")
    assert f"{DAILY.format('20250107')} is a gap" in told
    assert "2 new, 1 gaps" in told
    asked(server)
    serve_daily(server, "20250106", "20250107", "20250108")
    fetch("deepstate-daily", server, "--since", "2025-01-05", "--until", "2025-01-07")
    assert days_held() == ["01-05", "01-06", "01-07"], "a gap of these days may still be filled"


def test_an_old_gap_is_remembered(server, monkeypatch):
    at(monkeypatch, datetime(2025, 1, 20, tzinfo=UTC))
    serve_daily(server, "20250106")
    period = ("--since", "2025-01-05", "--until", "2025-01-06")
    fetch("deepstate-daily", server, *period)
    asked(server)
    assert "1 there already, 1 gaps" in fetch("deepstate-daily", server, *period)
    assert not asked(server)
    assert raw("deepstate-daily") == [DAILY.format("20250106")]


def test_nothing_later_than_today_and_earlier_than_the_first_file_is_asked_for(server):
    fetch("deepstate-daily", server, "--since", "2025-01-09")
    assert set(asked(server)) == {DAILY.format("20250110")}
    fetch("deepstate-daily", server, "--until", "2024-07-08")
    assert set(asked(server)) == {DAILY.format("20240708"), DAILY.format("20240709")}


def test_a_wrong_address_is_suspected_where_nothing_is_there(server):
    told = fetch("deepstate-daily", server, "--until", "2024-07-15")
    assert f"is {server.url_for('/api/')} the right address?" in told


def test_young_files_are_asked_for_conditionally(server, monkeypatch):
    at(monkeypatch, datetime(2025, 1, 7, 12, tzinfo=UTC))
    serve_daily(server, "20250106", "20250107", ETag='"1"')
    fetch("deepstate-daily", server, "--since", "2025-01-05")
    asked(server)
    serve(server, DAILY.format("20250106"), b"", status=304)
    serve_daily(server, *["20250107"] * 3, ETag='"2"')
    assert "1 new, 1 unchanged" in fetch("deepstate-daily", server, "--since", "2025-01-05")
    assert [request.headers["If-None-Match"] for request, _ in server.log] == ['"1"', '"1"']
    assert register("deepstate-daily")[DAILY.format("20250107")]["etag"] == '"2"'
    assert len(read_manifest("archive")) == 2
    server.log.clear()
    at(monkeypatch, datetime(2025, 1, 9, 12, tzinfo=UTC))
    fetch("deepstate-daily", server, "--since", "2025-01-05", "--until", "2025-01-06")
    assert asked(server) == {DAILY.format("20250106"): 1, DAILY.format("20250107"): 1}, "they may have changed since"
    fetch("deepstate-daily", server, "--since", "2025-01-05", "--until", "2025-01-06")
    assert not asked(server), "and then never again"


# ---- uacontrolmap: dates in its base data


def a_day(step):
    east = 37.1 + step / 100
    return {"areas": [[[48.0, 37.0], [48.0, east], [48.1, east], [48.1, 37.0], [48.0, 37.0]]], "frontline": []}


def test_uacontrolmap_is_fetched_by_its_list(server):
    dates = ["20250105", "20250107", "20250106", "20250110", "../../x", None, "20251399"]
    serve(server, "base.json", {"date": "20250110", "dates": dates})
    for step, date in enumerate(("20250105", "20250106", "20250107", "20250110")):
        serve(server, f"{date}.json", a_day(step), ETag='"1"')
    told = fetch("uacontrolmap", server)
    assert "lists no map of 2 days, such as 2025-01-08, 2025-01-09" in told
    assert "3 entries are no dates" in told
    assert days_held() == ["01-05", "01-06", "01-07", "01-10"]
    asked(server)
    serve(server, "20250110.json", b"", status=304)
    fetch("uacontrolmap", server)
    assert asked(server) == {"base.json": 1, "20250110.json": 1}


@pytest.mark.parametrize("content", [{"dates": []}, {"dates": 5}, [], {"dates": ["x"]}])
def test_other_base_data_is_an_error(server, content):
    serve(server, "base.json", content)
    assert "is the address right?" in fetch("uacontrolmap", server, status=5)


# ---- isw: the present map, put together from layers

LAYERS = {
    "control": "VIEW_RussiaCoTinUkraine_V3/FeatureServer/49",
    "advances": "AssessedRussianAdvanceInUkraine_V2_view/FeatureServer/0",
    "infiltration": "View_AssessedRussianInfiltrationAreasinUkraine_V4/FeatureServer/0",
    "claimed": "VIEW_ClaimedRussianTerritoryinUkraine_V2/FeatureServer/49",
}


def paged(drawn):
    """Answer like a service: its features two a page, or what is no list of features as it is."""

    def answer(request):
        if not isinstance(drawn, list):
            return Response(json.dumps(drawn))
        start = int(request.args.get("resultOffset", 0))
        more = {"exceededTransferLimit": True} if start + 2 < len(drawn) else {}
        return Response(json.dumps(collection(*drawn[start : start + 2]) | {"properties": more}))

    return answer


def serve_isw(server, *, edited="2025-01-09T20:00Z", **answers):
    """Serve ISW's layers, or other answers in their place."""
    edit = int(pd.Timestamp(edited).timestamp() * 1000)
    for number, (name, service) in enumerate(LAYERS.items()):
        west = 37.0 + number / 10
        drawn = [feature((west, 48.0 + row, west + 0.1, 48.1 + row), EditDate=edit - row) for row in range(3)]
        forget(server, f"{service}/query")
        server.expect_request(f"/api/{service}/query").respond_with_handler(paged(answers.get(name, drawn)))


def test_isw_is_put_together_and_named_by_its_last_edit(server):
    serve_isw(server)
    fetch("isw", server)
    assert raw("isw") == ["isw_2025-01-09.geojson"]
    kept = json.loads(Path("archive/raw/isw/isw_2025-01-09.geojson").read_bytes())
    assert Counter(one["properties"]["layer"] for one in kept["features"]) == {
        service.split("/")[0]: 3 for service in LAYERS.values()
    }
    control = read_archive("archive").set_index("status").area / 1e6
    boxes = tr.load("isw", "archive/raw/isw").set_index("status").area / 1e6
    assert control.to_dict() == boxes.to_dict()
    assert control["occupied"] == pytest.approx(2 * control["contested"], rel=0.01)
    told = fetch("isw", server, "--since", "2025-01-01")
    assert "1 unchanged" in told
    assert "only its present map can be fetched" in told


def test_a_new_state_of_isw_is_a_new_file_and_one_of_the_same_day_replaces_it(server, monkeypatch):
    serve_isw(server)
    fetch("isw", server)
    serve_isw(server, claimed=[])
    assert "1 new" in fetch("isw", server)
    assert len(read_manifest("archive")) == 1
    at(monkeypatch, datetime(2025, 1, 11, tzinfo=UTC))
    serve_isw(server, edited="2025-01-10T22:30Z")
    fetch("isw", server)
    assert days_held() == ["01-09", "01-11"]


def test_isw_without_a_layer_that_is_no_control_is_told(server):
    serve_isw(server, infiltration={"error": {"code": 400, "message": "Invalid URL \x1b[2J"}})
    told = fetch("isw", server)
    assert "the map is kept without this layer" in told
    assert "\x1b" not in told
    assert set(read_archive("archive")["status"]) == {"occupied"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": {"code": 400, "message": "Invalid URL"}}, "Invalid URL"),
        ({"error": {"code": 429}}, "429"),
        ({"error": "no"}, "no"),
        ([], "the layer is empty"),
        ({"rings": []}, "no GeoJSON"),
        (collection() | {"exceededTransferLimit": True}, "pages do not end"),
    ],
)
def test_isw_without_its_control_is_no_map(server, answer, words):
    serve_isw(server, control=answer)
    assert words in fetch("isw", server, status=5)
    assert not raw("isw")


# ---- reference data


def fetch_reference(kind, server, *arguments, status=0):
    options = ["--accept-terms", "--archive", "archive", "--url", server.url_for(f"/api/{kind}")]
    return run("reference", "fetch", kind, *options, *arguments, status=status)


def dump(*names):
    """Make a GeoNames dump of places in a zip."""
    text = "".join(
        f"{number}\t{name}\t{name}\t\t48.1\t37.1\tP\tPPL\tUA\t\t05\t\t\t\t500\t\t100\tEurope/Kyiv\t2025-01-01\n"
        for number, name in enumerate(names, 1)
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("UA.txt"), text)
    return packed.getvalue()


def test_a_gazetteer_is_fetched_and_used(server):
    serve(server, "gazetteer", dump("Kurakhove", "Dachne"), ETag='"1"')
    told = fetch_reference("gazetteer", server)
    assert "gazetteer: new, 2 rows in use" in told
    assert "GeoNames" in told
    assert {"Kurakhove", "Dachne"} <= set(tr.gazetteer(archive="archive")["name"])
    serve(server, "gazetteer", b"", status=304)
    server.log.clear()
    assert "unchanged" in fetch_reference("gazetteer", server)
    assert server.log[0][0].headers["If-None-Match"] == '"1"'


@pytest.mark.parametrize("content", [b"<!doctype html>", b"no zip", b"", dump()])
def test_what_is_no_gazetteer_leaves_the_one_in_use(server, content):
    serve(server, "gazetteer", dump("Kurakhove"))
    fetch_reference("gazetteer", server)
    serve(server, "gazetteer", content)
    told = fetch_reference("gazetteer", server, status=5)
    assert ".fetching-" not in told
    assert "Kurakhove" in set(tr.gazetteer(archive="archive")["name"])
    serve(server, "gazetteer", dump("Kurakhove"))
    assert "unchanged" in fetch_reference("gazetteer", server)


def way(*corners, **more):
    return {"type": "way", "geometry": [{"lon": lon, "lat": lat} for lon, lat in corners], **more}


TAGS = {"name:uk": "Курахове", "name:en": "Kurakhove", "place": "city"}
WEST = way((37.0, 48.0), (37.0, 48.1), (37.05, 48.1), role="outer")
EAST = way((37.0, 48.0), (37.05, 48.0), (37.05, 48.1), role="")
HOLE = way((37.01, 48.01), (37.02, 48.01), (37.02, 48.02), (37.01, 48.01), role="inner")
RING = [(36.0, 48.0), (36.1, 48.0), (36.1, 48.1), (36.0, 48.0)]
NODE = {"type": "node", "lat": 48.0, "lon": 37.0, "role": "label"}
WHOLE = {"type": "relation", "id": 1, "tags": TAGS, "members": [EAST, HOLE, NODE, WEST]}
BROKEN = {
    "open": {"type": "relation", "id": 2, "tags": TAGS, "members": [WEST]},
    "crossing": way((0, 0), (1, 1), (1, 0), (0, 1), (0, 0), id=3, tags=TAGS),
    "without a name": way(*RING, id=4, tags={"place": "village"}),
    "without tags": way(*RING, id=5),
    "without members": {"type": "relation", "id": 6, "tags": TAGS},
    "no more than a hole": {"type": "relation", "id": 7, "tags": TAGS, "members": [HOLE]},
    "a broken hole": {"type": "relation", "id": 8, "tags": TAGS, "members": [EAST, WEST, {**WEST, "role": "inner"}]},
    "a broken point": {"type": "way", "id": 9, "tags": TAGS, "geometry": [{"lon": None, "lat": 1}, None]},
    "a point": way((37, 48), id=10, tags=TAGS),
    "nothing": None,
}


def test_footprints_are_stitched_from_ways_and_used(server):
    serve(server, "footprints", {"elements": [WHOLE, way(*RING, id=11, tags=TAGS | {"name:uk": "Дачне"})]})
    told = fetch_reference("footprints", server)
    assert "2 settlements; 0 left out" in told
    assert "OpenStreetMap" in told
    request = server.log[0][0]
    assert request.method == "POST"
    assert "name:uk" in parse_qs(request.get_data(as_text=True) or "data=name:uk")["data"][0]
    kept = gpd.read_file("archive/raw/reference/footprints.geojson").set_index("name_uk")
    assert kept.loc["Курахове"][["osm", "name_en", "place"]].tolist() == ["relation/1", "Kurakhove", "city"]
    expected = shapely.Polygon(
        [(37.0, 48.0), (37.0, 48.1), (37.05, 48.1), (37.05, 48.0)], [[(37.01, 48.01), (37.02, 48.01), (37.02, 48.02)]]
    )
    assert kept.loc["Курахове"].geometry.normalize().equals(expected.normalize())


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_outline_is_left_out_and_counted(server, case):
    serve(server, "footprints", {"elements": [BROKEN[case], WHOLE]})
    assert "1 settlements; 1 left out" in fetch_reference("footprints", server)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"elements": [WHOLE], "remark": "runtime error: Query timed out"}, "Overpass gave up"),
        ({"elements": []}, "holds no settlement"),
        ({"elements": 5}, "no OpenStreetMap elements"),
        ([], "no OpenStreetMap elements"),
        (b"<html>", "web page"),
    ],
)
def test_what_is_no_whole_answer_is_not_used(server, answer, words):
    serve(server, "footprints", answer)
    assert words in fetch_reference("footprints", server, status=5)
    assert not Path("archive/reference/footprints.parquet").exists()


BORDERS = collection(feature((30.0, 47.0, 38.0, 50.0), shapeName="Donetsk Oblast"))


def test_oblasts_are_fetched_from_where_they_are_said_to_lie(server, monkeypatch):
    about = {"gjDownloadURL": server.url_for("/api/borders"), "boundaryLicense": "ODbL 1.0", "boundarySource": "OSM"}
    serve(server, "oblasts", about)
    serve(server, "borders", b"", status=302, Location=f"http://127.0.0.1:{server.port}/api/kept-elsewhere")
    serve(server, "kept-elsewhere", BORDERS)
    assert "redirects to another host" in fetch_reference("oblasts", server, status=5)
    monkeypatch.setattr(reference_downloads, "_GITHUB_FILES", frozenset({"127.0.0.1"}))
    told = fetch_reference("oblasts", server)
    assert "licence of these borders: ODbL 1.0" in told
    assert "1 rows in use" in told


@pytest.mark.parametrize("about", [{}, [], {"gjDownloadURL": 5}, {"gjDownloadURL": "file:///etc/hosts"}, b"version"])
def test_oblasts_that_are_said_to_lie_nowhere_are_an_error(server, about):
    serve(server, "oblasts", about)
    fetch_reference("oblasts", server, status=5)


def test_a_pointer_to_a_large_file_is_no_borders(server):
    serve(server, "oblasts", {"gjDownloadURL": server.url_for("/api/borders")})
    serve(server, "borders", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n")
    assert "what was in use before stays" in fetch_reference("oblasts", server, status=5)


# ---- the real thing, by way of HTTP


def real_history(server, shared):
    """Serve raw exports of January 2025, with DeepState's own km² of each."""
    own = pd.read_csv(shared / "reference" / "deepstate_own_areas.csv", index_col="update_id")
    files = sorted((shared / "data" / "deepstate-raw").glob("1736[1-4]*.geojson"))
    serve(server, "public", [{"id": int(file.stem)} for file in reversed(files)])
    for file in files:
        line = own.loc[int(file.stem)].fillna(0.0)
        areas = [
            {"type": "occupied_after_24_02_2022", "hash": "#a52714", "area": line["occupied_after_2022_km2"]},
            {"type": "unspecified", "hash": "#bcaaa4", "area": line["unspecified_km2"]},
            {"type": "other_territories", "hash": "#bcaaa4", "area": line["unspecified_in_russia_km2"]},
        ]
        serve(server, f"{file.stem}/geojson", file.read_bytes())
        serve(server, f"{file.stem}/areas", areas)
    return files


def real_files(server, folder, names, *others):
    """Serve files of a folder under their own names."""
    for name in [*names, *others]:
        serve(server, name, (folder / name).read_bytes())
    return [folder / name for name in names]


def assert_fetched(source, files):
    control = read_archive("archive").sort_values(["as_of", "status"])
    expected = tr.load(source, files).sort_values(["as_of", "status"])
    assert list(control["as_of"]) == list(expected["as_of"])
    assert list(control.geometry.to_wkb()) == list(expected.geometry.to_wkb())


@pytest.mark.shared
def test_fetching_the_real_history_is_loading_the_folder(server, shared):
    files = real_history(server, shared)
    fetch("deepstate", server)
    assert_fetched("deepstate", files)
    lines = read_manifest("archive")
    assert len(lines) > 1
    assert (lines["own_occupied_since_2022_km2"] - lines["occupied_since_2022_km2"]).abs().max() < 10
    assert (lines["own_contested_km2"] / lines["contested_km2"] - 1).abs().max() < 0.01


@pytest.mark.shared
def test_fetching_the_real_daily_mirror_is_loading_the_folder(server, shared):
    names = [DAILY.format(f"202501{day:02}") for day in range(2, 5)]
    files = real_files(server, shared / "data" / "deepstate-daily", names)
    fetch("deepstate-daily", server, "--since", "2025-01-01", "--until", "2025-01-03")
    assert_fetched("deepstate-daily", files)


@pytest.mark.shared
def test_fetching_the_real_uacontrolmap_is_loading_the_folder(server, shared):
    names = [f"202501{day:02}.json" for day in range(1, 4)]
    files = real_files(server, shared / "data" / "uacontrolmap", names, "base.json")
    fetch("uacontrolmap", server, "--since", "2025-01-01", "--until", "2025-01-03")
    assert_fetched("uacontrolmap", files)
