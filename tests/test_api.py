"""The library's reference: everything public is documented, and on the page, which is as the sources are."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "docs"
PAGE = (FOLDER / "api.md").read_text(encoding="utf-8")

ROOMS = [
    "engine",
    "nn",
    "loss",
    "gpt",
    "optim",
    "data",
    "tape",
    "state",
    "gradcheck",
    "heap",
    "session",
    "export",
    "errors",
]


def modules() -> Iterator[ModuleType]:
    """What the page is about: a package that exports nothing itself is the modules in it."""
    for room in ROOMS:
        module = importlib.import_module(f"microcrad.{room}")
        if hasattr(module, "__all__"):
            yield module
        else:
            for found in pkgutil.iter_modules(module.__path__, f"{module.__name__}."):
                yield importlib.import_module(found.name)


def section(module: ModuleType) -> str:
    """The page's part about a module."""
    start = PAGE.index(f"\n## {module.__name__}\n") + 1
    end = PAGE.find("\n## ", start)
    return PAGE[start:end] if end > 0 else PAGE[start:]


def part(module: ModuleType, name: str) -> str:
    """The page's part about one name of a module."""
    text = section(module)
    start = text.index(f"\n### {name}\n") + 1
    end = text.find("\n### ", start)
    return text[start:end] if end > 0 else text[start:]


def members(kind: type) -> dict[str, object]:
    """The public methods and properties that a class defines, as functions."""
    found = {}
    for name, member in vars(kind).items():
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        function = getattr(function, "func", function)  # A cached property's.
        if not name.startswith("_") and inspect.isfunction(function) and function.__name__ == name:
            found[name] = function
    return found


def unwrapped(thing: Any) -> Any:
    """A function without what remembers its results."""
    return getattr(thing, "__wrapped__", thing)


def constants(module: ModuleType) -> dict[str, bool]:
    """The names that a module, or those of its package, assigns, and whether a sentence stands below."""
    files = (
        Path(module.__file__ or "").parent.glob("*.py") if hasattr(module, "__path__") else [module.__file__]
    )
    return {name: said for file in files for name, said in assigned(Path(str(file))).items()}


def assigned(file: Path) -> dict[str, bool]:
    """The names that a file's statements assign, and whether a sentence stands below."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    found = {}
    for statement, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        )
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    return found


ALL = list(modules())
IDS = [module.__name__ for module in ALL]


def test_the_page_is_what_the_sources_say() -> None:
    """After a change of a docstring or a signature, `make reference` writes the page again."""
    assert runpy.run_path(str(FOLDER / "api.py"))["markdown"]() == PAGE


@pytest.mark.parametrize("module", ALL, ids=IDS)
def test_everything_public_is_documented_and_on_the_page(module: ModuleType) -> None:
    assert module.__doc__
    assert module.__doc__.split("\n")[0] in section(module)
    sentences = constants(module)
    for name in module.__all__:
        thing, text = unwrapped(getattr(module, name)), part(module, name)
        if not inspect.isclass(thing) and not inspect.isfunction(thing):
            assert sentences[name], name
            continue
        documentation = thing.__doc__ or ""
        assert documentation, name
        assert not documentation.startswith(f"{name}("), f"{name}: a dataclass's signature is no docstring"
        assert inspect.cleandoc(documentation) in text, name
        for method, function in members(thing).items() if inspect.isclass(thing) else ():
            described = inspect.getdoc(function)
            assert described, f"{name}.{method}"
            assert f"{method}(" in text or f"`{method}: " in text, f"{name}.{method}"
            assert described.split("\n")[0] in text, f"{name}.{method}"


@pytest.mark.parametrize("module", ALL, ids=IDS)
def test_all_lists_everything_public(module: ModuleType) -> None:
    """What a module defines without an underscore; of a package, what it takes from its modules."""
    mine = {
        name
        for name, thing in zip(vars(module), map(unwrapped, vars(module).values()), strict=True)
        if not name.startswith("_")
        and (inspect.isclass(thing) or inspect.isfunction(thing))
        and (thing.__module__ or "").startswith(
            module.__name__ + ("." if hasattr(module, "__path__") else "")
        )
    }
    assert mine <= set(module.__all__)
    assert len(set(module.__all__)) == len(module.__all__)
