"""How far did the front move? Public control maps in; dated changes, distances, maps and reports out.

import tracker as tr
control = tr.last_of_day(tr.load("deepstate", "exports/"))
ledger = tr.split(tr.track(control), tr.sectors())
tr.summarise(ledger, every="week", by="sector")
tr.render("map", control=control, ledger=ledger)
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.agreement import agreement, disagreements
    from tracker.causes import label_causes
    from tracker.diff import apply, compare, differences, invert, track
    from tracker.distances import distances
    from tracker.errors import (
        FetchError,
        LabelError,
        NoDataError,
        SchemaError,
        SourceError,
        TrackerError,
        UndatedError,
    )
    from tracker.places import find, split, tessellate
    from tracker.products import render
    from tracker.quality import findings
    from tracker.reference import gazetteer, sectors, towns
    from tracker.schema import KINDS, STATUSES, THEATRE, WORK_CRS, check, conform
    from tracker.snapshots import at, day_of, last_of_day
    from tracker.sources import load, sources
    from tracker.store import read_archive, read_manifest
    from tracker.totals import summarise
    from tracker.workspace import sample

__version__ = "0.1.0"

_HOMES = {
    "agreement": "agreement disagreements",
    "causes": "label_causes",
    "diff": "apply compare differences invert track",
    "distances": "distances",
    "errors": "FetchError LabelError NoDataError SchemaError SourceError TrackerError UndatedError",
    "places": "find split tessellate",
    "products": "render",
    "reference": "gazetteer sectors towns",
    "schema": "KINDS STATUSES THEATRE WORK_CRS check conform",
    "snapshots": "at day_of last_of_day",
    "quality": "findings",
    "sources": "load sources",
    "store": "read_archive read_manifest",
    "totals": "summarise",
    "workspace": "sample",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "KINDS",
    "STATUSES",
    "THEATRE",
    "WORK_CRS",
    "FetchError",
    "LabelError",
    "NoDataError",
    "SchemaError",
    "SourceError",
    "TrackerError",
    "UndatedError",
    "agreement",
    "apply",
    "at",
    "check",
    "compare",
    "conform",
    "day_of",
    "differences",
    "disagreements",
    "distances",
    "find",
    "findings",
    "gazetteer",
    "invert",
    "label_causes",
    "last_of_day",
    "load",
    "read_archive",
    "read_manifest",
    "render",
    "sample",
    "sectors",
    "sources",
    "split",
    "summarise",
    "tessellate",
    "towns",
    "track",
]


class _Package(ModuleType):
    """A package whose public names are loaded when they are first used, so that `tracker --help` is quick."""

    def __getattr__(self, name: str) -> Any:
        if name not in _HOME_OF:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{self.__name__}.{_HOME_OF[name]}"), name)
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        # Importing tracker.distances would put that module in the place of the function tr.distances.
        if not (isinstance(value, ModuleType) and name in _HOME_OF):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Package
