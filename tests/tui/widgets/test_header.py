"""The first row: a click on a tab, anywhere on it and nowhere else, goes to its mode."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from screens import MakeApp, screen_rows

from tui.widgets.bars import MODES, Header


def leads_to(header: Header, x: int) -> list[str]:
    """The modes that a click on a cell asks for."""
    said: list[Any] = []
    with patch.object(header, "post_message", said.append):
        header.on_click(SimpleNamespace(x=x))  # type: ignore[arg-type]
    return [message.mode for message in said]


async def test_every_cell_of_a_tab_and_no_other_leads_to_its_mode(make_app: MakeApp) -> None:
    """Compared with where the labels are drawn, with and without questions that wait."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        header = app.screen.query_one(Header)
        for waiting in (0, 3):
            header.waiting = waiting
            await pilot.pause()
            row = screen_rows(app)[0]
            assert ("3 Lessons 3?" in row) == bool(waiting)
            for name, label in MODES:
                left = row.index(label)
                assert {*(tuple(leads_to(header, left + i)) for i in range(len(label)))} == {(name,)}
            beside = (
                row.index("1 Play") - 2,
                row.index("2 Train") - 2,
                row.index("3 Less") + len("3 Lessons 3?]"),
            )
            assert [leads_to(header, x) for x in beside] == [[], [], []]
