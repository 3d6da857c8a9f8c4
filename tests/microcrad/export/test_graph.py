"""Graphs as DOT, Mermaid and JSON: what was in the graph is what a reader of the file finds."""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
from typing import Any
from xml.etree import ElementTree

import pytest
from drawings import LABELS, NASTY, drawn, graphs, node
from graph_readers import DOT_EDGE, DOT_NODE, MERMAID_EDGE, MERMAID_NODE, as_graphviz_reads, as_mermaid_reads
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import TWO_ROADS, end_of, random_program, run, snapshot

from microcrad.errors import ContentError
from microcrad.export import Graph, GraphEdge, NodeState, dot, from_json, graph_of, mermaid, to_json
from microcrad.export.graph import card
from microcrad.run.result import run_program
from microcrad.session.report import report
from microcrad.timeline.snapshot import Snapshot

# --- from a run to a graph -----------------------------------------------------------------------------


def test_a_node_that_is_used_twice_by_one_user_has_two_edges() -> None:
    at = snapshot(TWO_ROADS)
    graph = graph_of(at)
    assert graph.edges == (GraphEdge(0, 1, 0), GraphEdge(0, 1, 1), GraphEdge(1, 2, 0), GraphEdge(0, 2, 1))
    x, y, z = graph.nodes
    assert (x.names, y.names, z.names) == (("x",), ("y",), ("z",))
    assert (x.grad, y.data, z.op, y.source, z.line) == (7, 9, "add", "x*x", 3)
    assert (graph.ownership, graph.ended, graph.event, graph.events) == (
        "auto",
        True,
        at.position,
        at.position,
    )


def test_a_node_says_what_has_become_of_it() -> None:
    manual = snapshot("# ownership: manual\na = 2\nb = a*3\nrelease(b)\nc = a**0.5\n")
    states = {each.label: each.state for each in graph_of(manual).nodes}
    assert states == {
        "a": NodeState.LEAKED,
        "3": NodeState.LEAKED,
        "b": NodeState.FREED,
        "c": NodeState.LEAKED,
    }
    before = graph_of(Snapshot(manual.program, manual.log, manual.position - 1))
    assert {each.state for each in before.nodes} == {NodeState.LIVE, NodeState.FREED}
    assert not before.ended
    assert [each.parameter for each in before.nodes] == [None, None, None, 0.5]


def test_a_node_without_a_number_yet_says_so() -> None:
    at = snapshot("x = 3\ny = x*x\n")
    moments = (graph_of(Snapshot(at.program, at.log, position)) for position in range(at.position))
    early = next(graph for graph in moments if len(graph.nodes) == 2 and graph.nodes[1].data is None)
    assert "data not computed yet" in card(early.nodes[1])
    assert from_json(to_json(early)) == early


def test_several_names_of_one_node_are_all_there() -> None:
    (only,) = graph_of(snapshot("a = 1\nb = a\n")).nodes
    assert (only.names, only.label) == (("a", "b"), "a, b")


@pytest.mark.parametrize("ownership", ["auto", "manual"])
@pytest.mark.parametrize("fault", [None, "merged", "leak"])
def test_the_graph_is_that_of_the_report(ownership: str, fault: str | None) -> None:
    for seed in range(20):
        text = f"# ownership: {ownership}\n" + random_program(seed, ownership)
        done = run_program(text, fault)
        graph = graph_of(Snapshot(done.program, done.log, len(done.log)))
        said: Any = report(done)
        leaked = set(said["leaks"])
        prev: dict[int, list[int]] = {each.id: [] for each in graph.nodes}
        for edge in graph.edges:
            assert edge.slot == len(prev[edge.user])
            prev[edge.user].append(edge.operand)
        assert len(graph.nodes) == len(said["nodes"])
        for mine, theirs in zip(graph.nodes, said["nodes"], strict=True):
            assert prev[mine.id] == theirs["prev"]
            assert (mine.id, mine.op, mine.refs, mine.line) == tuple(
                theirs[key] for key in ("id", "op", "refs", "line")
            )
            assert (mine.state is not NodeState.FREED) == theirs["live"]
            assert (mine.state is NodeState.LEAKED) == (mine.id in leaked)
        assert {name: each.id for each in graph.nodes for name in each.names} == said["names"]


# --- JSON ----------------------------------------------------------------------------------------------


@given(graphs())
def test_json_brings_back_every_text_and_every_bit(graph: Graph) -> None:
    text = to_json(graph)
    text.encode("ascii")
    json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} is not JSON"))
    # As texts, nan is nan and the zeros differ; a nan's sign, which means nothing, is not kept.
    assert repr(from_json(text)) == repr(graph)


