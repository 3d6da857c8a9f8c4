"""Data that takes long to read: the screen answers meanwhile, esc leaves it, and what runs stays."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from samples import always
from screens import MakeApp, last_rows, screen_rows, screen_text, until
from training import choose, open_train, train_of, training_of, type_value

from microcrad.data.csv_file import reading_csv
from microcrad.data.dataset import DataSet
from microcrad.data.table_options import TableOptions
from microcrad.train import source
from tui.state_file import Kept
from tui.train.table_dialog import TableDialog
from tui.widgets.line_field import LineField

MINE = "a = 1\n"


class SlowDisk:
    """Files that are read to their half, and on once the test says so."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.left = False
        """Whether the reading was given up."""
        self.threads: set[int] = set()

    def __call__(self, path: str, options: TableOptions) -> Generator[float, None, DataSet]:
        try:
            while not self.goes_on.wait(0.001):
                self.threads.add(threading.get_ident())
                yield 0.5
        except GeneratorExit:
            self.left = True
            raise
        return (yield from reading_csv(path, options))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> SlowDisk:
    slow = SlowDisk()
    monkeypatch.setattr(source, "reading_csv", slow)
    return slow


@pytest.fixture
def flowers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "flowers.csv"
    (tmp_path / "flow.mc").write_text("a = 1", encoding="utf-8")  # Tables are offered before programs.
    file.write_text("a,b,kind\n" + "1,2,red\n3,5,blue\n" * 8, encoding="utf-8")
    return file


async def test_the_run_goes_on_while_data_is_read_and_starts_anew_with_it(
    make_app: MakeApp, disk: SlowDisk, flowers: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        training.set("steps", "1000000")  # The run lasts longer than the test.
        await choose(pilot, "data")
        await pilot.press("enter")
        await pilot.press("home", "shift+end", *"fl")
        field = app.screen.query_one("#answer", LineField)
        await until(pilot, lambda: field._suggestion == "flowers.csv")
        await pilot.press("right")
        train_of(app).going.run()  # From here, as each key takes far longer while it runs.
        await pilot.press("enter")
        await until(pilot, lambda: "reading flowers.csv: 50%   esc stops" in last_rows(app))
        step = training.step
        await until(pilot, lambda: training.step > step)
        assert threading.get_ident() not in disk.threads
        disk.goes_on.set()
        await until(pilot, lambda: isinstance(app.screen, TableDialog))
        await pilot.press("enter")
        await until(pilot, lambda: training.configuration.data == "flowers.csv")
        assert "starts anew" in screen_text(app)
        assert "reading" not in last_rows(app)
        assert app.stage.training_settings["data"] == str(flowers)


@pytest.mark.slow
async def test_esc_leaves_the_reading_and_the_network_as_it_was(
    make_app: MakeApp, disk: SlowDisk, flowers: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        await pilot.press("s")
        await choose(pilot, "data")
        await type_value(pilot, "flowers.csv", wait=False)
        await until(pilot, lambda: "reading flowers.csv" in last_rows(app))
        await pilot.press("escape")
        await until(pilot, lambda: disk.left)
        assert "Stopped. Training stands where it stood." in screen_text(app)
        assert "reading" not in last_rows(app)
        assert (training.configuration.data, training.step) == ("moons", 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "why"),
    always(1, [("a,b\n1,x\n2\n", "flowers.csv, line 3"), ("", "flowers.csv is empty")]),
)
async def test_what_cannot_be_read_is_named_and_the_network_stays(
    make_app: MakeApp, flowers: Path, content: str, why: str
) -> None:
    flowers.write_text(content)
    app = make_app()
    async with app.run_test(size=(160, 30)) as pilot:
        training = await open_train(pilot)
        await pilot.press("s")
        await choose(pilot, "data")
        await type_value(pilot, "flowers.csv")
        assert why in screen_text(app)
        await pilot.press("escape")
        assert "Nothing is learned from flowers.csv" in screen_text(app)
        assert (training.configuration.data, training.step) == ("moons", 1)


@pytest.mark.slow
async def test_the_mode_opens_before_the_data_of_last_time_is_read(
    make_app: MakeApp, disk: SlowDisk, flowers: Path
) -> None:
    """What is kept for next time stays meanwhile."""
    kept = {"data": str(flowers), "hidden": "5"}
    app = make_app(MINE, "mine.mc")
    app.keeper.keep(Kept(MINE, "mine.mc"), kept)
    async with app.run_test(size=(100, 30)) as pilot:
        assert (await open_train(pilot)).configuration.data == "moons"
        await until(pilot, lambda: "reading flowers.csv" in last_rows(app))
        assert app.stage.training_settings == kept
        disk.goes_on.set()
        await until(pilot, lambda: training_of(app).configuration.data == str(flowers))
        assert app.stage.training_settings == kept
        await until(pilot, lambda: "flowers.csv" in screen_rows(app)[0])
        assert "Nothing was changed" not in screen_text(app)
        assert train_of(app).showing.own is training_of(app)
