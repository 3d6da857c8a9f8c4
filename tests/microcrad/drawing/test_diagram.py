"""What a diagram shows: every node and every operand slot, folded or not, however the groups lie."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layouts import laid_out
from programs import end_of, random_program, run, snapshot

from microcrad.drawing import diagram as module
from microcrad.drawing.diagram import Diagram, Part, diagramming, with_loops
from microcrad.drawing.grouping import grouping
from microcrad.drawing.layout import Shape, spans
from microcrad.run.interpreter import Limits
from microcrad.slices import finish
from microcrad.timeline.groups import TOP, Path, groups, turn_of
from microcrad.timeline.snapshot import Snapshot


def random_end(seed: int) -> Snapshot:
    """The end of a random program."""
    ownership = random.Random(seed).choice(["auto", "manual"])
    return end_of(run(random_program(seed, ownership), limits=Limits(events=3_000)))


def diagram(
    at: Snapshot,
    paths: Sequence[Path] = (),
    folded: Callable[[Path], bool] = lambda path: False,
    turns: Collection[Path] = (),
) -> Diagram:
    """What is born at a moment, drawn at once."""
    of_born = (paths or [TOP] * at.node_count)[: len(at.nodes)]
    return finish(diagramming(at, partial(grouping, of_born, folded), turns))


def check(shown: Diagram) -> None:
    """What must hold of every diagram."""
    log, count = shown.log, len(shown.part_of)
    assert sorted(node for part in shown.parts for node in part.nodes) == list(range(count))
    assert all(shown.parts[shown.part_of[node]].nodes.count(node) == 1 for node in range(count))
    firsts = [part.nodes[0] for part in shown.parts]
    assert firsts == sorted(firsts), "parts are in the order of their birth"
    shown_by: set[int | None] = set()
    for node in range(count):
        part = shown.part_of[node]
        for slot, operand in enumerate(log.operands(node)):
            source = shown.part_of[operand]
            edge = shown.edge(node, slot)
            shown_by.add(edge)
            assert (edge is None) == (source == part)
            if edge is not None:
                assert shown.edges[edge][:2] == (source, part)
                assert shown.parts[part].sources[shown.edges[edge].slot] == source
                if not shown.parts[part].folded:
                    assert shown.edges[edge].slot == slot
    assert shown_by - {None} == set(range(len(shown.edges)))
    for index, part in enumerate(shown.parts):
        assert [edge.slot for edge in shown.edges if edge.target == index] == list(range(len(part.sources)))
        assert part.folded == (len(part.nodes) > 1)
        assert set(part.outputs) <= set(part.nodes)
        assert part.outputs
        assert not part.more
    spans(len(shown.parts), shown.edges)  # There is no circle.
    assert shown.hidden == 0


@pytest.mark.parametrize("seed", range(30))
def test_every_node_and_every_slot_of_a_program_is_shown(seed: int) -> None:
    shown = diagram(random_end(seed))
    check(shown)
    assert len(shown.parts) == shown.log.node_count
    assert len(shown.edges) == sum(len(shown.log.operands(node)) for node in range(shown.log.node_count))


@given(st.integers(0, 10_000), st.data())
def test_any_groups_can_be_folded(seed: int, data: st.DataObject) -> None:
    """Even those that a path leaves and comes back to: they are opened where a box would use itself."""
    at = random_end(seed % 40)
    names = st.lists(st.sampled_from("abc"), max_size=3).map(tuple)
    paths = [data.draw(names) for _ in range(min(at.node_count, 30))]
    paths += [TOP] * (at.node_count - len(paths))
    folded = data.draw(st.sets(names))
    shown = diagram(at, paths, lambda path: path in folded)
    check(shown)
    check_frames(shown, paths)


def check_frames(shown: Diagram, paths: Sequence[Path]) -> None:
    """Each part has the frames of the groups that it lies in, but for those that are all of another one."""
    inside = [{path[:depth] for depth in range(len(path) + 1)} for path in paths]
    counts = Counter(group for groups_of in inside for group in groups_of)
    assert len(set(shown.frames)) == len(shown.frames)
    for part, frame in zip(shown.parts, shown.nesting.inside, strict=True):
        found = []
        while frame >= 0:
            found.append(shown.frames[frame])
            frame = shown.nesting.around[frame]
        own = part.path[: len(part.path) - part.folded]
        around = [own[:depth] for depth in range(len(own), 0, -1)]
        assert found == [
            group
            for group in around
            if counts[group] > 1 and (len(group) == 1 or counts[group] < counts[group[:-1]])
        ]
    assert set(shown.frames) == {frame for part in shown.parts for frame in _frames_of(shown, part)}


def _frames_of(shown: Diagram, part: Part) -> list[Path]:
    """The open groups around a part, by their paths."""
    depth = len(part.path) - part.folded
    return [frame for frame in shown.frames if frame == part.path[: min(depth, len(frame))]]


def part_named(shown: Diagram, name: str) -> Part:
    """The folded group of that name."""
    return next(part for part in shown.parts if part.folded and part.name == name)


NETWORK = "\n".join(
    [
        "x0 = 1", "x1 = -2",
        *(f"l0.n{j}.w{i} = 0.5" for j in range(3) for i in range(2)),
        *(f"l0.n{j} = tanh(l0.n{j}.w0*x0 + l0.n{j}.w1*x1)" for j in range(3)),
        "l1.n0.b = 1",
        "l1.n0 = l0.n0 + l0.n1 + l0.n2 + l1.n0.b",
        "loss = (l1.n0 - 1)**2",
    ]
)  # fmt: skip


def network(*opened: Path) -> Diagram:
    """The diagram of a network of two layers, folded but for some groups."""
    at = snapshot(NETWORK)
    found = groups(at)
    shown = diagram(at, [found.path(node) for node in at.nodes], lambda path: path not in opened)
    check(shown)
    return shown


def test_a_network_is_a_box_for_each_layer() -> None:
    shown = network()
    labels = [part.name if part.folded else part.nodes[0] for part in shown.parts]
    assert labels[:4] == [0, 1, "l0", "l1"]
    first, second = shown.parts[2], shown.parts[3]
    assert (len(first.nodes), first.sources, len(first.outputs)) == (6 + 12, (0, 1), 3)
    assert (second.sources, len(second.outputs)) == ((2,), 1)
    assert second.node == second.nodes[-1]


def test_an_opened_layer_is_a_box_for_each_neuron() -> None:
    shown = network(("l0",))
    assert shown.frames == (("l0",),)
    neuron = part_named(shown, "l0.n1")
    assert len(neuron.nodes) == 6
    assert neuron.sources == (0, 1)
    assert part_named(shown, "l1").sources == tuple(
        shown.parts.index(part_named(shown, f"l0.n{j}")) for j in range(3)
    )
    assert not any(
        part.folded for part in network(("l0",), *(("l0", f"n{j}") for j in range(3)), ("l1",)).parts
    )


def test_a_group_that_is_all_of_another_is_not_folded_in_it() -> None:
    """l1 is nothing but l1.n0: opening it shows its nodes."""
    shown = network(("l1",))
    assert [part.name for part in shown.parts if part.folded] == ["l0"]


LOOP = "w = 1\nfor i in range(5):\n    w = w*w + 2\n"
LOOP_OF_TURNS = "for i (line 2)"


def loop(at: Snapshot, *opened: Path) -> Diagram:
    """The diagram of a moment of `LOOP`, with some groups open."""
    found = groups(at.end)
    paths = [with_loops(found.path(node)) for node in range(at.node_count)]
    shown = diagram(at, paths, lambda path: path not in opened)
    check(shown)
    return shown


def turn(number: int) -> Path:
    """A turn of it."""
    return LOOP_OF_TURNS, f"for i={number} (line 2)"


def test_turns_that_follow_each_other_are_one_box() -> None:
    shown = loop(snapshot(LOOP))
    assert [(part.name, len(part.turns), len(part.nodes)) for part in shown.parts[1:]] == [
        ("i=0..4 (line 2)", 5, 15)
    ]
    assert [edge[:2] for edge in shown.edges] == [(0, 1)]
    assert shown.frames == ()


def test_a_turn_stands_open_between_those_before_and_after() -> None:
    """With a frame of its own; a single turn beside it is a box with its own name."""
    shown = loop(snapshot(LOOP), turn(3))
    assert [part.name for part in shown.parts if part.folded] == ["i=0..2 (line 2)", "i=4 (line 2)"]
    assert [part.path for part in shown.parts if part.folded] == [(LOOP_OF_TURNS,), turn(4)]
    assert shown.frames == (turn(3),)
    assert [shown.nesting.inside[index] for index in range(len(shown.parts))] == [-1, -1, 0, 0, 0, -1]


def test_in_an_open_loop_each_turn_is_a_box() -> None:
    shown = loop(snapshot(LOOP), (LOOP_OF_TURNS,))
    assert [part.name for part in shown.parts if part.folded] == [f"i={i} (line 2)" for i in range(5)]
    assert [edge[:2] for edge in shown.edges] == [(i, i + 1) for i in range(5)]
    assert shown.frames == ((LOOP_OF_TURNS,),)


NESTED = """\
w = 2
def f(a):
  s = a
  for k in range(2):
    s = s*0.5 + a
  return s
