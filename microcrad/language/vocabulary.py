"""The words that programs are written with: those that begin statements, and what can be called."""

from __future__ import annotations

from microcrad.language.core_expressions import FUNCTIONS, MORE_FUNCTIONS
from microcrad.language.lower.callables import BUILT_IN
from microcrad.language.lower.elements import GOING_OVER
from microcrad.language.lower.networks import NETWORKS
from microcrad.language.statements import COMMANDS

__all__ = ["ATTRIBUTES", "KEYWORDS", "WORDS"]

KEYWORDS = frozenset(
    {"and", "def", "del", "elif", "else", "for", "if", "in", "not", "or", "pass", "range", "return"}
)
"""What makes a statement, or its first line."""
WORDS = KEYWORDS.union(FUNCTIONS, MORE_FUNCTIONS, COMMANDS, BUILT_IN, GOING_OVER, NETWORKS)
"""All of them."""
ATTRIBUTES = frozenset({"append", "extend", "label", "layers", "neurons", "parameters"})
"""What stands after a dot, besides the fields of a node."""
