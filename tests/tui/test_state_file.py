"""What is remembered between launches, while several copies of the app write it."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from samples import always
from screens import EXAMPLES, MakeApp, screen_text, until

from microcrad.files import kept as keep
from microcrad.files.kept import claimed
from microcrad.files.state_place import state_file
from tui.files import opened, unchanged_outside, write_program
from tui.playground.inspector import Inspector
from tui.state_file import MAX_RECENT, Kept, StateKeeper

WRITER = """
import sys
from pathlib import Path
from tui.state_file import StateKeeper, Kept
name = sys.argv[2]
sys.stdin.read()  # Until all are there.
keeper = StateKeeper(Path(sys.argv[1]))
for i in range(4):
    keeper.set_aside(Kept(f"{name} = {i}", f"{name}-{i}.mc"))
    assert not keeper.problem, keeper.problem
"""


def everything(path: Path) -> set[str]:
    """Every text that the file holds."""
    keeper = StateKeeper(path)
    state = keeper.state
    assert not keeper.problem
    return {kept.text for kept in (state.current, *state.elsewhere.values(), *state.recent) if kept}


def test_processes_that_set_aside_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    copies = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], stdin=subprocess.PIPE)
        for name in ("one", "two")
    ]
    for copy in copies:
        assert copy.stdin is not None
        copy.stdin.close()
    assert [copy.wait(120) for copy in copies] == [0, 0]
    kept = StateKeeper(path).state.recent
    assert {each.name for each in kept} == {f"{name}-{i}.mc" for name in ("one", "two") for i in range(4)}
    assert len(kept) == MAX_RECENT


def test_the_file_is_read_and_written_under_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever else wants to change it waits meanwhile."""
    path = tmp_path / "state.toml"
    keeper = StateKeeper(path)
    others_wait: list[bool] = []

    def watch(name: str) -> None:
        true = getattr(keep, name)

        def watched(*args: Any, **extra: Any) -> Any:
            others_wait.append(claimed(path.with_suffix(".lock")) is None)
            return true(*args, **extra)

        monkeypatch.setattr(keep, name, watched)

    watch("read_text")
    watch("replace_file")
    keeper.set_aside(Kept("a = 1", "a.mc"))
    assert others_wait == [True, True]


def test_each_change_leaves_what_others_changed(tmp_path: Path) -> None:
    """The theme, the settings of training, the programs set aside."""
    path = tmp_path / "state.toml"
    one, two = StateKeeper(path), StateKeeper(path)
    assert (one.copy, two.copy) == ("1", "2")
    one.set_theme("microcrad-light")
    two.set_aside(Kept("b = 2", "b.mc"))
    one.keep(Kept("a = 1", "a.mc"), {"data": "spirals"})
    two.keep(Kept("c = 3", "c.mc"), two.state.training)
    state = StateKeeper(path).state
    assert (state.theme, state.training) == ("microcrad-light", {"data": "spirals"})
    assert [kept.text for kept in state.recent] == ["b = 2"]
    assert two.state == state


def test_a_program_that_another_copy_has_open_gives_way_and_is_listed_once(tmp_path: Path) -> None:
    """Only as it is now, however often the two take turns; and back in place once it is written again."""
    path = tmp_path / "state.toml"
    one, two = StateKeeper(path), StateKeeper(path)
    for turn in range(20):
        one.keep(Kept(f"one = {turn}", "one.mc"), {})
        two.keep(Kept(f"two = {turn}", "two.mc"), {})
    assert [kept.text for kept in two.left] == ["one = 19"]
    assert one.refresh().current == Kept("two = 19", "two.mc")
    one.keep(Kept("one = 20", "one.mc"), {})
    assert [kept.text for kept in one.left] == ["two = 19"]
    assert everything(path) == {"one = 20", "two = 19"}


def test_what_was_left_is_gone_on_with_and_not_set_aside(tmp_path: Path) -> None:
    """Launch after launch, after a kill as well: the list does not fill with stages of one program."""
    path = tmp_path / "state.toml"
    for launch in range(5):
        keeper = StateKeeper(path)
        assert keeper.state.current == (Kept(f"a = {launch - 1}", "a.mc") if launch else None)
        keeper.keep(Kept(f"a = {launch}", "a.mc"), {})
        assert keeper.left == ()
        del keeper  # Nothing is done on leaving: a kill is the same.


