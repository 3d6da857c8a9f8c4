"""What is wrong with a lesson file, said like a compiler says it: file, line, what was found, what to do."""

from __future__ import annotations

from typing import NamedTuple

from microcrad.errors import MicrocradError

__all__ = ["BrokenLessonError", "LessonError", "Problem"]


class Problem(NamedTuple):
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
    """A lesson asks for what cannot be done or judged here: its author's mistake, not the learner's."""
