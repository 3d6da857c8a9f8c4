"""The outline: every node once, every slot of what is shown, folding, and the way to a hidden node."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from programs import NEURON, end_of, random_program, run, snapshot

from microcrad.timeline.outline import FREED_GROUP, OutlineRow, count_below, outline, path_to
from microcrad.timeline.snapshot import Snapshot

BOTH = pytest.mark.parametrize("ownership", ["auto", "manual"])


def moments(ownership: str, count: int = 80) -> list[Snapshot]:
    """Random programs at random positions, their ends among them."""
    found = []
    for seed in range(count):
        at = end_of(run(random_program(seed, ownership)))
        position = random.Random(seed).randint(0, at.position)
        found += [at, Snapshot(at.program, at.log, position)]
    return found


def spelled_out(rows: list[OutlineRow]) -> list[int]:
    """The nodes that stand somewhere with what is below them."""
    return [row.node for row in rows if not row.again and row.node != FREED_GROUP]


@BOTH
def test_every_node_is_spelled_out_once(ownership: str) -> None:
    """With nothing folded and the freed nodes shown: once, never zero times or twice."""
    for at in moments(ownership):
        assert sorted(spelled_out(outline(at, freed_open=True))) == list(at.nodes)


def test_results_stand_first_the_newest_at_the_top_then_leaves_the_oldest_first() -> None:
    rows = outline(snapshot("k = 1\na = 2\nb = a*a\nm = 3\nc = a + a\n"))
    at = snapshot("k = 1\na = 2\nb = a*a\nm = 3\nc = a + a\n")
    assert [at.label(row.node) for row in rows if row.depth == 0] == ["c", "b", "k", "m"]


@BOTH
def test_live_nodes_need_no_opening(ownership: str) -> None:
    """The group of freed nodes hides freed nodes only, and is there only if there are any."""
    for at in moments(ownership):
        rows = outline(at)
        live = {node for node in at.nodes if at.row(node).live}
        assert live <= set(spelled_out(rows))
        assert [row.node for row in rows].count(FREED_GROUP) == (at.heap.freed > 0)


@BOTH
def test_every_slot_of_a_spelled_out_node_is_a_row(ownership: str) -> None:
    """In order, one level further in, directly below; a shared node is marked as shared each time."""
    for at in moments(ownership):
        rows = outline(at, freed_open=True)
        slots = Counter((row.user, row.slot) for row in rows if row.user >= 0)
        wanted = Counter((node, slot) for node in at.nodes for slot in range(len(at.log.operands(node))))
        assert slots == wanted
        uses = Counter(operand for node in at.nodes for operand in at.log.operands(node))
        above: list[int] = []
        for row in rows:
            if row.node == FREED_GROUP:
                above = [FREED_GROUP]
                continue
            assert row.shared == (uses[row.node] > 1)
            del above[row.depth :]
            assert len(above) == row.depth
            if row.user >= 0:
                assert above[-1] == row.user
                assert at.log.operands(row.user)[row.slot] == row.node
            above.append(row.node)


@BOTH
def test_folding_hides_what_is_below_and_nothing_else(ownership: str) -> None:
    """What stays is what can be reached from the roots without entering a folded node."""
    for seed, at in enumerate(moments(ownership)):
        inner = [node for node in at.nodes if at.log.operands(node)]
        folded = set(random.Random(seed).sample(inner, min(2, len(inner))))
        roots = [row.node for row in outline(at, freed_open=True) if row.user < 0 and row.node != FREED_GROUP]
        reached: set[int] = set()
        pending = list(roots)
        while pending:
            node = pending.pop()
            if node not in reached:
                reached.add(node)
                pending += [] if node in folded else at.log.operands(node)
        rows = outline(at, folded, freed_open=True)
        assert sorted(spelled_out(rows)) == sorted(reached)
        for row in rows:
            if row.node != FREED_GROUP and not row.again:
                has_operands = bool(at.log.operands(row.node))
                assert row.folded == (row.node in folded if has_operands else None)
        for node in at.nodes:
            hiding = path_to(at, node, folded)
            assert hiding <= folded
            assert node in spelled_out(outline(at, folded - hiding, freed_open=True))


@BOTH
def test_a_live_node_is_brought_into_sight_with_as_little_as_can_be(ownership: str) -> None:
    """The freed nodes' group stays closed, and nothing is unfolded that could have stayed folded."""
    for seed, at in enumerate(moments(ownership)):
        inner = [node for node in at.nodes if at.log.operands(node)]
        folded = set(random.Random(seed).sample(inner, len(inner) * 3 // 4))
        for node in at.nodes:
            live = at.log.is_live(node, at.position)
            hiding = path_to(at, node, folded)
            assert node in spelled_out(outline(at, folded - hiding, freed_open=not live))
            for needed in hiding if live else ():
                assert node not in spelled_out(outline(at, folded - hiding | {needed}))


def test_only_one_of_many_ways_is_opened() -> None:
    """Of two neurons above a shared one, the first that leads there; the other stays as it is."""
    at = snapshot("x = 2\na = tanh(x)\nb = tanh(a)\nc = tanh(a)\nd = b + c")
    folded = {at.names[name] for name in "abc"}
    assert path_to(at, at.names["a"], folded) in ({at.names["b"]}, {at.names["c"]})
    assert len(path_to(at, at.names["x"], folded)) == 2
    assert path_to(at, at.names["x"], folded - {at.names["c"]}) == {at.names["a"]}
    assert path_to(at, at.names["x"], ()) == path_to(at, at.names["d"], folded) == set()


@BOTH
def test_what_a_node_is_made_of_is_counted(ownership: str) -> None:
    """Once, however many ways lead to it."""
    for at in moments(ownership, 20):
        below: dict[int, set[int]] = {}
        for node in at.nodes:
            below[node] = {n for operand in at.log.operands(node) for n in (operand, *below[operand])}
        assert count_below(at, at.nodes) == {node: len(each) for node, each in below.items()}
        assert count_below(at, ()) == {}


def test_the_neuron() -> None:
    """As the first screen shows it."""
    at = snapshot(NEURON)
    rows = [(at.label(row.node), row.depth) for row in outline(at)]
    assert rows == [("o", 0), ("n", 1), ("x*w", 2), ("x", 3), ("w", 3), ("b", 2)]
    rows = [(at.label(row.node), row.folded) for row in outline(at, {2, at.names["n"]})]
    assert rows == [("o", False), ("n", True)]


def test_roots_are_results_newest_first_then_unused_leaves() -> None:
    """And a square shows its operand twice, the second time as a pointer to the first."""
    at = snapshot("a = 2\nb = 3\nc = a*a\nd = 4\ne = c + a")
    rows = [(at.label(row.node), row.depth, row.again, row.slot) for row in outline(at)]
    assert rows == [
        ("e", 0, False, -1), ("c", 1, False, 0), ("a", 2, False, 0), ("a", 2, True, 1), ("a", 1, True, 1),
        ("b", 0, False, -1), ("d", 0, False, -1),
    ]  # fmt: skip


def test_freed_nodes_are_one_group_at_the_end() -> None:
    """Closed at first; opened, they stand as they stood."""
    at = snapshot("a = 2\nb = a*3\ndel b")
    closed = outline(at)
    assert [(row.node, row.depth, row.folded) for row in closed] == [(0, 0, None), (FREED_GROUP, 0, True)]
    opened = [(row.node, row.depth, row.again) for row in outline(at, freed_open=True)]
    assert opened == [(0, 0, False), (FREED_GROUP, 0, False), (2, 1, False), (0, 2, True), (1, 2, False)]


def test_an_empty_moment_has_no_rows() -> None:
    """Before the first event."""
    at = snapshot(NEURON)
    assert list(outline(Snapshot(at.program, at.log, 0), freed_open=True)) == []
