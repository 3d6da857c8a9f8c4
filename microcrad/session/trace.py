"""A graph of `Value`s as a session: the program that builds the same graph, and one backward through it.

A session reads programs, so this writes one. Whatever can be done with a program can then be done with a
graph that Python made: walked edge by edge, explained, checked, drawn and exported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from keyword import iskeyword

from microcrad.engine import Value, topological_order
from microcrad.errors import GraphError
from microcrad.language.names import Names
from microcrad.language.unparse import program_text
from microcrad.session.session import Session

__all__ = ["MOST_NODES", "program_of", "trace"]

MOST_NODES = 50_000
"""How many nodes a graph may have to become a program; the language runs programs of up to 100,000."""
MOST_IN_A_NAME = 60
"""A label that is longer is a text rather than a name."""


def trace(value: Value) -> Session:
    """The graph of a node as a session that stands just before its `backward(value)`.

    Labels become names, as far as they can: `x1*w1` is called `x1_w1`. Numbers are the graph's own, those
    that were set by hand too; grads start at 0. The graph itself stays as it is, and may change or go.
    Raises `GraphError` if an operation of one's own is in it or it has more than 50,000 nodes, and
    `UseAfterFreeError` if it reaches a freed node; `TypeError` for what is no Value.
    """
    if not isinstance(value, Value):
        raise TypeError(f"trace takes a Value, and found {value!r}. Write trace(loss).")
    order = topological_order(value)
    return Session(program_of(order, {node: (str(node.label),) for node in order if node.label}))


def program_of(order: Sequence[Value], names: Mapping[Value, Sequence[str]]) -> str:
    """The program that makes some nodes, operands before users, and differentiates the last of them.

    What a node is to be called is changed where the language has no such name, and left out where that is
    taken.
    """
    if len(order) > MOST_NODES:
        raise GraphError(f"This graph has {len(order):,} nodes, and a program at most {MOST_NODES:,}.")
    rules, called, more = Names(), dict[Value, str](), dict[str, Value]()
    wanted = [(name, node) for node in order for name in map(_as_name, names.get(node, ()))]
    for name, node in wanted:
        if node not in called and _is_free(name, rules):
            called[node] = name
            rules.assign(name, 1)
    for name, node in wanted:  # These are written last.
        if _is_free(name, rules):
            more[name] = node
            rules.assign(name, 1)
    root = order[-1]
    called.setdefault(root, next(name for name in ("out", "out_", "out__") if name not in rules.assigned))
    lines = [program_text(root, called, order).text]
    lines += [f"{name} = {called[node]}\n" for name, node in more.items()]
    return "".join([*lines, f"backward({called[root]})\n"])


def _as_name(label: str) -> str:
    """A label as the language could have it as a name; empty if there is none."""
    as_parsed = unicodedata.normalize("NFKC", label)
    name = re.sub(r"[^\w.]+", "_", as_parsed).strip("_.")
    parts = name.split(".")
    sound = all(part.isidentifier() and not iskeyword(part) for part in parts)
    return name if sound and len(name) <= MOST_IN_A_NAME else ""


def _is_free(name: str, rules: Names) -> bool:
    return bool(name) and name not in rules.assigned and rules.unassignable(name) is None
