"""A table is shown before it is learned from, and can be read otherwise there; esc leaves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from screens import MakeApp, screen_text, until
from textual.widgets import OptionList
from training import choose, open_train, training_of, type_value

from tui.train.table_dialog import TableDialog

PEOPLE = "name,sex,age,lived\n" + "".join(
    f"n{i},{'fm'[i % 2]},{20 + i},{int(i % 3 == 0)}\n" for i in range(30)
)


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    return file


async def test_what_a_table_lacks_is_set_right_where_it_is_said(make_app: MakeApp, people: Path) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_train(pilot)
        await choose(pilot, "data")
        await type_value(pilot, "people.csv")
        assert "set drop to name to leave it out" in " ".join(screen_text(app).split())
        await pilot.press("home", "enter")  # Nothing can be learned yet.
        assert isinstance(app.screen, TableDialog)
        await pilot.press("escape")
        people.write_bytes(people.read_bytes().replace(b"name", b"n\xe4me"))
        await type_value(pilot, "people.csv")  # What mends it is marked.
        await pilot.press("right", "right", "right")
        await until(pilot, lambda: "encoding    latin-1" in screen_text(app))
        assert "set drop to n\u00e4me" in " ".join(screen_text(app).split())
        await pilot.press("escape")
        people.write_text(PEOPLE, encoding="utf-8")
        await type_value(pilot, "people.csv")
        await pilot.press("enter", *"name", "enter")
        await until(pilot, lambda: "30 samples, 3 inputs" in screen_text(app))
        assert "2 inputs, one a word" in screen_text(app)
        await pilot.press("up", "right")  # The kind of the label, from auto to classes.
        await until(pilot, lambda: "classes" in screen_text(app).partition("kind")[2][:20])
        await pilot.press("home", "enter")
        await until(pilot, lambda: training_of(app).configuration.data == "people.csv")
        at = training_of(app).configuration
        assert (at.drop, at.kind) == (("name",), "classes")
        assert training_of(app).trainer.sizes[0] == 3
        assert "starts anew" in screen_text(app)
        assert "the network says" in screen_text(app)
        assert "m turns" in screen_text(app)


@pytest.mark.slow
async def test_enter_learns_where_there_is_nothing_to_mend(make_app: MakeApp, people: Path) -> None:
    """Though what is told of the table names settings that it could be read by otherwise."""
    rows = (row.partition(",")[2] for row in PEOPLE.splitlines())
    people.write_text("\n".join(rows), encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_train(pilot)
        await choose(pilot, "data")
        await type_value(pilot, "people.csv")
        await until(pilot, lambda: "set header to no" in " ".join(screen_text(app).split()))
        chosen, told = app.screen.query_one(OptionList).highlighted, app.screen.query_one("#table-told")
        await pilot.press("pagedown")
        assert told.scroll_y > 0
        await pilot.press("pageup")
        assert (told.scroll_y, app.screen.query_one(OptionList).highlighted) == (0, chosen)
        await pilot.press("enter")
        await until(pilot, lambda: training_of(app).configuration.data == "people.csv")


@pytest.mark.slow
async def test_esc_learns_from_nothing(make_app: MakeApp, people: Path) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        await pilot.press("s")
        await choose(pilot, "data")
        await type_value(pilot, "people.csv")
        await pilot.press("escape")
        assert "Nothing is learned from people.csv; training stands where it stood." in screen_text(app)
        assert (training.configuration.data, training.step) == ("moons", 1)
