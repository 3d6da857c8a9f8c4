"""A list that changes while a loop goes over it, or a function is given it: as in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from changing_lists import changing_lists
from samples import share

from microcrad import Value
from microcrad.language.parser import parse
from microcrad.run.result import run_program

GIVEN = (
    "rows = [[Value(1), Value(2)], [Value(3), Value(4)]]\nw = [Value(10), Value(20), Value(30)]\n"
    "def put(r, x):\n    r[1] = x\n    return r[0]\n"
)


def python_prints(text: str) -> list[float]:
    """What Python prints, with the library's nodes."""
    printed: list[float] = []
    said: Callable[[float], None] = printed.append
    exec(text, {"Value": Value, "print": said})
    return printed


def prints(text: str) -> list[float]:
    """What the program prints in a run; it ends without an error."""
    run = run_program(text)
    assert run.errors == (), text
    return [float(line.rpartition(" = ")[2]) for line in run.end.output]


@pytest.mark.parametrize(
    "lines",
    [
        "for row in rows:\n    rows[1] = rows[0]\n    print(row[0].data)",
        "for row in rows:\n    rows[0] = rows[1]\n    print(row[0].data)\nprint(rows[0][0].data)",
        "for row in rows:\n    rows[1] = [row[1], row[0]]\n    print(row[0].data)",
        "for i, r in enumerate(rows):\n    rows[i] = [a*2 for a in r]\n    r[0] = w[0]\n    print(r[0].data)",
        "for row in rows:\n    for e in row:\n        row[1] = e + 1\n        print(e.data)",
        "for row in rows[::-1]:\n    rows[0] = row\n    row[0] = row[1] + 1\n    print(rows[0][0].data)",
        "for row in rows:\n    rows = [rows[1], rows[0]]\n    print(row[0].data)\nprint(rows[0][0].data)",
        "for x in w:\n    for y in w:\n        w[0] = x + y\n    print(x.data)",
        "for x, y in zip(w, w[::-1]):\n    w[0] = y\n    w[2] = x\n    print(x.data)\n    print(y.data)",
        "for x in w:\n    put(w, x)\n    print(x.data)",
        "for row in rows:\n    put(rows, rows[0])\n    print(row[0].data)",
        "for row in rows:\n    y = put(row, w[0])\n    print(row[1].data)\n    print(y.data)",
        "v = w\nfor x in w:\n    v[2] = x + 10\n    print(x.data)",
        "all = [rows]\nfor row in rows:\n    all[0][1] = row\n    print(row[0].data)",
        "for x in w:\n    for k in range(3):\n        w[0] = w[0] + x\n    print(x.data)",
        "for p in [[w[0], w[1]], [w[1], w[0]]]:\n    w[0] = p[0]*2\n    w[1] = p[1]*2\n    print(p[0].data)",
        "ys = [put([x, x], w[1]) + put(w, x) for x in w]\nfor y in ys:\n    print(y.data)",
        "for x in reversed(w):\n    w[0] = x*2\n    print(x.data)",
        "for x in w[:1]:\n    del w\n    print(x.data)",
        "w[0], w[1] = w[1], w[0]\nprint(w[0].data)\nprint(w[1].data)",
        "rows.append((w[0], w[1]))\nrows += [[w[2]]]\nfor row in rows:\n    print(row[0].data)",
        "r = rows\nr[0], r[1] = r[1], r[0]\nr[0][0] = w[0]\nprint(rows[0][0].data)\nprint(rows[1][0].data)",
        "a, b = w[0], w[1]\na, b = b, a + b\nprint(a.data)\nprint(b.data)",
        "(a, b), c = rows\nc[0], b = b, c[0]\nprint(a.data)\nprint(b.data)\nprint(rows[1][0].data)",
        "for k in range(3):\n    w[0], w[1] = w[1], w[0] + w[1]\n    print(w[0].data)",
    ],
)  # fmt: skip
def test_it_means_what_python_means(lines: str) -> None:
    assert prints(GIVEN + lines) == python_prints(GIVEN + lines)


