"""The map page in headless Chromium, without network: it opens, toggles, speaks, and runs nothing out of the data."""

import functools
import json

import pytest
from browsing import MAP, box, colour, ready, zoom
from pages import HOSTILE, numbers_of
from stages import world
from stories import rendered

pytestmark = pytest.mark.browser

render = functools.partial(rendered, "map")


LAYERS = [
    "Occupied",
    "Contested",
    "Gains and losses, 1 day",
    "Gains and losses, 7 days",
    "Gains and losses, 30 days",
    "Gains and losses, 90 days",
    "Settlements that changed status",
    "Sectors",
    "Towns and distances",
    "Lines to occupied ground",
    "Settlements",
]


@pytest.fixture(scope="module")
def html():
    return render(**world(), credits=["One source, CC BY 4.0"], note="Illustrative sample")


def fills(page):
    """Tell what is drawn in the middle of each strip of ground: of the last day, the week, the month, and before."""
    return {days: colour(page, x, 15) for days, x in {1: 12.5, 7: 17.5, 30: 30, "old": 55}.items()}


def test_opens_with_its_layers(opened, html):
    page = opened(html)
    labels = page.locator(".leaflet-control-layers-overlays label")
    assert [text.strip() for text in labels.all_inner_texts()] == LAYERS
    assert page.title() == page.locator("h1").inner_text() == "Front line, 6 January 2025"
    assert page.locator(".note").is_visible()
    assert page.locator(".credits").inner_text().strip() == "One source, CC BY 4.0"
    assert page.get_by_text("the drawing changed").is_visible()
    assert "km" in page.locator(".leaflet-control-scale-line").inner_text()


DRAWN = """() => document.querySelector(".map").innerHTML
  + [...document.querySelectorAll(".map canvas")].map(canvas => canvas.toDataURL())"""


# No change of this world is older than a month, so that the widest window shows nothing more.
@pytest.mark.parametrize("label", [label for label in LAYERS if "90 days" not in label])
def test_every_layer_toggles(opened, html, label):
    page = opened(html)
    before, on = page.evaluate(DRAWN), box(page, label).is_checked()
    box(page, label).click()
    ready(page)
    assert box(page, label).is_checked() is not on
    assert page.evaluate(DRAWN) != before


def test_hiding_occupied_takes_it_off_the_map(opened, html):
    page = opened(html)
    assert fills(page)["old"] == "#e8c4bb"
    box(page, "Occupied").click()
    ready(page)
    assert fills(page)["old"] is None


def test_windows_hold_all_that_is_newer(opened, html):
    page = opened(html)
    new, week, month, old = "#7f0000", "#d7301f", "#fc8d59", "#e8c4bb"
    assert fills(page) == {1: new, 7: week, 30: month, "old": old}
    box(page, "Gains and losses, 7 days").click()
    ready(page)
    assert not box(page, "Gains and losses, 30 days").is_checked()
    assert fills(page) == {1: new, 7: week, 30: old, "old": old}
    box(page, "Gains and losses, 1 day").click()
    ready(page)
    assert fills(page) == {1: new, 7: old, 30: old, "old": old}
    box(page, "Gains and losses, 1 day").click()
    ready(page)
    assert fills(page) == {1: old, 7: old, 30: old, "old": old}


def test_losses_are_dotted_and_contested_ground_is_hatched(opened, html):
    page = opened(html)
    for x, y, inks in ((0, 60, {"#eef4fa", "#2166ac"}), (8, 0, {"#7a7a7a"})):
        size = 4 if y else 2
        page.evaluate("tracker.map.setView([48.77, 36.1], 10, {animate: false}); 0")
        seen = {colour(page, x + size * i / 40, y + size * j / 40) for i in range(5, 36) for j in range(5, 36)}
        assert inks <= seen, seen


def test_table_equals_the_ledger(opened, html):
    page = opened(html)
    for row in ("gain", "loss", "net"):
        assert page.locator(f".sums .{row} td.window").all_inner_texts() == numbers_of(html, row)


def test_town_tells_its_distances(opened, html):
    page = opened(html)
    zoom(page, 9)
    drawn = page.locator(".leaflet-lines-pane path")
    assert drawn.count() == 0
    page.locator(".mark").hover()
    tip = page.locator(".leaflet-tooltip")
    assert "Nearby · Free" in tip.inner_text()
    assert "6.0 km E" in tip.inner_text()
    assert drawn.count() == 1
    page.mouse.move(900, 700)
    assert drawn.count() == 0
    page.locator(".mark").focus()
    assert tip.first.is_visible()
    assert page.locator(".mark").get_attribute("aria-label").startswith("Nearby. Free. to occupied:")


