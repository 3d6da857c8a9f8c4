"""Where a number that is not finite comes from: which operation made it, from which operands, and what to do.

The words stand here once. `first_non_finite` finds the place in a plain graph of `Value`s, as a training step
builds it; `microcrad.diagnosis.diagnosis` finds it in the timeline of a program. What an operation needs
and how that is repaired is in its row of `microcrad.ops`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from microcrad.diagnosis.built import wording_of
from microcrad.engine import Value, topological_order
from microcrad.ops import LEAF, Limit, Operation
from microcrad.own_operation import OwnOperation
from microcrad.text.formulas import Written, forward, partial
from microcrad.text.formulas import number as written
from microcrad.text.numbers import full, short

__all__ = ["Found", "Made", "Sent", "first_non_finite"]


@dataclass(frozen=True, slots=True)
class Made:
    """One operation applied once, with what to call what it was applied to, and the words for its failure."""

    op: Operation
    name: Written
    operands: tuple[Written, ...]
    numbers: tuple[float, ...]
    """The operands' numbers."""
    k: float
    result: float
    digits: Callable[[float], str] = short
    """How its sentences write numbers."""

    @property
    def sentence(self) -> str:
        """`n7 = log(u) is the first nan; u = -0.42, log needs u > 0.`"""
        return self.said("the first")

    def said(self, which: str) -> str:
        """The sentence, with `the first` in it or `a new`."""
        name, what = self.name.text, full(self.result)
        if self.op is LEAF:
            return f"{name} is {which} {what}: it was not computed, but written as such."
        if not self.agrees:
            return (
                f"{name} is {which} {what}: its operands do not give it now, so something was written since."
            )
        limit = self.limit()
        needs = "" if limit is None else self.put_in(limit.needs)
        parts = [*self.given(), *([f"{self.op.symbol} needs {needs}"] if needs else [])]
        return f"{self.equation()} is {which} {what}; {', '.join(parts)}."

    @property
    def repair(self) -> str:
        """What to do about it."""
        if self.op is LEAF:
            return f"Write a finite number for {self.name.text}."
        if not self.agrees:
            return f"Compute {self.name.text} again, from finite numbers."
        limit = self.limit()
        return self.look_at_operands() if limit is None else self.put_in(limit.repair)

    @property
    def agrees(self) -> bool:
        """Whether the operands give the result now; they or it may have been written to since."""
        if isinstance(self.op, OwnOperation):
            return True  # Nobody can know.
        a, b = (*self.numbers, 0.0, 0.0)[:2]
        again = self.op.evaluate(a, b, self.k)
        return again == self.result or (again != again and self.result != self.result)

    def limit(self) -> Limit | None:
        """What the operation's row says of a result or a slope that is not finite at finite operands."""
        a, b = (*self.numbers, 0.0, 0.0)[:2]
        finite = all(map(math.isfinite, (*self.numbers, self.k)))
        return self.op.limit(a, b, self.k, self.result) if finite else None

    def look_at_operands(self) -> str:
        wrong = [
            operand.text
            for operand, number in zip(self.operands, self.numbers, strict=True)
            if not math.isfinite(number)
        ] + (["the exponent"] if not math.isfinite(self.k) else [])
        return f"Look at where {' and '.join(dict.fromkeys(wrong)) or self.name.text} comes from."

    def equation(self) -> str:
        """`n7 = log(u)`."""
        right = forward(self.op, self.operands, self.k).text
        return right if right == self.name.text else f"{self.name.text} = {right}"

    def given(self) -> list[str]:
        """Each operand once with its number, but not where it is called by its number."""
        pairs = [(o.text, self.digits(n)) for o, n in zip(self.operands, self.numbers, strict=True)]
        return [f"{text} = {number}" for text, number in dict.fromkeys(pairs) if text != number]

    def put_in(self, words: str) -> str:
        """The words of a limit with the operands' names."""
        a, b = (*self.operands, self.name, self.name)[:2]
        return words.format(a=a.text, b=b.text, k=self.digits(self.k))


