"""What the first frame waits for, and what it shows: nothing that only a later key needs, the kept theme."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.text import Text
from samples import always
from screens import MakeApp, screen_rows
from textual.color import Color
from textual.geometry import Size
from textual.screen import Screen

from tui.widgets.bars import Saying
from tui.widgets.lines import Lines
from tui.widgets.themes import THEMES

PROBE = """
import asyncio, sys
from pathlib import Path
from tui.app import PlaygroundApp
from tui.state_file import StateKeeper, Kept
before, frames = [], []
def rows(screen):
    return [strip.text for strip in screen._compositor.render_strips()]
class Noting(PlaygroundApp):
    def on_mount(self):
        self.call_after_refresh(lambda: before.extend(sys.modules))  # With the first frame.
        super().on_mount()
    def _display(self, screen, renderable):
        if renderable is not None:
            frames.append(rows(screen))
        super()._display(screen, renderable)
async def show():
    app = Noting(Kept("x = 2\\ny = x*x\\nbackward(y)\\n", "y.mc"), StateKeeper(Path(sys.argv[1])))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(0.1)
        told = {"before": before, "first": frames[0], "stays": rows(app.screen)}
        await pilot.press("d", "c", "question_mark")
        import json
        print(json.dumps({**told, "after": list(sys.modules)}))
asyncio.run(show())
"""
LATER = {
    # The panes that stand in others' places, and all that lies on the panes.
    "tui.playground.diagram", "tui.playground.c_pane", "tui.playground.output_pane", "tui.widgets.dialogs",
    "tui.widgets.line_field", "tui.palette", "tui.help", "tui.listed", "tui.reference_dialog",
    "tui.exporting",
    # The other modes.
    "tui.train.mode", "numpy", "lessons", "tui.lessons.pane", "tui.lessons.lesson_list",
    "tui.lessons.task_line", "tui.lessons.answer",
    # What is asked of a program, and what only some programs and files need.
    "microcrad.drawing.layout", "microcrad.export", "microcrad.diagnosis", "microcrad.reference",
    "microcrad.language.nudge", "microcrad.language.long_chains", "json", "tomllib", "tomli_w", "filelock",
}  # fmt: skip


def first_frame(tmp_path: Path) -> dict[str, list[str]]:
    """What was loaded before the first frame and after some keys, and the rows it had, and has later."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path / "state.toml")],
        capture_output=True, text=True, check=True, env={**os.environ, "TEXTUAL_ANIMATIONS": "none"},
    )  # fmt: skip
    told: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_the_first_frame_waits_for_nothing_that_only_later_keys_need(tmp_path: Path) -> None:
    """A picture and C are loaded with the keys that ask for them."""
    told = first_frame(tmp_path)
    before, after = set(told["before"]), set(told["after"])
    assert "tui.playground.screen" in before
    assert before & LATER == set()
    assert {"tui.playground.diagram", "microcrad.drawing.layout", "tui.playground.c_pane"} <= after
    assert {"microcrad.export", "tui.help", "tui.widgets.dialogs"} <= after


async def test_only_what_is_seen_is_made(make_app: MakeApp) -> None:
    """What has no room or no use yet is no widget that the first frame waits for."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert [each for each in app.screen.query("*") if not each.display] == []


def test_the_first_frame_is_the_screen_as_it_stays(tmp_path: Path) -> None:
    """It is drawn once panes know their sizes, with the program, the tree and the timeline in it."""
    told = first_frame(tmp_path)
    assert told["first"] == told["stays"]
    shown = "\n".join(told["first"])
    assert all(text in shown for text in ("backward(y)", "leaf", "y.grad 1", "Inspector: y"))


@pytest.mark.parametrize("name", always(1, reversed(THEMES)))
async def test_the_kept_theme_is_there_at_once_and_can_be_changed(make_app: MakeApp, name: str) -> None:
    """Styles are not parsed twice for it; another theme later is taken over in full."""
    theme = THEMES[name]
    kept = make_app()
    kept.keeper.set_theme(theme.name)
    app = make_app()
    assert app.theme == theme.name
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.screen.styles.background == Color.parse(theme.background or "")
        assert app.playground.graph.look("data").color is not None
        for word, other in THEMES.items():
            app.choose_theme(word)
            await pilot.pause()
            assert app.screen.styles.background == Color.parse(other.background or "")


async def test_sentences_have_their_height_before_there_is_a_width(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrapped for the whole screen at first: it is not laid out anew for a row too many."""
    heights: list[int] = []
    set_rows = Lines.set_rows

    def noting(self: Lines, rows: list[Text]) -> None:
        if isinstance(self, Saying):
            heights.append(len(rows))
        set_rows(self, rows)

    monkeypatch.setattr(Lines, "set_rows", noting)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
    assert heights
    assert set(heights) == {1}


async def test_the_screen_is_laid_out_once_for_its_size(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it is told, as long as no widget asks for more."""
    told: list[object] = []
    refresh = Screen._refresh_layout

    def noting(self: Screen[object], *args: object, **options: object) -> None:
        if isinstance(args[0], Size) and not self._layout_widgets:
            told.append(args[0])
        refresh(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Screen, "_refresh_layout", noting)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(0.1)
        assert told == [(120, 36)]
        await pilot.resize_terminal(100, 30)
        await pilot.pause(0.1)
        assert told == [(120, 36), (100, 30)]
        assert screen_rows(app)[-1].strip()


async def test_a_new_height_lays_the_screen_out_once(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only gets another size asks for no layout of its own, neither does a scrollbar, nor the share that
    the timeline has of a height that is another one now."""
    layouts: list[object] = []
    refresh = Screen._refresh_layout

    def noting(self: Screen[object], *args: object, **options: object) -> None:
        if self._layout_widgets:
            layouts.append(dict(self._layout_widgets))
        refresh(self, *args, **options)  # type: ignore[arg-type]

    app = make_app("x = 2\n" + "".join(f"v{i} = x*{i}\n" for i in range(60)))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(0.1)
        monkeypatch.setattr(Screen, "_refresh_layout", noting)
        lower = app.playground.query_one("#lower").size.height
        app.playground.say("word " * 40)
        await pilot.pause(0.2)
        assert len(layouts) == 1
        assert app.playground.query_one("#lower").size.height < lower
