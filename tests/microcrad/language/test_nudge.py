"""A number nudged where it stands."""

from __future__ import annotations

import pytest

from microcrad.language.nudge import NudgeTrail, nudged


def line_after(line: str, column: int, steps: int) -> str | None:
    """A line with the number at a column nudged."""
    change = nudged(line, column, steps)
    return None if change is None else line[: change.start] + change.text + line[change.end :]


@pytest.mark.parametrize(
    ("line", "column", "up", "down"),
    [
        ("x = 2", 4, "x = 2.1", "x = 1.9"),
        ("x = 2", 5, "x = 2.1", "x = 1.9"),
        ("w = -3", 5, "w = -2.9", "w = -3.1"),
        ("w = -3", 4, "w = -2.9", "w = -3.1"),
        ("w = -0.1", 5, "w = -0.09", "w = -0.11"),
        ("b = 0", 4, "b = 0.1", "b = -0.1"),
        ("b = 25", 4, "b = 26", "b = 24"),
        ("b = 0.05", 6, "b = 0.051", "b = 0.049"),
        ("b = 0.3", 6, "b = 0.31", "b = 0.29"),
        ("b = 1e-20", 6, "b = 1.1e-20", "b = 9e-21"),
        ("b = 6e22", 6, "b = 6.1e+22", "b = 5.9e+22"),
        ("y = a - 3", 8, "y = a - 3.1", "y = a - 2.9"),
        ("y = a - 0", 8, "y = a - 0.1", "y = a - (-0.1)"),
        ("y = a - (-0.1)", 10, "y = a - (-0.09)", "y = a - (-0.11)"),
        ("y = -3**2", 5, "y = -3.1**2", "y = -2.9**2"),
        ("y = 0**2", 4, "y = 0.1**2", "y = (-0.1)**2"),
        ("y = x**2", 7, "y = x**3", "y = x**1"),
        ("y = x**0.5", 8, "y = x**0.51", "y = x**0.49"),
        ("for k in range(10):", 16, "for k in range(11):", "for k in range(9):"),
        ("for k in range(0):", 15, "for k in range(1):", "for k in range(0):"),
        ("y = w[1]*2", 6, "y = w[2]*2", "y = w[0]*2"),
        ("y = w[1]*2", 9, "y = w[1]*2.1", "y = w[1]*1.9"),
        ("w = [1, 2]", 8, "w = [1, 2.1]", "w = [1, 1.9]"),
        ("net = MLP(2, [16, 1])", 15, "net = MLP(2, [17, 1])", "net = MLP(2, [15, 1])"),
        ("x = 1_000", 6, "x = 1100", "x = 900"),
        ("x = -0x10*a", 6, "x = -15*a", "x = -17*a"),
        ("x = 0b11", 4, "x = 3.1", "x = 2.9"),
        ("x = 1_0.5_0e0_1", 4, "x = 115", "x = 95"),
        ("x = 1.7e308", 5, "x = 1.7976931348623157e+308", "x = 1.6e+308"),
        ("x = -1.7e308", 5, "x = -1.6e+308", "x = -1.7976931348623157e+308"),
        ("y = f(a, 2)", 9, "y = f(a, 2.1)", "y = f(a, 1.9)"),
    ],
)
def test_a_number_goes_up_and_down_in_steps_that_fit_it(line: str, column: int, up: str, down: str) -> None:
    """A tenth of its first digit, or one where it counts; its sign means the same afterwards."""
    assert line_after(line, column, 1) == up
    assert line_after(line, column, -1) == down


@pytest.mark.parametrize(
    ("line", "column"),
    [("x = 2", 2), ("x2 = 1", 1), ("# seed: 42", 9), ('print("a 3")', 9), ("", 0), ("x = -y", 4)],
)
def test_what_is_no_number_is_left_alone(line: str, column: int) -> None:
    assert nudged(line, column, 1) is None


@pytest.mark.parametrize(
    ("number", "down"),
    [
        ("0.1", "0.09"), ("1.0", "0.9"), ("1", "0.9"), ("10", "9"), ("100", "90"), ("1e-3", "0.0009"),
        ("2", "1.9"), ("0", "-0.1"), ("-1", "-1.1"), ("-0.1", "-0.11"), ("0.05", "0.049"),
        ("3.14159", "3.04159"),
    ],
)  # fmt: skip
def test_the_opposite_step_leads_back_to_the_number_one_came_from(number: str, down: str) -> None:
    """However many steps went before, over powers of ten and over zero, and as it was written."""
    for first in (-1, 1):
        trail, lines = NudgeTrail(), [f"y = a*{number}"]
        for _ in range(25):
            lines.append(_walked(trail, lines[-1], first))
        if first < 0:
            assert lines[1] in (f"y = a*{down}", f"y = a*({down})")
        assert len(set(lines)) == len(lines)
        for expected in reversed(lines[:-1]):
            lines.append(_walked(trail, lines[-1], -first))
            assert lines[-1] == expected


def test_the_way_back_is_forgotten_with_the_number_it_led_over() -> None:
    """Once something else is written there, or another number is nudged."""
    trail = NudgeTrail()
    line = _walked(trail, "y = a*0.1", -1)
    assert line == "y = a*0.09"
    assert _walked(trail, "y = a*0.07", 1) == "y = a*0.071"
    assert _walked(trail, line, 1) == "y = a*0.091"
    line = _walked(trail, "y = a*0.1", -1)
    change = trail.nudged(1, line, 6, 1)  # The same in the next row.
    assert change is not None
    assert change.text == "0.091"
    line = _walked(trail, "w = [0.1, 0.1]", -1, column=5)
    other = trail.nudged(0, line, 11, 1)
    assert other is not None
    assert other.text == "0.11"


def _walked(trail: NudgeTrail, line: str, steps: int, column: int | None = None) -> str:
    at_its_end = len(line.rstrip(")"))
    change = trail.nudged(0, line, at_its_end if column is None else column, steps)
    assert change is not None
    return line[: change.start] + change.text + line[change.end :]


def test_many_steps_there_and_back_lead_to_where_one_was() -> None:
    """As long as the first digit's place stays: nothing is lost in rounding."""
    line = "x = 0.3"
    for steps in [1] * 30 + [-1] * 30:
        changed = line_after(line, 4, steps)
        assert changed is not None
        line = changed
    assert line == "x = 0.3"
