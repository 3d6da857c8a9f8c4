"""Every row of the table of operations, against references that know nothing of the row's texts."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest

from microcrad import ops
from microcrad.ops import (
    ADD,
    COS,
    EXP,
    LEAF,
    LEAKY_RELU,
    LOG,
    MUL,
    OPERATIONS,
    POW,
    RELU,
    SIN,
    TANH,
    Operation,
)

INF, NAN = math.inf, math.nan


def series(x: Decimal, first: int) -> Decimal:
    """The power series of cos (from 0) or of sin (from 1), until its terms no longer count."""
    term = total = x**first
    for n in range(first + 2, 400, 2):
        term *= -x * x / (n * (n - 1))
        total += term
    return total


REFERENCES: dict[str, Callable[[Decimal, Decimal, Decimal], Decimal]] = {
    "leaf": lambda a, b, k: a,
    "add": lambda a, b, k: a + b,
    "mul": lambda a, b, k: a * b,
    "pow": lambda a, b, k: a**k,
    "exp": lambda a, b, k: a.exp(),
    "log": lambda a, b, k: a.ln(),
    "relu": lambda a, b, k: max(a, Decimal(0)),
    "tanh": lambda a, b, k: (a.exp() - (-a).exp()) / (a.exp() + (-a).exp()),
    "sin": lambda a, b, k: series(a, 1),
    "cos": lambda a, b, k: series(a, 0),
    "leaky_relu": lambda a, b, k: max(a, a / 100),
}
"""Each operation in decimal arithmetic of 60 digits. A derivative is the slope of this, never a formula."""

ANYWHERE = [(-2.5, 0.75, 0.0), (0.3, -1.25, 0.0), (1.7, 3.0, 0.0), (-0.01, 40.0, 0.0)]
ABOVE_ZERO = [(0.001, 0.0, 0.0), (0.5, 0.0, 0.0), (1.0, 0.0, 0.0), (37.5, 0.0, 0.0)]
POWERS = [(a, 0.0, k) for a in (0.3, 1.0, 2.5) for k in (-2.5, -1.0, 0.0, 0.5, 1.0, 3.0)]
POWERS += [(-1.5, 0.0, k) for k in (-3.0, -2.0, 1.0, 2.0, 3.0)]
POINTS = {"log": ABOVE_ZERO, "pow": POWERS}

every_row = pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)


def same(x: float, y: float) -> bool:
    """Equal as C would print them: nan is nan, and -0.0 is not 0.0."""
    return (math.isnan(x) and math.isnan(y)) or (x == y and math.copysign(1, x) == math.copysign(1, y))


def reference(row: Operation, operands: tuple[float, float, float]) -> float:
    with localcontext(prec=60):
        a, b, k = map(Decimal, operands)
        return float(REFERENCES[row.name](a, b, k))


def reference_slope(row: Operation, operands: tuple[float, float, float], slot: int) -> float:
    """A central difference whose error, at 60 digits, is far below a float's."""
    with localcontext(prec=60):
        h = Decimal("1e-18")
        above, below = list(map(Decimal, operands)), list(map(Decimal, operands))
        above[slot] += h
        below[slot] -= h
        f = REFERENCES[row.name]
        return float((f(*above) - f(*below)) / (2 * h))


@every_row
def test_forward_matches_the_reference(row: Operation) -> None:
    """A row without a reference fails here too."""
    for operands in POINTS.get(row.name, ANYWHERE):
        assert row.evaluate(*operands) == pytest.approx(reference(row, operands), rel=1e-15)


