"""What the app remembers between launches: the program being written, the last few before it, the theme.

One TOML file in the user's state directory, replaced atomically. Several copies of the app may be running:
each makes its changes to what the file holds by then, under a lock, and a program that another copy has open
gives way without being lost. A file that cannot be read is put aside and never overwritten; one of a newer
version is left as it is.
"""

from __future__ import annotations

import contextlib
import os
import weakref
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

from microcrad.errors import FileError
from microcrad.examples import examples
from microcrad.files.door import check_is_file, clear_unfinished
from microcrad.files.kept import KeptFile, KeptForm, claimed, lock_of
from microcrad.files.saved_things import Fields, SavedFormat
from microcrad.files.state_place import STATE_VARIABLE
from microcrad.files.types import TEXT, Type
from microcrad.records import Record

__all__ = ["Kept", "StateKeeper"]

VERSION = 1
MAX_RECENT = 8


class Kept(Record):
    """A program as it was left."""

    text: str
    name: str
    path: str = ""
    """The file it belongs to, or an empty string."""
    saved: str | None = None
    """The text that is in that file; None if it was never saved."""
    lesson: str = ""
    """The session of the lesson that was open meanwhile, as a saved session's text; empty without one."""
    place: str = ""
    """Where the person stood in it, as a saved session's text; empty where that is not known."""

    @property
    def folder(self) -> str | None:
        """Where its file is; None if it has none."""
        return os.path.dirname(self.path) if self.path else None

    @property
    def is_only_here(self) -> bool:
        """Whether its text would be gone without this: no file has it, and no example."""
        known = self.saved == self.text or any(example.text == self.text for example in examples())
        return bool(self.text.strip()) and not known


class State(Record):
    """Everything that is remembered."""

    current: Kept | None = None
    """The program that was written last, by any copy of the app."""
    copy: str = ""
    """The copy that wrote it, by its number."""
    elsewhere: Mapping[str, Kept] = MappingProxyType({})
    """What other copies had open when they wrote last, by their numbers."""
    recent: tuple[Kept, ...] = ()
    """Programs that were replaced by opening another one, newest first."""
    files: tuple[str, ...] = ()
    """The files that were opened or saved last, newest first."""
    theme: str = ""
    training: Mapping[str, str] = MappingProxyType({})
    """The settings of training, as texts by name."""

    def with_recent(self, left: Kept, instead_of: Kept | None = None) -> State:
        """A program set aside as the newest; the same text is there once."""
        others = (kept for kept in self.recent if kept.text != left.text and kept != instead_of)
        return self._replace(recent=(left, *others)[:MAX_RECENT])


class StateKeeper:
    """Reads the state, and makes changes to it as the file has it by then."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.copy = self._number()
        """Which of the copies that are running this is: the first number that is free."""
        self._file = KeptFile(path, State(), _FORM)
        self._has_kept = False
        """Whether what this copy's number stands at in the file is its own, and not that of one before it."""
        self._taken_over = None if self._is_running(self.state.copy) else self.state.current
        """What was left last time, if no other copy has it open: the first program kept replaces it."""
        if self.state.current is not None and self.state.current.path:
            clear_unfinished(self.state.current.path)

    @property
    def state(self) -> State:
        """The state as it was read or changed last."""
        return self._file.value

    @property
    def problem(self) -> str:
        """What could not be read or written last, in a sentence; empty if there was nothing."""
        return self._file.problem

    @property
    def left(self) -> tuple[Kept, ...]:
        """The programs that can be brought back: those set aside, and those of other copies."""
        recent = self.state.recent
        others = (kept for copy, kept in self.state.elsewhere.items() if copy != self.copy)
        return (*recent, *(kept for kept in others if kept not in recent))

    def refresh(self) -> State:
        """The state as other copies have left it by now."""
        return self._file.change(lambda found: found)

    def keep(self, current: Kept, training: dict[str, str]) -> None:
        """Remember the program being written, and the settings of training."""
        known = self.state.training

        def changing(found: State) -> State:
            found = self._giving_way(found)
            changed = found.training if training == known else training  # Others may have set them since.
            return found._replace(current=current, copy=self.copy, training=changed)

        self._file.change(changing)
        self._has_kept = True

    def set_aside(self, left: Kept, instead_of: Kept | None = None) -> None:
        """Remember a program that another one takes the place of, and no longer an earlier stage of it."""
        if left.text.strip():
            self._file.change(lambda found: found.with_recent(left, instead_of))

    def add_file(self, path: str) -> None:
        """Remember a file that was opened or saved."""
        self._file.change(lambda found: found._replace(files=_with_file(found.files, path)))

    def set_theme(self, theme: str) -> None:
        """Remember the theme."""
        self._file.change(lambda found: found._replace(theme=theme))

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
        return found._replace(elsewhere=elsewhere)

    def _number(self) -> str:
        """The first number that no other copy has, held as a lock until this one ends."""
        with contextlib.suppress(OSError, FileError):  # Without locks there is no telling copies apart.
            check_is_file(self.path)
            for number in count(1):
                lock = claimed(lock_of(self.path, str(number)))
                if lock is not None:
                    weakref.finalize(self, os.close, lock)
                    return str(number)
        return "0"

    def _is_running(self, copy: str) -> bool:
        """Whether another copy has a number now."""
        if not copy.isdecimal() or copy in ("0", self.copy):
            return False
        try:
            lock = claimed(lock_of(self.path, copy))
        except OSError:
            return False
        if lock is not None:
            os.close(lock)
        return lock is None


