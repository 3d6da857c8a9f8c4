"""One sample of a run as a program: the network applied to it, its loss and the backward pass."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from microcrad.diagnosis.non_finite import Found, first_non_finite
from microcrad.engine import Value
from microcrad.errors import SettingError
from microcrad.heap import scope
from microcrad.language.unparse import ProgramText, literal, program_text
from microcrad.train.engines import TrainingState
from microcrad.train.parameters import parameter_names
from microcrad.train.trainer import Trainer

__all__ = ["MOST_NODES", "Opened", "first_non_finite_of", "open_sample", "opened"]

MOST_NODES = 50_000
"""How many nodes a sample's graph may have to be opened; the language runs programs of up to 100,000."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One sample's graph, and the lines that build it."""

    loss: Value
    program: ProgramText
    """Parameters are called `l0.n3.w1` and `l0.n3.b`, neurons `l0.n3`, inputs `x0`, targets `y0` or `y`."""


@contextlib.contextmanager
def opened(trainer: Trainer, state: TrainingState, sample: int, *, tested: bool = False) -> Iterator[Opened]:
    """A sample's graph with the weights of `state`, which is released when the block ends.

    It is one of those trained on, or `tested` with.
    """
    model, parameters = trainer.model, trainer.model.parameters()
    for parameter, number in zip(parameters, state.weights.tolist(), strict=True):
        parameter.data = number
    with scope():
        point, target = trainer.sample(sample, tested=tested)
        inputs = [Value(x) for x in point.tolist()]
        targets = [Value(y) for y in target.tolist()]
        names = dict(zip(parameters, parameter_names(trainer.sizes), strict=True))
        names |= {leaf: f"x{i}" for i, leaf in enumerate(inputs)}
        names |= {leaf: f"y{i}" if len(targets) > 1 else "y" for i, leaf in enumerate(targets)}
        outputs, first = inputs, [*inputs, *targets]
        for depth, layer in enumerate(model.layers):
            made = layer(outputs)
            outputs = made if isinstance(made, list) else [made]
            names |= {node: f"l{depth}.n{i}" for i, node in enumerate(outputs)}
            first += outputs
        loss = trainer.objective.loss(outputs, targets)
        names[loss] = "loss"
        yield Opened(loss, program_text(loss, names, first))


def open_sample(trainer: Trainer, state: TrainingState, sample: int, *, tested: bool = False) -> str:
    """The program that computes a sample's loss with the weights of `state`, and its gradient.

    The sample is one of those trained on, or `tested` with.
    Raises `SettingError` if its graph is too large to be opened.
    """
    nodes = trainer.sample_nodes
    if nodes > MOST_NODES:
        raise SettingError(
            f"hidden: a sample's graph has {nodes} nodes, and the playground opens up to {MOST_NODES}. "
            "Choose fewer neurons."
        )
    data = trainer.part(tested=tested)
    label = data.labels[sample]
    said = data.classes[int(label)] if data.classes else literal(float(label))
    said = " ".join(said.split())  # A class's name comes from a person's file: it must stay in its line.
    with opened(trainer, state, sample, tested=tested) as graph:
        body = graph.program.text
    sizes, part = "-".join(map(str, trainer.sizes)), "test sample" if tested else "sample"
    return (
        f"# {data.name}, {part} {sample} ({data.label} {said}), {sizes}, after step {state.step}\n"
        f"{body}backward(loss)\n"
    )


def first_non_finite_of(trainer: Trainer, state: TrainingState, sample: int) -> Found | None:
    """The first number of a sample's graph, or of its gradients, that is not finite, its nodes named."""
    with opened(trainer, state, sample) as graph:
        return first_non_finite(graph.loss, graph.program.called.__getitem__)
