"""Where two sources agree: the sums as laws and by hand, the page, and the command."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from commands import rows_of, run
from exports import boxed, daily_export, export
from hypothesis import given
from hypothesis import strategies as st
from pages import Page, data_of
from stages import pair_page
from stories import rendered
from worlds import WORLD, area_of, control_of, grounds, histories, sectors_of, snapshots_of, square

import tracker as tr
from tracker.measures.agreement import at_front, compared, disagreements
from tracker.tables.check import check, conform
from tracker.tables.definitions import AGREEMENT, DISAGREEMENTS, SECTORS

ON = pd.Timestamp("2025-01-06")
HELD = ["both_km2", "only_source_km2", "only_other_km2"]
WITHIN = {"abs": 1e-6}


@st.composite
def pairs(draw):
    """Draw two maps of one ground, by sources that need not draw the same statuses."""
    control, other = snapshots_of(draw(histories(most=2)))
    if draw(st.booleans()):
        other = other[other["status"] == "occupied"]
    return control, other.assign(source="another")


# ---- laws


@given(pairs(), grounds())
def test_what_both_and_one_hold_is_what_each_draws_and_places_add_up_to_it(pair, sectors):
    control, other = pair
    whole = check(tr.agreement(control, other), AGREEMENT).set_index("status")
    for status, (both, mine, theirs) in zip(whole.index, whole[HELD].to_numpy(), strict=True):
        assert both + mine == pytest.approx(area_of(control, status), **WITHIN)
        assert both + theirs == pytest.approx(area_of(other, status), **WITHIN)
    by_ground = tr.agreement(control, other, sectors, by="ground")
    columns = [*HELD, "contested_on_other_km2", "contested_on_source_km2"]
    for table in (by_ground, tr.agreement(control, other, sectors)):
        parts = check(table, AGREEMENT).groupby("status")[columns].sum(min_count=1)
        held = parts.index
        assert parts.to_numpy() == pytest.approx(whole.loc[held, columns].to_numpy(), nan_ok=True, **WITHIN)
        assert whole.drop(held)[HELD].to_numpy().sum() == 0
    assert_each_place_holds_what_is_drawn_in_it(by_ground.set_index(["ground", "status"]), pair, sectors)


def assert_each_place_holds_what_is_drawn_in_it(table, pair, sectors):
    """By plain intersection with the ground's polygon, which the cutting of the table does not use."""
    control, other = pair
    for ground, polygons in sectors.groupby("ground"):
        place = shapely.union_all(polygons.geometry.to_numpy())
        for status in compared(control, other):
            both, mine, theirs = held_in(table, ground, status)
            drawn = [shapely.union_all(one.geometry[one["status"] == status].to_numpy()) for one in pair]
            areas = [shapely.intersection(shape, place).area / 1e6 for shape in drawn]
            assert [both + mine, both + theirs] == pytest.approx(areas, **WITHIN)


def held_in(table, ground, status):
    """Look up the sums of a place; places where nobody holds anything have no row."""
    return table.loc[(ground, status), HELD] if (ground, status) in table.index else (0.0, 0.0, 0.0)


@given(pairs())
def test_the_two_may_change_places(pair):
    control, other = pair
    turned = tr.agreement(other, control)
    turned = turned.rename(columns={"only_source_km2": "only_other_km2", "only_other_km2": "only_source_km2"})
    turned = turned.rename(
        columns={
            "contested_on_other_km2": "contested_on_source_km2",
            "contested_on_source_km2": "contested_on_other_km2",
        }
    )
    columns = [*HELD, "iou", "contested_on_other_km2", "contested_on_source_km2"]
    straight = tr.agreement(control, other)
    assert turned[columns].to_numpy() == pytest.approx(straight[columns].to_numpy(), nan_ok=True, **WITHIN)


