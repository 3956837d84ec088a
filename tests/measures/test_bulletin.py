"""The bulletin: shares add up to the ledger, actions and relations by hand-drawn worlds, words, and the real texts."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import shapely
import texts as measuring
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from worlds import control_of, grounds, histories, history_of, places_of, sectors_of, seed_points, square

import tracker as tr
from tracker.archive import reference
from tracker.cli import cli
from tracker.measures.bulletin import ACTIONS, bulletin
from tracker.outputs import render
from tracker.outputs.page.bulletin import paragraphs
from tracker.tables.check import check, conform, empty
from tracker.tables.constants import LONLAT, WORK_CRS
from tracker.tables.days import day_of
from tracker.tables.definitions import BULLETIN, LEDGER

KINDS = {"occupied": "gain", "advanced": "gain", "lost": "loss", "contested": "contested", "cleared": "cleared"}


def point(x, y):
    return shapely.Point(x * 1000, y * 1000)


def step(before, after, places, **options):
    """Make the bulletin of one step between two drawings."""
    control = history_of({"2025-01-05T20:00Z": before, "2025-01-06T20:00Z": after})
    return bulletin(tr.track(control), control, places, **options)


# ---- the law: areas are the ledger's


@given(histories(), grounds(), st.lists(seed_points, min_size=1, max_size=9, unique=True))
def test_shares_add_up_to_the_ledger(control, partition, seeds):
    """Per day and kind: nothing is lost, nothing counted twice."""
    places = places_of({f"p{number}": shapely.Point(seed) for number, seed in enumerate(seeds)})
    ledger = tr.split(tr.track(control), partition)
    rows = bulletin(ledger, control, places)
    keys = [day_of(ledger["end"]).rename("day"), ledger["kind"].astype("str").rename("kind")]
    expected = ledger.groupby(keys)["area_km2"].sum()
    ours = rows.groupby(["day", rows["action"].map(KINDS).rename("kind")])["area_km2"].sum()
    assert set(ours.index) <= set(expected.index)
    assert np.allclose(ours.reindex(expected.index).fillna(0), expected, rtol=0, atol=1e-6)
    assert (rows["area_km2"] > 0).all()


def test_left_out_causes_are_in_no_share():
    control = history_of({"2025-01-05T20:00Z": square(0, 0), "2025-01-06T20:00Z": square(0, 0, 2)})
    ledger = tr.track(control).assign(cause="noise")
    places = places_of({"Here": point(0, 0)})
    assert bulletin(ledger, control, places).empty
    assert bulletin(ledger, control, places, causes=["noise"])["area_km2"].sum() == pytest.approx(3)


# ---- who gets what


def test_a_piece_is_divided_among_the_settlements_nearest_to_its_ground():
    places = places_of({"West": point(-5, 0.5), "East": point(6, 0.5), "Far": point(60, 0)})
    rows = step(square(0, 5), [square(0, 5), shapely.box(-1000, 0, 4000, 1000)], places)
    assert rows.set_index("settlement")["area_km2"].round(6).to_dict() == {"East": 3.5, "West": 1.5}
    assert set(rows["action"]) == {"advanced"}


def test_the_change_point_is_in_the_largest_piece_of_the_share():
    after = [square(0, 0, 3), square(8, 0, 1)]
    row = step((), after, places_of({"Here": point(5, 5)})).iloc[0]
    change = shapely.Point(_metres(row["change_lon"], row["change_lat"]))
    assert square(0, 0, 3).contains(change)
    assert (row["lon"], row["lat"]) == pytest.approx(_degrees(5, 5))


def test_pieces_that_lie_together_are_one_whatever_they_were_before():
    """Contested and free ground beside each other, taken at once: the point is in both together, not in the larger."""
    before = {"contested": square(0, 0, 2)}
    after = {"occupied": [square(0, 0, 2), square(2, 0, 2)]}
    lone = {"occupied": [*after["occupied"], square(7, 0, 2.5)]}
    row = step(before, lone, places_of({"Here": point(5, 5)})).iloc[0]
    assert _metres(row["change_lon"], row["change_lat"])[0] < 4000


def _metres(lon, lat):
    return np.array(measuring.points(pd.Series([lon]), pd.Series([lat]))[0].coords[0])


def _degrees(x, y):
    from pyproj import Transformer

    return Transformer.from_crs(WORK_CRS, LONLAT, always_xy=True).transform(x * 1000, y * 1000)


@pytest.mark.parametrize("kind", ["quarter", "locality", "abandoned"])
def test_what_is_no_settlement_is_not_named(kind):
    places = places_of({"Town": point(0, 0), "Part": point(3, 3)}, place=["town", kind])
    assert step((), square(2, 2, 2), places)["settlement"].tolist() == ["Town"]
    with pytest.raises(ValueError, match="no settlement"):
        step((), square(2, 2, 2), places.iloc[1:])


def test_of_settlements_at_one_point_the_most_populous_is_named():
    places = places_of({"Small": point(0, 0), "Large": point(0, 0)}, population=[1, 9])
    assert step((), square(0, 0), places)["settlement"].tolist() == ["Large"]


# ---- actions and relations

HOME = square(0, 0, 2)
PLACE = places_of({"Here": point(1, 1)})
ACTION_OF = {
    "free to occupied": ((), HOME, {"occupied": 4.0}),
    "beside it": ((), square(3, 0, 2), {"advanced": 4.0}),
    "half of it": ((), shapely.box(0, 0, 1000, 2000), {"advanced": 2.0}),
    "the rest of it": (shapely.box(0, 0, 1000, 2000), HOME, {"occupied": 2.0}),
    "more around it": (HOME, square(0, 0, 3), {"advanced": 5.0}),
    "lost": (HOME, (), {"lost": 4.0}),
    "newly contested": ((), {"contested": HOME}, {"contested": 4.0}),
    "no longer contested": ({"contested": HOME}, (), {"cleared": 4.0}),
    "lost to contested": (HOME, {"contested": HOME}, {"lost": 4.0}),
    "nothing": (HOME, HOME, {}),
    "nothing at all": ((), (), {}),
}


@pytest.mark.parametrize("name", ACTION_OF)
def test_actions(name):
    before, after, expected = ACTION_OF[name]
    rows = check(step(before, after, PLACE), BULLETIN)
    assert rows.set_index("action")["area_km2"].round(6).to_dict() == expected


def test_a_footprint_counts_in_place_of_the_disc():
    """Three quarters of the known limits, not of the disc around the point."""
    places = PLACE.assign(footprint=[square(0, 0, 8)], edge_method="polygon")
    assert step((), HOME, places)["action"].tolist() == ["advanced"]
    assert step((), square(0, 0, 7), places)["action"].tolist() == ["occupied"]


@pytest.mark.parametrize(
    ("after", "relation"), [(square(0, 0, 1.5), "in"), (square(0, 0, 9), "near"), (square(4, 4), "near")]
)
def test_relations(after, relation):
    assert step((), after, PLACE)["relation"].tolist() == [relation]


def test_a_day_is_one_row_with_its_last_snapshot():
    """Two maps of one Kyiv day: shares add up, and what was taken between the ends is occupied."""
    half = shapely.box(0, 0, 1000, 2000)
    control = history_of({"2025-01-05T20:00Z": (), "2025-01-06T08:00Z": half, "2025-01-06T20:00Z": HOME})
    rows = bulletin(tr.track(control), control, PLACE)
    assert rows[["action", "area_km2"]].to_numpy().tolist() == [["occupied", 4.0]]
    assert rows["as_of"].tolist() == [pd.Timestamp("2025-01-06T20:00Z")]


def test_rows_are_sorted_and_sources_stay_apart():
    control = pd.concat(
        [
            control_of(f"2025-01-0{day}T20:00Z", occupied=shape, source=source)
            for source in ("b", "a")
            for day, shape in ((5, ()), (6, HOME))
        ]
    )
    ledger = tr.split(tr.track(control), sectors_of({"west": square(0, 0, 1), "rest": square(1, 0, 9)}))
    rows = bulletin(ledger, control, PLACE)
    assert rows[["source", "sector"]].to_numpy().tolist() == [["a", "Rest"], ["b", "Rest"]], "it holds most"
    with pytest.raises(ValueError, match="one source"):
        paragraphs(rows)


def test_a_village_that_is_listed_twice_is_told_once():
    control = history_of({"2025-01-05T20:00Z": (), "2025-01-06T20:00Z": HOME})
    apart = {"Shcherbynivka": point(0, 0), "Shcherbynivka'": point(1, 1), "Shcherbynivka ": point(3, -0.5)}
    rows = bulletin(tr.track(control), control, places_of(apart, population=[5, 50, 5]))
    assert rows["settlement"].tolist() == ["Shcherbynivka'", "Shcherbynivka "], "2.5 km away it is another one"


def test_a_missing_snapshot_is_said():
    control = history_of({"2025-01-05T20:00Z": (), "2025-01-06T20:00Z": HOME})
    with pytest.raises(ValueError, match="2025-01-05T20:00:00Z"):
        bulletin(tr.track(control), control[control["as_of"] > "2025-01-06"], PLACE)


def test_no_change_is_an_empty_table():
    assert list(bulletin(empty(LEDGER), control_of("2025-01-06T20:00Z"), PLACE).columns) == list(BULLETIN.columns)


# ---- words


def rows_of(*told, day="2025-01-06"):
    """Make bulletin rows from (settlement, Ukrainian name, action, relation, sector, area)."""
    table = pd.DataFrame(told, columns=["settlement", "name_uk", "action", "relation", "sector", "area_km2"])
    place = dict(zip(table["settlement"].unique(), range(1, 99), strict=False))
    where = {"lat": 48.0, "lon": 37.0, "change_lat": 48.0, "change_lon": 37.0}
    day = pd.Timestamp(day)
    table = table.assign(source="deepstate", as_of=day.tz_localize("UTC"), day=day, **where)
    return conform(table.assign(geonameid=table["settlement"].map(place)), BULLETIN)


DAY = rows_of(
    ("Dachenske", "Даченське", "occupied", "in", "Pokrovsk", 1.24),
    ("Shevchenko", "Шевченко", "advanced", "near", "Pokrovsk", 0.6),
    ("Kurakhove", "Курахове", "advanced", "in", "Pokrovsk", 0.3),
    ("Tiny", "Мале", "advanced", "near", "Pokrovsk", 0.049),
    ("Rivnopil", "Рівнопіль", "lost", "near", "Vremivka", 2.0),
    ("Rivnopil", "Рівнопіль", "contested", "in", "Vremivka", 0.4),
    ("Novenke", "", "cleared", "near", "elsewhere", 9.0),
)


def test_words_in_english():
    told = {one["heading"]: " ".join(one["sentences"]) for one in paragraphs(DAY)}
    assert told == {
        "Vremivka sector.": "Pushed back near Rivnopil (2.0 km²). Newly contested in Rivnopil (0.4 km²).",
        "Pokrovsk sector.": "Occupied: Dachenske (1.2 km²). "
        "Advanced near Shevchenko (0.6 km²) and in Kurakhove (0.3 km²).",
        "Elsewhere.": "No longer contested near Novenke (9.0 km²).",
    }
    assert list(told)[-1] == "Elsewhere."


def test_words_in_ukrainian_keep_names_in_the_nominative():
    told = {
        one["heading"]: " ".join(one["sentences"])
        for one in paragraphs(DAY, sectors=tr.sectors("2025-01-06"), lang="uk")
    }
    assert told == {
        "Времівський напрямок.": "Відкинуто поблизу: Рівнопіль (2,0 км²). Нова сіра зона у межах: Рівнопіль (0,4 км²).",
        "Покровський напрямок.": "Окуповано: Даченське (1,2 км²). "
        "Просування поблизу: Шевченко (0,6 км²); у межах: Курахове (0,3 км²).",
        "Інші ділянки.": "Сіру зону знято поблизу: Novenke (9,0 км²).",
    }


def test_small_shares_are_told_only_where_there_is_nothing_else():
    text = render("bulletin", table=DAY)
    assert "Tiny" not in text
    assert "Not named: shares under 0.05 km², under 0.1 km² in all." in text
    alone = render("bulletin", table=DAY[DAY["settlement"] == "Tiny"])
    assert "Advanced near Tiny (under 0.1 km²)." in alone
    assert "Not named" not in alone


def test_days_add_up_and_once_occupied_is_occupied():
    later = rows_of(("Dachenske", "", "advanced", "near", "Pokrovsk", 0.76), day="2025-01-07")
    both = pd.concat([DAY[DAY["settlement"] == "Dachenske"], later], ignore_index=True)
    assert [one["sentences"] for one in paragraphs(both)] == [["Occupied: Dachenske (2.0 km²)."]]
    text = render("bulletin", table=both, since="2025-01-06", on="2025-01-07")
    assert text.startswith("What changed on the map, 6–7 January 2025\n")


def test_a_change_far_from_its_settlement_is_told_with_its_distance():
    far = DAY[DAY["settlement"] == "Rivnopil"].assign(change_lat=48.2)
    assert "Rivnopil (2.0 km², 22 km N of it)" in render("bulletin", table=far)
    assert "(2,0 км², за 22 км на Пн)" in render("bulletin", table=far, lang="uk")


@pytest.mark.parametrize(("lang", "quiet"), [("en", "No change on the map."), ("uk", "Змін на мапі немає.")])
@pytest.mark.parametrize("format", ["text", "markdown"])
def test_a_quiet_day_is_said(lang, quiet, format):
    text = render("bulletin", table=empty(BULLETIN), on="2025-01-06", title="DeepState", lang=lang, format=format)
    assert quiet in text
    assert paragraphs(empty(BULLETIN), lang=lang) == []


def test_an_old_state_is_said():
    text = render("bulletin", table=DAY, on="2025-01-12", as_of="2025-01-06T20:00Z", start="2025-01-02T20:00Z")
    assert "from the map of 2 January 2025, 22:00 Kyiv to that of 6 January 2025, 22:00 Kyiv" in text
    assert "This state is 6 days old" in text
    assert "days old" not in render("bulletin", table=DAY, on="2025-01-09", as_of="2025-01-06T20:00Z")


def test_names_are_escaped_and_printable():
    table = DAY.assign(settlement="<b>*x*\x1b[2J", sector="a|b")
    markdown = render("bulletin", table=table, format="markdown", note="<i>", credits=["[x](y)"])
    assert "<" not in markdown
    assert r"\*x\*" in markdown
    assert r"\[x\](y)" in markdown
    for text in (markdown, render("bulletin", table=table)):
        assert "\x1b" not in text


@pytest.mark.parametrize(("option", "value"), [("lang", "de"), ("format", "html")])
def test_wrong_options_list_the_right_ones(option, value):
    with pytest.raises(ValueError, match=f"{value}.* is not one of"):
        render("bulletin", table=DAY, **{option: value})


# ---- the command, on the bundled sample


@pytest.fixture
def told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRACKER_ARCHIVE", raising=False)

    def run(*arguments, status=0):
        result = CliRunner().invoke(cli, ["bulletin", *arguments], catch_exceptions=False)
        assert result.exit_code == status, result.stderr
        return result

    return run


def test_the_command_prints_words_with_mark_and_credit(told):
    text = told("--on", "2025-01-07").stdout
    assert text.startswith("What changed on the map, 7 January 2025\n\nIllustrative sample\n")
    assert "Pokrovsk sector. Occupied: Novovasylivka" in text
    assert "GeoNames (CC BY 4.0)" in text
    assert "Покровський напрямок. Окуповано: Нововасилівка" in told("--on", "2025-01-07", "--lang", "uk").stdout
    assert told("--on", "2025-01-07", "--format", "markdown").stdout.startswith("# What changed")


def test_the_command_prints_rows(told):
    rows = json.loads(told("--on", "2025-01-07", "--format", "json").stdout)
    assert list(rows[0]) == [*BULLETIN.columns, "note"]
    assert {row["action"] for row in rows} <= set(ACTIONS)
    assert (
        told("--on", "2025-01-07", "--format", "csv").stdout.splitlines()[0].startswith("source,as_of,day,settlement")
    )


@pytest.mark.parametrize(("on", "status"), [("2024-11-30", 6), ("2024-12-01", 6), ("2030-01-01", 6), ("someday", 2)])
def test_days_without_an_answer(told, on, status):
    assert told("--on", on, status=status).stdout == ""


# ---- the real texts


@pytest.fixture(scope="module")
def texts(shared):
    return measuring.texts_of(shared)


@pytest.fixture(scope="module")
def real(raw_control, texts, shared):
    return {
        name: measuring.bulletin_of(raw_control, texts, places)
        for name, places in (("full", measuring.full_gazetteer(shared)), ("bundled", reference.gazetteer()))
    }


@pytest.mark.shared
@pytest.mark.parametrize("name", ["full", "bundled"])
@pytest.mark.parametrize("half", ["whole", "first", "second"])
def test_the_bulletin_names_what_deepstate_named(texts, real, name, half):
    """90 % of its settlements are found; 85 % of our rows, with 92 % of the area, are at places that it names."""
    rows = real[name]
    early = rows["day"] <= rows["day"].drop_duplicates().median()
    rows = rows[{"whole": early | ~early, "first": early, "second": ~early}[half]]
    found, placed, area = measuring.figures(measuring.found(texts, rows), measuring.placed(texts, rows))
    assert found >= 90
    assert placed >= 85
    assert area >= 92


@pytest.mark.shared
def test_what_the_texts_call_occupied_is_most_often_so_on_the_same_day(texts, real):
    theirs, ours, both = measuring.taken(texts, real["full"])
    assert (theirs, both) == (31, 24)
    assert ours <= 40


def test_a_sentence_names_the_largest_and_counts_the_rest():
    rows = DAY.iloc[[0] * 20].assign(
        geonameid=range(20), settlement=[f"Place {n}" for n in range(20)], area_km2=20.0, action="advanced"
    )
    (told,) = paragraphs(rows)
    assert told["sentences"][0].count("Place") == 15
    assert "and 5 more (100.0 km²)" in told["sentences"][0]
    (told,) = paragraphs(rows.assign(action="occupied"))
    assert told["sentences"][0].count("Place") == 20, "all that were occupied are named"
