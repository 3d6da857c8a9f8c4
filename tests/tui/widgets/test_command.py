"""How a command's key is written on screen follows from Textual's names of its keys."""

from __future__ import annotations

import pytest

from tui.widgets.command import Command


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("n", "n"), ("G,end", "G"), ("home,g", "home"), ("f8", "F8"), ("f,x", "f"), ("f2,ctrl+p", "F2"),
        ("slash", "/"), ("question_mark", "?"), ("full_stop", "."), ("less_than_sign", "<"),
        ("escape", "esc"), ("pageup", "pgup"), ("ctrl+y,ctrl+z", "ctrl+y"), ("shift+left", "shift+left"),
        ("up,k", "↑ k"), ("up,left,k", "↑ ←"), ("right", "→"), ("plus,equals_sign", "+ ="), ("minus", "-"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_key_is_written_as_it_is_on_a_keyboard(keys: str, shown: str) -> None:
    command: Command[object] = Command("id", keys, "Label", "Does it", lambda _: None)
    assert command.key == shown
