"""Objects own each other instead of inheriting: classes are short, have one base of ours, and no sockets."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 300


PACKAGES = ("microcrad", "tui", "lessons")


@dataclass(frozen=True)
class Declared:
    """A class of ours, as its source has it."""

    bases: tuple[str, ...]
    """The names of what it inherits from, without what a generic one is of."""
    lines: int


@cache
def declared(package: str) -> dict[str, Declared]:
    """Every class of a package by its name, those inside others and inside functions included."""
    found: dict[str, Declared] = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
        while waiting:  # Expressions, most of a tree, hold no classes.
            node = waiting.pop()
            for inside in ("body", "orelse", "finalbody", "handlers", "cases"):
                held = getattr(node, inside, ())
                waiting += held if isinstance(held, list) else ()
            if isinstance(node, ast.ClassDef):
                found[node.name] = Declared(bases(node), (node.end_lineno or 0) - node.lineno + 1)
    return found


def classes(*packages: str) -> dict[str, Declared]:
    """Every class of some packages by its name."""
    return {name: each for package in packages for name, each in declared(package).items()}


def bases(found: ast.ClassDef) -> tuple[str, ...]:
    """The names of what a class inherits from, without what a generic one is of."""
    return tuple(ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in found.bases)


def test_no_class_inherits_from_two_of_ours() -> None:
    ours = classes(*PACKAGES)
    assert "Lines" in ours["Inspector"].bases
    several = {
        name: each.bases for name, each in ours.items() if sum(base in ours for base in each.bases) > 1
    }
    assert several == {}


def test_no_widget_stands_on_a_ladder() -> None:
    """What a widget inherits of ours inherits nothing of ours itself."""
    ours = classes(*PACKAGES)
    ladders = {
        name: each.bases
        for name, each in classes("tui").items()
        if any(above in ours for base in each.bases if base in ours for above in ours[base].bases)
    }
    assert ladders == {}


def test_no_class_is_too_long_to_be_read() -> None:
    lengths = {name: each.lines for name, each in classes(*PACKAGES).items()}
    assert lengths["Playground"] > 100
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_method_waits_to_be_overridden() -> None:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert len(paths) > 300
    assert [path for path in paths if "NotImplementedError" in path.read_text(encoding="utf-8")] == []
