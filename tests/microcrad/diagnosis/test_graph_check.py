"""The whole graph's gradients beside finite differences, and why one differs."""

from __future__ import annotations

import math

import pytest
from programs import NEURON, TWO_ROADS, end_of, random_program, run, smooth_program, tree_program
from samples import seeds

from microcrad.diagnosis.graph_check import GraphCheck, LeafCheck, Verdict, summary
from microcrad.run.faults import FAULTS
from microcrad.timeline.inspection import inspect
from microcrad.timeline.snapshot import Snapshot


def checked(text: str, fault: str | None = None) -> dict[str, LeafCheck]:
    """The checks of a program's last pass, by the leaves' names."""
    found = None if fault is None else FAULTS[fault]
    interpreter = run(text) if found is None else run(text, rules=found)
    check = GraphCheck.of(end_of(interpreter), found)
    assert check is not None
    return {leaf.name: leaf for leaf in check.steps()}


def verdicts(text: str, fault: str | None = None) -> dict[str, Verdict]:
    return {name: leaf.verdict for name, leaf in checked(text, fault).items()}


def test_without_backward_there_is_nothing_to_check() -> None:
    assert GraphCheck.of(end_of(run("x = 3\ny = x*x"))) is None


def test_the_neurons_leaves_agree() -> None:
    end = end_of(run(NEURON))
    check = GraphCheck.of(end)
    assert check is not None
    assert (check.root, check.line, [end.label(leaf) for leaf in check.leaves]) == (
        end.names["o"], 7, ["x", "w", "b"],
    )  # fmt: skip
    for leaf in check.steps():
        assert (leaf.verdict, leaf.says) == (Verdict.AGREES, "")
        assert leaf.grad == end.row(leaf.node).grad
        assert leaf.numeric == inspect(end, leaf.node).numeric


@pytest.mark.parametrize("seed", range(40))
def test_all_agree_in_tame_programs(seed: int) -> None:
    assert set(verdicts(smooth_program(seed)).values()) == {Verdict.AGREES}


def test_no_grad_of_a_right_pass_over_a_tree_differs() -> None:
    for seed in seeds(60):
        assert all(verdict.good for verdict in verdicts(tree_program(seed)).values()), seed


def test_named_leaves_come_first() -> None:
    assert list(checked("a = 1\nb = 2*a + 3\nc = 4\nd = b*c\nbackward(d)")) == ["a", "c", "2", "3"]


def test_it_is_checked_at_the_end_of_the_pass_wherever_one_stands() -> None:
    text = TWO_ROADS + "zero_grad()\nx.data = 5\n"
    end = end_of(run(text))
    for position in range(len(end.log) + 1):
        check = GraphCheck.of(Snapshot(end.program, end.log, position))
        assert check is not None
        (leaf,) = check.steps()
        assert (leaf.value, leaf.grad, leaf.verdict) == (3, 7, Verdict.AGREES)


# --- kinks and edges -----------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [0.0, 1e-9, -1e-9])
def test_a_kink_is_said(x: float) -> None:
    leaf = checked(f"x = {x:.10f}\ny = relu(x)\nbackward(y)")["x"]
    assert leaf.verdict is Verdict.KINK
    assert leaf.verdict.good
    assert "y has its kink within" in leaf.says
    assert "of x: the slope is 0" in leaf.says or "above" in leaf.says
    assert leaf.grad == (1 if x > 0 else 0)


def test_a_kink_further_off_is_none() -> None:
    assert verdicts("x = 0.001\ny = relu(x)\nbackward(y)") == {"x": Verdict.AGREES}


