"""Which program the app starts with, and what is known of its file."""

from __future__ import annotations

from pathlib import Path

from tui.files import opened
from tui.state_file import Kept, StateKeeper


def test_a_file_that_was_changed_meanwhile_does_not_hold_what_was_left(tmp_path: Path) -> None:
    """So it is not called saved, and saving it asks first; a file that is missing is no change."""
    path, state = tmp_path / "a.mc", tmp_path / "state.toml"
    path.write_text("a = 1\n", encoding="utf-8")
    StateKeeper(state).keep(Kept("a = 1\n", "a.mc", str(path), "a = 1\n"), {})
    assert opened(None, StateKeeper(state))[0].saved == "a = 1\n"
    path.write_text("a = 2\n", encoding="utf-8")
    program, saying = opened(None, StateKeeper(state))
    assert (program.text, program.saved) == ("a = 1\n", None)
    assert saying.startswith("a.mc is as you left it.")
    path.unlink()
    assert opened(None, StateKeeper(state))[0].saved == "a = 1\n"
