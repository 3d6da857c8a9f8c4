"""What a typed character draws anew: its own line, and the panes only once there is another run."""

from __future__ import annotations

from collections import Counter

import pytest
from screens import MakeApp, last_rows, until
from textual.geometry import Region

from tui.playground import editor as editors
from tui.playground import runner
from tui.playground.editor import Editor
from tui.playground.events import Events
from tui.playground.heap_pane import HeapPane
from tui.playground.tree import NodeTree
from tui.widgets import work as works
from tui.widgets.bars import Status

PROGRAM = "a = 2\nb = (a + 1)*3\nfor i in range(2):\n\tc = a*b  # a tab\nbackward(c)\n" + "d = a*b + c\n" * 5
SIZE = (120, 36)


async def test_a_text_with_an_error_draws_no_pane_of_the_run_anew(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: Counter[str] = Counter()
    for pane in (HeapPane, Events, NodeTree):
        row = pane.render_line

        def counted(self: object, y: int, row: object = row, name: str = pane.__name__) -> object:
            drawn[name] += 1
            return row(self, y)  # type: ignore[operator]

        monkeypatch.setattr(pane, "render_line", counted)
    app = make_app(PROGRAM)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("e", "ctrl+end")
        await until(pilot, lambda: "up to date" in last_rows(app))
        assert drawn.keys() == {"HeapPane", "Events", "NodeTree"}
        drawn.clear()
        await pilot.press("e", "(", "2")
        await until(pilot, lambda: "last good run" in last_rows(app))
        assert not drawn
        await pilot.press("backspace", "backspace", "space", "=", "4")
        await until(pilot, lambda: "up to date" in last_rows(app))
        assert drawn.keys() == {"HeapPane", "Events", "NodeTree"}


async def test_what_is_wrong_is_told_in_the_panes_where_nothing_has_run(make_app: MakeApp) -> None:
    """There is nothing else to be seen in them, so they follow the text."""
    app = make_app("a = \n")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("e")
        graph = app.playground.graph
        assert "Line 1 needs fixing" in graph.render_line(0).text
        await pilot.press("ctrl+home", "enter")
        await until(pilot, lambda: "Line 2 needs fixing" in graph.render_line(0).text)


@pytest.mark.parametrize("silent", [0.0, 60.0])
async def test_how_far_a_run_is_stands_below_once_it_takes_a_while(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, silent: float
) -> None:
    told = []
    work = Status.work

    def noted(self: Status, said: str) -> None:
        told.append(said)
        work(self, said)

    monkeypatch.setattr(runner, "_SILENT_SECONDS", silent)
    monkeypatch.setattr(works, "SLICE_SECONDS", 0)
    monkeypatch.setattr(Status, "work", noted)
    app = make_app("a = 1\nfor i in range(100):\n  b = a*a\n")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("e", "ctrl+end", "c", "=", "1")
        await until(pilot, lambda: app.playground.session.up_to_date)
        assert any(said.startswith("running: ") for said in told) is (not silent)
        assert not told[-1]


async def test_a_typed_character_colours_its_own_line(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(PROGRAM)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("e", "ctrl+home", "down")
        await until(pilot, lambda: "up to date" in last_rows(app))
        lines = []
        coloured = editors.coloured

        def noted(line: str, look: object) -> object:
            lines.append(line)
            return coloured(line, look)  # type: ignore[arg-type]

        monkeypatch.setattr(editors, "coloured", noted)
        await pilot.press("end", *"+1")
        await until(pilot, lambda: "up to date" in last_rows(app))
        assert lines
        assert all(line.startswith("b = (a + 1)*3") for line in lines)


KEYS = (
    "ctrl+home", "x", "backspace", "home", "end", "enter", "z", "backspace", "right", "x",
    "ctrl+z", "up", "up", "shift+down", "shift+down",
    "delete", "down", "(", "end", "(", "left", "left", "=", "ctrl+z", "ctrl+home", "enter", "up", "y",
)  # fmt: skip
"""The first of them is a mistake whose error stands on other lines."""


async def test_rows_that_were_kept_are_as_they_would_be_drawn(make_app: MakeApp, no_rest: None) -> None:
    """After any key, with what is selected, brackets and errors; and in other colours."""
    app = make_app(PROGRAM)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("e")
        pane = app.playground.editor

        def agree() -> None:
            shown = _rows(pane)
            for kept in (pane._kept, pane._line_cache):
                kept.clear()
            assert _rows(pane) == shown

        for key in KEYS:
            await pilot.press(key)
            agree()
            await until(pilot, lambda: app.playground.rests)
            agree()
        assert pane.errors
        before = _rows(pane)
        app.theme = "textual-light"
        await pilot.pause()
        agree()
        assert _rows(pane) != before


async def test_rows_are_broken_anew_as_the_scrollbar_comes_and_goes(make_app: MakeApp) -> None:
    """It takes a cell from a long line, though the pane is as wide as before."""
    app = make_app("a = 1\n" * 6 + f"# {' '.join(['letters'] * 20)}\n")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "ctrl+end")
        pane, barred = app.playground.editor, set()
        for key in ("enter", "backspace"):
            for _ in range(12):
                await pilot.press(key)
                shown = _rows(pane)
                pane._kept.clear()
                pane._line_cache.clear()
                assert _rows(pane) == shown
                barred.add(pane.show_vertical_scrollbar)
        assert barred == {False, True}


def _rows(pane: Editor) -> list[object]:
    pane._styles_cache.clear()
    return [list(strip) for strip in pane.render_lines(Region(0, 0, *pane.size))]
