"""A graph as JSON, for other programs, and back: nothing is rounded and nothing is guessed.

The file's schema is in docs/graph.md; it follows `Graph`, `Node` and `GraphEdge` field by field. Numbers are
written so that reading gives the same double, the sign of a zero included; `nan` and the infinities, which
JSON does not have, are the strings `"nan"`, `"inf"` and `"-inf"`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from itertools import zip_longest
from typing import Any, TypeVar

from microcrad.errors import GraphError
from microcrad.export.graph import Graph, GraphEdge, Node, NodeState
from microcrad.ops import OPERATIONS
from microcrad.text.json_text import brief, in_json, parsed

__all__ = ["FORMAT", "VERSION", "from_json", "to_json"]

FORMAT = "microcrad graph"
VERSION = 1
_LARGEST = sys.float_info.max

_Row = TypeVar("_Row", Node, GraphEdge)
_Check = Callable[[object], Any]
"""Gives what a field means, or raises `ValueError` with the words for what it should have been."""


def to_json(graph: Graph) -> str:
    """The graph as one JSON object, a node or an edge a line."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        **{field: getattr(graph, field) for field in ("ownership", "event", "events", "ended")},
    }
    lists: dict[str, tuple[Node, ...] | tuple[GraphEdge, ...]] = {"nodes": graph.nodes, "edges": graph.edges}
    parts = [json.dumps(head)[1:-1]]
    for name, rows in lists.items():
        lines = [json.dumps(_plain(row), allow_nan=False) for row in rows]
        parts.append(f'"{name}": [' + ",".join(f"\n{line}" for line in lines) + "]")
    return "{" + ",\n".join(parts) + "}\n"


def _plain(row: Node | GraphEdge) -> dict[str, object]:
    fields = asdict(row)
    return {name: in_json(value) if type(value) is float else value for name, value in fields.items()}


def from_json(text: str, name: str = "the text") -> Graph:
    """The graph that `to_json` wrote; messages call the text `name`.

    Raises `GraphError` if it is anything else: a field is missing, or an edge leads nowhere.
    """
    return _Reader(name).graph(text)


# --- what each field must be ---------------------------------------------------------------------------


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise ValueError("a text")
    return found


def _truth(found: object) -> bool:
    if not isinstance(found, bool):
        raise ValueError("true or false")
    return found


def _count(found: object) -> int:
    if type(found) is not int or found < 0:
        raise ValueError("a whole number from 0")
    return found


def _number(found: object) -> float:
    if found in ("nan", "inf", "-inf"):
        return float(str(found))
    if type(found) not in (int, float) or not abs(found) <= _LARGEST:  # type: ignore[arg-type]
        raise ValueError('a number, "nan", "inf" or "-inf"')
    return float(found)  # type: ignore[arg-type]


def _number_or_null(found: object) -> float | None:
    return None if found is None else _number(found)


def _texts(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError("a list of texts")
    return tuple(found)


def _one_of(*words: str) -> _Check:
    def check(found: object) -> str:
        if found not in words:
            raise ValueError(" or ".join(words))
        return str(found)

    return check


_ARITY = {op.name: op.arity for op in OPERATIONS}
_GRAPH: dict[str, _Check] = {
    "ownership": _one_of("auto", "manual"),
    "event": _count,
    "events": _count,
    "ended": _truth,
}
_NODE: dict[str, _Check] = {
    "id": _count,
    "label": _text,
    "names": _texts,
    "op": _one_of(*_ARITY),
    "parameter": _number_or_null,
    "data": _number_or_null,
    "grad": _number,
    "refs": _count,
    "state": lambda found: NodeState(_one_of(*NodeState)(found)),
    "line": _count,
    "source": _text,
}
_EDGE: dict[str, _Check] = {"operand": _count, "user": _count, "slot": _count}


class _Reader:
    """Checks everything before it gives anything; `name` is what messages call the file."""

    def __init__(self, name: str) -> None:
        self.name = name

    def graph(self, text: str) -> Graph:
        top = self.parse(text)
        if not isinstance(top, dict) or top.get("format") != FORMAT:
            raise GraphError(
                f'{self.name} is not an exported graph: expected an object with "format": "{FORMAT}". '
                "Choose a file from: microcrad export FILE --to json."
            )
        if top.get("version") != VERSION:
            raise self.wrong("version", top.get("version"), str(VERSION))
        head = self.fields("", top, _GRAPH)
        nodes = self.rows(Node, "nodes", top, _NODE)
        edges = self.rows(GraphEdge, "edges", top, _EDGE)
        for place, node in enumerate(nodes):
            if node.id != place:
                raise self.wrong(f"nodes[{place}].id", node.id, f"{place}, its place in the list")
        expected = [f"slot {slot} of node {node.id}" for node in nodes for slot in range(_ARITY[node.op])]
        found = [f"slot {edge.slot} of node {edge.user}" for edge in edges]
        for place, (one, other) in enumerate(zip_longest(found, expected)):
            if one != other:
                raise self.damaged(f"edges[{place}]", one or "missing", other or "no more")
        for place, edge in enumerate(edges):
            if edge.operand >= edge.user:
                raise self.wrong(f"edges[{place}].operand", edge.operand, f"a node before {edge.user}")
        return Graph(**head, nodes=nodes, edges=edges)

    def parse(self, text: str) -> object:
        try:
            return parsed(text)
        except ValueError as error:
            raise GraphError(
                f"{self.name} is not an exported graph: {error}. Choose a file that is complete."
            ) from None

    def rows(
        self, row: type[_Row], where: str, top: dict[str, object], checks: dict[str, _Check]
    ) -> tuple[_Row, ...]:
        found = top.get(where)
        if not isinstance(found, list):
            raise self.wrong(where, found, "a list")
        return tuple(
            row(**self.fields(f"{where}[{place}].", each, checks)) for place, each in enumerate(found)
        )

    def fields(self, where: str, found: object, checks: dict[str, _Check]) -> dict[str, Any]:
        if not isinstance(found, dict):
            raise self.wrong(where.rstrip("."), found, "an object")
        read = {}
        for name, check in checks.items():
            try:
                read[name] = check(found.get(name, _MISSING))
            except ValueError as error:
                raise self.wrong(f"{where}{name}", found.get(name), str(error)) from None
        return read

    def wrong(self, where: str, found: object, expected: str) -> GraphError:
        return self.damaged(where, brief(found), expected)

    def damaged(self, where: str, found: str, expected: str) -> GraphError:
        return GraphError(
            f"{self.name} is damaged: {where} is {found}, expected {expected}. Export the graph again."
        )


_MISSING = object()
