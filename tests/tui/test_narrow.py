"""Windows of a few columns, as tiling windows pass through: whatever is open, nothing breaks."""

from __future__ import annotations

import pytest
from samples import always
from screens import MakeApp, paste, screen_rows, until

WIDTHS = (9, 6, 4, 3, 2, 1)
widths = pytest.mark.parametrize("widths", [(4, 1, 80), pytest.param((*WIDTHS, 80), marks=pytest.mark.slow)])
DIALOGS = {
    "action list": ("colon",),
    "lessons": ("3",),
    "training": ("2",),
    "none": (),
    "help": ("question_mark",),
    "find": ("slash",),
    "faults": ("f",),
}


@pytest.mark.slow
@widths
@pytest.mark.parametrize("name", always(3, DIALOGS))
async def test_any_width_with_anything_open(make_app: MakeApp, widths: tuple[int, ...], name: str) -> None:
    """One to ten columns, and back."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*DIALOGS[name])
        await pilot.pause()
        for width in widths:
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
        assert {len(row) for row in screen_rows(app)} == {80}


@widths
@pytest.mark.parametrize("action", always(1, ["export", "open", "save_as", "reference"]))
async def test_any_width_with_what_the_action_list_opens(
    make_app: MakeApp, widths: tuple[int, ...], action: str
) -> None:
    """Questions, choices and the reference."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.run_action(f"command({action!r})")
        await until(pilot, lambda: len(app.screen_stack) > 1)
        for width in widths:
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
        assert {len(row) for row in screen_rows(app)} == {80}


@widths
async def test_any_width_while_a_paste_is_offered(make_app: MakeApp, widths: tuple[int, ...]) -> None:
    """The question where it is to go."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, "k = 8\n")
        for width in widths:
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
        assert len(app.screen_stack) > 1


async def test_a_dialog_in_a_window_of_five_rows_shows_what_there_is_to_choose(make_app: MakeApp) -> None:
    """And where one types: the question, the frame and the hint give way. In a higher one they are there."""
    app = make_app()
    async with app.run_test(size=(20, 5)) as pilot:
        for key, row, shown in (("f", 1, "overwrite"), ("B", 1, "Stop at line"), ("colon", 4, "Next ")):
            await pilot.press(key)
            await until(pilot, lambda row=row, shown=shown: shown in screen_rows(app)[row])
            await pilot.press("escape")
        await pilot.press("slash", "z", "z")
        assert screen_rows(app)[1].strip() == "zz"
        await pilot.resize_terminal(80, 24)
        assert "leaves" in "".join(screen_rows(app))
