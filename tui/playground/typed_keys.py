"""Sentences with keys in them, for who is in the editor, where letters are typed, and for who is not."""

from __future__ import annotations

import re

from textual.widget import Widget

from microcrad.text.notices import in_words
from tui.app_commands import APP
from tui.playground.editor import Editor
from tui.playground.playground_commands import FUNCTION_KEYS, PLAYGROUND, with_keys

__all__ = ["is_typed_in", "keys_from"]

_FIELDS = ("program", "answer")
"""Where letters are typed, beside the panes."""

_WHILE_TYPING = r"f\d+|ctrl\+.+|(?:shift\+)?tab|escape"
"""The keys that do what they do elsewhere while one types."""


def is_typed_in(focused: Widget | None) -> bool:
    """Whether letters are typed in what has the focus, and are no keys."""
    return focused is not None and focused.id in _FIELDS


def keys_from(text: str, *, typing: bool) -> str:
    """A sentence with the keys of the commands whose ids stand in it in braces: those that work where one is.

    Where one types, a command that has a letter alone is reached by leaving the editor first.
    """
    return in_words(text, _typed) if typing else with_keys(text)


def _typed(id: str) -> str:
    rows = [row for table in (Editor.TABLE, FUNCTION_KEYS, APP, PLAYGROUND) for row in table if row.id == id]
    works = next((row for row in rows if re.fullmatch(_WHILE_TYPING, row.keys.split(",")[0])), None)
    if works is not None:
        return works.key
    leave = next(row.key for row in Editor.TABLE if row.id == "leave")
    return f"{leave}, then {rows[0].key}"
