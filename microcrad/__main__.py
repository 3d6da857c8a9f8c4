"""`microcrad` and `python -m microcrad`: the command line. The only arrow from here up to the screens."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        _take_ours()
        from tui.commands.main import main as command_line
    except KeyboardInterrupt:  # Later it is the command line that answers.
        print("microcrad: stopped.", file=sys.stderr)
        sys.exit(130)
    try:
        command_line()
    finally:  # What is left to do is Python's own, which would answer with a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _take_ours() -> None:
    """Import the packages beside this one from there, not those of such names on a person's path."""
    ours = str(Path(__file__).parent.parent)
    sys.path.insert(0, ours)
    try:
        for name in ("tui", "lessons"):
            import_module(name)
    finally:
        sys.path.remove(ours)


def _leave_the_folder() -> None:
    """Take the folder where a person stands off the path: a file of theirs may be called `random.py`."""
    with suppress(OSError):  # A folder that is gone is not on it.
        if sys.path[0] == os.getcwd() != str(Path(__file__).parent.parent):
            del sys.path[0]


if __name__ == "__main__":
    _leave_the_folder()
    main()