@given(pairs(), grounds())
def test_the_pieces_are_what_the_sums_are_made_of(pair, sectors):
    control, other = pair
    pieces = check(disagreements(control, other, sectors), DISAGREEMENTS)
    assert pieces["area_km2"].is_monotonic_decreasing
    table = tr.agreement(control, other, sectors)
    keys = ["sector", "status", "held_by"]
    sums = pieces.assign(status=pieces["status"].astype(str)).groupby(keys)["area_km2"].sum()
    for row in table.to_dict("records"):
        for name, column in (("deepstate", "only_source_km2"), ("another", "only_other_km2")):
            found = sums.get((row["sector"], row["status"], name), 0.0)
            assert found == pytest.approx(row[column], **WITHIN)


@given(histories(most=2))
def test_a_map_agrees_with_itself(control):
    state = snapshots_of(control)[0]
    table = tr.agreement(state, state.assign(source="another"))
    drawn = np.array([area_of(state, status) for status in table["status"]])
    assert table["both_km2"].to_numpy() == pytest.approx(drawn, **WITHIN)
    assert table[["only_source_km2", "only_other_km2"]].to_numpy().sum() == pytest.approx(0, **WITHIN)
    assert table["iou"].to_numpy() == pytest.approx(np.where(drawn > 0, 1.0, np.nan), nan_ok=True)


# ---- by hand


@pytest.fixture
def mine():
    """Occupied 0 to 10 km east, contested the two to the west of it."""
    return control_of("2025-01-06T20:00Z", occupied=[square(0, 0, 10)], contested=[shapely.box(-2000, 0, 0, 10_000)])


@pytest.fixture
def theirs():
    """Occupied one further to the west, and contested four; the last one in the east is free."""
    shapes = {"occupied": [shapely.box(-1000, 0, 9000, 10_000)], "contested": [shapely.box(-5000, 0, -1000, 10_000)]}
    return control_of("2025-01-05T20:00Z", **shapes, source="another")


def test_boxes(mine, theirs):
    table = tr.agreement(mine, theirs).set_index("status")
    assert table.index.tolist() == ["occupied", "contested"]
    columns = [*HELD, "contested_on_other_km2", "contested_on_source_km2"]
    assert table.loc["occupied", columns].tolist() == pytest.approx([90, 10, 10, 0, 10])
    assert table.loc["contested", columns].tolist() == pytest.approx([10, 10, 30, 0, 0])
    assert table["iou"].tolist() == pytest.approx([90 / 110, 10 / 50])
    assert (table["source"].unique(), table["other"].unique()) == (["deepstate"], ["another"])
    assert (table["day"] == ON).all()
    assert (table["as_of"] - table["other_as_of"] == pd.Timedelta(days=1)).all()


def test_boxes_by_sector(mine, theirs):
    sectors = sectors_of({"west": shapely.box(-9000, -9000, 0, 20_000), "east": shapely.box(0, 5000, 20_000, 20_000)})
    table = tr.agreement(mine, theirs, sectors).set_index(["sector", "status"])[HELD]
    assert table.index.tolist() == [
        ("East", "occupied"),
        ("West", "occupied"),
        ("West", "contested"),
        ("elsewhere", "occupied"),
    ]
    assert table.to_numpy().ravel().tolist() == pytest.approx([45, 5, 0, 0, 0, 10, 10, 10, 30, 45, 5, 0])


def test_at_the_front_is_without_elsewhere(mine, theirs):
    sectors = sectors_of({"west": shapely.box(-9000, -9000, 0, 20_000), "east": shapely.box(0, 5000, 20_000, 20_000)})
    table = check(at_front(tr.agreement(mine, theirs, sectors)), AGREEMENT)
    assert table["status"].tolist() == ["occupied", "contested"]
    assert table.loc[0, HELD].tolist() == pytest.approx([45, 5, 10])
    assert table.loc[0, "iou"] == pytest.approx(45 / 60)
    assert "sector" not in table


def test_at_the_front_where_nobody_is(mine, theirs):
    far = sectors_of({"far": square(500, 500, 1)})
    table = at_front(tr.agreement(mine, theirs, far))
    assert table[HELD].to_numpy().sum() == 0
    assert table["iou"].isna().all()


