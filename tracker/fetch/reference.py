"""Fetch reference data for an archive: GeoNames' places, OpenStreetMap's settlement limits, geoBoundaries' oblasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tracker.archive.reference import use
from tracker.errors import FetchError, SourceError
from tracker.fetch.maps import alone_in
from tracker.fetch.osm import settlement_limits
from tracker.fetch.register import (
    Answer,
    RegisterLine,
    put_checked,
    read_register,
    register_line,
    sha256_of,
    write_register,
)
from tracker.fetch.terms import Terms
from tracker.fetch.wire import Wire, get
from tracker.sources.base import json_of
from tracker.tables.messages import Message

# Settlements with a Ukrainian name in the east and the south of Ukraine and the Russian regions beside them.
_OVERPASS_QUERY = """[out:json][timeout:180][maxsize:1073741824][bbox:44.0,31.0,53.0,41.0];
(
  way["place"~"^(city|town|village)$"]["name:uk"];
  relation["place"~"^(city|town|village)$"]["name:uk"];
);
out geom;
"""
# Its answer may be long in coming: the query alone may take 180 seconds.
_OVERPASS_LIMITS: dict[str, Any] = {"timeout_s": 240.0, "limit_bytes": 400_000_000, "limit_s": 1800.0}
# GitHub keeps large files elsewhere.
_GITHUB_FILES = frozenset({"raw.githubusercontent.com", "media.githubusercontent.com"})


@dataclass(frozen=True)
class ReferenceRemote:
    """
    Where a kind of reference data can be fetched from.

    Parameters
    ----------
    url
        The address: the default of a setting, so that a mirror can be named.
    file
        What the file is called in `ARCHIVE/raw/reference/`.
    terms
        Its credit and its licence.
    answer
        (wire, url, known, say) → the file, or no content where what is known has not changed.
    """

    url: str
    file: str
    terms: Terms
    answer: Callable[[Wire, str, RegisterLine | None, Callable[[str], None]], Answer]


def _gazetteer(wire: Wire, url: str, known: RegisterLine | None, say: Callable[[str], None]) -> Answer:
    """Fetch GeoNames' dump of a country."""
    return get(wire, url, known=known)


def _footprints(wire: Wire, url: str, known: RegisterLine | None, say: Callable[[str], None]) -> Answer:
    """Ask Overpass for settlements, and make polygons of them."""
    answer = get(replace(wire, **_OVERPASS_LIMITS), url, form={"data": _OVERPASS_QUERY})
    content = json_of(answer.content or b"", url)
    elements = content.get("elements") if isinstance(content, dict) else None
    if not isinstance(elements, list):
        raise FetchError(f"{url}: the answer holds no OpenStreetMap elements; is the address right?")
    if "error" in str(content.get("remark", "")):  # Then what it did find is not all of it.
        raise FetchError(f"{url}: Overpass gave up ({content['remark']!s:.100}); try again later")
    limits, left_out = settlement_limits(elements)
    if limits.empty:
        raise FetchError(f"{url}: the answer holds no settlement with a closed outline; is the address right?")
    told = Message(
        "footprints: {kept} settlements; {left_out} left out, whose outline is not closed or lacks a name",
        kept=len(limits),
        left_out=left_out,
    )
    say(told)
    return Answer(url, limits.to_json(drop_id=True).encode())


def _oblasts(wire: Wire, url: str, known: RegisterLine | None, say: Callable[[str], None]) -> Answer:
    """Ask geoBoundaries where its file lies, and fetch it."""
    about = json_of(get(wire, url).content or b"", url)
    about = about if isinstance(about, dict) else {}
    address = about.get("gjDownloadURL")
    if not isinstance(address, str):
        raise FetchError(f"{url}: the answer does not say where the borders lie (gjDownloadURL); is the address right?")
    unknown = Message("not stated")
    say(Message("oblasts: source of these borders: {name}", name=about.get("boundarySource") or unknown))
    say(Message("oblasts: licence of these borders: {name}", name=about.get("boundaryLicense") or unknown))
    known = known if known and known.url == address else None
    return get(replace(wire, redirects=_GITHUB_FILES), address, known=known)


def _remote(kind: str, url: str, file: str, answer: Any, **terms: str) -> ReferenceRemote:
    """Put a line of the table together."""
    return ReferenceRemote(url, file, Terms(kind, **terms), answer)


REFERENCE_REMOTES = {
    "gazetteer": _remote(
        "gazetteer",
        "https://download.geonames.org/export/dump/UA.zip",
        "UA.zip",
        _gazetteer,
        credit=Message("GeoNames (geonames.org)"),
        licence=Message("CC BY 4.0: credit GeoNames"),
        terms_url="https://www.geonames.org/export/",
    ),
    "footprints": _remote(
        "footprints",
        "https://overpass-api.de/api/interpreter",
        "footprints.geojson",
        _footprints,
        credit=Message("© OpenStreetMap contributors, by the Overpass API"),
        licence=Message("ODbL 1.0: credit OpenStreetMap; a database made from it stays under the same licence"),
        terms_url="https://www.openstreetmap.org/copyright",
    ),
    "oblasts": _remote(
        "oblasts",
        "https://www.geoboundaries.org/api/current/gbOpen/UKR/ADM1/",
        "oblasts.geojson",
        _oblasts,
        credit=Message(
            "geoBoundaries (geoboundaries.org), Runfola et al. 2020, and the source that it names for these borders"
        ),
        licence=Message(
            "That which it states for these borders and which is shown with them: CC BY 4.0, or of late ODbL 1.0"
        ),
        terms_url="https://www.geoboundaries.org/",
    ),
}


def fetch_reference(archive: Path, kind: str, *, url: str, wire: Wire, say: Callable[[str], None]) -> tuple[int, str]:
    """
    Download reference data and use it with an archive from then on.

    Parameters
    ----------
    archive
        The archive; made where it does not exist.
    kind
        gazetteer, footprints or oblasts.
    url
        Its address: the usual one, or that of a mirror.
    wire
        The session, its clock and its limits.
    say
        Told what else is to be known of the data.

    Returns
    -------
    rows, outcome
        How many rows are in use, and whether the file is new or unchanged.

    Raises
    ------
    FetchError
        If it cannot be had, or is not what it should be: what was in use stays so.
    """
    remote = REFERENCE_REMOTES[kind]
    folder = archive / "raw" / "reference"
    path = folder / remote.file
    rows: list[int] = []
    with alone_in(folder):
        lines = read_register(folder / "fetched.csv")
        line, sha256 = lines.get(remote.file), sha256_of(path)
        intact = line is not None and sha256 is not None and line.sha256 == sha256
        same_place = line is not None and (kind == "oblasts" or line.url == url)
        answer = remote.answer(wire, url, line if intact and same_place else None, say)
        if answer.content is None:
            return use(kind, path, archive), "unchanged"
        put_checked(path, answer.content, partial(_use, kind, archive, rows))
        write_register(folder / "fetched.csv", {**lines, remote.file: register_line(remote.file, answer, wire.now())})
    return rows[0], "new" if sha256_of(path) != sha256 else "unchanged"


def _use(kind: str, archive: Path, rows: list[int], file: Path) -> None:
    """Use a file: it is kept only if it can be used."""
    try:
        rows.append(use(kind, file, archive))
    except SourceError as error:
        raise FetchError(f"{str(error).replace(f'{file.parent}/', '')}; what was in use before stays") from None
