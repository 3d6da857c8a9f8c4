"""A network as a picture: a tile a neuron, the weights between them, and one neuron's numbers. Pure numbers.

Where the data is a plane, a tile is what the neuron says all over it, taken from a recording of the network
itself. Else it is the weights that the neuron reads its inputs with, for pictures in their places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad.engine import Value
from microcrad.nn import MLP
from microcrad.tape import Tape
from microcrad.text.numbers import short
from microcrad.train import views
from microcrad.train.trainer import Trainer

__all__ = ["NetworkPicture", "NetworkRecording", "Place"]

Numbers = NDArray[np.float64]
_MOST_NODES = 20_000
"""How many parameters a network may have to be recorded with the outputs of all its neurons."""

Place = tuple[int, int]
"""A neuron: its layer, counted from 0 behind the inputs, and its place there."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkPicture:
    """What there is to draw."""

    inputs: tuple[str, ...]
    activations: tuple[str, ...]
    """What each layer does to its sums."""
    tiles: tuple[tuple[Numbers, ...], ...]
    """For each layer a tile a neuron, shape (rows, columns), each from -1 to 1; row 0 is at the top."""
    weights: tuple[Numbers, ...]
    """For each layer, shape (neurons, inputs of the layer)."""
    chosen: Place
    large: Numbers
    """The chosen neuron's tile, with more rows and columns."""
    told: tuple[str, ...]
    """The chosen neuron in lines: what it is, what it says, and its weights, the largest first."""


class NetworkRecording:
    """Looks at one trainer's network: its graph is recorded once, and evaluated as the weights are now."""

    def __init__(self, trainer: Trainer) -> None:
        assert isinstance(trainer.model, MLP)  # A model that reads a text is looked at otherwise.
        self._trainer, self._model = trainer, trainer.model
        self.sizes = trainer.sizes
        self._tape: Tape | None = None
        if views.is_plane(trainer) and len(trainer.state.weights) <= _MOST_NODES:
            self._tape = Tape.record(
                self._build, trainer.prepared.train.points[0].tolist(), trainer.model.parameters()
            )

    @property
    def of_a_plane(self) -> bool:
        """Whether tiles are outputs over the plane, rather than weights."""
        return self._tape is not None

    def _build(self, leaves: list[Value]) -> tuple[Value, list[Value]]:
        """The outputs of all neurons, layer by layer, for one sample."""
        row, every = leaves, []
        for layer in self._model.layers:
            made = layer(row)
            row = made if isinstance(made, list) else [made]
            every += row
        return row[0], every

    def picture(self, chosen: Place, tile: tuple[int, int], large: tuple[int, int]) -> NetworkPicture:
        """The network as it stands; `tile` and `large` are the columns and rows that tiles have."""
        trainer = self._trainer
        rows = [
            trainer.state.weights[part].reshape(-1, inputs + 1)
            for part, inputs in zip(trainer.layers, trainer.sizes, strict=False)
        ]
        weights = tuple(layer[:, :-1] for layer in rows)
        layer, place = chosen
        if self._tape is not None:
            every = self._outputs(*tile)
            tiles = tuple(tuple(map(_scaled, every[start:end])) for start, end in self._layers())
            closer = self._outputs(*large)[self._layers()[layer][0] + place]
        else:
            side = views.picture_side(trainer)
            tiles = tuple(
                tuple(_scaled(_fitted(row, side if depth == 0 else 0, tile)) for row in each)
                for depth, each in enumerate(weights)
            )
            closer = _fitted(weights[layer][place], side if layer == 0 else 0, large)
        activations = tuple(each.neurons[0].activation for each in self._model.layers)
        told = tuple(self._told(chosen, rows[layer][place]))
        inputs = trainer.prepared.train.inputs
        return NetworkPicture(inputs, activations, tiles, weights, chosen, _scaled(closer), told)

    def _layers(self) -> list[tuple[int, int]]:
        ends = np.cumsum(self.sizes[1:]).tolist()
        return list(zip([0, *ends], ends, strict=False))

    def _outputs(self, columns: int, rows: int) -> Numbers:
        """What every neuron says over the plane, shape (neurons, rows, columns)."""
        assert self._tape is not None
        seen = self._trainer.prepared.scale.seen(views.plane_grid(views.bounds(self._trainer), columns, rows))
        return self._tape.evaluate(seen, self._trainer.state.weights)[1].reshape(-1, rows, columns)

    def _said(self, chosen: Place) -> str:
        """From where to where a neuron goes, of the samples that are trained on or, of many, of some."""
        assert self._tape is not None
        points = self._trainer.prepared.train.points
        some = points[:: -(-len(points) // _MOST_SAID)]
        every = self._tape.evaluate(some, self._trainer.state.weights)[1]
        of_it = every[self._layers()[chosen[0]][0] + chosen[1]]
        return f"says {short(float(of_it.min()))} to {short(float(of_it.max()))}"

    def _told(self, chosen: Place, row: Numbers) -> list[str]:
        layer, place = chosen
        trainer = self._trainer
        last = layer == len(self.sizes) - 2
        name, does = f"l{layer}.n{place}", self._model.layers[layer].neurons[0].activation
        classes = trainer.prepared.train.classes
        meaning = f", {classes[place]}" if last and len(classes) == self.sizes[-1] else ""
        lines = [f"{name} {does}{meaning}", f"bias {short(float(row[-1]))}"]
        if self._tape is not None:
            lines.append(self._said(chosen))
        sources = trainer.prepared.train.inputs if layer == 0 else None
        order = np.argsort(-np.abs(row[:-1]), kind="stable")[:_MOST_TOLD].tolist()
        start = trainer.layers[layer].start + place * (len(row))
        for i in order:
            source = sources[i] if sources is not None else f"l{layer - 1}.n{i}"
            grad = f"  grad {short(float(trainer.state.grad[start + i]))}" if trainer.state.step else ""
            lines.append(f"{source} * {short(float(row[i]))}{grad}")
        return lines


_MOST_SAID = 1000
"""Of how many samples it is told what a neuron says."""
_MOST_TOLD = 40
"""The most weights that are told."""


def _scaled(numbers: Numbers) -> Numbers:
    """Numbers as shares of the largest; what is not finite becomes 0."""
    finite = np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0)
    reach = float(np.abs(finite).max(initial=0.0))
    return np.asarray(finite / reach if reach > 0 else finite)


def _fitted(row: Sequence[float] | Numbers, side: int, size: tuple[int, int]) -> Numbers:
    """Weights as a picture of so many columns and rows: squares in their places, others row by row."""
    numbers = np.asarray(row, dtype=np.float64)
    width = side or math.ceil(math.sqrt(len(numbers)))
    height = -(-len(numbers) // width)
    padded = np.zeros(width * height)
    padded[: len(numbers)] = numbers
    grid = padded.reshape(height, width)
    columns, rows = size
    across = [_part(i, columns, width) for i in range(columns)]
    down = [_part(i, rows, height) for i in range(rows)]
    return np.array([[grid[y, x].mean() for x in across] for y in down])


def _part(index: int, parts: int, whole: int) -> slice:
    """What of a whole falls to one of so many parts: at least one place."""
    start = index * whole // parts
    return slice(start, max((index + 1) * whole // parts, start + 1))
