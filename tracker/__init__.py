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
    from tracker.approach import approach
    from tracker.bulletin import bulletin
    from tracker.captures import captures
    from tracker.causes import label_causes
    from tracker.depth import in_depth
    from tracker.diff import apply, compare, invert, track
    from tracker.distances import distances, distances_by_month, with_settlements
    from tracker.errors import (
        FetchError,
        LabelError,
        NoDataError,
        SchemaError,
        SourceError,
        TrackerError,
        UndatedError,
    )
    from tracker.events import events
    from tracker.frontline import frontline
    from tracker.layers import layer_places
    from tracker.octants import octants
    from tracker.places import find, split, tessellate
    from tracker.quality import findings
    from tracker.reference import gazetteer, sectors, towns
    from tracker.rendering import render
    from tracker.schema import KINDS, STATUSES, THEATRE, WORK_CRS, check, conform
    from tracker.shares import shares
    from tracker.snapshots import at, day_of, last_of_day
    from tracker.sources import load, sources
    from tracker.stock import stock
    from tracker.store import read_archive, read_manifest
    from tracker.totals import summarise
    from tracker.workspace import sample

__version__ = "0.1.0"

_HOMES = {
    "agreement": "agreement disagreements",
    "approach": "approach",
    "bulletin": "bulletin",
    "captures": "captures",
    "causes": "label_causes",
    "depth": "in_depth",
    "diff": "apply compare invert track",
    "distances": "distances distances_by_month with_settlements",
    "errors": "FetchError LabelError NoDataError SchemaError SourceError TrackerError UndatedError",
    "events": "events",
    "frontline": "frontline",
    "layers": "layer_places",
    "octants": "octants",
    "places": "find split tessellate",
    "rendering": "render",
    "reference": "gazetteer sectors towns",
    "schema": "KINDS STATUSES THEATRE WORK_CRS check conform",
    "shares": "shares",
    "snapshots": "at day_of last_of_day",
    "quality": "findings",
    "sources": "load sources",
    "stock": "stock",
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
