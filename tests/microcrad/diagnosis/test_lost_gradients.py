"""Gradients that explode, vanish or stop: which edge is named, along which path, and when nothing is said."""

from __future__ import annotations

import math

import pytest
from found import findings, only
from programs import DOUBLINGS, end_of, run, smooth_program
from samples import seeds

from microcrad.diagnosis.diagnosis import Trouble, diagnose
from microcrad.timeline.log import Kind
from microcrad.timeline.paths import Pass, below


def test_a_chain_of_threes_explodes() -> None:
    text = "x = 2\ny = x\nfor i in range(20):\n  y = y*3\nbackward(y)"
    found = only(text, Trouble.EXPLODING)
    log = end_of(run(text)).log
    assert log.values[found.event] == 3**13  # The first power of 3 beyond a million.
    assert log.subjects[found.event] == found.node == found.path[-1]
    assert len(found.path) == 14
    assert (
        "explodes to 1.594e+06: it was 1 at y, 13 edges up, and grew about 3 times at each" in found.sentence
    )
    assert "y = (y)*3 with the slope 3" in found.sentence


def test_the_path_follows_what_brought_most() -> None:
    """Two ways lead down; the gradient came by the steep one."""
    text = "x = 1\nsteep = x*5000\nflat = x*2\ny = steep*1000 + flat\nbackward(y)"
    end = end_of(run(text))
    found = only(text, Trouble.EXPLODING)
    assert end.names["steep"] in found.path
    assert end.names["flat"] not in found.path
    assert "The steepest is steep = x*5000" in found.sentence


@pytest.mark.parametrize("total", ["steep + flat", "flat + steep"])
def test_the_path_follows_what_brought_most_above_a_shared_node(total: str) -> None:
    text = f"x = 1\nm = x*3\nsteep = m*500000\nflat = m*2\ny = {total}\nbackward(y)"
    names = end_of(run(text)).names
    found = only(text, Trouble.EXPLODING)
    assert found.path == tuple(names[name] for name in ("y", "steep", "m", "x"))


def test_grads_of_constants_do_not_explode() -> None:
    assert findings("x = 2000000\ny = x*3\nbackward(y)") == {}


def test_a_chain_that_overflows_explodes_first() -> None:
    found = findings("x = 0\ny = x\nfor i in range(700):\n  y = y*3\nbackward(y)")
    assert list(found) == [Trouble.GRAD, Trouble.EXPLODING]
    assert "a product of slopes" in found[Trouble.GRAD].sentence
    assert found[Trouble.EXPLODING].event < found[Trouble.GRAD].event


def test_a_saturated_tanh_lets_the_gradient_vanish() -> None:
    text = "x = 2\nw = 3\nb = 1\ny = tanh(w*x + b)\nz = tanh(y*5)\nbackward(z)"
    found = only(text, Trouble.VANISHING)
    end = end_of(run(text))
    assert "on the way from z to b, and 2 more like it" in found.sentence
    assert "The flattest is y = tanh(w*x + b) with the slope 3.326e-06 (w*x + b = 7)" in found.sentence
    assert found.repair.startswith("Bring w*x + b nearer to 0")
    assert abs(end.row(end.names["b"]).grad) == pytest.approx(3.02e-9, rel=1e-3)
    assert found.path[0] == end.names["z"]


def test_a_product_too_small_for_a_float_vanishes() -> None:
    found = only("x = 1\ny = x\nfor i in range(800):\n  y = y*0.3\nbackward(y)", Trouble.VANISHING)
    assert "800 slopes multiply to 1e-418" in found.sentence


@pytest.mark.parametrize(("slope", "vanishes"), [("2e-6", False), ("1.1e-6", False), ("0.9e-6", True)])
def test_a_gradient_below_a_millionth_has_vanished(slope: str, vanishes: bool) -> None:
    found = findings(f"x = 1\ny = x*{slope}\nbackward(y)")
    assert (Trouble.VANISHING in found) == vanishes


