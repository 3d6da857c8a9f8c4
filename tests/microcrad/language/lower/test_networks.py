"""Networks in the language: the library's own numbers, names, groups, and what is said of what cannot be."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from exported import MAIN, Case, batch, compiled, outcomes, printed
from programs import end_of, run, snapshot

from microcrad import nn, state
from microcrad.engine import Value
from microcrad.language.parser import parse
from microcrad.run.result import run_program
from microcrad.session.session import Session
from microcrad.timeline.groups import groups

LECTURE = """\
import random
random.seed(1337)
net = MLP(3, [4, 4, 1], activation="tanh")
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]
for k in range(3):
    ypred = [net(x) for x in xs]
    loss = sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))
    for p in net.parameters():
        p.grad = 0.0
    loss.backward()
    for p in net.parameters():
        p.data += -0.05 * p.grad
    print(k, loss.data)
"""


def test_the_lecture_s_loop_gives_the_library_s_losses() -> None:
    """To the last bit: the same weights for the same seed, the same graph, the same steps."""
    random.seed(1337)
    model = nn.MLP(3, [4, 4, 1], activation="tanh")
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    said = []
    for k in range(3):
        outputs = [model([Value(each) for each in x]) for x in xs]
        terms = [(out - y) ** 2 for y, out in zip(ys, outputs, strict=True) if isinstance(out, Value)]
        loss = terms[0] + terms[1] + terms[2] + terms[3]
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.05 * p.grad
        said.append(f"{k} {loss.data!r}")
    at = snapshot(LECTURE)
    assert at.output == said
    found = {name: at.data(node) for name, node in at.names.items() if name.startswith("net.")}
    assert list(found.values()) == [p.data for p in model.parameters()]
    assert list(found)[:5] == ["net.l0.n0.w0", "net.l0.n0.w1", "net.l0.n0.w2", "net.l0.n0.b", "net.l0.n1.w0"]


def test_it_stays_a_loop_and_agrees_in_c_and_python(tmp_path: Path) -> None:
    program = parse(LECTURE)
    assert type(program.statements[-1]).__name__ == "For"
    texts = [LECTURE, f"# ownership: manual\n{LECTURE}release(net.l0.n0.w1)\nprint(net.l0.n0.w1)\n"]
    cases = [Case(text) for text in texts]
    built = outcomes(compiled(tmp_path, "net", [batch(cases), MAIN], "-O1"))
    assert built == [case.outcome for case in cases]
    for case in cases:
        out, _ = printed(case)
        assert out.splitlines()[:3] == [f"print {line}" for line in end_of(case.interpreter).output[:3]]


def test_a_call_is_a_group_with_layers_and_neurons_in_it() -> None:
    at = snapshot("net = MLP(2, [3, 1], seed=7)\nx = [1, 2]\ny = net(x)\nz = net([y, 3])\nbackward(z)\n")
    found = groups(at)
    assert [found.name(path) for path in found.children()] == ["net", "net#2"]
    assert [found.name(path) for path in found.children(("net#2",))] == ["net#2.l0", "net#2.l1"]
    assert [path[-1] for path in found.children(("net#2", "l0"))] == ["n0", "n1", "n2"]
    labels = {path: at.label(found.output(path) or 0) for path in
              [("net",), ("net", "l1", "n0"), ("net#2",), ("net#2", "l0", "n1")]}  # fmt: skip
    assert list(labels.values()) == ["y", "y", "z", "net#2.l0.n1"]
    assert found.count(("net",)) == 13 + 3 * (2 * 2 + 1) + 2 * 3, "parameters, sums with relu, the last sum"


def test_parameters_are_names() -> None:
    at = snapshot(
        "net = MLP(2, [2, 1], seed=7, activation=['tanh', 'relu'])\nprint(len(net.parameters()))\n"
        "net.l0.n1.w0.data = 5\nprint(net.layers[0].neurons[1].w[0].data)\n"
        "print(net.layers[1].neurons[0].b)\nreg = sum([p*p for p in net.parameters()])\nbackward(reg)\n"
        "net.zero_grad()\nprint(net.l0.n1.w0.grad)\n"
        "n = Neuron(2, activation='tanh')\nprint(n.w[0].data - n.w0.data)\nl = Layer(2, 2, nonlin=False)\n"
        "out = l([n.b, 1])\nprint(len(out))\n"
    )
    assert at.output == [
        "len(net.parameters()) = 9", "net.layers[0].neurons[1].w[0].data = 5",
        "net.layers[1].neurons[0].b = 0  (grad 0)", "net.l0.n1.w0.grad = 0", "n.w[0].data - n.w0.data = 0",
        "len(out) = 2",
    ]  # fmt: skip
    model = nn.MLP(2, [2, 1], generator=random.Random(7))
    assert at.born_as(at.names["net.l0.n0.w0"]) == model.parameters()[0].data


def test_a_saved_network_is_loaded_from_the_program_s_folder(tmp_path: Path) -> None:
    model = nn.MLP(2, [3, 2], activation="tanh", generator=random.Random(3))
    state.save(model, tmp_path / "net.json")
    text = 'net = load("net.json")\ny = net([1, -2])\nprint(f"{y[0].data} {y[1].data}")\n'
    outputs = model([Value(1), Value(-2)])
    assert isinstance(outputs, list)
    done = run_program(text, folder=str(tmp_path))
    assert done.end.output == [f"{outputs[0].data!r} {outputs[1].data!r}"]
    model.parameters()[0].data = 9.0
    state.save(model, tmp_path / "net.json")
    again = run_program(text, folder=str(tmp_path))
    assert again.end.data(again.end.names["net.l0.n0.w0"]) == 9.0, "what has changed is read again"
    for name, said in (("no.json", "no.json"), ("bad.json", "bad.json is not a saved network")):
        (tmp_path / "bad.json").write_text("{}")
        error = run_program(text.replace("net.json", name), folder=str(tmp_path)).errors[0]
        assert said in error.message
        assert str(tmp_path) not in error.message
    assert "no folder" in run_program(text).errors[0].message
    assert parse(text).errors[0].message == "No file can be loaded here."


def test_a_file_is_read_once_and_again_when_that_is_asked_for(tmp_path: Path) -> None:
    """Parsing reads nothing, so that typing waits for no disk; a name that is new is read."""
    model = nn.MLP(2, [1], generator=random.Random(3))
    state.save(model, tmp_path / "net.json")
    text = 'net = load("net.json")\n'
    session = Session(text, folder=str(tmp_path))
    assert session.errors == ()
    assert session.files.unread(text) == []
    assert session.files.unread(f"{text}other = load('b.json')") == ["b.json"]
    elsewhere = session.files.of_folder(str(tmp_path / "other"))
    assert elsewhere.unread(text) == ["net.json"]
    assert elsewhere.of_folder(str(tmp_path)).unread(text) == [], "undo goes back and waits for no disk"
    (tmp_path / "net.json").unlink()
    session.set_text(f"{text}x = 1\n")
    assert session.errors == ()
    session.files.read(text, again=True)
    session.set_text(text)
    assert session.errors[0].message == "There is no file net.json. Put it beside the program."


def test_one_cause_has_one_note() -> None:
    """What uses a network, a list or a function whose own line has an error is no error of its own."""
    text = """\
