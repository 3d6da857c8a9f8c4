"""A program as C: one file that compiles by itself and does what the program does.

It is written from the program and not from a run: the core's loops stay loops. Before each group of calls
stands the program's line as a comment, and what was unrolled has one with its line and the call or the turn
that it comes from. What the interpreter does silently is written out: in `auto` ownership every temporary has
a name and is released, newest first, at the end of its statement; in `manual` ownership nothing is done that
the program does not do.

The C program prints `print TEXT = DATA grad GRAD` for each `print` of a node (`print TEXT = NUMBER` of a
Number, `print` and what is said of texts), then, at its end, `NAME DATA GRAD REFERENCES` or `NAME freed` for
each name and `live COUNT`. `print` cannot be a name, so no line can be taken for another. It stops as the
interpreter does, with `use after free LINE`, `double free LINE`, `no value LINE` or `not retained LINE` on
standard error. It has no limits.
"""

from __future__ import annotations

from microcrad.export.bindings import Bindings, names_in_order
from microcrad.export.c_expressions import c_format, c_number
from microcrad.export.c_lines import LineWriter
from microcrad.export.c_source import CSource, Line, runtime
from microcrad.export.c_text import Identifiers, bare, c_string, shown
from microcrad.export.draws import draws
from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.source_places import Span
from microcrad.language.statements import Program

__all__ = ["c_function", "c_program"]

_OPERATORS = {"+": "value_add", "-": "value_sub", "*": "value_mul", "/": "value_div", "**": "value_pow_value"}


def c_program(program: Program, ownership: str) -> CSource:
    """A program as a complete C file. Raises the first of the program's errors if it has any, or a
    `ProgramError` if it draws more random numbers than a table can hold."""
    if program.errors:
        raise program.errors[0]
    head = runtime().splitlines()
    body = [Line(""), *c_function(program, ownership, "int main(void)")]
    lines = [*map(Line, head), *body]
    return CSource(
        "".join(f"{line.text}\n" for line in lines),
        tuple(line.source for line in lines),
        tuple(line.spans for line in lines),
        len(head) + 2,
    )


def c_function(program: Program, ownership: str, head: str) -> list[Line]:
    """What the program does as a C function: its lines, from `head` to the closing brace."""
    return _Writer(program, ownership).function(head)


