"""`print(...)`: one value with its text, or texts and numbers as Python would say them."""

from __future__ import annotations

import ast
import json
import re

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.scopes import Items, NamedNet
from microcrad.language.lower.spans import StopReading
from microcrad.language.source_places import Span

__all__ = ["printed"]

_FORMAT = re.compile(r"\.[0-9]{1,2}[feg]")
_LONG = 80
_Parts = list[str | tuple[ex.Number, str]]


def printed(of: Draft, call: ast.Call, span: Span) -> st.Statement:
    """The statement that a `print` is."""
    if call.keywords:
        raise of.spans.stop(
            call.keywords[0].value, f"print has no {call.keywords[0].arg or '**'} here.",
            'Write one text: print(f"{a.data}, {b.data}").',
        )  # fmt: skip
    if not call.args:
        raise of.spans.stop(call, "print takes one argument or more, not 0.", "Write print(a).")
    first = call.args[0]
    if isinstance(net := of.networks.part(first), NamedNet):
        return st.Say((net.said(),), span)
    text = isinstance(first, ast.BinOp) and _texts(first) is not None
    if len(call.args) == 1 and not _is_text(first) and not text:
        lowered = of.values.lower(first)
        if not isinstance(lowered, Items):
            return st.Print(lowered, of.spans.source(first), span)
        return st.Say(_joined([f"{of.spans.source(first)} = ", *_items(lowered, span)]), span)
    parts: _Parts = []
    for place, argument in enumerate(call.args):
        parts += [" "] if place else []
        parts += _argument(of, argument)
    return st.Say(_joined(parts), span)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _argument(of: Draft, node: ast.expr) -> _Parts:
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=values):
            whole, of.spans.fixed = of.spans.fixed, of.spans.span(node)
            try:
                return [part for value in values for part in _piece(of, value)]
            finally:
                of.spans.fixed = whole
        case ast.BinOp() if (texts := _texts(node)) is not None:
            said = [
                json.dumps(each.value, ensure_ascii=False)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
                else of.spans.source(each)
                for each in texts
            ]
            raise of.spans.stop(
                node, "Texts are not joined or repeated here.", f"Write print({', '.join(said)})."
            )
    return _value(of, node, "")


def _texts(node: ast.BinOp) -> list[ast.expr] | None:
    """What to print instead of texts that are added or repeated; None if there is no text."""
    parts: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        parts.append(left.right)
        left = left.left
    parts = [left, *reversed(parts)]
    for place, part in enumerate(parts):
        match part:
            case ast.BinOp(
                left=ast.Constant(value=str() as text), op=ast.Mult(), right=ast.Constant(value=int(times))
            ):
                parts[place] = ast.Constant((text[:_LONG] * min(times, _LONG))[:_LONG])
            case ast.Call(func=ast.Name(id="str"), args=[number]):
                parts[place] = number
    return parts if any(map(_is_text, parts)) else None


def _piece(of: Draft, node: ast.expr) -> _Parts:
    """A part of an f-text: text as it stands, or a number in braces."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return _value(of, value, "")
        case ast.FormattedValue(
            value=value, conversion=-1, format_spec=ast.JoinedStr(values=[ast.Constant(value=str() as spec)])
        ) if _FORMAT.fullmatch(spec):
            return _value(of, value, spec)
    raise of.spans.stop(
        node, "A number's format is .Nf, .Ne or .Ng, with N from 0 to 99.", "Write {a.data:.4f}."
    )


def _value(of: Draft, node: ast.expr, spec: str) -> _Parts:
    lowered = _as_said(of, node)
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


def _as_said(of: Draft, node: ast.expr) -> Lowered:
    """What a part of a text is: functions of plain numbers, such as `abs(a.data)`, are numbers there."""
    mark = of.mark()
    try:
        return of.values.lower(node, number=True)
    except StopReading:
        of.reset(mark)
    return of.values.lower(node)


def _items(items: Items, span: Span, spec: str = "") -> _Parts:
    """A list as its numbers in brackets."""
    parts: _Parts = ["["]
    for place, part in enumerate(items.parts):
        parts += [", "] if place else []
        if isinstance(part, Items):
            parts += _items(part, span, spec)
        elif isinstance(part, str):
            parts.append((ex.Field(part, "data", span), spec))
        else:
            parts.append((part, spec))
    return [*parts, "]"]


def _joined(parts: _Parts) -> tuple[str | tuple[ex.Number, str], ...]:
    """Texts that follow one another as one."""
    joined: _Parts = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)
