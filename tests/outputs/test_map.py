"""The map page without a browser: self-contained, deterministic, escaped, and right with tables that lack something."""

import json
import re
import subprocess
import sys

import folium
import pandas as pd
import pytest
import shapely
from pages import HOSTILE, Page, data_of, numbers_of
from stages import ON, world
from stories import rendered
from worlds import control_of, history_of, square

import tracker as tr
from tracker.errors import NoDataError, SchemaError
from tracker.outputs.page.leaflet import safe
from tracker.outputs.page.map import RENDERER
from tracker.tables.days import day_of


def render(**given):
    return rendered("map", **given)


@pytest.fixture(scope="module")
def html():
    return render(**world(), credits=["One source, CC BY 4.0"], note="Illustrative sample")


def test_is_a_renderer():
    assert (RENDERER.name, RENDERER.suffix) == ("map", ".html")
    assert tr.render("map", control=control_of("2025-01-06"), ledger=tr.track(control_of("2025-01-06")))


def test_same_tables_same_bytes(html):
    again = render(**world(), credits=["One source, CC BY 4.0"], note="Illustrative sample")
    assert again == html
    assert not re.search("[0-9a-f]{32}", html.split("tracker-data")[1].split("leaflet")[-1])


def test_leaves_no_trace_in_folium():
    links, ids = list(folium.Map.default_js), {folium.Map()._id for _ in range(5)}
    with pytest.raises(NoDataError):
        render(**world(on="2020-01-01"))
    render(**world())
    assert folium.Map.default_js == links
    assert len(ids | {folium.Map()._id}) == 6


def test_an_unknown_link_of_folium_is_refused(monkeypatch):
    monkeypatch.setattr(folium.Map, "default_js", [*folium.Map.default_js, ("novelty", "https://example.org/n.js")])
    with pytest.raises(RuntimeError, match="novelty"):
        render(**world())


def test_needs_no_network(html):
    resources = [
        (tag, value) for tag, attrs in Page(html).tags for key, value in attrs.items() if key in ("src", "href")
    ]
    assert resources == [("link", "data:,")]
    assert not re.search(r"url\((?!data:|#|\"?#)[^)]*\)", html.split("<script")[0])
    assert "cdn" not in html
    assert "sourceMappingURL" not in html


def test_policy_names_its_scripts(html):
    policy = next(attrs["content"] for tag, attrs in Page(html).tags if attrs.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert policy.count("'sha256-") == html.count("<script>") == 3
    assert "unsafe-eval" not in policy
    assert "http" not in policy


@pytest.fixture(scope="module")
def plain_tags():
    return {lang: Page(render(**world(), credits=["c"], note="n", lang=lang)).tags for lang in ("en", "uk")}


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("lang", ["en", "uk"])
def test_hostile_text_is_text(plain_tags, hostile, lang):
    html = render(**world(name=hostile, ground=hostile), credits=[hostile], note=hostile, lang=lang)
    page = Page(html)
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain_tags[lang]]
    assert hostile in page.text
    assert data_of(html)["towns"][0]["name"] == hostile
    assert hostile in {row[3] for row in data_of(html)["sectors"]}
    assert json.dumps(safe(hostile))[1:-1].replace("&", "\\u0026") in html
    assert "49 " not in "".join(page.text)


def test_sums_equal_the_ledger(html):
    tables = world()
    for row, kind in (("gain", "gain"), ("loss", "loss")):
        rows = tables["ledger"][tables["ledger"]["kind"] == kind]
        days = (pd.Timestamp(ON) - day_of(rows["end"])).dt.days
        sums = [rows["area_km2"][days < age].sum() for age in (1, 7, 30, 90)]
        assert numbers_of(html, row) == [f"{value:,.1f}" for value in sums]
    assert numbers_of(html, "loss") == ["0.0", "16.0", "16.0", "16.0"]


def test_says_since_when_changes_are_known(html):
    assert "30 days*" not in html
    late = render(**world(), on="2024-12-20")
    assert "30 days*" in late
    assert "Changes are known only since 1 December 2024." in late


def test_says_how_old_the_state_is(html):
    assert "days old" not in html
    assert "This state is 6 days old" in render(**world(), on="2025-01-12")
    assert "days old" not in render(**world(), on="2025-01-09")


