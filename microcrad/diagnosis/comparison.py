"""A run with a fault beside the right run of the same program, node by node, at any moment.

Both runs execute the same statements and make the same nodes in the same order, since what a program does
never depends on its numbers. So nodes correspond by their ids and moments by the statements begun. Within a
statement a moment corresponds to just after the furthest of the right run's events that has happened in the
faulty run; what never happens there is taken along at once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass

from microcrad.diagnosis.departures import Departure, Two, first_departure, key, same
from microcrad.language.statements import Program
from microcrad.run.result import Run
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Beside", "Comparison", "FirstWrong", "compare"]


@dataclass(frozen=True, slots=True)
class FirstWrong:
    """Where a faulty run departs from the right one."""

    position: int
    """The first position at which something differs: after the wrong event, or where one is missing."""
    what: Departure

    @property
    def sentence(self) -> str:
        """What should have happened there, and what did."""
        return self.what.sentence


@dataclass(frozen=True, slots=True)
class Comparison:
    """One moment of a faulty run beside the right one."""

    snapshot: Snapshot
    """The faulty run."""
    right: Snapshot | None
    """The right run at the corresponding moment, or None if it was stopped before. While nothing has gone
    wrong it is the faulty run itself, which is as right as the other, even if it took another order."""
    first_wrong: FirstWrong | None
    """Where the runs depart, which may be later than this moment; None if nothing ever differs."""
    note: str
    """What to know if one of the runs was stopped early, in a sentence; else an empty string."""

    def right_grad(self, node: int) -> float | None:
        """A node's grad in the right run; None if there is nothing to compare with."""
        at = self._right_of(node)
        return None if at is None else at.log.grad(node, at.position)

    def right_refs(self, node: int) -> int | None:
        """A node's references in the right run; None if there is nothing to compare with."""
        at = self._right_of(node)
        return None if at is None else at.log.ref_count(node, at.position)

    def grad_differs(self, node: int) -> bool:
        """Whether a node's grad is not the right one."""
        right = self.right_grad(node)
        return right is not None and not same(self.snapshot.log.grad(node, self.snapshot.position), right)

    def refs_differ(self, node: int) -> bool:
        """Whether a node has not as many references as in the right run."""
        right = self.right_refs(node)
        return right is not None and self.snapshot.log.ref_count(node, self.snapshot.position) != right

    def differs(self, node: int) -> bool:
        """Whether a node's grad or number of references is not the right one."""
        return self.grad_differs(node) or self.refs_differ(node)

    def _right_of(self, node: int) -> Snapshot | None:
        return self.right if self.right is not None and node in self.right.nodes else None


@dataclass(frozen=True, slots=True)
class Beside:
    """Two whole runs beside each other; `at` compares one moment in no time."""

    program: Program
    log: Log
    right: Log
    first_wrong: FirstWrong | None
    note: str
    positions: array[int]
    """For each position of the faulty run, the right one's; they end where the right run was stopped."""

    def at(self, position: int) -> Comparison:
        """The comparison after the faulty run's first `position` events."""
        here = Snapshot(self.program, self.log, position)
        right: Snapshot | None = None
        if self.first_wrong is None or position < self.first_wrong.position:
            right = here
        if position >= len(self.positions):
            right = None
        elif right is None:
            right = Snapshot(self.program, self.right, self.positions[position])
        return Comparison(here, right, self.first_wrong, self.note)


def compare(run: Run) -> Beside:
    """Set a run with a fault beside the right run of the same program.

    This goes through both logs once; it takes less time than running the program did.
    """
    assert run.right is not None
    program, log, right = run.program, run.log, run.right.log
    bounds, right_bounds = _bounds(log), _bounds(right)
    last, right_last = len(bounds) - 2, len(right_bounds) - 2
    stopped, right_stopped = _stopped(log), _stopped(right)
    positions = array("I")
    departure: Departure | None = None
    for number in range(min(last, right_last) + 1):
        two = Two(
            program, log, bounds[number], bounds[number + 1],
            right, right_bounds[number], right_bounds[number + 1],
        )  # fmt: skip
        alike = _alike(two)
        if departure is None and not (alike and _same_numbers(two)):
            departure = first_departure(two)
        positions.extend(range(two.right_start, two.right_end) if alike else _aligned(two))
    # The end of the last statement, unless the right run was stopped inside it and the faulty one was not.
    if last < right_last or (last == right_last and stopped >= right_stopped):
        positions.append(right_bounds[last + 1])
    note = ""
    if stopped and (last < right_last or not right_stopped):
        note = (
            f"The run with the fault was stopped on line {_last_line(log)}; "
            "beside it stands the right run at the end of that line."
        )
    elif right_stopped and (right_last < last or not stopped):
        note = f"The right run was stopped on line {_last_line(right)}; from there on nothing is compared."
    return Beside(program, log, right, _placed(departure, positions), note, positions)


def _placed(departure: Departure | None, positions: array[int]) -> FirstWrong | None:
    """The departure with the first position that shows it."""
    if departure is None:
        return None
    if departure.event is not None:
        return FirstWrong(departure.event + 1, departure)
    assert departure.missing is not None
    return FirstWrong(bisect_right(positions, departure.missing), departure)


def _bounds(log: Log) -> list[int]:
    """Where statements begin, and where the last one ends."""
    return [0, *log.starts[1:], len(log)]


def _stopped(log: Log) -> bool:
    """Whether a run did not come to its end."""
    return not len(log) or log.kinds[-1] != Kind.END


def _last_line(log: Log) -> int:
    return log.span(len(log) - 1).line


def _alike(two: Two) -> bool:
    """Whether a statement did the same to the same nodes in both runs, whatever the numbers."""
    a, b = slice(two.start, two.end), slice(two.right_start, two.right_end)
    return two.log.kinds[a] == two.right.kinds[b] and two.log.subjects[a] == two.right.subjects[b]


def _same_numbers(two: Two) -> bool:
    a, b = two.log.values[two.start : two.end], two.right.values[two.right_start : two.right_end]
    return a.tobytes() == b.tobytes()  # Bytes, so that a nan equals itself.


def _aligned(two: Two) -> array[int]:
    """For each position within a statement, the right run's."""
    happens = {key(two.log, index) for index in range(two.start, two.end)}
    keys = [key(two.right, index) for index in range(two.right_start, two.right_end)]
    places: dict[object, list[int]] = defaultdict(list)
    for place, each in enumerate(keys):
        places[each].append(place)
    positions, reached = array("I"), 0
    for index in range(two.start, two.end):
        while reached < len(keys) and keys[reached] not in happens:
            reached += 1
        positions.append(two.right_start + reached)
        if reached < len(keys):
            found = places.get(key(two.log, index), ())
            place = bisect_left(found, reached)
            reached = found[place] + 1 if place < len(found) else reached
    return positions
