"""Formats of numbers in texts: those of Python that C has too, and the places in texts that have them."""

from __future__ import annotations

import re
from string import Formatter

__all__ = ["formatted", "pieces", "read_format"]

_FORMAT = (
    r"(?P<align>[<>]?)(?P<sign>[-+ ]?)(?P<zeros>0?)(?P<width>[1-9]\d?)?(?:\.(?P<digits>\d{1,2}))?"
    r"(?P<type>[feEgGd%]?)"
)
_TEXT = r"(?:[^{}]?[<>^])?[1-9]?\d?s?"
_PERCENT = r"%(?:%|(?P<spec>[-+ 0]*\d{0,2}(?:\.\d{1,2})?)(?P<type>[feEgGdis]))"


def read_format(spec: str) -> str | None:
    """A format as the core has it, which Python and C read alike; None if it is none.

    A whole number is one with no digits behind its point: `3d` is `3.0f`.
    """
    found = re.fullmatch(_FORMAT, spec)
    if found is None or (found["align"] and found["zeros"]):
        return None
    kind, digits = found["type"], found["digits"]
    if (kind == "d" and digits) or (not kind and (digits or found["sign"])):
        return None
    if kind == "%" and (found["align"] or found["zeros"]):
        return None
    if kind == "d":
        kind, digits = "f", "0"
    sign = found["sign"].replace("-", "")
    align = found["align"] if found["width"] else ""
    point = f".{digits}" if digits is not None else ""
    return f"{align}{sign}{found['zeros']}{found['width'] or ''}{point}{kind}"


def formatted(text: str, spec: str) -> str | None:
    """A text in a width; None if the format is not one of texts."""
    return format(text, spec) if re.fullmatch(_TEXT, spec) else None


def pieces(text: str, *, percent: bool) -> list[str | tuple[int, str]] | None:
    """A text with places for values: its parts, and which value stands at each place, in what format.

    The places are those of `format`, or those of `%`. None if there are other ones.
    """
    return _of_percent(text) if percent else _of_braces(text)


def _of_braces(text: str) -> list[str | tuple[int, str]] | None:
    parts: list[str | tuple[int, str]] = []
    count = 0
    try:
        for said, name, spec, conversion in Formatter().parse(text):
            parts.append(said)
            if name is None:
                continue
            if conversion or not (name == "" or (name.isdecimal() and len(name) < 3)):
                return None
            parts.append((int(name) if name else count, spec or ""))
            count += 1
    except ValueError:
        return None
    return parts


def _of_percent(text: str) -> list[str | tuple[int, str]] | None:
    parts: list[str | tuple[int, str]] = []
    end = count = 0
    for found in re.finditer(_PERCENT, text):
        parts.append(text[end : found.start()])
        end = found.end()
        if found[0] == "%%":
            parts.append("%")
            continue
        spec, kind = found["spec"], found["type"].replace("i", "d")
        if spec.startswith("-"):
            spec = f"<{spec[1:]}"
        elif kind == "s" and spec:
            spec = f">{spec}"
        parts.append((count, f"{spec}{'' if kind == 's' else kind}"))
        count += 1
    parts.append(text[end:])
    return None if any("%" in part for part in parts if isinstance(part, str) and part != "%") else parts
