"""Checks of the graph: nodes and their numbers, shapes, functions, finite differences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from lessons.kinds.base import (
    COUNT,
    TOLERANCE,
    VALUE,
    Check,
    CheckField,
    CheckKind,
    Here,
    compare_value,
    count_problem,
    counted,
    far,
    named,
    tolerance_problem,
    unlike_count,
    unlike_value,
    value_problem,
)
from lessons.kinds.expressions import (
    draws,
    expression_problem,
    fits,
    function_of,
    pattern,
    reached,
    spread_over,
)
from microcrad.files.types import FLAG, NUMBER, TEXT, TEXTS
from microcrad.ops import OPERATIONS
from microcrad.text.numbers import short
from microcrad.timeline.inspection import inspect
from microcrad.timeline.snapshot import Snapshot

__all__ = ["KINDS"]

NODE = CheckField(TEXT, "its name, or its expression as the graph shows it", required=True)
MOST_NODES = 2000
"""How many nodes `gradcheck` and `finite` go through."""
_OPERATIONS = {word: op for op in OPERATIONS for word in (op.name, op.symbol)}


def _node(here: Here, check: Check) -> str:
    at, wanted = check.snapshot(here), check["node"]
    row = at.row(named(at, wanted))
    if not row.live:
        return f"{wanted} is freed. It has to be live."
    if check["op"] is not None and _OPERATIONS[check["op"]].name != row.op:
        return f"{wanted} is made by {row.symbol}, not as the task says. Look at its line, {row.line}."
    if check["of"] is not None:
        operands = [at.label(node) for node in row.prev]
        if [named(at, name) for name in check["of"]] != list(row.prev):
            found = " and ".join(operands) or "nothing"
            return f"{wanted} is made of {found}, not as the task says. Look at its line, {row.line}."
    return ""


def _node_problem(fields: Mapping[str, Any]) -> str:
    if fields.get("op", "+") in _OPERATIONS:
        return ""
    return f"op is {fields['op']!r}, expected one of {', '.join(sorted(_OPERATIONS))}."


def _data(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    row = at.row(named(at, check["node"]))
    if row.data is None:
        return f"{check['node']} has no number yet. Go on with n."
    return unlike_value(f"{check['node']} is", row.data, check, f"Look at line {row.line}.")


def _grad(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    row = at.row(named(at, check["node"]))
    arrived = at.received(row.id)
    look = f"Look at what arrives at {check['node']}." if arrived else "No gradient has arrived there yet."
    return unlike_value(f"{check['node']}.grad is", row.grad, check, look)


def _shape(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    node = named(at, check["node"])
    if fits(at, node, pattern(check["like"]), leaves=bool(check["leaves"])):
        return ""
    return f"{check['node']} is not built as the task says. Look at its operands in the graph."


def _operations(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    below = reached(at, named(at, check["node"]))
    wanted = _OPERATIONS[check["op"]]
    found = sum(at.operation(node) is wanted for node in below)
    said = f"{check['node']} is made with {counted(found, 'operation')} {check['op']}"
    return unlike_count(said, found, check, "Look at what it is made of.")


def _operations_problem(fields: Mapping[str, Any]) -> str:
    return _node_problem(fields) or count_problem(fields)


def _equivalent(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    root = named(at, check["node"])
    wanted = pattern(check["to"])
    inputs = {name: named(at, name) for name in wanted.names}
    found = function_of(at, root)
    low, high = check["from"] if check["from"] is not None else -2, check["until"] or 2
    for values in draws(wanted, low, high):
        expected = wanted.value(values)
        computed = found({inputs[name]: value for name, value in values.items()})
        if far(computed, expected, check):
            at_ = ", ".join(f"{name} = {short(value)}" for name, value in values.items())
            where = f"At {at_} it" if at_ else "It"
            said = f"{check['node']} does not compute what the task asks for."
            return f"{said} {where} gives {short(computed)}, which is not right."
    return ""


def _within(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    node, over = named(at, check["node"]), named(at, check["over"])
    found = function_of(at, node)
    for value in spread_over(check["from"], check["until"]):
        number = found({over: value})
        if not compare_value(number, check):
            said = f"At {check['over']} = {short(value)} {check['node']} is"
            return unlike_value(said, number, check, f"It has to fit whatever {check['over']} is.")
    return ""


def _within_problem(fields: Mapping[str, Any]) -> str:
    if fields["from"] >= fields["until"]:
        return "from has to be less than until."
    return value_problem(fields)


def _equivalent_problem(fields: Mapping[str, Any]) -> str:
    if fields.get("from", -2) >= fields.get("until", 2):
        return "from has to be less than until."
    return tolerance_problem(fields) or expression_problem("to", fields["to"])


def _gradcheck(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    if not at.begun:
        return "Nothing was differentiated yet, so there is no gradient to compare."
    nodes = [named(at, check["node"])] if check["node"] is not None else at.nodes[:MOST_NODES]
    for node in nodes:
        found = inspect(at, node)
        if found.numeric is None:
            continue
        if far(found.row.grad, found.numeric, check):
            grad = f"{found.row.label}.grad is {short(found.row.grad)}"
            return f"{grad}, and nudging it gives another number. Look at its slopes."
    return ""


def _finite(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    nodes = [named(at, check["node"])] if check["node"] is not None else at.nodes[:MOST_NODES]
    for node in nodes:
        for field, number in (("data", at.data(node)), ("grad", at.grad(node))):
            if number is not None and not math.isfinite(number):
                return f"{_label(at, node)}.{field} is {short(number)}, not finite. w goes to the first such."
    return ""


def _label(at: Snapshot, node: int) -> str:
    label = at.label(node)
    return label if label.isidentifier() else f"({label})"


KINDS = (
    CheckKind("node", "There is a live node of this name.",
        'is = "node", node = "y", op = "*", of = ["x", "x"]', _node,
        {"node": NODE,
         "op": CheckField(TEXT, "the operation that made it, by name or symbol; `leaf` for none"),
         "of": CheckField(TEXTS, "its operands in slot order")}, problem=_node_problem),
    CheckKind("data", "A node's number is what it should be.",
        'is = "data", node = "z", near = 12, abs = 1e-9', _data, {"node": NODE, **VALUE},
        problem=value_problem),
    CheckKind("grad", "A node's gradient is what it should be.",
        'is = "grad", node = "x", near = 7, rel = 1e-9', _grad, {"node": NODE, **VALUE},
        problem=value_problem),
    CheckKind("shape", "A node's graph is built like an expression, whatever its nodes are called.",
        'is = "shape", node = "L", like = "(a*b + c)*f", leaves = true', _shape,
        {"node": NODE,
         "like": CheckField(TEXT,
             "an expression: a name stands for any one node, the same name for the same node, two names "
             "for two nodes, a number for a leaf of that number; `+` and `*` fit in any order and grouping",
             required=True),
         "leaves": CheckField(FLAG, "whether names stand for leaves only")},
        problem=lambda fields: expression_problem("like", fields["like"])),
    CheckKind("operations", "A node is made with so many operations of one sort, all the way down.",
        'is = "operations", node = "y", op = "*", equals = 20', _operations,
        {"node": NODE,
         "op": CheckField(TEXT, "the operation, by name or symbol", required=True), **COUNT},
        problem=_operations_problem),
    CheckKind("equivalent", "A node computes the same as an expression, at eight random points.",
        'is = "equivalent", node = "t", to = "tanh(n)", rel = 1e-6', _equivalent,
        {"node": NODE,
         "to": CheckField(TEXT, "an expression in names of the program's nodes, which are what is varied",
             required=True),
         **TOLERANCE,
         "from": CheckField(NUMBER, "the least number to put in; -2 if left out"),
         "until": CheckField(NUMBER, "the largest number to put in; 2 if left out")},
        problem=_equivalent_problem),
    CheckKind("within", "A node's number is as it should be, whatever number another node has.",
        'is = "within", node = "p", over = "n", above = 0, below = 1, from = -5, until = 5', _within,
        {"node": NODE, "over": CheckField(TEXT, "the node whose number is varied", required=True),
         "from": CheckField(NUMBER, "the least number to put in", required=True),
         "until": CheckField(NUMBER, "the largest number to put in", required=True), **VALUE},
        problem=_within_problem),
    CheckKind("gradcheck", "Gradients agree with finite differences.",
        'is = "gradcheck", rel = 1e-4, abs = 1e-6', _gradcheck,
        {"node": CheckField(TEXT, "the one node to compare; every node if left out"), **TOLERANCE},
        problem=tolerance_problem, panes=("graph", "inspector")),
    CheckKind("finite", "No number is infinite or nan.", 'is = "finite"', _finite,
        {"node": CheckField(TEXT, "the one node to look at; every node if left out")}),
)  # fmt: skip
