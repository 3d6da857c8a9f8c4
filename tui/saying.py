"""Where what is said outside the screen goes: standard output, and standard error for what is wrong."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import TextIO

from microcrad.text.visible import visible, visible_lines

__all__ = ["say", "write"]


def say(lines: Iterable[str], *, error: bool = False) -> None:
    """Print lines, with nothing in them that a terminal obeys; a stream that was closed takes none."""
    if error and sys.stdout is not None:
        sys.stdout.flush()  # Where both go to one place, errors stand below what came before them.
    stream = sys.stderr if error else sys.stdout
    if stream is not None:
        for line in lines:
            _put(stream, f"{visible(line)}\n")
        stream.flush()


def write(text: str) -> None:
    """Write what is for a file or another program: as it is, but for a terminal."""
    if sys.stdout is not None:
        _put(sys.stdout, visible_lines(text) if sys.stdout.isatty() else text)


def _put(stream: TextIO, text: str) -> None:
    """Write all of a text, or raise `OSError`.

    Without a buffer, as with PYTHONUNBUFFERED, a stream forgets what one call of the system does not write,
    as of a text that does not fit on a disk.
    """
    raw = getattr(stream, "buffer", None)
    if not isinstance(raw, io.RawIOBase):
        stream.write(text)
        return
    left = memoryview(text.replace("\n", os.linesep).encode(stream.encoding, stream.errors or "strict"))
    while left:
        left = left[raw.write(left) or 0 :]
