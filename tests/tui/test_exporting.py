"""Exporting from the app: every format to a file and to the clipboard, and what keeps it from happening."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from screens import EXAMPLES, MakeApp, screen_text, until
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from microcrad.export import FORMATS, MomentFormat, c_program, dot, graph_of, python_program
from microcrad.language.parser import parse
from tui.app import PlaygroundApp
from tui.widgets.dialogs import Ask, Choose


async def pick(pilot: Pilot[None], option: str) -> None:
    """Take an option of the chooser on screen, by its id, with the keyboard."""
    await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
    options = pilot.app.screen.query_one(OptionList)
    await until(pilot, lambda: options.highlighted == 0)
    asked = pilot.app.screen
    for _ in range(options.get_option_index(option)):
        await pilot.press("j")
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen is not asked)


async def answer(pilot: Pilot[None], text: str) -> None:
    """Type into the question on screen, instead of what is suggested."""
    await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
    asked = pilot.app.screen
    await pilot.press("end", "ctrl+u")
    await pilot.press(*text)
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen is not asked)


async def said(pilot: Pilot[None], words: str) -> None:
    """Wait for the app to say something."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    await until(pilot, lambda: words in " ".join(screen_text(app).split()))


async def start(pilot: Pilot[None], form: str, place: str) -> None:
    """Run the action and answer what and where to."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    await app.run_action("command('export')")
    await pick(pilot, form)
    await pick(pilot, place)


@pytest.mark.parametrize("forms", [("dot", "c"), pytest.param(tuple(FORMATS), marks=pytest.mark.slow)])
async def test_every_format_goes_to_a_file_and_to_the_clipboard(
    make_app: MakeApp, tmp_path: Path, forms: tuple[str, ...]
) -> None:
    """The graph is that of where the person stands."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("n", "n")
        at = app.desks.own.session.snapshot
        assert at.position < len(at.log)
        for form in forms:
            row = FORMATS[form]
            expected = row.write(at) if isinstance(row, MomentFormat) else row.write(at.program, "auto")
            await start(pilot, form, "clipboard")
            await said(pilot, f"Sent {row.title}, {len(expected):,} characters, to the terminal to copy.")
            assert app.clipboard == expected
            await start(pilot, form, "file")
            await until(pilot, lambda: isinstance(app.screen, Ask))
            await pilot.press("enter")
            await said(pilot, f"Exported {row.title} to neuron{row.suffix}.")
            assert (tmp_path / "here" / f"neuron{row.suffix}").read_text(encoding="utf-8") == expected
            assert app.desks.own.session.position == at.position


async def test_the_chooser_says_which_moment_it_is(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.run_action("command('export')")
        at = app.desks.own.session.snapshot
        await said(pilot, f"The graph is of where you stand, event {at.position} of all {len(at.log)}.")
        for row in FORMATS.values():
            assert row.says.split(":")[0] in screen_text(app)


async def test_leaving_any_question_writes_nothing(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        for answers in ([], ["dot"], ["dot", "file"]):
            await app.run_action("command('export')")
            for each in answers:
                await pick(pilot, each)
            await until(pilot, lambda: isinstance(app.screen, (Choose, Ask)))
            await pilot.press("escape")
            await until(pilot, lambda: app.screen.id == "_default")
            await pilot.pause()
        assert list((tmp_path / "here").iterdir()) == []
        assert app.clipboard == ""


@pytest.mark.slow
async def test_a_file_that_is_there_is_replaced_only_after_yes(make_app: MakeApp, tmp_path: Path) -> None:
    there = tmp_path / "here" / "there.dot"
    there.write_text("precious")
    app = make_app()
    async with app.run_test(size=(100, 24)) as pilot:
        await start(pilot, "dot", "file")
        await answer(pilot, "there.dot")
        await answer(pilot, "no")
        await said(pilot, "there.dot stays as it was. Nothing was exported.")
        assert there.read_text() == "precious"
        await start(pilot, "dot", "file")
        await answer(pilot, "there.dot")
        await answer(pilot, "yes")
        await said(pilot, "Exported the graph as DOT to there.dot.")
        assert there.read_text() == dot(graph_of(app.desks.own.session.snapshot))


async def test_the_program_is_never_written_over(make_app: MakeApp, tmp_path: Path) -> None:
    mine = tmp_path / "here" / "mine.mc"
    mine.write_text("a = 2\n")
    app = make_app("a = 2\n", "mine.mc", path=str(mine), saved="a = 2\n")
    async with app.run_test(size=(100, 24)) as pilot:
        await start(pilot, "c", "file")
        await answer(pilot, "mine.mc")
        await said(pilot, "mine.mc is the program itself, and stays. Nothing was exported.")
        assert mine.read_text() == "a = 2\n"


async def test_a_file_that_cannot_be_written_is_said(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=(100, 24)) as pilot:
        await start(pilot, "dot", "file")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        app.screen.query_one(Input).value = "no/where.dot"
        await pilot.press("enter")
        await said(pilot, "There is no folder 'no' for where.dot.")
        assert app.screen.query_one(Input).value == "no/where.dot"
        assert list((tmp_path / "here").iterdir()) == []


async def test_without_nodes_there_is_no_graph(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("less_than_sign")
        await app.run_action("command('export')")
        await pick(pilot, "dot")
        await said(pilot, "There are no nodes at this moment, so there is no graph to export.")
        await start(pilot, "c", "clipboard")
        await until(pilot, lambda: app.clipboard != "")
        assert app.clipboard == c_program(parse(EXAMPLES["neuron"]), "auto").text


async def test_a_graph_too_large_to_draw_is_refused(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("microcrad.export.svg"), "MOST", 5)
    app = make_app()
    async with app.run_test(size=(100, 24)) as pilot:
        await start(pilot, "svg", "clipboard")
        await said(pilot, "at most 5. Export an earlier moment of the run, or the whole as dot or json.")
        await said(pilot, "Nothing was exported.")
        assert app.clipboard == ""


@pytest.mark.usefixtures("no_rest")
async def test_a_program_with_errors_stays_and_its_last_graph_goes(make_app: MakeApp) -> None:
    app = make_app("a = 2\n", "mine.mc")
    async with app.run_test(size=(100, 24)) as pilot:
        good = dot(graph_of(app.desks.own.session.snapshot))
        await pilot.press("e", *"b = ", "escape")
        await until(pilot, lambda: app.desks.own.session.errors)
        await start(pilot, "python", "clipboard")
        await said(pilot, "Nothing was exported.")
        assert app.clipboard == ""
        await start(pilot, "dot", "clipboard")
        await said(pilot, "to the terminal to copy. It is of the last good run.")
        assert app.clipboard == good


async def test_the_switches_go_along(make_app: MakeApp) -> None:
    """The ownership that was switched to, and a fault, whose numbers are said to be wrong."""
    app = make_app(EXAMPLES["leak-repaired"].replace("# ownership: manual\n", ""), "mine.mc")
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("m")
        assert app.desks.own.session.run.ownership == "manual"
        await start(pilot, "python", "clipboard")
        await until(pilot, lambda: app.clipboard != "")
        assert app.clipboard == python_program(app.desks.own.session.program, "manual")
        app.desks.own.session.switch_fault("overwrite")
        await start(pilot, "json", "clipboard")
        await said(pilot, "Its numbers are wrong on purpose: fault overwrite.")
