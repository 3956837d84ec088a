"""Loading many files is quick by not doing twice what files have in common; what comes out must not show it."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from exports import BOWTIE, BOX, collection, feature, polygon, put
from hypothesis import example, given
from hypothesis import strategies as st
from oddities import COLLECTIONS, GEOMETRIES, ODD_GEOMETRIES
from worlds import drawings, next_drawings

import tracker as tr
from tracker.archive import ingest
from tracker.archive.ingest import load_into
from tracker.archive.store import read_archive, read_manifest
from tracker.changes.snapshots import ground_of
from tracker.cli.progress import _Speed, bar
from tracker.errors import SourceError
from tracker.ground import union
from tracker.ground.recall import Recent, afresh
from tracker.ground.union import polygons_of
from tracker.sources import geojson, source_named
from tracker.sources import workers as crew
from tracker.sources.geojson import features_of, is_point, pieces_of, read_piece, shape_of
from tracker.sources.loading import files_of
from tracker.sources.reading import read_snapshots
from tracker.sources.workers import read_each

DEEPSTATE, DAILY = source_named("deepstate"), source_named("deepstate-daily")
COMPACT, SPACED = (",", ":"), (", ", ": ")
FIRST = 1_736_197_748


def bits_of(answer):
    """Write an answer down to its last bit; an error with its class and words."""
    if isinstance(answer, SourceError):
        return type(answer), str(answer)
    return [
        (
            one.source,
            one.as_of,
            *shapely.to_wkb([one.ground.occupied, one.ground.contested]),
            repr(one.ground.occupied_since_2022_km2),
            one.draws,
            repr(one.facts),
        )
        for one in answer
    ]


def read(source, path, recent=None):
    """Read a file, with or without what was read before."""
    try:
        return bits_of(read_snapshots(source, path, recent))
    except SourceError as error:
        return bits_of(error)


def written(content, form):
    """Write a collection as bytes, in one of the ways in which they are found."""
    if form == "lines":
        rows = ",\n".join(json.dumps(one, ensure_ascii=False) for one in content["features"])
        return f'{{\n"type": "FeatureCollection",\n"features": [\n{rows}\n]\n}}\n'.encode("utf-8", "surrogatepass")
    dumped = json.dumps(content, separators=COMPACT if form == "compact" else SPACED, ensure_ascii=form == "spaced")
    return dumped.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("form", ["lines", "compact", "spaced"])
def test_every_usual_way_of_writing_is_cut_into_its_features(form):
    content = {"type": "FeatureCollection", "features": [json.loads(PLAIN % b"x")] * 3}
    _, pieces = pieces_of(written(content, form))
    assert len(pieces) == 3
    _, pieces = pieces_of(written(content | {"features": content["features"][:1]}, form))
    assert len(pieces) == 1


def shifted(number, ring=BOX):
    """Draw a box of its own for each number."""
    return polygon([[x + number / 50, y] for x, y in ring])


# The shortcut sees what a reader of the whole file sees

NASTY = {
    "as usual": b'{"type":"FeatureCollection","features":[%s,%s]}',
    "lines": b'{"type": "FeatureCollection", "name": "map",\n"features": [\n%s,\n%s\n]\n}\n',
    "blanks": b' \r\n\t{"features" :\t[ \r\n%s, \r\n%s \t] }\n\n',
    "a byte order mark": b'\xef\xbb\xbf{"type":"FeatureCollection","features":[%s,%s]}',
    "members behind": b'{"features":[%s,%s],"bbox":[1,2]}',
    "features twice, the last counts": b'{"features":[{"type":"Feature","geometry":7}],"features":[%s,%s]}',
    "features twice, the first is a list": b'{"features":[%s,%s],"features":[]}',
    "a list of lists": b'{"features":[[%s],%s]}',
    "nested": b'{"features":{"features":[%s,%s]}}',
    "within another member": b'{"more":{"features":[%s,%s]},"features":[null]}',
    "in a name": b'{"name":"\\"features\\":[{\\"type\\":\\"Feature\\",","features":[%s,%s]}',
    "nothing between": b'{"features":[%s %s]}',
    "a comma too many": b'{"features":[%s,%s,]}',
    "two commas": b'{"features":[%s,,%s]}',
    "cut off": b'{"features":[%s,%s',
    "a bracket too many": b'{"features":[%s,%s]]}',
    "something behind": b'{"features":[%s,%s]}]}',
    "a number between": b'{"features":[%s,7,%s]}',
    "a null between": b'{"features":[%s,null,%s]}',
    "not text": b'{"name":"\xff","features":[%s,%s]}',
    "a nul byte": b'{\x00"features":[%s,%s]}',
    "NaN": b'{"name":NaN,"features":[%s,%s]}',
}
PLAIN = (
    b'{"type":"Feature","properties":{"fill":"#a52714","name":"%s"},"geometry":' + json.dumps(polygon()).encode() + b"}"
)
ODD_FEATURES = {
    "plain": PLAIN % b"x",
    "a name that looks like the next feature": PLAIN % b'x},{\\"type\\":\\"Feature\\",',
    "a feature within": PLAIN % b'","more":[1,{"type":"Feature","id":2},{"type":"Feature","id":3}],"x":"',
    "type last": b'{"properties":{"fill":"#a52714"},"geometry":'
    + json.dumps(polygon()).encode()
    + b',"type":"Feature"}',
    "type twice": PLAIN[:-1] % b"x" + b',"type":"Feature"}',
    "properties twice": PLAIN[:-1] % b"x" + b',"properties":{"fill":"#bcaaa4"}}',
    "properties that are none": b'{"type":"Feature","properties":[1],"geometry":null}',
    "no geometry": b'{"type":"Feature","properties":{"fill":"#a52714"}}',
    "unknown": b'{"type":"Feature","properties":{"fill":"#123456"},"geometry":' + json.dumps(polygon()).encode() + b"}",
    "a surrogate": PLAIN % b"\\ud800",
    "half a surrogate, raw": PLAIN % b"\xed\xa0\x80",
    "Cyrillic": PLAIN % "Окуповано".encode(),
    "a line break in a name": PLAIN % b"\n",
    "metres": b'{"type":"Feature","geometry":' + json.dumps(ODD_GEOMETRIES["metres"]).encode() + b"}",
}


@pytest.mark.parametrize("form", NASTY)
def test_a_file_is_read_by_its_features_as_it_is_read_at_once(form, tmp_path):
    for odd, content in ODD_FEATURES.items():
        for pair in ((PLAIN % b"y", content), (content, PLAIN % b"y")):
            path = put(tmp_path, NASTY[form] % pair)
            recent = Recent()
            assert read(DEEPSTATE, path, recent) == read(DEEPSTATE, path) == read(DEEPSTATE, path, recent), odd


@pytest.mark.parametrize("form", ["as usual", "lines", "blanks", "in a name"])
def test_the_usual_ways_of_writing_are_cut(form):
    start, pieces = pieces_of(NASTY[form] % (PLAIN % b"y", PLAIN % b"x"))
    assert [read_piece(start, piece)["properties"]["name"] for piece in pieces] == ["y", "x"]


@given(COLLECTIONS, st.sampled_from(["compact", "lines", "spaced"]), st.data())
def test_any_bytes_are_read_by_features_as_they_are_at_once(scratch, content, form, data):
    """Any collection, with any one stretch of its bytes replaced by any other."""
    whole = written(content, form)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 30)))
    patch = data.draw(st.sampled_from([whole[start:end], b"", b'"', b"]", b"}", b"\\", b'{"type":"Feature",', b"\xff"]))
    damaged = whole[:start] + patch + whole[end:]
    cut = pieces_of(damaged)
    path = put(scratch, damaged)
    if cut is not None:
        try:
            by_pieces = [read_piece(cut[0], piece) for piece in cut[1]]
        except (ValueError, RecursionError):
            by_pieces = None
        if by_pieces is not None:
            assert repr(json.loads(damaged)["features"]) == repr(by_pieces)
    assert read(DEEPSTATE, path, Recent()) == read(DEEPSTATE, path)


HIGH = [[x, y, 0] for x, y in BOX]
PLAIN_SHAPES = {
    "Point": [
        *([36, 48], [36.5, 48.5, 0], [True, 48.5], ["36", "48"], [36.5], [36.5, 48.5, 1, 2], [float("nan"), 48.5]),
        *([2**70, 1], [None, 1], [[36.5, 48.5]], [200, 48], [10**400, 1], [36, -91.0], {"0": 1}, "36"),
    ],
    "Polygon": [
        *([BOX, BOX[:3]], [HIGH], [HIGH, BOX], [BOX[:4]], [[[36, 48], [37, 48], [37, 49]]], [BOX, []], [[]], [None]),
        *([[[True, False], [True, True], [False, True]]], [[[36, 48, 0, 1], [37, 48, 0, 1], [37, 49, 0, 1]]], BOX, 7),
        *([[[large, 48], [37, 48], [37, 49]]] for large in (2**53 + 1, 2**63, 2**70)),
    ],
    "MultiPolygon": [[[BOX], [BOX, BOX]], [[BOX], []], [[BOX], None], [BOX], [[[]]], [[BOX], [HIGH]]],
}
SHAPES = [{"type": kind, "coordinates": one} for kind, several in PLAIN_SHAPES.items() for one in several]


@example(SHAPES)
@given(st.one_of(GEOMETRIES, st.sampled_from(list(ODD_GEOMETRIES.values()))).map(lambda one: [one]))
def test_shapes_are_those_of_shapely(geometries):
    """Read quickly or not, a geometry is the same, and so are the words about one that is none."""

    def tried(geometry):
        try:
            shape = shape_of({"geometry": geometry}, "here")
        except Exception as error:  # noqa: BLE001 (which it is, is compared)
            return str(error)
        return None if shape is None else shapely.to_wkb(shape)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(geojson, "_plain_shape_of", lambda geometry: None)
        slowly = [tried(geometry) for geometry in geometries]
    assert [tried(geometry) for geometry in geometries] == slowly


@example(SHAPES)
@given(st.one_of(GEOMETRIES, st.sampled_from(list(ODD_GEOMETRIES.values()))).map(lambda one: [one]))
def test_what_is_left_out_as_a_point_would_have_been_read_as_one(geometries):
    for geometry in geometries:
        if is_point({"geometry": geometry}):
            assert shape_of({"geometry": geometry}, "here").geom_type == "Point"


def test_a_point_of_plain_numbers_is_left_out():
    places = ([36, 48], [36.5, 48.5, 0], [True, 48.5], [36.5], [200, 48], [36, float("nan")])
    left_out = [is_point({"geometry": {"type": "Point", "coordinates": place}}) for place in places]
    assert left_out == [True, True, False, False, False, False]


# What was read before does not show


@st.composite
def exports(draw):
    """Draw the exports of a few days: each is the one before, with a few features changed."""
    days = []
    drawing = draw(drawings)
    for _ in range(draw(st.integers(2, 4))):
        drawing = draw(next_drawings(drawing))
        days.append(drawing)
    return [
        collection(
            *(
                feature({"occupied": draw(st.sampled_from(["#a52714", "#880e4f"])), "contested": "#bcaaa4"}[status],
                        geometry=in_degrees(shape))
                for status, shape in day
            ),
            feature("#0f9d58"),
        )
        for day in days
    ]  # fmt: skip


def in_degrees(shape):
    """Lay metres out as degrees around the middle of the theatre, with as many decimals as a source gives."""
    moved = shapely.transform(shape, lambda metres: np.round(metres / 100_000 + (36.0, 48.0), 7))
    return json.loads(shapely.to_geojson(moved))


@given(exports(), st.randoms(use_true_random=False))
def test_a_map_is_the_same_whatever_was_read_before(scratch, days, chance):
    paths = [put(scratch, written(day, "compact"), f"{FIRST + n}.geojson") for n, day in enumerate(days)]
    alone = {path: read(DEEPSTATE, path) for path in paths}
    for _ in range(2):
        chance.shuffle(paths)
        recent = Recent()
        assert {path: read(DEEPSTATE, path, recent) for path in paths} == alone


@given(drawings)
def test_ground_is_the_union_of_what_was_drawn(drawing):
    """The areas are those of GEOS's union, occupied wins, and what comes out is valid, however it is put together."""
    drawn = {
        status: polygons_of([shape for one, shape in drawing if one == status]) for status in ("occupied", "contested")
    }
    occupied, contested = (shapely.union_all(shapes) for shapes in drawn.values())
    since, before = drawn["occupied"][::2], drawn["occupied"][1::2]
    ground = ground_of(since, before, drawn["contested"])
    assert ground.occupied.is_valid
    assert ground.contested.is_valid
    assert ground.occupied.area == pytest.approx(occupied.area, abs=1e-3)
    assert ground.contested.area == pytest.approx(shapely.difference(contested, occupied).area, abs=1e-3)
    assert shapely.intersection(ground.occupied, ground.contested).area < 1e-3
    assert ground.occupied_since_2022_km2 == pytest.approx(shapely.union_all(since).area / 1e6, abs=1e-9)


