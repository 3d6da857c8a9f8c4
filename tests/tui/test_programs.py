"""Programs that come and go: the action list, saving, quitting and coming back, help, modes and looks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from samples import always
from screens import (
    EXAMPLES,
    MakeApp,
    choose_action,
    last_rows,
    paste,
    screen_rows,
    screen_text,
    selected,
    until,
)
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input

from tui.app import PlaygroundApp
from tui.files import opened
from tui.playground.playground_commands import PLAYGROUND
from tui.state_file import StateKeeper
from tui.widgets.dialogs import Ask
from tui.widgets.themes import THEMES

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


async def answer(pilot: Pilot[None], text: str) -> None:
    """Type into the question on screen, instead of what is suggested."""
    await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
    await pilot.press("end", "ctrl+u")
    await paste(pilot, text)
    await pilot.press("enter")
    await pilot.pause()


def header(app: PlaygroundApp) -> list[str]:
    """The file, the ownership, and whether it is saved."""
    return screen_rows(app)[0].split("Lessons")[1].strip(" ]").split("  ")


# --- the action list ---


async def test_the_action_list_has_everything(make_app: MakeApp) -> None:
    """Every action that is listed, every example and every theme; all of them can be reached by typing."""
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        names = [entry.name for entry in app.listed()]
        listed = [action for action in (*PLAYGROUND, *app.TABLE) if action.listed]
        assert len(listed) > 20
        for action in listed:
            said = f"{action.label}: {action.does}".casefold()
            assert any(name.casefold().startswith(said) for name in names), said
        for text in EXAMPLES.values():
            assert f"Example: {text.splitlines()[0].removeprefix('# ')}" in names
        for theme in THEMES:
            assert f"Theme: {theme}" in names
        assert len(names) == len(set(names))


@pytest.mark.slow
async def test_an_action_is_found_by_other_words_too(make_app: MakeApp) -> None:
    """By what people type elsewhere, though the action does not say it."""
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await paste(pilot, "wq")
        await until(pilot, lambda: "Quit         leave; the program is kept" in screen_text(app))


@pytest.mark.slow
async def test_an_example_is_opened_by_keyboard(make_app: MakeApp) -> None:
    """It stands before its backward; the program before it can be brought back."""
    app = make_app("mine = 7\n", "mine.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("f2", "ctrl+p", "colon"):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, CommandPalette))
            await pilot.press("escape")
        await choose_action(pilot, "Example: two roads")
        await until(pilot, lambda: "shared.mc" in header(app))
        assert header(app) == ["shared.mc", "auto", "example"]
        assert app.focused is app.playground.graph
        assert "next: backward(z)" in last_rows(app)
        await choose_action(pilot, "Bring back mine.mc")
        await until(pilot, lambda: "mine = 7" in screen_text(app))
        assert header(app) == ["mine.mc", "auto", "not saved"]
        assert "mine.mc is back as you left it." in screen_text(app)


@pytest.mark.slow
async def test_actions_run_from_the_list(make_app: MakeApp) -> None:
    """With the same effect as their keys."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await choose_action(pilot, "next event of the view")
        await until(pilot, lambda: "event 4/9" in last_rows(app))
        await choose_action(pilot, "show the heap alone")
        await until(pilot, lambda: " Heap ─" in screen_rows(app)[1])
        assert "6 live" in screen_rows(app)[2]
        await pilot.press("escape")
        await until(pilot, lambda: " Program ─" in screen_rows(app)[1])


