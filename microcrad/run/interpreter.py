"""Runs a program on real `Value`s in a recording heap.

The interpreter decides who owns what: in `auto` ownership names hold references and temporaries are
released at the end of their statement; in `manual` ownership it takes and gives back nothing that the
program does not, as in C.
"""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable, Iterator

from microcrad import ops
from microcrad.engine import Value
from microcrad.errors import DoubleFreeError, OwnershipError, ProgramError
from microcrad.language import core_expressions as ex
from microcrad.language import source_places
from microcrad.language import statements as st
from microcrad.language.source_places import Span
from microcrad.language.statements import Program
from microcrad.records import Record
from microcrad.run.faults import RIGHT, Rules
from microcrad.run.ownership import Auto, Manual
from microcrad.run.recorder import Recorder
from microcrad.run.stops import MemoryStop, memory_stop
from microcrad.text.numbers import full, in_format
from microcrad.timeline.log import Kind, Log

__all__ = ["LIMITS", "TYPING", "Interpreter", "Limits"]

_ON_VALUES: dict[str, Callable[[Value, Value], Value]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow,
}  # fmt: skip


_LESS_WORK = "Repeat the loop fewer times, or use fewer nodes."
"""What to do about a program that works too long."""


class Limits(Record):
    """How much a program may do before it is stopped: counts, so that every machine stops it at one place."""

    nodes: int = 100_000
    events: int = 1_000_000
    statements: int = 1_000_000
    work: int = 1_000_000_000
    """What makes no event: Numbers worked out, and nodes looked at one by one, as `zero_grad()` does."""


LIMITS = Limits()
"""What a program may do that somebody asked to run."""
TYPING = Limits(events=300_000, statements=300_000, work=2_000_000)
"""What it may do each time a key is pressed, about two seconds on an ordinary machine for each of these."""
_COUNTED = ("nodes", "events", "lines run", "steps of work")


