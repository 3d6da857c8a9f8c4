"""Whatever a text holds, reading it gives errors in this language's terms, at places inside the text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refused_texts import rejected
from samples import share

from microcrad.language.parser import parse
from microcrad.language.statements import Program

FOREIGN = re.compile(
    r"invalid|python|syntax|\w+Error|traceback|token|identifier|statement|\btuple|\bdict|\bobject"
    r"|\battribute|\bstring|parenthes|lambda|f-string|walrus|codec|utf|unicode|\bEOF\b|\bNone\b has|<unknown>"
    r"|AST|\boops|keyword|expected an|literal",
    re.IGNORECASE,
)
"""Words that this language's errors never need."""


def check_places(program: Program) -> None:
    """Every error's line and columns point inside the text, or just behind a line's last character."""
    lines = program.text.split("\n")
    for error in program.errors:
        assert 1 <= error.line <= len(lines)
        length = len(lines[error.line - 1])
        assert 1 <= error.column <= length + 1
        assert error.column < error.end_column <= max(length + 1, error.column + 1)
        assert error.message[-1:] in (".", ":")


def check_words(program: Program) -> None:
    """Errors speak of this language only. Names that the text holds may be quoted."""
    for error in program.errors:
        said = f"{error.message} {error.hint}"
        for word in re.findall(r"\w+", program.text + " " + unicodedata.normalize("NFKC", program.text)):
            said = re.sub(rf"\b{re.escape(word)}\b", "", said)
        assert not FOREIGN.search(said), (program.text, said)


@pytest.mark.parametrize("text", rejected())
def test_rejections(text: str) -> None:
    """Each is an error, at a place inside the text, in this language's terms."""
    program = parse(f"a = 1\n{text}\n")
    assert program.errors
    assert program.statements == ()
    assert all(error.line >= 2 for error in program.errors)
    check_places(program)
    check_words(program)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\n  b = 2", "This line is indented, but stands in no loop."),
        ("for i in range(2):\n    a = i\nb = 1\n  c = 2", "This line is indented, but stands in no loop."),
        ("for i in range(2):\n    a = 1\n  # so\n\n       b = 2", "This line is indented more than line 2."),
        ("def f(x):\n  y = x\n    return y", "This line is indented more than line 2."),
    ],
)
def test_indented_too_far(text: str, said: str) -> None:
    """In a loop or a function there is a line to go by; elsewhere no line is indented."""
    assert [error.message for error in parse(text).errors] == [said]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def f(x):\n    y = x\n  return y", 2),
        ("for i in range(2):\n    a = 1\n    # so\n\n  b = 2", 2),
        ("def f(x):\n  y = x\n  for i in range(2):\n      y = y*x\n    z = y\n  return y", 4),
        ("def f(x):\n    for i in range(2):\n        y = x\n  return x", 2),
    ],
)
def test_indented_too_little(text: str, line: int) -> None:
    """The line to go by is named, in a function as in a loop, and doing so mends it."""
    (error,) = parse(text).errors
    assert error.message == "This line's indent fits no line above."
    assert error.hint == f"Line it up with line {line}."
    lines = text.split("\n")
    wanted = lines[line - 1][: -len(lines[line - 1].lstrip())]
    lines[error.line - 1] = wanted + lines[error.line - 1].lstrip()
    assert not any("indent" in error.message for error in parse("\n".join(lines)).errors)


DEEP = {
    "parentheses": lambda n: "x = " + "(" * n + "1" + ")" * n,
    "open brackets": lambda n: "[({" * n,
    "closed brackets": lambda n: "x = 1" + ")" * n,
    "minus": lambda n: "x = " + "-" * n + "1",
    "powers": lambda n: "x = " + "9**" * n + "9",
    "powers of a name": lambda n: "a = 1\nx = " + "a**" * n + "a",
    "not": lambda n: "x = " + "not " * n + "1",
    "sums in brackets": lambda n: "a = 1\nx = " + "(a+" * n + "a" + ")" * n,
    "sums on the right": lambda n: "a = 1\nx = " + "a+-" * n + "a" + "*(a-" * n,
    "printed powers": lambda n: "print(" + "2**" * n + "2)",
    "retained sums": lambda n: "a = 1\n(" + "a+" * n + "a).retain()",
    "calls": lambda n: "a = 1\nx = " + "tanh(" * n + "a" + ")" * n,
    "methods": lambda n: "a = 1\nx = a" + ".tanh()" * n,
    "fields": lambda n: "a = 1\nx = a" + ".data" * n,
    "indices": lambda n: "a = 1\nx = a" + "[0]" * n,
    "choices": lambda n: "x = " + "1 if 0 else " * n + "1",
    "functions": lambda n: "x = " + "lambda: " * n + "1",
    "loops": lambda n: "\n".join(" " * i + f"for i{i} in range(2):" for i in range(min(n, 300))),
    "comparisons": lambda n: "x = 1" + " < 1" * n,
    "texts": lambda n: "x = " + "f'{" * n,
}


