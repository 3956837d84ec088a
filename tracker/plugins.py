"""Find plug-ins: every module of a package that carries a given attribute."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

__all__ = ["discover", "plugin"]


def discover(package: ModuleType, attribute: str) -> dict[str, Any]:
    """
    Collect `attribute` from all modules of `package`, by the `name` that each of them gives itself.

    Adding a source or a renderer is therefore adding one file. Modules without the attribute are passed over.

    Returns
    -------
    dict
        name → the attribute, in alphabetical order of the names.
    """
    names = [found.name for found in pkgutil.iter_modules(package.__path__)]
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    plugins = [getattr(module, attribute) for module in modules if hasattr(module, attribute)]
    return {plugin.name: plugin for plugin in sorted(plugins, key=lambda plugin: plugin.name)}


def plugin(package: ModuleType, attribute: str, name: str) -> Any:
    """
    Take one plug-in, importing no other: its module is called as it is, with "_" for "-".

    Raises
    ------
    ValueError
        For a name that is not known, listing those that are.
    """
    module = name.replace("-", "_")
    if module in {found.name for found in pkgutil.iter_modules(package.__path__)}:
        found = getattr(importlib.import_module(f"{package.__name__}.{module}"), attribute, None)
        if found is not None and found.name == name:
            return found
    noun = attribute.lower()
    raise ValueError(f"{noun} {name!r} is not known; known are {', '.join(discover(package, attribute))}")