def test_a_kink_inside_the_graph_names_its_node() -> None:
    leaf = checked("x = 2\nu = x - 2\nr = relu(u)\ny = r*3 + x\nbackward(y)")["x"]
    assert leaf.verdict is Verdict.KINK
    assert leaf.says.startswith("r has its kink within")
    assert leaf.says.endswith("of x: the slope is 1 below and 4 above.")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 0\ny = sqrt(x)\nbackward(y)", "Nudged down, y = x**0.5 is the first nan; x = -7.451e-09"),
        ("x = -1\ny = log(x)\nbackward(y)", "y = log(x) is the first nan; x = -1, log needs x > 0."),
        ("x = 1000\ny = exp(x) - exp(x)\nbackward(y)", "exp(x) is the first inf; x = 1000"),
        ("x = 0\ny = relu(x) + sqrt(x)\nbackward(y)", "Nudged down, x**0.5 is the first nan"),
        ("x = 1\nx.data = 1/0\ny = x*2\nbackward(y)", "x is the first inf"),
    ],
)
def test_where_there_is_no_slope(text: str, says: str) -> None:
    leaf = checked(text)["x"]
    assert leaf.verdict is Verdict.NO_SLOPE
    assert not leaf.verdict.good
    assert says in leaf.says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "x = -1\ny = sqrt(relu(x))\nbackward(y)",
            "The grad of relu(x) is the first inf; y = relu(x)**0.5 has",
        ),
        (
            "x = -1000\ny = sigmoid(x)\nbackward(y)",
            "sigmoid(x) is 1/(1 + exp(-x)), and its exp is the first inf",
        ),
        ("x = 2\ny = x*3\nx.grad = 1/0\nbackward(y)", "grad was inf before backward, which alone brings 3."),
    ],
)
def test_where_there_is_a_slope_and_the_way_back_does_not_give_it(text: str, says: str) -> None:
    leaf = checked(text)["x"]
    assert leaf.verdict is (Verdict.ADDED_UP if "brings" in says else Verdict.NOT_FINITE)
    assert not leaf.verdict.good
    assert math.isfinite(leaf.numeric)
    assert not math.isfinite(leaf.grad)
    assert leaf.says.startswith(says)


def test_a_kink_excuses_no_nan() -> None:
    leaf = checked("x = 0\ny = relu(x)*relu(x)*0 + sqrt(relu(x))\nbackward(y)")["x"]
    assert leaf.verdict not in (Verdict.KINK, Verdict.AGREES)


@pytest.mark.parametrize(
    "text",
    [
        "x = 0.000000001\ny = log(x)\nbackward(y)",  # The usual nudge leads below 0.
        "x = 0.003\ny = exp(100000*x)\nbackward(y)",  # It bends a lot over the usual nudge.
        "x = 3\ny = x*10000000000\nz = y - y + x\nbackward(z)",  # Numbers too large for their slope.
    ],
)
def test_what_is_hard_to_nudge_still_agrees(text: str) -> None:
    assert verdicts(text)["x"] is Verdict.AGREES


def test_what_rounding_hides_is_not_called_wrong() -> None:
    leaf = checked("x = 3\ny = (x + 1000000000000) - 1000000000000\nbackward(y)")["x"]
    assert (leaf.verdict, leaf.grad) == (Verdict.UNSURE, 1)
    assert leaf.verdict.good
    assert "too large" in leaf.says
    assert summary([leaf]).endswith("but for 1 that rounding hides.")


# --- what is added, left out or late -------------------------------------------------------------------


def test_two_passes_over_one_edge_give_twice_the_slope() -> None:
    leaf = checked("x = 3\ny = x**2\nbackward(y)\nbackward(y)")["x"]
    assert (leaf.grad, leaf.verdict) == (12, Verdict.ADDED_UP)
    assert leaf.numeric == pytest.approx(6)
    assert leaf.says == "grad is twice the slope: 2 backward passes added up. Call zero_grad first."
    again = checked("x = 3\ny = x**2\nbackward(y)\nzero_grad()\nbackward(y)\nbackward(y)")["x"]
    assert again.says == leaf.says
    assert "4 times the slope" in checked("x = 3\ny = x**2\n" + "backward(y)\n" * 4)["x"].says


def test_nodes_on_the_way_pile_up_too() -> None:
    leaf = checked(TWO_ROADS + "backward(z)")["x"]
    assert (leaf.grad, leaf.verdict) == (20, Verdict.ADDED_UP)
    assert leaf.says == "2 backward passes added up; this one alone brings 7. Call zero_grad first."


STEPS = (
    "w = 0.5\nx = 2\nfor k in range(3):\n    loss = (w*x - 2)**2\n    {}\n    backward(loss)\n"
    "    w.data -= 0.1*w.grad"
)


def test_data_that_no_line_steps_need_not_be_cleared() -> None:
    """The grads of a right program's samples hold what all its backwards brought, which is said."""
    leaf = checked(STEPS.format("w.grad = 0"))["x"]
    assert leaf.verdict is Verdict.KEPT
    assert leaf.verdict.good
    assert leaf.says.startswith("3 backward passes have added to it, and no line has cleared it in between")
    assert verdicts(STEPS.format("w.grad = 0"))["w"] is Verdict.AGREES
    forgotten = verdicts(STEPS.format("zero = 0"))
    assert (forgotten["w"], forgotten["x"]) == (Verdict.ADDED_UP, Verdict.ADDED_UP)
    assert verdicts(STEPS.format("x.data = 3; w.grad = 0"))["x"] is Verdict.ADDED_UP
    assert verdicts(STEPS.format("zero_grad()"))["x"] is Verdict.AGREES