net = MLP(3, [4, 4, 1], lr=2)
x = [2, 3, nix]
y = net(x)
z = y[0] + 1
for p in net.parameters():
    p.data += -0.1 * p.grad
net.zero_grad()
w = net.l0.n0.w1.data
for i, e in enumerate(x):
    z = z + e*i
def f(x)
    return x*2
b = f(1)
def g(u):
    v = u + oops
    return v
a = 2
c = g(a)
d = g(c) + c
a = a + later
backward(z)
"""
    errors = parse(text).errors
    assert [(error.line, error.message.partition(" ")[0]) for error in errors] == [
        (1, "MLP"), (2, "nix"), (11, "A"), (15, "oops"), (20, "later"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("y = net", "net is a network here.", "Write net([1, 2"),
        ("net = 2", "net is a network here and cannot be assigned.", "Choose another name."),
        ("y = net(a)", "A list is wanted here, and a is a node.", "Write [a, b, c]."),
        ("y = net([1])", "net reads 2 numbers, and this list has 1.", "Write a list of 2."),
        ("y = net(1, 2)", "net takes one list.", "Write net([1, 2"),
        (
            "y = net([a, [1]])",
            "net reads a list of numbers, and this one has lists in it.",
            "Write [net(x) for x in xs].",
        ),
        ("y = MLP(2, [1])([1, 2])", "MLP(...) makes a network.", "write net([1, 2]) here"),
        ("backward(MLP(2, [1]))", "MLP(...) makes a network.", "net = MLP(2, [1])"),
        ("m = MLP(2)", "MLP is not called like this.", "Write MLP(2, [16, 16, 1])."),
        ("m = MLP(2, [tanh(a)])", "The layers are a list of whole numbers.", "Write MLP(2"),
        ("m = MLP(2, [0])", "The layers are a list of whole numbers.", "Write MLP(2"),
        (
            "m = MLP(2, [1], activation='gelu')",
            "This is no activation.",
            "Choose from relu, leaky_relu, tanh, sigmoid, linear",
        ),
        ("m = MLP(2, [1], lr=2)", "MLP has no lr.", "Write MLP(2"),
        ("m = MLP(1000, [1000])", "more than 100,000 parameters", "Use fewer neurons."),
        ("m = load(3)", "A file's name is a text.", 'Write load("net.json").'),
        ("y = net.layers[2].neurons[0].b", "there is no", "There are"),
    ],
)
def test_errors(text: str, message: str, hint: str) -> None:
    found = parse(f"a = 2\nnet = MLP(2, [2, 1])\n{text}\n").errors[0]
    assert message in found.message
    assert hint in found.hint


def test_a_network_costs_no_more_a_node_when_it_is_large() -> None:
    """Statements are counted, as no test measures time."""
    small, large = (len(parse(f"net = MLP(8, [{n}, 1])\ny = net([1]*8)\n").statements) for n in (10, 100))
    assert large - small == 90 * (8 + 1 + 1 + 1)
    assert len(run("net = MLP(8, [100, 1])\ny = net([1]*8)\n").log) > 5000
