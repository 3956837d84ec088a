"""The archive: what is put in comes out, twice is once, and neither crashes nor neighbours lose a snapshot."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
import shapely
from worlds import control_of, history_of, square, triangle

import tracker as tr
from tracker import files
from tracker.archive import store
from tracker.archive.ingest import load_into, manifest_lines
from tracker.archive.store import add, read_archive, read_manifest
from tracker.errors import NoDataError, SchemaError, SourceError
from tracker.sources import source_named
from tracker.tables.check import check
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.days import day_of
from tracker.tables.definitions import CONTROL, MANIFEST

NOW = pd.Timestamp("2026-01-01T12:00Z")
FILLS = {"occupied": "#a52714", "contested": "#bcaaa4"}
EAST_BANK = (37.0, 48.0, 37.1, 48.1)


def export(folder, as_of, *, name=None, **shapes):
    """Write a raw export as DeepState names and draws it; shapes are boxes in degrees by status."""
    drawn = [
        {
            "type": "Feature",
            "properties": {"name": "", "fill": FILLS[status]},
            "geometry": shapely.geometry.mapping(shapely.box(*box)),
        }
        for status, boxes in shapes.items()
        for box in boxes
    ]
    file = Path(folder) / (name or f"{int(pd.Timestamp(as_of).timestamp())}.geojson")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"type": "FeatureCollection", "features": drawn}))
    return file


def exports(folder, first, number, *, hours=8):
    """Write a series of exports in which the occupied box grows eastwards."""
    instants = [pd.Timestamp(first) + pd.Timedelta(hours=hours * step) for step in range(number)]
    growth = [at.day_of_year / 1e3 + at.hour / 1e5 for at in instants]
    boxes = [(37.0, 48.0, 37.1 + grown, 48.1) for grown in growth]
    return [export(folder, at, occupied=[box]) for at, box in zip(instants, boxes, strict=True)]


def load(archive, *paths, now=NOW, source="deepstate"):
    """Load files, and give what came of them and the errors told."""
    errors = []
    return load_into(archive, source_named(source), paths, now=now, on_error=errors.append), errors


def put(archive, control, **columns):
    """Add a control table with lines as a load writes them, as if its file lay in the archive."""
    file = archive.parent / "raw.geojson"
    file.write_text(f"{len(control)} rows from {control['as_of'].min()}")
    add(archive, control, manifest_lines(control, file, retrieved_at=NOW).assign(**columns))


def bytes_of(archive):
    """Read every file of an archive but its lock."""
    found = sorted(path for path in archive.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(archive).as_posix(): path.read_bytes() for path in found}


def assert_same(control, other):
    """Compare two control tables to the last bit of their coordinates, whatever their row order."""
    tables = [one.sort_values(["source", "as_of", "status"]).reset_index(drop=True) for one in (control, other)]
    keys = ["source", "as_of", "status"]
    pd.testing.assert_frame_equal(pd.DataFrame(tables[0][keys]), pd.DataFrame(tables[1][keys]))
    assert bits(tables[0]) == bits(tables[1])


def bits(control):
    return control.geometry.to_wkb().tolist()


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


# ---- what is put in comes out


def test_a_round_trip_keeps_every_coordinate(archive):
    control = history_of(
        {
            "2025-01-06T20:00:01Z": {"occupied": [square(0.1, 1 / 3, 2.7)], "contested": [triangle(-1.1, 0.1, 0.7)]},
            "2025-01-07T20:00:02Z": {"occupied": [square(0.1, 1 / 3, 2.9)], "contested": []},
            "2025-02-07T20:00:03Z": {"occupied": [square(0.1, 1 / 3, 3.1), square(9, 9)]},
        }
    )
    put(archive, control)
    assert_same(read_archive(archive), control)


def test_a_load_gives_the_table_that_the_files_give(archive, tmp_path):
    exports(tmp_path / "raw", "2025-01-31T06:00Z", 4, hours=11)
    load(archive, tmp_path / "raw")
    assert_same(tr.read_archive(archive), tr.load("deepstate", tmp_path / "raw"))


def test_reading_gives_a_control_table_in_order(archive):
    put(archive, history_of({"2025-02-01T12:00Z": square(0, 0), "2025-01-01T12:00Z": square(0, 0)}))
    put(archive, control_of("2025-01-15T12:00Z", occupied=square(5, 5), contested=None, source="deepstate-daily"))
    control = check(read_archive(archive), CONTROL)
    order = list(zip(control["source"], control["as_of"], control["status"].astype(str), strict=True))
    assert order == sorted(order)
    assert len(control) == 5, "two rows for a snapshot of both statuses, one for a source that draws one"


def test_the_area_since_2022_survives(archive, tmp_path):
    load(archive, export(tmp_path, "2025-01-06T20:00Z", occupied=[EAST_BANK]))
    line = read_manifest(archive).iloc[0]
    occupied = read_archive(archive).set_index("status").loc["occupied"]
    assert line["occupied_since_2022_km2"] == occupied["occupied_since_2022_km2"] == pytest.approx(82.9, abs=0.1)


def test_the_manifest_names_the_raw_file(archive, tmp_path):
    import hashlib

    raw = export(tmp_path, "2025-01-06T20:00:07Z", occupied=[EAST_BANK], contested=[(36.9, 48.0, 37.0, 48.1)])
    load(archive, raw)
    line = check(read_manifest(archive), MANIFEST).iloc[0]
    assert line["sha256"] == hashlib.sha256(raw.read_bytes()).hexdigest()
    assert line["bytes"] == raw.stat().st_size
    assert line["path"].endswith(raw.name)
    assert line["as_of"] == pd.Timestamp("2025-01-06T20:00:07Z")
    assert line["retrieved_at"] == NOW
    assert line["occupied_km2"] == pytest.approx(tr.load("deepstate", raw).area.to_numpy()[1] / 1e6)
    assert pd.isna(line["fault"])


def test_a_source_without_contested_ground_has_none_in_the_manifest_rather_than_zero(archive):
    put(archive, control_of("2025-01-06T20:00Z", occupied=square(0, 0), contested=None, source="deepstate-daily"))
    assert pd.isna(read_manifest(archive)["contested_km2"].iloc[0])


# ---- twice is once


def test_loading_twice_changes_no_byte(archive, tmp_path):
    exports(tmp_path / "raw", "2025-01-31T06:00Z", 4)
    first, _ = load(archive, tmp_path / "raw")
    before = bytes_of(archive)
    again, _ = load(archive, tmp_path / "raw", now=NOW + pd.Timedelta(days=3))
    assert (first.added, again.added, again.known) == (4, 0, 4)
    assert bytes_of(archive) == before


def test_the_order_of_loads_does_not_matter(archive, tmp_path):
    raw = exports(tmp_path / "raw", "2025-01-31T06:00Z", 4)
    load(archive, *raw)
    for file in reversed(raw):
        load(tmp_path / "backwards", file)
    assert bytes_of(tmp_path / "backwards") == bytes_of(archive)


def test_the_same_map_published_again_is_a_snapshot_of_its_own(archive, tmp_path):
    for day in (6, 7):
        load(archive, export(tmp_path / "raw", f"2025-01-0{day}T20:00Z", occupied=[EAST_BANK]))
    assert len(read_manifest(archive)) == 2, "loaded one by one"
    load(tmp_path / "at-once", tmp_path / "raw")
    assert len(read_manifest(tmp_path / "at-once")) == 2, "loaded together"


def test_two_files_of_one_instant_come_to_the_same_however_often_they_are_loaded(archive, tmp_path):
    for name, east in (("a", 37.1), ("b", 37.2)):
        export(tmp_path / "raw", 0, name=f"{name}1736197748.geojson", occupied=[(37.0, 48.0, east, 48.1)])
    load(archive, tmp_path / "raw")
    before = bytes_of(archive)
    load(archive, tmp_path / "raw")
    assert bytes_of(archive) == before


def test_a_corrected_file_replaces_its_snapshot(archive, tmp_path):
    load(archive, *exports(tmp_path / "raw", "2025-01-06T20:00Z", 3))
    load(archive, export(tmp_path / "raw", "2025-01-06T20:00Z", occupied=[(37.0, 48.0, 37.5, 48.1)]))
    assert len(read_manifest(archive)) == 3
    assert_same(read_archive(archive), tr.load("deepstate", tmp_path / "raw"))


# ---- one file a source and month of Kyiv


@pytest.mark.parametrize(
    ("as_of", "month"),
    [
        ("2024-12-31T21:59:59Z", "2024-12"),
        ("2024-12-31T22:00:00Z", "2025-01"),
        ("2025-06-30T20:59:59Z", "2025-06"),
        ("2025-06-30T21:00:00Z", "2025-07"),
        ("2025-03-31T20:59:59Z", "2025-03"),
        ("2025-10-31T21:59:59Z", "2025-10"),
    ],
)
def test_a_month_is_one_of_kyiv(archive, as_of, month):
    put(archive, control_of(as_of, occupied=square(0, 0)))
    assert [path.name for path in archive.rglob("*.parquet")] == [f"{month}.parquet"]
    assert len(read_archive(archive)) == 2


def test_every_source_and_month_has_one_file(archive):
    instants = ["2025-01-01T12:00Z", "2025-01-31T12:00Z", "2025-02-01T12:00Z"]
    for source in ("deepstate", "deepstate-daily"):
        put(archive, history_of(dict.fromkeys(instants, square(0, 0)), source=source))
    files_there = [path for path in bytes_of(archive) if path != "manifest.csv"]
    assert files_there == [f"{s}/2025-0{m}.parquet" for s in ("deepstate", "deepstate-daily") for m in (1, 2)]


def test_partitions_are_compressed_by_zstd(archive):
    put(archive, control_of("2025-01-06T20:00Z", occupied=square(0, 0)))
    metadata = pyarrow.parquet.read_metadata(archive / "deepstate" / "2025-01.parquet")
    columns = [metadata.row_group(0).column(number) for number in range(metadata.num_columns)]
    assert {column.compression for column in columns} == {"ZSTD"}


# ---- what is asked for

DAYS = ["2025-01-06T22:30Z", "2025-01-07T21:59:59Z", "2025-01-07T22:00Z", "2025-01-09T10:00Z"]  # Kyiv: 7, 7, 8, 9


@pytest.fixture(scope="module")
def four_days(tmp_path_factory):
    archive = tmp_path_factory.mktemp("days") / "archive"
    put(archive, history_of(dict.fromkeys(DAYS, square(0, 0))))
    return archive


@pytest.mark.parametrize(
    ("since", "until", "kept"),
    [
        (None, None, [0, 1, 2, 3]),
        ("2025-01-07", "2025-01-07", [0, 1]),
        ("2025-01-08", None, [2, 3]),
        (None, "2025-01-08", [0, 1, 2]),
        ("2025-01-09", "2025-01-09", [3]),
        ("2025-01-01", "2025-12-31", [0, 1, 2, 3]),
    ],
)
def test_since_and_until_are_inclusive_days_of_kyiv(four_days, since, until, kept):
    found = read_archive(four_days, since=since, until=until)["as_of"].unique()
    assert list(found) == [pd.Timestamp(DAYS[number]) for number in kept]


def test_a_source_is_chosen_by_name(archive):
    put(archive, history_of({"2025-01-06T20:00Z": square(0, 0)}))
    put(archive, control_of("2025-01-06T20:00Z", occupied=square(5, 5), contested=None, source="deepstate-daily"))
    assert set(read_archive(archive, source="deepstate-daily")["source"]) == {"deepstate-daily"}


@pytest.mark.parametrize(
    "asked",
    [
        {"source": "deepstate-daily"},
        {"since": "2025-02-01"},
        {"until": "2025-01-05"},
        {"since": "2025-01-07", "until": "2025-01-08"},
    ],
)
def test_nothing_of_what_was_asked_for_is_an_error(archive, asked):
    put(archive, history_of(dict.fromkeys(["2025-01-06T12:00Z", "2025-01-09T12:00Z"], square(0, 0))))
    with pytest.raises(NoDataError, match="no snapshot"):
        read_archive(archive, **asked)


def test_an_archive_that_is_not_there_is_an_empty_one(archive):
    assert read_manifest(archive).empty
    with pytest.raises(NoDataError, match="archive"):
        read_archive(archive)


# ---- faults


def test_an_empty_snapshot_is_listed_and_left_out(archive, tmp_path):
    export(tmp_path / "raw", "2025-01-06T20:00Z", occupied=[EAST_BANK])
    export(tmp_path / "raw", "2025-01-07T20:00Z")
    loaded, errors = load(archive, tmp_path / "raw")
    assert (loaded.added, loaded.bad) == (1, 1)
    assert "1736280000.geojson" in str(errors[0])
    assert read_manifest(archive)["fault"].tolist()[1] == "empty"
    assert read_archive(archive)["as_of"].nunique() == 1
    assert read_archive(archive, with_faults=True)["as_of"].nunique() == 2


def test_an_empty_snapshot_is_named_by_every_load(archive, tmp_path):
    export(tmp_path / "raw", "2025-01-07T20:00Z")
    told = [str(error) for _ in range(2) for error in load(archive, tmp_path / "raw")[1]]
    assert len(told) == 2
    assert told[0] == told[1]


def test_any_fault_keeps_a_snapshot_out(archive):
    put(archive, control_of("2025-01-06T20:00Z", occupied=square(0, 0)), fault="coverage")
    with pytest.raises(NoDataError):
        read_archive(archive)
    assert len(read_archive(archive, with_faults=True)) == 2


def test_a_bad_file_does_not_keep_the_others_out(archive, tmp_path):
    exports(tmp_path / "raw", "2025-01-06T20:00Z", 3)
    (tmp_path / "raw" / "1736000000.geojson").write_text('{"type": "FeatureColl')
    loaded, errors = load(archive, tmp_path / "raw")
    assert (loaded.added, loaded.bad, len(errors)) == (3, 1, 1)
    assert len(read_manifest(archive)) == 3


@pytest.mark.parametrize("path", ["nowhere", "nowhere.geojson"])
def test_a_path_that_does_not_exist_loads_nothing(archive, tmp_path, path):
    good = export(tmp_path, "2025-01-06T20:00Z", occupied=[EAST_BANK])
    with pytest.raises(SourceError, match=path):
        load(archive, good, tmp_path / path)
    assert bytes_of(archive) == {}


# ---- damage


@pytest.fixture
def loaded(archive, tmp_path):
    """Load three exports of January and one of February."""
    exports(tmp_path / "raw", "2025-01-06T20:00Z", 3)
    export(tmp_path / "raw", "2025-02-06T20:00Z", occupied=[EAST_BANK])
    load(archive, tmp_path / "raw")
    return archive


def a_table_without_shapes(path):
    pd.DataFrame({"source": ["deepstate"]}).to_parquet(path)


def a_table_in_degrees(path):
    gpd.read_parquet(path).to_crs("EPSG:4326").to_parquet(path)


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"PAR1 not at all PAR1"),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-40]),
    "another table": a_table_without_shapes,
    "in degrees": a_table_in_degrees,
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_broken_partition_is_named(loaded, damage):
    path = loaded / "deepstate" / "2025-01.parquet"
    DAMAGE[damage](path)
    with pytest.raises(SchemaError, match=r"2025-01\.parquet"):
        read_archive(loaded)


def test_a_broken_partition_is_mended_as_its_message_says(loaded, tmp_path):
    whole = bytes_of(loaded)
    path = loaded / "deepstate" / "2025-01.parquet"
    path.write_bytes(b"garbage")
    with pytest.raises(SchemaError, match="remove it and load the raw exports again"):
        read_archive(loaded)
    path.unlink()
    load(loaded, tmp_path / "raw")
    assert_same(read_archive(loaded), tr.load("deepstate", tmp_path / "raw"))
    assert bytes_of(loaded) == whole


def test_a_lost_partition_that_one_load_mends_in_part_is_not_taken_as_whole(loaded, tmp_path):
    whole = bytes_of(loaded)
    (loaded / "deepstate" / "2025-01.parquet").unlink()
    load(loaded, sorted((tmp_path / "raw").iterdir())[0])
    load(loaded, tmp_path / "raw")
    assert_same(read_archive(loaded), tr.load("deepstate", tmp_path / "raw"))
    assert {path: whole[path] for path in whole if path != "manifest.csv"}.items() <= bytes_of(loaded).items()


MANIFESTS = {
    "empty": b"",
    "binary": bytes(range(256)),
    "another table": b"name,area_km2\nPokrovsk,29.6\n",
    "a wrong date": None,
    "a missing hash": None,
    "a double line": None,
}


@pytest.mark.parametrize("damage", MANIFESTS)
def test_a_broken_manifest_is_named(loaded, damage):
    path = loaded / "manifest.csv"
    lines = path.read_text().splitlines(keepends=True)
    texts = {
        "a wrong date": "".join(lines).replace("2025-01-06T20:00:00Z", "yesterday"),
        "a missing hash": lines[0] + lines[1].replace(lines[1].split(",")[3], ""),
        "a double line": "".join([*lines, lines[-1]]),
    }
    path.write_bytes(MANIFESTS[damage] if damage not in texts else texts[damage].encode())
    with pytest.raises(SchemaError, match=r"manifest\.csv"):
        read_manifest(loaded)


def test_a_lost_manifest_is_written_again_by_a_load(loaded, tmp_path):
    whole = bytes_of(loaded)
    (loaded / "manifest.csv").unlink()
    load(loaded, tmp_path / "raw")
    assert bytes_of(loaded) == whole


# ---- crashes


class CrashError(Exception):
    pass


def crash_at(monkeypatch, name):
    """Make the write of a file of this name fail."""
    real = files.write_whole

    def write_whole(path, content):
        if path.name == name:
            raise CrashError(name)
        real(path, content)

    monkeypatch.setattr(store, "write_whole", write_whole)


@pytest.mark.parametrize("name", ["manifest.csv", "2025-01.parquet", "2025-02.parquet"])
def test_a_crash_between_two_writes_is_mended_by_the_next_load(archive, tmp_path, monkeypatch, name):
    exports(tmp_path / "raw", "2025-01-31T08:00Z", 4, hours=10)
    with monkeypatch.context() as patched:
        crash_at(patched, name)
        with pytest.raises(CrashError):
            load(archive, tmp_path / "raw")
    assert read_manifest(archive).empty, "the manifest is written last"
    load(archive, tmp_path / "raw")
    load(tmp_path / "whole", tmp_path / "raw")
    assert bytes_of(archive) == bytes_of(tmp_path / "whole")


def test_a_crash_leaves_what_was_there_readable(loaded, tmp_path, monkeypatch):
    before = read_archive(loaded)
    export(tmp_path / "more", "2025-01-20T20:00Z", occupied=[(37.0, 48.0, 37.9, 48.1)])
    crash_at(monkeypatch, "manifest.csv")
    with pytest.raises(CrashError):
        load(loaded, tmp_path / "more")
    assert_same(read_archive(loaded), before)


@pytest.mark.parametrize("step", ["write", "move"])
def test_a_write_that_fails_leaves_nothing_behind(tmp_path, monkeypatch, step):
    path = tmp_path / "table.csv"
    path.write_text("before")

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    def write_half(file, data):
        with file.open("wb") as half:
            half.write(data[: len(data) // 2])
        fail()

    if step == "write":
        monkeypatch.setattr(Path, "write_bytes", write_half)
    else:
        monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        files.write_whole(path, "after")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("table.csv", "before")]


def test_a_load_that_fails_leaves_no_temporary_files(loaded, tmp_path, monkeypatch):
    whole = bytes_of(loaded)
    export(tmp_path / "more", "2025-01-20T20:00Z", occupied=[(37.0, 48.0, 37.9, 48.1)])

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        load(loaded, tmp_path / "more")
    assert bytes_of(loaded) == whole


def test_a_written_file_has_the_rights_that_the_umask_leaves(tmp_path):
    mask = os.umask(0o027)
    try:
        files.write_whole(tmp_path / "deep" / "er" / "table.csv", "м²")
    finally:
        os.umask(mask)
    written = tmp_path / "deep" / "er" / "table.csv"
    assert (written.read_text(encoding="utf-8"), written.stat().st_mode & 0o777) == ("м²", 0o640)


# ---- several processes at once

STEP_BY_STEP = "from tracker.archive import ingest; ingest._BATCH = 1; from tracker.cli import main; main()"
KILLED_AT = """
import os, signal
from tracker import files
real_replace, real_write = os.replace, files.write_whole
def replace(source, target):
    if {point!r} == "move" and target.name.endswith(".parquet"):
        os.kill(os.getpid(), signal.SIGKILL)
    real_replace(source, target)
