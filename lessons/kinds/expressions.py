"""Expressions that lessons compare graphs with: the engine builds them, so that they mean what it means."""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lessons.fields.problems import BrokenLessonError
from microcrad.language.core_expressions import FUNCTIONS
from microcrad.language.parser import parse
from microcrad.ops import ADD, LEAF, MUL
from microcrad.run.result import run_program
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Pattern", "draws", "expression_problem", "fits", "function_of", "pattern"]

_ROOT = "root_of_the_expression"
_DRAWS = 8
_TRIES = 200
_MOST_NODES = 200


@dataclass(frozen=True)
class Pattern:
    """An expression, built."""

    text: str
    names: dict[str, int]
    """Its names, and the leaf that stands for each."""
    root: int
    at: Snapshot

    def value(self, values: Mapping[str, float]) -> float:
        """What it is, with numbers for its names."""
        return function_of(self.at, self.root)({self.names[name]: value for name, value in values.items()})


def _names(text: str) -> list[str]:
    """The names of an expression, dotted ones whole; a method such as `x.tanh()` is none."""
    found: set[str] = set()
    pending: list[ast.AST] = [ast.parse(text.strip(), mode="eval")]
    while pending:
        each = pending.pop()
        dotted = isinstance(each, ast.Attribute) and each.attr not in FUNCTIONS
        if isinstance(each, ast.Name) or dotted:
            found.add(ast.unparse(each))
        else:
            pending += ast.iter_child_nodes(each)
    return sorted(found - set(FUNCTIONS))


def expression_problem(field: str, text: str) -> str:
    """What is wrong with an expression in a lesson, in a sentence; empty if nothing is."""
    try:
        names = _names(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return f"{field} is {text!r}, expected an expression of the language."
    errors = parse(_program(text, names)).errors
    return f"{field}: {errors[0].message} {errors[0].hint}".strip() if errors else ""


def _program(text: str, names: list[str]) -> str:
    return "".join(f"{name} = 1\n" for name in names) + f"{_ROOT} = {text.strip()}\n"


@lru_cache(maxsize=256)
def pattern(text: str) -> Pattern:
    """An expression that was found to be right, built."""
    at = run_program(_program(text, _names(text))).end
    names = dict(at.names)
    root = names.pop(_ROOT)
    if len(at.nodes) > _MOST_NODES:
        raise BrokenLessonError(f"{text!r} has more than {_MOST_NODES} nodes.")
    return Pattern(text, names, root, at)


# --- the same function ---------------------------------------------------------------------------------


def function_of(at: Snapshot, root: int) -> Callable[[Mapping[int, float]], float]:
    """A node's number as a function of numbers put into other nodes; what they do not reach stays."""
    needed, pending = {root}, [root]
    while pending:
        for operand in at.operands(pending.pop()):
            if operand not in needed:
                needed.add(operand)
                pending.append(operand)
    order = sorted(needed)  # Operands come before their users in the order of allocation.

    def computed(given: Mapping[int, float]) -> float:
        values = dict(given)
        for node in order:
            if node in given:
                continue
            operands = [values[operand] for operand in at.operands(node)]
            if operands:
                values[node] = at.operation(node).evaluate(operands[0], operands[-1], at.extra(node))
            else:
                data = at.data(node)
                values[node] = math.nan if data is None else data
        return values[root]

    return computed


def draws(wanted: Pattern, low: float, high: float) -> Iterator[dict[str, float]]:
    """Random numbers for an expression's names at which it is finite; the same ones each time.

    Raises `BrokenLessonError` if it is finite almost nowhere between `low` and `high`.
    """
    random_ = random.Random(1337)
    found = 0
    for _ in range(_TRIES):
        values = {name: random_.uniform(low, high) for name in wanted.names}
        if math.isfinite(wanted.value(values)):
            yield values
            found += 1
        if found == _DRAWS:
            return
    raise BrokenLessonError(
        f"{wanted.text} is finite almost nowhere from {low} to {high}. Set from and until."
    )


# --- the same shape ------------------------------------------------------------------------------------


def fits(at: Snapshot, node: int, wanted: Pattern, *, leaves: bool) -> bool:
    """Whether a node's graph is that of an expression, up to names and the order in `+` and `*`."""
    holes = frozenset(wanted.names.values())
    return _match(at, wanted.at, [(wanted.root, node)], {}, holes, leaves)


def _match(
    at: Snapshot, wanted: Snapshot, pairs: list[tuple[int, int]], known: dict[int, int],
    holes: frozenset[int], leaves: bool,
) -> bool:  # fmt: skip
    """Whether all pairs of an expression's and a graph's nodes can be one and the same."""
    pairs, known = list(pairs), dict(known)
    while pairs:
        mine, theirs = pairs.pop()
        if mine in known or theirs in known.values():
            if known.get(mine) != theirs:
                return False
            continue
        known[mine] = theirs
        operation, found = wanted.operation(mine), at.operation(theirs)
        if mine in holes:
            if leaves and found is not LEAF:
                return False
            continue
        if operation is not found or wanted.extra(mine) != at.extra(theirs):
            return False
        if operation is LEAF:
            # The number it was made with: the program may have changed it since.
            if wanted.born_as(mine) != at.born_as(theirs):
                return False
            continue
        ours, slots = wanted.operands(mine), at.operands(theirs)
        if operation in (ADD, MUL) and slots[0] != slots[1]:
            turned = [*pairs, *zip(ours, reversed(slots), strict=True)]
            if _match(at, wanted, turned, known, holes, leaves):
                return True
        pairs += zip(ours, slots, strict=True)
    return True
