"""The one door to what a person names: a file is read here, or refused, and written whole or not at all.

Only regular files are opened. So a pipe, on which one waits, and a device, which never ends, are refused
before anything is read; and nobody reads more than they said they would. Every way in which that fails is a
`FileError`, whose words name the file, say why, and say what to do where that is not plain.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from microcrad.errors import ContentError, FileError, MissingFileError
from microcrad.files.locks import lock_descriptor

__all__ = [
    "MAX_BYTES",
    "add_text",
    "check_can_be_written",
    "check_is_file",
    "clear_unfinished",
    "folder_of",
    "opened",
    "read_bytes",
    "read_text",
    "replace_file",
    "text_in",
    "write_text",
]

AnyPath = str | os.PathLike[str]

MAX_BYTES = 1_000_000
"""More than any program or lesson that can be read."""
_UNFINISHED = ".saving"
"""How the names of files end that are being written, and take the place of another once they are whole."""
_FOLDER = "{} is a directory. Name a file in it."
_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


# --- in ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def opened(path: AnyPath, name: str = "", most: int | None = None) -> Iterator[BinaryIO]:
    """A regular file, open to be read piece by piece; messages call it `name`, or else by its path.

    Raises `FileError` if it cannot be, or goes beyond `most` bytes, and for what fails while it is read.
    """
    name = name or os.fspath(path)
    try:
        with os.fdopen(_descriptor(path, name), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if most is not None and size > most:
                raise ContentError(f"{name} is larger than {most:,} bytes. Choose a smaller file.")
            yield file
    except FileNotFoundError as error:
        raise MissingFileError(f"{name} cannot be read: {error.strerror}.") from None
    except IsADirectoryError:
        raise FileError(_FOLDER.format(name)) from None
    except OSError as error:
        raise FileError(f"{name} cannot be read: {error.strerror or error}.") from None


def _descriptor(path: AnyPath, name: str) -> int:
    """A file open for reading, if it is a regular one."""
    try:
        file = os.open(path, os.O_RDONLY | _NO_WAITING)
    except ValueError as error:  # A name that no file can have.
        raise FileError(f"{name} cannot be read: {error}.") from None
    mode = os.fstat(file).st_mode
    if stat.S_ISREG(mode):
        return file
    os.close(file)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError
    what = "a pipe" if stat.S_ISFIFO(mode) else "a device"
    raise FileError(f"{name} is {what}, not a file. Put what is read from it into a file, and name that.")


def check_is_file(path: AnyPath) -> None:
    """Raises `FileError` if there is something that cannot be read as a file."""
    with contextlib.suppress(MissingFileError), opened(path):
        pass


def check_can_be_written(path: AnyPath) -> None:
    """Raises `FileError` if it can be seen at once that `write_text` would fail, or not put a file there."""
    name = repr(os.fspath(path))
    try:
        there = Path(os.path.realpath(path))
        _check_is_no_folder(there, name)
        try:
            regular = stat.S_ISREG(os.stat(there).st_mode)
        except FileNotFoundError:
            regular = None
        if regular is False:
            raise FileError(f"{name} is no file but a pipe or a device. Name a file.")
        may_write = regular is None or os.access(there, os.W_OK)
        if not may_write or not os.access(there.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except (OSError, ValueError) as error:
        raise _unwritten(name, error) from None


def _unwritten(name: str, error: OSError | ValueError) -> FileError:
    """What is said of a file that cannot be written; a `ValueError` is of a name that no file can have."""
    return FileError(f"{name} cannot be written: {getattr(error, 'strerror', None) or error}.")


def _check_is_no_folder(path: Path, name: str) -> None:
    if path.is_dir():
        raise FileError(_FOLDER.format(name))


def folder_of(path: str | None, option: str) -> Path | None:
    """The folder that an option or a variable names; None if it names none.

    Raises `FileError`, which says who named it, if there is no such folder.
    """
    if path and not os.path.isdir(path):
        raise FileError(f"{option}: there is no folder {path!r}.")
    return Path(path) if path else None


def read_bytes(path: AnyPath, most: int = MAX_BYTES, name: str = "") -> bytes:
    """All of a file, at most so many bytes. Raises `FileError`."""
    with opened(path, name) as file:
        return _all_of(file, name or os.fspath(path), most)


def read_text(
    path: AnyPath, most: int = MAX_BYTES, name: str = "", otherwise: str = "Save it as UTF-8."
) -> str:
    """The text in a file; `otherwise` says what to do about one that is not UTF-8. Raises `FileError`."""
    with opened(path, name) as file:
        return text_in(file, name or os.fspath(path), most, otherwise=otherwise)


def text_in(
    file: BinaryIO,
    name: str,
    most: int = MAX_BYTES,
    smaller: str = "",
    otherwise: str = "Save it as UTF-8.",
) -> str:
    """The text in what is open already, such as standard input, without the mark that may begin it.

    Raises `ContentError` if it is larger than `most` bytes, or not UTF-8.
    """
    data = _all_of(file, name, most, smaller)
    skipped = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        return data[skipped:].decode()
    except UnicodeDecodeError as error:
        at = error.start + skipped
        raise ContentError(
            f"{name} is not UTF-8 text: see byte {at} (0x{data[at]:02x}). {otherwise}"
        ) from None


def _all_of(file: BinaryIO, name: str, most: int, smaller: str = "") -> bytes:
    data = file.read(most + 1)
    if len(data) > most:
        raise ContentError(f"{name} is larger than {most:,} bytes. {smaller}".rstrip())
    return data


# --- out -----------------------------------------------------------------------------------------------


def write_text(path: AnyPath, text: str, name: str = "") -> None:
    """Put a text into a file, in one step: what was there stays until all of the new text is written.

    Messages call it `name`, or else by its path in quotes. Raises `FileError` if it cannot be written.
    """
    name = name or repr(os.fspath(path))
    try:
        target = Path(path)
        _check_is_no_folder(target, name)
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")  # A device or a pipe cannot be replaced.
            return
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        clear_unfinished(target)
        replace_file(target, text.encode())
    except (OSError, ValueError) as error:
        raise _unwritten(name, error) from None


def add_text(path: AnyPath, adding: Callable[[str], str]) -> None:
    """Add to a file, made where there is none, what `adding` makes of the text in it: `""` in a new one.

    Others who do the same wait for each other, so that nothing of theirs is lost. Raises `FileError`.
    """
    name = os.fspath(path)
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _NO_WAITING, 0o666)
        with os.fdopen(file, "r+b") as there:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise FileError(f"{name} is no file but a pipe or a device. Name a file.")
            with contextlib.suppress(OSError):  # Some file systems have no locks.
                lock_descriptor(file)
            there.write(adding(text_in(there, name)).encode())
    except (OSError, ValueError) as error:
        raise _unwritten(name, error) from None


def replace_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Put `data` where `path` is, in one step. Raises `OSError`, with nothing changed, if that fails.

    A link stays one. A file that was there keeps its permissions; a new one has the usual ones, or, if
    `private`, is for its owner alone.
    """
    path = Path(os.path.realpath(path))
    handle, name = _unfinished(path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if path.exists():
                os.chmod(name, stat.S_IMODE(path.stat().st_mode))
            elif not private:
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(name, 0o666 & ~mask)
            if os.name == "nt":
                file.close()  # Elsewhere it stays locked until it has its name.
            os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def clear_unfinished(path: AnyPath) -> None:
    """Remove what saves of a file that were killed have left beside it; one that goes on is left alone."""
    with contextlib.suppress(OSError, ValueError):
        path = Path(os.path.realpath(path))
        name = re.compile(f"{re.escape(_beginning(path))}[a-z0-9_]{{8}}{re.escape(_UNFINISHED)}")
        with os.scandir(path.parent) as entries:
            for entry in entries:
                if name.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    _clear(entry.path)


def _clear(left: str) -> None:
    """Remove a file unless it is locked, as it is by whoever writes it; the dead lock nothing."""
    with contextlib.suppress(OSError):
        file = os.open(left, os.O_RDWR | _NO_WAITING)
        try:
            if lock_descriptor(file, blocking=False):
                os.unlink(left)
        finally:
            os.close(file)


def _unfinished(path: Path) -> tuple[int, str]:
    """A new file beside another one, locked while it is written, and its name."""
    while True:
        file, name = tempfile.mkstemp(dir=path.parent, prefix=_beginning(path), suffix=_UNFINISHED)
        with contextlib.suppress(OSError):  # Where there are no locks, nothing is cleared either.
            lock_descriptor(file)
        if os.path.exists(name):
            return file, name
        os.close(file)  # It was cleared before it was locked.


def _beginning(path: Path) -> str:
    return f".{path.name[:40]}-"
