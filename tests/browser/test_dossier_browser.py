"""The page of a dossier in headless Chromium, without network: it fits a phone, asks for nothing, runs nothing."""

from __future__ import annotations

import pytest
from pages import HOSTILE_LINE
from stages import moving, stage
from stories import rendered as render

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_html():
    contested = {day: front - 1 for day, front in moving(20, 4).items()}
    tables = stage(moving(20, 4), contested=contested, name=HOSTILE_LINE)
    tables |= {
        "note": HOSTILE_LINE,
        "credits": [HOSTILE_LINE * 3],
    }
    pictures = {
        "chart": render("dossier", format="chart", **tables),
        "picture": render("dossier", format="map", **tables),
    }
    return {lang: render("dossier", lang=lang, **tables, **pictures, command="tracker town 1") for lang in ("en", "uk")}


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_fits_and_stays_by_itself(opened, page_html, lang, width):
    page = opened(page_html[lang], width=width, ready="h1")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].map(image => image.naturalWidth > 0)") == [True, True]
    assert page.locator("thead th").count() == page.locator("thead th[scope=col]").count() > 0
    assert page.locator("h1").inner_text().startswith("<img src=x onerror=alert(1)>")
