"""Programs that some tests need besides Python: whether they are here, and how they are had.

A test says `@pytest.mark.needs("dot")`. Without the program it is skipped, the reason saying what to install;
but on a build machine, where the variable CI is `true`, it fails, so that nothing goes untested unseen.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["CHROMIUM", "MERMAID", "TOOLS", "Tool", "require"]


@dataclass(frozen=True)
class Tool:
    """A program."""

    path: str | None
    """Where it is; None if it is not here."""
    install: str
    """What to do to have it."""


def _first(*names: str) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


CHROMIUM = _first("chromium", "chromium-browser", "google-chrome")
MERMAID = Path(__file__).parents[2] / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
TOOLS = {
    "chromium": Tool(CHROMIUM, "Install Chromium (Debian: apt install chromium)."),
    "clang": Tool(_first("clang"), "Install Clang (Debian: apt install clang)."),
    "dot": Tool(_first("dot"), "Install Graphviz (Debian: apt install graphviz)."),
    "mermaid": Tool(
        str(MERMAID) if MERMAID.exists() else None,
        "Install Mermaid: npm install --no-save mermaid, in the folder of the sources.",
    ),
}


def require(name: str) -> None:
    """Go on only if a program is here. Otherwise the test is skipped, or fails on a build machine."""
    if TOOLS[name].path is None:
        reason = f"There is no {name} here. {TOOLS[name].install}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
