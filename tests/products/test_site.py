"""The static site: what is built again and what is left alone, links that lead somewhere, and nothing run from data."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import shutil
from html.parser import HTMLParser
from pathlib import Path

import click
import geopandas as gpd
import pandas as pd
import pytest
import shapely
import yaml
from commands import run
from hypothesis import given
from hypothesis import strategies as st
from worlds import control_of

from tracker.archive import archive, reference
from tracker.archive.archive import open_archive
from tracker.cli import cli
from tracker.outputs.look import painted
from tracker.outputs.page import site as pages
from tracker.outputs.page.site_rows import calendar, ground_names
from tracker.outputs.words.catalogue import languages
from tracker.places import bundled
from tracker.products import site_parts
from tracker.products.site import build_site, fingerprints, parts_to_build
from tracker.products.site_parts import site_of
from tracker.tables.constants import WORK_CRS

HOSTILE = '<img src=x onerror=alert(1)> "quoted" ../../x'
PIXEL = b"\x89PNG\r\n\x1a\n"
FRONTS = {6: 80, 7: 79, 8: 78, 9: 77}  # the western edge of occupied ground, km east of the origin, by day of January


# ---- the stage


@pytest.fixture(scope="module")
def quick():
    """Leave out what takes long and is tested by itself: figures, the map, the pictures of towns, all towns but two."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(site_parts, "figure_of", lambda briefing, **_: PIXEL + str(briefing.on).encode())
        patched.setattr(site_parts, "render", lambda kind, *, since, until, **_: f"<main>{since} {until}</main>")
        patched.setattr(site_parts, "dossier_page", lambda told, **_: {"dossier.html": f"<main>{told.on}</main>"})
        patched.setattr(archive, "towns", lambda names, archive: reference.towns(["Pokrovsk", "Kurakhove"]))
        yield patched


@pytest.fixture(scope="module")
def stage(tmp_path_factory, quick):
    """Load four days of a front that moves west, and build their site."""
    folder = tmp_path_factory.mktemp("stage")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        load(FRONTS)
        assert build().days == 3
    return folder


@pytest.fixture
def staged(stage, tmp_path, monkeypatch):
    """Work in a copy of the stage: exports/, archive/ and site/."""
    shutil.copytree(stage, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_ARCHIVE", "archive")


def load(fronts):
    """Write maps and load them; a map of a day that is there is replaced."""
    folder = Path("exports")
    folder.mkdir(exist_ok=True)
    for day, west in fronts.items():
        drawn = control_of(
            f"2025-01-{day:02}T20:00Z", occupied=[shapely.box(west * 1000, -30_000, 100_000, -10_000)]
        ).to_crs(4326)
        drawn = drawn[["status", "geometry"]].astype({"status": "str"})
        drawn.to_file(folder / f"2025-01-{day:02}.geojson")
    run("load", "vector", folder, "--status-column", "status", "--archive", "archive")


def build(folder="site", **choices):
    """Build the site of the archive here."""
    space = open_archive(Path("archive"))
    progress = choices.pop("progress", list)
    return build_site(site_of(space, **choices), Path(folder), progress=progress)


def state(folder="site"):
    """Read every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def times(folder="site"):
    """Say when each file was written."""
    paths = [path for path in Path(folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in paths}


def touched(before, after):
    return {path for path, time in after.items() if before.get(path) != time}


class Links(HTMLParser):
    """Collects what a page leads to."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.tags = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.found += [value for name, value in attributes if name in ("href", "src", "srcset", "action") and value]


def links_of(page):
    parser = Links()
    parser.feed(page)
    return parser


# ---- what is built


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2).map(str)),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2).map(str)),
    st.sets(st.sampled_from("abcdef")),
)
def test_a_part_is_kept_only_if_it_is_wanted_as_it_is(kept, wanted, broken):
    todo = parts_to_build(kept, wanted, broken)
    assert todo == [part for part in wanted if part in todo]
    for part in wanted:
        assert (part not in todo) == (part in kept and kept[part] == wanted[part] and part not in broken)