def test_a_second_way_keeps_a_gradient_from_vanishing() -> None:
    assert findings("x = 9\ny = tanh(x) + x\nbackward(y)") == {}


def test_a_dead_relu_and_what_it_keeps_at_zero() -> None:
    text = "x = -2\nw = 3\nb = 1\ny = relu(w*x + b)\nz = relu(y + x*x)\nbackward(z)"
    found = only(text, Trouble.SILENT)
    end = end_of(run(text))
    assert found.sentence.startswith("1 of 2 relu nodes passes nothing back: y = relu(w*x + b), w*x + b = -5")
    assert "The gradient stops there: w and b get exactly 0." in found.sentence
    assert (found.node, end.row(end.names["w"]).grad, end.row(end.names["x"]).grad) == (end.names["y"], 0, -4)
    lonely = only("x = -2\ny = relu(x)\nbackward(y)", Trouble.SILENT)
    assert lonely.sentence.startswith("The only relu node passes nothing back")
    assert "x gets exactly 0" in lonely.sentence
    fed = only("x = -2\ny = relu(x) + x\nbackward(y)", Trouble.SILENT)
    assert "by other ways" in fed.sentence


def test_nothing_is_said_to_get_zero_where_zero_times_infinity_is_nan() -> None:
    found = only("x = -1\ny = sqrt(relu(x))\nbackward(y)", Trouble.GRAD)
    assert "y = relu(x)**0.5 has the slope" in found.sentence
    assert "In all, 2 grads are not finite" in found.sentence


def test_what_was_in_a_grad_before_is_not_called_zero() -> None:
    found = only("x = -2\ny = x*3\nbackward(y)\nz = relu(x)\nbackward(z)", Trouble.SILENT)
    assert found.sentence.endswith("The gradient stops there: what is in the grad of x comes from elsewhere.")


def test_a_relu_whose_operand_was_written_since() -> None:
    found = only("x = -2\ny = relu(x)\nx.data = 5\nbackward(y)", Trouble.SILENT)
    assert "y = relu(x), computed as 0 before something was written." in found.sentence
    assert "needs" not in found.sentence
    assert found.repair == "Compute y again before backward."


def test_relus_that_are_not_below_the_root_are_not_counted() -> None:
    found = only("x = -2\nz = relu(3)\ny = relu(x)\nbackward(y)", Trouble.SILENT)
    assert found.sentence.startswith("The only relu node in this backward passes nothing back")


@pytest.mark.parametrize("written", ["abs(x)", "x.abs()", "max(x, 1)", "3*min(x, 1)", "np.maximum(x, 1)"])
def test_what_chooses_a_side_is_not_blamed_for_the_other(written: str) -> None:
    assert findings(f"x = -2\ny = {written}\nbackward(y)") == {}
    assert findings(f"x = 3\ny = {written}\nbackward(y)") == {}
    found = only(f"x = -2\nw = -1\ny = {written} + relu(w)\nbackward(y)", Trouble.SILENT)
    assert found.sentence.startswith(
        "The only relu node outside of abs, max and min passes nothing back: relu(w)"
    )


def test_half_a_backward_is_not_judged() -> None:
    end = end_of(run("x = -2\ny = relu(x) + tanh(x)\nbackward(y)"))
    edges = [event.index for event in end.events(Kind.EDGE)]
    for edge in edges[:-1]:
        assert diagnose(end.moved(edge + 1)) == ()
    (found,) = diagnose(end.moved(edges[-1] + 1))
    assert "by other ways" in found.sentence


def test_many_small_ways_together_do_not_vanish() -> None:
    doublings = "for i in range(19):\n  y = y + y\n"
    assert Trouble.VANISHING in findings("x = 1\ny = x*9e-7\nbackward(y)")
    assert findings(f"x = 1\ny = x*9e-7\n{doublings}backward(y)") == {}


