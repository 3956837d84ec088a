"""Background tiles for a page: where they come from, the credit that they require, and which hosts that opens.

The catalogue is that of the package xyzservices. A page with tiles needs the network; without them it does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from xyzservices import TileProvider


_PLACEHOLDERS = {name: f"{{{name}}}" for name in ("s", "x", "y", "z", "r")}  # left for Leaflet to fill in
_FROM_WEBSITES_ONLY = {"tile.openstreetmap.org"}  # they refuse requests without the page's address
_DEFAULT_ZOOM = 18
_ORIGIN = re.compile(r"https?://[\w.-]+(:\d+)?", re.ASCII)  # what may stand in a page's policy


@dataclass(frozen=True)
class Tiles:
    """
    Where a page gets its background from.

    Parameters
    ----------
    name
        That of the provider.
    url
        A tile's address, with Leaflet's placeholders {s}, {x}, {y}, {z} and {r}.
    subdomains
        What {s} may be.
    credit
        What must stand below the map; its text escaped, with links to web pages only.
    max_zoom
        The deepest zoom that has tiles; beyond it they are enlarged.
    hosts
        The origins that all tiles come from.
    from_disk
        Whether they are also given to pages that are opened from disk.
    options
        Leaflet's further options of a tile layer.
    """

    name: str
    url: str
    subdomains: Sequence[str]
    credit: Markup
    max_zoom: int
    hosts: tuple[str, ...]
    from_disk: bool = True
    options: dict[str, Any] = field(default_factory=dict)


def tiles_of(provider: str | TileProvider) -> Tiles:
    """
    Find background tiles by the name of their provider.

    Parameters
    ----------
    provider
        A name of xyzservices, in any case and with or without dots, or one of its providers, such as one with a key.

    Raises
    ------
    ValueError
        For a name that is not known, listing those like it; for tiles that need a key or are known not to work.

    Examples
    --------
    >>> tiles_of("OpenTopoMap").hosts
    ('https://a.tile.opentopomap.org', 'https://b.tile.opentopomap.org', 'https://c.tile.opentopomap.org')
    >>> tiles_of("opentopomop")
    Traceback (most recent call last):
    ValueError: tiles='opentopomop' is not a provider that xyzservices knows; like it: OpenTopoMap
    """
    found = _by_name(provider) if isinstance(provider, str) else provider
    if found.requires_token():
        raise ValueError(
            f"tiles={found.name!r} needs a key; choose tiles without one, or give tracker.render a provider that has it"
        )
    if found.get("status") == "broken":
        raise ValueError(f"tiles={found.name!r} is known not to work; choose another provider")
    subdomains = list(found.get("subdomains") or "abc")
    url = found["url"].format(**{**found, **_PLACEHOLDERS})
    hosts = _hosts(url, subdomains)
    leaflet = {"tileSize": "tile_size", "zoomOffset": "zoom_offset", "tms": "tms", "min_zoom": "min_native_zoom"}
    return Tiles(
        name=found.name,
        url=url,
        subdomains=subdomains,
        credit=_credit(found.get("html_attribution") or found.get("attribution", "")),
        max_zoom=int(found.get("max_zoom") or _DEFAULT_ZOOM),
        hosts=hosts,
        from_disk=not any(urlsplit(host).hostname in _FROM_WEBSITES_ONLY for host in hosts),
        options={option: found[key] for key, option in leaflet.items() if key in found},
    )


def _by_name(name: str) -> TileProvider:
    """Look a provider up, however its name is written."""
    import xyzservices.providers

    try:
        return xyzservices.providers.query_name(name)
    except ValueError:
        known = {each.lower(): each for each in xyzservices.providers.flatten()}
        like = [known[each] for each in get_close_matches(name.lower(), known, n=5)]
        hint = f"like it: {', '.join(like)}" if like else "for example: OpenTopoMap"
        raise ValueError(f"tiles={name!r} is not a provider that xyzservices knows; {hint}") from None


def _hosts(url: str, subdomains: Sequence[str]) -> tuple[str, ...]:
    """List the origins of an address, one a subdomain."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    hosts = tuple(dict.fromkeys(origin.replace("{s}", each) for each in subdomains))
    if any(not _ORIGIN.fullmatch(host) for host in hosts):
        raise ValueError(f"tiles have the address {url!r}, which does not begin with https:// and a host's name")
    return hosts


def _credit(source: str) -> Markup:
    """Take text and links to web pages out of a credit written in HTML, and nothing else."""
    reader = _Credit()
    reader.feed(source)
    reader.close()
    return Markup("").join(reader.parts)


class _Credit(HTMLParser):
    """Reads a credit: what its parser finds, call by call."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Markup] = []
        self.link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a link."""
        address = dict(attrs).get("href") or ""
        if tag == "a" and urlsplit(address).scheme in ("http", "https"):
            self.link = address

    def handle_endtag(self, tag: str) -> None:
        """End a link."""
        if tag == "a":
            self.link = ""

    def handle_data(self, data: str) -> None:
        """Keep text, as a link within one."""
        link = Markup('<a href="{}" rel="noopener">{}</a>').format(self.link, data)
        self.parts.append(link if self.link else escape(data))
