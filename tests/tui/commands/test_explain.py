"""`microcrad explain`."""

from __future__ import annotations

import pytest
from commands import LEAKY, MANUAL, NEURON, microcrad
from programs import finished
from samples import spread

from microcrad.examples import examples
from microcrad.run.result import run_program
from microcrad.text.numbers import full
from microcrad.timeline.inspection import inspect
from microcrad.timeline.snapshot import Snapshot
from tui.commands.outcome import explanation

SHORT = [
    found.text
    for found in examples()
    if not (run := finished(found.text)).errors and len(run.log) < 300  # Nodes times moments.
]


def test_explain_says_what_the_inspector_knows() -> None:
    text = next(found.text for found in examples() if found.slug == "shared")
    run = run_program(text)
    told = inspect(Snapshot(run.program, run.log, len(run.log)), 0)
    lines = microcrad("explain", "--plain", "-", "x", stdin=text).stdout.splitlines()
    assert f"grad: {full(told.row.grad)}" in lines
    assert [line for line in lines if line.startswith("added up")] == [
        f"added up: {contribution.text}" for contribution in told.contributions
    ]
    assert len(told.contributions) == 3
    assert [line for line in lines if line.startswith("held by")] == [
        f"held by: {text}" for text in told.owners
    ]
    assert any(line.startswith(("nudged: 7", "nudged: 6.99")) for line in lines)
    slopes = [
        line
        for line in microcrad("explain", "--plain", "-", "y", stdin=text).stdout.splitlines()
        if "slot" in line
    ]
    assert slopes[0] == "slope: to x (slot 0): x = 3"


def test_explain_finds_a_node_by_name_expression_source_or_number() -> None:
    for node, found in (("n", 4), ("x*w", 3), ("x * w", 3), ("x*w + b", 4), ("#3", 3), ("tanh(n)", 5)):
        result = microcrad("explain", "-", node, stdin=NEURON)
        assert result.exit_code == 0
        assert result.stdout.split()[1] == f"#{found}"
    alike = "a = 1\nb = (a*2) + (a*2)\na*2\n"  # The newest of all is freed at the end of its line.
    assert microcrad("explain", "-", "a*2", stdin=alike).stdout.split()[1] == "#4"
    both = "a = 1\nA = 2\nb = a\n"
    assert [microcrad("explain", "-", name, stdin=both).stdout.split()[1] for name in "aAb"] == [
        "#0",
        "#1",
        "#0",
    ]


def test_explain_counts_events_as_step_does() -> None:
    """Just after the event that `run --step --view all` numbers so, what it says holds."""
    steps = microcrad("run", "--step", "--view", "all", "--plain", "-", stdin=NEURON).stdout.splitlines()
    number = next(i for i, line in enumerate(steps, 1) if "; n.grad = 0.41997" in line)
    grads = [
        next(line for line in text.splitlines() if line.startswith("grad"))
        for text in (
            microcrad("explain", "--plain", "-", "n", "--at", str(at), stdin=NEURON).stdout
            for at in (number - 1, number)
        )
    ]
    assert grads == ["grad: 0", "grad: 0.41997434161402614"]


def test_explain_of_a_freed_node_says_who_freed_it() -> None:
    result = microcrad("explain", "-", "#0", stdin="a = 2\nb = 3\ndel a\n")
    assert "nobody: freed on line 3 by del a" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("oo",), "Did you mean o?"),
        (("quite different",), "The names are x, w, b, n, o."),
        (("#6",), "#0 to #5"),
        (("#x",), "#0 to #5"),
        (("",), "No node"),
        (("o", "--at", "3"), "names no node at event 3; it does after event 20"),
        (("x", "--at", "0"), "no nodes at event 0"),
        (("x", "--until", "line 0"), "expected 'line 5', 'node w' or 'grad w', found 'line 0'"),
        (("x", "--until", "grad q"), "this run never comes to 'grad q'"),
        (("x", "--until", "grad x", "--at", "9"), "Leave one out"),
    ],
)
def test_explain_of_a_node_that_is_not_there(arguments: tuple[str, ...], said: str) -> None:
    result = microcrad("explain", "-", *arguments, stdin=NEURON)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_explain_at_a_stop() -> None:
    """The first time that a run comes there."""
    line = microcrad("explain", "--plain", "-", "x", "--until", "line 7", stdin=NEURON)
    assert "grad: 0\n" in line.stdout
    grad = microcrad("explain", "--plain", "-", "x*w", "--until", "grad  x*w", stdin=NEURON)
    assert "grad: 0.41997" in grad.stdout
    assert (
        "grad: 0\n" in microcrad("explain", "--plain", "-", "x", "--until", "grad x*w", stdin=NEURON).stdout
    )


def test_explain_of_a_program_with_an_error() -> None:
    assert microcrad("explain", "-", "a", stdin="a = 1 +").exit_code == 1
    stopped = microcrad("explain", "-", "a", stdin="a = 1\nrelease(a)\n")
    assert stopped.exit_code == 1
    assert "computed" in stopped.stdout
    assert ": error: " in stopped.stderr


@pytest.mark.parametrize("text", [*spread(6, SHORT), MANUAL, LEAKY])
def test_every_node_can_be_explained_at_every_moment(text: str) -> None:
    """By what the command prints; the command itself is run for one in twenty."""
    run = finished(text)
    explained = 0
    for at in range(1, len(run.log) + 1, 1 if len(run.log) < 60 else 4):
        moment = Snapshot(run.program, run.log, at)
        for node in moment.nodes:
            assert moment.node_called(f"#{node}") == node
            lines = list(explanation(moment, node, plain=True))
            assert lines[0].startswith(f"node: #{node} ")
            if explained % 20 == 0:
                result = microcrad("explain", "--plain", "-", f"#{node}", "--at", str(at), stdin=text)
                assert (result.exit_code, result.stdout.splitlines()) == (0, lines)
            explained += 1
    assert explained >= len(run.log)
