"""The output: what was printed, in the place of the heap or below the graph, and a curve of it."""

from __future__ import annotations

import re

from screens import EXAMPLES, MakeApp, screen_rows, screen_text

from tui.playground.output_pane import OutputPane


async def test_o_shows_what_was_printed_up_to_the_present(make_app: MakeApp) -> None:
    """In the heap's place, below the graph where that has none, and alone; one walks from print to print."""
    app = make_app(EXAMPLES["descent"], "descent.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("less_than_sign", "o")
        assert "Nothing was printed up to here." in screen_text(app)
        assert "─ Heap" not in screen_text(app)
        await pilot.press("tab", "tab")
        assert isinstance(app.focused, OutputPane)
        await pilot.press("down", "down", "down")
        said = [row.rpartition("│")[2].strip() for row in screen_rows(app) if "(grad 1)" in row]
        assert re.fullmatch(r"loss = 9  \(grad 1\) +8 line 11", said[0])
        assert "│» loss = 3.6864000000000012" in screen_text(app)
        assert "line 11, 3 times" in screen_text(app)
        assert "loss = 3.6864" in screen_text(app)
        await pilot.press("up")
        assert "event 17/" in screen_text(app)
        output = app.focused
        await pilot.press("greater_than_sign")
        assert output.render_line(output.page + 1).text.startswith("         9 ██ ")
        await pilot.resize_terminal(80, 24)
        assert "├─ Output ─" in screen_text(app)
        assert " more ↑ " in screen_text(app)
        assert "─ Timeline" not in screen_text(app)
        await pilot.press("pageup", "pageup", "pageup")
        assert re.search(r"  loss = 9  \(grad 1\) +8 line 11", screen_text(app))
        await pilot.click(output, offset=(8, 1))
        assert "event 17/" in screen_text(app)
        await pilot.press("o")
        assert "─ Output" not in screen_text(app)
        assert app.focused is app.playground.graph
        await pilot.resize_terminal(60, 20)
        await pilot.press("o")
        assert app.focused is output
        assert "loss = 9  (grad 1)" in screen_text(app)


async def test_what_was_printed_goes_before_where_it_was(make_app: MakeApp) -> None:
    """Where there is no room for both, the line and the event give way, and the number stays."""
    app = make_app(
        'x = 7.41\nfor k in range(4):\n  print(f"epoch {k}  loss of the turn {x.data:.4f}")\n', "a.mc"
    )
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("greater_than_sign", "o")
        output = app.playground.query_one(OutputPane)
        assert "epoch 3  loss of the turn 7.4100" in screen_text(app)
        output.styles.width = 36
        await pilot.pause()
        rows = [output.render_line(y).text.strip() for y in range(4)]
        assert rows[0].endswith("epoch 0  loss of the turn 7.4100")
