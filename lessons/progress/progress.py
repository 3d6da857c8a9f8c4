"""What a learner has done: frozen records that merge, so that nothing is lost however they meet.

Merging two progresses keeps the most of both; doing it twice, or the other way round, changes nothing. So two
copies of the app, a file from another machine and an old backup can all be put together. Where it is kept is
`lessons.progress.progress_file`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import tomli_w

from lessons.take.tried import UNTRIED, Tried
from microcrad.files.saved_things import Fields, SavedFormat
from microcrad.files.types import COUNT, FLAG, TEXT, Type

__all__ = [
    "HARDEST", "INTERVALS", "LessonProgress", "Practised", "Progress", "Recall", "StepProgress",
    "from_toml", "to_toml",
]  # fmt: skip

VERSION = 1
INTERVALS = (1, 3, 7, 21)
"""After how many days a lesson's quick questions come, each time one was answered right; the last stays."""


@dataclass(frozen=True, slots=True)
class StepProgress:
    """What came of one step."""

    passed: datetime | None = None
    """When it was passed first."""
    seen: bool = False
    """Whether its solution was looked at."""
    tried: Tried = UNTRIED
    """What was tried, up to that."""
    hints: int = 0
    """How many hints were asked for."""

    @property
    def tries(self) -> int:
        """How often it was checked, up to its pass."""
        return self.tried.tries


@dataclass(frozen=True, slots=True)
class Recall:
    """Where a finished lesson stands in its repetitions."""

    level: int
    """Which of `INTERVALS` comes next."""
    asked: datetime
    """When a question was answered last."""

    @property
    def due(self) -> date:
        """The day from which on it is asked again."""
        return self.asked.astimezone().date() + timedelta(days=INTERVALS[self.level])


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """What came of one lesson."""

    steps: Mapping[str, StepProgress] = field(default_factory=dict)
    """By slug."""
    at: str = ""
    """The slug of the step it was left at."""
    left: datetime | None = None
    """When that was."""
    finished: datetime | None = None
    """When its last step was passed or skipped first."""
    recall: Recall | None = None

    @property
    def due(self) -> date | None:
        """The day from which on a quick question is asked; None before the lesson is finished."""
        if self.recall is not None:
            return self.recall.due
        return None if self.finished is None else Recall(0, self.finished).due

    @property
    def open_tries(self) -> dict[str, Tried]:
        """What was tried at steps that are not passed yet, by slug."""
        return {slug: step.tried for slug, step in self.steps.items() if step.passed is None}


HARDEST = 5
"""The highest level of practice."""
_IN_A_ROW = 2
"""So many right ones in a row lead to the next level."""
_OWED = 2
"""So many right ones make up for a miss."""


