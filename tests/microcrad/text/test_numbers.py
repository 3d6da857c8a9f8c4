"""How numbers are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from microcrad.text.numbers import aligned, brief, full, short, tight, tightest

EDGES = [
    0.0,
    -0.0,
    1e-3,
    9999.99994999,
    9999.99995,
    9999.99999,
    1e4,
    5e-324,
    1.7976931348623157e308,
    0.1 + 0.2,
]


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (2, "2"), (-0.5, "-0.5"), (0.0, "0"), (-0.0, "-0"), (0.125, "0.125"), (1234.5678, "1234.5678"),
        (math.tanh(1), "0.7616"), (0.41997434161402614, "0.4200"), (1 / 3, "0.3333"),
        (-9999.87654, "-9999.8765"),
        (1.2345e-05, "1.234e-05"), (0.0009, "9.000e-04"), (0.001, "0.001"), (10_000, "1.000e+04"),
        (-65818, "-6.582e+04"), (9999.99999, "1.000e+04"), (-1.2345e-100, "-1.23e-100"),
        (1e300, "1.000e+300"),
        (math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf"),
    ],
)  # fmt: skip
def test_short(x: float, text: str) -> None:
    """Exact where that is short, four decimals where it was rounded, a power where it is small or large."""
    assert short(x) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [(2.0, "2"), (0.1, "0.1"), (-0.0, "-0"), (1e300, "1e+300"), (math.nan, "nan"), (1 / 3, repr(1 / 3))],
)
def test_full(x: float, text: str) -> None:
    """Every digit, without a needless `.0`."""
    assert full(x) == text


@given(st.floats())
def test_full_gives_the_same_float_back(x: float) -> None:
    """To the sign of zero."""
    assert repr(float(full(x))) == repr(x) or math.isnan(x)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (2, "2"), (-0.5, "-0.5"), (-0.0, "-0"), (0.41997, "0.4200"), (-0.3127, "-0.313"),
        (0.00123456, "0.0012"), (-0.00123456, "-1.2e-3"), (12.3456, "12.346"), (-1234.5678, "-1234.6"),
        (9999.96, "1.0e4"), (65_818, "6.6e4"), (1.2345e-05, "1.2e-5"), (-1.2345e-100, "-1e-100"),
        (1e300, "1.0e300"), (math.nan, "nan"), (-math.inf, "-inf"),
    ],
)  # fmt: skip
def test_brief(x: float, text: str) -> None:
    """As `short` where that is brief, else with fewer digits."""
    assert brief(x) == text


@given(st.floats())
@example(-9999.94)
@example(9999.95)
def test_brief_is_near_and_has_at_most_seven_characters(x: float) -> None:
    """Half a unit of the last digit that it has: a tenth, or five hundredths of a power's first digit."""
    text = brief(x)
    assert len(text) <= 7
    assert float(text) == pytest.approx(x, rel=0.5 if "e" in text else 1e-2, abs=5e-4, nan_ok=True)


@given(st.floats())
@example(-9999.99999)
@example(-1e-300)
def test_short_is_at_most_ten_characters(x: float) -> None:
    """And near the number: within half a unit of its last digit."""
    text = short(x)
    assert len(text) <= 10
    assert text.isascii()
    if math.isfinite(x):
        allowed = 0.5001e-4 if 0.001 <= abs(x) < 10_000 else 5.001e-3 * abs(x)
        assert math.isinf(float(text)) or abs(float(text) - x) <= allowed + 5e-324
        assert math.copysign(1, float(text)) == math.copysign(1, x)


@given(st.floats(0.001, 9999))
def test_rounded_shows_four_decimals_and_exact_is_exact(x: float) -> None:
    """Trailing zeros say that a number was rounded."""
    text = short(x)
    assert float(text) == x or len(text.partition(".")[2]) == 4
    assert abs(float(text) - x) <= 0.5000001e-4


@given(st.floats())
@example(-9999.1234)
@example(-1e-300)
def test_columns_line_up(x: float) -> None:
    """Ten cells; the point, or where it would stand, is always in the same one."""
    text = aligned(x)
    assert len(text) == 10
    assert text.strip() == short(x)
    if "e" not in text and "n" not in text:
        assert len(text.rstrip()) == 5 or text[5] == "."


def test_a_number_that_is_not_known_yet() -> None:
    """Has a mark of its own, in a full column."""
    assert len(aligned(None)) == 10
    assert aligned(None).strip() == "·"


@pytest.mark.parametrize("x", EDGES)
def test_edges(x: float) -> None:
    """The numbers between two ways of writing keep all the rules."""
    assert len(short(x)) <= 10
    assert len(aligned(x)) == 10
    assert float(full(x)) == x


@given(st.floats(-1e300, 1e300))
@example(0.8005)
@example(9_999.7)
@example(-0.0123)
@settings(max_examples=60)
def test_tight_is_near_in_at_most_five_characters(x: float) -> None:
    """A sign of the number, of its power, or a third digit of that takes one more each."""
    text = tight(x)
    assert len(text) <= 5 + (x < 0) + ("e-" in text) * (abs(x) < 1e-9) + (
        len(text.partition("e")[2].strip("-")) > 2
    )
    assert float(text) == pytest.approx(x, rel=0.5, abs=5e-324)
    if 0.1 <= abs(x) < 1_000:
        assert float(text) == pytest.approx(x, rel=0.06)


@pytest.mark.parametrize(
    ("x", "text"),
    [(0.42, "0.42"), (0.41997, ".420"), (-0.42, "-.42"), (-1.4853, "-1.5"), (-2, "-2"), (-0.5, "-0.5"),
     (12.345, "12.3"), (0.0123, ".012"), (-0.99999, "-1.0"), (-1234.0, "-1e3"), (1234.0, "1234"),
     (4.2e-5, "4e-5"), (-999.7, "-1e3"), (math.nan, "nan"), (-math.inf, "-inf")],
)  # fmt: skip
def test_tightest(x: float, text: str) -> None:
    """Without a zero before the point, and with as many digits as four cells hold."""
    assert tightest(x) == text


@given(st.floats(-1e300, 1e300))
@example(0.99996)
@example(-0.0999)
@settings(max_examples=60)
def test_tightest_is_near_in_at_most_four_characters(x: float) -> None:
    """Powers take a sign or a third digit more."""
    text = tightest(x)
    assert len(text) <= 4 or "e" in text
    assert float(text) == pytest.approx(x, rel=0.5, abs=5e-324)
    if 0.1 <= abs(x) < 999:
        assert float(text) == pytest.approx(x, rel=0.06)
