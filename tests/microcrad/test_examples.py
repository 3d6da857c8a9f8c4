"""The example programs: that they run, and that what their comments promise is true."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
from programs import finished

import microcrad.examples
from microcrad.diagnosis.diagnosis import Trouble
from microcrad.engine import Value
from microcrad.examples import Example, examples
from microcrad.nn import MLP
from microcrad.run.result import run_program
from microcrad.session.report import report
from microcrad.session.session import Session
from microcrad.timeline.inspection import inspect
from microcrad.timeline.snapshot import Snapshot

EXAMPLES = examples()
AUTO = tuple(example for example in EXAMPLES if finished(example.text).ownership == "auto")
each = pytest.mark.parametrize("example", EXAMPLES, ids=[example.slug for example in EXAMPLES])


def ended(slug: str) -> dict[str, Any]:
    """The last data and grad of every name."""
    text = next(example.text for example in EXAMPLES if example.slug == slug)
    told: dict[str, Any] = report(run_program(text))
    return {name: told["nodes"][node] for name, node in told["names"].items()}


def test_every_file_is_in_the_list_once() -> None:
    folder = Path(microcrad.examples.__file__).parent
    assert sorted(example.slug for example in EXAMPLES) == sorted(file.stem for file in folder.glob("*.mc"))
    assert len({example.title for example in EXAMPLES}) == len(EXAMPLES)
    assert len(AUTO) >= 8


def test_they_are_in_teaching_order() -> None:
    """From few nodes to many allocations; who owns what comes last, and C's rules after it."""
    assert [example.slug for example in EXAMPLES][:3] == ["square", "chain", "neuron"]
    slugs = [example.slug for example in EXAMPLES]
    assert slugs[6:10] == ["lecture-neuron", "function", "dot-product", "mlp"]
    assert slugs[10:15] == ["descent", "four-points", "nan", "owners", "leak"]
    assert EXAMPLES[: len(AUTO)] == AUTO


@each
def test_it_starts_with_its_title_and_at_most_three_lines_of_advice(example: Example) -> None:
    lines = example.text.split("\n")
    assert lines[0] == f"# {example.title}"
    assert example.title
    comments = [line for line in lines if line.startswith("#")]
    assert comments == lines[: len(comments)]
    assert len(comments) <= 4
    assert all(len(line) <= 100 for line in lines)
    assert len(lines) <= 17  # What the program pane of an 80x24 terminal shows at once.
    assert example.text.endswith("\n")


ENDS = {
    "leak": "leaked", "leak-repaired": "clean", "cascade": "clean",
    "double-free": "double free", "double-free-repaired": "clean",
    "use-after-free": "use after free", "use-after-free-repaired": "clean", "manual-descent": "clean",
}  # fmt: skip


@pytest.mark.parametrize(
    "example", [example for example in EXAMPLES if example not in AUTO], ids=lambda e: e.slug
)
def test_by_cs_rules_each_ends_as_its_title_says(example: Example) -> None:
    run = run_program(example.text)
    end = Snapshot(run.program, run.log, len(run.log))
    assert run.ownership == "manual"
    if run.memory_stop is not None:
        assert ENDS[example.slug] == run.memory_stop.kind
    else:
        assert ENDS[example.slug] == ("leaked" if end.leaks else "clean")
        assert not run.errors


def test_the_cascade_spares_what_is_shared() -> None:
    """When z is freed, y and x are still live; when u is, nothing is."""
    run = run_program(next(example.text for example in EXAMPLES if example.slug == "cascade"))
    names = Snapshot(run.program, run.log, len(run.log)).names
    after = Snapshot(run.program, run.log, run.log.freed_at[names["z"]] + 3)
    assert [after.row(names[name]).live for name in "xyzu"] == [True, True, False, True]
    assert Snapshot(run.program, run.log, len(run.log)).heap.live == 0


@pytest.mark.parametrize("example", AUTO, ids=lambda example: example.slug)
def test_it_runs_without_errors_and_leaks_nothing(example: Example) -> None:
    run = run_program(example.text)
    told = report(run)
    assert run.ownership == "auto"
    assert told["errors"] == told["leaks"] == []
    assert told["nodes"] != []


@pytest.mark.parametrize("example", AUTO, ids=lambda example: example.slug)
def test_its_gradients_are_slopes(example: Example) -> None:
    """What backward says is what nudging says, for every node that is live just after the last backward."""
    run = run_program(example.text)
    end = Snapshot(run.program, run.log, len(run.log))
    checked = 0
    # The last steps of two move weights after backward, and the other is about what has no slope.
    if run.log.seeds and example.slug not in ("descent", "four-points", "nan"):
        for node in end.nodes:
            told = inspect(end, node)
            assert told.numeric == pytest.approx(told.row.grad, rel=1e-5, abs=1e-7)
            checked += 1
    assert checked or example.slug in ("descent", "four-points", "nan", "owners")


