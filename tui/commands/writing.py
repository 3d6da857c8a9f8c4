"""Files that commands write: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from microcrad.files import replace_file
from tui.commands.reading import Wrong

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
        replace_file(path, text.encode())
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have.
        raise Wrong(f"{file!r} cannot be written: {getattr(error, 'strerror', None) or error}.") from None
