"""The commands about lessons: each is a few lines over `lessons`, which is imported when one is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tui.reading import Wrong
from tui.saying import say

__all__ = ["lessons"]

_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_own = click.option(
    "--lessons", "own", metavar="DIR", help="A folder of your own lessons, which come after the others."
)


def _folder(own: str | None) -> Path | None:
    """The folder of one's own lessons."""
    if own is None:
        return None
    if not Path(own).is_dir():
        raise Wrong(f"--lessons: there is no folder {own!r}.")
    return Path(own)


@click.group(context_settings=_SETTINGS)
def lessons() -> None:
    """Learn in the playground: short lessons, checked against what you really do.

    \b
    microcrad lessons check lesson.md
    """


@lessons.command()
@click.argument("path", required=False)
@_own
def check(path: str | None, own: str | None) -> int:
    """Check lesson files like a compiler.

    PATH is a file or a folder; without it, all lessons are checked. Every step is taken by its own solution
    and by every wrong attempt it names. Exits with 1 if something is wrong.

    \b
    microcrad lessons check
    microcrad lessons check 05-accumulate.md
    """
    from lessons.catalogue import catalogue, files_in, ours
    from lessons.validate import validate
    from tui.plain import visible

    folder = _folder(own)
    if path is None:
        paths = files_in(ours()) + ([] if folder is None else files_in(folder))
    elif Path(path).is_dir():
        paths = files_in(Path(path))
    elif Path(path).exists():
        paths = [Path(path)]
    else:
        raise Wrong(f"There is no file or folder {path!r}.")
    problems = validate(paths, catalogue(folder).lessons)
    say((visible(str(problem)) for problem in problems), error=True)
    if not problems:
        say([f"{len(paths)} lesson{'' if len(paths) == 1 else 's'} checked: all good."])
    return 1 if problems else 0
