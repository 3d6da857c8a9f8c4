"""What was written as one operation and is built of several: what is said where one of its parts fails.

Nobody who wrote `sigmoid(x)` or `a**n` knows of an exp or a log in it: the words are about what was written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from microcrad.ops import ADD, EXP, LEAF, LOG, MUL, POW, Operation, power
from microcrad.text.formulas import Written
from microcrad.text.numbers import full, short

__all__ = ["AnyGraph", "Wording", "wording_of"]

Node = TypeVar("Node")


class AnyGraph(Protocol[Node]):
    """A graph as far as it takes to see what a node is a part of."""

    def op(self, node: Node) -> Operation:
        """What made a node."""

    def operands(self, node: Node) -> Sequence[Node]:
        """Its operands in slot order."""

    def users(self, node: Node) -> Sequence[Node]:
        """The nodes that have it as an operand."""

    def number(self, node: Node) -> float:
        """Its number."""

    def extra(self, node: Node) -> float:
        """Its operation's parameter."""

    def written(self, node: Node) -> Written:
        """What to call it in a formula."""

    def together(self, nodes: Sequence[Node]) -> bool:
        """Whether some nodes may have been written as one."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said of a failure inside of what was written as one operation."""

    before: str
    after: str
    repair: str

    def said(self, which: str) -> str:
        """The sentence, with `the first` in it or `a new`."""
        return f"{self.before}{which}{self.after}"


def wording_of(graph: AnyGraph[Node], node: Node) -> Wording | None:
    """The words for a node whose number is not finite, made of finite ones; None if it is no such part."""
    if graph.op(node) is EXP:
        return _sigmoid(graph, node)
    return _power(graph, node) if graph.op(node) is LOG else None


def _sigmoid(graph: AnyGraph[Node], exponential: Node) -> Wording | None:
    """`1/(1 + exp(-x))`, whose exp overflows."""
    (negated,) = graph.operands(exponential)
    if not _is_times(graph, negated, -1.0):
        return None
    inverse = [
        power
        for total in graph.users(exponential)
        if graph.op(total) is ADD and any(_is_leaf(graph, each, 1.0) for each in graph.operands(total))
        for power in graph.users(total)
        if graph.op(power) is POW and graph.extra(power) == -1
    ]
    if not inverse:
        return None
    node = graph.operands(negated)[0]
    x, at = graph.written(node), short(graph.number(node))
    given = f"{x.text} = {at}" if x.text != at else at
    return Wording(
        f"sigmoid({x.text}) is 1/(1 + exp(-{x.inside(9)})), and its exp is ",
        f" inf: {given} is below -709. The slope is nan there, where PyTorch has 0.",
        f"Compute the loss from the logit {x.text}, as microcrad.loss.binary_cross_entropy does, or write "
        f"0.5 + 0.5*tanh(0.5*{x.inside(3)}).",
    )


def _power(graph: AnyGraph[Node], logarithm: Node) -> Wording | None:
    """`exp(n*log(a))`, which is what `a**n` is made of where n is a node."""
    found = [
        product
        for product in graph.users(logarithm)
        if graph.op(product) is MUL and graph.operands(product)[1] == logarithm
        for result in graph.users(product)
        if graph.op(result) is EXP and graph.together([logarithm, product, result])
    ]
    if not found:
        return None
    base, exponent = graph.operands(logarithm)[0], graph.operands(found[0])[0]
    a, n, k = graph.written(base), graph.written(exponent), graph.number(exponent)
    log = f"log({a.text})"
    before, repair = "", f"Keep {a.text} above 0."
    as_number = power(graph.number(base), k)
    if as_number - as_number == 0:
        or_data = f" or {a.inside(9)}**{n.text}.data" if re.fullmatch(r"[^\W\d][\w.\[\]]*", n.text) else ""
        exact = full(k) if k >= 0 else f"({full(k)})"
        before = f"{n.text} is a node; write {a.inside(9)}**{exact}{or_data}: "
        repair = f"Where {n.text} is to get a gradient, keep {a.text} above 0."
    given = short(graph.number(base))
    fact = (
        f"; {a.text} = {given}, log needs {a.text} > 0." if a.text != given else f"; log needs {a.text} > 0."
    )
    return Wording(
        f"{before}{a.inside(9)}**{n.inside(9)} is exp({n.inside(3)}*{log}), and {log} is ",
        f" {full(graph.number(logarithm))}{fact}",
        repair,
    )


def _is_times(graph: AnyGraph[Node], node: Node, factor: float) -> bool:
    return graph.op(node) is MUL and _is_leaf(graph, graph.operands(node)[1], factor)


def _is_leaf(graph: AnyGraph[Node], node: Node, number: float) -> bool:
    return graph.op(node) is LEAF and graph.number(node) == number
