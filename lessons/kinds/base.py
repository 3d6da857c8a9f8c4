"""What every kind of check is made of: what it may see, its fields, its sentence, and comparing numbers.

A kind is a row of the table in `lessons.kinds`: its fields and a read-only function, which gives an empty
string where the check holds and otherwise the sentence to say: what was found, what was expected, and where
to look.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lessons.fields.answers import close
from microcrad.files.types import NUMBER, WHOLE, Type
from microcrad.records import Record
from microcrad.run.interpreter import Limits
from microcrad.session.moment import Moment
from microcrad.text.numbers import short
from microcrad.timeline.snapshot import Snapshot

if TYPE_CHECKING:
    from microcrad.train.training_moment import TrainingMoment

__all__ = [
    "COUNT", "LESSON_LIMITS", "PLACES", "TOLERANCE", "VALUE", "Absent", "Check", "CheckField", "CheckKind",
    "Here", "compare_value", "count_problem", "counted", "far", "missing", "named", "tolerance_problem",
    "unlike_count", "unlike_value", "value_problem",
]  # fmt: skip

PLACES = ("here", "backward", "end")
"""The moments a check can look at: where one stands, just before the first backward, the program's end."""
LESSON_LIMITS = Limits(events=500_000, statements=500_000, work=5_000_000)
"""How much a program of a lesson may do."""


@dataclass(frozen=True, slots=True)
class Here:
    """All that a check may see. Nothing of it can be changed."""

    answer: float | None = None
    """The number that was answered last."""
    choice: str | None = None
    """The id of the choice that was made last."""
    moment: Moment | None = None
    training: TrainingMoment | None = None
    begun: str = ""
    """The program with which the task began."""

    @property
    def playground(self) -> Moment:
        """The playground's moment."""
        assert self.moment is not None, "a check of the playground in a lesson about training"
        return self.moment

    @property
    def trained(self) -> TrainingMoment:
        """The training's moment."""
        assert self.training is not None, "a check of training in a lesson about the playground"
        return self.training


class CheckField(Record):
    """One field of a kind of check."""

    type: Type
    about: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a lesson, as its author wrote it."""

    kind: CheckKind
    fields: Mapping[str, Any]
    say: str = ""
    """What to say where it fails, instead of the kind's own sentence."""
    at: str = "here"
    """The moment it looks at; one of `PLACES`."""
    parts: tuple[Check, ...] = ()
    """What it joins, if it joins others."""
    line: int = 0
    """Where it stands in its file."""

    def __getitem__(self, name: str) -> Any:
        """A field's value; None if it was left out."""
        return self.fields.get(name)

    def snapshot(self, here: Here) -> Snapshot:
        """The moment it looks at."""
        return placed(here.playground.snapshot, self.at)

    def sees(self, kind: str) -> bool:
        """Whether it, or a part of it, is of a kind."""
        return self.kind.name == kind or any(part.sees(kind) for part in self.parts)

    def flat(self) -> list[Check]:
        """It and all its parts."""
        return [self, *(each for part in self.parts for each in part.flat())]


@dataclass(frozen=True, slots=True)
class CheckKind:
    """One row of the table."""

    name: str
    about: str
    """What it holds for, in a sentence."""
    example: str
    """A check of this kind in TOML, without its braces."""
    fails: Callable[[Here, Check], str]
    """An empty string where the check holds, else what to say. Raises `BrokenLessonError` where it cannot."""
    fields: Mapping[str, CheckField] = field(default_factory=dict)
    modes: tuple[str, ...] = ("playground",)
    moments: bool = True
    """Whether it looks at one moment of the run, which `at` can choose."""
    panes: tuple[str, ...] = ("graph",)
    """The panes of the playground in which a learner sees what it looks at."""
    problem: Callable[[Mapping[str, Any]], str] = lambda fields: ""
    """What is wrong with fields that are each of the right type, in a sentence."""


# --- numbers -------------------------------------------------------------------------------------------

TOLERANCE = {
    "abs": CheckField(NUMBER, "how far off it may be"),
    "rel": CheckField(NUMBER, "how far off it may be, as a share of what is expected"),
}
VALUE = {
    "near": CheckField(NUMBER, "what is expected, within `abs` or `rel`; `inf` and `nan` are allowed"),
    **TOLERANCE,
    "above": CheckField(NUMBER, "what it must be more than"),
    "below": CheckField(NUMBER, "what it must be less than"),
}
COUNT = {
    "equals": CheckField(WHOLE, "what is expected"),
    "at_least": CheckField(WHOLE, "the least that is right"),
    "at_most": CheckField(WHOLE, "the most that is right"),
}


