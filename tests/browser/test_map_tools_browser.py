"""The tools of the map page in headless Chromium, without network: search, ruler, link, embedding, print, tiles."""

import functools
import io
import json
import re
from itertools import pairwise

import pytest
from browsing import MAP, zoom
from pages import HOSTILE, data_of
from PIL import Image
from pyproj import Geod
from pytest_httpserver import HTTPServer
from stages import ON, world
from stories import rendered
from xyzservices import TileProvider

pytestmark = pytest.mark.browser

render = functools.partial(rendered, "map")


GEOD = Geod(ellps="WGS84")
NEARBY = [48.5902, 36.0541]  # where the world's town is, on the page


@pytest.fixture(scope="module")
def html():
    return render(**world(), credits=["One source, CC BY 4.0"], note="Illustrative sample")


@pytest.fixture
def visited(chromium, tmp_path):
    """Open addresses of pages as they are written, with what follows `?` and `#`; refuse complaints at the end."""
    complaints, contexts = [], []

    def visits(html, after="", name="page.html", **options):
        (tmp_path / name).write_text(html, encoding="utf-8")
        contexts.append(chromium.new_context(**{"offline": True, "viewport": {"width": 1280, "height": 800}} | options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((tmp_path / name).as_uri() + after)
        return page

    yield visits
    for context in contexts:
        context.close()
    assert complaints == []


def until(page, true):
    """Wait until an expression of the page is true; the page's policy forbids what Playwright does for that."""
    for _ in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {true}")


def search(page):
    return page.get_by_role("combobox")


def button(page, name):
    return page.get_by_role("button", name=name)


def status(page):
    return page.locator(".tools-status").inner_text()


def centre(page):
    """Say where the map is: latitude, longitude, zoom."""
    return page.evaluate(f"[{MAP}.getCenter().lat, {MAP}.getCenter().lng, {MAP}.getZoom()]")


def look_at(page, lat, lon, level):
    page.evaluate(f"{MAP}.setView([{lat}, {lon}], {level}, {{animate: false}}); 0")


def place_at(page, x, y):
    """Say which place is at a spot of the window, as (lon, lat)."""
    at = page.evaluate(f"(() => {{const p = {MAP}.containerPointToLatLng([{x}, {y}]); return [p.lng, p.lat]}})()")
    return tuple(at)


# ---- search


def test_search_by_keyboard(opened, html):
    page = opened(html)
    zoom(page, 7)
    search(page).focus()
    page.keyboard.type("  NEÁR")
    options = page.get_by_role("option")
    assert options.all_inner_texts() == ["Nearby"]
    assert status(page) == "Found: 1"
    assert search(page).get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert options.first.get_attribute("aria-selected") == "true"
    assert search(page).get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    until(page, f"{MAP}.getZoom() === 9")
    page.wait_for_timeout(400)
    assert centre(page)[:2] == pytest.approx(NEARBY, abs=0.003)
    assert page.locator(".tools-pin").count() == 1
    assert search(page).input_value() == "Nearby"
    assert search(page).get_attribute("aria-expanded") == "false"
    assert page.get_by_role("option").count() == 0
    page.keyboard.press("Escape")
    assert search(page).input_value() == ""
    assert page.locator(".tools-pin").count() == 0


def test_search_offers_the_best_first_and_goes_round(opened, html):
    page = opened(html)
    search(page).fill("e")
    assert page.get_by_role("option").count() == 0
    assert status(page) == "Nothing found"
    search(page).fill("i")
    assert page.get_by_role("option").all_inner_texts() == ["Inner"]
    search(page).fill("ner")
    assert page.get_by_role("option").all_inner_texts() == ["Inner"]
    search(page).fill("illage")
    away = from_town(html, "Village")
    assert page.get_by_role("option").all_inner_texts() == [f"Village Nearby {away:.1f} km"]
    search(page).press("ArrowUp")
    search(page).press("ArrowDown")
    assert page.locator("[aria-selected=true]").count() == 1
    page.get_by_role("option").click()
    assert search(page).input_value() == "Village"
    assert search(page).evaluate("input => input === document.activeElement")


def from_town(html, name):
    """Measure how far a settlement of a page is from its first town, in km."""
    at = {row[2]: row[1::-1] for row in data_of(html)["settlements"]}
    return GEOD.inv(*at["Nearby"], *at[name])[2] / 1000


def test_search_jumps_for_those_who_want_less_motion(opened, html):
    page = opened(html, reduced_motion="reduce")
    zoom(page, 7)
    search(page).fill("nearby")
    search(page).press("Enter")
    assert centre(page) == pytest.approx([*NEARBY, 9], abs=0.003)


def test_hidden_places_are_not_found(opened, html):
    page = opened(html)
    search(page).fill("Hidden")
    assert status(page) == "Nothing found"


@pytest.mark.parametrize(("hostile", "typed"), [*zip(HOSTILE[:3], ["img src", "script", "7 7 raw"], strict=True)])
def test_hostile_names_are_found_as_text(opened, hostile, typed):
    page = opened(render(**world(name=hostile, ground=hostile)))
    search(page).fill(typed)
    assert page.get_by_role("option").all_text_contents() == [hostile]
    page.get_by_role("option").click()
    assert hostile in page.locator(".tools-status").text_content()
    assert page.locator("img").count() == 0


# ---- ruler


def test_ruler_by_mouse(opened, html):
    page = opened(html)
    look_at(page, 48.6, 36.1, 9)
    button(page, "Measure").click()
    assert button(page, "Measure").get_attribute("aria-pressed") == "true"
    assert "press Enter" in status(page)
    spots = [(500, 300), (800, 500), (1000, 300)]
    for spot in spots:
        page.mouse.click(*spot)
    at = [place_at(page, *spot) for spot in spots]
    steps = [GEOD.inv(*start, *end)[2] / 1000 for start, end in pairwise(at)]
    texts = page.locator(".tools-km").all_inner_texts()
    told = [float(re.fullmatch(r"(\d+\.\d) km", text).group(1)) for text in texts]
    assert told == pytest.approx([*steps, sum(steps)], abs=0.11)  # Leaflet's own spot is a tenth of a pixel off
    assert status(page) == f"{texts[1]}, {texts[2]} in total"
    assert page.locator(".leaflet-tooltip").count() == 0
    page.keyboard.press("Backspace")
    assert page.locator(".tools-km").all_inner_texts() == texts[:1]
    page.keyboard.press("Escape")
    assert page.locator(".tools-km").count() == 0
    assert button(page, "Measure").get_attribute("aria-pressed") == "false"
    page.mouse.click(500, 300)
    assert page.locator(".leaflet-tools-pane path").count() == 0


def test_ruler_by_keyboard(opened, html):
    page = opened(html)
    button(page, "Measure").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    start = centre(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    end = centre(page)
    away = GEOD.inv(start[1], start[0], end[1], end[0])[2] / 1000
    assert away > 1
    assert page.locator(".tools-km").all_inner_texts() == [f"{away:.1f} km"]
    for _ in range(3):
        page.keyboard.press("Delete")
    assert page.locator(".leaflet-tools-pane path").count() <= 2
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Measure a distance"


# ---- the link


def shown_day(page):
    return page.evaluate("window.tracker.view.day()")


def shown_layers(page):
    return page.evaluate("window.tracker.view.layers()")


def address(page):
    """Wait for the address to follow what is seen."""
    page.wait_for_timeout(500)
    return page.url.partition("#")[2]


def choose_day(page, iso):
    assert page.evaluate(f"window.tracker.view.setDay({iso!r})")


def test_link_leads_back_to_the_same_view(visited, html):
    page = visited(html)
    assert "#" not in page.url
    look_at(page, 48.61, 36.21, 10.25)
    choose_day(page, "2024-12-20")
    page.get_by_role("checkbox", name="Settlements", exact=True).click()
    link = address(page)
    assert link.startswith("day=2024-12-20&map=10.25/48.61/36.21&layers=occupied,contested,")
    assert "settlements" not in link
    again = visited(html, f"#{link}")
    assert centre(again) == pytest.approx(centre(page), abs=1e-3)
    assert shown_day(again) == "2024-12-20"
    assert shown_layers(again) == shown_layers(page)
    again.evaluate("location.hash = '#day=2025-01-02&since=2024-12-06&map=8/48.5/36'")
    until(again, "window.tracker.view.since() === '2024-12-06'")
    assert shown_day(again) == "2025-01-02"
    assert centre(again) == pytest.approx([48.5, 36, 8], abs=1e-2)
    assert "since=2024-12-06" in address(again)
    again.evaluate("location.hash = '#day=2025-01-02'")
    until(again, "window.tracker.view.since() === null")


SAYING_NOTHING = [
    "#day=2025-99-99", "#day=1999-01-01", "#day=<img src=x onerror=alert(1)>", "#day=2025-01-06T00:00", "#day",
    "#map=a/b/c", "#map=9/48", "#map=//", "#map=9/91/36", "#map=-3/48/36", "#map=9/NaN/Infinity",
    "#since=2025-01-01", "#%", "#%E0%A4%A", "#=&&=", "#constructor=1&__proto__=2",
]  # fmt: skip


def test_links_that_say_nothing_are_ignored(visited, html):
    page = visited(html, "#day=<img src=x onerror=alert(1)>&map=%E0%A4%A/x/&since=9&%")
    seen = "(view => [view.day(), view.since(), view.layers()])(window.tracker.view)"
    before = [centre(page), page.evaluate(seen)]
    assert before == [centre(plain := visited(html, name="plain.html")), plain.evaluate(seen)]
    for link in SAYING_NOTHING:
        page.evaluate("link => { location.hash = link }", link)
        page.wait_for_timeout(20)
        assert [centre(page), page.evaluate(seen)] == before, link


def test_unknown_layers_are_left_out(visited, html):
    page = visited(html, "#layers=towns,nothing,map,constructor")
    assert shown_layers(page) == ["towns"]
    assert shown_layers(visited(html, "#layers=")) == []


def test_link_is_copied(visited, html):
    page = visited(html, permissions=["clipboard-read", "clipboard-write"])
    choose_day(page, "2025-01-02")
    button(page, "Copy the link").click()
    until(page, "document.querySelector('.tools-status').textContent === 'Link copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("file://")
    assert "#day=2025-01-02&map=" in copied


def test_link_is_copied_without_the_clipboard(visited, html):
    page = visited(html)
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    button(page, "Copy the link").click()
    until(page, "document.querySelector('.tools-status').textContent === 'Link copied'")
    page.evaluate("void (document.execCommand = () => false)")
    button(page, "Copy the link").click()
    until(page, "document.querySelector('.tools-status').textContent.startsWith('Copy this link: file://')")


# ---- within another page

HOLDER = """<!DOCTYPE html><iframe width="1000" height="600" src="map.html?embed=1"></iframe>
<script>const told = []; addEventListener("message", (event) => told.push(event.data))</script>"""


def test_a_page_that_holds_the_map_sets_and_hears_the_day(visited, html, tmp_path):
    (tmp_path / "map.html").write_text(html, encoding="utf-8")
    page = visited(HOLDER)
    until(page, "told.length === 1")
    frame = page.frames[1]
    post = "value => frames[0].postMessage(value, '*')"
    page.evaluate(post, {"day": "2025-01-02"})
    until(page, "told.length === 2")
    assert page.evaluate("told") == [{"day": ON}, {"day": "2025-01-02"}]
    assert frame.locator("#tracker-day-label").inner_text() == "2025-01-02"
    junk = [None, 7, "2025-01-06", ["2025-01-06"], {}, {"day": None}, {"day": 20250106}, {"day": ["2025-01-06"]}]
    for value in [*junk, {"day": "1999-01-01"}, {"day": "2025-01-06 "}, {"day": "2025-13-01"}, {"day": "<b>"}]:
        page.evaluate(post, value)
    page.evaluate(post, {"day": "2024-12-20", "more": 1})
    until(page, "told.length === 3")
    assert page.evaluate("told[2]") == {"day": "2024-12-20"}


def test_embedded_the_panel_is_away(visited, html):
    page = visited(html, "?embed=1")
    assert not page.locator(".panel").is_visible()
    assert page.locator(".note").is_visible(), "the mark of a sample stays"
    assert page.locator("#tracker-day").is_visible()
    assert page.locator(".credits").is_visible()
    assert search(page).is_visible()
    assert not button(page, "Copy").is_visible()
    phone = visited(html, "?embed=1", viewport={"width": 390, "height": 600})
    assert not phone.locator(".panel").is_visible()
    assert search(phone).is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    plain = visited(html, "?embed=10")
    assert plain.locator("h1").is_visible()


def test_in_the_frame_of_a_notebook(visited, html):
    escaped = json.dumps(html).replace("</", "<\\/").replace("<!--", "<\\!--")
    script = f"<script>frames[0].frameElement.srcdoc = {escaped}</script>"
    page = visited(f"<!DOCTYPE html><iframe width=900 height=600></iframe>{script}")
    frame = page.frame_locator("iframe")
    frame.locator(".leaflet-control-scale-line").wait_for()
    frame.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(700)
    assert frame.get_by_role("button", name="Copy").count() == 0
    assert frame.get_by_role("button", name="Measure").count() == 1


# ---- screens and paper


def test_full_screen(visited, html):
    page = visited(html)
    pressed = "document.querySelector('.tool[title=\"Full screen\"]').getAttribute('aria-pressed')"
    button(page, "Full screen").click()
    until(page, f"Boolean(document.fullscreenElement) && {pressed} === 'true'")
    button(page, "Full screen").click()
    until(page, f"!document.fullscreenElement && {pressed} === 'false'")


def test_on_paper(opened, html):
    page = opened(html)
    before, folded = centre(page), page.locator(".panel details:not([open])").count()
    edges = page.evaluate(f"(() => {{const b = {MAP}.getBounds(); return [b.getWest(), b.getEast()]}})()")
    page.emulate_media(media="print")
    page.wait_for_timeout(200)
    for hidden in (".tools", ".leaflet-control-zoom", "#tracker-day", ".panel input"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for seen in ("h1", ".note", ".sums", ".notes", ".credits", ".leaflet-control-scale-line"):
        assert page.locator(seen).first.is_visible(), seen
    pictures = page.locator(".map img")  # Chromium prints a canvas as a white sheet
    assert pictures.count() == page.locator(".map canvas").count() > 0
    assert pictures.first.is_visible()
    assert not page.locator(".map canvas").first.is_visible()
    assert page.locator(".panel details:not([open])").count() == 0
    map_box, panel = page.locator(".map").bounding_box(), page.locator("h1").bounding_box()
    assert map_box["width"] == pytest.approx(277 / 25.4 * 96, abs=1)
    assert panel["y"] >= map_box["y"] + map_box["height"] - 1
    assert page.evaluate(f"{MAP}.getSize().x") == pytest.approx(map_box["width"], abs=3)
    west, east = page.evaluate(f"(() => {{const b = {MAP}.getBounds(); return [b.getWest(), b.getEast()]}})()")
    assert west <= edges[0] + 1e-6
    assert east >= edges[1] - 1e-6
    page.emulate_media(media="screen")
    page.wait_for_timeout(200)
    assert centre(page) == pytest.approx(before, abs=1e-6)
    assert page.locator(".map img").count() == 0
    assert page.locator(".map canvas").first.is_visible()
    assert page.locator(".panel details:not([open])").count() == folded


def test_prints(opened, html):
    pdf = opened(html).pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.startswith(b"%PDF")
    assert re.search(rb"/MediaBox \[0 0 841\.\d+ 59[45][.\d]*\]", pdf)
    assert 1 <= len(re.findall(rb"/Type /Page\b(?!s)", pdf)) <= 2


def test_phone(opened, html):
    page = opened(html, 390, 844, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    tools = page.locator(".tools").bounding_box()
    assert tools["height"] < 60
    assert page.locator(".panel").bounding_box()["height"] < 150
    for each in page.locator(".tools button, .tools input").all():
        box = each.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert min(box["width"], box["height"]) >= 44
    zoom(page, 7)
    search(page).fill("near")
    option = page.get_by_role("option").first
    assert option.bounding_box()["height"] >= 40
    option.tap()
    until(page, f"{MAP}.getZoom() === 9")
    assert page.evaluate("document.activeElement === document.body")


def test_buttons_are_large_enough_and_reached_by_tab(opened, html):
    page = opened(html)
    for each in page.locator(".tools button, .tools input").all():
        assert min(each.bounding_box()["width"], each.bounding_box()["height"]) >= 32
    search(page).focus()
    names = []
    for _ in range(3):
        page.keyboard.press("Tab")
        seen = "[document.activeElement.ariaLabel, getComputedStyle(document.activeElement).outlineStyle]"
        names.append(page.evaluate(seen))
    assert names == [[name, "solid"] for name in ("Measure a distance", "Full screen", "Copy the link to this view")]


def test_ukrainian(opened):
    page = opened(render(**world(), lang="uk"))
    search(page).fill("misto")
    assert page.get_by_role("option").all_inner_texts() == ["Місто"]
    assert status(page) == "Знайдено: 1"
    search(page).fill("село")
    assert re.fullmatch(r"Село Місто \d+,\d км", page.get_by_role("option").inner_text())
    search(page).press("Escape")
    zoom(page, 9)
    button(page, "Виміряти").click()
    page.mouse.click(500, 300)
    page.mouse.click(800, 500)
    assert re.fullmatch(r"\d+,\d км", page.locator(".tools-km").inner_text())
    assert re.fullmatch(r"усього \d+,\d км", status(page))
    assert button(page, "На весь екран").is_visible()


# ---- tiles


def test_tiles_come_from_their_server_alone(chromium):
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), "#ddd").save(picture, "PNG")
    with HTTPServer(host="localhost") as server:
        server.expect_request(re.compile(r"/grey/\d+/\d+/\d+\.png")).respond_with_data(
            picture.getvalue(), content_type="image/png"
        )
        mine = TileProvider(
            name="Mine", url=server.url_for("/{variant}/{z}/{x}/{y}.png"), variant="grey", max_zoom=7,
            html_attribution='<a href="https://tiles.example/">Mine</a>', attribution="Mine",
        )  # fmt: skip
        page, complaints = chromium.new_page(), []
        page.on("console", lambda message: complaints.append(message.text))
        page.set_content(render(**world(), credits=["The source"], tiles=mine))
        page.wait_for_selector(".leaflet-tile-loaded")
        zoom(page, 10)
        page.wait_for_timeout(300)
        paths = {request.path for request, _ in server.log}
        assert complaints == []
        assert {path.split("/")[2] for path in paths} <= {"5", "6", "7"}
        assert page.locator(".credits a").inner_text() == "Mine"
        page.evaluate("url => { new Image().src = url; fetch(url).catch(() => 0) }", server.url_for("/grey/1/1/1.png"))
        page.evaluate("new Image().src = 'http://127.0.0.1:9/x.png'; 0")
        page.wait_for_timeout(200)
        assert len([text for text in complaints if "Content Security Policy" in text]) >= 2
        page.close()
