"""Taking a lesson in plain text, a line in and some lines out: the way for screen readers and for scripts.

It reads the same `Taking` as the screen does, so that both judge alike and hide the same number. What is said
to the program, or to the training, that a task is done on is heard by `WrittenProgram` or `SpokenTraining`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lessons.format.lesson import Lesson
from lessons.progress.progress import LessonProgress
from lessons.take.taking import Taking
from lessons.take.verdicts import Judgement
from lessons.words import has_like_it
from microcrad.session.session import Session
from tui.commands import lesson_lines as words
from tui.commands.other_question import OtherQuestion
from tui.commands.spoken import Spoken
from tui.commands.written_program import WrittenProgram
from tui.lessons.doings import DOES

if TYPE_CHECKING:  # Training needs numpy, which most lessons do without.
    from microcrad.train.training import Training
    from tui.commands.spoken_training import SpokenTraining

__all__ = ["Conversation"]


class Conversation:
    """One lesson, taken line by line."""

    def __init__(
        self,
        lesson: Lesson,
        session: Session | Training,
        step: str | None = None,
        after: Lesson | None = None,
        *,
        done: LessonProgress | None = None,
    ) -> None:
        """`after` comes next, `done` is what came of the lesson so far; None where no progress is kept.

        Raises `BrokenLessonError` if it cannot begin.
        """
        self.taking = Taking(lesson, session, step=step, earlier=done.open_tries if done is not None else {})
        self.over = False
        """Whether the learner has left."""
        self._after, self._kept, self._ended = after, done is not None, False
        self.wants_another = False
        """Whether the learner has done a made task, and asked for the next one."""
        self._asked_for_solution = False
        self._question = OtherQuestion()

    @property
    def _on(self) -> WrittenProgram | SpokenTraining:
        """Who hears what is said to that which the task is done on."""
        on = self.taking.on
        if isinstance(on, Session):
            return WrittenProgram(self.taking, on, self._check_quietly)
        from tui.commands.spoken_training import SpokenTraining

        return SpokenTraining(self.taking, on, self._check_quietly)

    def opening(self) -> Iterator[str]:
        """What is said first."""
        yield from words.beginning(self.taking.lesson)
        yield from self._task()
        if self.taking.lesson.made:
            yield from self._on.stands()
        yield "help lists what you can say. A key that a text names, such as n, may be said too."

    def said(self, line: str) -> Iterator[str]:
        """What is said to one line of the learner's."""
        on, key = self._on, line.strip()
        line = _KEYS.get(key) or on.said_by(key) or line
        word, _, rest = line.strip().partition(" ")
        sure = self._asked_for_solution
        self._asked_for_solution = False
        if not word:
            return
        answered = self._question.hears(line.strip())
        if answered is not None:
            yield from answered
            return
        mine = _COMMANDS.get(word)
        if (found := mine or on.commands.get(word)) and _is_meant(found, rest):
            self._asked_for_solution = sure and word == "solution"
            yield from mine.does(self, rest.strip()) if mine else on.hear(word, rest.strip())
        elif re.fullmatch(r"[-+.\d].*|inf|nan", line.strip()) and self.taking.step.answers:
            yield from self._told(self.taking.answer(line.strip()))
        else:
            yield from on.other(line, [*_COMMANDS, *on.commands])

    def _task(self, _: str = "") -> Iterator[str]:
        """The task, with the program that it is about."""
        yield from words.task(self.taking.view)
        yield from self._on.task()

    # --- answering and asking ---

    def _told(self, judgement: Judgement) -> Iterator[str]:
        """A verdict; the first time that all is done also how the lesson ends."""
        view = self.taking.view
        yield from words.judged(judgement, view)
        if view.done and not self._ended:
            self._ended = True
            if not view.lesson.made:
                yield ""
                yield from words.ended(view.lesson, self.taking.here, self._after, kept=self._kept)

    def _choose(self, text: str) -> Iterator[str]:
        letters = words.letters(self.taking.step)
        if text not in letters:
            there = ", ".join(letters)
            yield f"The choices are {there}." if there else "There is nothing to choose in this task."
            return
        judgement = self.taking.choose(letters[text].id)
        yield from self._told(judgement)

    def _check_quietly(self) -> Iterator[str]:
        """Check, and say so only if something else comes of it than the last time.

        Before what is asked for was said there is nothing to check; nor where it counts that one checks.
        """
        if self.taking.owed or self.taking.step.commit:
            self.taking.look()
            return
        before = self.taking.view.judgement
        judgement = self.taking.check()
        if judgement != before:
            yield from self._told(judgement)

    def _hint(self, _: str) -> Iterator[str]:
        hint = self.taking.hint()
        count = len(self.taking.step.hints)
        if hint:
            yield from words.labelled(f"Hint {len(self.taking.view.hints)} of {count}", hint)
        else:
            yield "This task has no hints. task says again what to do."

    def _solution(self, _: str) -> Iterator[str]:
        if not self._asked_for_solution and not self.taking.view.solution_seen:
            self._asked_for_solution = True
            yield "Say solution again to see it. It counts as seen, and you can go on with next."
            return
        self.taking.solution()  # It counts as seen.
        yield from words.why_solved(self.taking.step)
        if has_like_it(self.taking.lesson, self.taking.step):
            yield "Say other for one like it, with other numbers."

    def _next(self, rest: str) -> Iterator[str]:
        if rest == "event":
            yield from self._on.moves.make("go", "next")
        elif rest:
            yield "Say next for the next task, or next event."
        elif self.taking.view.done and self.taking.lesson.made:
            self.over = self.wants_another = True
        elif self.taking.view.done:
            yield "That was the last task. quit leaves."
        elif self.taking.next():
            yield from self._task()
        else:
            yield "Not before this task is passed. hint helps, skip does it for you."

    def _back(self, _: str) -> Iterator[str]:
        if self.taking.back():
            yield from self._task()
        else:
            yield "This is the first task."

    def _reset(self, _: str) -> Iterator[str]:
        self.taking.reset()
        yield "Everything is as it was when the task began."

    def _quit(self, _: str) -> Iterator[str]:
        self.over = True
        yield "Left."

    def _help(self, _: str) -> Iterator[str]:
        for word, command in (*_COMMANDS.items(), *self._on.commands.items()):
            yield f"{word} {command.takes}".strip() + f": {command.about}"
        if self._on.ANYTHING_ELSE:
            yield self._on.ANYTHING_ELSE


