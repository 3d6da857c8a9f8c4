"""A whole graph's gradients beside finite differences: each leaf of a backward pass, and why one differs.

The graph is computed again from the log; the program is not run again. A grad is what stood there when the
pass had come to its end. It is compared with two numbers: what nudging the leaf says, and what this one pass
brings by the table's rules. Where it is not the second, something was added, overwritten or left out; where
that is not the first, the function has a kink or an edge there, or its numbers were written to since.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from microcrad.diagnosis.built import wording_of
from microcrad.diagnosis.findings import LogGraph, sent
from microcrad.diagnosis.non_finite import Made
from microcrad.gradcheck import nudge
from microcrad.run.faults import Fault
from microcrad.run.told import UNKNOWN
from microcrad.text.formulas import Written
from microcrad.timeline.differences import Nudged, nudged
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.paths import below
from microcrad.timeline.snapshot import Snapshot

__all__ = ["GraphCheck", "LeafCheck", "Verdict", "summary"]

RELATIVE, ABSOLUTE = 1e-5, 1e-7
"""How far a grad may be from its finite difference."""
_FINER = (2**-6, 2**-12, 2**-18)
"""Where the usual step is too wide for a strong bend or a near edge, these parts of it are tried."""
_TOO_LARGE = "The numbers on the way are too large for a nudge to show this slope."
_TIMES = {2: "twice", 3: "three times"}


class Verdict(StrEnum):
    """What comes of comparing one grad with its finite difference."""

    AGREES = "agrees"
    KINK = "kink"
    """The function has a kink there, and both numbers are right."""
    UNSURE = "cannot tell"
    """Rounding hides the slope from nudging: the numbers on the way are too large."""
    NO_SLOPE = "no slope"
    """The function or its slope is not finite there."""
    NOT_FINITE = "not finite"
    """The function has a slope there, but something on the way back is not finite, and so is the grad."""
    ADDED_UP = "added up"
    """The grad holds what was there before this pass, too."""
    KEPT = "kept"
    """The same of a leaf that no line steps, where what is stepped is cleared: nobody needs its grad."""
    FAULT = "fault"
    """The engine was wrong on purpose."""
    STALE = "stale"
    """Numbers were written after others were computed from them."""
    DIFFERS = "differs"

    @property
    def good(self) -> bool:
        """Whether nothing is known to be wrong with the grad."""
        return self is Verdict.AGREES or self in _EXCUSED


_EXCUSED = {
    Verdict.KINK: "at a kink, where both are right",
    Verdict.UNSURE: "that rounding hides",
    Verdict.KEPT: "of leaves that no line steps or clears, which hold several passes",
}


@dataclass(frozen=True, slots=True)
class LeafCheck:
    """One leaf's grad beside its finite difference."""

    node: int
    name: str
    value: float
    grad: float
    numeric: float
    """The slope by a central difference; nan where there is none."""
    verdict: Verdict
    says: str
    """Why the two differ, in one sentence; empty where they agree."""


def summary(checks: Sequence[LeafCheck]) -> str:
    """All of some checks in one sentence."""
    wrong = [check for check in checks if not check.verdict.good]
    verdicts = Counter(check.verdict for check in checks)
    count = f"{len(checks)} {'grad' if len(checks) == 1 else 'grads'}"
    but = "".join(f", but for {verdicts[each]} {why}" for each, why in _EXCUSED.items() if verdicts[each])
    if not wrong:
        return f"{count} checked: all agree with their finite differences{but}."
    names = ", ".join(check.name for check in wrong[:3]) + (", ..." if len(wrong) > 3 else "")
    do = "does" if len(wrong) == 1 else "do"
    return f"{count} checked: {len(wrong)} {do} not agree ({names})."