def value_problem(fields: Mapping[str, Any]) -> str:
    """What is wrong with the fields of a comparison of numbers."""
    tolerant = "abs" in fields or "rel" in fields
    if "near" in fields and not tolerant:
        return "near needs a tolerance. Add abs = 1e-6 or rel = 1e-6."
    if tolerant and "near" not in fields:
        return "abs and rel are tolerances of near. Add near = ..."
    if not fields.keys() & {"near", "above", "below"}:
        return "there is nothing to compare with. Add near, above or below."
    return ""


def tolerance_problem(fields: Mapping[str, Any]) -> str:
    """What is wrong where a tolerance has to be given."""
    if fields.keys() & {"abs", "rel"}:
        return ""
    return "numbers are compared here, which needs a tolerance. Add abs = 1e-6 or rel = 1e-6."


def count_problem(fields: Mapping[str, Any]) -> str:
    """What is wrong where a count has to be given."""
    if fields.keys() & COUNT.keys():
        return ""
    return "there is nothing to compare with. Add equals, at_least or at_most."


def compare_value(found: float, check: Check) -> bool:
    """Whether a number is what a check expects."""
    if check["near"] is not None and not close(found, check["near"], abs_=check["abs"], rel=check["rel"]):
        return False
    return (check["above"] is None or found > check["above"]) and (
        check["below"] is None or found < check["below"]
    )


def unlike_value(said: str, found: float, check: Check, look: str) -> str:
    """What to say of a number, and where to look; empty if it is what a check expects.

    It says which way the number is off, and not what was expected: that is for the learner to find.
    """
    return "" if compare_value(found, check) else f"{said} {short(found)}, {_off(found, check)}. {look}"


def far(one: float, other: float, check: Check) -> bool:
    """Whether two numbers are further apart than a check's tolerance."""
    return not close(one, other, abs_=check["abs"], rel=check["rel"])


def _off(found: float, check: Check) -> str:
    """In which way a number is not what a check expects."""
    near = check["near"]
    if near is not None and short(near) == short(found):
        return "which is near, and not near enough: its digits further on are others"
    if math.isnan(found) or (near is not None and math.isnan(near)):
        return "which is not what is asked for"
    large = (near is not None and found > near) or (check["below"] is not None and found >= check["below"])
    return f"which is too {'large' if large else 'small'}"


def _compare_count(found: int, check: Check, *, least: int) -> bool:
    """Whether a count is what a check expects; at least `least` if it says nothing."""
    if check["equals"] is not None:
        return found == int(check["equals"])
    low = check["at_least"] if check["at_least"] is not None else (least if check["at_most"] is None else 0)
    return found >= low and (check["at_most"] is None or found <= check["at_most"])


def unlike_count(said: str, found: int, check: Check, look: str, *, least: int = 0) -> str:
    """What to say of a count, and where to look; empty if it is what a check expects."""
    if _compare_count(found, check, least=least):
        return ""
    most = check["equals"] if check["equals"] is not None else check["at_most"]
    return f"{said}, which is too {'many' if most is not None and found > most else 'few'}. {look}"


def counted(count: int, word: str) -> str:
    """A count with its noun: `1 node`, `3 nodes`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


# --- moments -------------------------------------------------------------------------------------------


def placed(at: Snapshot, place: str) -> Snapshot:
    """The moment of a run that one of `PLACES` means, for someone who stands at `at`."""
    return {"here": at, "backward": at.launch, "end": at.end}[place]


# --- nodes ---------------------------------------------------------------------------------------------


def missing(at: Snapshot, wanted: str) -> str:
    """What to say where there is no such node."""
    if at.position < at.event_count and at.end.find(wanted) is not None:
        return f"No node is called {wanted} at this moment. Later in the run there is one."
    names = ", ".join(list(at.names)[:8])
    return f"No node is called {wanted}. " + (
        f"The names are {names}." if names else "No node has a name at this moment."
    )


def named(at: Snapshot, wanted: str) -> int:
    """A node that has to be there. Raises `Absent`, which says so, if it is not."""
    found = at.find(wanted)
    if found is None:
        raise Absent(missing(at, wanted))
    return found


class Absent(Exception):  # noqa: N818 - it is no error: the check fails, and this says why.
    """There is no such node: the check does not hold, and the message is its sentence."""