def test_json_of_any_moment_is_read_back() -> None:
    for seed in range(30):
        at = end_of(run(random_program(seed, "manual")))
        graph = graph_of(Snapshot(at.program, at.log, random.Random(seed).randint(0, at.position)))
        assert repr(from_json(to_json(graph))) == repr(graph)


def damaged(change: Any) -> str:
    """A good file with something else in it."""
    top = json.loads(to_json(graph_of(snapshot("x = 3\ny = x*x\n"))))
    change(top)
    return json.dumps(top)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda top: top.pop("format"), 'expected an object with "format": "microcrad graph"'),
        (lambda top: top.update(version=2), "saved by a newer microcrad: its version is 2"),
        (lambda top: top.update(ownership="mine"), 'ownership is "mine", expected auto or manual'),
        (lambda top: top.update(event=-1), "event is -1, expected a whole number from 0"),
        (lambda top: top.update(ended=1), "ended is 1, expected true or false"),
        (lambda top: top.pop("nodes"), "nodes is missing, expected a list"),
        (lambda top: top.update(nodes=[3]), "nodes[0] is 3, expected an object"),
        (lambda top: top["nodes"][1].pop("grad"), "nodes[1].grad is missing, expected a number"),
        (lambda top: top["nodes"][1].update(grad=None), "nodes[1].grad is missing, expected a number"),
        (lambda top: top["nodes"][1].pop("data"), "nodes[1].data is missing, expected a number"),
        (lambda top: top["nodes"][1].update(data=10**400), "nodes[1].data is 1000"),
        (lambda top: top["nodes"][1].update(data=math.inf), "nodes[1].data is Infinity, expected"),
        (lambda top: top["nodes"][1].update(data="NaN"), 'nodes[1].data is "NaN", expected a number, "nan"'),
        (lambda top: top["nodes"][1].update(data=True), "nodes[1].data is true, expected a number"),
        (lambda top: top["nodes"][0].update(names="x"), 'nodes[0].names is "x", expected a list of texts'),
        (lambda top: top["nodes"][0].update(names=[1]), "nodes[0].names is a list of 1, expected"),
        (lambda top: top["nodes"][0].update(label=1), "nodes[0].label is 1, expected a text"),
        (lambda top: top["nodes"][0].update(op="sinh"), 'nodes[0].op is "sinh", expected leaf or add or'),
        (lambda top: top["nodes"][0].update(state=[]), "nodes[0].state is a list of 0, expected live or"),
        (lambda top: top["nodes"][0].update(refs=1.5), "nodes[0].refs is 1.5, expected a whole number"),
        (lambda top: top["nodes"][1].update(id=0), "nodes[1].id is 0, expected 1, its place"),
        (lambda top: top["edges"].pop(), "edges[1] is missing, expected slot 1 of node 1"),
        (lambda top: top["edges"].reverse(), "edges[0] is slot 1 of node 1, expected slot 0 of node 1"),
        (lambda top: top["edges"].append(top["edges"][0]), "edges[2] is slot 0 of node 1, expected no more"),
        (lambda top: top["edges"][0].update(operand=1), "edges[0].operand is 1, expected a node before 1"),
        (lambda top: top["edges"][0].update(operand="0"), 'edges[0].operand is "0", expected a whole'),
    ],
)
def test_json_that_is_not_a_graph_is_refused_with_the_place(change: Any, said: str) -> None:
    with pytest.raises(ContentError) as caught:
        from_json(damaged(change), "my.json")
    assert str(caught.value).startswith("my.json ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "3", "[" * 100_000, '{"format": ' + "9" * 5000 + "}"]
)
def test_a_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match="the text is not an exported graph"):
        from_json(text)


def test_what_others_add_to_the_json_does_no_harm() -> None:
    graph = graph_of(snapshot(TWO_ROADS))
    top = json.loads(to_json(graph))
    top["note"] = top["nodes"][0]["colour"] = "mine"
    assert from_json(json.dumps(top)) == graph


# --- DOT -----------------------------------------------------------------------------------------------

STYLES = {NodeState.LIVE: None, NodeState.FREED: " style=dashed", NodeState.LEAKED: " style=bold"}


