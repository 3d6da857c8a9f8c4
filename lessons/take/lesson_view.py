"""What is seen of a lesson that is being taken: what screens and commands read; it judges nothing."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.format.lesson import Lesson, Step
from lessons.take.tried import Tried
from lessons.take.verdicts import Judgement
from microcrad.timeline.telling import Telling

__all__ = ["LessonView"]


@dataclass(frozen=True, slots=True)
class LessonView:
    """All that a screen shows of a lesson that is being taken, frozen."""

    lesson: Lesson
    index: int
    """Which step, from 0."""
    step: Step
    judgement: Judgement
    """How the last attempt stands."""
    hints: tuple[str, ...]
    """Those that were asked for."""
    tried: Tried
    """What was tried, counted, up to the pass."""
    answer: str
    """What was answered last, as it was typed; empty if nothing was."""
    choice: str | None
    telling: Telling
    """What may be told of the playground now, anywhere."""
    may_run: bool
    """Whether one may go on in the run: not before a prediction is made."""
    may_continue: bool
    """Whether there is a next step to go to: after a pass, or once the solution was run."""
    passed: bool
    """Whether the step was passed; it stays so whatever is tried afterwards."""
    solution_seen: bool
    result: float | None
    """The number that was asked for, once it may be seen."""
    done: bool
    """Whether the last step was passed or skipped."""

    @property
    def tries(self) -> int:
        """How often the step was checked, once something was tried."""
        return self.tried.tries

    @property
    def last(self) -> bool:
        """Whether this is the last step, after which nothing comes."""
        return not self.lesson.made and self.index == len(self.lesson.steps) - 1

    @property
    def place(self) -> str:
        """Which task this is, in words: its number, or how hard it is if it was made for practice."""
        if self.lesson.made:
            return f"level {self.lesson.level}"
        return f"task {self.index + 1} of {len(self.lesson.steps)}"
