"""A name means one thing: no two public classes, and no two files, of the product are called the same."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("microcrad", "tui", "lessons")
HAVE_EVERYWHERE = ("__init__.py", "__main__.py")


def files() -> list[Path]:
    """The product's files, from the root."""
    return [path.relative_to(ROOT) for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def classes(path: Path) -> list[str]:
    """The public classes of a file; one that stands in another is reached by the other's name."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_"]


def several(named: Iterable[tuple[str, Path]]) -> dict[str, list[str]]:
    """The names that stand for more than one thing, with the files that they stand in or for."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, path in named:
        found[name].append(path.as_posix())
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def test_no_two_public_classes_have_one_name() -> None:
    named = [(name, path) for path in files() for name in classes(path)]
    assert ("Value", Path("microcrad/engine.py")) in named
    assert several(named) == {}


def test_no_two_files_have_one_name() -> None:
    """A command's file is called like its command, which may be the name of a folder."""
    named = [(path.name, path) for path in files() if path.name not in HAVE_EVERYWHERE]
    assert ("engine.py", Path("microcrad/engine.py")) in named
    assert several(named) == {}
