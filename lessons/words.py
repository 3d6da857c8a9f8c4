"""What the screen and the commands both say of lessons: how far one was taken, and what a solution does."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from lessons.fields.scripts import Script
from lessons.format.lesson import Lesson, Step
from lessons.format.plain_text import plain
from lessons.format.questions import Asking, ask
from lessons.kinds.base import Here
from lessons.progress.progress import LessonProgress
from lessons.take.plot import Plot
from microcrad.text.numbers import short
from microcrad.timeline.outline import FREED_GROUP, outline
from microcrad.timeline.snapshot import Snapshot

__all__ = ["answered", "curve_said", "ending", "has_like_it", "like_it", "script", "solved", "state_of"]


def state_of(lesson: Lesson, done: LessonProgress) -> str:
    """How far a lesson was taken, in a few words."""
    if done.finished is not None:
        return "done"
    place = lesson.index(done.at)
    return "new" if place is None else f"task {place + 1} of {len(lesson.steps)}"


def script(moves: Script, step: Step) -> Iterator[str]:
    """What a solution of a step does, move by move; a choice is told by its text."""
    texts = {choice.id: plain(choice.text) for choice in step.choices}
    for move in moves:
        if move.name == "choose":
            yield f"choose: {texts.get(move.value, move.value)}"
            continue
        if isinstance(move.value, str) and "\n" in move.value.strip("\n"):
            yield f"{move.name}:"
            yield from (f"    {line}" for line in move.value.strip("\n").split("\n"))
        elif isinstance(move.value, dict):
            yield f"{move.name}: {', '.join(f'{name} {value}' for name, value in move.value.items())}"
        else:
            yield f"{move.name}: {str(move.value).strip()}"


def curve_said(plot: Plot) -> str:
    """A curve in a sentence: some of its numbers, where one stands, and the slope of its tangent."""
    curve, last = plot.curve, len(plot.values) - 1
    some = [
        (curve.low + (curve.high - curve.low) * part / 4, plot.values[last * part // 4]) for part in range(5)
    ]
    numbers = ", ".join(f"{short(value)} at {short(x)}" for x, value in some)
    slope = "" if plot.slope is None else f" with slope {short(plot.slope)}"
    where = f"you stand at {curve.over} = {short(plot.x)}, {curve.node} = {short(plot.y)}{slope}"
    return f"{curve.node} over {curve.over}: {numbers}; {where}."


def solved(step: Step) -> Iterator[str]:
    """A solution as it is shown: what it does, and why that is right."""
    yield "A solution:"
    yield from (f"  {line}" for line in script(step.solution, step))
    if step.explain:
        yield f"Because: {plain(step.explain)}"


def has_like_it(lesson: Lesson, step: Step) -> bool:
    """Whether a lesson has a question that asks for the same sort of number as a task does."""
    return step.asked is not None and any(each.field == step.asked.field for each in lesson.questions)


def like_it(lesson: Lesson, step: Step, random: Random) -> Asking | None:
    """A question like a task, with other numbers; None if the lesson has none."""
    wanted = "" if step.asked is None else step.asked.field
    alike = [each for each in lesson.questions if each.field == wanted]
    random.shuffle(alike)
    for question in alike:
        try:
            return ask(question, random)
        except ValueError:  # A teacher's question with no answer: `lessons check` tells.
            continue
    return None


_MOST_ROWS = 6
"""How much of a graph a lesson's end has room for."""


def ending(lesson: Lesson, here: Here, after: Lesson | None, *, kept: bool = True) -> Iterator[str]:
    """How a lesson ends: what it has shown, what the learner has made in it, and what comes next.

    Questions about it come only where its progress is `kept`.
    """
    if lesson.shown:
        yield "What this lesson has shown:"
        yield from (f"- {plain(line)}" for line in lesson.shown)
    if here.moment is not None:
        rows = list(_picture(here.playground.snapshot.end))
        if rows:
            yield "Your graph, at the end of its run:"
            yield from (f"  {row}" for row in rows)
    elif (metrics := here.trained.metrics) is not None:
        score = here.trained.scores.get("train")
        right = "" if score is None or score.accuracy is None else f", {score.accuracy:.0%} right"
        steps = f"{here.trained.step} steps{right}"
        yield f"Your network, as you leave it: loss {short(metrics.loss)} after {steps}."
    if kept and lesson.questions:
        yield "From tomorrow on a quick question with new numbers comes from here."
    if after is not None:
        yield f"Next: {after.ordinal} {after.title}, {after.minutes} minutes.".replace("  ", " ")


def _picture(at: Snapshot) -> Iterator[str]:
    """The live graph from its root down, a row a node, with the numbers that the run gave it."""
    rows = [row for row in outline(at) if row.node != FREED_GROUP]
    table = [("node", "data", "grad", "refs")]
    for row in rows[:_MOST_ROWS]:
        there, name = at.row(row.node), at.label(row.node)
        table.append((
            f"{' ' * row.depth}{name}{' again' if row.again else ''}",
            "" if there.data is None else short(there.data), short(there.grad), str(there.refs),
        ))  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for name, *numbers in table if rows else ():
        cells = [f"{cell:>{width}}" for cell, width in zip(numbers, widths[1:], strict=True)]
        yield " ".join([f"{name:<{widths[0]}}", *cells])
    if len(rows) > _MOST_ROWS:
        yield f"and {len(rows) - _MOST_ROWS} rows more"


def answered(asking: Asking, answer: float, *, kept: bool = True) -> str:
    """What is said to an answer of a quick question: whether it is right, and to a wrong one, why.

    Where it is `kept`, one that was missed comes again the next day.
    """
    if asking.right(answer):
        return f"Right: {short(asking.answer)}."
    why = plain(asking.about(answer))
    again = " It will be asked again tomorrow." if kept else ""
    return f"Not this time: it is {short(asking.answer)}. {why}{again}"
