"""What a network is looked at with agrees with what the network says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from microcrad import Value
from microcrad.train import views
from microcrad.train.configuration import Configuration, recipe
from microcrad.train.trainer import Trainer


def trained(configuration: Configuration, steps: int = 30) -> Trainer:
    trainer = Trainer(configuration)
    for _ in range(steps):
        trainer.step()
    return trainer


@pytest.mark.parametrize("data", ["moons", "blobs", "circles"])
def test_the_field_is_the_networks_own_answer_at_the_middle_of_each_cell(data: str) -> None:
    trainer = trained(replace(recipe(data), points=20, hidden=(4,)))
    field = views.field(trainer, 7, 5)
    assert field.classes.shape == field.confidence.shape == (5, 7)
    area, model = field.bounds, trainer.sync()
    for row, column in ((0, 0), (4, 0), (2, 3), (1, 6)):
        x = area.left + (area.right - area.left) * (column + 0.5) / 7
        y = area.top + (area.bottom - area.top) * (row + 0.5) / 5
        made = model([Value(x), Value(y)])
        outputs = [made.data] if isinstance(made, Value) else [each.data for each in made]
        decided = int(outputs[0] > 0) if len(outputs) == 1 else int(np.argmax(outputs))
        assert field.classes[row, column] == decided
    assert (field.confidence >= 0).all()
    assert (field.confidence <= 1).all()
    assert area.top > area.bottom


def test_points_are_wrong_where_the_network_decides_otherwise() -> None:
    trainer = trained(Configuration(points=40, hidden=(4,)), 3)
    points = views.points(trainer)
    assert trainer.score(trainer.prepared.train).accuracy == 1 - points.wrong.mean()
    assert 0 < points.wrong.sum() < 40
    area = views.bounds(trainer)
    assert area.left < points.x.min() < points.x.max() < area.right
    assert area.bottom < points.y.min() < points.y.max() < area.top
    swapped = Trainer(Configuration(points=40, fault="swapped"))
    assert (views.points(swapped).classes != swapped.prepared.train.labels).sum() == 13


def test_a_fit_is_the_networks_curve() -> None:
    trainer = trained(replace(recipe("sine"), points=30, hidden=(4,)))
    fit = views.fit(trainer, 9)
    model = trainer.sync()
    for x, y in zip(fit.x.tolist(), fit.y.tolist(), strict=True):
        made = model([x])
        assert isinstance(made, Value)
        assert y == pytest.approx(made.data, rel=1e-12)
    assert not views.is_plane(trainer)


def test_pictures_show_mistakes_first_in_the_units_they_came_in() -> None:
    trainer = trained(replace(recipe("digits"), hidden=(8,)), 60)
    found = views.pictures(trainer, 40)
    right = [picture.right for picture in found]
    assert right == sorted(right)
    assert not right[0]
    tested = trainer.prepared.test
    assert tested is not None
    table = views.confusion(trainer)
    assert table.tested
    assert table.counts.sum() == len(tested)
    assert table.counts.trace() / len(tested) == trainer.score(tested).accuracy
    assert (
        sum(not picture.right for picture in views.pictures(trainer, 10_000))
        == len(tested) - table.counts.trace()
    )
    pixels = found[0].pixels * 16
    assert pixels.shape == (8, 8)
    assert np.abs(pixels - pixels.round()).max() < 1e-9
    assert any(np.allclose(pixels.ravel(), row) for row in trainer.samples.points)
    first = views.first_layer(trainer, 5)
    assert first.shape == (5, 8, 8)
    assert np.abs(first).max(axis=(1, 2)) == pytest.approx(np.ones(5))


def test_only_square_pictures_are_pictures() -> None:
    assert views.picture_side(Trainer(recipe("digits"))) == 8
    assert [views.picture_side(Trainer(recipe(name))) for name in ("moons", "iris")] == [0, 0]


def test_layers_count_every_parameter_once() -> None:
    trainer = Trainer(Configuration(hidden=(5, 4)))
    before = views.layers(trainer)
    assert [sum(layer.counts) for layer in before] == [15, 24, 5]
    assert all(np.isnan(layer.gradient) for layer in before)
    trainer.step()
    assert trainer.taken is not None
    after = views.layers(trainer)
    for layer, part in zip(after, trainer.layers, strict=True):
        assert layer.gradient == pytest.approx(np.abs(trainer.taken.gradient[part]).mean())
        assert layer.reach == np.abs(trainer.state.weights[part]).max()


@pytest.mark.parametrize("size", [0.0, 5e-324, 1e-310, 9e307, 1.7e308])
def test_layers_count_weights_at_both_ends_of_what_numbers_hold(size: float) -> None:
    trainer = Trainer(Configuration(hidden=(5, 4)))
    weights = np.full(44, size)
    weights[1::2] *= -1
    trainer.stand_at(replace(trainer.state, weights=weights))
    counts = [sum(layer.counts) for layer in views.layers(trainer)]
    assert counts == [15, 24, 5]
    assert [layer.reach for layer in views.layers(trainer)] == [size] * 3


def test_a_plane_and_a_fit_are_in_the_datas_own_units(tmp_path: Path) -> None:
    rows = [(100 + 7 * i, (i * 5) % 13, 3000 * i + 10 * (i % 3)) for i in range(30)]
    table = tmp_path / "price.csv"
    table.write_text("size,rooms,price\n" + "".join(f"{x},{y},{z}\n" for x, y, z in rows))
    trainer = trained(replace(recipe(str(table)), loss="mse", test=0.2, hidden=(3,)))
    scale, model = trainer.prepared.scale, trainer.sync()
    for along, name in enumerate(("size", "rooms")):
        curve = views.fit(trainer, 5, along)
        others = (trainer.prepared.train.points * scale.inputs.deviations + scale.inputs.means).mean(axis=0)
        for x, y in zip(curve.x.tolist(), curve.y.tolist(), strict=True):
            point = others.copy()
            point[along] = x
            made = model(((point - scale.inputs.means) / scale.inputs.deviations).tolist())
            assert isinstance(made, Value)
            assert y == pytest.approx(made.data * scale.label_deviation + scale.label_mean)
        every = views.points(trainer, along, ("train", "test"))
        column = trainer.samples.points[:, along]
        assert np.allclose(np.sort(every.x), np.sort(column)), name
        assert np.allclose(np.sort(every.y), np.sort(trainer.samples.labels))
        area = views.bounds(trainer, along)
        assert area.left < column.min() < column.max() < area.right
    plane = trained(
        replace(recipe(str(table)), label="rooms", kind="classes", drop=(), loss="softmax", test=0.2)
    )
    field = views.field(plane, 4, 3)
    assert field.bounds == views.bounds(plane)
    x = field.bounds.left + (field.bounds.right - field.bounds.left) * 1.5 / 4
    y = field.bounds.top + (field.bounds.bottom - field.bounds.top) * 2.5 / 3
    seen = (np.array([x, y]) - plane.prepared.scale.inputs.means) / plane.prepared.scale.inputs.deviations
    outputs = plane.sync()(seen.tolist())
    assert isinstance(outputs, list)
    assert field.classes[2, 1] == int(np.argmax([each.data for each in outputs]))


def test_points_to_test_with_stand_apart() -> None:
    trainer = trained(replace(recipe("moons"), points=20, test=0.3), 3)
    test = trainer.prepared.parts["test"]
    both, alone = views.points(trainer, 0, ("train", "test")), views.points(trainer, 0, ("test",))
    assert both.tested.tolist() == [False] * 14 + [True] * 6
    assert both.places.tolist() == [*range(14), *range(6)]
    assert np.array_equal(alone.x, test.points[:, 0])
    assert np.array_equal(both.x[14:], alone.x)
    assert np.array_equal(both.wrong[14:], alone.wrong)
    assert alone.wrong.mean() == pytest.approx(1 - (trainer.score(test).accuracy or 0))


def test_a_gradient_whose_sum_overflows_is_said_to_be_infinite() -> None:
    trainer = trained(replace(recipe("moons"), points=8, hidden=(4,)), 1)
    trainer.stand_at(replace(trainer.state, grad=np.full_like(trainer.state.grad, 1e308)))
    assert [each.gradient for each in views.layers(trainer)] == [np.inf, np.inf]