def test_oblasts(mine, theirs):
    oblasts = sectors_of({"west": shapely.box(-9000, -9000, 0, 20_000)})[["geometry"]].assign(oblast="West")
    table = tr.agreement(mine, theirs, oblasts)
    assert table["oblast"].tolist() == ["West", "West", "elsewhere"]
    assert table.loc[2, HELD].tolist() == pytest.approx([90, 10, 0])


def test_names_are_those_of_the_day(mine, theirs):
    named = sectors_of({"west": WORLD}, valid_to=pd.Timestamp("2024-12-31"))
    later = named.assign(name_en="Later", sector="Later", valid_from=pd.Timestamp("2025-01-01"), valid_to=pd.NaT)
    both = conform(pd.concat([named, later]), SECTORS)
    assert set(tr.agreement(mine, theirs, both)["sector"]) == {"Later"}
    assert set(tr.agreement(mine, theirs, both, on="2024-12-30")["sector"]) == {"West"}
    assert set(disagreements(mine, theirs, both, on="2024-12-30")["sector"]) == {"West"}


def test_a_piece_says_what_each_draws_there(mine, theirs):
    pieces = disagreements(mine, theirs)
    told = pieces[["status", "held_by", "source_status", "other_status", "area_km2"]].astype({"area_km2": int})
    assert sorted(map(tuple, told.astype(str).to_numpy().tolist())) == [
        ("contested", "another", "free", "contested", "30"),
        ("contested", "deepstate", "contested", "occupied", "10"),
        ("occupied", "another", "contested", "occupied", "10"),
        ("occupied", "deepstate", "occupied", "free", "10"),
    ]


# ---- what may be empty


def test_without_contested_ground_on_one_only_occupied_is_compared(mine, theirs):
    theirs = theirs[theirs["status"] == "occupied"]
    (row,) = tr.agreement(mine, theirs).to_dict("records")
    assert (row["status"], row["contested_on_source_km2"]) == ("occupied", pytest.approx(10))
    assert np.isnan(row["contested_on_other_km2"])
    assert set(disagreements(mine, theirs)["status"]) == {"occupied"}
    assert set(disagreements(mine, theirs)["source_status"]) == {"occupied", "contested"}


def test_nothing_in_common():
    table = tr.agreement(control_of(ON, occupied=[square(0, 0)]), control_of(ON, occupied=[square(5, 5)]))
    assert table.loc[0, [*HELD, "iou"]].tolist() == pytest.approx([0, 1, 1, 0])


def test_maps_that_only_touch_share_nothing():
    table = tr.agreement(control_of(ON, occupied=[square(0, 0)]), control_of(ON, occupied=[square(1, 0)]))
    assert table.loc[0, HELD].tolist() == pytest.approx([0, 1, 1])


@pytest.mark.parametrize("contested", [(), None])
def test_one_map_is_empty(contested):
    full, bare = control_of(ON, occupied=[square(0, 0)]), control_of(ON, contested=contested)
    assert tr.agreement(full, bare).loc[0, [*HELD, "iou"]].tolist() == pytest.approx([0, 1, 0, 0])
    assert len(disagreements(full, bare)) == 1


def test_both_maps_are_empty():
    bare, sectors = control_of(ON), sectors_of({"all": WORLD})
    table = tr.agreement(bare, bare)
    assert table[HELD].to_numpy().sum() == 0
    assert table["iou"].isna().all()
    assert tr.agreement(bare, bare, sectors).empty
    assert tr.agreement(bare, bare, sectors).columns.tolist() == [*table.columns[:5], "sector", *table.columns[5:]]
    pieces = check(disagreements(bare, bare, sectors), DISAGREEMENTS)
    assert pieces.empty
    assert {"sector", "ground"} <= set(pieces)
    assert rendered("agreement", control=bare, other=bare, sectors=sectors)


