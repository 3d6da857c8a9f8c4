"""A plan as three functions in LLVM's assembly: what all samples share, the forward and the backward pass.

Samples are taken in blocks of so many lanes. A run of like terms in the chain of a loop is a loop within it,
with its sum in a register. Gradients are added to where they go in the reverse order, and those of the
parameters are added up over a block's lanes at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from microcrad.ops import LEAF, OPERATIONS
from microcrad.tape.llvm_expressions import Assembly, Register, library, literal
from microcrad.tape.numpy_expressions import constant, names
from microcrad.tape.tape_chains import Storage, Term
from microcrad.tape.tape_plan import Loop, TapePlan, takes_parameter

__all__ = ["assembly"]


def assembly(plan: TapePlan, lanes: int, *, stride: int, partial: bool) -> str:
    """The functions of a plan for so many lanes of a block, as the text of a module.

    In memory a row of a block has room for `stride` lanes, and one of `grad` for those that are computed.
    `shared(scalars, table)` computes the scalar results.
    `forward(data, scalars, table, blocks)` computes the rows of so many blocks, which follow one another.
    `backward(data, scalars, table, blocks, grad, gradient, seed, used)` adds to the parameters' `gradient`,
    with one block of `grad` to work in; `seed` is what the loss of each lane starts with. If `partial`, only
    the first `used` lanes count, else all do.
    """
    declared = library(lanes)
    vector = f"<{lanes} x double>"
    if lanes > 1:
        declared.append(f"declare double @llvm.vector.reduce.fadd.v{lanes}f64(double, {vector})")
    declared.append("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)")
    writers = [_Writer(plan, lanes, stride) for _ in range(2)]
    functions = (_shared(plan), _forward(writers[0]), _backward(writers[1], partial=partial))
    return "\n".join(itertools.chain(declared, *functions))


@dataclass(frozen=True, slots=True)
class _Run:
    """Like terms that follow one another in a chain."""

    term: Term
    count: int
    entry: int
    """Its first entry among those of a node."""


def _runs(loop: Loop) -> Iterator[_Run]:
    entry = 0
    for term, terms in itertools.groupby(loop.terms):
        count = len(list(terms))
        yield _Run(term, count, entry)
        entry += count * len(term.kinds)


def _entries(loop: Loop) -> int:
    """How many entries of the table a node of a loop has."""
    return sum(len(term.kinds) for term in loop.terms) + takes_parameter(loop.terms[0])


class _Writer(Assembly):
    """Instructions that read and write a replay's memory."""

    def __init__(self, plan: TapePlan, lanes: int, stride: int) -> None:
        super().__init__(lanes)
        self.plan, self.stride = plan, stride

    def sum(self, *terms: object) -> str:
        """A sum of whole numbers, those known beforehand added up beforehand."""
        known = sum(term for term in terms if isinstance(term, int))
        found = [term for term in terms if isinstance(term, str)]
        total = found[0] if found else str(known)
        for term in found[1:]:
            total = self.put(f"add i64 {total}, {term}")
        return self.put(f"add i64 {total}, {known}") if known and found else total

    def times(self, index: str, factor: int) -> str:
        """A whole number times another."""
        return index if factor == 1 else self.put(f"mul i64 {index}, {factor}")

    def entry(self, place: str) -> str:
        """An entry of the table."""
        address = self.put(f"getelementptr i32, ptr %table, i64 {place}")
        return self.put(f"zext i32 {self.put(f'load i32, ptr {address}, align 4')} to i64")

    def row(self, base: str, index: str, stride: int) -> str:
        """The address of a row, which has room for so many lanes."""
        return self.put(f"getelementptr [{stride} x double], ptr {base}, i64 {index}")

    def scalar(self, base: str, index: str) -> str:
        """The address of a scalar."""
        return self.put(f"getelementptr double, ptr {base}, i64 {index}")

    def load(self, address: str, *, wide: bool) -> Register:
        """The number, or the number a lane, at an address."""
        return Register(self.put(f"load {self.type_of('double', wide=wide)}, ptr {address}, align 8"), wide)

    def store(self, value: Register, address: str) -> None:
        """Write a value to an address."""
        self.line(f"store {self.type_of('double', wide=value.wide)} {value.name}, ptr {address}, align 8")

    def number(self, kind: Storage, index: str) -> Register:
        """A node's number."""
        address = self.row("%data", index, self.stride) if kind.wide else self.scalar("%scalars", index)
        return self.load(address, wide=kind.wide)

    def result(self, loop: Loop, member: str) -> str:
        """Where the number of a loop's member is."""
        return self.sum(self.times(member, loop.copies), loop.first)

    def gradient_row(self, kind: Storage, index: str) -> str:
        """The address of the gradient of a result, which has a lane a sample."""
        offset = 0 if kind.wide else self.plan.results - self.plan.first_result
        return self.row("%grad", self.sum(index, offset), self.lanes)

    def operands(self, run: _Run, loop: Loop, first: str, turn: str | None = None) -> list[str]:
        """Where a term's operands are: `first` is its node's first entry, `turn` which of the run it is."""
        width = len(run.term.kinds)
        start = [first, run.entry] if turn is None else [first, self.times(turn, width), run.entry]
        return [self.entry(self.sum(*start, slot)) for slot in range(width)]

    def term(self, run: _Run, places: list[str], loop: Loop, first: str) -> Register:
        """The value of a term."""
        operation = OPERATIONS[run.term.code]
        numbers = {
            name: self.number(kind, place)
            for name, kind, place in zip("ab", run.term.kinds, places, strict=False)
            if name in names(operation.forward)
        }
        if "k" in names(operation.forward):
            numbers["k"] = self.parameter(loop, first)
        return self.value(operation.forward, numbers)

    def parameter(self, loop: Loop, first: str) -> Register:
        """The `k` of a node."""
        return self.number(Storage.CONSTANT, self.entry(self.sum(first, _entries(loop) - 1)))

    def compute(self, loop: Loop) -> None:
        """The numbers of a loop's nodes."""

        def each(member: str) -> None:
            first = self.sum(self.times(member, _entries(loop)), loop.table)
            total: Register | None = None
            for run in _runs(loop):
                total = self._added(run, loop, first, total)
            assert total is not None
            value = self.spread(total) if loop.kind.wide else total
            index = self.result(loop, member)

            def stored(copy: str) -> None:
                place = self.sum(index, copy)
                address = (
                    self.row("%data", place, self.stride)
                    if loop.kind.wide
                    else self.scalar("%scalars", place)
                )
                self.store(value, address)

            self._each_copy(loop, stored)

        self.loop(loop.count, each)

    def _added(self, run: _Run, loop: Loop, first: str, total: Register | None) -> Register:
        """What a run adds to a sum, one term after the other."""
        if run.count == 1:
            value = self.term(run, self.operands(run, loop, first), loop, first)
            return value if total is None else self.apply("fadd", total, value)

        def each(turn: str, sofar: Register) -> Register:
            value = self.term(run, self.operands(run, loop, first, turn), loop, first)
            return self.apply("fadd", sofar, value)

        start = total or literal(-0.0)  # Added to -0.0, any number is itself.
        if loop.kind.wide:
            start = self.spread(start)
        return self.carry(run.count, start, each)

    def send(self, loop: Loop) -> None:
        """What a loop's nodes add to their operands' gradients."""
        if not loop.kind.differentiated:
            return

        def each(turn: str) -> None:
            member = self.put(f"sub i64 {loop.count - 1}, {turn}")  # The last first.
            first = self.sum(self.times(member, _entries(loop)), loop.table)
            index = self.result(loop, member)
            upstream = self._upstream(loop, index) if loop.copies == 1 else None
            for run in _runs(loop):
                if not any(kind.differentiated for kind in run.term.kinds):
                    continue
                if run.count == 1:
                    self._send_on(run, self.operands(run, loop, first), loop, first, index, upstream)
                    continue
                self.loop(
                    run.count,
                    lambda turn, run=run: self._send_on(  # type: ignore[misc]
                        run, self.operands(run, loop, first, turn), loop, first, index, upstream
                    ),
                )

        self.loop(loop.count, each)

    def _each_copy(self, loop: Loop, body: Callable[[str], None]) -> None:
        """Do something for each of the nodes that a member of a loop stands for."""
        if loop.copies == 1:
            body("0")
        else:
            self.loop(loop.copies, body)

    def _upstream(self, loop: Loop, index: str) -> Register:
        return self.load(self.gradient_row(loop.kind, index), wide=True)

    def _send_on(
        self, run: _Run, places: list[str], loop: Loop, first: str, index: str, upstream: Register | None
    ) -> None:
        """Add what a term sends to its operands; without an upstream, that of each node it stands for."""
        operation = OPERATIONS[run.term.code]
        slopes = ("1",) if operation is LEAF else operation.partials
        for slot, (kind, place) in enumerate(zip(run.term.kinds, places, strict=True)):
            if not kind.differentiated:
                continue
            slope = self._slope(slopes[slot], run, places, loop, first, index)

            def send(
                copy: str, kind: Storage = kind, place: str = place, slope: Register | None = slope
            ) -> None:
                sent = upstream or self._upstream(loop, self.sum(index, copy))
                self.give(kind, place, sent if slope is None else self.apply("fmul", slope, sent))

            self._each_copy(loop, send)

    def _slope(
        self, text: str, run: _Run, places: list[str], loop: Loop, first: str, index: str
    ) -> Register | None:
        """The derivative of a term by an operand; None if it is 1."""
        if constant(text) == 1:
            return None
        numbers = {}
        for name in names(text):
            if name == "k":
                numbers[name] = self.parameter(loop, first)
            elif name == "out":
                numbers[name] = self.number(loop.kind, index)
            else:
                other = "ab".index(name)
                numbers[name] = self.number(run.term.kinds[other], places[other])
        return self.value(text, numbers)

    def give(self, kind: Storage, place: str, contribution: Register) -> None:
        """Add to a gradient."""
        if kind is not Storage.PARAMETER:
            address = self.gradient_row(kind, place)
            self.store(self.apply("fadd", self.load(address, wide=True), contribution), address)
            return
        address = self.scalar("%gradient", place)
        self.store(self.apply("fadd", self.load(address, wide=False), self.added_up(contribution)), address)

    def added_up(self, contribution: Register) -> Register:
        """The sum over the lanes that count."""
        if self.lanes == 1:
            return Register(contribution.name)
        name, nothing = contribution.name, literal(-0.0)
        if self.partial:
            blank = self.spread(nothing).name
            condition = f"{self.type_of('i1')} %counts"
            name = self.put(f"select {condition}, {self.vector} {name}, {self.vector} {blank}")
        reduce = f"@llvm.vector.reduce.fadd.v{self.lanes}f64"
        return Register(
            self.put(f"call reassoc double {reduce}(double {nothing.name}, {self.vector} {name})")
        )

    partial = False


