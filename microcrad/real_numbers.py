"""Which numbers may meet a `Value`: any one real number, which becomes a float."""

from __future__ import annotations

import math

__all__ = ["Number", "real_number", "real_number_or_none"]

Number = float | int
"""What may meet a `Value`: any real number serves, NumPy's scalars and `Fraction` too; it becomes a float."""


def real_number(data: object) -> float:
    """`data` as a float. Raises `TypeError` if it is not one real number."""
    number = real_number_or_none(data)
    if number is None:
        raise TypeError(f"a Value holds one real number, not {type(data).__name__}: {data!r}")
    return number


def real_number_or_none(data: object) -> float | None:
    """`data` as a float, or None if it is not a real number. Too large an integer is infinite, as in C."""
    if isinstance(data, complex) or not hasattr(data, "__float__"):  # NumPy's complex numbers have one.
        return None
    try:
        return float(data)
    except OverflowError:
        return math.inf if data > 0 else -math.inf  # type: ignore[operator]
    except (TypeError, ValueError):
        return None
