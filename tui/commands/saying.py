"""Where the plain commands put their lines: standard output, and standard error for what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterable

__all__ = ["say"]


def say(lines: Iterable[str], *, error: bool = False) -> None:
    """Print lines; a stream that is closed from the start takes none."""
    if error and sys.stdout is not None:
        sys.stdout.flush()  # Where both go to one place, errors stand below what came before them.
    stream = sys.stderr if error else sys.stdout
    if stream is not None:
        stream.writelines(f"{line}\n" for line in lines)
