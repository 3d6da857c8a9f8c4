"""The one door to what a person names: a file is read here, or refused, and written whole or not at all.

Only regular files are opened. So a pipe, on which one waits, and a device, which never ends, are refused
before anything is read; and nobody reads more than they said they would. Every way in which that fails is a
`FileError`, whose words name the file, say why, and say what to do where that is not plain.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from microcrad.errors import ContentError, FileError, MissingFileError

__all__ = [
    "MAX_BYTES",
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
        raise FileError(f"{name} is a directory. Name a file in it.") from None
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


def folder_of(path: str | None, option: str) -> Path | None:
    """The folder that an option names; None if it names none. Raises `FileError` if there is none."""
    if path and not os.path.isdir(path):
        raise FileError(f"{option}: there is no folder {path!r}.")
    return Path(path) if path else None


def read_bytes(path: AnyPath, most: int = MAX_BYTES, name: str = "", smaller: str = "") -> bytes:
    """All of a file, at most so many bytes; `smaller` says what to do about more. Raises `FileError`."""
    with opened(path, name) as file:
        return _all_of(file, name or os.fspath(path), most, smaller)


def read_text(
    path: AnyPath,
    most: int = MAX_BYTES,
    name: str = "",
    smaller: str = "",
    otherwise: str = "Save it as UTF-8.",
) -> str:
    """The text in a file; `otherwise` says what to do about one that is not UTF-8. Raises `FileError`."""
    with opened(path, name) as file:
        return text_in(file, name or os.fspath(path), most, smaller, otherwise)


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


def _all_of(file: BinaryIO, name: str, most: int, smaller: str) -> bytes:
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
        if target.is_dir():
            raise FileError(f"{name} is a directory. Name a file in it.")
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")  # A device or a pipe cannot be replaced.
            return
        target = Path(os.path.realpath(path))  # A link stays one.
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        replace_file(target, text.encode())
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have.
        raise FileError(f"{name} cannot be written: {getattr(error, 'strerror', None) or error}.") from None


def replace_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Put `data` where `path` is, in one step. Raises `OSError`, with nothing changed, if that fails.

    A file that was there keeps its permissions; a new one has the usual ones, or, if `private`, is for its
    owner alone.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
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
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
