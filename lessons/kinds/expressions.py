"""Expressions that lessons compare graphs with: the engine builds them, so that they mean what it means."""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lessons.fields.problems import BrokenLessonError
from microcrad.language.parser import parse
from microcrad.ops import ADD, LEAF, MUL, Operation
from microcrad.run.result import run_program
from microcrad.timeline.snapshot import Snapshot

__all__ = [
    "Pattern",
    "draws",
    "expression_problem",
    "fits",
    "function_of",
    "pattern",
    "reached",
    "spread_over",
]

_ROOT = "root_of_the_expression"
_DRAWS = 8
_TRIES = 200
_MOST_NODES = 200
_MOST_TERMS = 64
_MOST_TRIES = 20_000


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
    """The names of an expression, dotted ones whole; what is called, as in `max(a, b)`, is none."""
    found: set[str] = set()
    pending: list[ast.AST] = [ast.parse(text.strip(), mode="eval")]
    while pending:
        each = pending.pop()
        if isinstance(each, ast.Call):
            pending += [*each.args, *([each.func.value] if isinstance(each.func, ast.Attribute) else [])]
        elif isinstance(each, ast.Name | ast.Attribute):
            found.add(ast.unparse(each))
        else:
            pending += ast.iter_child_nodes(each)
    return sorted(found)


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


def reached(at: Snapshot, root: int) -> list[int]:
    """A node and all that it is made of, operands before their users."""
    needed, pending = {root}, [root]
    while pending:
        for operand in at.operands(pending.pop()):
            if operand not in needed:
                needed.add(operand)
                pending.append(operand)
    return sorted(needed)  # In the order of allocation.


def function_of(at: Snapshot, root: int) -> Callable[[Mapping[int, float]], float]:
    """A node's number as a function of numbers put into other nodes; what they do not reach stays."""
    order = reached(at, root)

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


def spread_over(low: float, high: float) -> list[float]:
    """Numbers from one to another, both of them included."""
    return [low + (high - low) * place / (_DRAWS - 1) for place in range(_DRAWS)]


# --- the same shape ------------------------------------------------------------------------------------


def fits(at: Snapshot, node: int, wanted: Pattern, *, leaves: bool) -> bool:
    """Whether a node's graph is that of an expression, up to names, and to grouping and order in `+` and `*`.

    Raises `BrokenLessonError` where sums or products are so long that too much would have to be tried.
    """
    return _Fitting(at, wanted, leaves=leaves).fits([(wanted.root, node)], {})


class _Fitting:
    """One comparison of a graph with an expression: which of its nodes could be which of the expression's."""

    def __init__(self, at: Snapshot, wanted: Pattern, *, leaves: bool) -> None:
        self._at, self._wanted, self._leaves = at, wanted.at, leaves
        self._holes = frozenset(wanted.names.values())
        self._tries = _MOST_TRIES

    def fits(self, pairs: list[tuple[int, int]], known: dict[int, int]) -> bool:
        """Whether all pairs of an expression's and a graph's nodes can be one and the same."""
        pairs, known = list(pairs), dict(known)
        while pairs:
            mine, theirs = pairs.pop()
            if mine in known or theirs in known.values():
                if known.get(mine) != theirs:
                    return False
                continue
            operation, found = self._wanted.operation(mine), self._at.operation(theirs)
            if mine in self._holes:
                if self._leaves and found is not LEAF:
                    return False
                known[mine] = theirs
                continue
            if operation is not found or self._wanted.extra(mine) != self._at.extra(theirs):
                return False
            if operation is LEAF:
                # The number it was made with: the program may have changed it since.
                if self._wanted.born_as(mine) != self._at.born_as(theirs):
                    return False
                known[mine] = theirs
                continue
            if operation in (ADD, MUL):
                return self._terms(operation, mine, theirs, pairs, known)
            known[mine] = theirs
            pairs += zip(self._wanted.operands(mine), self._at.operands(theirs), strict=True)
        return True

    def _terms(
        self,
        operation: Operation,
        mine: int,
        theirs: int,
        pairs: list[tuple[int, int]],
        known: dict[int, int],
    ) -> bool:
        """Go on with the terms of a sum, or the factors of a product, each of one with one of the other's.

        What groups them is no node that counts, except where the expression itself uses it elsewhere.
        """
        ours, slots = _flat(self._wanted, operation, mine), _flat(self._at, operation, theirs)
        if len(ours) != len(slots):
            return False
        first, *others = sorted(ours, key=lambda node: node in self._holes)  # What is told apart best, first.
        return self._matched(first, others, slots, pairs, {**known, mine: theirs})

    def _matched(
        self, first: int, others: list[int], slots: list[int], pairs: list[tuple[int, int]],
        known: dict[int, int],
    ) -> bool:  # fmt: skip
        self._tries -= 1
        if self._tries < 0:
            raise BrokenLessonError("the expression in like is too long to be compared in every grouping.")
        for place in range(len(slots)):
            if slots[place] in slots[:place]:
                continue  # The same node was tried.
            left = slots[:place] + slots[place + 1 :]
            bound = self._bound(first, slots[place], known)
            if bound is None:
                continue
            if not others:
                if self.fits([*pairs, (first, slots[place])], known):
                    return True
            elif self._matched(others[0], others[1:], left, [*pairs, (first, slots[place])], bound):
                return True
        return False

    def _bound(self, mine: int, theirs: int, known: dict[int, int]) -> dict[int, int] | None:
        """What is known once these two are one and the same, or None where they cannot be."""
        if mine in known or theirs in known.values():
            return known if known.get(mine) == theirs else None
        operation, found = self._wanted.operation(mine), self._at.operation(theirs)
        if mine in self._holes:
            return None if self._leaves and found is not LEAF else {**known, mine: theirs}
        return known if operation is found else None


def _flat(at: Snapshot, operation: Operation, node: int) -> list[int]:
    """The terms of a sum of sums, or the factors of a product of products."""
    found: list[int] = []
    pending = [node]
    while pending:
        each = pending.pop()
        if at.operation(each) is operation and len(found) + len(pending) < _MOST_TERMS:
            pending += reversed(at.operands(each))
        else:
            found.append(each)
    return found
