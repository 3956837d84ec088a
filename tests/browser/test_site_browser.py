"""The site in headless Chromium, from disk and without network: pages fit, frames show the map, nobody is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.archive import archive, reference
from tracker.archive.archive import open_archive
from tracker.products.site import build_site
from tracker.products.site_parts import site_of

pytestmark = pytest.mark.browser

DAY = "days/2025-01-07/index.html"
PAGES = ["index.html", "about.html", DAY, "days/2025-01-07/report.html", "towns/index.html", "towns/pokrovsk.html"]


@pytest.fixture(scope="module", params=["en", "uk"])
def site(request, tmp_path_factory):
    """Build two days of the sample, with one town."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(archive, "towns", lambda names, archive: reference.towns(["Pokrovsk"]))
        space = open_archive(folder / "none", sample_allowed=True)
        build_site(site_of(space, since="2025-01-06", lang=request.param), folder / "site")
    return folder / "site"


@pytest.fixture
def opened(chromium, site):
    """Open pages; at the end of the test, refuse all complaints and all requests beyond the folder."""
    complaints, requests, contexts = [], [], []

    def opens(path, width=1280, **options):
        context = chromium.new_context(offline=True, viewport={"width": width, "height": 844}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto((site / path).as_uri())
        return page

    yield opens
    for context in contexts:
        context.close()
    assert complaints == []
    inside = ("data:", "blob:", site.as_uri() + "/")
    assert [url for url in requests if not url.startswith(inside)] == []


@pytest.mark.parametrize("width", [390, 1280])
def test_every_kind_of_page_fits_and_is_by_itself(opened, site, width):
    sectors = sorted(str(path.relative_to(site)) for path in site.glob("sectors/*.html"))
    for path in [*PAGES, *sectors[:1]]:
        page = opened(path, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").is_visible()
        assert page.locator("thead th").count() == page.locator("thead th[scope=col]").count() or "report" in path
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)"), path


@pytest.mark.parametrize("day", ["2025-01-06", "2025-01-07"])
def test_the_frame_of_a_day_shows_the_map_of_that_day(opened, site, day):
    page = opened(f"days/{day}/index.html")
    frame = page.frame_locator("iframe")
    frame.locator(".leaflet-control-scale-line").wait_for()
    page.frames[1].wait_for_function(f"document.getElementById('tracker-day-label').textContent.includes('{day}')")
    assert page.frames[1].url.startswith(f"{(site / 'map.html').as_uri()}?embed=1#")
    assert frame.locator("#tracker-day").is_visible()


def test_days_lead_to_each_other_by_the_keyboard(opened, site):
    page = opened(DAY)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    before = page.locator(".beside a[rel=prev]")
    before.focus()
    assert before.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/2025-01-06/index.html")
    page.locator(".beside a[rel=next]").click()
    page.wait_for_url("**/2025-01-07/index.html")


def test_print_has_the_figure_and_not_the_map(opened):
    page = opened(DAY)
    page.emulate_media(media="print")
    assert page.locator("figure img").is_visible()
    assert not page.locator("iframe").is_visible()
    assert not page.locator(".top").is_visible()


def test_a_script_in_a_page_does_not_run(chromium, site, tmp_path):
    injected = tmp_path / "injected.html"
    text = Path(site / "about.html").read_text(encoding="utf-8")
    injected.write_text(text.replace("</main>", "<script>window.ran = true</script></main>"), encoding="utf-8")
    page = chromium.new_page()
    page.goto(injected.as_uri())
    assert page.evaluate("window.ran === undefined")
    page.close()