@pytest.mark.shared
@pytest.mark.parametrize(("source", "name", "every"), [(DEEPSTATE, "deepstate-raw", 2), (DAILY, "deepstate-daily", 12)])
def test_real_maps_are_the_same_whatever_was_read_before(shared, source, name, every):
    files = files_of(source, [shared / "data" / name])[::every]
    alone = {file: read(source, file) for file in files}
    recent = Recent()
    assert {file: read(source, file, recent) for file in files} == alone
    random.Random(6).shuffle(files)
    answers = read_each(source, files, workers=2)
    assert {file: bits_of(answer) for file, answer in zip(files, answers, strict=True)} == alone


@pytest.mark.shared
def test_real_exports_are_cut_into_their_features(shared):
    for source, name in ((DEEPSTATE, "deepstate-raw"), (DAILY, "deepstate-daily")):
        for file in files_of(source, [shared / "data" / name])[::20]:
            start, pieces = pieces_of(file.read_bytes())
            assert [read_piece(start, piece) for piece in pieces] == features_of(file)


def test_only_what_the_last_files_used_is_remembered(tmp_path):
    recent, kept = Recent(), []
    for number in range(12):
        boxes = [feature(geometry=shifted(3 * number + part)) for part in range(3)]
        path = put(tmp_path, written(collection(*boxes), "compact"), f"{FIRST + number}.geojson")
        read_snapshots(DEEPSTATE, path, recent)
        kept.append(len(recent))
    assert kept[1:] == [kept[1]] * 11
    assert kept[1] <= 2 * kept[0]