def test_a_second_run_writes_nothing(staged):
    before, written = state(), times()
    again = build()
    assert (again.days, again.kept, again.parts, again.removed) == (0, 3, [], 0)
    assert state() == before
    assert times() == written


def test_a_new_day_builds_itself_and_the_pages_of_all_days(staged):
    build("grown", until="2025-01-08")
    before = times("grown")
    built = build("grown")
    assert (built.days, built.kept, built.parts) == (1, 2, ["map", "towns", "pages"])
    changed = touched(before, times("grown"))
    assert {path for path in changed if path.startswith("days/")} == {
        "days/2025-01-08/index.html",
        *(path for path in state() if path.startswith("days/2025-01-09/")),
    }
    assert state("grown") == state()


def test_a_new_map_in_the_archive_makes_the_same_site_as_from_scratch(staged):
    load(FRONTS | {19: 76})
    assert build().days == 1
    build("fresh")
    assert state() == state("fresh")
    late = json.loads(Path("site/index.json").read_text())["days"][-1]
    assert (late["day"], late["net_km2"]) == ("2025-01-19", None), "the map before is too old to tell of that day"
    assert "19 January 2025: –" in Path("site/index.html").read_text()


def test_a_changed_map_builds_its_day_and_those_whose_history_it_is(staged):
    before = times()
    load(FRONTS | {8: 77.5})
    assert build().days == 2
    changed = {path[5:15] for path in touched(before, times()) if path.endswith("advances.csv")}
    assert changed == {"2025-01-08", "2025-01-09"}


def test_files_that_are_gone_or_half_written_are_made_again_and_no_others(staged):
    before, site = state(), Path("site")
    (site / "days/2025-01-08/changes.geojson").unlink()
    page = site / "days/2025-01-09/index.html"
    page.write_bytes(page.read_bytes()[:-5])
    (site / "about.html").unlink()
    (site / "map.html").write_bytes(b"")
    built = build()
    assert (built.days, built.kept, built.parts) == (2, 1, ["map", "pages"])
    assert state() == before


def test_choices_and_reference_data_change_every_day(staged):
    space = open_archive(Path("archive"))
    own = fingerprints(site_of(space))
    others = [fingerprints(site_of(space, lang="uk")), fingerprints(site_of(space, causes=["advance"]))]
    with painted({"occupied": "#ffcccc"}):
        others.append(fingerprints(site_of(space)))
    points = gpd.GeoDataFrame({"geonameid": [1], "name": ["Somewhere"]}, geometry=[shapely.Point(37, 48)], crs=4326)
    points.to_file("points.geojson")
    run("reference", "use", "gazetteer", "points.geojson")
    others.append(fingerprints(site_of(space)))
    for other in others:
        assert other.keys() == own.keys()
        assert not set(other.values()) & set(own.values())


def test_days_that_are_no_longer_wanted_go_with_their_own_files_only(staged):
    Path("site/days/2025-01-08/mine.txt").write_text("mine")
    Path("site/days/2025-01-08/report.md").write_text("changed by hand")
    Path("site/CNAME").write_text("front.example")
    assert build(since="2025-01-09").removed == 2
    left = {path for path in state() if path.startswith("days/2025-01-0") and "09/" not in path}
    assert left == {"days/2025-01-08/mine.txt", "days/2025-01-08/report.md"}
    assert "CNAME" in state()
    assert not Path("site/days/2025-01-07").exists()


