"""What the tests share: where the real exports are, which tests need them, and how hard hypothesis looks."""

from __future__ import annotations

import functools
import gc
import importlib.util
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

import tracker as tr
from tracker.archive import archive
from tracker.tables.days import day_of

_SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
_PLAIN = {"deadline": None, "suppress_health_check": _SLOW_IS_FINE, "database": None}
_STEADY = [Phase.explicit, Phase.generate]
settings.register_profile("steady", max_examples=20, derandomize=True, phases=_STEADY, **_PLAIN)
settings.register_profile("search", max_examples=1000, phases=[*_STEADY, Phase.shrink], **_PLAIN)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHARED = Path(os.environ.get("TRACKER_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def path_of_chromium() -> str | None:
    """Find the headless browser, where playwright can drive it."""
    path = "/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else shutil.which("chromium")
    return path if importlib.util.find_spec("playwright") else None


NEEDS = {
    "shared": (lambda: (SHARED / "data").is_dir(), "real exports (../shared) are not on this machine"),
    "browser": (lambda: path_of_chromium() is not None, "headless Chromium and playwright are not on this machine"),
}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, with the reason; fail instead where TRACKER_REQUIRE asks for it."""
    required = {word.strip() for word in os.environ.get("TRACKER_REQUIRE", "").split(",")}
    for marker, (present, reason) in NEEDS.items():
        if item.get_closest_marker(marker) and not present():
            if marker in required:
                pytest.fail(f"TRACKER_REQUIRE asks for {marker}, but {reason}", pytrace=False)
            pytest.skip(reason)


def pytest_collection_finish() -> None:
    """Leave what was imported to the end: searching it for garbage again and again takes a second of forty."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _with_the_sample_read_once():
    """Keep the sample between commands: reading it takes longer than they do."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(archive, "open_sample", functools.cache(archive.open_sample))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Point at the folder of real data; for tests marked `shared`."""
    return SHARED


@pytest.fixture(scope="module")
def chromium():
    """Start headless Chromium; for tests marked `browser`. One a file: its loop must not run while others need one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of_chromium(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """Open pages; at the end of the test, refuse all complaints and all requests but the files themselves."""
    complaints, requests, files, contexts = [], [], [], []

    def opens(html, width=1280, height=800, ready=".leaflet-control-scale-line", **options):
        file = tmp_path / f"page{len(files)}.html"
        file.write_text(html, encoding="utf-8")
        files.append(file.as_uri())
        contexts.append(chromium.new_context(offline=True, viewport={"width": width, "height": height}, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(files[-1])
        page.wait_for_selector(ready)
        return page

    yield opens
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith("data:")] == files


@pytest.fixture(scope="session")
def raw_control(shared):
    """Load all raw exports of DeepState, once."""
    return tr.load("deepstate", shared / "data" / "deepstate-raw")


@pytest.fixture(scope="session")
def january(raw_control):
    """Keep the state of each day from 31 December 2024 to 31 January 2025."""
    days = day_of(raw_control["as_of"])
    return tr.last_of_day(raw_control[(days >= "2024-12-31") & (days <= "2025-01-31")])


@pytest.fixture(scope="session")
def whole_mirror(shared):
    """Load all files of the daily mirror, once."""
    return tr.load("deepstate-daily", shared / "data" / "deepstate-daily")


@pytest.fixture(scope="session")
def daily_control(whole_mirror):
    """Keep 41 days of the daily mirror, re-exports with shifted coordinates among them."""
    days = day_of(whole_mirror["as_of"])
    return whole_mirror[days.between("2024-08-31", "2024-10-14")].iloc[-41:].reset_index(drop=True)


@pytest.fixture
def clean_folder(tmp_path, monkeypatch):
    """Work in an empty folder: no archive, no tracker.toml, and nothing in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("TRACKER_ARCHIVE", "TRACKER_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """Make one folder a module, which hypothesis may write into again and again."""
    return tmp_path_factory.mktemp("scratch")
