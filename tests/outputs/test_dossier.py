"""The dossier of a town: three sentences in every case, tables, chart and map, files, and what it survives."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import HOSTILE_LINE
from stages import DAYS, SINCE, UNTIL, measured_town, moving, stage
from stories import rendered as render

import tracker as tr
from tracker.cli import cli
from tracker.measures.approach import measured
from tracker.measures.distances import with_settlements
from tracker.measures.events import EVENT_KINDS, events
from tracker.measures.octants import octants
from tracker.outputs.figure.distance_lines import lanes, lines_of, pieces
from tracker.outputs.page.dossier_rows import event_rows, month_rows, state_rows
from tracker.outputs.page.dossier_text import sentences

NAN = float("nan")
FILES = ["dossier.html", "dossier.md", "chart.svg", "map.png", "distances.csv", "distances.xlsx"]


def text_of(tables, lang="en"):
    return sentences(tables["distances"], tables["octants"], town="Town", lang=lang)


CASES = {
    "comes": moving(20, 4),
    "recedes": moving(4, 20),
    "stands": moving(9, 9),
    "far away": moving(300, 280),
    "touches": moving(9, 2),
    "in part": moving(9, 1),
    "its centre": moving(9, -1),
    "on the border": moving(9, 0),
    "whole": moving(9, -2),
    "throughout": moving(-5, -5),
    "freed": moving(-5, 5),
    "one map": {SINCE: 7.0},
    "no occupied ground": {SINCE: None},
    "none at first": {SINCE: None, "2025-01-20": 7.0},
    "none at last": {SINCE: 7.0, "2025-01-20": None},
}  # fmt: skip


@pytest.fixture(scope="module")
def near():
    return stage(moving(20, 4), contested={day: front - 1 for day, front in moving(20, 4).items()})


# ---- three sentences


# What a day may be: edge_km, centre_km, share_occupied, status of the centre.
ENDS = {
    "far": (280.0, 282.0, 0.0, "free"),
    "near": (2.5, 6.0, 0.0, "free"),
    "at the edge": (0.0, 3.0, 0.0, "free"),
    "hardly in": (0.0, 3.0, 0.0001, "free"),
    "in part": (0.0, 1.0, 0.4, "contested"),
    "on the border": (0.0, 0.0, 0.5, "free"),
    "its centre": (0.0, 0.0, 0.7, "occupied"),
    "whole": (0.0, 0.0, 1.0, "occupied"),
    "no edge": (NAN, 6.0, NAN, "free"),
    "no edge, reached": (NAN, 0.0, NAN, "occupied"),
    "no ground": (NAN, NAN, 0.0, "free"),
}
# Contested ground: km, and share of the town.
CONTESTED = {
    "not drawn": None,
    "none": (NAN, 0.0),
    "inside": (0.0, 0.3),
    "at it": (0.0, 0.0),
    "near": (1.9, 0.0),
    "far": (200.0, 0.0),
}
SPEEDS = {
    "not known": (NAN, NAN, NAN),
    "nothing": (0.0, 0.0, 0.0),
    "comes": (1.1, 0.2, 2.0),
    "goes": (-1.1, -2.0, 0.2),
    "stands": (0.0, -0.3, 0.9),
}


def by_hand(ends, contested, speed, method, octants_known):
    """Make the rows that the sentences are read from."""
    rows = []
    for day, name in zip((SINCE, UNTIL), ends, strict=True):
        edge, centre, share, status = ENDS[name]
        known = not np.isnan(centre) and centre > 0
        named = {"from_settlement": "Shevchenko", "from_settlement_uk": "Шевченко"} if known else {}
        row = {"day": pd.Timestamp(day), "edge_km": edge, "centre_km": centre, "status": status, "edge_method": method}
        row |= {"direction": "S" if known else None, "share_occupied": share, "share_contested": NAN}
        row |= {f"closing{part}_km_a_week": km for part, km in zip(("", "_low", "_high"), SPEEDS[speed], strict=True)}
        row |= {"from_settlement": None, "from_settlement_uk": None} | named
        if CONTESTED[contested] is not None:
            row["share_contested"] = CONTESTED[contested][1]
            contested_km = CONTESTED[contested][0]
            rows.append(row | {"to": "contested", "edge_km": contested_km, "centre_km": contested_km})
        rows.append(row | {"to": "occupied"})
    points = "S SW SE E W N NE NW".split()[:octants_known]
    around = {"to": "occupied", "octant": points, "centre_km": 6.0, "from_settlement": "Shevchenko"}
    return pd.DataFrame(rows), pd.DataFrame(around | {"from_settlement_uk": ""}, index=range(len(points)))


@settings(max_examples=300)
@given(
    st.tuples(st.sampled_from(list(ENDS)), st.sampled_from(list(ENDS))),
    st.sampled_from(list(CONTESTED)),
    st.sampled_from(list(SPEEDS)),
    st.sampled_from(["polygon", "disc"]),
    st.integers(0, 8),
)
def test_three_sentences_in_every_case(ends, contested, speed, method, octants_known):
    for lang in ("en", "uk"):
        text = sentences(*by_hand(ends, contested, speed, method, octants_known), town="Town", lang=lang)
        joined = " ".join(text)
        assert len(text) == 3
        assert all(sentence.endswith(".") and ". " not in sentence for sentence in text)
        assert not re.search(r"nan|None|[{}]|–\W|will|would|expect|буде", joined.replace("пункт – ", "")), joined
        assert ("≈" in joined) <= (method == "disc")


@pytest.mark.parametrize(
    ("case", "contested", "expected"),
    [
        ("recedes", None, ["has grown by 16.0 km, from 2.0 to 18.0 km", "opened by 2.1 km a week (2.1 to 3.2)"]),
        ("stands", None, ["Since 1 January 2025 the distance from the edge has not changed."]),
        ("far away", None, ["Within 30 km of the centre there was no occupied ground."]),
        ("touches", None, ["occupied ground reached the edge of Town, 2.0 km from its centre"]),
        ("in part", None, ["25.0% of Town was occupied, and occupied ground was 1.0 km", "risen from 0% to 25.0%"]),
        ("its centre", None, ["75.0% of Town was occupied, its centre included"]),
        ("whole", {}, ["the whole of Town was occupied; no contested ground was drawn"]),
        ("throughout", None, ["The centre lay in occupied ground", "the distance from the edge has not changed."]),
        ("freed", None, ["grown by 3.0 km, from 0.0 to 3.0 km, and the occupied share has fallen from 100% to 0%"]),
        ("none at first", None, ["How far it was on 1 January 2025 is not known."]),
    ],
)
def test_what_the_sentences_say(case, contested, expected):
    fronts = CASES[case]
    joined = " ".join(text_of(measured_town(fronts, contested=contested)))
    for part in expected:
        assert part in joined


def test_the_three_sentences_of_a_town_that_the_front_comes_to():
    fronts = CASES["comes"]
    assert text_of(measured_town(fronts, contested={DAYS[-1]: 2.5})) == [
        "On 15 February 2025 occupied ground was 2.0 km from the edge of Town (4.0 km from its centre), to the east, "
        "near Eastern; contested ground was 0.5 km from its edge.",
        "Within 30 km of the centre occupied ground lay in five of eight directions, nearest to the east (Eastern, "
        "4.0 km), the north-east (Eastern, 4.3 km) and the south-east (Eastern, 4.3 km).",
        "Since 1 January 2025 the distance from the edge has shrunk by 16.0 km, from 18.0 to 2.0 km; over the last 30 "
        "days the distance closed by 2.1 km a week (2.1 to 3.2).",
    ]


def test_ukrainian_names_stay_in_the_nominative(near):
    text = text_of(near, "uk")
    assert text[0].startswith("Town, 15 лютого 2025: до окупованої території від межі 2,0 км (від центру 4,0 км)")
    assert "найближчий населений пункт – Східне" in text[0]
    assert "відстань від межі зменшилася на 16,0 км, з 18,0 до 2,0 км" in text[2]


# ---- tables


def test_the_state_is_that_of_the_last_day(near):
    rows = {row[0]: row[1:] for row in state_rows(near["distances"], "en")}
    assert rows["from the edge, km"] == ["2.0", "1.0"]
    assert rows["from the centre, km"] == ["4.0", "3.0"]
    assert rows["direction, from the centre"][0] == "E (90°)"
    assert rows["change over 30 days, km"][0] == "−10.7"
    assert rows["change over 90 days, km"] == ["–", "–"]
    assert rows["closing, km a week"][0] == "2.1 (2.1 to 3.2)"


def test_events_of_the_period_are_told_with_their_day_and_others_not():
    tables = stage(moving(11, 1))
    rows = dict(event_rows(tables["events"], tables["distances"], "en"))
    assert rows["occupied ground within 10 km of the edge"] == "before 1 January 2025"
    assert rows["occupied ground within 5 km of the edge"] == "22 January 2025"
    assert rows["half of the town occupied"] == "not in this period"
    assert not any("contested" in name for name in rows), "contested ground is not drawn"


def test_months_are_told_by_their_last_day(near):
    rows = month_rows(near["distances"], "en")
    assert [row["day"] for row in rows] == ["1 January 2025", "31 January 2025", "15 February 2025"]
    assert [row["edge"] for row in rows] == ["18.0", "7.3", "2.0"]


# ---- the chart


def test_lines_step_at_the_day_of_each_map(near):
    lines = {line.kind: line.km for line in lines_of(near["distances"])}
    assert list(lines) == ["edge", "centre", "contested"]
    assert [f"{day:%Y-%m-%d}" for day in lines["edge"].index] == DAYS
    assert lines["edge"].iloc[[0, -1]].round(1).tolist() == [18.0, 2.0]


@pytest.mark.parametrize(("method", "contested", "kinds"), [
    ("none", None, ["centre"]), ("disc", None, ["edge", "centre"]), ("polygon", {}, ["edge", "centre"]),
])  # fmt: skip
def test_what_is_not_known_has_no_line(method, contested, kinds):
    tables = measured_town({SINCE: 9.0}, method=method, contested=contested)
    assert [line.kind for line in lines_of(tables["distances"])] == kinds


@given(st.lists(st.integers(1, 9), min_size=1, max_size=10), st.integers(0, 9))
def test_a_line_holds_each_map_until_the_next_and_is_faint_where_that_is_long(gaps, rest):
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.cumsum(gaps), unit="D")
    km = pd.Series(np.arange(len(days), dtype=float), days)
    parts = pieces(km, days[-1] + pd.Timedelta(days=rest))
    start = (days[0] - pd.Timestamp("1970-01-01")).days
    level = {}
    for corners, old in parts:
        for here, there in pairwise(corners):
            assert here[0] == there[0] or here[1] == there[1], "only level and upright pieces"
            for day in range(int(here[0]), int(there[0])):
                level[day - start] = (here[1], old)
    expected, offset = {}, 0
    for number, gap in enumerate([*gaps[1:], rest]):
        expected |= {offset + day: (float(number), gap > 3) for day in range(gap)}
        offset += gap
    assert level == expected


@given(st.lists(st.tuples(st.floats(0, 4), st.floats(0.3, 1.5), st.floats(0.1, 0.5)), max_size=6))
def test_labels_never_cover_each_other_or_a_line_further_left(labels):
    labels = sorted(labels)
    starts, sizes = [label[0] for label in labels], [label[1:] for label in labels]
    heights = lanes(starts, sizes)
    boxes = [
        shapely.box(x, low, x + size[0], low + size[1]) for x, low, size in zip(starts, heights, sizes, strict=True)
    ]
    for one in range(len(boxes)):
        stem = shapely.LineString([(starts[one], 0), (starts[one], heights[one])])
        for other in range(one + 1, len(boxes)):
            assert boxes[one].intersection(boxes[other]).area < 1e-9
        for other in range(one):
            assert stem.intersection(boxes[other]).length < 1e-9 or starts[one] == starts[other]


# ---- pages and pictures


@pytest.mark.parametrize("format", ["html", "markdown", "chart", "map"])
@pytest.mark.parametrize("lang", ["en", "uk"])
def test_the_same_tables_give_the_same_bytes(near, format, lang):
    first, again = (render("dossier", format=format, lang=lang, **near, command="tracker town 1") for _ in range(2))
    assert first == again
    assert len(first) > 1000


@pytest.mark.parametrize("case", ["no occupied ground", "one map", "throughout", "far away", "none at last"])
@pytest.mark.parametrize("method", ["none", "disc"])
def test_every_format_of_odd_towns(case, method):
    tables = stage(CASES[case], method=method)
    for format in ("html", "markdown", "chart", "map"):
        assert len(render("dossier", format=format, **tables)) > 1000


@pytest.mark.parametrize("format", ["html", "markdown", "chart"])
def test_a_name_out_of_data_is_text(format):
    tables = stage(moving(20, 4), name=HOSTILE_LINE)
    content = render("dossier", format=format, title=HOSTILE_LINE, credits=[HOSTILE_LINE], note=HOSTILE_LINE, **tables)
    content = content.decode() if isinstance(content, bytes) else content
    assert "<img src=x" not in content
    assert "<b>" not in content
    assert "\x1b" not in content
    if format == "markdown":
        assert "**b**" not in content
        assert "onerror" in content


def test_the_page_is_self_contained_and_shows_its_origin(near):
    lines = pd.DataFrame({"source": ["deepstate"], "as_of": [pd.Timestamp("2025-01-06T21:09Z")], "sha256": ["ab12"]})
    about = {"provenance": lines, "archive_sha256": "cd34", "command": "tracker town 1", "credits": ["One, CC BY"]}
    page = render("dossier", **near, **about, chart=b"<svg/>", picture=b"\x89PNG", version="9.9")
    assert "data:image/svg+xml;base64," in page
    assert "data:image/png;base64," in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    for part in ("6 January 2025, 23:09 Kyiv", "ab12", "cd34", "tracker town 1", "One, CC BY", "9.9"):
        assert part in page
    assert all('alt=""' not in found and "alt=" in found for found in re.findall(r"<img[^>]*>", page))


def test_an_unknown_format_or_language_is_a_wrong_argument(near):
    with pytest.raises(ValueError, match="docx"):
        render("dossier", **near, format="docx")
    with pytest.raises(ValueError, match="lang"):
        render("dossier", **near, lang="fr")


# ---- the command


def run(*arguments):
    return CliRunner().invoke(cli, ["town", *arguments])


@pytest.fixture
def _empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRACKER_ARCHIVE", raising=False)


@pytest.mark.usefixtures("_empty_folder")
def test_the_command_writes_the_sample_s_dossier_and_the_same_again(tmp_path):
    result = run("Kurakhove")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [f"maps/towns/kurakhove/{name}" for name in FILES]
    folder = tmp_path / "maps" / "towns" / "kurakhove"
    first = {name: (folder / name).read_bytes() for name in FILES}
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    page = first["dossier.html"].decode()
    command = re.search(r"<code>(tracker town [^<]*)</code>", page)[1]
    assert run(*command.split()[2:], "--out", "again").exit_code == 0
    assert {name: (tmp_path / "again" / name).read_bytes() for name in FILES} == first
    assert "Illustrative sample" in page
    assert "ILLUSTRATIVE SAMPLE" in first["dossier.md"].decode()


@pytest.mark.usefixtures("_empty_folder")
def test_the_series_holds_every_day_and_both_grounds(tmp_path):
    assert run("Pokrovsk", "--since", "2024-12-20", "--out", "out").exit_code == 0
    table = pd.read_csv(tmp_path / "out" / "distances.csv", parse_dates=["day"])
    days = pd.date_range("2024-12-20", "2025-01-07")
    assert table.groupby("to")["day"].apply(list).to_dict() == {to: list(days) for to in ("contested", "occupied")}
    wanted = "from_settlement share_occupied share_contested change_1_km change_7_km closing_km_a_week note".split()
    assert set(wanted) <= set(table.columns)
    sheet = pd.read_excel(tmp_path / "out" / "distances.xlsx")
    assert len(sheet) == len(table)
    assert np.allclose(sheet["centre_km"], table["centre_km"], equal_nan=True)


@pytest.mark.usefixtures("_empty_folder")
@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("Pokrovks",), 2, "did you mean Pokrovsk"),
        (("Pokrovsk", "--since", "2020-01-01"), 6, "no snapshot up to 2020-01-01"),
        (("Pokrovsk", "--until", "2020-01-01"), 6, "no snapshot up to 2020-01-01"),
        (("Pokrovsk", "--since", "2025-01-05", "--until", "2025-01-02"), 2, "is after"),
    ],
)
def test_what_cannot_be_answered_is_one_line_and_its_status(arguments, status, words, tmp_path):
    result = run(*arguments)
    assert result.exit_code == status
    assert words in result.stderr
    assert not (tmp_path / "maps").exists()


# ---- real days


@pytest.mark.shared
def test_pokrovsk_on_6_january_2025(january):
    """The town's point was 6.0 km from occupied ground, to the south, and contested ground was nearer."""
    places = tr.gazetteer()
    town, days = tr.towns(["Pokrovsk"]), pd.date_range("2024-12-31", "2025-01-06")
    grounds = ("occupied", "contested")
    series = pd.concat([measured(january, town, places, days=days, to=to) for to in grounds], ignore_index=True)
    around = pd.concat([octants(january, town, to=to, days=[days[-1]]) for to in grounds], ignore_index=True)
    text = sentences(series, with_settlements(around, places), town="Pokrovsk")
    assert "(6.0 km from its centre), to the south, near " in text[0]
    assert "contested ground was" in text[0]
    assert "nearest to the south (" in text[1]
    assert "the distance from the edge has not changed" in text[2]
    assert set(events(series)["event"]) <= set(EVENT_KINDS)
