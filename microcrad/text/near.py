"""Did you mean: which of the names that there are is spelled like one that is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["did_you_mean", "near"]


def near(wrong: str, names: Iterable[str], most: int = 1, alike: float = 0.6) -> list[str]:
    """The `most` names that are spelled like `wrong`, the likest first; `alike` is from 0 to 1, the same."""
    return difflib.get_close_matches(wrong, list(names), most, alike)


def did_you_mean(wrong: str, names: Iterable[str], most: int = 1, alike: float = 0.6) -> str:
    """A question naming them, with a space before it to follow a sentence; empty if there are none."""
    found = near(wrong, names, most, alike)
    return f" Did you mean {' or '.join(found)}?" if found else ""