@pytest.mark.parametrize(("opening", "closing"), [("tanh(", ")"), ("-", ""), ("a**", ""), ("(a+", ")")])
def test_a_hundred_operations_are_read_and_more_are_too_many(opening: str, closing: str) -> None:
    for count, good in ((99, True), (100, True), (101, False)):
        program = parse("a = 1\nx = " + opening * count + "a" + closing * count)
        assert (program.errors == ()) == good, (count, program.errors)
        assert good or program.errors[0].message == "This line is more than 100 operations deep."


@pytest.mark.parametrize("size", [150, 2000, pytest.param(70_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("text", ["a = 1\nx = {}a", "a = 1\nprint({}a)", "print({}2)", "a = 1\n({}a).tanh()"])
def test_sums_and_products_of_any_length(text: str, size: int) -> None:
    """They are read from left to right, one operation after the other; only brackets go deeper."""
    for link in ("2+", "2*"):
        assert parse(text.format(link * size)).errors == ()
    found = parse(f"a = 1\nx = a{' + a' * size} + b\n").errors
    assert [(error.line, error.column) for error in found] == [(2, 9 + 4 * size)]


SIZES = [150, *(pytest.param(size, marks=pytest.mark.slow) for size in (400, 1100, 2500, 10_000))]


@pytest.mark.parametrize("size", [*SIZES, pytest.param(100_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("shape", DEEP)
def test_deep_texts(shape: str, size: int) -> None:
    """However deep a text nests, it is an error like any other."""
    program = parse(DEEP[shape](size))
    assert program.errors
    check_places(program)
    check_words(program)


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("x = " + "9" * 5000, 1),
        ("print(0x" + "f" * 20_000 + ")", 0),
        ("print('" + "f" * 20_000 + "')", 0),
        ("for i in range(0x" + "f" * 9000 + "):\n    2", 1),
        ("x" * 1_000_000, 1),
        ("\n" * 400_000, 1),
        ("x = 9**9**9**9", 0),
        ("x = $\n" * 1000, 20),
        ("\u202e" * 1000, 1),
        ("x = '" + "a" * 50_000, 1),
        ("x = 1\n" * 10_000, 0),
    ],
)
def test_large_texts(text: str, errors: int) -> None:
    """Size alone is no exception either, and at most twenty errors are told."""
    program = parse(text)
    assert len(program.errors) == errors
    check_places(program)


def test_hostile_names_are_quoted_and_never_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a text reaches what could run it."""
    for name in ("eval", "exec", "compile_command", "__import__"):
        monkeypatch.setattr(f"builtins.{name}", lambda *_, **__: pytest.fail("a text was run"), raising=False)
    for text in ("__import__('os')", "eval('1')", "().__class__", "a.__init__.__globals__", "f'{exec(1)}'"):
        assert parse(text).errors


WORDS = """\
a b é 𝛂 x1 tanh relu sqrt backward print zero_grad retain release uniform range for in i del pass if else while def
class import lambda and not is None True f'{a}' 'a' \""" 1 2.5 1e3 1e999 0x1f 1j 012 . .data .grad .tanh() .__class__
+ - * / ** // % @ ^ ~ << = == += := -> ( ) [ ] { } , : ; # \\ ! $ ? × − ²
"""  # noqa: E501
SPACES = [
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n    ",
    "\n\t",
    "\r\n",
    "\x0c",
    "\u2028",
    "\u202e",
    "\xa0",
    "for i in range(2):\n    ",
]
FRAGMENTS = st.sampled_from([*WORDS.split(), *SPACES])
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Nd", "Sm", "Lo"]), max_size=30),
    st.lists(FRAGMENTS, max_size=40).map("".join),
    st.lists(FRAGMENTS, max_size=40).map(" ".join),
    st.lists(st.sampled_from([*rejected(), "a = 1", "b = a*2", "backward(a)"]), max_size=6).map("\n".join),
)


@settings(max_examples=share(1500))
@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    """`parse` never raises, never warns, and its errors stand inside the text and speak its language."""
    program = parse(text)
    check_places(program)
    check_words(program)
    assert not (program.errors and program.statements)
    for statement in program.statements:
        assert 1 <= statement.span.line <= statement.span.end_line <= len(program.text.split("\n"))
