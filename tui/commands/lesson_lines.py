"""What the plain commands say about lessons: lists, texts and states, line by line. Nothing here prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from random import Random

from lessons.format.lesson import PARTS, Choice, Lesson, Question, Step
from lessons.format.plain_text import paragraphs, plain
from lessons.format.questions import Asking, ask
from lessons.kinds.base import Here
from lessons.progress.progress import Progress
from lessons.progress.recall import Due
from lessons.take.lesson_view import LessonView
from lessons.take.owned import Owned
from lessons.take.plot import Plot
from lessons.take.verdicts import Judgement, Standing
from lessons.words import answered as said_to_answer
from lessons.words import curve_said, ending, script, solved, state_of
from microcrad.diagnosis.graph_check import GraphCheck
from microcrad.diagnosis.graph_check import Verdict as Compared
from microcrad.run.result import run_program
from microcrad.run.told import UNKNOWN
from microcrad.session.moment import Moment
from microcrad.text.numbers import full, short
from microcrad.timeline.snapshot import NodeRow
from tui.commands.beside import banner
from tui.playground.checks import NO_BACKWARD, grads
from tui.widgets.wrap import cell_len, fit, wrap

__all__ = [
    "answered", "asking", "banner", "beginning", "checked", "curve", "ended", "finding", "judged", "labelled",
    "letters", "like_it", "listed", "owned", "playground", "program", "progressed", "task", "whole",
    "why_solved",
]  # fmt: skip

WIDTH = 78
_A_FAULT = "A fault is on; which one is for you to find."


def prose(markdown: str) -> Iterator[str]:
    """A text as lines, with an empty one after each paragraph."""
    for paragraph in paragraphs(markdown):
        if paragraph.code:
            yield from (f"    {line}" for line in paragraph.text.split("\n"))
        else:
            yield from wrap(paragraph.text, WIDTH)
        yield ""


def labelled(label: str, text: str) -> Iterator[str]:
    """A text with what it is before it."""
    inset = label[: len(label) - len(label.lstrip())]
    yield from (f"{inset}{line}" for line in wrap(f"{label}: {plain(text)}", WIDTH - len(inset)))


# --- lists ---------------------------------------------------------------------------------------------


def listed(lessons: Iterable[Lesson], progress: Progress, *, one_fact: bool) -> Iterator[str]:
    """All lessons, part by part, with what comes first where something advised is not done yet."""
    lessons = list(lessons)
    part = None
    for lesson in lessons:
        state = state_of(lesson, progress.of(lesson.id))
        missing = [need for need in lesson.needs if progress.of(need).finished is None]
        first = f"after {', '.join(missing)}" if missing and state == "new" else ""
        minutes = f"{lesson.minutes} min" if lesson.minutes else ""
        if one_fact:
            facts = [f"lesson {lesson.id}: {lesson.title}", minutes, state, f"best {first}" if first else ""]
            yield ", ".join(fact for fact in facts if fact)
            continue
        if lesson.part != part:
            yield from ("",) if part is not None else ()
            yield PARTS.get(lesson.part, "Your own")
            part = lesson.part
        title = fit(lesson.title, max(40, cell_len(lesson.title)))
        row = f"{lesson.number:>4}  {lesson.id:<14}  {title}  {minutes:>6}  {state:<13}  {first}"
        yield row.rstrip()
    if not lessons:
        yield "There are no lessons there. Try: microcrad lessons new my-lesson"


def progressed(lessons: Iterable[Lesson], progress: Progress, today: date) -> Iterator[str]:
    """What was done in every lesson that was begun, one fact a line."""
    known = {lesson.id: lesson for lesson in lessons}
    if not progress.lessons and not progress.practice:
        yield "No lesson was begun yet. Try: microcrad lessons list"
    for id_, done in progress.lessons.items():
        lesson = known.get(id_)
        passed = sum(step.passed is not None for step in done.steps.values())
        seen = sum(step.seen for step in done.steps.values())
        state = "not among the lessons that are there" if lesson is None else state_of(lesson, done)
        facts = [state, f"{passed} passed", f"{seen} with the solution seen" if seen else ""]
        if done.due is not None and lesson is not None and lesson.questions:
            facts.append("a question is due" if done.due <= today else f"next question {done.due}")
        yield f"{id_}: {', '.join(fact for fact in facts if fact)}"
    for sort, done_ in progress.practice.items():
        yield f"practice {sort}: level {done_.level}, {done_.right} right at once, {done_.missed} not"


# --- a lesson as it is taken ---------------------------------------------------------------------------


def beginning(lesson: Lesson) -> Iterator[str]:
    """Its title and what stands above its first step."""
    yield lesson.title if lesson.made else f"Lesson {lesson.number} {lesson.title}".replace("  ", " ")
    yield ""
    yield from prose(lesson.intro)


def task(view: LessonView) -> Iterator[str]:
    """A step's text, its task and its choices."""
    step = view.step
    yield f"{view.place[0].upper()}{view.place[1:]}: {plain(step.title)}"
    yield ""
    yield from prose(step.prose)
    yield from labelled("Do", step.task)
    yield from _choices(step)
    if step.predict and not view.passed:
        yield "Answer first, with: answer NUMBER"