@dataclass(frozen=True, slots=True)
class Practised:
    """What came of one sort of made tasks."""

    level: int = 1
    """How hard the next one is, from 1 to `HARDEST`."""
    streak: int = 0
    """How many in a row were right at the first try, at this level."""
    owed: int = 0
    """How many right ones are still to make up for the last miss; until then it comes more often."""
    right: int = 0
    """How many were right at the first try, in all."""
    missed: int = 0
    asked: datetime | None = None
    """When one was done last."""

    @property
    def to_rise(self) -> int:
        """How many more in a row have to be right for the next level; 0 at the hardest."""
        return _IN_A_ROW - self.streak if self.level < HARDEST else 0

    def after(self, now: datetime, level: int, *, right: bool, seen: bool) -> Practised:
        """One more was done at a level: `right` at the first try, or missed, or its solution `seen`."""
        if not right:
            lower = max(self.level - 1, 1) if seen else self.level
            return replace(self, level=lower, streak=0, owed=_OWED, missed=self.missed + 1, asked=now)
        streak = self.streak + 1 if level >= self.level else self.streak
        rises = streak >= _IN_A_ROW and self.level < HARDEST
        return replace(
            self, level=self.level + rises, streak=0 if rises else streak, owed=max(self.owed - 1, 0),
            right=self.right + 1, asked=now,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything a learner has done, by the lessons' ids."""

    lessons: Mapping[str, LessonProgress] = field(default_factory=dict)
    practice: Mapping[str, Practised] = field(default_factory=dict)
    """What came of made tasks, by their sorts."""

    def of(self, lesson: str) -> LessonProgress:
        """What came of a lesson."""
        return self.lessons.get(lesson, LessonProgress())

    def of_practice(self, sort: str) -> Practised:
        """What came of a sort of made tasks."""
        return self.practice.get(sort, Practised())

    # --- what happens ---

    def practised(self, sort: str, now: datetime, level: int, *, right: bool, seen: bool) -> Progress:
        """A made task of a sort and level was done: right at the first try, or not, or its solution seen."""
        done = self.of_practice(sort).after(now, level, right=right, seen=seen)
        return replace(self, practice={**self.practice, sort: done})

    def at_step(self, lesson: str, slug: str, now: datetime, step: StepProgress, *, done: bool) -> Progress:
        """One stood at a step, of which this has come by now; `done` is whether the lesson is."""
        return self.merged(Progress({lesson: LessonProgress({slug: step}, slug, now, now if done else None)}))

    def asked(self, lesson: str, now: datetime, *, right: bool) -> Progress:
        """A quick question was answered: right goes on to the next interval, wrong back to the first."""
        old = self.of(lesson)
        before = 0 if old.recall is None else old.recall.level
        level = min(before + 1, len(INTERVALS) - 1) if right else 0
        return replace(self, lessons={**self.lessons, lesson: replace(old, recall=Recall(level, now))})

    def without(self, lesson: str) -> Progress:
        """As if a lesson had never been taken."""
        return replace(self, lessons={id_: each for id_, each in self.lessons.items() if id_ != lesson})

    def merged(self, other: Progress) -> Progress:
        """The most of both."""
        ids = [*self.lessons, *(id_ for id_ in other.lessons if id_ not in self.lessons)]
        sorts = [*self.practice, *(sort for sort in other.practice if sort not in self.practice)]
        return Progress(
            {id_: _merged(self.of(id_), other.of(id_)) for id_ in ids},
            {sort: max(self.of_practice(sort), other.of_practice(sort), key=_later) for sort in sorts},
        )


def _later(each: Practised) -> tuple[datetime, int, int, int, int, int]:
    return each.asked or _NEVER, each.right, each.missed, each.level, each.streak, each.owed


def _merged(one: LessonProgress, other: LessonProgress) -> LessonProgress:
    slugs = [*one.steps, *(slug for slug in other.steps if slug not in one.steps)]
    nothing = StepProgress()
    steps = {slug: _step(one.steps.get(slug, nothing), other.steps.get(slug, nothing)) for slug in slugs}
    last = max(one, other, key=lambda each: (each.left or _NEVER, each.at))
    recalls = [each.recall for each in (one, other) if each.recall is not None]
    recall = max(recalls, key=lambda each: (each.asked, -each.level), default=None)
    return LessonProgress(steps, last.at, last.left, _first(one.finished, other.finished), recall)


def _step(one: StepProgress, other: StepProgress) -> StepProgress:
    """The first pass counts, with the tries up to it; without one, the most of both."""
    first = min(one, other, key=lambda each: (each.passed or _AT_LAST, -each.tries))
    met = _most(one.tried.met, other.tried.met)
    wrong = _most(one.tried.wrong, other.tried.wrong)
    tried = Tried(first.tries, met, wrong)
    return StepProgress(first.passed, one.seen or other.seen, tried, max(one.hints, other.hints))


def _most(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in sorted({*one, *other})}


_AT_LAST = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


# --- as a file -----------------------------------------------------------------------------------------


def to_toml(progress: Progress) -> str:
    """The whole progress as text."""
    lessons = {id_: _document(each) for id_, each in sorted(progress.lessons.items())}
    practice = {sort: _practised(each) for sort, each in sorted(progress.practice.items())}
    more = {"practice": practice} if practice else {}
    return tomli_w.dumps({"version": VERSION, "lessons": lessons} | more)


def _practised(done: Practised) -> dict[str, Any]:
    return {key: value for key in Practised.__slots__ if (value := getattr(done, key)) is not None}


def _document(lesson: LessonProgress) -> dict[str, Any]:
    table: dict[str, Any] = {"at": lesson.at}
    table |= {key: value for key in ("left", "finished") if (value := getattr(lesson, key)) is not None}
    if lesson.recall is not None:
        table["recall"] = {"level": lesson.recall.level, "asked": lesson.recall.asked}
    table["steps"] = {
        slug: ({} if step.passed is None else {"passed": step.passed})
        | {"seen": step.seen, "tries": step.tries}
        | ({"hints": step.hints} if step.hints else {})
        | {key: dict(counts) for key in _COUNTED if (counts := getattr(step.tried, key))}
        for slug, step in sorted(lesson.steps.items())
    }
    return table


def from_toml(text: str, name: str) -> Progress:
    """A progress from the text of a file, which messages call `name`. Raises `ContentError` if it is none."""
    saved = _SAVED.read(text, name)
    practice = saved.tables("practice") if "practice" in saved else {}
    return Progress(
        {id_: _lesson(fields) for id_, fields in saved.tables("lessons").items()},
        {sort: _read_practised(fields) for sort, fields in practice.items()},
    )


def _read_practised(fields: Fields) -> Practised:
    counts = {key: fields.take(key, COUNT) for key in ("streak", "owed", "right", "missed")}
    asked = _when(fields, "asked") if "asked" in fields else None
    return Practised(level=fields.take("level", _HARDNESS), asked=asked, **counts)


def _lesson(fields: Fields) -> LessonProgress:
    steps = {slug: _read_step(step) for slug, step in fields.tables("steps").items()}
    recall = None
    if "recall" in fields:
        inner = fields.inner("recall")
        recall = Recall(inner.take("level", _LEVEL), _when(inner, "asked"))
    left = _when(fields, "left") if "left" in fields else None
    finished = _when(fields, "finished") if "finished" in fields else None
    return LessonProgress(steps, fields.take("at", TEXT), left, finished, recall)


def _read_step(fields: Fields) -> StepProgress:
    passed = _when(fields, "passed") if "passed" in fields else None
    met, wrong = (fields.maybe(key, COUNTS, {}) for key in _COUNTED)
    tried = Tried(fields.take("tries", COUNT), met, wrong)
    return StepProgress(passed, fields.take("seen", FLAG), tried, fields.maybe("hints", COUNT, 0))


def _when(fields: Fields, key: str) -> datetime:
    when: datetime = fields.take(key, _WHEN)
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


_SAVED = SavedFormat("the progress of microcrad", VERSION, choose="", again="")
_COUNTED = ("met", "wrong")
"""What is counted of a step, by fields of `Tried` that hold a number for each of some names."""
COUNTS = Type(
    "a table of whole numbers",
    lambda value: isinstance(value, dict) and all(map(COUNT.accepts, value.values())),
)
_LEVEL = Type(
    f"a level from 0 to {len(INTERVALS) - 1}",
    lambda value: type(value) is int and 0 <= value < len(INTERVALS),
)
_HARDNESS = Type(f"a level from 1 to {HARDEST}", lambda value: type(value) is int and 1 <= value <= HARDEST)
_WHEN = Type(
    "a time from 1900 to 9998",  # Beyond, no calendar has the day on which something is due.
    lambda value: isinstance(value, datetime) and 1900 <= value.year < 9999,
)
