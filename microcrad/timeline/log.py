"""The log of a run: everything the engine did, in order, as compact columns that only ever grow.

A position `p` in a log means "the first p events have happened". What a node looked like at any position
is found by bisecting its few events, so moving through a million events is instant in both directions.
`microcrad.run.recorder` writes logs; `microcrad.timeline.snapshot` reads them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import compress

from microcrad.language.source_places import Span
from microcrad.language.statements import Statement
from microcrad.ops import OPERATIONS, Operation
from microcrad.records import Record

__all__ = ["Event", "Holder", "Kind", "Log", "Reference", "View"]


class Kind(IntEnum):
    """What an event did."""

    ALLOCATE = 0
    """A node came to be, holding its creation reference; a leaf has its number from the start."""
    COMPUTE = 1
    """An operation's result was computed."""
    RETAIN = 2
    RELEASE = 3
    FREE = 4
    """A count reached zero."""
    WRITE_DATA = 5
    WRITE_GRAD = 6
    """A grad was assigned by the program or cleared by zero_grad."""
    SEED = 7
    """backward assigned 1 to its root's grad."""
    EDGE = 8
    """The chain rule was applied along one edge."""
    BIND = 9
    """A name came to mean a node; the value is 1 where it took over the node's creation reference."""
    FORGET = 10
    """A name stopped meaning a node."""
    PRINT = 11
    WARNING = 12
    ERROR = 13
    END = 14
    """The program ended; what is live now and has no name is leaked."""


class View(StrEnum):
    """Which events a walk through the timeline stops at."""

    MATH = "math"
    MEMORY = "memory"
    ALL = "all"


_ALWAYS = frozenset({Kind.PRINT, Kind.WARNING, Kind.ERROR})
_SHOWN: dict[View, frozenset[Kind]] = {
    View.MATH: _ALWAYS | {Kind.COMPUTE, Kind.WRITE_DATA, Kind.WRITE_GRAD, Kind.SEED, Kind.EDGE},
    View.MEMORY: _ALWAYS
    | {Kind.ALLOCATE, Kind.RETAIN, Kind.RELEASE, Kind.FREE, Kind.BIND, Kind.FORGET, Kind.END},
    View.ALL: frozenset(Kind),
}
_MASKS = {view: bytes(kind in kinds for kind in range(256)) for view, kinds in _SHOWN.items()}
"""For each view whether it shows an event, by the number of its kind."""


class Holder(StrEnum):
    """What kind of owner a reference has."""

    CREATION = "creation"
    """The reference a node is born with, while no name has taken it."""
    NAME = "name"
    SLOT = "slot"
    RETAIN = "retain"


class Reference(Record):
    """Who a reference belongs to: a name's text, or a node and its slot."""

    holder: Holder
    name: str = ""
    node: int = -1
    slot: int = -1


@dataclass(frozen=True, slots=True)
class Event:
    """One event, spelled out. Fields that a kind has no use for keep their defaults."""

    index: int
    kind: Kind
    node: int
    """The node whose state changed, or -1."""
    span: Span
    value: float = 0.0
    """The number computed or written; the grad after an edge; the count after a retain or release. PRINT: the
    number that was printed, the last of several; nan if none was."""
    source: int = -1
    """EDGE: the node that sent the gradient to `node`."""
    slot: int = -1
    """EDGE: which slot of `source` `node` stands in."""
    local: float = 0.0
    """EDGE: the derivative of `source` with respect to that slot."""
    upstream: float = 0.0
    """EDGE: the grad of `source`."""
    before: float = 0.0
    """EDGE: the grad of `node` before."""
    reference: Reference | None = None
    """RETAIN, RELEASE: whose reference was taken or given back."""
    text: str = ""
    """BIND, FORGET: the name. PRINT, WARNING, ERROR: what was said."""


_NONE = array("I")
SLOTS = 2
"""How many slots a node has at most. The detail of an event about a slot's reference is
`-2 - (SLOTS*node + slot)`."""