class _Writer(LineWriter):
    """Goes through a program as the interpreter does, and writes down calls instead of making them."""

    def __init__(self, program: Program, ownership: str) -> None:
        super().__init__(program, ownership)
        self.identifiers = Identifiers()
        self.names: dict[str, str] = {}
        """The program's names with their C names, in the order in which they first have a node."""
        self.left: set[str] = set()
        """The names that a call or a line has used for itself."""
        self.numbers: dict[str, str] = {}
        """The C names of the Numbers that were worked out before their use."""
        self.bindings = Bindings()

    # --- the frame ---

    def function(self, head: str) -> list[Line]:
        for name in names_in_order(self.program):
            self.names[name] = self.identifiers("v_", name)
        drawn = draws(self.program)
        self.block(self.program.statements)
        self.comments_to(len(self.source_lines))
        top = [head, "{", *(f"    Value *{name} = NULL;" for name in self.names.values())]
        if "draws[" in "".join(line.text for line in self.lines):
            numbers = [c_number(draw) for draw in drawn or [0.0]]
            top.append("    static const double draws[] = {  /* What uniform draws, between 0 and 1. */")
            top += [f"        {', '.join(numbers[at : at + 4])}," for at in range(0, len(numbers), 4)]
            top += ["    };", "    int drawn = 0;"]
        end = [""] if self.names else []
        end += [
            f"    name_show({c_string(name)}, {v});"
            for name, v in self.names.items()
            if name not in self.left or self.bindings.bound(name) is not False
        ]
        if self.auto:
            end += [
                f"    name_set(&{v}, NULL);"
                for name, v in self.names.items()
                if self.bindings.bound(name) is not False
            ]
        return [*map(Line, top), *self.lines, *map(Line, [*end, "    return program_end();", "}"])]

    # --- statements ---

    def block(self, statements: tuple[st.Statement, ...]) -> None:
        for statement in statements:
            self.comment(statement.span)
            self.place = self.span = statement.span
            self.statement(statement)
            self.span = statement.span
            if self.auto:
                for name in reversed(self.temporaries):
                    self.emit(f"value_release({name});")
            self.temporaries.clear()

    def statement(self, statement: st.Statement) -> None:
        match statement:
            case st.Assign(name, expression):
                self.assign(name, expression, statement.span)
            case st.SetField(name, field, expression):
                number = bare(self.number(expression))
                self.place = self.span = statement.span
                self.touch(f"value_set_{field}({self.known(name, statement.span)}, {number});")
            case st.Delete(name):
                self.known(name, statement.span)
                self.forget(name)
            case st.Backward(expression):
                root = self.value(expression)
                self.span = statement.span
                self.touch(f"value_backward({root});")
            case st.Print(value, text):
                self.print(value, c_string(shown(text)))
            case st.Say(parts):
                self.say(parts)
            case st.Label():
                pass  # A node has no label in C.
            case st.Let(name, number):
                self.numbers[name] = self.hoisted(bare(self.number(number)), self.emit)
                self.emit(f"(void){self.numbers[name]};")
            case st.Leave(names):
                self.left.update(names)
                for name in names:
                    if self.bindings.bound(name) is not False:
                        if not self.auto:
                            self.emit(f"(void){self.names[name]};")  # It may have been for nothing.
                        self.forget(name)
            case st.ZeroGrad(names):
                nodes = [self.value(name) for name in names]
                for node in nodes:
                    self.touch(f"value_set_grad({node}, 0.0);")
                if not names:
                    self.emit("value_zero_grad();")
            case st.Retain(name):
                call = "program_retain" if self.auto else "value_retain"
                self.touch(f"{call}({self.value(name)});")
            case st.Release(name):
                node = self.value(name)
                if self.auto:
                    self.say_line(name.span)
                self.touch(f"{'program' if self.auto else 'value'}_release({node});")
            case st.For():
                self.loop(statement)
            case st.Discard(ex.Name() as name):
                self.emit(f"(void){self.value(name)};")
            case st.Discard(expression) if self.auto:
                self.value(expression)
            case st.Discard(expression):
                self.make(f"{self.call(expression)};")

    def assign(self, name: str, expression: ex.Expression, statement: Span) -> None:
        node = self.names[name]
        plain = not self.auto or self.bindings.bound(name) is False
        if isinstance(expression, ex.Name):
            other = self.value(expression)
            self.span = statement
            if not self.auto:  # A name may be set to itself, which clang would warn of.
                self.emit(f"{node} = {other};" if node != other else f"(void){node};")
            elif plain:
                self.emit(f"{node} = value_retain({other});")
            else:
                self.emit(f"value_retain({other});")
                self.emit(f"name_set(&{node}, {other});")
        else:
            call = self.call(expression)
            if plain:
                self.make(f"{node} = {call};", self.span, statement)
            else:
                fresh = self.temporary(call)
                self.temporaries.pop()  # The name takes over its reference.
                self.emit(f"name_set(&{node}, {fresh});", statement)
        self.bindings.assign(name)

    def forget(self, name: str) -> None:
        node = self.names[name]
        self.emit(f"name_set(&{node}, NULL);" if self.auto else f"{node} = NULL;")
        self.bindings.delete(name)

    def say(self, parts: tuple[str | tuple[ex.Number, str], ...]) -> None:
        """A `print` of texts and numbers, a piece at a time: first all that may stop."""
        said = [part if isinstance(part, str) else (bare(self.number(part[0])), part[1]) for part in parts]
        self.emit('print_text("print ");')
        for part in said:
            if isinstance(part, str):
                self.emit(f"print_text({c_string(part)});")
            else:
                number, spec = part
                form, factor = c_format(spec)
                self.emit(f'print_plain("{form}", {factor}{number});')
        self.emit('print_text("\\n");')

    def print(self, value: ex.Expression | ex.Number, text: str) -> None:
        if isinstance(value, ex.Expression):
            node = self.value(value)
            self.touch(f"print_value({text}, {node});")
        else:
            number = self.number(value)
            self.emit(f"print_number({text}, {bare(number)});")

    def loop(self, loop: st.For) -> None:
        start, stop = (self.bound(bound) for bound in (loop.start, loop.stop))
        i = self.identifiers("i_", loop.variable)
        self.emit(f"for (int {i} = {start}; {i} < {stop}; {i}++) {{")
        after = self.bindings.enter(loop)
        self.indent += 1
        self.line_said = None  # A turn may follow the entry or another turn.
        self.block(loop.body)
        self.line_said = None
        self.indent -= 1
        self.bindings = after
        self.emit("}", loop.span)

    def bound(self, bound: int | str) -> str:
        return self.identifiers("i_", bound) if isinstance(bound, str) else str(bound)

    # --- expressions ---

    def known(self, name: str, span: Span) -> str:
        """A name's C variable, which is looked at first if the name may have no node here."""
        node = self.names[name]
        if self.bindings.bound(name) is not True:
            self.say_line(span)
            self.emit(f"name_needed({node});", span)
            self.bindings.assign(name)  # Or the program has stopped.
        return node

    def value(self, expression: ex.Expression) -> str:
        """The C variable that holds an expression's node, after the calls that compute it."""
        if not isinstance(expression, ex.Name):
            return self.temporary(self.call(expression))
        node = self.known(expression.name, expression.span)
        self.place = expression.span
        return node

    def call(self, expression: ex.Expression) -> str:
        """The call that makes an expression's node, after the calls that make its operands."""
        match expression:
            case ex.Lift(number, span):
                call = f"value_create({bare(self.number(number))})"
                self.span = span
                return call
            case ex.Negate(operand, span):
                call = f"value_neg({self.value(operand)})"
            case ex.Operate():
                return self.chain(expression)
            case ex.Power(base, exponent, span):
                raised = self.value(base)
                call = f"value_pow({raised}, {bare(self.number(exponent))})"
            case ex.Call(function, operand, span):
                call = f"value_{function}({self.value(operand)})"
            case ex.Name():
                raise AssertionError("a name makes no node")
        self.place = self.span = span
        return call

    def chain(self, expression: ex.Operate) -> str:
        """The call of the last operation of a sum or product, after those of the others."""
        base, operations = ex.chain(expression)
        first = self.value(base)
        for place, (symbol, _, right, span) in enumerate(operations):
            call = f"{_OPERATORS[symbol]}({first}, {self.value(right)})"
            self.place = self.span = span
            first = call if place == len(operations) - 1 else self.temporary(call)
        return first

    def number(self, number: ex.Number) -> str:
        """A C expression for a Number. What it reads and draws stands on lines of its own before it, because
        C does not say which operand comes first."""
        match number:
            case ex.Literal(value):
                return c_number(value) if str(value)[0] != "-" else f"({c_number(value)})"
            case ex.LoopVariable(name):
                return f"(double){self.identifiers('i_', name)}"
            case ex.Field(name, field, span):
                self.place = span
                return self.hoisted(f"value_{field}({self.known(name, span)})", self.touch)
            case ex.NegateNumber(operand):
                return f"(-{self.number(operand)})"
            case ex.Arithmetic():
                base, operations = ex.number_chain(number)
                written = self.number(base)
                for symbol, _, right in operations:
                    other = self.number(right)
                    if symbol == "**":
                        written = f"number_power({bare(written)}, {bare(other)})"
                    elif symbol in ex.COMPARISONS:
                        written = f"({written} {symbol} {other} ? 1.0 : 0.0)"
                    else:
                        written = f"({written} {symbol} {other})"
                return written
            case ex.Apply(function, operands):
                return self.applied(function, [bare(self.number(operand)) for operand in operands])
            case ex.Known(name):
                return self.numbers[name]
            case ex.Uniform(low, high):
                first, second = self.number(low), self.number(high)
                return self.hoisted(f"uniform({bare(first)}, {bare(second)}, draws[drawn++])", self.emit)

    def applied(self, function: str, numbers: list[str]) -> str:
        """A function of Numbers; what is worked out of constants is left to libm."""
        match function:
            case "max" | "min":
                return f"number_{function}({', '.join(numbers)})"
            case "abs":
                return f"fabs({numbers[0]})"
            case "int":
                return f"trunc({numbers[0]})"
            case "round":
                return f"number_round({', '.join(numbers)})"
            case "sqrt":
                return f"number_power({numbers[0]}, 0.5)"
            case "sigmoid":
                return f"(1.0 / (1.0 + value_forward(OP_EXP, opaque(-({numbers[0]})), 0.0, 0.0)))"
        return f"value_forward(OP_{function.upper()}, opaque({numbers[0]}), 0.0, 0.0)"
