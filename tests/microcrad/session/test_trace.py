"""Graphs of Values as sessions, and exported graphs as programs again."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from collections import Counter
from keyword import kwlist
from pathlib import Path

import pytest
from commands import microcrad
from programs import NEURON, random_program, run, snapshot

from microcrad import ContentError, GraphError, UseAfterFreeError, Value, trace
from microcrad.engine import topological_order
from microcrad.export import Graph, c_program, graph_of, to_json
from microcrad.export.graph_program import graph_program
from microcrad.language import unparse
from microcrad.language.core_expressions import FIELDS
from microcrad.language.statements import RESERVED
from microcrad.nn import MLP
from microcrad.run.result import run_program
from microcrad.session import trace as tracing
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from tui.files import open_file


def ended(session: Session) -> Session:
    """A session that stands at its end, after its one backward."""
    assert session.errors == ()
    make_move(session, "last")
    return session


def same(x: float | None, y: float | None) -> bool:
    return x == y or (x is not None and y is not None and math.isnan(x) and math.isnan(y))


def grown(seed: int) -> list[Value]:
    """A random graph with labels, in which a few numbers were set after others were computed from them."""
    dice = random.Random(seed)
    nodes = [Value(dice.choice([0.5, -2.0, 3.0, 0.0, 1e300]), label=f"x{i}") for i in range(3)]
    for index in range(12):
        a, b = dice.choice(nodes), dice.choice(nodes)
        nodes.append(dice.choice([a + b, a * b, a.relu(), a.tanh(), a.exp(), a**2, a / b, -a]))
        nodes[-1].label = dice.choice(["", f"n{index}", "x0", "sum of all", "exp", "a.data", "l.w"])
        if dice.random() < 0.15:
            dice.choice(nodes).data = dice.choice([7.0, math.nan, -0.0, math.inf])
    return nodes


@pytest.mark.parametrize("seed", range(25))
def test_a_traced_graph_has_the_same_numbers_and_gradients(seed: int) -> None:
    nodes = grown(seed)
    root = nodes[-1] + nodes[0]
    order = topological_order(root)
    before = [node.data for node in order]
    at = ended(trace(root)).snapshot
    root.backward()
    assert all(map(same, before, [node.data for node in order]))  # Tracing writes nothing.
    ours = Counter((node.op.name, repr(node.data + 0), repr(node.grad)) for node in order)
    rows = Counter(
        (row.op, repr(row.data + 0), repr(row.grad)) for row in map(at.row, at.nodes) if row.data is not None
    )
    assert rows == ours


def test_labels_become_names_as_far_as_they_can() -> None:
    x, w = Value(2.0, label="x1"), Value(-3.0, label="w")
    product = x * w
    product.label = "x1*w"
    out = (product + Value(1.0, label="w")).tanh()
    session = trace(out)
    assert session.text.splitlines() == [
        "x1 = 2", "w = -3", "x1_w = x1*w", "out = tanh(x1_w + 1)", "backward(out)",
    ]  # fmt: skip
    assert session.position == session.log.seeds[0]
    assert session.snapshot.names["x1_w"] == 2


WORDS = [
    *kwlist, *sorted(RESERVED), *FIELDS, "a", "a.b", "a.b.c", "ﬁ", "fi", "Å", "0a", "a\u200db", "x\u202ey",
    "数", "l0", "l0.n0", "t1", "out", "  ", "__", "a.data", "𝐱", "x", "inf", "1.2", "a..b", "self", "x[0]",
    "f#2.a", "math", "a" * 100, "'; import os #", "a\nb = 3",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_labels_the_program_can_be_read(seed: int) -> None:
    dice = random.Random(seed)
    nodes = [Value(dice.uniform(-2, 2)) for _ in range(3)]
    for _ in range(12):
        a, b = dice.choice(nodes), dice.choice(nodes)
        nodes.append(dice.choice([a + b, a * b, a.tanh(), a**2]))
    for node in nodes:
        node.label = dice.choice(WORDS)
    root = sum(nodes[:-1], nodes[-1])
    session = trace(root)
    assert session.errors == ()
    assert session.run.end.node_count == len(topological_order(root))


def test_a_network_in_python_can_be_walked_explained_and_exported() -> None:
    random.seed(1)
    loss = (MLP(2, [3, 1])([1.0, -2.0]) - 1) ** 2
    session = ended(trace(loss))
    assert len(session.snapshot.nodes) == len(topological_order(loss))
    assert session.findings is not None
    assert session.graph_check is not None
    assert all(leaf.verdict.good for leaf in session.graph_check.steps())
    assert "value_backward" in c_program(session.program, "auto").text


def test_what_cannot_be_traced() -> None:
    with pytest.raises(GraphError, match="50,001 nodes, and a program at most 50,000"):
        x = y = Value(1.0)
        for _ in range(50_000):
            y = y.relu()
        trace(y)
    x = Value(1.0)
    y = x * x
    for _ in range(3):
        x.release()
    with pytest.raises(UseAfterFreeError):
        trace(y)


def test_a_large_graph_is_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[int] = []

    def counted(root: Value) -> list[Value]:
        order = topological_order(root)
        walked.append(len(order))
        return order

    for module in (unparse, tracing):
        monkeypatch.setattr(module, "topological_order", counted)
    x = y = Value(1.0)
    for _ in range(1000):
        y = y * x + y
    assert tracing.trace(y).errors == ()
    assert sum(walked) == 2001


def test_a_leaf_alone() -> None:
    assert trace(Value(3.0)).text == "out = 3\nbackward(out)\n"


def test_importing_the_library_does_not_wait_for_what_draws_and_traces() -> None:
    code = (
        "import sys, microcrad; print('microcrad.export' in sys.modules, callable(microcrad.draw), "
        "'microcrad.export' in sys.modules); microcrad.nothing"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True", "True"]
    assert "module 'microcrad' has no attribute 'nothing'" in done.stderr


# --- exported graphs -----------------------------------------------------------------------------------


def again(graph: Graph) -> Graph:
    """A graph exported, opened as a program and run."""
    done = run_program(graph_program(to_json(graph)))
    assert done.errors == ()
    return graph_of(done.end)


def essence(graph: Graph) -> Counter[tuple[object, ...]]:
    """What a graph is of, whatever its nodes' order: operations with their numbers and operands' numbers."""
    operands: dict[int, list[str]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        operands[edge.user].append(repr(graph.nodes[edge.operand].data))
    return Counter((n.op, repr(n.parameter), repr(n.data), *operands[n.id]) for n in graph.nodes)


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_an_exported_graph_opens_as_the_same_graph(ownership: str) -> None:
    opened = 0
    for seed in range(40):
        interpreter = run(random_program(seed, ownership), ownership)
        graph = graph_of(run_program(random_program(seed, ownership), ownership=ownership).end)
        assert interpreter.log.node_count == len(graph.nodes)
        if not graph.nodes:
            continue
        found = again(graph)
        assert essence(found) == essence(graph), seed
        for node in graph.nodes:
            for name in node.names:
                here = [each.data for each in found.nodes if name in each.names]
                # A dotted name may have been assigned first to a node that it means no more.
                assert (len(here) == 1 and same(here[0], node.data)) or (not here and "." in name)
        opened += 1
    assert opened > 30


def test_the_root_is_the_one_that_backward_began_with() -> None:
    graph = graph_of(snapshot("x = 3\ny = x*x + x\nz = y\nlate = x*2\nbackward(z)"))
    text = graph_program(to_json(graph), "graph\x1b.json")
    assert text.startswith("# the graph in graph\\x1b.json\n")
    assert text.endswith("backward(y)\n")
    found = {name: node.grad for node in again(graph).nodes for name in node.names}
    assert found == {"x": 7.0, "y": 1.0, "z": 1.0, "late": 0.0}


def test_dotted_names_stay() -> None:
    text = "l0.n0.w = 2\nl0.n0.b = 1\nx = 3\nl0.n0 = tanh(l0.n0.w*x + l0.n0.b)\nbackward(l0.n0)\n"
    assert graph_program(to_json(graph_of(snapshot(text)))).splitlines()[1:] == text.splitlines()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{}", 'expected an object with "format": "microcrad graph"'),
        ('{"format": "microcrad graph", "version": 99}', "saved by a newer microcrad"),
        ("POWER", "node 1 is a power without an exponent"),
    ],
)
def test_a_file_that_holds_no_graph(text: str, says: str, tmp_path: Path) -> None:
    if text == "POWER":
        found = json.loads(to_json(graph_of(snapshot("x = 3\ny = x**2"))))
        found["nodes"][1]["parameter"] = None
        text = json.dumps(found)
    with pytest.raises(ContentError, match=says):
        graph_program(text, "graph.json")
    (tmp_path / "graph.json").write_text(text)
    for command in (["run"], ["open"], ["diagnose"], []):
        result = microcrad(*command, str(tmp_path / "graph.json"))
        assert (result.exit_code, result.stdout) == (1, "")
        assert says in result.stderr
    with pytest.raises(ContentError, match=says):
        open_file(tmp_path / "graph.json")


def test_commands_read_an_exported_graph(tmp_path: Path) -> None:
    (tmp_path / "neuron.mc").write_text(NEURON)
    file = str(tmp_path / "graph.json")
    assert microcrad("export", str(tmp_path / "neuron.mc"), "--to", "json", "-o", file).exit_code == 0
    text = Path(file).read_text()
    expected = microcrad("run", "--json", str(tmp_path / "neuron.mc"))
    for result in (microcrad("run", "--json", file), microcrad("run", "--json", "-", stdin=text)):
        numbers = [(node["name"], node["data"], node["grad"]) for node in json.loads(result.stdout)["nodes"]]
        assert numbers == [(n["name"], n["data"], n["grad"]) for n in json.loads(expected.stdout)["nodes"]]
    for form in ("c", "python", "dot", "svg", "json"):
        assert microcrad("export", file, "--to", form).exit_code == 0
    assert "tanh" in microcrad("explain", file, "o").stdout
    assert "needs a terminal" in microcrad("open", file).stderr
    program, place = open_file(Path(file))
    assert (program.name, program.path, program.saved, place) == ("graph.mc", "", None, None)
    assert program.text.splitlines()[1:] == NEURON.splitlines()[1:]
    assert Path(file).read_text() == text


@pytest.mark.parametrize("wrong", [3, None, "x", [Value(1)]], ids=repr)
def test_what_is_no_value_is_said(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"takes a Value, and found .*Write trace\(loss\)"):
        trace(wrong)  # type: ignore[arg-type]
