"""A question like a task, with other numbers, asked in between in plain text; nothing of it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from lessons.fields.answers import AnswerError, parse_number
from lessons.format.questions import Asking
from lessons.take.lesson_view import LessonView
from lessons.words import like_it
from tui.commands import lesson_lines as words

__all__ = ["OtherQuestion"]

_ANSWER = re.compile(r"answer\s|[-+.\d(]|inf$|nan$")


class OtherQuestion:
    """The question that waits for its answer, if one does."""

    def __init__(self) -> None:
        self._asking: Asking | None = None

    def ask(self, view: LessonView) -> Iterator[str]:
        """Ask one like the task, if its lesson has one."""
        self._asking = like_it(view.lesson, view.step, Random())
        if self._asking is not None:
            yield from words.like_it(self._asking)
        elif view.lesson.made:
            yield "Say next for another one, once this one is done."
        else:
            yield "There is no question like this task. Those about its lesson come tomorrow."

    def hears(self, line: str) -> Iterator[str] | None:
        """What is said to a line that answers it; None if it waits for none, or this is no answer."""
        asking, self._asking = self._asking, None
        if asking is None or not _ANSWER.match(line):
            return None
        return self._judged(asking, line.removeprefix("answer "))

    def _judged(self, asking: Asking, text: str) -> Iterator[str]:
        try:
            answer = parse_number(text)
        except AnswerError as error:
            self._asking = asking
            yield str(error)
        else:
            yield from words.answered(asking, answer, kept=False)
