"""Which task comes next: what was missed comes more often, what is mastered comes seldom, and harder."""

from __future__ import annotations

from datetime import datetime
from random import Random

from lessons.practice.made import FIRST, LEVELS, SEEDS, SORTS, Practice, make
from lessons.progress.progress import Practised, Progress
from lessons.take.lesson_view import LessonView

__all__ = ["next_task", "recorded", "stands", "weights"]

_OWED, _MASTERED = 2.0, 0.4
"""How much more often each miss makes a sort come, and how much less often it comes once it is mastered."""


def weights(progress: Progress, before: str = "") -> dict[str, float]:
    """How likely each sort comes next, where `before` was the last one: another one, if there is any.

    Those come that were practised, or whose lesson is finished; where that leaves fewer than two, what the
    first three lessons teach comes as well.
    """
    known = [
        sort.id
        for sort in SORTS.values()
        if sort.id in progress.practice or progress.of(sort.after).finished is not None
    ]
    chosen = known if len(known) > 1 else list(dict.fromkeys([*known, *FIRST]))
    return {id_: _weight(progress.of_practice(id_)) for id_ in chosen if id_ != before}


def _weight(done: Practised) -> float:
    if done.owed:
        return 1 + _OWED * done.owed
    return _MASTERED if done.level == LEVELS and done.streak else 1.0


def next_task(
    progress: Progress,
    random: Random,
    before: Practice | None = None,
    *,
    sort: str | None = None,
    level: int | None = None,
) -> Practice:
    """A new task, unlike the one `before`; of one `sort` and at one `level` only, if they are given.

    Raises `KeyError` and `ValueError` as `make` does.
    """
    chosen = sort
    if chosen is None:
        likely = weights(progress, "" if before is None else before.sort)
        (chosen,) = random.choices(list(likely), list(likely.values()))
    at = progress.of_practice(chosen).level if level is None else level
    while True:
        made = make(chosen, min(at, LEVELS) if level is None else at, random.randrange(SEEDS))
        if before is None or made.setup != before.setup:
            return made


def recorded(progress: Progress, view: LessonView, now: datetime) -> Progress:
    """A progress with a made task that is done: right if it was passed at the first try, without help."""
    task = view.lesson
    assert isinstance(task, Practice)
    counts = view.step.answers or bool(view.step.choices)  # What is done in the panes is tried as one goes.
    helped = bool(view.hints) or view.solution_seen
    right = view.passed and not helped and (view.tries <= 1 or not counts)
    return progress.practised(task.sort, now, task.level, right=right, seen=view.solution_seen)


def stands(progress: Progress, task: Practice) -> str:
    """After a made task was recorded: how hard the next one of its sort will be, and what makes it harder."""
    done = progress.of_practice(task.sort)
    way = {0: "That is the hardest.", 1: "One more right at the first try leads on."}
    more = way.get(done.to_rise, f"{done.to_rise} right at the first try in a row lead on.")
    return f"To {SORTS[task.sort].about}: level {done.level} of {LEVELS} comes next. {more}"
