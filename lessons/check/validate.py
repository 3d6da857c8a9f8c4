"""Checking lessons as a compiler checks programs: each is taken by its own solutions and wrong attempts.

What can be wrong with a file alone is found by `lessons.format.loader`; here a lesson is run,
and set beside others.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lessons.check.fitting import misfits
from lessons.check.given_away import given_away
from lessons.check.near_misses import first_failing, near_misses
from lessons.check.right_answers import fewer_than_asked, refused_digits, refused_hints, rounded_as_asked
from lessons.check.spelling import misspelt
from lessons.check.spoilers import spoilers
from lessons.check.standing import judged_at_one_place, passed_on_the_way
from lessons.fields.answers import close
from lessons.fields.problems import BrokenLessonError, LessonError, Problem
from lessons.fields.scripts import Script, ScriptMove
from lessons.format.lesson import Choice, Lesson, Question, Step
from lessons.format.loader import load
from lessons.format.questions import ask
from lessons.format.translations import is_translation, original_of, read_translation, translations_of
from lessons.take.taking import Taking
from lessons.take.verdicts import Judgement, Standing, judge
from microcrad.session.session import Session
from microcrad.text.near import did_you_mean
from microcrad.text.numbers import full

if TYPE_CHECKING:
    from microcrad.train.training import Training

__all__ = ["validate", "validate_lesson"]

_TRIES = 20
"""How often a question's numbers are drawn."""
FEWEST = 4
"""How many quick questions a lesson of the course has: fewer are soon known by heart."""
SHOWN = 3
"""How many lines say at its end what a lesson of the course has shown."""
_Found = Iterator[tuple[int, str]]


def validate(paths: Iterable[Path], known: Iterable[Lesson] = ()) -> list[Problem]:
    """Everything wrong with some lesson files. `known` are the lessons they may need besides each other."""
    lessons: list[Lesson] = []
    problems: list[Problem] = []
    translations: list[tuple[Lesson, Path]] = []
    for path in paths:
        try:
            lesson = load(original_of(path))
        except LessonError as error:
            problems += error.problems
            continue
        if is_translation(path):
            translations.append((lesson, path))
        else:
            lessons.append(lesson)
            translations += [(lesson, each) for each in translations_of(path)]
    unread = {Path(problem.file).name.partition(".")[0] for problem in problems}
    for lesson in lessons:
        problems += validate_lesson(lesson)
    for lesson, path in translations:
        problems += _translation(lesson, path)
    mine = [lesson.path.resolve() for lesson in lessons]
    others = [lesson for lesson in known if lesson.path.resolve() not in mine]
    return sorted([*problems, *_together(lessons, others, unread)], key=lambda each: (each.file, each.line))


def validate_lesson(lesson: Lesson) -> list[Problem]:
    """Everything wrong with one lesson that was read."""
    found = [*misfits(lesson), *misspelt(lesson), *_taken(lesson)]
    if lesson.part and len(lesson.questions) < FEWEST:
        number = len(lesson.questions)
        found.append((1, f"it has {number} quick questions; a lesson of the course needs {FEWEST} at least."))
    if lesson.part and len(lesson.shown) != SHOWN:
        said = (
            f"it ends with {len(lesson.shown)} lines of what was shown; a lesson of the course has {SHOWN}."
        )
        found.append((lesson.line.get("shown", 1), said))
    for question in lesson.questions:
        found += _question(question)
    return [Problem(str(lesson.path), line, message) for line, message in sorted(set(found))]


def _translation(lesson: Lesson, path: Path) -> list[Problem]:
    """Everything wrong with a translation of a sound lesson."""
    try:
        translated = read_translation(lesson, path)
    except LessonError as error:
        return error.problems
    found = {*misfits(translated), *misspelt(translated)}
    for step in translated.steps:
        found |= {(step.line, f"step {step.slug}: {said}") for _, said in given_away(translated, step)}
    return [Problem(str(path), line, message) for line, message in sorted(found)]


# --- several lessons -----------------------------------------------------------------------------------


def _together(lessons: list[Lesson], others: list[Lesson], unread: set[str]) -> Iterator[Problem]:
    """What is wrong between lessons. `unread` are the names of files that could not be read."""
    by_id = {lesson.id: lesson for lesson in reversed([*others, *lessons])}
    seen = {lesson.id: lesson.path for lesson in others}
    for lesson in lessons:
        file = str(lesson.path)
        if lesson.id in seen:
            yield Problem(
                file,
                lesson.line.get("id", 1),
                f"another lesson has the id {lesson.id!r} too: {seen[lesson.id]}.",
            )
        seen.setdefault(lesson.id, lesson.path)
        line = lesson.line.get("needs", 1)
        for need in lesson.needs:
            if need not in by_id and not any(name.endswith(need) for name in unread):
                yield Problem(file, line, f"needs: there is no lesson {need!r}.{did_you_mean(need, by_id)}")
        circle = _circle(lesson.id, by_id)
        if circle:
            yield Problem(file, line, f"needs goes round in a circle: {' needs '.join(circle)}.")


def _circle(start: str, by_id: dict[str, Lesson]) -> list[str]:
    """The way from a lesson back to itself, if there is one."""
    pending = [[start]]
    visited: set[str] = set()
    while pending:
        way = pending.pop()
        lesson = by_id.get(way[-1])
        for need in lesson.needs if lesson is not None else ():
            if need == start:
                return [*way, need]
            if need not in visited:
                visited.add(need)
                pending.append([*way, need])
    return []