def write_whole(path, content):
    if {point!r} == "manifest" and path.name == "manifest.csv":
        os.kill(os.getpid(), signal.SIGKILL)
    real_write(path, content)
files.os.replace, files.write_whole = replace, write_whole
from tracker.cli import main
main()
"""


def process(*arguments, code=None):
    """Start a real `tracker` process."""
    start = ["-m", "tracker"] if code is None else ["-c", code]
    environment = {**os.environ, "PYTHONPATH": str(Path(tr.__file__).parents[1])}
    command = [sys.executable, *start, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def ended(running):
    """Wait for a process: its exit status, its words."""
    out, err = running.communicate(timeout=120)
    return running.returncode, out + err


def test_two_processes_that_load_at_once_lose_nothing(archive, tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for hour, folder in enumerate(folders, start=6):
        exports(folder, f"2025-01-05T0{hour}:00Z", 14)
    running = [process("load", "deepstate", folder, "--archive", archive) for folder in folders]
    assert [ended(one)[0] for one in running] == [0, 0]
    assert len(read_manifest(archive)) == 28
    assert_same(read_archive(archive), tr.load("deepstate", folders))
    assert set(bytes_of(archive)) == {"manifest.csv", "deepstate/2025-01.parquet"}, "no temporary files"


def test_killed_loads_hurt_no_other_and_are_made_good_by_the_next(archive, tmp_path):
    folders = {name: tmp_path / name for name in ("move", "manifest", "other")}
    for hour, folder in enumerate(folders.values(), start=6):
        exports(folder, f"2025-01-05T0{hour}:00Z", 12)
    killed = [
        process("load", "deepstate", folders[point], "--archive", archive, code=KILLED_AT.format(point=point))
        for point in ("move", "manifest")
    ]
    other = process("load", "deepstate", folders["other"], "--archive", archive, code=STEP_BY_STEP)
    assert [ended(one)[0] for one in killed] == [-signal.SIGKILL, -signal.SIGKILL]
    assert ended(other)[0] == 0, "the lock of a dead process is free"
    assert len(read_manifest(archive)) == 12
    assert_same(read_archive(archive), tr.load("deepstate", folders["other"]))
    loaded, errors = load(archive, *folders.values())
    assert (loaded.added, loaded.known, errors) == (24, 12, [])
    assert_same(read_archive(archive), tr.load("deepstate", folders.values()))


def test_a_link_is_followed_and_a_pipe_is_written_to(tmp_path):
    (tmp_path / "target.csv").write_text("before")
    (tmp_path / "link.csv").symlink_to(tmp_path / "target.csv")
    files.write_whole(tmp_path / "link.csv", "after")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "target.csv").read_text() == "after"
    files.write_whole(Path("/dev/null"), "nowhere")
    assert Path("/dev/null").is_char_device()


FACTS = """geonameid,name,name_uk,lon,lat,since,status
1,A,А,37.0,48.0,2025-01-01,free
2,B,Б,37.1,48.0,2025-01-01,occupied
3,C,В,37.0,48.1,2025-01-01,free
"""


def test_a_file_of_many_snapshots_replaces_what_it_gave_before(tmp_path):
    facts, archive = tmp_path / "facts.csv", tmp_path / "archive"
    now, source = pd.Timestamp("2026-01-01T12:00Z"), source_named("settlement-facts")
    for rows, last in (("1,A,А,37.0,48.0,2025-01-05,occupied\n", "2025-01-05"), ("", "2025-01-01")):
        facts.write_text(FACTS + rows, encoding="utf-8")
        load_into(archive, source, [facts], now=now, on_error=pytest.fail)
        assert day_of(read_archive(archive)["as_of"].max()) == pd.Timestamp(last)
        assert read_manifest(archive)["sha256"].nunique() == 1


def test_ground_far_outside_the_theatre_is_a_fault_that_is_kept_and_left_out(tmp_path):
    export(tmp_path / "raw", "2025-01-06T20:00Z", occupied=[(37.0, 48.0, 37.5, 48.1)])
    export(tmp_path / "raw", "2025-01-07T20:00Z", occupied=[(37.0, 48.0, 37.5, 48.1), (60.0, 10.0, 62.0, 12.0)])
    loaded = load_into(
        tmp_path / "archive",
        source_named("deepstate"),
        [tmp_path / "raw"],
        now=pd.Timestamp("2026-01-01T12:00Z"),
        on_error=pytest.fail,
    )
    assert (loaded.added, loaded.bad, len(loaded.faults)) == (2, 0, 1)
    assert read_manifest(tmp_path / "archive")["fault"].tolist()[1] == "outside"
    assert read_archive(tmp_path / "archive")["as_of"].nunique() == 1
    assert read_archive(tmp_path / "archive", with_faults=True)["as_of"].nunique() == 2


REPLACING = """
import pathlib, sys, time
from tracker.files import write_whole
target, *versions = map(pathlib.Path, sys.argv[1:])
contents, number = [version.read_bytes() for version in versions], 0
print("ready", flush=True)
while not target.with_name("enough").exists():
    write_whole(target, contents[number % len(contents)])
    number += 1
