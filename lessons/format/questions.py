"""Quick questions: a lesson's template with new numbers in it, and the engine's answer.

The right answer is never written down: the program is run, and its node asked.
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from typing import Any

from lessons.fields.answers import AnswerError, close, parse_number
from lessons.fields.schema import TableReader
from lessons.format.lesson import COUNTS, FIELDS, Question
from lessons.kinds.base import LESSON_LIMITS, placed
from microcrad.files.types import NUMBER, TABLE, TABLES, TEXT
from microcrad.language.parser import parse
from microcrad.run.faults import FAULTS
from microcrad.run.result import run_program
from microcrad.text.near import did_you_mean
from microcrad.text.numbers import full, short
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Asking", "ask", "read_question"]

_HOLE = re.compile(r"\{([^{}]*)\}(?=(\s*\*\*)?)")
"""A number's place, and whether it is raised to a power."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with its numbers, and the answer."""

    question: Question
    text: str
    program: str
    answer: float
    explain: str = ""
    """Why that is the answer."""
    whys: tuple[tuple[float, str], ...] = ()
    """Wrong answers with these numbers, and what each of them means."""

    def right(self, answer: float) -> bool:
        """Whether an answer is within the question's tolerance."""
        return self._near(answer, self.answer)

    def about(self, answer: float) -> str:
        """What is said of a wrong answer: what it means, if that is known, and why the right one is right."""
        means = next((said for wrong, said in self.whys if self._near(answer, wrong)), "")
        return f"{means} {self.explain}".strip()

    def _near(self, answer: float, expected: float) -> bool:
        return close(answer, expected, abs_=self.question.abs, rel=self.question.rel)


def ask(question: Question, random_: random.Random) -> Asking:
    """Draw a question's numbers and work out its answer.

    Raises `ValueError` with what is wrong, in a sentence, if the program with these numbers has none.
    """
    numbers = {name: _drawn(*bounds, random_) for name, bounds in question.numbers.items()}

    def filled(text: str, **more: str) -> str:
        return _HOLE.sub(lambda found: _put((numbers | more)[found[1]], powered=bool(found[2])), text)

    program = filled(question.program).strip("\n") + "\n"
    run = run_program(program, question.fault, limits=LESSON_LIMITS)
    if run.errors:
        raise ValueError(f"with {_said(numbers)}, {run.errors[0]}")
    answer = _asked_of(question, placed(run.end, question.at))
    if answer is None or not math.isfinite(answer):
        raise ValueError(f"with {_said(numbers)}, {question.node}.{question.field} is not finite.")
    explain = filled(question.explain, answer=short(answer))
    whys = tuple((parse_number(filled(wrong)), filled(said)) for wrong, said in question.whys)
    return Asking(question, filled(question.ask), program, answer, explain, whys)


def _put(number: str, *, powered: bool) -> str:
    """A number where it stands in a text: -9 raised to a power is `(-9)**2`, for `-9**2` is -81."""
    return f"({number})" if powered and number.startswith("-") else number


def _asked_of(question: Question, at: Snapshot) -> float | None:
    """What a moment has of the number that is asked for."""
    if question.field in COUNTS:
        return float({"live": at.heap.live, "freed": at.heap.freed, "leaked": at.heap.leaked}[question.field])
    node = at.find(question.node)
    if node is None:
        raise ValueError(f"no node is called {question.node!r} there.")
    row = at.row(node)
    return {"grad": row.grad, "data": row.data, "refs": float(row.refs)}[question.field]


def _holes(text: str) -> list[str]:
    return [found[1] for found in _HOLE.finditer(text)]


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
    field = fields.one_of("field", (*FIELDS, *COUNTS), "grad", required=True)
    node = fields.take("node", TEXT, "", required=field not in COUNTS)
    if node and field in COUNTS:
        fields.say(f"{field} is asked of the whole run. Leave node out.")
    at = fields.one_of("at", ("end", "backward"), "end")
    tolerance = {key: fields.take(key, NUMBER) for key in ("abs", "rel")}
    fault = fields.take("fault", TEXT)
    if fault is not None and fault not in FAULTS:
        fields.say(f"there is no fault {fault!r}.{did_you_mean(fault, FAULTS)}")
    explain = fields.take("explain", TEXT, "", required=True)
    whys = [_why(fields, place, table) for place, table in enumerate(fields.take("why", TABLES, []), 1)]
    fields.end()
    if set(tolerance.values()) == {None}:
        fields.say("an answer needs a tolerance. Add abs = 1e-6 or rel = 1e-6.")
    templates = [("ask", text), ("program", program), ("explain", explain.replace("{answer}", ""))]
    templates += [(f"why {place}", f"{wrong} {said}") for place, (wrong, said) in enumerate(whys, 1)]
    for where, template in templates:
        for name in sorted({found for found in _holes(template) if found not in numbers}):
            fields.say(f"{where} has {{{name}}}, but numbers has no {name!r}.")
    for name in numbers:
        if name not in _holes(program):
            fields.say(f"the number {name!r} does not stand in the program, as {{{name}}}.")
    if fields.sound:
        errors = parse(_HOLE.sub("1", program).strip("\n")).errors
        if errors:
            fields.say(f"the program cannot be read: {errors[0]}")
    if not fields.sound:
        return None
    return Question(
        id_, text, program, numbers, node, field, at, tolerance["abs"], tolerance["rel"],
        line, fault, explain, tuple(whys),
    )  # fmt: skip


def _why(fields: TableReader, place: int, table: dict[str, Any]) -> tuple[str, str]:
    """`{ answer = "{x}*2", say = "..." }`: a wrong answer as a calculation, and what it means."""
    wrong, said = table.get("answer"), table.get("say")
    if set(table) != {"answer", "say"} or not TEXT.accepts(wrong) or not TEXT.accepts(said):
        fields.say(f'why {place}: expected {{ answer = "{{x}}*2", say = "what that means" }}.')
        return "0", ""
    try:
        parse_number(_HOLE.sub("1", str(wrong)))
    except AnswerError as error:
        fields.say(f"why {place}: {error}")
    return str(wrong), str(said)


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
