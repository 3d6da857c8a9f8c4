"""Programs and sessions in files: what is read from one that a person names, and what is said of it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import BinaryIO

from microcrad.errors import MissingFileError
from microcrad.files.door import opened, text_in
from microcrad.session.file import SavedSession, from_json
from microcrad.text.near import did_you_mean

__all__ = [
    "SESSION_SUFFIX",
    "holds_graph",
    "program_in",
    "programs",
    "read_program",
    "read_session",
    "there_is_none",
]

SESSION_SUFFIX = ".mcs"
"""How the names of files end that hold a whole session."""


def read_program(file: str) -> str:
    """The text of a program; of a saved session it is the program in it. Raises `FileError`."""
    text = _text(file)
    return from_json(text, file).program if file.endswith(SESSION_SUFFIX) else text


def holds_graph(text: str, file: str) -> bool:
    """Whether a file's text is JSON, as an exported graph is and no program; not what is called a program."""
    return text.lstrip()[:1] == "{" and not file.endswith((".mc", SESSION_SUFFIX))


def read_session(file: str) -> SavedSession:
    """The session in a file. Raises `FileError`."""
    return from_json(_text(file), file)


def program_in(stream: BinaryIO, name: str) -> str:
    """The text of a program in what is open already, such as standard input. Raises `FileError`."""
    return text_in(stream, name, smaller="Write a smaller program, with loops.")


def programs(folder: str | Path) -> list[str]:
    """The names of a folder's programs."""
    with contextlib.suppress(OSError, ValueError):
        return [entry.name for entry in os.scandir(folder) if entry.name.endswith(".mc")]
    return []


def there_is_none(file: str) -> str:
    """That a file is not there, and which program beside it has nearly its name."""
    return f"There is no file {file!r}.{did_you_mean(Path(file).name, programs(Path(file).parent))}"


def _text(file: str) -> str:
    try:
        with opened(file, repr(file)) as stream:
            return program_in(stream, file)
    except MissingFileError:
        raise MissingFileError(there_is_none(file)) from None
