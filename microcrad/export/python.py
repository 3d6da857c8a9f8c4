"""A program as a plain Python script that uses `microcrad`, and prints the lines that its C form prints.

Python's names own nothing in it: inside `with Heap()` the heap holds every node, and the script retains and
releases as the interpreter does. What the interpreter stops for raises here: `UseAfterFreeError`,
`DoubleFreeError`, `NameError` for a name without a node, `ValueError` for a release without a retain.
"""

from __future__ import annotations

import builtins
import math

from microcrad.export.bindings import Bindings, names_in_order
from microcrad.export.c_text import bare, plain_spelling, shown
from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.source_places import Span
from microcrad.language.statements import Program

__all__ = ["python_program"]

_OURS = ("FreedValue", "Heap", "Value", "divide", "power", "Random", "heap", "give_back", "node",
         "on_numbers", "random", "retained", "show")  # fmt: skip
_IMPORTS = {
    "from random import Random": "Random(",
    "from microcrad import FreedValue, Heap, Value": "",
    "from microcrad.ops import divide": "divide(",
    "from microcrad.ops import on_numbers": "on_numbers(",
    "from microcrad.ops import power": "power(",
}
_DIVIDES = {"/": "divide", "**": "power"}
_SHOW = '''\
def show(name, node):
    """Print a name's node as `name data grad references`, or that it is freed."""
    if isinstance(node, FreedValue):
        print(name, "freed")
    else:
        print(f"{name} {node.data:.17g} {node.grad:.17g} {node.ref_count}")
'''
_GIVE_BACK = '''\
def give_back(node):
    """Release what `retain` took; a ValueError if it took nothing."""
    retained.remove(node)
    node.release()
'''


def python_program(program: Program, ownership: str) -> str:
    """A program as a Python script. Raises the first of the program's errors if it has any."""
    if program.errors:
        raise program.errors[0]
    return _Writer(program, ownership).script()


