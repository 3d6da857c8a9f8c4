"""One moment of a run, frozen: what panes, commands, lessons and exports read.

A `Snapshot` is a log and a position. It is made in no time and holds no rows; they are worked out as they
are asked for.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property, partial

from microcrad.language.source_places import Span
from microcrad.language.statements import Program
from microcrad.ops import ADD, LEAF, MUL, POW, Operation
from microcrad.records import Record
from microcrad.text.formulas import ATOM, Written, forward, number
from microcrad.text.numbers import full, short
from microcrad.timeline.holders import Holders, Ownership
from microcrad.timeline.log import Event, Kind, Log, View
from microcrad.timeline.long_temporaries import called_for_short, minus_of, one_piece
from microcrad.timeline.telling import EVERYTHING, Telling

__all__ = ["HeapState", "NodeRow", "NodeState", "Snapshot", "run_of"]


class NodeState(StrEnum):
    """What has become of a node."""

    LIVE = "live"
    FREED = "freed"
    LEAKED = "leaked"
    """Live, and no longer anyone's to free: said only once the program has ended."""


class NodeRow(Record):
    """One node at one moment."""

    id: int
    """Its place in the order of allocation, from 0."""
    label: str
    """Its name, or its expression if it has none; in parentheses if the name has moved on."""
    name: str | None
    """The first of the names that mean it now."""
    op: str
    """The operation's name in the table."""
    symbol: str
    """The operation's symbol."""
    data: float | None
    """Its number; None between its allocation and its computation, or if it is kept back."""
    grad: float
    """Its gradient; nan if it is kept back."""
    refs: int
    """How many references there are to it; -1 if that is kept back."""
    prev: tuple[int, ...]
    """Its operands in slot order."""
    extra: float
    line: int
    """The line that made it."""
    live: bool
    leaked: bool
    """Whether it outlives the program; said only once the program has ended."""
    hidden: str = ""
    """Which of its numbers is shown as a question mark: `data`, `grad`, `refs` or none."""


class HeapState(Record):
    """Numbers of nodes at one moment."""

    live: int
    peak: int
    allocated: int
    freed: int
    leaked: int


