"""Where what is said outside the screen goes: standard output, and standard error for what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from microcrad.text.visible import visible, visible_lines

__all__ = ["say", "write"]


def say(lines: Iterable[str], *, error: bool = False) -> None:
    """Print lines, with nothing in them that a terminal obeys; a stream that was closed takes none."""
    if error and sys.stdout is not None:
        sys.stdout.flush()  # Where both go to one place, errors stand below what came before them.
    stream = sys.stderr if error else sys.stdout
    if stream is not None:
        stream.writelines(f"{visible(line)}\n" for line in lines)
        stream.flush()


def write(text: str) -> None:
    """Write what is for a file or another program: as it is, but for a terminal."""
    if sys.stdout is not None:
        sys.stdout.write(visible_lines(text) if sys.stdout.isatty() else text)
