"""Random small programs for practice: whole numbers, every line used, all of it worked out in one's head."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from lessons.kinds.base import LESSON_LIMITS
from lessons.progress.progress import HARDEST
from microcrad.run.result import run_program
from microcrad.timeline.snapshot import Snapshot

__all__ = ["LEVELS", "MOST", "MadeProgram", "UnfitError", "graph_program", "node_of", "run_to_end"]

LEVELS = HARDEST
"""The hardest level; the easiest is 1."""
_LEAVES = ("a", "b", "w", "x")
_RESULTS = ("c", "p", "q", "s", "u", "v", "y", "z")
_SIZES = {1: (1, 2), 2: (1, 3), 3: (2, 3), 4: (2, 4), 5: (3, 5)}
"""For each level how many leaves and how many operations."""
MOST = 150
"""No number or slope of a made program is larger: one is to work it out in one's head."""
_TRIES = 400


class UnfitError(Exception):
    """What was drawn makes no good task: draw again."""


@dataclass(frozen=True, slots=True)
class MadeProgram:
    """A program without its `backward`: leaves, then operations, the last of which is the root."""

    leaves: tuple[tuple[str, int], ...]
    results: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Name, expression, and the names that stand in it, slot by slot."""

    @property
    def root(self) -> str:
        """The name of the last result."""
        return self.results[-1][0]

    @property
    def names(self) -> list[str]:
        """All names in the order of their lines."""
        return [name for name, _ in self.leaves] + [name for name, _, _ in self.results]

    @property
    def lines(self) -> list[str]:
        """The lines of the program."""
        return [f"{name} = {number}" for name, number in self.leaves] + [
            f"{name} = {expression}" for name, expression, _ in self.results
        ]

    @property
    def text(self) -> str:
        """The program as text."""
        return "".join(f"{line}\n" for line in self.lines)

    def users(self, name: str) -> list[str]:
        """The results in which a name stands, once for each slot."""
        return [user for user, _, slots in self.results for slot in slots if slot == name]


def graph_program(random: Random, level: int, *, plain: bool = False) -> MadeProgram:
    """A program as large as the level says, all of it reachable from its root.

    Without `plain` it has numbers in its expressions, and relu and squares from level 4 on; with it, every
    operation has two names for operands, so that no node is without a name.
    """
    leaf_count, result_count = _SIZES[level]
    for _ in range(_TRIES):
        leaves = [(name, random.randint(2, 5)) for name in random.sample(_LEAVES, leaf_count)]
        names, results = [name for name, _ in leaves], []
        for name in random.sample(_RESULTS, result_count):
            expression, slots = _operation(random, level, names, plain=plain)
            results.append((name, expression, slots))
            names.append(name)
        made = MadeProgram(tuple(leaves), tuple(results))
        if all(made.users(name) for name in names[:-1]) and _is_small(made):
            return made
    raise UnfitError


def _operation(random: Random, level: int, names: list[str], *, plain: bool) -> tuple[str, tuple[str, ...]]:
    one, other = random.choice(names[-3:]), random.choice(names)
    forms = ["two", "two", "square"] if plain else ["two", "two", "square", "times", "plus"]
    if level >= 3:
        forms.append("minus")
    if level >= 4 and not plain:
        forms += ["relu", "power"]
    number = random.randint(2, 5)
    match random.choice(forms):
        case "square":
            return f"{one}*{one}", (one, one)
        case "times":
            return f"{one}*{number}", (one,)
        case "plus":
            return f"{one} + {number}", (one,)
        case "minus":
            return f"{one} - {other}", (one, other)
        case "relu":
            return f"relu({one})", (one,)
        case "power":
            return f"{one}**2", (one,)
        case _:
            sign = random.choice(["+", "*"])
            return f"{one} + {other}" if sign == "+" else f"{one}*{other}", (one, other)


def _is_small(made: MadeProgram) -> bool:
    """Whether one can work it out in one's head, and no number stands where a slope jumps."""
    at = run_to_end(f"{made.text}backward({made.root})\n")
    rows = [at.row(node) for node in at.nodes]
    kink = any(row.op == "relu" and not row.data for row in rows)
    return not kink and all(abs(row.data or 0) <= MOST and abs(row.grad) <= MOST for row in rows)


def run_to_end(text: str, fault: str | None = None) -> Snapshot:
    """The last moment of a program. Raises `UnfitError` if it does not come to its end."""
    run = run_program(text, fault, limits=LESSON_LIMITS)
    if run.errors:
        raise UnfitError
    return run.end


def node_of(at: Snapshot, name: str) -> int:
    """The node that a name has at a moment. Raises `UnfitError` if it has none."""
    node = at.node_called(name)
    if node is None:
        raise UnfitError
    return node
