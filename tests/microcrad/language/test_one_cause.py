"""One cause, one note: what is said of the lines after one with an error is true of them."""

from __future__ import annotations

import ast
import re

import pytest
from refused_texts import rejected
from samples import spread

from microcrad.language.lower import loops
from microcrad.language.parser import parse
from microcrad.language.statements import RESERVED
from microcrad.reference.entries import rows

GIVEN = "a = 2\nw = [1, 2, 3]\nx = [4, 5, 6]\nnet = MLP(2, [2, 1])\n"
MORE = [
    "p, q = w", "p, q = q0, w", "w[0], p = 1, $", "p, (q, r) = 1, 2, 3", "p = q = r = 1", "p = q = [1, 2",
    "with no_grad(): p = 1", "with no_grad() as p: q = 1", "import os as p", "from os import path as p, sep",
    "while a: p = 1", "if a: p = [1]", "try: p = 1\nexcept: q = 2", "for p in foo(a): q = p*2; r = [q]",
    "for i in range(2): p = [zz, 1]", "class p: q = 1", "p = {1: 2}", "p = open('x')", "p: int = 3",
    "a = [1, 2", "a = w[7]", "a = MLP(2)", "w = a.foo(2)", "w, a = a, w, a", "p = load('nowhere.json')",
    "def p(x): return $", "def p(x): return zz", "p = lambda z: z", "p, q = [zz, 1]", "w += [1]", "p = w +",
]  # fmt: skip
USES = (
    "u = {0} + 1", "u = {0}[0]", "u = {0}[0][0]", "u = {0}(1)", "u = {0}([1, 2])", "print({0}.data)",
    "backward({0})", "for u in {0}: v = u", "u = sum({0})", "u = {0}.parameters()", "u = len({0})",
    "{0} = {0}*2", "u = [e*2 for e in {0}]", "{0}[0] = 3", "u = -{0}",
)  # fmt: skip


def given_a_value(text: str) -> set[str]:
    """The names that a text would give a value, by Python's grammar, or by the look of it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        names = set(re.findall(r"(?:^|\n)\s*(\w+)\s*=(?!=)", text))
    else:
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        names |= {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        names |= {n.asname for n in ast.walk(tree) if isinstance(n, ast.alias) and n.asname}
    return {
        name for name in names if name.isidentifier() and name.isascii() and name not in RESERVED | {"True"}
    }


def loops_variable(text: str, name: str) -> bool:
    """Whether a name is only a loop's, and means nothing after it."""
    return bool(re.search(rf"\bfor\b[^:]*\b{name}\b[^:]*\bin\b", text))


def cases() -> list[str]:
    """Lines that are refused."""
    texts = [*MORE, *(row["tried"] for row in rows("habits")), *rejected()]
    texts = [text for text in texts if parse(GIVEN + text).errors and given_a_value(text)]
    return list(dict.fromkeys(text for text in texts if not text.startswith(" ") and ";" not in text))


@pytest.mark.parametrize("text", spread(len(MORE), cases()))
def test_nothing_untrue_is_said_of_what_a_refused_line_names(text: str) -> None:
    lines = len((GIVEN + text).split("\n"))
    for name in sorted(given_a_value(text)):
        for use in USES if not loops_variable(text, name) else ():
            late = [
                each for each in parse(f"{GIVEN}{text}\n{use.format(name)}\n").errors if each.line > lines
            ]
            assert late == [], (use.format(name), [f"{each.message} {each.hint}" for each in late])


def test_an_unknown_name_is_told_all_the_same() -> None:
    errors = parse("a = $\nb = a*zz + 1\nc = [a, yy]\nd = [k*a for k in [a]]\n").errors
    assert [(each.line, each.message) for each in errors[1:]] == [
        (2, "zz has no value yet."), (3, "yy has no value yet."),
    ]  # fmt: skip


def test_what_is_wrong_in_a_function_comes_after_what_is_wrong_before_its_call() -> None:
    text = "def f(x):\n    return x*zz\na = 2\na.foo = 3\nb = f(a)\n"
    assert [error.line for error in parse(text).errors] == [4, 2]


def test_of_what_a_function_with_an_error_gives_nothing_is_said() -> None:
    (error,) = parse("def f(x):\n    return [x for y in foo(x)]\nfor b in f(2):\n    b*2\n").errors
    assert error.message.startswith("There is no function foo (in f, called on line 3)")


def test_a_list_that_has_no_value_is_told_by_its_name() -> None:
    (error,) = parse("a = 2\nlosses.append(a)\n").errors
    assert (error.message, error.hint) == ("losses has no value yet.", "Write losses = [] on a line above.")


def test_a_loop_of_too_many_lines_is_the_outermost_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "MAX_UNROLLED", 3_000)  # Which is reached sooner.
    text = "x = 1\nw = [x]\nfor k in range(300):\n    v = []\n    for i in range(40):\n        v.append(x)\n"
    (error,) = parse(text).errors
    assert (error.line, error.message) == (
        3, "This loop would be more than 3,000 lines: each turn is written out.",
    )  # fmt: skip
    fewer = re.search(r"at most (\d+) times", error.hint)
    assert fewer is not None
    assert parse(text.replace("300", fewer[1])).errors == ()


def test_a_line_that_cannot_be_read_takes_no_name_from_a_loop_above_it() -> None:
    text = (
        "w = [1, 2]\nfor k in range(2):\n    for p in w:\n        p.data -= 1\n"
        "    c = [p.data > 1) for p in w]\n    w += w\n"
    )
    assert [error.line for error in parse(text).errors] == [5]


def test_what_a_function_gives_of_a_name_with_an_error_is_not_judged() -> None:
    text = (
        "y = foo(1)\ndef f():\n    s = [a*2 for a in y]\n    return s, s[0]\n"
        "p, q = f()\nfor a in f():\n    a*2\n"
    )
    assert [error.line for error in parse(text).errors] == [1]
