"""Help on what has the focus, and what the modes say of themselves."""

from __future__ import annotations

import re

import pytest
from samples import always
from screens import MakeApp, last_rows, screen_rows, screen_text, until

from tui.app import PlaygroundApp
from tui.playground.editor import Editor
from tui.playground.events import Events
from tui.playground.heap_pane import HeapPane
from tui.playground.tree import NodeTree
from tui.widgets.dialogs import Help

HELPS = [
    ("graph", NodeTree.TABLE, "question_mark"), ("timeline", Events.TABLE, "question_mark"),
    ("heap", HeapPane.TABLE, "f1"), ("program", Editor.TABLE, "f1"), ("inspector", (), "question_mark"),
]  # fmt: skip
"""A pane, its table of keys, and a key that asks for help on it."""


async def test_help_explains_the_pane(make_app: MakeApp) -> None:
    """In a few words, and with every key of the pane; esc goes back to where one was."""
    app = make_app()
    async with app.run_test(size=(120, 70)) as pilot:
        for pane, table, key in HELPS:
            app.playground.query_one(f"#{pane}").focus()
            await pilot.pause()
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, Help))
            text = screen_text(app)
            assert f" {pane.capitalize()} " in text
            for action in table:
                assert f"{action.does}." in text, action
            assert "Play the events one after another, or pause." in text
            await pilot.press("escape")
            assert app.focused is app.playground.query_one(f"#{pane}")


def said(app: PlaygroundApp) -> str:
    """What a dialog says, however it is wrapped."""
    return re.sub(r"[\s│┃▁▂▃▄▅▆▇█]+", " ", screen_text(app))


async def test_help_gives_a_key_the_meaning_that_it_has_there(make_app: MakeApp) -> None:
    """In the diagram + zooms, and where it can no more it says how numbers are nudged."""
    app = make_app("x = 2\ny = x*x\nbackward(y)\n", "typed.mc")
    nudge = "Make the number of the leaf, or at the cursor, larger"
    async with app.run_test(size=(120, 150)) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, Help))
        await until(pilot, lambda: nudge in said(app))
        await pilot.press("escape", "d", "question_mark")
        await until(pilot, lambda: "+ = Zoom in: show more of each node." in said(app))
        assert nudge not in said(app)
        await pilot.press("escape", "plus", "plus", "plus", "plus")
        await until(pilot, lambda: "Every node shows all there is. To nudge" in screen_text(app))
        assert app.playground.session.text.startswith("x = 2\n")
        await pilot.press("d", "down", "plus")
        await until(pilot, lambda: app.playground.session.text.startswith("x = 2.1\n"))


@pytest.mark.parametrize("mode", ["1", "2", "3"])
async def test_who_presses_q_or_ctrl_c_is_told_how_to_quit(make_app: MakeApp, mode: str) -> None:
    """Once, however often; in the list of lessons q asks the questions that are due."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(mode)
        await until(pilot, lambda: app.stage.mode == ("playground", "train", "lessons")[int(mode) - 1])
        for key in ("ctrl+c", "ctrl+c", *(() if mode == "3" else ("q",))):
            await pilot.press(key)
        said = [each.message for each in app._notifications if "quits" in each.message]
        assert said == ["ctrl+q quits; your program is kept."]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "says"),
    always(1, [("2", "Decision boundary"), ("3", "A slope is the answer to a nudge")]),
)
async def test_other_modes_say_what_they_are(make_app: MakeApp, key: str, says: str) -> None:
    """And 1 or a click on the tab comes back; esc has nothing to leave there, and says which keys lead on."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        for back in ("1", "click"):
            await pilot.press(key)
            await until(pilot, lambda: says in screen_text(app))
            assert f"[{key} " in screen_rows(app)[0]
            assert "Program" not in screen_text(app)
            await pilot.press(*(("n", "r", "space", "tab") if back == "1" else ("tab",)))
            await pilot.press("escape")
            assert any("Nothing is open here to leave" in each.message for each in app._notifications)
            assert f"[{key} " in screen_rows(app)[0]
            if back == "click":
                await pilot.click(offset=(16, 0))
            else:
                await pilot.press(back)
            await until(pilot, lambda: "event 3/9" in last_rows(app))
            assert app.focused is app.playground.graph
        await pilot.press("t")
        await until(pilot, lambda: "Graphs and gradients" in screen_text(app))
        await pilot.press("f4")
        await until(pilot, lambda: "event 3/9" in last_rows(app))