def test_a_crash_leaves_what_was_there_and_loses_no_day(staged):
    build("broken", until="2025-01-07")
    first = state("broken")["index.html"]

    def stops(days):
        yield days[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build("broken", progress=stops)
    assert state("broken")["index.html"] == first
    assert build("broken").days == 1
    assert state("broken") == state()


def test_a_folder_of_something_else_is_left_alone(staged):
    folder = Path("thesis")
    folder.mkdir()
    (folder / "index.html").write_text("mine")
    assert "name an empty folder" in run("site", "--out", folder, status=2).stderr
    (folder / "index.json").write_text('["of something else"]')
    assert "not the index of a site" in run("site", "--out", folder, status=2).stderr
    assert len(state(folder)) == 2
    for file in (folder / "index.html", folder / "index.html" / "site"):
        assert "index.html is a file; name a folder" in run("site", "--out", file, status=2).stderr
    Path("odd/index.json").mkdir(parents=True)
    assert "name an empty folder" in run("site", "--out", "odd", status=2).stderr


def test_an_index_that_was_tampered_with_removes_nothing_outside(staged):
    outside = Path("outside.txt")
    outside.write_bytes(b"x")
    index = json.loads(Path("site/index.json").read_text())
    known = {"bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    paths = ("../outside.txt", str(outside.resolve()))
    index["parts"]["days/2020-01-01"] = {"fingerprint": "", "files": dict.fromkeys(paths, known)}
    Path("site/index.json").write_text(json.dumps(index))
    assert build().removed == 1
    assert outside.exists()


# ---- what it holds


@pytest.fixture(scope="module", params=["en", "uk"])
def hostile(request, stage, quick, tmp_path_factory):
    """Build a site of two days where the only settlement and town has a name that wants to be markup and a path."""
    folder = tmp_path_factory.mktemp("hostile")
    points = {"geonameid": [7], "name": [HOSTILE], "name_uk": [HOSTILE], "place": ["town"], "population": [5000]}
    there = gpd.GeoSeries([shapely.Point(75_000, -20_000)], crs=WORK_CRS).to_crs(4326)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        patched.setattr(archive, "towns", lambda names, archive: reference.gazetteer(archive=archive).tail(1))
        shutil.copytree(stage / "archive", "archive")
        gpd.GeoDataFrame(points, geometry=there, crs=4326).to_file("points.geojson")
        run("reference", "use", "gazetteer", "points.geojson", "--archive", "archive")
        build(lang=request.param, since="2025-01-08")
    return request.param, folder / "site"


def test_links_are_relative_and_lead_somewhere(hostile):
    _, site = hostile
    files, linked = state(site), {"index.html"}
    for path in files:
        if not path.endswith(".html") or path == "map.html":
            continue
        for link in links_of(files[path].decode()).found:
            target, _, anchor = link.partition("#")
            target = target.partition("?")[0]
            assert not re.match(r"[a-z]+:|/", target), f"{path} leads to {link}"
            there = (site / path).parent / target if target else site / path
            assert there.is_file(), f"{path} leads to {link}"
            linked.add(str(there.resolve().relative_to(site.resolve())))
            if anchor and not anchor.startswith("day="):
                assert f'id="{anchor}"' in there.read_text()
    assert set(files) - linked == set(), "every file is reached by a link"


def test_pages_ask_nobody_for_anything(hostile):
    lang, site = hostile
    pages_of = [path for path in state(site) if path.endswith(".html") and "towns/img" not in path]
    for path in sorted(set(pages_of) - {"map.html"}):
        text = (site / path).read_text()
        assert not {"script", "link", "object", "embed", "form", "base"} & set(links_of(text).tags), path
        assert "default-src 'none'" in text
        assert f'<html lang="{lang}">' in text
        assert not re.search(r"url\(|@import", text)
        assert "GeoNames (CC BY 4.0)" in text, "credits are on every page"


def test_a_hostile_name_is_text_and_no_path(hostile):
    _, site = hostile
    files = state(site)
    towns = {path for path in files if path.startswith("towns/")}
    assert towns == {"towns/index.html", "towns/img-src-x-onerror-alert-1-quoted-x.html"}
    seen = 0
    for path, content in files.items():
        if path.endswith(".html") and path not in towns - {"towns/index.html"}:
            assert b"<img src=x" not in content, path
            seen += b"&lt;img src=x" in content
    assert seen >= 4, "the name is in the words of days, and among the towns"


def test_the_hash_of_the_archive_names_its_last_map_and_not_the_site_s(staged):
    build("part", until="2025-01-07")
    about = Path("part/about.html").read_text()
    assert "the last map of the archive is of 9 January 2025" in about
    assert open_archive(Path("archive")).sha256() in about


def test_the_json_index_says_what_machines_need(staged):
    text = Path("site/index.json").read_text(encoding="utf-8")
    index = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
    assert index["schema"] == 1
    assert set(index["source"]) == {"name", "title", "credit", "licence", "terms_url", "note"}
    assert index["source"]["name"] == "vector"
    assert index["archive_sha256"] == open_archive(Path("archive")).sha256()
    assert [day["day"] for day in index["days"]] == ["2025-01-07", "2025-01-08", "2025-01-09"]
    for day in index["days"]:
        assert (day["gain_km2"], day["loss_km2"], day["net_km2"]) == pytest.approx((20.0, 0.0, 20.0), abs=0.01)
        assert (day["newly_contested_km2"], day["cleared_km2"]) == (0.0, 0.0)
        assert day["as_of"] == f"{day['day']}T21:59:59Z"
        assert (Path("site") / day["page"]).is_file()
    written = {path: one for part in index["parts"].values() for path, one in part["files"].items()}
    files = state()
    assert set(written) == set(files) - {"index.json"}
    assert all(one["bytes"] == len(files[path]) for path, one in written.items())


def test_a_day_leads_to_those_beside_it():
    page = "<main><!--neighbours-->old<!--/neighbours--></main>"
    first, last = pd.Timestamp("2025-01-06"), pd.Timestamp("2025-01-09")
    both = pages.with_neighbours(page, first, last, "en")
    assert links_of(both).found == ["../2025-01-06/index.html", "../2025-01-09/index.html"]
    assert pages.with_neighbours(both, first, last, "en") == both
    assert "old" not in both
    assert links_of(pages.with_neighbours(both, None, last, "uk")).found == ["../2025-01-09/index.html"]
    assert pages.with_neighbours(both, None, None, "en") == "<main><!--neighbours--><!--/neighbours--></main>"


def test_a_calendar_holds_every_day_once_and_dashes_what_is_not_known():
    days = pd.to_datetime(["2024-12-31", "2025-01-01", "2025-01-05"])
    daily = pd.DataFrame({"until": days, "net_km2": [16.0, -2.0, 3.0], "known": [True, True, False]})
    monthly = daily.iloc[[0, 2]].assign(until=pd.to_datetime(["2024-12-31", "2025-01-05"]))
    january, december = calendar(daily, monthly, "en")
    cells = [cell for month in (december, january) for week in month["weeks"] for cell in week if cell["day"]]
    assert len(cells) == 62
    assert (january["name"], january["net"], december["net"]) == ("January 2025", "–", "+16.0")
    told = [(cell["path"], cell["net"], cell["level"]) for cell in cells if cell["path"]]
    assert told == [
        ("days/2024-12-31/index.html", "+16.0", "gain3"),
        ("days/2025-01-01/index.html", "−2.0", "lost"),
        ("days/2025-01-05/index.html", "–", ""),
    ]


def test_sectors_of_one_name_are_told_apart():
    named = {day: ground_names(bundled.sectors(), pd.Timestamp(day), "en") for day in ("2025-01-09", "2025-01-10")}
    assert named["2025-01-09"]["kurakhove"] == "Kurakhove"
    assert named["2025-01-10"]["kurakhove"] == "Novopavlivka (Kurakhove)"
    assert named["2025-01-10"]["velykanovosilka"] == "Novopavlivka (Vremivka)"
    sectors = bundled.sectors()
    for day in {pd.Timestamp("2022-04-01"), *sectors["valid_from"].dropna(), *sectors["valid_to"].dropna()}:
        for lang in languages():
            names = ground_names(sectors, day, lang)
            assert len(set(names.values())) == len(names)


# ---- the command


def test_the_command_says_whose_terms_apply_and_the_report_of_a_day_how_it_is_made_again(staged):
    result = run("site", "--out", "other", "--since", "2025-01-09")
    assert "1 day built, and map, towns, pages" in result.stderr
    assert "needs the permission" in result.stderr
    assert result.stdout.strip() == str(Path("other/index.html"))
    assert "0 days built; 3 days up to date" in run("site", "--out", "site").stderr
    told = Path("other/days/2025-01-09/report.md").read_text().splitlines()
    made = run(*shlex.split(re.search(r"(tracker report [^`]*)", "\n".join(told))[1])[1:]).stdout.splitlines()
    left_out = [line for line in made if line not in told]
    assert [line for line in told if line not in made] == ["![Map of the changes, the newest darkest](figure.png)"]
    assert len(left_out) == 1
    assert "SHA-256" in left_out[0], "only the hash of the whole archive is left out"


def test_a_site_needs_two_days(tmp_path, monkeypatch, quick):
    monkeypatch.chdir(tmp_path)
    load({6: 80})
    assert "changes need two" in run("site", "--out", "site", "--archive", "archive", status=6).stderr
    assert not Path("site").exists()


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--since", "2025-02-01"], 6),
        (["--since", "2025-02-01", "--until", "2025-02-03"], 6),
        (["--until", "2025-01-05"], 6),
        (["--until", "2025-01-06"], 6),  # the day of the first map: of it no change is known
        (["--since", "2025-01-01", "--until", "2025-01-06"], 6),
        (["--since", "2025-01-08", "--until", "2025-01-07"], 2),
    ],
)
def test_a_period_without_a_map_is_refused(staged, options, status):
    run("site", "--out", "refused", *options, status=status)
    assert not Path("refused").exists()


