"""The log against a naive model: its events replayed one by one must give what every snapshot says."""

from __future__ import annotations

import random

import pytest
from programs import NEURON, end_of, random_program, run, snapshot
from samples import seeds, share

from microcrad.ops import LEAF
from microcrad.text.formulas import Written
from microcrad.timeline.log import Event, Holder, Kind, Log, View
from microcrad.timeline.long_temporaries import MAX_LABEL
from microcrad.timeline.snapshot import HeapState, NodeRow, Snapshot

PROGRAMS = [(seed, ownership) for ownership in ("auto", "manual") for seed in range(60)]


class Replay:
    """What the world looks like after some events, worked out the slow way."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.data: list[float | None] = []
        self.grad: list[float] = []
        self.refs: list[int] = []
        self.live: set[int] = set()
        self.names: dict[str, int] = {}
        self.received: set[int] = set()
        self.graded = False
        self.peak = 0

    def apply(self, event: Event) -> None:
        node = event.node
        match event.kind:
            case Kind.ALLOCATE:
                assert node == len(self.data)
                self.data.append(event.value if self.log.operation(node) is LEAF else None)
                self.grad.append(0.0)
                self.refs.append(1)
                self.live.add(node)
                self.peak = max(self.peak, len(self.live))
            case Kind.COMPUTE | Kind.WRITE_DATA:
                self.data[node] = event.value
            case Kind.RETAIN:
                self.refs[node] += 1
                assert self.refs[node] == event.value
            case Kind.RELEASE:
                self.refs[node] -= 1
                assert self.refs[node] == event.value
            case Kind.FREE:
                assert self.refs[node] == 0
                self.live.remove(node)
            case Kind.SEED | Kind.WRITE_GRAD:
                self.grad[node] = event.value
                self.graded = True
                cleared = event.kind is Kind.WRITE_GRAD and not event.value
                (self.received.discard if cleared else self.received.add)(node)
            case Kind.EDGE:
                assert repr(event.before) == repr(self.grad[node])
                assert repr(event.upstream) == repr(self.grad[event.source])
                assert self.log.operands(event.source)[event.slot] == node
                self.grad[node] = event.before + event.local * event.upstream
                assert repr(event.value) == repr(self.grad[node])
                self.received.add(node)
            case Kind.BIND:
                self.names[event.text] = node
            case Kind.FORGET:
                assert self.names.pop(event.text) == node


def check(at: Snapshot, replay: Replay) -> None:
    """Everything a snapshot says, against the replay."""
    assert list(at.nodes) == list(range(len(replay.data)))
    assert at.names == replay.names
    assert at.graded == replay.graded
    assert {node for node in at.nodes if at.received(node)} == replay.received
    for row in map(at.row, at.nodes):
        assert (repr(row.data), repr(row.grad)) == (repr(replay.data[row.id]), repr(replay.grad[row.id]))
        assert (row.refs, row.live) == (replay.refs[row.id], row.id in replay.live)
        assert len(at.owners(row.id)) == row.refs
        assert (row.name in replay.names) if row.name else (row.id not in replay.names.values())
    allocated, live = len(replay.data), len(replay.live)
    assert not any(at.log.is_live(later, at.position) for later in range(allocated, at.log.node_count))
    assert at.heap == HeapState(live, replay.peak, allocated, allocated - live, len(at.leaks))
    for view in View:
        shown = [event for event in range(at.position) if at.log.shown(event, view)]
        assert at.log.count_before(at.position, view) == len(shown)
        assert at.log.last_before(at.position, view) == (shown[-1] if shown else None)


@pytest.mark.parametrize("ownership", ["auto", "manual"])
@pytest.mark.parametrize("seeds", [range(12), pytest.param(range(12, 150), marks=pytest.mark.slow)])
def test_every_position_is_what_a_replay_gives(ownership: str, seeds: range) -> None:
    """Data, grads, counts, names, owners and heap counts, before the first event and after each."""
    kinds = set()
    for seed in seeds:
        interpreter = run(random_program(seed, ownership))
        log, replay = interpreter.log, Replay(interpreter.log)
        check(Snapshot(interpreter.program, log, 0), replay)
        for index in range(len(log)):
            event = log.event(index)
            assert event.index == index
            kinds.add(event.kind)
            replay.apply(event)
            check(Snapshot(interpreter.program, log, index + 1), replay)
    assert kinds == set(Kind) - ({Kind.WARNING} if ownership == "auto" else set())


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_owners_are_who_the_events_say(ownership: str) -> None:
    """In auto, at every end: exactly the names, the slots of live nodes, and the unmatched retains."""
    for seed in seeds(60):
        at = end_of(run(random_program(seed, ownership)))
        if ownership == "manual" and (at.said(Kind.WARNING) or at.said(Kind.ERROR)):
            continue  # An over-release leaves the ledger to guess whose reference went.
        if at.said(Kind.ERROR):
            continue  # The statement that failed has not released its temporaries.
        for node in at.nodes:
            held = [own.reference for own in at.owners(node)]
            slots = {(own.node, own.slot) for own in held if own.holder is Holder.SLOT}
            users = [user for user in at.nodes if at.row(user).live]
            assert slots == {
                (user, slot)
                for user in users
                for slot, operand in enumerate(at.log.operands(user))
                if operand == node
            }
            if ownership == "auto":
                names = [own.name for own in held if own.holder is Holder.NAME]
                assert sorted(names) == sorted(name for name, meant in at.names.items() if meant == node)
                assert Holder.CREATION not in {own.holder for own in held}


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_the_names_of_one_node_are_those_of_all_nodes(ownership: str) -> None:
    """Asked for one by one or at once, at any moment, in the same order."""
    several = 0
    for seed in seeds(60):
        end = end_of(run(random_program(seed, ownership)))
        for position in random.Random(seed).sample(range(end.position + 1), min(end.position, 8)):
            at = Snapshot(end.program, end.log, position)
            for node in at.nodes:
                assert at.names_of(node) == at.names_by_node.get(node, [])
                several += len(at.names_of(node)) > 1
    assert several > share(20)


def test_owners_say_since_when() -> None:
    """One line a reference, with the line on which it was taken."""
    at = snapshot("a = 2\nb = a\nc = a*a\nretain(a)\ndel b")
    held = [(own.reference.holder, own.reference.name, own.line) for own in at.owners(at.names["a"])]
    assert held == [
        (Holder.NAME, "a", 1), (Holder.SLOT, "", 3), (Holder.SLOT, "", 3), (Holder.RETAIN, "", 4),
    ]  # fmt: skip


def test_an_expression_of_28_characters_is_a_label_and_a_longer_one_is_not() -> None:
    short, long = "n" * 13, "n" * 14
    for text, shown in ((f"{short}*{long}", True), (f"{long}*{long}", False)):
        at = snapshot(f"{short} = 2\n{long} = 3\nb = {text} + 1")
        assert len(text) == (28 if shown else 29)
        assert (text in {at.label(node) for node in at.nodes}) == shown


def test_the_newest_of_several_retains_is_given_back_first() -> None:
    at = snapshot("a = 2\nretain(a)\nretain(a)\nretain(a)\nrelease(a)\nrelease(a)")
    assert [own.line for own in at.owners(at.names["a"])] == [1, 2]


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_touches_are_a_nodes_own_events_and_the_gradients_it_sends(ownership: str) -> None:
    """Compared with reading the whole log."""
    for seed in seeds(40):
        log = run(random_program(seed, ownership)).log
        silent = (Kind.PRINT, Kind.WARNING, Kind.ERROR, Kind.FORGET)
        for node in range(log.node_count):
            events = map(log.event, range(len(log)))
            wanted = [e.index for e in events if node in (e.node, e.source) and e.kind not in silent]
            assert log.touches(node) == wanted


def test_the_ends_of_a_log() -> None:
    """Before everything there is nothing; after everything, the program has ended."""
    at = snapshot(NEURON)
    start = Snapshot(at.program, at.log, 0)
    assert (len(start.nodes), start.names, start.ended) == (0, {}, False)
    assert start.heap == HeapState(0, 0, 0, 0, 0)
    assert at.ended
    assert at.log.event(len(at.log) - 1).kind is Kind.END
    assert at.heap == HeapState(6, 6, 6, 0, 0)


def test_rows_are_made_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot of ten thousand nodes, and one row of it, reads a handful of nodes."""
    at = snapshot("x = 1\nfor i in range(5000):\n    x = x*0.5")
    asked: list[int] = []
    original = Log.grad
    monkeypatch.setattr(
        Log, "grad", lambda log, node, position: asked.append(node) or original(log, node, position)
    )
    later = Snapshot(at.program, at.log, len(at.log) - 3)
    assert later.heap.allocated > 10_000
    assert asked == []
    row = later.row(10_000)
    assert isinstance(row, NodeRow)
    assert asked == [10_000]