class Log:
    """An append-only record of one run. Only the recorder appends; everything else reads."""

    def __init__(self) -> None:
        self.whole: Log | None = None
        """The log that this one is the beginning of, where something is kept back; None if it is whole."""
        self.ownership = "auto"
        """The rules the run went by: `auto` or `manual`."""
        self.accumulates = True
        """Whether what came along an edge was added to the grad; a fault has it take the grad's place."""
        self.kinds = array("B")
        self.subjects = array("i")
        self.details = array("i")
        self.spans_at = array("I")
        self.values = array("d")
        # What details point at: an edge, a reference or a text.
        self.edge_source = array("i")
        self.edge_slot = array("B")
        self.edge_local = array("d")
        self.edge_upstream = array("d")
        self.edge_before = array("d")
        self.references: list[Reference] = []
        """Who takes and gives references, but for slots, of which there are too many to have objects."""
        self.texts: list[str] = []
        self.spans: list[Span] = []
        # One row a node.
        self.codes = array("B")
        self.left = array("i")
        self.right = array("i")
        self.extras = array("d")
        self.born = array("I")
        self.computed = array("I")
        self.freed_at = array("i")
        self.peaks = array("I")
        """The most nodes live at once, up to each node's birth."""
        # Where to look: the events that changed a node, in order.
        self.ref_events: list[array[int]] = []
        self.grad_events: dict[int, array[int]] = defaultdict(lambda: array("I"))
        self.data_events: dict[int, array[int]] = defaultdict(lambda: array("I"))
        self.bind_events: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self.names_of: dict[int, list[tuple[int, str]]] = defaultdict(list)
        """For each node that was ever named: (event, name), in order."""
        self.frees = array("I")
        self.seeds = array("I")
        self.starts = array("I")
        """The position at which each statement began."""
        self.lines = array("I")
        """The position at which each line began: of what a list or a network is made of, there are many."""
        self.started = array("I")
        """Which of `statements` it was, each time."""
        self.statements: list[Statement] = []
        """Every statement that has begun, in the order of the first time."""
        self.passing: set[str] = set()
        """The names that calls and lines have for themselves, as long as they last."""
        self.labels: dict[int, list[tuple[int, str]]] = {}
        """What nodes are called where they have no name: each time the position from which on."""
        self.asides = array("I")
        """The events that are in the view of all events alone, whatever their kind."""
        self._views: dict[View, tuple[int, array[int]]] = {}
        """The events of views that were asked for, each with how many there were in all."""
        self._appends = (
            self.kinds.append, self.subjects.append, self.details.append, self.spans_at.append,
            self.values.append,
        )  # fmt: skip  # Bound once: a run of a network appends a quarter of a million events.
        self.leaks: frozenset[int] = frozenset()
        """The nodes that outlive the program, once it has ended."""

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def node_count(self) -> int:
        """How many nodes were ever allocated."""
        return len(self.codes)

    # --- reading events ---

    def span(self, index: int) -> Span:
        """Where in the program the event came from."""
        return self.spans[self.spans_at[index]]

    def event(self, index: int) -> Event:
        """The event at `index`, counted from 0."""
        kind, node, detail = Kind(self.kinds[index]), self.subjects[index], self.details[index]
        span, value = self.span(index), self.values[index]
        if kind is Kind.EDGE:
            return Event(
                index, kind, node, span, value, self.edge_source[detail], self.edge_slot[detail],
                self.edge_local[detail], self.edge_upstream[detail], self.edge_before[detail],
            )  # fmt: skip
        if kind in (Kind.RETAIN, Kind.RELEASE):
            return Event(index, kind, node, span, value, reference=self.reference(index))
        return Event(index, kind, node, span, value, text=self.texts[detail] if detail >= 0 else "")

    def reference(self, index: int) -> Reference:
        """Whose reference a retain or a release was about."""
        detail = self.details[index]
        if detail >= 0:
            return self.references[detail]
        node, slot = divmod(-2 - detail, SLOTS)
        return Reference(Holder.SLOT, node=node, slot=slot)

    # --- reading nodes ---

    def operation(self, node: int) -> Operation:
        """The row of the operation table that made a node."""
        return OPERATIONS[self.codes[node]]

    def operands(self, node: int) -> tuple[int, ...]:
        """The operands of a node in slot order, repeats kept."""
        left, right = self.left[node], self.right[node]
        return () if left < 0 else (left,) if right < 0 else (left, right)

    def data(self, node: int, position: int) -> float | None:
        """A node's number, or None while it has not been computed yet."""
        event = _last(self.data_events.get(node, _NONE), position)
        if event is None:
            event = self.computed[node]
        return self.values[event] if event < position else None

    def all_data(self, count: int, position: int) -> list[float | None]:
        """The numbers of the first so many nodes, as `data` says them."""
        values = self.values
        found = [values[event] if event < position else None for event in self.computed[:count]]
        for node in self.data_events:
            if node < count:
                found[node] = self.data(node, position)
        return found

    def grad(self, node: int, position: int) -> float:
        """A node's gradient."""
        event = _last(self.grad_events.get(node, _NONE), position)
        return 0.0 if event is None else self.values[event]

    def ref_count(self, node: int, position: int) -> int:
        """How many references to a node there are; 0 once it is freed."""
        event = _last(self.ref_events[node], position)
        return 1 if event is None else int(self.values[event])

    def is_live(self, node: int, position: int) -> bool:
        """Whether a node has been allocated and not freed."""
        freed = self.freed_at[node]
        return self.born[node] < position and not 0 <= freed < position

    def allocated(self, position: int) -> int:
        """How many nodes have been allocated; they are the nodes 0, 1, 2 and so on."""
        return bisect_left(self.born, position)

    def freed(self, position: int) -> int:
        """How many nodes have been freed."""
        return bisect_left(self.frees, position)

    def live_curve(self, points: int) -> list[int]:
        """How many nodes were live at that many moments, evenly spaced from the first to the last."""
        last = len(self)
        positions = [last * i // max(points - 1, 1) for i in range(points)]
        return [self.allocated(position) - self.freed(position) for position in positions]

    def bindings(self, position: int) -> dict[str, int]:
        """Which node each name means, in the order the names were first used."""
        names: dict[str, int] = {}
        for name, events in self.bind_events.items():
            event = _last(events, position)
            if event is not None and self.kinds[event] == Kind.BIND:
                names[name] = self.subjects[event]
        return names

    def names(self, node: int, position: int) -> list[str]:
        """The names that mean one node, in the order the names were first used."""
        names = []
        for name in {name for _, name in self.names_of.get(node, ())}:
            event = _last(self.bind_events[name], position)
            if event is not None and self.kinds[event] == Kind.BIND and self.subjects[event] == node:
                names.append(name)
        return sorted(names, key=lambda name: self.bind_events[name][0])

    def last_called(self, name: str, position: int) -> int:
        """The node that a name has meant last, or means; -1 if none."""
        events = self.bind_events.get(name, _NONE)
        binds = (index for index in reversed(events[: bisect_left(events, position)])
                 if self.kinds[index] == Kind.BIND)  # fmt: skip
        return next((self.subjects[index] for index in binds), -1)

    def touches(self, node: int) -> list[int]:
        """Every event that concerns a node, in order: its own, and the gradients it sends."""
        events = {self.born[node], self.computed[node], *self.ref_events[node]}
        events.update(self.grad_events.get(node, _NONE), self.data_events.get(node, _NONE))
        events.update(event for event, _ in self.names_of.get(node, ()))
        if self.freed_at[node] >= 0:
            events.add(self.freed_at[node])
        for operand in set(self.operands(node)):
            for event in self.grad_events.get(operand, _NONE):
                if self.kinds[event] == Kind.EDGE and self.edge_source[self.details[event]] == node:
                    events.add(event)
        return sorted(event for event in events if event < len(self))  # A cut log ends before some.

    # --- walking ---

    def view_events(self, view: View) -> Sequence[int]:
        """The events that a walk in a view stops at."""
        if view is View.ALL:
            return range(len(self))
        count, events = self._views.get(view, (-1, _NONE))
        if count != len(self):
            mask = bytearray(self.kinds.tobytes().translate(_MASKS[view]))
            for index in self.asides:
                mask[index] = False
            events = array("I", compress(range(len(self)), mask))
            self._views = {**self._views, view: (len(self), events)}  # A copy may end earlier.
        return events

    def stop_after(self, event: int, view: View) -> int:
        """The position at which a walk in `view` stands once `event` has happened.

        What follows from the event is taken along: the memory events between it and the next allocation
        or the next event of the view.
        """
        following = self.first_from(event + 1, view)
        allocation = _first(self.born, event + 1)
        return min(
            len(self) if following is None else following, len(self) if allocation is None else allocation
        )

    def shown(self, event: int, view: View) -> bool:
        """Whether a walk in `view` stops at an event."""
        return self.first_from(event, view) == event

    def last_before(self, position: int, view: View) -> int | None:
        """The last event of a view that has happened."""
        return _last(self.view_events(view), position)

    def first_from(self, position: int, view: View) -> int | None:
        """The next event of a view that has not happened yet."""
        return _first(self.view_events(view), position)

    def count_before(self, position: int, view: View) -> int:
        """How many events of a view have happened."""
        return bisect_left(self.view_events(view), position)

    def root(self, position: int) -> int | None:
        """The root of the last `backward` that has begun, or of the first one if none has."""
        seed = self.seed(position)
        return None if seed is None else self.subjects[seed]

    def seed(self, position: int) -> int | None:
        """Where the last `backward` that has begun started, or the first one if none has."""
        return self.seeds[max(0, bisect_left(self.seeds, position) - 1)] if self.seeds else None

    # --- appending ---

    def append(self, kind: Kind, node: int, span: int, detail: int = -1, value: float = 0.0) -> int:
        """Add an event and give its index."""
        index = len(self.kinds)
        kinds, subjects, details, spans_at, values = self._appends
        kinds(kind)
        subjects(node)
        details(detail)
        spans_at(span)
        values(value)
        return index


def _last(events: Sequence[int], position: int) -> int | None:
    """The last of some events that has happened at a position."""
    place = bisect_left(events, position)
    return events[place - 1] if place else None


def _first(events: Sequence[int], position: int) -> int | None:
    """The first of some events that has not happened at a position."""
    place = bisect_left(events, position)
    return events[place] if place < len(events) else None
