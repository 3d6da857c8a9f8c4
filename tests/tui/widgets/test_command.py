"""How a command's key is written on screen follows from Textual's names of its keys."""

from __future__ import annotations

from types import ModuleType

import pytest

from tui.app_commands import APP
from tui.lessons import lesson_commands
from tui.playground.diagram.diagram_commands import DIAGRAM
from tui.playground.editor_commands import EDITING
from tui.playground.playground_commands import FUNCTION_KEYS, PLAYGROUND
from tui.train import train_commands
from tui.widgets.command import Command

ARROWS = ("left", "right", "up", "down")


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("n", "n"), ("G,end", "G"), ("home,g", "home"), ("f8", "F8"), ("f,x", "f"), ("f2,ctrl+p", "F2"),
        ("slash", "/"), ("question_mark", "?"), ("full_stop", "."), ("less_than_sign", "<"),
        ("escape", "esc"), ("pageup", "pgup"), ("ctrl+y,ctrl+z", "ctrl+y"), ("shift+left", "shift+←"),
        ("up,k", "↑ k"), ("up,left,k", "↑ ←"), ("right", "→"), ("plus,equals_sign", "+ ="), ("minus", "-"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_key_is_written_as_it_is_on_a_keyboard(keys: str, shown: str) -> None:
    command: Command[object] = Command("id", keys, "Label", "Does it", lambda _: None)
    assert command.key == shown


def test_no_command_has_a_key_that_a_terminal_or_a_browser_keeps() -> None:
    """Or that the text field needs, or that is no key on some keyboards."""
    tables = (
        APP,
        PLAYGROUND,
        FUNCTION_KEYS,
        EDITING,
        DIAGRAM,
        train_commands.COMMANDS,
        lesson_commands.LESSON,
    )
    keys = [key for table in tables for row in table for key in row.keys.split(",")]
    kept = {f"ctrl+{key}" for key in ("a", "b", "left_square_bracket", "w", "n", "t", "r", *ARROWS)}
    kept |= {f"f{number}" for number in (3, 5, 6, 7, 10, 11, 12)}
    assert [key for key in keys if key in kept or key.startswith("alt+")] == []


@pytest.mark.parametrize(
    ("module", "table", "name"), [(lesson_commands, "LESSON", "hint"), (train_commands, "COMMANDS", "run")]
)
def test_a_sentence_has_the_key_that_the_table_has(
    module: ModuleType, table: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = getattr(module, table)
    key = next(row.key for row in rows if row.id == name)
    assert module.with_keys(f"Press {{{name}}}.") == f"Press {key}."
    other = tuple(row._replace(keys="f9") if row.id == name else row for row in rows)
    monkeypatch.setattr(module, table, other)
    assert module.with_keys(f"Press {{{name}}}.") == "Press F9."
    with pytest.raises(KeyError):
        module.with_keys("Press {nothing}.")
