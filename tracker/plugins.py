"""Plug-ins by name: a registry says where each stands, and only the one that is asked for is imported."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any


def plugin(registry: Mapping[str, str], name: str, noun: str) -> Any:
    """
    Take one plug-in out of a registry, importing no other.

    Parameters
    ----------
    registry
        name → "module:attribute".
    name
        The plug-in asked for.
    noun
        What it is, for the error.

    Raises
    ------
    ValueError
        For a name that is not known, listing those that are.
    """
    if name not in registry:
        raise ValueError(f"{noun} {name!r} is not known; known are {', '.join(sorted(registry))}")
    module, _, attribute = registry[name].partition(":")
    return getattr(importlib.import_module(module), attribute)