@every_row
def test_partials_match_the_slopes_of_the_reference(row: Operation) -> None:
    expected: list[float] = []
    found: list[float] = []
    for operands in POINTS.get(row.name, ANYWHERE):
        partials = row.differentiate(*operands, row.evaluate(*operands))
        assert len(partials) == row.arity
        found += partials
        expected += [reference_slope(row, operands, slot) for slot in range(row.arity)]
    assert all(map(math.isfinite, expected))
    assert any(expected) or row is LEAF
    assert found == pytest.approx(expected, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize(("row", "advised"), [(LOG, 8), (POW, 2)], ids=["log", "pow"])
def test_the_expression_that_a_limit_advises_is_within_it(row: Operation, advised: int) -> None:
    """Advice such as `as in a + 1e-6` or `as exp(a) + 1e-6 always is`, followed where the limit applies."""
    for a in (0.0, -0.0, 1e-320, -1e-320, -1e-300, -1.0, -800.0, -1e308):
        limit = row.limit(a, 0.0, 0.5, row.evaluate(a, 0.0, 0.5))
        if limit is None or "+ 1e-6" not in limit.repair:
            continue
        repaired = 1e-6 + (ops.exponential(a) if "exp({a}) + 1e-6 always" in limit.repair else a)
        out = row.evaluate(repaired, 0.0, 0.5)
        assert math.isfinite(out)
        assert math.isfinite(row.differentiate(repaired, 0.0, 0.5, out)[0])
        advised -= 1
    assert advised == 0


def test_the_table_is_in_order_of_code() -> None:
    assert [row.code for row in OPERATIONS] == list(range(len(OPERATIONS)))
    assert len({row.name for row in OPERATIONS}) == len({row.c_name for row in OPERATIONS}) == len(OPERATIONS)
    assert [row.arity for row in OPERATIONS] == [0, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1]
    assert [row.name for row in OPERATIONS if row.infix] == ["add", "mul", "pow"]
    assert [row.name for row in OPERATIONS if row.takes_parameter] == ["pow"]


@pytest.mark.parametrize(
    ("row", "a", "b", "k", "out", "partials"),
    [
        (ADD, INF, -INF, 0, NAN, (1, 1)),
        (ADD, 1e308, 1e308, 0, INF, (1, 1)),
        (MUL, INF, 0, 0, NAN, (0, INF)),
        (MUL, -0.0, 3, 0, -0.0, (3, -0.0)),
        (POW, -8, 0, 0.5, NAN, (NAN,)),
        (POW, 0, 0, -1, INF, (-INF,)),
        (POW, -0.0, 0, -1, -INF, (-INF,)),
        (POW, 0, 0, 0.5, 0, (INF,)),
        (POW, 0, 0, 1, 0, (1,)),
        (POW, 0, 0, 0, 1, (0,)),
        (POW, NAN, 0, 0, 1, (0,)),
        (POW, -1e200, 0, 3, -INF, (INF,)),
        (POW, -1e200, 0, 2, INF, (-2e200,)),
        (EXP, 1000, 0, 0, INF, (INF,)),
        (EXP, -1000, 0, 0, 0, (0,)),
        (LOG, 0, 0, 0, -INF, (INF,)),
        (LOG, -0.0, 0, 0, -INF, (-INF,)),
        (LOG, -1, 0, 0, NAN, (-1,)),
        (RELU, 0, 0, 0, 0, (0,)),
        (RELU, -0.0, 0, 0, -0.0, (0,)),
        (RELU, 5e-324, 0, 0, 5e-324, (1,)),
        (RELU, -5e-324, 0, 0, 0, (0,)),
        (RELU, NAN, 0, 0, NAN, (0,)),
        (LEAKY_RELU, 0, 0, 0, 0, (0.01,)),
        (LEAKY_RELU, -0.0, 0, 0, -0.0, (0.01,)),
        (LEAKY_RELU, 5e-324, 0, 0, 5e-324, (1,)),
        (LEAKY_RELU, -5e-324, 0, 0, -0.0, (0.01,)),
        (LEAKY_RELU, -INF, 0, 0, -INF, (0.01,)),
        (LEAKY_RELU, NAN, 0, 0, NAN, (0.01,)),
        (TANH, 1000, 0, 0, 1, (0,)),
        (TANH, -INF, 0, 0, -1, (0,)),
        (TANH, NAN, 0, 0, NAN, (NAN,)),
        (SIN, -0.0, 0, 0, -0.0, (1,)),
        (SIN, INF, 0, 0, NAN, (NAN,)),
        (SIN, NAN, 0, 0, NAN, (NAN,)),
        (COS, 0, 0, 0, 1, (-0.0,)),
        (COS, -INF, 0, 0, NAN, (NAN,)),
    ],
    ids=lambda x: getattr(x, "name", None),
)
def test_kinks_and_edges(
    row: Operation, a: float, b: float, k: float, out: float, partials: tuple[float, ...]
) -> None:
    """What C computes where a graph goes wrong; no Python exception leaves a row."""
    a, b, k = float(a), float(b), float(k)
    result = row.evaluate(a, b, k)
    assert same(result, out)
    found = row.differentiate(a, b, k, result)
    assert len(found) == len(partials)
    assert all(map(same, found, partials)), found


@pytest.mark.parametrize("row", [row for row in OPERATIONS if row is not LEAF], ids=lambda row: row.name)
def test_nan_goes_through(row: Operation) -> None:
    assert math.isnan(row.evaluate(NAN, 2.0, 3.0))
    assert row.arity == 1 or math.isnan(row.evaluate(2.0, NAN, 3.0))


SPECIAL = [0.0, 5e-324, 1e-200, 0.5, 1.0, 2.0, 3.0, 2.5, 710.0, 1e200, 1e16 + 2, 1.7e308, INF]
SPECIAL = [*SPECIAL, *(-x for x in SPECIAL), NAN]


def libm(name: str, arguments: int) -> Callable[..., float]:
    """A function of the C library that Python itself is linked with."""
    function = getattr(ctypes.CDLL(None), name)
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * arguments
    return function  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["exp", "log", "tanh", "sin", "cos"])
def test_functions_are_those_of_c(name: str) -> None:
    ours, theirs = ops.FUNCTIONS[name], libm(name, 1)
    assert [x for x in SPECIAL if not same(ours(x), theirs(x))] == []


def test_power_is_that_of_c() -> None:
    theirs = libm("pow", 2)
    assert [(x, k) for x in SPECIAL for k in SPECIAL if not same(ops.power(x, k), theirs(x, k))] == []


def test_division_is_that_of_the_processor() -> None:
    """NumPy divides as the hardware does; the signs of zeros and infinities count."""
    with np.errstate(all="ignore"):
        wrong = [
            (x, y)
            for x in SPECIAL
            for y in SPECIAL
            if not same(ops.divide(x, y), float(np.float64(x) / np.float64(y)))
        ]
    assert wrong == []


def test_division_in_a_text_becomes_ieee_division() -> None:
    assert ops.as_python("1 / a - b * 2") == "divide(1.0, a) - b * 2.0"


@pytest.mark.parametrize(
    ("name", "numbers", "expected"),
    [
        ("relu", (-2.0,), 0.0), ("sqrt", (9.0,), 3.0), ("sqrt", (-9.0,), NAN), ("sigmoid", (0.0,), 0.5),
        ("sigmoid", (-1000.0,), 0.0), ("abs", (-2.5,), 2.5), ("max", (1.0, 2.0), 2.0),
        ("max", (2.0, 1.0), 2.0),
        ("min", (1.0, 2.0), 1.0), ("min", (2.0, 1.0), 1.0), ("cos", (0.0,), 1.0), ("log", (0.0,), -INF),
    ],
)  # fmt: skip
def test_functions_of_plain_numbers(name: str, numbers: tuple[float, ...], expected: float) -> None:
    assert same(ops.on_numbers(name)(*numbers), expected)
