"""What Train shows as pictures is said in numbers, and the numbers are those of the pictures."""

from __future__ import annotations

import re

import pytest

from microcrad.train import views
from microcrad.train.configuration import Configuration
from microcrad.train.training import Training
from tui.commands.train_picture import in_numbers, settings_in_use


@pytest.fixture(scope="module")
def trained() -> Training:
    """A network on xor, some steps on."""
    training = Training(Configuration(data="xor", hidden=(8,), seed=1, steps=30))
    for _ in range(30):
        training.take_step()
    return training


def test_the_curve_goes_from_the_first_step_to_the_last(trained: Training) -> None:
    said = next(line for line in in_numbers(trained) if line.startswith("loss: "))
    found = [(float(loss), int(step)) for loss, step in re.findall(r"([\d.e+-]+) at step (\d+)", said)]
    losses = trained.moment.history.loss.numbers
    assert (found[0][1], found[-1][1], len(found)) == (1, 30, 6)
    for loss, step in found:
        assert loss == pytest.approx(losses[step - 1], abs=5e-5)
    lowest = next(line for line in in_numbers(trained) if line.startswith("lowest loss: "))
    assert float(lowest.split()[2]) == pytest.approx(min(losses), abs=5e-5)


def test_the_boundary_is_where_it_is_said_to_be(trained: Training) -> None:
    """Just left and right of each place that is named, the network decides as it says."""
    lines = list(in_numbers(trained))
    start = next(place for place, line in enumerate(lines) if line.startswith("what the network decides"))
    trainer, classes = trained.trainer, trained.moment.classes
    area = views.bounds(trainer)
    field = views.field(trainer, 48, 5)
    changes = 0
    for row, line in enumerate(lines[start + 1 : start + 6]):
        first, *rest = line.partition(": ")[2].split(", then ")
        assert first == classes[field.classes[row, 0]]
        for part in rest:
            name, _, place = part.partition(" from x ")
            column = round((float(place) - area.left) / (area.right - area.left) * 48)
            near = [classes[each] for each in field.classes[row, max(column - 2, 0) : column + 2]]
            assert name in near
            changes += 1
    assert changes
    wrong = next(line for line in lines if line.startswith("wrong: "))
    assert int(wrong.split()[1]) == int(views.points(trainer).wrong.sum())
    counts = [int(count) for count in re.findall(r"(\d+) (?:upper|lower)", wrong)]
    assert sum(counts) == int(wrong.split()[1])


def test_settings_are_those_that_mean_something_here(trained: Training) -> None:
    said = "\n".join(settings_in_use(trained))
    assert "hidden: 8" in said
    assert "heads" not in said  # A network of layers has none.
    assert "rate" in said


def test_before_the_first_step_there_is_no_curve() -> None:
    assert not [line for line in in_numbers(Training(Configuration(data="xor"))) if "loss" in line]
