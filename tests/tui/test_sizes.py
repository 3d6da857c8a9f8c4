"""The layouts for each size, panes that are zoomed, and sizes that change at any time."""

from __future__ import annotations

import random
import re

import pytest
from samples import always
from screens import EXAMPLES, MakeApp, last_rows, screen_rows, screen_text, until
from textual.pilot import Pilot

from tui.app import PlaygroundApp

PANES = ("Program", "Graph", "Timeline", "Heap", "Inspector")


def shown(app: PlaygroundApp) -> list[str]:
    """The panes whose titles are on the screen."""
    titles = " ".join(row for row in screen_rows(app) if row.startswith("─") or "├─" in row or "│─" in row)
    return [pane for pane in PANES if f" {pane} " in titles or f" {pane}:" in titles]


async def round_trip(pilot: Pilot[None], key: str = "tab") -> list[str]:
    """The panes that a key goes round, from the tree to the tree."""
    visited = []
    while not visited or visited[-1] != "graph":
        await pilot.press(key)
        assert pilot.app.focused is not None
        visited.append(str(pilot.app.focused.id))
        assert len(visited) < 9
    return visited


@pytest.mark.slow
async def test_all_panes_from_120x36(make_app: MakeApp) -> None:
    """Timeline and heap have panes of their own, and tab visits them."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        assert shown(app) == list(PANES)
        assert await round_trip(pilot) == ["timeline", "heap", "inspector", "program", "graph"]
        assert await round_trip(pilot, "shift+tab") == ["program", "inspector", "heap", "timeline", "graph"]
        assert "next: backward(o)" in last_rows(app)


@pytest.mark.parametrize("size", always(1, [((80, 24),), ((119, 35),), ((179, 35),)]))
async def test_side_by_side_from_80_columns(make_app: MakeApp, size: tuple[int, int]) -> None:
    """Program, graph and inspector at once, and where the graph leaves room the events around now."""
    app = make_app()
    async with app.run_test(size=size) as pilot:
        assert shown(app) == ["Program", "Graph", "Timeline", "Inspector"]
        assert await round_trip(pilot) == ["timeline", "inspector", "program", "graph"]
        rows = screen_rows(app)
        at = next(y for y, row in enumerate(rows) if "─ Timeline math ─" in row)
        events = [row.partition("│")[2][:14] for row in rows[at + 1 :]]
        assert {"»   3 o = 0.76", "    4 o.grad 1"} <= set(events)
        tree = next(y for y, row in enumerate(rows) if re.search(r"│ +b +leaf", row))
        assert at - tree <= 3 or "    9 " in {row[:6] for row in events}, "no rows lie idle between the two"
        assert len(rows) == size[1]
        assert all(len(row) == size[0] for row in rows)


@pytest.mark.slow
async def test_tree_and_diagram_stand_side_by_side_from_180_columns(make_app: MakeApp) -> None:
    """Both show the moment; d goes from one to the other, and each can be zoomed."""
    app = make_app()
    async with app.run_test(size=(180, 40)) as pilot:
        await until(pilot, lambda: " Diagram: " in screen_rows(app)[1])
        assert " Graph " in screen_rows(app)[1]
        assert "╭ x " in screen_text(app)
        assert await round_trip(pilot) == ["diagram", "timeline", "heap", "inspector", "program", "graph"]
        await pilot.press("d")
        assert app.focused is app.playground.diagram
        await pilot.press("n", "n")
        assert "◄" in screen_text(app)
        assert "« ▾ n " in screen_text(app)
        await pilot.press("z")
        assert " Graph " not in screen_text(app)
        assert app.playground.diagram.size.width == 180
        await pilot.press("escape", "d", "z")
        assert "─ Diagram" not in screen_text(app)
        await pilot.press("z", "e", "escape")
        assert app.focused is app.playground.graph
        await pilot.press("d")
        await pilot.resize_terminal(120, 36)
        assert " Graph " not in screen_text(app)
        assert app.focused is app.playground.diagram
        assert app.playground.query_one("#lower").size.height == 9
        await pilot.press("d")
        assert app.playground.query_one("#lower").size.height == 12
        assert "─ Diagram: " not in screen_text(app)
        assert app.playground.query_one("#inspector").size.height == 2
        await pilot.resize_terminal(200, 60)
        assert app.playground.query_one("#inspector").size.height == 9, "in proportion"
        assert " Diagram: " in screen_text(app)
        assert " Graph " in screen_text(app)


@pytest.mark.slow
async def test_one_pane_at_a_time_below(make_app: MakeApp) -> None:
    """tab goes round them; each one is the only one shown."""
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        assert shown(app) == ["Graph"]
        assert "event 3/9" in last_rows(app)
        for pane in ("Timeline", "Heap", "Inspector", "Program"):
            await pilot.press("tab")
            assert shown(app) == [pane]
        assert "backward(o)" in screen_text(app)
        await pilot.press("tab")
        assert shown(app) == ["Graph"]
        await pilot.press("e")
        assert shown(app) == ["Program"]
        await pilot.press("escape")
        assert shown(app) == ["Graph"]


@pytest.mark.parametrize(
    "pane",
    always(1, ["heap", "graph", "timeline", "inspector"]),
)
async def test_z_gives_a_pane_the_screen(make_app: MakeApp, pane: str) -> None:
    """Each pane can be zoomed, walked from, and esc or z gives the others their place back."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        app.playground.query_one(f"#{pane}").focus()
        await pilot.press("z")
        assert shown(app) == [pane.capitalize()]
        assert app.playground.query_one(f"#{pane}-box").size.height >= 30
        await pilot.press("n")
        assert "event 4/9" in last_rows(app)
        await pilot.press("escape")
        assert shown(app) == list(PANES)
        await pilot.press("z", "z")
        assert shown(app) == list(PANES)


