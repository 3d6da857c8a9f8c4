"""Arrows from names and slots to the nodes that they own, as rows of text: each arrow is one reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tui.widgets.glyphs import Glyphs
from tui.widgets.wrap import cell_len, fit

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.take.owned import Owned

__all__ = ["arrows"]

_WIDEST = 16
"""Cells of an owner at the most, so that arrow and node have room in the narrow column."""


_LINES = ("───►", "─┬─►", "─┤", "─┘")
_PLAIN = ("--->", "-+->", "-|", "-+")
"""The line of a node's only owner; of the first of several, of those between, and of the last."""


def arrows(found: Sequence[Owned], glyphs: Glyphs) -> tuple[str, ...]:
    """The rows of the picture, each two cells in; none without nodes."""
    owners = [owner.removeprefix("name ") for each in found for owner in each.owners]
    width = min(max(map(cell_len, owners), default=0), _WIDEST)
    return tuple(f"  {row}" for each in found for row in _rows(each, width, glyphs))


def _rows(node: Owned, width: int, glyphs: Glyphs) -> Iterator[str]:
    """One node: a line from each owner, which meet in one arrow; beside it how many they are."""
    straight, first, between, last = _LINES if glyphs.blocks else _PLAIN
    end = len(node.owners) - 1
    for place, owner in enumerate(node.owners):
        name = fit(owner.removeprefix("name "), width, glyphs.ellipsis)
        line = straight if not end else first if not place else last if place == end else between
        said = f" {node.label}   refs {end + 1}" if not place else ""
        yield f"{name} {line}{said}"
