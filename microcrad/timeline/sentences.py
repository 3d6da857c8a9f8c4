"""Events in words: what the timeline lists, `run --step` prints and the status line says comes next."""

from __future__ import annotations

from microcrad.ops import LEAF
from microcrad.text.formulas import ATOM, Written, forward, number, partial
from microcrad.text.numbers import full
from microcrad.timeline.holders import Ownership
from microcrad.timeline.log import Event, Holder, Kind, Reference
from microcrad.timeline.snapshot import Snapshot

__all__ = [
    "brief", "called", "computation", "contribution", "data_hidden", "owner", "result_first", "sentence",
    "slope", "spoils",
]  # fmt: skip


def computation(at: Snapshot, node: int, *, result_first: bool = False) -> str:
    """How a node got its number: `n = x*w + b = -6 + 7 = 1`, with its operands as they were then.

    The result first, it is `n = 1 = x*w + b = -6 + 7`, and if it was set to another number since, that one.
    """
    log, label = at.log, called(at, node)
    op, operands = log.operation(node), log.operands(node)
    data = log.data(node, at.position)
    result = "not computed yet" if data is None else at.digits(data)
    if op is LEAF and data_hidden(at, node):
        return f"{label} = ?"
    if op is LEAF:
        return result if label == result else f"{label} = {result}"
    k = log.extras[node]
    named = forward(op, tuple(at.written(operand) for operand in operands), k).text
    if data_hidden(at, node, *operands):
        return f"{label} = {named}" if label != named else label
    then = log.computed[node]
    numbers = forward(op, tuple(_data(at, operand, then) for operand in operands), k).text
    result = "not computed yet" if data is None else at.digits(log.values[then])
    since = "" if data is None or data == log.values[then] or data != data else at.digits(data)
    if result_first and since:
        return f"{label} = {since}, set since; computed: {named} = {numbers} = {result}"
    parts = [label, result, named, numbers] if result_first else [label, named, numbers, result]
    if result_first and label == named:
        del parts[2]
    equation = " = ".join(part for i, part in enumerate(parts) if i == 0 or part != parts[i - 1])
    return f"{equation}, set to {since} since" if since else equation


def slope(at: Snapshot, node: int, slot: int) -> tuple[Written, Written, float]:
    """The local derivative of `node` for one slot: with names, with numbers, and its value now."""
    log = at.log
    op, operands, k = log.operation(node), log.operands(node), log.extras[node]
    data = [log.data(operand, at.position) or 0.0 for operand in operands]
    values = {"a": data[0], "b": data[-1], "k": k, "out": log.data(node, at.position) or 0.0}
    named = {
        "a": at.written(operands[0]),
        "b": at.written(operands[-1]),
        "k": number(k, at.digits),
        "out": at.written(node),
    }
    local = op.differentiate(values["a"], values["b"], k, values["out"])[slot]
    numbers = {name: number(value, at.digits) for name, value in values.items()}
    return partial(op, slot, named, values), partial(op, slot, numbers, values), local


def contribution(at: Snapshot, event: Event) -> str:
    """One use of the chain rule, with names and with numbers: `dL/da += b * dL/dc = -3 * 0.5 = -1.5`."""
    return f"{_top(at, event)}/{_differential(at, event.node)} {_added(at, event)}"


def _top(at: Snapshot, event: Event) -> str:
    """What is differentiated, above a fraction's line: `dL`."""
    root = at.log.root(event.index + 1)
    assert root is not None
    return _differential(at, root)


def _differential(at: Snapshot, node: int) -> str:
    """A small change of a node, as above and below a fraction's line: `dL`, `d(x**2)`."""
    return f"d{_of(at, node)}"


def _added(at: Snapshot, event: Event) -> str:
    """What an edge adds to a grad, or puts in its place: `+= b * dL/dc = -3 * 0.5 = -1.5`."""
    before = at.moved(event.index)
    named, _, _ = slope(before, event.source, event.slot)
    product = f"{number(event.local, at.digits).inside(2)} * {_after_times(event.upstream, at)}"
    change = at.digits(event.local * event.upstream)
    sign = "+=" if at.log.accumulates else "="
    out_of = _differential(at, event.source)
    return f"{sign} {named.inside(2)} * {_top(at, event)}/{out_of} = {product} = {change}"


