"""How compiled code reads and writes a replay's memory, and adds up gradients over the lanes of a block."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial, reduce

from microcrad.tape.llvm_expressions import Assembly, Register, literal
from microcrad.tape.tape_chains import Storage
from microcrad.tape.tape_plan import Loop, TapePlan

__all__ = ["TOGETHER", "ReplayAssembly"]

TOGETHER = 8
"""How many gradients of parameters that lie one after the other are added to at once."""


class ReplayAssembly(Assembly):
    """Instructions on a replay's memory, in which a row has room for `stride` lanes of a block."""

    partial = False
    """Whether only the lanes count that `%counts` says."""

    def __init__(self, plan: TapePlan, lanes: int, stride: int) -> None:
        super().__init__(lanes)
        self.plan, self.stride = plan, stride

    # --- where things are ---

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

    # --- gradients ---

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
        name, nothing = self._counting(contribution), literal(-0.0)
        reduce = f"@llvm.vector.reduce.fadd.v{self.lanes}f64"
        return Register(
            self.put(f"call reassoc double {reduce}(double {nothing.name}, {self.vector} {name})")
        )

    def _counting(self, contribution: Register) -> str:
        """A contribution in the lanes that count, and nothing in others."""
        if not self.partial:
            return contribution.name
        blank, condition = self.spread(literal(-0.0)).name, f"{self.type_of('i1')} %counts"
        return self.put(f"select {condition}, {self.vector} {contribution.name}, {self.vector} {blank}")

    def each_added_up(self, contributions: list[Register]) -> str:
        """The sums of `TOGETHER` contributions over the lanes that count, as one vector."""
        rows = []
        for contribution in contributions:
            name = self._counting(contribution)
            parts = [
                self.shuffled(name, name, self.lanes, range(start, start + TOGETHER))
                for start in range(0, self.lanes, TOGETHER)
            ]
            rows.append(reduce(partial(self._sum_of_rows, flag="contract"), parts))
        for size in (1, 2, 4):  # The even and the odd parts of two rows, so large, are added up: a row.
            even = [at for at in range(2 * TOGETHER) if not at // size % 2]
            order = sorted(even, key=lambda at: (at % TOGETHER // size, at))
            rows = [
                self._sum_of_rows(
                    self.shuffled(one, other, TOGETHER, order),
                    self.shuffled(one, other, TOGETHER, [at + size for at in order]),
                )
                for one, other in zip(rows[::2], rows[1::2], strict=True)
            ]
        return rows[0]

    def shuffled(self, one: str, other: str, width: int, order: Iterable[int]) -> str:
        """A vector of `TOGETHER` numbers of two, which have so many each."""
        kind, mask = f"<{width} x double>", ", ".join(f"i32 {place}" for place in order)
        return self.put(f"shufflevector {kind} {one}, {kind} {other}, <{TOGETHER} x i32> <{mask}>")

    def _sum_of_rows(self, one: str, other: str, flag: str = "") -> str:
        return self.put(f"fadd {flag} <{TOGETHER} x double> {one}, {other}")

    def add_row(self, address: str, row: str) -> None:
        """Add `TOGETHER` numbers to those at an address."""
        kind = f"<{TOGETHER} x double>"
        there = self.put(f"load {kind}, ptr {address}, align 8")
        self.line(f"store {kind} {self._sum_of_rows(there, row)}, ptr {address}, align 8")
