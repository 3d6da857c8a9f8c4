"""The picture of a network agrees with the network: each neuron's own outputs, its weights and gradients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from microcrad import Value
from microcrad.text.numbers import short
from microcrad.train import views
from microcrad.train.configuration import recipe
from microcrad.train.network_picture import NetworkRecording
from microcrad.train.trainer import Trainer


def outputs_of(trainer: Trainer, x: float, y: float) -> list[list[float]]:
    """What every neuron says, layer by layer, built with the library for one point."""
    row: list[Value] = [Value(x), Value(y)]
    found = []
    for layer in trainer.sync().layers:
        made = layer(row)
        row = made if isinstance(made, list) else [made]
        found.append([each.data for each in row])
    return found


@pytest.mark.parametrize("data", ["moons", "blobs"])
def test_a_tile_is_what_its_neuron_says_over_the_plane(data: str) -> None:
    trainer = Trainer(replace(recipe(data), points=20, hidden=(3, 2), normalise=True))
    recording = NetworkRecording(trainer)
    for _ in range(2):
        trainer.step()  # The recording is of the network, not of its weights.
    picture = recording.picture((1, 1), (3, 2), (5, 4))
    assert recording.of_a_plane
    assert [len(layer) for layer in picture.tiles] == list(trainer.sizes[1:])
    grid = trainer.prepared.scale.seen(views.plane_grid(views.bounds(trainer), 3, 2))
    said = [outputs_of(trainer, x, y) for x, y in grid.tolist()]
    for layer, tiles in enumerate(picture.tiles):
        for place, tile in enumerate(tiles):
            numbers = np.array([each[layer][place] for each in said]).reshape(2, 3)
            assert np.allclose(tile, numbers / (np.abs(numbers).max() or 1.0))
    assert picture.large.shape == (4, 5)
    assert picture.activations == (*[recipe(data).activation] * 2, "linear")


def test_the_chosen_neuron_is_told_with_its_weights_the_largest_first() -> None:
    trainer = Trainer(replace(recipe("blobs"), points=20, hidden=(3,)))
    recording = NetworkRecording(trainer)
    told = recording.picture((0, 2), (4, 4), (4, 4)).told
    neuron = trainer.sync().layers[0].neurons[2]
    assert told[:2] == ("l0.n2 tanh", f"bias {neuron.b.data:g}")
    said = [outputs_of(trainer, x, y)[0][2] for x, y in trainer.prepared.train.points.tolist()]
    assert told[2] == f"says {short(min(said))} to {short(max(said))}"  # Of samples, however large the tile.
    x, y = (weight.data for weight in neuron.w)
    lines = [f"x * {x:.4f}", f"y * {y:.4f}"]
    assert list(told[3:]) == (lines if abs(x) >= abs(y) else lines[::-1])
    trainer.step()
    told = recording.picture((1, 0), (4, 4), (4, 4)).told
    assert told[0] == "l1.n0 linear, top"
    part = trainer.layers[1]
    weights, grads = trainer.state.weights[part][:3], trainer.state.grad[part][:3]
    first = int(np.abs(weights).argmax())
    assert told[3].startswith(f"l0.n{first} * {weights[first]:.4f}  grad ")
    assert float(told[3].rpartition(" ")[2]) == pytest.approx(grads[first], abs=1e-4)


def test_pictures_have_tiles_of_weights_in_their_places() -> None:
    trainer = Trainer(replace(recipe("digits"), hidden=(4,)))
    recording = NetworkRecording(trainer)
    assert not recording.of_a_plane
    picture = recording.picture((0, 1), (8, 8), (4, 4))
    weights = trainer.state.weights[trainer.layers[0]].reshape(4, 65)[:, :64].reshape(4, 8, 8)
    for tile, row in zip(picture.tiles[0], weights, strict=True):
        assert np.allclose(tile, row / np.abs(row).max())
    squares = weights[1].reshape(4, 2, 4, 2).mean(axis=(1, 3))
    assert np.allclose(picture.large, squares / np.abs(squares).max())
    assert picture.tiles[1][0].shape == (8, 8)
    assert picture.weights[1].shape == (10, 4)
    trainer.state = replace(trainer.state, weights=np.full_like(trainer.state.weights, np.nan))
    assert not recording.picture((0, 0), (2, 2), (2, 2)).tiles[0][0].any()
