"""The core of the little language: what a program is made of, once its text has been read and lowered.

What people write may have functions, lists, networks and other spellings; `microcrad.language.lower` unrolls
it all to what is here, and everything behind it sees only that. Control flow never depends on data.
`microcrad.language.parser` reads text into these classes; `microcrad.run.interpreter` runs them.

A name may be dotted, such as `l0.n3.w1`, if none of its parts means something else (as `data`, `grad` and
`tanh` do) and it is first assigned above the lines that assign `l0.n3` or `l0`. Loop variables have no dots.
"""

from __future__ import annotations

from functools import lru_cache

from microcrad.errors import ProgramError
from microcrad.language import source_places
from microcrad.language.core_expressions import FUNCTIONS, Expression, Field, Name, Number
from microcrad.language.source_places import TOP, Piece, Span
from microcrad.records import Record

__all__ = [
    "COMMANDS",
    "RESERVED",
    "Assign",
    "Backward",
    "Delete",
    "Discard",
    "For",
    "Label",
    "Leave",
    "Let",
    "MadeAnew",
    "Print",
    "Program",
    "Release",
    "Retain",
    "Say",
    "SetField",
    "Statement",
    "ZeroGrad",
    "reads",
    "unrolled",
]

COMMANDS = ("backward", "print", "zero_grad", "retain", "release")
"""What is called on a line of its own."""

_LONGEST_SOURCE = 1000
"""Of about so many characters the text of a node is shown whole."""


RESERVED = frozenset((*FUNCTIONS, *COMMANDS, "uniform", "range"))
"""The names that mean something already."""


class Assign(Record):
    """`name = expression`; `name += expression` is read as `name = name + expression`."""

    name: str
    value: Expression
    span: Span


class SetField(Record):
    """`name.data = number` or `name.grad = number`; nothing is recomputed."""

    name: str
    field: str
    value: Number
    span: Span


class Delete(Record):
    """`del name`."""

    name: str
    span: Span


class Backward(Record):
    """`backward(expression)`."""

    root: Expression
    span: Span


class Print(Record):
    """`print(expression)` of a Value or a Number."""

    value: Expression | Number
    text: str
    span: Span


class Say(Record):
    """`print(...)` of texts and Numbers: what is said is all of them, one after the other."""

    parts: tuple[str | tuple[Number, str], ...]
    """Texts, and Numbers each with its format, such as `.3f` or `+8.2e`.

    One without a letter is a width, as `5`, `<5` or `05`, or empty: the number has every digit then.
    """
    span: Span


class Label(Record):
    """`name.label = "text"`: what a node is called where it has no name. No event of the mathematics."""

    name: Name
    text: str
    span: Span


class Let(Record):
    """A Number worked out once, for a call or a loop's turn that may use it several times."""

    name: str
    number: Number
    span: Span


class Leave(Record):
    """The end of a call or of a line: these names let go of their nodes, those that have one."""

    names: tuple[str, ...]
    span: Span


class ZeroGrad(Record):
    """`zero_grad()` on every live node, or `zero_grad(a, b)` on exactly those named."""

    names: tuple[Name, ...]
    span: Span


class Retain(Record):
    """`retain(name)`."""

    name: Name
    span: Span


class Release(Record):
    """`release(name)`."""

    name: Name
    span: Span


class For(Record):
    """`for variable in range(start, stop):`; the bounds are integers or outer loops' variables."""

    variable: str
    start: int | str
    stop: int | str
    body: tuple[Statement, ...]
    span: Span


class Discard(Record):
    """An expression alone on a line: its result is a temporary."""

    value: Expression
    span: Span


Statement = (
    Assign | SetField | Delete | Backward | Print | Say | Label | Let | Leave | ZeroGrad | Retain | Release
    | For | Discard
)  # fmt: skip