def test_features_that_were_there_are_not_read_again(tmp_path, monkeypatch):
    read_features = []
    counting = replace(DEEPSTATE, read_feature=lambda one: read_features.append(one) or DEEPSTATE.read_feature(one))
    recent = Recent()
    for number in range(4):
        boxes = [feature(geometry=shifted(3 * part)) for part in (*range(5), 10 + number)]
        read_snapshots(
            counting, put(tmp_path, written(collection(*boxes), "compact"), f"{FIRST + number}.geojson"), recent
        )
    assert len(read_features) == 6 + 1 + 1 + 1


# Several processes answer as one does


@pytest.fixture
def folder(tmp_path):
    """Write forty exports: a few are broken, empty, unknown or undated."""
    for number in range(40):
        boxes = [feature(geometry=shifted(3 * part)) for part in range(4)]
        boxes += [feature("#bcaaa4", geometry=shifted(3 * number + 0.5)), feature(geometry=shifted(number, BOWTIE))]
        put(tmp_path, written(collection(*boxes), "compact"), f"{FIRST + 3600 * number}.geojson")
    names = sorted(tmp_path.glob("*.geojson"))
    names[5].write_bytes(b"")
    names[13].write_bytes(b'{"type":"FeatureCollection","features":[{"type":"Fea')
    names[14].write_bytes(written(collection(feature("#123456"), feature()), "compact"))
    names[30].write_bytes(written(collection(feature("#0f9d58")), "compact"))
    put(tmp_path, collection(feature()), "latest.geojson")
    return tmp_path


