"""What the tests of the server share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the terminal keeps its own."""
    monkeypatch.setenv("MICROCRAD_STATE", str(tmp_path / "state.toml"))
    return tmp_path / "state.toml"
