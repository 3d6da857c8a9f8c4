"""From training to a sample's graph and back: no program is lost, and training stands where it stood."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import always
from screens import EXAMPLES, MakeApp, last_rows, paste, screen_rows, screen_text, until
from textual.pilot import Pilot
from training import boundary_of, choose, open_train, setup_of, train_of, training_of, type_value

from microcrad.files.state_place import networks_folder
from microcrad.run.result import run_program
from tui.app import PlaygroundApp
from tui.state_file import Kept, StateKeeper
from tui.widgets.dialogs import Ask

MINE = "a = 2\nb = a*a\nbackward(b)\n"


async def open_sample(pilot: Pilot[None], key: str = "o") -> None:
    """Take a few steps and open the marked sample."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    await open_train(pilot)
    await pilot.press("s", "s", "s", key)
    await until(
        pilot, lambda: app.stage.mode == "playground" and "backward(loss)" in app.playground.editor.text
    )


@pytest.mark.slow
@pytest.mark.parametrize("back", always(1, ["escape", "2", "click"]))
async def test_there_and_back_leaves_the_program_as_it_was(make_app: MakeApp, back: str) -> None:
    """Its text, its place in time, its name, and that it is saved."""
    app = make_app(MINE, "mine.mc", saved=MINE)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "n")
        place, header, status = app.desks.own.session.position, screen_rows(app)[0], last_rows(app)
        await open_sample(pilot)
        assert screen_rows(app)[0].rstrip().endswith("moons-sample-0.mc  auto  esc goes back")
        assert "# moons, sample 0" in app.playground.editor.text
        assert "next: backward(loss)" in last_rows(app)
        await pilot.press("n", "n", "n", "d")  # What goes on in front of the playground stays behind in it.
        await until(pilot, lambda: getattr(app.focused, "id", "") == "diagram")
        if back == "click":
            await pilot.click(offset=(28, 0))
        else:
            await pilot.press(back)
        await pilot.pause()
        assert app.stage.mode == "train"
        assert "paused at step   3 of 100" in last_rows(app)
        assert app.focused is setup_of(app)
        await pilot.press("1")
        await pilot.pause()
        assert app.playground.editor.text == app.desks.own.session.text == MINE
        assert app.desks.own.session.position == place
        assert screen_rows(app)[0].replace("[1 Playground]", "") == header.replace("[1 Playground]", "")
        assert last_rows(app) == status
        assert app.desks.own.saved


