"""How numbers are written: short where they stand in columns, in full where they are looked at."""

from __future__ import annotations

import math

__all__ = ["aligned", "brief", "full", "short", "tight", "tightest"]


def full(x: float) -> str:
    """Every digit needed to get the same float back, without a needless `.0`: `2`, `0.1`, `nan`, `-0`."""
    text = repr(float(x))
    return text.removesuffix(".0")


def in_format(x: float, spec: str) -> str:
    """A number in one of Python's formats; with only a width, as `5`, `<5` or `05`, it is in full."""
    if spec[-1:].isalpha() or spec.endswith("%"):
        return format(x, spec)
    text, width = full(x), int(spec.lstrip("<>") or 0)
    if spec.startswith("0"):
        return text.zfill(width)
    return text.ljust(width) if spec.startswith("<") else text.rjust(width)


def short(x: float) -> str:
    """At most 10 characters: exact where that is short, else four decimals, else four digits and a power.

    `2`, `-0.5`, `0.4200` (rounded), `1.235e-05`, `nan`, `-inf`, `-0`.
    """
    if not math.isfinite(x) or x == 0:
        return full(x)
    if not 0.001 <= abs(x) < 9_999.99995:  # From there on, four decimals would round to 10,000.
        text = f"{x:.3e}"
        return text if len(text) <= 10 else f"{x:.2e}"
    exact = full(x)
    _, _, decimals = exact.partition(".")
    return exact if len(decimals) <= 4 else f"{x:.4f}"


def brief(x: float) -> str:
    """At most 7 characters, where there is little room: `short` if it has 6 or fewer, else fewer digits.

    `0.4200`, `-0.313` (rounded to three decimals), `1234.6`, `1.2e-5`, `-3e300`.
    """
    text = short(x)
    if len(text) <= 6:
        return text
    if 0.01 <= abs(x) < 9_999.95:
        return next(each for each in (f"{x:.{decimals}f}" for decimals in (3, 2, 1)) if len(each) <= 7)
    for digits in (1, 0):
        mantissa, _, power = f"{x:.{digits}e}".partition("e")
        text = f"{mantissa}e{int(power)}"
        if len(text) <= 7:
            break
    return text


def tight(x: float) -> str:
    """At most 5 characters, 6 with a minus and a power, where there is least room: `brief` if it has as few.

    `0.42`, `-0.31` (rounded to what there is room for), `1235`, `1e-5`, `-3e300`.
    """
    text = brief(x)
    if len(text) <= 5 or not math.isfinite(x):
        return text
    if 0.01 <= abs(x) < 9_999.5:
        return next(each for each in (f"{x:.{decimals}f}" for decimals in (3, 2, 1, 0)) if len(each) <= 5)
    mantissa, _, power = f"{x:.0e}".partition("e")
    return f"{mantissa}e{int(power)}"


def tightest(x: float) -> str:
    """At most 4 characters, 5 or 6 for some powers, where `tight` has no room: it does without a zero before
    the point.

    `.420`, `-.42`, `-1.5`, `12.3`, `-2`, `-1e3`, `4e-5`.
    """
    text = tight(x)
    if len(text) <= 4 or not math.isfinite(x):
        return text
    if 0.01 <= abs(x) < 999.5:
        rounded = (f"{x:.{decimals}f}" for decimals in (3, 2, 1, 0))
        bare = (each.replace("0.", ".", 1) if abs(float(each)) < 1 else each for each in rounded)
        return next(each for each in bare if len(each) <= 4)
    mantissa, _, power = f"{x:.0e}".partition("e")
    return f"{mantissa}e{int(power)}"


def aligned(x: float | None, width: int = 10, unknown: str = "·") -> str:
    """`short` in a column of `width`, points below each other; `unknown` where there is no number yet."""
    if x is None:
        return unknown.rjust(width - 5).ljust(width)
    text = short(x)
    after = len(text) - text.find(".") if "." in text and "e" not in text else 0
    tail = max(5 - after, 0) if "e" not in text else 0
    return (text + " " * min(tail, max(width - len(text), 0))).rjust(width)
