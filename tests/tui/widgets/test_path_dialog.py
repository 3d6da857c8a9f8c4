"""How a path goes on that is being typed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tui.widgets.path_dialog import _Paths, completed, path_of


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
