"""What the app remembers between launches: the program being written, the last few before it, the theme.

One TOML file in the user's state directory, replaced atomically. Several copies of the app may be running:
each makes its changes to what the file holds by then, under a lock, and a program that another copy has open
gives way without being lost. A file that cannot be read is put aside and never overwritten; one of a newer
version is left as it is.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import platformdirs
import tomli_w

from microcrad.examples import examples
from microcrad.files.door import replace_file
from microcrad.files.kept import claimed, locked, put_aside

__all__ = ["Keeper", "Kept", "state_file"]

VERSION = 1
MAX_RECENT = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """A program as it was left."""

    text: str
    name: str
    path: str = ""
    """The file it belongs to, or an empty string."""
    saved: str | None = None
    """The text that is in that file; None if it was never saved."""
    lesson: str = ""
    """The session of the lesson that was open meanwhile, as a saved session's text; empty without one."""

    @property
    def is_only_here(self) -> bool:
        """Whether its text would be gone without this: no file has it, and no example."""
        known = self.saved == self.text or any(example.text == self.text for example in examples())
        return bool(self.text.strip()) and not known


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is remembered."""

    current: Kept | None = None
    """The program that was written last, by any copy of the app."""
    copy: str = ""
    """The copy that wrote it, by its number."""
    elsewhere: Mapping[str, Kept] = field(default_factory=dict)
    """What other copies had open when they wrote last, by their numbers."""
    recent: tuple[Kept, ...] = ()
    """Programs that were replaced by opening another one, newest first."""
    theme: str = ""
    training: dict[str, str] = field(default_factory=dict)
    """The settings of training, as texts by name."""
    problem: str = field(default="", compare=False)
    """What could not be read or written, in a sentence."""

    def with_recent(self, left: Kept, instead_of: Kept | None = None) -> State:
        """A program set aside as the newest; the same text is there once."""
        others = (kept for kept in self.recent if kept.text != left.text and kept != instead_of)
        return replace(self, recent=(left, *others)[:MAX_RECENT])


def state_file() -> Path:
    """Where the state is kept; `MICROCRAD_STATE` names another file."""
    named = os.environ.get("MICROCRAD_STATE")
    return Path(named) if named else platformdirs.user_state_path("microcrad") / "state.toml"


class Keeper:
    """Reads the state, and makes changes to it as the file has it by then."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.copy = self._number()
        """Which of the copies that are running this is: the first number that is free."""
        self.state = State()
        self._unkept = False
        """Whether there is something in the state that could not be written."""
        self._has_kept = False
        """Whether what this copy's number stands at in the file is its own, and not that of one before it."""
        try:
            self.state = _read(path) or State()
        except _UnreadableError:
            self.state = State(problem=_unreadable(path))
        except OSError as error:
            self.state = State(problem=f"What was kept last time cannot be read: {error.strerror}.")
        self._taken_over = None if self._is_running(self.state.copy) else self.state.current
        """What was left last time, if no other copy has it open: the first program kept replaces it."""

    @property
    def left(self) -> tuple[Kept, ...]:
        """The programs that can be brought back: those set aside, and those of other copies."""
        recent = self.state.recent
        others = (kept for copy, kept in self.state.elsewhere.items() if copy != self.copy)
        return (*recent, *(kept for kept in others if kept not in recent))

    def refresh(self) -> State:
        """The state as other copies have left it by now."""
        self._change(lambda found: found)
        return self.state

    def keep(self, current: Kept, training: dict[str, str]) -> None:
        """Remember the program being written, and the settings of training."""
        known = self.state.training

        def changing(found: State) -> State:
            found = self._giving_way(found)
            changed = found.training if training == known else training  # Others may have set them since.
            return replace(found, current=current, copy=self.copy, training=changed)

        self._change(changing)
        self._has_kept = True

    def set_aside(self, left: Kept, instead_of: Kept | None = None) -> None:
        """Remember a program that another one takes the place of, and no longer an earlier stage of it."""
        if left.text.strip():
            self._change(lambda found: found.with_recent(left, instead_of))

    def set_theme(self, theme: str) -> None:
        """Remember the theme."""
        self._change(lambda found: replace(found, theme=theme))

    def _giving_way(self, found: State) -> State:
        """The state once this copy's program can be put in the place of the one that stands there."""
        elsewhere, there = dict(found.elsewhere), found.current
        before = elsewhere.pop(self.copy, None)
        if before is not None and not self._has_kept and before.is_only_here:
            found = found.with_recent(before)
        own = found.copy == self.copy if self._has_kept else there == self._taken_over
        if there is not None and not own and there.is_only_here:
            if self._is_running(found.copy):
                elsewhere.pop(found.copy, None)
                elsewhere[found.copy] = there  # As the newest.
            else:
                found = found.with_recent(there)
        for copy in list(elsewhere)[:-MAX_RECENT]:
            found = found.with_recent(elsewhere.pop(copy))
        return replace(found, elsewhere=elsewhere)

    def _change(self, changing: Callable[[State], State]) -> None:
        """Change what the file holds now. What cannot be kept counts until the app ends."""
        try:
            with locked(self.path.with_suffix(".lock")):
                found, problem = None, ""
                try:
                    found = _read(self.path)
                except _UnreadableError:
                    problem = _unreadable(self.path)
                if found is None:
                    before = replace(self.state, problem=problem)
                else:
                    before = self._joined(found) if self._unkept else found
                self.state = changing(before)
                if self.state != (found or State()):
                    replace_file(self.path, _written(self.state), private=True)
                self._unkept = False
        except OSError as error:
            problem = f"Your program cannot be kept for next time: {error.strerror or error}."
            self.state, self._unkept = replace(changing(self.state), problem=problem), True

    def _joined(self, found: State) -> State:
        """What the file holds, and what could not be written there."""
        for kept in reversed(self.state.recent):
            found = found.with_recent(kept)
        return replace(found, theme=self.state.theme, training=self.state.training)

    def _number(self) -> str:
        """The first number that no other copy has, held as a lock until this one ends."""
        with contextlib.suppress(OSError):  # Without locks there is no telling copies apart.
            for number in count(1):
                lock = claimed(self._lock_of(str(number)))
                if lock is not None:
                    weakref.finalize(self, os.close, lock)
                    return str(number)
        return "0"

    def _is_running(self, copy: str) -> bool:
        """Whether another copy has a number now."""
        if not copy.isdecimal() or copy in ("0", self.copy):
            return False
        try:
            lock = claimed(self._lock_of(copy))
        except OSError:
            return False
        if lock is not None:
            os.close(lock)
        return lock is None

    def _lock_of(self, copy: str) -> Path:
        return self.path.with_suffix(f".{copy}.lock")