def test_a_copy_that_starts_beside_another_takes_nothing_from_it(tmp_path: Path) -> None:
    """It opens on the same program; what it makes of that is its own."""
    path = tmp_path / "state.toml"
    one = StateKeeper(path)
    one.keep(Kept("a = 1", "a.mc"), {})
    two = StateKeeper(path)
    assert two.state.current == Kept("a = 1", "a.mc")
    two.keep(Kept("a = 1000", "a.mc"), {})
    del one
    assert everything(path) == {"a = 1", "a = 1000"}


def test_of_the_programs_set_aside_the_eight_newest_are_kept(tmp_path: Path) -> None:
    """The newest first, in the file as well; one that comes again moves to the top."""
    keeper = StateKeeper(tmp_path / "state.toml")
    for number in range(12):
        keeper.set_aside(Kept(f"a = {number}", "a.mc"))
    keeper.set_aside(Kept("a = 7", "a.mc"))
    for state in (keeper.state, StateKeeper(tmp_path / "state.toml").state):
        assert [kept.text for kept in state.recent] == [f"a = {n}" for n in (7, 11, 10, 9, 8, 6, 5, 4)]
    keeper.set_aside(Kept(" \n", "empty.mc"))
    assert len(keeper.state.recent) == MAX_RECENT
    assert keeper.state.recent[0].text == "a = 7", "nothing is nothing to bring back"


def test_of_the_files_the_eight_newest_are_kept(tmp_path: Path) -> None:
    """One that is opened again moves to the top."""
    keeper = StateKeeper(tmp_path / "state.toml")
    for number in (*range(12), 7):
        keeper.add_file(f"/tmp/{number}.mc")
    for state in (keeper.state, StateKeeper(tmp_path / "state.toml").state):
        assert state.files == tuple(f"/tmp/{n}.mc" for n in (7, 11, 10, 9, 8, 6, 5, 4))


@pytest.mark.parametrize(
    "kept",
    [
        Kept(EXAMPLES["shared"], "shared.mc"),
        Kept("a = 2\n", "a.mc", "/tmp/a.mc", "a = 2\n"),
        Kept(" \n", "b.mc"),
    ],
)
def test_what_stands_elsewhere_or_is_nothing_is_not_listed(tmp_path: Path, kept: Kept) -> None:
    """An example, a saved file, an empty program."""
    one, two = StateKeeper(tmp_path / "state.toml"), StateKeeper(tmp_path / "state.toml")
    one.keep(kept, {})
    two.keep(Kept("b = 1", "b.mc"), {})
    assert two.left == ()


@pytest.mark.parametrize("seed", always(2, range(20)))
def test_copies_that_come_and_go_at_random(tmp_path: Path, seed: int) -> None:
    """The file always holds what each copy wrote last, until the one that goes on with it writes."""
    chance, path = random.Random(seed), tmp_path / "state.toml"
    running: list[StateKeeper] = []
    shown: dict[str, Kept | None] = {}
    """What each copy that runs shows, by its number."""
    wrote: dict[str, Kept] = {}
    """What it wrote last, if anything."""
    left: list[Kept] = []
    for count in range(150):
        move = chance.choice(["launch", "end", "keep", "keep", "keep", "set aside", "refresh"])
        if move == "launch" and len(running) < 3:
            running.append(StateKeeper(path))
            shown[running[-1].copy] = running[-1].state.current
        elif running:
            keeper = running.pop(chance.randrange(len(running)))
            if move == "end":
                left += [wrote.pop(keeper.copy)] if keeper.copy in wrote else []
                del keeper
            elif move == "keep":
                running.append(keeper)
                left = [kept for kept in left if kept != shown[keeper.copy]]
                shown[keeper.copy] = wrote[keeper.copy] = Kept(f"x = {count}", "x.mc")
                keeper.keep(wrote[keeper.copy], {})
            else:
                running.append(keeper)
                keeper.set_aside(Kept("y = 1", "y.mc")) if move == "set aside" else keeper.refresh()
        assert_held(path, [*wrote.values(), *left[-3:]])


def assert_held(path: Path, programs: list[Kept]) -> None:
    """The file holds these programs."""
    assert {kept.text for kept in programs} <= everything(path)


def test_a_file_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    path.write_text("version = 2\nnew = true\n")
    keeper = StateKeeper(path)
    assert "newer microcrad" in keeper.problem
    keeper.keep(Kept("a = 1", "a.mc"), {})
    assert "newer microcrad" in keeper.problem
    assert path.read_text() == "version = 2\nnew = true\n"


