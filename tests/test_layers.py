"""The layers, by importing each in a fresh interpreter. (`lint-imports` proves the same from the sources.)"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from samples import always

PROBE = """
import importlib, json, pkgutil, sys
before = set(sys.modules)
for package in sys.argv[1:]:
    module = importlib.import_module(package)
    for found in pkgutil.walk_packages(getattr(module, "__path__", ()), package + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print(json.dumps(sorted(set(sys.modules) - before)))
"""

ROOMS_PROBE = """
import importlib, json, pkgutil, sys

def ours():
    return {name for name in sys.modules if name.startswith(sys.argv[1])}

def loaded(room):
    for name in ours():
        del sys.modules[name]
    module = importlib.import_module(room)
    for found in pkgutil.walk_packages(getattr(module, "__path__", ()), room + "."):
        importlib.import_module(found.name)
    return sorted(ours() - {room})

importlib.import_module(sys.argv[1])
always = ours()
print(json.dumps({room: sorted(set(loaded(room)) - always) for room in sys.argv[2:]}))
"""
"""What else of a package importing each of its rooms loads, less what the package itself loads."""


def loaded_by(*modules: str) -> set[str]:
    """Every module in memory once these, and all that lies below them, are imported."""
    done = subprocess.run([sys.executable, "-c", PROBE, *modules], capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stdout)
    return set(names)


def top_level(names: set[str]) -> set[str]:
    """The packages they belong to, less the standard library."""
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names


def test_the_engine_needs_only_the_standard_library() -> None:
    loaded = loaded_by("microcrad.engine", "microcrad.heap", "microcrad.ops", "microcrad.errors")
    assert "microcrad.engine" in loaded
    assert top_level(loaded) == {"microcrad"}


def test_all_of_microcrad_loads_without_screens_and_lessons() -> None:
    loaded = loaded_by("microcrad")
    assert {"microcrad.engine", "microcrad.nn", "microcrad.gradcheck"} <= loaded
    assert not top_level(loaded) & {"textual", "rich", "click", "tui", "lessons"}


def test_lessons_load_without_screens() -> None:
    loaded = loaded_by("lessons")
    assert "lessons" in loaded
    assert not top_level(loaded) & {"textual", "rich", "click", "tui"}


def imports(*packages: str, types: bool = True) -> dict[str, set[str]]:
    """What each file imports of ours, inside functions as well, and, if so asked, for types alone."""
    graph = grimp.build_graph(*packages, cache_dir=None, exclude_type_checking_imports=not types)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_engine_and_heap_are_the_only_files_that_import_each_other() -> None:
    found = imports("microcrad", "lessons")
    with pytest.raises(CycleError):  # So a circle is seen, if there is one.
        TopologicalSorter(found).prepare()
    found["microcrad.heap"].remove("microcrad.engine")
    TopologicalSorter(found).prepare()


SCREEN = "tui.playground.screen"
PLAYGROUND = "tui.playground."
TABLES = {
    "tui.app_commands": "tui.app",
    "tui.lessons.lesson_commands": "tui.lessons.pane",
    "tui.lessons.lesson_keys": "tui.app",
    "tui.playground.diagram.diagram_commands": "tui.playground.diagram.diagram_pane",
    "tui.playground.editor_commands": "tui.playground.editor",
    "tui.playground.playground_commands": SCREEN,
    "tui.train.train_commands": "tui.train.mode",
}
"""Tables of commands, and what each is the table of."""


def test_screens_run_without_circles() -> None:
    """For types, a table names what it is the table of, and a part of the playground the playground."""
    runs = imports("tui", types=False)
    TopologicalSorter(runs).prepare()
    found = imports("tui")
    with pytest.raises(CycleError):
        TopologicalSorter(found).prepare()
    for table, owner in TABLES.items():
        found[table].remove(owner)  # It is no exception any more that it does not need.
    for part in runs[SCREEN]:
        if part.startswith(PLAYGROUND):
            found[part].discard(SCREEN)
    TopologicalSorter(found).prepare()


def layers(package: str) -> list[list[str]]:
    """The rooms of a package from the top, as its contract has them; those of one layer are apart."""
    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (contract,) = [each for each in contracts if each.get("containers") == [package]]
    return [[f"{package}.{room}" for room in layer.split(" | ")] for layer in contract["layers"]]


@pytest.mark.parametrize("package", always(1, ["lessons", "microcrad", "tui"]))
def test_each_room_loads_only_those_below_it(package: str) -> None:
    levels = layers(package)
    rooms = [room for level in levels for room in level]
    done = subprocess.run(
        [sys.executable, "-c", ROOMS_PROBE, package, *rooms], capture_output=True, text=True, check=True
    )
    loaded: dict[str, list[str]] = json.loads(done.stdout)
    for depth, level in enumerate(levels):
        below = {room for lower in levels[depth + 1 :] for room in lower}
        for room in level:
            known = {".".join(name.split(".")[:2]) for name in loaded[room]}
            assert known <= below | {room}, room
    assert any(loaded.values())