@dataclass(frozen=True, slots=True)
class Sent:
    """One use of the chain rule, `before + local * upstream`, and the words for its failure."""

    source: Made
    """The node that sent it."""
    slot: int
    local: float
    upstream: float
    before: float
    after: float

    @property
    def sentence(self) -> str:
        """`The grad of u is the first inf: y = u**0.5 sends it 0.5*u**(0.5 - 1) * 1 = inf * 1; ...`"""
        return self.said("the first")

    def said(self, which: str) -> str:
        """The sentence, with `the first` in it or `a new`."""
        into = f"The grad of {self._into} is {which} {full(self.after)}"
        numbers = f"{self.source.digits(self.local)} * {written(self.upstream).inside(4)}"
        sender = self.source.equation()
        if not math.isfinite(self.local):
            limit = self.source.limit()
            facts = [
                f"{sender} has the slope {self._slope()} = {self.source.digits(self.local)}",
                *self.source.given(),
            ]
            if limit is not None:
                facts.append(f"{self.source.op.symbol} needs {self.source.put_in(limit.needs)}")
            return f"{into}; {', '.join(facts)}."
        if not math.isfinite(self.local * self.upstream):
            said = "a product of slopes" if math.isfinite(self.upstream) else "which was not finite before"
            return f"{into}; {sender} sends it {numbers}, {said}."
        return f"{into}; {sender} sends it {numbers}, which is added to {self.source.digits(self.before)}."

    @property
    def repair(self) -> str:
        """What to do about it."""
        limit = None if math.isfinite(self.local) else self.source.limit()
        if limit is not None:
            return self.source.put_in(limit.repair)
        if not math.isfinite(self.local):
            return self.source.look_at_operands()
        if not math.isfinite(self.upstream):
            return f"Write a finite number for the grad of {self.source.name.text}."
        if not math.isfinite(self.before):
            return f"Clear the grad of {self._into} first, with zero_grad."
        return "Keep the slopes along the path smaller, with smaller numbers or fewer multiplications."

    @property
    def _into(self) -> str:
        return self.source.operands[self.slot].text

    def _slope(self) -> str:
        """The formula of the slope, with names."""
        made = self.source
        a, b = (*made.numbers, 0.0, 0.0)[:2]
        first, second = (*made.operands, made.name)[:2]
        names = {"a": first, "b": second, "k": written(made.k), "out": made.name}
        return partial(made.op, self.slot, names, {"a": a, "b": b, "k": made.k, "out": made.result}).text


@dataclass(frozen=True, slots=True)
class Found:
    """The first number of a graph that is not finite."""

    node: Value
    """Whose number it is; for a grad, the node that receives it."""
    field: str
    """`data` or `grad`."""
    value: float
    """The number: nan, inf or -inf."""
    source: Value
    """The node whose operation made it; for a number itself that is `node`."""
    operands: tuple[Value, ...]
    """The operands of `source` in slot order, repeats kept."""
    sentence: str
    """Which it is, from what it was made, and what its operation needs."""
    repair: str
    """What to do about it, in one sentence."""

    def __str__(self) -> str:
        return f"{self.sentence} {self.repair}"


def first_non_finite(root: Value, name: Callable[[Value], str | Written] | None = None) -> Found | None:
    """The first number that is not finite, in the order a graph is computed, or None if all are finite.

    Numbers come first, operands before their users. If all of those are finite, the gradients of `root` are
    worked out anew, edge by edge in the order of `backward`, starting from a graph without any; nothing is
    written. What an operation of one's own would send is not worked out. `name` says how to write a node;
    without it, nodes go by their label or as `n` and their place in topological order.
    Raises `UseAfterFreeError` if the graph reaches a freed node.
    """
    order = topological_order(root)
    for node in order:
        if node.data - node.data != 0:
            namer = _namer(order, name)
            made = _made(node, namer)
            whole = None if made.limit() is None else wording_of(_Graph(order, namer), node)
            sentence = made.sentence if whole is None else whole.said("the first")
            repair = made.repair if whole is None else whole.repair
            return Found(node, "data", node.data, node, node.prev, sentence, repair)
    grads = dict.fromkeys(order, 0.0)
    grads[root] = 1.0
    unknown: set[Value] = set()
    for node in reversed(order):
        left, right = node.left, node.right
        if left is None or node in unknown:
            unknown.update(node.prev)
            continue
        upstream, operand = grads[node], left
        b = 0.0 if right is None else right.data
        for slot, local in enumerate(node.op.differentiate(left.data, b, node.extra, node.data)):
            if slot:
                assert right is not None
                operand = right
            before = grads[operand]
            grads[operand] = after = before + local * upstream
            if after - after != 0:
                sent = Sent(_made(node, _namer(order, name)), slot, local, upstream, before, after)
                return Found(operand, "grad", after, node, node.prev, sent.sentence, sent.repair)
    return None


class _Graph:
    """A plain graph, by its nodes in topological order."""

    def __init__(self, order: list[Value], name: Callable[[Value], Written]) -> None:
        self.order = order
        self.written = name

    def op(self, node: Value) -> Operation:
        return node.op

    def operands(self, node: Value) -> tuple[Value, ...]:
        return node.prev

    def users(self, node: Value) -> list[Value]:
        return [user for user in self.order if node in (user.left, user.right)]

    def number(self, node: Value) -> float:
        return node.data

    def extra(self, node: Value) -> float:
        return node.extra

    def together(self, nodes: Sequence[Value]) -> bool:
        return not any(node.label for node in nodes[:-1])


def _namer(order: list[Value], name: Callable[[Value], str | Written] | None) -> Callable[[Value], Written]:
    if name is not None:
        return lambda node: said if isinstance(said := name(node), Written) else Written(said)
    places = {node: place for place, node in enumerate(order)}
    return lambda node: Written(node.label or f"n{places[node]}")


def _made(node: Value, name: Callable[[Value], Written]) -> Made:
    operands = node.prev
    return Made(
        node.op, name(node), tuple(map(name, operands)), tuple(operand.data for operand in operands),
        node.extra, node.data,
    )  # fmt: skip
