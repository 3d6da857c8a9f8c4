"""Checks of what was said rather than done, the answer and the choice; and checks that join others."""

from __future__ import annotations

from lessons.kinds.base import VALUE, Absent, Check, CheckField, CheckKind, Here, compare_value, value_problem
from microcrad.files.types import TEXT
from microcrad.text.numbers import short

__all__ = ["JOINS", "KINDS", "sentence"]


def sentence(here: Here, check: Check) -> str:
    """What to say of a check that fails; empty if it holds.

    Raises `BrokenLessonError` if it cannot be judged, or anything else if its function is at fault.
    """
    try:
        said = check.kind.fails(here, check)
    except Absent as absent:
        said = str(absent)
    return said and (check.say or said)


def _answer(here: Here, check: Check) -> str:
    if here.answer is None:
        return "Answer with a number first."
    return (
        ""
        if compare_value(here.answer, check)
        else f"{short(here.answer)} is not it. Read the task once more, or ask for a hint."
    )


def _choice(here: Here, check: Check) -> str:
    if here.choice is None:
        return "Choose one first."
    return "" if here.choice == check["id"] else "Choose another one."


def _all(here: Here, check: Check) -> str:
    return next((said for part in check.parts if (said := sentence(here, part))), "")


def _any(here: Here, check: Check) -> str:
    said = [sentence(here, part) for part in check.parts]
    return "" if "" in said else said[0]


def _not(here: Here, check: Check) -> str:
    return "" if any(sentence(here, part) for part in check.parts) else check.say


_BOTH = ("playground", "train")
KINDS = (
    CheckKind("answer", "The number answered is right.", 'is = "answer", near = 7, abs = 1e-6', _answer,
        VALUE, _BOTH, moments=False, problem=value_problem, panes=()),
    CheckKind("choice", "The choice made is the right one.", 'is = "choice", id = "b"', _choice,
        {"id": CheckField(TEXT, "the id of one of the step's `choices`", required=True)}, _BOTH,
        moments=False, panes=()),
)  # fmt: skip
JOINS = (
    CheckKind("all", "All of its checks hold.",
        'is = "all", of = [{ is = "live", node = "a" }, { is = "freed", node = "c" }]', _all, modes=_BOTH,
        moments=False, panes=()),
    CheckKind("any", "At least one of its checks holds.",
        'is = "any", of = [{ is = "node", node = "y" }, { is = "node", node = "z" }], say = "Make y or z."',
        _any, modes=_BOTH, moments=False, panes=()),
    CheckKind("not", "Its checks do not all hold. It needs `say`.",
        'is = "not", of = [{ is = "gradcheck", rel = 1e-4 }], say = "All gradients are right."', _not,
        modes=_BOTH, moments=False, panes=()),
)  # fmt: skip
