"""Numbers that look worked out and are not: `a.grad = 15 + 0*e.grad` is 15 whatever the program begins with.

Where the solution works a number out, the program is run again from other leaves. What is worked out moves
with them; what was copied stays. No reading of the expression could tell that for every way of writing one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from lessons.fields.answers import is_number
from lessons.format.lesson import Step
from lessons.kinds.base import LESSON_LIMITS
from lessons.kinds.program_checks import parsed
from lessons.take.overwritten import Write, expected, solutions, writes
from microcrad.language.core_expressions import Lift, Literal
from microcrad.language.source_places import Span
from microcrad.language.statements import Assign
from microcrad.records import Record
from microcrad.run.result import run_program

__all__ = ["copied"]

_NUDGE = 0.37
"""What is added to a leaf: a number that cancels against nothing."""
_SHARE = 0.1
"""How much of the solution's own movement is movement at all; less comes of a trace of the right number."""
_MOST_LEAVES = 8

_Number = tuple[str, str]
"""A node's name, and `data` or `grad`."""


def copied(step: Step, begun: str, text: str, ownership: str) -> str:
    """What is to be said of a number that a program writes and does not work out; empty if it does.

    `begun` is the program with which the step began, `ownership` the rules by which both run.
    """
    if step.answers or step.choices:
        return ""
    ours = list(solutions(step, begun))[-1:]
    looked_at = {node for kind, node, _ in expected(step) if kind == "data"}
    worked_out = {each for program in ours for each in _worked_out(program, looked_at)}
    theirs = _worked_out(text, looked_at)
    numbers = sorted(worked_out & theirs.keys())
    if not ours or not numbers:
        return ""
    move: set[_Number] = set()
    follow: set[_Number] = set()
    leaves = _leaves(begun)[:_MOST_LEAVES]
    before = [_ends(program, numbers, ownership) if leaves else [] for program in (ours[0], text)]
    for leaf in leaves:
        if follow.issuperset(numbers):
            break
        right, said = (
            _moved(program, leaf.name, numbers, ownership, ends)
            for program, ends in zip((ours[0], text), before, strict=True)
        )
        for number, wanted, found in zip(numbers, right, said, strict=True):
            if wanted and math.isfinite(wanted):
                move.add(number)
                if not abs(found) < _SHARE * abs(wanted):  # Nor where that cannot be told, as of a nan.
                    follow.add(number)
    return next((_say(theirs[number]) for number in numbers if number in move - follow), "")


def _worked_out(text: str, looked_at: set[str]) -> dict[_Number, Write]:
    """The numbers that a program writes and works out, and the writes; a node made anew has one, too."""
    found = {}
    for each in writes(text):
        anew = each.field == "="
        if each.reads and (not anew or each.name in looked_at):
            found[each.name, "data" if anew else each.field] = each
    return found


def _say(write: Write) -> str:
    target = write.name if write.field == "=" else f"{write.name}.{write.field}"
    what = f"what line {write.line} sets {target} to"
    return f"A number was written over: {what} stays the same whatever the program begins with. Work it out."


class _Leaf(Record):
    """A number as a program writes it."""

    name: str
    """The name that it is given; or the name of what is made with it, and its place there."""
    value: float
    span: Span


def _leaves(text: str) -> list[_Leaf]:
    """The numbers that a program makes named nodes of, or with, as they are written."""
    found, lines = [], text.split("\n")
    for each in parsed(text).statements:
        for place, (value, span) in enumerate(_numbers(each.value) if isinstance(each, Assign) else ()):
            written = lines[span.line - 1][span.column - 1 : span.end_column - 1]
            if isinstance(each, Assign) and is_number(written):  # And not one of those that GPT() draws.
                name = each.name if isinstance(each.value, Lift) else f"{each.name}[{place}]"
                found.append(_Leaf(name, value, span))
    return found


def _numbers(part: object) -> Iterator[tuple[float, Span]]:
    """The plain numbers in an expression, and where they stand."""
    if isinstance(part, Lift):
        if isinstance(part.number, Literal):
            yield part.number.value, part.span
    elif isinstance(part, tuple):
        for each in part:
            yield from _numbers(each)


def _moved(text: str, name: str, numbers: list[_Number], ownership: str, before: list[float]) -> list[float]:
    """How far numbers at a program's end move as one of its leaves does; nan where that cannot be told."""
    leaf = next((each for each in _leaves(text) if each.name == name), None)
    if leaf is None:
        return [0.0] * len(numbers)
    lines, span = text.split("\n"), leaf.span
    line = lines[span.line - 1]
    lines[span.line - 1] = line[: span.column - 1] + repr(leaf.value + _NUDGE) + line[span.end_column - 1 :]
    after = _ends("\n".join(lines), numbers, ownership)
    return [two - one for one, two in zip(before, after, strict=True)]


def _ends(text: str, numbers: list[_Number], ownership: str) -> list[float]:
    """What numbers are at a program's end; nan where there is no such node."""
    end = run_program(text, ownership=ownership, limits=LESSON_LIMITS).end
    found = []
    for name, field in numbers:
        node = end.find(name)
        row = None if node is None else end.row(node)
        found.append(math.nan if row is None else row.grad if field == "grad" else row.data or 0.0)
    return found