class GraphCheck:
    """The gradient check of one backward pass. `steps` does the work, one leaf at a time, and can be left."""

    def __init__(self, at: Snapshot, seed: int, fault: Fault | None = None) -> None:
        """Check the pass that the event `seed` began; `fault` is the one that was on in the run."""
        log = self.log = at.log
        self.seed, self.fault = seed, fault
        self.root = log.subjects[seed]
        self.line = log.span(seed).line
        """The line that called backward."""
        end = seed + 1
        while end < len(log) and log.kinds[end] == Kind.EDGE:
            end += 1
        self.at = at.moved(end)
        """The end of the pass."""
        self._nodes = sorted(below(log, [self.root]))
        leaves = [node for node in self._nodes if not log.operands(node)]
        self.leaves = tuple(sorted(leaves, key=lambda node: (not log.names_of.get(node), node)))
        """The leaves that the root depends on, those with a name first."""
        self._right = _brought(log, seed, self._nodes, {})

    @classmethod
    def of(cls, at: Snapshot, fault: Fault | None = None) -> GraphCheck | None:
        """The check of the last pass that has begun at a moment, or else of the first; None without one."""
        seed = at.log.seed(at.position)
        return None if seed is None else cls(at, seed, fault)

    def steps(self) -> Iterator[LeafCheck]:
        """Check the leaves, one after another."""
        return map(self.check, self.leaves)

    def check(self, node: int) -> LeafCheck:
        """Check one leaf."""
        log = self.log
        moved = nudged(log, self.seed, node)
        assert moved is not None  # The root depends on it.
        grad, x = log.grad(node, self.at.position), moved.x
        h = nudge(x) if math.isfinite(x) else math.nan
        numeric = _central(moved, h)
        verdict, says = Verdict.AGREES, ""
        if not _near(grad, numeric):
            finer = next((d for part in _FINER if _near(grad, d := _central(moved, h * part))), None)
            verdict, says = self._added(node, grad, numeric) or self._kink(moved, h, grad) or (verdict, says)
            if verdict is Verdict.AGREES and finer is not None:
                numeric = finer
            elif verdict is Verdict.AGREES:
                verdict, says = self._no_slope(moved, h, grad, numeric) or self._rest(moved, h, grad, numeric)
        return LeafCheck(node, self.at.label(node), x, grad, numeric, verdict, says)

    # --- why they differ ---

    @cached_property
    def _piled(self) -> dict[int, tuple[float, float]]:
        """What the pass brings on top of what was in the grads before, those on the way included."""
        before = {node: self.log.grad(node, self.seed) for node in self._nodes}
        return _brought(self.log, self.seed, self._nodes, before)

    @cached_property
    def _broken(self) -> str:
        """The first number of the graph that is not finite, in words, or an empty string."""
        return self._not_finite({node: self.log.data(node, self.seed) for node in self._nodes})

    @cached_property
    def _spoilt(self) -> str:
        """The first grad of the pass that is not finite, in words."""
        log = self.log
        wrong = (i for i in range(self.seed + 1, self.at.position) if not math.isfinite(log.values[i]))
        event = next(wrong, None)
        return (
            "What was in the grads before is not finite." if event is None else sent(self.at, event).sentence
        )

    @cached_property
    def stale(self) -> str:
        """Which number was written after another was computed from it, in a sentence; empty if none was.

        The grads may agree all the same: they are slopes at the numbers that stand there now.
        """
        return _stale(self.at, self.seed, self._nodes)

    def said(self, checks: Sequence[LeafCheck]) -> str:
        """All of its checks in one sentence, and which number is out of date where none of them tells."""
        told = any(check.verdict is Verdict.STALE for check in checks)
        return summary(checks) if told or not self.stale else f"{summary(checks)} {self.stale}"

    def _added(self, node: int, grad: float, numeric: float) -> tuple[Verdict, str] | None:
        """What this pass alone does not explain: what was in the grads before it, or what a fault did."""
        right, size = self._right[node]
        if _same(grad, right, size):
            return None
        piled, size = self._piled[node]
        if _same(grad, piled, size):
            passes = self._passes(node)
            if (
                passes > 1
                and math.isfinite(grad)
                and _near(right, numeric)
                and self._only_others_are_cleared(node)
            ):
                return Verdict.KEPT, (
                    f"{passes} backward passes have added to it, and no line has cleared it in between; "
                    f"this one alone brings {self.at.digits(right)}, the slope."
                )
            stale = self.fault is not None and not self.fault.clears
            clear = "The fault stale keeps zero_grad from clearing." if stale else "Call zero_grad first."
            if _same(grad, passes * right, size):
                times = _TIMES.get(passes, f"{passes} times")
                says = f"grad is {times} the slope: {passes} backward passes added up."
            elif passes > 1:
                says = f"{passes} backward passes added up; this one alone brings {self.at.digits(right)}."
            else:
                was = self.at.digits(self.log.grad(node, self.seed))
                says = f"grad was {was} before backward, which alone brings {self.at.digits(right)}."
            return Verdict.ADDED_UP, f"{says} {clear}"
        if self.fault is not None:
            named = self.fault is not UNKNOWN
            which = f"The fault {self.fault.name} is on, {self.fault.title}" if named else "A fault is on"
            return Verdict.FAULT, f"{which}; {self.at.digits(right)} is right."
        return (
            Verdict.DIFFERS,
            f"By the chain rule it is {self.at.digits(right)}: backward has not come to its end.",
        )

    def _passes(self, node: int) -> int:
        """How many backward passes have added to a grad since it was last assigned or cleared."""
        log = self.log
        seeds: set[int] = set()
        for event in log.grad_events.get(node, ()):
            if event >= self.at.position:
                break
            if log.kinds[event] == Kind.EDGE:
                seeds.add(log.seed(event) or 0)
            else:
                seeds.clear()
        return len(seeds)

    def _only_others_are_cleared(self, node: int) -> bool:
        """Whether no line has stepped a leaf, and others were cleared between the passes that added to it."""
        log, first = self.log, 0
        if self.fault is not None or any(event < self.seed for event in log.data_events.get(node, ())):
            return False
        for event in log.grad_events[node]:
            if event >= self.seed:
                break
            if log.kinds[event] != Kind.EDGE:
                first = 0
            first = first or event
        return any(
            first < event < self.seed and log.kinds[event] != Kind.EDGE
            for leaf in self.leaves
            for event in log.grad_events.get(leaf, ())
        )

    def _kink(self, moved: Nudged, h: float, grad: float) -> tuple[Verdict, str] | None:
        """A node whose rule takes another branch on the other side."""
        here = moved(moved.x)
        left, right = moved.numbers(moved.x - h), moved.numbers(moved.x + h)
        slopes = (here - left[moved.root]) / h, (right[moved.root] - here) / h
        if not all(map(math.isfinite, (*slopes, grad))):
            return None
        for node in moved.affected:
            op, a, k = self.log.operation(node), self.log.left[node], self.log.extras[node]
            sides = [op.differentiate(side.get(a, 0.0), 0.0, k, side[node]) for side in (left, right)]
            if op.kinked and a in left and sides[0] != sides[1]:
                name = self.at.written(node).text
                where = f"{name} has its kink within {self.at.digits(h)} of {self.at.label(moved.node)}"
                below, above = map(self.at.digits, slopes)
                return Verdict.KINK, f"{where}: the slope is {below} below and {above} above."
        return None

    def _no_slope(self, moved: Nudged, h: float, grad: float, numeric: float) -> tuple[Verdict, str] | None:
        """Where a number on the way is not finite, here or a nudge away."""
        if math.isfinite(grad) and math.isfinite(numeric):
            return None
        if math.isfinite(numeric):
            return Verdict.NOT_FINITE, self._broken or self._spoilt
        if self._broken:
            return Verdict.NO_SLOPE, self._broken
        for way, x in (("down", moved.x - h), ("up", moved.x + h)):
            broken = self._not_finite({**dict(enumerate(moved.data)), **moved.numbers(x)})
            if broken:
                return Verdict.NO_SLOPE, f"Nudged {way}, {broken}"
        if math.isfinite(grad):
            return Verdict.UNSURE, _TOO_LARGE
        return (
            Verdict.NO_SLOPE,
            f"The slope is not finite at {self.at.label(moved.node)} = {self.at.digits(moved.x)}.",
        )

    def _not_finite(self, data: Mapping[int, float | None]) -> str:
        """The first of some numbers that is not finite, in words; or an empty string."""
        log, at = self.log, self.at
        for node in self._nodes:
            number = data[node]
            if number is not None and not math.isfinite(number):
                operands = log.operands(node)
                numbers = (data[operand] for operand in operands)
                how = Made(
                    log.operation(node), Written(at.written(node).text), tuple(map(at.written, operands)),
                    tuple(math.nan if x is None else x for x in numbers), log.extras[node], number,
                    at.digits,
                )  # fmt: skip
                whole = None if how.limit() is None else wording_of(LogGraph(at, at.position, data), node)
                return how.sentence if whole is None else whole.said("the first")
        return ""

    def _rest(self, moved: Nudged, h: float, grad: float, numeric: float) -> tuple[Verdict, str]:
        if self.stale:
            return Verdict.STALE, self.stale
        noise = 8 * sys.float_info.epsilon * max(map(abs, moved.numbers(moved.x + h).values())) / h
        if abs(grad - numeric) <= noise:
            return Verdict.UNSURE, _TOO_LARGE
        return Verdict.DIFFERS, "The function bends too strongly there for a finite difference."


