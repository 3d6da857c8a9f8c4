"""Taking a lesson in plain text, a line in and some lines out: the way for screen readers and for scripts.

It reads the same `Taking` as the screen does, so that both judge alike and hide the same number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from lessons.fields.problems import BrokenLessonError
from lessons.fields.scripts import ScriptMove, read_script
from lessons.format.lesson import Lesson
from lessons.progress.progress import LessonProgress
from lessons.take.owned import owned
from lessons.take.taking import Taking
from lessons.take.verdicts import Judgement
from lessons.words import has_like_it
from microcrad.run.told import UNKNOWN
from microcrad.session.moves import MOVES
from microcrad.session.session import Session
from microcrad.text.near import did_you_mean
from microcrad.timeline.log import View
from tui.commands import lesson_lines as words
from tui.commands.other_question import OtherQuestion
from tui.commands.program_lines import Edit, inserted, moved, replaced, whole
from tui.commands.written_program import WrittenProgram
from tui.lessons.doings import DOES

if TYPE_CHECKING:
    from microcrad.train.training import Training

__all__ = ["Conversation"]


class Spoken(NamedTuple):
    """Something to say besides lines of the program."""

    does: Callable[[Conversation, str], Iterator[str]]
    takes: str
    """What comes after the word, for the help; empty if nothing does."""
    about: str


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
    def session(self) -> Session | Training:
        """What the task is done on."""
        return self.taking.on

    @property
    def program(self) -> WrittenProgram:
        """The program of a task that is done in the playground."""
        assert isinstance(self.session, Session)
        return WrittenProgram(self.taking, self.session, self._check_quietly)

    def opening(self) -> Iterator[str]:
        """What is said first."""
        yield from words.beginning(self.taking.lesson)
        yield from self._task()
        if self.taking.lesson.made and isinstance(self.session, Session):
            yield from words.playground(self.session.moment, lines=False)
        yield "help lists what you can say. A key that a text names, such as n, may be said too."

    def said(self, line: str) -> Iterator[str]:
        """What is said to one line of the learner's."""
        line = self._keyed(line.strip()) if len(line.strip()) == 1 else line
        word, _, rest = line.strip().partition(" ")
        command = self._commands.get(word)
        sure = self._asked_for_solution
        self._asked_for_solution = False
        if not word:
            return
        answered = self._question.hears(line.strip())
        if answered is not None:
            yield from answered
            return
        if command is not None and (command.takes or not rest) and not rest.lstrip().startswith(("=", "+=")):
            self._asked_for_solution = sure and word == "solution"
            yield from command.does(self, rest.strip())
        elif re.fullmatch(r"[-+.\d].*|inf|nan", line.strip()) and self.taking.step.answers:
            yield from self._told(self.taking.answer(line.strip()))
        elif isinstance(self.session, Session):
            yield from self.program.add(line.rstrip(), self._commands)
        else:
            advice = did_you_mean(word, self._commands)
            yield f"{word!r} is nothing one can say here.{advice} help lists it all."

    def _task(self, _: str = "") -> Iterator[str]:
        """The task, with the program that it is about."""
        yield from words.task(self.taking.view)
        if isinstance(self.session, Session):
            yield ""
            yield from words.program(self.session.moment)

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

        Before what is asked for was said there is nothing to check.
        """
        if self.taking.owed:
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
            yield from self._move("go", "next")
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
        for word, command in self._commands.items():
            yield f"{word} {command.takes}".strip() + f": {command.about}"
        if isinstance(self.session, Session):
            yield "Anything else is a line of the program, added at its end."

    def _show(self, _: str) -> Iterator[str]:
        if isinstance(self.session, Session):
            yield from words.playground(self.session.moment)
            yield from words.curve(self.taking.plot)
            yield from words.owned(owned(self.taking.step, self.session))
            return
        from tui.commands.train_lines import progress
        from tui.commands.train_picture import in_numbers, settings_in_use

        yield progress(self.session)
        yield from in_numbers(self.session)
        yield from settings_in_use(self.session)

    # --- moves ---

    def _move(self, name: str, value: object) -> Iterator[str]:
        said: list[str] = []
        moves = read_script({name: value}, self.taking.step.mode, said.append)
        if not self.taking.view.may_run:
            yield "Predict first, with: answer NUMBER"
        elif not moves:
            yield words.finding(said[0])
        else:
            yield from self._made(moves[0])

    def _made(self, move: ScriptMove) -> Iterator[str]:
        try:
            self.taking.ground.perform(move)
        except BrokenLessonError as error:
            yield words.finding(str(error))
            return
        yield from self._where()
        yield from self._check_quietly()

    def _where(self) -> Iterator[str]:
        """Where a move has led."""
        if not isinstance(self.session, Session):
            from tui.commands.train_lines import progress

            yield self.session.notice or progress(self.session)
            return
        session = self.session
        if session.notice:
            yield session.notice
        if session.fault is not None and session.run.fault not in (None, UNKNOWN):
            yield words.banner(session.run.fault)
        moment = session.moment
        if moment.event is not None:
            yield f"line {moment.line}: {moment.told}"
        if moment.snapshot.ended:
            yield "This is the end of the program."

    def _set(self, rest: str) -> Iterator[str]:
        name, _, value = rest.partition(" ")
        yield from self._move("set", {name: value})

    @property
    def _commands(self) -> dict[str, Spoken]:
        return _COMMANDS | (_PLAYGROUND if isinstance(self.session, Session) else _TRAIN)

    def _keyed(self, key: str) -> str:
        """The line that a key stands for, as the texts name it; the line itself if it is none."""
        keys = _KEYS | (_PLAYGROUND_KEYS if isinstance(self.session, Session) else _TRAIN_KEYS)
        found = keys.get(key, key)
        if found == "view" and isinstance(self.session, Session):
            views = list(View)
            return f"view {views[(views.index(self.session.view) + 1) % len(views)]}"
        return found


_KEYS = {"K": "check", "T": "next", "H": "hint", "R": "reset", "X": "skip", "O": "other", "L": "back"}
_PLAYGROUND_KEYS = {
    "n": "next event", "p": "previous event", "b": "backward start", "C": "gradcheck", "w": "diagnose",
    "v": "view", "f": "fault",
}  # fmt: skip
_TRAIN_KEYS = {"s": "step", "S": "epoch", "r": "rewind", "f": "fault"}
"""What the keys that the texts name mean where one types words."""


def _moving(name: str, read: Callable[[str], object] = str) -> Callable[[Conversation, str], Iterator[str]]:
    """A command that is one move of scripts, with what was said after its word."""
    return lambda conversation, rest: conversation._move(name, read(rest))


def _by_line(edit: Edit) -> Callable[[Conversation, str], Iterator[str]]:
    """A command that edits the program by lines."""
    return lambda conversation, rest: conversation.program.edit(edit, rest)


def _count(rest: str) -> int:
    """How often a move is made: once, if nothing is said; 0, which moves refuse, if it is no number."""
    return max(whole(rest), 0) if rest else 1


def _said(id: str, more: str = "") -> str:
    """What the lesson's table says of a command, as the help of plain text writes it."""
    sentence = DOES[id] if id in DOES else MOVES[id].does
    return sentence[0].lower() + sentence[1:] + more


