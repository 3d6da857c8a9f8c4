"""The operation table in LLVM's assembly language: its texts as instructions on numbers or vectors of them.

Nothing is contracted or reordered, and functions are those of the C library that Python's `math` calls: what
a text gives is the eager engine's number to the last bit. Only texts of the table ever get here.
"""

from __future__ import annotations

import ast
import inspect
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from microcrad.ops import FUNCTIONS, parse

__all__ = ["Assembly", "Register", "library", "literal"]

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul", ast.Div: "fdiv", ast.USub: "fneg",
    ast.Lt: "fcmp olt", ast.Eq: "fcmp oeq",
}  # fmt: skip
_parsed = cache(parse)


@dataclass(frozen=True, slots=True)
class Register:
    """A value: its name in the assembly, and whether it has a lane a sample."""

    name: str
    wide: bool = False


def literal(number: float) -> Register:
    """A number, written by its bits."""
    return Register("0x{:016X}".format(*struct.unpack(">Q", struct.pack(">d", number))))


@dataclass(slots=True)
class Assembly:
    """A function's instructions while they are being written."""

    lanes: int
    lines: list[str] = field(default_factory=list)
    _count: int = 0

    @property
    def vector(self) -> str:
        """The type of a number a lane."""
        return self.type_of("double")

    def type_of(self, element: str, *, wide: bool = True) -> str:
        """The type of an element a lane; of a single one where there is one lane."""
        return f"<{self.lanes} x {element}>" if wide and self.lanes > 1 else element

    def line(self, text: str) -> None:
        """Write an instruction that gives nothing, or a label."""
        self.lines.append(text)

    def fresh(self) -> str:
        """A name that nothing has."""
        self._count += 1
        return f"%v{self._count}"

    def put(self, instruction: str) -> str:
        """Write an instruction, and return the name of what it gives."""
        name = self.fresh()
        self.lines.append(f"{name} = {instruction}")
        return name

    def spread(self, value: Register) -> Register:
        """The value in all lanes."""
        if value.wide or self.lanes == 1:
            return Register(value.name, True)
        one = self.put(f"insertelement {self.vector} poison, double {value.name}, i32 0")
        zeros = f"<{self.lanes} x i32> zeroinitializer"
        return Register(self.put(f"shufflevector {self.vector} {one}, {self.vector} poison, {zeros}"), True)

    def apply(self, operator: str, *operands: Register) -> Register:
        """An instruction on numbers, on vectors if one of them is."""
        wide, operands = self._alike(operands)
        names = ", ".join(operand.name for operand in operands)
        return Register(self.put(f"{operator} {self.type_of('double', wide=wide)} {names}"), wide)

    def value(self, text: str, operands: Mapping[str, Register]) -> Register:
        """A text's value."""
        return self._value(_parsed(text), operands)

    def _value(self, node: ast.expr, operands: Mapping[str, Register]) -> Register:
        match node:
            case ast.Name(id=name):
                return operands[name]
            case ast.Constant(value=int() | float() as number):
                return literal(float(number))
            case ast.UnaryOp(op=operator, operand=operand) if type(operator) in _OPERATORS:
                return self.apply(_OPERATORS[type(operator)], self._value(operand, operands))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                both = self._value(left, operands), self._value(right, operands)
                return self.apply(_OPERATORS[type(operator)], *both)
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _OPERATORS:
                both = self._value(left, operands), self._value(right, operands)
                return self.apply(_OPERATORS[type(operator)], *both)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.choose(*(self._value(part, operands) for part in (test, body, orelse)))
            case ast.Call(func=ast.Name(id="sqrt"), args=[argument]):
                return self._root(self._value(argument, operands))
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in FUNCTIONS:
                return self._function(name, [self._value(argument, operands) for argument in arguments])
        raise AssertionError(f"the operation table uses {ast.unparse(node)}, which has no LLVM form")

    def choose(self, test: Register, body: Register, orelse: Register) -> Register:
        """One of two values; which, a condition says, in each lane if it is wide."""
        wide, (body, orelse) = self._alike((body, orelse), wide=test.wide)
        kind = self.type_of("double", wide=wide)
        condition = f"{self.type_of('i1', wide=test.wide)} {test.name}"
        return Register(self.put(f"select {condition}, {kind} {body.name}, {kind} {orelse.name}"), wide)

    def _root(self, value: Register) -> Register:
        kind, wide = self.type_of("double", wide=value.wide), value.wide and self.lanes > 1
        name = f"llvm.sqrt.v{self.lanes}f64" if wide else "llvm.sqrt.f64"
        return Register(self.put(f"call {kind} @{name}({kind} {value.name})"), value.wide)

    def _function(self, function: str, arguments: list[Register]) -> Register:
        """The C library's function; of vectors, the one that takes it lane after lane."""
        wide, operands = self._alike(tuple(arguments))
        wide = wide and self.lanes > 1
        kind = self.type_of("double", wide=wide)
        given = ", ".join(f"{kind} {operand.name}" for operand in operands)
        name = lane_by_lane(function) if wide else function
        return Register(self.put(f"call {kind} @{name}({given})"), wide or self.lanes == 1)

    def _alike(
        self, operands: tuple[Register, ...], *, wide: bool = False
    ) -> tuple[bool, tuple[Register, ...]]:
        """Whether the result is wide, and the operands so too."""
        wide = wide or any(operand.wide for operand in operands)
        return wide, tuple(map(self.spread, operands)) if wide else operands

    def loop(self, count: int | str, body: Callable[[str], None]) -> None:
        """Instructions for `body(index)` for each index below `count`, 1 or more, or its register."""

        def turn(index: str, carried: list[Register]) -> list[Register]:
            body(index)
            return carried

        self.carry_all(count, [], turn)

    def carry(self, count: int | str, start: Register, body: Callable[[str, Register], Register]) -> Register:
        """The same for `body(index, carried)`, where what it gives is carried on to the next turn."""
        (given,) = self.carry_all(count, [start], lambda index, carried: [body(index, *carried)])
        return given

    def carry_all(
        self,
        count: int | str,
        starts: Sequence[Register],
        body: Callable[[str, list[Register]], list[Register]],
    ) -> list[Register]:
        """The same for any number of values that are carried on together."""
        at = self.fresh()[1:]
        self.lines += [f"br label %before.{at}", f"before.{at}:", f"br label %turn.{at}", f"turn.{at}:"]
        self.line(f"%i.{at} = phi i64 [0, %before.{at}], [%next.{at}, %end.{at}]")
        place = len(self.lines)
        carried = [Register(f"%carried{i}.{at}", start.wide) for i, start in enumerate(starts)]
        given = body(f"%i.{at}", carried)
        self.lines[place:place] = [
            f"{into.name} = phi {self.type_of('double', wide=start.wide)} "
            f"[{start.name}, %before.{at}], [{value.name}, %end.{at}]"
            for into, start, value in zip(carried, starts, given, strict=True)
        ]
        self.lines += [f"br label %end.{at}", f"end.{at}:", f"%next.{at} = add i64 %i.{at}, 1"]
        self.line(f"%done.{at} = icmp eq i64 %next.{at}, {count}")
        self.lines += [f"br i1 %done.{at}, label %after.{at}, label %turn.{at}", f"after.{at}:"]
        return given


def lane_by_lane(function: str) -> str:
    """What the C library's function is called that is applied to every lane."""
    return f"lanes.{function}"


def library(lanes: int) -> list[str]:
    """The C library's functions, and those that apply them to every lane."""
    lines = []
    for function in FUNCTIONS:
        count = _arguments(function)
        lines.append(f"declare double @{function}({', '.join(['double'] * count)})")
        if lanes > 1:
            body = Assembly(lanes)
            vectors = [f"%a{i}" for i in range(count)]
            together = "poison"
            for lane in range(lanes):
                picked = [body.put(f"extractelement {body.vector} {name}, i32 {lane}") for name in vectors]
                one = body.put(f"call double @{function}({', '.join(f'double {x}' for x in picked)})")
                together = body.put(f"insertelement {body.vector} {together}, double {one}, i32 {lane}")
            given = ", ".join(f"{body.vector} {name}" for name in vectors)
            head = f"define internal {body.vector} @{lane_by_lane(function)}({given}) noinline {{"
            lines += [head, *body.lines, f"ret {body.vector} {together}", "}"]
    return lines


def _arguments(function: str) -> int:
    return len(inspect.signature(FUNCTIONS[function]).parameters)
