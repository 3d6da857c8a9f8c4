"""Numbers as learners type them."""

from __future__ import annotations

import contextlib
import math
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lessons.fields.answers import AnswerError, close, parse_number, writes_commas


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("-1.5", -1.5), (" 2/3 ", 2 / 3), ("1e-3", 0.001), ("+.5", 0.5), ("3.", 3), ("-2 / -4", 0.5),
     ("\N{MINUS SIGN}4", -4), ("inf", math.inf), ("-inf", -math.inf), ("1E2", 100), ("1e999", math.inf),
     ("Infinity", math.inf), ("- infinite", -math.inf), ("1.50", 1.5), ("1/1024/1024", 2**-20),
     ("2**-20", 2**-20), ("2^3", 8), ("-2**2", -4), ("2**3**2", 512), ("2+3*4", 14), ("(2+3)*4", 20),
     ("75 %", 0.75), ("5 - 3 - 1", 1), ("tanh(0) + exp(0)", 1), ("sqrt(9)", 3),
     ("3 \N{MULTIPLICATION SIGN} 2", 6), ("2**-2000", 0)],
)  # fmt: skip
def test_a_number_is_read(text: str, number: float) -> None:
    assert parse_number(text) == number


def test_sixty_characters_are_read_and_no_more() -> None:
    assert parse_number("0." + "1" * 58) == pytest.approx(1 / 9)
    with pytest.raises(AnswerError, match="expected"):
        parse_number("0." + "1" * 59)


@pytest.mark.parametrize(("before", "after"), [("(", ")"), ("-", "")])
def test_twenty_may_stand_in_each_other_and_no_more(before: str, after: str) -> None:
    assert abs(parse_number(before * 20 + "1" + after * 20)) == 1
    with pytest.raises(AnswerError, match="expected"):
        parse_number(before * 21 + "1" + after * 21)


@pytest.mark.parametrize("text", ["nan", "NaN", "not a number", "Not a Number", "inf - inf"])
def test_nan_is_a_number_here(text: str) -> None:
    assert math.isnan(parse_number(text))


def test_a_comma_is_a_point_where_people_write_so() -> None:
    assert parse_number("1,5", comma=True) == 1.5
    assert parse_number("-0,25/2", comma=True) == -0.125
    assert writes_commas("de")
    assert writes_commas("pt-BR")
    assert not writes_commas("")
    with pytest.raises(AnswerError, match="expected"):
        parse_number("1,5,2", comma=True)


def test_a_decimal_comma_is_read_everywhere_but_where_it_may_part_thousands() -> None:
    """Of that it is said what it may mean, and both can be typed."""
    for text, number in (("14,0", 14.0), ("0,006", 0.006), ("3,0011", 3.0011), ("2**0,5", 2**0.5)):
        assert parse_number(text) == parse_number(text, comma=True) == number
    with pytest.raises(AnswerError, match=r"^Found 10,006, which may be 10\.006 or 10006\. Write"):
        parse_number("10,006")
    assert parse_number("10,006", comma=True) == 10.006
    with pytest.raises(AnswerError, match=r"may be 1\.000 or 1000"):
        parse_number("-1,000/2")


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Nothing is written yet"), ("seven", "Found 'seven', expected"), ("1,000,000", "expected a number"),
     ("1/0", "divides by zero"), ("2+", "expected a number"), ("1_000", "expected"), ("0x10", "expected"),
     ("٣", "expected"), ("(1", "expected"), ("9" * 90, "expected"), ("__import__('os')", "expected"),
     ("1 2", "expected"), ("relu", "expected"), ("x", "expected"), ("2 tanh(1)", "expected"),
     ("-" * 50 + "1", "expected")],
)  # fmt: skip
def test_anything_else_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(AnswerError, match=said):
        parse_number(text)


@given(st.floats(allow_nan=False))
def test_every_number_that_is_printed_is_read_back(number: float) -> None:
    assert parse_number(repr(number)) == number


@given(st.integers(-999, 999), st.integers(1, 999))
def test_a_fraction_is_its_quotient(top: int, bottom: int) -> None:
    assert parse_number(f"{top}/{bottom}") == float(Fraction(top, bottom))


@given(st.text(max_size=20))
@example("-")
@example("1e")
@example("/")
def test_no_text_does_any_harm(text: str) -> None:
    with contextlib.suppress(AnswerError):
        assert isinstance(parse_number(text), float)


@given(st.floats(-1e6, 1e6), st.floats(0, 10))
def test_close_is_as_wide_as_the_tolerance(number: float, tolerance: float) -> None:
    assert close(number, number, abs_=tolerance, rel=None)
    assert close(number + tolerance / 2, number, abs_=tolerance, rel=None)
    assert not close(number + 1.01 * tolerance + 1, number, abs_=tolerance, rel=None)
    assert close(number * 1.0999, number, abs_=None, rel=0.1)
    assert not close(number * 1.11, number, abs_=None, rel=0.1) or number * 0.11 == 0


def test_what_is_not_finite_is_close_only_to_itself() -> None:
    for one in (math.inf, -math.inf, math.nan):
        assert close(one, one, abs_=0, rel=None)
        assert not close(one, 1.0, abs_=1e300, rel=1.0)
        assert not close(1.0, one, abs_=1e300, rel=1.0)
    assert not close(math.inf, -math.inf, abs_=1, rel=1)
