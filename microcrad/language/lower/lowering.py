"""A whole program lowered to the core."""

from __future__ import annotations

import ast

from microcrad.language import statements as st
from microcrad.language.lower.body import Body
from microcrad.language.lower.borrowed import Borrowed
from microcrad.language.lower.callables import Callables
from microcrad.language.lower.commands import Commands
from microcrad.language.lower.draft import Draft
from microcrad.language.lower.elements import Elements
from microcrad.language.lower.functions import Functions
from microcrad.language.lower.list_names import ListNames
from microcrad.language.lower.loops import Loops
from microcrad.language.lower.networks import Networks
from microcrad.language.lower.refused import Refused
from microcrad.language.lower.values import Values
from microcrad.language.lower.word_models import WordModels
from microcrad.language.network_files import NetworkFiles

__all__ = ["lowered"]


def lowered(
    tree: ast.Module,
    lines: list[str],
    broken_lines: set[int],
    files: NetworkFiles | None = None,
    *,
    seed: int = 1337,
) -> tuple[tuple[st.Statement, ...], Draft]:
    """The core statements of a program, and what else there is to know of it; `errors` are what is wrong."""
    draft = Draft(lines, broken_lines, files)
    draft.first_seed = seed
    draft.values = Values(draft)
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
    draft.body = Body(draft)
    draft.last_line = tree.body[-1].end_lineno or 0 if tree.body else 0
    return draft.body.of(tree.body), draft
