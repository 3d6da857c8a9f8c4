"""What went wrong with a run's numbers: planted programs for each finding, and random ones."""

from __future__ import annotations

import math

import pytest
from programs import DOUBLINGS, NEURON, end_of, random_program, run, smooth_program
from samples import seeds, share

from microcrad.diagnosis.diagnosis import Finding, Trouble, diagnose
from microcrad.session.report import diagnosis_report
from microcrad.session.session import Session
from microcrad.timeline.log import Kind
from microcrad.timeline.paths import Pass, below
from microcrad.timeline.snapshot import Snapshot
from microcrad.timeline.telling import Telling


def findings(text: str) -> dict[Trouble, Finding]:
    """What is found at a program's end, each kind once."""
    found = diagnose(end_of(run(text)))
    assert len({finding.kind for finding in found}) == len(found)
    return {finding.kind: finding for finding in found}


def only(text: str, kind: Trouble) -> Finding:
    """The one finding of a program."""
    found = findings(text)
    assert list(found) == [kind], found
    return found[kind]


@pytest.mark.parametrize("text", ["", "x = 3", NEURON, "x = 3\ny = x*x\nbackward(y)", "y = relu(-1)"])
def test_nothing_is_wrong(text: str) -> None:
    assert findings(text) == {}


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_wrong_with_tame_programs(seed: int) -> None:
    assert findings(smooth_program(seed)) == {}


# --- numbers -------------------------------------------------------------------------------------------


def test_the_log_of_a_tanh() -> None:
    found = only("w = -0.5\nu = tanh(w)\nl = log(u)\nbackward(l)", Trouble.NUMBER)
    assert (found.node, found.line) == (2, 3)
    assert found.sentence == "l = log(u) is the first nan; u = -0.4621, log needs u > 0."
    assert found.repair.startswith("Keep u above 0")
    assert found.text == f"{found.sentence} {found.repair}"


def test_infinity_minus_infinity_is_traced_to_the_exp() -> None:
    text = "x = 1000\ne = exp(x)\nf = e - e\ng = f*2\nbackward(g)"
    found = only(text, Trouble.NUMBER)
    assert (found.node, found.line) == (1, 2)
    assert "e = exp(x) is the first inf; x = 1000, exp needs x < 709.78." in found.sentence
    log = end_of(run(text)).log
    numbers = sum(not math.isfinite(log.data(node, len(log)) or 0.0) for node in range(log.node_count))
    grads = sum(not math.isfinite(log.grad(node, len(log))) for node in range(log.node_count))
    assert f"In all, {numbers} numbers and {grads} grads are not finite." in found.sentence


def test_a_moment_before_it_knows_nothing_of_it() -> None:
    end = end_of(run("x = 1000\ne = exp(x)\nf = e - e"))
    (found,) = diagnose(end)
    assert diagnose(Snapshot(end.program, end.log, found.event)) == ()
    (earlier,) = diagnose(Snapshot(end.program, end.log, found.event + 1))
    assert earlier.event == found.event


def test_a_number_that_the_program_writes() -> None:
    found = only("w = 5\nw.data = w.data/0\ny = w*0", Trouble.NUMBER)
    assert (found.node, found.line) == (0, 2)
    assert "w.data is the first inf: the program writes it, as w.data = w.data/0." in found.sentence
    assert only("x = 2\nx.grad = 0/0", Trouble.GRAD).line == 2


def test_steps_that_are_too_large_are_blamed() -> None:
    step = "  loss = (w-2)**2\n  zero_grad()\n  backward(loss)\n  w.data = w.data - 1000*w.grad\n"
    found = findings(f"w = 5\nfor i in range(400):\n{step}")
    assert list(found) == [Trouble.NUMBER, Trouble.EXPLODING]
    for finding in found.values():
        assert finding.repair.startswith("Take smaller steps: what was written to w grew from 5 to ")


def test_two_failures_of_their_own_are_both_said() -> None:
    """The grad is not finite before any number is, and the number does not come of it."""
    found = findings("z = 0\ny = sqrt(z)\nbackward(y)\nx = 1000\ne = exp(x)")
    assert list(found) == [Trouble.NUMBER, Trouble.GRAD]
    assert found[Trouble.NUMBER].event > found[Trouble.GRAD].event


def test_a_number_that_comes_of_a_grad_is_no_finding_of_its_own() -> None:
    only("x = 0\ny = sqrt(x)\nbackward(y)\nx.data = x.data - x.grad\nz = x*2", Trouble.GRAD)


# --- grads ---------------------------------------------------------------------------------------------


