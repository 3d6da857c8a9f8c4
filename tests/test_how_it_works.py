"""The page that explains the sources: its small engine is the real one in little, and its files are there."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from samples import seeds

from microcrad import FreedValue, Value

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/how-it-works.md").read_text(encoding="utf-8")
(CODE,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

SMALL: dict[str, Any] = {}
exec(CODE, SMALL)
Small = SMALL["Value"]


def test_the_small_engine_has_sixty_lines() -> None:
    assert len(CODE.splitlines()) <= 60


# --- the small engine beside the real one ---

Pair = tuple[Any, Value]
STEPS: list[tuple[Callable[[Any, Any], Any], Callable[[float, float], bool]]] = [
    (lambda a, b: a + b, lambda a, b: True),
    (lambda a, b: a * b, lambda a, b: abs(a * b) < 1e3),
    (lambda a, b: a * a, lambda a, b: abs(a) < 30),
    (lambda a, b: a + a, lambda a, b: abs(a) < 1e3),
    (lambda a, b: a + 0.75, lambda a, b: True),
    (lambda a, b: a * 3, lambda a, b: abs(a) < 1e3),
    (lambda a, b: a * -1, lambda a, b: abs(a) < 1e3),
    (lambda a, b: a**3, lambda a, b: abs(a) < 10),
    (lambda a, b: a**-1, lambda a, b: abs(a) > 0.01),
    (lambda a, b: a**0.5, lambda a, b: a > 0.01),
    (lambda a, b: a.exp(), lambda a, b: a < 5),
    (lambda a, b: a.log(), lambda a, b: a > 0.01),
    (lambda a, b: a.relu(), lambda a, b: True),
    (lambda a, b: a.tanh(), lambda a, b: True),
]
"""How a graph may go on, and for which numbers: Python raises where the real engine says inf or nan."""


def grown(dice: random.Random, size: int) -> list[Pair]:
    """The nodes that a random program makes with either engine, leaves first; the last uses many of them."""
    pairs: list[Pair] = [(Small(x), Value(x)) for x in (dice.uniform(-2, 2) for _ in range(3))]
    while len(pairs) < size:
        (a, ours_a), (b, ours_b) = dice.choice(pairs), dice.choice(pairs)
        step, fits = dice.choice(STEPS)
        if fits(a.data, b.data):
            pairs.append((step(a, b), step(ours_a, ours_b)))
    for pair in dice.sample(pairs, 3):
        pairs.append((pairs[-1][0] + pair[0], pairs[-1][1] + pair[1]))
    return pairs


def everything(pairs: list[Pair]) -> Iterator[Pair]:
    """The nodes that these reach, each once, in step: constants that no variable holds are among them."""
    met: set[Any] = set()
    pending = list(pairs)
    while pending:
        small, real = pending.pop()
        if small not in met:
            met.add(small)
            yield small, real
            assert len(small.prev) == len(real.prev)
            pending += zip(small.prev, real.prev, strict=True)


def assert_same(pairs: list[Pair]) -> None:
    """Node by node, to the last bit."""
    for small, real in pairs:
        if isinstance(real, FreedValue):
            assert small.ref_count == 0
        else:
            assert (small.op, small.data, small.grad) == (real.op.name, real.data, real.grad)
            assert small.ref_count == real.ref_count


@pytest.mark.parametrize("seed", seeds(300))
def test_the_small_engine_is_the_real_one(seed: int) -> None:
    """Built, differentiated twice, and given back in any order, one reference too many being retained."""
    dice = random.Random(seed)
    pairs = grown(dice, dice.randrange(5, 40))
    every = list(everything(pairs))
    assert_same(every)
    for _ in range(2):
        for engine in pairs[-1]:
            engine.backward()
        assert any(small.grad for small, _ in every[1:])
        assert_same(every)
    kept = pairs[0]
    for engine in kept:
        assert engine.retain() is engine
    dice.shuffle(pairs)
    for small, real in pairs:
        small.release()
        real.release()
        assert_same(every)
    assert [(real, real.ref_count) for _, real in every if not isinstance(real, FreedValue)] == [(kept[1], 1)]


@pytest.mark.parametrize("seed", range(5))
def test_so_it_is_along_a_chain_of_a_thousand(seed: int) -> None:
    dice = random.Random(seed)
    pairs = [(Small(0.5), Value(0.5))]
    for _ in range(1000):
        step, _ = dice.choice(STEPS[4:6] + STEPS[12:])
        pairs.append((step(pairs[-1][0], None), step(pairs[-1][1], None)))
    every = list(everything(pairs))
    for engine in pairs[-1]:
        engine.backward()
    assert_same(every)
    for small, real in pairs:
        small.release()
        real.release()
    assert all(isinstance(real, FreedValue) for _, real in every)
    assert_same(every)


# --- the files it names ---


@cache
def defined(path: str) -> set[str]:
    """What a Python file defines: its names, and those of its classes as `Class.name`."""
    found = set()
    for statement in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        for name in named(statement):
            found.add(name)
        if isinstance(statement, ast.ClassDef):
            found |= {f"{statement.name}.{name}" for inner in statement.body for name in named(inner)}
    return found


def named(statement: ast.stmt) -> list[str]:
    """The names that a statement gives a meaning."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


ROWS = re.findall(r"^\| \[`(\S+?)`\]\((\S+?)\) \| (.*?) \| .* \|$", PAGE, re.MULTILINE)
"""The tables' rows: a file, where its link leads, and the names that are to be found in it."""


def test_every_path_on_the_page_exists() -> None:
    paths = re.findall(r"`((?:[\w.-]+/)+[\w.*-]*)`", PAGE)
    assert len(paths) > 30
    for path in paths:
        assert "*" in path or (ROOT / path).exists(), path
    for path, link, _ in ROWS:
        assert link == f"../{path}"


@pytest.mark.parametrize(("path", "names"), [(path, names) for path, _, names in ROWS])
def test_every_name_stands_in_the_file_it_is_named_with(path: str, names: str) -> None:
    wanted = re.findall(r"`([^`]+)`", names)
    assert wanted or not path.endswith(".py")
    for name in wanted:
        assert name in defined(path), f"{name} is not defined in {path}"


def test_no_table_row_escapes() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| [")]
    assert len(rows) == len(ROWS) > 20
