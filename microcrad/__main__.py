"""`microcrad` and `python -m microcrad`: the command line. The only arrow from here up to the screens."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        _take_ours()
        from tui.commands.main import main as command_line
    except KeyboardInterrupt:  # Later it is the command line that answers.
        sys.exit(130)
    command_line()


def _take_ours() -> None:
    """Import the packages beside this one from there, not those of such names where a person stands."""
    ours = str(Path(__file__).parent.parent)
    sys.path.insert(0, ours)
    try:
        for name in ("tui", "lessons"):
            import_module(name)
    finally:
        sys.path.remove(ours)


if __name__ == "__main__":
    main()
