"""Who may import whom: a table of rooms, whose docstrings say what each is for; what the pure ones may not touch."""

from __future__ import annotations

import ast
import graphlib
import sys
from pathlib import Path

import tracker

PACKAGE = Path(tracker.__file__).parent
ROOMS = {
    "_version": "",
    "errors": "",
    "plugins": "",
    "files": "",
    "tables": "errors",
    "ground": "tables",
    "places": "errors tables ground",
    "changes": "errors tables ground places",
    "measures": "errors tables ground places changes",
    "sources": "errors plugins tables ground places changes",
    "archive": "errors files tables ground places changes sources",
    "fetch": "_version errors files tables sources archive",
    "outputs": "errors plugins tables ground places changes measures",
    "products": "_version errors files tables places changes measures sources archive outputs",
    "cli": "_version errors plugins files tables places changes measures sources archive fetch outputs products",
    "__init__": "",
    "__main__": "cli",
}
"""Room → the rooms that it may import, from the ground up."""
MAY_IMPORT = {room: set(others.split()) for room, others in ROOMS.items()}
PURE_ROOMS = {"tables", "ground", "places", "changes", "measures"}
PURE_LIBRARIES = {"numpy", "pandas", "geopandas", "shapely", "pyproj"}
IMPURE_STDLIB = {
    "os", "pathlib", "json", "io", "tempfile", "shutil", "glob", "time", "socket", "urllib", "http", "subprocess",
    "random", "sqlite3", "importlib", "pkgutil", "sys",
}  # fmt: skip
# (logging is none of them: a logger writes nothing until a program asks for it)
# The modules of the pure rooms that exist to touch the outside: they read lists of places.
DOORS = {"places.bundled", "places.geonames"}
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


def room_of(name):
    """Give the room that a dotted name belongs to."""
    return name.split(".")[0]


MODULES = {name_of(path): path for path in FILES}
PURE = [name for name in MODULES if room_of(name) in PURE_ROOMS]


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


def own_rooms(path):
    """List the rooms of this package that a file imports."""
    own = [name.split(".")[1:] for name in imports_of(path) if name.split(".")[0] == "tracker"]
    return {parts[0] if parts and parts[0] in ROOMS else "__init__" for parts in own}


def outside_of(path):
    return {name.split(".")[0] for name in imports_of(path)} - {"tracker", "__future__"}


def calls_of(path):
    """List the last names of what a file calls: `pd.Timestamp.now()` is now."""
    functions = [node.func for node in ast.walk(TREES[path]) if isinstance(node, ast.Call)]
    return {getattr(function, "attr", getattr(function, "id", "")) for function in functions}


def offending(modules, found):
    """Ask every module for what it should not have, and keep those that have something: name → what."""
    return {name: what for name in modules if (what := found(name))}


def test_every_module_is_in_a_room_of_the_table():
    unknown = {room_of(name) for name in MODULES} - set(ROOMS)
    assert not unknown, f"{sorted(unknown)}: give each its room in ROOMS"


def test_arrows_point_down():
    """A module imports its own room, and those that the table allows."""

    def forbidden(name):
        room = room_of(name)
        return own_rooms(MODULES[name]) - {room} - MAY_IMPORT[room]

    rooms = [name for name in MODULES if name != "__init__"]
    assert offending(rooms, forbidden) == {}


def test_the_table_itself_has_floors():
    """Every room stands above all that it may import: the table knows no circle, and is written from the ground up."""
    order = list(ROOMS)
    assert list(graphlib.TopologicalSorter(MAY_IMPORT).static_order())
    assert (
        offending(order, lambda room: {other for other in MAY_IMPORT[room] if order.index(other) > order.index(room)})
        == {}
    )


def test_every_arrow_of_the_table_is_used():
    used = {room: set() for room in ROOMS}
    for name, path in MODULES.items():
        used[room_of(name)] |= own_rooms(path)
    assert offending(set(ROOMS) - {"__init__"}, lambda room: MAY_IMPORT[room] - used[room]) == {}


def test_no_import_goes_in_a_circle():
    """Among modules, too: those that one imports while it is itself imported."""
    graph = {name: {other for other in modules_at_top(path) if other != name} for name, path in MODULES.items()}
    assert list(graphlib.TopologicalSorter(graph).static_order())


def modules_at_top(path):
    """List the modules of this package that a file imports when it is imported."""
    found = set()
    for node in TREES[path].body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tracker":
            base = node.module.removeprefix("tracker").lstrip(".")
            inside = {f"{base}.{alias.name}".lstrip(".") for alias in node.names}
            found |= (inside & set(MODULES)) or {base}
    return found & set(MODULES)


def test_the_page_on_architecture_knows_every_room():
    page = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [room for room in ROOMS if room.isalpha() and room not in page] == []


def test_every_room_says_what_it_is_for():
    """What comes in, what goes out, and what does not belong there."""

    def missing(room):
        said = (ast.get_docstring(TREES[MODULES[room]]) or "").replace("\n", " ")
        return [words for words in ("In: ", "Out: ", "not belong here: ") if words not in said]

    rooms = [room for room in ROOMS if (PACKAGE / room).is_dir()]
    assert offending(rooms, missing) == {}


def test_the_pure_layers_import_only_pure_libraries():
    allowed = PURE_LIBRARIES | (set(sys.stdlib_module_names) - IMPURE_STDLIB)
    assert offending(set(PURE) - DOORS, lambda name: outside_of(MODULES[name]) - allowed) == {}


def test_the_pure_layers_never_read_the_clock():
    """Nor has pandas read it for the words now and today."""

    def words(tree):
        return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}

    assert offending(PURE, lambda name: calls_of(MODULES[name]) & CLOCK) == {}
    assert offending(PURE, lambda name: words(TREES[MODULES[name]]) & {"now", "today"}) == {}


def test_the_pure_layers_touch_no_file():
    assert offending(set(PURE) - DOORS, lambda name: calls_of(MODULES[name]) & DISK) == {}


def test_nothing_below_the_command_line_prints():
    below = [name for name in MODULES if room_of(name) != "cli"]
    assert offending(below, lambda name: prints_in(TREES[MODULES[name]])) == {}


def prints_in(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "print"]


def private_imports(path):
    """List the names with an underscore that a file takes from another module."""
    nodes = [node for node in ast.walk(TREES[path]) if isinstance(node, ast.ImportFrom)]
    own = [node for node in nodes if (node.module or "").split(".")[0] == "tracker"]
    return [
        alias.name for node in own for alias in node.names if alias.name.startswith("_") and alias.name != "__version__"
    ]


def test_nobody_takes_what_another_module_hides():
    assert offending(MODULES, lambda name: private_imports(MODULES[name])) == {}


def test_every_module_has_a_docstring():
    assert offending(MODULES, lambda name: ast.get_docstring(TREES[MODULES[name]]) is None) == {}
