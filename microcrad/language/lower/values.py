"""Expressions: by its form alone, each is a Number, a Value or a list.

What is not on the list here, or in the files beside it, is an error that says what to write instead.
"""

from __future__ import annotations

import ast
import types

from microcrad.language import core_expressions as ex
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.scopes import Function, Items, NamedGPT, NamedNet
from microcrad.language.lower.signs import COMPARISONS
from microcrad.language.lower.spans import MAX_NESTING, StopReading, dotted, too_deep

__all__ = ["Values"]


class Values:
    """Lowers expressions, knowing which names have a value so far."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans
        self.depth = 0
        self._saying = False

    # --- what is wanted ---

    def value(self, node: ast.expr) -> ex.Expression:
        """An expression where a node is wanted: a Number is lifted into one leaf."""
        return self.as_value(self.lower(node), node)

    def number(self, node: ast.expr) -> ex.Number:
        """An expression where a Number is wanted: a Value is an error that suggests `.data`."""
        return self.as_number(self.lower(node, number=True), node)

    def said(self, node: ast.expr, *, in_text: bool) -> Lowered:
        """What a `print` says: a number where it is one, and else a node or a list."""
        mark = self._of.mark()
        if in_text:
            lowered = self._as_said(node)
            if lowered is not None:
                return lowered
            self._of.reset(mark)
        lowered = self.lower(node)
        if in_text or isinstance(lowered, Items) or not self._of.plain.says_number(lowered):
            return lowered
        self._of.reset(mark)
        return self.number(node)

    def _as_said(self, node: ast.expr) -> Lowered | None:
        """A part of a text where it is a number or a list: functions of Numbers are Numbers there."""
        before, self._saying = self._saying, True
        try:
            lowered = self.lower(node, number=True)
            return lowered if isinstance(lowered, Items) else self.as_number(lowered, node)
        except StopReading:
            return None
        finally:
            self._saying = before

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
        if isinstance(lowered, ex.Name):
            if (found := self._of.plain.read(lowered, said=self._saying)) is not None:
                return found
            said = self._spans.source(node)
            raise self._spans.stop(
                node, f"A plain number is needed here, and {said} is a node.", f"Write {said}.data."
            )
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

    def computed(self, lowered: Lowered) -> Lowered:
        """What was lowered, as a plain number where that is what Python would compute with."""
        if isinstance(lowered, ex.Name):
            return self._of.plain.computed(lowered) or lowered
        return lowered

    def known(self, lowered: Lowered) -> float | None:
        """The number that was lowered, if it is known before anything runs."""
        number = self._of.plain.resolved(lowered)
        return None if number is None else self._of.constant(number)

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
                return self._of.operators.chain(node, number=number)
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
            case ast.IfExp():
                return self.lower(self._of.branches.chosen(node), number=number)
            case ast.List() | ast.ListComp() | ast.GeneratorExp():
                return self._of.elements.literal(node)
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in COMPARISONS:
                return ex.Arithmetic(COMPARISONS[type(operator)], self.number(left), self.number(right))
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
        operand = self.computed(self.lower(node.operand, number=number))
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
            case str():
                named = ex.Name(bound, self._spans.span(node))
                return self.as_number(named, node) if number else named
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
