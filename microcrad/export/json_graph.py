"""A graph as JSON, for other programs, and back: nothing is rounded and nothing is guessed.

The file's schema is in docs/graph.md; it follows `Graph`, `Node` and `GraphEdge` field by field. Numbers are
written so that reading gives the same double, the sign of a zero included; `nan` and the infinities, which
JSON does not have, are the strings `"nan"`, `"inf"` and `"-inf"`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from microcrad.export.graph import Graph, GraphEdge, Node, NodeState
from microcrad.files.saved_things import Fields, SavedFormat
from microcrad.files.types import COUNT, FINITE, FLAG, TEXT, TEXTS, Type, one_of
from microcrad.ops import OPERATIONS
from microcrad.text.json_text import in_json

__all__ = ["FORMAT", "VERSION", "from_json", "to_json"]

FORMAT = "microcrad graph"
VERSION = 1


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

    Raises `ContentError` if it is anything else: a field is missing, or an edge leads nowhere.
    """
    fields = _SAVED.read(text, name)
    head = {field: fields.take(field, type_) for field, type_ in _GRAPH.items()}
    nodes = tuple(_node(row) for row in fields.rows("nodes"))
    edges = tuple(
        GraphEdge(**{field: row.take(field, COUNT) for field in ("operand", "user", "slot")})
        for row in fields.rows("edges")
    )
    for place, node in enumerate(nodes):
        if node.id != place:
            raise fields.damaged(f"nodes[{place}].id", str(node.id), f"{place}, its place in the list")
    expected = [f"slot {slot} of node {node.id}" for node in nodes for slot in range(_ARITY[node.op])]
    found = [f"slot {edge.slot} of node {edge.user}" for edge in edges]
    for place, (one, other) in enumerate(zip_longest(found, expected)):
        if one != other:
            raise fields.damaged(f"edges[{place}]", one or "missing", other or "no more")
    for place, edge in enumerate(edges):
        if edge.operand >= edge.user:
            raise fields.damaged(f"edges[{place}].operand", str(edge.operand), f"a node before {edge.user}")
    return Graph(**head, nodes=nodes, edges=edges)


def _node(row: Fields) -> Node:
    values = {field: row.take(field, type_) for field, type_ in _NODE.items()}
    values |= {field: _float(values[field]) for field in ("parameter", "data", "grad")}
    values |= {"names": tuple(values["names"]), "state": NodeState(values["state"])}
    return Node(**values)


def _float(found: Any) -> float | None:
    return None if found is None else float(found)


_SAVED = SavedFormat(
    "an exported graph",
    VERSION,
    FORMAT,
    "Choose a file from: microcrad export FILE --to json. For a saved network: microcrad train --from FILE.",
    "Export the graph again.",
)
_NUMBER = Type(
    'a number, "nan", "inf" or "-inf"', lambda value: value in ("nan", "inf", "-inf") or FINITE.accepts(value)
)
_NUMBER_OR_NULL = Type(_NUMBER.name, lambda value: value is None or _NUMBER.accepts(value))
_ARITY = {op.name: op.arity for op in OPERATIONS}
_GRAPH = {"ownership": one_of(("auto", "manual")), "event": COUNT, "events": COUNT, "ended": FLAG}
_NODE = {
    "id": COUNT, "label": TEXT, "names": TEXTS, "op": one_of(_ARITY), "parameter": _NUMBER_OR_NULL,
    "data": _NUMBER_OR_NULL, "grad": _NUMBER, "refs": COUNT, "state": one_of(NodeState), "line": COUNT,
    "source": TEXT,
}  # fmt: skip
"""What each field must hold."""
