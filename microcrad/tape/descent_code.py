"""Steps of training as one function in LLVM's assembly: gather, forward, backward, penalty, optimiser.

It calls the functions of a recording's machine code (see `llvm_code`), and so serves every recording: what is
special to it, as the places of its inputs, is handed over in tables. Only the optimiser's formulas are
translated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from microcrad.tape.llvm_expressions import Assembly, Register, literal
from microcrad.tape.numpy_expressions import names

__all__ = ["GIVEN", "LANES", "MEASURED", "READ", "TURN", "descent_assembly", "used_numbers"]

GIVEN = (
    "turns", "count", "numbers", "measured",
    "shared", "forward", "backward", "blocks", "scalars", "table", "grad",
    "lanes", "shift", "rows", "inputs", "input_count", "input_row", "read", "read_count",
    "penalty_shared", "penalty_forward", "penalty_backward", "penalty_blocks", "penalty_scalars",
    "penalty_table", "penalty_grad", "penalty_loss",
    "weights", "memory", "gradient", "parameters", "stale",
)  # fmt: skip
"""What the function is given, in an array: addresses and whole numbers.

From `shared` to `grad` they are of the recording's replays. Blocks have so many `lanes`, 2 to the `shift`,
and so many `rows`, from `input_row` on those of the inputs, whose places in a sample are `inputs`. Of each
sample the loss and the outputs are `read`. The penalty is another recording's, or all 0. If `stale`,
gradients are not cleared.
"""
TURN = (
    "samples", "width", "chosen", "size", "last_forward", "last_backward", "learns", "losses", "outputs",
    "kept",
)  # fmt: skip
"""What there is to a turn: where samples are, and how many numbers each has; which are chosen, and how many;
the functions for a block that they do not fill; whether it is a step, and not only looks; where losses,
outputs and then the weights go, 0 for nowhere."""
READ = ("base", "block_stride", "lane_stride")
"""Where a number of each sample is found: of the first one, from block to block and from lane to lane."""
MEASURED = ("penalty", "square", "largest", "finite")
"""What is written down of a step: the penalty, the sum of the gradient's squares and its largest size before
it is clipped, and 0 if all weights are finite afterwards, else nan."""
LANES = 8
"""Weights, memory and gradient are padded to a multiple of this."""
_BYTES = 8


def used_numbers(formulas: Mapping[str, str]) -> tuple[str, ...]:
    """Which names formulas use besides the gradient and what they change, in the order of their columns."""
    used = frozenset().union(*map(names, formulas.values()))
    return tuple(sorted(used - {"grad", "sqrt", *formulas}))


def descent_assembly(formulas: Mapping[str, str]) -> str:
    """The module of `descend(given)`; a row of `numbers` is the length to clip at, then what formulas use."""
    vector = f"<{LANES} x double>"
    return "\n".join(
        [
            f"declare double @llvm.vector.reduce.fadd.v{LANES}f64(double, {vector})",
            f"declare double @llvm.vector.reduce.fmax.v{LANES}f64({vector})",
            f"declare {vector} @llvm.fabs.v{LANES}f64({vector})",
            f"declare {vector} @llvm.sqrt.v{LANES}f64({vector})",
            "declare double @llvm.sqrt.f64(double)",
            "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)",
            "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)",
            *_Descent(formulas).lines,
        ]
    )


class _Descent(Assembly):
    """The function while it is being written."""

    def __init__(self, formulas: Mapping[str, str]) -> None:
        super().__init__(LANES)
        self._formulas = formulas
        self._numbers = 1 + len(used_numbers(formulas))
        self.line("define void @descend(ptr %given) {")
        self.line("entry:")
        self._given = {name: self._entry("%given", place) for place, name in enumerate(GIVEN)}
        self.loop(self._given["count"], self._turn)
        self.line("ret void")
        self.line("}")

    # --- whole numbers and addresses ---

    def _at(self, base: str, index: object, element: str = "i64") -> str:
        """The address of an element; `base` is a pointer."""
        return self.put(f"getelementptr {element}, ptr {base}, i64 {index}")

    def _entry(self, base: str, index: object) -> str:
        return self.put(f"load i64, ptr {self._at(base, index)}, align 8")

    def _pointer(self, address: str) -> str:
        return self.put(f"inttoptr i64 {address} to ptr")

    def _to(self, name: str) -> str:
        return self._pointer(self._given[name])

    def _whole(self, operator: str, one: object, other: object) -> str:
        return self.put(f"{operator} i64 {one}, {other}")

    def _when(self, number: str, body: Callable[[], None]) -> None:
        """Do something unless a number is 0."""
        at = self.fresh()[1:]
        condition = self.put(f"icmp ne i64 {number}, 0")
        self.line(f"br i1 {condition}, label %then.{at}, label %else.{at}")
        self.line(f"then.{at}:")
        body()
        self.line(f"br label %else.{at}")
        self.line(f"else.{at}:")

    def _call(self, function: str, *arguments: str) -> None:
        self.line(f"call void {self._pointer(function)}({', '.join(arguments)})")

    def _last(self, whole: str) -> str:
        """Where the block after the whole ones is."""
        size = self._whole("mul", self._given["rows"], self._given["lanes"])
        return self._at(self._to("blocks"), self._whole("mul", whole, size), "double")

    def _copy(self, into: str, source: str, count: str) -> None:
        size = self._whole("mul", count, _BYTES)
        self.line(f"call void @llvm.memcpy.p0.p0.i64(ptr {into}, ptr {source}, i64 {size}, i1 false)")

    # --- a turn ---

    def _turn(self, place: str) -> None:
        given = self._given
        turn = self._at(self._to("turns"), self._whole("mul", place, len(TURN)))
        its = {name: self._entry(turn, at) for at, name in enumerate(TURN)}
        measured = self._at(self._to("measured"), self._whole("mul", place, len(MEASURED)), "double")
        numbers = self._at(self._to("numbers"), self._whole("mul", place, self._numbers), "double")
        self._copy(self._to("scalars"), self._to("weights"), given["parameters"])
        self._gather(its)
        whole = self._whole("lshr", its["size"], given["shift"])
        used = self._whole("and", its["size"], self._whole("sub", given["lanes"], 1))
        blocks, scalars, table = (f"ptr {self._to(name)}" for name in ("blocks", "scalars", "table"))
        last = f"ptr {self._last(whole)}"
        self._call(given["shared"], scalars, table)
        self._when(whole, lambda: self._call(given["forward"], blocks, scalars, table, f"i64 {whole}"))
        self._when(used, lambda: self._call(its["last_forward"], last, scalars, table, "i64 1"))
        self._read(its["losses"], its["size"], 0, "1")
        self._when(its["outputs"], partial(self._read, its["outputs"], its["size"], 1, given["read_count"]))
        self._when(its["learns"], lambda: self._learn(its, whole, used, numbers, measured))

    def _gather(self, its: Mapping[str, str]) -> None:
        """Bring the chosen samples' inputs to their rows, of a block one row after the other."""
        given = self._given
        chosen, samples, inputs = (
            self._pointer(its["chosen"]),
            self._pointer(its["samples"]),
            self._to("inputs"),
        )

        def block(number: str) -> None:
            row = self._whole("add", self._whole("mul", number, given["rows"]), given["input_row"])
            done = self._whole("shl", number, given["shift"])
            left = self._whole("sub", its["size"], done)
            full = self.put(f"icmp ult i64 {left}, {given['lanes']}")
            filled = self.put(f"select i1 {full}, i64 {left}, i64 {given['lanes']}")
            whose = self._at(chosen, done)

            def each_input(place: str) -> None:
                at = self._whole("shl", self._whole("add", row, place), given["shift"])
                into = self._at(self._to("blocks"), at, "double")
                start = self._at(samples, self._entry(inputs, place), "double")

                def each_lane(lane: str) -> None:
                    found = self._whole("mul", self._entry(whose, lane), its["width"])
                    self._move(self._at(start, found, "double"), self._at(into, lane, "double"))

                self.loop(filled, each_lane)

            self._when(given["input_count"], lambda: self.loop(given["input_count"], each_input))

        self.loop(self._blocks(its["size"]), block)

    def _blocks(self, size: str) -> str:
        """How many blocks so many samples take."""
        rounded = self._whole("add", size, self._whole("sub", self._given["lanes"], 1))
        return self._whole("lshr", rounded, self._given["shift"])

    def _move(self, source: str, into: str) -> None:
        value = self.put(f"load double, ptr {source}, align 8")
        self.line(f"store double {value}, ptr {into}, align 8")

    def _read(self, into: str, size: str, first: int, count: str) -> None:
        """Write down so many of the numbers that are read of each sample, a row a sample."""
        to, read = self._pointer(into), self._to("read")

        def sample(number: str) -> None:
            block = self._whole("lshr", number, self._given["shift"])
            lane = self._whole("and", number, self._whole("sub", self._given["lanes"], 1))
            row = self._at(to, self._whole("mul", number, count), "double")

            def each(place: str) -> None:
                entry = self._at(read, self._whole("mul", self._whole("add", place, first), len(READ)))
                base, by_block, by_lane = (self._entry(entry, at) for at in range(len(READ)))
                down, across = self._whole("mul", block, by_block), self._whole("mul", lane, by_lane)
                found = self._at(self._pointer(base), self._whole("add", down, across), "double")
                self._move(found, self._at(row, place, "double"))

            self.loop(count, each)

        self.loop(size, sample)

    def _learn(self, its: Mapping[str, str], whole: str, used: str, numbers: str, measured: str) -> None:
        given = self._given
        gradient = self._to("gradient")

        def clear() -> None:
            size = self._whole("mul", given["parameters"], _BYTES)
            self.line(f"call void @llvm.memset.p0.i64(ptr {gradient}, i8 0, i64 {size}, i1 false)")

        self._when(self._whole("xor", given["stale"], 1), clear)
        seed = self.put(f"fdiv double 1.0, {self.put('uitofp i64 ' + its['size'] + ' to double')}")

        def backward(function: str, blocks: str, count: str, filled: str) -> None:
            arguments = (f"ptr {self._to(each)}" for each in ("scalars", "table"))
            given_back = f"ptr {self._to('grad')}", f"ptr {gradient}", f"double {seed}", f"i64 {filled}"
            self._call(function, f"ptr {blocks}", *arguments, f"i64 {count}", *given_back)

        self._when(whole, lambda: backward(given["backward"], self._to("blocks"), whole, "0"))
        self._when(used, lambda: backward(its["last_backward"], self._last(whole), "1", used))
        self._when(given["penalty_shared"], lambda: self._punish(gradient, measured))
        self._update(numbers, measured)
        self._when(
            its["kept"],
            lambda: self._copy(self._pointer(its["kept"]), self._to("weights"), given["parameters"]),
        )

    def _punish(self, gradient: str, measured: str) -> None:
        blocks, scalars, table, grad = (
            f"ptr {self._to(f'penalty_{name}')}" for name in ("blocks", "scalars", "table", "grad")
        )
        self._copy(self._to("penalty_scalars"), self._to("weights"), self._given["parameters"])
        self._call(self._given["penalty_shared"], scalars, table)
        self._call(self._given["penalty_forward"], blocks, scalars, table, "i64 1")
        self._call(
            self._given["penalty_backward"],
            blocks,
            scalars,
            table,
            "i64 1",
            grad,
            f"ptr {gradient}",
            "double 1.0",
            "i64 0",
        )
        value = self.put(f"load double, ptr {self._to('penalty_loss')}, align 8")
        self.line(f"store double {value}, ptr {measured}, align 8")

    # --- the optimiser ---

    def _load(self, base: str, place: str) -> Register:
        address = self._at(base, place, self.vector)
        return Register(self.put(f"load {self.vector}, ptr {address}, align 8"), wide=True)

    def _store(self, value: Register, base: str, place: str) -> None:
        self.line(f"store {self.vector} {value.name}, ptr {self._at(base, place, self.vector)}, align 8")

    def _measure(self, value: Register, measured: str, name: str) -> None:
        at = self._at(measured, MEASURED.index(name), "double")
        self.line(f"store double {value.name}, ptr {at}, align 8")

    def _together(self, value: Register) -> Register:
        reduce = f"@llvm.vector.reduce.fadd.v{LANES}f64"
        return Register(self.put(f"call reassoc double {reduce}(double -0.0, {self.vector} {value.name})"))

    def _update(self, numbers: str, measured: str) -> None:
        weights, memory, gradient = (self._to(name) for name in ("weights", "memory", "gradient"))
        rounded = self._whole("add", self._given["parameters"], LANES - 1)
        count = self._whole("udiv", rounded, LANES)
        nothing = self.spread(literal(0.0))

        def squared(place: str, sofar: Register) -> Register:
            grad = self._load(gradient, place)
            return self.apply("fadd", sofar, self.apply("fmul", grad, grad))

        def larger(place: str, sofar: Register) -> Register:
            grad = self._load(gradient, place)
            size = Register(
                self.put(f"call {self.vector} @llvm.fabs.v{LANES}f64({self.vector} {grad.name})"), True
            )
            return self.choose(self.apply("fcmp ogt", size, sofar), size, sofar)

        square = self._together(self.carry(count, nothing, squared))
        most = self.carry(count, nothing, larger)
        largest = self.put(f"call double @llvm.vector.reduce.fmax.v{LANES}f64({self.vector} {most.name})")
        self._measure(square, measured, "square")
        self._measure(Register(largest), measured, "largest")
        clip = Register(self.put(f"load double, ptr {numbers}, align 8"))
        length = self.value("sqrt(square) + 1e-6", {"square": square})
        short = self.apply("fdiv", clip, length)
        share = self.choose(self.apply("fcmp olt", short, literal(1.0)), short, literal(1.0))
        known = {
            name: Register(self.put(f"load double, ptr {self._at(numbers, place, 'double')}, align 8"))
            for place, name in enumerate(used_numbers(self._formulas), 1)
        }

        def moved(place: str, sofar: Register) -> Register:
            at = {"data": (weights, place)}
            for slot, name in enumerate(name for name in self._formulas if name != "data"):
                at[name] = memory, self._whole("add", place, self._whole("mul", count, slot))
            values = {name: self._load(*where) for name, where in at.items()}
            values["grad"] = self.apply("fmul", self._load(gradient, place), share)
            self._store(values["grad"], gradient, place)
            for name, text in self._formulas.items():
                values[name] = self.value(text, known | values)
                self._store(values[name], *at[name])
            return self.apply("fadd", sofar, self.apply("fmul", values["data"], literal(0.0)))

        self._measure(self._together(self.carry(count, nothing, moved)), measured, "finite")
