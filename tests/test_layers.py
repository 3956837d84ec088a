"""Who may import whom (DESIGN 3), as a table, and what the pure layers may not touch."""

from __future__ import annotations

import ast
import graphlib
import importlib
import sys
from pathlib import Path

import pytest

import tracker as tr

PACKAGE = Path(tr.__file__).parent
LAYERS = {
    0: ["errors", "schema", "tables", "plugins", "files", "names", "validity", "recall"],
    1: [
        "agreement", "snapshots", "timeline", "windows", "topology", "diff", "places", "pace", "causes", "quality",
        "totals", "metrics", "touching", "nearest", "distance_columns", "distances", "osm", "shares", "approach",
        "octants", "events", "layers", "captures", "bulletin", "frontline", "stock", "depth", "grey", "records",
        "packing", "union",
    ],
    2: ["sources", "fetch", "store", "reference", "render"],
    3: [
        "ingest", "workspace", "measuring", "briefing", "mapping", "dossiers", "charting", "figures", "products",
        "rendering", "downloads", "reference_downloads", "site", "site_folder", "site_parts", "terms", "terminal",
        "commands", "cli", "__init__", "__main__",
    ],
}  # fmt: skip
LEVEL = {unit: level for level, units in LAYERS.items() for unit in units}
PURE_LIBRARIES = {"numpy", "pandas", "geopandas", "shapely", "pyproj"}
IMPURE_STDLIB = {
    "os", "pathlib", "json", "io", "tempfile", "shutil", "glob", "time", "socket", "urllib", "http", "subprocess",
    "random", "sqlite3", "importlib", "pkgutil", "sys",
}  # fmt: skip
# (logging is none of them: a logger writes nothing until a program asks for it)
# The two modules of the lowest layer that exist to touch the outside: they write files, and import modules.
DOORS = {"files": {"io", "os", "pathlib"}, "plugins": {"importlib", "pkgutil"}}
CLOCK = {"now", "utcnow", "today", "localtime", "gmtime", "monotonic", "perf_counter"}
DISK = {
    "open", "print", "input", "read_file", "read_parquet", "read_csv", "to_file", "to_parquet", "to_csv", "read_text",
    "read_bytes", "write_text", "write_bytes",
}  # fmt: skip

