"""How a path goes on that is being typed, and which were typed before."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.app import App

from tui.widgets.line_field import LineField
from tui.widgets.path_dialog import _Paths, ask_path, completed, path_of


def test_a_path_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By programs and folders before other files; what is hidden only if asked for; nothing from nowhere."""
    for name in ("net.png", "net.mc", ".secret.mc", "odd\x1bname"):
        (tmp_path / name).touch()
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "a.mc").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert completed("n") == "net.mc"
    assert completed("net.p") == "net.png"
    assert completed("nets") == "nets/"
    assert completed("nets/") == "nets/a.mc"
    assert completed(f"{tmp_path}/nets/a") == f"{tmp_path}/nets/a.mc"
    assert completed("~/nets/") == "~/nets/a.mc"
    assert path_of(" ~/nets/a.mc ") == tmp_path / "nets" / "a.mc"
    assert completed(".s") == ".secret.mc"
    assert completed("") == "net.mc"
    offered = _Paths((".mc",), ("nearby",))
    answers = [asyncio.run(offered.get_suggestion(typed)) for typed in ("ne", "net", "")]
    assert answers == ["nearby", "net.mc", "net.mc"]
    assert [completed(typed) for typed in ("odd", "gone", "gone/a", "a\0", "net.mc/")] == [None] * 5


async def test_what_is_typed_comes_back_after_earlier_answers() -> None:
    """Nothing that was typed is lost to a key: at either end of them nothing happens."""
    app: App[None] = App()
    async with app.run_test() as pilot:
        app.push_screen(ask_path("Where to?", earlier=("new.mc", "old.mc")))
        await pilot.press("a", "/", "b")
        field, seen = app.screen.query_one(LineField), []
        for key in ("down", "up", "up", "up", "down", "x", "down", "down", "up"):
            await pilot.press(key)
            seen.append(field.value)
        assert seen == ["a/b", "new.mc", "old.mc", "old.mc", "new.mc", "new.mcx", "a/b", "a/b", "new.mcx"]
