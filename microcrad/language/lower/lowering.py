"""A whole program lowered to the core."""

from __future__ import annotations

import ast
from typing import NamedTuple

from microcrad.errors import ProgramError
from microcrad.language import statements as st
from microcrad.language.lower.body import Body
from microcrad.language.lower.borrowed import Borrowed
from microcrad.language.lower.branches import Branches
from microcrad.language.lower.callables import Callables
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

__all__ = ["Lowering", "lowered"]


class Lowering(NamedTuple):
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


def lowered(
    tree: ast.Module,
    lines: list[str],
    broken_lines: set[int],
    files: NetworkFiles | None = None,
    *,
    seed: int = 1337,
) -> Lowering:
    """A program lowered; `seed` is what it draws with unless it says so itself."""
    draft = Draft(tree, lines, broken_lines, files)
    draft.first_seed = seed
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
    draft.last_line = tree.body[-1].end_lineno or 0 if tree.body else 0
    found = Lowering(
        draft.body.of(tree.body), draft.errors, tuple(draft.spans.pieces), draft.passed_over, draft.drawn,
        seed if draft.seed is None else draft.seed,
    )  # fmt: skip
    # Those who lowered it know each other: taken apart, they go without Python's collector.
    vars(draft).clear()
    return found