"""


def test_a_reader_sees_one_version_of_a_month_while_it_is_replaced(loaded, tmp_path):
    """Parquet readers open a file more than once; a month that changes in between must not look broken."""
    target = loaded / "deepstate" / "2025-01.parquet"
    versions = [tmp_path / "one.parquet", tmp_path / "other.parquet"]
    versions[0].write_bytes(target.read_bytes())
    rows = len(store._read_partition(loaded, "deepstate", "2025-01"))
    tr.read_archive(loaded).iloc[:2].to_parquet(versions[1], index=False)
    writer = subprocess.Popen(
        [sys.executable, "-c", REPLACING, target, *versions],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(tr.__file__).parents[1])},
    )
    assert writer.stdout.readline() == "ready\n"
    try:
        lengths = {len(store._read_partition(loaded, "deepstate", "2025-01")) for _ in range(60)}
    finally:
        (target.parent / "enough").touch()
        writer.communicate(timeout=60)
    assert lengths <= {2, rows}


# ---- small, quick, and for other tools too


def coast(corners=600, *, west=36.5, size=0.5, seed=7):
    """Draw a ragged polygon whose corners are degrees of seven decimals."""
    radius = size * np.random.default_rng(seed).uniform(0.5, 1.0, corners)
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    lonlat = np.column_stack([west + size + radius * np.cos(turn), 48.5 + radius * np.sin(turn)]).round(7)
    return gpd.GeoSeries([shapely.Polygon(lonlat)], crs=LONLAT).to_crs(WORK_CRS).iloc[0]


def moving_coast(days, first="2025-01-01T12:00Z"):
    """Let a few corners of a coast move each day."""
    shapes = [shapely.union(coast(), coast(12, west=37.4, size=0.02, seed=day)) for day in range(days)]
    return history_of({pd.Timestamp(first) + pd.Timedelta(days=day): shape for day, shape in enumerate(shapes)})


@pytest.fixture(scope="module")
def dense():
    return moving_coast(28)


@pytest.fixture(scope="module")
def dense_archive(dense, tmp_path_factory):
    archive = tmp_path_factory.mktemp("dense") / "archive"
    put(archive, dense)
    return archive


@pytest.fixture
def month(archive, dense_archive):
    shutil.copytree(dense_archive, archive)
    return archive / "deepstate" / "2025-01.parquet"


def test_a_month_of_maps_takes_little_more_room_than_its_first(archive, dense, month):
    default = archive.parent / "default.parquet"
    dense.to_parquet(default)
    assert_same(read_archive(archive), dense)
    first = archive.parent / "first"
    put(first, moving_coast(1))
    one_map = (first / "deepstate" / "2025-01.parquet").stat().st_size
    assert month.stat().st_size < min(default.stat().st_size / 10, 3 * one_map)
    assert one_map < 600 * 16 * 2 / 3, "less than the corners' own bytes, which in metres nothing makes shorter"


def test_other_tools_read_a_month_as_geoparquet_in_degrees(dense, month):
    rows = gpd.read_parquet(month)
    assert (rows.crs, rows.geometry.name, rows.shape[0]) == ("OGC:CRS84", "geometry", 56)
    in_metres = rows.geometry.to_crs(WORK_CRS).to_numpy()
    moved = shapely.get_coordinates(in_metres) - shapely.get_coordinates(dense.geometry.to_numpy())
    assert np.abs(moved).max() < 0.004, "metres"
    geo = json.loads(pyarrow.parquet.read_metadata(month).metadata[b"geo"])
    assert (geo["version"], geo["columns"]["geometry"]["encoding"]) == ("1.0.0", "WKB")


def test_a_map_that_was_not_drawn_in_degrees_is_kept_in_metres(archive):
    control = history_of({f"2025-01-0{day}T12:00Z": square(0.1, 1 / 3, day / 7) for day in range(1, 8)})
    put(archive, control)
    rows = gpd.read_parquet(archive / "deepstate" / "2025-01.parquet")
    assert rows.crs == WORK_CRS
    assert bits(rows) == bits(control)
    assert_same(read_archive(archive), control)


def test_months_that_an_older_version_wrote_are_read_and_added_to(archive, dense, month):
    dense.to_parquet(month, compression="zstd", index=False)
    assert_same(read_archive(archive), dense)
    put(archive, moving_coast(2, "2025-01-29T12:00Z"))
    put(archive, moving_coast(2, "2025-02-01T12:00Z"))
    assert read_archive(archive)["as_of"].nunique() == 32
    assert read_archive(archive)["status"].dtype == dense["status"].dtype


def test_every_single_byte_of_the_shapes_counts(archive, month):
    """A page that is damaged on disk is told from what was written, whatever the damage decodes to."""
    column = pyarrow.parquet.read_metadata(month).row_group(0).column(5)
    assert column.path_in_schema == "geometry"
    start, whole = column.data_page_offset, month.read_bytes()
    for offset in np.linspace(start + 40, start + column.total_compressed_size - 1, 20).astype(int):
        month.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1]) + whole[offset + 1 :])
        with pytest.raises(SchemaError, match=r"2025-01\.parquet: cannot be read"):
            read_archive(archive)


def rewritten(path, mark=None, **columns):
    """Write a month's file anew with other columns, as if it had been written so, or by another PROJ."""
    table, about = pyarrow.parquet.read_table(path), dict(pyarrow.parquet.read_metadata(path).metadata)
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, values)
    about |= {} if mark is None else {b"tracker": mark}
    pyarrow.parquet.write_table(table.replace_schema_metadata(about), path)


