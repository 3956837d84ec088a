"""Background tiles: names, credits, hosts, what is refused, and what a page with them allows."""

import re
from html import unescape

import pytest
from pages import data_of
from xyzservices import TileProvider

from tracker.cli.products import say_tiles
from tracker.outputs.page.leaflet import page
from tracker.outputs.page.tiles import tiles_of


def provider(**changes):
    """Describe tiles of a server of one's own."""
    usual = {
        "name": "Mine",
        "url": "https://{s}.tiles.example/{variant}/{z}/{x}/{y}{r}.png",
        "variant": "grey",
        "subdomains": "12",
        "html_attribution": '&copy; <a href="https://tiles.example/credit">Mine &amp; yours</a>',
        "attribution": "(C) Mine",
    }
    return TileProvider(usual | changes)


def drawn(**options):
    """Write a page of nothing but its background."""
    panel = {"credits": ["The source"], "word": {"needs_script": ""}, "colours": {}, "notes": [], "sums": []}
    return page([], title="t", lang="en", data={}, panel=panel, template="agreement.html", **options)


def policy_of(html):
    return unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html).group(1))


@pytest.mark.parametrize("name", ["OpenTopoMap", "opentopomap", "Open Topo Map"])
def test_names_are_found_however_they_are_written(name):
    tiles = tiles_of(name)
    assert tiles.name == "OpenTopoMap"
    assert tiles.hosts == tuple(f"https://{letter}.tile.opentopomap.org" for letter in "abc")
    assert "OpenStreetMap</a> contributors" in tiles.credit


def test_an_address_keeps_what_leaflet_fills_in():
    tiles = tiles_of(provider())
    assert tiles.url == "https://{s}.tiles.example/grey/{z}/{x}/{y}{r}.png"
    assert tiles.hosts == ("https://1.tiles.example", "https://2.tiles.example")
    assert tiles_of(provider(url="http://localhost:8000/{z}/{x}/{y}")).hosts == ("http://localhost:8000",)


@pytest.mark.parametrize(
    ("source", "credit"),
    [
        ("Plain & simple", "Plain &amp; simple"),
        ("<img src=x onerror=alert(1)>after", "after"),
        ("<script>alert(1)</script>", "alert(1)"),
        ('<a href="javascript:alert(1)">a</a>', "a"),
        ('<a href="http://e.org/?a&b">b</a> &lt;', '<a href="http://e.org/?a&amp;b" rel="noopener">b</a> &lt;'),
        ("<b>d", "d"),
    ],
)  # fmt: skip
def test_of_a_credit_text_and_links_remain(source, credit):
    assert str(tiles_of(provider(html_attribution=source)).credit) == credit


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("opentopomop", "'opentopomop' is not a provider.*like it: OpenTopoMap"),
        ("", "'' is not a provider.*for example: OpenTopoMap"),
        ("Thunderforest.Outdoors", "'Thunderforest.Outdoors' needs a key"),
        (provider(url="https://a.example/{z}/{x}/{y}?key={key}", key="<insert your key here>"), "'Mine' needs a key"),
        (provider(status="broken"), "'Mine' is known not to work"),
        (provider(url="/{z}/{x}/{y}.png"), "does not begin with https://"),
        (provider(url="https://a.example; script-src */{z}/{x}/{y}.png"), "does not begin with https://"),
        (provider(url="data:{z}{x}{y}"), "does not begin with https://"),
    ],
)
def test_refuses_in_one_line(asked, message):
    with pytest.raises(ValueError, match=message) as raised:
        tiles_of(asked)
    assert "\n" not in str(raised.value)


def test_a_key_that_is_given_is_used():
    keyed = provider(url="https://a.example/{z}/{x}/{y}?key={key}", key="abc")
    assert tiles_of(keyed).url == "https://a.example/{z}/{x}/{y}?key=abc"


def test_openstreetmap_is_not_for_pages_from_disk():
    assert not tiles_of("OpenStreetMap.Mapnik").from_disk
    assert tiles_of("OpenTopoMap").from_disk


def test_the_command_says_where_tiles_are_not_shown(capsys):
    say_tiles("OpenTopoMap")
    assert capsys.readouterr() == ("", "")
    say_tiles("openstreetmap.mapnik")
    out, err = capsys.readouterr()
    assert out == ""
    assert "OpenStreetMap.Mapnik refuses pages opened from disk" in err


def test_a_page_allows_pictures_of_these_hosts_and_nothing_else():
    without, with_tiles = drawn(), drawn(tiles=provider())
    assert "http" not in policy_of(without)
    allowed = dict(rule.split(" ", 1) for rule in policy_of(with_tiles).split("; "))
    assert allowed.pop("img-src") == "data: https://1.tiles.example https://2.tiles.example"
    assert not [rule for rule in allowed.values() if "http" in rule]
    assert "L.tileLayer" not in without.split("tracker-data")[1].split("L.map(")[1]
    assert '"https://{s}.tiles.example/grey/{z}/{x}/{y}{r}.png"' in with_tiles
    assert '<span>© <a href="https://tiles.example/credit" rel="noopener">Mine &amp; yours</a></span>' in with_tiles
    assert drawn(tiles=provider()) == with_tiles


def test_a_page_carries_the_words_of_its_tools():
    assert data_of(drawn())["words"]["tool_full"] == "Full screen"
