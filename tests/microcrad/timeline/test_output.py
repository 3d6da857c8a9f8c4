"""What was printed by a moment, and the numbers that one print has printed several times."""

from __future__ import annotations

import math

import pytest
from programs import end_of, run

from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.timeline.output import PrintedCurve, curve, prints
from microcrad.timeline.telling import Telling

LOOP = """x = 4
for k in range(3):
  print("turn", k, f"{x.data:.1f}")
  print("on")
  y = x*2
  print(y)
  x.data = x.data/2
print(x.data)
print("done")
"""


def test_what_was_printed_by_a_moment_is_there_and_nothing_later() -> None:
    """A loop prints its line again and again: of the print that printed last, the numbers so far."""
    end = end_of(run(LOOP))
    printed = prints(end)
    assert [end.event(index).text for index in printed] == end.output
    assert len(printed) == 11
    assert curve(end, printed) == PrintedCurve(6, "y = 2", (8.0, 4.0, 2.0))
    at = end.moved(printed[6] + 1)
    assert prints(at) == printed[:7]
    assert curve(at, prints(at)) == PrintedCurve(3, "turn 2 1.0", (4.0, 2.0, 1.0))
    assert curve(end.moved(printed[2] + 1), printed[:3]) is None


def test_a_number_that_is_none_is_part_of_the_curve() -> None:
    """A nan that a loop prints is one of its numbers; what has never printed a number has no curve."""
    end = end_of(run("x = 0\nfor k in range(3):\n  print(log(x))\n  print('text')\n  x.data = x.data - 1\n"))
    found = curve(end, prints(end))
    assert found is not None
    assert (found.line, found.numbers[0], len(found.numbers)) == (3, -math.inf, 3)
    assert all(math.isnan(number) for number in found.numbers[1:])
    texts = end_of(run("for k in range(3):\n  print('text')\n"))
    assert curve(texts, prints(texts)) is None


def test_a_moment_has_rows_of_it_and_moves_go_from_print_to_print() -> None:
    """Each with its event's place in the view; at the ends it is said that there is no more."""
    session = Session(LOOP)
    make_move(session, "first")
    seen = []
    for _ in range(11):
        make_move(session, "next_print")
        (row,) = session.moment.printed(len(session.moment.prints) - 1, 1)
        assert row.is_current
        assert session.moment.progress[0] == row.place + 1
        seen.append((row.line, row.text))
    assert seen[:3] == [(3, "turn 0 4.0"), (4, "on"), (6, "y = 8  (grad 0)")]
    make_move(session, "next_print")
    assert session.notice == "Nothing is printed later."
    make_move(session, "previous_print")
    assert session.moment.told == "print: x.data = 0.5"
    session.veil(Telling(node="x", field="data"))
    assert session.moment.prints == []
    assert session.moment.printed_curve is None
    make_move(session, "next_print")
    assert session.notice.startswith("Answer first")


@pytest.mark.parametrize(
    "text",
    [
        'f"turn {k}: {x.data:.1f}"', 'f"{x.data:.1f} in turn {k}"', 'f"{x.data} of {8}"', '"x", x, k',
        'k, x.data, "grad", x.grad',
    ],
)  # fmt: skip
def test_the_number_that_is_drawn_is_of_data(text: str) -> None:
    """A count, a number as written and a grad stand beside it, wherever in the text."""
    end = end_of(run(f"x = 4\nfor k in range(3):\n  x.data = x.data/2\n  print({text})\n"))
    found = curve(end, prints(end))
    assert found is not None
    assert found.numbers == (2.0, 1.0, 0.5)


def test_a_loop_whose_turns_differ_has_one_curve_too() -> None:
    """As one in which a list grows, where each turn is lowered by itself."""
    end = end_of(run("x = 4\nh = []\nfor k in range(3):\n  h.append(x.data)\n  print(k, x.data*k)\n"))
    assert len({end.log.spans_at[index] for index in prints(end)}) == 3
    found = curve(end, prints(end))
    assert found is not None
    assert found.numbers == (0.0, 4.0, 8.0)
