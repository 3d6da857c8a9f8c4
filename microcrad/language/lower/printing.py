"""`print(...)`: one value with its text, or texts and numbers as Python would say them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft
from microcrad.language.lower.number_formats import formatted, pieces, read_format
from microcrad.language.lower.scopes import Items, NamedNet
from microcrad.language.source_places import Span

__all__ = ["printed"]

_LONG = 80
_Parts = list[str | tuple[ex.Number, str]]


def printed(of: Draft, call: ast.Call, span: Span) -> st.Statement:
    """The statement that a `print` is."""
    between = _between(of, call)
    if not call.args:
        return st.Say(("",), span)
    first = call.args[0]
    if isinstance(net := of.networks.part(first), NamedNet):
        return st.Say((net.said(),), span)
    if len(call.args) == 1 and not _is_text(first):
        lowered = of.values.said(first, in_text=False)
        if not isinstance(lowered, Items):
            return st.Print(lowered, of.spans.source(first), span)
        return st.Say(_joined([f"{of.spans.source(first)} = ", *_items(lowered, span)]), span)
    parts: _Parts = []
    for place, argument in enumerate(call.args):
        parts += [between] if place else []
        parts += _argument(of, argument)
    return st.Say(_joined(parts), span)


def _between(of: Draft, call: ast.Call) -> str:
    """What stands between the things that are said; what ends a line is passed over, as each has its own."""
    between = " "
    for word in call.keywords:
        if word.arg == "sep":
            between = of.callables.text(word.value, "sep is a text.", 'Write sep=", ".')
        elif word.arg in ("end", "flush"):
            of.passed_over.append(f"{word.arg}={of.spans.source(word.value)}")
        else:
            raise of.spans.stop(
                word.value, f"print has no {word.arg or '**'} here.", 'It has sep: print(a, b, sep=", ").'
            )
    return between


# --- texts ---------------------------------------------------------------------------------------------


def _is_text(node: ast.expr) -> bool:
    """Whether an expression is a text in Python, by its form."""
    while True:  # A sum may be long.
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
                if _is_text(right):
                    return True
                node = left
            case ast.Call(func=ast.Attribute(value=text, attr="format")) | ast.BinOp(left=text, op=ast.Mod()):
                node = text
            case ast.JoinedStr() | ast.Constant(value=str()) | ast.Call(func=ast.Name(id="str")):
                return True
            case _:
                return False


def _argument(of: Draft, node: ast.expr) -> _Parts:
    """One argument of a `print` of several things, or of a text."""
    return _text(of, node) if _is_text(node) else _value(of, node, "")


def _text(of: Draft, node: ast.expr) -> _Parts:
    """A text: as it stands, with numbers in braces, or made of several."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=values):
            whole, of.spans.fixed = of.spans.fixed, of.spans.span(node)
            try:
                return [part for value in values for part in _piece(of, value)]
            finally:
                of.spans.fixed = whole
        case ast.Call(func=ast.Name(id="str"), args=[value], keywords=[]):
            return _argument(of, value)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str() as text)), args=arguments, keywords=[]
        ):
            return _filled(of, node, pieces(text, percent=False), arguments)
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod(), right=right):
            given = right.elts if isinstance(right, ast.Tuple) else [right]
            return _filled(of, node, pieces(text, percent=True), given)
        case ast.BinOp(op=ast.Add()) if all(map(_is_text, sides := _sides(node))):
            return [part for side in sides for part in _text(of, side)]
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            said, times = (left, right) if _is_text(left) else (right, left)
            return _text(of, said) * min(max(of.elements.whole(times), 0), _LONG)
    raise of.spans.stop(
        node, "Only texts are joined to texts.",
        'Write what is said one after the other: print("loss", loss.data).',
    )  # fmt: skip


def _sides(node: ast.expr) -> list[ast.expr]:
    """What is added in a sum of any length."""
    sides = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides.append(node.right)
        node = node.left
    return [node, *reversed(sides)]


def _piece(of: Draft, node: ast.expr) -> _Parts:
    """A part of an f-text: text as it stands, or a number in braces."""
    match node:
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return _argument(of, value)
        case ast.FormattedValue(
            value=value, conversion=-1, format_spec=ast.JoinedStr(values=[ast.Constant(value=str() as spec)])
        ):
            return _in_format(of, node, value, spec)
        case ast.Constant():
            return _text(of, node)
    raise _no_format(of, node)


def _filled(
    of: Draft, node: ast.expr, parts: list[str | tuple[int, str]] | None, given: list[ast.expr]
) -> _Parts:
    """A text with values in its places: `"{:.2f}".format(x)`, or `"%.2f" % x`."""
    if parts is None or max((part[0] for part in parts if isinstance(part, tuple)), default=-1) >= len(given):
        raise of.spans.stop(
            node, "The places in this text cannot be filled with what is given.",
            'Write print(f"loss {loss.data:.3f}").',
        )  # fmt: skip
    filled: _Parts = []
    for part in parts:
        if isinstance(part, str):
            filled.append(part)
        else:
            place, spec = part
            filled += (
                _in_format(of, given[place], given[place], spec) if spec else _argument(of, given[place])
            )
    return filled


def _in_format(of: Draft, node: ast.expr, value: ast.expr, spec: str) -> _Parts:
    """A value in a format; a text in one is known."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        said = formatted(value.value, spec)
        if said is not None:
            return [said]
    core = read_format(spec)
    if core is None:
        raise _no_format(of, node)
    return _value(of, value, core)


def _no_format(of: Draft, node: ast.expr) -> Exception:
    return of.spans.stop(
        node, "A number's format is a width, digits behind the point, and f, e, g, d or %.",
        "Write {a.data:.4f}. A width stands before the point: {a.data:8.4f}.",
    )  # fmt: skip


# --- values --------------------------------------------------------------------------------------------


def _value(of: Draft, node: ast.expr, spec: str) -> _Parts:
    lowered = of.values.said(node, in_text=True)
    if isinstance(lowered, Items):
        return _items(lowered, of.spans.span(node), spec)
    if ex.is_number(lowered):
        return [(lowered, spec)]
    if not isinstance(lowered, ex.Name):
        lowered = of.temporary(lowered, of.spans.span(node))
    if spec:
        return [(ex.Field(lowered.name, "data", lowered.span), spec)]
    data, grad = (ex.Field(lowered.name, field, lowered.span) for field in ex.FIELDS)
    return ["Value(data=", (data, ""), ", grad=", (grad, ""), ")"]


def _items(items: Items, span: Span, spec: str = "") -> _Parts:
    """A list as its numbers in brackets."""
    return ["[", *_elements(items, span, spec), "]"]


def _elements(items: Items, span: Span, spec: str) -> Iterator[str | tuple[ex.Number, str]]:
    for place, part in enumerate(items.parts):
        if place:
            yield ", "
        if isinstance(part, Items):
            yield from _items(part, span, spec)
        elif isinstance(part, str):
            yield ex.Field(part, "data", span), spec
        else:
            yield part, spec


def _joined(parts: _Parts) -> tuple[str | tuple[ex.Number, str], ...]:
    """Texts that follow one another as one."""
    joined: _Parts = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)
