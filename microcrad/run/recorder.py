"""A heap that writes down what happens in it: the one place where a log is written."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import chain

from microcrad.engine import Edge, Value, backward_edges
from microcrad.heap import Heap
from microcrad.language.source_places import Span
from microcrad.language.statements import Statement
from microcrad.timeline.log import SLOTS, Holder, Kind, Log, Reference

__all__ = ["Recorder"]

_CREATION = Reference(Holder.CREATION)


class Recorder(Heap):
    """Runs the engine for the interpreter and logs every event with its place in the program.

    `at(span)` says where in the program the following events come from.
    """

    def __init__(self) -> None:
        super().__init__()
        self.log = Log()
        self.ids: dict[Value, int] = {}
        """The log's number for each node, freed ones included."""
        self.values: list[Value] = []
        self._constants = bytearray()
        """For each node whether it is a number in an expression, or made of such alone, and has no name."""
        self.work = 0
        """How much was done that makes no event: Numbers worked out, and nodes looked at one by one."""
        self._span = 0
        self._at: Span | None = None
        self._span_ids: dict[Span, int] = {}
        self._statement_ids: dict[int, int] = {}
        self.log.references.append(_CREATION)
        self._reference_ids: dict[Reference, int] = {}
        log = self.log
        self._row = (
            log.codes.append, log.left.append, log.right.append, log.extras.append, log.freed_at.append,
            log.ref_events.append, log.peaks.append, log.born.append, log.computed.append,
        )  # fmt: skip  # Bound once, as a network has tens of thousands of nodes.
        self._release_as = 0
        """The detail of a release that no slot makes: the creation reference's, if nothing else is said."""
        self.at(Span(1, 1, 1, 1))

    # --- where we are ---

    def at(self, span: Span) -> None:
        """The following events come from `span`."""
        if span is self._at:
            return
        self._at = span
        number = self._span_ids.get(span)
        if number is None:
            number = self._span_ids[span] = len(self.log.spans)
            self.log.spans.append(span)
        self._span = number

    def begin_statement(self, statement: Statement, *, line: bool) -> None:
        """A statement starts here, and with it a line, unless it is a part of one that has begun."""
        self.at(statement.span)
        number = self._statement_ids.get(id(statement))
        if number is None:
            number = self._statement_ids[id(statement)] = len(self.log.statements)
            self.log.statements.append(statement)
        self.log.starts.append(len(self.log))
        if line:
            self.log.lines.append(len(self.log))
        self.log.started.append(number)

    # --- what the engine tells a heap ---

    def allocated(self, node: Value) -> None:
        """Log a new node, the references its slots take, and its number."""
        super().allocated(node)
        log, ids, span, data = self.log, self.ids, self._span, node.data
        number = ids[node] = len(self.values)
        self.values.append(node)
        left, right = node.left, node.right
        codes, lefts, rights, extras, freed_at, ref_events, peaks, born, computed = self._row
        codes(node.op.code)
        lefts(-1 if left is None else ids[left])
        rights(-1 if right is None else ids[right])
        extras(node.extra)
        freed_at(-1)
        ref_events(array("I"))
        peaks(self.peak)
        if left is None:
            self._constants.append(1)
            index = log.append(Kind.ALLOCATE, number, span, -1, data)
            born(index)
            computed(index)
            return
        constants = self._constants
        constants.append(
            constants[ids[left]] if right is None else constants[ids[left]] & constants[ids[right]]
        )
        born(log.append(Kind.ALLOCATE, number, span))
        # The engine has taken all of the new node's references already: count the later ones off.
        self._count(Kind.RETAIN, ids[left], -2 - SLOTS * number, left.ref_count - (left is right))
        if right is not None:
            self._count(Kind.RETAIN, ids[right], -3 - SLOTS * number, right.ref_count)
        computed(log.append(Kind.COMPUTE, number, span, -1, data))

    def released(self, node: Value, holder: Value | None, slot: int) -> None:
        """Log a reference given back, by the program or by the slot of a node being freed."""
        detail = self._release_as if holder is None else -2 - SLOTS * self.ids[holder] - slot
        self._count(Kind.RELEASE, self.ids[node], detail, node.ref_count)

    def freed(self, node: Value) -> str:
        """Log a free."""
        number = self.ids[node]
        self.log.freed_at[number] = self.log.append(Kind.FREE, number, self._span)
        self.log.frees.append(len(self.log) - 1)
        return super().freed(node)

    # --- what the interpreter does ---

    def retain(self, node: Value, reference: Reference) -> None:
        """Take a reference on behalf of a name or of the program."""
        node.retain()
        self._count(Kind.RETAIN, self.ids[node], self._detail(reference), node.ref_count)

    def release(self, node: Value, reference: Reference) -> None:
        """Give back a reference that `reference` holds; at zero the cascade is logged step by step."""
        self._release_as = self._detail(reference)
        node.release()
        self._release_as = 0  # What the engine releases by itself, it has created.

    def bind(self, name: str, node: Value, *, takes_creation: bool) -> None:
        """`name` means `node` from here on, and may take over the reference the node was born with."""
        self._name(Kind.BIND, name, self.ids[node], float(takes_creation))

    def forget(self, name: str, node: Value) -> None:
        """`name` means nothing any more."""
        self._name(Kind.FORGET, name, self.ids[node])

    def label(self, node: Value, text: str) -> None:
        """From here on the node is called so where it has no name."""
        node.label = text
        self._constants[self.ids[node]] = 0
        self.log.labels.setdefault(self.ids[node], []).append((len(self.log), text))

    def write(self, node: Value, field: str, number: float) -> None:
        """Assign to a node's data or grad."""
        setattr(node, field, number)
        identity = self.ids[node]
        if field == "data":
            index = self.log.append(Kind.WRITE_DATA, identity, self._span, value=number)
            self.log.data_events[identity].append(index)
        else:
            index = self.log.append(Kind.WRITE_GRAD, identity, self._span, value=number)
            self.log.grad_events[identity].append(index)

    def backward_steps(
        self, root: Value, stepper: Callable[[Value], Iterator[Edge]] = backward_edges
    ) -> Iterator[None]:
        """Differentiate `root`, logging each edge, and yielding now and then: a long pass can be paused."""
        log, span, ids, grad_events = self.log, self._span, self.ids, self.log.grad_events
        left, right, constants = log.left, log.right, self._constants
        sources, slots, locals_ = log.edge_source.append, log.edge_slot.append, log.edge_local.append
        upstreams, befores, append = log.edge_upstream.append, log.edge_before.append, log.append
        edges = stepper(root)
        first = next(edges, None)  # The seed is written here, once the whole graph was checked.
        identity = ids[root]
        grad_events[identity].append(log.append(Kind.SEED, identity, span, value=1.0))
        log.seeds.append(len(log) - 1)
        for node, slot, local, upstream, before, after in chain((first,), edges) if first else ():
            source = ids[node]
            target = right[source] if slot else left[source]
            sources(source)
            slots(slot)
            locals_(local)
            upstreams(upstream)
            befores(before)
            index = append(Kind.EDGE, target, span, len(log.edge_slot) - 1, after)
            if constants[target]:
                log.asides.append(index)
            grad_events[target].append(index)
            if not index & 15:
                yield

    def say(self, kind: Kind, text: str, node: int | None = None, number: float = 0.0) -> None:
        """Log something printed, a warning or an error, about a node by its number if about one."""
        self.log.texts.append(text)
        self.log.append(kind, -1 if node is None else node, self._span, len(self.log.texts) - 1, number)

    def end(self, leaks: frozenset[int]) -> None:
        """The program has ended, and these nodes will never be freed."""
        self.log.append(Kind.END, -1, self._span)
        self.log.leaks = leaks

    # --- writing ---

    def _detail(self, reference: Reference) -> int:
        """What an event about a reference points at."""
        if reference is _CREATION or reference.holder is Holder.CREATION:
            return 0
        if reference.holder is Holder.SLOT:
            return -2 - SLOTS * reference.node - reference.slot
        detail = self._reference_ids.get(reference)
        if detail is None:
            detail = self._reference_ids[reference] = len(self.log.references)
            self.log.references.append(reference)
        return detail

    def _count(self, kind: Kind, node: int, detail: int, count: int) -> None:
        index = self.log.append(kind, node, self._span, detail, count)
        self.log.ref_events[node].append(index)

    def _name(self, kind: Kind, name: str, node: int, value: float = 0.0) -> None:
        self.log.texts.append(name)
        index = self.log.append(kind, node, self._span, len(self.log.texts) - 1, value)
        self.log.bind_events[name].append(index)
        if kind is Kind.BIND:
            self._constants[node] = 0
            self.log.names_of[node].append((index, name))