@dataclass(frozen=True)
class Snapshot:
    """The state of a run after its first `position` events."""

    program: Program
    log: Log
    position: int
    telling: Telling = EVERYTHING
    """What may be told of it."""

    def moved(self, position: int) -> Snapshot:
        """Another moment of the same run; what is kept back stays so."""
        return replace(self, position=position)

    def digits(self, x: float) -> str:
        """A number as sentences about this moment write it."""
        return full(x) if self.telling.exact else short(x)

    @property
    def end(self) -> Snapshot:
        """The end of the run."""
        return self.moved(len(self.log))

    @property
    def launch(self) -> Snapshot:
        """Where a freshly opened program stands: just before its first `backward`, else at its end."""
        return self.moved(self.log.seeds[0] if self.log.seeds else len(self.log))

    @property
    def last_line(self) -> Snapshot:
        """Where the last line begins, at which its names still mean something."""
        return self.moved(self.log.lines[-1] if self.log.lines else 0)

    @property
    def event_count(self) -> int:
        """How many events the whole run has."""
        return len(self.log)

    @property
    def node_count(self) -> int:
        """How many nodes the whole run allocates."""
        return self.log.node_count

    @property
    def begun(self) -> bool:
        """Whether a `backward` has begun."""
        return bool(self.log.seeds) and self.position > self.log.seeds[0]

    @property
    def graded(self) -> bool:
        """Whether a grad has been written by now, or is asked for: until then all of them are 0."""
        if self.begun or self.telling.field == "grad":
            return True
        return Kind.WRITE_GRAD in self.log.kinds[: self.position].tobytes()

    @property
    def backwards(self) -> Sequence[int]:
        """The positions from which each `backward` of the run starts."""
        return self.log.seeds

    def starts_of(self, line: int) -> list[int]:
        """The positions from which a line starts, each time that it runs."""
        log = self.log
        of_line = [statement.span.line == line for statement in log.statements]
        return [log.starts[i] for i, number in enumerate(log.started) if of_line[number]]

    def same_run(self, other: Snapshot) -> bool:
        """Whether another moment is of the same run."""
        return self.log is other.log

    @property
    def ended(self) -> bool:
        """Whether the program has run to its end."""
        return self.position == len(self.log) > 0 and self.log.kinds[-1] == Kind.END

    @cached_property
    def names(self) -> dict[str, int]:
        """Which node each name means, in the order the names were first used."""
        return self.log.bindings(self.position)

    @cached_property
    def names_by_node(self) -> dict[int, list[str]]:
        """The names that mean each node, of all nodes at once; for a few, ask `names_of`."""
        names: dict[int, list[str]] = {}
        for name, node in self.names.items():
            names.setdefault(node, []).append(name)
        return names

    @cached_property
    def names_of(self) -> Callable[[int], list[str]]:
        """The names that mean one node: every pane asks for those of the same few."""
        return cache(partial(self.log.names, position=self.position))

    @property
    def heap(self) -> HeapState:
        """How many nodes are live, were freed and so on."""
        allocated, freed = self.log.allocated(self.position), self.log.freed(self.position)
        peak = self.log.peaks[allocated - 1] if allocated else 0
        return HeapState(allocated - freed, peak, allocated, freed, len(self.leaks))

    @property
    def leaks(self) -> frozenset[int]:
        """The nodes that outlive the program; empty until it has ended."""
        return self.log.leaks if self.ended else frozenset()

    @property
    def output(self) -> list[str]:
        """What the program has printed; nothing while a number is kept back, which may be among it."""
        return [] if self.telling.field else self.said(Kind.PRINT)

    def said(self, kind: Kind) -> list[str]:
        """The texts of all prints, warnings or errors so far."""
        return [event.text for event in self.events(kind)]

    # --- events ---

    def event(self, index: int) -> Event:
        """An event of the run, counted from 0."""
        return self.log.event(index)

    def events(self, *wanted: Kind) -> Iterator[Event]:
        """The events so far that are of some kinds, in order."""
        kinds = self.log.kinds
        return (self.log.event(index) for index in range(self.position) if kinds[index] in wanted)

    def in_view(self, view: View) -> Sequence[int]:
        """The events of a view in the whole run, by their indices."""
        return self.log.view_events(view)

    # --- nodes ---

    @property
    def nodes(self) -> range:
        """Every node allocated so far, freed ones included."""
        return range(self.log.allocated(self.position))

    def row(self, node: int) -> NodeRow:
        """One node, with everything a table shows."""
        log, position = self.log, self.position
        op = log.operation(node)
        names, hidden = self.names_of(node), self.hides(node)
        return NodeRow(
            node, self.label(node), names[0] if names else None, op.name, op.symbol,
            None if hidden == "data" else log.data(node, position),
            math.nan if hidden == "grad" else log.grad(node, position),
            -1 if hidden == "refs" else log.ref_count(node, position), log.operands(node), log.extras[node],
            log.span(log.born[node]).line, log.is_live(node, position), node in self.leaks, hidden,
        )  # fmt: skip

    def operation(self, node: int) -> Operation:
        """What made a node."""
        return self.log.operation(node)

    def operands(self, node: int) -> tuple[int, ...]:
        """A node's operands in slot order."""
        return self.log.operands(node)

    def extra(self, node: int) -> float:
        """The constant that a node's operation has, such as an exponent."""
        return self.log.extras[node]

    def born_as(self, node: int) -> float:
        """The number that a leaf was made with."""
        return self.log.values[self.log.born[node]]

    def data(self, node: int) -> float | None:
        """A node's number; None while it has not been computed."""
        return self.log.data(node, self.position)

    def grad(self, node: int) -> float:
        """A node's gradient."""
        return self.log.grad(node, self.position)

    def received(self, node: int) -> bool:
        """Whether a gradient has arrived at a node, one of 0 as well, and was not cleared since."""
        log = self.log
        events = log.grad_events.get(node, ())
        place = bisect_left(events, self.position)
        if not place:
            return False
        last = events[place - 1]
        return log.kinds[last] != Kind.WRITE_GRAD or log.values[last] != 0

    def is_live(self, node: int) -> bool:
        """Whether a node is there and has not been freed."""
        return self.log.is_live(node, self.position)

    def freed_by(self, node: int) -> Span:
        """What of the program frees a node."""
        return self.log.span(self.log.freed_at[node])

    def named(self, node: int) -> list[str]:
        """Every name that has meant a node so far, in order."""
        return [name for event, name in self.log.names_of.get(node, ()) if event < self.position]

    def ever_called(self, name: str) -> set[int]:
        """Every node that a name has meant so far."""
        named = self.log.names_of.items()
        return {node for node, names in named if any(e < self.position and n == name for e, n in names)}

    def next_naming(self, name: str) -> int | None:
        """The next event that gives a name to a node, or takes it; None if there is none."""
        return next((e for e in self.log.bind_events.get(name, ()) if e >= self.position), None)

    def hides(self, node: int) -> str:
        """Which number of a node is kept back now, or an empty string."""
        return self.telling.field if node in self.hidden_nodes else ""

    @cached_property
    def hidden_nodes(self) -> frozenset[int | None]:
        """The nodes whose number is kept back: the one that is meant now, and the one that is at the end.

        Those differ in a loop, and between the event that computes a node and the one that names it.
        """
        if not self.telling.field:
            return frozenset()
        wanted = self.telling.node
        return frozenset({self.find(wanted), self.moved(len(self.log)).find(wanted)})

    def span(self, node: int) -> Span:
        """The expression that made a node."""
        return self.log.span(self.log.born[node])

    def label(self, node: int) -> str:
        """What to call a node: its names, or its expression in terms of its operands' names."""
        names = self.names_of(node)
        return ", ".join(names) if names else self.written(node).text

    def written(self, node: int) -> Written:
        """A node's label as part of a formula: its name, its expression, or `t1` if that is long."""
        names = self.names_of(node)
        if names:
            return Written(names[0])
        labels = [text for since, text in self.log.labels.get(node, ()) if since <= self.position]
        if labels:
            return Written(labels[-1], ATOM if labels[-1].isidentifier() else 0)
        former = self.named(node)
        if former:
            own = former[-1] in self.log.passing and self.log.last_called(former[-1], self.position) == node
            return Written(former[-1] if own else f"({former[-1]})")
        op = self.log.operation(node)
        if op is LEAF:
            return number(self.log.values[self.log.born[node]], self.digits)
        short_name = called_for_short(self.log, node)
        if short_name is not None:
            return Written(short_name)
        expression = self._as_in_source(node)
        if expression is not None:
            return expression
        return forward(op, tuple(map(self.written, self.log.operands(node))), self.log.extras[node])

    def _as_in_source(self, node: int) -> Written | None:
        """`-a`, `a - b` or `a / b` for what these are built of, if that is what stands in the program."""
        taken = minus_of(self.log, node)
        if taken is not None:
            whole = self.written(taken)
            return Written(f"-({whole.text})" if whole.text.startswith("-") else f"-{whole.inside(3)}", 3)
        op, operands = self.log.operation(node), self.log.operands(node)
        if len(operands) < 2 or not one_piece(self.log, node, operands[1]):
            return None
        left, right = operands
        if op is ADD and (taken := minus_of(self.log, right)) is not None:
            first, second = self.written(left), self.written(taken)
            behind = f"({second.text})" if second.text.startswith("-") else second.inside(2)
            return Written(f"{first.inside(1)} - {behind}", 1)
        if op is MUL and self.log.operation(right) is POW and self.log.extras[right] == -1:
            below = self.written(self.log.left[right])
            return Written(f"{self.written(left).inside(2)}/{below.inside(3)}", 2)
        return None

    def node_called(self, wanted: str) -> int | None:
        """The node that a name, an expression or `#` and a number means, or None.

        Of several that are written alike it is a live one before a freed one, and the newest.
        """
        wanted = wanted.strip()
        if wanted in self.names:
            return self.names[wanted]
        if wanted.startswith("#"):
            number = wanted[1:]
            return int(number) if number in map(str, self.nodes) else None
        text = "".join(wanted.split())
        for written in (self.label, lambda node: self.program.source(self.span(node))):
            alike = [node for node in self.nodes if "".join(written(node).split()) == text]
            if text and alike:
                return max(alike, key=lambda node: (self.log.is_live(node, self.position), node))
        return None

    def find(self, wanted: str) -> int | None:
        """The node that a name or an expression means, or that a name meant last; None if there is none."""
        found = self.node_called(wanted)
        if found is not None:
            return found
        named = self.log.names_of.items()
        former = [(event, node) for node, names in named for event, name in names if name == wanted]
        return max(((event, node) for event, node in former if event < self.position), default=(0, None))[1]

    def owners(self, node: int) -> Sequence[Ownership]:
        """Every reference to a node, oldest first."""
        return Holders(self.log, node, self.position)


def run_of(at: Snapshot) -> Log:
    """What is one and the same object at every moment of a run, and goes with it: what is found out of a
    whole run can be kept by it."""
    return at.log
