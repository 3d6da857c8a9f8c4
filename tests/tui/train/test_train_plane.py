"""The plane of training: drawn on, with axes, looked at anywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from screens import MakeApp, screen_rows, screen_text, until
from training import boundary_of, choose, open_train, train_of, type_value

from microcrad.train.configuration import recipe
from tui.train.drawing_pane import DrawingPane
from tui.train.plane import Plane
from tui.train.setup import Setup
from tui.widgets.dialogs import Ask

pytestmark = pytest.mark.usefixtures("as_fast_as_it_can")


async def test_data_is_drawn_saved_and_learned_from(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        training = await open_train(pilot)
        await pilot.press("m", "m")
        await until(pilot, lambda: isinstance(app.focused, DrawingPane))
        assert "1 to 9 put a point of a class, backspace takes it away" in screen_text(app)
        await pilot.press("1", "right", "1", "enter")
        await until(pilot, lambda: "There are points of one class." in screen_text(app))
        await pilot.press("shift+down", "2", "left", "2", "left", "3", "backspace")
        assert "(1: 2, 2: 2)" in train_of(app).query_one(DrawingPane).title
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        await until(pilot, lambda: training.trainer.samples.name == "drawn.csv")
        assert (training.trainer.samples.classes, training.trainer.sizes) == (("1", "2"), (2, 16, 2))
        await until(pilot, lambda: app.focused is boundary_of(app))
        await pilot.press("d")
        await until(pilot, lambda: "One colour a class." in screen_text(app))
        view = boundary_of(app).view
        assert isinstance(view, Plane)
        assert (view.field.confidence == 1.0).all()
        await pilot.press("m", "m")
        assert len(train_of(app).query_one(DrawingPane).drawing.points) == 4
        await pilot.press("d", "1", "tab", "1")  # Digits are the pane's, and then the modes' again.
        await until(pilot, lambda: "[1 Playground]" in screen_text(app))
        assert len(train_of(app).query_one(DrawingPane).drawing.points) == 5


async def test_data_that_is_chosen_takes_the_place_of_a_drawing(make_app: MakeApp) -> None:
    """And a setting of the same data does not."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        training = await open_train(pilot)
        await pilot.press("m", "m", "1")
        drawing = train_of(app).query_one(DrawingPane)
        await pilot.press("shift+tab")
        await choose(pilot, "points")
        await type_value(pilot, "12")
        await until(pilot, lambda: training.configuration.points == 12)
        assert drawing.region.area
        await choose(pilot, "data")
        await type_value(pilot, "circles")
        await until(pilot, lambda: training.configuration.data == "circles" and not drawing.region.area)
        assert boundary_of(app).region.area
        assert drawing.drawing.points


async def test_the_plane_has_axes_and_is_looked_at_anywhere(make_app: MakeApp, tmp_path: Path) -> None:
    """Ticks in the data's units and names; a goes to any place, x chooses the points, where there is room."""
    table = tmp_path / "fruit.csv"
    table.write_text(
        "weight,width,kind\n" + "".join(f"{100 + 3 * i},{5 + i / 7},{'ab'[i % 2]}\n" for i in range(20))
    )
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        assert training.configure(replace(recipe(str(table)), loss="softmax"))
        train_of(app).showing.done()
        await pilot.press("tab", "a")
        await pilot.pause()
        rows = screen_rows(app)
        setup = train_of(app).query_one(Setup)
        looks = {cell.text: cell.style for y in range(setup.size.height) for cell in setup.render_line(y)}
        for sign, ground in (("○ ", "minus"), ("● ", "plus")):  # Each class has its region's ground.
            assert looks[sign] == setup.look() + setup.look(ground) + setup.look("point")
        axis = next(row for row in rows if "│weight" in row)
        assert axis.split("│")[1].split() == ["weight", "100", "120", "140", "160"]
        assert any("│width │" in row for row in rows)
        assert sum("6┤" in row for row in rows) == 1
        view = boundary_of(app).view
        assert isinstance(view, Plane)
        assert view.probe is not None
        before = view.probe
        await pilot.press("right", "down")
        await pilot.pause()
        view = boundary_of(app).view
        assert isinstance(view, Plane)
        assert view.probe == (before[0] + 1, before[1] + 1)
        assert "Said: " in screen_text(app)
        await pilot.press("o")
        await pilot.pause()
        assert "No sample is marked: a, in the boundary, goes back to samples." in screen_text(app)
        await pilot.press("a", "x", "x")
        await pilot.pause()
        view = boundary_of(app).view
        assert isinstance(view, Plane)
        assert (view.probe, view.points.tested.tolist()) == (None, [True] * 4)
        assert "Shown: the points of the test set." in screen_text(app)
        await pilot.press("right")
        await pilot.pause()
        assert "test sample" in screen_text(app)
        await pilot.press("S", "S", "tab", "e")
        await pilot.pause()
        assert any("epoch 0" in row for row in screen_rows(app))
        assert training.step == 2
        assert any("│ train " in row and "test " in row and "%" in row for row in screen_rows(app))
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "weight 93..160  width 4.7..8" in screen_text(app)
        assert any("│ train " in row and "%  test " in row for row in screen_rows(app))
        assert any("│ loss " in row and "epoch 2" in row for row in screen_rows(app))
        assert any("│ rate " in row for row in screen_rows(app))
        assert training.set("data", "sine")
        train_of(app).showing.done()
        await pilot.pause()
        assert any("●  on the curve" in row for row in screen_rows(app))
