"""What is kept in a file that several copies of the app share, and that no accident may cost anybody.

It is written whole or not at all. Whoever changes it reads it anew under a lock first. What cannot be read is
put aside and never overwritten, and what a newer microcrad wrote is left as it is.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from microcrad.errors import ContentError, FileError, MissingFileError, NewerError
from microcrad.files.door import check_is_file, clear_unfinished, read_text, replace_file
from microcrad.files.locks import lock_descriptor, unlock_descriptor
from microcrad.records import Record

__all__ = ["KeptFile", "KeptForm", "claimed", "lock_of", "locked", "put_aside"]

MAX_BYTES = 2**26
"""More than any file that is kept holds."""

Held = TypeVar("Held")


class KeptForm(Record, Generic[Held]):
    """How one sort of thing is kept, and what is said where that fails."""

    read: Callable[[str, str], Held]
    """What a text holds, which messages call by a name. Raises `ContentError`."""
    written: Callable[[Held], bytes]
    joined: Callable[[Held, Held], Held]
    """What a file holds, and what could not be written there."""
    lost: str
    """That the file cannot be read, in a sentence."""
    unkept: str
    """That nothing can be kept, up to the colon before the reason."""
    variable: str = ""
    """The variable of the environment that may name the file."""


class KeptFile(Generic[Held]):
    """What one file holds, `nothing` at first. `problem` says what went wrong last, or nothing."""

    def __init__(self, path: Path, nothing: Held, form: KeptForm[Held]) -> None:
        self.path = path
        self.form = form
        self.value = nothing
        """What was read or changed last."""
        self._nothing = self._written = nothing
        """What there is without a file, and what is in it of the value."""
        self.problem = ""
        clear_unfinished(path)
        self.change(lambda value: value)
        if self.problem and self.value == nothing:  # In a folder where nothing can be written, for one.
            with contextlib.suppress(FileError):
                self.value = self._written = self.form.read(read_text(path, MAX_BYTES), path.name)

    def change(self, changing: Callable[[Held], Held]) -> Held:
        """Change what the file holds now. What cannot be kept counts until the app ends."""
        self.problem = ""
        try:
            check_is_file(self.path)  # Before a lock is made beside what is none.
            with locked(lock_of(self.path)):
                found, before = self._read(), self.value
                if found is not None:
                    before = found if before == self._written else self.form.joined(found, before)
                changed = changing(before)
                if changed != (self._nothing if found is None else found):
                    replace_file(self.path, self.form.written(changed), private=True)
            self.value = self._written = changed
        except NewerError as error:
            self._fail(changing, str(error))
        except FileError as error:
            self._fail(changing, f"{self.form.unkept}: {error}")
        except OSError as error:
            self._fail(changing, f"{self.form.unkept}: {error.strerror or error}.")
        return self.value

    def _fail(self, changing: Callable[[Held], Held], problem: str) -> None:
        named = os.environ.get(self.form.variable)
        if named and Path(named) == self.path:
            problem = f"{problem} {self.form.variable} names it."
        self.value, self.problem = changing(self.value), problem

    def _read(self) -> Held | None:
        """What the file holds; None if there is none that can be used."""
        try:
            return self.form.read(read_text(self.path, MAX_BYTES), self.path.name)
        except MissingFileError:
            return None
        except NewerError:
            raise
        except ContentError as error:
            aside = put_aside(self.path)
            self.problem = f"{self.form.lost} It is now {aside.name} in {aside.parent}. ({error})"
            return None


def lock_of(path: Path, which: str = "") -> Path:
    """The lock beside a file, or one of several that have names."""
    return path.parent / f"{path.stem}{which and f'.{which}'}.lock"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock `path`, waiting for whoever has it; it goes by itself when a process ends.

    A lock is an empty file, made where there is none, which stays. Raises `OSError` if it cannot be had.
    """
    lock = _opened(path)
    try:
        lock_descriptor(lock)
        try:
            yield
        finally:
            unlock_descriptor(lock)
    finally:
        os.close(lock)


def claimed(path: Path) -> int | None:
    """Hold the lock `path` until the descriptor that is returned is closed; None if somebody else has it.

    Raises `OSError` if there can be no such lock.
    """
    lock = _opened(path)
    try:
        if lock_descriptor(lock, blocking=False):
            return lock
    except BaseException:
        os.close(lock)
        raise
    os.close(lock)
    return None


def put_aside(path: Path) -> Path:
    """Move a file that cannot be read to the first free name, which is returned. Raises `OSError`.

    A link stays: what it leads to is moved.
    """
    path = Path(os.path.realpath(path))
    number = 1
    while (aside := path.with_suffix(f".unreadable-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    return aside


def _opened(lock: Path) -> int:
    lock.parent.mkdir(parents=True, exist_ok=True)
    return os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
