"""Hundreds of keys at random: nothing breaks, and what is on screen agrees with itself after each of them."""

from __future__ import annotations

import random

import pytest
from screens import EXAMPLES, MakeApp, screen_rows
from textual.screen import ModalScreen
from walks import agrees, keys_of, press

from tui.app import PlaygroundApp
from tui.playground.diagram.diagram_pane import DiagramPane
from tui.playground.editor import Editor
from tui.playground.events import Events
from tui.playground.heap_pane import HeapPane
from tui.playground.screen import Playground
from tui.playground.tree import NodeTree
from tui.widgets import work

OWNERS = (PlaygroundApp, Playground, NodeTree, DiagramPane, Editor, Events, HeapPane)
TABLES = tuple(owner.TABLE for owner in OWNERS)
TYPED = [
    *"abxyz=+-*/()23.# :",
    "enter",
    "backspace",
    "delete",
    "up",
    "down",
    "home",
    "end",
    "ctrl+z",
    "ctrl+y",
]
SIZES = [(120, 36), (80, 24), (60, 20), (30, 8), (150, 50)]


KEYS = keys_of(*TABLES)


def check(app: PlaygroundApp) -> None:
    """What must hold between any two keys, once the first is answered."""
    playing = app.playground
    session = app.desks.top.session
    assert playing.session is session
    moment = session.moment
    assert 0 <= session.position <= len(session.log)
    assert session.selected is None or session.selected in session.snapshot.nodes
    graph, painter = playing.graph, playing.diagram.drawing.painter
    if playing.fronts.in_diagram:
        assert painter is None or painter.selected == painter.picture.shown.part(session.selected)
        assert painter is not None or not session.snapshot.nodes
    else:
        assert graph.rows or not session.snapshot.nodes
        assert 0 <= graph.cursor < max(len(graph.rows), 1)
        if graph.rows and session.selected is not None:
            assert graph.rows[graph.cursor].node in (session.selected, -1)
    if isinstance(app.screen, ModalScreen) or app.stage.mode != "playground":
        return
    assert app.focused is not None
    rows = screen_rows(app)
    assert (len(rows), {len(row) for row in rows}) == (app.size.height, {app.size.width})
    if app.place.in_front:
        return
    happened, total = moment.progress
    if not playing.runner.work.going:
        assert rows[-2].startswith(f" event {happened}/{total} {moment.view}"[: app.size.width - 1])
        if app.size.width >= 80:
            assert ("up to date" in rows[-2]) == moment.up_to_date
            assert f"  {session.run.ownership}  " in rows[0]
            assert app.desks.visiting or ("saved" in rows[0].replace("not saved", "")) == app.desks.own.saved


PROGRAMS = ["neuron", "shared", "owners", "descent"]
WALKS = [
    pytest.param(seed, program, keys, marks=pytest.mark.slow if seed > 0 else [])
    for seed, (program, keys) in enumerate(
        [(program, 30) for program in PROGRAMS[::3]] + [(program, 100) for program in PROGRAMS]
    )
]


@pytest.mark.parametrize(("seed", "program", "keys"), WALKS)
async def test_keys_at_random(
    make_app: MakeApp, no_rest: None, monkeypatch: pytest.MonkeyPatch, seed: int, program: str, keys: int
) -> None:
    """Keys of every table, letters in the editor, and other sizes; half of the walks on a slow machine."""
    chance = random.Random(seed)
    if seed % 2 == 0:
        monkeypatch.setattr(work, "SLICE_SECONDS", 0.0)
    app = make_app(EXAMPLES[program], f"{program}.mc")
    pressed: list[str] = []
    async with app.run_test(size=(120, 36)) as pilot:
        for count in range(keys):
            typing = app.focused is app.playground.editor and chance.random() < 0.8
            key = chance.choice(TYPED if typing else KEYS)
            if isinstance(app.screen, ModalScreen):
                key = chance.choice(["escape", "enter", "down", "n", "x"])
            if count % 20 == 19:
                await pilot.resize_terminal(*chance.choice(SIZES))
            pressed.append(key)
            await press(pilot, app, key)
            try:
                await agrees(pilot, app, check)
            except AssertionError as error:
                raise AssertionError(f"after {' '.join(pressed[-12:])}: {error}") from error
    assert len(set(pressed)) > keys // 4