@pytest.mark.slow
async def test_a_sample_is_never_kept_in_the_place_of_the_program(make_app: MakeApp, tmp_path: Path) -> None:
    """Leaving from there keeps what is the person's; what was typed there can be brought back."""
    app = make_app(MINE, "mine.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_sample(pilot)
        await pilot.press("e", "end")
        await paste(pilot, "\nmore = loss*2\n")
        assert "more" in app.playground.session.text
        await pilot.press("ctrl+q")
    state = StateKeeper(app.keeper.path).state
    assert state.current is not None
    assert (state.current.text, state.current.name) == (MINE, "mine.mc")
    assert [kept.name for kept in state.recent] == ["moons-sample-0.mc"]
    assert "more = loss*2" in state.recent[0].text


@pytest.mark.slow
async def test_what_is_typed_in_a_sample_is_kept_before_one_leaves_it(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill takes no more of it than of one's own program; only its newest stage is listed."""
    monkeypatch.setattr("tui.keeping.KEEP_SECONDS", 0.001)
    app = make_app(MINE, "mine.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_sample(pilot)
        await pilot.press("e", "end")
        for line in ("first = loss*2", "second = loss*3"):
            await paste(pilot, f"\n{line}\n")
            await until(pilot, lambda line=line: line in app.keeper.path.read_text())
        state = StateKeeper(app.keeper.path).state
        assert [("first" in kept.text, "second" in kept.text) for kept in state.recent] == [(True, True)]
        assert state.current is not None
        assert state.current.text == MINE
        await pilot.press("escape", "escape")  # Out of the field, and out of the sample.
        await until(pilot, lambda: not app.desks.visiting)
        assert len(app.keeper.left) == 1


@pytest.mark.slow
async def test_an_unchanged_sample_leaves_nothing_behind(make_app: MakeApp) -> None:
    app = make_app(MINE, "mine.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_sample(pilot)
        await pilot.press("escape", "o")
        await pilot.pause()
        await pilot.press("escape", "1")
        await pilot.pause()
        assert app.stage.mode == "playground"
        assert app.playground.editor.text == MINE
        assert app.keeper.state.recent == ()


@pytest.mark.slow
async def test_opening_an_example_from_a_sample_sets_the_own_program_aside(make_app: MakeApp) -> None:
    """Not the sample's."""
    app = make_app(MINE, "mine.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_sample(pilot)
        app.programs.bring_back(Kept(EXAMPLES["neuron"], "neuron.mc"))
        await pilot.pause()
        assert app.playground.editor.text == app.desks.own.session.text == EXAMPLES["neuron"]
        assert [kept.text for kept in app.keeper.state.recent] == [MINE]
        assert "esc goes back" not in screen_rows(app)[0]


@pytest.mark.slow
async def test_a_sample_is_saved_as_a_file_of_its_own(make_app: MakeApp) -> None:
    """ctrl+s asks for a name, and the person's program keeps its file."""
    Path("mine.mc").write_text(MINE, encoding="utf-8")
    app = make_app(MINE, "mine.mc", path=str(Path("mine.mc").absolute()), saved=MINE)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_sample(pilot)
        await pilot.press("ctrl+s", "enter")
        await pilot.pause()
        saved = Path("moons-sample-0.mc").read_text(encoding="utf-8")
        assert "backward(loss)" in saved
        (network,) = Path().glob("moons-2-16-16-1-*.json")
        assert f"and {network} beside it." in screen_text(app)
        for kept in networks_folder().iterdir():
            kept.unlink()
        await pilot.press("e", "end")
        await paste(pilot, "\nmore = loss*2\n")  # It is read again, from where it is now.
        await until(pilot, lambda: "more" in app.playground.session.snapshot.names)
        assert run_program(saved, folder=str(network.absolute().parent)).errors == ()
        await pilot.press("escape", "1")
        await pilot.pause()
        assert Path("mine.mc").read_text(encoding="utf-8") == MINE
        assert app.desks.own.program.path.endswith("mine.mc")
        assert not app.desks.own.program.path.endswith("moons-sample-0.mc")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "moves", "name"),
    [
        pytest.param("moons", ["right", "up"], "moons-sample-", marks=pytest.mark.slow),
        pytest.param("sine", ["right", "right"], "sine-sample-", marks=pytest.mark.slow),
        pytest.param("iris", ["down", "right"], "iris-test-sample-", marks=pytest.mark.slow),
        ("digits", ["right", "down"], "digits-test-sample-"),
    ],
)
async def test_what_is_marked_is_what_is_opened(
    make_app: MakeApp, data: str, moves: list[str], name: str
) -> None:
    """For each kind of data: arrows mark, the sentence says which, enter opens that one."""
    app = make_app(MINE, "mine.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        await choose(pilot, "data")
        await type_value(pilot, data)
        await pilot.press("s", "tab", *moves)
        await pilot.pause()
        marked = train_of(app).showing.outlook.marked
        assert marked is not None
        place, tested = marked
        assert place != 0 or data == "iris"
        part = "test sample" if tested else "sample"
        assert f"{part} {place}: " in " ".join(screen_text(app).split())
        await pilot.press("enter")
        await until(pilot, lambda: app.stage.mode == "playground")
        await until(pilot, lambda: f"{name}{place}.mc" in screen_rows(app)[0])
        assert f"# {training.configuration.data}" in app.playground.editor.text
        assert f"{part} {place} (" in app.playground.editor.text.splitlines()[0]
        assert not app.playground.session.errors
        await pilot.press("escape")
        await pilot.pause()
        assert train_of(app).showing.outlook.marked == marked
        assert app.focused is boundary_of(app)


@pytest.mark.slow
async def test_a_sample_of_a_file_has_the_files_name_and_not_its_path(
    make_app: MakeApp, tmp_path: Path
) -> None:
    """So does the header, and the curve that is kept."""
    flowers = tmp_path / "far" / "away" / "flowers.csv"
    flowers.parent.mkdir(parents=True)
    flowers.write_text("a,b,kind\n" + "1,2,red\n3,5,blue\n" * 8, encoding="utf-8")
    app = make_app(MINE, "mine.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        await choose(pilot, "data")
        await type_value(pilot, str(flowers))
        await pilot.press("enter")  # What becomes of the table is right.
        assert training.configuration.data == str(flowers)
        assert screen_rows(app)[0].split("3 Lessons")[1].split()[0] == "flowers.csv"
        await pilot.press("s", "c", "o")
        await until(pilot, lambda: app.stage.mode == "playground")
        assert [run.name.startswith("flowers.csv ") for run in training.runs] == [True]
        assert app.desks.visiting
        assert app.desks.top.program.name.startswith("flowers-")
        assert app.desks.top.program.name in screen_rows(app)[0]
        app.programs.save_as()
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        await until(pilot, lambda: list(Path.cwd().glob("flowers-*sample-*.mc")))


@pytest.mark.slow
async def test_the_mouse_marks_and_then_opens(make_app: MakeApp) -> None:
    app = make_app(MINE, "mine.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_train(pilot)
        boundary = boundary_of(app)
        before = boundary.marked
        await pilot.click(boundary, offset=(3, 2))
        await pilot.pause()
        assert boundary.marked != before
        assert app.stage.mode == "train"
        await pilot.click(boundary, offset=(3, 2))
        await until(pilot, lambda: app.stage.mode == "playground")
        assert f"moons-sample-{boundary.marked}.mc" in screen_rows(app)[0]


@pytest.mark.slow
async def test_opening_while_it_runs_pauses_first(make_app: MakeApp) -> None:
    app = make_app(MINE, "mine.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        await choose(pilot, "steps")
        await type_value(pilot, "90000")
        await pilot.press("space")
        await until(pilot, lambda: training.step > 2)
        await pilot.press("o")
        await until(pilot, lambda: app.stage.mode == "playground")
        assert not training.running
        assert f"after step {training.step}" in app.playground.editor.text


# --- between launches ---


@pytest.mark.slow
async def test_settings_are_kept_and_a_fault_is_not(make_app: MakeApp) -> None:
    app = make_app(MINE, "mine.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_train(pilot)
        await type_value(pilot, "spirals")
        await choose(pilot, "hidden")
        await type_value(pilot, "5 5")
        training_of(app).switch_fault("stale")
        await pilot.press("ctrl+q")
    again = make_app(MINE, "mine.mc")
    async with again.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        at = training.configuration
        assert (at.data, at.hidden, at.fault) == ("spirals", (5, 5), None)
        await pilot.press("ctrl+q")
    third = make_app(MINE, "mine.mc")
    async with third.run_test(size=(100, 30)) as pilot:  # Without a look at training it is still kept.
        await pilot.press("ctrl+q")
    assert third.keeper.state.training == {"data": "spirals", "hidden": "5 5"}


@pytest.mark.parametrize(
    "kept",
    always(
        1, [{"data": "moons", "hidden": "lots"}, {"data": "gone.csv"}, {"data": "moons", "colour": "red"}]
    ),
)
async def test_kept_settings_that_say_nothing_usable_are_passed_over(
    make_app: MakeApp, kept: dict[str, str]
) -> None:
    app = make_app(MINE, "mine.mc")
    app.keeper.keep(Kept(MINE, "mine.mc"), kept)
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        await until(pilot, lambda: "The settings of last time cannot be used" in screen_text(app))
        assert training.configuration.data == "moons"
        await pilot.press("s")
        assert training.step == 1
