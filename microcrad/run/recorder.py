"""A heap that writes down what happens in it: the one place where a log is written."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator

from microcrad.engine import Edge, Value, backward_edges
from microcrad.heap import Heap
from microcrad.language.source_places import Span
from microcrad.language.statements import Statement
from microcrad.ops import LEAF
from microcrad.timeline.log import Holder, Kind, Log, Reference

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
        self.work = 0
        """How much was done that makes no event: Numbers worked out, and nodes looked at one by one."""
        self._span = 0
        self._span_ids: dict[Span, int] = {}
        self._statement_ids: dict[int, int] = {}
        self._reference_ids: dict[Reference, int] = {}
        self._release_as = _CREATION
        self.at(Span(1, 1, 1, 1))

    # --- where we are ---

    def at(self, span: Span) -> None:
        """The following events come from `span`."""
        number = self._span_ids.get(span)
        if number is None:
            number = self._span_ids[span] = len(self.log.spans)
            self.log.spans.append(span)
        self._span = number

    def begin_statement(self, statement: Statement) -> None:
        """A statement starts here: a place where a walk by lines stops."""
        self.at(statement.span)
        number = self._statement_ids.get(id(statement))
        if number is None:
            number = self._statement_ids[id(statement)] = len(self.log.statements)
            self.log.statements.append(statement)
        self.log.starts.append(len(self.log))
        self.log.started.append(number)

    # --- what the engine tells a heap ---

    def allocated(self, node: Value) -> None:
        """Log a new node, the references its slots take, and its number."""
        super().allocated(node)
        log, operands = self.log, [self.ids[operand] for operand in node.prev]
        number = self.ids[node] = len(self.values)
        self.values.append(node)
        is_leaf = node.op is LEAF
        log.codes.append(node.op.code)
        log.left.append(operands[0] if operands else -1)
        log.right.append(operands[1] if len(operands) > 1 else -1)
        log.extras.append(node.extra)
        log.freed_at.append(-1)
        log.ref_events.append(array("I"))
        log.peaks.append(max(len(self.nodes), log.peaks[-1] if log.peaks else 0))
        log.born.append(log.append(Kind.ALLOCATE, number, self._span, value=node.data if is_leaf else 0.0))
        for slot, operand in enumerate(node.prev):
            # The engine has taken all of the new node's references already: count the later ones off.
            later = sum(other is operand for other in node.prev[slot + 1 :])
            reference = Reference(Holder.SLOT, node=number, slot=slot)
            self._count(Kind.RETAIN, operands[slot], reference, operand.ref_count - later)
        log.computed.append(
            log.born[-1] if is_leaf else log.append(Kind.COMPUTE, number, self._span, value=node.data)
        )

    def released(self, node: Value, holder: Value | None, slot: int) -> None:
        """Log a reference given back, by the program or by the slot of a node being freed."""
        reference = self._release_as
        if holder is not None:
            reference = Reference(Holder.SLOT, node=self.ids[holder], slot=slot)
        self._count(Kind.RELEASE, self.ids[node], reference, node.ref_count)

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
        self._count(Kind.RETAIN, self.ids[node], reference, node.ref_count)

    def release(self, node: Value, reference: Reference) -> None:
        """Give back a reference that `reference` holds; at zero the cascade is logged step by step."""
        self._release_as = reference
        node.release()
        self._release_as = _CREATION  # What the engine releases by itself, it has created.

    def bind(self, name: str, node: Value, *, takes_creation: bool) -> None:
        """`name` means `node` from here on, and may take over the reference the node was born with."""
        self._name(Kind.BIND, name, self.ids[node], float(takes_creation))

    def forget(self, name: str, node: Value) -> None:
        """`name` means nothing any more."""
        self._name(Kind.FORGET, name, self.ids[node])

    def label(self, node: Value, text: str) -> None:
        """From here on the node is called so where it has no name."""
        node.label = text
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
        """Differentiate `root`, logging and yielding after each edge, so that a long pass can be paused."""
        log, span, ids, grad_events = self.log, self._span, self.ids, self.log.grad_events
        edges = stepper(root)
        edge = next(edges, None)  # The seed is written here, once the whole graph was checked.
        identity = ids[root]
        grad_events[identity].append(log.append(Kind.SEED, identity, span, value=1.0))
        log.seeds.append(len(log) - 1)
        while edge is not None:
            node, slot, local, upstream, before, after = edge
            target = ids[node.prev[slot]]
            log.edge_source.append(ids[node])
            log.edge_slot.append(slot)
            log.edge_local.append(local)
            log.edge_upstream.append(upstream)
            log.edge_before.append(before)
            index = log.append(Kind.EDGE, target, span, len(log.edge_slot) - 1, after)
            grad_events[target].append(index)
            yield
            edge = next(edges, None)

    def say(self, kind: Kind, text: str, node: int | None = None) -> None:
        """Log something printed, a warning or an error, about a node by its number if about one."""
        self.log.texts.append(text)
        self.log.append(kind, -1 if node is None else node, self._span, len(self.log.texts) - 1)

    def end(self, leaks: frozenset[int]) -> None:
        """The program has ended, and these nodes will never be freed."""
        self.log.append(Kind.END, -1, self._span)
        self.log.leaks = leaks

    # --- writing ---

    def _count(self, kind: Kind, node: int, reference: Reference, count: int) -> None:
        detail = self._reference_ids.get(reference)
        if detail is None:
            detail = self._reference_ids[reference] = len(self.log.references)
            self.log.references.append(reference)
        index = self.log.append(kind, node, self._span, detail, count)
        self.log.ref_events[node].append(index)

    def _name(self, kind: Kind, name: str, node: int, value: float = 0.0) -> None:
        self.log.texts.append(name)
        index = self.log.append(kind, node, self._span, len(self.log.texts) - 1, value)
        self.log.bind_events[name].append(index)
        if kind is Kind.BIND:
            self.log.names_of[node].append((index, name))