@given(graphs())
def test_dot_says_all_of_the_graph_and_nothing_else(graph: Graph) -> None:
    comment, *lines = dot(graph).split("\n")
    assert comment.startswith(f"// microcrad: the graph after event {graph.event} of {graph.events}, ")
    assert lines[:3] == ["digraph microcrad {", "  rankdir=LR", "  node [shape=box]"]
    assert lines[-2:] == ["}", ""]
    count = len(graph.nodes)
    nodes = [DOT_NODE.fullmatch(line) for line in lines[3 : 3 + count]]
    edges = [DOT_EDGE.fullmatch(line) for line in lines[3 + count : -2]]
    for each, found in zip(graph.nodes, nodes, strict=True):
        assert found is not None
        assert (int(found[1]), as_graphviz_reads(found[2])) == (each.id, drawn(each))
        assert found[3] == STYLES[each.state]
        assert found[0].isprintable()
    read = [tuple(map(int, found.groups())) for found in edges if found]
    assert read == [(edge.operand, edge.user, edge.slot) for edge in graph.edges]


@pytest.mark.needs("dot")
@settings(max_examples=15)
@given(st.lists(LABELS, min_size=1, max_size=60))
def test_graphviz_draws_every_label_as_it_is(labels: list[str]) -> None:
    labels = [*NASTY, *labels]
    nodes = tuple(node(place, label) for place, label in enumerate(labels))
    edges = (GraphEdge(0, 1, 0), GraphEdge(0, 1, 1))
    graph = Graph("auto", 1, 1, True, nodes, edges)
    done = subprocess.run(
        ["dot", "-Tsvg"], input=dot(graph), capture_output=True, encoding="utf-8", check=True
    )
    assert done.stderr == ""
    groups = ElementTree.fromstring(done.stdout).iter("{http://www.w3.org/2000/svg}g")
    found: dict[str | None, list[str]] = {}
    slots: list[str] = []
    for group in groups:
        texts = [text.text or "" for text in group.findall("{http://www.w3.org/2000/svg}text")]
        if group.get("class") == "node":
            title = group.findtext("{http://www.w3.org/2000/svg}title")
            found[title] = [text.replace("\xa0", " ") for text in texts]
        elif group.get("class") == "edge":
            slots += texts
    assert found == {f"n{each.id}": [line for line in drawn(each).split("\n") if line] for each in nodes}
    assert sorted(slots) == ["slot 0", "slot 1"]


# --- Mermaid -------------------------------------------------------------------------------------------

MERMAID_LABEL = re.compile(r"(?:\w|[ .,-]|#\d+;|<br/>)*")
TAKEN_FOR_MARKUP = re.compile(r"(?:\d+\.|-) | {2}|^ | $|_|[.-]$")


@given(graphs())
def test_mermaid_says_all_of_the_graph_and_nothing_else(graph: Graph) -> None:
    comment, kind, *lines = mermaid(graph).split("\n")
    assert comment.startswith("%% microcrad: the graph after event ")
    assert "{" not in comment
    assert (kind, lines.pop()) == ("flowchart LR", "")
    states = {each.state for each in graph.nodes} - {NodeState.LIVE}
    count, rules = len(graph.nodes), len(states)
    classes = lines[len(lines) - rules :]
    assert {line.split()[1] for line in classes} == states
    for each, line in zip(graph.nodes, lines[:count], strict=True):
        found = MERMAID_NODE.fullmatch(line)
        assert found is not None
        assert int(found[1]) == each.id
        assert found[3] == (None if each.state is NodeState.LIVE else f":::{each.state}")
        label = found[2]
        assert MERMAID_LABEL.fullmatch(label)
        assert not any(TAKEN_FOR_MARKUP.search(part) for part in label.split("<br/>"))
        assert as_mermaid_reads(label) == drawn(each)
    edges = [MERMAID_EDGE.fullmatch(line) for line in lines[count : len(lines) - rules]]
    read = [tuple(map(int, found.groups())) for found in edges if found]
    assert len(read) == len(edges)
    assert read == [(edge.operand, edge.slot, edge.user) for edge in graph.edges]


def test_mermaid_takes_no_semicolon_of_ours_away() -> None:
    """It strips the last one of what it takes for a style with a colour, wherever that stands."""
    for label in NASTY:
        written = mermaid(Graph("auto", 1, 1, True, (node(0, label),), ()))
        stripped = re.sub(r"(?:style|classDef).*:\S*#.*;", lambda found: found[0][:-1], written)
        assert stripped in (written, written.replace('"];', '"]'))


def test_names_and_formulas_stay_readable_in_mermaid() -> None:
    written = mermaid(graph_of(snapshot("变 = 2.5\nn1 = 变 + 1\n")))
    assert '["变<br/>leaf, line 1<br/>data 2.5<br/>grad 0<br/>refs 2"]' in written
