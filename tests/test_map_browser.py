"""The map page in headless Chromium, without network: it opens, toggles, speaks, and runs nothing out of the data."""

import json

import pytest
from test_map import HOSTILE, numbers_of, world

from tracker.render.map import render

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAYERS = [
    "Occupied",
    "Contested",
    "Gains and losses, 1 day",
    "Gains and losses, 7 days",
    "Gains and losses, 30 days",
    "Sectors",
    "Towns and distances",
    "Lines to occupied ground",
    "Settlements",
]
MAP = "window[JSON.parse(document.getElementById('tracker-data').textContent).layers.map]"


@pytest.fixture(scope="module")
def chromium(browser_path):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """Open pages; at the end of the test, refuse all complaints and all requests but the files themselves."""
    complaints, requests, files, contexts = [], [], [], []

    def opens(html, width=1280, height=800, **options):
        file = tmp_path / f"map{len(files)}.html"
        file.write_text(html, encoding="utf-8")
        files.append(file.as_uri())
        contexts.append(chromium.new_context(offline=True, viewport={"width": width, "height": height}, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(files[-1])
        page.wait_for_selector(".leaflet-control-scale-line")
        return page

    yield opens
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith("data:")] == files


@pytest.fixture(scope="module")
def html():
    return render(**world(), credits=["One source, CC BY 4.0"], note="Illustrative sample")


def box(page, label):
    return page.get_by_role("checkbox", name=label, exact=True)


def fills(page):
    """Count the drawn shapes by their fill."""
    found = page.eval_on_selector_all(".map path", "paths => paths.map(path => path.getAttribute('fill'))")
    return {fill: found.count(fill) for fill in found}


def zoom(page, level):
    page.evaluate(f"{MAP}.setZoom({level}, {{animate: false}}); 0")


def test_opens_with_its_layers(opened, html):
    page = opened(html)
    labels = page.locator(".leaflet-control-layers-overlays label")
    assert [text.strip() for text in labels.all_inner_texts()] == LAYERS
    assert page.title() == page.locator("h1").inner_text() == "Front line, 6 January 2025"
    assert page.locator(".note").is_visible()
    assert page.locator(".credits").inner_text().strip() == "One source, CC BY 4.0"
    assert page.get_by_text("the drawing changed").is_visible()
    assert "km" in page.locator(".leaflet-control-scale-line").inner_text()


@pytest.mark.parametrize("label", LAYERS)
def test_every_layer_toggles(opened, html, label):
    page = opened(html)
    before, on = page.locator(".map").inner_html(), box(page, label).is_checked()
    box(page, label).click()
    assert box(page, label).is_checked() is not on
    assert page.locator(".map").inner_html() != before


def test_hiding_occupied_takes_it_off_the_map(opened, html):
    page = opened(html)
    assert fills(page)["#e8c4bb"] == 1
    box(page, "Occupied").click()
    assert "#e8c4bb" not in fills(page)


def test_windows_hold_all_that_is_newer(opened, html):
    page = opened(html)
    new, week, month, lost = "#7f0000", "#d7301f", "#fc8d59", "url(#hatch-loss)"
    assert {new, week, month, lost} <= set(fills(page))
    box(page, "Gains and losses, 7 days").click()
    assert not box(page, "Gains and losses, 30 days").is_checked()
    assert {new, week, lost} <= set(fills(page))
    assert month not in fills(page)
    box(page, "Gains and losses, 1 day").click()
    assert new in fills(page)
    assert not {week, month, lost} & set(fills(page))
    box(page, "Gains and losses, 1 day").click()
    assert not {new, week, month, lost} & set(fills(page))


def test_newest_is_on_top(opened, html):
    levels = opened(html).evaluate(
        "[30, 7, 1].map(age => +document.querySelector(`.leaflet-age_${age}-pane`).style.zIndex)"
    )
    assert levels == sorted(levels)


def test_table_equals_the_ledger(opened, html):
    page = opened(html)
    for row in ("gain", "loss", "net"):
        assert page.locator(f".sums .{row} td").all_inner_texts() == numbers_of(html, row)


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
    page.locator("summary").tap()
    assert page.locator(".sums").is_visible()
    assert page.locator(".panel").bounding_box()["height"] < 700
    assert box(page, "Settlements").is_visible()


def test_ukrainian(opened):
    page = opened(render(**world(), lang="uk"))
    zoom(page, 9)
    assert page.evaluate("document.documentElement.lang") == "uk"
    assert {"Місто", "Південь"} <= set(page.locator(".label").all_inner_texts())
    assert page.get_by_role("button", name="Наблизити").is_visible()
    page.locator(".mark").hover()
    assert "6,0 км Сх" in page.locator(".leaflet-tooltip").inner_text()


def test_keyboard_reaches_and_shows_focus(opened, html):
    page = opened(html)
    zoom(page, 9)
    seen = []
    for _ in range(20):
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
