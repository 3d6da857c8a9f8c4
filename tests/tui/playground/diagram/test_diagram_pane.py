"""The diagram in the app: keys, the mouse, folding, zooms, and graphs that take a while to lay out."""

from __future__ import annotations

import re

import pytest
from diagrams import NETWORK, painter, pane, press_to, to_the_right, walk
from samples import always
from screens import EXAMPLES, MakeApp, last_rows, screen_rows, screen_text, selected, until
from textual.events import Click, MouseDown, MouseMove, MouseUp

from microcrad.drawing.zooming import Zoom
from tui.playground.diagram import folds
from tui.widgets import work


async def test_d_shows_the_diagram_and_the_tree_again(make_app: MakeApp) -> None:
    """In the place of the tree, with its focus and its round of panes."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("d")
        assert app.focused is pane(app)
        assert " Diagram: boxes " in screen_text(app)
        assert "─►│data  1" in screen_text(app)
        visited = []
        for _ in range(5):
            await pilot.press("tab")
            assert app.focused is not None
            visited.append(app.focused.id)
        assert visited == ["timeline", "heap", "inspector", "program", "diagram"]
        await pilot.press("e", "escape")
        assert app.focused is pane(app)
        await pilot.press("d")
        assert app.focused is app.playground.graph
        assert " Graph " in screen_text(app)
        assert "►" not in screen_text(app)


@pytest.mark.slow
async def test_d_from_another_pane_leaves_the_focus_there(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("tab", "d")
        assert app.focused is not None
        assert app.focused.id == "timeline"
        assert " Diagram: boxes " in screen_text(app)


async def test_arrows_follow_the_edges(make_app: MakeApp) -> None:
    """Left to operands, right to users and back where one came from, up and down within a layer."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("d")
        assert selected(app) == "o"
        assert await walk(pilot, app, "left left left down right right h l up") == [
            "n", "x*w", "x", "w", "x*w", "n", "x*w", "n", "n",
        ]  # fmt: skip
        assert await walk(pilot, app, "left down right left") == ["x*w", "b", "n", "b"]
        assert await walk(pilot, app, "end home") == ["o", "x"]
        await pilot.press("left")
        assert "It uses nothing." in screen_text(app)
        assert await walk(pilot, app, "end right") == ["o", "o"]
        assert "Nothing uses it yet." in screen_text(app)


