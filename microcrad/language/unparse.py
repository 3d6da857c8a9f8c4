"""A graph of `Value`s as a program in the little language that builds the same graph again.

The same operations on the same operands in the same slots, with the same numbers, those that were set by hand
too: what is written here and run has node for node the data and the gradients of the graph it comes from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from microcrad.engine import Value, topological_order
from microcrad.errors import GraphError
from microcrad.ops import ADD, LEAF
from microcrad.own_operation import OwnOperation
from microcrad.records import Record
from microcrad.text.formulas import ATOM, Written

__all__ = ["ProgramText", "literal", "program_text"]

MOST_INLINE = 80
"""How many operations one line may hold: the language reads lines up to a hundred operations deep."""


class _Piece(Record):
    """An expression and how tightly its outermost operation binds."""

    text: str
    binds: int
    operations: int
    constant: bool
    """Whether it is a number in the language, which makes no node until it meets one."""

    def inside(self, binds: int) -> str:
        return self.text if self.binds >= binds else f"({self.text})"


class ProgramText(Record):
    """A graph as a program."""

    text: str
    called: dict[Value, Written]
    """For every node, how other lines refer to it: by its name, or by the expression that it is."""


def program_text(root: Value, names: Mapping[Value, str], first: Sequence[Value] = ()) -> ProgramText:
    """The lines that build the graph of `root` and give `names` to its nodes.

    The nodes in `first` are written first, in order, each after what it needs. Nodes without a name are
    written inside the lines that use them, or called `t1`, `t2` and so on where several lines do, or none.
    Raises `GraphError` if an operation of one's own is among them.
    """
    writer = _Writer([*first, root], names)
    text = "".join(f"{line}\n" for line in writer.lines())
    return ProgramText(
        text, {node: Written(piece.text, piece.binds) for node, piece in writer.pieces.items()}
    )


def literal(x: float) -> str:
    """A number as the language reads it back, bit for bit; for nan and the infinities, a calculation."""
    if math.isnan(x):
        return "1e999 - 1e999"
    if math.isinf(x):
        return "1e999" if x > 0 else "-1e999"
    whole = x == int(x) and abs(x) < 1e15 and (x != 0 or math.copysign(1, x) > 0)
    return repr(int(x)) if whole else repr(x)


class _Writer:
    def __init__(self, nodes: Sequence[Value], names: Mapping[Value, str]) -> None:
        self.order: dict[Value, None] = {}
        for node in nodes:
            if node not in self.order:
                known = all(operand in self.order for operand in node.prev)
                self.order |= dict.fromkeys([node] if known else topological_order(node))
        self.names = dict(names)
        self.taken = frozenset(names.values())
        self.uses = dict.fromkeys(self.order, 0)
        for node in self.order:
            for operand in node.prev:
                self.uses[operand] += 1
        self.pieces: dict[Value, _Piece] = {}
        self.written: list[str] = []
        self.invented = 0
        for node in nodes:
            if not self.uses[node] and node not in self.names:  # It stands in no other line.
                self.names[node] = self.invent()

    def lines(self) -> list[str]:
        """All lines, operands before their users."""
        for node in self.order:
            if node.op is LEAF:
                self.leaf(node)
            else:
                self.operation(node)
        return self.written

    def leaf(self, node: Value) -> None:
        if node in self.names or self.uses[node] > 1 or not math.isfinite(node.data):
            self.define(node, literal(node.data))
        else:
            text = literal(node.data)
            self.pieces[node] = _Piece(text, ATOM if text[0] != "-" else ADD.precedence, 0, True)

    def operation(self, node: Value) -> None:
        operands = node.prev
        if isinstance(node.op, OwnOperation):
            raise GraphError(
                f"{node.op.name or 'A _backward'} is an operation of one's own, for which the language has "
                "no word. microcrad.draw shows a graph with it."
            )
        if all(self.pieces[operand].constant for operand in operands):
            self.define(operands[0], self.pieces[operands[0]].text)
        for operand in operands:  # The longer ones get lines of their own before the line gets too deep.
            if self.pieces[operand].operations >= MOST_INLINE:
                self.define(operand, self.pieces[operand].text)
        piece = self.expression(node)
        self.pieces[node] = piece
        a, b = (*(operand.data for operand in operands), 0.0)[:2]
        computed = node.op.evaluate(a, b, node.extra)
        stands = computed == node.data or (math.isnan(computed) and math.isnan(node.data))
        if node in self.names or self.uses[node] > 1 or not stands:
            self.define(node, piece.text)
        if not stands:  # Its number was set, or an operand's after it was computed.
            self.written.append(f"{self.names[node]}.data = {literal(node.data)}")

    def expression(self, node: Value) -> _Piece:
        op, pieces = node.op, [self.pieces[operand] for operand in node.prev]
        count = 1 + sum(piece.operations for piece in pieces)
        if not op.infix:
            return _Piece(f"{op.symbol}({', '.join(piece.text for piece in pieces)})", ATOM, count, False)
        if op.arity == 1:
            exponent = literal(node.extra)
            if not math.isfinite(node.extra):
                exponent = f"({exponent})"
            text = f"{pieces[0].inside(op.precedence + 1)}{op.symbol}{exponent}"
            return _Piece(text, op.precedence, count, False)
        gap = " " if op is ADD else ""
        # Slots stand as they are written, so what binds no tighter stays in parentheses on the right.
        left, right = pieces[0].inside(op.precedence), pieces[1].inside(op.precedence + 1)
        return _Piece(f"{left}{gap}{op.symbol}{gap}{right}", op.precedence, count, False)

    def define(self, node: Value, text: str) -> None:
        name = self.names.get(node) or self.invent()
        self.names[node] = name
        self.written.append(f"{name} = {text}")
        self.pieces[node] = _Piece(name, ATOM, 0, False)

    def invent(self) -> str:
        while True:
            self.invented += 1
            name = f"t{self.invented}"
            if name not in self.taken:
                return name
