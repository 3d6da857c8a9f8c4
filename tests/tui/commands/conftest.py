"""A directory to work in; three lessons in place of all that ship, and a place for what is done of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import NEURON
from conversations import LESSON

from lessons.catalogue import ours


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with one program in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "neuron.mc").write_text(NEURON)
    return tmp_path


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where progress is kept in these tests; the working directory is empty."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MICROCRAD_PROGRESS", str(tmp_path / "kept" / "progress.toml"))
    monkeypatch.delenv("MICROCRAD_LESSONS", raising=False)
    return tmp_path / "kept" / "progress.toml"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three of our lessons, which need no others here."""
    folder = tmp_path_factory.mktemp("few")
    for name in (f"05-{LESSON}.md", "07-gradcheck.md", "08-decompose.md"):
        text = (ours() / name).read_text(encoding="utf-8")
        (folder / name).write_text(re.sub(r"(?m)^needs = .*\n", "", text), encoding="utf-8")
    return folder


@pytest.fixture
def only_few(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if only these shipped: reading all of them at each command takes longer than what is tested."""
    monkeypatch.setattr("lessons.catalogue.ours", lambda: few)


@pytest.fixture
def all_of_ours(only_few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lessons that ship."""
    monkeypatch.setattr("lessons.catalogue.ours", ours)
