"""The fetching edge: an address becomes a file and a line in a register, or one clear error."""

from __future__ import annotations

from tracker.fetch.register import (
    TEMPORARY,
    Answer,
    Line,
    action,
    instant,
    line_of,
    place,
    read_register,
    sha256_of,
    write_register,
)
from tracker.fetch.wire import BusyError, Wire, get, open_wire, web_address

__all__ = [
    "TEMPORARY",
    "Answer",
    "BusyError",
    "Line",
    "Wire",
    "action",
    "get",
    "instant",
    "line_of",
    "open_wire",
    "place",
    "read_register",
    "sha256_of",
    "web_address",
    "write_register",
]