def test_refuses_what_does_not_go_together(mine, theirs):
    several = pd.concat([mine, theirs])
    for arguments in ((several, theirs), (mine, several), (mine.iloc[:0], theirs)):
        with pytest.raises(ValueError, match=r"(control|other) must hold one snapshot, it holds [02]"):
            tr.agreement(*arguments)
    with pytest.raises(ValueError, match=r"by='oblast' is not a column of places; they have sector, ground"):
        tr.agreement(mine, theirs, sectors_of({"all": WORLD}), by="oblast")
    with pytest.raises(ValueError, match=r"by='sector'.*tracker\.sectors"):
        tr.agreement(mine, theirs, by="sector")
    with pytest.raises(ValueError, match="places must have a column"):
        tr.agreement(mine, theirs, sectors_of({"all": WORLD})[["geometry"]])


# ---- the page


def rows_in(html):
    """Read the panel's table: the words of each row → its numbers."""
    rows = re.findall(r'<tr class="\w+"><th scope="row">(.*?)</th>(.*?)</tr>', html)
    return {re.sub("<.*?>", "", head): re.findall(r"<td>(.*?)</td>", cells) for head, cells in rows}


def test_the_page_says_what_the_table_does(mine, theirs):
    html = pair_page(mine, theirs)
    assert "<h1>One and Two, 6\N{NO-BREAK SPACE}January\N{NO-BREAK SPACE}2025</h1>" in html
    assert rows_in(html) == {
        "On both": ["90.0", "90.0", "10.0"],
        "Only on One": ["10.0", "10.0", "10.0"],
        "contested on Two": ["0.0", "0.0", "–"],
        "Only on Two": ["10.0", "10.0", "30.0"],
        "contested on One": ["10.0", "10.0", "–"],
        "Intersection over union": ["0.818", "0.818", "0.200"],
    }


def test_a_layer_for_each_disagreement(mine, theirs):
    layers = set(data_of(pair_page(mine, theirs))["layers"])
    sides = {f"{status}_{side}" for status in ("occupied", "contested") for side in ("both", "first", "second")}
    assert sides | {"sectors", "settlements"} <= layers
    alone = set(data_of(pair_page(mine, theirs[theirs["status"] == "occupied"]))["layers"])
    assert {"occupied_both", "occupied_first", "occupied_second", "contested_beside"} <= alone
    assert not alone & {"contested_both", "contested_first", "contested_second"}


def test_the_page_says_how_old_each_state_is(mine, theirs):
    assert "days old" not in pair_page(mine, theirs)
    old = pair_page(mine, theirs, on="2025-01-09")
    assert "Two: this state is 4 days old, there is no newer one." in old
    assert "One: this state" not in old


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_the_page_says_what_they_count_differently(mine, theirs, lang):
    html = pair_page(mine, theirs, left_out=("", "leaves out the sea"), lang=lang)
    (caveat,) = re.findall(r'class="caveat">(.*?)</p>', html)
    assert "leaves out the sea" in caveat
    html = pair_page(mine, theirs[theirs["status"] == "occupied"], lang=lang)
    (caveat,) = re.findall(r'class="caveat">(.*?)</p>', html)
    assert caveat.startswith("Two")
    neither = pair_page(*(one[one["status"] == "occupied"] for one in (mine, theirs)), lang=lang)
    (caveat,) = re.findall(r'class="caveat">(.*?)</p>', neither)
    assert not caveat.startswith(("One", "Two"))
    assert not re.findall(r'class="caveat">', pair_page(mine, theirs, lang=lang))


def test_the_page_in_ukrainian(mine, theirs):
    html = pair_page(mine, theirs, lang="uk")
    assert "6\N{NO-BREAK SPACE}січня\N{NO-BREAK SPACE}2025" in html
    assert rows_in(html)["Лише One"] == ["10,0", "10,0", "10,0"]
    assert [row[2] for row in data_of(html)["settlements"]] == ["Місто"]


def test_the_page_is_the_same_twice_and_needs_no_network(mine, theirs):
    html = pair_page(mine, theirs)
    assert pair_page(mine, theirs) == html
    links = [value for _, attrs in Page(html).tags for key, value in attrs.items() if key in ("src", "href")]
    assert links == ["data:,"]
    policy = next(attrs["content"] for _, attrs in Page(html).tags if attrs.get("http-equiv"))
    assert policy.count("'sha256-") == html.count("<script>") == html.count("</script>") - 1


