"""Taking a lesson: a state machine over a session. It draws nothing; screens and commands read its `view`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lessons.fields.answers import AnswerError, parse_number, writes_commas
from lessons.fields.problems import in_setup
from lessons.fields.scripts import Script
from lessons.format.lesson import Lesson, Step
from lessons.kinds.base import Here
from lessons.take.grounds import Grounds
from lessons.take.in_session import SessionGround
from lessons.take.lesson_view import LessonView
from lessons.take.plot import Plot, plotted
from lessons.take.secrets import asked_number, telling
from lessons.take.tried import UNTRIED, Tried
from lessons.take.verdicts import Judgement, Standing, judge
from microcrad.records import Record
from microcrad.session.session import Session
from microcrad.text.numbers import full
from microcrad.timeline.telling import EVERYTHING

if TYPE_CHECKING:  # Training needs numpy, which most lessons do without.
    from lessons.take.in_training import TrainingGround
    from microcrad.train.training import Training

__all__ = ["Taking"]

_NOTHING = Judgement(Standing.NOT_TRIED, "")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What has come of one step so far."""

    judgement: Judgement = _NOTHING
    hints: int = 0
    counted: Tried = UNTRIED
    answer: str = ""
    number: float | None = None
    choice: str | None = None
    passed: bool = False
    seen: bool = False
    tried: object = None
    """What was judged by the last try: to judge the same again is none."""


class _Place(Record):
    """Where a step began, in the playground."""

    position: int
    text: str


