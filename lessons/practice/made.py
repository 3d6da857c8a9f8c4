"""Made tasks as lessons: the same sort, level and seed make the same task, wherever it is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random

from lessons.format.lesson import Lesson
from lessons.format.loader import read_lesson
from lessons.practice.first_numbers import chain, nudge, stale
from lessons.practice.numbers_asked import freed, gradient, references
from lessons.practice.random_programs import LEVELS, UnfitError
from lessons.practice.things_found import fault, leak, order
from lessons.practice.written import MadeTask, lesson_text
from microcrad.records import Record

__all__ = ["FIRST", "LEVELS", "SEEDS", "SORTS", "Practice", "Sort", "make", "remade"]

SEEDS = 1_000_000
"""Seeds are below this."""
_TRIES = 2000
_ID = re.compile(r"practice-([a-z]+)-(\d)-(\d{1,6})")


class Sort(Record):
    """One sort of task."""

    id: str
    about: str
    """What is trained, in a few words."""
    after: str
    """The lesson that teaches it."""
    made: Callable[[Random, int], MadeTask]


SORTS = {
    sort.id: sort
    for sort in (
        Sort("nudge", "measure a slope", "nudge", nudge),
        Sort("stale", "read what a node holds", "graph", stale),
        Sort("chain", "multiply along a road", "chain-rule", chain),
        Sort("gradient", "predict a gradient", "accumulate", gradient),
        Sort("order", "order of firing", "order", order),
        Sort("references", "count references", "refcount", references),
        Sort("freed", "count what is freed", "cascade", freed),
        Sort("leak", "mend a leak", "leak", leak),
        Sort("fault", "name a fault", "mystery", fault),
    )
}
"""Every sort of task, in the order in which the lessons teach it."""
FIRST = ("nudge", "stale", "chain")
"""Those that the first three lessons teach: practice begins with them, whatever is known."""


@dataclass(frozen=True, slots=True)
class Practice(Lesson):
    """A made task, as a lesson of one step."""

    sort: str = ""
    seed: int = 0


def make(sort: str, level: int, seed: int) -> Practice:
    """A task. Raises `KeyError` for no sort, `ValueError` for a level or seed out of range."""
    if not (1 <= level <= LEVELS and 0 <= seed < SEEDS):
        raise ValueError(f"level is {level} and seed {seed}; expected 1 to {LEVELS}, and 0 to {SEEDS - 1}")
    random = Random(f"{sort} {level} {seed}")
    for _ in range(_TRIES):
        try:
            task = SORTS[sort].made(random, level)
        except UnfitError:
            continue
        id_ = f"practice-{sort}-{level}-{seed}"
        lesson = read_lesson(lesson_text(id_, f"Practice: {SORTS[sort].about}", task), Path(f"{id_}.md"))
        same = {each.name: getattr(lesson, each.name) for each in fields(Lesson)} | {"level": level}
        return Practice(**same, sort=sort, seed=seed)
    raise AssertionError(f"no task of {sort} at level {level} from seed {seed}")


def remade(id_: str) -> Practice | None:
    """The task of an id; None if it is none of these."""
    found = _ID.fullmatch(id_)
    if found is None or found[1] not in SORTS or not 1 <= int(found[2]) <= LEVELS:
        return None
    return make(found[1], int(found[2]), int(found[3]))