_COMMANDS = {
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
    "show": Spoken(Conversation._show, "", "everything there is to see"),
    "help": Spoken(Conversation._help, "", "this list"),
    "quit": Spoken(Conversation._quit, "", "leave"),
}
_PLAYGROUND = {
    "previous": Spoken(lambda talk, _: talk._move("go", "previous"), "event", _said("previous")),
    "backward": Spoken(lambda talk, _: talk._move("go", "backward"), "start", _said("start_of_backward")),
    ">": Spoken(lambda talk, _: talk._move("go", "end"), "", _said("last")),
    "<": Spoken(lambda talk, _: talk._move("go", "start"), "", _said("first")),
    "go": Spoken(_moving("go"), "PLACE", "go to start, end, line 4, event 7 or backward 2"),
    "select": Spoken(_moving("select"), "NODE", "select a node"),
    "view": Spoken(_moving("view"), "VIEW", "walk by math, memory or all"),
    "fault": Spoken(_moving("fault"), "NAME", "switch a fault on, or none"),
    "ownership": Spoken(_moving("ownership"), "RULES", "auto or manual"),
    "gradcheck": Spoken(
        lambda talk, _: talk.program.gradcheck(),
        "",
        "check every leaf's grad against its finite difference, as C does",
    ),
    "diagnose": Spoken(
        lambda talk, _: talk.program.diagnose(),
        "",
        "go to where a nan comes from, or a gradient is lost; then on, as w does",
    ),
    "line": Spoken(
        _by_line(replaced), "NUMBER TEXT", "replace a line of the program; without a text, delete it"
    ),
    "insert": Spoken(_by_line(inserted), "NUMBER TEXT", "write a line that has this number then"),
    "move": Spoken(_by_line(moved), "NUMBER NUMBER", "move a line to where it has the second number"),
    "node": Spoken(
        lambda talk, name: talk.program.node(name),
        "NODE",
        "one node: its number, its grad, what it is made of, who holds it",
    ),
    "clear": Spoken(lambda talk, _: talk.program.write(""), "", "empty the program"),
}
_TRAIN = {
    "set": Spoken(Conversation._set, "NAME VALUE", "change a setting"),
    "step": Spoken(_moving("steps", _count), "[COUNT]", "take a step, or several"),
    "epoch": Spoken(_moving("epoch", _count), "[COUNT]", "take an epoch, or several"),
    "rewind": Spoken(lambda talk, _: talk._move("rewind", True), "", "back to the same initial weights"),
    "fault": Spoken(_moving("fault"), "NAME", "switch a fault on, or none"),
}
