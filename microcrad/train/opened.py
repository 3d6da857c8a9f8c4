"""One sample of a run as a program: the network applied to it, its loss and the backward pass."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from textwrap import shorten, wrap
from typing import Any

from microcrad.data.word_list import word
from microcrad.diagnosis.non_finite import Found, first_non_finite
from microcrad.engine import Value, topological_order
from microcrad.errors import SettingError
from microcrad.files.state_place import keep_network
from microcrad.gpt import GPT
from microcrad.heap import scope
from microcrad.language.unparse import ProgramText, literal, program_text
from microcrad.nn import MLP
from microcrad.state import gpt_text, json_text
from microcrad.text.formulas import Written
from microcrad.train.engines import TrainingState
from microcrad.train.parameters import layer_slices
from microcrad.train.trainer import Trainer

__all__ = ["MOST_NODES", "Opened", "first_non_finite_of", "open_sample", "opened"]

_LONGEST_NAME = 60
MOST_NODES = 100_000
"""How many nodes a sample's graph may have to be opened, as many as a program may have."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One sample's graph, and the lines that build it."""

    loss: Value
    program: ProgramText
    """Parameters are called `net.l0.n3.w1` and `net.l0.n3.b`, neurons `net.l0.n3`, inputs `x[0]`, outputs
    `out` or `out[0]`, targets `y` or `y[0]`, as in the program that `open_sample` gives."""


@contextlib.contextmanager
def opened(trainer: Trainer, state: TrainingState, sample: int, *, tested: bool = False) -> Iterator[Opened]:
    """A sample's graph with the weights of `state`, which is released when the block ends.

    It is one of those trained on, or `tested` with.
    """
    model, parameters = trainer.model, trainer.model.parameters()
    names = dict(zip(parameters, trainer.names, strict=True))
    with _weights_of(parameters, state), scope():
        if isinstance(model, GPT):
            loss = model.loss(word(trainer.prepared.part(tested=tested), sample))
            yield Opened(loss, program_text(loss, {**names, loss: "loss"}, []))
            return
        point, target = trainer.teaching.sample(trainer.prepared.part(tested=tested), sample)
        inputs = [Value(x) for x in point.tolist()]
        targets = [Value(y) for y in target.tolist()]
        names |= {leaf: f"x[{i}]" for i, leaf in enumerate(inputs)}
        names |= {leaf: f"y[{i}]" if len(targets) > 1 else "y" for i, leaf in enumerate(targets)}
        outputs, first = inputs, [*inputs, *targets]
        for depth, layer in enumerate(model.layers):
            made = layer(outputs)
            outputs = made if isinstance(made, list) else [made]
            names |= {node: f"net.l{depth}.n{i}" for i, node in enumerate(outputs)}
            first += outputs
        names |= {node: f"out[{i}]" if len(outputs) > 1 else "out" for i, node in enumerate(outputs)}
        loss = trainer.teaching.objective.loss(outputs, targets)
        names[loss] = "loss"
        yield Opened(loss, program_text(loss, names, first))


@contextlib.contextmanager
def _weights_of(parameters: list[Value], state: TrainingState) -> Iterator[None]:
    """Put the weights of a state into a model, and then back what it had: a step may be in its middle."""
    before = [parameter.data for parameter in parameters]
    for parameter, number in zip(parameters, state.weights.tolist(), strict=True):
        parameter.data = number
    try:
        yield
    finally:
        for parameter, number in zip(parameters, before, strict=True):
            parameter.data = number


def open_sample(
    trainer: Trainer,
    state: TrainingState,
    sample: int,
    *,
    tested: bool = False,
    position: int | None = None,
    written: str | None = None,
) -> str:
    """The program that computes a sample's loss with the weights of `state`, and its gradient.

    Of a word it may be the loss at one `position` alone, counted from 0; and the word may be one that was
    `written` by the model, and no sample. It loads the network, which is
    kept with every bit in a file of its own. The sample is one of those trained on, or `tested` with. Raises
    `SettingError` if its graph is too large to be opened, `FileError` if the network cannot be kept.
    """
    if isinstance(trainer.model, GPT):
        read = word(trainer.prepared.part(tested=tested), sample) if written is None else written
        return _word_opened(trainer, trainer.model, state, read, position)
    nodes = trainer.taped.nodes
    if nodes > MOST_NODES:
        raise SettingError(
            f"hidden: a sample's graph has {nodes:,} nodes, and the playground opens up to {MOST_NODES:,}. "
            "Choose fewer neurons."
        )
    data, objective = trainer.prepared.part(tested=tested), trainer.teaching.objective
    label = trainer.teaching.labels(data)[sample]
    said = data.classes[int(label)] if data.classes else literal(float(label))
    said = " ".join(said.split())  # A class's name comes from a person's file: it must stay in its line.
    sizes, part = "-".join(map(str, trainer.sizes)), "test sample" if tested else "sample"
    point, target = trainer.teaching.sample(data, sample)
    single = trainer.sizes[-1] == 1
    made = data.inputs != trainer.samples.inputs
    file = keep_network(_network(trainer, trainer.model, state), _file_name(data.name, sizes))
    lines = [
        f"# {data.name}, {part} {sample} ({data.label} {said}), {sizes}, after step {state.step}",
        f'net = load("{file}")',
        *([f"# {shorten('x: ' + ', '.join(data.inputs), 100, placeholder=' ...')}"] if made else []),
        _assigned("x", point.tolist()),
        _assigned("y", target.tolist()) if len(target) > 1 else f"y = {literal(float(target[0]))}",
        "out = net(x)",
        (single and objective.single) or objective.program,
        "backward(loss)",
    ]
    return "\n".join([*lines, ""])


def _word_opened(trainer: Trainer, model: GPT, state: TrainingState, read: str, position: int | None) -> str:
    if any(sign in read for sign in '"\\'):
        raise SettingError(f"data: {read!r} has a quote or a backslash, which no text of a program can have.")
    with scope():
        nodes = len(topological_order(model.loss(read, position)))
    if nodes > MOST_NODES:
        raise SettingError(
            f"size: the graph of {read!r} has {nodes:,} nodes, and the playground opens up to "
            f"{MOST_NODES:,}. Choose an earlier position, a shorter word or a smaller model."
        )
    matrices = {
        name: state.weights[part].reshape(len(matrix), -1).tolist()
        for part, (name, matrix) in zip(trainer.layers, model.matrices().items(), strict=True)
    }
    file = keep_network(gpt_text(model, matrices), _file_name(trainer.samples.name, "gpt"))
    arguments = f'"{read}"' if position is None else f'"{read}", {position}'
    told = "" if position is None else _expected(trainer, model, state, read, position)
    return (
        f"# {trainer.samples.name}, {model}, after step {state.step}\n{told}"
        f'net = load("{file}")\nloss = net.loss({arguments})\nbackward(loss)\n'
    )


def _expected(trainer: Trainer, model: GPT, state: TrainingState, read: str, position: int) -> str:
    """Which letter came and which was expected, and what their nodes are called, as lines of comment."""
    with _weights_of(model.parameters(), state):
        try:
            shares = model.next(read[:position])
        except ValueError:  # Its numbers are not finite.
            return ""
    came, most = read[position : position + 1], max(shares, key=lambda letter: shares[letter])
    lines = []
    for letter, what in ((came, "comes"), (most, "was expected most")):
        token = model.end if not letter else model.vocabulary.index(letter)
        node = f"net.softmax.p{position}.exp[{token}]"
        of_all = f"{100 * shares[letter]:.0f} % of net.softmax.p{position}.total"
        lines.append(f"# {letter or 'the end'} {what}, {of_all}: {node}")
    del lines[1 if came == most else 2 :]
    if position:
        read_last = read[position - 1]
        lines.append(f"# {read_last} was read last: net.letters[{model.vocabulary.index(read_last)}]")
    return "\n".join(lines) + "\n"


def _network(trainer: Trainer, model: MLP, state: TrainingState) -> str:
    """The network of a moment of training as a saved one; what is not finite in it is kept, too."""
    layers = []
    for layer, place, inputs in zip(
        model.layers, layer_slices(trainer.sizes), trainer.sizes[:-1], strict=True
    ):
        rows = state.weights[place].reshape(-1, inputs + 1)
        layers.append({
            "activation": layer.neurons[0].activation, "biases": rows[:, -1].tolist(),
            "weights": rows[:, :-1].tolist(),
        })  # fmt: skip
    return json_text(trainer.sizes[0], layers)


def _file_name(data: str, sizes: str) -> str:
    """What a network's file is called: by what it was trained on, in letters that any folder takes."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", PurePath(data).stem).strip("-")[:30]
    return f"{plain or 'net'}-{sizes if len(sizes) <= 30 else 'net'}"


_WRAPPED: Any = {"subsequent_indent": "     ", "break_on_hyphens": False, "break_long_words": False}


def _assigned(name: str, numbers: list[float]) -> str:
    """`name = [...]`, over as many lines as that takes."""
    return "\n".join(wrap(f"{name} = [{', '.join(map(literal, numbers))}]", 100, **_WRAPPED))


def first_non_finite_of(trainer: Trainer, state: TrainingState, sample: int) -> Found | None:
    """The first number of a sample's graph, or of its gradients, that is not finite, its nodes named."""
    with opened(trainer, state, sample) as graph:
        called = graph.program.called
        if not isinstance(trainer.model, GPT):
            return first_non_finite(graph.loss, called.__getitem__)
        # Of a word's thousands of nodes most have no name, and a formula may fill pages.
        found = first_non_finite(graph.loss, lambda node: _short(called[node]))
        return found and replace(found, repair="Rewind, and train with a lower rate.")


def _short(said: str | Written) -> str | Written:
    text = said if isinstance(said, str) else said.text
    return said if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 3]}..."