_KEYS = {"K": "check", "T": "next", "H": "hint", "R": "reset", "X": "skip", "O": "other", "L": "back"}
"""What the keys of a lesson mean where one types words."""


def _is_meant(command: Spoken[Any], rest: str) -> bool:
    """Whether a line that begins with a command's word is meant for it, and not a line of a program."""
    return bool(command.takes or not rest) and not rest.lstrip().startswith(("=", "+="))


def _said(id: str, more: str = "") -> str:
    """What the lesson's table says of a command, as the help of plain text writes it."""
    return DOES[id][0].lower() + DOES[id][1:] + more


_COMMANDS: Mapping[str, Spoken[Conversation]] = {
    "answer": Spoken(
        lambda talk, text: talk._told(talk.taking.answer(text)),
        "NUMBER",
        "answer, as with -1.5, 2/3 or 1e-3; a number alone will do",
    ),
    "choose": Spoken(Conversation._choose, "LETTER", "take one of the choices"),
    "check": Spoken(
        lambda talk, _: talk._told(talk.taking.check()),
        "",
        _said("check", "; it is done after every line, too"),
    ),
    "hint": Spoken(Conversation._hint, "", _said("hint")),
    "solution": Spoken(Conversation._solution, "", "see the solution; it asks once more"),
    "skip": Spoken(lambda talk, _: talk._told(talk.taking.skip()), "", "have the solution done for you"),
    "other": Spoken(lambda talk, _: talk._question.ask(talk.taking.view), "", _said("other")),
    "task": Spoken(Conversation._task, "", "the task's text again, and the program"),
    "next": Spoken(Conversation._next, "[event]", _said("next", "; or the next event")),
    "back": Spoken(Conversation._back, "", _said("back")),
    "reset": Spoken(Conversation._reset, "", _said("reset")),
    "show": Spoken(lambda talk, _: talk._on.show(), "", "everything there is to see"),
    "help": Spoken(Conversation._help, "", "this list"),
    "quit": Spoken(Conversation._quit, "", "leave"),
}
