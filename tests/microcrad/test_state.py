"""Saved networks: every bit comes back, and a file that is not one changes nothing."""

from __future__ import annotations

import json
import math
import random
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad.errors import ContentError, FileError
from microcrad.nn import MLP, Neuron
from microcrad.state import StateError, from_json, load, restore, save, to_json


def bits(model: MLP) -> bytes:
    return b"".join(struct.pack("d", parameter.data) for parameter in model.parameters())


def network(seed: int = 0) -> MLP:
    return MLP(2, [3, 2, 1], activation=["tanh", "relu", "linear"], generator=random.Random(seed))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=9, max_size=9))
def test_every_finite_number_comes_back_bit_for_bit(numbers: list[float]) -> None:
    model = MLP(2, [2, 1])
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    assert bits(from_json(to_json(model))) == bits(model)


def test_the_smallest_the_largest_and_minus_zero(tmp_path: Path) -> None:
    model = MLP(2, [1])
    for numbers in ([5e-324, -0.0, 1.7976931348623157e308], [0.1, -1e-310, 2.0**53 + 2]):
        for parameter, number in zip(model.parameters(), numbers, strict=True):
            parameter.data = number
        save(model, tmp_path / "model.json")
        assert bits(load(tmp_path / "model.json")) == bits(model)


def test_a_loaded_network_says_what_the_saved_one_said(tmp_path: Path) -> None:
    model = network()
    model.layers[0].neurons[0].b.data = 0.5
    save(model, tmp_path / "model.json")
    loaded = load(str(tmp_path / "model.json"))
    assert repr(loaded) == repr(model)
    assert loaded([0.3, -0.7]).data == model([0.3, -0.7]).data
    assert [p.name for p in tmp_path.iterdir()] == ["model.json"]
    assert (tmp_path / "model.json").stat().st_mode & 0o400


def test_loading_draws_no_random_numbers() -> None:
    text = to_json(network())
    state = random.getstate()
    from_json(text)
    assert random.getstate() == state


def test_restore_keeps_the_nodes() -> None:
    model, other = network(1), network(2)
    nodes = model.parameters()
    nodes[0].grad = 3.0
    restore(model, to_json(other))
    assert bits(model) == bits(other)
    assert all(a is b for a, b in zip(nodes, model.parameters(), strict=True))
    assert nodes[0].grad == 0


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize(("place", "where"), [(1, "neuron 2, weight 2"), (2, "neuron 2, the bias")])
def test_numbers_that_are_none_are_not_saved(number: float, place: int, where: str, tmp_path: Path) -> None:
    model = network()
    file = tmp_path / "model.json"
    save(model, file)
    before = file.read_bytes()
    model.layers[1].neurons[1].parameters()[place if place == 1 else 3].data = number
    with pytest.raises(StateError, match=f"layer 2, {where} is {number}: only finite numbers"):
        save(model, file)
    assert file.read_bytes() == before


def test_a_layer_of_two_activations_is_not_saved() -> None:
    model = network()
    model.layers[0].neurons[1] = Neuron(2)
    with pytest.raises(StateError, match=r"layer 1 cannot be saved: .* relu and tanh"):
        to_json(model)
    with pytest.raises(StateError, match="without layers"):
        to_json(MLP(2, []))


GOOD = json.loads(to_json(network()))


def changed(*path: Any, to: Any) -> str:
    """The text of a good file with one thing changed."""
    top = json.loads(json.dumps(GOOD))
    at = top
    for key in path[:-1]:
        at = at[key]
    if to is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return json.dumps(top)


