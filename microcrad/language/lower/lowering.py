"""A whole program lowered to the core, and one text after another as it is typed."""

from __future__ import annotations

import ast
from itertools import takewhile
from operator import eq

from microcrad.errors import ProgramError
from microcrad.language import statements as st
from microcrad.language.lower.body import Body
from microcrad.language.lower.borrowed import Borrowed
from microcrad.language.lower.branches import Branches
from microcrad.language.lower.callables import Callables
from microcrad.language.lower.checkpoint import Checkpoint
from microcrad.language.lower.commands import Commands
from microcrad.language.lower.draft import Draft
from microcrad.language.lower.elements import Elements
from microcrad.language.lower.functions import Functions
from microcrad.language.lower.list_names import ListNames
from microcrad.language.lower.loops import Loops
from microcrad.language.lower.networks import Networks
from microcrad.language.lower.operators import Operators
from microcrad.language.lower.refused import Refused
from microcrad.language.lower.values import Values
from microcrad.language.lower.word_models import WordModels
from microcrad.language.network_files import NetworkFiles
from microcrad.language.source_places import Piece
from microcrad.records import Record

__all__ = ["Lowerer", "Lowering"]


class Lowering(Record):
    """A program in the core, and what else there is to know of it."""

    statements: tuple[st.Statement, ...]
    errors: list[ProgramError]
    """What is wrong with it."""
    pieces: tuple[Piece, ...]
    """Every unrolled piece, by its number."""
    passed_over: list[str]
    drawn: bool
    """Whether something would have been drawn in a notebook."""
    seed: int
    """What it draws with."""


class _Text(Record):
    """A program as it is written, and where its statements stand."""

    lines: list[str]
    broken_lines: set[int]
    places: list[tuple[int, int, int | None, int | None]]
    """Where each statement begins and ends."""

    def unchanged(self, other: _Text) -> int:
        """How many statements from the first on are the same in another text, the last of either left out.

        A name alone at the end of a program means something else than further up.
        """
        same = sum(1 for _ in takewhile(bool, map(eq, self.lines, other.lines)))
        same = min([same, *(line - 1 for line in self.broken_lines ^ other.broken_lines)])
        alike = takewhile(lambda both: both[0] == both[1], zip(self.places, other.places, strict=False))
        count = sum(1 for _ in takewhile(lambda both: (both[0][2] or 0) <= same, alike))
        return max(min(count, len(self.places) - 1, len(other.places) - 1), 0)


_NO_TEXT = _Text([], set(), [])


class Lowerer:
    """Lowers one text after another: what stands above what was typed is not lowered again.

    What comes of a text is the same whatever was lowered before.
    """

    def __init__(self) -> None:
        self._text = _NO_TEXT
        self._draft: Draft | None = None
        """What the text was lowered with."""
        self._checkpoint: Checkpoint | None = None
        self._place = 0
        """How many statements stand before the checkpoint."""

    def lowered(
        self,
        tree: ast.Module,
        lines: list[str],
        broken_lines: set[int],
        files: NetworkFiles | None = None,
        *,
        seed: int = 1337,
    ) -> Lowering:
        """A program lowered; `seed` is what it draws with unless it says so itself."""
        places = [(each.lineno, each.col_offset, each.end_lineno, each.end_col_offset) for each in tree.body]
        text = _Text(lines, broken_lines, places)
        unchanged = self._text.unchanged(text)
        self._text = _NO_TEXT  # As long as this one is not done.
        draft = self._gone_back(tree, text, unchanged)
        if draft is None:
            self.forget()
            draft = self._draft = _made(files)
            draft.first_seed = seed
            draft.begin(tree, lines, broken_lines)
        draft.body.into(tree.body[self._place : unchanged])
        self._checkpoint, self._place = Checkpoint(draft), unchanged
        draft.body.into(tree.body[unchanged:])
        if self._checkpoint.whole and not (files and files.named("\n".join(lines))):
            self._text = text  # Else the next one is lowered from its beginning.
        return Lowering(
            tuple(draft.out), list(draft.errors), tuple(draft.spans.pieces), list(draft.passed_over),
            draft.drawn, seed if draft.seed is None else draft.seed,
        )  # fmt: skip

    def _gone_back(self, tree: ast.Module, text: _Text, unchanged: int) -> Draft | None:
        """The draft, gone back to where this text can be lowered from; None if that is its beginning."""
        if self._draft is None or self._checkpoint is None or not 0 < self._place <= unchanged:
            return None
        self._checkpoint.restore(self._draft)
        return self._draft if self._draft.begin(tree, text.lines, text.broken_lines, unchanged) else None

    def forget(self) -> None:
        """Begin with nothing.

        Those who lowered it know each other: taken apart, they go without Python's collector.
        """
        if self._draft is not None:
            vars(self._draft).clear()
        self._text, self._draft, self._checkpoint, self._place = _NO_TEXT, None, None, 0


def _made(files: NetworkFiles | None) -> Draft:
    """A draft of no text yet, with all who lower its parts."""
    draft = Draft(files)
    draft.values = Values(draft)
    draft.operators = Operators(draft)
    draft.callables = Callables(draft)
    draft.elements = Elements(draft)
    draft.list_names = ListNames(draft)
    draft.commands = Commands(draft)
    draft.functions = Functions(draft)
    draft.networks = Networks(draft)
    draft.borrowed = Borrowed(draft)
    draft.refused = Refused(draft)
    draft.word_models = WordModels(draft)
    draft.loops = Loops(draft)
    draft.branches = Branches(draft)
    draft.body = Body(draft)
    return draft
