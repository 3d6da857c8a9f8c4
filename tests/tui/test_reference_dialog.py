"""The reference on screen: reached from the action list, narrowed down by typing, walked with arrows."""

from __future__ import annotations

import pytest
from screens import MakeApp, paste, screen_text, until
from textual.command import CommandPalette

from tui.reference_dialog import ReferenceDialog


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.slow)])
async def test_it_is_found_and_narrowed_down(make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await paste(pilot, "Reference: look up")
        await until(pilot, lambda: "Reference    look up the language" in screen_text(app)[6 * size[0] :])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReferenceDialog))
        await until(pilot, lambda: "Statements" in screen_text(app))
        assert "name = expression" in screen_text(app)
        await pilot.press(*"value_tanh")
        await until(pilot, lambda: "slope to a  1 - out * out" in screen_text(app))
        assert "name = expression" not in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ReferenceDialog))
        assert app.desks.own.session.text.startswith("# one neuron")


@pytest.mark.slow
async def test_names_come_before_texts(make_app: MakeApp) -> None:
    """relu is what one wants to know of relu, though the list of reserved words has it too."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.run_action("command('reference')")
        await pilot.press(*"LIMITS")
        await until(pilot, lambda: "1,000,000 in a run" in screen_text(app))
        await pilot.press("ctrl+u")
        await pilot.press(*"sigmoid")
        await until(pilot, lambda: "The same as 1 / (1 + exp(-a))." in screen_text(app))


async def test_it_scrolls_and_says_what_it_has_not(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.run_action("command('reference')")
        await until(pilot, lambda: "Statements" in screen_text(app))
        await pilot.press("pagedown", "down", "down")
        await until(pilot, lambda: "Statements" not in screen_text(app))
        await pilot.press("pageup", "up", "up")
        await until(pilot, lambda: "Statements" in screen_text(app))
        await pilot.press("pagedown", *"[b]q")
        await until(pilot, lambda: "Nothing in the reference holds '[b]q'." in screen_text(app))
