"""Which groups of a run are closed, and what is one box of a diagram because of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from microcrad.slices import Slices
from microcrad.timeline.groups import TOP, Path, turn_of

__all__ = ["Grouping", "Member"]

_SLICE = 2_000
"""Nodes that are worked on in one go."""


@dataclass(slots=True)
class Member:
    """A part while its nodes are found."""

    path: Path
    folded: bool
    nodes: list[int]
    turns: list[str] = field(default_factory=list)


class Grouping:
    """Which groups are closed, and what is one box because of that."""

    def __init__(self, paths: Sequence[Path], folded: Callable[[Path], bool], opened: set[Path]) -> None:
        self.runs = [(path, len(list(nodes))) for path, nodes in groupby(paths)]
        """The path of each node in turn, and how many nodes in a row have it."""
        sums: Counter[Path] = Counter()
        for path, count in self.runs:
            sums[path] += count
        counts: Counter[Path] = Counter()
        for path, count in sums.items():
            for depth in range(1, len(path) + 1):
                counts[path[:depth]] += count
        loops = {path[:-1] for path in counts if turn_of(path[-1]) is not None}
        self.gathered = {path for path in loops if path not in opened and folded(path)}
        """The loops whose closed turns are one box where they follow each other."""
        # A group that is all there is in the one around it would only be one more thing to open.
        self.proper = {
            path
            for path, count in counts.items()
            if 1 < count != counts.get(path[: -2 if path[:-1] in loops else -1]) and path not in self.gathered
        }
        """The groups that may be closed, each on its own."""
        self.closed = {
            path
            for path in counts
            if (path in self.proper or path[:-1] in self.gathered) and path not in opened and folded(path)
        }

    def members(self, count: int) -> Slices[tuple[list[Member], list[int]]]:
        """The parts that so many nodes are in, and the part of each."""
        yield
        outermost: dict[Path, Path | None] = {}
        found: list[Member] = []
        part_of: list[int] = []
        places: dict[Path, int] = {}
        """The parts that groups are; that of a loop is the one to which its next closed turn is added."""
        first = 0
        for path, length in self.runs or [(TOP, count)]:
            if path not in outermost:
                around = (path[:depth] for depth in range(1, len(path) + 1))
                outermost[path] = next((each for each in around if each in self.closed), None)
            group = outermost[path]
            for depth in range(1, len(path) if group is None else len(group) - 1):
                places.pop(path[:depth], None)  # A turn stands open: those after it are another box.
            nodes = range(first, first + length)
            first += length
            if group is None:
                part_of += range(len(found), len(found) + length)
                found += [Member(path, False, [node]) for node in nodes]
            else:
                gathered = group[:-1] in self.gathered
                place = places.setdefault(group[:-1] if gathered else group, len(found))
                if place == len(found):
                    found.append(Member(group, True, []))
                found[place].nodes += nodes
                part_of += [place] * length
                if gathered and found[place].turns[-1:] != [group[-1]]:
                    found[place].turns.append(group[-1])
            if first // _SLICE != (first - length) // _SLICE:
                yield
        for member in found:
            if len(member.turns) > 1:
                member.path = member.path[:-1]
            else:
                member.turns = []
            member.folded = len(member.nodes) > 1
        yield
        return found, part_of
