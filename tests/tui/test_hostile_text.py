"""Names that a terminal would obey, wherever one can be given: shown, never sent, and never markup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from commands import microcrad
from hostile import HOSTILE, LONG, obeyed
from rich.cells import cell_len
from screens import screen_rows, until
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import TextArea
from training import choose, open_train, type_value

from lessons.format.loader import load
from lessons.format.template import new_lesson
from microcrad.text.visible import visible
from tui.app import PlaygroundApp
from tui.files import opened
from tui.lessons.text_pane import LessonText
from tui.saying import say, write
from tui.state_file import Kept, StateKeeper
from tui.widgets.asking import replacing
from tui.widgets.dialogs import Ask, Choose, Help
from tui.widgets.line_field import LineField
from tui.widgets.safe_text import SafeText, Said

NAME = HOSTILE.replace("/", "").replace(".", "") + "\udcff"
CLASS = "".join(c for c in HOSTILE if c not in "\r\x0b\x0c\u2028\u2066")  # A CSV file has a line a row.
PROGRAM = "x = 2\ny = x*x\nprint(y)\nbackward(y)\n"
TABLE = f'"{CLASS}1","{CLASS}2",kind\n' + "".join(
    f'{k % 7},{k % 5},"{CLASS if k % 2 else "b"}"\n' for k in range(24)
)
_TOML = "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in HOSTILE)


def hostile_lesson() -> str:
    """The text of a sound lesson whose words are hostile."""
    text = new_lesson("aa").replace('title = "Aa"', f'title = "{_TOML}"')
    for words in ("What this lesson", "What one has", "Now something"):
        text = text.replace(words, f"{CLASS} {words}")
    return text.replace('"A hint."', f'"A hint {_TOML}."').replace("Before it", f"{CLASS} Before it")


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a hostile name, and in it files of hostile names with hostile words in them."""
    folder = tmp_path / NAME
    folder.mkdir()
    (tmp_path / "ours").mkdir()
    monkeypatch.setattr("lessons.catalogue.ours", lambda: tmp_path / "ours")  # To read ours takes seconds.
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MICROCRAD_PROGRESS", str(folder / "progress.toml"))
    Path(f"{NAME}.mc").write_text(PROGRAM, encoding="utf-8")
    Path(f"{NAME}-bad.mc").write_text(f"{PROGRAM}z = x + {CLASS}\n", encoding="utf-8")
    Path(f"{NAME}.csv").write_text(TABLE, encoding="utf-8")
    Path("aa.md").write_text(hostile_lesson(), encoding="utf-8", newline="")
    return folder


# --- streams -------------------------------------------------------------------------------------------

COMMANDS = [
    ["run", f"{NAME}-bad.mc"], ["run", "--plain", f"{NAME}-bad.mc"], ["explain", f"{NAME}.mc", NAME],
    ["export", f"{NAME}-bad.mc", "--to", "c"], ["export", f"{NAME}.mc", "--to", NAME],
    ["train", "--data", f"{NAME}.csv", "--steps", "1", "--save", f"{NAME}.json"],
    ["predict", f"{NAME}.json", f"{NAME}.csv"], ["predict", "--plain", f"{NAME}.json", f"{NAME}.csv"],
    ["export", f"{NAME}.json", "--to", "python"], ["train", "--data", NAME],
    ["lessons", "check", "aa.md"], ["lessons", "preview", "aa.md"], ["lessons", "list", "--lessons", "."],
    ["lessons", "new", NAME], ["lessons", "take", NAME], ["lessons", "progress", "import", f"{NAME}.mc"],
    ["reference", HOSTILE], [NAME], ["--theme", NAME], [f"--{NAME}"], ["serve", "--host", NAME],
]  # fmt: skip


def test_no_plain_command_sends_what_a_terminal_obeys(names: Path) -> None:
    for arguments in COMMANDS:
        output = microcrad(*arguments).output
        assert not obeyed(output), arguments
        if arguments != ["lessons", "check", "aa.md"]:  # That one has nothing to say of a sound lesson.
            assert "\\x1b]0;TITLE" in output, arguments
    talk = [HOSTILE, f"answer {HOSTILE}", "hint", "answer 6", "go end", "next", f"append q = {CLASS}", CLASS]
    taken = microcrad("lessons", "take", "aa.md", stdin="\n".join(each.replace("\r", "") for each in talk))
    assert not obeyed(taken.output)
    assert "\\x1b]0;TITLE" in taken.output.split("A hint")[1]


