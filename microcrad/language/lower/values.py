"""Expressions: by its form alone, each is a Number, a Value or a list.

What is not on the list here, or in the files beside it, is an error that says what to write instead.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from contextlib import contextmanager

from microcrad.language import core_expressions as ex
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.scopes import Function, Items, NamedGPT, NamedNet
from microcrad.language.lower.spans import MAX_NESTING, StopReading, dotted, too_deep

__all__ = ["Values"]

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip
_OTHER_OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.BitXor: ("^ is not power here.", "Write x**2."),
    ast.Mod: ("% has no gradient and is not part of this language.", "Use + - * / or **."),
    ast.FloorDiv: ("// has no gradient and is not part of this language.", "Write /."),
    ast.MatMult: ("@ multiplies matrices; every number here is a single one.", "Write dot(a, b), or *."),
}


class Values:
    """Lowers expressions, knowing which names have a value so far."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans
        self.depth = 0
        self._knowing = self._reading = False

    # --- what is wanted ---

    def value(self, node: ast.expr) -> ex.Expression:
        """An expression where a node is wanted: a Number is lifted into one leaf."""
        return self.as_value(self.lower(node), node)

    def number(self, node: ast.expr) -> ex.Number:
        """An expression where a Number is wanted: a Value is an error that suggests `.data`."""
        before, self._reading = self._reading, True
        try:
            return self.as_number(self.lower(node, number=True), node)
        finally:
            self._reading = before

    def as_value(self, lowered: Lowered, node: ast.expr) -> ex.Expression:
        """What was lowered, as a Value."""
        if isinstance(lowered, Items):
            raise self.a_list(lowered, node)
        if ex.is_number(lowered):
            return ex.Lift(lowered, self._spans.span(node))
        return lowered

    def as_number(self, lowered: Lowered, node: ast.expr) -> ex.Number:
        """What was lowered, as a Number."""
        if isinstance(lowered, Items):
            raise self.a_list(lowered, node)
        if ex.is_number(lowered):
            return lowered
        raise self._spans.stop(
            node, "A plain number is needed here, and this makes a node.",
            "Give it a name on a line above, then use name.data.",
        )  # fmt: skip

    def a_list(self, items: Items, node: ast.expr) -> StopReading:
        """The error of a list where one number is wanted."""
        name = items.said or "this"
        hint = (
            f"Write sum({items.said}), or {items.said}[0]."
            if items.said
            else "Write its elements one by one."
        )
        return self._spans.stop(
            node, f"One number is wanted here, and {name} is a list of {len(items.parts)}.", hint
        )

    @contextmanager
    def knowing(self) -> Iterator[None]:
        """While what is known before anything runs is wanted: a name of such a number is the number."""
        before, self._knowing = self._knowing, True
        try:
            yield
        finally:
            self._knowing = before

    # --- expressions ---

    def lower(self, node: ast.expr, *, number: bool = False) -> Lowered:
        """An expression; where a Number is wanted, functions of Numbers are Numbers."""
        self.depth += 1
        if self.depth > MAX_NESTING + 1:  # The innermost is a name or a number, and no operation.
            span = self._spans.span(node)
            raise StopReading(too_deep(span.line, span.column, span.end_column))
        try:
            return self._lower(node, number)
        finally:
            self.depth -= 1

    def _lower(self, node: ast.expr, number: bool) -> Lowered:
        match node:
            case ast.BinOp():
                return self._chain(node, number)
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node, node.id, number)
            case ast.Attribute():
                return self._attribute(node, number)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                return self._signed(node, number)
            case ast.Call():
                return self._of.callables.call(node, number)
            case ast.Subscript():
                return self._of.elements.element(node, number=number)
            case ast.List() | ast.ListComp() | ast.GeneratorExp():
                return self._of.elements.literal(node)
            case ast.Tuple():
                raise self._spans.stop(node, "One number at a time.", "Write a list: [1, 2].")
            case _:
                raise self._spans.not_here(node)

    def _constant(self, node: ast.Constant) -> ex.Number:
        match node.value:
            case bool() | None | complex() | types.EllipsisType():
                raise self._spans.stop(
                    node,
                    f"{self._spans.source(node)} is not a real number.",
                    "Write a number such as 2 or 0.5.",
                )
            case int() | float() as value:
                try:
                    return ex.Literal(float(value))
                except OverflowError:
                    return ex.Literal(float("inf"))
            case _:
                raise self._spans.stop(
                    node, "There is no text in this language but in print(...).", "Write a number."
                )

    def _signed(self, node: ast.UnaryOp, number: bool) -> Lowered:
        operand = self.lower(node.operand, number=number)
        if isinstance(operand, Items):
            raise self.a_list(operand, node.operand)
        if isinstance(node.op, ast.UAdd):
            return operand
        if isinstance(operand, ex.Literal):
            return ex.Literal(-operand.value)
        if ex.is_number(operand):
            return ex.NegateNumber(operand)
        return ex.Negate(operand, self._spans.span(node))

    # --- names ---

    def _name(self, node: ast.expr, name: str, number: bool) -> Lowered:
        bound = self._of.scope.lookup(name)
        match bound:
            case None:
                raise self._spans.stop(node, *self._of.scope.names.unknown(name))
            case NamedGPT():
                hint = f'Write {name}.loss("a"), or {name}("a") for logits.'
                raise self._spans.stop(node, f"{name} is a GPT here.", hint)
            case NamedNet():
                raise self._spans.stop(node, f"{name} is a network here.", f"Write {bound.example()}.")
            case Function():
                raise self._spans.stop(node, f"{name} is a function here.", f"Write {name}(...).")
            case str() if self._knowing and (found := self._of.plain_number(bound, name)) is not None:
                self._of.taken_as_plain.add((bound, True))
                return found
            case str() if number and self._reading and self._of.is_plain(bound, name):
                self._of.taken_as_plain.add((bound, False))
                return ex.Field(bound, "data", self._spans.span(node))
            case str() if number:
                raise self._spans.stop(
                    node, f"A plain number is needed here, and {name} is a node.", f"Write {name}.data."
                )
            case str():
                return ex.Name(bound, self._spans.span(node))
        return bound

    def _attribute(self, node: ast.Attribute, number: bool) -> Lowered:
        name = dotted(node)
        if node.attr in ex.FIELDS:
            return ex.Field(self.node(node.value, node).name, node.attr, self._spans.span(node))
        constant = self._of.callables.constant(name)
        if constant is not None:
            return ex.Literal(constant)
        if name and self._of.scope.lookup(name) is not None:
            return self._name(node, name, number)
        part = self._of.networks.part(node)
        if isinstance(part, (str, Items)):
            return self._of.elements.lowered(part, node, number=number)
        if name:
            return self._name(node, name, number)
        raise self._nameless(node)

    def node(self, owner: ast.expr, whole: ast.Attribute | None = None) -> ex.Name:
        """The node that an expression names, where only a name can stand; `whole` is what is read of it."""
        name = dotted(owner)
        if isinstance(owner, ast.Subscript):
            lowered = self.lower(owner)
            if isinstance(lowered, ex.Name):
                return lowered
            if isinstance(lowered, Items):
                raise self.a_list(lowered, owner)
            said = self._spans.source(owner)
            raise self._spans.stop(owner, f"{said} is a plain number here, not a node.", f"Write {said}.")
        part = self._of.networks.part(owner)
        if isinstance(part, str):
            return ex.Name(part, self._spans.span(owner))
        if isinstance(owner, ast.Attribute) and owner.attr in ex.FIELDS:  # As in x.grad.data.
            self.lower(owner)
            said = self._spans.source(owner)
            raise self._spans.stop(owner, f"{said} is a plain number here, not a node.", f"Write {said}.")
        if not name:
            raise self._nameless(whole) if whole else self._spans.not_here(owner)
        bound = self._of.scope.lookup(name)
        if isinstance(bound, str):
            return ex.Name(bound, self._spans.span(owner))
        if isinstance(bound, Items):
            raise self.a_list(bound, owner)
        if ex.is_number(bound) and name not in self._of.scope.names.loops:
            raise self._spans.stop(owner, f"{name} is a plain number here, not a node.", f"Write {name}.")
        raise self._spans.stop(owner, *self._of.scope.names.unknown(name))

    def is_name(self, node: ast.expr) -> bool:
        """Whether an expression is a name by its form, and not a field of one."""
        return (bool(dotted(node)) or isinstance(node, ast.Subscript)) and not (
            isinstance(node, ast.Attribute) and node.attr in ex.FIELDS
        )

    def _nameless(self, node: ast.Attribute) -> StopReading:
        """The error of reading something of what has no name, such as `(a*b).data`."""
        if node.attr in ex.FIELDS:
            return self._spans.stop(
                node, f".{node.attr} stands behind a name.", "Give it a name on a line above."
            )
        return self._spans.stop(node, f"Nodes have no .{node.attr} here.", "They have .data and .grad.")

    # --- operators ---

    def _chain(self, node: ast.BinOp, number: bool) -> Lowered:
        """A sum or a product of any length: what stands leftmost, and one operation after the other."""
        links = []
        first: ast.expr = node
        while isinstance(first, ast.BinOp):
            if isinstance(first.op, ast.Mod) and isinstance(first.left, (ast.Constant, ast.JoinedStr)):
                self._formatted(first)
            self.operator(first)
            links.append(first)
            first = first.left
        lowered = self.lower(first, number=number)
        for link in reversed(links):
            before = len(self._of.out)
            right = self.lower(link.right, number=number)
            left = self._of.keep(lowered, link.left, before)
            lowered = self.operate(self.operator(link), left, right, link)
        return lowered

    def _formatted(self, node: ast.BinOp) -> None:
        """Stop at `"%.3f" % x`."""
        if not isinstance(node.left, ast.Constant) or isinstance(node.left.value, str):
            raise self._spans.stop(
                node, "A text has its numbers in braces here.", 'Write print(f"loss {loss.data:.3f}").'
            )

    def operator(self, node: ast.BinOp | ast.AugAssign) -> str:
        """The operator's sign."""
        operator = _OPERATORS.get(type(node.op))
        if operator is None:
            message, hint = _OTHER_OPERATORS.get(
                type(node.op),
                ("This operator is not part of the language.", f"Use {' '.join(ex.ARITHMETIC)}."),
            )
            raise self._spans.stop(node, message, hint)
        return operator

    def operate(self, operator: str, left: Lowered, right: Lowered, node: ast.BinOp) -> Lowered:
        """An operator on two of anything; a Number that meets a Value is lifted."""
        if isinstance(left, Items) or isinstance(right, Items):
            joined = self._joined(operator, left, right, node)
            if joined is not None:
                return joined
            if operator == "*":
                items = left if isinstance(left, Items) else right
                assert isinstance(items, Items)
                name = items.said or "this"
                raise self._spans.stop(
                    node, f"{name} is a list of {len(items.parts)}, which * does not multiply.",
                    f"Write [a*2 for a in {items.said or 'x'}], or "
                    + ("[0]*3." if _plain(items) else "[Value(0) for i in range(3)]."),
                )  # fmt: skip
            if isinstance(left, Items) and isinstance(right, Items):
                raise self._spans.stop(
                    node, f"Lists have no {operator} but +, which joins them.",
                    f"Write [a {operator} b for a, b in zip(x, y)].",
                )  # fmt: skip
        if ex.is_number(left) and ex.is_number(right):
            return ex.Arithmetic(operator, left, right)
        first = self.as_value(left, node.left)
        if operator == "**" and ex.is_number(right):
            return ex.Power(first, right, self._spans.span(node))
        return ex.Operate(operator, first, self.as_value(right, node.right), self._spans.span(node))

    def _joined(self, operator: str, left: Lowered, right: Lowered, node: ast.BinOp) -> Items | None:
        """Two lists one after the other, or a list of Numbers several times; None if it is neither."""
        if operator == "+" and isinstance(left, Items) and isinstance(right, Items):
            return Items([*left.parts, *right.parts])
        count = node.right
        if operator == "*" and isinstance(right, Items):
            left, right, count = right, left, node.left
        if operator == "*" and isinstance(left, Items) and not isinstance(right, Items):
            with self.knowing():
                right = self.lower(count)
        if operator == "*" and isinstance(left, Items) and ex.is_number(right) and _plain(left):
            times = max(self._of.elements.whole(count), 0)
            self._of.elements.few(times * len(left.parts), node)
            return Items(left.parts * times)
        return None


def _plain(items: Items) -> bool:
    """Whether a list has plain numbers alone: several times the same node would be one node."""
    return all(map(ex.is_number, items.parts))