def test_labels_stay_short() -> None:
    """However deep and wide an expression is, its label and its formula keep within the bound."""
    for text in (
        "a_rather_long_name_of_an_input = 2\n" + " + ".join(["a_rather_long_name_of_an_input"] * 40),
        "a = 2\nb = 3\n" + "tanh(" * 30 + "a*b" + ")" * 30,
        "a = 2\n" + "(" * 40 + "a" + "*2 + 1)" * 40,
    ):
        at = snapshot(text)
        unnamed = [node for node in at.nodes if not at.row(node).name]
        assert len(unnamed) > 25
        assert all(len(at.label(node)) <= MAX_LABEL for node in unnamed)
        assert all(isinstance(at.written(node), Written) for node in unnamed)


def test_what_is_long_and_has_no_name_is_called_t1_t2_at_every_moment() -> None:
    """In order of appearance, leaving out what the program itself calls so; other labels are made of them."""
    text = (
        "aa = 2\nbb = 3\nt2 = 1\n"
        "cc = (tanh(aa*bb + aa*aa - bb/aa + 7) + tanh(bb*bb*bb - aa*aa*aa - 1))*t2\nbackward(cc)"
    )
    at = snapshot(text)
    called = {at.label(node): node for node in at.nodes}
    whole = "aa*bb + aa*aa - bb/aa + 7"
    assert len(whole) <= MAX_LABEL < len(f"tanh({whole})")
    assert {"t1", "t3", whole} < set(called)
    assert at.written(called["t1"]).text == "t1"
    operands = [at.log.operands(called[name])[0] for name in ("t1", "t3")]
    assert [at.label(node) for node in operands] == [whole, "bb*bb*bb - aa*aa*aa - 1"]
    for position in range(at.log.computed[called["t3"]] + 1, len(at.log)):
        moment = Snapshot(at.program, at.log, position)
        assert (moment.label(called["t1"]), moment.label(called["t3"])) == ("t1", "t3")


