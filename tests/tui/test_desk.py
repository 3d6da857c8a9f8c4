"""What a person's undo joins, and what it keeps apart."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from microcrad.session.file import saved
from microcrad.session.session import Session
from tui import desk as module
from tui.desk import STRETCH_SECONDS, Desk, Situation
from tui.state_file import Kept


def typed(desk: Desk, text: str) -> None:
    desk.session.set_text(text)
    desk.record(Situation(desk.current, saved(desk.session, desk.program.name)))


@pytest.mark.parametrize(
    ("seconds", "undone"),
    [
        ([0.5, 0.5, 0.5], ["a = 1"]),
        ([0.5, 2.0, 0.5], ["a = 12", "a = 1"]),
        ([STRETCH_SECONDS, STRETCH_SECONDS + 0.1, 0.0], ["a = 12", "a = 1"]),
    ],
)
def test_typing_is_undone_from_pause_to_pause(
    monkeypatch: pytest.MonkeyPatch, seconds: list[float], undone: list[str]
) -> None:
    """Half a second between two keys joins them, two seconds keep them apart."""
    now = 1000.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    desk = Desk(Kept("a = 1", "a.mc"), Session("a = 1"))
    for text, pause in zip(("a = 12", "a = 123", "a = 1234"), seconds, strict=True):
        now += pause
        typed(desk, text)
    back = []
    while (found := desk.undo.undo()) is not None:
        back.append(found.program.text)
    assert back == undone
