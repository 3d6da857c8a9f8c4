"""Programs cut into pieces and put together again: the tree is the one that Python's parser makes."""

from __future__ import annotations

import ast
import random

import pytest

from microcrad.language import long_chains
from microcrad.language.long_chains import parse_long

LEAVES = ["a", "b1", "2", "1e-5", ".5", "x.data", "-a", "f(a, b)", "é", "'a + b'"]
SIGNS = [" + ", "-", "*", " * ", "/", "//", "+ "]


def expression(pick: random.Random, depth: int) -> str:
    kind = pick.random()
    if depth == 0 or kind < 0.15:
        return pick.choice(LEAVES)
    if kind < 0.3:
        return f"({expression(pick, depth - 1)})"
    if kind < 0.4:
        return f"tanh({expression(pick, depth - 1)}, {expression(pick, depth - 1)})"
    if kind < 0.5:
        return f"{pick.choice(LEAVES)}**{expression(pick, 0)}"
    first = expression(pick, depth - 1)
    links = (pick.choice(SIGNS) + expression(pick, depth - 1) for _ in range(pick.randint(1, 9)))
    return first + "".join(links)


def line(pick: random.Random) -> str:
    one, two = expression(pick, 3), expression(pick, 2)
    forms = (
        f"x = {one}\n", f"print({two},\n   {one})\n", f"a[{two}] += ({two}\n + {one})  # c + d\n",
        f"for i in range({two}): y = {one}; z = {two}\n", f"x = {two} \\\n  + {one}\n",
        f"def f(a):\n    return {one}\n",
    )  # fmt: skip
    return pick.choice(forms)


@pytest.mark.parametrize("count", [15, pytest.param(3000, marks=pytest.mark.slow)])
def test_the_tree_and_its_places_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """With pieces of three operators, so that chains stand in chains."""
    monkeypatch.setattr(long_chains, "_LONGEST", 3)
    pick = random.Random(5)
    cut = 0
    for _ in range(count):
        text = "".join(line(pick) for _ in range(3))
        assert ast.dump(parse_long(text), include_attributes=True) == ast.dump(
            ast.parse(text), include_attributes=True
        ), text
        cut += len(long_chains._cuts(text))
    assert cut > count
