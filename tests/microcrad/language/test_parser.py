"""Reading programs: what is accepted, as what, and where it stands."""

from __future__ import annotations

import math

import pytest

from microcrad.errors import ProgramError
from microcrad.language.core_expressions import (
    Arithmetic,
    Call,
    Field,
    Lift,
    Literal,
    LoopVariable,
    Name,
    Negate,
    NegateNumber,
    Operate,
    Power,
    Uniform,
)
from microcrad.language.lower.spans import MAX_NESTING
from microcrad.language.parser import MAX_CHARACTERS, parse
from microcrad.language.source_places import Span
from microcrad.language.statements import (
    RESERVED,
    Assign,
    Backward,
    Delete,
    Discard,
    For,
    Print,
    Release,
    Retain,
    SetField,
    Statement,
    ZeroGrad,
)

STATEMENTS = [
    ("b = a", Assign),
    ("b += a", Assign),
    ("b -= a", Assign),
    ("b *= 2", Assign),
    ("b /= a", Assign),
    ("b **= 3", Assign),
    ("a.data = 3", SetField),
    ("a.grad = 0", SetField),
    ("a.data -= 0.1 * a.grad", SetField),
    ("del a", Delete),
    ("backward(a)", Backward),
    ("backward(a*b)", Backward),
    ("a.backward()", Backward),
    ("print(a)", Print),
    ("print(a.grad + 1)", Print),
    ("zero_grad()", ZeroGrad),
    ("zero_grad(a, b)", ZeroGrad),
    ("retain(a)", Retain),
    ("release(a)", Release),
    ("a*b", Discard),
    ("a", Discard),
    ("2", Discard),
    ("for i in range(3):\n    a*i", For),
    ("for i in range(-1, 3): a*i", For),
]

EXPRESSIONS = [
    ("2", Lift),
    ("-2", Lift),
    ("1e3 * -0.5", Lift),
    ("a.data", Lift),
    ("a.grad - 1", Lift),
    ("uniform(-1, 1)", Lift),
    ("2 ** a.data", Lift),
    ("-(1 + uniform(0, 1))", Lift),
    ("a", Name),
    ("+a", Name),
    ("(a)", Name),
    ("-a", Negate),
    ("a + 2", Operate),
    ("2 - a", Operate),
    ("a.data * b", Operate),
    ("a / b", Operate),
    ("2 ** a", Operate),
    ("a ** b", Operate),
    ("a ** 2", Power),
    ("a ** -0.5", Power),
    ("a ** b.data", Power),
    ("tanh(a)", Call),
    ("tanh(2)", Call),
    ("a.relu()", Call),
    ("(a*b).exp()", Call),
]


def only(text: str) -> Statement:
    """The last statement of a text without errors, after two names to use."""
    program = parse(f"a = 1\nb = 2\n{text}")
    assert program.errors == ()
    return program.statements[-1]


def error(text: str) -> ProgramError:
    """The one error of a text."""
    (found,) = parse(text).errors
    return found


@pytest.mark.parametrize(("text", "form"), STATEMENTS)
def test_statements(text: str, form: type) -> None:
    """Every statement form is read as what it is."""
    assert type(only(text)) is form


@pytest.mark.parametrize(("text", "form"), EXPRESSIONS)
def test_numbers_and_values(text: str, form: type) -> None:
    """By its form alone, an expression is a Number, lifted into one leaf, or a Value."""
    statement = only(f"c = {text}")
    assert isinstance(statement, Assign)
    assert type(statement.value) is form


@pytest.mark.parametrize(
    "text", ["a", "a + 1", "tanh(a)", "-a", "a.tanh()", "2 ** a", "uniform(a, 1)", "a * b.data"]
)
def test_a_value_where_a_number_is_needed_is_an_error(text: str) -> None:
    """It suggests `.data`."""
    found = error(f"a = Value(1)\nb = 2\nb.data = {text}")
    assert "plain number is needed" in found.message
    assert ".data" in found.hint


