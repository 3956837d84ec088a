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
    from tracker.archive.findings import findings
    from tracker.archive.reference import gazetteer, towns
    from tracker.archive.store import read_archive, read_manifest
    from tracker.changes.causes import label_causes
    from tracker.changes.diff import apply, compare, invert, track
    from tracker.changes.snapshots import at, last_of_day
    from tracker.changes.split import split
    from tracker.errors import FetchError, LabelError, NoDataError, SchemaError, SourceError, TrackerError, UndatedError
    from tracker.measures.agreement import agreement, disagreements
    from tracker.measures.approach import approach
    from tracker.measures.bulletin import bulletin
    from tracker.measures.captures import captures
    from tracker.measures.depth import in_depth
    from tracker.measures.distances import distances, distances_by_month, with_settlements
    from tracker.measures.events import events
    from tracker.measures.frontline import frontline
    from tracker.measures.octants import octants
    from tracker.measures.shares import shares
    from tracker.measures.stock import stock
    from tracker.measures.sums import summarise
    from tracker.places.bundled import sectors
    from tracker.places.layers import layer_places
    from tracker.places.names import find
    from tracker.places.sectors import tessellate
    from tracker.products.render import render
    from tracker.sources import load, sources
    from tracker.sources.sample import sample
    from tracker.tables.check import check, conform
    from tracker.tables.constants import KINDS, STATUSES, THEATRE, WORK_CRS
    from tracker.tables.days import day_of

__version__ = "0.1.0"

_HOMES = {
    "archive.findings": "findings",
    "archive.reference": "gazetteer towns",
    "archive.store": "read_archive read_manifest",
    "changes.causes": "label_causes",
    "changes.diff": "apply compare invert track",
    "changes.snapshots": "at last_of_day",
    "changes.split": "split",
    "errors": "FetchError LabelError NoDataError SchemaError SourceError TrackerError UndatedError",
    "measures.agreement": "agreement disagreements",
    "measures.approach": "approach",
    "measures.bulletin": "bulletin",
    "measures.captures": "captures",
    "measures.depth": "in_depth",
    "measures.distances": "distances distances_by_month with_settlements",
    "measures.events": "events",
    "measures.frontline": "frontline",
    "measures.octants": "octants",
    "measures.shares": "shares",
    "measures.stock": "stock",
    "measures.sums": "summarise",
    "places.bundled": "sectors",
    "places.layers": "layer_places",
    "places.names": "find",
    "places.sectors": "tessellate",
    "products.render": "render",
    "sources": "load sources",
    "sources.sample": "sample",
    "tables.check": "check conform",
    "tables.constants": "KINDS STATUSES THEATRE WORK_CRS",
    "tables.days": "day_of",
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
    "approach",
    "at",
    "bulletin",
    "captures",
    "check",
    "compare",
    "conform",
    "day_of",
    "disagreements",
    "distances",
    "distances_by_month",
    "events",
    "find",
    "findings",
    "frontline",
    "gazetteer",
    "in_depth",
    "invert",
    "label_causes",
    "last_of_day",
    "layer_places",
    "load",
    "octants",
    "read_archive",
    "read_manifest",
    "render",
    "sample",
    "sectors",
    "shares",
    "sources",
    "split",
    "stock",
    "summarise",
    "tessellate",
    "towns",
    "track",
    "with_settlements",
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