def test_the_slope_of_a_root_at_zero() -> None:
    found = only("z = 0\ny = sqrt(z)\nL = y*3\nbackward(L)", Trouble.GRAD)
    assert (found.node, found.line) == (0, 4)
    assert found.sentence.startswith(
        "The grad of z is the first inf; y = z**0.5 has the slope 0.5*z**(0.5 - 1)"
    )


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


def test_the_count_of_what_is_not_finite_is_that_of_the_moment() -> None:
    text = "x = 0\ny = log(x)\nbackward(y)\nprint(x)\nzero_grad()"
    assert (
        "In all, 1 number and 1 grad are not finite"
        in findings(text.removesuffix("zero_grad()"))[Trouble.NUMBER].sentence
    )
    assert "In all" not in findings(text)[Trouble.NUMBER].sentence


def test_a_power_by_a_node_and_a_sigmoid_are_spoken_of_as_they_were_written() -> None:
    power = only("a = -2\nn = 2\ny = a**n\nbackward(y)", Trouble.NUMBER)
    assert power.sentence.startswith("n is a node; write a**2 or a**n.data: a**n is exp(n*log(a))")
    assert findings("a = -2\nn = 2\ny = a**n.data\nbackward(y)") == {}
    far = only("x = -1000\ny = sigmoid(x)\nbackward(y)", Trouble.NUMBER)
    assert far.sentence.startswith("sigmoid(x) is 1/(1 + exp(-x)), and its exp is the first inf: x = -1000")
    by_hand = only("a = -2\nn = 2\nl = log(a)\np = n*l\ny = exp(p)", Trouble.NUMBER)
    assert by_hand.sentence.startswith("l = log(a) is the first nan")


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


# --- random programs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_the_first_is_made_of_finite_numbers_whatever_the_program(ownership: str) -> None:
    told = 0
    for seed in seeds(300):
        log = run(random_program(seed, ownership)).log
        end = Snapshot(run(random_program(seed, ownership)).program, log, len(log))
        wrong = [
            index
            for index in range(len(log))
            if not math.isfinite(log.values[index])
            and log.kinds[index] in (Kind.ALLOCATE, Kind.COMPUTE, Kind.WRITE_DATA, Kind.WRITE_GRAD, Kind.EDGE)
        ]
        found = [finding for finding in diagnose(end) if finding.kind in (Trouble.NUMBER, Trouble.GRAD)]
        assert bool(wrong) == bool(found)
        if not found:
            continue
        first = min(found, key=lambda finding: finding.event)
        assert first.event == wrong[0]
        assert all(finding.sentence and finding.repair for finding in found)
        if log.kinds[first.event] == Kind.COMPUTE:
            operands = log.operands(first.node)
            assert all(math.isfinite(log.data(operand, first.event) or 0.0) for operand in operands)
            assert " needs " in first.sentence
            told += 1
    assert told > share(20)


