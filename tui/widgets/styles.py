"""Styles that come later than the first frame: a file is read with the first widget that has a use for it."""

from __future__ import annotations

from pathlib import Path

from textual.app import App

__all__ = ["read_styles"]

_TUI = Path(__file__).parent.parent


def read_styles(app: App[None], file: str) -> None:
    """Have the styles of a file of this package, such as `train/train.tcss`, before what they are for."""
    path = str(_TUI / file)
    if not app.stylesheet.has_source(path):
        app.stylesheet.read(path)
        app.stylesheet.parse()
