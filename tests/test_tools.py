"""Tests that need a program: skipped with what to install, and failing where nothing may go untested."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools import TOOLS

GRAPHVIZ = "microcrad/export/test_graph.py::test_graphviz_draws_every_label_as_it_is"


def without_programs(folder: Path, **variables: str) -> str:
    """What pytest says of a test that needs Graphviz where no program can be found."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-p", "no:xdist", GRAPHVIZ],
        cwd=Path(__file__).parent,
        env={**environment, "PATH": str(folder), **variables},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return done.stdout


@pytest.mark.slow
def test_without_its_program_a_test_is_skipped_with_what_to_install(tmp_path: Path) -> None:
    said = without_programs(tmp_path)
    assert "1 skipped" in said
    assert f"There is no dot here. {TOOLS['dot'].install}" in said


@pytest.mark.slow
def test_on_a_build_machine_it_fails_instead(tmp_path: Path) -> None:
    said = without_programs(tmp_path, CI="true")
    assert "1 error" in said
    assert "1 skipped" not in said
    assert f"There is no dot here. {TOOLS['dot'].install}" in said
