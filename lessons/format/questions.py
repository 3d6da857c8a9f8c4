"""Quick questions: a lesson's template with new numbers in it, and the engine's answer.

The right answer is never written down: the program is run, and its node asked.
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from typing import Any

from lessons.fields.answers import close
from lessons.fields.schema import TableReader
from lessons.format.lesson import FIELDS, Question
from lessons.kinds.base import LESSON_LIMITS, placed
from microcrad.files.types import NUMBER, TABLE, TEXT
from microcrad.language.parser import parse
from microcrad.run.result import run_program
from microcrad.text.numbers import full

__all__ = ["Asking", "ask", "read_question"]

_HOLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with its numbers, and the answer."""

    question: Question
    text: str
    program: str
    answer: float

    def right(self, answer: float) -> bool:
        """Whether an answer is within the question's tolerance."""
        return close(answer, self.answer, abs_=self.question.abs, rel=self.question.rel)


def ask(question: Question, random_: random.Random) -> Asking:
    """Draw a question's numbers and work out its answer.

    Raises `ValueError` with what is wrong, in a sentence, if the program with these numbers has none.
    """
    numbers = {name: _drawn(*bounds, random_) for name, bounds in question.numbers.items()}
    program = _HOLE.sub(lambda found: numbers[found[1]], question.program).strip("\n") + "\n"
    run = run_program(program, limits=LESSON_LIMITS)
    if run.errors:
        raise ValueError(f"with {_said(numbers)}, {run.errors[0]}")
    at = placed(run.end, question.at)
    node = at.find(question.node)
    if node is None:
        raise ValueError(f"no node is called {question.node!r} there.")
    row = at.row(node)
    answer = {"grad": row.grad, "data": row.data, "refs": float(row.refs)}[question.field]
    if answer is None or not math.isfinite(answer):
        raise ValueError(f"with {_said(numbers)}, {question.node}.{question.field} is not finite.")
    return Asking(question, _HOLE.sub(lambda found: numbers[found[1]], question.ask), program, answer)


def _drawn(least: float, most: float, step: float, random_: random.Random) -> str:
    count = math.floor((most - least) / step + 1e-9)
    return full(round(least + step * random_.randint(0, count), 12))


def _said(numbers: dict[str, str]) -> str:
    return " and ".join(f"{name} = {number}" for name, number in numbers.items()) or "these numbers"


def read_question(fields: TableReader, line: int) -> Question | None:
    """A question from its table; None if something is wrong with it, which is reported."""
    id_ = fields.take("id", TEXT, "", required=True)
    text = fields.take("ask", TEXT, "", required=True)
    program = fields.take("program", TEXT, "", required=True)
    numbers = {name: _range(fields, name, value) for name, value in fields.take("numbers", TABLE, {}).items()}
    node = fields.take("node", TEXT, "", required=True)
    field = fields.one_of("field", FIELDS, "grad", required=True)
    at = fields.one_of("at", ("end", "backward"), "end")
    tolerance = {key: fields.take(key, NUMBER) for key in ("abs", "rel")}
    fields.end()
    if set(tolerance.values()) == {None}:
        fields.say("an answer needs a tolerance. Add abs = 1e-6 or rel = 1e-6.")
    for where, template in (("ask", text), ("program", program)):
        for name in sorted({found for found in _HOLE.findall(template) if found not in numbers}):
            fields.say(f"{where} has {{{name}}}, but numbers has no {name!r}.")
    for name in numbers:
        if name not in _HOLE.findall(program):
            fields.say(f"the number {name!r} does not stand in the program, as {{{name}}}.")
    if fields.sound:
        errors = parse(_HOLE.sub("1", program).strip("\n")).errors
        if errors:
            fields.say(f"the program cannot be read: {errors[0]}")
    if not fields.sound:
        return None
    return Question(id_, text, program, numbers, node, field, at, tolerance["abs"], tolerance["rel"], line)


def _range(fields: TableReader, name: str, value: Any) -> tuple[float, float, float]:
    """`[2, 9]` or `[0.5, 3, 0.5]`: the least, the largest, and the step between them, 1 if left out."""
    numbers = value if isinstance(value, list) and all(map(NUMBER.accepts, value)) else []
    if (
        len(numbers) not in (2, 3)
        or numbers[0] > numbers[1]
        or numbers[2:] == [0]
        or min(numbers[2:], default=1) < 0
    ):
        fields.say(f"{name} is {value!r}, expected [least, largest] or [least, largest, step].")
        return 1.0, 1.0, 1.0
    low, high, *step = map(float, numbers)
    return low, high, step[0] if step else 1.0