async def test_a_new_program(make_app: MakeApp) -> None:
    """Empty, with the cursor in it; the graph says what to do."""
    app = make_app("mine = 7\n", "mine.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await choose_action(pilot, "Start an empty program")
        await until(pilot, lambda: "untitled.mc" in header(app))
        assert app.focused is app.playground.editor
        await until(pilot, lambda: "No nodes yet. Type a = 2." in screen_text(app))
        await pilot.press("a", "backspace")
        await until(pilot, lambda: "Type a line, such as a = 2, or F2 for examples." in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "No nodes yet. Press e and type a = 2." in screen_text(app))
        assert "Press e and write a line" in screen_text(app)
        await pilot.press("e")
        assert app.keeper.state.recent[0].text == "mine = 7\n"
        await pilot.press(*"a=2")
        await until(pilot, lambda: "leaf     2" in screen_text(app))


# --- saving ---


async def test_save_asks_for_a_name_once(make_app: MakeApp, tmp_path: Path) -> None:
    """Then ctrl+s is enough; the header tells whether the file holds what is on screen."""
    app = make_app("a = 2", "mine.mc")
    async with app.run_test(size=(100, 24)) as pilot:
        assert header(app)[2] == "not saved"
        await pilot.press("e", "ctrl+s")
        await answer(pilot, str(tmp_path / "first.mc"))
        assert (tmp_path / "first.mc").read_text() == "a = 2\n"
        assert header(app) == ["first.mc", "auto", "saved"]
        await pilot.press("end", "3")
        await until(pilot, lambda: header(app)[2] == "not saved")
        await pilot.press("ctrl+s")
        assert (tmp_path / "first.mc").read_text() == "a = 23\n"
        assert header(app)[2] == "saved"


async def test_a_name_can_be_typed(make_app: MakeApp, tmp_path: Path) -> None:
    """The question has the cursor at once; what stood there is a suggestion."""
    app = make_app("a = 2\n", "mine.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await pilot.press(*"x.mc", "enter")
        await pilot.pause()
        assert [path.name for path in (tmp_path / "here").iterdir()] == ["x.mc"]


@pytest.mark.slow
async def test_an_existing_file_is_replaced_only_after_yes(make_app: MakeApp, tmp_path: Path) -> None:
    """Anything else keeps it."""
    file = tmp_path / "there.mc"
    file.write_text("precious = 1\n")
    app = make_app("a = 2\n", "mine.mc")
    async with app.run_test(size=(100, 24)) as pilot:
        for reply in ("", "y"):
            await choose_action(pilot, "Save the program under another name")
            await answer(pilot, str(file))
            assert "is there already. Type yes to replace it." in " ".join(
                screen_text(app).replace("│", "").split()
            )
            await answer(pilot, reply)
            assert file.read_text() == "precious = 1\n"
            assert header(app)[0] == "mine.mc"
        await choose_action(pilot, "Save the program under another name")
        await answer(pilot, str(file))
        await answer(pilot, "yes")
        assert file.read_text() == "a = 2\n"
        assert header(app) == ["there.mc", "auto", "saved"]
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


async def test_a_file_that_cannot_be_written(make_app: MakeApp, tmp_path: Path) -> None:
    """It says so, and stays to be changed: no directory, no user, too long, a directory."""
    app = make_app("a = 2\n", "mine.mc")
    async with app.run_test(size=(100, 24)) as pilot:
        for name in ("no/such/directory/a.mc", "~nobody-of-that-name/a.mc", "n" * 5000, "."):
            await pilot.press("ctrl+s")
            await answer(pilot, str(tmp_path / name))
            said = " ".join(screen_text(app).split())
            assert any(
                why in said for why in ("There is no folder", "cannot be written:", "is a directory.")
            ), name
            assert app.screen.query_one(Input).value == str(tmp_path / name)
            await pilot.press("escape")
            assert "a = 2" in screen_text(app)
            assert header(app) == ["mine.mc", "auto", "not saved"]


@pytest.mark.skipif(ROOT, reason="a directory that root cannot write in is hard to make")
async def test_a_directory_that_is_read_only(make_app: MakeApp, tmp_path: Path) -> None:
    """The same."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    app = make_app("a = 2\n", "mine.mc")
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("ctrl+s")
        await answer(pilot, str(locked / "a.mc"))
        assert "cannot be written: Permission denied." in screen_text(app)


async def test_a_link_stays_a_link(make_app: MakeApp, tmp_path: Path) -> None:
    """What is saved goes to the file that it names."""
    (tmp_path / "file.mc").write_text("a = 2\n")
    link = tmp_path / "link.mc"
    link.symlink_to(tmp_path / "file.mc")
    app = make_app("a = 3\n", "link.mc", path=str(link), saved="a = 2\n")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert link.is_symlink()
    assert (tmp_path / "file.mc").read_text() == "a = 3\n"


async def test_a_file_changed_by_another_program_is_replaced_only_after_yes(
    make_app: MakeApp, tmp_path: Path
) -> None:
    """ctrl+s does not write over what somebody else has written since."""
    file = tmp_path / "mine.mc"
    file.write_text("theirs = 1\n")
    app = make_app("a = 1\n", "mine.mc", path=str(file), saved="a = 1\n")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "was changed by another program" in " ".join(screen_text(app).split()))
        await pilot.press(*"no", "enter")
        await pilot.pause()
        assert file.read_text() == "theirs = 1\n"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "was changed by another program" in " ".join(screen_text(app).split()))
        await pilot.press(*"yes", "enter")
        await pilot.pause()
        assert file.read_text() == "a = 1\n"


@pytest.mark.slow
async def test_walking_keeps_the_current_line_in_sight(make_app: MakeApp) -> None:
    """In a program longer than the pane the marked line is scrolled to."""
    app = make_app("".join(f"a{i} = tanh({i})\n" for i in range(60)) + "backward(a59)\n", "long.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("less_than_sign")
        for _ in range(10):
            await pilot.press("n", "n", "n")
            marked = [row for row in screen_rows(app) if row.startswith("»")]
            assert len(marked) == 1
        assert "30 a29" in marked[0]


# --- quitting and coming back ---


@pytest.mark.parametrize("keys", always(1, [(("e", "ctrl+q"),), (("Q",),)]))
async def test_quitting_loses_nothing(make_app: MakeApp, tmp_path: Path, keys: tuple[str, ...]) -> None:
    """What was typed a moment ago is offered by the next launch."""
    app = make_app("", "untitled.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", *"a=2", "escape", *keys)
    assert not app.is_running
    keeper = StateKeeper(app.keeper.path)
    program, saying = opened(None, keeper)
    assert program.text == "a=2"
    again = PlaygroundApp(program, keeper, saying=saying)
    async with again.run_test(size=(80, 24)):
        assert "untitled.mc is as you left it." in screen_text(again)
        assert "leaf     2" in screen_text(again)


async def test_what_is_typed_is_kept_before_one_quits(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal that is closed takes nothing along."""
    monkeypatch.setattr("tui.keeping.KEEP_SECONDS", 0.001)
    app = make_app("", "untitled.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", *"a=2")
        await until(pilot, lambda: app.keeper.path.exists() and "a=2" in app.keeper.path.read_text())


@pytest.mark.slow
async def test_a_file_that_was_left_with_changes(make_app: MakeApp, tmp_path: Path) -> None:
    """Opened again, it is the file that is shown; the changes can be brought back."""
    file = tmp_path / "mine.mc"
    file.write_text("a = 2\n")
    keeper = StateKeeper(tmp_path / "state.toml")
    program, saying = opened(file, keeper)
    assert saying == ""
    app = PlaygroundApp(program, keeper, saying=saying)
    async with app.run_test(size=(80, 24)) as pilot:
        assert header(app) == ["mine.mc", "auto", "saved"]
        await pilot.press("e", "end", "5", "escape", "Q")
    assert file.read_text() == "a = 2\n"
    keeper = StateKeeper(tmp_path / "state.toml")
    program, saying = opened(file, keeper)
    app = PlaygroundApp(program, keeper, saying=saying)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "mine.mc had changes you did not save. : brings them back." in screen_text(app)
        assert header(app) == ["mine.mc", "auto", "saved"]
        await choose_action(pilot, "Bring back mine.mc")
        await until(pilot, lambda: "a = 25" in screen_text(app))
        assert header(app) == ["mine.mc", "auto", "not saved"]
        await pilot.press("ctrl+s")
        assert file.read_text() == "a = 25\n"


@pytest.mark.slow
async def test_a_saved_file_without_a_last_line_end_has_no_changes(make_app: MakeApp, tmp_path: Path) -> None:
    """The file got its line end when it was saved; that is not a change of the person's."""
    app = make_app("a = 2", "mine.mc")
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("ctrl+s")
        await answer(pilot, str(tmp_path / "mine.mc"))
        await pilot.press("Q")
    program, saying = opened(tmp_path / "mine.mc", StateKeeper(app.keeper.path))
    assert (program.text, saying.split(".")[1]) == ("a = 2\n", "mc is as you left it")


async def test_what_is_kept_and_cannot_be_read_is_set_aside(make_app: MakeApp, tmp_path: Path) -> None:
    """Under another name, and said so; the app starts as at its first launch."""
    state = tmp_path / "state.toml"
    state.write_bytes(b"\xff not [ toml")
    keeper = StateKeeper(state)
    program, saying = opened(None, keeper)
    app = PlaygroundApp(program, keeper, saying=saying)
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        await until(pilot, lambda: "cannot be read" in screen_text(app))
        assert "next: backward(o)" in last_rows(app)
        await pilot.press("Q")
    assert (tmp_path / "state.unreadable-1.toml").read_bytes() == b"\xff not [ toml"
    assert StateKeeper(state).state.current is not None


@pytest.mark.parametrize(
    "current", ["5", '{ text = 5, name = "a" }', '{ text = "a" }', '{ text = "a", name = 3 }', "[]"]
)
def test_what_is_kept_in_another_shape_is_set_aside(tmp_path: Path, current: str) -> None:
    """Somebody edited the file, or another version wrote it."""
    state = tmp_path / "state.toml"
    state.write_text(f"version = 1\ncurrent = {current}\n")
    keeper = StateKeeper(state)
    assert keeper.state.current is None
    assert "state.unreadable-1.toml" in keeper.problem


# --- find ---


async def test_find(make_app: MakeApp) -> None:
    """A name, an expression, the next of several, and what is not there, with a suggestion."""
    app = make_app("weight = 2\nx = 3\ny = weight*x\nz = y*x\n", "mine.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash")
        await pilot.press(*"weight", "enter")
        await pilot.pause()
        assert "Inspector: weight" in screen_text(app)
        await pilot.press("slash")
        await answer(pilot, "wieght")
        assert "No node named 'wieght'. Did you mean weight?" in screen_text(app)
        await pilot.press("slash")
        await answer(pilot, "zzz[/]")
        assert "No node named 'zzz[/]'." in screen_text(app)
        await pilot.press("slash", "escape")
        assert app.focused is app.playground.graph
        assert "Inspector: weight" in screen_text(app)


async def test_the_same_text_is_found_again_in_each_of_its_nodes(make_app: MakeApp) -> None:
    """Though where one has come to would have them in another order."""
    app = make_app("a = 1\nw1 = 2\nw2 = 3\nw3 = 4\ny = a*w2\n", "mine.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        session = app.desks.own.session
        session.select(session.snapshot.names["y"])
        found = []
        for text in ("w", "", "", ""):
            await pilot.press("slash", *text, "enter")
            await pilot.pause()
            found.append(selected(app))
        assert found == ["w2", "w1", "w3", "w2"]
