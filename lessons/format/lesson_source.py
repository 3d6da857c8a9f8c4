"""What is read from a lesson file or a translation, and what is reported of one that cannot be read."""

from __future__ import annotations

from pathlib import Path

from lessons.fields.problems import LessonError, Problem
from microcrad.errors import FileError
from microcrad.files.door import read_bytes

__all__ = ["text_of"]


def text_of(path: Path) -> str:
    """The text of a file. Raises `LessonError` if it cannot be read."""
    line = 1
    try:
        data = read_bytes(path, name="it")
        return data.decode("utf-8-sig")
    except FileError as error:
        message = str(error)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {error.start} is not UTF-8 text. Save the file as UTF-8."
    raise LessonError([Problem(str(path), line, message)])