# --- one lesson, taken ---------------------------------------------------------------------------------


def _session(lesson: Lesson) -> Session | Training:
    if lesson.mode == "playground":
        return Session()
    from microcrad.train.training import Training

    return Training()


def _taken(lesson: Lesson) -> _Found:
    """What is wrong when the lesson is taken from its beginning to its end."""
    if not lesson.steps:
        return
    try:
        taking = Taking(lesson, _session(lesson))
        for place, step in enumerate(lesson.steps):
            yield from (
                (line or step.line, f"step {step.slug}: {said}") for line, said in _step(taking, step)
            )
            if place < len(lesson.steps) - 1:
                if isinstance(_attempted(taking, step.solution), str):  # It was told.
                    return
                taking.solution()
                taking.next()
    except BrokenLessonError as error:
        index = lesson.index(error.begins) if error.begins else None
        yield lesson.line.get("setup", 1) if index is None else lesson.steps[index].setup_line, str(error)


def _step(taking: Taking, step: Step) -> _Found:
    """What is wrong with one step; the line is 0 where it is the step's own."""
    before = judge(taking.lesson, step, taking.here, tried=True)
    if before.verdict is Standing.PASSED:
        yield 0, "it is passed as it begins, with nothing done. Begin elsewhere, or check what has to change."
    yield from ((0, said) for said in spoilers(taking, step))
    yield from refused_hints(step)
    yield from refused_digits(step)
    if not taking.lesson.made:  # Chance makes any number of a program the answer to another question.
        yield from given_away(taking.lesson, step)
    yield from ((0, said) for said in judged_at_one_place(taking, step))
    yield from ((0, said) for said in passed_on_the_way(taking, step))
    missed: set[int | None] = set()
    for place, why in enumerate(step.whys, 1):
        said = _attempted(taking, why.attempt)
        missed.add(None if isinstance(said, str) else first_failing(taking))
        if isinstance(said, str):
            yield why.line, f"the attempt of why {place}: {said}"
        elif said.verdict is Standing.PASSED:
            yield why.line, f"the attempt of why {place} passes the step."
        elif said.verdict is Standing.BROKEN:
            yield why.line, said.sentence
        elif said.why != (why.id or str(place)):
            yield why.line, f"the attempt of why {place} does not reach it; what is said is: {said.sentence}"
    yield from near_misses(taking, step, missed)
    for choice in step.choices:
        yield from _choice(taking, step, choice)
    solved = _attempted(taking, step.solution)
    if isinstance(solved, str):
        yield 0, f"its solution: {solved}"
    elif solved.verdict is Standing.BROKEN:
        yield 0, solved.sentence
    elif solved.verdict is not Standing.PASSED:
        yield 0, f"its own solution does not pass it: {solved.sentence}"
    else:
        yield from _predicted(taking, step)


def _attempted(taking: Taking, script: Script) -> Judgement | str:
    """What comes of a script; a text says why it cannot be run."""
    try:
        return taking.attempted(script)
    except BrokenLessonError as error:
        return str(error)


def _choice(taking: Taking, step: Step, choice: Choice) -> _Found:
    """A choice has to be right, or to have a why that is said."""
    others = tuple(move for move in step.solution if move.name != "choose")
    said = _attempted(taking, (*others, ScriptMove("choose", choice.id)))
    passed = not isinstance(said, str) and said.verdict is Standing.PASSED
    if not passed and not choice.why:
        yield 0, f"choice {choice.id} is wrong and has no why: what does choosing it mean?"


def _predicted(taking: Taking, step: Step) -> _Found:
    """Whether the number that is predicted is the one that comes out."""
    result = taking.view.result
    if step.asked is None:
        return
    where = f"{step.asked.node}.{step.asked.field}"
    if result is None:
        yield 0, f"asked: at {step.asked.at} there is no {where}."
        return
    for check in (each for top in step.checks for each in top.flat()):
        if check.kind.name != "answer" or check["near"] is None:
            continue
        if not close(check["near"], result, abs_=check["abs"], rel=check["rel"]):
            expected = f"the answer expected is {full(check['near'])}"
            yield check.line, f"{expected}, but {where} comes out as {full(result)}."


def _question(question: Question) -> _Found:
    said: set[int] = set()
    for seed in range(_TRIES):
        try:
            asking = ask(question, random.Random(seed))
        except ValueError as error:
            yield question.line, f"question {question.id}: {error}"
            return
        digits = rounded_as_asked(asking.answer, question.ask)
        if digits is not None and not asking.right(digits):
            yield (
                question.line,
                f"question {question.id}: with the digits asked for, {digits:g} is not taken.",
            )
            return
        fewer = fewer_than_asked(asking.answer, question.ask)
        if fewer is not None and asking.right(fewer):
            yield (
                question.line,
                f"question {question.id}: with fewer digits than asked for, {fewer:g} is taken.",
            )
            return
        for place, (wrong, means) in enumerate(asking.whys, 1):
            if not asking.right(wrong) and asking.about(wrong).startswith(means):
                said.add(place)
    for place in range(1, len(question.whys) + 1):
        if place not in said:
            yield question.line, f"question {question.id}: why {place} is never said."
