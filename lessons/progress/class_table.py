"""A class: the reports that were handed in, as a table by learner and lesson, and what was met most often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lessons.format.lesson import Lesson, Step
from lessons.format.plain_text import plain
from lessons.progress.handed_in import LearnerReport

__all__ = ["ClassRow", "ClassTable", "Often", "gather"]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """What one learner did in one lesson."""

    learner: str
    """The name in the report; with the file's, where two reports have one name, or where there is none."""
    lesson: str
    passed: int
    tasks: int
    """How many tasks the lesson has; of a lesson that is not here, how many were begun."""
    tries: int
    hints: int
    seen: int
    """How many solutions were looked at."""
    last: date | None
    """The last day on which something was done."""
    met: tuple[str, ...]
    """The misconceptions that were met, in sentences."""


@dataclass(frozen=True, slots=True)
class Often:
    """What several learners met at one task: a misconception, or a wrong answer."""

    lesson: str
    task: str
    what: str
    learners: int


@dataclass(frozen=True, slots=True)
class ClassTable:
    """What a class did."""

    rows: tuple[ClassRow, ...]
    met: tuple[Often, ...]
    """The misconceptions, those first that most learners met."""
    wrong: tuple[Often, ...]
    """The wrong answers, those first that most learners gave."""


def gather(reports: Mapping[str, LearnerReport], lessons: Iterable[Lesson]) -> ClassTable:
    """The table of some reports, by the names of their files. No two of them are taken for one learner."""
    known = {lesson.id: lesson for lesson in lessons}
    order = {id_: place for place, id_ in enumerate(known)}
    rows: list[ClassRow] = []
    met: Counter[tuple[str, str, str]] = Counter()
    wrong: Counter[tuple[str, str, str]] = Counter()
    for learner, report in _learners(reports):
        for id_ in sorted(report.progress.lessons, key=lambda id_: (order.get(id_, len(order)), id_)):
            row = _row(learner, id_, report, known.get(id_))
            rows.append(row)
            for slug, step in report.progress.of(id_).steps.items():
                task = _step(known.get(id_), slug)
                met.update((id_, slug, _said(task, why)) for why in step.tried.met)
                wrong.update((id_, slug, _answer(task, said)) for said in step.tried.wrong)
    return ClassTable(tuple(rows), _most(met), _most(wrong))


def _learners(reports: Mapping[str, LearnerReport]) -> list[tuple[str, LearnerReport]]:
    """Each report with the name of its learner, by name."""
    names = Counter(report.name.casefold() for report in reports.values())
    found = []
    for file, report in reports.items():
        alone = report.name and names[report.name.casefold()] == 1
        found.append((report.name if alone else f"{report.name} ({file})".strip(), report))
    return sorted(found, key=lambda each: each[0].casefold())


def _row(learner: str, id_: str, report: LearnerReport, lesson: Lesson | None) -> ClassRow:
    done = report.progress.of(id_)
    steps = done.steps
    days = [when.astimezone().date() for when in (done.left, done.finished) if when is not None]
    days += [step.passed.astimezone().date() for step in steps.values() if step.passed is not None]
    met = dict.fromkeys(
        _said(_step(lesson, slug), why) for slug, step in steps.items() for why in step.tried.met
    )
    return ClassRow(
        learner, id_,
        passed=sum(step.passed is not None for step in steps.values()),
        tasks=len(steps) if lesson is None else len(lesson.steps),
        tries=sum(step.tries for step in steps.values()),
        hints=sum(step.hints for step in steps.values()),
        seen=sum(step.seen for step in steps.values()),
        last=max(days, default=None),
        met=tuple(met),
    )  # fmt: skip


def _step(lesson: Lesson | None, slug: str) -> Step | None:
    place = None if lesson is None else lesson.index(slug)
    return None if lesson is None or place is None else lesson.steps[place]


def _said(step: Step | None, why: str) -> str:
    """The sentence of a misconception; its id where the lesson is another one by now, or is not here."""
    if step is not None:
        for place, each in enumerate(step.whys, 1):
            if why == (each.id or str(place)):
                return plain(each.say)
        for choice in step.choices:
            if why == choice.id and choice.why:
                return plain(choice.why)
    return why


def _answer(step: Step | None, said: str) -> str:
    """A wrong answer: a number, or what a choice says."""
    choices = step.choices if step is not None else ()
    return next((plain(choice.text) for choice in choices if choice.id == said), said)


def _most(counts: Counter[tuple[str, str, str]]) -> tuple[Often, ...]:
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Often(*what, learners) for what, learners in ranked)