def test_earlier_day_shows_that_day():
    early, late = render(**world(), on="2025-01-02"), render(**world())
    assert "Front line, 2 January 2025" in early
    assert float(numbers_of(early, "gain")[2]) == float(numbers_of(late, "gain")[2]) - 150


def test_places_by_rank_and_without_quarters(html):
    assert [(row[2], row[3]) for row in data_of(html)["settlements"]] == [("Nearby", 0), ("Inner", 0), ("Village", 3)]


def test_town_says_edge_and_centre(html):
    (town,) = data_of(html)["towns"]
    assert town["disc"]
    assert town["days"]["occupied"][-1] == [36, 0, 49, 2, 60, 2]
    assert town["days"]["contested"] == [[0, 0, None, None, None, None], [36, 0, 78, 3, 89, 3]]
    assert [row[0] for row in town["days"]["occupied"]] == [0, 19, 32, 36], "a row where something changes"


def test_ukrainian():
    html = render(**world(), lang="uk")
    assert '<html lang="uk">' in html
    assert "Лінія фронту, 6 січня 2025" in html
    assert data_of(html)["towns"][0]["name"] == "Місто"
    assert {row[2] for row in data_of(html)["settlements"]} == {"Місто", "Середнє", "Село"}
    assert re.fullmatch(r"[\d\u00a0]+,\d", numbers_of(html, "gain")[2])


@pytest.mark.parametrize("contested", [(), None])
def test_without_contested_ground(contested):
    control = control_of("2025-01-06T20:00Z", occupied=[square(0, 0, 9)], contested=contested)
    html = render(control=control, ledger=tr.track(control))
    assert numbers_of(html, "net") == ["0.0"] * 4


def test_without_anything_drawn():
    html = render(control=control_of("2025-01-06T20:00Z"), ledger=tr.track(control_of("2025-01-06T20:00Z")))
    assert data_of(html)["bounds"] == [[44.0, 29.0], [53.0, 41.0]]


def test_view_is_of_the_changes_within_the_theatre(html):
    (south, west), (north, east) = data_of(html)["bounds"]
    moved = world()["ledger"].to_crs(4326).total_bounds
    assert [west, south, east, north] == pytest.approx(moved, abs=1e-4)
    far = history_of({"2025-01-05T20:00Z": (), "2025-01-06T20:00Z": [square(-900, -900, 1800)]})
    (south, west), (north, east) = data_of(render(control=far, ledger=tr.track(far)))["bounds"]
    assert 29 <= west < east <= 41
    assert 44 <= south < north <= 53


def test_basemap_and_oblasts_below_all():
    mixed = [square(0, 0, 3), square(9, 9, 3), shapely.LineString([(0, 0), (30_000, 30_000)]), shapely.Point(0, 0)]
    basemap = world()["places"].set_geometry(mixed, crs=tr.WORK_CRS)
    html = render(**world(), basemap=basemap, oblasts=basemap.iloc[:1])
    assert {"basemap", "oblasts"} <= set(data_of(html)["layers"])
    assert '"type": "Point"' not in html
    assert "LineString" in html


def test_refuses_what_does_not_go_together():
    tables = world()
    both = pd.concat([tables["control"], tables["control"].assign(source="other")])
    with pytest.raises(ValueError, match="deepstate, other"):
        render(**world(control=both))
    with pytest.raises(ValueError, match="need places"):
        render(**world(places=None))
    with pytest.raises(ValueError, match="lacks towns of distances: Nearby"):
        render(**world(places=tables["places"].iloc[1:]))
    with pytest.raises(ValueError, match="'de' is not one of en, uk"):
        render(**world(), lang="de")
    with pytest.raises(SchemaError, match="ledger"):
        render(**world(ledger=tables["ledger"].drop(columns="kind")))
    with pytest.raises(NoDataError, match="first is of 2024-12-01"):
        render(**world(), on="2024-11-30")


def test_folium_loads_only_for_a_map():
    listed = "from tracker.outputs import RENDERERS, renderer; [*map(renderer, RENDERERS)]"
    code = f"import sys; {listed}; sys.exit('folium' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_another_source_that_begins_later_is_refused():
    other = world()["control"].assign(source="isw")
    other["as_of"] += pd.Timedelta(days=200)
    with pytest.raises(NoDataError, match="isw: no snapshot up to 2025-01-06; the first is of 2025-06-19"):
        render(**world(), other=other)