def test_grads_that_were_not_cleared_do_not_explode_by_slopes() -> None:
    found = only("x = 2\ny = x*3\nx.grad = 999999\nbackward(y)", Trouble.EXPLODING)
    assert found.sentence.endswith("the grad of x was 1.000e+06 before this backward, which adds to it.")
    assert "zero_grad" in found.repair


def test_many_silent_nodes_are_counted() -> None:
    names = "".join(f"x{i} = -1\n" for i in range(6))
    total = " + ".join(f"relu(x{i})" for i in range(6))
    found = only(f"{names}y = {total} + relu(2)\nbackward(y)", Trouble.SILENT)
    assert found.sentence.startswith("6 of 7 relu nodes pass nothing back: first relu(x0), x0 = -1")
    assert "x0, x1, x2 and 3 more get exactly 0" in found.sentence


def test_a_saturated_tanh_with_a_slope_of_exactly_zero_is_silent() -> None:
    assert (
        "tanh nodes passes nothing back"
        in only("x = 30\ny = tanh(x)\nz = tanh(y)\nbackward(z)", Trouble.SILENT).sentence
    )


# --- paths ---------------------------------------------------------------------------------------------


def test_the_strongest_path_multiplies_to_what_it_says() -> None:
    nowhere = -math.inf, -1
    for seed in seeds(30):
        log = end_of(run(smooth_program(seed))).log
        last = Pass.last(log, len(log))
        assert last is not None
        for node, (size, _) in last.strongest.items():
            product = math.prod(abs(log.edge_local[log.details[edge]]) for edge in last.path(node))
            assert size == pytest.approx(math.log10(product), abs=1e-9)
            into = [
                last.strongest.get(log.edge_source[detail], nowhere)[0]
                + math.log10(abs(log.edge_local[detail]))
                for detail in range(len(log.edge_local))
                if log.operands(log.edge_source[detail])[log.edge_slot[detail]] == node
                and log.edge_local[detail]
            ]
            assert size == max(into, default=0.0)
        assert set(last.strongest) <= below(log, [last.root])


def test_doublings_explode_along_the_longest_way() -> None:
    found = only(DOUBLINGS, Trouble.EXPLODING)
    assert "20 edges up" in found.sentence  # 2**20 is the first power of 2 beyond a million.


LECTURE = """xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]
n = MLP(3, [4, 4, 1])
for k in range(20):
  ypred = [n(x) for x in xs]
  loss = sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))
  for p in n.parameters():
    p.grad = 0.0
  loss.backward()
  for p in n.parameters():
    p.data += -0.1 * p.grad
"""


def test_a_network_that_died_is_told_by_what_was_written_and_what_is_written_instead_works() -> None:
    """No name that nobody gave; since which backward, and a line under which all nodes pass something on."""
    found = only(LECTURE, Trouble.SILENT)
    assert "first n.l0.n0 = relu(its operand), of n(x) on line 5, its operand = -" in found.sentence
    assert "All are silent from number 3 of 20 backward passes on." in found.sentence
    assert found.repair == (
        'Write n = MLP(3, [4, 4, 1], activation="tanh") on line 3, or take smaller steps.'
    )
    at = end_of(run(LECTURE))
    relus = [node for node in at.nodes if at.log.operation(node).name == "relu"]
    per_turn = len(relus) // 20
    for turn in (1, 2):  # The second backward still had some that were above 0, the third has none.
        made = relus[per_turn * turn : per_turn * (turn + 1)]
        above = [node for node in made if at.log.values[at.log.computed[node]] > 0]
        assert bool(above) == (turn == 1)
    assert findings(LECTURE.replace("[4, 4, 1])", '[4, 4, 1], activation="tanh")')) == {}


def test_some_silent_nodes_of_a_network_are_moved_by_what_goes_into_them() -> None:
    found = only(LECTURE.replace("-0.1 *", "-0.01 *"), Trouble.SILENT)
    assert found.repair == "Move the operand of n.l0.n1 above 0, with a larger bias or a smaller step."
