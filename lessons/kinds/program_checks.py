"""Checks of the program itself: whether it is the one that the task began with, but for what may change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lessons.kinds.base import Check, CheckField, CheckKind, Here
from microcrad.files.types import TEXT, TEXTS, WHOLE
from microcrad.language.core_expressions import Arithmetic, Literal, NegateNumber
from microcrad.language.parser import parse
from microcrad.language.source_places import Span
from microcrad.language.statements import Assign, For, SetField, Statement

__all__ = ["KINDS", "parsed"]

parsed = lru_cache(maxsize=8)(parse)
"""A text as a program, read once: the same texts are judged again and again, and a network's is long."""
_BUT = ("numbers", "more", "order")
_ANY = "any number"


def _kept(here: Here, check: Check) -> str:
    text = here.playground.snapshot.program.text
    if check["but"] == "more" and text.startswith(here.begun.rstrip("\n") + "\n"):
        return ""  # Nothing but lines below: a network's statements need not be compared.
    begun = parsed(here.begun).statements
    now = here.playground.snapshot.program.statements
    match check["but"]:
        case "numbers":
            if _bare(begun, check["of"]) != _bare(now, check["of"]):
                return "Something else than the number that is asked for was changed. Put it back as it was."
            changed = sum(
                one != other for one, other in zip(_constants(begun), _constants(now), strict=False)
            )
            if check["most"] is not None and changed > check["most"]:
                return "More numbers were changed than the task allows. Put them back."
            return ""
        case "order":
            if Counter(map(_bare, _flat(begun))) == Counter(map(_bare, _flat(now))):
                return ""
            return "The lines are others now. Move them: write none, and take none away."
    if _within(begun, now, frozenset(check["of"] or ())):
        return ""
    return "A line that was there is gone, or is another one. Put it back, and add to it."


def _target(statement: object) -> str:
    """What a statement sets: `w`, `w.data`; empty if nothing."""
    if isinstance(statement, SetField):
        return f"{statement.name}.{statement.field}"
    return statement.name if isinstance(statement, Assign) else ""


def _constants(part: object) -> list[object]:
    """The numbers of a program as they are written, in their order."""
    if isinstance(part, Span):
        return []
    if _constant(part):
        return [_bare(part)]
    return [found for each in part for found in _constants(each)] if isinstance(part, tuple) else []


def _bare(part: object, only: object = ()) -> object:
    """A statement or an expression without its places; numbers that may differ are all the same.

    `only` are the targets, such as `w` and `w.data`, of the statements whose numbers may differ; None means
    all.
    """
    if isinstance(part, Span):
        return None
    if isinstance(part, Assign | SetField):
        target = _target(part)
        loose = only is None or (isinstance(only, list) and target in only)
        return (type(part).__name__, target, _bare_value(part.value, loose))
    if isinstance(part, tuple):
        return (type(part).__name__, *(_bare(each, only) for each in part))
    return part


def _bare_value(part: object, loose: bool) -> object:
    if isinstance(part, Span):
        return None
    if loose and _constant(part):
        return _ANY
    if isinstance(part, tuple):
        return (type(part).__name__, *(_bare_value(each, loose) for each in part))
    return part


def _constant(part: object) -> bool:
    """Whether a part is a number as written, or worked out of such."""
    if isinstance(part, NegateNumber):
        return _constant(part.operand)
    if isinstance(part, Arithmetic):
        return _constant(part.left) and _constant(part.right)
    return isinstance(part, Literal)


def _flat(statements: tuple[Statement, ...]) -> list[Statement]:
    """The statements, with those of loops beside their loops."""
    found: list[Statement] = []
    for each in statements:
        if isinstance(each, For):
            found += [each._replace(body=()), *_flat(each.body)]
        else:
            found.append(each)
    return found


def _within(begun: tuple[Statement, ...], now: tuple[Statement, ...], free: frozenset[str]) -> bool:
    """Whether the statements are all there, in their order, with others between them perhaps.

    Those that set one of `free` may be written otherwise.
    """
    rest = list(now)
    for each in begun:
        while rest and not _same(each, rest[0], free):
            del rest[0]
        if not rest:
            return False
        del rest[0]
    return True


def _same(one: Statement, other: Statement, free: frozenset[str]) -> bool:
    if isinstance(one, For) and isinstance(other, For):
        heads = [_bare(each._replace(body=())) for each in (one, other)]
        return heads[0] == heads[1] and _within(one.body, other.body, free)
    if _target(one) in free and _target(one) == _target(other):
        return True
    return _bare(one) == _bare(other)


def _kept_problem(fields: Mapping[str, Any]) -> str:
    if fields["but"] not in _BUT:
        return f"but is {fields['but']!r}, expected one of {', '.join(map(repr, _BUT))}."
    if "of" in fields and fields["but"] == "order":
        return "of is for numbers and for more lines. Leave it out."
    return "most counts numbers. Leave it out." if "most" in fields and fields["but"] != "numbers" else ""


KINDS = (
    CheckKind("kept", "The program is the one that the task began with, but for what may change.",
        'is = "kept", but = "numbers", of = ["w.data"]', _kept,
        {"but": CheckField(TEXT,
             "`numbers` that are written otherwise, `more` lines that are added, or the `order` of its lines",
             required=True),
         "of": CheckField(TEXTS,
             "what is set on the lines that this is about, such as `w` or `w.data`: with `numbers`, where "
             "they may differ, every line if left out; with `more`, which lines may be written otherwise"),
         "most": CheckField(WHOLE, "with `numbers`, how many of them may differ")},
        moments=False, problem=_kept_problem, panes=("program",)),
)  # fmt: skip