def letters(step: Step) -> dict[str, Choice]:
    """A step's choices by the letters that they are taken by: their ids may say too much."""
    return dict(zip("abcdefghijklmnopqrstuvwxyz", step.choices, strict=False))


def _choices(step: Step) -> Iterator[str]:
    for letter, choice in letters(step).items():
        yield from labelled(f"  choose {letter}", choice.text)


def judged(judgement: Judgement, view: LessonView) -> Iterator[str]:
    """A verdict, and after a pass what comes next."""
    verdict = judgement.verdict.value.capitalize()
    said = (
        f"{verdict}. {plain(judgement.sentence)}".rstrip() if judgement.verdict is not Standing.BROKEN else ""
    )
    yield from wrap(said or f"{verdict}: {judgement.sentence}", WIDTH)
    if judgement.verdict is Standing.PASSED:
        if view.result is not None and view.answer:
            yield f"Your answer: {view.answer}. The run has {full(view.result)}."
        yield "That was the last task." if view.last else "Go on with: next"
    elif judgement.verdict is Standing.BROKEN:
        yield "This is not your doing. Go on with: skip"


def whole(lesson: Lesson) -> Iterator[str]:
    """A lesson from its beginning to its end, with all that is said on the way: for who writes it."""
    yield from beginning(lesson)
    for place, step in enumerate(lesson.steps, 1):
        yield f"Task {place} of {len(lesson.steps)}: {plain(step.title)}"
        yield ""
        yield from prose(step.prose)
        yield from labelled("Do", step.task)
        yield from _choices(step)
        for why in step.whys:
            yield from labelled("  not yet", why.say)
        for choice in step.choices:
            if choice.why:
                yield from labelled(f"  not {choice.id}", choice.why)
        for number, hint in enumerate(step.hints, 1):
            yield from labelled(f"  hint {number}", hint)
        if step.explain:
            yield from labelled("  passed", step.explain)
        yield from (f"  {line}" for line in script(step.solution, step))
        yield ""
    for question in lesson.questions:
        yield f"Quick question {question.id}, with some of its numbers:"
        yield from _whole_question(question)
        yield ""


def _whole_question(question: Question) -> Iterator[str]:
    """A quick question as it may be asked, with all that is said to answers."""
    try:
        asked = ask(question, Random(question.id))
    except ValueError as error:
        yield f"  It cannot be asked: {error}"
        return
    yield from _program_of(asked)
    yield from labelled("Ask", asked.text)
    for wrong, means in asked.whys:
        if not asked.right(wrong):
            yield from labelled(f"  not {short(wrong)}", means)
    yield from labelled(f"  right, {short(asked.answer)}", asked.explain)


# --- the playground in words ---------------------------------------------------------------------------


def program(moment: Moment) -> Iterator[str]:
    """The program, a line with its number a row."""
    lines = moment.text.rstrip("\n").split("\n") if moment.text.strip() else []
    for number, line in enumerate(lines, 1):
        yield f"line {number}: {line}"
    if not lines:
        yield "The program is empty."


