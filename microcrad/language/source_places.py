"""Places in a program: where something stands, and in which unrolled piece."""

from __future__ import annotations

from collections.abc import Sequence

from microcrad.errors import ProgramError
from microcrad.records import Record

__all__ = [
    "TOP",
    "Piece",
    "Span",
    "excerpt",
    "told_within",
    "within",
]


class Span(Record):
    """A place in a program: lines from 1, columns in characters from 1, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
    piece: int = 0
    """Which unrolled piece of the program it is of, as a place in its `pieces`; 0 for none."""

    def error(self, message: str, hint: str = "", advice: str = "") -> ProgramError:
        """An error at this place; of one that goes over several lines, only where it starts is marked."""
        end = self.end_column if self.end_line == self.line else 0
        return ProgramError(message, self.line, self.column, end, hint, advice)


class Piece(Record):
    """One unrolled piece: what one call of a function does, or one turn of a loop over a list."""

    group: str
    """The group that its nodes are: `f`, `f#2`, `for x=xs[0] (line 3)`; empty if they are none."""
    call: str
    """The function that is called; empty for a loop's turn, and for a part of a network."""
    turn: str
    """What the loop's variables are in this turn, such as `x = xs[0]`; empty for a call and its parts."""
    site: Span
    """Where the call or the loop stands; its piece is the piece around this one."""


TOP = Piece("", "", "", Span(1, 1, 1, 1))
"""What stands as written, in no unrolled piece."""


def within(pieces: Sequence[Piece], piece: int) -> str:
    """The calls that lead to a piece, as the end of a sentence; empty if none do."""
    calls = []
    while piece:
        each = pieces[piece]
        if each.call:
            calls.append(f"in {each.call}, called on line {each.site.line}")
        piece = each.site.piece
    if len(calls) > 3:
        calls[2:-1] = ["and so on"]
    return f" ({', '.join(calls)})" if calls else ""


def told_within(message: str, calls: str) -> str:
    """A sentence with the calls that lead to where it happened, before its full stop."""
    return f"{message.removesuffix('.')}{calls}." if calls else message


def excerpt(lines: Sequence[str], span: Span, most: int | None = None) -> str:
    """The text at a span without its comments, its line breaks and runs of spaces as single spaces.

    Of a text that is much longer than `most` characters, so many from its beginning, and an ellipsis.
    """
    lines = list(lines[span.line - 1 : span.end_line])
    if not lines:
        return ""
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    looked_at = None if most is None else 2 * most  # Of a chain of thousands, each link has a long text.
    text = " ".join(" ".join(line[:looked_at].partition("#")[0] for line in lines[:looked_at]).split())
    longer = looked_at is not None and (len(lines) > looked_at or max(map(len, lines)) > looked_at)
    return f"{text[:most]}…" if longer or (looked_at is not None and len(text) > looked_at) else text