def test_what_the_comments_say_of_grads_is_true() -> None:
    claims = 0
    for example in EXAMPLES:
        for name, said in re.findall(r"([\w.]+)\.grad is (?:\S.*= )?(-?\d[\d.]*\d|\d)", example.text):
            assert ended(example.slug)[name]["grad"] == pytest.approx(float(said)), example.slug
            claims += 1
    assert claims >= 5


def test_the_neuron_is_the_one_of_every_picture() -> None:
    text = "# one neuron\nx = 2\nw = -3\nb = 7\nn = x*w + b\no = tanh(n)\nbackward(o)\n"
    assert next(example.text for example in EXAMPLES if example.slug == "neuron") == text


def test_the_chain_has_the_slopes_its_comment_multiplies() -> None:
    end = ended("chain")
    assert (end["b"]["data"], end["f"]["data"], end["a"]["grad"]) == (-3, -2, 6)
    assert end["L"]["grad"] * end["f"]["data"] * 1 * end["b"]["data"] == end["a"]["grad"]


def test_the_two_inputs_meet_where_the_slope_is_a_half() -> None:
    end = ended("two-inputs")
    assert end["o"]["data"] == pytest.approx(math.sqrt(0.5), abs=1e-9)
    assert end["n"]["grad"] == pytest.approx(0.5)
    assert end["x2"]["data"] == end["w2"]["grad"] == 0


def test_the_two_sigmoids_are_one() -> None:
    end = ended("sigmoid")
    s = end["s"]["data"]
    assert s == end["t"]["data"] == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert end["x"]["grad"] == pytest.approx(2 * s * (1 - s))


def test_the_network_is_what_the_library_builds() -> None:
    """The same weights in `MLP` give the same loss and the same gradients, parameter by parameter."""
    end = ended("mlp")
    model = MLP(2, [2, 1], activation=["tanh", "tanh"])
    names = [f"l{layer}.n{n}.{part}" for layer, n in ((0, 0), (0, 1), (1, 0)) for part in ("w0", "w1", "b")]
    for name, parameter in zip(names, model.parameters(), strict=True):
        parameter.data = end[name]["data"]
    out = model([1, 0])
    assert isinstance(out, Value)
    loss = (out - 1) ** 2
    loss.backward()
    assert loss.data == pytest.approx(end["loss"]["data"])
    grads = [parameter.grad for parameter in model.parameters()]
    assert grads == pytest.approx([end[name]["grad"] for name in names])


def test_the_descent_goes_down_to_what_its_comment_says() -> None:
    run = run_program(next(example.text for example in EXAMPLES if example.slug == "descent"))
    printed: Any = report(run)["output"]
    losses = [float(re.findall(r"= (\S+)", line)[0]) for line in printed]
    assert len(losses) == len(run.log.seeds) == 10
    assert losses == sorted(losses, reverse=True)
    assert f"the loss {losses[-1]:.2f} before the last step" in run.program.text
    # w goes the tenth part of 2(w - 2) nearer at every step.
    assert ended("descent")["w"]["data"] == pytest.approx(2 + 3 * 0.8**10)
    assert f"w is about {2 + 3 * 0.8**10:.2f}" in run.program.text


def test_the_nan_comes_from_where_its_comment_says_and_a_sigmoid_repairs_it() -> None:
    session = Session(next(example.text for example in EXAMPLES if example.slug == "nan"))
    (found,) = session.findings
    names = Snapshot(session.run.program, session.log, len(session.log)).names
    assert (found.kind, found.node) == (Trouble.NUMBER, names["loss"])
    assert ended("nan")["total"]["data"] == "nan"
    session.open(session.text.replace("= tanh(", "= sigmoid("))
    assert session.findings == ()


def test_the_owners_come_and_go_as_the_comments_say() -> None:
    run = run_program(next(example.text for example in EXAMPLES if example.slug == "owners"))
    lines = run.program.text.split("\n")

    def after(statement: str) -> Snapshot:
        line = lines.index(statement) + 1
        events = [event for event in range(len(run.log)) if run.log.span(event).line <= line]
        return Snapshot(run.program, run.log, events[-1] + 1)

    a, c = after("c = a * 3").names["a"], after("c = a * 3").names["c"]
    assert after("c = a * 3").row(a).refs == 2
    assert "a" not in after("del a").names
    assert after("del a").row(a).refs == 1
    assert after("del a").row(a).live
    assert [after(f"{word}(c)").row(c).refs for word in ("retain", "release")] == [2, 1]
    assert after("release(c)").heap.live == 3
    assert after("del c").heap.live == 0