def test_a_month_that_another_proj_wrote_is_checked_again(archive, dense, month):
    rewritten(month, b"degrees; PROJ 4.9.3")
    assert_same(read_archive(archive), dense)
    bowties = [shapely.MultiPolygon([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])])] * 56
    none = pyarrow.array([[]] * 56, pyarrow.list_(pyarrow.float64()))
    rewritten(month, geometry=pyarrow.array(shapely.to_wkb(bowties), pyarrow.binary()), exact_m=none)
    with pytest.raises(SchemaError, match=r"2025-01\.parquet.*geometries are invalid"):
        read_archive(archive)


def test_what_is_not_valid_is_not_let_in(archive):
    control = control_of("2025-01-06T20:00Z", occupied=square(0, 0))
    bowtie = shapely.MultiPolygon([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])])
    with pytest.raises(SchemaError, match="invalid"):
        put(archive, control.set_geometry(gpd.GeoSeries([bowtie, bowtie], crs=WORK_CRS)))
    assert not list(archive.rglob("*.parquet"))


# ---- what a month costs does not depend on the others


@pytest.fixture
def months(archive):
    """Put a map of each month of a year into an archive."""
    instants = pd.date_range("2024-01-01T12:00Z", periods=12, freq="MS")
    put(archive, history_of({at: square(0, 0, 1 + number / 10) for number, at in enumerate(instants)}))
    return archive


def test_a_month_is_read_without_touching_the_others(months):
    kept = read_archive(months, since="2024-05-01", until="2024-06-30")
    for path in (months / "deepstate").iterdir():
        if path.stem not in ("2024-05", "2024-06"):
            path.write_bytes(b"garbage")
    assert_same(read_archive(months, since="2024-05-01", until="2024-06-30"), kept)
    with pytest.raises(SchemaError, match=r"2024-04\.parquet"):
        read_archive(months, since="2024-04-01", until="2024-06-30")


def test_a_day_more_rewrites_one_month(months):
    before = bytes_of(months)
    put(months, control_of("2024-06-20T12:00Z", occupied=square(0, 0, 9)))
    after = bytes_of(months)
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {"deepstate/2024-06.parquet", "manifest.csv"}


@pytest.mark.shared
def test_two_years_of_daily_maps_take_less_than_a_megabyte(archive, whole_mirror):
    put(archive, whole_mirror)
    assert_same(read_archive(archive), whole_mirror)
    sizes = [path.stat().st_size for path in (archive / "deepstate-daily").iterdir()]
    manifest = (archive / "manifest.csv").stat().st_size
    assert (sum(sizes) + manifest) / whole_mirror["as_of"].nunique() * 768 < 1e6
