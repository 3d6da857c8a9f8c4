"""The rule above a pane: its name, and its columns in the colours of what stands below them."""

from __future__ import annotations

import pytest
from screens import MakeApp

from tui.widgets.bars import Title


@pytest.mark.parametrize("lit", [False, True])
async def test_columns_are_named_in_their_colours(make_app: MakeApp, lit: bool) -> None:
    """Also where the sign that a lesson lights the pane with has made the pane's own name longer."""
    app = make_app()
    async with app.run_test(size=(80, 24)):
        title = app.playground.query_one("#graph-title", Title)
        title.lit = lit
        strip = title.render_line(0)
        colours = {part.text: part.style.color for part in strip if part.style}
        assert strip.text.index("data") == 19
        assert [colours.get(name) for name in ("op", "data", "grad", "refs")] == [
            title.look(look).color for look in ("name", "data", "grad", "refs")
        ]


async def test_of_the_panes_the_one_with_the_focus_stands_out(make_app: MakeApp) -> None:
    """Its name alone is reversed, which needs no colour; it is that of the pane that keys go to."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        for _ in range(6):
            await pilot.press("tab")
            out = [
                title.label.split()[0].rstrip(":").lower()
                for title in app.playground.query(Title)
                if title.region and any(part.style and part.style.reverse for part in title.render_line(0))
            ]
            assert app.focused is not None
            assert out == [app.focused.id]