def all_of(source, folder, workers):
    return [bits_of(answer) for answer in read_each(source, files_of(source, [folder]), workers=workers)]


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_answer_in_turn_as_one_process_does(folder, workers):
    answers = all_of(DEEPSTATE, folder, workers)
    assert answers == all_of(DEEPSTATE, folder, 1)
    errors = {number: answer[1] for number, answer in enumerate(answers) if isinstance(answer, tuple)}
    assert list(errors) == [5, 13, 14, 40]
    assert "the file is empty" in errors[5]
    assert "fill #123456" in errors[14]
    assert not multiprocessing.active_children()


def test_the_table_does_not_depend_on_workers(folder, monkeypatch):
    tables, told = [], []
    for workers in (1, 2):
        monkeypatch.setattr(crew, "_most_workers", lambda source, workers=workers: workers)
        errors = []
        tables.append(tr.load("deepstate", folder, on_error=errors.append))
        told.append([str(error) for error in errors])
    assert told[0] == told[1]
    assert len(told[0]) == 5
    assert tables[0].drop(columns="geometry").equals(tables[1].drop(columns="geometry"))
    assert list(shapely.to_wkb(tables[0].geometry)) == list(shapely.to_wkb(tables[1].geometry))


def test_few_files_and_other_sources_are_read_in_this_process(folder, monkeypatch):
    monkeypatch.setattr(crew, "_forked", lambda *_: pytest.fail("no workers are needed"))
    list(read_each(DEEPSTATE, files_of(DEEPSTATE, [folder])[:8]))
    list(read_each(source_named("isw"), files_of(DEEPSTATE, [folder])))


