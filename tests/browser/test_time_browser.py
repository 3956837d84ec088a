"""The time slider in headless Chromium: it reaches every day, and draws and says on each what the tables say."""

import functools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from browsing import box, colour, ready
from pages import numbers_of
from stages import world
from stories import rendered
from worlds import area_of, snapshots_of, square

import tracker as tr
from tracker.outputs.words.text import km2
from tracker.tables.days import day_of

pytestmark = pytest.mark.browser

render = functools.partial(rendered, "map")


OCCUPIED = 2


@pytest.fixture(scope="module")
def html():
    return render(**world())


@pytest.fixture
def page(opened, html):
    return opened(html)


def show(page, day):
    """Move the slider as a script does, and tell whether it went."""
    return page.evaluate("day => tracker.days.setDay(day)", f"{pd.Timestamp(day):%Y-%m-%d}")


def until(page, holds):
    """Wait for something; the page's policy does not let playwright wait inside it."""
    for _ in range(300):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came")


def drawn_km2(page, status=OCCUPIED):
    """Measure what the page fills, from the rings that it draws."""
    rings = page.evaluate("status => tracker.days.rings(status)", status)
    lonlat = gpd.GeoSeries([shapely.LineString([*ring, ring[0]]) for ring in rings if len(ring) > 2], crs=4326)
    area = 0.0
    for line in lonlat.to_crs(tr.WORK_CRS):
        x, y = np.array(line.coords).T
        area += (x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2e6
    return area


def table(page, selector):
    """Read a table's body as lists of texts."""
    rows = page.locator(f"{selector} tbody tr").all()
    return [row.locator("th, td").all_text_contents() for row in rows]


def test_the_slider_reaches_every_day(page):
    slider, label = page.locator("#tracker-day"), page.locator("#tracker-day-label")
    days = pd.date_range("2024-12-01", "2025-01-06")
    assert int(slider.get_attribute("max")) == len(days) - 1
    for number, day in enumerate(days):
        slider.fill(str(number))
        assert label.inner_text() == f"{day:%Y-%m-%d}"
    assert slider.get_attribute("aria-valuetext") == "6 January 2025"


@pytest.mark.parametrize("said", ["input", "change"])
def test_scripts_move_the_sliders(page, said):
    moved = """([id, value, said]) => {
      document.getElementById(id).value = value;
      document.getElementById(id).dispatchEvent(new Event(said, {bubbles: true}));
    }"""
    page.locator("#tracker-compare").check()
    for one, value, day in (("tracker-day", 30, "2024-12-31"), ("tracker-since", 5, "2024-12-06")):
        page.evaluate(moved, [one, value, said])
        assert page.locator(f"#{one}-label").inner_text() == day


def test_a_day_without_a_map_shows_the_state_that_holds(page):
    show(page, "2024-12-25")
    assert page.locator("#tracker-as-of").inner_text() == "State of the map: 20 December 2024, 22:00 Kyiv"
    assert page.locator("#tracker-old").inner_text() == "This state is 5 days old: there is no newer one."
    show(page, "2025-01-03")
    assert page.locator("#tracker-old").inner_text() == "No map of this day: the state of 2 January 2025 holds."
    show(page, "2025-01-06")
    assert not page.locator("#tracker-old").is_visible()
    assert page.title() == page.locator("h1").inner_text() == "Front line, 6 January 2025"


def test_the_areas_drawn_are_those_of_the_maps(page):
    for snapshot in snapshots_of(world()["control"]):
        show(page, day_of(snapshot["as_of"].iloc[0]))
        assert drawn_km2(page) == pytest.approx(area_of(snapshot), abs=0.1)
        assert drawn_km2(page, status=1) == pytest.approx(area_of(snapshot, "contested"), abs=0.1)
        assert f"{area_of(snapshot):,.1f} km²" in page.locator("#tracker-drawn").inner_text()


@pytest.mark.parametrize(
    "day",
    ["2024-12-01", "2024-12-06", "2024-12-08", "2024-12-20", "2024-12-27", "2024-12-29", "2025-01-02", "2025-01-05"],
)
@pytest.mark.parametrize("lang", ["en", "uk"])
def test_a_day_of_the_slider_says_what_a_map_of_that_day_says(opened, day, lang):
    page = opened(render(**world(), lang=lang))
    show(page, day)
    alone = opened(render(**world(), on=day, lang=lang))
    for row in ("gain", "loss", "net"):
        said = page.locator(f".sums .{row} td.window").all_text_contents()
        assert (
            said
            == numbers_of(render(**world(), on=day, lang=lang), row)
            == (alone.locator(f".sums .{row} td.window").all_text_contents())
        )
    for one in ("h1", "#tracker-as-of", "#tracker-old", "#tracker-notes-of-day", ".sums thead", "#tracker-bulletin"):
        assert page.locator(one).text_content() == alone.locator(one).text_content()


def test_the_table_by_sector_is_that_of_the_ledger(page):
    page.get_by_text("Sectors", exact=True).first.click()
    for day, window, days in (("2025-01-06", "30 days", 30), ("2025-01-05", "7 days", 7)):
        show(page, day)
        box(page, f"Gains and losses, {window}").check()
        ready(page)
        since = pd.Timestamp(day) - pd.Timedelta(days=days - 1)
        sums = tr.summarise(world()["ledger"], by="sector", since=since, until=day, control=world()["control"])
        sums = sums[(sums["gain_km2"] > 0) | (sums["loss_km2"] > 0)].sort_values("gain_km2", ascending=False)
        expected = [
            [
                row.sector.capitalize() if row.sector == "south" else row.sector,
                km2(row.gain_km2),
                km2(row.loss_km2),
                km2(row.net_km2, signed=True),
            ]
            for row in sums.itertuples()
        ]
        assert table(page, "#tracker-sectors") == expected


def test_changed_since_is_the_difference_of_two_days(page):
    page.locator("#tracker-compare").check()
    page.locator("#tracker-since").fill(str((pd.Timestamp("2024-12-29") - pd.Timestamp("2024-12-01")).days))
    ready(page)
    assert page.locator("#tracker-since-label").inner_text() == "2024-12-29"
    assert [colour(page, x, 15) for x in (12.5, 17.5, 30)] == ["#d7301f", "#d7301f", "#e8c4bb"]
    assert page.locator(".sums .gain td.since").inner_text() == "300.0"
    assert page.locator(".sums .loss td.since").inner_text() == "16.0"
    assert page.locator(".sums .net td.since").inner_text() == "+284.0"
    assert not page.locator(".sums .gain td.window").first.is_visible()
    page.locator("#tracker-compare").uncheck()
    assert not page.locator("#tracker-since").is_visible()
    assert page.locator(".sums .gain td.window").first.is_visible()


def test_the_earlier_day_never_passes_the_later_one(page):
    page.locator("#tracker-compare").check()
    show(page, "2024-12-05")
    assert page.evaluate("tracker.days.since()") <= "2024-12-05"
    page.locator("#tracker-since").fill("36")
    assert page.locator("#tracker-since-label").inner_text() == "2024-12-05"


def test_swipe_shows_the_earlier_day_on_the_left(page):
    page.locator("#tracker-compare").check()
    page.locator("#tracker-since").fill("0")
    page.locator("#tracker-swipe").check()
    assert page.locator("#tracker-swipe-before").inner_text() == "1 December 2024"
    shown = """x => {
      const [pane, before] = ['state', 'state-before'].map(name => document.querySelector(`.leaflet-${name}-pane`));
      return [pane, before].map(one => one.style.clipPath);
    }"""
    now, before = page.evaluate(shown)
    assert now.startswith("polygon(640px")
    assert before.startswith("polygon(0px")
    page.locator("#tracker-divider").fill("250")
    assert page.locator("#tracker-divider").get_attribute("aria-valuetext") == "25 %"
    assert page.evaluate(shown)[0].startswith("polygon(329px")
    page.evaluate("tracker.map.panBy([100, 0], {animate: false}); 0")
    assert page.evaluate(shown)[0].startswith("polygon(429px"), "the border stays on the screen"
    page.locator("#tracker-swipe").uncheck()
    assert page.evaluate(shown)[0] == ""
    assert page.locator(".leaflet-state-before-pane canvas").count() == 0


def test_arrow_keys_move_the_day(page):
    page.locator("#tracker-day").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#tracker-day-label").inner_text() == "2025-01-05"
    page.locator("#tracker-day").evaluate("one => one.blur()")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert page.locator("#tracker-day-label").inner_text() == "2025-01-04"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator("#tracker-day-label").inner_text() == "2025-01-06", "the last day is the end"
    box(page, "Contested").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#tracker-day-label").inner_text() == "2025-01-05", "a checkbox has no use for them"


def test_plays_to_the_end_and_stops(page):
    button = page.locator("#tracker-play")
    assert button.get_attribute("aria-label") == "Play"
    button.click()
    assert button.get_attribute("aria-label") == "Pause"
    until(page, lambda: page.evaluate("tracker.days.day()") > "2024-12-03")
    button.click()
    stopped = page.evaluate("tracker.days.day()")
    page.wait_for_timeout(400)
    assert page.evaluate("tracker.days.day()") == stopped
    button.click()
    until(page, lambda: not page.evaluate("tracker.days.playing()"))
    assert page.locator("#tracker-day-label").inner_text() == "2025-01-06"
    assert button.get_attribute("aria-pressed") == "false"
    assert "6 January 2025" in page.locator("#tracker-bulletin-of").inner_text()


def test_a_day_that_is_asked_for_stops_the_play(page):
    page.locator("#tracker-play").click()
    page.evaluate("window.postMessage({day: '2024-12-29'})")
    until(page, lambda: not page.evaluate("tracker.days.playing()"))
    page.wait_for_timeout(400)
    assert page.locator("#tracker-day-label").inner_text() == "2024-12-29"
    assert page.locator("#tracker-play").get_attribute("aria-pressed") == "false"


def test_playing_anew_ends_the_play_before(page):
    days = page.evaluate(
        """() => new Promise((done) => {
          const button = document.getElementById("tracker-play"), days = [];
          tracker.days.onChange(({day}) => days.push(day));
          tracker.days.setDay("2024-12-21");
          button.click();
          tracker.days.setDay("2024-12-02");
          button.click();
          setTimeout(() => (button.click(), done(days)), 700);
        })"""
    )
    assert max(days[days.index(1) :]) < 20, "nothing is left of the play that began on the 21st"


@pytest.mark.parametrize(
    "wrong", ["2024-11-30", "2025-01-07", "today", "", "2025-13-01", "2024-12-32", "2024-11-31", "2025-01-06T00:00"]
)
def test_a_day_that_the_map_does_not_have_changes_nothing(page, wrong):
    show(page, "2025-01-02")
    assert page.evaluate("day => tracker.days.setDay(day)", wrong) is False
    assert page.locator("#tracker-day-label").inner_text() == "2025-01-02"


def test_a_click_tells_what_happened_there(page):
    lon, lat = shapely.get_coordinates(gpd.GeoSeries([shapely.Point(2_000, 62_000)], crs=tr.WORK_CRS).to_crs(4326))[0]
    page.evaluate("([lat, lon]) => { tracker.map.fire('click', {latlng: L.latLng(lat, lon)}); }", [lat, lon])
    assert page.locator(".story").inner_text().split("\n")[:2] == [
        "Free · map of 2 January 2025",
        "Occupied · map of 1 December 2024",
    ]
    show(page, "2024-12-29")
    assert page.locator(".story").inner_text().split("\n")[0] == "Occupied · map of 1 December 2024"


def test_a_town_tells_the_distances_of_the_day(page):
    page.evaluate("tracker.map.setZoom(9, {animate: false}); 0")
    for day, told in (("2025-01-06", "6.0 km E"), ("2025-01-02", "11.0 km E"), ("2024-12-06", "36.0 km E")):
        show(page, day)
        page.mouse.move(900, 700)
        page.locator(".mark").hover()
        assert told in page.locator(".leaflet-tooltip").last.inner_text()
        assert told in page.locator(".mark").get_attribute("aria-label")


def test_lines_end_at_the_nearest_occupied_ground_of_the_day(page):
    box(page, "Lines to occupied ground").check()
    ready(page)
    ends = """() => {
      let found = null;
      tracker.map.eachLayer(one => {
        if (one instanceof L.Polyline && one.options.pane === "lines") found = one.getLatLngs();
      });
      return found;
    }"""
    for day, km in (("2025-01-06", 6.0), ("2024-12-06", 36.0)):
        show(page, day)
        a, b = page.evaluate(ends)
        points = gpd.GeoSeries.from_xy([a["lng"], b["lng"]], [a["lat"], b["lat"]], crs=4326).to_crs(tr.WORK_CRS)
        assert points[0].distance(points[1]) / 1000 == pytest.approx(km, abs=0.05)


def test_settlements_that_changed_status_are_marked(page):
    box(page, "Settlements that changed status").check()
    ready(page)
    rings = page.locator(".leaflet-captures-pane path")
    assert rings.count() == 1
    rings.first.hover()
    assert page.locator(".leaflet-tooltip").last.inner_text() == "Village\nFree → Occupied · map of 6 January 2025"
    show(page, "2025-01-05")
    assert rings.count() == 0


def test_where_another_source_differs(opened):
    other = world()["control"].assign(source="isw")
    other["geometry"] = [shapely.difference(shape, square(50, 10, 5)) for shape in other.geometry]
    other["geometry"] = [
        shapely.multipolygons([shape] if shape.geom_type == "Polygon" else shape.geoms) for shape in other.geometry
    ]
    page = opened(render(**world(), other=other.set_crs(tr.WORK_CRS, allow_override=True)))
    assert colour(page, 52.5, 12.5) == "#e8c4bb"
    box(page, "Where isw differs").check()
    ready(page)
    inside = {colour(page, 50 + i / 8, 12.5) for i in range(8, 32)}
    assert "#e8c4bb" not in inside
    assert inside & {"#6a3d9a", "#e7dff0"}
    assert colour(page, 47, 12.5) == "#e8c4bb", "where both agree"


def test_zooming_and_panning_keep_the_ground_in_place(page):
    for zoom, lat, lon in ((7, 48.6, 36.4), (11, 48.63, 36.45), (9, 48.7, 36.5)):
        page.evaluate(f"tracker.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}); 0")
        assert colour(page, 33, 14) in ("#fc8d59", None), "off the screen or in its place"
    assert colour(page, 33, 14) == "#fc8d59"


@pytest.mark.shared
def test_real_days_are_drawn_to_a_square_kilometre(opened, january):
    page = opened(render(control=january, ledger=tr.track(january)))
    for snapshot in snapshots_of(january)[::3]:
        show(page, day_of(snapshot["as_of"].iloc[0]))
        assert drawn_km2(page) == pytest.approx(area_of(snapshot), abs=1.0)
        assert drawn_km2(page, status=1) == pytest.approx(area_of(snapshot, "contested"), abs=1.0)