def test_what_cannot_be_kept_is_said_and_kept_as_soon_as_it_can(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file stands where the folder should")
    path = tmp_path / "folder" / "state.toml"
    keeper = StateKeeper(path)
    keeper.set_aside(Kept("a = 1", "a.mc"))
    assert "cannot be kept for next time" in keeper.problem
    (tmp_path / "folder").unlink()
    StateKeeper(path).set_aside(Kept("b = 2", "b.mc"))
    keeper.set_aside(Kept("c = 3", "c.mc"))
    assert keeper.problem == ""
    assert everything(path) == {"a = 1", "b = 2", "c = 3"}


async def test_a_program_that_cannot_be_kept_is_not_left_without_a_word(
    make_app: MakeApp, tmp_path: Path
) -> None:
    """The app asks, stays if one likes, and leaves when it is asked once more."""
    (tmp_path / "state").write_text("a file stands where the folder should")
    app = make_app("mine = 1\n", "mine.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+q")
        assert "Your program cannot be kept for next time:" in screen_text(app)
        await pilot.press("escape", "Q")
        assert "without it." in screen_text(app)
        await pilot.press("ctrl+q")
    assert app.return_code == 0
    assert not app.is_running


async def test_what_an_example_has_as_well_is_left_at_once(make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands where the folder should")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+q")
        assert not app.is_running


async def test_the_action_list_has_what_another_copy_set_aside(make_app: MakeApp) -> None:
    """Since this one started, too."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        StateKeeper(app.keeper.path).set_aside(Kept("theirs = 5\n", "theirs.mc"))
        await pilot.press("f2", *"theirs")
        await until(pilot, lambda: re.search("Bring back  +theirs.mc", screen_text(app)))
        await pilot.press("enter")
        await until(pilot, lambda: app.desks.own.session.text == "theirs = 5\n")


@pytest.mark.parametrize("name", ["a\udcff.mc", "\ud800.mc", "bytes:.mc"], ids=["bytes", "lone", "prefix"])
def test_a_path_that_is_not_utf8_is_kept_as_it_is(tmp_path: Path, name: str) -> None:
    """What is saved there next goes to the same file, and to no second one."""
    path = tmp_path / "state.toml"
    kept = Kept("a = 1\n", name, f"/deep\udce4/{name}", "a = 1\n")
    StateKeeper(path).keep(kept, {})
    assert StateKeeper(path).state.current == kept


@pytest.mark.parametrize("written", ["bytes:x", "bytes:ff", "bytes:"])
def test_a_path_whose_bytes_are_none_is_damage(tmp_path: Path, written: str) -> None:
    path = tmp_path / "state.toml"
    path.write_text(f'version = 1\n[current]\ntext = "a = 1"\nname = "a.mc"\npath = "{written}"\n')
    assert f'current.path is "{written}", expected a path' in StateKeeper(path).problem


def test_a_program_in_a_file_whose_name_is_not_utf8_is_saved_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / os.fsdecode(b"a\xff.mc")
    file.write_text("a = 1\n")
    keeper = StateKeeper(tmp_path / "kept" / "state.toml")
    keeper.keep(opened(file, keeper)[0], {})
    program, _ = opened(None, StateKeeper(keeper.path))
    assert unchanged_outside(program)
    write_program(Path(program.path), "a = 2\n")
    assert [path.read_text() for path in tmp_path.glob("*.mc")] == ["a = 2\n"]


def test_what_cannot_hold_a_state_gets_no_lock_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MICROCRAD_STATE", ".")
    assert StateKeeper(state_file()).problem == (
        "Your program cannot be kept for next time: . is a directory. Name a file in it. "
        "MICROCRAD_STATE names it."
    )
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_save_of_the_program_left_is_cleared_at_the_next_start(tmp_path: Path) -> None:
    """And nothing else beside it."""
    left, other = tmp_path / ".mine.mc-abcd_123.saving", tmp_path / ".theirs.mc-abcd_123.saving"
    StateKeeper(tmp_path / "s.toml").keep(Kept("x = 1", "mine.mc", str(tmp_path / "mine.mc")), {})
    for file in (left, other):
        file.write_text("x = ")
    StateKeeper(tmp_path / "s.toml")
    assert not left.exists()
    assert other.exists()


async def test_an_app_that_is_taken_apart_has_kept_everything(make_app: MakeApp) -> None:
    """What fails then, as panes go one after the other, asks them nothing."""
    app = make_app("a = 1", "mine.mc")
    async with app.run_test() as pilot:
        await pilot.press("e", "#")
        app.on_exit_app()
        await app.query_one(Inspector).remove()
        app.keeping.end()
    assert "#" in app.keeper.state.current.text
