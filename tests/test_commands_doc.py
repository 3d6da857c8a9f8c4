"""docs/commands.md: every example in it is run, and prints what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from microcrad.examples import examples

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (command, printed)
    for block in BLOCKS
    for command, printed in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page's reader is: beside the example programs, with `microcrad` installed."""
    folder = tmp_path_factory.mktemp("programs")
    for example in examples():
        (folder / f"{example.slug}.mc").write_text(example.text, encoding="utf-8")
    bin_ = folder / "bin"
    bin_.mkdir()
    script = bin_ / "microcrad"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m microcrad "$@"\n')
    script.chmod(0o755)
    return folder


def output(command: str, folder: Path) -> str:
    """What a terminal would show of a command."""
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        env={**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(("command", "printed"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_the_page_shows_what_the_command_prints(command: str, printed: str, folder: Path) -> None:
    assert output(command, folder) == printed


def test_the_page_has_an_example_of_every_option() -> None:
    commands = "\n".join(command for command, _ in EXAMPLES)
    assert "".join(f"$ {command}\n{printed}" for command, printed in EXAMPLES) == "".join(BLOCKS)
    for word in ("run", "explain", "--step", "--view", "--from", "--plain", "--json", "--at"):
        assert word in commands
    assert "--fail-on-leak" in TEXT
