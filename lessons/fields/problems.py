"""What is wrong with a lesson file, said like a compiler says it: file, line, what was found, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from microcrad.errors import MicrocradError
from microcrad.records import Record

__all__ = ["BrokenLessonError", "LessonError", "Problem", "in_setup"]


class Problem(Record):
    """One thing wrong at one line of a lesson file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: error: {self.message}"


class LessonError(MicrocradError):
    """A lesson file that cannot be used. `problems` are all that was found, in the order of their lines."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class BrokenLessonError(MicrocradError):
    """A lesson asks for what cannot be done or judged here: its author's mistake, not the learner's.

    `begins` is the slug of the step whose setup it is in, empty for that of the lesson, None elsewhere.
    """

    def __init__(self, message: str, begins: str | None = None) -> None:
        super().__init__(message)
        self.begins = begins


@contextmanager
def in_setup(slug: str) -> Iterator[None]:
    """What goes wrong here does so in the setup of a step; in that of the lesson, if the slug is empty."""
    try:
        yield
    except BrokenLessonError as error:
        where = f"step {slug}: " if slug else ""
        raise BrokenLessonError(f"{where}its setup: {error}", slug) from None
