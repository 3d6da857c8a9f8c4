"""Calls of what is not here, and what to write instead."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from microcrad.language import core_expressions as ex
from microcrad.language.lower.draft import Draft
from microcrad.language.lower.elements import GOING_OVER
from microcrad.language.lower.instead import instead_of_call
from microcrad.language.lower.networks import NETWORKS
from microcrad.language.lower.scopes import GROWING
from microcrad.language.lower.spans import StopReading, dotted
from microcrad.text.near import did_you_mean

__all__ = ["unknown_call"]


def unknown_call(
    of: Draft, name: str, arguments: list[ast.expr], node: ast.Call, known: Sequence[str]
) -> StopReading:
    """The error of a call of what is not here; `known` is what can be called."""
    source, module = of.spans.source, of.callables.module(dotted(node.func))
    made = node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(made, ast.Call) and (kind := dotted(made.func)) in NETWORKS:
        return of.networks.unnamed(node, kind, made)
    if made is not None and name in GROWING and dotted(made) and of.scope.lookup(dotted(made)) is None:
        message, hint = of.scope.names.unknown(dotted(made))
        return of.spans.stop(made, message, hint.replace(" = 1 on a line", " = [] on a line"))
    if made is not None and name in ("append", "extend") and of.callables.is_list(made):
        line = f"{source(made)}.{name}({', '.join(map(source, arguments[1:]))})"
        return of.spans.stop(node, f"{name} gives no value.", f"Put it on a line of its own: {line}.")
    if made is not None and name in GROWING and (of.callables.is_list(made) or isinstance(made, ast.Call)):
        return of.list_names.grows(node, made, len(of.elements.of(made).parts))
    if name in GOING_OVER:
        return of.spans.stop(node, f"{name} stands in a loop.", f"Write list({source(node)}).")
    if name == "draw_dot":
        hint = instead_of_call(name, arguments, node, source)
        return of.spans.stop(node, "draw_dot gives nothing here.", hint)
    hint = instead_of_call(name, arguments, node, source) or did_you_mean(name, known).strip()
    functions = ", ".join(ex.FUNCTIONS)
    if isinstance(node.func, ast.Name):
        hint = hint or f"Write def {name}(x): on a line above, or one of {functions}."
    hint = hint or f"The functions are {functions}."
    if module is not None:
        return of.spans.stop(node.func, f"{dotted(node.func)} is not known here.", hint)
    return of.spans.stop(node.func, f"There is no function {name}.", hint)