def test_without_forks_the_files_are_read_in_this_process(folder, monkeypatch):
    expected = all_of(DEEPSTATE, folder, 1)
    with monkeypatch.context() as patched:
        patched.setattr(multiprocessing, "get_context", lambda kind: (_ for _ in ()).throw(ValueError(kind)))
        assert all_of(DEEPSTATE, folder, 2) == expected
    with monkeypatch.context() as patched:
        patched.setattr(os, "fork", lambda: (_ for _ in ()).throw(BlockingIOError("no more processes")))
        assert all_of(DEEPSTATE, folder, 2) == expected
    assert not multiprocessing.active_children()


def only_here(feature, home):
    """Read a feature; in a worker, die."""
    if os.getpid() != home:
        os._exit(1)
    return DEEPSTATE.read_feature(feature)


def test_when_workers_die_the_files_are_read_in_this_process(folder):
    mortal = replace(DEEPSTATE, read_feature=partial(only_here, home=os.getpid()))
    assert all_of(mortal, folder, 2) == all_of(DEEPSTATE, folder, 1)


ENDLESS = """
import multiprocessing, sys, time
from dataclasses import replace
from pathlib import Path
from tracker.sources import source_named
from tracker.sources.workers import read_each
source = replace(source_named("deepstate"), read_feature=lambda one: time.sleep(600))
read_each(source, sorted(Path(sys.argv[1]).glob("*.geojson")), workers=2)
print(*[child.pid for child in multiprocessing.active_children()], flush=True)
time.sleep(600)
"""


