"""What a diagnosis consists of, and what all its findings are worded with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from microcrad.diagnosis.non_finite import Made, Sent
from microcrad.text.formulas import Written
from microcrad.timeline.log import Log
from microcrad.timeline.paths import below
from microcrad.timeline.sentences import called
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Finding", "LogGraph", "Trouble", "finding", "made", "operand_data", "sent", "smaller_steps"]


class Trouble(StrEnum):
    """What a finding is of, the most serious first."""

    MEMORY = "touch of freed memory"
    STOPPED = "error"
    NUMBER = "non-finite number"
    GRAD = "non-finite grad"
    EXPLODING = "exploding grad"
    VANISHING = "vanishing grad"
    SILENT = "silent nodes"
    UNCLEARED = "grad not cleared"
    ANEW = "new node for a step"
    LEAK = "leak"

    @property
    def not_finite(self) -> bool:
        """Whether it is of a nan or an infinity."""
        return self in (Trouble.NUMBER, Trouble.GRAD)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong, where it first shows."""

    kind: Trouble
    node: int
    """The node to look at: whose number it is, or who receives the grad; of silent nodes, the first. -1 where
    an error stopped the program, which is of no node."""
    event: int
    """The index of the event that shows it."""
    line: int
    sentence: str
    """What happened, from which numbers, and why."""
    repair: str
    """What to do about it; empty if that may not be told."""
    path: tuple[int, ...] = ()
    """The nodes along which a gradient grew or shrank, from the root on."""

    @property
    def text(self) -> str:
        """The sentence and the repair."""
        return f"{self.sentence} {self.repair}".rstrip()


def finding(
    at: Snapshot, kind: Trouble, node: int, event: int, sentence: str, repair: str, path: tuple[int, ...] = ()
) -> Finding:
    """A finding, with the line of the event that shows it."""
    return Finding(kind, node, event, at.log.span(event).line, sentence, repair, path)


def operand_data(log: Log, node: int, position: int) -> tuple[float, ...]:
    """The numbers of a node's operands at a moment."""
    numbers = (log.data(operand, position) for operand in log.operands(node))
    return tuple(math.nan if number is None else number for number in numbers)


def made(at: Snapshot, node: int, event: int) -> Made:
    """How a node got its number, or, after it has one, sends its grad, as seen at an event."""
    log = at.log
    then = Snapshot(at.program, log, event)
    operands = tuple(then.written(operand) for operand in log.operands(node))
    result = log.data(node, event + 1)
    assert result is not None
    name = Written(called(then, node))
    numbers = operand_data(log, node, event)
    return Made(log.operation(node), name, operands, numbers, log.extras[node], result, at.digits)


def sent(at: Snapshot, event: int) -> Sent:
    """What went along an edge, by the event."""
    edge = at.log.event(event)
    sender = made(at, edge.source, event)
    return Sent(sender, edge.slot, edge.local, edge.upstream, edge.before, edge.value)


class LogGraph:
    """The graph of a run as it is just after an event."""

    def __init__(self, at: Snapshot, event: int, data: Mapping[int, float | None] | None = None) -> None:
        """`data` are the nodes' numbers where they are not those of the run."""
        self.log = at.log
        self.data = data
        self.at = at.moved(event)
        self.op, self.operands = self.log.operation, self.log.operands

    def users(self, node: int) -> list[int]:
        """The nodes that have it as an operand."""
        left, right = self.log.left, self.log.right
        return [user for user in range(node + 1, len(left)) if node in (left[user], right[user])]

    def number(self, node: int) -> float:
        """Its number; the one that it will get where it has none yet."""
        number = (self.data or {}).get(node)
        number = self.log.data(node, self.at.position + 1) if number is None else number
        return self.log.values[self.log.computed[node]] if number is None else number

    def extra(self, node: int) -> float:
        """Its operation's parameter."""
        return self.log.extras[node]

    def written(self, node: int) -> Written:
        """What to call it in a formula."""
        return self.at.written(node)

    def together(self, nodes: Sequence[int]) -> bool:
        """Whether the same piece of the program made all of them."""
        return len({self.log.span(self.log.born[node]) for node in nodes}) == 1


def smaller_steps(at: Snapshot, node: int, event: int) -> str:
    """The repair where a leaf below was written again and again and grew; else an empty string."""
    log = at.log
    largest, leaf = 0.0, -1
    for each in below(log, [node]):
        if each in log.data_events:
            size = abs(log.data(each, event) or 0.0)
            if size > max(largest, 1e3 * max(1.0, abs(log.values[log.born[each]]))):
                largest, leaf = size, each
    if leaf < 0:
        return ""
    name = called(Snapshot(at.program, log, event), leaf)
    first, now = log.values[log.born[leaf]], log.data(leaf, event)
    assert now is not None
    return f"Take smaller steps: what was written to {name} grew from {at.digits(first)} to {at.digits(now)}."
