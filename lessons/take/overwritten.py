"""What a learner wrote over instead of having it come about: a pass is earned by the way, not by the number.

A step that has its numbers come out of a run does not pass where the program writes one of them: into a
`grad` or a `data` that neither the program at the beginning nor the solution writes, or a constant where
those compute it; or where a node whose number is looked at is made anew after the fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lessons.format.lesson import Step
from lessons.kinds.program_checks import parsed
from lessons.take.program_moves import WRITING
from microcrad.language.core_expressions import Field, Known, Literal, Name
from microcrad.language.statements import Assign, For, Let, Program, SetField, Statement

__all__ = ["Write", "expected", "overwritten", "solutions", "writes"]

_NUMBERS = ("data", "grad", "gradcheck", "differs", "finite")
"""The kinds of checks whose numbers have to come out of a run."""


@dataclass(frozen=True, slots=True)
class Write:
    """One statement that writes a number: into a field, or by making a name's node anew."""

    name: str
    field: str
    """`data`, `grad`, or `=` where the name gets another node."""
    reads: frozenset[str]
    """What of nodes it is worked out from: `data`, `grad`, `node`."""
    zero: bool
    """Whether it writes a plain 0, which clears."""
    line: int


@dataclass(slots=True)
class _Reading:
    """What of a program was read so far."""

    bound: set[str] = field(default_factory=set)
    """The names that had a node by now; `del` takes it away, and what gets the name then is another one."""
    lets: dict[str, frozenset[str]] = field(default_factory=dict)
    """What a Number that was worked out before reads."""

    def of(self, statements: tuple[Statement, ...], program: Program) -> Iterator[Write]:
        """The writes of some statements, in their order."""
        for each in statements:
            if isinstance(each, For):
                yield from self.of(each.body, program)
            elif isinstance(each, SetField):
                zero = isinstance(each.value, Literal) and each.value.value == 0
                yield Write(each.name, each.field, self._reads(each.value), zero, program.line(each.span))
            elif isinstance(each, Let):
                self.lets[each.name] = self._reads(each.number)
            elif isinstance(each, Assign):
                if each.name in self.bound:
                    yield Write(each.name, "=", self._reads(each.value), False, program.line(each.span))
                self.bound.add(each.name)

    def _reads(self, part: object) -> frozenset[str]:
        """What an expression or a Number reads of nodes: their fields, and nodes themselves."""
        found: set[str] = set()
        pending = [part]
        while pending:
            each = pending.pop()
            if isinstance(each, Field):
                found.add(each.field)
            elif isinstance(each, Name):
                found.add("node")
            elif isinstance(each, Known):
                found |= self.lets.get(each.name, frozenset())
            elif isinstance(each, tuple):
                pending += each
        return frozenset(found)


def writes(text: str) -> list[Write]:
    """The writes of a program, in its order."""
    program = parsed(text)
    return list(_Reading().of(program.statements, program))


def overwritten(step: Step, begun: str, text: str) -> str:
    """What is to be said of a number that a program writes over; empty if it writes none.

    `begun` is the program with which the step began.
    """
    kinds = {each.kind.name for check in step.checks for each in check.flat()}
    if step.answers or step.choices or not kinds & {*_NUMBERS}:
        return ""
    ours = [write for program in (begun, *solutions(step, begun)) for write in writes(program)]
    known = {write.name for write in ours}
    zeros = {node for kind, node, near in expected(step) if kind == "grad" and near == 0}
    for write in writes(text):
        alike = [each for each in ours if each.field == write.field]
        if write.name in known:
            alike = [each for each in alike if each.name == write.name]
        if write.field == "=":
            typed_in = not write.reads and all(each.reads for each in alike)
            if (typed_in or not alike) and write.name in {node for _, node, _ in expected(step)}:
                return f"Line {write.line} makes {write.name} anew: its number is not the one asked for."
        elif write.zero and write.field == "grad" and write.name not in zeros:
            continue  # That clears, as zero_grad does.
        elif not alike:
            way = "Leave that to backward." if write.field == "grad" else "Have it come out of the run."
            return (
                f"A number was written over: line {write.line} sets {write.name}.{write.field} by hand. {way}"
            )
        elif not any(_worked_out_alike(write, each) for each in alike):
            what = f"what line {write.line} sets {write.name}.{write.field} to"
            return f"A number was written over: {what} has to be worked out from {_sources(alike)}."
    return ""


def _sources(ours: list[Write]) -> str:
    """What a number should be worked out from, in words."""
    return "a grad" if any("grad" in each.reads for each in ours) else "the numbers of other nodes"


def _worked_out_alike(write: Write, ours: Write) -> bool:
    """Whether a number is worked out from as much as ours: from grads if ours is, or else from anything."""
    if "grad" in ours.reads:
        return "grad" in write.reads
    return bool(write.reads) or not ours.reads


def expected(step: Step) -> list[tuple[str, str, float | None]]:
    """What the step compares: `data` or `grad`, of which node, and the number expected if it is one."""
    checks = [each for check in step.checks for each in check.flat()]
    return [
        (check.kind.name, str(check["node"]), check["near"])
        for check in checks
        if check.kind.name in ("data", "grad")
    ]


def solutions(step: Step, begun: str) -> Iterator[str]:
    """The programs that the step's solution writes."""
    text = begun
    for move in step.solution:
        if move.name in WRITING:
            text = WRITING[move.name](text, str(move.value))
            yield text
