"""Steps of gradient descent that make a new node: `w = w - 0.1*w.grad`, where `w.data` was meant.

The number is the right one, but `w` is no leaf any more: it is made of the old `w`, and every backward from
then on goes through all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.source_places import Span
from microcrad.language.statements import MadeAnew

__all__ = ["made_anew"]

_TARGET = r"[\w.]+(?:\[[^\]]*\])*"
"""What a line may give a node to: a name, or an element of a list."""


def made_anew(statements: Sequence[st.Statement], lines: Sequence[str]) -> tuple[MadeAnew, ...]:
    """The lines of a program that do so, each once, from top to bottom."""
    steps = {number for number, line in enumerate(lines, 1) if ".grad" in line}
    found: dict[int, MadeAnew] = {}
    for statement in _all(statements) if steps else ():
        line = statement.span.line
        if line in steps and line not in found and _is_step(statement):
            source = lines[line - 1].partition("#")[0].strip()
            target = re.match(rf"({_TARGET})\s*(?:[-+*/]|\*\*)?=(?!\s*\[)", source)
            name = target[1] if target else statement.name
            found[line] = MadeAnew(name, statement.span, source, _instead(statement, source, target))
    return tuple(found[line] for line in sorted(found))


def _all(statements: Sequence[st.Statement]) -> Iterator[st.Assign]:
    for statement in statements:
        if isinstance(statement, st.For):
            yield from _all(statement.body)
        elif isinstance(statement, st.Assign):
            yield statement


def _is_step(statement: st.Assign) -> bool:
    """Whether a name's new node is its old one and something of that one's grad."""
    parts: list[object] = [statement.value]
    nodes, grads = False, False
    while parts:
        part = parts.pop()
        nodes |= isinstance(part, ex.Name) and part.name == statement.name
        grads |= isinstance(part, ex.Field) and (part.name, part.field) == (statement.name, "grad")
        if isinstance(part, tuple) and not isinstance(part, (ex.Name, Span)):
            parts += part
    return nodes and grads


def _instead(statement: st.Assign, source: str, target: re.Match[str] | None) -> str:
    """The line, with `.data` behind the nodes in it."""
    if target is None:
        whole = statement.name.partition("[")[0].rpartition(".")[2]
        return f"for p in {whole}: and below it p.data -= 0.1 * p.grad"
    names = {re.escape(name) for name in st.reads(statement.value) if "[" not in name}
    names.add(re.escape(target[1]))
    named = "|".join(sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![\w.])({named})(?![\w.(\[])", r"\1.data", source)
