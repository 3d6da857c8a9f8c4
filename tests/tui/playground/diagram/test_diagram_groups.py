"""Groups in the diagram: folded to a box, opened, closed by their frame, and walked through."""

from __future__ import annotations

import pytest
from diagrams import NETWORK, painter, pane, press_to, to_the_right
from screens import MakeApp, screen_rows, screen_text, selected, until

from microcrad.drawing.zooming import Zoom


@pytest.mark.slow
async def test_a_network_opens_folded_and_enter_opens_it(make_app: MakeApp) -> None:
    """A layer, then a neuron; enter on a node, or backspace, closes the group that it lies in."""
    app = make_app(NETWORK, "network.mc")
    async with app.run_test(size=(200, 60)) as pilot:
        to_the_right(app, Zoom.BOXES)
        await pilot.press("d", "z")
        assert "▸ l0 " in screen_text(app)
        assert "3 outputs" in screen_text(app)
        assert "18 nodes" in screen_text(app)
        await pilot.press("home", "right")
        assert painter(app).face(painter(app).selected or 0).label == "▸ l0"
        await pilot.press("enter")
        assert all(f"▸ l0.n{j} " in screen_text(app) for j in range(3))
        await pilot.press("enter")
        assert screen_text(app).count("tanh") == 1
        await pilot.press("left")
        await pilot.press("enter")
        assert "tanh" not in screen_text(app)
        assert "▸ l0.n2 " in screen_text(app)
        await pilot.press("backspace")
        assert "▸ l0 " in screen_text(app)
        await pilot.press("home", "enter")
        assert "This node is in no group" in screen_text(app)


@pytest.mark.slow
async def test_a_click_on_the_name_of_a_group_closes_it(make_app: MakeApp) -> None:
    app = make_app(NETWORK, "network.mc")
    async with app.run_test(size=(120, 50)) as pilot:
        to_the_right(app)
        await pilot.press("d", "home", "right", "enter")
        await until(pilot, lambda: " ▾ l0 " in screen_text(app))
        frame = painter(app).picture.layout.frames[0]
        x, y = frame.x - pane(app).pan.corner[0], frame.y - pane(app).pan.corner[1]
        await pilot.click("#diagram", offset=(max(x, 0) + 3, y))
        await until(pilot, lambda: " ▾ l0 " not in screen_text(app))
        assert "▸ l0 " in screen_text(app)


async def test_enter_closes_the_group_whose_frame_is_around_the_node(make_app: MakeApp) -> None:
    """Not one inside it that has no frame, because there is nothing else in it."""
    one = "x = 1\nl0.n0.w = 2\nl0.n0 = tanh(l0.n0.w*x)\ny = l0.n0*x\n"
    app = make_app(one + "".join(f"y = y*{i}\n" for i in range(9)), "one.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        to_the_right(app, Zoom.BOXES)
        await pilot.press("d", "home")
        await press_to(pilot, app, "right", lambda part: part.folded)
        await pilot.press("enter")
        assert " ▾ l0 " in screen_text(app)
        await pilot.press("enter")
        assert "▸ l0 " in screen_text(app)


async def test_a_group_that_cannot_be_one_box_says_so(make_app: MakeApp) -> None:
    """A path leaves l0 and comes back to it."""
    app = make_app("l0.a = 1\nb = l0.a*2\nl0.c = l0.a + b\nd = l0.c*l0.a\n", "back.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("d", "home", "enter")
        assert "so that it cannot be one box" in screen_text(app)
        assert " ▾ l0 " in screen_text(app)


@pytest.mark.slow
async def test_an_event_inside_a_folded_group_is_marked_on_its_box(make_app: MakeApp) -> None:
    app = make_app(NETWORK, "network.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("d", "greater_than_sign")
        while not selected(app).startswith("l0.n1.w"):
            await pilot.press("p")
        assert sum("»▸ l0 " in row or "«▸ l0 " in row for row in screen_rows(app)) == 1


@pytest.mark.slow
async def test_small_programs_are_not_folded(make_app: MakeApp) -> None:
    """A loop of three turns fits as it is."""
    app = make_app("y = 1\nfor i in range(3):\n    y = y*y + 1\nbackward(y)\n", "loop.mc")
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.press("d", "z")
        assert "▸" not in screen_text(app)
        await pilot.press("enter")
        assert "▸ i=2 (line 2)" in screen_text(app)
