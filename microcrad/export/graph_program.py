"""An exported graph as a program again: what opens a graph's file in the app and to the commands."""

from __future__ import annotations

import operator
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, cast

from microcrad.engine import Value
from microcrad.errors import ContentError, GraphError
from microcrad.export.graph import Graph, Node
from microcrad.export.json_graph import from_json
from microcrad.ops import OPERATIONS, POW
from microcrad.session.trace import program_of
from microcrad.text.visible import visible

__all__ = ["graph_program", "values_of"]

_SYMBOLS: dict[str, Callable[[Any, Any], Value]] = {"add": operator.add, "mul": operator.mul}
"""The operations of two operands; those of one are methods, by their names."""
_ARITY = {op.name: op.arity for op in OPERATIONS}


def graph_program(text: str, name: str = "the text") -> str:
    """The program that makes the graph of an exported text, which messages call `name`, and one backward.

    Its nodes, numbers and names are the graph's. Who held them and which were freed is not told: in a program
    every node is held by its name or its users. Raises `ContentError` if the text is no such graph.
    """
    graph = from_json(text, name)
    if not graph.nodes:
        return ""
    used = {edge.operand for edge in graph.edges}
    ends = [node for node in graph.nodes if node.id not in used]
    root = max(ends, key=lambda node: (node.grad == 1, node.id)).id  # backward gave it 1.
    try:
        values = values_of(graph)
        order = [*values[:root], *values[root + 1 :], values[root]]
        names = {values[node.id]: node.names for node in graph.nodes}
        return f"# the graph in {visible(PurePath(name).name)}\n{program_of(order, names)}"
    except GraphError as error:
        raise ContentError(f"{name} cannot be opened: {error}") from None


def values_of(graph: Graph) -> list[Value]:
    """A graph as `Value`s again, node for node, with its numbers and grads.

    Raises `GraphError` if a power has no exponent.
    """
    values: list[Value] = []
    edges = iter(graph.edges)
    for node in graph.nodes:
        slots = [values[next(edges).operand] for _ in range(_ARITY[node.op])]
        values.append(_made(node, slots))
        if node.data is not None:
            values[-1].data = node.data
        values[-1].grad = node.grad
    return values


def _made(node: Node, operands: list[Value]) -> Value:
    """A node from its operands."""
    if not operands:
        return Value(0.0)  # Its number comes with the others'.
    if len(operands) == 2:
        return _SYMBOLS[node.op](*operands)
    if node.op != POW.name:
        return cast(Value, getattr(operands[0], node.op)())
    if node.parameter is None:
        raise GraphError(f"node {node.id} is a power without an exponent.")
    return operands[0] ** node.parameter
