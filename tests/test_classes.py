"""Objects own each other instead of inheriting: classes are short, have one base of ours, and no sockets."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 300


PACKAGES = ("microcrad", "tui", "lessons")


@cache
def nodes(package: str) -> list[ast.AST]:
    """All that a package's files are made of."""
    paths = sorted((ROOT / package).rglob("*.py"))
    return [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def classes(*packages: str) -> dict[str, ast.ClassDef]:
    """Every class of some packages by its name, those inside others included."""
    found = (node for package in packages for node in nodes(package))
    return {node.name: node for node in found if isinstance(node, ast.ClassDef)}


def bases(found: ast.ClassDef) -> list[str]:
    """The names of what a class inherits from, without what a generic one is of."""
    return [ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in found.bases]


def test_no_class_inherits_from_two_of_ours() -> None:
    ours = classes(*PACKAGES)
    assert "Lines" in bases(ours["Inspector"])
    several = {
        name: bases(each) for name, each in ours.items() if sum(base in ours for base in bases(each)) > 1
    }
    assert several == {}


def test_no_widget_stands_on_a_ladder() -> None:
    """What a widget inherits of ours inherits nothing of ours itself."""
    ours = classes(*PACKAGES)
    ladders = {
        name: bases(each)
        for name, each in classes("tui").items()
        if any(above in ours for base in bases(each) if base in ours for above in bases(ours[base]))
    }
    assert ladders == {}


def test_no_class_is_too_long_to_be_read() -> None:
    lengths = {name: (each.end_lineno or 0) - each.lineno + 1 for name, each in classes(*PACKAGES).items()}
    assert lengths["Playground"] > 100
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_method_waits_to_be_overridden() -> None:
    found = (node for package in PACKAGES for node in nodes(package))
    raised = [node for node in found if isinstance(node, ast.Name) and node.id == "NotImplementedError"]
    assert raised == []