def test_a_pipe_gets_the_text_itself_and_a_terminal_what_can_be_seen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say([HOSTILE, "a\nb"])
    write(f"{HOSTILE}\n")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    write(f"{HOSTILE}\n\tb\n")
    said, plain = visible(HOSTILE), HOSTILE
    assert capsys.readouterr().out == f"{said}\na\\nb\n{plain}\n{said}\n    b\n"


# --- the screen ----------------------------------------------------------------------------------------


def shows(app: PlaygroundApp, words: str = "\\x1b]0;TITLE") -> bool:
    """Whether the screen shows some words; what it shows is safe, and each row has the screen's width."""
    rows = screen_rows(app)
    assert not obeyed("\n".join(rows))
    assert {cell_len(row) for row in rows} == {app.size.width}
    return words in "".join(rows) or words in " ".join(" ".join(rows).split())


async def dialog(pilot: Pilot[None], asked: Ask | Choose | Help, *words: str) -> None:
    """Open a dialog, look for its words, and leave it."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    app.push_screen(asked)
    await until(pilot, lambda: app.screen is asked and all(shows(app, each) for each in words))
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is not asked)


async def test_every_surface_of_the_playground_shows_what_it_does_not_send(names: Path) -> None:
    keeper = StateKeeper(names / "state.toml")
    keeper.set_aside(Kept("a = 1\n", f"aside{NAME}".encode(errors="replace").decode()))
    program, saying = opened(Path(f"{NAME}.mc"), keeper)
    app = PlaygroundApp(program, keeper, saying=f"{saying} {NAME} is as you left it.")
    async with app.run_test(size=(160, 40), notifications=True) as pilot:
        await until(pilot, lambda: shows(app, f"{visible(NAME)} is as you left it."))
        assert visible(NAME)[:60] in screen_rows(app)[0]
        app.playground.say("short")
        await app.run_action("command('save')")
        await until(pilot, lambda: shows(app, "Saved") and shows(app))
        app.notify(f"[b]\x07\x1btoast {HOSTILE}")
        await until(pilot, lambda: shows(app, "[b]\\x07\\x1btoast"))
        ask = Ask(f"q{HOSTILE}?", HOSTILE, hint=f"i{HOSTILE}")
        await dialog(pilot, ask, "qa\\x1b]0;", "ia\\x1b]0;", "0;TITLE��[2J�������3Jb��c�[red]")
        await dialog(pilot, replacing(NAME, "is there"), "a\\x1b]0;")
        options = [("a", HOSTILE, f"b{HOSTILE}"), ("b", (f"c{HOSTILE}", "$quiet"), "")]
        await dialog(pilot, Choose(f"d{HOSTILE}", options), *(f"{c}a\\x1b]0;" for c in "bcd"))
        help_ = Help(f"t{HOSTILE}", f"p{HOSTILE}", [(f"h{HOSTILE}", [("k", f"w{HOSTILE}")])])
        await dialog(pilot, help_, *(f"{c}a\\x1b]0;" for c in "tphw"))
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"aside")
        await until(pilot, lambda: shows(app, "asidea\\x1b]0;TITLE"))
        await pilot.press("escape", "escape")
        editor = app.playground.query_one(TextArea)
        editor.text = f"{PROGRAM}# {HOSTILE}\n"
        await until(pilot, lambda: shows(app, "# a�]0;TITLE��[2J") and shows(app, "U+001B"))
        app.playground.say(LONG)
        await until(pilot, lambda: shows(app))


async def test_train_shows_names_of_classes_and_of_files(names: Path) -> None:
    state = 'version = 1\n[training]\ndata = "' + str(Path("t.csv")) + '"\n'
    Path("t.csv").write_text(TABLE, encoding="utf-8")
    (names / "state.toml").write_text(state, encoding="utf-8")
    app = PlaygroundApp(Kept(PROGRAM, "a.mc"), StateKeeper(names / "state.toml"))
    async with app.run_test(size=(160, 40)) as pilot:
        training = await open_train(pilot)
        await pilot.press("s")
        await until(pilot, lambda: training.step == 1 and shows(app))
        assert training.moment.classes == (CLASS, "b") or training.moment.classes == ("b", CLASS)


@pytest.mark.slow
async def test_a_lesson_shows_its_words(names: Path) -> None:
    """What a file may not hold is refused; these words come from whoever makes a lesson otherwise."""
    lesson = load(Path("aa.md"))
    hostile = {"title": CLASS, "prose": f"p{CLASS}", "task": f"d{CLASS}"}
    choices = tuple(replace(each, text=CLASS) for step in lesson.steps for each in step.choices)
    steps = tuple(replace(step, **hostile, choices=choices) for step in lesson.steps)
    app = PlaygroundApp(
        Kept(PROGRAM, "a.mc"), StateKeeper(names / "state.toml"),
        lesson=replace(lesson, intro=f"i{CLASS}", steps=steps), lessons_folder=names,
    )  # fmt: skip
    async with app.run_test(size=(160, 40)) as pilot:
        await until(pilot, lambda: app.place.pane is not None and shows(app))
        text = app.query_one(LessonText).query_one(Said).content
        assert isinstance(text, SafeText)
        assert {f"{c}{visible(CLASS)}" for c in "pid"} <= set(text.plain.replace("Task: ", "").split("\n"))
        field = app.query_one("#answer", LineField)
        field.value = HOSTILE
        app.stage.show_mode("lessons")
        await until(pilot, lambda: app.stage.mode == "lessons" and shows(app, "a\\x1b]0;TITLE\\x07"))


@pytest.mark.slow
async def test_a_megabyte_in_a_name_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of nodes, columns, classes, lessons and their files' errors: by commands and on panes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MICROCRAD_PROGRESS", str(tmp_path / "progress.toml"))
    node, word, title = "n" * 140_000, CLASS * 2000, _TOML * 20_000
    assert len(title) > 1_000_000
    Path("node.mc").write_text(f"{node} = 2\ny = {node}*{node}\nbackward(y)\n", encoding="utf-8")
    rows = "".join(f'{k % 7},{k % 5},"{word if k % 2 else "b"}"\n' for k in range(24))
    Path("t.csv").write_text(f'"{word}1",w,kind\n{rows}', encoding="utf-8")
    Path("cell.csv").write_text(f'a,b\n1,"{CLASS * 60_000}"\n2,b\n', encoding="utf-8")
    lesson = new_lesson("aa").replace('title = "Aa"', f'title = "{title}"')
    Path("aa.md").write_text(lesson, encoding="utf-8", newline="")
    for command in (
        ["run", "node.mc"], ["explain", "node.mc", node], ["export", "node.mc", "--to", "svg"],
        ["data", "t.csv"], ["data", "cell.csv"], ["train", "t.csv", "--steps", "1", "--save", "t.json"],
        ["predict", "t.json", "t.csv"], ["lessons", "preview", "aa.md"], ["run", "x" * 1_000_000],
    ):  # fmt: skip
        result = microcrad(*command)
        assert isinstance(result.exception, SystemExit | None), command[:2]
        assert not obeyed(result.stdout + result.stderr), command[:2]
    app = PlaygroundApp(Kept(Path("node.mc").read_text(), "node.mc"), StateKeeper(tmp_path / "s.toml"))
    async with app.run_test(size=(100, 30)) as pilot:
        for key in ("n", "d", "n", "d", "i", "c", "o", "question_mark", "escape", "colon", "escape"):
            await pilot.press(key)
            assert not obeyed("\n".join(screen_rows(app)))
        training = await open_train(pilot)
        for file in ("cell.csv", "t.csv"):
            await choose(pilot, "data")
            await type_value(pilot, file)
            assert not obeyed("\n".join(screen_rows(app)))
            await pilot.press("escape" if file == "cell.csv" else "enter")
        assert training.configuration.data == "t.csv"
        await pilot.press("s", "tab", "right")
        assert not obeyed("\n".join(screen_rows(app)))