class _UnreadableError(Exception):
    """The file holds something that no version of this wrote."""


def _written(state: State) -> bytes:
    document: dict[str, Any] = {"version": VERSION, "theme": state.theme, "copy": state.copy}
    if state.current is not None:
        document["current"] = _table(state.current)
    if state.training:
        document["training"] = state.training
    if state.elsewhere:
        document["elsewhere"] = {copy: _table(kept) for copy, kept in state.elsewhere.items()}
    document["recent"] = [_table(kept) for kept in state.recent]
    return tomli_w.dumps(document).encode(errors="replace")


def _table(kept: Kept) -> dict[str, str]:
    table = {"text": kept.text, "name": kept.name, "path": kept.path}
    if kept.saved is not None:
        table["saved"] = kept.saved
    if kept.lesson:
        table["lesson"] = kept.lesson
    return table


def _kept(table: dict[str, Any]) -> Kept:
    if not all(isinstance(value, str) for value in table.values()):
        raise ValueError("everything that is kept of a program is text")
    return Kept(**table)


def _read(path: Path) -> State | None:
    """What a file holds; None if there is no file. Raises `OSError`, or `_UnreadableError`."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        version = document.get("version")
        if type(version) is int and version > VERSION:
            raise OSError(0, "it was written by a newer microcrad, and is left as it is")
        if version != VERSION:
            raise ValueError(f"its version is {version}, not {VERSION}")
        current = document.get("current")
        return State(
            None if current is None else _kept(current),
            str(document.get("copy", "")),
            {str(copy): _kept(kept) for copy, kept in document.get("elsewhere", {}).items()},
            tuple(_kept(kept) for kept in document.get("recent", ())),
            str(document.get("theme", "")),
            {str(name): str(text) for name, text in document.get("training", {}).items()},
        )
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, AttributeError) as error:
        raise _UnreadableError from error


def _unreadable(path: Path) -> str:
    """Move a file that cannot be read out of the way, and say so."""
    try:
        aside = put_aside(path)
    except OSError as error:
        return f"{path} cannot be read or moved: {error.strerror}."
    return f"What was kept last time cannot be read. It is now {aside.name} in {aside.parent}."