def test_numbers() -> None:
    """Literals carry their sign; loop variables, fields, draws and arithmetic stay as written."""

    def number(text: str) -> object:
        statement = only(f"for i in range(2): a.data = {text}")
        assert isinstance(statement, For)
        assert isinstance(statement.body[0], SetField)
        return statement.body[0].value

    assert number("--2") == Literal(2.0)
    assert number("1e400") == Literal(math.inf)
    assert number("0x" + "f" * 9000) == Literal(math.inf)
    assert number("i") == LoopVariable("i")
    assert number("-i") == NegateNumber(LoopVariable("i"))
    assert number("i * 2 + 1") == Arithmetic(
        "+", Arithmetic("*", LoopVariable("i"), Literal(2.0)), Literal(1.0)
    )
    assert number("uniform(-1, i)") == Uniform(Literal(-1.0), LoopVariable("i"))
    field = number("b.grad")
    assert isinstance(field, Field)
    assert (field.name, field.field) == ("b", "grad")


def test_operands_keep_their_order() -> None:
    """Slots are as written, and an augmented assignment puts the name first."""
    for text in ("c = a - b", "a -= b"):
        statement = only(text)
        assert isinstance(statement, Assign)
        assert isinstance(statement.value, Operate)
        assert (statement.value.operator, statement.value.left.name, statement.value.right.name) == (
            "-",
            "a",
            "b",
        )


def test_spans_count_characters() -> None:
    """Not bytes, however wide the characters are."""
    program = parse("größe = 2\nñ = größe*größe + 1")
    assert program.errors == ()
    statement = program.statements[1]
    assert isinstance(statement, Assign)
    assert statement.span == Span(2, 1, 2, 20)
    assert isinstance(statement.value, Operate)
    assert statement.value.left.span == Span(2, 5, 2, 16)
    assert program.source(statement.value.left.span) == "größe*größe"
    found = error("größe = 2\nñ = größe*grösse")
    assert (found.line, found.column, found.end_column) == (2, 11, 17)
    assert found.hint == "Did you mean größe (line 1)?"


def test_source_is_one_line_without_comments() -> None:
    """A formula over several lines reads as one."""
    statement = only("c = (a +   # first\n     b)")
    assert isinstance(statement, Assign)
    program = parse("a = 1\nb = 2\nc = (a +   # first\n     b)")
    assert program.source(program.statements[-1].span) == "c = (a + b)"


@pytest.mark.parametrize("between", [" + ", " +     ", " +\n  "])
def test_the_text_of_a_long_expression_is_its_beginning(between: str) -> None:
    """Of a chain of thousands, each link has a text: together they would be as long as its square."""
    for count, whole in ((250, True), (5000, False)):
        program = parse(f"a = 1\nb = ({between.join('a' * count)})")
        found = program.source(program.statements[-1].span)
        assert (f"b = ({' + '.join('a' * count)})").startswith(found.removesuffix("…"))
        assert (found.endswith("a)"), found.endswith("…"), len(found) < 1500) == (whole, not whole, True)


def test_print_keeps_what_was_written() -> None:
    """The text printed before the number is the program's own."""
    for text in ("a  +  b", "1e400", "(a)*2"):
        statement = only(f"print({text})")
        assert isinstance(statement, Print)
        assert statement.text.strip("()") == " ".join(text.split()).strip("()")


def test_several_errors_at_once() -> None:
    """One bad line hides neither the next nor an unreadable one, nor does it make its name unknown."""
    program = parse(
        "a = $\nb = a*zz\nfor i in range(2):\n    c = b^2\n    d = i + yy\ne = 1 +\nf = c*e + xx\n"
    )
    assert [error.line for error in program.errors] == [1, 2, 4, 5, 6, 7]
    assert program.statements == ()
    assert ["zz" in program.errors[1].message, "xx" in program.errors[5].message] == [True, True]


