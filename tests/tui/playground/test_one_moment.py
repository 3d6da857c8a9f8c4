"""A change of the session makes one moment, and one pass over the panes hands it to them."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from screens import MakeApp
from textual.pilot import Pilot

import lessons
import tui
from microcrad.session import moment as moments
from microcrad.session import session as sessions
from tui.playground.screen import Playground

SIZE = (120, 36)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many moments were made, how often panes were shown them, and which sentences were written."""
    counts: Counter[str] = Counter()
    moment, show, sentence = sessions.Moment, Playground.show_panes, moments.sentence

    def make(*parts: object) -> object:
        counts["moments"] += 1
        return moment(*parts)  # type: ignore[arg-type]

    def shown(self: Playground) -> None:
        counts["passes"] += 1
        show(self)

    def written(at: object, event: object) -> str:
        counts[f"sentence of {event.index}"] += 1  # type: ignore[attr-defined]
        return sentence(at, event)  # type: ignore[arg-type]

    monkeypatch.setattr(sessions, "Moment", make)
    monkeypatch.setattr(Playground, "show_panes", shown)
    monkeypatch.setattr(moments, "sentence", written)
    return counts


async def settle(pilot: Pilot[None]) -> None:
    """Wait until what a key brings about is over: its work, messages and layout."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_a_launch_shows_the_panes_once(make_app: MakeApp, made: Counter[str]) -> None:
    async with make_app().run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert (made["moments"], made["passes"]) == (1, 1)


CHANGES = {
    "up": 1, "n": 1, "p": 1, "comma": 1, "full_stop": 1, "less_than_sign": 1, "N": 1, "greater_than_sign": 1,
    "v": 1, "m": 1, "d": 0, "c": 0, "i": 0, "z": 0,
}  # fmt: skip
"""Keys, in an order in which each does something, and how often each changes the session."""


async def test_a_key_makes_one_moment_and_one_pass(make_app: MakeApp, made: Counter[str]) -> None:
    """None where the session does not change: then only panes come and go."""
    async with make_app().run_test(size=SIZE) as pilot:
        await pilot.press("n", "n", "down")
        await settle(pilot)
        for key, changes in CHANGES.items():
            made.clear()
            await pilot.press(key)
            await settle(pilot)
            assert (made["moments"], made["passes"]) == (changes, changes), key


async def test_a_step_writes_the_sentence_of_what_happened_once(
    make_app: MakeApp, made: Counter[str]
) -> None:
    """Though the row above the status says it, and the timeline."""
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        made.clear()
        await pilot.press("n")
        await settle(pilot)
        current = app.playground.session.moment.current
        assert made[f"sentence of {current}"] == 1


async def test_a_typed_character_shows_the_panes_once(make_app: MakeApp, made: Counter[str]) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("e")
        await settle(pilot)
        made.clear()
        await pilot.press("1")
        await settle(pilot)
        assert (made["moments"], made["passes"]) == (1, 1)


async def test_another_size_shows_nothing_anew(make_app: MakeApp, made: Counter[str]) -> None:
    async with make_app().run_test(size=SIZE) as pilot:
        await settle(pilot)
        made.clear()
        await pilot.resize_terminal(70, 20)
        await settle(pilot)
        assert (made["moments"], made["passes"]) == (0, 0)


@pytest.mark.parametrize("package", [tui, lessons])
def test_nothing_drawn_or_checked_reads_the_log(package: object) -> None:
    """Screens, commands and lessons ask moments and snapshots; the log's columns are theirs to read."""
    (folder,) = package.__path__  # type: ignore[attr-defined]
    files = sorted(Path(folder).rglob("*.py"))
    assert len(files) > 20
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            assert not (isinstance(node, ast.Attribute) and node.attr == "log"), (file, node.lineno)
