"""The page of a dossier in headless Chromium, without network: it fits a phone, asks for nothing, runs nothing."""

from __future__ import annotations

import pytest
from test_dossier import HOSTILE, moving, stage
from test_map_browser import ARGUMENTS

from tracker.render import render

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_html():
    contested = {day: front - 1 for day, front in moving(20, 4).items()}
    tables = stage(moving(20, 4), contested=contested, name=HOSTILE) | {"note": HOSTILE, "credits": [HOSTILE * 3]}
    pictures = {
        "chart": render("dossier", format="chart", **tables),
        "picture": render("dossier", format="map", **tables),
    }
    return {lang: render("dossier", lang=lang, **tables, **pictures, command="tracker town 1") for lang in ("en", "uk")}


@pytest.fixture(scope="module")
def browser(browser_path):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_fits_and_stays_by_itself(browser, page_html, tmp_path, lang, width):
    file = tmp_path / "dossier.html"
    file.write_text(page_html[lang], encoding="utf-8")
    complaints, requests = [], []
    context = browser.new_context(offline=True, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].map(image => image.naturalWidth > 0)") == [True, True]
    assert page.locator("thead th").count() == page.locator("thead th[scope=col]").count() > 0
    assert page.locator("h1").inner_text().startswith("<img src=x onerror=alert(1)>")
    context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith("data:")] == [file.as_uri()]
