"""What can be said to a lesson in plain text, and the moves that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from lessons.fields.problems import BrokenLessonError
from lessons.fields.scripts import read_script
from lessons.take.taking import Taking
from microcrad.records import Record
from tui.commands import lesson_lines as words

__all__ = ["Moves", "Spoken"]

Hearer = TypeVar("Hearer")


class Spoken(Record, Generic[Hearer]):
    """Something to say besides lines of the program."""

    does: Callable[[Hearer, str], Iterator[str]]
    """What is answered, given who hears it and what was said after the word."""
    takes: str
    """What comes after the word, for the help; empty if nothing does."""
    about: str


class Moves:
    """Makes the moves that scripts are written in, one at a time."""

    def __init__(
        self, taking: Taking, where: Callable[[], Iterator[str]], check: Callable[[], Iterator[str]]
    ) -> None:
        """`where` tells where a move has led; `check` is done then, and says what comes of it."""
        self._taking, self._where, self._check = taking, where, check

    def make(self, name: str, value: object) -> Iterator[str]:
        """Make a move; what is no such move, or cannot be made here, is said."""
        said: list[str] = []
        moves = read_script({name: value}, self._taking.step.mode, said.append)
        if not self._taking.view.may_run:
            yield "Predict first, with: answer NUMBER"
            return
        if not moves:
            yield words.finding(said[0])
            return
        try:
            self._taking.ground.perform(moves[0])
        except BrokenLessonError as error:
            yield words.finding(str(error))
            return
        yield from self._where()
        yield from self._check()
