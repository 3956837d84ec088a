"""Read the features of a GeoJSON file, each by its own bytes: one that was in the last file is not read again.

A file is cut at the bytes with which its features begin. That needs no scanner that knows where strings end: every
piece is then read by itself as JSON. Where each of them is whole, and what stands around them is an object whose last
member is the list of its features, the file is that list, and nothing else could have come of reading it at once. Where
one is not, because the cut went through a feature within a feature, say, the file is read at once after all.
"""

from __future__ import annotations

import json
import re
from typing import Any

_NEAR = 10_000
"""Bytes from the beginning, and from the end, within which the list of features must begin and end."""

_END = re.compile(rb"[ \t\r\n]*\][ \t\r\n]*\}[ \t\r\n]*\Z")
_LIST = re.compile(
    rb"""
    "features" \s* : \s* \[ [ \t\r\n]*
    (\{ \s* "type" \s* : \s* "Feature" \s* ,)  # what every feature must start with
    """,
    re.VERBOSE,
)


def pieces_of(content: bytes) -> tuple[bytes, list[bytes]] | None:
    """
    Cut a FeatureCollection into what may be its features; None where it is written in another way than usual.

    It is one for certain when `read_piece` reads each of the pieces.

    Returns
    -------
    start, pieces
        What every feature starts with, and how each goes on.

    Examples
    --------
    >>> pieces_of(b'{"features": [{"type":"Feature","id":1},{"type":"Feature","id":2}]}')
    (b'{"type":"Feature",', [b'"id":1}', b'"id":2}'])
    >>> pieces_of(b'[1, 2]') is None
    True
    """
    listed = _LIST.search(content, 0, _NEAR)
    end = _END.search(content, max(0, len(content) - _NEAR))
    if listed is None or end is None or end.start() < listed.end() or not _is_collection(content[: listed.start(1)]):
        return None
    start, second = listed[1], content.find(listed[1], listed.end())
    between = content[content.rfind(b",", 0, second) : second] if second > 0 else b","  # a comma, and blanks
    return start, content[listed.end() : end.start()].split(between + start)


def _is_collection(head: bytes) -> bool:
    """Tell whether what stands before the features makes, with the end of a file, an object whose features they are."""
    try:
        around = json.loads(head.decode() + "null]}")
    except (ValueError, RecursionError):
        return False
    return bool(around.get("features") == [None])


def read_piece(start: bytes, piece: bytes) -> Any:
    """
    Read one feature.

    Raises
    ------
    ValueError, RecursionError
        If it is not whole JSON.
    """
    return json.loads((start + piece).decode("utf-8", "surrogatepass"))