FILES = sorted(path for path in PACKAGE.rglob("*.py") if "data" not in path.relative_to(PACKAGE).parts)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def name_of(path):
    """Give a file's dotted name below the package: a package's __init__ is the package, the root's is __init__."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def unit_of(name):
    """Give the unit that a dotted name belongs to: packages count as one."""
    return name.split(".")[0]


MODULES = {name_of(path): path for path in FILES}
PURE = [name for name in MODULES if LEVEL.get(unit_of(name), 9) <= 1]


def imports_of(path):
    """List the dotted names that a file imports, anywhere in it; relative ones made absolute."""
    names = []
    home = ["tracker", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = home[: len(home) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            names += [f"{origin}.{alias.name}" for alias in node.names]
    return names


def own_units(path):
    """List the units of this package that a file imports."""
    own = [name.split(".")[1:] for name in imports_of(path) if name.split(".")[0] == "tracker"]
    return {parts[0] if parts and parts[0] in LEVEL else "__init__" for parts in own}


def outside_of(path):
    return {name.split(".")[0] for name in imports_of(path)} - {"tracker", "__future__"}


def calls_of(path):
    """List the last names of what a file calls: `pd.Timestamp.now()` is now."""
    functions = [node.func for node in ast.walk(TREES[path]) if isinstance(node, ast.Call)]
    return {getattr(function, "attr", getattr(function, "id", "")) for function in functions}


def test_every_module_is_in_the_table():
    unknown = {unit_of(name) for name in MODULES} - set(LEVEL)
    assert not unknown, f"{sorted(unknown)}: give each its layer in LAYERS (and in DESIGN 3)"


def offending(modules, found):
    """Ask every module for what it should not have, and keep those that have something: name → what."""
    return {name: what for name in modules if (what := found(name))}


def test_arrows_point_down():
    """A module imports its own layer or lower ones, and never another unit of the edge layer."""

    def above(name):
        unit = unit_of(name)
        others = own_units(MODULES[name]) - {unit}
        return {other for other in others if LEVEL[other] > LEVEL[unit] or LEVEL[other] == LEVEL[unit] == 2}

    assert offending(MODULES, above) == {}


def test_no_import_goes_in_a_circle():
    graph = {}
    for name, path in MODULES.items():
        graph.setdefault(unit_of(name), set()).update(own_units(path) - {unit_of(name)})
    assert list(graphlib.TopologicalSorter(graph).static_order())


def test_the_pure_layers_import_only_pure_libraries():
    allowed = PURE_LIBRARIES | (set(sys.stdlib_module_names) - IMPURE_STDLIB)
    assert offending(PURE, lambda name: outside_of(MODULES[name]) - allowed - DOORS.get(name, set())) == {}


def test_the_core_does_not_import_the_doors():
    """Files and plugins are for the edges."""
    core = [name for name in PURE if LEVEL[unit_of(name)] == 1]
    assert offending(core, lambda name: own_units(MODULES[name]) & set(DOORS)) == {}


def test_the_pure_layers_never_read_the_clock():
    """Nor has pandas read it for the words now and today."""

    def words(tree):
        return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}

    assert offending(PURE, lambda name: calls_of(MODULES[name]) & CLOCK) == {}
    assert offending(PURE, lambda name: words(TREES[MODULES[name]]) & {"now", "today"}) == {}


def test_the_pure_layers_touch_no_file():
    assert offending(set(PURE) - set(DOORS), lambda name: calls_of(MODULES[name]) & DISK) == {}


def test_nothing_below_the_command_line_prints():
    below = [name for name in MODULES if LEVEL.get(unit_of(name)) != 3]
    assert offending(below, lambda name: prints_in(TREES[MODULES[name]])) == {}


def prints_in(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "print"]


def defined_in(tree):
    """List the public functions and classes that a module defines at its top."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")}


SPEAKING = [name for name in MODULES if name != "__main__" and len(TREES[MODULES[name]].body) > 1]


def test_every_module_says_what_is_public():
    """Each has `__all__`, without doubles, of names that exist."""

    def wrong(name):
        module = importlib.import_module("tracker" if name == "__init__" else f"tracker.{name}")
        public = getattr(module, "__all__", None)
        if public is None:
            return "it has no __all__"
        return [word for word in public if not hasattr(module, word) or public.count(word) > 1]

    assert offending(SPEAKING, wrong) == {}


def test_the_core_hides_what_is_not_public():
    """A function or class of the pure layers is in `__all__`, or its name starts with an underscore."""

    def open_to_all(name):
        return defined_in(TREES[MODULES[name]]) - set(importlib.import_module(f"tracker.{name}").__all__)

    assert offending(set(PURE) & set(SPEAKING), open_to_all) == {}


def test_the_public_names_are_sorted_and_complete():
    """Constants, then classes, then functions, each by the alphabet; all that the package imports, and no more."""
    nodes = [node for node in ast.walk(TREES[PACKAGE / "__init__.py"]) if isinstance(node, ast.ImportFrom)]
    own = [alias.name for node in nodes if str(node.module).startswith("tracker") for alias in node.names]
    order = sorted(tr.__all__, key=lambda word: (0 if word.isupper() else 1 if word[0].isupper() else 2, word))
    assert list(tr.__all__) == order
    assert sorted(tr.__all__) == sorted(own)
    assert set(tr.__all__) <= set(dir(tr))


@pytest.mark.parametrize("name", sorted({"agreement", "distances", "sources", "render"} & set(tr.__all__)))
def test_a_public_function_keeps_its_name_from_the_module_of_the_same_name(name):
    importlib.import_module(f"tracker.{name}")
    assert callable(getattr(tr, name))


def test_every_module_has_a_docstring():
    assert offending(MODULES, lambda name: ast.get_docstring(TREES[MODULES[name]]) is None) == {}