class MadeAnew(Record):
    """A line that takes a step by making a new node."""

    name: str
    """What the first node is called that it does so with."""
    span: Span
    source: str
    instead: str
    """What to write, which changes the number and leaves the node."""

    @property
    def fact(self) -> str:
        """What the line does, and what to write instead."""
        return (
            f"Line {self.span.line} makes {self.name} a new node of the old one: it is no leaf any more, and "
            f"backward goes on into the old one. To change its number, write {self.instead}."
        )


class Program(Record):
    """A text and what was read from it.

    With errors there are no statements: a program runs whole or not at all.
    """

    text: str
    statements: tuple[Statement, ...]
    errors: tuple[ProgramError, ...]
    ownership: str
    """`auto` or `manual`, from a first line `# ownership: manual`; `auto` without one."""
    seed: int
    """What `uniform` draws from, set by a leading line `# seed: 42`; 1337 without one."""
    pieces: tuple[Piece, ...] = (TOP,)
    """What was unrolled, piece by piece: spans say which of them they are of."""
    passed_over: tuple[str, ...] = ()
    """What was read and left out, as it has nothing to do here, such as `import math`."""
    made_anew: tuple[MadeAnew, ...] = ()
    """The lines that give a name a new node where a step of gradient descent was meant."""
    drawn: bool = False
    """Whether something of it would have drawn the graph."""

    def within(self, span: Span) -> str:
        """The calls that lead to a place, as the end of a sentence; empty if none do."""
        return source_places.within(self.pieces, span.piece)

    def line(self, span: Span) -> int:
        """The line that a person has got to in the program as written: that of the outermost call."""
        while span.piece:
            span = self.pieces[span.piece].site
        return span.line

    def stop(self, span: Span) -> tuple[int, int]:
        """The line of a place, and in which of its unrolled pieces: where a walk by lines stops once.

        The layers and neurons of a network's call are pieces that stand where the call does.
        """
        while span.piece and (site := self.pieces[span.piece].site)[:4] == span[:4]:
            span = site
        return span.line, span.piece

    @property
    def notice(self) -> str:
        """What to say once of steps that make nodes and of what was passed over; empty if nothing is."""
        shown = ", ".join(dict.fromkeys(self.passed_over))
        shown = shown if len(shown) < 100 else shown[:99] + "…"
        passed = [f"Passed over, as nothing here needs it: {shown}."] if self.passed_over else []
        return " ".join([*(each.fact for each in self.made_anew[:1]), *passed])

    @property
    def announced(self) -> tuple[str, ...]:
        """What the notice is about, piece by piece."""
        return (*self.passed_over, *(each.source for each in self.made_anew))

    @property
    def advice(self) -> str:
        """What command does what was passed over, its id in braces; empty if none does."""
        return "{diagram} draws the graph." if self.drawn else ""

    def source(self, span: Span) -> str:
        """The text at a span, line breaks and runs of spaces as single spaces; of a long one its start."""
        return source_places.excerpt(_lines(self.text), span, _LONGEST_SOURCE)


@lru_cache(maxsize=1)
def _lines(text: str) -> tuple[str, ...]:
    """The lines of a text, of which each node is somebody's."""
    return tuple(text.split("\n"))


def reads(part: object) -> set[str]:
    """The names whose nodes a statement or an expression reads."""
    found: set[str] = set()
    pending = [part]
    while pending:
        each = pending.pop()
        if isinstance(each, (Name, Field)):
            found.add(each.name)
        elif isinstance(each, tuple) and not isinstance(each, Span):
            pending += each
    return found


def unrolled(program: Program, span: Span) -> str:
    """A line that was unrolled, as a comment says it: its number, where it comes from, and its text."""
    pieces, piece, said = program.pieces, span.piece, []
    while piece:
        each = pieces[piece]
        said.append(f"{each.call} called on line {each.site.line}" if each.call else each.turn or each.group)
        piece = each.site.piece
    text = _lines(program.text)[span.line - 1].strip()
    return f"line {span.line}, {', '.join(said)}: {text}"