def _shared(plan: TapePlan) -> list[str]:
    writer = _Writer(plan, 1, 1)
    for loop in plan.loops:
        if not loop.kind.wide:
            writer.compute(loop)
    return [
        "define void @shared(ptr noalias %scalars, ptr noalias %table) {",
        *writer.lines,
        "ret void",
        "}",
    ]


def _blocks(writer: _Writer) -> None:
    """The beginning of the loop over blocks."""
    row = writer.plan.rows * writer.stride
    writer.line("br label %block")
    writer.line("block:")
    writer.line("%b = phi i64 [0, %entry], [%b.next, %b.end]")
    writer.line(f"%b.start = mul i64 %b, {row}")
    writer.line("%data = getelementptr double, ptr %all, i64 %b.start")


def _next_block(writer: _Writer) -> list[str]:
    writer.line("br label %b.end")
    writer.line("b.end:")
    writer.line("%b.next = add i64 %b, 1")
    writer.line("%b.done = icmp eq i64 %b.next, %blocks")
    writer.line("br i1 %b.done, label %leave, label %block")
    writer.line("leave:")
    return writer.lines


def _forward(writer: _Writer) -> list[str]:
    _blocks(writer)
    for loop in writer.plan.loops:
        if loop.kind.wide:
            writer.compute(loop)
    return [
        "define void @forward(ptr noalias %all, ptr noalias %scalars, ptr noalias %table, i64 %blocks) {",
        "entry:",
        *_next_block(writer),
        "ret void",
        "}",
    ]


