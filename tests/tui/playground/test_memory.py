"""Each memory bug as a person meets it: in the tree, the heap, the inspector and the line below."""

from __future__ import annotations

import pytest
from screens import EXAMPLES, MakeApp, screen_rows, screen_text

from tui.playground.heap_pane import HeapPane


def heap_cells(rows: list[str]) -> list[str]:
    """The heap pane's rows of cells, numbers and curve included."""
    top = next(index for index, row in enumerate(rows) if " Heap " in row)
    return [row.rpartition("│")[2] for row in rows[top + 1 : top + 12]]


async def test_a_leak(make_app: MakeApp) -> None:
    """Live to the end, then leaked in the heap and the tree; the inspector says what to write."""
    app = make_app(EXAMPLES["leak"], "leak.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        assert app.desks.own.session.position == len(app.desks.own.session.log)
        cells = heap_cells(screen_rows(app))
        assert "3 live  5 peak  3 leaked" in cells[0]
        assert cells[2].split() == ["▲", "▲", "□", "▲", "□"]
        app.desks.own.session.go(4)
        app.playground.show_panes()
        heap = app.query_one(HeapPane)
        here = heap.look("current").bgcolor
        lit = [
            "".join(part.text for part in heap.render_line(y) if part.style and part.style.bgcolor == here)
            for y in (2, heap.size.height - 1)
        ]
        assert lit == [" ■ ", "»"]  # The cell with what is around it, and the moment in the curve.
        app.desks.own.session.go(len(app.desks.own.session.log))
        app.playground.show_panes()
        await pilot.press("p")
        assert "▲" not in screen_text(app)
        assert "0 leaked" in screen_text(app)
        await pilot.press("n")
        app.desks.own.session.select(3)
        app.playground.show_panes()
        await pilot.pause()
        assert "Give a*b a name on line 7" in screen_text(app)


async def test_a_cell_of_several_nodes_shows_the_one_that_most_needs_to_be_seen(make_app: MakeApp) -> None:
    """A leaked one before a live one, and that before a freed one."""
    app = make_app("a = 1\nretain(a)\nb = a\nc = 2\nd = 3\nd = 4\n", "cells.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("greater_than_sign")
        await pilot.pause()
        moment = app.desks.own.session.moment
        states = [moment.state(range(node, node + 1)) for node in moment.snapshot.nodes]
        assert sorted(states) == ["freed", "leaked", "live", "live"]
        assert states[0] == "leaked"
        assert moment.state(range(len(states))) == "leaked"
        assert moment.state(range(1, len(states))) == "live"


@pytest.mark.slow
async def test_a_use_after_free(make_app: MakeApp) -> None:
    """The program stops at its line; the full inspector tells the story of the node; one can walk back."""
    app = make_app(EXAMPLES["use-after-free"], "use-after-free.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await pilot.press("i")
        said = screen_text(app)
        assert "line 7: b is used: it was created on line 5 and freed on line 6 by release(b)." in said
        for fact in ("use after free: line 7", "created: on line 5", "freed: on line 6", "repair: Release b"):
            assert fact in said
        assert "magic 0xdeaddead" in said
        while app.desks.own.session.position:
            await pilot.press("p")
        assert "0 live  0 leaked" in screen_text(app)
        await pilot.press("n", "n")
        assert "magic 0x56414c55" in screen_text(app)


async def test_a_double_free(make_app: MakeApp) -> None:
    """Both names of the one node are pointed at, and which release to delete."""
    app = make_app(EXAMPLES["double-free"], "double-free.mc")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("i")
        said = screen_text(app)
        assert "double free: line 7: release(b)" in said
        assert "the name a, the name b" in said
        assert "Delete the release on line 6 or the one on line 7." in said


@pytest.mark.slow
async def test_a_cascade_walked(make_app: MakeApp) -> None:
    """Forwards the last release frees four cells one by one; backwards they come back to life."""
    app = make_app(EXAMPLES["cascade"], "cascade.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        log = app.desks.own.session.log
        seen = []
        app.desks.own.session.go(0)
        while app.desks.own.session.position < len(log):
            await pilot.press("n")
            seen.append("".join(heap_cells(screen_rows(app))[2].split()))
        assert seen[-1] == "□□□□"
        assert "■■□■" in seen  # z is freed; y and x survive it.
        assert "□■□□" not in seen  # y goes before x does: x is in its slots.
        for _ in range(len(log)):
            await pilot.press("p")
        assert app.desks.own.session.position == 0


async def test_borrowed_names_and_over_releases_are_warned_of(make_app: MakeApp) -> None:
    """A warning is an event: the line below says it."""
    app = make_app("# ownership: manual\na = 2\nb = a*a\nrelease(a)\nrelease(a)\n", "w.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        said = []
        app.desks.own.session.go(0)
        while app.desks.own.session.position < len(app.desks.own.session.log):
            await pilot.press("n")
            said.append(screen_text(app))
        assert any(
            "warning: over-release: a was released already; this robs slot 0 of b." in text for text in said
        )


async def test_the_switch_runs_the_same_program_by_cs_rules(make_app: MakeApp) -> None:
    """m says which rules hold now, and the header as well; m again goes back."""
    app = make_app("a = 2\nb = a*3\n", "a.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        assert "a.mc  manual" in screen_rows(app)[0]
        assert app.desks.own.session.snapshot.heap.leaked == 3
        await pilot.press("m")
        await pilot.pause()
        assert "a.mc  auto" in screen_rows(app)[0]
        assert app.desks.own.session.snapshot.heap.leaked == 0


async def test_large_numbers_have_rows_of_their_own(make_app: MakeApp) -> None:
    """Nothing is cut off."""
    app = make_app("y = 1\nfor i in range(600):\n  y = y + 1\n", "chain.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("greater_than_sign")
        await pilot.pause()
        cells = [row.strip() for row in heap_cells(screen_rows(app))]
        assert cells[:2] == ["1201 live  1201 peak", "0 leaked  1201 allocated"]
        assert cells[2].startswith("0 freed  ")
        assert cells[2].endswith(" a cell")
        assert set(cells[3]) == set("■ ")
