"""Groups of nodes: by dotted names, else by the turns of loops, at any moment of a run."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

import pytest
from programs import end_of, network_program, random_program, run, snapshot
from samples import always, seeds

from microcrad.language.parser import parse
from microcrad.language.statements import Assign, For, Statement
from microcrad.run.interpreter import Interpreter, Limits
from microcrad.session.session import Session
from microcrad.timeline.groups import TOP, Groups, Path, groups
from microcrad.timeline.snapshot import Snapshot

NETWORK = """\
x0 = 1
x1 = -2
l0.n0.w0 = 0.5
l0.n0.w1 = 0.25
l0.n0.b = 1
l0.n1.w0 = 2
l0.n1.b = -1
l1.w = 3
l0.n0 = relu(l0.n0.w0*x0 + l0.n0.w1*x1 + l0.n0.b)
l0.n1 = relu(l0.n1.w0*x0 + 3 + l0.n1.b)
l1 = l0.n0*l1.w + l0.n1
loss = (l1 - 2)**2
backward(loss)
"""


def described(found: Groups, path: Path = TOP) -> dict[str, tuple[int, str | None]]:
    """Every group by its name, with its count and the label of its output."""
    told: dict[str, tuple[int, str | None]] = {}
    for child in found.children(path):
        output = found.output(child)
        told[found.name(child)] = found.count(child), None if output is None else found.at.label(output)
        told |= described(found, child)
    return told


def test_a_network_is_layers_of_neurons() -> None:
    """With their weights, what their lines make on the way, and their outputs."""
    at = snapshot(NETWORK)
    found = groups(at)
    assert found.dotted
    assert described(found) == {
        "l0": (15, None),
        "l0.n0": (8, "l0.n0"),
        "l0.n1": (7, "l0.n1"),
        "l1": (3, "l1"),
    }
    assert [found.path(at.names[name]) for name in ("x0", "loss", "l0.n0.w1", "l0.n0", "l1.w", "l1")] == [
        (), (), ("l0", "n0"), ("l0", "n0"), ("l1",), ("l1",),
    ]  # fmt: skip
    assert found.path(found.at.node_called("l0.n0.w0*x0") or 0) == ("l0", "n0")
    assert found.path(found.at.node_called("3") or 0) == ("l0", "n1")
    assert found.count(TOP) == len(at.nodes) == len(found.nodes(TOP))
    assert found.outputs() == {at.names[name] for name in ("l0.n0", "l0.n1", "l1")}


def test_a_group_is_there_once_it_has_a_node() -> None:
    """And grows as one goes on."""
    end = snapshot(NETWORK)
    log = end.log
    after = Snapshot(end.program, log, log.born[end.names["l0.n1.w0"]] + 1)
    assert described(groups(after)) == {"l0": (4, None), "l0.n0": (3, None), "l0.n1": (1, None)}
    assert described(groups(Snapshot(end.program, log, 0))) == {}
    assert groups(after).outputs() == groups(end).outputs()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a.x = 2\na.y = a.x*a.x", {"a": (2, None)}),
        ("a.x = 2\na.y = a.x*a.x + a.x", {"a": (3, None), "a.y": (2, "a.y")}),
        ("a.x = 2\na = a.x*2", {"a": (3, "a")}),
        ("a.x = 2\na = a.x", {"a": (1, "a.x, a")}),
        ("y = 3\na.x = 2\na = y", {"a": (1, None)}),
        ("a.x = 2\na.x*a.x\nbackward(a.x + 3)\nprint(a.x*2)", {"a": (1, None)}),
        ("a.b.x = 2\na.b = a.b.x*3\na = a.b", {"a": (3, "a.b, a"), "a.b": (3, "a.b, a")}),
        ("a.x = 2\na = a.x*2\ndel a", {"a": (3, None)}),
        ("a.x = 2\nfor i in range(2):\n    a.x = a.x*2 + 1", {"a": (9, None), "a.x": (8, "a.x")}),
        ("l.n = 2\nll.n = 3", {"l": (1, None), "ll": (1, None)}),
    ],
)
def test_which_names_are_groups(text: str, told: dict[str, tuple[int, str | None]]) -> None:
    """Names that others lie in, and dotted names whose line makes several nodes."""
    assert described(groups(snapshot(text))) == told


def test_an_output_was_one_at_some_moment() -> None:
    """Each turn's output is one of the run's, though the name has moved on."""
    at = snapshot("a.x = 2\nfor i in range(3):\n    a = a.x*i")
    assert len(groups(at).outputs()) == 3
    assert groups(at).output(("a",)) == max(groups(at).outputs())
    assert groups(snapshot("y = 3\na.x = 2\na = y")).outputs() == frozenset()


def test_groups_of_a_run_under_way_grow_with_it() -> None:
    """What was worked out for a shorter log is not taken for a longer one."""
    interpreter = Interpreter(parse(NETWORK), "auto", Limits())
    counts = [groups(end_of(interpreter)).count(TOP) for _ in interpreter.steps()]
    assert counts[-1] == len(end_of(interpreter).nodes)
    assert len(set(counts)) > 10


@pytest.mark.parametrize(
    ("sizes", "nodes", "parameters"), always(1, [((2, 16, 16, 1), 985, 337), ((64, 32, 10), 7311, 2410)])
)
def test_networks_of_the_sizes_that_are_opened(sizes: tuple[int, ...], nodes: int, parameters: int) -> None:
    """They are read and run, and every neuron is a group in its layer."""
    session = Session(network_program(*sizes))
    assert session.errors == ()
    at = session.snapshot
    assert len(at.nodes) == nodes
    assert sum("." in name and at.row(node).op == "leaf" for name, node in at.names.items()) == parameters
    found = groups(at)
    assert [len(found.children((f"l{layer}",))) for layer in range(len(sizes) - 1)] == list(sizes[1:])
    for layer, inputs in enumerate(sizes[:-1]):
        for neuron in found.children((f"l{layer}",)):
            assert found.count(neuron) == 3 * inputs + 2  # Weights, products and sums; bias and tanh.
            assert found.output(neuron) == at.names[found.name(neuron)]
    assert len(found.outputs()) == sum(sizes[1:])


def calls_of(work: Callable[[], object]) -> int:
    """How many calls a piece of work makes, also of built-in functions: how long it is, without a clock."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "networks",
    [((2, 8, 8, 1), (16, 16, 8)), pytest.param(((2, 16, 16, 1), (64, 32, 10)), marks=pytest.mark.slow)],
)
def test_a_larger_network_takes_no_more_work_a_node(networks: tuple[tuple[int, ...], ...]) -> None:
    """Reading, running, grouping: what is quick enough to type stays so when it is seven times as large."""
    each = []
    for sizes in networks:
        text, made = network_program(*sizes), []

        def open_it(text: str = text, made: list[Groups] = made) -> None:
            made.append(groups(Session(text).snapshot))

        work = calls_of(open_it)
        each.append(work / made[0].count(TOP))
    assert each[1] < 1.25 * each[0] < 600


