"""`microcrad run --fault`: the run that is wrong on purpose beside the right one, in text."""

from __future__ import annotations

import json

import pytest
from commands import LEAKY, MANUAL, NEURON, microcrad
from programs import DOUBLINGS, ORDER, TWO_ROADS
from samples import spread

from microcrad.examples import examples
from microcrad.run.faults import FAULTS
from microcrad.run.result import run_program
from microcrad.session.report import report
from microcrad.timeline.log import View

TEXTS = [
    *(example.text for example in examples() if "manual" not in example.text),
    NEURON, LEAKY, MANUAL, ORDER, TWO_ROADS,
]  # fmt: skip


def cells(line: str) -> list[str]:
    return line.split()


@pytest.mark.parametrize(("text", "fault"), spread(12, [(text, fault) for text in TEXTS for fault in FAULTS]))
def test_the_table_has_both_grads_and_marks_what_differs(text: str, fault: str) -> None:
    out = microcrad("run", "--fault", fault, "-", stdin=text).stdout
    head, *rows = out.split("\n\n")[0].splitlines()
    assert cells(head) == ["name", "op", "data", "grad", "right", "refs", "line"]
    nodes: list[dict[str, object]] = report(run_program(text, fault))["nodes"]  # type: ignore[assignment]
    live = [node for node in nodes if node["live"]]
    assert len(rows) == len(live)
    for row, node in zip(rows, live, strict=True):
        numbers, _, mark = row.partition("  != ")
        grad, right = (float(cell) for cell in cells(numbers)[-4:-2])
        assert grad == pytest.approx(node["grad"], rel=1e-3, abs=5e-5)
        assert right == pytest.approx(node["right_grad"], rel=1e-3, abs=5e-5)
        assert ("grad" in mark) == (node["grad"] != node["right_grad"])


def test_what_stands_below_the_table() -> None:
    result = microcrad("run", "--fault", "overwrite", "-", stdin=TWO_ROADS)
    table, heap, told = result.stdout.split("\n\n")
    assert table.splitlines()[1] == "x     leaf      3           3           7          4     1  != grad"
    assert "!=" not in "".join(table.splitlines()[2:])
    assert heap.startswith("heap: ")
    assert told.splitlines() == [
        "fault overwrite: = instead of +=. Grads are wrong on purpose.",
        "first wrong: line 4: y to x should have added 3 to 1; it wrote 3 over it.",
        f"why: {FAULTS['overwrite'].why}",
    ]
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_fault_that_makes_no_difference_says_so() -> None:
    out = microcrad("run", "--fault", "recursion", "-", stdin=TWO_ROADS).stdout
    assert "first wrong: nothing; the fault makes no difference to this program\n" in out
    assert "!=" not in out


def test_references_that_differ_are_marked_with_the_right_number() -> None:
    out = microcrad("run", "--fault", "leak", "-", stdin="a = 2\nb = a*3\n").stdout
    (row,) = [line for line in out.splitlines() if line.startswith("3 ")]
    assert cells(row)[-6:] == ["2", "2", "!=", "refs,", "right", "1"]
    assert "No name holds it, so no line can release it." in out
    assert microcrad("run", "--fault", "leak", "--fail-on-leak", "-", stdin="a = 2\nb = a*3\n").exit_code == 1
    assert microcrad("run", "--fail-on-leak", "-", stdin="a = 2\nb = a*3\n").exit_code == 0


def test_plain_says_both_grads_on_one_line() -> None:
    lines = microcrad("run", "--plain", "--fault", "merged", "-", stdin=TWO_ROADS).stdout.splitlines()
    assert lines[0] == "node x: leaf, data 3, grad 4, right 7, refs 4, line 1, differs: grad"
    assert lines[1] == "node y: mul, data 9, grad 1, right 1, refs 2, line 2"
    assert [line.partition(":")[0] for line in lines[3:]] == ["heap", "fault merged", "first wrong", "why"]
    assert all(line.isascii() and line for line in lines)


def test_step_says_the_fault_first_and_the_first_wrong_thing_in_its_place() -> None:
    lines = microcrad("run", "--step", "--fault", "overwrite", "-", stdin=TWO_ROADS).stdout.splitlines()
    assert lines[0] == "fault overwrite: = instead of +=. Grads are wrong on purpose."
    assert lines[6] == "6  line 4  dz/dx = x * dz/dy = 3 * 1 = 3; x.grad = 3"
    assert lines[7] == "first wrong: line 4: y to x should have added 3 to 1; it wrote 3 over it."
    assert lines[8].startswith("7  ")
    assert "+=" not in "".join(lines[1:])


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("view", list(View))
def test_step_says_the_first_wrong_thing_once_whatever_is_shown(fault: str, view: View) -> None:
    """Also where the view ends before it, or starts after it."""
    text = ORDER + "zero_grad()\nbackward(w + 1)\n"
    for more in ((), ("--from", "9"), ("--plain",)):
        out = microcrad(
            "run", "--step", "--view", view.value, "--fault", fault, *more, "-", stdin=text
        ).stdout
        assert out.count("first wrong: line ") == 1
        assert out.startswith(f"fault {fault}: ")


@pytest.mark.slow
def test_a_run_that_is_stopped_says_what_it_stands_beside() -> None:
    result = microcrad("run", "--fault", "recursion", "-", stdin=DOUBLINGS)
    assert result.exit_code == 1
    assert "1,000,000 events" in result.stderr
    assert "\nnote: The run with the fault was stopped on line 4; " in result.stdout


def test_json_names_the_fault() -> None:
    told = json.loads(microcrad("run", "--json", "--fault", "stale", "-", stdin=TWO_ROADS).stdout)
    assert told["fault"] == "stale"
    assert [node["right_grad"] for node in told["nodes"]] == [7, 1, 1]
    told = json.loads(microcrad("run", "--json", "-", stdin=TWO_ROADS).stdout)
    assert told["fault"] is None
    assert not any("right_grad" in node for node in told["nodes"])


def test_a_program_that_cannot_be_read_is_the_same_with_a_fault() -> None:
    wrong = microcrad("run", "--fault", "stale", "-", stdin="a = (")
    right = microcrad("run", "-", stdin="a = (")
    assert (wrong.exit_code, wrong.stdout, wrong.stderr) == (1, right.stdout, right.stderr)
    assert (
        json.loads(microcrad("run", "--json", "--fault", "stale", "-", stdin="a = (").stdout)["fault"]
        == "stale"
    )


def test_an_unknown_fault_lists_the_faults() -> None:
    result = microcrad("run", "--fault", "off-by-one", "-", stdin=TWO_ROADS)
    assert result.exit_code == 2
    assert result.stdout == ""
    for name in FAULTS:
        assert f"'{name}'" in result.stderr