async def test_a_zoomed_pane_is_left_by_tab_and_by_e(make_app: MakeApp) -> None:
    """The pane that is gone to is the one that is shown."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("z", "tab")
        assert shown(app) == ["Timeline"]
        await pilot.press("e")
        assert shown(app) == ["Program"]


async def test_a_pane_that_no_longer_fits_does_not_keep_the_focus(make_app: MakeApp) -> None:
    """The timeline has the focus and the window shrinks: something that is in sight has it then."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("tab")
        await pilot.resize_terminal(80, 24)
        await pilot.press("n")
        assert "event 4/9" in last_rows(app)
        assert app.focused is not None
        assert app.focused.display
        assert app.focused.region.height > 0
        await pilot.press("tab")
        assert app.focused.id in ("timeline", "inspector", "program", "graph")


@pytest.mark.slow
async def test_a_short_window_has_no_inspector_to_go_to(make_app: MakeApp) -> None:
    """Below 18 rows its room is given to the others, unless it stands alone."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        assert app.focused is app.playground.query_one("#timeline")
        await pilot.press("tab")
        assert app.focused is app.playground.query_one("#inspector")
        await pilot.resize_terminal(80, 14)
        await pilot.press("n")
        assert "event 4/9" in last_rows(app)
        assert shown(app) == ["Program", "Graph"]
        assert await round_trip(pilot) == ["program", "graph"]
        for height in (17, 18, 17):
            await pilot.resize_terminal(80, height)
            await pilot.pause()
            assert ("Inspector" in shown(app)) == (height == 18)


@pytest.mark.parametrize(
    "size",
    [(20, 6), pytest.param((40, 6), marks=pytest.mark.slow), pytest.param((80, 8), marks=pytest.mark.slow)],
)
async def test_a_long_sentence_leaves_the_status_line_its_place(
    make_app: MakeApp, size: tuple[int, int]
) -> None:
    """Also in the smallest windows."""
    app = make_app(EXAMPLES["descent"], "descent.mc")
    async with app.run_test(size=size) as pilot:
        await pilot.press("n", "n")
        app.playground.say("A long sentence, " * 30)
        await pilot.pause()
        assert screen_rows(app)[-2].startswith(" event 5/")
        assert "A long" in screen_text(app)


async def test_the_current_row_is_scrolled_to(make_app: MakeApp) -> None:
    """In a graph taller than the pane, at every event of a walk there and back."""
    app = make_app(
        "a0 = 1\n" + "".join(f"a{i + 1} = a{i}*2\n" for i in range(24)) + "backward(a24)\n", "tall.mc"
    )
    async with app.run_test(size=(80, 24)) as pilot:
        graph = app.playground.graph
        for key in ["n"] * 16 + ["p"] * 16:
            await pilot.press(key)
            assert 0 <= graph.cursor - graph.scroll_offset.y < graph.size.height
            assert graph.rows[graph.cursor].node == app.desks.own.session.selected
        await pilot.press("G")
        assert 0 <= graph.cursor - graph.scroll_offset.y < graph.size.height


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
async def test_any_size_at_any_time(make_app: MakeApp, seed: int) -> None:
    """From 20x6 to 200x60, with keys between: nothing breaks, and the selected row stays in sight."""
    chance = random.Random(seed)
    app = make_app(EXAMPLES["descent"], "descent.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(8):
            width, height = (
                chance.choice([20, 40, 79, 80, 119, 120, 200]),
                chance.choice([6, 10, 18, 24, 36, 60]),
            )
            await pilot.resize_terminal(width, height)
            await pilot.press(*chance.choices(["n", "p", "j", "k", "l", "h", "G", "N", "tab", "i", "z"], k=3))
            await pilot.pause()
            rows = screen_rows(app)
            assert (len(rows), {len(row) for row in rows}) == (height, {width})
            assert rows[-2].startswith(" event "), (width, height, rows)
            assert app.focused is not None, (width, height, app.playground.panes.active)
            assert app.focused.region.height or height < 10, (width, height, app.focused)
            graph = app.playground.graph
            if graph.region.height:
                assert 0 <= graph.cursor - graph.scroll_offset.y < graph.size.height, (width, height)
