"""The glyphs in Unicode and in ASCII: each in the room that it has."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tui.widgets.glyphs import Glyphs, choose

UNICODE, ASCII = choose({}), choose({"MICROCRAD_GLYPHS": "ascii"})
ONE_CELL = ("forward", "backward", "owner", "at_forward", "at_backward", "caret", "ellipsis", "lit", "passed")


@pytest.mark.parametrize("name", [name for name, type_ in Glyphs.__annotations__.items() if type_ == "str"])
def test_a_glyph_is_as_wide_in_ascii(name: str) -> None:
    fine, plain = getattr(UNICODE, name), getattr(ASCII, name)
    assert plain.isascii()
    assert len(fine) == cell_len(fine)
    assert len(plain) == (2 if name == "fault" else len(fine))
    assert len(fine) == 1 or name not in ONE_CELL


def test_the_linux_console_gets_ascii_unless_something_else_is_asked_for() -> None:
    assert choose({"TERM": "linux"}) is ASCII
    assert choose({"TERM": "xterm"}).ellipsis == "…"
    assert choose({"TERM": "linux", "MICROCRAD_GLYPHS": "unicode"}).ellipsis == "…"