async def test_the_selection_is_that_of_every_pane(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("d", "left", "left")
        assert " Inspector: x*w " in screen_text(app)
        await pilot.press("d")
        graph = app.playground.graph
        assert graph.rows[graph.cursor].node == app.desks.own.session.selected
        await pilot.press("down")
        assert selected(app) == "x"
        await pilot.press("d")
        assert painter(app).face(painter(app).selected or 0).label == "x"
        await pilot.press("slash", *"o", "enter")
        assert app.focused is pane(app)
        assert painter(app).face(painter(app).selected or 0).label == "o"


async def test_walking_lights_the_edge_and_keeps_it_in_sight(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("d", "n")
        assert "◄" not in screen_text(app)
        corner, boxes = pane(app).pan.corner, painter(app).picture.layout.boxes
        for _ in range(5):
            await pilot.press("n")
            assert screen_text(app).count("◄") == 1
        assert painter(app).picture.layout.boxes is boxes, "nothing moves while nothing is born"
        assert pane(app).pan.corner == corner


@pytest.mark.slow
async def test_dragging_moves_the_picture_and_selects_nothing(make_app: MakeApp) -> None:
    """The picture goes with the mouse; the click that ends the drag is none."""
    app = make_app(NETWORK, "network.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        to_the_right(app, Zoom.BOXES)
        await pilot.press("d", "end")
        picture, before = painter(app).picture, pane(app).pan.corner
        box = picture.box(picture.shown.parts[painter(app).selected or 0].sources[0])
        x, y = (box[axis] - before[axis] + 2 for axis in (0, 1))
        chosen = app.desks.own.session.selected
        for event, column in ((MouseDown, x), (MouseMove, x + 4), (MouseUp, x + 4), (Click, x + 4)):
            mouse = event(pane(app), column, y, 0, 0, 1, False, False, False, column, y)
            pane(app).post_message(mouse)
            await pilot.pause()
        assert pane(app).pan.corner == (before[0] - 4, before[1])
        assert app.desks.own.session.selected == chosen
        for event in (MouseDown, MouseUp, Click):
            pane(app).post_message(event(pane(app), x + 4, y, 0, 0, 1, False, False, False, x + 4, y))
            await pilot.pause()
        assert app.desks.own.session.selected != chosen


async def test_zooms_and_fit(make_app: MakeApp) -> None:
    """What was asked for stays until a fit is asked for."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("d")
        zooms = []
        for key in ("minus", "minus", "minus", "minus", "plus", "equals_sign", "plus", "plus"):
            await pilot.press(key)
            zooms.append(painter(app).picture.way.zoom)
            assert f" Diagram: {pane(app).zoom_name[2:]} " in screen_text(app)
        assert zooms == [2, 1, 0, 0, 1, 2, 3, 3]
        await pilot.press("minus")
        assert " → data ─" in screen_text(app)  # No grad is there yet.
        await pilot.press("n")
        assert painter(app).picture.way.zoom is Zoom.CARDS
        assert " → data  ← grad ─" in screen_text(app)
        await pilot.press("minus")
        assert " data←grad ─" in screen_text(app)
        await pilot.press("plus")
        await pilot.press("0")
        assert painter(app).picture.way.zoom is Zoom.BOXES
        assert all(f" {label} " in screen_text(app) for label in ("x", "w", "b", "x*w", "n"))


async def test_what_the_signs_mean_is_said_before_which_way_the_picture_leads(make_app: MakeApp) -> None:
    """Where the title has no room for both."""
    app = make_app(EXAMPLES["two-inputs"], "two-inputs.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("d", "n")
        await until(pilot, lambda: "─ Diagram: cards ─" in screen_rows(app)[1])
        assert painter(app).picture.way.down
        assert screen_rows(app)[1].endswith("─ → data  ← grad ─")
        await pilot.resize_terminal(98, 24)
        await until(pilot, lambda: "─ Diagram: cards, top to bottom ─" in screen_rows(app)[1])
        assert screen_rows(app)[1].endswith("─ → data  ← grad ─")


async def test_x_turns_the_picture_and_the_arrows_with_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 50)) as pilot:
        await pilot.press("d", "x")
        assert " top to bottom " in screen_text(app)
        assert "▼" in screen_text(app)
        assert await walk(pilot, app, "up up up right down down") == ["n", "x*w", "x", "w", "x*w", "n"]
        await pilot.press("up", "up", "up")
        assert "It uses nothing." in screen_text(app)
        await pilot.press("end", "n", "n")
        assert "◄" in screen_text(app), "o takes n alone and stands beside it"
        await pilot.press("n")
        assert "▲" in screen_text(app)
        await pilot.press("x")
        assert "►" in screen_text(app)
        assert "▼" not in screen_text(app)


@pytest.mark.slow
async def test_the_action_list_has_what_the_diagram_can_do_where_it_is_shown(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        names = ("Larger: in the diagram", "Smaller: in the diagram", "Fit: in the diagram", "Turn: in the")
        for shown in (False, True):
            listed = [entry.name for entry in app.listed()]
            assert all(any(row.startswith(name) for row in listed) is shown for name in names)
            await pilot.press("d")


async def test_what_is_beyond_an_edge_is_counted_there(make_app: MakeApp) -> None:
    """And no mark stands where nothing is beyond."""
    app = make_app(EXAMPLES["chain"], "chain.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        to_the_right(app, Zoom.BOXES)
        await pilot.press("d", "home")
        assert " more → " in screen_text(app)
        assert " ← " not in screen_text(app)
        await pilot.press("end")
        assert re.search(r" ← \d+ more ", screen_text(app))
        assert " more → " not in screen_text(app)


async def test_boxes_come_as_they_are_born(make_app: MakeApp) -> None:
    """Each with its operands, whatever turn of a loop it is in; the last turns are one box."""
    program = "w = 5\nfor step in range(10):\n  loss = (w - 2)**2\n  backward(loss)\n"
    app = make_app(program, "steps.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        to_the_right(app)
        await pilot.press("d", "less_than_sign", "n", "n", "n")
        assert re.search(r"╭ w ", screen_text(app))
        assert " ▾ step=0 (line 2) " in screen_text(app)
        assert len(painter(app).picture.shown.parts) == 6
        await pilot.press("greater_than_sign")
        assert " ▾ step=9 (line 2) " in screen_text(app)
        assert "9 turns" in screen_text(app)
        await pilot.press("home", "right")
        await press_to(pilot, app, "down", lambda part: bool(part.turns))
        await pilot.press("enter")
        assert sum(part.folded for part in painter(app).picture.shown.parts) == 9
        frame = painter(app).picture.shown.frames.index(("for step (line 2)",))
        assert painter(app).picture.shown.nesting.around[frame] == -1


@pytest.mark.parametrize(("turns", "mapped"), always(1, [(25, True), (24, False)]))
async def test_from_100_nodes_on_there_is_a_map(make_app: MakeApp, turns: int, mapped: bool) -> None:
    app = make_app(f"y = 1\nfor i in range({turns}):\n  y = y*0.99 + 1\n", "y.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        pane(app).drawing.folds.opened = {("for i (line 2)",): True}
        await pilot.press("d")
        await until(pilot, lambda: pane(app).drawing.painter is not None)
        await pilot.pause()
        assert ("▀" in screen_text(app) or "█▄" in screen_text(app)) == mapped


@pytest.mark.slow
async def test_panning_moves_the_picture_and_walking_brings_it_back(make_app: MakeApp) -> None:
    app = make_app("y = 1\n" + "y = tanh(y)\n" * 9, "chain.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        to_the_right(app, Zoom.BOXES)
        await pilot.press("d")
        right = pane(app).pan.corner[0]
        await pilot.press("shift+left", "shift+left")
        assert pane(app).pan.corner[0] == right - 16
        await pilot.press(*["shift+left"] * 30)
        assert pane(app).pan.corner[0] == 0
        await pilot.press(*["shift+right"] * 60)
        assert pane(app).pan.corner[0] == painter(app).picture.layout.width - pane(app).size.width
        await pilot.press("home")
        box = painter(app).picture.box(painter(app).selected or 0)
        assert 0 <= box.x - pane(app).pan.corner[0] < pane(app).size.width


@pytest.mark.slow
async def test_the_mouse_selects_opens_and_drags(make_app: MakeApp) -> None:
    app = make_app(NETWORK, "network.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        to_the_right(app)
        await pilot.press("d", "home")
        picture = painter(app).picture
        layer = next(index for index, part in enumerate(picture.shown.parts) if part.folded)
        x, y = (picture.box(layer)[axis] - pane(app).pan.corner[axis] + 1 for axis in (0, 1))
        await pilot.click("#diagram", offset=(x, y))
        assert painter(app).selected == layer
        await pilot.click("#diagram", offset=(x, y), times=2)
        assert not any(part.folded and part.name == "l0" for part in painter(app).picture.shown.parts)
        await pilot.press("end")
        before = pane(app).pan.corner
        await pilot.mouse_down("#diagram", offset=(20, 5))
        await pilot.hover("#diagram", offset=(30, 5))
        await pilot.mouse_up("#diagram", offset=(30, 5))
        assert pane(app).pan.corner[0] <= before[0]


@pytest.mark.slow
async def test_before_anything_has_run(make_app: MakeApp) -> None:
    app = make_app("", "untitled.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("d")
        assert "Nothing has run yet. Press e and type a = 2." in screen_text(app)
        await pilot.press(*"lhjk", "enter", "0", "minus", "plus", "home", "end", "shift+left")
        await pilot.press("e", *"a = 2", "escape")
        await until(pilot, lambda: "┏ a " in screen_text(app))
        assert selected(app) == "a"


@pytest.mark.slow
async def test_before_the_first_event(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("d", "less_than_sign")
        assert "Nothing has happened yet. Press n." in screen_text(app)
        await pilot.press("n", "left")
        assert "╭ x " in screen_text(app) or "┏ x " in screen_text(app)


async def test_a_program_that_cannot_be_read(make_app: MakeApp, no_rest: None) -> None:
    app = make_app("a = = 2\n", "wrong.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("d")
        assert "Line 1 needs fixing. e edits." in screen_text(app)


async def test_a_large_graph_is_laid_out_in_slices(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys are answered meanwhile, and a walk that goes on is shown once the picture is there."""
    monkeypatch.setattr(work, "SLICE_SECONDS", 0.0)
    app = make_app("x = 2\ny = x\nfor i in range(200):\n    y = y*0.5 + x\nbackward(y)\n", "large.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        loop = "for i (line 3)"
        turns = {(loop, f"for i={i} (line 3)"): True for i in range(200)}
        pane(app).drawing.folds.opened = {(loop,): True, **turns}
        await pilot.press("d")
        assert "laying out 601 nodes …" in screen_text(app)
        await pilot.press("n")
        assert "laying out" in screen_text(app)
        await until(pilot, lambda: pane(app).drawing.painter is not None)
        await pilot.pause()
        assert "laying out" not in screen_text(app)
        assert selected(app) == "y"
        assert painter(app).moment.snapshot.position == app.desks.own.session.position
        await pilot.press("n")
        assert "◄" in screen_text(app)


async def test_typing_draws_the_new_graph(make_app: MakeApp) -> None:
    app = make_app("a = 2\nb = a*a\n", "a.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("d", "e", "ctrl+end", "enter", *"c = b + a")
        await until(pilot, lambda: len(painter(app).picture.shown.parts) == 3)
        assert "»c " in screen_text(app)


@pytest.mark.slow
async def test_a_very_large_graph_is_a_neighbourhood_that_moves_along(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At its rim it is laid out again around the selected node."""
    from microcrad.drawing import diagram as model

    monkeypatch.setattr(model, "MOST", 60)
    monkeypatch.setattr(model, "AROUND", 9)
    monkeypatch.setattr(folds, "FOLDED_FROM", 1_000)
    app = make_app("y = 1\nfor i in range(80):\n    y = tanh(y)\nbackward(y)\n", "chain.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        to_the_right(app)
        await pilot.press("d")
        assert painter(app).picture.shown.hidden == 72
        for _ in range(30):
            await pilot.press("left")
        assert app.desks.own.session.selected == 50
        assert painter(app).selected is not None


@pytest.mark.slow
async def test_the_help_explains_the_diagram(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("d", "question_mark")
        assert "The graph as far as it is born" in screen_text(app)
        assert "Go to an operand" in screen_text(app)


@pytest.mark.parametrize(
    "size",
    always(1, [((30, 8),), ((120, 36),), ((200, 60),), ((80, 24),), ((60, 20),)]),
)
async def test_every_size(make_app: MakeApp, size: tuple[int, int]) -> None:
    """The selected box is in sight at every size, zoomed or not, through a whole walk."""
    app = make_app(EXAMPLES["shared"], "shared.mc")
    async with app.run_test(size=size) as pilot:
        await pilot.press("d", "less_than_sign")
        for _ in range(8):
            await pilot.press("n")
            assert "┏" in screen_text(app) or "]" in screen_text(app)
            assert {len(row) for row in screen_rows(app)} == {size[0]}
        await pilot.press("z")
        assert "┏" in screen_text(app) or "]" in screen_text(app)
        assert "event" in last_rows(app)