def playground(moment: Moment, *, lines: bool = True) -> Iterator[str]:
    """The program, where one stands in it, and its nodes, with the number asked for as a question mark.

    Without its `lines`, where these were said just before.
    """
    at = moment.snapshot
    yield from program(moment) if lines else ()
    for error in moment.errors:
        yield str(error)
    if moment.fault is not None:
        yield banner(moment.fault) if moment.fault is not UNKNOWN else _A_FAULT
    done, there = moment.progress
    of, kept_back = (f" of {there}", "") if at.telling.later else ("", "; what comes next is not told yet")
    yield f"event {done}{of} in the {moment.view} view, {moment.ownership} ownership{kept_back}"
    for node in at.nodes:
        row = at.row(node)
        yield f"{row.label}: {_facts(row)}"
    yield from (f"printed: {text}" for text in at.output)
    heap = at.heap
    leaked = f", {heap.leaked} leaked" if at.ended else ""
    yield f"{heap.live} live, {heap.freed} freed{leaked}"
    if moment.memory_stop is not None:
        yield from moment.memory_stop.report


def _facts(row: NodeRow) -> str:
    data = "not computed yet" if row.data is None else short(row.data)
    numbers = {"data": data, "grad": short(row.grad), "refs": str(row.refs)}
    if row.hidden:
        numbers[row.hidden] = "?"
    facts = [row.op, *(f"{name} {number}" for name, number in numbers.items())]
    return ", ".join([*facts, "" if row.live else "freed"]).removesuffix(", ")


def checked(check: GraphCheck | None) -> Iterator[str]:
    """Each leaf's grad beside its finite difference; a fault that is to be found is not named."""
    if check is None:
        yield NO_BACKWARD
        return
    leaves = list(check.steps())
    if check.fault is UNKNOWN:
        leaves = [
            replace(leaf, verdict=Compared.DIFFERS, says="") if leaf.verdict is Compared.FAULT else leaf
            for leaf in leaves
        ]
    yield from grads(check, leaves, plain=True)


def finding(message: str) -> str:
    """A sentence of the library as a line."""
    return message if message.endswith((".", "?")) else f"{message}."


# --- quick questions -----------------------------------------------------------------------------------


def asking(each: Due) -> Iterator[str]:
    """A quick question from a lesson done some time ago."""
    yield f"A quick question, from {each.lesson.title}:"
    yield from _program_of(each.asking)
    yield from labelled("Answer with a number, or with nothing to skip it", each.asking.text)


def like_it(other: Asking) -> Iterator[str]:
    """A question like a task, with other numbers."""
    yield from _program_of(other)
    yield from labelled("Answer with a number, or go on with anything else", other.text)


def _program_of(asked: Asking) -> Iterator[str]:
    yield from (f"    {line}" for line in asked.program.rstrip("\n").split("\n"))


def why_solved(step: Step) -> Iterator[str]:
    """A solution, with why it is one."""
    for line in solved(step):
        yield from (line,) if line.startswith(" ") else wrap(line, WIDTH)


def curve(plot: Plot | None) -> Iterator[str]:
    """The curve of a task, if there is one to be seen."""
    if plot is not None:
        yield from wrap(curve_said(plot), WIDTH)


def owned(found: Iterable[Owned]) -> Iterator[str]:
    """Who owns which node, where a task draws that."""
    for each in found:
        yield f"{each.label} is held by {', '.join(each.owners)}"


def ended(lesson: Lesson, here: Here, after: Lesson | None, *, kept: bool) -> Iterator[str]:
    """How a lesson ends."""
    for line in ending(lesson, here, after, kept=kept):
        yield from (line,) if line.startswith(" ") else wrap(line, WIDTH)


def answered(asking_: Asking, answer: float, *, kept: bool = True) -> Iterator[str]:
    """Whether the answer was right, and what is; after a miss also why, and what the run has."""
    yield from wrap(said_to_answer(asking_, answer, kept=kept), WIDTH)
    if not asking_.right(answer):
        yield "Its run:"
        yield from (f"    {line}" for line in _run_of(asking_))
    yield ""


def _run_of(asking: Asking) -> Iterator[str]:
    """The numbers that the program of a question ends with."""
    at = run_program(asking.program, asking.question.fault).end
    for node in at.nodes:
        yield f"{at.row(node).label}: {_facts(at.row(node))}"
    yield f"{at.heap.live} live, {at.heap.freed} freed, {at.heap.leaked} leaked"