def owner(at: Snapshot, node: int, ownership: Ownership) -> str:
    """One line of a node's ledger: `name c since line 3`."""
    return f"{_holder(at, node, ownership.reference)} since line {ownership.line}"


def _holder(at: Snapshot, node: int, reference: Reference) -> str:
    """Who a reference to a node belongs to, in words."""
    match reference.holder:
        case Holder.NAME:
            return element(reference.name) or f"name {reference.name}"
        case Holder.SLOT:
            return f"slot {reference.slot} of {called(at, reference.node)}"
        case Holder.RETAIN:
            return "a retain"
        case Holder.CREATION if at.log.ownership == "manual":
            names = [element(name) or name for name in at.names_of(node)]
            return f"whoever created it ({', '.join(names)})" if names else "whoever created it, by no name"
        case Holder.CREATION:
            return "a temporary nobody named"


def element(name: str) -> str:
    """What an element of a list is called as an owner, `element 2 of w`; empty if the name is none."""
    owner, bracket, place = name.rpartition("[")
    return f"element {place.removesuffix(']')} of {owner}" if bracket else ""


def _actor(at: Snapshot, node: int, reference: Reference) -> str:
    """Who takes or gives back a reference, in words."""
    by_program = reference.holder in (Holder.RETAIN, Holder.CREATION)
    return "the program" if by_program else _holder(at, node, reference)


def brief(at: Snapshot, event: Event) -> str:
    """A few words for what an event does, as said before it happens."""
    name = called(at, event.node) if event.node >= 0 else ""
    match event.kind:
        case Kind.COMPUTE:
            return f"compute {name}"
        case Kind.SEED:
            return f"backward({name})"
        case Kind.EDGE:
            return f"{called(at, event.source)} to {name}"
        case Kind.WRITE_DATA:
            return f"set {name}.data"
        case Kind.WRITE_GRAD:
            return f"set {name}.grad"
        case Kind.BIND:
            return f"name {event.text}"
        case Kind.FORGET:
            return f"forget {event.text}"
        case Kind.END:
            return "end of the program"
        case Kind.PRINT | Kind.WARNING | Kind.ERROR:
            return event.kind.name.lower()
        case _:
            return f"{event.kind.name.lower()} {name}"


def sentence(program_run: Snapshot, event: Event) -> str:
    """One event in one sentence, as seen just after it; in a few words if it would show what is hidden."""
    at = program_run.moved(event.index + 1)
    if spoils(at, event):
        return brief(at, event)
    name = called(at, event.node) if event.node >= 0 else ""
    count = int(event.value) if event.kind in (Kind.RETAIN, Kind.RELEASE) else 0
    match event.kind:
        case Kind.ALLOCATE:
            if at.log.operation(event.node) is LEAF:
                data = full(event.value)
                return f"allocate the leaf {name}" + (f", {data}" if name != data else "")
            return f"allocate {name}"
        case Kind.COMPUTE:
            return computation(at, event.node)
        case Kind.RETAIN:
            assert event.reference is not None
            who = _actor(at, event.node, event.reference)
            return f"{who} retains {name}: {_references(count)}"
        case Kind.RELEASE:
            assert event.reference is not None
            if event.reference.holder is Holder.CREATION and at.log.ownership == "auto":
                return f"the temporary {name} is released: {_references(count)}"
            who = _actor(at, event.node, event.reference)
            return f"{who} releases {name}: {_references(count)}"
        case Kind.FREE:
            return f"free {name}: nobody holds it any more"
        case Kind.WRITE_DATA:
            return f"{_of(at, event.node)}.data = {at.digits(event.value)}"
        case Kind.WRITE_GRAD:
            return f"{_of(at, event.node)}.grad = {at.digits(event.value)}"
        case Kind.SEED:
            change = _differential(at, event.node)
            return f"backward({name}): {change}/{change} = 1"
        case Kind.EDGE:
            return f"{contribution(at, event)}; {_of(at, event.node)}.grad = {at.digits(event.value)}"
        case Kind.BIND:
            takes = " and takes the reference it was born with" if event.value else ""
            return f"{event.text} names node {event.node}{takes}"
        case Kind.FORGET:
            return f"{event.text} names nothing any more"
        case Kind.END:
            heap = at.heap
            return f"the program ends: {heap.live} live, {heap.leaked} leaked"
        case Kind.PRINT:
            return f"print: {event.text}"
        case Kind.WARNING:
            return f"warning: {event.text}"
        case Kind.ERROR:
            return f"error: {event.text}"


