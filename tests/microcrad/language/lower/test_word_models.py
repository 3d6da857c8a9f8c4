"""GPTs in the language: the library's own numbers to the last bit, names, groups, and what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from exported import MAIN, Case, batch, compiled, outcomes, printed
from programs import end_of

from microcrad import state
from microcrad.engine import Value
from microcrad.gpt import GPT
from microcrad.language.parser import parse
from microcrad.run.result import run_program
from microcrad.timeline.groups import groups
from microcrad.timeline.snapshot import Snapshot
from microcrad.train.parameters import matrix_names

SMALL = 'net = GPT("abc", positions=4, size=4, heads=2, layers=1, seed=7)\n'


def end(text: str, folder: Path | None = None) -> Snapshot:
    """The end of a run without errors."""
    run = run_program(text, folder=None if folder is None else str(folder))
    assert run.errors == ()
    return run.end


def grads(at: Snapshot) -> list[float]:
    """The gradients of the parameters of `net`, in order."""
    return [at.grad(node) for name, node in at.names.items() if name.startswith("net.")]


@pytest.mark.parametrize(
    ("sizes", "word", "position"),
    [
        ({}, "ab", None),
        ({}, "abc", 2),
        ({}, "", None),
        ({"layers": 2, "heads": 1}, "acb", 1),
        ({"layers": 2, "size": 6, "heads": 3}, "ca", None),
        ({"layers": 0}, "cab", None),
        ({"size": 1, "heads": 1, "positions": 3}, "ab", 0),
    ],
)
def test_it_has_the_library_s_numbers(sizes: dict[str, Any], word: str, position: int | None) -> None:
    """Of the loss and of every gradient, bit for bit; what the loss does not depend on is not there."""
    given = {"positions": 5, "size": 4, "heads": 2, "layers": 1, **sizes}
    model = GPT("abc", seed=7, **given)
    loss = model.loss(word, position)
    loss.backward()
    said = ", ".join(f"{name}={number}" for name, number in given.items())
    where = "" if position is None else f", {position}"
    at = end(f'net = GPT("abc", {said}, seed=7)\nloss = net.loss("{word}"{where})\nbackward(loss)\n')
    assert at.data(at.names["loss"]) == loss.data
    assert grads(at) == [each.grad for each in model.parameters()]
    assert [name for name in at.names if name != "loss"] == matrix_names(model)
    made = {node for node in at.nodes if at.operands(node)}
    used = {each for node in made for each in at.operands(node)}
    assert made - used == {at.names["loss"]}


@pytest.mark.parametrize("part", ["positions", "attention", "network", "norm", "residual", "scale", "mask"])
def test_a_saved_one_is_loaded_without_the_parts_that_it_is_without(part: str, tmp_path: Path) -> None:
    model = GPT("abc", positions=4, size=4, heads=2, layers=2, seed=1, without=[part])
    state.save(model, tmp_path / "names.json")
    loss = model.loss("cab", 2)
    loss.backward()
    at = end('net = load("names.json")\nloss = net.loss("cab", 2)\nbackward(loss)\n', tmp_path)
    assert at.data(at.names["loss"]) == loss.data
    assert grads(at) == [each.grad for each in model.parameters()]


def test_the_logits_of_a_beginning() -> None:
    model = GPT("abc", positions=4, size=4, heads=2, layers=1, seed=7)
    at = end(f'{SMALL}scores = net("ba")\nprint(len(scores))\nlast = scores[-1]\n')
    wanted: list[Value] = model(model.tokens("ba")[:-1])[-1]
    assert [at.data(at.names[f"scores[{i}]"]) for i in range(4)] == [each.data for each in wanted]
    assert at.output == ["len(scores) = 4"]


def test_parameters_are_names_and_lists() -> None:
    at = end(
        f"{SMALL}print(net.layers[0].query[1][2].data - net.layer0.query[1][2].data)\n"
        "print(len(net.letters))\n"
        'loss = net.loss("ab")\nbackward(loss)\nfor p in net.parameters():\n    p.data -= 0.1 * p.grad\n'
        'after = net.loss("ab")\nnet.zero_grad()\n'
        "for row in net.head:\n    for p in row:\n        print(p.grad)\n"
    )
    same = "net.layers[0].query[1][2].data - net.layer0.query[1][2].data = 0"
    assert at.output[:2] == [same, "len(net.letters) = 4"]
    assert set(at.output[2:]) == {"p.grad = 0"}
    assert len(at.output) == 2 + 16
    assert (at.data(at.names["after"]) or 9) < (at.data(at.names["loss"]) or 0)


def test_a_call_is_a_group_of_stages_and_those_of_positions() -> None:
    found = groups(end(f'{SMALL}loss = net.loss("ab", 1)\n'))
    assert [found.name(path) for path in found.children()] == ["net"]
    parameters = ["letters", "places", "head", "layer0"]
    stages = ["embedding", "norm", "norm2", "head0", "head1", "output", "mlp", "logits", "softmax"]
    assert [path[-1] for path in found.children(("net",))] == [*parameters, *stages]
    assert [path[-1] for path in found.children(("net", "head1"))] == ["p0", "p1"]
    assert [path[-1] for path in found.children(("net", "mlp"))] == ["p1"], "no other is needed"
    assert found.count(("net", "letters")) == 16
    two = groups(end(SMALL.replace("layers=1", "layers=2") + 'loss = net.loss("a")\nb = net.loss("b")\n'))
    assert [path[-1] for path in two.children()] == ["net", "net#2"]
    inside = ["norm2", "head0", "head1", "output", "mlp"]
    assert [path[-1] for path in two.children(("net#2", "layer1"))] == inside
    assert [path[-1] for path in two.children(("net#2",))][-3:] == ["logits", "softmax", "loss"]


def test_it_stays_a_loop_and_agrees_in_c_and_python(tmp_path: Path) -> None:
    text = (
        f'{SMALL}for k in range(2):\n    loss = net.loss("ab")\n    net.zero_grad()\n    backward(loss)\n'
        "    print(loss.data)\n    for p in net.parameters():\n        p.data -= 0.5 * p.grad\n"
    )
    assert type(parse(text).statements[-1]).__name__ == "For"
    case = Case(text)
    assert outcomes(compiled(tmp_path, "gpt", [batch([case]), MAIN], "-O0")) == [case.outcome]
    out, raised = printed(case)
    assert raised is None
    assert out.splitlines()[:2] == [f"print {line}" for line in end_of(case.interpreter).output]


def test_it_is_drawn_from_the_program_s_seed() -> None:
    model = GPT("ab", positions=2, size=2, heads=1, seed=5)
    text = 'net = GPT("ab", positions=2, size=2, heads=1)\n'
    for said in (f"# seed: 5\n{text}", f"random.seed(5)\n{text}"):
        at = end(said)
        assert [at.data(node) for node in at.names.values()] == [each.data for each in model.parameters()]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ('n = GPT("aba")', "The vocabulary must have letters, each once, not 'a' twice.", "Write GPT()"),
        ("n = GPT(size=0)", "Size must be 1 or more, not 0.", "size=8"),
        ("n = GPT(size=10000)", "This GPT would have 1,200,700,000 parameters", "at most 100,000"),
        ("n = GPT(layers=-1)", "Layers must be 0 or more, not -1.", "layers=1"),
        ("n = GPT(size=10, heads=4)", "4 heads do not share 10 numbers evenly: choose a divisor", "heads"),
        ("n = GPT(heads=0)", "Heads must be 1 or more, not 0.", "heads=2"),
        ("n = GPT(width=3)", "GPT has no width.", "size=8"),
        ("n = GPT(3)", "The letters are a text.", 'GPT("abc"'),
        ("x = GPT()*2", "GPT(...) makes a network.", "net = GPT()."),
        ('l = net.loss("abd")', "Letter 3 of 'abd' is 'd', which is not one of 'abc'.", "letters: abc."),
        ('l = net.loss("abca")', "'abca' has 4 letters, and 4 positions are for at most 3", "at most 3"),
        ('l = net.loss("ab", 3)', "'ab' has the positions 0 to 2, not 3.", "2 is that of its end."),
        ('l = net.loss("ab", -1)', "'ab' has the positions 0 to 2, not -1.", "2 is that"),
        ('l = net.loss("ab", 0.5)', "A whole number is wanted here, not 0.5.", "0, 1 or 2"),
        ("l = net.loss(3)", "net reads a word, as a text.", 'net.loss("ab")'),
        ("l = net([1, 2])", "net reads a word, as a text.", 'net("ab")'),
        ("l = net.loss()", "net is not called like this.", 'net.loss("ab", 0)'),
        ("y = net + 1", "net is a GPT here.", 'net.loss("a")'),
        ('l = net.sample("a")', "net has no sample here.", 'net.loss("ab")'),
        ("l = net.letters[9][0]", "net.letters has 4 elements", "net.letters[0] to net.letters[3]"),
    ],
)  # fmt: skip
def test_errors(line: str, message: str, hint: str) -> None:
    (error,) = parse(f"{SMALL}{line}\n").errors
    assert message in error.message
    assert hint in error.hint
