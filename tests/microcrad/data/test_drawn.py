"""Drawn data: a cursor among any number of cells, points put and taken away, a table to learn from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from microcrad.data import moons
from microcrad.data.drawn import DrawnData
from microcrad.train.configuration import recipe
from microcrad.train.trainer import Trainer

GRID = (40, 20)


def test_the_cursor_goes_by_cells_up_to_the_edges() -> None:
    drawing = DrawnData()
    assert drawing.cell(*GRID) == (20, 10)
    drawing.move(-3, 2, *GRID)
    assert drawing.cell(*GRID) == (17, 12)
    assert drawing.place == (-0.125, -0.25)
    drawing.move(-99, 99, *GRID)
    assert drawing.cell(*GRID) == (0, 19)
    assert drawing.cell(8, 4) == (0, 3)  # Where there are fewer cells it is in the same place.
    drawing.move(99, -99, *GRID)
    assert drawing.cell(*GRID) == (39, 0)
    assert drawing.place == (0.975, 0.95)


def test_a_point_takes_the_place_of_another_and_is_taken_away() -> None:
    drawing = DrawnData()
    drawing.put("1", *GRID)
    drawing.put("2", *GRID)
    assert drawing.counts == {"2": 1}
    drawing.move(1, 0, *GRID)
    assert not drawing.take(*GRID)
    drawing.put("1", *GRID)
    assert "Class 1 has one point." in drawing.lacks
    drawing.move(-1, 0, *GRID)
    assert drawing.take(*GRID)
    assert drawing.counts == {"1": 1}
    assert "points of one class" in drawing.lacks


@pytest.mark.parametrize("x", [-5.0, 0.999, 1.0, 7.0])
def test_every_place_has_a_cell(x: float) -> None:
    column, row = DrawnData().cell_of(x, -x, *GRID)
    assert 0 <= column < 40
    assert 0 <= row < 20


def test_what_is_drawn_is_learned_from_and_drawn_on(tmp_path: Path) -> None:
    drawing = DrawnData()
    for step in range(6):
        for name, right in (("1", -8), ("3", 8)):
            drawing.x, drawing.y = 0.5, 0.2 + step / 10
            drawing.move(right, 0, *GRID)
            drawing.put(name, *GRID)
    assert drawing.lacks == ""
    table = tmp_path / "drawn.csv"
    table.write_text(drawing.table())
    trainer = Trainer(replace(recipe(str(table)), hidden=(4,)))
    samples = trainer.samples
    assert (samples.inputs, samples.label, samples.classes, len(samples)) == (
        ("x", "y"),
        "class",
        ("1", "3"),
        12,
    )
    again = DrawnData.of(samples)
    assert sorted(again.points) == sorted(drawing.points)
    assert again.names == ("x", "y")
    for x, y, _ in again.points:
        assert again.bounds[0] < x < again.bounds[1]
        assert again.bounds[2] < y < again.bounds[3]


def test_only_what_could_be_drawn_is_drawn_on() -> None:
    assert DrawnData.of(moons(20)).counts == {"1": 10, "2": 10}  # Its classes have names.
    trainer = Trainer(recipe("iris"))
    assert DrawnData.of(trainer.samples).points == []