def test_grads_of_constants_are_in_the_view_of_all_events_alone() -> None:
    """A number written in an expression gets its grad all the same; who walks the mathematics passes by."""
    log = snapshot("a = 3\nb = a*2 - 1\nc = b\nbackward(c)").log
    edges = {index: log.event(index) for index in log.view_events(View.ALL) if log.kinds[index] == Kind.EDGE}
    walked = [event.node for index, event in edges.items() if log.shown(index, View.MATH)]
    assert [log.operation(node).name for node in walked] == ["mul", "leaf"]
    assert walked[1] == 0
    assert len(edges) == 6  # The 1 is turned into -1 by a node of its own.
    constants = {event.node for event in edges.values()} - set(walked)
    assert sorted((log.data(node, len(log)), log.grad(node, len(log))) for node in constants) == [
        (-1, 1), (-1, 1), (1, -1), (2, 3),
    ]  # fmt: skip
    assert not any(log.shown(index, View.MEMORY) for index in edges)


def test_labels_are_names_expressions_or_former_names() -> None:
    """A node goes by its names, else by its expression; a name that moved on stands in parentheses."""
    at = snapshot("a = 2\nb = a\nc = a*3 + 1\na = 5\nd = b")
    assert [at.label(node) for node in at.nodes] == ["b, d", "3", "b*3", "1", "c", "a"]
    assert snapshot("# ownership: manual\na = 2\nb = a*2\na = 5").label(0) == "(a)"


def test_a_node_has_no_number_between_allocation_and_computation() -> None:
    """The row says None there, and the tree has something to show all the same."""
    at = snapshot("a = 2\nb = a*3")
    born = at.log.born[at.names["b"]]
    early = Snapshot(at.program, at.log, born + 1).row(2)
    assert (early.data, early.name, early.label) == (None, None, "a*3")
    assert Snapshot(at.program, at.log, at.log.computed[2] + 1).row(2).data == 6


def test_views_share_out_the_events() -> None:
    """Every event is in `all`; math has no memory traffic; each kind but a leaf's start is in one of both."""
    log = snapshot(NEURON).log
    assert list(log.view_events(View.ALL)) == list(range(len(log)))
    math_kinds = {Kind(log.kinds[event]) for event in log.view_events(View.MATH)}
    assert math_kinds == {Kind.COMPUTE, Kind.SEED, Kind.EDGE}
    assert len(log.view_events(View.MATH)) + len(log.view_events(View.MEMORY)) == len(log)
