"""What a line with an error would have done: the lines after it are read as if it were right.

Of a name that it would have given a value nothing is said that may be untrue: neither that it has none, nor
what kind of thing it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from microcrad.errors import ProgramError
from microcrad.language import core_expressions as ex
from microcrad.language.lower.draft import Draft
from microcrad.language.lower.scopes import Unclear
from microcrad.language.lower.spans import dotted, walk

__all__ = ["Refused"]

_NAME = r"\w+(?:\s*\.\s*\w+)*"
_FIRST = rf"\s*(?:for\s+|def\s+|class\s+)?({_NAME})"
_GIVEN = r"(?<![=<>!])=(?!=)|\bas\b|\bimport\b|\bin\b"
"""What stands between the names that a line gives a value and their value, or before such names."""


class Refused:
    """Goes on after a line with an error."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft

    def assume(self, node: ast.stmt) -> None:
        """Go on as if a line were right: its names have values, its body is a loop's."""
        if isinstance(node, ast.For):
            found = re.match(_FIRST, self._line(node))
            self._of.loops.assume("".join(found[1].split()) if found else "", node)
            return
        names = self._of.scope.names
        whole = isinstance(node, ast.If) or node.lineno not in self._of.broken_lines
        written = _stored(node) if whole else self._written(node)
        for name in written:
            if name and not names.unassignable(name):
                names.assign(name, node.lineno)
                self._of.scope.bindings[name] = Unclear()

    def unknown(self, statement: ast.stmt) -> ProgramError | None:
        """What is wrong with a line that could not be read further for one above: a name that has no value.

        Of names that may be something else than a node, as they are called or have a part, nothing is said.
        """
        if not isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr)):
            return None
        read = [each for each in walk(statement) if isinstance(each, ast.Name)]
        other = {id(each.func) for each in walk(statement) if isinstance(each, ast.Call)}
        other |= {id(each.value) for each in walk(statement) if isinstance(each, ast.Attribute)}
        own = {each.id for each in read if isinstance(each.ctx, ast.Store)}  # A comprehension's variables.
        scope = self._of.scope
        known = scope.bindings.keys() | (scope.outer.bindings.keys() if scope.outer else set())
        for each in read:
            if each.id not in known | own and id(each) not in other:
                return self._of.spans.stop(each, *scope.names.unknown(each.id)).error
        return None

    def _line(self, node: ast.stmt) -> str:
        return self._of.spans.lines[node.lineno - 1]

    def _written(self, node: ast.stmt) -> Iterator[str]:
        """The names that a line which could not be read would give a value."""
        line = self._line(node)
        first = re.match(_FIRST, line)
        parts = re.split(_GIVEN, line.partition("#")[0])
        names = [found for part in parts[: max(len(parts) - 1, 1)] for found in re.findall(_NAME, part)]
        if re.match(r"\s*(?:from|import|with)\b", line):
            names = re.findall(_NAME, line)
        elif len(parts) == 1:
            names = [first[1]] if first else []
        for name in names:
            yield _whole(name)


def _whole(name: str) -> str:
    """A name without its spaces, and without a field."""
    name = "".join(name.split())
    for field in ex.FIELDS:
        name = name.removesuffix(f".{field}")
    return name


def _stored(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement would give a value."""
    for each in walk(statement):
        match each:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(asname=str(name)):
                yield name
            case ast.alias(name=name):
                yield name.partition(".")[0]
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(attr=attr, ctx=ast.Store()) if attr not in ex.FIELDS:
                yield dotted(each)