def test_random_programs_print_what_python_prints() -> None:
    for seed in range(share(1000)):
        text = changing_lists(seed)
        assert prints(text) == pytest.approx(python_prints(text)), text


def test_random_programs_whose_lists_grow_print_what_python_prints() -> None:
    ended = 0
    for seed in range(share(400)):
        text = changing_lists(seed, grows=True)
        if (error := next(iter(parse(text).errors), None)) is not None:  # A list that grows without end.
            assert "would never end" in error.message or "more than 30,000 lines" in error.message, text
            continue
        ended += 1
        assert prints(text) == pytest.approx(python_prints(text)), text
    assert ended > share(400) / 2


def test_names_that_only_a_swap_needs_are_gone_after_it() -> None:
    end = run_program(GIVEN + "rows[0], rows[1] = rows[1], rows[0]\nw[0], w[2] = w[2], w[0]").end
    names = {"w[0]", "w[1]", "w[2]", "rows[0][0]", "rows[0][1]", "rows[1][0]", "rows[1][1]"}
    assert set(end.names) == names


@pytest.mark.parametrize(
    "line", ["del w[0]", "w.pop()", "w.insert(0, x)", "del rows[0][0]", "w.sort()", "w.reverse()"]
)
def test_no_list_gets_shorter_or_another_order(line: str) -> None:
    (error,) = parse(f"{GIVEN}for x in w:\n    {line}\n    y = x*w[0]\n").errors
    assert "Lists here only grow at their end, and " in error.message
    assert " has 3 elements" in error.message or "rows[0] has 2 elements" in error.message


@pytest.mark.parametrize(
    ("line", "over"), [("w.append(x)", "w"), ("w += [x]", "w"), ("v.extend([x])", "v"), ("put(w)", "r")]
)
def test_no_list_grows_while_a_loop_goes_over_it(line: str, over: str) -> None:
    text = f"{GIVEN}v = w\ndef put(r):\n    r.append(1)\nfor x in w:\n    {line}\n    y = x*w[0]\n"
    (error,) = parse(text).errors
    assert error.message.startswith(f"A loop goes over {over}, and would never end if it grew")
    assert f"{over}[:]" in error.hint


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a, b = w", "2 names are given 3 things."),
        ("a, b = 1, 2, 3", "2 names are given 3 things."),
        ("(a, b), c = w[0], w[1]", "Several names are given one number here."),
        ("a, b = w[0]", "A list is wanted here, and w[0] is a node."),
        ("a, *b = w[:2]", "This is not part of the language."),
    ],
)
def test_names_that_are_given_too_much_or_too_little(line: str, message: str) -> None:
    assert [error.message for error in parse(GIVEN + line).errors] == [message]


@pytest.mark.parametrize(
    "lines",
    [
        "for row in rows[::-1]:\n    rows = [rows[1], rows[0]]\n    print(row[0].data)",
        "for row in rows:\n    rows[0], rows[1] = rows[1], rows[0]\n    rows[1] = [row[1], row[0]]",
        "for k in range(3):\n    rows = [rows[1], rows[0]]\n    for p in [rows[1], rows[0]]:\n"
        "        rows[0] = [w[0], p[0]]",
    ],
)
def test_after_a_loop_lists_are_called_by_their_places(lines: str) -> None:
    """Not by a number that they had while another list had the name."""
    end = run_program(GIVEN + lines).end
    expected: dict[str, Any] = {"Value": Value, "print": lambda _: None}
    exec(GIVEN + lines, expected)
    for place, row in enumerate(expected["rows"]):
        names = [f"rows[{place}][{i}]" for i in range(len(row))]
        assert [end.row(end.names[name]).data for name in names] == [each.data for each in row]
    assert not [name for name in end.names if "#" in name]


def test_a_list_that_doubles_at_each_turn_is_refused_before_long() -> None:
    """Each element costs as much as the one before: a list of thousands is no matter of minutes."""
    (error,) = parse("h = [Value(1)]\nfor k in range(30):\n    h += h\n").errors
    assert "more than 30,000 lines" in error.message
    assert parse("h = []\nfor k in range(5_000):\n    h.append(k)\n").errors == ()