# --- numbers -------------------------------------------------------------------------------------------


def _central(moved: Nudged, h: float) -> float:
    above, below_ = moved.x + h, moved.x - h
    return math.nan if above == below_ else (moved(above) - moved(below_)) / (above - below_)


def _near(grad: float, numeric: float) -> bool:
    return math.isfinite(grad) and math.isclose(grad, numeric, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _same(x: float, y: float, size: float) -> bool:
    """Whether two sums of the same terms, of this size in all, differ at most by their order."""
    return x == y or (x != x and y != y) or (math.isfinite(size) and abs(x - y) <= 1e-9 * size)


def _brought(
    log: Log, seed: int, nodes: Sequence[int], before: Mapping[int, float]
) -> dict[int, tuple[float, float]]:
    """What a right pass makes of the grads there were before, and the size of the terms that it adds up."""
    found = {node: (before.get(node, 0.0), abs(before.get(node, 0.0))) for node in nodes}
    found[log.subjects[seed]] = 1.0, 1.0
    data = {node: math.nan if (x := log.data(node, seed)) is None else x for node in nodes}
    for node in reversed(nodes):  # Users come after their operands in the order of allocation.
        operands = log.operands(node)
        if not operands:
            continue
        upstream, size = found[node]
        b = data[operands[1]] if len(operands) > 1 else 0.0
        partials = log.operation(node).differentiate(data[operands[0]], b, log.extras[node], data[node])
        for operand, local in zip(operands, partials, strict=True):
            total, terms = found[operand]
            found[operand] = total + local * upstream, terms + abs(local) * size
    return found


def _stale(at: Snapshot, seed: int, nodes: Sequence[int]) -> str:
    """What to say if a number was written after another was computed from it; else an empty string."""
    log = at.log
    written = [node for node in nodes if node in log.data_events and log.data_events[node][0] < seed]
    for node in nodes if written else ():
        if node in written and log.operands(node):
            line = log.span(log.data_events[node][0]).line
            return f"{at.label(node)} was written on line {line}, and is not what its operands give."
        for operand in log.operands(node):
            late = [event for event in log.data_events.get(operand, ()) if log.computed[node] < event < seed]
            if late:
                return (
                    f"{at.label(operand)} was written on line {log.span(late[0]).line}, after "
                    f"{at.written(node).text} was computed from it. Compute that again before backward."
                )
    return ""
