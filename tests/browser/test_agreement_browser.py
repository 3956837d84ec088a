"""The page of an agreement in headless Chromium: its layers toggle, its pieces and sectors speak."""

from __future__ import annotations

import pytest
import shapely
from browsing import MAP, box
from pages import HOSTILE
from stages import pair_page
from worlds import control_of, square

pytestmark = pytest.mark.browser

LAYERS = [
    "Occupied on both",
    "Contested on both",
    "Occupied only on One",
    "Occupied only on Two",
    "Contested only on One",
    "Contested only on Two",
    "Sectors",
    "Settlements",
]
FILLS = {
    "Occupied on both": "#e8c4bb",
    "Contested on both": "url(#hatch-contested)",
    "Occupied only on One": "#f0923a",
    "Occupied only on Two": "url(#hatch-second)",
    "Contested only on One": "url(#hatch-contested-first)",
    "Contested only on Two": "url(#hatch-contested-second)",
}


@pytest.fixture(scope="module")
def pair():
    """Two maps that differ in every way: One is further east, and contested ground of both overlaps."""
    west, east = shapely.box(-2000, 0, 0, 10_000), shapely.box(-1000, 0, 9000, 10_000)
    beyond = shapely.box(-5000, 0, -1000, 10_000)
    return (
        control_of("2025-01-06T20:00Z", occupied=[square(0, 0, 10)], contested=[west]),
        control_of("2025-01-05T20:00Z", occupied=[east], contested=[beyond], source="another"),
    )


@pytest.fixture(scope="module")
def html(pair):
    return pair_page(*pair, credits=["Both sources"])


def fills(page):
    """Count the drawn shapes by their fill."""
    found = page.eval_on_selector_all(".map path", "paths => paths.map(path => path.getAttribute('fill'))")
    return {fill: found.count(fill) for fill in found}


def test_opens_with_its_layers(opened, html):
    page = opened(html)
    labels = page.locator(".leaflet-control-layers-overlays label")
    assert [text.strip() for text in labels.all_inner_texts()] == LAYERS
    assert page.locator("h1").is_visible()
    assert page.locator(".credits").inner_text().strip() == "Both sources"
    assert page.locator(".sums tr.iou").inner_text().split("\t")[1:] == ["0.818", "0.818", "0.200"]


@pytest.mark.parametrize("label", FILLS)
def test_every_layer_has_a_look_of_its_own_and_toggles(opened, html, label):
    page = opened(html)
    assert fills(page)[FILLS[label]] >= 1
    box(page, label).click()
    assert FILLS[label] not in fills(page)
    box(page, label).click()
    assert fills(page)[FILLS[label]] >= 1


def pointed_at(page, lat, lon):
    """Say what is told where the mouse is put."""
    page.evaluate(f"{MAP}.setView([{lat}, {lon}], 11, {{animate: false}}); 0")
    point = page.evaluate(f"(() => {{const p = {MAP}.latLngToContainerPoint([{lat}, {lon}]); return [p.x, p.y]}})()")
    page.mouse.move(*point)
    return page.locator(".leaflet-tooltip").last.inner_text()


def test_pieces_and_sectors_speak(opened, html):
    page = opened(html)
    told = pointed_at(page, 48.545, 35.9932)  # half a kilometre west of the middle of the theatre
    assert told.splitlines() == ["Occupied only on Two", "10.0 km²", "One: contested"]
    told = pointed_at(page, 48.545, 36.0678)
    assert told.splitlines()[0] == "East"
    assert "Occupied on both: 90.0 km²" in told
    assert "Intersection over union: 0.900" in told


def test_hostile_names_are_seen_and_do_nothing(opened, pair):
    text = " ".join(HOSTILE[:2])
    page = opened(pair_page(*pair, titles=(text, "Two"), left_out=(text, ""), credits=[text], note=text))
    assert text in page.locator("h1").text_content()
    assert text in page.locator(".caveat").text_content()
    assert any(text in label for label in page.locator(".leaflet-control-layers label").all_text_contents())
    assert text in pointed_at(page, 48.545, 35.9932)
    assert page.locator("img").count() == 0


def test_phone(opened, html):
    page = opened(html, 390, 844, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not page.locator(".sums").is_visible()
    page.locator("summary").tap()
    assert page.locator(".sums").is_visible()
    assert box(page, "Settlements").is_visible()