def result_first(program_run: Snapshot, event: Event) -> str:
    """One event as a row that may be cut off on the right: what changed and to what, and then how.

    `w.grad 0.8399 += x * do/d(x*w) = 2 * 0.4200 = 0.8399`; the rest is as `sentence` says it.
    """
    at = program_run.moved(event.index + 1)
    if spoils(at, event):
        return brief(at, event)
    name = called(at, event.node) if event.node >= 0 else ""
    match event.kind:
        case Kind.COMPUTE:
            return computation(at, event.node, result_first=True)
        case Kind.SEED:
            change = _differential(at, event.node)
            return f"{_of(at, event.node)}.grad 1 = {change}/{change}: backward({name}) starts"
        case Kind.EDGE:
            return f"{_of(at, event.node)}.grad {at.digits(event.value)} {_added(at, event)}"
        case Kind.RETAIN | Kind.RELEASE:
            who, _, references = sentence(at, event).rpartition(": ")
            return f"{name}: {references}, {who}"
    return sentence(at, event)


def _of(at: Snapshot, node: int) -> str:
    """What stands before `.grad` or after a `d`: a name or a call as it is, an expression in brackets."""
    return at.written(node).inside(ATOM)


def data_hidden(at: Snapshot, *nodes: int) -> bool:
    """Whether the data of one of these nodes is what is hidden."""
    return at.telling.field == "data" and not at.hidden_nodes.isdisjoint(nodes)


def spoils(at: Snapshot, event: Event) -> bool:
    """Whether an event, told with its numbers, would show the number that is hidden, or a part of it."""
    if event.kind not in _SHOWING[at.telling.field]:
        return False
    told = event.source if event.kind is Kind.EDGE else event.node
    operands = at.log.operands(told) if at.telling.field == "data" and told >= 0 else ()
    return event.kind is Kind.PRINT or not at.hidden_nodes.isdisjoint((event.node, told, *operands))


_SHOWING: dict[str, tuple[Kind, ...]] = {
    "": (),
    "grad": (Kind.SEED, Kind.EDGE, Kind.WRITE_GRAD, Kind.PRINT),
    "data": (Kind.ALLOCATE, Kind.COMPUTE, Kind.WRITE_DATA, Kind.EDGE, Kind.PRINT),
    "refs": (Kind.RETAIN, Kind.RELEASE),
}
"""The events whose sentences show a number of each sort."""


def called(at: Snapshot, node: int) -> str:
    """A node's label; one whose line is about to name it goes by that name already."""
    names = at.names_of(node)
    if names:
        return ", ".join(names)
    later = at.log.names_of.get(node)
    if later and later[0][0] >= at.position and at.log.values[later[0][0]]:
        return later[0][1]
    return at.written(node).text


def _references(count: int) -> str:
    return f"{count} reference{'' if count == 1 else 's'}"


def _data(at: Snapshot, node: int, position: int) -> Written:
    data = at.log.data(node, position)
    return number(data, at.digits) if data is not None else Written("?")


def _after_times(x: float, at: Snapshot) -> str:
    written = number(x, at.digits)
    return f"({written.text})" if written.text.startswith("-") else written.text
