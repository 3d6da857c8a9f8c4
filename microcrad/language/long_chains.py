"""Sums and products of any length: Python's own parser nests a chain, and gives up after some thousands.

A chain that is too long is cut into pieces. The first piece stays in the text, the others are parsed on
their own, and the tree is put together from left to right, as it would have been.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

__all__ = ["parse_long"]

_LONGEST = 100
"""How many operators of a chain one piece has."""
_TOKEN = re.compile(
    r"(?P<skip>\s+|#.*|\\\n)|(?P<end>\n)|(?P<operand>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|"
    r"(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?|[^\W\d]\w*|\.)|(?P<power>\*\*)|(?P<sum>[-+])(?!=)|"
    r"(?P<product>\*|//?|%|@)(?!=)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<other>.)"
)
_WORDS = frozenset(("and", "or", "not", "if", "else", "in", "is", "for", "lambda", "return", "print", "del"))


@dataclass
class _Cut:
    """A chain that is too long."""

    start: int
    operators: list[int]
    """Where its operators stand."""
    end: int

    first_end: int
    """Where the first piece ends."""


@dataclass
class _Run:
    """The sum that is being read at one depth of brackets, and the product in it."""

    start: int = -1
    sums: list[int] = field(default_factory=list)
    term: int = -1
    products: list[int] = field(default_factory=list)


def parse_long(text: str) -> ast.Module:
    """`ast.parse` of a program with long chains. Raises what `ast.parse` raises."""
    cuts = _cuts(text)
    shown, kept = list(text), []
    for cut in sorted(cuts, key=lambda each: (each.start, -each.end)):
        if shown[cut.operators[0]] == " ":
            continue  # It lies in what another one cuts off, which is parsed on its own.
        kept.append(cut)
        for place in range(cut.first_end, cut.end):
            if shown[place] != "\n":
                shown[place] = " " * len(text[place].encode())  # Columns count bytes.
    tree = ast.parse("".join(shown))
    if kept:
        _Grafting(text, tree).graft(kept)
    return tree


def _cuts(text: str) -> list[_Cut]:
    cuts: list[_Cut] = []
    stack = [_Run()]
    ends: dict[int, int] = {}
    """For each operator, where what comes before it ends."""
    last = 0
    operand_before = False

    def end_term(run: _Run) -> None:
        if len(run.products) > _LONGEST:
            cuts.append(_Cut(run.term, run.products, last, ends[run.products[_LONGEST]]))
        run.term, run.products = -1, []

    def end_run() -> None:
        run = stack[-1]
        end_term(run)
        if len(run.sums) > _LONGEST:
            cuts.append(_Cut(run.start, run.sums, last, ends[run.sums[_LONGEST]]))
        stack[-1] = _Run()

    for token in _TOKEN.finditer(text):
        kind, place = token.lastgroup, token.start()
        if kind == "skip" and "\n" not in token[0]:
            continue
        if kind in ("skip", "end"):
            if len(stack) == 1 and "\\" not in token[0]:
                end_run()
                operand_before = False
            continue
        run = stack[-1]
        if kind == "sum" and operand_before:
            end_term(run)
            run.sums.append(place)
            ends[place] = last
        elif kind == "product" and operand_before:
            run.products.append(place)
            ends[place] = last
        elif kind == "other" or (kind == "operand" and token[0] in _WORDS):
            end_run()
        elif kind == "close":
            end_run()
            if len(stack) > 1:
                stack.pop()
        else:
            run.start = place if run.start < 0 else run.start
            run.term = place if run.term < 0 else run.term
            if kind == "open":
                stack.append(_Run())
        operand_before = kind == "close" or (kind == "operand" and token[0] not in _WORDS)
        last = token.end()
    end_run()
    return cuts


class _Grafting:
    """Puts the pieces of cut chains back into the tree of the rest."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self.text = text
        self.starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
        self.parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}

    def place(self, at: int) -> tuple[int, int]:
        """A place as `ast` counts: its line, and its column in bytes."""
        line = bisect_right(self.starts, at)
        return line, len(self.text[self.starts[line - 1] : at].encode())

    def graft(self, cuts: list[_Cut]) -> None:
        found: dict[tuple[int, int], list[ast.BinOp]] = {}
        for node in self.parents:
            if isinstance(node, ast.BinOp):
                found.setdefault((node.lineno, node.col_offset), []).append(node)
        for cut in reversed(cuts):  # What lies in another first, as that ends where this one does.
            end = self.place(cut.first_end)
            for first in found.get(self.place(cut.start), ()):
                if (first.end_lineno, first.end_col_offset) == end:
                    self.lengthen(first, cut)
                    break

    def lengthen(self, first: ast.BinOp, cut: _Cut) -> None:
        parent = self.parents[first]
        node: ast.expr = first
        bounds = [*cut.operators[_LONGEST::_LONGEST], cut.end]
        for start, end in pairwise(bounds):
            for link in self.piece(start, end):
                link.left, node = node, link
                link.lineno, link.col_offset = first.lineno, first.col_offset
        for name, value in ast.iter_fields(parent):
            if value is first:
                setattr(parent, name, node)
            elif isinstance(value, list):
                value[:] = [node if each is first else each for each in value]
        old = first.end_lineno, first.end_col_offset
        while isinstance(parent, ast.expr | ast.stmt) and (parent.end_lineno, parent.end_col_offset) == old:
            parent.end_lineno, parent.end_col_offset = node.end_lineno, node.end_col_offset
            parent = self.parents[parent]

    def piece(self, start: int, end: int) -> list[ast.BinOp]:
        """The operations from one operator up to another one, each on what comes before it."""
        width = 2 if self.text[start : start + 2] == "//" else 1
        text = self.text[start + width : end]
        # The operator itself, with 0 before it, so that all that follows hangs on it.
        module = parse_long(f"(0{self.text[start : start + width]}{text})")
        (statement,) = module.body
        assert isinstance(statement, ast.Expr)
        line, column = self.place(start)
        for node in ast.walk(statement):
            if isinstance(node, ast.expr):
                assert node.end_lineno is not None
                assert node.end_col_offset is not None
                node.col_offset += column - 2 if node.lineno == 1 else 0
                node.end_col_offset += column - 2 if node.end_lineno == 1 else 0
                node.lineno += line - 1
                node.end_lineno += line - 1
        links: list[ast.BinOp] = []
        chain = statement.value
        while isinstance(chain, ast.BinOp) and len(links) < _LONGEST:
            links.append(chain)
            chain = chain.left
        return links[::-1]