class Interpreter:
    """One run of one program. `steps()` does the work; `log` and `errors` are what comes of it."""

    def __init__(self, program: Program, ownership: str, limits: Limits, rules: Rules = RIGHT) -> None:
        self.program = program
        self.limits = limits
        self.rules = rules
        self.recorder = Recorder()
        self.recorder.log.ownership = ownership
        self.recorder.log.accumulates = rules.accumulates
        self.errors: list[ProgramError] = []
        self.loops: dict[str, int] = {}
        self.numbers: dict[str, float] = {}
        self.memory_stop: MemoryStop | None = None
        """The touch of freed memory that ended the run, if one did."""
        self.random = random.Random(program.seed)
        self.executed = 0
        self.ledger = (
            Manual(self.recorder)
            if ownership == "manual"
            else Auto(self.recorder, releases_temporaries=rules.releases_temporaries)
        )

    @property
    def log(self) -> Log:
        """Everything that has happened so far."""
        return self.recorder.log

    def steps(self) -> Iterator[None]:
        """Run the program, pausing after each statement and now and then in a backward pass.

        An error ends the run; it is in `errors` and the last event of the log.
        """
        with self.recorder:
            try:
                yield from self.block(self.program.statements)
                self.recorder.at(_end_of(self.program))
                self.recorder.end(self.ledger.leaks())
            except ProgramError as error:
                self.stop(error)
            except OwnershipError as error:
                self.stop(self.memory_error(error))

    def stop(self, error: ProgramError) -> None:
        """End the run with an error at its place, and with the calls that led there."""
        error.message = source_places.told_within(error.message, self.program.within(self.place))
        self.errors.append(error)
        self.recorder.at(Span(error.line, error.column, error.line, error.end_column))
        touched = self.memory_stop.node if self.memory_stop else None
        self.recorder.say(Kind.ERROR, f"{error.message} {error.hint}".strip(), touched)

    def memory_error(self, error: OwnershipError) -> ProgramError:
        """A touch of freed memory, in this program's terms."""
        assert isinstance(error.node, Value)
        node, double = self.recorder.ids[error.node], isinstance(error, DoubleFreeError)
        self.memory_stop = memory_stop(self.program, self.log, node, self.place, double=double)
        return self.memory_stop.error

    # --- statements ---

    def block(self, statements: tuple[st.Statement, ...]) -> Iterator[None]:
        line: object = None
        for statement in statements:
            if isinstance(statement, (st.Leave, st.Let, st.Label)):  # Parts of a line, not lines.
                self.aside(statement)
                continue
            span = self.place = statement.span
            here = self.program.stop(span)
            self.recorder.begin_statement(statement, line=here != line)
            line = here
            self.executed += 1
            self.check_limits(span)
            steps = self.execute(statement)
            if steps is not None:
                yield from steps
            if not isinstance(statement, st.For):
                self.recorder.at(span)
                self.ledger.end_statement()
            yield

    def check_limits(self, span: Span) -> None:
        limits, log = self.limits, self.log
        if (
            len(log.kinds) <= limits.events and len(log.codes) <= limits.nodes
            and self.executed <= limits.statements and self.recorder.work <= limits.work
        ):  # fmt: skip
            return
        done = log.node_count, len(log), self.executed, self.recorder.work
        for what, count, limit, most in zip(_COUNTED, done, self.limits, LIMITS, strict=True):
            if count > limit:
                message = f"The program stops here: it has reached {limit:,} {what}."
                raise span.error(message, _LESS_WORK, "{run} runs it to its end." if limit < most else "")

    def execute(self, statement: st.Statement) -> Iterator[None] | None:
        """Do a statement, or give the steps of one that takes many."""
        recorder = self.recorder
        match statement:
            case st.Assign(name, expression):
                value = self.value(expression)
                recorder.at(statement.span)
                self.ledger.bind(name, value)
            case st.SetField(name, field, expression):
                number = self.number(expression)
                self.at(statement.span)
                node = self.lookup(name, statement.span)
                node.data  # noqa: B018  Reading a field is how a freed node is refused.
                recorder.write(node, field, number)
            case st.Delete(name):
                self.lookup(name, statement.span)
                self.ledger.forget(name)
            case st.Backward(expression):
                root = self.value(expression)
                recorder.at(statement.span)
                return self.backward(root, statement.span)
            case st.Print(value, text):
                recorder.at(statement.span)
                self.print(value, text)
            case st.Say(parts):
                recorder.at(statement.span)
                drawn = _drawn([part[0] for part in parts if not isinstance(part, str)])
                number = math.nan if drawn is None else self.number(drawn)
                recorder.say(Kind.PRINT, "".join(map(self.said, parts)), number=number)
            case st.ZeroGrad(names):
                nodes = [self.value(name) for name in names] if names else list(recorder.nodes)
                recorder.work += len(nodes)
                for node in nodes:
                    dirty = node.grad != 0.0 or math.copysign(1.0, node.grad) < 0
                    if dirty and self.rules.clears:
                        recorder.write(node, "grad", 0.0)
            case st.Retain(name):
                self.ledger.retain(self.value(name))
            case st.Release(name):
                self.place = name.span
                self.ledger.release(name, self.lookup(name.name, name.span))
            case st.For():
                return self.turns(statement)
            case st.Discard(expression):
                self.value(expression)
        return None

    def backward(self, root: Value, span: Span) -> Iterator[None]:
        """Send the gradient back from a root."""
        for _ in self.recorder.backward_steps(root, self.rules.edges):
            self.check_limits(span)
            yield

    def turns(self, loop: st.For) -> Iterator[None]:
        """Run a loop."""
        for count in range(self.bound(loop.start), self.bound(loop.stop)) if loop.body else ():
            self.loops[loop.variable] = count
            yield from self.block(loop.body)
        self.loops.pop(loop.variable, None)

    def aside(self, statement: st.Leave | st.Let | st.Label) -> None:
        """What belongs to the line before or after it."""
        self.place = statement.span
        self.recorder.at(statement.span)
        match statement:
            case st.Leave(names):
                self.log.passing.update(names)
                for name in names:
                    if name in self.ledger.names:
                        self.ledger.forget(name)
            case st.Let(name, number):
                self.numbers[name] = self.number(number)
            case st.Label(name, text):
                self.recorder.label(self.lookup(name.name, name.span), text)

    def said(self, part: str | tuple[ex.Number, str]) -> str:
        """A text of a `print`, or a number in its format."""
        if isinstance(part, str):
            return part
        return in_format(self.number(part[0]), part[1])

    def bound(self, bound: int | str) -> int:
        return self.loops[bound] if isinstance(bound, str) else bound

    def print(self, value: ex.Expression | ex.Number, text: str) -> None:
        if isinstance(value, ex.Expression):
            node = self.value(value)
            self.recorder.say(
                Kind.PRINT,
                f"{text} = {full(node.data)}  (grad {full(node.grad)})",
                self.recorder.ids[node],
                node.data,
            )
        else:
            number = self.number(value)
            self.recorder.say(Kind.PRINT, f"{text} = {full(number)}", number=number)

    # --- expressions ---

    def lookup(self, name: str, span: Span) -> Value:
        return self.found(name, self.ledger.names.get(name), span)

    def found(self, name: str, node: Value | None, span: Span) -> Value:
        if node is None:
            raise span.error(f"{name} has no value at this point.", f"Assign {name} before this line runs.")
        return node

    def value(self, expression: ex.Expression) -> Value:
        """Evaluate an expression to a node, left to right; what it creates becomes a temporary."""
        match expression:
            case ex.Name(name, span):
                self.place = span
                return self.found(name, self.ledger.use(name, span), span)
            case ex.Lift(number, span, label):
                data = self.number(number)
                self.recorder.at(span)
                node = Value(data)
                if label:
                    self.recorder.label(node, label)
            case ex.Negate(operand, span):
                inner = self.value(operand)
                self.at(span)
                node = -inner
            case ex.Operate():
                return self.chain(expression)
            case ex.Power(base, exponent, span):
                inner, k = self.value(base), self.number(exponent)
                self.at(span)
                node = inner**k
            case ex.Call(function, operand, span):
                inner = self.value(operand)
                self.at(span)
                node = getattr(inner, function)()
        self.ledger.temporaries.append(node)
        return node

    def chain(self, expression: ex.Operate) -> Value:
        """A sum or a product of any length, from left to right."""
        first, operations = ex.chain(expression)
        node = self.value(first)
        for symbol, _, right, span in operations:
            second = self.value(right)
            self.at(span)
            node = _ON_VALUES[symbol](node, second)
            self.ledger.temporaries.append(node)
        return node

    def at(self, span: Span) -> None:
        self.place = span
        self.recorder.at(span)
        if len(self.recorder.values) > self.limits.nodes:
            self.check_limits(span)

    def number(self, number: ex.Number) -> float:
        """Evaluate a Number; no node is made."""
        self.recorder.work += 1
        match number:
            case ex.Literal(value):
                return value
            case ex.LoopVariable(name):
                return float(self.loops[name])
            case ex.Field(name, field, span):
                self.place = span
                return float(getattr(self.lookup(name, span), field))
            case ex.NegateNumber(operand):
                return -self.number(operand)
            case ex.Arithmetic():
                first, operations = ex.number_chain(number)
                result = self.number(first)
                for symbol, _, right in operations:
                    result = ex.ON_NUMBERS[symbol](result, self.number(right))
                return result
            case ex.Apply(function, operands):
                return ops.on_numbers(function)(*map(self.number, operands))
            case ex.Known(name):
                return self.numbers[name]
            case ex.Uniform(low, high):
                return self.random.uniform(self.number(low), self.number(high))


def _drawn(numbers: list[ex.Number]) -> ex.Number | None:
    """Of the numbers in a text, the one that a curve is drawn of: the last that is worked out from data, and
    neither a grad nor a count; else the last.
    """
    counts = (ex.Literal, ex.LoopVariable)
    data = [
        each
        for each in numbers
        if not isinstance(each, counts) and not (isinstance(each, ex.Field) and each.field == "grad")
    ]
    return next(iter([*data[-1:], *numbers[-1:]]), None)


def _end_of(program: Program) -> Span:
    last = program.statements[-1].span.end_line if program.statements else 1
    return Span(last, 1, last, 1)