for i in range(4):
  w = w - 0.1
  for j in range(3):
    w = w*w + f(w)
  w = tanh(w)
"""


@pytest.mark.parametrize("program", [LOOP, NESTED, "y = 1\nfor a in range(3):\n  y = tanh(y)\nz = y*y\n"])
@pytest.mark.parametrize("born", [1.0, 0.6])
def test_turns_that_are_open_are_those_that_are_not_closed(program: str, born: float) -> None:
    """Whether the others are gathered, each on its own, or inside another one that is closed."""
    end = snapshot(program)
    at = end.moved(int(len(end.log) * born))
    found = groups(end)
    paths = [with_loops(found.path(node)) for node in at.nodes]
    every = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    loops = {path for path in every if path[-1].startswith("for ") and turn_of(path[-1]) is None}
    for path in sorted(set(paths)):
        turns = [path[:depth] for depth in range(1, len(path) + 1) if turn_of(path[depth - 1])]
        for opened in (set(), loops, {path for path in every if turn_of(path[-1]) is None}, set(turns[:1])):
            shown = diagram(at, paths, lambda path, opened=opened: path not in opened, turns)
            check(shown)
            assert shown == diagram(
                at, paths, lambda path, opened=opened, turns=turns: path not in {*opened, *turns}
            )


def test_only_what_is_born_is_there() -> None:
    """At each moment what was allocated by then, turns that have not begun left out."""
    end = snapshot(LOOP)
    for position in range(0, len(end.log) + 1, 3):
        at = end.moved(position)
        shown = loop(at)
        assert sum(len(part.nodes) for part in shown.parts) == len(at.nodes)
        assert shown.part(end.node_count - 1) is None or len(at.nodes) == end.node_count


def test_a_group_is_opened_that_a_path_leaves_and_comes_back_to() -> None:
    """a in the group, b = -a outside, c = b*a in the group: one box would use what uses it."""
    at = snapshot("a = 1\nb = tanh(a)\nc = b*a\n")
    paths: list[Path] = [("g",), TOP, ("g",)]
    shown = diagram(at, paths, lambda path: True)
    check(shown)
    assert len(shown.parts) == 3


def test_parts_are_born_with_their_first_nodes() -> None:
    shown = network()
    log = shown.log
    for position in range(len(log) + 1):
        born = shown.born(position)
        assert all(
            (part.nodes[0] < log.allocated(position)) == (i < born) for i, part in enumerate(shown.parts)
        )


def test_of_a_graph_too_large_a_neighbourhood_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest parts by edges either way; those at its rim say that there is more."""
    monkeypatch.setattr(module, "MOST", 100)
    monkeypatch.setattr(module, "AROUND", 11)
    at = snapshot("y = 1\nfor i in range(200):\n    y = tanh(y)\n")
    grouped = partial(grouping, [TOP] * len(at.nodes), lambda path: False)
    shown = finish(diagramming(at, grouped, around=100))
    assert [part.nodes[0] for part in shown.parts] == list(range(95, 106))
    assert [part.more for part in shown.parts] == [True, *[False] * 9, True]
    assert shown.hidden == 201 - 11
    assert shown.part(100) == 5
    assert shown.part(94) is None
    assert [edge[:2] for edge in shown.edges] == [(i, i + 1) for i in range(10)]
    assert [shown.edge(node, 0) for node in range(94, 108)] == [None, None, *range(10), None, None]
    laid_out([Shape(3, 1, tuple(range(len(part.sources)))) for part in shown.parts], shown.edges)