def _with_file(files: tuple[str, ...], path: str) -> tuple[str, ...]:
    return (path, *(each for each in files if each != path))[:MAX_RECENT]


def _written(state: State) -> bytes:
    import tomli_w  # With the first thing kept.

    document: dict[str, Any] = {"version": VERSION, "theme": state.theme, "copy": state.copy}
    if state.current is not None:
        document["current"] = _table(state.current)
    if state.training:
        document["training"] = state.training
    if state.elsewhere:
        document["elsewhere"] = {copy: _table(kept) for copy, kept in state.elsewhere.items()}
    if state.files:
        document["files"] = [_as_text(path) for path in state.files]
    document["recent"] = [_table(kept) for kept in state.recent]
    return tomli_w.dumps(document).encode(errors="replace")


def _table(kept: Kept) -> dict[str, str]:
    table = {"text": kept.text, "name": kept.name, "path": _as_text(kept.path)}
    if kept.saved is not None:
        table["saved"] = kept.saved
    if kept.lesson:
        table["lesson"] = kept.lesson
    if kept.place:
        table["place"] = kept.place
    return table


def _as_text(path: str) -> str:
    """A path as a text; one that is not UTF-8 is written as its bytes."""
    try:
        path.encode()
        return path
    except UnicodeEncodeError:
        return f"{_BYTES}{path.encode(errors='surrogatepass').hex()}"


def _as_path(text: str) -> str:
    """The path that a text is. Raises `ValueError` if its bytes are none."""
    if not text.startswith(_BYTES):
        return text
    return bytes.fromhex(text.removeprefix(_BYTES)).decode(errors="surrogatepass")


def _is_path(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(_as_path(value) or not value)
    except ValueError:
        return False


def _read(text: str, name: str) -> State:
    """The state in a text, which messages call `name`. Raises `ContentError`."""
    fields = _SAVED.read(text, name)
    elsewhere = fields.tables("elsewhere") if "elsewhere" in fields else {}
    training = fields.inner("training") if "training" in fields else None
    return State(
        _kept(fields.inner("current")) if "current" in fields else None,
        fields.maybe("copy", TEXT, ""),
        {copy: _kept(kept) for copy, kept in elsewhere.items()},
        tuple(map(_kept, fields.rows("recent"))) if "recent" in fields else (),
        tuple(map(_as_path, fields.maybe("files", _PATHS, ()))),
        fields.maybe("theme", TEXT, ""),
        {name: training.take(name, TEXT) for name in training.found} if training is not None else {},
    )


def _kept(fields: Fields) -> Kept:
    written, name = fields.maybe("path", _PATH, ""), fields.take("name", TEXT)
    path = _as_path(written)
    return Kept(
        fields.take("text", TEXT),
        name if path == written else Path(path).name,
        path,
        fields.maybe("saved", TEXT, None),
        fields.maybe("lesson", TEXT, ""),
        fields.maybe("place", TEXT, ""),
    )


def _joined(found: State, ours: State) -> State:
    """What the file holds, and what could not be written there."""
    for kept in reversed(ours.recent):
        found = found.with_recent(kept)
    for path in reversed(ours.files):
        found = found._replace(files=_with_file(found.files, path))
    return found._replace(theme=ours.theme, training=ours.training)


_BYTES = "bytes:"
"""What a path begins with that is written as bytes; others begin at the root."""
_PATH = Type("a path", _is_path)
_PATHS = Type("a list of paths", lambda value: isinstance(value, list) and all(map(_is_path, value)))
_SAVED = SavedFormat("the state of microcrad", VERSION, choose="", again="")
_FORM = KeptForm(
    _read,
    _written,
    _joined,
    "What was kept last time cannot be read.",
    "Your program cannot be kept for next time",
    STATE_VARIABLE,
)
