"""Windows of a few columns, as tiling windows pass through: whatever is open, nothing breaks."""

from __future__ import annotations

import pytest
from screens import MakeApp, paste, screen_rows, until

WIDTHS = (9, 6, 4, 3, 2, 1, 80)
DIALOGS = {
    "none": (),
    "action list": ("colon",),
    "help": ("question_mark",),
    "find": ("slash",),
    "faults": ("f",),
    "lessons": ("3",),
    "training": ("2",),
}


@pytest.mark.parametrize("name", DIALOGS)
async def test_any_width_with_anything_open(make_app: MakeApp, name: str) -> None:
    """One to ten columns, and back."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*DIALOGS[name])
        await pilot.pause()
        for width in WIDTHS:
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
        assert {len(row) for row in screen_rows(app)} == {80}


@pytest.mark.parametrize("action", ["open", "save_as", "export", "reference"])
async def test_any_width_with_what_the_action_list_opens(make_app: MakeApp, action: str) -> None:
    """Questions, choices and the reference."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.run_action(f"command({action!r})")
        await until(pilot, lambda: len(app.screen_stack) > 1)
        for width in WIDTHS:
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
        assert {len(row) for row in screen_rows(app)} == {80}


async def test_any_width_while_a_paste_is_offered(make_app: MakeApp) -> None:
    """The question where it is to go."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, "k = 8\n")
        for width in WIDTHS:
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
        assert len(app.screen_stack) > 1
