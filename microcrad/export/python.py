"""A program as a plain Python script that uses `microcrad`, and prints the lines that its C form prints.

Python's names own nothing in it: inside `with Heap()` the heap holds every node, and the script retains and
releases as the interpreter does. What the interpreter stops for raises here: `UseAfterFreeError`,
`DoubleFreeError`, `NameError` for a name without a node, `ValueError` for a release without a retain.
"""

from __future__ import annotations

import builtins
import math

from microcrad.export.bindings import Bindings
from microcrad.export.c_text import bare, shown
from microcrad.language import statements as st
from microcrad.language.statements import Program

__all__ = ["python_program"]

_OURS = ("FreedValue", "Heap", "Value", "divide", "power", "Random", "heap", "give_back", "node", "random",
         "retained", "show")  # fmt: skip
_IMPORTS = {
    "from random import Random": "Random(",
    "from microcrad import FreedValue, Heap, Value": "",
    "from microcrad.ops import divide": "divide(",
    "from microcrad.ops import power": "power(",
}
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
        self.taken = {*_OURS, *dir(builtins)}
        self.spelled: dict[tuple[str, str], str] = {}
        self.assigned: dict[str, str] = {}
        """The program's names with their spellings, in the order of their first assignment in the text."""
        self.bindings = Bindings()
        self.temporaries: list[str] = []

    def script(self) -> str:
        self.collect(self.program.statements)
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

    def collect(self, statements: tuple[st.Statement, ...]) -> None:
        """Choose every name's spelling: its own with _ for dots, unless that means something else already."""
        for statement in statements:
            if isinstance(statement, st.Assign):
                self.assigned[statement.name] = self.name("name", statement.name)
            elif isinstance(statement, st.For):
                self.collect(statement.body)

    def name(self, kind: str, name: str) -> str:
        if (kind, name) not in self.spelled:
            self.spelled[kind, name] = self.free(name)
        return self.spelled[kind, name]

    def free(self, name: str) -> str:
        name = name.replace(".", "_")
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def fresh(self, call: str) -> str:
        """Give a new node a name until its statement ends."""
        number = 1
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

    # --- statements ---

    def block(self, statements: tuple[st.Statement, ...]) -> None:
        for statement in statements:
            self.comments_to(statement.span.end_line)
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
                if isinstance(expression, st.Name) or not self.auto:
                    self.emit(
                        self.value(expression) if isinstance(expression, st.Name) else self.call(expression)
                    )
                else:
                    self.value(expression)

    def assign(self, name: str, expression: st.Expression) -> None:
        node, bound = self.name("name", name), self.bindings.bound(name)
        call = self.call(expression)
        if self.auto and isinstance(expression, st.Name):
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

    def print(self, value: st.Expression | st.Number, text: str) -> None:
        if isinstance(value, st.Expression):
            node = self.value(value)
            self.emit(f'print({text!r}, f"{{{node}.data:.17g}} grad {{{node}.grad:.17g}}")')
        else:
            self.emit(f'print({text!r}, f"{{{bare(self.number(value))}:.17g}}")')

    def bound(self, bound: int | str) -> str:
        return self.name("loop", bound) if isinstance(bound, str) else str(bound)

    # --- expressions ---

    def value(self, expression: st.Expression) -> str:
        """The Python name of an expression's node, after the lines that compute it."""
        call = self.call(expression)
        return call if isinstance(expression, st.Name) else self.fresh(call)

    def call(self, expression: st.Expression) -> str:
        match expression:
            case st.Name():
                return self.name("name", expression.name)
            case st.Lift(number):
                return f"Value({bare(self.number(number))})"
            case st.Negate(operand):
                return f"-{self.value(operand)}"
            case st.Operate(symbol, left, right):
                first, second = self.value(left), self.value(right)
                return f"{first} {symbol} {second}"
            case st.Power(base, exponent):
                raised = self.value(base)
                return f"{raised} ** {self.number(exponent)}"
            case st.Call(function, operand):
                return f"{self.value(operand)}.{function}()"

    def number(self, number: st.Number) -> str:
        match number:
            case st.Literal(value):
                text = repr(value) if math.isfinite(value) else repr(value).replace("inf", "1e400")
                return f"({text})" if text.startswith("-") else text
            case st.LoopVariable(name):
                return f"float({self.name('loop', name)})"
            case st.Field(name, field):
                return f"{self.name('name', name)}.{field}"
            case st.NegateNumber(operand):
                return f"(-{self.number(operand)})"
            case st.Arithmetic("/" | "**" as symbol, left, right):
                function = "divide" if symbol == "/" else "power"
                return f"{function}({bare(self.number(left))}, {bare(self.number(right))})"
            case st.Arithmetic(symbol, left, right):
                return f"({self.number(left)} {symbol} {self.number(right)})"
            case st.Uniform(low, high):
                return f"random.uniform({bare(self.number(low))}, {bare(self.number(high))})"


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
