"""The face: few names, said once in the stub, loaded when they are first used, and known to type checkers."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tracker as tr

PACKAGE = Path(tr.__file__).parent
SCRIPT = """import tracker as tr
ledger = tr.track(tr.sample())
reveal_type(tr.summarise(ledger, every="week"))
reveal_type(tr.render("csv", table=ledger).save("ledger.csv"))
tr.octants
"""
PANDAS = """from typing import Any
class DataFrame: ...
def __getattr__(name: str) -> Any: ...
"""
# What no public signature names is not read: that takes a minute.
CONFIGURED = """[mypy]
ignore_missing_imports = true
follow_imports = skip
[mypy-tracker.*,pandas]
follow_imports = silent
[mypy-tracker.outputs.*]
follow_imports = skip
[mypy-numpy.*,shapely.*,pyproj.*]
follow_imports_for_stubs = true
"""
HEAVY = "numpy pandas geopandas shapely pyproj pyogrio pyarrow matplotlib folium requests click"


def test_the_names_are_few():
    """Who wants more reaches into a room; a longer list is one that nobody reads."""
    assert len(tr.__all__) <= 25
    assert {"__version__", "TrackerError", "WORK_CRS", "load", "track", "summarise", "render"} <= set(tr.__all__)


@pytest.mark.parametrize("name", tr.__all__)
def test_each_name_leads_to_what_its_room_calls_so(name):
    value = getattr(tr, name)
    assert getattr(value, "__name__", name) == name


def test_no_name_is_that_of_a_room():
    """Importing tracker.fetch would put that room in the place of a function tr.fetch."""
    rooms = {path.stem for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert rooms & set(tr.__all__) == set()


def test_the_stub_is_sorted_and_gives_each_name_once():
    """By the room; a type checker passes on only what is imported `as` itself."""
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    taken = [(node.module, alias.name, alias.asname) for node in stub.body for alias in node.names]
    assert taken == sorted(taken)
    assert [name for _, name, asname in taken if name != asname] == []
    assert sorted(name for _, name, _ in taken) == sorted(tr.__all__) == dir(tr)


def test_importing_the_package_imports_nothing_heavy():
    code = f"import sys, tracker; print(*sorted(set({HEAVY.split()}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_name_that_is_not_there_is_said_so():
    with pytest.raises(AttributeError, match="octants"):
        tr.octants  # noqa: B018


FUNCTIONS = [name for name in tr.__all__ if inspect.isfunction(inspect.unwrap(getattr(tr, name)))]


@pytest.mark.parametrize("name", [*FUNCTIONS, "TrackerError"])
def test_each_name_has_an_example(name):
    """They are run, as all examples in docstrings are."""
    assert ">>> " in inspect.getdoc(getattr(tr, name)).partition("Examples\n--------\n")[2]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_says_what_goes_in_and_what_comes_out(name):
    function = getattr(tr, name)
    said = inspect.getdoc(function)
    assert "\nReturns\n-------\n" in said
    parameters = said.partition("\nParameters\n----------\n")[2].partition("\n\n")[0]
    told = [word.strip("* ") for line in parameters.splitlines() if line[0] != " " for word in line.split(",")]
    assert told == list(inspect.signature(function).parameters)


def test_a_type_checker_sees_the_types(tmp_path):
    """As far as those of other packages are known: here pandas has a stub of three lines, and geopandas has none."""
    files = {"script.py": SCRIPT, "pandas.pyi": PANDAS, "mypy.ini": CONFIGURED}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "script.py"],
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
    )
    assert [line.partition(": ")[2] for line in done.stdout.splitlines()[:-1]] == [
        'note: Revealed type is "pandas.DataFrame"',
        'note: Revealed type is "pathlib.Path"',
        'error: Module has no attribute "octants"  [attr-defined]',
    ]