class _Writer:
    """Goes through a program as the interpreter does, and writes down what to call."""

    def __init__(self, program: Program, ownership: str) -> None:
        self.program = program
        self.source_lines = program.text.split("\n")
        self.auto = ownership == "auto"
        self.gives_back = self.auto and _releases(program.statements)
        """Whether retains have to be written down, for releases that may only give these back."""
        self.lines: list[str] = []
        self.indent = 1
        self.commented = 0
        self.piece = (0, 0)
        """Which unrolled piece and line the last lines come from."""
        self.numbers: dict[str, str] = {}
        """The spellings of the Numbers that were worked out before their use."""
        self.taken = {*_OURS, *dir(builtins)}
        self.spelled: dict[tuple[str, str], str] = {}
        self.assigned: dict[str, str] = {}
        """The program's names with their spellings, in the order in which they first have a node."""
        self.bindings = Bindings()
        self.temporaries: list[str] = []

    def script(self) -> str:
        for name in names_in_order(self.program):
            self.assigned[name] = self.name("name", name)
        self.block(self.program.statements)
        self.comments_to(len(self.source_lines))
        for name in self.assigned:
            self.at_end(name, f"show({name!r}, {self.name('name', name)})")
        for name in self.assigned if self.auto else ():
            self.at_end(name, f"{self.name('name', name)}.release()")
        self.emit('print("live", heap.live)')
        body = "\n".join(self.lines)
        start = "retained = []\n" if self.gives_back else ""
        if "random.uniform(" in body:
            start += f"random = Random({self.program.seed})\n"
        code = [start, *(line for line in self.lines if not line.lstrip().startswith("#"))]
        imports = [line for line, call in _IMPORTS.items() if any(call in each for each in code)]
        parts = ["\n".join(_grouped(imports)), _SHOW, *([_GIVE_BACK] if self.gives_back else [])]
        parts.append(f"{start}with Heap() as heap:\n{body}\n")
        return "\n\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts)

    def at_end(self, name: str, code: str) -> None:
        """A line for a name that has a node at the end, or may have one."""
        bound = self.bindings.bound(name)
        if bound is None:
            self.emit(f'if "{self.name("name", name)}" in globals():')
        if bound is not False:
            self.emit(code, deeper=bound is None)

    # --- names ---

    def name(self, kind: str, name: str) -> str:
        if (kind, name) not in self.spelled:
            self.spelled[kind, name] = self.free(name)
        return self.spelled[kind, name]

    def free(self, name: str) -> str:
        """A name's spelling: its own with _ for dots, unless that means something else already."""
        name = plain_spelling(name).replace(".", "_")
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def fresh(self, call: str) -> str:
        """Give a new node a name until its statement ends."""
        number = len(self.temporaries) + 1
        while f"t{number}" in self.temporaries or f"t{number}" in self.taken:
            number += 1
        self.emit(f"t{number} = {call}")
        self.temporaries.append(f"t{number}")
        return f"t{number}"

    # --- lines ---

    def emit(self, text: str, *, deeper: bool = False) -> None:
        self.lines.append("    " * (self.indent + deeper) + text)

    def comments_to(self, end: int) -> None:
        """The program's lines up to `end` as comments, those that are not there yet."""
        for number in range(self.commented + 1, end + 1):
            text = self.source_lines[number - 1].strip()
            if text:
                self.emit(text if text.startswith("#") else f"# {text}")
        self.commented = max(self.commented, end)

    def comment(self, span: Span) -> None:
        """The program's lines up to a statement, and for what was unrolled the line that it does again."""
        self.comments_to(self.program.line(span) if span.piece else span.end_line)
        piece = span.piece, span.line
        if span.piece and piece != self.piece:
            self.emit(f"# {st.unrolled(self.program, span)}")
        self.piece = piece

    # --- statements ---

    def block(self, statements: tuple[st.Statement, ...]) -> None:
        for statement in statements:
            self.comment(statement.span)
            self.statement(statement)
            for name in reversed(self.temporaries) if self.auto else ():
                self.emit(f"{name}.release()")
            self.temporaries.clear()

    def statement(self, statement: st.Statement) -> None:
        match statement:
            case st.Assign(name, expression):
                self.assign(name, expression)
            case st.SetField(name, field, number):
                self.emit(f"{self.name('name', name)}.{field} = {bare(self.number(number))}")
            case st.Delete(name):
                if self.auto:
                    self.emit(f"{self.name('name', name)}.release()")
                self.emit(f"del {self.name('name', name)}")
                self.bindings.delete(name)
            case st.Backward(expression):
                self.emit(f"{self.value(expression)}.backward()")
            case st.Print(value, text):
                self.print(value, f"print {shown(text)} =")
            case st.Say(parts):
                self.say(parts)
            case st.Label(name, text):
                self.emit(f"{self.value(name)}.label = {text!r}")
            case st.Let(name, number):
                self.numbers[name] = self.free("number")
                self.emit(f"{self.numbers[name]} = {bare(self.number(number))}")
            case st.Leave(names):
                for name in names:
                    self.leave(name)
            case st.ZeroGrad(()):
                self.emit("for node in heap.nodes:")
                self.emit("node.grad = 0.0", deeper=True)
            case st.ZeroGrad(names):
                for name in names:
                    self.emit(f"{self.value(name)}.grad = 0.0")
            case st.Retain(name):
                self.emit(f"retained.append({self.value(name)}.retain())" if self.gives_back else
                          f"{self.value(name)}.retain()")  # fmt: skip
            case st.Release(name):
                held = self.value(name)
                self.emit(f"give_back({held})" if self.auto else f"{held}.release()")
            case st.For(variable, start, stop, body):
                i = self.name("loop", variable)
                first = "" if start == 0 else f"{self.bound(start)}, "
                self.emit(f"for {i} in range({first}{self.bound(stop)}):")
                after = self.bindings.enter(statement)
                self.indent += 1
                self.block(body)
                if not body:
                    self.emit("pass")
                self.indent -= 1
                self.bindings = after
            case st.Discard(expression):
                if isinstance(expression, ex.Name) or not self.auto:
                    self.emit(
                        self.value(expression) if isinstance(expression, ex.Name) else self.call(expression)
                    )
                else:
                    self.value(expression)

    def assign(self, name: str, expression: ex.Expression) -> None:
        node, bound = self.name("name", name), self.bindings.bound(name)
        call = self.call(expression)
        if self.auto and isinstance(expression, ex.Name):
            call = f"{call}.retain()"
        if not self.auto or bound is False:
            self.emit(f"{node} = {call}")
        else:
            fresh = self.fresh(call)
            self.temporaries.pop()  # The name takes over its reference.
            if bound is None:
                self.emit(f'if "{node}" in globals():')
            self.emit(f"{node}.release()", deeper=bound is None)
            self.emit(f"{node} = {fresh}")
        self.bindings.assign(name)

    def leave(self, name: str) -> None:
        """A name of a call or of a line lets go of its node, if it has one."""
        node, bound = self.name("name", name), self.bindings.bound(name)
        if bound is None:
            self.emit(f'if "{node}" in globals():')
        if self.auto and bound is not False:
            self.emit(f"{node}.release()", deeper=bound is None)
        if bound is not False:
            self.emit(f"del {node}", deeper=bound is None)
        self.bindings.delete(name)

    def say(self, parts: tuple[str | tuple[ex.Number, str], ...]) -> None:
        """A `print` of texts and numbers."""
        pieces = [
            repr(part) if isinstance(part, str)
            else f"format({bare(self.number(part[0]))}, {_all_digits(part[1])!r})"
            for part in parts
        ]  # fmt: skip
        self.emit(f"print({' + '.join([repr('print '), *pieces])})")

    def print(self, value: ex.Expression | ex.Number, text: str) -> None:
        if isinstance(value, ex.Expression):
            node = self.value(value)
            self.emit(f'print({text!r}, f"{{{node}.data:.17g}} grad {{{node}.grad:.17g}}")')
        else:
            self.emit(f'print({text!r}, f"{{{bare(self.number(value))}:.17g}}")')

    def bound(self, bound: int | str) -> str:
        return self.name("loop", bound) if isinstance(bound, str) else str(bound)

    # --- expressions ---

    def value(self, expression: ex.Expression) -> str:
        """The Python name of an expression's node, after the lines that compute it."""
        call = self.call(expression)
        return call if isinstance(expression, ex.Name) else self.fresh(call)

    def call(self, expression: ex.Expression) -> str:
        match expression:
            case ex.Name():
                return self.name("name", expression.name)
            case ex.Lift(number, _, label):
                return f"Value({bare(self.number(number))}{f', label={label!r}' if label else ''})"
            case ex.Negate(operand):
                return f"-{self.value(operand)}"
            case ex.Operate():
                base, operations = ex.chain(expression)
                written = self.value(base)
                for place, (symbol, _, right, _) in enumerate(operations):
                    written = f"{written} {symbol} {self.value(right)}"
                    written = written if place == len(operations) - 1 else self.fresh(written)
                return written
            case ex.Power(base, exponent):
                raised = self.value(base)
                return f"{raised} ** {self.number(exponent)}"
            case ex.Call(function, operand):
                return f"{self.value(operand)}.{function}()"

    def number(self, number: ex.Number) -> str:
        match number:
            case ex.Literal(value):
                text = (
                    repr(value)
                    if math.isfinite(value)
                    else "(1e400 - 1e400)"
                    if value != value
                    else repr(value).replace("inf", "1e400")
                )
                return f"({text})" if text.startswith("-") else text
            case ex.LoopVariable(name):
                return f"float({self.name('loop', name)})"
            case ex.Field(name, field):
                return f"{self.name('name', name)}.{field}"
            case ex.NegateNumber(operand):
                return f"(-{self.number(operand)})"
            case ex.Arithmetic():
                base, operations = ex.number_chain(number)
                written = self.number(base)
                for symbol, _, right in operations:
                    other = self.number(right)
                    if symbol in _DIVIDES:
                        written = f"{_DIVIDES[symbol]}({bare(written)}, {bare(other)})"
                    elif symbol in ex.COMPARISONS:
                        written = f"float({written} {symbol} {other})"
                    else:
                        written = f"({written} {symbol} {other})"
                return written
            case ex.Apply(function, operands):
                numbers = [bare(self.number(operand)) for operand in operands]
                return f"on_numbers({function!r})({', '.join(numbers)})"
            case ex.Known(name):
                return self.numbers[name]
            case ex.Uniform(low, high):
                return f"random.uniform({bare(self.number(low))}, {bare(self.number(high))})"


def _all_digits(spec: str) -> str:
    """A format that says so of every digit, where it has no letter."""
    return spec if spec[-1:].isalpha() or spec.endswith("%") else f"{spec}.17g"


def _releases(statements: tuple[st.Statement, ...]) -> bool:
    return any(
        _releases(each.body) if isinstance(each, st.For) else isinstance(each, st.Release)
        for each in statements
    )


def _grouped(imports: list[str]) -> list[str]:
    """The standard library's imports first, a blank line after them."""
    ours = [line for line in imports if "microcrad" in line]
    others = [line for line in imports if "microcrad" not in line]
    return [*others, *([""] if others else []), *ours]
