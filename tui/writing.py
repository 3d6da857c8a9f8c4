"""Files that commands write: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from tui.reading import Wrong

__all__ = ["write"]


def write(file: str, text: str) -> None:
    """Put a text into a file, in one step: what was there stays until all of the new text is written.

    Raises `Wrong`, in words for a person, if the file cannot be written.
    """
    try:
        path = Path(file)
        if path.is_dir():
            raise Wrong(f"{file!r} is a directory. Name a file in it.")
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # A device or a pipe cannot be replaced.
            return
        path = Path(os.path.realpath(file))  # A link stays one.
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        _replace(path, text)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have.
        raise Wrong(f"{file!r} cannot be written: {getattr(error, 'strerror', None) or error}.") from None


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