def test_an_unreadable_line_inside_a_longer_statement_is_one_error() -> None:
    """What is left of the statement without that line is not judged."""
    assert error("x = (1 +\n 2) y\nz = 3").line == 2
    assert error("x = 1 \\\n + $ \\\n + 2").line == 2


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("weight = 1\nb = wieght*2", "Did you mean weight (line 1)?"),
        ("a = 1\nb = tahn(a)", "Did you mean tanh?"),
        ("a = 1\nbackwards(a)", "Did you mean backward?"),
        ("a = 1\nb = a^2", "Write x**2."),
        ("a = 1\nb = a × 2", "Write *."),
        ("a = 1\nb = 2a", "A name starts with a letter; 2*x needs its *."),
        ("a = 1\na.release()", "Write release(a)."),
        ("print 1", "Write print(a)."),
        ("a = 1\nb = tanh(a)\nfor i in range(b):\n  b*i", "Write range(10)."),
        ("for i in range(2)\n  i", "Write for i in range(10):"),
        ("retain(2*3)", "Write retain(a)."),
        ("a = 1\xa0+ 2", "Write a space."),
        ("q = 5", ""),
    ],
)
def test_suggestions(text: str, hint: str) -> None:
    """An error that can tell what was meant says it."""
    errors = parse(text).errors
    assert [error.hint for error in errors] == ([hint] if hint else [])


def test_advice_to_programmers_is_not_shown() -> None:
    """What the parser underneath merely warns of neither appears nor gets in the way of our own message."""
    assert "qq has no value yet" in error("x = 1if qq else 3").message
    assert "There is no text" in error("x = '\\d'").message


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_the_words_of_the_language_cannot_be_assigned(name: str) -> None:
    """Nor be a loop's variable, nor stand alone as a value."""
    assert name in error(f"{name} = 1").message
    assert name in error(f"for {name} in range(2):\n    2").message
    assert name in error(f"b = {name}").message


def test_loop_variables_are_local_and_fixed() -> None:
    """They cannot be assigned, and what they meant before is nothing after the loop."""
    assert "loop around this line" in error("for i in range(2):\n    i = 3").message
    assert "loop around this line" in error("for i in range(2):\n  for i in range(2):\n    2*i").message
    assert "nothing after it" in error("for i in range(2):\n    a = i\nb = i").message
    assert "on line 2, and nothing after" in error("i = 1\nfor i in range(2):\n    2*i\nb = i").message
    inner = only("for i in range(3):\n  for j in range(i, 3):\n    a*j")
    assert isinstance(inner, For)
    assert isinstance(inner.body[0], For)
    assert (inner.body[0].start, inner.body[0].stop) == ("i", 3)


def test_settings() -> None:
    """Ownership and seed stand in the leading comment lines and nowhere else."""
    program = parse("# a title\n# ownership: manual\n#seed:42\na = 1")
    assert (program.ownership, program.seed) == ("manual", 42)
    program = parse("a = 1\n# ownership: manual\n# seed: 42")
    assert (program.ownership, program.seed) == ("auto", 1337)
    assert error("# ownership: mine").message == "ownership is auto or manual, not 'mine'."
    assert error("# seed: 1.5").message == "seed is a whole number, not '1.5'."


def test_bounds() -> None:
    """What is just within a limit is read; just beyond it, the error says the limit."""
    assert parse("a = 1\n" + "#" * (MAX_CHARACTERS - 6)).errors == ()
    assert f"{MAX_CHARACTERS:,}" in error("a = 1\n" + "#" * (MAX_CHARACTERS - 5)).message
    fits = MAX_NESTING
    assert parse("a = 1\n" + "tanh(" * fits + "a" + ")" * fits).errors == ()
    assert str(MAX_NESTING) in error("a = 1\n" + "tanh(" * (fits + 1) + "a" + ")" * (fits + 1)).message
    assert "1,000,000,000" in error("for i in range(1000000001):\n    2").message
    assert "10 deep" in error("\n".join(" " * n + f"for i{n} in range(2):" for n in range(11)) + " 2").message


def test_line_ends_of_all_systems() -> None:
    """The same program, wherever the text was written."""
    texts = ["a = 1\nb = a*2\n", "a = 1\r\nb = a*2\r\n", "a = 1\rb = a*2\r"]
    assert len({parse(text) for text in texts}) == 1