def test_sector_tells_its_sums(opened, html):
    page = opened(html)
    page.mouse.move(600, 40)
    tip = page.locator(".leaflet-tooltip").inner_text()
    assert "north" in tip
    assert "Net: " in tip


def test_villages_come_with_the_zoom(opened, html):
    page = opened(html)
    zoom(page, 8)
    assert page.get_by_text("Village", exact=True).count() == 0
    page.evaluate(f"{MAP}.setView([48.6, 36.1], 12, {{animate: false}}); 0")
    assert page.get_by_text("Village", exact=True).count() == 1


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_are_seen_and_do_nothing(opened, hostile):
    page = opened(render(**world(name=hostile, ground=hostile), credits=[hostile], note=hostile))
    zoom(page, 9)
    assert hostile in page.locator(".label").all_text_contents()
    page.locator(".mark").hover()
    assert page.locator(".leaflet-tooltip b").text_content() == hostile
    page.mouse.move(600, 40)
    assert page.locator(".leaflet-tooltip b").last.text_content() == hostile
    assert page.locator(".note").text_content() == hostile
    assert page.locator("img").count() == 0
    assert page.evaluate("document.scripts.length") == 4


def test_policy_stops_scripts_that_are_not_its_own(chromium, tmp_path, html):
    file = tmp_path / "injected.html"
    file.write_text(html.replace("</main>", "<script>window.ran = true</script></main>"), encoding="utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("window.ran === undefined && Boolean(window.L)")
    page.close()


def test_phone(opened, html):
    page = opened(html, 390, 844, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("h1").is_visible()
    assert page.locator(".note").is_visible()
    assert not page.locator(".sums").is_visible()
    page.locator("summary").first.tap()
    assert page.locator(".sums").is_visible()
    assert page.locator(".panel").bounding_box()["height"] < page.locator("main").bounding_box()["height"]
    assert page.locator("#tracker-day").is_visible()
    assert box(page, "Settlements").is_visible()
    page.set_viewport_size({"width": 390, "height": 500})
    zooms = page.get_by_role("button", name="Zoom in").bounding_box()
    panel = page.locator(".panel").bounding_box()
    assert panel["y"] + panel["height"] > zooms["y"], "they would lie on each other"
    on_top = "([x, y]) => Boolean(document.elementFromPoint(x, y).closest('.panel'))"
    assert page.evaluate(on_top, [zooms["x"] + 5, zooms["y"] + 5])


def test_ukrainian(opened):
    page = opened(render(**world(), lang="uk"))
    zoom(page, 9)
    assert page.evaluate("document.documentElement.lang") == "uk"
    assert {"Місто", "Південь"} <= set(page.locator(".label").all_inner_texts())
    assert page.get_by_role("button", name="Наблизити").is_visible()
    page.locator(".mark").hover()
    assert page.locator(".leaflet-control-scale-line").inner_text().endswith(" км")
    assert "6,0 км Сх" in page.locator(".leaflet-tooltip").inner_text()
    page.mouse.click(700, 400)
    assert page.locator(".leaflet-popup-close-button").get_attribute("aria-label") == "Закрити"
    said = "[...document.querySelectorAll('[aria-label], [title]')].flatMap(one => [one.ariaLabel, one.title])"
    assert [text for text in page.evaluate(said) if text and text[0].isascii() and text[0].isalpha()] == []


def test_keyboard_reaches_and_shows_focus(opened, html):
    page = opened(html)
    zoom(page, 9)
    seen = []
    for _ in range(45):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]")
        )
    assert {"SUMMARY", "INPUT", "DIV", "A"} <= {tag for tag, _ in seen}
    assert "path" not in {tag for tag, _ in seen}
    assert all(outline == "solid" for tag, outline in seen if tag != "BODY"), json.dumps(seen)


def test_first_view_holds_the_changes(opened, html):
    page = opened(html)
    assert page.evaluate(
        f"{MAP}.getBounds().contains(JSON.parse(document.getElementById('tracker-data').textContent).bounds)"
    )