def _backward(writer: _Writer, *, partial: bool) -> list[str]:
    plan, lanes = writer.plan, writer.lanes
    writer.partial = partial and lanes > 1
    if writer.partial:
        one = writer.put(f"insertelement <{lanes} x i64> poison, i64 %used, i32 0")
        kind = f"<{lanes} x i64>"
        used = writer.put(f"shufflevector {kind} {one}, {kind} poison, <{lanes} x i32> zeroinitializer")
        numbers = ", ".join(f"i64 {lane}" for lane in range(lanes))
        writer.line(f"%counts = icmp ult {kind} <{numbers}>, {used}")
    _blocks(writer)
    size = plan.gradient_rows * lanes * 8
    writer.line(f"call void @llvm.memset.p0.i64(ptr %grad, i8 0, i64 {size}, i1 false)")
    seed = writer.spread(Register("%seed"))
    loss = plan.kinds[plan.loss]
    if loss.differentiated:
        writer.give(loss, str(plan.place[plan.loss]), seed)
    for loop in reversed(plan.loops):
        writer.send(loop)
    return [
        "define void @backward(ptr noalias %all, ptr noalias %scalars, ptr noalias %table, i64 %blocks, "
        "ptr noalias %grad, ptr noalias %gradient, double %seed, i64 %used) {",
        "entry:",
        *_next_block(writer),
        "ret void",
        "}",
    ]
