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