def test_workers_end_with_a_process_that_is_killed(folder):
    """What they do just then, they end: here they are asleep."""
    environment = {**os.environ, "PYTHONPATH": str(Path(tr.__file__).parents[1])}
    killed = subprocess.Popen([sys.executable, "-c", ENDLESS, folder], stdout=subprocess.PIPE, env=environment)
    workers = [int(number) for number in killed.stdout.readline().split()]
    killed.kill()
    killed.communicate(timeout=60)  # returns when no worker holds the pipe
    assert len(workers) == 2


def test_an_unforeseen_error_comes_in_its_turn(folder):
    def read_feature(one):
        return 1 / 0 if one["properties"]["fill"] == "#123456" else DEEPSTATE.read_feature(one)

    failing = replace(DEEPSTATE, read_feature=read_feature)
    for workers in (1, 2):
        answers = read_each(failing, files_of(failing, [folder]), workers=workers)
        assert [bits_of(next(answers)) for _ in range(14)] == all_of(DEEPSTATE, folder, 1)[:14]
        with pytest.raises(ZeroDivisionError):
            next(answers)
        assert not multiprocessing.active_children()


def loaded(archive, paths, **options):
    errors = []
    now = pd.Timestamp("2026-01-01T00:00Z")
    return load_into(archive, DEEPSTATE, paths, now=now, on_error=errors.append, **options), list(map(str, errors))


def test_an_archive_does_not_depend_on_workers(folder, tmp_path, monkeypatch):
    made = []
    for workers in (1, 2):
        monkeypatch.setattr(crew, "_most_workers", lambda source, workers=workers: workers)
        archive = tmp_path / f"archive-{workers}"
        made.append((*loaded(archive, [folder]), {p.name: p.read_bytes() for p in archive.rglob("*.parquet")}))
        made[-1] += ((archive / "manifest.csv").read_text(),)
    assert made[0] == made[1]
    assert (made[0][0].added, made[0][0].bad) == (36, 5)


def test_an_interrupted_load_leaves_a_whole_archive_and_no_process(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(ingest, "_BATCH", 10)
    monkeypatch.setattr(crew, "_most_workers", lambda source: 2)

    def interrupted(files):
        yield from files[:25]
        raise KeyboardInterrupt

    archive = tmp_path / "archive"
    with pytest.raises(KeyboardInterrupt):
        loaded(archive, [folder], progress=interrupted)
    assert not multiprocessing.active_children()
    assert read_archive(archive)["as_of"].nunique() == len(read_manifest(archive)) == 20
    again, errors = loaded(archive, [folder])
    assert (again.added, again.known, again.bad) == (16, 20, 5)
    assert len(errors) == 5
    assert (loaded(archive, [folder])[0].known, loaded(archive, [folder])[0].added) == (36, 0)


def test_known_files_are_not_read(folder, tmp_path, monkeypatch):
    loaded(tmp_path / "archive", [folder])
    monkeypatch.setattr(ingest, "read_each", lambda source, files: (pytest.fail(file.name) for file in files[4:]))
    with pytest.raises(StopIteration):  # only the four bad ones are looked at again
        loaded(tmp_path / "archive", [folder])


def test_progress_goes_through_all_files_and_says_nothing_where_nobody_looks(capsys):
    assert list(bar([1, 2, 3], "Loading")) == [1, 2, 3]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("speed", "said"), [(None, ""), (123.4, "123 files/s"), (2.34, "2.3 files/s")])
def test_progress_says_how_many_files_a_second(speed, said):
    task = type("Task", (), {"finished_speed": None, "speed": speed})
    assert _Speed().render(task).plain == said


def test_a_line_that_geos_leaves_beside_ground_is_no_ground(monkeypatch):
    """It does so where polygons are as thin as hairs."""
    whole, taken = shapely.box(0, 0, 2, 2), shapely.box(1, 0, 2, 2)
    left = shapely.GeometryCollection([shapely.box(0, 0, 1, 2), shapely.LineString([(1, 0), (1, 2)])])
    monkeypatch.setattr(union.shapely, "difference", lambda *_: left)
    assert union.less([whole], [taken], afresh) == (left.geoms[0],)