# --- loops ---

LOOPS = """\
x = 1
for i in range(2):
    for j in range(i, 2):
        x = x*j + 1
    x = -x
y = x*x
for i in range(-1, 1): y = y + i
"""


def test_each_turn_of_a_loop_is_a_group() -> None:
    """Named by its variable and line; a loop inside stands inside."""
    found = groups(snapshot(LOOPS))
    assert not found.dotted
    assert found.outputs() == frozenset()
    assert described(found) == {
        "for i=0 (line 2)": (10, None),
        "for i=0 (line 2), for j=0 (line 3)": (4, None),
        "for i=0 (line 2), for j=1 (line 3)": (4, None),
        "for i=1 (line 2)": (6, None),
        "for i=1 (line 2), for j=1 (line 3)": (4, None),
        "for i=-1 (line 7)": (2, None),
        "for i=0 (line 7)": (2, None),
    }
    at = found.at
    assert found.path(at.names["y"]) == ("for i=0 (line 7)",)
    assert found.path(at.node_called("#0") or 0) == TOP
    assert at.program.text.split("\n")[6].startswith("for i")


def test_a_turn_whose_body_starts_with_a_loop_that_never_runs_is_counted() -> None:
    found = groups(snapshot("x = 1\nfor i in range(3):\n    for j in range(0):\n        x*9\n    x = x*2"))
    assert list(described(found)) == [f"for i={i} (line 2)" for i in range(3)]


def test_a_program_with_neither_has_no_groups() -> None:
    found = groups(snapshot("x = 1\ny = x*x"))
    assert (described(found), found.count(TOP), found.path(1)) == ({}, 2, TOP)
    with pytest.raises(KeyError):
        found.count(("l0",))


def test_a_run_that_was_stopped_in_a_loop_has_groups() -> None:
    """The line that was stopped at is in its turn."""
    at = end_of(run("x = 1\nfor i in range(100):\n    x = x*2", limits=Limits(nodes=5)))
    assert list(described(groups(at))) == [f"for i={i} (line 2)" for i in range(3)]


# --- any program ---


def unrolled(statements: tuple[Statement, ...], loops: Path = ()) -> list[tuple[Statement, Path]]:
    """The statements as they run, each with the turns it runs in: loops carried out by hand."""

    def walk(
        statements: tuple[Statement, ...], turns: Path, values: dict[str, int]
    ) -> list[tuple[Statement, Path]]:
        found: list[tuple[Statement, Path]] = []
        for each in statements:
            found.append((each, turns))
            if isinstance(each, For):
                start, stop = (values[b] if isinstance(b, str) else b for b in (each.start, each.stop))
                for turn in range(start, stop):
                    name = f"for {each.variable}={turn} (line {each.span.line})"
                    found += walk(each.body, (*turns, name), values | {each.variable: turn})
        return found

    return walk(statements, loops, {})


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_random_programs(ownership: str) -> None:
    """Every node lies in its line's group; groups hold their nodes and those of the groups inside, once."""
    seen: set[bool] = set()
    for seed in seeds(90):
        end = end_of(run(random_program(seed, ownership)))
        at = Snapshot(end.program, end.log, random.Random(seed).randint(0, end.position))
        found = groups(at)
        ran = unrolled(at.program.statements)
        for node in at.nodes:
            execution = sum(start <= at.log.born[node] for start in at.log.starts) - 1
            statement, turns = ran[execution]
            if not found.dotted:
                assert found.path(node) == turns
            elif isinstance(statement, Assign):
                parts = tuple(statement.name.split("."))
                assert found.path(node) in (parts, parts[:-1])
            else:
                assert found.path(node) == TOP
        pending = [TOP]
        while pending:
            path = pending.pop()
            children = found.children(path)
            own = [node for node in at.nodes if found.path(node) == path]
            assert sorted(own + [n for child in children for n in found.nodes(child)]) == found.nodes(path)
            assert found.count(path) == len(found.nodes(path)) > (0 if path else -1)
            pending += children
            seen.add(found.dotted and bool(path))
            output = found.output(path)
            if path and output is not None:
                assert output in found.nodes(path)
                assert at.names[found.name(path)] == output
    assert seen == {True, False}
