"""A plan as three functions in LLVM's assembly: what all samples share, the forward and the backward pass.

Samples are taken in blocks of so many lanes. A run of like terms in the chain of a loop is a loop within it,
with its sum in a register. Gradients are added to where they go in the reverse order, and those of the
parameters are added up over a block's lanes at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import partial, reduce

from microcrad.ops import LEAF, OPERATIONS
from microcrad.tape.llvm_expressions import Register, library, literal
from microcrad.tape.llvm_memory import TOGETHER, ReplayAssembly
from microcrad.tape.numpy_expressions import constant, names
from microcrad.tape.tape_chains import Storage
from microcrad.tape.tape_plan import Loop, TapePlan
from microcrad.tape.tape_tiles import TermRun, Tile, runs, tile

__all__ = ["assembly"]

_MOST_MEMBERS = 8
"""How many members of a loop are computed together at most."""


def assembly(plan: TapePlan, lanes: int, *, stride: int, partial: bool, registers: int) -> str:
    """The functions of a plan for so many lanes of a block, as the text of a module.

    The machine's registers hold so many numbers. In memory a row of a block has room for `stride` lanes, and
    one of `grad` for those that are computed.
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
    # Their sums stay in registers, which leaves some for what is added.
    most = max(min(registers * 5 // 8 // lanes, _MOST_MEMBERS), 1)
    tiles = {loop.table: tile(loop, plan.table, most) for loop in plan.loops}
    writers = [_Writer(plan, lanes, stride, tiles) for _ in range(2)]
    functions = (_shared(plan), _forward(writers[0]), _backward(writers[1], partial=partial))
    return "\n".join(itertools.chain(declared, *functions))


class _Writer(ReplayAssembly):
    """Instructions for the loops of a plan."""

    def __init__(self, plan: TapePlan, lanes: int, stride: int, tiles: Mapping[int, Tile]) -> None:
        super().__init__(plan, lanes, stride)
        self._tiles = tiles

    def tile(self, loop: Loop) -> Tile:
        """The members of a loop that are computed together; a single one if nothing is said."""
        return self._tiles.get(loop.table, Tile())

    def operands(
        self, run: TermRun, loop: Loop, firsts: list[str], turn: str | None = None
    ) -> list[list[str]]:
        """Where each member of a tile has the operands of a term.

        `firsts` are the members' first entries, `turn` says which term of the run it is.
        """
        found, common = list[list[str]](), self.tile(loop).common
        for first in firsts:
            found.append(
                [
                    found[0][slot] if found and (run, slot) in common else self.place(run, slot, first, turn)
                    for slot in range(len(run.term.kinds))
                ]
            )
        return found

    def place(self, run: TermRun, slot: int, first: str, turn: str | None = None) -> str:
        """Where an operand is."""
        width = len(run.term.kinds)
        turns = [] if turn is None else [self.times(turn, width)]
        return self.entry(self.sum(first, *turns, run.entry + slot))

    def terms(self, run: TermRun, loop: Loop, firsts: list[str], turn: str | None = None) -> list[Register]:
        """The value of a term for each member of a tile."""
        read = dict[tuple[Storage, str], Register]()
        forward = OPERATIONS[run.term.code].forward
        values = []
        for first, places in zip(firsts, self.operands(run, loop, firsts, turn), strict=True):
            numbers = {
                name: self.read(kind, place, read)
                for name, kind, place in zip("ab", run.term.kinds, places, strict=False)
                if name in names(forward)
            }
            if "k" in names(forward):
                numbers["k"] = self.parameter(loop, first)
            values.append(self.value(forward, numbers))
        return values

    def read(self, kind: Storage, place: str, known: dict[tuple[Storage, str], Register]) -> Register:
        """A node's number, which is read once."""
        if (kind, place) not in known:
            known[kind, place] = self.number(kind, place)
        return known[kind, place]

    def parameter(self, loop: Loop, first: str) -> Register:
        """The `k` of a node."""
        return self.number(Storage.CONSTANT, self.entry(self.sum(first, loop.entries - 1)))

    def members(self, loop: Loop, turn: str) -> list[str]:
        """The members of a tile of a loop."""
        count = self.tile(loop).members
        return [self.sum(self.times(turn, count), member) for member in range(count)]

    def firsts(self, loop: Loop, members: list[str]) -> list[str]:
        """The first entries of some members."""
        return [self.sum(self.times(member, loop.entries), loop.table) for member in members]

    def compute(self, loop: Loop) -> None:
        """The numbers of a loop's nodes."""

        def each(turn: str) -> None:
            members = self.members(loop, turn)
            firsts = self.firsts(loop, members)
            totals = list[Register]()
            for run in runs(loop):
                totals = self._added(run, loop, firsts, totals)
            for member, total in zip(members, totals, strict=True):
                self._store_all(loop, self.result(loop, member), total)

        self.loop(loop.count // self.tile(loop).members, each)

    def _store_all(self, loop: Loop, index: str, total: Register) -> None:
        """Write a member's number to each of the nodes that it stands for."""
        value = self.spread(total) if loop.kind.wide else total

        def stored(copy: str) -> None:
            place = self.sum(index, copy)
            row = self.row("%data", place, self.stride) if loop.kind.wide else self.scalar("%scalars", place)
            self.store(value, row)

        self._each_copy(loop, stored)

    def _added(self, run: TermRun, loop: Loop, firsts: list[str], totals: list[Register]) -> list[Register]:
        """What a run adds to the sums of a tile's members, one term after the other."""

        def added(sums: list[Register], values: list[Register]) -> list[Register]:
            return [self.apply("fadd", *both) for both in zip(sums, values, strict=True)]

        if run.count == 1:
            values = self.terms(run, loop, firsts)
            return added(totals, values) if totals else values
        starts = totals or [literal(-0.0)] * len(firsts)  # Added to -0.0, any number is itself.
        if loop.kind.wide:
            starts = [self.spread(start) for start in starts]
        return self.carry_all(
            run.count, starts, lambda turn, sums: added(sums, self.terms(run, loop, firsts, turn))
        )

    def send(self, loop: Loop) -> None:
        """What a loop's nodes add to their operands' gradients."""
        if not loop.kind.differentiated:
            return
        turns = loop.count // self.tile(loop).members
        gathered = {run: slot for run in runs(loop) if (slot := self._gathered(run, loop)) is not None}
        for run, slot in gathered.items():
            self._gather(run, slot, loop)

        def each(turn: str) -> None:
            members = self.members(loop, self.put(f"sub i64 {turns - 1}, {turn}"))[::-1]  # The last first.
            firsts = self.firsts(loop, members)
            indices = [self.result(loop, member) for member in members]
            upstream = [self._upstream(loop, index) for index in indices] if loop.copies == 1 else []
            for run in runs(loop):
                slots = [slot for slot, kind in enumerate(run.term.kinds) if kind.differentiated]
                if run in gathered:
                    slots.remove(gathered[run])
                if run.count == 1:
                    self._send_on(run, slots, loop, firsts, indices, upstream)
                elif slots:
                    self.loop(
                        run.count,
                        lambda turn, run=run, slots=slots: self._send_on(  # type: ignore[misc]
                            run, slots, loop, firsts, indices, upstream, turn
                        ),
                    )

        self.loop(turns, each)

    def _gathered(self, run: TermRun, loop: Loop) -> int | None:
        """The slot of parameters that lie one after the other, as many weights of a neuron do."""
        slots = [slot for each, slot in self.tile(loop).consecutive if each == run]
        return slots[0] if slots and run.count >= TOGETHER <= self.lanes else None

    def _gather(self, run: TermRun, slot: int, loop: Loop) -> None:
        """Add what the terms of a run send to parameters that lie one after the other, several at once.

        Of all members in turn, while the rows that they have in common are near.
        """
        partials = OPERATIONS[run.term.code].partials

        def some(turn: str) -> None:
            start = self.times(turn, TOGETHER)
            places = [
                self.operands(run, loop, [str(loop.table)], self.sum(start, each))[0]
                for each in range(TOGETHER)
            ]
            self.loop(loop.count, lambda member: together(member, start, places))

        def together(member: str, start: str, places: list[list[str]]) -> None:
            (first,), index = self.firsts(loop, [member]), self.result(loop, member)
            own, upstream, sent = self.place(run, slot, first, start), self._upstream(loop, index), []
            for each, common in enumerate(places):
                its = [self.sum(own, each) if at == slot else place for at, place in enumerate(common)]
                slope = self._slope(partials[slot], run, its, loop, first, index, {})
                sent.append(self._sent(slope, upstream, contract=True))
            self.add_row(self.scalar("%gradient", own), self.each_added_up(sent))

        def single(member: str, turn: str) -> None:
            (first,), index = self.firsts(loop, [member]), self.result(loop, member)
            self._send_on(run, [slot], loop, [first], [index], [self._upstream(loop, index)], turn)

        whole, left = divmod(run.count, TOGETHER)
        self.loop(whole, some)
        for turn in range(run.count - left, run.count):
            self.loop(loop.count, lambda member, turn=turn: single(member, str(turn)))  # type: ignore[misc]

    def _each_copy(self, loop: Loop, body: Callable[[str], None]) -> None:
        """Do something for each of the nodes that a member of a loop stands for."""
        if loop.copies == 1:
            body("0")
        else:
            self.loop(loop.copies, body)

    def _upstream(self, loop: Loop, index: str) -> Register:
        return self.load(self.gradient_row(loop.kind, index), wide=True)

    def _send_on(
        self, run: TermRun, wanted: list[int], loop: Loop, firsts: list[str], indices: list[str],
        upstream: list[Register], turn: str | None = None,
    ) -> None:  # fmt: skip
        """Add what a term of each member sends to its operands in the wanted slots.

        Without an upstream there is one member, and each of the nodes it stands for has its own.
        """
        operation = OPERATIONS[run.term.code]
        slopes = ("1",) if operation is LEAF else operation.partials
        operands = self.operands(run, loop, firsts, turn)
        read = dict[tuple[Storage, str], Register]()
        for slot in wanted:
            kind = run.term.kinds[slot]
            slope = [
                self._slope(slopes[slot], run, places, loop, first, index, read)
                for places, first, index in zip(operands, firsts, indices, strict=True)
            ]
            places = [each[slot] for each in operands]
            if not upstream:
                self.loop(
                    loop.copies,
                    lambda copy, kind=kind, place=places[0], slope=slope[0]: self.give(  # type: ignore[misc]
                        kind, place, self._sent(slope, self._upstream(loop, self.sum(indices[0], copy)))
                    ),
                )
                continue
            sent = [self._sent(*both) for both in zip(slope, upstream, strict=True)]
            if (run, slot) in self.tile(loop).common:  # To one operand, which is written to once.
                sent = [reduce(partial(self.apply, "fadd"), sent)]
            for place, contribution in zip(places, sent, strict=False):
                self.give(kind, place, contribution)

    def _sent(self, slope: Register | None, upstream: Register, *, contract: bool = False) -> Register:
        """What arrives; its product may be contracted with a sum over lanes, whose order is nobody's."""
        operator = "fmul contract" if contract else "fmul"
        return upstream if slope is None else self.apply(operator, slope, upstream)

    def _slope(
        self, text: str, run: TermRun, places: list[str], loop: Loop, first: str, index: str,
        read: dict[tuple[Storage, str], Register],
    ) -> Register | None:  # fmt: skip
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
                numbers[name] = self.read(run.term.kinds[other], places[other], read)
        return self.value(text, numbers)


def _shared(plan: TapePlan) -> list[str]:
    writer = _Writer(plan, 1, 1, {})
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