def test_another_root_and_a_written_grad_add_up() -> None:
    assert verdicts("x = 3\ny = x*x\nbackward(y)\nz = x*5\nbackward(z)")["x"] is Verdict.ADDED_UP
    leaf = checked("x = 2\nx.grad = 5\ny = x*3\nbackward(y)")["x"]
    assert leaf.says.startswith("grad was 5 before backward, which alone brings 3.")


def test_a_cleared_grad_agrees_again() -> None:
    assert verdicts(TWO_ROADS + "zero_grad()\nbackward(z)") == {"x": Verdict.AGREES}


@pytest.mark.parametrize(
    ("fault", "text", "verdict"),
    [
        ("overwrite", TWO_ROADS, Verdict.FAULT),
        ("merged", TWO_ROADS, Verdict.FAULT),
        ("recursion", "x = 2\ny = x*x\nz = y + x\nw = z*y\nbackward(w)", Verdict.FAULT),
        ("stale", TWO_ROADS + "zero_grad()\nbackward(z)", Verdict.ADDED_UP),
        ("leak", TWO_ROADS, Verdict.AGREES),
        ("overwrite", NEURON, Verdict.AGREES),
    ],
)
def test_faults_are_named_where_they_show(fault: str, text: str, verdict: Verdict) -> None:
    leaf = checked(text, fault)["x"]
    assert leaf.verdict is verdict
    if not verdict.good:
        assert fault in leaf.says


def test_a_number_written_too_late_is_said() -> None:
    leaf = checked("x = 3\nw = 2\ny = x*w\nz = tanh(y)\nw.data = 0.1\nbackward(z)")["x"]
    assert leaf.verdict is Verdict.STALE
    assert leaf.says.startswith("w was written on line 5, after y was computed from it.")


def test_a_result_that_was_written_is_said() -> None:
    leaf = checked("x = 1\ny = exp(x)\nz = tanh(y)\ny.data = 0.5\nbackward(z)")["x"]
    assert leaf.verdict is Verdict.STALE
    assert leaf.says == "y was written on line 4, and is not what its operands give."


def test_every_difference_of_random_programs_is_explained() -> None:
    seen = set()
    for seed in seeds(200):
        interpreter = run(random_program(seed, "auto"))
        check = GraphCheck.of(end_of(interpreter))
        for leaf in check.steps() if check is not None else ():
            seen.add(leaf.verdict)
            assert (leaf.verdict is Verdict.AGREES) == (not leaf.says)
            if leaf.verdict is Verdict.NO_SLOPE:
                assert not math.isfinite(leaf.grad) or not math.isfinite(leaf.numeric)
            assert leaf.verdict is not Verdict.FAULT
    assert seen >= {Verdict.AGREES, Verdict.NO_SLOPE, Verdict.ADDED_UP}


def test_the_summary() -> None:
    assert (
        summary(list(checked(NEURON).values())) == "3 grads checked: all agree with their finite differences."
    )
    kink = list(checked("x = 0\ny = relu(x)\nbackward(y)").values())
    assert summary(kink).endswith("but for 1 at a kink, where both are right.")
    twice = list(checked("x = 3\ny = x**2\nbackward(y)\nbackward(y)").values())
    assert summary(twice) == "1 grad checked: 1 does not agree (x)."


def test_a_number_that_is_out_of_date_is_told_where_the_grads_agree_all_the_same() -> None:
    """`f` is of the old b, and the slopes are those at the new one; not where backward had read it before."""
    for last, said in (
        ("b.data = 10\nbackward(f)", "b was written on line 4, after f was computed from it."),
        ("backward(f)\nb.data = 10", "all agree with their finite differences."),
    ):
        check = GraphCheck.of(end_of(run(f"a = 2\nb = 3\nf = a*b\n{last}\n")))
        assert check is not None
        leaves = list(check.steps())
        assert [leaf.verdict for leaf in leaves] == [Verdict.AGREES] * 2
        assert said in check.said(leaves)
        assert ("written" in check.said(leaves)) == ("written" in said)
    check = GraphCheck.of(end_of(run("n = 0\no = exp(n)\nn.data = 3\nbackward(o)\n")))
    assert check is not None
    leaves = list(check.steps())  # Here the leaf itself tells.
    assert check.said(leaves) == summary(leaves)