def test_the_sample_is_marked_on_every_page(tmp_path, monkeypatch, quick):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRACKER_ARCHIVE", raising=False)
    run("site", "--out", "site", "--since", "2025-01-07")
    for path, content in state().items():
        if path.endswith(".html") and path != "map.html" and "towns/" not in path:
            assert b"Illustrative sample" in content, path
    assert json.loads(Path("site/index.json").read_text())["note"] == "illustrative sample"


# ---- the workflow

WORKFLOW = Path(__file__).resolve().parents[2] / ".github" / "workflows" / "site.yml"
VALUES = {"SOURCE": "deepstate-daily", "SINCE": "2025-01-01", "SITE_LANG": "uk"}


def steps_of(job):
    return yaml.safe_load(WORKFLOW.read_text())["jobs"][job]["steps"]


def test_the_workflow_runs_commands_that_exist():
    lines = [line for step in steps_of("build") for line in step.get("run", "").splitlines() if "tracker" in line]
    named = []
    for line in lines:
        words = shlex.split(re.sub(r"\$(\w+)", lambda found: VALUES[found[1]], line))
        assert words[0] == "tracker"
        command = cli.get_command(click.Context(cli), words[1])
        command.make_context(words[1], words[2:]).close()
        named.append(words[1])
    assert named == ["fetch", "check", "daily", "site"]


def test_the_workflow_has_no_more_rights_than_it_needs():
    flow = yaml.safe_load(WORKFLOW.read_text())
    assert flow["permissions"] == {}
    assert flow["jobs"]["build"]["permissions"] == {"contents": "read"}
    assert flow["jobs"]["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert set(flow[True]) == {"schedule", "workflow_dispatch"}
    assert "vars.TRACKER_SOURCE" in flow["jobs"]["build"]["if"], "it does nothing before someone takes it on"
    assert "${{" not in "".join(step.get("run", "") for job in flow["jobs"] for step in steps_of(job))