class Taking:
    """One lesson being taken, in a session that the learner works in between."""

    def __init__(
        self,
        lesson: Lesson,
        session: Session | Training,
        *,
        step: str | None = None,
        earlier: Mapping[str, Tried] = MappingProxyType({}),
    ) -> None:
        """Begin a lesson, or go on with it at the step of that slug: those before it are done by solution.

        `earlier` is what was tried another day at steps that were not passed then, by slug.
        Raises `BrokenLessonError` if its setup or a solution cannot be run.
        """
        self.lesson = lesson
        self._grounds = Grounds(lesson.mode, session, lesson.ownership)
        self._begun: dict[int, object] = {}
        """Where each step began that was come to."""
        self._attempts = [_Attempt(counted=earlier.get(step.slug, UNTRIED)) for step in lesson.steps]
        self._begun_at: dict[int, _Place] = {}
        """The position in the run where each of those began, and the program."""
        self.index = 0
        with in_setup(""):
            for move in lesson.setup:
                self._grounds.of(lesson.mode).perform(move)
        self._begin()
        for _ in range((lesson.index(step) or 0) if step is not None else 0):
            self._do(self.step.solution)
            self.index += 1
            self._begin()
        self._hide()

    # --- where it is taken ---

    @property
    def ground(self) -> SessionGround | TrainingGround:
        """Where the step is done."""
        return self._grounds.of(self.step.mode)

    @property
    def on(self) -> Session | Training:
        """What the step is done on: a session, or a training."""
        ground = self.ground
        return ground.session if isinstance(ground, SessionGround) else ground.training

    @property
    def trains(self) -> bool:
        """Whether a training was begun in this lesson."""
        return "train" in self._grounds

    @property
    def _session(self) -> Session | None:
        """What has something to hide: the playground's session, where the step is done in one."""
        ground = self.ground
        return ground.session if isinstance(ground, SessionGround) else None

    # --- what is shown ---

    @property
    def step(self) -> Step:
        """The step one is at."""
        return self.lesson.steps[self.index]

    @property
    def attempt(self) -> _Attempt:
        """What has come of it so far."""
        return self._attempts[self.index]

    @property
    def view(self) -> LessonView:
        """Where the lesson stands, frozen."""
        step, attempt = self.step, self.attempt
        may_see = over = attempt.passed or attempt.seen
        if not any(check.sees("answer") for check in step.checks):
            may_see = may_see or attempt.number is not None
        result = None
        if step.asked is not None and may_see and self._session is not None:
            result = asked_number(self._session, step.asked)
        last = self.index == len(self.lesson.steps) - 1
        may_run = not step.predict or over or attempt.number is not None
        begun = self._begun_at.get(self.index, _Place(0, "")).position
        return LessonView(
            lesson=self.lesson,
            index=self.index,
            step=step,
            judgement=attempt.judgement,
            hints=step.hints[: attempt.hints],
            tried=attempt.counted,
            answer=attempt.answer,
            choice=attempt.choice,
            telling=telling(step, begun, said=may_run or self._is_changed, answered=may_see, over=over),
            may_run=may_run,
            may_continue=over and not last,
            passed=attempt.passed,
            solution_seen=attempt.seen,
            result=result,
            done=over and last,
        )

    @property
    def plot(self) -> Plot | None:
        """The curve of the step at this moment, if it has one that may be seen."""
        curve = self.step.curve
        return None if curve is None or self._session is None else plotted(self._session, curve)

    @property
    def tried(self) -> bool:
        """Whether anything was done or said since the step began."""
        attempt = self.attempt
        said = attempt.number is not None or attempt.choice is not None
        return said or self.ground.keep() != self._begun[self.index]

    @property
    def _is_changed(self) -> bool:
        """Whether the program that was run last is another one than that with which the step began."""
        begun, session = self._begun_at.get(self.index), self._session
        return session is not None and begun is not None and session.run.program.text != begun.text

    @property
    def owed(self) -> bool:
        """Whether the step asks for an answer or a choice that was not given yet."""
        step, attempt = self.step, self.attempt
        return (step.answers and attempt.number is None) or (bool(step.choices) and attempt.choice is None)

    @property
    def here(self) -> Here:
        """What checks may see."""
        attempt = self.attempt
        return self.ground.here(attempt.number, attempt.choice, self._begun[self.index])

    # --- what the learner does ---

    def answer(self, text: str) -> Judgement:
        """Answer with a number, and check. A text that is no number is no try."""
        try:
            number = parse_number(text, comma=writes_commas(self.lesson.language))
        except AnswerError as error:
            return self._judged(Judgement(Standing.NOT_YET, str(error)))
        self._change(answer=text.strip(), number=number)
        return self._checked(full(number))

    def choose(self, id_: str) -> Judgement:
        """Choose one of the choices, and check. Raises `KeyError` if there is no such choice."""
        if id_ not in [choice.id for choice in self.step.choices]:
            raise KeyError(id_)
        self._change(choice=id_)
        return self._checked(id_)

    def check(self) -> Judgement:
        """Judge where things stand."""
        tried, attempt = self.tried, self.attempt
        what = (self.ground.keep(), attempt.number, attempt.choice)
        if tried and not attempt.passed and what != attempt.tried:  # After a pass one plays on.
            counted = attempt.counted
            self._change(counted=replace(counted, tries=counted.tries + 1), tried=what)
        return self._judge(tried=tried)

    def said_before(self, said: str) -> None:
        """Stand where this, an answer or the id of a choice, was said another day: that is no new try."""
        self._change(**_as_said(self.step, said, self.lesson.language))
        self.look()

    def _checked(self, said: str) -> Judgement:
        """Judge where things stand once something was said, and count that if it is wrong."""
        before, passed = self.attempt.counted.tries, self.attempt.passed
        judgement = self.check()
        counted = self.attempt.counted
        if counted.tries > before and not passed and judgement.verdict is Standing.NOT_YET:
            self._change(counted=counted.answered(said))
        return judgement

    def look(self) -> Judgement:
        """Judge where things stand, as is done after each action: that is no try of its own.

        Where an answer or a choice is asked for, nothing counts as tried before it is given; where one is to
        stop at a moment, nothing does before one checks, and what was said holds until one moves on. A
        program that is half typed is none to be judged.
        """
        step, attempt = self.step, self.attempt
        half_typed = self._session is not None and not self._session.up_to_date
        if half_typed and not any(check.sees("error") for check in step.checks):
            return attempt.judgement
        if step.commit:
            here = (self.ground.keep(), attempt.number, attempt.choice)
            moved_on = attempt.tried is not None and attempt.tried != here and not attempt.passed
            return self._judged(_NOTHING) if moved_on else attempt.judgement
        return self._judge(tried=self.tried and not self.owed)

    def _judge(self, *, tried: bool) -> Judgement:
        return self._judged(judge(self.lesson, self.step, self.here, tried=tried))

    def hint(self) -> str:
        """The next hint, or the last one again; empty if the step has none."""
        hints = self.step.hints
        self._change(hints=min(self.attempt.hints + 1, len(hints)))
        return hints[self.attempt.hints - 1] if hints else ""

    def solution(self) -> Script:
        """The step's solution, which counts as seen from now on."""
        self._change(seen=True)
        return self.step.solution

    def skip(self) -> Judgement:
        """Run the solution from where the step began, so that the next step stands where it should."""
        self._restore(self.index)
        counted, more = self.attempt.counted, not self.attempt.passed
        self._change(seen=True, counted=replace(counted, tries=counted.tries + more))
        self._do(self.step.solution)
        self._change(answer="")  # The learner has said nothing.
        return self._judge(tried=True)  # Also where it began as it is to end: nothing has changed.

    def reset(self) -> None:
        """Return to where the step began. What was counted, a pass and a seen solution stay."""
        self._restore(self.index)
        attempt = self.attempt
        self._attempts[self.index] = _Attempt(
            hints=attempt.hints, counted=attempt.counted, passed=attempt.passed, seen=attempt.seen
        )
        self._hide()

    def next(self) -> bool:
        """Go on to the next step; False, and nothing happens, before this one is passed or skipped."""
        if not self.view.may_continue:
            return False
        if not self.attempt.passed:
            self.skip()
        self.index += 1
        if self.index in self._begun:
            self._restore(self.index)
        else:
            if self._session is not None and not self._session.up_to_date:
                self._session.set_text(self._session.run.program.text)  # Not from what is half typed.
            self._begin()
        self._hide()
        return True

    def back(self) -> bool:
        """Go back to where the step before began; False at the first one."""
        if self.index == 0:
            return False
        self.index -= 1
        self._restore(self.index)
        self._hide()
        return True

    # --- inside ---

    def _begin(self) -> None:
        with in_setup(self.step.slug):
            self._do(self.step.setup or ())
        if self._session is not None:
            self._begun_at[self.index] = _Place(self._session.position, self._session.text)
        self._begun[self.index] = self.ground.keep()

    def _restore(self, index: int) -> None:
        self._grounds.of(self.lesson.steps[index].mode).restore(self._begun[index])

    def _hide(self) -> None:
        """Keep from sight what this step hides, as long as it does."""
        if self._session is not None:
            self._session.veil(self.view.telling)

    def _do(self, script: Script) -> None:
        """Make moves with everything told: from the lesson itself nothing is kept back."""
        if self._session is not None:
            self._session.veil(EVERYTHING)
        for move in script:
            if move.name == "answer":
                self._put(answer=move.value, number=parse_number(move.value))
            elif move.name == "choose":
                self._put(choice=move.value)
            else:
                self.ground.perform(move)

    def attempted(self, script: Script) -> Judgement:
        """Run a script from where the step began, and judge what comes of it. Raises `BrokenLessonError`."""
        self.reset()
        self._do(script)
        return self.check()

    def _change(self, **changes: object) -> None:
        self._put(**changes)
        self._hide()

    def _put(self, **changes: object) -> None:
        self._attempts[self.index] = replace(self.attempt, **changes)  # type: ignore[arg-type]

    def _judged(self, judgement: Judgement) -> Judgement:
        attempt, counted = self.attempt, self.attempt.counted
        if judgement.why and judgement != attempt.judgement and not attempt.passed:
            counted = counted.recognised(judgement.why)
        passed = attempt.passed or judgement.verdict is Standing.PASSED
        self._change(judgement=judgement, passed=passed, counted=counted)
        return judgement


def _as_said(step: Step, said: str, language: str) -> dict[str, Any]:
    """What an answer, or the id of a choice, makes of an attempt; nothing if the step asks for no such."""
    if step.choices:
        return {"choice": said} if said in [choice.id for choice in step.choices] else {}
    with suppress(AnswerError):
        number = parse_number(said, comma=writes_commas(language))
        return {"answer": said, "number": number} if step.answers else {}
    return {}