HOSTILE = [
    ("", "line 1, column 1 is not JSON"),
    (to_json(network())[:200], "is not JSON"),
    ("[1, 2]", 'expected an object with "format"'),
    ("3", 'expected an object with "format"'),
    ("{}", 'expected an object with "format"'),
    ("[" * 100_000, "beyond all measure"),
    ("1" * 5000, "is not a saved network"),
    (changed("format", to="keras"), 'expected an object with "format"'),
    (changed("version", to=3), "a newer microcrad: its version is 3, and this one reads up to 2"),
    (changed("version", to="1"), 'version is "1", expected 1 or 2'),
    (changed("version", to=True), "version is true, expected 1 or 2"),
    (changed("version", to=...), "version is missing"),
    (changed("inputs", to=-1), "inputs is -1"),
    (changed("inputs", to=3), r"layers\[0\].weights\[0\] is 2 numbers, expected a list of 3 numbers"),
    (changed("inputs", to=10**12), r"layers\[0\].weights\[0\] is 2 numbers"),
    (changed("layers", to=[]), "layers is a list of 0"),
    (changed("layers", 1, to=7), r"layers\[1\] is 7, expected an object"),
    (
        changed("layers", 1, "activation", to="gelu"),
        r'layers\[1\].activation is "gelu", expected relu or leaky_relu or tanh',
    ),
    (changed("layers", 1, "activation", to=[]), r"layers\[1\].activation is a list of 0"),
    (changed("layers", 1, "weights", to=...), r"layers\[1\].weights is missing"),
    (changed("layers", 1, "biases", to=[0.0]), r"layers\[1\].biases is 1 numbers, expected a list of 2"),
    (changed("layers", 1, "weights", 1, to="abc"), r'layers\[1\].weights\[1\] is "abc"'),
    (
        changed("layers", 1, "weights", 1, 2, to="1"),
        r'layers\[1\].weights\[1\]\[2\] is "1", expected a finite',
    ),
    (changed("layers", 1, "weights", 1, 2, to=None), r"\[2\] is missing, expected a finite number"),
    (changed("layers", 1, "weights", 1, 2, to=True), r"\[2\] is true, expected a finite number"),
    (changed("layers", 2, "biases", 0, to=math.nan), r"layers\[2\].biases\[0\] is NaN"),
    (changed("layers", 2, "biases", 0, to=-math.inf), r"layers\[2\].biases\[0\] is -Infinity"),
    (changed("layers", 2, "biases", 0, to=10**400), r"layers\[2\].biases\[0\] is 1000"),
]


@pytest.mark.parametrize(("text", "message"), HOSTILE, ids=[message for _, message in HOSTILE])
def test_what_is_not_a_saved_network_is_refused_and_changes_nothing(text: str, message: str) -> None:
    model = network(5)
    before = bits(model)
    with pytest.raises(ContentError, match=message) as caught:
        restore(model, text, "my.json")
    assert str(caught.value).startswith("my.json ")
    assert str(caught.value).endswith(".")
    assert bits(model) == before


def test_another_networks_sizes_are_refused() -> None:
    model = MLP(2, [4, 1])
    before = bits(model)
    with pytest.raises(
        StateError, match=r"found 2-3-2-1 \(tanh, relu, linear\), expected 2-4-1 \(relu, linear\)"
    ):
        restore(model, to_json(network()))
    with pytest.raises(StateError, match=r"found 2-4-1 \(tanh, linear\), expected 2-4-1 \(relu, linear\)"):
        restore(model, to_json(MLP(2, [4, 1], activation="tanh")))
    assert bits(model) == before


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"{\xff")
    for name, message in [
        ("none", "none cannot be read: No such file"),
        ("bytes", r"bytes is not UTF-8 text: see byte 1 \(0xff\). Choose a file that microcrad saved."),
    ]:
        with pytest.raises(FileError, match=message):
            load(tmp_path / name)
    with pytest.raises(FileError, match="cannot be read"):
        load("a\0b")
    for name, message in [
        ("none/model.json", "model.json cannot be written"),
        (".", "is a directory"),
        ("a\0b", "cannot be written"),
    ]:
        with pytest.raises(FileError, match=message):
            save(network(), f"{tmp_path}/{name}")
    assert [p.name for p in tmp_path.iterdir()] == ["bytes"]


def test_a_write_that_fails_midway_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "model.json"
    save(network(1), file)
    before = file.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(FileError, match="No space left"):
        save(network(2), file)
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["model.json"]
