"""Features: formulas of inputs as people write them, and what a network then reads of every sample."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from samples import spread

from microcrad.data.dataset import DataSet
from microcrad.data.features import MOST_FEATURES, derived, features_of, on_points, possible
from microcrad.errors import SettingError
from microcrad.slices import finish
from microcrad.train import saved, views
from microcrad.train.configuration import recipe
from microcrad.train.opened import open_sample
from microcrad.train.resuming import resuming, to_json
from microcrad.train.samples import probe, sample
from microcrad.train.trainer import Trainer

NAMES = ("x", "y")


@pytest.mark.parametrize(
    ("texts", "formulas"),
    [
        (["x**2"], ["x**2"]),
        (["x^2", " y ^ 2 ", "x²", "x*x", "x x"], ["x**2", "y**2"]),
        (["y*x", "xy", "x y", "x · y"], ["x*y"]),
        (["sin(x)", "sin y", "sin( x )"], ["sin(x)", "sin(y)"]),
        (["y", "x"], ["y", "x"]),
        (["squares", "x"], ["x**2", "y**2", "x"]),
        (["inputs", "squares", "products", "sines"], possible(NAMES)),
        (["x", "y"], []),  # The inputs as they are.
        ([], []),
    ],
)
def test_features_are_written_in_many_ways(texts: list[str], formulas: list[str]) -> None:
    found = features_of(texts, NAMES)
    assert [each.formula(NAMES) for each in found] == formulas
    assert features_of(formulas, NAMES) == found


def test_names_of_any_kind_keep_their_features_apart() -> None:
    names = ("a*b", "sin(c)", "squares", "a", "b*a", "length (cm)")
    for text in possible(names):
        (found,) = features_of([text], names) or (None,)
        assert found is not None
        assert found.formula(names) == text
    assert features_of(["squares"], names)[0].factors == (2,)  # An input's own name comes first.
    assert features_of(["a*b"], names)[0].factors == (0,)


@pytest.mark.parametrize("text", ["z", "x**3", "sin", "sin(x*y)", "x+y", "", "cos(x)", "x*"])
def test_what_is_no_feature_is_refused(text: str) -> None:
    with pytest.raises(
        SettingError, match=r"expected formulas of inputs, such as x\*\*2, x\*y, sin\(x\), or of"
    ):
        features_of(["x", text], NAMES)


def test_too_many_or_too_large_features_are_refused() -> None:
    names = [f"p{i}" for i in range(100)]
    assert len(features_of(["squares"], names)) == 100
    with pytest.raises(SettingError, match=f"products makes more than {MOST_FEATURES:,} of them"):
        features_of(["products"], names)
    data = DataSet("d", "regression", np.array([[1e200, 1.0], [1.0, 2.0]]), np.zeros(2), NAMES, "t")
    with pytest.raises(
        SettingError, match=r"features: x\*\*2 is beyond 1.8e308 for a sample of d. Leave it out"
    ):
        derived(data, features_of(["y", "x**2"], NAMES))


def test_numbers_are_those_of_the_formulas() -> None:
    points = np.random.default_rng(0).normal(size=(50, 2))
    formulas = possible(NAMES)
    numbers = on_points(features_of(formulas, NAMES), points)
    for (x, y), row in zip(points.tolist(), numbers.tolist(), strict=True):
        wanted = [eval(text, {"x": x, "y": y, "sin": math.sin}) for text in formulas]
        assert row == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize("normalise", spread(1, [True, False]))
def test_everything_that_looks_at_a_network_sees_its_features(normalise: bool, tmp_path: Path) -> None:
    """Circles without hidden neurons: only squares divide them, so who forgets them is wrong."""
    at = replace(
        recipe("circles"), hidden=(), features=("x**2", "y**2", "x"), normalise=normalise, test=0.25, steps=60
    )
    trainer = Trainer(at)
    assert trainer.sizes == (3, 1)
    assert views.is_plane(trainer)
    for _ in range(60):
        trainer.step()
    assert trainer.score(trainer.prepared.train).accuracy == 1.0
    middle, far = trainer.samples.classes.index("inner"), trainer.samples.classes.index("outer")
    field = views.field(trainer, 41, 41).classes
    assert field[20, 20] == middle
    assert {int(field[0, 0]), int(field[0, -1]), int(field[-1, 0]), int(field[-1, -1])} == {far}
    assert "Said: inner" in probe(trainer, 0.0, 0.0)
    assert "x 2, y 0. Said: outer" in probe(trainer, 2.0, 0.0)
    shown = views.points(trainer, 0, ("train", "test"))
    assert not shown.wrong.any()
    assert sorted(shown.x.tolist()) == sorted(trainer.samples.points[:, 0].tolist())
    own = trainer.prepared.train.own[5].tolist()
    assert [number for _, number in sample(trainer, 5).inputs] == own
    program = open_sample(trainer, trainer.state, 5).splitlines()
    assert program[2:4] == ["# x: x**2, y**2, x", f"x = {trainer.prepared.train.points[5].tolist()}"]
    file = tmp_path / "run.json"
    file.write_text(to_json(trainer))
    said = saved.predict(saved.load(str(file)), trainer.samples.points)
    classes = [trainer.samples.classes[int(i)] for i in trainer.samples.labels]
    assert [each.said for each in said] == classes
    again = finish(resuming(str(file)))
    assert np.array_equal(again.trainer.prepared.train.points, trainer.prepared.train.points)
    assert again.trainer.step() == trainer.step()


def test_a_fit_and_a_table_of_ones_own_have_features_too(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("wide,high,area\n" + "".join(f"{i},{i % 7},{3 * i * (i % 7) - i}\n" for i in range(40)))
    at = replace(
        recipe(str(table)), loss="mse", features=("inputs", "products"), hidden=(), steps=400, penalty=0.0
    )
    trainer = Trainer(at)
    for _ in range(400):
        trainer.step()
    score = trainer.score(trainer.prepared.train)
    assert score.r2 == pytest.approx(1.0, abs=1e-3)  # It is a sum of these, so a line is enough.
    assert views.fit(trainer, 9, 1).x.size == 9