def test_every_moment_of_random_programs_can_be_diagnosed() -> None:
    kinds = set()
    for seed in range(150):
        interpreter = run(random_program(seed, "auto"))
        for position in range(0, len(interpreter.log) + 1, 100 // share(100)):
            for finding in diagnose(Snapshot(interpreter.program, interpreter.log, position)):
                assert finding.event < position
                assert finding.line == interpreter.log.span(finding.event).line
                kinds.add(finding.kind)
    assert kinds >= {Trouble.NUMBER, Trouble.EXPLODING, Trouble.SILENT}


def test_doublings_explode_along_the_longest_way() -> None:
    found = only(DOUBLINGS, Trouble.EXPLODING)
    assert "20 edges up" in found.sentence  # 2**20 is the first power of 2 beyond a million.


# --- what outlives the program ---------------------------------------------------------------------------


def test_what_is_leaked_is_found_once_the_program_has_ended() -> None:
    """The node whose release frees all of it, how many there are, and a repair that works."""
    text = "# ownership: manual\na = 2\nb = a*3\nrelease(a)\n"
    end = end_of(run(text))
    (found,) = diagnose(end)
    assert (found.kind, end.label(found.node)) == (Trouble.LEAK, "b")
    assert "1 reference is not given back. In all, 3 nodes are leaked." in found.sentence
    assert found.repair == "Write release(b) after line 3."
    assert diagnose(end.moved(end.position - 1)) == ()
    (left,) = diagnose(end_of(run(f"{text}release(b)\n")))
    assert left.text.startswith("3 is leaked: ")  # What nobody named is held by its maker alone.


# --- grads that were not cleared -----------------------------------------------------------------------

STEPS = "w = 3\nb = 1\nfor i in range({n}):\n  loss = w*w + b\n{before}  backward(loss)\n{after}{step}"
STEP = "  w.data = w.data - 0.1*w.grad\n"


def looped(n: int = 3, before: str = "", after: str = "", step: str = STEP) -> str:
    return STEPS.format(n=n, before=before, after=after, step=step)


def test_a_grad_that_was_not_cleared_is_told_with_its_numbers() -> None:
    found = only(looped(), Trouble.UNCLEARED)
    assert found.line == 5
    assert found.sentence == (
        "w.grad was still 6, from a backward before the step, when backward on line 5 added 4.8000: "
        "it holds the sum, 10.8."
    )
    log = end_of(run(looped())).log
    assert log.grad(found.node, found.event) == 6
    assert log.kinds[found.event] == Kind.EDGE
    assert log.grad(found.node, log.seeds[2]) == pytest.approx(6 + 2 * (3 - 0.6))
    both = "  b.data = b.data - 0.1*b.grad\n"
    assert "1 other is so as well." in only(looped(step=STEP + both), Trouble.UNCLEARED).sentence


@pytest.mark.parametrize(
    "text",
    [
        looped(1),
        looped(before="  zero_grad()\n"),
        looped(step=f"{STEP}  zero_grad()\n"),
        looped(step=f"{STEP}  w.grad = 0\n"),
        looped(step=""),  # Gradients of several samples are added up,
        looped(step="") + "w.data = w.data - 0.1*w.grad\n",  # and the step comes after all of them.
        "w = 3\nloss = w*w\nbackward(loss)\nw.data = 2\nbackward(loss)\n",  # The same graph again.
        "w = 3\nloss = w*w\nbackward(loss)\nw.data = 2\nloss = w*w\n",  # No other backward.
        "w = 3\nk = 0\nloss = w*k\nbackward(loss)\nw.data = 2\nloss = w*w\nbackward(loss)\n",  # 0 was left.
    ],
)
def test_a_sum_that_is_none_of_an_old_gradient_is_not_told(text: str) -> None:
    assert Trouble.UNCLEARED not in findings(text)


@pytest.mark.parametrize("fault", ["stale", "overwrite"])
def test_what_a_fault_leaves_is_not_the_programs(fault: str) -> None:
    found = diagnose(end_of(run(looped(before="  zero_grad()\n"), fault)))
    assert Trouble.UNCLEARED not in {each.kind for each in found}


# --- a touch of freed memory ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "kind", "repair"),
    [
        ("release(w)", "Double free", "Delete the release on line 3 or the one on line 4."),
        ("y = w*2", "Use after free", "Release w after line 4, not on line 3."),
    ],
)
def test_a_touch_of_freed_memory_is_the_first_thing_that_is_found(last: str, kind: str, repair: str) -> None:
    """With its node and line; where the run has not come to it yet, nothing is."""
    session = Session(f"# ownership: manual\nw = 3\nrelease(w)\n{last}\n")
    (found,) = session.findings
    assert (found.kind, found.line, found.repair) == (Trouble.MEMORY, 4, repair)
    assert found.sentence.startswith(f"{kind}: w is ")
    assert "freed on line 3 by release(w)" in found.sentence
    session.go_to_finding(0)
    assert (session.selected, session.moment.memory_stop) == (found.node, session.run.memory_stop)
    end = session.run.end
    assert diagnose(end.moved(end.position - 1), session.run.memory_stop) == ()


def test_what_may_not_be_told_of_a_touch_of_freed_memory_is_not() -> None:
    session = Session("# ownership: manual\nw = 3\nrelease(w)\nrelease(w)\n")
    session.veil(Telling(repairs=False))
    assert [found.repair for found in session.findings] == [""]
    session.veil(Telling(events=2))
    assert session.findings == ()


def test_an_error_that_stops_the_program_is_found_where_it_stops() -> None:
    """It is of no node, and nothing is said of it before the run has come to it."""
    session = Session("a = 1\ndel a\nb = a\n")
    (found,) = session.findings
    assert (found.kind, found.line, found.node) == (Trouble.STOPPED, 3, -1)
    assert found.text == (
        "The program stops on line 3: a has no value at this point. Assign a before this line runs."
    )
    assert found.event == len(session.log) - 1
    assert diagnose(session.run.end.moved(found.event), session.run.memory_stop, session.run.errors) == ()
    (told,) = diagnosis_report(session.run.end, session.findings)["findings"]  # type: ignore[misc]
    assert (told["node"], told["name"]) == (None, "")


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