def test_hairs_are_counted_and_not_drawn(mine):
    hair = control_of("2025-01-06T20:00Z", occupied=[shapely.box(0, 0, 10_000.5, 10_000)], source="another")
    html = pair_page(mine, hair)
    assert tr.agreement(mine, hair).loc[0, "only_other_km2"] == pytest.approx(0.005)
    assert "Occupied only on Two</b>" not in html


def test_the_public_verb_fills_in_what_is_known(mine, theirs):
    html = tr.render("agreement", control=mine, other=theirs.assign(source="liveuamap-nzz"))
    assert "DeepState and Liveuamap (NZZ)" in html
    assert "leaves out Crimea" in html
    assert all(word in html.split("<footer")[1] for word in ("© DeepState", "Liveuamap, via", "GeoNames"))
    assert hasattr(html, "_repr_html_")
    assert "DeepState and another" in tr.render("agreement", control=mine, other=theirs)


# ---- the command


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Load two days of DeepState-like exports, and of its mirror, which draws one column more and one less."""
    folder = tmp_path_factory.mktemp("pair")
    for day in (6, 7):
        shapes = (("occupied", (37.2, 47.9, 37.3, 48.0)), ("contested", (37.1, 47.9, 37.2, 48.0)))
        drawn = [boxed(status, box, description=f"day {day}") for status, box in shapes]
        export(folder / "raw", f"2025-01-{day:02}T20:00Z", *drawn)
    daily_export(folder / "daily", "20250107", (37.15, 47.9, 37.25, 48.0))
    run("load", "deepstate", folder / "raw", "--archive", folder / "archive")
    run("load", "deepstate-daily", folder / "daily", "--archive", folder / "archive")
    return folder / "archive"


PAIR = ("agreement", "deepstate", "deepstate-daily")


def test_the_command_gives_the_table(archive):
    rows = rows_of(*PAIR, "--archive", archive)
    assert set(rows[0]) == {*AGREEMENT.columns, "sector"}
    assert {(row["source"], row["other"], row["day"]) for row in rows} == {(*PAIR[1:], "2025-01-06")}
    assert {row["contested_on_other_km2"] for row in rows} == {None}
    (whole,) = rows_of(*PAIR, "--archive", archive, "--by", "none")
    assert "sector" not in whole
    for name in HELD:
        assert sum(row[name] for row in rows) == pytest.approx(whole[name])
        assert whole[name] == pytest.approx(whole["both_km2"], rel=1e-3), "three columns of equal width"
    assert whole["contested_on_source_km2"] == pytest.approx(whole["only_other_km2"], rel=1e-3)
    assert whole["iou"] == pytest.approx(1 / 3, rel=1e-3)


def test_csv_and_json_say_the_same(archive):
    rows = pd.DataFrame(rows_of(*PAIR, "--archive", archive))
    read = pd.read_csv(io.StringIO(run(*PAIR, "--archive", archive, "--format", "csv").stdout))
    assert read.columns.tolist() == rows.columns.tolist()
    assert read[HELD].to_numpy() == pytest.approx(rows[HELD].to_numpy(), rel=1e-12)


def test_stderr_says_the_whole_the_sources_and_what_they_count_differently(archive):
    told = run(*PAIR, "--archive", archive).stderr
    assert re.search(r"occupied everywhere: both [\d.]+ km², only deepstate [\d.]+, only deepstate-daily [\d.]+", told)
    assert "contested on deepstate), intersection over union 0.333" in told
    assert told.count("Source: © DeepState") == 2
    assert "Not alike: DeepState (daily mirror) draws no contested ground" in told
    assert "days old" not in told


def test_old_states_are_said(archive):
    told = run(*PAIR, "--archive", archive, "--on", "2025-01-12").stderr
    assert "deepstate: the state of 2025-01-12 is a snapshot of 2025-01-07, 5 days old" in told
    assert "deepstate-daily: the state of 2025-01-12 is a snapshot of 2025-01-06, 6 days old" in told


def test_the_command_gives_the_pieces(archive):
    shown = json.loads(run(*PAIR, "--archive", archive, "--format", "geojson").stdout)["features"]
    rows = [row["properties"] for row in shown if row["properties"]["area_km2"] > 0.1]  # borders bend between degrees
    held = {(row["held_by"], row["source_status"]) for row in rows}
    assert held == {("deepstate", "occupied"), ("deepstate-daily", "contested")}
    assert all({"sector", "status", "area_km2"} <= set(row["properties"]) for row in shown)


def test_the_command_draws_the_page(archive, tmp_path):
    page = tmp_path / "agreement.html"
    done = run(*PAIR, "--archive", archive, "--format", "html", "--lang", "uk", "-o", page)
    html = page.read_text(encoding="utf-8")
    assert done.stdout == ""
    assert 'lang="uk"' in html
    assert "DeepState і DeepState (щоденне дзеркало)" in html
    assert Path(page).stat().st_size > 100_000


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("deepstate", "deepstate"), 2, "compared with itself"),
        (("deepstate", "nobody"), 2, "source 'nobody' is not known"),
        (("deepstate", "isw"), 6, "holds nothing of isw"),
        (("deepstate", "deepstate-daily", "--on", "2025-01-01"), 6, "no snapshot up to 2025-01-01"),
        (("deepstate", "deepstate-daily", "--by", "oblast"), 2, "needs borders"),
        (("deepstate", "deepstate-daily", "--format", "kml"), 2, "kml"),
        (("deepstate",), 2, "OTHER"),
    ],
)
def test_what_cannot_be_compared(archive, arguments, status, message):
    assert message in run("agreement", *arguments, "--archive", archive, status=status).stderr


# ---- the real thing

# Other source → its map of 6 January 2025, and km² out of the raw files by shapely and geodesic areas, without this
# package: both, only DeepState, only the other, and what of that is contested on DeepState.
JANUARY_6 = {
    "isw": ("isw-weekly/2025-01-05.geojson", [111_175.81, 754.42, 642.31, 338.10]),
    "uacontrolmap": ("uacontrolmap/20250106.json", [111_546.66, 383.33, 5_219.92, 206.39]),
    "liveuamap-nzz": ("liveuamap-nzz/2025-01-07.json", [66_905.00, 45_025.17, 1_716.07, 481.22]),
}


@pytest.fixture(scope="module")
def deepstate(shared):
    return tr.load("deepstate", shared / "data" / "deepstate-raw" / "1736197748.geojson")


@pytest.mark.shared
@pytest.mark.parametrize("name", JANUARY_6)
def test_deepstate_and_others_on_a_real_day(shared, deepstate, name):
    file, expected = JANUARY_6[name]
    other = tr.load(name, shared / "data" / file)
    (row,) = tr.agreement(deepstate, other, on=ON).to_dict("records")
    assert [row[column] for column in (*HELD, "contested_on_source_km2")] == pytest.approx(expected, abs=0.2)
    sectors = tr.agreement(deepstate, other, tr.sectors(ON), on=ON)
    assert sectors[HELD].sum().tolist() == pytest.approx([row[column] for column in HELD], abs=1e-6)
    assert {"Pokrovsk", "Kurakhove", "elsewhere"} <= set(sectors["sector"])


@pytest.mark.shared
def test_at_the_front_isw_is_ahead_of_deepstate_and_behind_it_along_the_coasts(shared, deepstate):
    """The sums of all ground say the opposite of those of the front."""
    isw = tr.load("isw", shared / "data" / JANUARY_6["isw"][0])
    (front,) = at_front(tr.agreement(deepstate, isw, tr.sectors(ON), on=ON)).to_dict("records")
    assert [front["only_source_km2"], front["only_other_km2"]] == pytest.approx([262.5, 538.8], abs=0.1)
