"""Asking for a path: it is completed as one types, and one that will not do is changed where it stands."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from textual.suggester import Suggester

from microcrad.errors import FileError, MicrocradError
from microcrad.files.door import check_can_be_written
from tui.widgets.asking import ask

if TYPE_CHECKING:
    from tui.widgets.dialogs import Ask

__all__ = ["ask_path", "completed", "path_of", "reason", "why_not_write"]

MAX_NAMES = 5_000
"""How many names of a folder are looked at."""
_OURS = (".mc", ".mcs", ".json")
"""How files end that are offered before others."""


def path_of(typed: str) -> Path:
    """The path that was typed."""
    return Path(os.path.expanduser(typed.strip()))


def ask_path(
    question: str,
    answer: str = "",
    *,
    wrong: str = "",
    hint: str = "",
    refuse: Callable[[Path], str] = lambda path: "",
    earlier: Sequence[str] = (),
    first: tuple[str, ...] = _OURS,
    names: Sequence[str] = (),
) -> Ask:
    """Ask for a path, or for another one after what was `wrong` with the `answer`.

    `refuse` says what is wrong with one; empty accepts it. `earlier` are those that were used lately;
    files that end as `first` says are offered before others, and `names` that will do as well before all.
    """
    keys = "{accept} accepts, {complete} completes" + (", {earlier} brings recent ones" if earlier else "")
    return ask(
        question,
        answer,
        hint=f"{hint} {keys}, {{leave}} leaves.".lstrip(),
        wrong=wrong,
        refuse=lambda typed: refuse(path_of(typed)) if typed.strip() else "",
        offers=_Paths(first, names),
        earlier=earlier,
    )


class _Paths(Suggester):
    """Offers what is in the folder that is being typed."""

    def __init__(self, first: tuple[str, ...], names: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._first, self._names = first, names

    async def get_suggestion(self, value: str) -> str | None:
        """What is typed, and how it goes on."""
        named = (name for name in self._names if value and name.startswith(value))
        return next(named, None) or await asyncio.to_thread(completed, value, self._first)


def completed(typed: str, first: tuple[str, ...] = _OURS) -> str | None:
    """What is typed with the rest of the first path that it may be; None if there is none.

    Folders and files that end as `first` says come before other files; what begins with a dot has to be
    asked for.
    """
    folder, _, begun = typed.rpartition("/")
    where = os.path.expanduser(f"{folder}/" if "/" in typed else ".")
    try:
        with os.scandir(where) as found:
            fitting = [each for each in islice(found, MAX_NAMES) if each.name.startswith(begun)]
            names = [
                (not (each.is_dir() or each.name.endswith(first)), each.name, each.is_dir())
                for each in fitting
            ]
    except (OSError, ValueError):
        return None
    shown = sorted(each for each in names if begun or not each[1].startswith("."))
    rest = next(
        (f"{name[len(begun) :]}{'/' * folds}" for _, name, folds in shown if name.isprintable()), None
    )
    return None if rest is None else typed + rest


def reason(error: MicrocradError) -> str:
    """What a failed write says: its end, because the reason stands there, after a name that may be long."""
    return str(error)[-160:]


def why_not_write(path: Path) -> str:
    """Why nothing can be written to a path, as far as that can be seen at once; empty if it may well be."""
    if not os.path.isdir(path.absolute().parent):
        return f"There is no folder '{path.parent}' for {path.name}."[-400:]
    try:
        check_can_be_written(path)
    except FileError as error:
        return reason(error)
    return ""
